import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { outputOf, urlFault } from '../../../src/content/permalink.js'
import type { Post } from '../../../src/content/post.js'
import { parsed } from '../../in-memory.js'

/** The post of front matter alone. */
function post(front: string, options: Parameters<typeof parsed>[1] = {}): Post {
  return parsed(`---\n${front}\n---\n\nBody\n`, options).post
}

/** What is wrong with front matter, as `line:column rule message`, with the hint behind an arrow. */
function findings(front: string, options: Parameters<typeof parsed>[1] = {}): readonly string[] {
  const { diagnostics } = parsed(`---\n${front}\n---\n\nBody\n`, options)
  return diagnostics.map(({ line, column, rule, message, hint }) => {
    const place = line === undefined ? '' : `${line}:${column} `
    return `${place}${rule} ${message}${hint ? ` → ${hint}` : ''}`
  })
}

describe('A post', () => {
  it('has what its front matter says', () => {
    const {
      post: given,
      body,
      diagnostics,
    } = parsed(`---
title: "On $\\\\nu$: a note"
subtitle: Why
authors: [Ada, { name: Emmy, url: https://emmy.example/ }]
date: 2024-01-22 10:00 -0700
updated: 2024-02-01
read_time: 8 min read
category: Machine Learning
tags: [C++, "c", 2024]
image: assets/images/a.png
image_alt: A picture
excerpt: In short.
draft: true
slug: A Note
aliases: [/old/, /older/]
redirect_from: /oldest/
series: Notes
series_order: 2
toc: false
lang: de
canonical: https://elsewhere.example/note
macros: { '\\R': '\\mathbb{R}' }
bibliography: refs.bib
math: { padded: true }
mood: calm
---
First line
`)
    expect(diagnostics).toEqual([])
    expect(body).toBe('First line\n')
    expect(given).toMatchObject({
      kind: 'post',
      file: 'content/posts/a.md',
      title: 'On $\\nu$: a note',
      subtitle: 'Why',
      authors: [{ name: 'Ada' }, { name: 'Emmy', url: 'https://emmy.example/' }],
      date: { iso: '2024-01-22T10:00:00-07:00', year: 2024, month: 1, day: 22 },
      updated: { iso: '2024-02-01' },
      readTime: '8 min read',
      terms: { tags: ['C++', 'c', '2024'], categories: ['Machine Learning'] },
      image: { url: 'assets/images/a.png', alt: 'A picture', place: { line: 10, column: 8 } },
      excerpt: 'In short.',
      draft: true,
      name: 'a',
      slug: 'a-note',
      url: '/posts/a-note/',
      aliases: ['/old/', '/older/', '/oldest/'],
      series: ['Notes'],
      part: 2,
      toc: false,
      lang: 'de',
      canonical: 'https://elsewhere.example/note',
      macros: { '\\R': '\\mathbb{R}' },
      bibliography: ['refs.bib'],
      math: { padded: true },
      extra: { mood: 'calm' },
      bodyLine: 26,
    })
  })

  it('without front matter has a body, a URL of its file name, and nothing else', () => {
    const { post: bare, body, diagnostics } = parsed('Just text\n', { file: 'content/posts/A Walk.md' })
    expect(body).toBe('Just text\n')
    expect(bare).toMatchObject({
      title: null,
      subtitle: null,
      authors: [],
      date: null,
      updated: null,
      readTime: null,
      terms: { tags: [], categories: [] },
      image: null,
      excerpt: null,
      draft: false,
      name: 'A Walk',
      slug: 'a-walk',
      url: '/posts/a-walk/',
      aliases: [],
      series: [],
      part: null,
      toc: null,
      lang: null,
      canonical: null,
      math: {},
      macros: {},
      bibliography: [],
      extra: {},
      bodyLine: 0,
    })
    expect(diagnostics).toMatchObject([
      { rule: 'post-has-date', severity: 'warn', file: 'content/posts/A Walk.md', line: 1, column: 1 },
    ])
  })

  it('has nothing for keys without a value', () => {
    const keys =
      'title subtitle author date updated read_time category tags image excerpt slug permalink url series part lang aliases'
    for (const nothing of ['', ' ""']) {
      const front = keys.split(' ').map((key) => `${key}:${nothing}`)
      expect(findings(front.join('\n'))).toEqual([
        '1:1 post-has-date This post has no date, so it is listed after all others. → Add "date: 2024-01-22" to its front matter, or begin its file name with the date.',
      ])
      const { bodyLine: _line, places: _places, ...bare } = parsed('Body\n').post
      expect(post(front.join('\n'))).toMatchObject(bare)
    }
  })

  it('is read alike from TOML and JSON', () => {
    const yaml = parsed('---\ntitle: A\ntags: [x, y]\ndate: 2024-01-22\ndraft: true\n---\nBody\n')
    const toml = parsed('+++\ntitle = "A"\ntags = ["x", "y"]\ndate = 2024-01-22\ndraft = true\n+++\nBody\n')
    const json = parsed('{"title": "A", "tags": ["x", "y"],\n"date": "2024-01-22",\n"draft": true}\nBody\n')
    const { bodyLine: _line, places: _places, date, ...rest } = yaml.post
    for (const other of [toml, json]) {
      expect(other.diagnostics).toEqual([])
      expect(other.post).toMatchObject({ ...rest, date: { year: 2024, month: 1, day: date?.day } })
    }
  })
})

