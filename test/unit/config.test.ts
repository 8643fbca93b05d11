import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { configSchema, isTimezone, loadConfig, parseConfig } from '../../src/config.js'
import { rules } from '../../src/diagnostics.js'
import { isLanguage } from '../../src/language.js'
import { configOf } from '../in-memory.js'
import { siteFolder } from '../site-folder.js'

/** What is wrong with a site.yaml, as `line:column message`, with the hint behind an arrow. */
function faults(yaml: string): readonly string[] {
  const { config, diagnostics } = parseConfig(yaml)
  expect(config === null).toBe(diagnostics.length > 0)
  return diagnostics.map(({ rule, severity, file, line, column, message, hint }) => {
    expect([rule, severity, file]).toEqual(['config-is-valid', 'error', 'site.yaml'])
    return `${line}:${column} ${message}${hint ? ` → ${hint}` : ''}`
  })
}

describe('A site.yaml that says nothing', () => {
  it.each(['', '\n', '# only a comment\n', '{}', '---\n', '\uFEFF'])(
    'as in %j gives the defaults',
    (yaml) => {
      expect(configOf(yaml)).toMatchObject({
        title: 'Untitled site',
        description: '',
        url: null,
        basePath: '/',
        author: null,
        lang: 'en',
        timezone: 'UTC',
        menu: null,
        permalink: '/posts/:slug/',
        taxonomies: [
          { name: 'tags', title: null, singular: null, path: 'tags', keys: ['tags', 'tag'] },
          {
            name: 'categories',
            title: null,
            singular: null,
            path: 'categories',
            keys: ['categories', 'category'],
          },
        ],
        paginate: { home: 10, terms: 20, archive: 200 },
        markdown: { smartPunctuation: true },
        math: { doubleDollar: 'display', padded: false, brackets: false },
        rules: {},
      })
    },
  )
})

describe('A config', () => {
  it('has what site.yaml says', () => {
    const config = configOf(`\uFEFFtitle: "  Notes  "\r
description: On numbers\r
url: https://example.org\r
author: {name: Ada, url: https://ada.example/, email: ada@ada.example}\r
lang: pt-BR\r
timezone: Europe/Berlin\r
menu:\r
  - {title: Home, url: /}\r
permalink: /:year/:month/:day/:category/:slug/\r
markdown: {smartPunctuation: false}\r
math: {doubleDollar: kramdown, padded: true, brackets: true}\r
rules: {'*': warn, image-exists: 'off'}\r
`)
    expect(config).toMatchObject({
      title: 'Notes',
      description: 'On numbers',
      url: 'https://example.org/',
      basePath: '/',
      author: { name: 'Ada', url: 'https://ada.example/', email: 'ada@ada.example' },
      lang: 'pt-BR',
      timezone: 'Europe/Berlin',
      menu: [{ title: 'Home', url: '/' }],
      permalink: '/:year/:month/:day/:category/:slug/',
      markdown: { smartPunctuation: false },
      math: { doubleDollar: 'kramdown', padded: true, brackets: true },
      rules: { '*': 'warn', 'image-exists': 'off' },
    })
  })

  it('is plain data: its JSON says all of it', () => {
    const config = configOf('title: A\nurl: https://example.org/\nauthor: Ada\n')
    expect(JSON.parse(JSON.stringify(config))).toEqual(config)
  })

  it('has images in widths, formats and qualities, each once and in order', () => {
    const usual = { formats: ['webp'], widths: [640, 960, 1280, 1760], quality: { avif: 50, webp: 80 } }
    expect([configOf('').images, configOf('images: true').images]).toEqual([usual, usual])
    expect(
      configOf('images: { formats: [webp, avif, webp], widths: [800, 400, 800], quality: 70 }').images,
    ).toEqual({
      formats: ['avif', 'webp'],
      widths: [400, 800],
      quality: { avif: 70, webp: 70 },
    })
    expect(configOf('images: { formats: avif, quality: { avif: 40 } }').images).toEqual({
      ...usual,
      formats: ['avif'],
      quality: { avif: 40, webp: 80 },
    })
    expect(configOf('images: false').images).toBe(null)
  })

  it('has an author from a name alone', () => {
    expect(configOf('author: Ada').author).toEqual({ name: 'Ada' })
  })

  it.each([
    ['https://example.org', 'https://example.org/', '/'],
    ['https://example.org/blog', 'https://example.org/blog/', '/blog/'],
    ['http://localhost:8000/a/b///', 'http://localhost:8000/a/b/', '/a/b/'],
    ['https://example.org/%E5%88%86/', 'https://example.org/%E5%88%86/', '/分/'],
    ['https://example.org/分', 'https://example.org/分/', '/分/'],
  ])('has the base path of its url %s', (url, full, basePath) => {
    expect(configOf(`url: ${url}`)).toMatchObject({ url: full, basePath })
  })

  it('has one size of pages for home and terms, or one for each list', () => {
    expect(configOf('paginate: 3').paginate).toEqual({ home: 3, terms: 3, archive: 200 })
    expect(configOf('paginate: {archive: 5}').paginate).toEqual({ home: 10, terms: 20, archive: 5 })
  })

  it('takes any rule at any severity', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('*', ...Object.keys(rules)), fc.constantFrom('off', 'warn', 'error')),
        (settings) => {
          expect(configOf(stringify({ rules: settings })).rules).toEqual({ ...settings })
        },
      ),
    )
  })
})

