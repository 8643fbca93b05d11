/** Feeds as machines read them: held against the rules of their formats, and read back by a parser that is not ours. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type BuildResult, build } from '../../src/build.js'
import { type FeedDocument, type FeedEntry, writeFeed } from '../../src/output/feed-formats.js'
import { hasXmllint, xmllint } from './xmllint.mjs'

const fileAt = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const schemas = { atom: fileAt('atom.rng'), rss: fileAt('rss.rng') } as const
const seed = fileAt('../../../shared/seeds/deep-learning-fundamentals.md')
const hasSeed = existsSync(seed)
const hasSchemas = hasXmllint()
const withoutXmllint = hasSchemas ? '' : ' (skipped: there is no xmllint)'

/** JSON Feed 1.1: what it asks for, and no key that it does not know. */
const url = z.url({ protocol: /^https?$/ })
const moment = z.iso.datetime({ offset: true })
const jsonAuthor = z.strictObject({ name: z.string().min(1), url: url.optional() })
const jsonFeed = z.strictObject({
  version: z.literal('https://jsonfeed.org/version/1.1'),
  title: z.string().min(1),
  home_page_url: url,
  feed_url: url,
  description: z.string().optional(),
  authors: z.array(jsonAuthor).min(1),
  language: z.string(),
  items: z.array(
    z
      .strictObject({
        id: z.string().min(1),
        url,
        title: z.string(),
        content_html: z.string().optional(),
        content_text: z.string().optional(),
        summary: z.string().optional(),
        image: url.optional(),
        date_published: moment.optional(),
        date_modified: moment,
        authors: z.array(jsonAuthor).optional(),
        tags: z.array(z.string()).optional(),
        language: z.string(),
      })
      .refine((item) => item.content_html !== undefined || item.content_text !== undefined),
  ),
})

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'scholium-feeds-'))
  folders.push(folder)
  return folder
}

/** Builds a copy of a fixture site, or a site of the seed alone. */
function built(name: string): Promise<BuildResult> {
  const root = newFolder()
  if (name === 'seed') {
    mkdirSync(join(root, 'content/posts'), { recursive: true })
    writeFileSync(join(root, 'site.yaml'), 'title: A blog\nurl: https://example.org/\n')
    cpSync(seed, join(root, 'content/posts/deep-learning-fundamentals.md'))
  } else cpSync(fileAt(`../sites/${name}`), root, { recursive: true })
  const now = new Date('2026-01-01T00:00:00Z')
  return build({ root, out: join(root, 'dist'), drafts: false, now })
}

const sites = ['feeds', 'feeds-of-excerpts', 'feeds-as-text', 'base-path', 'metadata']