describe('Keys that people bring along', () => {
  it.each([
    ['author: Ada', 'authors', [{ name: 'Ada' }]],
    ['author: [Ada, Emmy]', 'authors', [{ name: 'Ada' }, { name: 'Emmy' }]],
    ['author: {name: Ada}', 'authors', [{ name: 'Ada' }]],
    ['author: Ada\nauthors: [Emmy]', 'authors', [{ name: 'Emmy' }]],
    ['description: D', 'excerpt', 'D'],
    ['summary: S', 'excerpt', 'S'],
    ['summary: S\ndescription: D\nexcerpt: E', 'excerpt', 'E'],
    ['excerpt: ""\nsummary: S', 'excerpt', 'S'],
    ['title: 42', 'title', '42'],
    ['title: 3.10', 'title', '3.10'],
    ['title: true', 'title', 'true'],
    ['read_time: 5', 'readTime', '5'],
    ['draft: "yes"', 'draft', true],
    ['draft: "off"', 'draft', false],
    ['published: false', 'draft', true],
    ['published: "no"', 'draft', true],
    ['published: true', 'draft', false],
    ['published: true\ndraft: true', 'draft', true],
    ['published: {toString: 1}', 'draft', false],
    ['image: {src: a.png, alt: A}', 'image', { url: 'a.png', alt: 'A' }],
    ['image: {path: a.png}', 'image', { url: 'a.png', alt: '' }],
    ['image: {url: a.png, alt: A}\nimage_alt: B', 'image', { url: 'a.png', alt: 'B' }],
    ['math: true', 'math', {}],
    ['url: /x/y', 'url', '/x/y/'],
    ['permalink: /p/\nurl: /u/', 'url', '/p/'],
    ['permalink: ""\nurl: /u/', 'url', '/u/'],
  ] as const)('are read: %j', (front, key, value) => {
    expect(findings(`date: 2024-01-01\n${front}`)).toEqual([])
    const found = post(`date: 2024-01-01\n${front}`)[key]
    if (typeof value === 'object') expect(found).toMatchObject(value)
    else expect(found).toBe(value)
  })

  it.each([
    ['lastmod: 2024-03-01', '2024-03-01'],
    ['updated: 2024-02-01\nlastmod: 2024-03-01', '2024-02-01'],
  ])('give the date of the last change: %j', (front, iso) => {
    expect(post(front).updated?.iso).toBe(iso)
  })

  it('reach templates if Scholium does not know them', () => {
    expect(post('layout: post\ncover: {a: [1, null]}\n分: 2').extra).toEqual({
      layout: 'post',
      cover: { a: [1, null] },
      分: 2,
    })
  })
})

describe('The author of a post that names none', () => {
  it('is the site’s', () => {
    expect(post('title: A', { yaml: 'author: Ada' }).authors).toEqual([{ name: 'Ada' }])
    expect(post('author: Emmy', { yaml: 'author: Ada' }).authors).toEqual([{ name: 'Emmy' }])
  })
})

