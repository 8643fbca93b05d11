import fc from 'fast-check'
import type { Element } from 'hast'
import { visit } from 'unist-util-visit'
import { describe, expect, it } from 'vitest'
import { readTemplates } from '../../../src/output/template-set.js'
import { templateRenderer } from '../../../src/output/templates.js'
import type { Cards } from '../../../src/site/metadata.js'
import type { PageHead } from '../../../src/site/page.js'
import { pageLanguages, pagesOf } from '../../../src/site/pages.js'
import { siteOf } from '../../in-memory-site.js'
import { parseHtml } from '../../readable.js'

const yaml = 'title: Notes\nurl: https://example.org/blog/\nauthor: { name: Ada, url: /about/ }\n'

/** The head of the page at an output path. */
function headOf(
  files: Readonly<Record<string, string>>,
  output: string,
  config = yaml,
  cards?: Cards,
): PageHead {
  const { site, index } = siteOf(files, config)
  const found = [...pagesOf(site, index, cards)].find(({ page }) => page.output === output)
  if (!found) throw new Error(`There is no ${output}.`)
  return found.page.page
}

const post = (front: string) => ({ 'content/posts/a.md': `---\n${front}\n---\nSome words.\n` })
const ofPost = (front: string, config = yaml, cards?: Cards) =>
  headOf(
    { ...post(front), 'assets/a.png': '', 'assets/a.svg': '', 'content/pages/about.md': '# About' },
    'posts/a/index.html',
    config,
    cards,
  )

// biome-ignore lint/suspicious/noExplicitAny: what is read back is looked at by its keys.
const read = (head: PageHead): any => JSON.parse(head.jsonLd ?? 'null')

describe('What a post tells search engines', () => {
  it('is a BlogPosting with the way to it, all URLs absolute', () => {
    const head = ofPost(
      'title: T\nsubtitle: S\ndate: 2024-01-22\nupdated: 2024-02-03\ncategory: C\ntags: [x, y]\nexcerpt: E',
    )
    expect(read(head)).toEqual({
      '@context': 'https://schema.org',
      '@graph': [
        {
          '@type': 'BlogPosting',
          headline: 'T',
          alternativeHeadline: 'S',
          description: 'E',
          url: 'https://example.org/blog/posts/a/',
          datePublished: '2024-01-22',
          dateModified: '2024-02-03',
          inLanguage: 'en',
          author: { '@type': 'Person', name: 'Ada', url: 'https://example.org/blog/about/' },
          articleSection: 'C',
          keywords: ['x', 'y'],
          wordCount: 2,
          isPartOf: { '@type': 'Blog', name: 'Notes', url: 'https://example.org/blog/' },
        },
        {
          '@type': 'BreadcrumbList',
          itemListElement: [
            { '@type': 'ListItem', position: 1, name: 'Notes', item: 'https://example.org/blog/' },
            { '@type': 'ListItem', position: 2, name: 'C', item: 'https://example.org/blog/categories/c/' },
            { '@type': 'ListItem', position: 3, name: 'T', item: 'https://example.org/blog/posts/a/' },
          ],
        },
      ],
    })
  })

  it('says nothing that the post does not, and has no URL where the site has none', () => {
    expect(read(ofPost('title: T', 'title: Notes'))).toEqual({
      '@context': 'https://schema.org',
      '@type': 'BlogPosting',
      headline: 'T',
      description: 'Some words.',
      inLanguage: 'en',
      wordCount: 2,
      isPartOf: { '@type': 'Blog', name: 'Notes' },
    })
  })

  it('names each author as a person', () => {
    const { author } = read(ofPost('title: T\nauthors: [A, { name: B, url: "https://b.example/" }]'))[
      '@graph'
    ][0]
    expect(author).toEqual([
      { '@type': 'Person', name: 'A' },
      { '@type': 'Person', name: 'B', url: 'https://b.example/' },
    ])
  })

  it('has no URL that is none of the web', () => {
    const head = ofPost('title: T\nauthor: { name: A, url: "javascript:alert(1)" }')
    expect(head.jsonLd).not.toContain('javascript')
  })
})

describe('A title that would break out of the page', () => {
  const template = readTemplates('/nowhere')
  const hostile = fc.oneof(
    fc.constantFrom(
      '</script><script>alert(1)</script>',
      '<!--',
      '<!--<script>',
      ']]>',
      '"><img src=x>',
      '\u2028',
    ),
    fc.string({ unit: fc.constantFrom(...'<>!-/"\'&sScCrRiIpPtT \\'), maxLength: 24 }),
  )

  it('does not: scripts end where they are meant to, and the data are read back as they were', async () => {
    const renderer = templateRenderer(await template)
    fc.assert(
      fc.property(hostile, (words) => {
        const files = post(
          `title: ${JSON.stringify(`T ${words}`)}\nexcerpt: ${JSON.stringify(words)}\nauthor: A`,
        )
        const { site, index } = siteOf(files, `${yaml}markdown: { smartPunctuation: false }`)
        const page = [...pagesOf(site, index)][0]?.page
        if (!page) throw new Error('There is no page.')
        const data = { page: page.page, site: pageLanguages(site, index).languages.en?.site }
        const made = renderer.render('metadata', data)
        if (!('html' in made)) throw new Error(JSON.stringify(made))
        const scripts: Element[] = []
        const names = new Set<string>()
        visit(parseHtml(made.html), 'element', (element) => {
          names.add(element.tagName)
          if (element.tagName === 'script') scripts.push(element)
        })
        expect([...names].filter((name) => !['html', 'head', 'body'].includes(name)).sort()).toEqual([
          'meta',
          'script',
        ])
        expect(scripts).toHaveLength(1)
        const [text] = scripts[0]?.children ?? []
        const graph = JSON.parse(text?.type === 'text' ? text.value : '')['@graph']
        expect(graph[0].headline).toBe(page.page.title)
      }),
      { numRuns: 200 },
    )
  })
})

