/** What grows without end when it is read carelessly: aliases, nesting, numbers, macros, templates that hold themselves. */
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.js'
import { parsed } from '../in-memory.js'
import { post, rejectedOf } from '../unit/markdown/rendered-post.js'
import { beside, endless, posts } from './endless-templates.js'
import { type TargetName, targets } from './targets.js'
import { faultOfTemplate } from './template-fault.js'

const deep = 50_000
const [open, close] = ['['.repeat(deep), ']'.repeat(deep)]
const objects = `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`
const laughs = `a: &a [x, x, x, x, x, x, x, x, x]\n${'abcdefgh'.replace(
  /./g,
  (name, at: number, all: string) => {
    const next = all[at + 1] ?? 'i'
    return `${next}: &${next} [${`*${name}, `.repeat(9)}]\n`
  },
)}`
const macros = '\\def\\a{xxxxxxxxxx}'.concat(
  ...[...'abcdefghi'].map((name, at) => `\\def\\${'bcdefghij'[at]}{${`\\${name} `.repeat(10)}}`),
)

const inputs: Readonly<Partial<Record<TargetName, Readonly<Record<string, string>>>>> = {
  'front matter': {
    'aliases that multiply': `---\n${laughs}---\nx`,
    'an alias of itself': '---\na: &a [*a]\nb: &b { <<: *b }\n---\nx',
    'lists in lists, in YAML': `---\na: ${open}${close}\n---\nx`,
    'lists in lists, by indentation': `---\na:\n${Array.from({ length: 2000 }, (_, at) => `${' '.repeat(at)}-\n`).join('')}---\nx`,
    'lists in lists, in TOML': `+++\na = ${open}${close}\n+++\nx`,
    'tables in tables, in TOML': `+++\n[${'a.'.repeat(deep)}b]\nx = 1\n+++\nx`,
    'objects in objects, in JSON': `---json\n{"a": ${objects}}\n---\nx`,
    'objects in objects, in bare JSON': `{"a": ${objects}}\nx`,
    'numbers beyond all': `---\ndate: ${'9'.repeat(400)}\npart: 1e999\nexpires: 99999-01-01\ntitle: -.inf\nread_time: 0x${'f'.repeat(400)}\n---\nx`,
    'numbers beyond all, in TOML': `+++\ndate = 9007199254740991\npart = 1e999\n+++\nx`,
    'a line of a megabyte': `---\ntitle: ${'a'.repeat(1_000_000)}\ntags: ${'b '.repeat(100_000)}\n---\nx`,
    'keys without end': `---\n${Array.from({ length: 5000 }, (_, at) => `k${at}: 1\n`).join('')}---\nx`,
  },
  configuration: {
    'aliases that multiply': laughs,
    'lists in lists': `menu: ${open}${close}`,
    'objects in objects': objects,
    'numbers beyond all':
      'pagination: { size: 1e999 }\nfeeds: { limit: 0xffffffffffffffffff }\nmarkdown: { foldCode: -.inf }',
    'a line of a megabyte': `title: ${'a'.repeat(1_000_000)}`,
  },
  markdown: {
    'quotes in quotes': `${'>'.repeat(deep)} x`,
    'lists in lists': `${'- '.repeat(deep)}x`,
    'lists in lists, by indentation': Array.from({ length: 500 }, (_, at) => `${'  '.repeat(at)}- x\n`).join(
      '',
    ),
    'links in links': `${'['.repeat(9000)}a${'](b)'.repeat(9000)}`,
    'elements in elements': `${'<div>'.repeat(deep)}x`,
    'elements in elements, in a line': `x ${'<b>'.repeat(3000)}x`,
    'notes in notes': Array.from({ length: 300 }, (_, at) => `[^${at}]: a [^${at + 1}]\n`).join(''),
    'definitions without end': Array.from({ length: 1000 }, (_, at) => `[a${at}]: /b\n`).join(''),
    'headings of one name': '# a\n\n'.repeat(800),
    'callouts in callouts': Array.from({ length: 200 }, (_, at) => `${'> '.repeat(at)}> [!note]\n`).join(''),
    'cells without end': `|${'a|'.repeat(2000)}\n|${'-|'.repeat(2000)}\n`,
  },
  mathematics: {
    braces: `${'{'.repeat(deep)}x${'}'.repeat(deep)}`,
    'braces that nothing closes': '{'.repeat(deep),
    'delimiters in delimiters': `${'\\left('.repeat(2000)}x${'\\right)'.repeat(2000)}`,
    'fractions in fractions': `${'\\frac{1}{'.repeat(3000)}x${'}'.repeat(3000)}`,
    'scripts of scripts': `x${'^{x'.repeat(3000)}${'}'.repeat(3000)}`,
    'a macro of itself': '\\def\\x{\\x}\\x',
    'a macro that doubles itself': '\\def\\x{\\x\\x}\\x',
    'a macro that grows by its argument': '\\def\\x#1{\\x{#1#1}}\\x{a}',
    'macros that multiply': `${macros}\\j`,
    'environments in environments': `${'\\begin{matrix}'.repeat(1000)}x${'\\end{matrix}'.repeat(1000)}`,
    'a size beyond all': '\\rule{1e999em}{9999999999em}\\hspace{-1e99em}\\kern1e400em',
  },
  bibtex: {
    braces: `@book{a, title = {${'{'.repeat(deep)}x${'}'.repeat(deep)}}}`,
    'braces that nothing closes': `@book{a, title = ${'{'.repeat(deep)}`,
    'parents in a circle': '@book{a, crossref={b}, xdata={b}}\n@book{b, crossref={a}, xdata={a}}',
    'strings that multiply': `@string{a = "xxxxxxxxxx"}\n${[...'abcdefghi'].map((name, at) => `@string{${'bcdefghij'[at]} = ${Array(10).fill(name).join(' # ')}}`).join('\n')}\n@book{k, title = j}`,
    'authors without end': `@book{a, author = {${'A and '.repeat(2000)}B}, title = {T}}`,
  },
  'csl-json': {
    'lists in lists': `${open}${close}`,
    'objects in objects': `[{"id": "a", "type": "book", "title": "x", "note": ${objects}}]`,
    'numbers beyond all':
      '[{"id": "a", "type": "book", "issued": {"date-parts": [[1e999, -1e999, 99999999999999999999]]}, "page": 1e308}]',
    'other things than they should be':
      '[{"id": "a", "type": "book", "author": {"length": 1e9}, "issued": "x", "title": {}, "page": [], "editor": [null, 1, {"family": {}}]}]',
  },
  template: {
    itself: '{% render "a" %}',
    'itself, by another': '{% include "b" %}{% layout "a" %}',
    'blocks in blocks': `${'{% if posts %}'.repeat(deep)}x${'{% endif %}'.repeat(deep)}`,
    'blocks that nothing closes': '{% for p in posts %}'.repeat(2000),
    'numbers without end': '{% for i in (1..9999999999) %}x{% endfor %}',
    'a text that doubles itself': `{% assign x = "aaaaaaaaaa" %}${'{% assign x = x | append: x %}'.repeat(40)}{{ x }}`,
    'a text that is replaced by itself': `{% assign x = "aaaaaaaaaa" %}${'{% assign x = x | replace: "a", x %}'.repeat(8)}{{ x }}`,
  },
}