describe('Taxonomies', () => {
  it('are a list of names', () => {
    expect(configOf('taxonomies: [tags, series, topics]').taxonomies).toEqual([
      { name: 'tags', title: null, singular: null, path: 'tags', keys: ['tags', 'tag'] },
      { name: 'series', title: null, singular: null, path: 'series', keys: ['series'] },
      { name: 'topics', title: null, singular: null, path: 'topics', keys: ['topics'] },
    ])
  })

  it('are a mapping from names to what differs', () => {
    const yaml = `taxonomies:
  tags:
  fields: { title: Research fields, singular: Field, path: research/fields/, keys: [field, fields] }
  labs: {}
`
    expect(configOf(yaml).taxonomies).toEqual([
      { name: 'tags', title: null, singular: null, path: 'tags', keys: ['tags', 'tag'] },
      {
        name: 'fields',
        title: 'Research fields',
        singular: 'Field',
        path: 'research/fields',
        keys: ['field', 'fields'],
      },
      { name: 'labs', title: null, singular: null, path: 'labs', keys: ['labs'] },
    ])
  })

  it('can be none', () => {
    expect(configOf('taxonomies: []').taxonomies).toEqual([])
    expect(configOf('taxonomies: {}').taxonomies).toEqual([])
  })

  it.each([
    ['taxonomies: [tags, a b]', '1:1 "taxonomies.a b" in site.yaml: must be a word.'],
    ['taxonomies:\n  a/b: {}', '2:3 "taxonomies.a/b" in site.yaml: must be a word.'],
    ['taxonomies:\n  - name: tags', '2:3 "taxonomies" in site.yaml: expected record, received array.'],
    ['taxonomies: [{toString: 1}]', '1:13 "taxonomies" in site.yaml: expected record, received array.'],
    [
      'taxonomies:\n  tags: {path: ../x}',
      '2:16 "taxonomies.tags.path" in site.yaml: must be a folder name such as "tags".',
    ],
    [
      'taxonomies:\n  tags: {path: tags/..}',
      '2:16 "taxonomies.tags.path" in site.yaml: must be a folder name such as "tags".',
    ],
    [
      'taxonomies:\n  tags: {path: a/./b}',
      '2:16 "taxonomies.tags.path" in site.yaml: must be a folder name such as "tags".',
    ],
    [
      'taxonomies:\n  tags: {titel: x}',
      '2:10 Unknown key "taxonomies.tags.titel" in site.yaml. → Did you mean "title"?',
    ],
  ])('as in %j are refused', (yaml, fault) => {
    expect(faults(yaml)).toEqual([fault])
  })
})