describe.each([...sites, ...(hasSeed ? ['seed'] : [])])('The feeds of %s', (name) => {
  let result: BuildResult
  let outputs: readonly string[]
  beforeAll(async () => {
    result = await built(name)
    outputs = [...result.outputs.keys()]
  })
  const pathsOf = (file: string) =>
    outputs.filter((output) => output.split('/').at(-1) === file).map((output) => join(result.out, output))
  const textsOf = (file: string) => pathsOf(file).map((path) => readFileSync(path, 'utf8'))

  it.skipIf(!hasSchemas)(`fit the schemas of Atom and RSS${withoutXmllint}`, () => {
    for (const [format, file] of [
      ['atom', 'feed.xml'],
      ['rss', 'rss.xml'],
    ] as const) {
      const paths = pathsOf(file)
      if (paths.length > 0) expect(xmllint(paths, schemas[format])).toBe('')
    }
    expect(pathsOf('feed.xml').length + pathsOf('feed.json').length).toBeGreaterThan(0)
  })

  it('keep the rules of JSON Feed', () => {
    for (const text of textsOf('feed.json'))
      expect(jsonFeed.safeParse(JSON.parse(text)).error).toBeUndefined()
  })

  it('are read alike by a parser that is not ours, whatever the format', () => {
    const [atom, rss, json] = ['feed.xml', 'rss.xml', 'feed.json'].map((file) =>
      existsSync(join(result.out, file)) ? readFileSync(join(result.out, file), 'utf8') : null,
    )
    if (!atom || !rss || !json) return
    const fromAtom = parseAtomFeed(atom).entries?.map(({ id, title, content, links }) => [
      ...[id, title?.value, content?.value, links?.[0]?.href],
    ])
    const fromRss = parseRssFeed(rss).items?.map(({ guid, title, content, link }) => [
      ...[guid?.value, title, content?.encoded, link],
    ])
    const fromJson = parseJsonFeed(json).items?.map(({ id, title, content_html, url }) => [
      // In XML it must be escaped, which in HTML makes no difference.
      ...[id, title, content_html?.replaceAll(']]>', ']]&gt;'), url],
    ])
    expect(fromAtom?.length).toBeGreaterThan(0)
    expect(fromAtom).toEqual(fromJson)
    // In RSS, the language of a post stands in its content.
    const bare = (text: string | undefined) => text?.replace(/^<div lang="[^"]*">([\s\S]*)<\/div>$/, '$1')
    expect(fromRss?.map(([id, title, content, link]) => [id, title, bare(content), link])).toEqual(fromJson)
  })

  it('hold URLs that lead from anywhere, and nothing that a page alone needs', () => {
    for (const text of textsOf('feed.json')) {
      for (const { content_html: html = '' } of parseJsonFeed(text).items ?? []) {
        const urls = [...html.matchAll(/ (?:href|src|poster)="([^"]*)"/g)].map(([, found = '']) => found)
        expect(urls.filter((found) => !/^(https?:|mailto:)/.test(found))).toEqual([])
        expect(html).not.toMatch(
          /katex|tabindex|class="(?!language-)|<script|<style|<form|<iframe|\son\w+=| id="/,
        )
        expect(html).not.toMatch(/[\uFDD0-\uFDEF]/)
      }
    }
  })
})

