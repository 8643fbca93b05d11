import { join, sep } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodePath,
  encodePath,
  hrefOf,
  isAbsoluteUrl,
  outputOf,
  permalinkOf,
  tidyUrl,
  urlFault,
} from '../../../src/content/permalink.js'

const fields = { slug: 'my-post', name: 'My Post', category: 'R&D', date: { year: 2024, month: 3, day: 5 } }

/** Paths as people write them into front matter, and as an attacker would. */
const path = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        '/',
        '/',
        'a',
        'b.html',
        '.',
        '..',
        'c d',
        '分布',
        'e\u0301',
        '%2e',
        '%',
        '?',
        '#',
        '&',
        ':',
        '\\',
        '\0',
        '\uD800',
        '~',
        '+',
        "'",
        '"',
      ),
      { maxLength: 10 },
    )
    .map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
/** URLs of the site: paths in which nothing is at fault. */
const url = path.map(tidyUrl).filter((made) => urlFault(made) === null)

describe('A permalink pattern', () => {
  it.each([
    ['/posts/:slug/', '/posts/my-post/'],
    ['/:year/:month/:day/:name/', '/2024/03/05/my-post/'],
    ['/:category/:slug.html', '/r-and-d/my-post.html'],
    ['/:year-:month/:slug', '/2024-03/my-post/'],
    [':slug', '/my-post/'],
    ['/fixed/', '/fixed/'],
    ['/:title/:slug/', '/:title/my-post/'],
    ['/:constructor/', '/:constructor/'],
  ])('%s gives %s', (pattern, expected) => {
    expect(permalinkOf(pattern, fields)).toBe(expected)
  })

  it('leaves out the fields that a post lacks, with their slashes', () => {
    const bare = { ...fields, category: null, date: null }
    expect(permalinkOf('/:year/:month/:category/:slug/', bare)).toBe('/my-post/')
  })

  it('writes a year with four digits', () => {
    expect(permalinkOf('/:year/:slug/', { ...fields, date: { year: 33, month: 1, day: 1 } })).toBe(
      '/0033/my-post/',
    )
  })

  it('of any fields gives a URL that stays in its folder', () => {
    const pattern = fc
      .array(fc.constantFrom('/', ':slug', ':name', ':category', ':year', 'a', '-', '.'), { maxLength: 8 })
      .map((parts) => parts.join(''))
    const given = fc.record({
      slug: fc.constant('s'),
      name: fc.string({ unit: 'binary' }),
      category: fc.option(fc.string({ unit: 'binary' })),
      date: fc.option(fc.constant({ year: 1, month: 1, day: 1 })),
    })
    fc.assert(
      fc.property(pattern, given, (each, values) => {
        const made = permalinkOf(each, values)
        expect(made).toMatch(/^\//)
        if (urlFault(made) === null) expect(join('/out', outputOf(made)).startsWith(`/out${sep}`)).toBe(true)
      }),
    )
  })
})

describe('The one form of a URL', () => {
  it.each([
    ['', '/'],
    ['/', '/'],
    ['a', '/a/'],
    ['/a/', '/a/'],
    ['//a///b', '/a/b/'],
    ['a.html', '/a.html'],
    ['a.HTM', '/a.HTM'],
    ['a.txt', '/a.txt/'],
    ['e\u0301', '/é/'],
  ])('of %j is %s', (given, expected) => {
    expect(tidyUrl(given)).toBe(expected)
  })

  it('is its own', () => {
    fc.assert(
      fc.property(path, (given) => {
        const once = tidyUrl(given)
        expect(tidyUrl(once)).toBe(once)
        expect(once).toMatch(/^\//)
        expect(once).not.toContain('//')
      }),
      { numRuns: 500 },
    )
  })
})

describe('A URL is at fault', () => {
  it.each([
    ['/../x/', 'it leaves its folder with "." or ".."'],
    ['/a/./', 'it leaves its folder with "." or ".."'],
    ['/a\\b/', 'it holds a backslash or a character that cannot be shown'],
    ['/a\0/', 'it holds a backslash or a character that cannot be shown'],
    ['/a\nb/', 'it holds a backslash or a character that cannot be shown'],
    ['/\uD800/', 'it holds a backslash or a character that cannot be shown'],
    [`/${'a'.repeat(256)}/`, 'a part of it is longer than a file name may be (255 bytes)'],
    [`/${'分'.repeat(86)}/`, 'a part of it is longer than a file name may be (255 bytes)'],
  ])('as in %j', (given, reason) => {
    expect(urlFault(given)).toBe(reason)
  })

  it.each(['/', '/a/', '/分布/', '/a.b/', '/.../', '/a b/', '/?/', `/${'a'.repeat(255)}/`])(
    'but not as in %j',
    (given) => {
      expect(urlFault(given)).toBeNull()
    },
  )
})

describe('The output of a URL', () => {
  it.each([
    ['/', 'index.html'],
    ['/a/', 'a/index.html'],
    ['/a.html', 'a.html'],
    ['/分布/x/', '分布/x/index.html'],
  ])('%s is %s', (given, expected) => {
    expect(outputOf(given)).toBe(expected)
  })

  it('lies below the output folder, and no two URLs share one', () => {
    fc.assert(
      fc.property(url, url, (a, b) => {
        expect(join('/out', outputOf(a)).startsWith(`/out${sep}`)).toBe(true)
        expect(join('/out', outputOf(a))).toBe(`/out/${outputOf(a)}`)
        if (a !== b && !/(^|\/)index\.html$/.test(a + b)) expect(outputOf(a)).not.toBe(outputOf(b))
      }),
      { numRuns: 500 },
    )
  })
})

describe('The href of a URL', () => {
  it.each([
    ['/', '/', '/'],
    ['/posts/a/', '/blog/', '/blog/posts/a/'],
    ['/分布/', '/', '/%E5%88%86%E5%B8%83/'],
    ['/a b?c#d%/', '/', '/a%20b%3Fc%23d%25/'],
    ['/a/', '/分/', '/%E5%88%86/a/'],
  ])('%s below %s is %s', (given, basePath, href) => {
    expect(hrefOf(given, basePath)).toBe(href)
  })

  it('is ASCII without a query or a fragment, and decodes to the URL', () => {
    fc.assert(
      fc.property(url, (given) => {
        const href = hrefOf(given, '/')
        expect(href).toMatch(/^\/[!$&'()*+,\-./0-9:;=@A-Z_a-z~%]*$/)
        expect(decodePath(href)).toBe(given)
        if (!/[?#]/.test(given)) expect(decodeURI(href)).toBe(given)
      }),
      { numRuns: 500 },
    )
  })

  it('means the same to a browser', () => {
    fc.assert(
      fc.property(url, (given) => {
        const seen = new URL(hrefOf(given, '/blog/'), 'https://example.org/')
        expect([seen.host, seen.search, seen.hash]).toEqual(['example.org', '', ''])
        expect(decodePath(seen.pathname)).toBe(`/blog${given}`)
      }),
      { numRuns: 500 },
    )
  })

  it('holds no lone surrogate', () => {
    expect(encodePath('/\uD800/')).toBe('/%EF%BF%BD/')
  })
})

it('A path is decoded, or left as it is where its escapes are not valid', () => {
  expect(decodePath('/%E5%88%86/%2F')).toBe('/分//')
  expect(decodePath('100%')).toBe('100%')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(decodePath(encodeURIComponent(text.toWellFormed()))).toBe(text.toWellFormed())
    }),
  )
})

it.each([
  ['https://example.org/', true],
  ['mailto:a@b.example', true],
  ['data:,x', true],
  ['//example.org/x', true],
  ['java\nscript:x', true],
  [' \t//example.org/x', true],
  ['/\r/example.org/x', true],
  ['/a/', false],
  ['a.md', false],
  ['a/b:c', false],
  ['#x', false],
  ['?x', false],
  ['\\\\host/a', true],
  ['/\\host/a', true],
  ['\t\\/host/a', true],
  ['\\a', false],
  ['', false],
])('Whether %j is absolute: %s', (given, expected) => {
  expect(isAbsoluteUrl(given)).toBe(expected)
})