describe('What a post shows where it is linked to', () => {
  it('is an article, with the country’s form of its language', () => {
    const head = ofPost('title: T\ndate: 2024-01-22 10:00 +0100\nupdated: 2024-02-03\nlang: de')
    expect(head.social).toEqual({
      type: 'article',
      locale: 'de_DE',
      image: null,
      published: '2024-01-22T10:00:00+01:00',
      modified: '2024-02-03',
    })
    const locales = ['pt-BR', 'zh', 'ja', 'en-GB', 'zh-Hant'].map(
      (lang) => ofPost(`lang: ${lang}`).social?.locale,
    )
    expect(locales).toEqual(['pt_BR', 'zh_CN', 'ja_JP', 'en_GB', 'zh_TW'])
  })

  const card = { output: 'assets/cards/1.jpg', width: 1200, height: 630 }
  const imageOf = (front: string, known?: Cards, config = yaml) => ofPost(front, config, known)?.social?.image
  const named = 'title: T\nimage: /assets/a.png\nimage_alt: Alt'

  it('is the card made of its image, which is described as the image is', () => {
    expect(imageOf(named, new Map([['content/posts/a.md', card]]))).toEqual({
      url: 'https://example.org/blog/assets/cards/1.jpg',
      width: 1200,
      height: 630,
      alt: 'Alt',
    })
  })

  it('is described by its title where the card is drawn', () => {
    expect(imageOf('title: T', new Map([['content/posts/a.md', card]]))).toMatchObject({ alt: 'T' })
  })

  it('is the image itself where no card is made of it, unless nobody shows such', () => {
    const whole = { url: 'https://example.org/blog/assets/a.png', width: null, height: null, alt: 'Alt' }
    expect(imageOf(named)).toEqual(whole)
    expect(imageOf(named.replace('png', 'svg'))).toBe(null)
    expect(imageOf('image: https://else.example/b.jpg')).toMatchObject({ url: 'https://else.example/b.jpg' })
  })

  it('is no image where that cannot be read, or the site’s URL is not known', () => {
    expect(imageOf(named, new Map([['content/posts/a.md', null]]))).toBe(null)
    expect(imageOf(named, undefined, 'title: Notes')).toBe(null)
  })
})

describe('Other pages', () => {
  const files = { ...post('title: T\ntags: [x]'), 'content/pages/about.md': '# About\n' }

  it('are told of by the way to them; the home page is the blog', () => {
    expect(read(headOf(files, 'index.html'))).toEqual({
      '@context': 'https://schema.org',
      '@type': ['WebSite', 'Blog'],
      name: 'Notes',
      url: 'https://example.org/blog/',
      inLanguage: 'en',
      author: { '@type': 'Person', name: 'Ada', url: 'https://example.org/blog/about/' },
    })
    const { itemListElement } = read(headOf(files, 'tags/x/index.html'))
    expect(itemListElement.map(({ name }: { name: string }) => name)).toEqual(['Notes', 'Tags', 'x'])
    expect(headOf(files, 'about/index.html')).toMatchObject({ jsonLd: null, social: { type: 'website' } })
    expect(headOf(files, '404.html')).toMatchObject({ jsonLd: null, social: null })
  })

  it('of an author say who that is, and where else', () => {
    const authors =
      'ada: { name: Ada, bio: Writes., url: "https://ada.example/", orcid: 0000-0002-1825-0097 }'
    const own = { ...post('title: T\nauthor: ada'), 'content/authors.yaml': authors }
    expect(read(headOf(own, 'authors/ada/index.html'))).toEqual({
      '@context': 'https://schema.org',
      '@type': 'ProfilePage',
      mainEntity: {
        '@type': 'Person',
        name: 'Ada',
        description: 'Writes.',
        url: 'https://example.org/blog/authors/ada/',
        sameAs: ['https://ada.example/', 'https://orcid.org/0000-0002-1825-0097'],
      },
    })
    const [{ author }] = read(headOf(own, 'posts/a/index.html'))['@graph']
    expect(author).toEqual({ '@type': 'Person', name: 'Ada', url: 'https://example.org/blog/authors/ada/' })
    expect(headOf(own, 'posts/a/index.html').citation).toBe(null)
  })
})
