/** The feeds of a site as files: what each is made from, and the posts in them, which stand in several. */
import { type Cache, openCache } from '../cache.js'
import { absoluteUrl, hrefOf } from '../content/permalink.js'
import { digestOf } from '../digest.js'
import type { Direction } from '../language.js'
import { type Attributes, escapeHtml, escapeValue, startTag } from '../markdown/html.js'
import { filled } from '../markdown/rendered.js'
import { htmlOf } from '../render/body.js'
import type { Article } from '../site/article.js'
import { feedIdOf } from '../site/feed-id.js'
import { type Feed, feedsOf } from '../site/feeds.js'
import type { LinkIndex } from '../site/links.js'
import type { AuthorData, LeadImage } from '../site/page.js'
import { type Picture, plainPicture } from '../site/picture.js'
import type { Site } from '../site/site.js'
import { authorData, type Summary } from '../site/summary.js'
import { version } from '../version.js'
import { speaker } from '../words.js'
import type { FeedAuthor, FeedDocument, FeedEntry } from './feed-formats.js'
import type { MadeFile } from './made-file.js'
import type { Materials } from './materials.js'

/** Gives the files of a site's feeds. */
export function* feedFiles(
  materials: Materials,
  index: LinkIndex,
  summaryOf: (article: Article) => Summary,
): Generator<MadeFile> {
  const { site, theme, program } = materials
  const { title, url, lang, feeds } = site.config
  if (url === null) return
  // Atom asks for an author of each entry that has none of its own.
  const author = site.config.author ? authorData(site.config.author, site, index) : { name: title, url: null }
  const list = feedsOf(site)
  const words = wordsSheet(site)
  if (!words) return
  yield words
  const sheets = [theme.theme.feed, words.output]
  const frame = [program, version, site.description, url, lang, author, feeds, sheets]
  const keyOf = entryKeys(materials, summaryOf, url)
  const entryOf = entryMaker(materials, summaryOf, url)
  for (const feed of list) {
    const { posts, ...head } = feed
    yield {
      output: feed.url.slice(1),
      source: `the feed ${feed.url}`,
      key: digestOf(JSON.stringify([frame, head, posts.map(keyOf)])),
      async make() {
        const [{ writeFeed }, made] = await Promise.all([
          import('./feed-formats.js'),
          Promise.all(posts.map(entryOf)),
        ])
        const missing = made.flatMap((entry) => ('missing' in entry ? [entry.missing] : []))
        if (missing.length > 0) return { missing }
        const entries = made.flatMap((entry) => ('missing' in entry ? [] : [entry]))
        return writeFeed(feed.format, documentOf(feed, entries, { site, siteUrl: url, sheets, author }))
      },
    }
  }
}

/**
 * Gives the style sheet that lets a feed say what it is, since its formats have no place for words of ours; null for a
 * site without feeds. Its name has a digest of its bytes.
 */
export function wordsSheet(site: Site): MadeFile | null {
  const { config, words } = site
  if (config.url === null || feedsOf(site).length === 0) return null
  const text = speaker()(words.in(config.lang), 'feedExplained')
  const css = `feed::before,channel::before{content:"${text.replace(/[\\"\n]/g, inCss)}"}\n`
  const key = digestOf(css)
  const output = `assets/css/feed-words.${key.slice(0, 8)}.css`
  return { output, source: 'the words of feeds', key, make: () => Promise.resolve(css) }
}

/** Gives a character as a string of CSS holds it (CSS Syntax, section 4.3.7). */
function inCss(character: string): string {
  return `\\${character.charCodeAt(0).toString(16)} `
}

/** Gives what gives the digest of all that a post's entry depends on; a post stands in several feeds. */
function entryKeys(
  { recorded }: Materials,
  summaryOf: (article: Article) => Summary,
  siteUrl: string,
): (article: Article) => string {
  return once((article) => {
    const { post, key } = article
    const { data, answers } = summaryOf(article)
    const id = feedIdOf(post, siteUrl, recorded)
    return digestOf(JSON.stringify([id, key, data, answers, post.date, post.updated]))
  })
}

/** What all feeds of a site have in common. */
interface Frame {
  readonly site: Site
  readonly siteUrl: string
  /** Output paths. */
  readonly sheets: readonly string[]
  readonly author: AuthorData
}

function documentOf(
  { title, url, page }: Feed,
  entries: readonly FeedEntry[],
  { site, siteUrl, sheets, author }: Frame,
): FeedDocument {
  const { config, description } = site
  const [first] = entries
  if (!first) throw new Error('A feed has posts.')
  return {
    title,
    description,
    lang: config.lang,
    page: absoluteUrl(page, siteUrl),
    self: absoluteUrl(url, siteUrl),
    updated: entries.map(({ updated }) => updated).reduce((a, b) => (b.epoch > a.epoch ? b : a)),
    author: authorOf(author, siteUrl),
    generator: { name: 'Scholium', version },
    sheets: sheets.map((output) => hrefOf(`/${output}`, config.basePath)),
    entries,
  }
}