describe('Terms', () => {
  it.each([
    ['tags: a', ['a']],
    ['tags: a b', ['a', 'b']],
    ['tags: machine learning, code', ['machine learning', 'code']],
    ['tags: " a ,, b , "', ['a', 'b']],
    ['tags: [machine learning, code]', ['machine learning', 'code']],
    ['tags:\n  - a\n  - ""', ['a']],
    ['tag: machine learning', ['machine learning']],
    ['tags: [a]\ntag: b', ['a', 'b']],
    ['tags: [a, a, " a "]', ['a']],
    ['tags: [é, e\u0301]', ['é']],
    ['tags: 2024', ['2024']],
    ['tags: [1, true]', ['1', 'true']],
    ['tags: []', []],
    ['tags: ~', []],
    ['tags: [__proto__, constructor, toString]', ['__proto__', 'constructor', 'toString']],
  ])('of %j', (front, expected) => {
    expect(findings(`date: 2024-01-01\n${front}`)).toEqual([])
    expect(post(front).terms.tags).toEqual(expected)
  })

  it.each([
    ['category: Machine Learning', ['Machine Learning']],
    ['category: Physics, Applied', ['Physics, Applied']],
    ['categories: Machine Learning', ['Machine Learning']],
    ['categories: Physics, Maths', ['Physics', 'Maths']],
    ['categories: [A B, C]\ncategory: D', ['A B', 'C', 'D']],
  ])('that are categories, of %j', (front, expected) => {
    expect(post(front).terms.categories).toEqual(expected)
  })

  it('come from the keys that site.yaml names', () => {
    const yaml = 'taxonomies: {series: {}, labs: {keys: [lab, labs]}}'
    const given = post('series: Part one, two\nlab: X\nlabs: [Y]\ntags: [z]', { yaml })
    expect(given.terms).toEqual({ series: ['Part one, two'], labs: ['X', 'Y'] })
    expect(given.extra).toEqual({ tags: ['z'] })
  })
})

describe('A value of the wrong kind is reported at its place, and the other keys are kept:', () => {
  const lang = '"lang" must be a language tag such as "en" or "pt-BR".'
  it.each([
    ['title: [a]', '3:8 front-matter-is-valid "title" must be text.'],
    ['author: {mail: x}', '3:9 front-matter-is-valid "author" must be a name or a list of names.'],
    ['tags: {a: b}', '3:7 front-matter-is-valid "tags" must be text or a list of texts.'],
    ['tags: [a, [b]]', '3:7 front-matter-is-valid "tags" must be text or a list of texts.'],
    ['category: {a: b}', '3:11 front-matter-is-valid "category" must be text or a list of texts.'],
    ['image: [a]', '3:8 front-matter-is-valid "image" must be a path or a URL.'],
    ['image_alt: [a]', '3:12 front-matter-is-valid "image_alt" must be text.'],
    ['summary: [a]', '3:10 front-matter-is-valid "summary" must be text.'],
    ['draft: maybe', '3:8 front-matter-is-valid "draft" must be true or false.'],
    ['toc: 3', '3:6 front-matter-is-valid "toc" must be true or false.'],
    ['series: {a: b}', '3:9 front-matter-is-valid "series" must be text or a list of texts.'],
    ['part: two', '3:7 front-matter-is-valid "part" must be a number.'],
    ['slug: {a: b}', '3:7 front-matter-is-valid "slug" must be text.'],
    ['aliases: {a: b}', '3:10 front-matter-is-valid "aliases" must be text or a list of texts.'],
    ['lang: en_US', `3:7 front-matter-is-valid ${lang}`],
    ['lang: [en]', '3:7 front-matter-is-valid "lang" must be text.'],
    ['canonical: /a/', '3:12 front-matter-is-valid "canonical" must be an absolute URL.'],
    ['canonical: "javascript:x"', '3:12 front-matter-is-valid "canonical" must be an absolute URL.'],
    ['canonical: "data:text/html,x"', '3:12 front-matter-is-valid "canonical" must be an absolute URL.'],
    ['canonical: mailto:a@b', '3:12 front-matter-is-valid "canonical" must be an absolute URL.'],
    [
      'image: "javascript:x"',
      '3:8 front-matter-is-valid "image" must be a path or a URL of the web, such as "https://example.org/a.png".',
    ],
    [
      'image: { src: "data:image/svg+xml,<svg/>" }',
      '3:8 front-matter-is-valid "image" must be a path or a URL of the web, such as "https://example.org/a.png".',
    ],
    [
      'author: [{ name: A, url: "java\\tscript:x" }, B]',
      '3:9 front-matter-is-valid The URL of "A" in "author" must be a path or a URL that a page may lead to, such as "https://example.org/".',
    ],
    ['macros: [a]', '3:9 front-matter-is-valid "macros" must be a mapping of macros.'],
    [
      'updated: soon',
      '3:10 front-matter-is-valid "updated" is not a date: "soon". → Write it as 2024-01-22, or as 2024-01-22 10:00 +0100.',
    ],
  ])('%s', (line, expected) => {
    const front = `date: 2024-01-01\n${line}\nsubtitle: kept`
    expect(findings(front)).toEqual([expected])
    expect(post(front)).toMatchObject({ subtitle: 'kept', date: { iso: '2024-01-01' } })
  })

  it('all of them together, also where another key says the same', () => {
    expect(
      findings('date: 2024-13-01\nexcerpt: [a]\nsummary: [b]\ndraft: 5').map((found) => found.slice(0, 4)),
    ).toEqual(['2:7 ', '3:10', '4:10', '5:8 '].map((place) => expect.stringContaining(place.trim())))
  })

  it('a date that is none, for which the file name stands in', () => {
    const options = { file: 'content/posts/2024-01-22-a.md' }
    expect(findings('date: yesterday', options)).toEqual([
      '2:7 front-matter-is-valid "date" is not a date: "yesterday". → Write it as 2024-01-22, or as 2024-01-22 10:00 +0100.',
    ])
    expect(post('date: yesterday', options).date?.iso).toBe('2024-01-22')
    expect(findings('date: yesterday')).toHaveLength(1)
  })
})

