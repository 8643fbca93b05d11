import { describe, expect, it } from 'vitest'
import { feedIdFaults, feedIdOf } from '../../../src/site/feed-id.js'
import { atomFeed, feedsOf } from '../../../src/site/feeds.js'
import { pageLanguages, pagesOf } from '../../../src/site/pages.js'
import { parsed } from '../../in-memory.js'
import { siteOf } from '../../in-memory-site.js'

const address = 'url: https://example.org/blog/\n'
const dated = (day: number, more = '') => `---\ntitle: T\ndate: 2024-01-0${day}\n${more}---\n\nText.\n`

function feeds(
  files: Readonly<Record<string, string>>,
  yaml = address,
): Readonly<Record<string, readonly string[]>> {
  const list = feedsOf(siteOf(files, yaml).site)
  return Object.fromEntries(
    list.map(({ url, posts }) => [url, posts.map(({ post }) => post.file.slice(14, -3))]),
  )
}

describe('The feeds of a site', () => {
  const files = { 'content/posts/a.md': dated(1, 'tags: [X]\n'), 'content/posts/b.md': dated(2) }

  it('hold its newest posts, in three formats, and those of each term as Atom', () => {
    expect(feeds(files)).toEqual({
      '/feed.xml': ['b', 'a'],
      '/rss.xml': ['b', 'a'],
      '/feed.json': ['b', 'a'],
      '/tags/x/feed.xml': ['a'],
    })
  })

  it.each([
    ['no URL', ''],
    ['`feeds: false`', `${address}feeds: false`],
    ['no format', `${address}feeds: { formats: [] }`],
  ])('are none with %s', (_, yaml) => {
    expect(feeds(files, yaml)).toEqual({})
  })

  it('are those that `formats` names, in one order, and at most as long as `limit`', () => {
    expect(feeds(files, `${address}feeds: { formats: [json, rss], limit: 1 }`)).toEqual({
      '/rss.xml': ['b'],
      '/feed.json': ['b'],
    })
  })

  it('leave out what has no date, and are none where that is all', () => {
    const undated = '---\ntitle: T\ntags: [Y]\n---\n'
    expect(feeds({ ...files, 'content/posts/u.md': undated })).toEqual(feeds(files))
    expect(feeds({ 'content/posts/u.md': undated })).toEqual({})
    expect(feeds({ 'content/posts/u.md': '---\ntitle: T\nupdated: 2024-01-01\n---\n' })['/feed.xml']).toEqual(
      ['u'],
    )
  })

  it('can be of any list of posts', () => {
    const { site } = siteOf(files, address)
    const list = { title: 'By Ada', url: '/authors/ada/', posts: site.posts.slice(1) }
    expect(atomFeed(list, site)).toMatchObject({
      format: 'atom',
      url: '/authors/ada/feed.xml',
      title: 'By Ada',
    })
  })

  it('are named in every page, with that of its own list', () => {
    const { site, index } = siteOf(files, `title: Notes\n${address}`)
    expect(pageLanguages(site, index).languages.en?.site.feeds).toEqual([
      { title: 'Notes (Atom)', type: 'application/atom+xml', url: '/blog/feed.xml' },
      { title: 'Notes (RSS)', type: 'application/rss+xml', url: '/blog/rss.xml' },
      { title: 'Notes (JSON)', type: 'application/feed+json', url: '/blog/feed.json' },
    ])
    const heads = [...pagesOf(site, index)].map(({ page: { template, page } }) => [template, page.feed?.url])
    expect(heads.filter(([, url]) => url !== undefined)).toEqual([['term', '/blog/tags/x/feed.xml']])
  })

  it('can be linked to', () => {
    const text = '---\ntitle: T\ndate: 2024-01-01\n---\n\n[Feed](/feed.xml)\n'
    const { site, index } = siteOf({ 'content/posts/a.md': text }, address)
    expect([...pagesOf(site, index)].flatMap(({ diagnostics }) => diagnostics)).toEqual([])
  })
})

describe('The id of a post in feeds', () => {
  const idOf = (matter: string, recorded = new Map<string, string>()) =>
    feedIdOf(parsed(`---\ntitle: T\n${matter}---\n`).post, 'https://example.org/blog/', recorded)
  const recorded = new Map([['content/posts/a.md', 'urn:recorded']])

  it('is what front matter says, else what was recorded, else its URL', () => {
    expect(idOf('')).toBe('https://example.org/blog/posts/a/')
    expect(idOf('', recorded)).toBe('urn:recorded')
    expect(idOf('id: tag:example.org,2020:a\n', recorded)).toBe('tag:example.org,2020:a')
  })

  it('is always a URI', () => {
    expect(idOf('id: /2020/old.html\n')).toBe('https://example.org/2020/old.html')
    expect(idOf('id: 42\n')).toBe('https://example.org/blog/42')
    expect(idOf('id: "http://["\n')).toBe('https://example.org/blog/posts/a/')
  })

  it('of another post is reported, in the file that comes later', () => {
    const posts = ['b', 'a', 'c'].map(
      (name) => parsed(`---\ntitle: T\nid: x\n---\n`, { file: `content/posts/${name}.md` }).post,
    )
    const faults = feedIdFaults(posts, 'https://example.org/', new Map())
    expect(faults.map(({ rule, file, line }) => `${rule} ${file}:${line}`)).toEqual([
      'feed-id-is-unique content/posts/b.md:3',
      'feed-id-is-unique content/posts/c.md:3',
    ])
  })
})
