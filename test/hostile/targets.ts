/**
 * What reads texts and bytes that a stranger may have written, each as a function of one input that tells which laws it
 * broke. An exception is one that the laws do not name: it is never the answer to an input.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseConfig } from '../../src/config.js'
import { parseAuthors } from '../../src/content/authors.js'
import { parseBibtex } from '../../src/content/bibtex.js'
import { builtInStyle, localeText } from '../../src/content/citation-style.js'
import type { CslItem } from '../../src/content/csl-item.js'
import { parseCslJson } from '../../src/content/csl-json.js'
import { absoluteUrl, outputOf, permalinkOf, tidyUrl, urlFault } from '../../src/content/permalink.js'
import { parsePost } from '../../src/content/post.js'
import { parsePublished } from '../../src/content/published.js'
import { slugify } from '../../src/content/slug.js'
import { cleanText } from '../../src/content/source.js'
import { parseWords } from '../../src/content/word-book.js'
import type { Diagnostic } from '../../src/diagnostics.js'
import { digestOf } from '../../src/digest.js'
import { calloutKinds } from '../../src/markdown/callouts.js'
import { citer } from '../../src/markdown/citations/citeproc.js'
import { reachingEntries } from '../../src/markdown/citations/reach.js'
import { withDestinations } from '../../src/markdown/destinations.js'
import { includesIn } from '../../src/markdown/includes.js'
import { renderer } from '../../src/markdown/pipeline.js'
import { quotationStyle } from '../../src/markdown/quotation.js'
import { theoremKinds } from '../../src/markdown/theorems.js'
import { cardMaker } from '../../src/output/card-maker.js'
import { feedContent } from '../../src/output/feed-content.js'
import { storeFacts } from '../../src/output/image-maker.js'
import { withoutPlace } from '../../src/output/location.js'
import { templateRenderer } from '../../src/output/templates.js'
import { termSlugs } from '../../src/site/taxonomy.js'
import { configOf } from '../in-memory.js'
import { englishBodyWords } from '../words.js'
import { site } from './site-target.js'

/** Tells the laws that an input broke. */
export type Target = (
  input: string | Uint8Array,
  scratch: string,
) => readonly string[] | Promise<readonly string[]>

/** What an input is made of: text, or bytes. */
export const targets = {
  'front matter': frontMatter,
  markdown,
  mathematics,
  destinations,
  bibtex: (input) => bibliography(textOf(input), parseBibtex),
  'csl-json': (input) => bibliography(textOf(input), parseCslJson),
  configuration,
  template,
  'file name': fileName,
  image,
  site,
} as const satisfies Record<string, Target>

export type TargetName = keyof typeof targets

const decoder = new TextDecoder()

function textOf(input: string | Uint8Array): string {
  return typeof input === 'string' ? input : decoder.decode(input)
}

/** Whether every finding stands in its file: lines and columns are counted from 1, and a column may be behind the last letter. */
function misplaced(diagnostics: readonly Diagnostic[], text: string): readonly string[] {
  const lines = text.split(/\r\n?|\n/)
  const isWithin = (line: number, column: number) =>
    line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1] ?? '').length + 1
  return diagnostics.flatMap(({ rule, message, line, column, endLine, endColumn }) => {
    if (line === undefined) return []
    const isFine =
      isWithin(line, column ?? 1) &&
      (endLine === undefined || endLine > line || (endLine === line && (endColumn ?? 1) >= (column ?? 1))) &&
      (endLine === undefined || isWithin(endLine, endColumn ?? 1))
    return isFine
      ? []
      : [`reported outside of the text, at ${line}:${column}-${endLine}:${endColumn}: ${rule} ${message}`]
  })
}

const defaults = configOf()

function frontMatter(input: string | Uint8Array): readonly string[] {
  const text = cleanText(textOf(input))
  const { post, body, diagnostics } = parsePost({ kind: 'post', file: 'content/posts/a.md', text }, defaults)
  const broken = [...misplaced(diagnostics, text)]
  if (!text.endsWith(body)) broken.push('the body is not the end of the text')
  if (urlFault(post.url) !== null) broken.push(`the URL ${JSON.stringify(post.url)} is not safe`)
  if (post.bodyLine !== text.split('\n').length - body.split('\n').length && body !== '')
    broken.push(`the body begins in line ${post.bodyLine + 1}, it is said`)
  // What is kept between builds, and what templates receive, is JSON.
  JSON.stringify(post)
  return broken
}