describe('An image of another site above a post by strangers', () => {
  const front = 'date: 2024-01-01\nimage: https://t.example/a.png'
  const yaml = 'markdown: { html: escape }'

  it.each([yaml, `${yaml}\ncsp: false`, `${yaml}\ncsp: { img-src: https://i.example }`])(
    'is reported and not shown, unless site.yaml allows it: %j',
    (site) => {
      expect(findings(front, { yaml: site })).toEqual([
        '3:8 resource-is-allowed The page may not load "https://t.example/a.png", which is of another site. → Copy it into the site, or allow it in site.yaml: csp: { img-src: ["https://t.example"] }.',
      ])
      expect(post(front, { yaml: site }).image).toBe(null)
    },
  )

  it.each([
    `${yaml}\ncsp: { img-src: https://t.example }`,
    `${yaml}\nurl: https://t.example/blog/`,
    'csp: false',
  ])('is shown with %j', (site) => {
    expect(findings(front, { yaml: site })).toEqual([])
    expect(post(front, { yaml: site }).image?.url).toBe('https://t.example/a.png')
  })
})

describe('A key that is nearly a known one', () => {
  it.each([
    ['titel: A', '2:1', 'title'],
    ['Tags: [a]', '2:1', 'tags'],
    ['redirect_form: /a/', '2:1', 'redirect_from'],
    ['permlink: /a/', '2:1', 'permalink'],
  ])('as in %j is reported with the key that was meant', (front, place, meant) => {
    const [key] = front.split(':')
    expect(findings(`${front}\ndate: 2024-01-01`)).toEqual([
      `${place} front-matter-key-is-known Scholium does not know the key "${key}". → Did you mean "${meant}"?`,
    ])
    expect(post(front).extra).toHaveProperty(String(key))
  })

  it('is judged by the keys of the site’s own taxonomies too', () => {
    const yaml = 'taxonomies: [topics]'
    expect(findings('date: 2024-01-01\ntopcis: [a]', { yaml })[0]).toContain('Did you mean "topics"?')
    expect(findings('date: 2024-01-01\ntopics: [a]', { yaml })).toEqual([])
  })

  it.each(['layout', 'type', 'weight', 'comments', 'keywords', 'emoji', 'id', 'mood'])('is not %s', (key) => {
    expect(findings(`date: 2024-01-01\n${key}: x`)).toEqual([])
  })
})

describe('The key __proto__', () => {
  it('is refused and changes no object', () => {
    expect(findings('date: 2024-01-01\n__proto__: {draft: true}')).toEqual([
      '3:1 front-matter-is-valid `__proto__` cannot be a key. → Name it differently.',
    ])
    const given = post('__proto__: {draft: true, title: x}\nconstructor: y')
    expect([given.draft, given.title]).toEqual([false, null])
    expect(given.extra).toEqual({ constructor: 'y' })
    expect(Object.getPrototypeOf(given.extra)).toBe(Object.prototype)
  })
})