describe('A fault in site.yaml is reported at its line and column:', () => {
  const known = Object.keys((configSchema() as { properties: object }).properties)
  const top = `Known keys here: ${known.join(', ')}.`
  it.each([
    [
      'an unknown key',
      'title: a\ntitel: b',
      ['2:1 Unknown key "titel" in site.yaml. → Did you mean "title"?'],
    ],
    ['a key near to none', 'theme: a', [`1:1 Unknown key "theme" in site.yaml. → ${top}`]],
    [
      'a key that is no key of its own',
      '__proto__: 1',
      [`1:1 Unknown key "__proto__" in site.yaml. → ${top}`],
    ],
    [
      'an unknown key within another',
      'author:\n  name: a\n  mail: b',
      ['3:3 Unknown key "author.mail" in site.yaml. → Did you mean "email"?'],
    ],
    [
      'an unknown key in a list',
      'menu:\n  - title: a\n    url: /\n    ulr: b',
      ['4:5 Unknown key "menu.0.ulr" in site.yaml. → Did you mean "url"?'],
    ],
    [
      'an entry of the menu that leads to a script',
      'menu:\n  - title: a\n    url: "java\\tscript:x"',
      [
        '3:10 "menu.0.url" in site.yaml: must be a path or a URL that a page may lead to, such as "https://example.org/".',
      ],
    ],
    [
      'an author whose URL makes up a page',
      'author: { name: a, url: "data:text/html,x" }',
      [
        '1:25 "author.url" in site.yaml: must be a path or a URL that a page may lead to, such as "https://example.org/".',
      ],
    ],
    [
      'an unknown rule',
      'rules:\n  math-render: off',
      ['2:3 Unknown key "rules.math-render" in site.yaml. → Did you mean "math-renders"?'],
    ],
    [
      'an unknown directive of the policy',
      'csp:\n  img-scr: https://images.example',
      ['2:3 Unknown key "csp.img-scr" in site.yaml. → Did you mean "img-src"?'],
    ],
    [
      'a budget of nothing, or of no size',
      'budgets:\n  image: 1 MB\n  html: little',
      [
        '3:9 "budgets.html" in site.yaml: must be a size such as "500 MB" or "2 GB".',
        '2:3 Unknown key "budgets.image" in site.yaml. → Did you mean "images"?',
      ],
    ],
    [
      'an image of no format, width or quality that there is',
      'images:\n  formats: [jxl]\n  widths: [4]\n  quality: { webp: 101 }\n  width: 3',
      [
        '2:13 "images.formats.0" in site.yaml: expected one of "avif"|"webp".',
        '3:12 "images.widths.0" in site.yaml: must be at least 16.',
        '4:20 "images.quality.webp" in site.yaml: must be from 1 to 100.',
        '5:3 Unknown key "images.width" in site.yaml. → Did you mean "widths"?',
      ],
    ],
    [
      'an unknown severity',
      'rules:\n  math-renders: of',
      ['2:17 "rules.math-renders" in site.yaml: expected one of "off"|"warn"|"error".'],
    ],
    ['a number for text', 'title: 3', ['1:8 "title" in site.yaml: expected string, received number.']],
    ['nothing for text', 'title: ""', ['1:8 "title" in site.yaml: must not be empty.']],
    [
      'a missing part',
      'menu:\n  - title: a',
      ['2:5 "menu.0.url" in site.yaml: expected string, received undefined.'],
    ],
    ['a list for a mapping', '- a', ['1:1 site.yaml: expected object, received array.']],
    ['text for a mapping', 'hello', ['1:1 site.yaml: expected object, received string.']],
    [
      'a page without posts',
      'paginate:\n  home: 0\n  terms: 1.5',
      [
        '2:9 "paginate.home" in site.yaml: must be at least 1.',
        '3:10 "paginate.terms" in site.yaml: expected int, received number.',
      ],
    ],
    [
      'an option that there is not',
      'math: {doubleDollar: x}',
      ['1:22 "math.doubleDollar" in site.yaml: expected one of "display"|"kramdown".'],
    ],
    [
      'a language that is none',
      'lang: en_US',
      ['1:7 "lang" in site.yaml: must be a language tag such as "en" or "pt-BR".'],
    ],
    [
      'a time zone that is none',
      'timezone: Mars/Olympus',
      ['1:11 "timezone" in site.yaml: must be an IANA time zone such as "UTC" or "Europe/Berlin".'],
    ],
    [
      'a time zone that dates cannot be read in',
      'timezone: PST',
      ['1:11 "timezone" in site.yaml: must be an IANA time zone such as "UTC" or "Europe/Berlin".'],
    ],
    [
      'broken YAML',
      'a: [1',
      [
        '1:6 site.yaml is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
      ],
    ],
    [
      'a key that is no text',
      '? [a]\n: b',
      ['1:3 site.yaml is not valid YAML: With stringKeys, all keys must be strings.'],
    ],
    [
      'a line that is no key and value',
      "''a\ntitle: : ",
      [
        '1:3 site.yaml is not valid YAML: Unexpected scalar token.',
        '2:8 site.yaml is not valid YAML: Nested mappings are not allowed in compact mappings.',
      ],
    ],
    ['a key twice', 'title: a\ntitle: b', ['2:1 site.yaml is not valid YAML: Map keys must be unique.']],
    [
      'an alias of nothing',
      'title: a\ndescription: *x',
      ['2:14 site.yaml is not valid YAML: Unresolved alias (the anchor must be set before the alias): x.'],
    ],
  ])('%s', (_, yaml, expected) => {
    expect(faults(yaml)).toEqual(expected)
  })

  it.each([
    'example.org',
    '/blog/',
    'ftp://example.org/',
    'https://',
    'https://example.org/?',
    'https://example.org/#a',
    'https://example.org/%zz/',
    'https://example.org//other.example/',
    'https://example.org/%00/',
  ])('the url %s', (url) => {
    expect(faults(`url: ${url}`)).toEqual([
      '1:6 "url" in site.yaml: must be an absolute URL such as "https://example.org/" or "https://example.org/blog/".',
    ])
  })

  it.each([
    ['posts/:slug/', 'must start with a slash'],
    ['/posts/', 'must hold :slug or :name, or all posts have one URL'],
    ['/:slugs/:slug/', 'does not know :slugs. Did you mean ":slug"'],
    ['/:title/:slug/', 'does not know :title. It may hold :slug, :year, :month, :day, :name, :category'],
    ['/../:slug/', 'must be a plain path, without "..", "?", "#" or spaces'],
    ['/a b/:slug/', 'must be a plain path, without "..", "?", "#" or spaces'],
    ['/:slug/?x', 'must be a plain path, without "..", "?", "#" or spaces'],
  ])('the permalink %s', (permalink, message) => {
    expect(faults(`permalink: "${permalink}"`)).toEqual([`1:12 "permalink" in site.yaml: ${message}.`])
  })

  it('all of them together', () => {
    expect(faults('titel: a\nlang: 5\nrules: {x-y: off}\nauthor: {}\n')).toHaveLength(4)
  })
})