describe.each(Object.entries(inputs))('Without end: %s', (target, cases) => {
  it.each(Object.entries(cases))('%s', async (_name, input) => {
    expect(await targets[target as TargetName](input, '')).toEqual([])
  })
})

describe('A template without end is stopped, and its line named:', () => {
  it.each(Object.entries(endless))('%s', (_name, source) => {
    expect(faultOfTemplate(source, { posts }, beside)).toMatch(
      /^templates\/a\.html:1:\d+ The template does not end, or makes far too much\. Look for one that renders itself/,
    )
  })
})

describe('What is out of bounds', () => {
  it('is reported', () => {
    const rules = (text: string) => parsed(text).diagnostics.map(({ rule, message }) => `${rule} ${message}`)
    for (const text of [
      `---\n${laughs}---\nx`,
      `---\na: ${open}${close}\n---\nx`,
      `+++\na = ${open}${close}\n+++\nx`,
      `{"a": ${objects}}\nx`,
    ])
      expect(rules(text).join('\n')).toMatch(/^front-matter-is-valid /m)
    expect(parseConfig(laughs).diagnostics).not.toEqual([])
    expect(post(`${'>'.repeat(deep)} x`).diagnostics).toMatchObject([{ rule: 'nesting-is-bounded' }])
    expect(post('*a '.repeat(3000)).diagnostics).toMatchObject([
      { rule: 'signs-are-bounded', line: 1, column: 6001 },
    ])
    expect(rejectedOf(post('$\\def\\x{\\x\\x}\\x$').html)).toEqual(['\\def\\x{\\x\\x}\\x'])
  })

  it('is text: no letter of it is lost', () => {
    const { html } = post('*a '.repeat(3000))
    expect(html.match(/a/g)).toHaveLength(3000)
    expect(html.match(/\*/g)).toHaveLength(3000)
  })
})
