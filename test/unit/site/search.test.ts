import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { searchBundles } from '../../../src/site/search.js'
import { summariesOf } from '../../../src/site/summary.js'
import { siteOf } from '../../in-memory-site.js'

type Files = Readonly<Record<string, string>>

const bundlesOf = (files: Files, yaml = '') => {
  const { site, index } = siteOf(files, yaml)
  const summaryOf = summariesOf(site, index)
  return searchBundles(site, (article) => summaryOf(article).data)
}

const post = (title: string, front = '') => `---\ntitle: ${title}\n${front}\n---\n\nText of ${title}.\n`

const numbered = (count: number): Files =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`content/posts/p${index}.md`, post(`P${index}`)]),
  )

describe('What can be searched for', () => {
  it('is every post and page, with its title, date and terms', () => {
    const files = {
      'content/posts/2024-01-22-a.md': post('A $x^2$', 'tags: [x, y]\ncategory: Notes'),
      'content/pages/about.md': '# About\n',
      'content/posts/draft.md': post('Draft', 'draft: true'),
    }
    const [bundle, ...others] = bundlesOf(files, 'url: https://example.org/blog/')
    expect(others).toEqual([])
    expect(bundle).toMatchObject({
      folder: '',
      lang: 'en',
      records: [
        { url: '/blog/about/', title: 'About', date: '', lang: 'en', terms: [] },
        {
          url: '/blog/posts/a/',
          title: 'A x²',
          date: 'January 22, 2024',
          terms: [
            ['tags', ['x', 'y']],
            ['categories', ['Notes']],
          ],
        },
      ],
    })
  })

  it('is nothing in a site without posts, or where site.yaml says so', () => {
    expect(bundlesOf({ 'content/pages/about.md': '# About\n' })).toEqual([])
    expect(bundlesOf({ 'content/posts/a.md': post('A') }, 'search: false')).toEqual([])
  })

  it('is indexed in the language of the site, but for what only its own language can part into words', () => {
    const files = {
      'content/posts/en.md': post('English'),
      'content/posts/de.md': post('Deutsch', 'lang: de-AT'),
      'content/posts/ja.md': post('日本語', 'lang: ja-JP'),
      'content/posts/zh.md': post('中文', 'lang: zh-Hant'),
    }
    const told = (yaml: string) =>
      bundlesOf(files, yaml).map(({ folder, lang, records }) => [
        folder,
        lang,
        records.map(({ title }) => title),
      ])
    expect(told('lang: en')).toEqual([
      ['', 'en', ['Deutsch', 'English']],
      ['ja-1/', 'ja', ['日本語']],
      ['zh-2/', 'zh', ['中文']],
    ])
    expect(told('lang: ja')).toEqual([
      ['', 'ja', ['Deutsch', 'English', '日本語']],
      ['zh-1/', 'zh', ['中文']],
    ])
  })

  it('is one bundle up to 256, then as many as keep it so on average, 16 at most', () => {
    const count = (posts: number) => bundlesOf(numbered(posts)).length
    expect([1, 256, 257, 512, 513].map(count)).toEqual([1, 1, 2, 2, 4])
  })

  it('stays in its bundle when others come or go, as long as their number is the same', () => {
    const files = numbered(300)
    const homes = (left: Files) =>
      new Map(
        bundlesOf(left).flatMap(({ folder, records }) => records.map(({ url }) => [url, folder] as const)),
      )
    const before = homes(files)
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(299), { maxLength: 20 }), (gone) => {
        const after = homes(
          Object.fromEntries(Object.entries(files).filter((_, index) => !gone.includes(index))),
        )
        expect(after.size).toBe(300 - gone.length)
        for (const [url, folder] of after) expect(folder).toBe(before.get(url))
      }),
      { numRuns: 5 },
    )
  })
})