describe('Any text as site.yaml', () => {
  const piece = fc.constantFrom(
    ...[
      'title',
      'url',
      'menu',
      'rules',
      'taxonomies',
      'author',
      'paginate',
      '__proto__',
      'constructor',
      '<<',
    ],
    ...[
      ': ',
      '\n',
      '\n  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ', ',
      '"',
      "'",
      '*',
      '&a ',
      '*a',
      '|',
      '>',
      '? ',
      '!!set ',
      '%',
      '\t',
      '#',
    ],
    ...['https://example.org/', '/:slug/', 'off', '1', 'null', 'true', '分', '\0', '\u2028'],
  )
  const nearly = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''))

  it('gives a config or faults, and every place lies in the text', () => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' })), (yaml) => {
        const { config, diagnostics, text } = parseConfig(yaml)
        expect(config === null).toBe(diagnostics.length > 0)
        for (const { line = 1, column = 1 } of diagnostics) {
          expect(line).toBeLessThanOrEqual(text.split('\n').length)
          expect(column).toBeLessThanOrEqual((text.split('\n')[line - 1] ?? '').length + 1)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('that is nested without end, or multiplies its aliases, is refused', () => {
    expect(parseConfig('['.repeat(20_000)).config).toBeNull()
    const bomb = [
      'a: &a0 [x, x]',
      ...Array.from({ length: 20 }, (_, i) => `b${i}: &a${i + 1} [*a${i}, *a${i}]`),
    ]
    expect(parseConfig(bomb.join('\n')).config).toBeNull()
  })
})