describe('The file name', () => {
  it.each([
    ['content/posts/a.md', 'a', null, '/posts/a/'],
    ['content/posts/2024-01-22-a.md', 'a', '2024-01-22', '/posts/a/'],
    ['content/posts/2024-1-2_a.markdown', 'a', '2024-01-02', '/posts/a/'],
    ['content/posts/2024-01-22 a b.md', 'a b', '2024-01-22', '/posts/a-b/'],
    ['content/posts/2024-01-22-a/index.md', 'a', '2024-01-22', '/posts/a/'],
    ['content/posts/a/index.md', 'a', null, '/posts/a/'],
    ['content/posts/sub/a.md', 'a', null, '/posts/a/'],
    ['content/posts/2024-01-22.md', '2024-01-22', '2024-01-22', '/posts/2024-01-22/'],
    ['content/posts/2024-99-99-a.md', 'a', null, '/posts/a/'],
    ['content/posts/2024-budget.md', '2024-budget', null, '/posts/2024-budget/'],
    ['content/posts/v1.2.md', 'v1.2', null, '/posts/v1-2/'],
    ['content/posts/index.md', 'index', null, '/posts/index/'],
    ['content/posts/分布.md', '分布', null, '/posts/分布/'],
    ['content/posts/!!.md', '!!', null, '/posts/u21-u21/'],
  ])('%s gives name, date and URL', (file, name, date, url) => {
    const { post: given } = parsed('Body', { file })
    expect([given.name, given.date?.iso ?? null, given.url]).toEqual([name, date, url])
  })

  it.each([
    ['content/pages/about.md', 'about', '/about/'],
    ['content/pages/docs/First Steps.md', 'First Steps', '/docs/first-steps/'],
    ['content/pages/docs/index.md', 'docs', '/docs/'],
    ['content/pages/2024-01-22-a.md', '2024-01-22-a', '/2024-01-22-a/'],
    ['content/pages/index.md', '', '/'],
  ])('%s gives a page its name and URL', (file, name, url) => {
    const { post: given, diagnostics } = parsed('Body', { file })
    expect([given.kind, given.name, given.url, diagnostics]).toEqual(['page', name, url, []])
  })

  it('is overruled by the date of front matter', () => {
    expect(post('date: 2023-05-06', { file: 'content/posts/2024-01-22-a.md' }).date?.iso).toBe('2023-05-06')
  })

  it('and a `published` that is a date stand in for the date', () => {
    expect(post('published: 2023-05-06').date?.iso).toBe('2023-05-06')
    expect(findings('published: 2023-05-06')).toEqual([])
  })

  it('dates a post in the site’s time zone', () => {
    const options = { file: 'content/posts/2024-01-22-a.md', yaml: 'timezone: Asia/Tokyo' }
    expect(post('title: A', options).date?.epoch).toBe(Date.UTC(2024, 0, 21, 15))
  })
})