const everything = configOf(`url: https://example.org/
markdown: { highlight: true, superscript: true, subscript: true, keys: true, definitionLists: true, abbreviations: true, emoji: true, wikilinks: true }`)
const options = {
  siteUrl: everything.url,
  smartPunctuation: true,
  html: 'allow' as const,
  foldCode: 30,
  extensions: everything.markdown,
  math: everything.math,
  theorems: { ...theoremKinds, ...everything.theorems },
  callouts: { ...calloutKinds, ...everything.callouts },
}
const render = renderer(options)
const renderOfStrangers = renderer({ ...options, html: 'sanitize' as const })
const own = { title: 'A title', words: englishBodyWords, quotation: quotationStyle('en') }

/** A word that marks a place of a text. */
export const markPattern = /q\d+w/g
/** Where CommonMark, GFM and the constructs beside them say that text is not shown: definitions, tags, what stands behind a language. */
const hidden = /\]:|[<{|]|```|~~~|\[\^|\*\[|\\(?!q)/

function markdown(input: string | Uint8Array): readonly string[] {
  const text = cleanText(textOf(input))
  const { html, diagnostics, sections } = render(text, own)
  const broken = [...misplaced(diagnostics, text)]
  if (!hidden.test(text)) {
    const lost = (text.match(markPattern) ?? []).filter((mark) => !html.includes(mark))
    if (lost.length > 0) broken.push(`lost: ${lost.join(' ')}`)
  }
  JSON.stringify(sections)
  renderOfStrangers(text, own)
  includesIn(text)
  feedContent(html, { url: 'https://example.org/a/', plain: null })
  return broken
}

function mathematics(input: string | Uint8Array): readonly string[] {
  const tex = cleanText(textOf(input))
  const text = `Here $${tex}$ and\n\n$$\n${tex}\n$$\n\n\\begin{align}\n${tex}\n\\end{align}\n`
  return misplaced(render(text, own).diagnostics, text)
}

function destinations(input: string | Uint8Array): readonly string[] {
  const text = cleanText(textOf(input))
  const broken: string[] = []
  if (
    withDestinations(
      text,
      everything.math,
      () => null,
      () => null,
    ) !== text
  )
    broken.push('a text whose destinations stay is not the same')
  return broken
}

const locales = { 'en-US': localeText('en-US') }
const styles = ['apa', 'ieee'].map((name) => builtInStyle(name) ?? '')

function bibliography(
  text: string,
  read: (text: string, file: string) => { items: readonly CslItem[]; diagnostics: readonly Diagnostic[] },
): readonly string[] {
  const clean = cleanText(text)
  const { items, diagnostics } = read(clean, 'refs')
  const broken = [...misplaced(diagnostics, clean)]
  // What can be cited is cited.
  const all = new Map(items.map((item) => [item.id, item]))
  const keys = [...all.keys()].filter((key) => /^[\w:.#$%&+?<>~/-]*\w$/.test(key)).slice(0, 20)
  if (keys.length === 0) return broken
  const body = `${keys.map((key) => `[see @${key}, p. 3]`).join(' ')}\n\n@${keys[0]} says.\n`
  const reaching = reachingEntries(body, all)
  if (!reaching) return broken
  for (const style of styles) {
    const citations = { ...reaching, lang: 'en-US', style, locales }
    const cite = renderer(
      options,
      undefined,
      [],
      citer((name) => name),
    )
    broken.push(...misplaced(cite(body, { ...own, citations }).diagnostics, body))
  }
  return broken
}

function configuration(input: string | Uint8Array): readonly string[] {
  const text = textOf(input)
  const plain = text.replace(/^\uFEFF/, '')
  const broken: string[] = []
  const { config, diagnostics } = parseConfig(text)
  broken.push(...misplaced(diagnostics, plain))
  if (config === null && diagnostics.length === 0) broken.push('refused without a word')
  if (config) JSON.stringify(config)
  broken.push(...misplaced(parseAuthors(text).diagnostics, plain))
  broken.push(...misplaced(parsePublished(text).diagnostics, text))
  broken.push(
    ...misplaced(parseWords(text, { file: 'words', lang: 'en', reference: null }).diagnostics, plain),
  )
  return broken
}

const templateData = {
  site: { title: 'A site', menu: [{ title: 'a', url: '/' }] },
  page: { title: 'x', content: '<p>x</p>' },
  posts: [
    { title: 'one', tags: ['__proto__', 'a'] },
    { title: 'two', tags: [] },
  ],
  words: { posts: 'posts' },
}

function template(input: string | Uint8Array): readonly string[] {
  const source = textOf(input)
  const files = new Map(
    [['a.html', source] as const, ['b.html', '{{ page.title }}{% render "a" %}'] as const].map(
      ([name, text]) => [name, { path: `templates/${name}`, source: text }] as const,
    ),
  )
  const made = templateRenderer({ files, key: '', diagnostics: [] }).render('a', templateData)
  return 'diagnostic' in made
    ? misplaced(
        [made.diagnostic].filter(({ file }) => file?.endsWith('a.html')),
        source,
      )
    : []
}

function fileName(input: string | Uint8Array): readonly string[] {
  const name = textOf(input)
  const broken: string[] = []
  const checkUrl = (url: string, what: string) => {
    if (urlFault(url) !== null) broken.push(`${what} is at ${JSON.stringify(url)}`)
    const output = outputOf(url)
    if (
      output.startsWith('/') ||
      output.split('/').some((part) => part === '' || part === '.' || part === '..')
    )
      broken.push(`${what} is written to ${JSON.stringify(output)}`)
    absoluteUrl(url, 'https://example.org/')
  }
  const slug = slugify(name)
  if (slug === '' || slug.includes('/') || /^\.+$/.test(slug) || Buffer.byteLength(slug) > 200)
    broken.push(`the slug is ${JSON.stringify(slug)}`)
  if (slugify(slug) !== slug) broken.push(`the slug of ${JSON.stringify(slug)} is another one`)
  checkUrl(tidyUrl(`tags/${slug}`), 'the term')
  const slugs = [...termSlugs([name, `${name}+`, `${name}#`, name.toUpperCase()]).values()]
  if (new Set(slugs).size !== slugs.length) broken.push('two terms have one slug')
  for (const file of [
    `content/posts/${name}.md`,
    `content/posts/${name}/index.md`,
    `content/pages/${name}.md`,
  ]) {
    if (/\0/.test(file)) continue
    const kind = file.startsWith('content/posts') ? 'post' : 'page'
    checkUrl(parsePost({ kind, file, text: 'x' }, defaults).post.url, file)
  }
  const quoted = JSON.stringify(name)
  const written = `---\ntitle: x\npermalink: ${quoted}\nslug: ${quoted}\naliases: [${quoted}]\ntags: [${quoted}]\n---\n`
  const { post } = parsePost({ kind: 'post', file: 'content/posts/a.md', text: cleanText(written) }, defaults)
  checkUrl(post.url, 'the permalink')
  checkUrl(permalinkOf('/:slug/:name/:category/', { slug, name, category: name, date: null }), 'the pattern')
  return broken
}

const makeCard = cardMaker()

async function image(input: string | Uint8Array, scratch: string): Promise<readonly string[]> {
  const bytes = typeof input === 'string' ? Buffer.from(input) : Buffer.from(input)
  const broken: string[] = []
  const without = withoutPlace(bytes)
  if (without && without.length !== bytes.length) broken.push('another length without the place')
  if (without && withoutPlace(without) !== null) broken.push('the place is still there')
  const isVector = /^\s*</.test(bytes.toString('latin1', 0, 40))
  const path = join(scratch, isVector ? 'image.svg' : 'image.png')
  writeFileSync(path, bytes)
  const digest = digestOf(bytes)
  const [facts] = await storeFacts(
    [{ key: digest, file: { path, digest, isVector } }],
    join(scratch, 'cache'),
  )
  if (!facts) broken.push('nothing is said of it')
  const card = await makeCard({ kind: isVector ? 'vector' : 'raster', file: 'image', path, digest })
  if ('bytes' in card && card.bytes.length === 0) broken.push('an empty card')
  return broken
}
