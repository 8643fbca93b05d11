/**
 * A feed as Atom (RFC 4287), RSS 2.0 (rssboard.org/rss-specification, with the advice of its Best Practices Profile)
 * and JSON Feed 1.1 (jsonfeed.org/version/1.1).
 */
import type { Element, ElementContent, Instruction } from 'xast'
import { type Raw, toXml } from 'xast-util-to-xml'
import { x } from 'xastscript'
import type { FeedFormat } from '../config.js'
import { mailDateOf, type PostDate, timestampOf } from '../content/date.js'
import { escapeHtml } from '../markdown/html.js'

/** What a feed says, all URLs absolute. */
export interface FeedDocument {
  readonly title: string
  /** What it is about; may be empty. */
  readonly description: string
  readonly lang: string
  /** The page that it follows. */
  readonly page: string
  /** The feed itself. */
  readonly self: string
  readonly updated: PostDate
  readonly author: FeedAuthor
  readonly generator: { readonly name: string; readonly version: string }
  /** The style sheets for those who open it in a browser, as hrefs. */
  readonly sheets: readonly string[]
  readonly entries: readonly FeedEntry[]
}

export interface FeedAuthor {
  readonly name: string
  readonly url: string | null
}

/** A post in a feed. */
export interface FeedEntry {
  readonly id: string
  readonly url: string
  readonly title: string
  readonly lang: string
  /** Null where only its last change is known. */
  readonly published: PostDate | null
  readonly updated: PostDate
  readonly authors: readonly FeedAuthor[]
  /** Terms, each with the URL of its taxonomy. */
  readonly terms: readonly { readonly name: string; readonly taxonomy: string }[]
  /** Plain text; may be empty. */
  readonly summary: string
  /** HTML; null where the feed has summaries alone. */
  readonly content: string | null
  readonly image: string | null
}

/** Gives the text of a feed in a format. What no XML may hold is U+FFFD in it. */
export function writeFeed(format: FeedFormat, feed: FeedDocument): string {
  return { atom: atomOf, rss: rssOf, json: jsonOf }[format](feed)
}

// Atom.

function atomOf(feed: FeedDocument): string {
  const { title, description, lang, page, self, updated, author, generator, entries } = feed
  return xmlOf(
    x('feed', { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': lang }, [
      leaf('title', title),
      ...(description === '' ? [] : [leaf('subtitle', description)]),
      x('link', { rel: 'self', type: 'application/atom+xml', href: self }),
      x('link', { rel: 'alternate', type: 'text/html', href: page }),
      leaf('id', page),
      leaf('updated', timestampOf(updated)),
      atomAuthor(author),
      leaf('generator', generator.name, { version: generator.version }),
      ...entries.map((entry) => atomEntry(entry, lang)),
    ]),
    feed,
  )
}

function atomEntry(entry: FeedEntry, lang: string): Element {
  const { published, updated, summary, content } = entry
  return x('entry', entry.lang === lang ? {} : { 'xml:lang': entry.lang }, [
    leaf('title', entry.title),
    x('link', { rel: 'alternate', type: 'text/html', href: entry.url }),
    leaf('id', entry.id),
    ...(published ? [leaf('published', timestampOf(published))] : []),
    leaf('updated', timestampOf(updated)),
    ...entry.authors.map(atomAuthor),
    ...entry.terms.map(({ name, taxonomy }) => x('category', { term: printable(name), scheme: taxonomy })),
    ...(summary === '' ? [] : [leaf('summary', summary)]),
    ...(content === null ? [] : [x('content', { type: 'html' }, [cdata(content)])]),
  ])
}

function atomAuthor({ name, url }: FeedAuthor): Element {
  return x('author', [leaf('name', name), ...(url === null ? [] : [leaf('uri', url)])])
}

// RSS. Titles are text, descriptions are HTML.

function rssOf(feed: FeedDocument): string {
  const { title, description, lang, page, self, updated, generator, entries } = feed
  const namespaces = {
    'xmlns:atom': 'http://www.w3.org/2005/Atom',
    'xmlns:content': 'http://purl.org/rss/1.0/modules/content/',
    'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
  }
  return xmlOf(
    x('rss', { version: '2.0', ...namespaces }, [
      x('channel', [
        leaf('title', title),
        leaf('link', page),
        leaf('description', escapeHtml(description || title)),
        x('atom:link', { rel: 'self', type: 'application/rss+xml', href: self }),
        leaf('language', lang),
        leaf('lastBuildDate', mailDateOf(updated)),
        leaf('generator', `${generator.name} ${generator.version}`),
        ...entries.map((entry) => rssItem(entry, lang)),
      ]),
    ]),
    feed,
  )
}