describe('The URL', () => {
  const yaml = 'permalink: /:year/:month/:category/:slug/'

  it('follows the site’s pattern', () => {
    expect(post('date: 2024-03-05\ncategory: R&D\nslug: x', { yaml }).url).toBe('/2024/03/r-and-d/x/')
    expect(post('slug: x', { yaml }).url).toBe('/x/')
  })

  it('of a page does not', () => {
    expect(post('slug: x', { yaml, file: 'content/pages/about.md' }).url).toBe('/about/')
  })

  it.each([
    ['permalink: /notes/first/', '/notes/first/'],
    ['permalink: notes/first.html', '/notes/first.html'],
    ['permalink: /:year/:slug/\ndate: 2024-03-05', '/2024/a/'],
    ['permalink: "notes-:slug"', '/notes-a/'],
    ['url: /分布', '/分布/'],
    ['permalink: /a%20b/%E5%88%86/', '/a b/分/'],
    ['permalink: /100%/re:zero/', '/100%/re:zero/'],
    ['slug: a/b', '/posts/a-b/'],
    ['slug: 7', '/posts/7/'],
  ])('is chosen by the post: %j', (front, url) => {
    expect(post(front).url).toBe(url)
    expect(findings(`${front}\ndate: 2024-03-05`.replace(/(\ndate.*)\ndate.*/, '$1'))).toEqual([])
  })

  it('is one part of the path, whatever a slug asks for, and that is reported', () => {
    const front = 'date: 2024-01-01\nslug: ../../etc/passwd'
    expect(post(front).url).toBe('/posts/etc-passwd/')
    expect(findings(front)).toEqual([
      '3:7 url-is-safe The slug "../../etc/passwd" is read as "etc-passwd": it is one part of a URL. → Write a path as `permalink`.',
    ])
  })

  it('is reported where it asks for a field that there is not', () => {
    expect(findings('date: 2024-01-01\npermalink: /:yaer/:slug/\nurl: /u/')).toEqual([
      '3:12 front-matter-is-valid A permalink does not know :yaer. → Did you mean ":year"?',
    ])
  })

  const outside = 'it leaves its folder with "." or ".."'
  const unshown = 'it holds a backslash or a character that cannot be shown'
  it.each([
    ['permalink: /../x/', '/../x/', outside],
    ['permalink: ../x/', '../x/', outside],
    ['permalink: /a/./b/', '/a/./b/', outside],
    ['permalink: /a/%2e%2e/b/', '/a/%2e%2e/b/', outside],
    ['permalink: /.:category/x/', '/.:category/x/', outside],
    ["permalink: 'a\\b'", 'a\\b', unshown],
    ['permalink: "/a\\u0007/"', '/a\uFFFD/', unshown],
    ['url: https://example.org/x/', 'https://example.org/x/', 'it names a host'],
    ['url: //example.org/x/', '//example.org/x/', 'it names a host'],
    [
      `permalink: /${'a'.repeat(256)}/`,
      `/${'a'.repeat(256)}/`,
      'a part of it is longer than a file name may be (255 bytes)',
    ],
  ])('is refused if it is not safe: %j', (front, shown, reason) => {
    expect(findings(`date: 2024-01-01\n${front}`)).toEqual([
      `3:${front.indexOf(':') + 3} url-is-safe "${shown}" cannot be a URL of this site: ${reason}. → Write a path from the site’s root, such as /notes/my-post/.`,
    ])
    expect(post(front).url).toBe('/a/')
  })

  it('of any front matter is safe, or reported', () => {
    const text = fc.oneof(
      fc
        .array(
          fc.constantFrom(
            '/',
            '.',
            '..',
            ':slug',
            ':name',
            ':category',
            '\\',
            '\0',
            'a',
            '%2e',
            'https://',
            '分',
          ),
          { maxLength: 8 },
        )
        .map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
    )
    const front = fc.record({ slug: text, permalink: text, url: text, category: text }, { requiredKeys: [] })
    fc.assert(
      fc.property(front, fc.constantFrom('content/posts/x.md', 'content/pages/x/y.md'), (data, file) => {
        const { post: given, diagnostics } = parsed(`---\n${stringify(data)}---\nBody\n`, { file })
        expect(urlFault(given.url)).toBeNull()
        expect(given.url).toMatch(/^\/(?!\/)/)
        expect(join('/out', outputOf(given.url))).toBe(`/out/${outputOf(given.url)}`)
        const unexpected = diagnostics.filter(
          ({ rule, message }) =>
            rule !== 'post-has-date' &&
            rule !== 'url-is-safe' &&
            rule !== 'name-is-portable' &&
            rule !== 'text-is-printable' &&
            !message.startsWith('A permalink does not know :'),
        )
        expect(unexpected).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})

describe('Any front matter', () => {
  const key = fc.constantFrom(
    ...'title subtitle author authors date updated lastmod read_time category categories tags tag image image_alt'.split(
      ' ',
    ),
    ...'excerpt description summary draft published slug permalink url aliases redirect_from series part toc lang'.split(
      ' ',
    ),
    ...'canonical macros bibliography math constructor toString hasOwnProperty other'.split(' '),
  )
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 2 },
      fc.oneof(
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.double({ noNaN: true }),
        fc.constantFrom('2024-01-22', 'a, b', '/x/'),
      ),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('name', 'url', 'src', 'toString', 'a'), tie('any'), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
    ),
  })).any

  it('gives a post, and every finding is a warning or an error with a place in the front matter', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value, { noNullPrototype: true }), (data) => {
        const text = `---\n${stringify(data)}---\nBody\n`
        const { post: given, body, diagnostics } = parsed(text)
        expect(body).toBe('Body\n')
        expect(JSON.parse(JSON.stringify(given.terms))).toEqual(given.terms)
        for (const { line, column, file } of diagnostics) {
          expect(file).toBe('content/posts/a.md')
          expect(line).toBeLessThan(text.split('\n').length)
          expect(column).toBeGreaterThan(0)
        }
      }),
      { numRuns: 300 },
    )
  })
})
