import { describe, expect, it } from 'vitest'
import { type Memory, noMemory, sessionMemory } from '../../../src/memory.js'
import type { PostOutline } from '../../../src/site/page.js'
import { pagesOf } from '../../../src/site/pages.js'
import { summariesOf } from '../../../src/site/summary.js'
import { siteOf } from '../../in-memory-site.js'

/** What stands around each post and page, by the name of its file. */
function around(
  posts: Readonly<Record<string, string>>,
  yaml = '',
  memory: Memory = noMemory,
): Readonly<Record<string, PostOutline>> {
  const files = Object.entries(posts).map(([name, text]) => [
    name.includes('/') ? name : `content/posts/${name}.md`,
    text,
  ])
  const { site, index } = siteOf(Object.fromEntries(files), yaml)
  return Object.fromEntries(
    [...pagesOf(site, index, new Map(), summariesOf(site, index, memory), memory)].flatMap(({ page }) =>
      page.template === 'post' || page.template === 'page'
        ? [[/([^/]+)\.md$/.exec(page.source)?.[1] ?? '', page.data.post]]
        : [],
    ),
  )
}

const titles = (links: readonly { readonly title: string }[] = []) => links.map(({ title }) => title)

/** A post with front matter, dated by a day of January. */
const post = (day: number, front: string, body = '') =>
  `---\ndate: 2024-01-${String(day).padStart(2, '0')}\n${front}\n---\n${body}\n`

/** The series of a post, as `2 of A course: One, Two`. */
const seriesOf = ({ series }: PostOutline) =>
  series.map(({ name, number, parts }) => `${number} of ${name}: ${titles(parts).join(', ')}`)

describe('A series', () => {
  it('has its parts by number, then by date, then by file', () => {
    const found = around({
      a: post(9, 'title: Last\nseries: S'),
      b: post(5, 'title: Third\nseries: S'),
      c: post(5, 'title: Fourth\nseries: S'),
      d: post(8, 'title: First\nseries: S\nseries_order: 0.5'),
      e: post(1, 'title: Second\nseries: S\npart: 2'),
    })
    expect(found.b && seriesOf(found.b)).toEqual(['3 of S: First, Second, Third, Fourth, Last'])
    expect(found.a?.series[0]?.number).toBe(5)
  })

  it('is one whatever the case of its name, and called as most parts write it', () => {
    const found = around({
      a: post(1, 'series: "A  course"'),
      b: post(2, 'series: a course'),
      c: post(3, 'series: A course'),
    })
    expect(found.b && seriesOf(found.b)).toEqual(['2 of A course: a, b, c'])
  })

  it('has no parts that are not published, and may stand beside others', () => {
    const found = around({
      a: post(1, 'series: [S, T]'),
      b: post(2, 'series: S\ndraft: true'),
      c: post(3, 'series: T'),
    })
    expect(found.a && seriesOf(found.a)).toEqual(['1 of S: a', '1 of T: a, c'])
  })

  it('is known to a post alone: a taxonomy of that name has its pages as before', () => {
    const { site } = siteOf({ 'content/posts/a.md': post(1, 'series: S') }, 'taxonomies: [series]')
    expect(site.taxonomies[0]?.terms.map(({ url }) => url)).toEqual(['/series/s/'])
  })
})

describe('Backlinks', () => {
  it('are the posts whose text links here, however it does, each once, newest first', () => {
    const found = around({
      target: post(1, '', '## Part\n'),
      relative: post(2, '', '[x](target.md) and again [x](target.md#part)'),
      'by-url': post(3, '', '[x](/posts/target/#part)'),
      html: post(4, '', '<a href="/posts/target/">x</a>'),
      none: post(5, '', '`[x](target.md)` and [y](https://example.org/posts/target/)'),
    })
    expect(titles(found.target?.backlinks)).toEqual(['html', 'by url', 'relative'])
  })

  it('are not of the post itself, of pages, or of the menu', () => {
    const found = around(
      {
        target: post(1, '', '[me](target.md) ![image](target.md)'),
        'content/pages/about.md': '[x](../posts/target.md)\n',
        linking: post(2, '', '[x](/about/)'),
      },
      'menu: [{ title: Target, url: /posts/target/ }]',
    )
    expect(found.target?.backlinks).toEqual([])
    expect(found.about?.backlinks).toEqual([])
  })
})

describe('Related posts', () => {
  const posts = {
    a: post(1, 'tags: [fourier]\nseries: S'),
    b: post(2, 'tags: [fourier]'),
    c: post(3, 'tags: [Fourier]\nseries: S'),
    d: post(4, 'tags: [fourier]', '[x](a.md)'),
    e: post(5, 'tags: [FOURIER]'),
    f: post(6, 'tags: [other]'),
  }

  it('are none that the page names anyway: neighbours, parts of the series, posts that link here', () => {
    expect(titles(around(posts).a?.related)).toEqual(['e'])
    expect(titles(around(posts).d?.related)).toEqual(['b', 'a'])
  })

  it('are as many as site.yaml asks for', () => {
    expect(titles(around(posts, 'related: 1').d?.related)).toEqual(['b'])
    for (const none of ['0', 'false']) expect(around(posts, `related: ${none}`).d?.related).toEqual([])
  })

  it('are found by what a site groups its posts by', () => {
    const labs = {
      a: post(1, 'lab: optics'),
      b: post(2, ''),
      c: post(3, 'lab: Optics'),
      d: post(4, ''),
    }
    expect(titles(around(labs, 'taxonomies: { lab: {} }').a?.related)).toEqual(['c'])
    expect(titles(around(labs).a?.related)).toEqual([])
  })

  it('are none of a page', () => {
    const found = around({ ...posts, 'content/pages/about.md': '---\ntags: [fourier]\n---\n' })
    expect(found.about).toMatchObject({ previous: null, next: null, series: [], related: [], backlinks: [] })
  })
})

describe('What stands around the posts of a site', () => {
  const tagged = (day: number, front = '', body = '') => post(day, `tags: [x, y]\n${front}`, body)
  const posts = { a: tagged(1), b: tagged(3), c: tagged(5), d: post(7, 'tags: [z]') }
  const edits: Readonly<Record<string, typeof posts>> = {
    'nothing changes': posts,
    'two posts become a series': { ...posts, a: tagged(1, 'series: S'), c: tagged(5, 'series: S') },
    'a post links to another': { ...posts, a: tagged(1, '', '[c](c.md)') },
    'a post moves in time': { ...posts, d: post(4, 'tags: [z]') },
    'a post has another title': { ...posts, c: tagged(5, 'title: Other') },
    'a post is about something else': { ...posts, c: post(5, 'tags: [z]') },
  }

  it.each(Object.keys(edits))('is found as if nothing was remembered, where %s', (name) => {
    const edited = edits[name] ?? posts
    const memory = sessionMemory()
    expect(titles(around(posts, '', memory).a?.related)).toEqual(['c'])
    expect(around(edited, '', memory)).toEqual(around(edited))
    expect(around(posts, '', memory)).toEqual(around(posts))
  })
})