function rssItem(entry: FeedEntry, lang: string): Element {
  const { id, url, published, updated, summary, content } = entry
  return x('item', [
    leaf('title', entry.title),
    leaf('link', url),
    leaf('guid', id, { isPermaLink: String(id === url) }),
    leaf('pubDate', mailDateOf(published ?? updated)),
    // An <author> of RSS is an e-mail address.
    ...entry.authors.map(({ name }) => leaf('dc:creator', name)),
    ...entry.terms.map(({ name, taxonomy }) => leaf('category', name, { domain: taxonomy })),
    ...(summary === '' ? [] : [leaf('description', escapeHtml(summary))]),
    ...(content === null ? [] : [x('content:encoded', [cdata(inLanguage(content, entry.lang, lang))])]),
  ])
}

/** RSS knows the language of a feed alone. */
function inLanguage(content: string, lang: string, feedLang: string): string {
  return lang === feedLang ? content : `<div lang="${lang}">${content}</div>`
}

// JSON Feed.

function jsonOf({ title, description, lang, page, self, author, entries }: FeedDocument): string {
  const document = {
    version: 'https://jsonfeed.org/version/1.1',
    title: printable(title),
    home_page_url: page,
    feed_url: self,
    ...(description !== '' && { description: printable(description) }),
    authors: [jsonAuthor(author)],
    language: lang,
    items: entries.map(jsonItem),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function jsonItem(entry: FeedEntry): object {
  const { id, url, title, lang, published, updated, authors, terms, summary, content, image } = entry
  return {
    id,
    url,
    title: printable(title),
    // One of the two must be there.
    ...(content === null
      ? { content_text: printable(summary || title) }
      : { content_html: printable(content) }),
    ...(content !== null && summary !== '' && { summary: printable(summary) }),
    ...(image !== null && { image }),
    ...(published && { date_published: timestampOf(published) }),
    date_modified: timestampOf(updated),
    ...(authors.length > 0 && { authors: authors.map(jsonAuthor) }),
    ...(terms.length > 0 && { tags: [...new Set(terms.map(({ name }) => printable(name)))] }),
    language: lang,
  }
}

function jsonAuthor({ name, url }: FeedAuthor): object {
  return { name: printable(name), ...(url !== null && { url }) }
}

// XML.

function xmlOf(root: Element, { sheets }: FeedDocument): string {
  const children = [
    instruction('xml', 'version="1.0" encoding="utf-8"'),
    ...sheets.map((sheet) => instruction('xml-stylesheet', `type="text/css" href="${inAttribute(sheet)}"`)),
    onLines(root, '\n'),
  ]
  const lines = children.map((child) =>
    toXml(child, { allowDangerousXml: true, closeEmptyElements: true, tightClose: true }),
  )
  return `${lines.join('\n')}\n`
}

function inAttribute(text: string): string {
  return escapeHtml(text).replaceAll('"', '&quot;')
}

function instruction(name: string, value: string): Instruction {
  return { type: 'instruction', name, value }
}

/** Gives an element with each element in it on a line of its own. */
function onLines(element: Element, line: string): Element {
  if (!element.children.some(({ type }) => type === 'element')) return element
  const children = element.children.flatMap((child): ElementContent[] => [
    { type: 'text', value: `${line}  ` },
    child.type === 'element' ? onLines(child, `${line}  `) : child,
  ])
  return { ...element, children: [...children, { type: 'text', value: line }] }
}

function leaf(name: string, text: string, attributes: Readonly<Record<string, string>> = {}): Element {
  return x(name, attributes, textNodes(text))
}

/** Text as nodes. `]]>` may stand in no text (XML 1.0, section 2.4), and xast-util-to-xml leaves it as it is. */
function textNodes(text: string): ElementContent[] {
  return printable(text)
    .split(']]>')
    .flatMap((part, index): ElementContent[] => {
      const raw: Raw = { type: 'raw', value: ']]&gt;' }
      return [...(index === 0 ? [] : [raw]), { type: 'text', value: part }]
    })
}

/** HTML as XML, most of it as it is. In HTML, `&gt;` says the same as the bracket that would end the section. */
function cdata(html: string): Raw {
  return { type: 'raw', value: `<![CDATA[${printable(html).replaceAll(']]>', ']]&gt;')}]]>` }
}

/** Gives text with U+FFFD for what is no character of XML (section 2.2), and for what stands for no character at all. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
  return text.toWellFormed().replace(/[\0-\x08\x0B\x0C\x0E-\x1F\uFDD0-\uFDEF\uFFFE\uFFFF]/g, '\uFFFD')
}