describe('Loading the config of a folder', () => {
  it('gives what its site.yaml says, with its text', async () => {
    const root = await siteFolder({ 'site.yaml': 'title: A\n' })
    const { config, diagnostics, text } = await loadConfig(root)
    expect([config?.title, diagnostics, text]).toEqual(['A', [], 'title: A\n'])
  })

  it('gives the defaults where there is none', async () => {
    const { config, diagnostics } = await loadConfig(await siteFolder())
    expect([config, diagnostics]).toEqual([configOf(), []])
  })

  it('reports a site.yaml that cannot be read', async () => {
    const root = await siteFolder()
    await mkdir(join(root, 'site.yaml'))
    const { config, diagnostics } = await loadConfig(root)
    expect(config).toBeNull()
    expect(diagnostics).toMatchObject([{ rule: 'config-is-valid', file: 'site.yaml' }])
  })

  it.skipIf(process.getuid?.() === 0)('reports a site.yaml that may not be read', async () => {
    const root = await siteFolder({ 'site.yaml': 'title: A\n' })
    await chmod(join(root, 'site.yaml'), 0)
    expect((await loadConfig(root)).diagnostics).toHaveLength(1)
  })
})

describe('The JSON Schema', () => {
  it('knows every key of site.yaml and refuses others', () => {
    expect(configSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { title: { type: 'string' }, lang: { type: 'string' }, math: { type: 'object' } },
    })
  })
})

it.each([
  ['en', true],
  ['pt-BR', true],
  ['zh-Hans', true],
  ['en_US', false],
  ['', false],
  ['english language', false],
])('Whether %j is a language tag: %s', (tag, expected) => {
  expect(isLanguage(tag)).toBe(expected)
})

describe('A time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata'])(
    'is known: %s',
    (name) => {
      expect(isTimezone(name)).toBe(true)
    },
  )

  it.each(['', 'Europe/Atlantis', 'PST', '+02:00', 'UTC+02:00', 'Berlin', '2024-01-22[Europe/Berlin]'])(
    'is not known: %j',
    (name) => {
      expect(isTimezone(name)).toBe(false)
    },
  )
})

describe('What site.yaml says of feeds', () => {
  it.each([
    ['', { content: 'full', limit: 20, math: 'mathml', formats: ['atom', 'rss', 'json'] }],
    ['feeds: true', { content: 'full', limit: 20, math: 'mathml', formats: ['atom', 'rss', 'json'] }],
    ['feeds: false', { content: 'full', limit: 20, math: 'mathml', formats: [] }],
    [
      'feeds: { content: excerpt, limit: 5, math: text, formats: [json, atom, json] }',
      { content: 'excerpt', limit: 5, math: 'text', formats: ['atom', 'json'] },
    ],
  ])('as %j is complete', (yaml, feeds) => {
    expect(configOf(yaml).feeds).toEqual(feeds)
  })

  it('is reported where it is wrong', () => {
    const messages = (yaml: string) =>
      parseConfig(yaml).diagnostics.map(({ message, line }) => `${line} ${message}`)
    expect(messages('feeds: { limt: 5 }')).toEqual(['1 Unknown key "feeds.limt" in site.yaml.'])
    expect(messages('feeds:\n  limit: 0')).toEqual(['2 "feeds.limit" in site.yaml: must be at least 1.'])
    expect(messages('feeds: { formats: [rdf] }')).toHaveLength(1)
  })
})

describe('What site.yaml says of callouts', () => {
  it('is a title and a hue by kind, each optional', () => {
    expect(configOf('callouts: { question: { title: Frage, hue: 300 }, open-problem: }').callouts).toEqual({
      question: { title: 'Frage', hue: 300 },
      'open-problem': { title: null, hue: null },
    })
    expect(configOf('').callouts).toEqual({})
  })

  it('is reported where it is wrong', () => {
    expect(faults('callouts:\n  question: { hue: 400 }')).toEqual([
      '2:20 "callouts.question.hue" in site.yaml: must be an angle in degrees, from 0 to 360.',
    ])
    expect(faults('callouts: { question: { colour: red } }')).toHaveLength(1)
    expect(faults('callouts: { Question: {} }')).toHaveLength(1)
  })
})
