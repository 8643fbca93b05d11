import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assembleSite } from '../../../src/site/site.js'
import { configOf } from '../../in-memory.js'
import { articleIn, siteOf } from '../../in-memory-site.js'
import { builtInWords } from '../../words.js'

/** Where the files of a site are published, by their source. */
const outputs = (files: Readonly<Record<string, string>>, yaml = '') =>
  Object.fromEntries(siteOf(files, yaml).site.files.map(({ file, output }) => [file, output]))

describe('The posts of a site', () => {
  it('stand newest first, those without a date last, each by file name among equals', () => {
    const { site } = siteOf({
      'content/posts/undated-b.md': 'x',
      'content/posts/undated-a.md': 'x',
      'content/posts/2024-01-22-b.md': 'x',
      'content/posts/2024-01-22-a.md': 'x',
      'content/posts/old.md': '---\ndate: 2023-05-05\n---\n',
      'content/posts/evening.md': '---\ndate: 2024-01-22 18:00\n---\n',
      'content/posts/far.md': '---\ndate: 2024-01-22 23:00 -1200\n---\n',
    })
    expect(site.posts.map(({ post }) => post.name)).toEqual([
      'far',
      'evening',
      'a',
      'b',
      'old',
      'undated-a',
      'undated-b',
    ])
  })

  it('stand in the same order whatever order they were read in', () => {
    const { site } = siteOf(
      Object.fromEntries(
        ['', '2024-01-01-', '2024-01-02-', '2023-12-31-'].flatMap((date) =>
          ['a', 'b'].map((name) => [`content/posts/${date}${name}.md`, 'x']),
        ),
      ),
    )
    fc.assert(
      fc.property(fc.shuffledSubarray([...site.posts], { minLength: site.posts.length }), (shuffled) => {
        const parts = { ...site, articles: shuffled, profiles: [], statics: [], withheld: [] }
        expect(assembleSite(parts).posts).toEqual(site.posts)
      }),
      { numRuns: 30 },
    )
  })

  it('are no pages, which stand by URL', () => {
    const { site } = siteOf({
      'content/posts/a.md': 'x',
      'content/pages/b.md': 'x',
      'content/pages/a/z.md': 'x',
    })
    expect(site.pages.map(({ post }) => post.url)).toEqual(['/a/z/', '/b/'])
    expect(site.posts).toHaveLength(1)
  })

  it('make the terms of every taxonomy of the site', () => {
    const { site } = siteOf(
      {
        'content/posts/a.md': '---\nseries: One\ntags: [x]\n---\n',
        'content/pages/p.md': '---\ntags: [y]\n---\n',
      },
      'taxonomies: [series, tags, topics]',
    )
    expect(
      site.taxonomies.map(({ taxonomy, terms }) => [taxonomy.name, terms.map(({ name }) => name)]),
    ).toEqual([
      ['series', ['One']],
      ['tags', ['x']],
      ['topics', []],
    ])
  })
})

describe('The title of a post', () => {
  it.each([
    ['---\ntitle: Given\n---\n# Heading\n', 'Given'],
    ['# First *heading*\n\n# Second\n', 'First heading'],
    ['## Deeper\n', 'Deeper'],
    ['No heading\n', 'some name'],
    ['#\n', 'some name'],
  ])('of %j is %s', (text, title) => {
    expect(
      articleIn(siteOf({ 'content/posts/some_name.md': text }), 'content/posts/some_name.md').outline.title
        .text,
    ).toBe(title)
  })
})

describe('A file', () => {
  it('of assets/ keeps its path, and one beside posts and pages its path below content/', () => {
    expect(
      outputs({
        'assets/images/x.png': '',
        'content/posts/a.md': '',
        'content/posts/x.png': '',
        'content/posts/sub/y.csv': '',
        'content/pages/CNAME': '',
        'content/pages/docs/z.pdf': '',
      }),
    ).toEqual({
      'assets/images/x.png': 'assets/images/x.png',
      'content/posts/x.png': 'posts/x.png',
      'content/posts/sub/y.csv': 'posts/sub/y.csv',
      'content/pages/CNAME': 'CNAME',
      'content/pages/docs/z.pdf': 'docs/z.pdf',
    })
  })

  it('in the folder of a post goes where the post goes', () => {
    expect(
      outputs({
        'content/posts/2024-01-22-a/index.md': '---\npermalink: /notes/:slug/\n---\n',
        'content/posts/2024-01-22-a/x.png': '',
        'content/posts/2024-01-22-a/data/y.csv': '',
        'content/posts/b/index.md': '---\npermalink: /b.html\n---\n',
        'content/posts/b/x.png': '',
        'content/pages/docs/index.md': '',
        'content/pages/docs/sub/z.pdf': '',
      }),
    ).toEqual({
      'content/posts/2024-01-22-a/x.png': 'notes/a/x.png',
      'content/posts/2024-01-22-a/data/y.csv': 'notes/a/data/y.csv',
      'content/posts/b/x.png': 'b/x.png',
      'content/pages/docs/sub/z.pdf': 'docs/sub/z.pdf',
    })
  })

  it('in a folder within the folder of a post goes with the inner post', () => {
    expect(
      outputs({
        'content/posts/a/index.md': '',
        'content/posts/a/b/index.md': '',
        'content/posts/a/b/x.png': '',
      }),
    ).toEqual({ 'content/posts/a/b/x.png': 'posts/b/x.png' })
  })

  it('in the folder of a post that is withheld is withheld with it', () => {
    expect(
      outputs({
        'content/posts/a/index.md': '---\ndraft: true\n---\n',
        'content/posts/a/secret.png': '',
        'content/posts/b.png': '',
      }),
    ).toEqual({ 'content/posts/b.png': 'posts/b.png' })
  })

  it('is published under the composed form of its name', () => {
    expect(outputs({ 'assets/cafe\u0301.png': '' })).toEqual({ 'assets/cafe\u0301.png': 'assets/café.png' })
  })
})

it('A site without anything has no posts, no pages and no files', () => {
  expect(
    assembleSite({
      config: configOf(),
      words: builtInWords,
      description: '',
      articles: [],
      profiles: [],
      statics: [],
      withheld: [],
    }),
  ).toMatchObject({ posts: [], pages: [], files: [] })
})
