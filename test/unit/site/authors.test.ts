import { describe, expect, it } from 'vitest'
import { madeUrls, pageLanguages, pagesOf } from '../../../src/site/pages.js'
import { siteOf } from '../../in-memory-site.js'

const ada = 'ada: { name: Ada Lovelace, url: "https://ada.example/" }\n'
const bo = 'bo: { name: Bo }\n'

/** The outputs of a site that author pages are, and what stands as the authors of each post. */
function authorsOf(files: Readonly<Record<string, string>>, yaml = '') {
  const { site, index } = siteOf(files, yaml)
  const pages = [...pagesOf(site, index)].map(({ page }) => page)
  const isOfAuthors = (kind: string) => kind === 'author' || kind === 'author-index'
  return {
    pages: pages.filter(({ template }) => isOfAuthors(template)).map(({ output }) => output),
    posts: pages.flatMap((page) => (page.template === 'post' ? [page.data.post.authors] : [])),
    site: pageLanguages(site, index).languages.en?.site,
    urls: madeUrls(site),
  }
}

const post = (author: string) => `---\ndate: 2024-01-01\nauthor: ${author}\n---\n`

describe('Authors', () => {
  it('have no pages where there is no content/authors.yaml', () => {
    const found = authorsOf({ 'content/posts/a.md': post('Ada'), 'content/posts/b.md': post('Bo') })
    expect(found.pages).toEqual([])
    expect(found.site?.authors).toBe(null)
    expect(found.posts).toEqual([[{ name: 'Ada', url: null }], [{ name: 'Bo', url: null }]])
  })

  it('have pages if they are in it and have posts, and a list of them if they are two', () => {
    const files = { 'content/authors.yaml': ada + bo, 'content/posts/a.md': post('ada') }
    const one = authorsOf(files)
    expect(one.pages).toEqual(['authors/ada/index.html'])
    expect(one.site?.authors).toBe(null)
    const two = authorsOf({ ...files, 'content/posts/b.md': post('BO') })
    expect(two.pages).toEqual(['authors/ada/index.html', 'authors/bo/index.html', 'authors/index.html'])
    expect(two.site?.authors).toBe('/authors/')
    expect(two.urls).toEqual(expect.arrayContaining(['/authors/', '/authors/ada/', '/authors/bo/']))
  })

  it('are named in posts by key or name, and called as they are called there', () => {
    const { posts } = authorsOf({
      'content/authors.yaml': ada + bo,
      'content/posts/a.md': post('[ADA, Ada  lovelace, { name: Bo, url: /bo/ }, Guest]'),
    })
    expect(posts).toEqual([
      [
        { name: 'Ada Lovelace', url: '/authors/ada/' },
        { name: 'Bo', url: '/authors/bo/' },
        { name: 'Guest', url: null },
      ],
    ])
  })

  it('whose keys have one slug have pages of their own', () => {
    const { pages } = authorsOf({
      'content/authors.yaml': 'A.B: {}\nA-B: {}\n',
      'content/posts/a.md': post('[A.B, A-B]'),
    })
    expect(pages).toEqual(['authors/a-b/index.html', 'authors/a-b-u2e/index.html', 'authors/index.html'])
  })

  it('are listed on the site’s own page, if it has one there', () => {
    const found = authorsOf({
      'content/authors.yaml': ada + bo,
      'content/posts/a.md': post('[ada, bo]'),
      'content/pages/authors.md': '# We\n',
    })
    expect(found.pages).toEqual(['authors/ada/index.html', 'authors/bo/index.html'])
    expect(found.site?.authors).toBe(null)
  })

  it('of the site are linked as site.yaml says, else to their page, else to their own site', () => {
    const files = { 'content/authors.yaml': ada, 'content/pages/about.md': '# About\n' }
    const withPost = { ...files, 'content/posts/a.md': '---\ndate: 2024-01-01\n---\n' }
    const author = (given: typeof files, yaml: string) => authorsOf(given, yaml).site?.author
    expect(author(withPost, 'author: { name: ada, url: /about/ }')).toEqual({
      name: 'Ada Lovelace',
      url: '/about/',
    })
    expect(author(withPost, 'author: ada')).toEqual({ name: 'Ada Lovelace', url: '/authors/ada/' })
    expect(author(files, 'author: ada')).toEqual({ name: 'Ada Lovelace', url: 'https://ada.example/' })
  })
})
