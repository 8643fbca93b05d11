import { describe, expect, it } from 'vitest'
import { postHtml } from '../../../src/output/making.js'
import { pagesOf } from '../../../src/site/pages.js'
import { summariesOf } from '../../../src/site/summary.js'
import { articleIn, siteOf } from '../../in-memory-site.js'

/** What lists are told of one post, and what is wrong with it. */
function summary(text: string, { yaml = '', others = {}, file = 'content/posts/a.md' } = {}) {
  const memory = siteOf({ ...others, [file]: text }, yaml)
  const { data, diagnostics } = summariesOf(memory.site, memory.index)(articleIn(memory, file))
  return { ...data, diagnostics }
}

/** The table of contents of a post, as nested lists of URLs. */
function toc(text: string, file = 'content/posts/a.md'): unknown {
  type Entry = { readonly url: string; readonly children: readonly Entry[] }
  const urls = (entries: readonly Entry[]): unknown =>
    entries.map(({ url, children }) => [url, ...[urls(children)].flat()])
  const { site, index, bodies } = siteOf({ [file]: text })
  const { body } =
    [...pagesOf(site, index)].map(({ page }) => page).find(({ source }) => source === file) ?? {}
  const html = bodies.get(body?.key ?? '')
  const entries = body && html ? postHtml(html, body).toc : null
  return entries === null ? null : urls(entries)
}

describe('The summary of a post', () => {
  it('has what the post says, with URLs ready for an href', () => {
    const text = `---
title: A note
subtitle: Why
date: 2024-01-22
updated: 2024-02-03 10:00 +0100
read_time: a while
author: { name: Ada, url: https://ada.example/ }
tags: [C++]
category: Maths
image: x.png
image_alt: A picture
excerpt: In short.
---
Body
`
    const yaml = 'url: https://example.org/blog/'
    const { diagnostics, ...data } = summary(text, { yaml, others: { 'content/posts/x.png': '' } })
    expect(diagnostics).toEqual([])
    expect(data).toMatchObject({
      title: 'A note',
      url: '/blog/posts/a/',
      subtitle: 'Why',
      date: { iso: '2024-01-22', text: 'January 22, 2024', short: 'Jan 22', year: 2024 },
      updated: { iso: '2024-02-03T10:00:00+01:00', text: 'February 3, 2024', short: 'Feb 3', year: 2024 },
      readTime: 'a while',
      excerpt: 'In short.',
      authors: [{ name: 'Ada', url: 'https://ada.example/' }],
      image: { url: '/blog/posts/x.png', alt: 'A picture' },
      taxonomies: [
        {
          name: 'tags',
          title: 'Tags',
          url: '/blog/tags/',
          terms: [{ title: 'C++', url: '/blog/tags/c-plus-plus/', count: 1 }],
        },
        {
          name: 'categories',
          title: 'Categories',
          url: '/blog/categories/',
          terms: [{ title: 'Maths', url: '/blog/categories/maths/', count: 1 }],
        },
      ],
      lang: 'en',
      draft: false,
      future: false,
    })
  })

  it('has every key where the post says nothing, and the words of its first paragraph', () => {
    expect(summary('# Title\n\nFirst *words* here.\n\nMore.\n')).toMatchObject({
      title: 'Title',
      subtitle: null,
      date: null,
      updated: null,
      readTime: '1 min read',
      excerpt: 'First words here.',
      authors: [],
      image: null,
      taxonomies: [],
      diagnostics: [],
    })
  })

  it.each([
    [238, '1 min read'],
    [500, '2 min read'],
    [2380, '10 min read'],
  ])('says how long %i words take to read', (words, readTime) => {
    expect(summary('word '.repeat(words)).readTime).toBe(readTime)
  })

  it('dates in the post’s language, on the day that was written', () => {
    const date = (lang: string) => summary(`---\ndate: 2024-03-05 23:30 -1100\nlang: ${lang}\n---\n`).date
    expect(date('de')).toMatchObject({ text: '5. März 2024', iso: '2024-03-05T23:30:00-11:00' })
    expect(date('ja')?.text).toBe('2024年3月5日')
    expect(summary('---\ndate: 2024-03-05\n---\n', { yaml: 'lang: fr' }).date?.text).toBe('5 mars 2024')
  })

  it('dates the first century too', () => {
    expect(summary('---\ndate: 0033-04-03\n---\n').date).toMatchObject({ iso: '0033-04-03', year: 33 })
  })

  it('counts a term once, whatever its spellings', () => {
    const others = { 'content/posts/b.md': '---\ntags: [Python]\n---\n' }
    expect(summary('---\ntags: [python, Python]\n---\n', { others }).taxonomies[0]?.terms).toEqual([
      { title: 'Python', url: '/tags/python/', count: 2 },
    ])
  })

  it('has its image from the site’s root, from beside the post, or from elsewhere', () => {
    const others = { 'assets/images/x.png': '', 'content/posts/b/分.png': '' }
    const file = 'content/posts/b/index.md'
    const url = (image: string) => summary(`---\nimage: ${image}\n---\n`, { others, file }).image?.url
    expect(url('assets/images/x.png')).toBe('/assets/images/x.png')
    expect(url('/assets/images/x.png')).toBe('/assets/images/x.png')
    expect(url('分.png')).toBe('/posts/b/%E5%88%86.png')
    expect(url('https://example.org/x.png')).toBe('https://example.org/x.png')
  })

  it('reports an image that is missing where front matter names it, and has none', () => {
    const others = { 'assets/images/slide3.jpg': '' }
    const { image, diagnostics } = summary('---\ntitle: A\nimage: assets/images/slide.jpg\n---\n', { others })
    expect(image).toBeNull()
    expect(diagnostics).toEqual([
      {
        rule: 'image-exists',
        severity: 'warn',
        message:
          'There is no image "assets/images/slide.jpg", neither from the site\'s root nor beside this post.',
        file: 'content/posts/a.md',
        line: 3,
        column: 8,
        endLine: 3,
        endColumn: 31,
        hint: 'Did you mean "assets/images/slide3.jpg"?',
      },
    ])
  })
})

describe('The table of contents', () => {
  it('is there from three headings on', () => {
    expect(toc('## One\n## Two\n')).toBeNull()
    expect(toc('## One\n## Two\n## Three\n')).toEqual([['#one'], ['#two'], ['#three']])
  })

  it('is there if the author wants it, and not if not', () => {
    expect(toc('---\ntoc: true\n---\n## One\n')).toEqual([['#one']])
    expect(toc('---\ntoc: false\n---\n## One\n## Two\n## Three\n')).toBeNull()
    expect(toc('---\ntoc: true\n---\nNo headings\n')).toBeNull()
  })

  it('is there on a page only if its author wants it', () => {
    expect(toc('## One\n## Two\n## Three\n', 'content/pages/a.md')).toBeNull()
    expect(toc('---\ntoc: true\n---\n## One\n', 'content/pages/a.md')).toEqual([['#one']])
  })

  it('nests each heading below the nearest one before it that is less deep', () => {
    expect(toc('## A\n#### B\n### C\n#### D\n## E\n### F\n')).toEqual([
      ['#a', ['#b'], ['#c', ['#d']]],
      ['#e', ['#f']],
    ])
    expect(toc('#### A\n## B\n### C\n')).toEqual([['#a'], ['#b', ['#c']]])
  })

  it('encodes its links', () => {
    expect(toc('## 分布\n## B\n## C\n')).toEqual([['#%E5%88%86%E5%B8%83'], ['#b'], ['#c']])
  })
})