describe.skipIf(!hasSeed)(
  `The seed in a feed${hasSeed ? '' : ' (skipped: ../shared/seeds is not there)'}`,
  () => {
    it('has each of its 24 formulas once, as MathML with its TeX', async () => {
      const { out } = await built('seed')
      const [entry] = parseAtomFeed(readFileSync(join(out, 'feed.xml'), 'utf8')).entries ?? []
      const html = entry?.content?.value ?? ''
      expect(html.match(/<math /g)).toHaveLength(24)
      expect(html.match(/<math display="block" alttext="[^"]+">/g)).toHaveLength(10)
      expect(html).not.toMatch(/annotation|katex/)
      expect(html).toContain('alttext="z = \\sum_{i=1}^{n} w_i x_i + b"')
      expect(entry?.title?.value).toBe('Deep Learning Fundamentals: Neural Networks Explained')
      expect(html.match(/<pre><code class="language-python">/g)?.length).toBeGreaterThan(0)
    })
  },
)

const entry: FeedEntry = {
  id: 'https://example.org/a/',
  url: 'https://example.org/a/',
  title: 'A',
  lang: 'en',
  published: { iso: '2024-01-22', epoch: Date.UTC(2024, 0, 22), year: 2024, month: 1, day: 22 },
  updated: { iso: '2024-01-22', epoch: Date.UTC(2024, 0, 22), year: 2024, month: 1, day: 22 },
  authors: [{ name: 'Ada', url: null }],
  terms: [{ name: 'C++', taxonomy: 'https://example.org/tags/' }],
  summary: 'In short.',
  content: '<p>All of it.</p>',
  image: null,
}

const feed: FeedDocument = {
  title: 'Notes',
  description: 'On things.',
  lang: 'en',
  page: 'https://example.org/',
  self: 'https://example.org/feed.xml',
  updated: entry.updated,
  author: { name: 'Ada', url: 'https://ada.example/' },
  generator: { name: 'Scholium', version: '1' },
  sheets: ['/assets/css/feed.css', '/assets/css/a&b.css'],
  entries: [entry],
}

/** Writes texts to files of a new folder. */
function files(texts: readonly string[]): readonly string[] {
  const folder = newFolder()
  return texts.map((text, index) => {
    const path = join(folder, `${index}.xml`)
    writeFileSync(path, text)
    return path
  })
}

describe('A schema', () => {
  it.skipIf(!hasSchemas).each([
    ['atom', 'a date without a time', [/(<updated>[^T]*)T[^<]*/, '$1']],
    ['atom', 'no id', [/<id>.*?<\/id>/, '']],
    ['atom', 'an id that is no URI', [/<id>.*?<\/id>/, '<id>a</id>']],
    ['atom', 'an element that Atom does not have', ['<subtitle>', '<subtitel/><subtitle>']],
    ['atom', 'an unescaped ampersand', ['Notes', 'a & b']],
    ['rss', 'a date of another kind', [/<pubDate>.*?</, '<pubDate>2024-01-22<']],
    ['rss', 'a name for an e-mail address', [/<dc:creator>.*?<\/dc:creator>/, '<author>Ada</author>']],
    ['rss', 'a permalink that is none', [/isPermaLink="true">.*?</, 'isPermaLink="true">a<']],
    ['rss', 'no description', [/<description>.*?<\/description>/, '']],
  ] as const)(`of %s refuses a feed with %s${withoutXmllint}`, (format, _, [from, to]) => {
    const sound = writeFeed(format, feed)
    const broken = sound.replace(from, to)
    expect(broken).not.toBe(sound)
    const [good = '', bad = ''] = files([sound, broken])
    expect(xmllint([good], schemas[format])).toBe('')
    expect(xmllint([bad], schemas[format])).not.toBe('')
  })
})

/** Text with all that gives writers of XML trouble. */
const trouble = fc.string({
  unit: fc.oneof(
    fc.constantFrom(']]>', '<![CDATA[', '&amp;', '&', '<', '>', '"', "'", '<!--', '?>', '&#0;'),
    fc.constantFrom('\0', '\x01', '\x08', '\x0B', '\x1F', '\x7F', '\x85', '\t', '\n'),
    fc.constantFrom('\uD800', '\uDFFF', '\uFDD0', '\uFDD5', '\uFFFE', '\uFFFF', '\uFEFF', '\u2028', '😀'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
})

/** As a feed has it: U+FFFD for what no XML may hold. */
function printed(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
  return text.toWellFormed().replace(/[\0-\x08\x0B\x0C\x0E-\x1F\uFDD0-\uFDEF\uFFFE\uFFFF]/g, '\uFFFD')
}

const documents = fc.record({ text: trouble, html: trouble, name: trouble }).map(
  ({ text, html, name }): FeedDocument => ({
    ...feed,
    title: `t${text}`,
    description: text,
    author: { name: `n${name}`, url: null },
    entries: [
      {
        ...entry,
        title: `t${text}`,
        summary: text,
        content: html,
        terms: [{ name: `n${name}`, taxonomy: 'https://example.org/' }],
      },
    ],
  }),
)

describe('A feed of any text', () => {
  it.skipIf(!hasSchemas)(`is valid XML, and fits its schema${withoutXmllint}`, () => {
    const samples = fc.sample(documents, 200)
    for (const format of ['atom', 'rss'] as const) {
      const paths = files(samples.map((sample) => writeFeed(format, sample)))
      expect(xmllint(paths, schemas[format])).toBe('')
    }
  })

  it('holds only characters that XML may hold', () => {
    const allowed = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u
    fc.assert(
      fc.property(documents, fc.constantFrom('atom', 'rss', 'json'), (document, format) => {
        expect(writeFeed(format, document)).toMatch(allowed)
      }),
    )
  })

  it('says in JSON what it was given', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const { title, items } = JSON.parse(writeFeed('json', document)) as z.infer<typeof jsonFeed>
        expect(title).toBe(printed(document.title))
        expect(items[0]?.content_html).toBe(printed(document.entries[0]?.content ?? ''))
      }),
    )
  })

  it('says in Atom what it was given, to a parser that is not ours', () => {
    // That parser trims texts and takes character references of HTML out of titles: letters between signs of XML.
    const plain = fc.string({
      unit: fc.constantFrom(']]>', '<', '>', '"', "'", 'a', 'β', '😀'),
      minLength: 1,
    })
    fc.assert(
      fc.property(plain, (text) => {
        const title = `t${text}t`
        const read = parseAtomFeed(
          writeFeed('atom', { ...feed, title, entries: [{ ...entry, title, content: title }] }),
        )
        expect(read.title?.value).toBe(title)
        expect(read.entries?.[0]?.title?.value).toBe(title)
        expect(read.entries?.[0]?.content?.value).toBe(title.replaceAll(']]>', ']]&gt;'))
      }),
    )
  })
})
