import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { build } from '../../../src/build.js'
import { openCache } from '../../../src/cache.js'
import { noMemory } from '../../../src/memory.js'
import { noCards } from '../../../src/output/cards.js'
import { feedFiles } from '../../../src/output/feeds.js'
import type { Materials } from '../../../src/output/materials.js'
import { encodeBody } from '../../../src/render/body.js'
import { summariesOf } from '../../../src/site/summary.js'
import { articleIn, siteOf } from '../../in-memory-site.js'
import { siteFolder, writeFiles } from '../../site-folder.js'

const yaml = 'title: Notes\nurl: https://example.org/\nfeeds: { limit: 1 }\n'
const dated = (day: number, body: string, more = '') =>
  `---\ntitle: T${day}\ndate: 2024-01-0${day}\n${more}---\n\n${body}\n`
const files = {
  'content/posts/new.md': dated(2, 'New, [to the old](old.md).'),
  'content/posts/old.md': dated(1, 'Old.', 'tags: [x]\n'),
}

/** The feeds of a site as files, with a cache in a folder of its own that holds no body. */
async function feedsOf(
  sources: Readonly<Record<string, string>>,
  config = yaml,
  recorded = new Map<string, string>(),
) {
  const memory = siteOf(sources, config)
  const bodies = await siteFolder()
  const theme = { theme: { feed: 'assets/css/feed.css' } } as Materials['theme']
  const materials = {
    ...{
      site: memory.site,
      withheld: [],
      links: { index: memory.index, redirects: [], diagnostics: [] },
      cards: noCards,
      encoded: [],
      published: [],
      precompress: [],
      clean: false,
      memory: noMemory,
      searchIndex: false,
      theme,
      templates: { key: '' } as Materials['templates'],
      inputs: new Map(),
    },
    ...{ bodies, cache: openCache(bodies), recorded, program: 'test' },
  }
  const feeds = () => plan().filter(({ output }) => !output.endsWith('.css'))
  const plan = () => [...feedFiles(materials, memory.index, summariesOf(memory.site, memory.index))]
  const keys = Object.fromEntries(feeds().map(({ output, key }) => [output, key]))
  return { memory, bodies, plan, keys }
}

describe('A feed is made again', () => {
  const changed = async (edit: Parameters<typeof feedsOf>) => {
    const [before, after] = [await feedsOf(files), await feedsOf(...edit)]
    return Object.keys(before.keys).filter((output) => before.keys[output] !== after.keys[output])
  }
  const all = ['feed.xml', 'rss.xml', 'feed.json', 'tags/x/feed.xml']
  const ofSite = all.slice(0, 3)

  it.each([
    [
      'the body of a post that it holds',
      { 'content/posts/old.md': dated(1, 'Older.', 'tags: [x]\n') },
      ['tags/x/feed.xml'],
    ],
    [
      'a title',
      { 'content/posts/new.md': dated(2, 'New, [to the old](old.md).').replace('T2', 'T') },
      ofSite,
    ],
    [
      'where a link in it leads',
      { 'content/posts/old.md': dated(1, 'Old.', 'tags: [x]\nslug: moved\n') },
      all,
    ],
    [
      'the id of a post',
      { 'content/posts/old.md': dated(1, 'Old.', 'tags: [x]\nid: a\n') },
      ['tags/x/feed.xml'],
    ],
    ['nothing of its posts', { 'content/pages/about.md': 'About.' }, []],
  ])('where a change is of %s', async (_, edit, expected) => {
    expect(await changed([{ ...files, ...edit }])).toEqual(expected)
  })

  it('where what site.yaml says of it changes, or an id that was recorded, and not for other settings', async () => {
    expect(await changed([files, `${yaml}description: New\n`])).toEqual(all)
    expect(await changed([files, yaml.replace('limit: 1', 'limit: 1, math: text')])).toEqual(all)
    expect(await changed([files, `${yaml}paginate: 3\n`])).toEqual([])
    expect(await changed([files, yaml, new Map([['content/posts/new.md', 'urn:a']])])).toEqual(ofSite)
  })
})

describe('A body that the cache has lost', () => {
  it('is named by the feed that holds it, and the feed is made once it is there', async () => {
    const { memory, bodies, plan } = await feedsOf(files)
    const article = articleIn(memory, 'content/posts/new.md')
    const make = () =>
      plan()
        .find(({ output }) => output === 'feed.xml')
        ?.make()
    expect(await make()).toEqual({ missing: [article.key] })
    const html = memory.bodies.get(article.key)
    if (html) openCache(bodies).put(article.key, encodeBody(article.outline, html))
    expect(await make()).toContain('<a href="https://example.org/posts/old/">to the old</a>')
  })

  it('is rendered again by the build that misses it', async () => {
    const root = await siteFolder({ 'site.yaml': yaml, ...files })
    const site = { root, out: join(root, 'dist'), drafts: false, now: new Date('2026-01-01') }
    const text = () => readFileSync(join(root, 'dist/feed.xml'), 'utf8')
    await build(site)
    const before = text()
    rmSync(join(root, '.scholium/cache'), { recursive: true })
    rmSync(join(root, 'dist/feed.xml'))
    await writeFiles(root, { 'content/pages/about.md': 'About.' })
    expect(await build(site)).toMatchObject({ ok: true })
    expect(text()).toBe(before)
    expect(before).toContain('<a href="https://example.org/posts/old/">to the old</a>')
  })
})

describe('A site without a URL, or without feeds', () => {
  it.each(['title: Notes', `${yaml.replace('{ limit: 1 }', 'false')}`])(
    'as in %j has no byte of them',
    async (config) => {
      const root = await siteFolder({ 'site.yaml': config, ...files })
      const { outputs, out } = await build({
        root,
        out: join(root, 'dist'),
        drafts: false,
        now: new Date('2026-01-01'),
      })
      expect([...outputs.keys()].filter((output) => /feed|rss/.test(output))).toEqual([])
      for (const page of ['index.html', 'tags/x/index.html'])
        expect(readFileSync(join(out, page), 'utf8')).not.toMatch(/feed|alternate/i)
    },
  )
})
