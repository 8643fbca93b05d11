import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { XMLParser } from 'fast-xml-parser'
import robotsParser from 'robots-parser'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import type { InputFile } from '../../../src/content/inventory.js'
import type { MadeFile } from '../../../src/output/made-file.js'
import { robots } from '../../../src/output/robots.js'
import { sitemap, sitemapFiles } from '../../../src/output/sitemap.js'
import { siteOf } from '../../in-memory-site.js'

const files = {
  'content/posts/2024-01-02-a.md':
    '---\ntitle: A & <b>\ntags: [分布]\nupdated: 2024-05-06T23:30:00-05:00\n---\n',
  'content/posts/2024-01-01-b.md': '---\ntitle: B\ncanonical: https://other.example/b/\n---\n',
  'content/posts/c.md': '---\ntitle: C\n---\n',
  'content/posts/d.md': '---\ntitle: D\ndraft: true\n---\n',
  'content/pages/e.md': "---\npermalink: /o'brien & co/\n---\n",
}

async function textOf(file: MadeFile | undefined): Promise<string> {
  if (!file) throw new Error('There is no such file.')
  const made = await file.make()
  if (typeof made === 'object' && 'missing' in made) throw new Error('A sitemap holds no body.')
  return Buffer.from(made).toString()
}

const sitemapOf = (yaml: string) => sitemap({ site: siteOf(files, yaml).site, program: 'test' })

const parser = new XMLParser({ isArray: (name) => name === 'url' || name === 'sitemap' })

describe('The sitemap', () => {
  it('lists what search engines are told of, with the day of the last change as the author wrote it', async () => {
    const [file, ...more] = sitemapOf('url: https://example.org/blog/\npaginate: 1')
    expect(more).toEqual([])
    const { urlset } = parser.parse(await textOf(file))
    expect(urlset.url).toEqual([
      { loc: 'https://example.org/blog/posts/a/', lastmod: '2024-05-06' },
      { loc: 'https://example.org/blog/posts/c/' },
      { loc: "https://example.org/blog/o'brien%20&%20co/" },
      { loc: 'https://example.org/blog/' },
      { loc: 'https://example.org/blog/archive/' },
      { loc: 'https://example.org/blog/tags/%E5%88%86%E5%B8%83/' },
      { loc: 'https://example.org/blog/tags/' },
    ])
  })

  it('is valid by the schema of the protocol', async () => {
    const schema = createRequire(import.meta.url)
      .resolve('sitemap')
      .replace(/dist\/.*$/, 'schema/sitemap.xsd')
    const [file] = sitemapOf('url: https://example.org/')
    const check = async (contents: string) =>
      validateXML({
        xml: [{ fileName: 'sitemap.xml', contents }],
        schema: [readFileSync(schema, 'utf8')],
      })
    const xml = await textOf(file)
    expect(await check(xml)).toMatchObject({ valid: true, errors: [] })
    expect(await check(xml.replace('<loc>', '<place>'))).toMatchObject({ valid: false })
  })

  it('is not made where the URL of the site is not known', () => {
    expect(sitemapOf('title: No URL')).toEqual([])
  })

  it('of more than 50,000 pages is an index and its parts', { timeout: 60_000 }, async () => {
    const entries = Array.from({ length: 100_001 }, (_, index) => ({ url: `https://example.org/${index}/` }))
    const parts = sitemapFiles(entries, 'https://example.org/', 'test')
    expect(parts.map(({ output }) => output)).toEqual([
      'sitemap.xml',
      'sitemap-1.xml',
      'sitemap-2.xml',
      'sitemap-3.xml',
    ])
    const { sitemapindex } = parser.parse(await textOf(parts[0]))
    expect(sitemapindex.sitemap.map(({ loc }: { loc: string }) => loc)).toEqual([
      'https://example.org/sitemap-1.xml',
      'https://example.org/sitemap-2.xml',
      'https://example.org/sitemap-3.xml',
    ])
    const last = parser.parse(await textOf(parts[3]))
    expect(last.urlset.url).toEqual([{ loc: 'https://example.org/100000/' }])
    const keys = new Set(parts.map(({ key }) => key))
    expect(keys.size).toBe(4)
  })
})

describe('robots.txt', () => {
  const made = (yaml: string, inputs: ReadonlyMap<string, InputFile> = new Map()) =>
    robots({ site: siteOf(files, yaml).site, inputs, program: 'test' })

  it('lets everybody read, and names the sitemap', async () => {
    const [file] = made('url: https://example.org/')
    const parse = robotsParser as unknown as typeof robotsParser.default
    const read = parse('https://example.org/robots.txt', await textOf(file))
    expect(read.isAllowed('https://example.org/posts/a/', 'Anybot')).toBe(true)
    expect(read.getSitemaps()).toEqual(['https://example.org/sitemap.xml'])
  })

  it('is not made below a path, where nobody asks for it, nor without a URL', () => {
    expect(made('url: https://example.org/blog/')).toEqual([])
    expect(made('title: No URL')).toEqual([])
  })

  it('is the site’s own where it has one in assets/', async () => {
    const path = createRequire(import.meta.url).resolve('../../sites/for-machines/content/pages/robots.txt')
    const own = { file: 'assets/robots.txt', path, signature: '', digest: 'd' }
    const [file, ...more] = made('title: No URL', new Map([[own.file, own]]))
    expect(more).toEqual([])
    expect(file).toMatchObject({ output: 'robots.txt', key: 'd' })
    expect(await textOf(file)).toBe(readFileSync(path, 'utf8'))
  })
})
