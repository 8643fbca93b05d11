import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LinkIndex } from '../../../src/site/links.js'
import type { Page, PageBy, TemplateName } from '../../../src/site/page.js'
import { madeUrls, pageLanguages, pagesOf, siteDataAt } from '../../../src/site/pages.js'
import type { Site } from '../../../src/site/site.js'
import { siteOf } from '../../in-memory-site.js'

type Files = Readonly<Record<string, string>>

/** Every page of a site, in the order they are made. */
const pages = (files: Files, yaml = ''): readonly Page[] => {
  const { site, index } = siteOf(files, yaml)
  return [...pagesOf(site, index)].map(({ page }) => page)
}

/** The page at an output path; throws if there is none, or another template makes it. */
function pageAt<Name extends TemplateName>(
  all: readonly Page[],
  output: string,
  template: Name,
): PageBy<Name> {
  const found = all.find((page) => page.output === output)
  if (found?.template !== template) throw new Error(`${output} is made by ${found?.template}.`)
  return found as PageBy<Name>
}

/** As many posts as asked for, one a day, the first the oldest. */
const posts = (count: number, front = ''): Files =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const day = new Date(Date.UTC(2023, 11, 30 + index)).toISOString().slice(0, 10)
      return [`content/posts/${day}-p${index}.md`, `---\ntitle: P${index}\n${front}\n---\nText ${index}\n`]
    }),
  )

describe('The pages of a site', () => {
  it('are its posts, its pages, its lists and the 404 page', () => {
    const files = { ...posts(3, 'tags: [x]\ncategory: Y'), 'content/pages/about.md': '# About\n' }
    const all = pages(files, 'paginate: {home: 2, terms: 2, archive: 2}')
    expect(all.map(({ template, output }) => `${template} ${output}`)).toEqual([
      'post posts/p2/index.html',
      'post posts/p1/index.html',
      'post posts/p0/index.html',
      'page about/index.html',
      'home index.html',
      'list page/2/index.html',
      'archive archive/index.html',
      'archive archive/page/2/index.html',
      'term tags/x/index.html',
      'term tags/x/page/2/index.html',
      'term categories/y/index.html',
      'term categories/y/page/2/index.html',
      'terms tags/index.html',
      'terms categories/index.html',
      'search search/index.html',
      '404 404.html',
    ])
  })

  it('of an empty site are the home page and the 404 page', () => {
    expect(pages({}).map(({ output }) => output)).toEqual(['index.html', '404.html'])
  })

  it('name what they are made from', () => {
    const all = pages(posts(3, 'tags: [x]'), 'paginate: 2')
    expect(all.map(({ source }) => source)).toEqual([
      'content/posts/2024-01-01-p2.md',
      'content/posts/2023-12-31-p1.md',
      'content/posts/2023-12-30-p0.md',
      'the home page',
      'the home page (page 2)',
      'the archive',
      'the tag "x"',
      'the tag "x" (page 2)',
      'the list of tags',
      'the search page',
      'the 404 page',
    ])
  })

  it('have URLs that links can lead to', () => {
    const { site, index } = siteOf(posts(3, 'tags: [x]'), 'paginate: 2')
    const urls = [...pagesOf(site, index)]
      .map(({ page }) => page.page.url)
      .filter((url) => url !== '/404.html')
    for (const url of urls) expect(index.urls.has(url)).toBe(true)
    expect([...madeUrls(site), ...site.posts.map(({ post }) => post.url)].sort()).toEqual([...urls].sort())
  })
})

describe('The head of a page', () => {
  const yaml = 'title: Notes\ndescription: On things\nurl: https://example.org/blog/\npaginate: 2'
  const files = {
    ...posts(3, 'tags: [分布]'),
    'content/posts/z.md':
      '---\ntitle: Z\nlang: de\ncanonical: https://other.example/z\nexcerpt: E\n---\n$x$\n',
    'content/pages/note-1.md': '---\npermalink: /note:1/\n---\n# N\n',
  }
  const all = pages(files, yaml)
  const head = (output: string) => all.find((page) => page.output === output)?.page

  it('of a post has its title, its excerpt, its language and whether it holds formulas', () => {
    expect(head('posts/z/index.html')).toMatchObject({
      title: 'Z',
      description: 'E',
      url: '/blog/posts/z/',
      canonical: 'https://other.example/z',
      lang: 'de',
      kind: 'post',
      math: true,
      noindex: false,
    })
  })

  it('of the home page has the title and the description of the site', () => {
    expect(head('index.html')).toMatchObject({
      feed: null,
      title: 'Notes',
      description: 'On things',
      url: '/blog/',
      canonical: 'https://example.org/blog/',
      lang: 'en',
      dir: 'ltr',
      kind: 'home',
      math: false,
      noindex: false,
    })
  })

  it('of further pages of a list keeps search engines out', () => {
    expect(head('page/2/index.html')).toMatchObject({ title: 'Posts (page 2)', noindex: true })
    expect(head('tags/分布/page/2/index.html')).toMatchObject({ title: 'Tag: 分布 (page 2)', noindex: true })
    expect(head('tags/分布/index.html')).toMatchObject({ title: 'Tag: 分布', noindex: false })
  })

  it('of the 404 page has no canonical URL', () => {
    expect(head('404.html')).toMatchObject({ canonical: null, noindex: true, url: '/blog/404.html' })
  })

  it('has a canonical URL that is percent-encoded and below the site’s own, even with a colon', () => {
    expect(head('tags/分布/index.html')?.canonical).toBe('https://example.org/blog/tags/%E5%88%86%E5%B8%83/')
    expect(head('note:1/index.html')?.canonical).toBe('https://example.org/blog/note:1/')
  })

  it('has no canonical URL if the site has no URL', () => {
    expect(pages({}).map(({ page }) => page.canonical)).toEqual([null, null])
  })
})