/** An entry, or the key of its body, which the cache has lost. */
type MadeEntry = FeedEntry | { readonly missing: string }

/** Gives what makes the entries of posts, each once. */
function entryMaker(
  materials: Materials,
  summaryOf: (article: Article) => Summary,
  siteUrl: string,
): (article: Article) => Promise<MadeEntry> {
  const { site, recorded } = materials
  const contentOf = contentMaker(materials, siteUrl)
  return once(async (article) => {
    const { post, outline } = article
    const { data, answers } = summaryOf(article)
    const updated = post.updated ?? post.date
    if (!updated) throw new Error('A post in a feed has a date.')
    const absolute = (href: string) => new URL(href, siteUrl).href
    const image = data.image && leadImage(data.image, siteUrl)
    const isFull = site.config.feeds.content === 'full'
    const body = isFull ? await contentOf(article) : ''
    if (body === null) return { missing: article.key }
    const url = absoluteUrl(post.url, siteUrl)
    const absoluteAnswers = answers.map((answer, index) => {
      if (typeof answer !== 'string') return plainImage(answer, url)
      return escapeValue(outline.holes[index]?.kind === 'reference' ? answer : resolved(answer, url))
    })
    // As on its page, the subtitle and the image come before the text.
    const whole = [
      ...(data.subtitle === null ? [] : [`<p><em>${escapeHtml(data.subtitle)}</em></p>`]),
      ...(image ? [`<p>${startTag('img', image)}</p>`] : []),
      filled(body, absoluteAnswers),
    ].join('\n')
    return {
      id: feedIdOf(post, siteUrl, recorded),
      url,
      title: data.title,
      lang: data.lang,
      published: post.date,
      updated,
      authors: data.authors.map((author) => authorOf(author, siteUrl)),
      terms: data.taxonomies.flatMap((taxonomy) =>
        taxonomy.terms.map((term) => ({ name: term.title, taxonomy: absolute(taxonomy.url) })),
      ),
      summary: data.excerpt,
      content: isFull ? inDirection(data.dir, whole) : null,
      image: image?.src ?? null,
    }
  })
}

/** An image as feeds have it: as its file is, with its size. */
function plainImage(picture: Picture, base: string): string {
  const { src = '', ...others } = plainPicture(picture)
  return startTag('img', { src: resolved(src, base), ...others })
}

function leadImage(
  { url, alt, width, height }: LeadImage,
  siteUrl: string,
): Attributes & { readonly src: string } {
  const size = width === null || height === null ? {} : { width: String(width), height: String(height) }
  return { src: new URL(url, siteUrl).href, alt, ...size }
}

/** Readers may not know the direction of a language. */
function inDirection(dir: Direction, html: string): string {
  return dir === 'rtl' ? `<div dir="rtl">\n${html}\n</div>` : html
}

function authorOf({ name, url }: AuthorData, siteUrl: string): FeedAuthor {
  return { name, url: url === null || !URL.canParse(url, siteUrl) ? null : new URL(url, siteUrl).href }
}

function resolved(href: string, base: string): string {
  return URL.canParse(href, base) ? new URL(href, base).href : href
}

/**
 * Gives what gives the HTML of posts as feeds hold it, holes open; null where the cache has lost the body. To parse a
 * body takes longer than to make a page of it, so what comes of it is kept in the cache, too.
 */
function contentMaker(
  { site, bodies, cache, program }: Materials,
  siteUrl: string,
): (article: Article) => Promise<string | null> {
  const { math } = site.config.feeds
  const stored: Cache = openCache(bodies)
  return async ({ post, key: body }) => {
    const url = absoluteUrl(post.url, siteUrl)
    const key = digestOf(JSON.stringify(['feed content', program, body, url, math]))
    const kept = cache.get(key)
    if (kept !== null) return kept
    const entry = stored.get(body)
    if (entry === null) return null
    const [{ feedContent }, plain] = await Promise.all([
      import('./feed-content.js'),
      math === 'text' ? import('../markdown/math/plain.js').then(({ plainMathml }) => plainMathml) : null,
    ])
    const content = feedContent(htmlOf(entry).content, { url, plain })
    cache.put(key, content)
    return content
  }
}

/** Gives a function that does its work once for each article. */
function once<T>(work: (article: Article) => T): (article: Article) => T {
  const known = new Map<Article, T>()
  return (article) => {
    const found = known.get(article)
    if (found !== undefined) return found
    const made = work(article)
    known.set(article, made)
    return made
  }
}