describe('A post', () => {
  it('knows the one before it and the one after it in time', () => {
    const all = pages(posts(3))
    const near = (name: string) => {
      const { post } = pageAt(all, `posts/${name}/index.html`, 'post').data
      return [post.previous, post.next]
    }
    const english = { lang: 'en', dir: 'ltr' }
    expect(near('p0')).toEqual([null, { title: 'P1', url: '/posts/p1/', ...english }])
    expect(near('p1')).toEqual([
      { title: 'P0', url: '/posts/p0/', ...english },
      { title: 'P2', url: '/posts/p2/', ...english },
    ])
    expect(near('p2')).toEqual([{ title: 'P1', url: '/posts/p1/', ...english }, null])
  })

  it('has its body with its links filled in, and the keys that Scholium does not know', () => {
    const files = {
      'content/posts/a.md': '---\nmood: calm\n---\n[b](b.md)\n',
      'content/posts/b.md': '# B\n',
    }
    const { data, body } = pageAt(pages(files), 'posts/a/index.html', 'post')
    const { post } = data
    expect(body?.answers).toEqual(['/posts/b/'])
    expect(post.extra).toEqual({ mood: 'calm' })
  })

  it('has what is wrong with it reported with its page', () => {
    const { site, index } = siteOf({
      'content/posts/a.md': '---\nimage: nowhere.png\n---\n[b](nowhere.md)\n',
      'content/pages/p.md': '![](nowhere.png)\n',
    })
    const found = [...pagesOf(site, index)].flatMap(({ page, diagnostics }) =>
      diagnostics.map(({ rule, file }) => `${page.source} ${file} ${rule}`),
    )
    expect(found.sort()).toEqual([
      'content/pages/p.md content/pages/p.md image-exists',
      'content/posts/a.md content/posts/a.md image-exists',
      'content/posts/a.md content/posts/a.md link-target-exists',
    ])
  })
})

describe('Lists', () => {
  it('hold every post once, in order, whatever their size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 4 }), (count, size) => {
        const all = pages(
          posts(count, 'tags: [x]'),
          `paginate: {home: ${size}, terms: ${size}, archive: ${size}}`,
        )
        const expected = Array.from({ length: count }, (_, index) => `P${count - 1 - index}`)
        const titles = (list: readonly { readonly title: string }[]) => list.map(({ title }) => title)
        const home = all.flatMap((page) =>
          page.template === 'home' || page.template === 'list' ? titles(page.data.posts) : [],
        )
        const term = all.flatMap((page) => (page.template === 'term' ? titles(page.data.posts) : []))
        const archive = all.flatMap((page) =>
          page.template === 'archive' ? page.data.years.flatMap((year) => titles(year.posts)) : [],
        )
        expect([home, term, archive]).toEqual([expected, expected, expected])
      }),
      { numRuns: 20 },
    )
  })

  it('are linked in a chain, from newer to older posts', () => {
    const all = pages(posts(5), 'paginate: 2\nurl: https://example.org/blog/')
    expect(pageAt(all, 'index.html', 'home').data.pager).toEqual({
      number: 1,
      count: 3,
      newer: null,
      older: '/blog/page/2/',
    })
    expect(pageAt(all, 'page/2/index.html', 'list').data.pager).toEqual({
      number: 2,
      count: 3,
      newer: '/blog/',
      older: '/blog/page/3/',
    })
  })

  it('of the archive stand by year, posts without a date at its end', () => {
    const all = pages({ ...posts(4), 'content/posts/undated.md': '---\ntitle: U\n---\n' })
    const { years, undated } = pageAt(all, 'archive/index.html', 'archive').data
    expect(years.map(({ year, posts: own }) => [year, own.map(({ title }) => title)])).toEqual([
      [2024, ['P3', 'P2']],
      [2023, ['P1', 'P0']],
    ])
    expect(undated.map(({ title }) => title)).toEqual(['U'])
  })

  it('of a term have its name as most posts write it, and how many posts have it', () => {
    const all = pages(posts(2, 'tags: [C++]'))
    expect(pageAt(all, 'tags/c-plus-plus/index.html', 'term').data).toMatchObject({
      taxonomy: { name: 'tags', title: 'Tags', singular: 'Tag', url: '/tags/' },
      term: { title: 'C++', url: '/tags/c-plus-plus/', count: 2 },
    })
  })

  it('of terms have all of them with their counts', () => {
    const files = {
      'content/posts/a.md': '---\ntags: [b, A]\n---\n',
      'content/posts/b.md': '---\ntags: [B]\n---\n',
    }
    expect(pageAt(pages(files), 'tags/index.html', 'terms').data.taxonomy.terms).toEqual([
      { title: 'A', url: '/tags/a/', count: 1 },
      { title: 'B', url: '/tags/b/', count: 2 },
    ])
  })
})

/** What templates are told of a site on the pages in its own language. */
function siteData(site: Site, index: LinkIndex) {
  const { languages, diagnostics } = pageLanguages(site, index)
  return { data: languages[site.config.lang]?.site, diagnostics }
}

describe('What every template is told of the site', () => {
  it('is what site.yaml says', () => {
    const yaml = 'title: Notes\ndescription: D\nurl: https://example.org/blog/\nauthor: Ada\nlang: de'
    const { site, index } = siteOf(posts(1, 'tags: [x]'), yaml)
    const { data, diagnostics } = siteData(site, index)
    expect(diagnostics).toEqual([])
    expect(data).toMatchObject({
      title: 'Notes',
      description: 'D',
      url: 'https://example.org/blog/',
      home: '/blog/',
      lang: 'de',
      author: { name: 'Ada', url: null },
      taxonomies: [{ name: 'tags', title: 'Schlagwörter', url: '/blog/tags/' }],
      archive: '/blog/archive/',
    })
  })

  it('has a menu of the archive, the taxonomies and the top pages, if site.yaml has none', () => {
    const files = {
      ...posts(1, 'tags: [x]'),
      'content/pages/about.md': '# About me\n',
      'content/pages/a/b.md': '# B\n',
    }
    const { site, index } = siteOf(files)
    expect(siteData(site, index).data?.menu).toMatchObject([
      { title: 'Archive', url: '/archive/' },
      { title: 'Tags', url: '/tags/' },
      { title: 'About me', url: '/about/' },
      { title: 'Search', url: '/search/' },
    ])
    const empty = siteOf({})
    expect(siteData(empty.site, empty.index).data).toMatchObject({
      menu: [],
      archive: null,
      search: null,
      taxonomies: [],
      url: '',
    })
  })

  it('has a menu of six pages at most, if site.yaml has none', () => {
    const names = Array.from({ length: 9 }, (_, number) => `page-${number}`)
    const { site, index } = siteOf(
      Object.fromEntries(names.map((name) => [`content/pages/${name}.md`, `# ${name}\n`])),
    )
    expect(siteData(site, index).data?.menu.map(({ title }) => title)).toEqual(names.slice(0, 6))
  })

  it('has the menu of site.yaml, its URLs found by URL and by file', () => {
    const yaml = `url: https://example.org/blog/
menu:
  - { title: Home, url: / }
  - { title: About, url: about }
  - { title: File, url: content/pages/about.md }
  - { title: Elsewhere, url: "https://example.com/" }
`
    const { site, index } = siteOf({ 'content/pages/about.md': '# About\n' }, yaml)
    const { data, diagnostics } = siteData(site, index)
    expect(data?.menu.map(({ url }) => url)).toEqual([
      '/blog/',
      '/blog/about/',
      '/blog/about/',
      'https://example.com/',
    ])
    expect(diagnostics).toEqual([])
  })

  it('reports an entry of the menu that leads nowhere, and keeps it', () => {
    const { site, index } = siteOf({ 'content/pages/about.md': '# A\n' }, 'menu: [{title: A, url: /abuot/}]')
    const { data, diagnostics } = siteData(site, index)
    expect(data?.menu[0]?.url).toBe('/abuot/')
    expect(diagnostics).toMatchObject([
      {
        rule: 'link-target-exists',
        file: 'site.yaml',
        message: 'The menu entry "A" leads to "/abuot/", which is not in this site.',
        hint: 'Did you mean "/about/"?',
      },
    ])
  })

  it('marks the entry of the page’s own section in the menu', () => {
    const { site, index } = siteOf(
      { ...posts(1, 'tags: [x]'), 'content/pages/about.md': '# A\n' },
      'menu: [{title: Home, url: /}, {title: Tags, url: /tags/}, {title: About, url: /about/}]',
    )
    const { data } = siteData(site, index)
    if (!data) throw new Error('There is no page in English.')
    const current = (url: string) =>
      siteDataAt(data, url)
        .menu.filter((entry) => entry.current)
        .map(({ title }) => title)
    expect(current('/')).toEqual(['Home'])
    expect(current('/tags/')).toEqual(['Tags'])
    expect(current('/tags/x/page/2/')).toEqual(['Tags'])
    expect(current('/posts/p0/')).toEqual([])
  })
})
