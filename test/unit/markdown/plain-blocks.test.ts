import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Root } from 'mdast'
import type { Extension } from 'micromark-util-types'
import { VFile } from 'vfile'
import { describe, expect, it, vi } from 'vitest'
import { cleanText } from '../../../src/content/source.js'
import { parser } from '../../../src/markdown/pipeline.js'
import { specialSign } from '../../../src/markdown/plain-text.js'
import { configOf } from '../../in-memory.js'

const everything =
  'markdown: { highlight: true, superscript: true, subscript: true, keys: true, abbreviations: true, emoji: true, wikilinks: true }'

function withoutFrontMatter(text: string): string {
  return text.replace(/^---\r?\n.*?\r?\n---\r?\n/s, '')
}

/** Gives what parses with some site's options, plain blocks read by themselves or not. */
function parserOf(plainBlocks: boolean, yaml = '') {
  const { math, markdown } = configOf(yaml)
  const processor = parser({ extensions: markdown, html: 'allow', math }, { plainBlocks })
  return (body: string) => {
    const file = new VFile({ value: cleanText(body) })
    const tree = processor.parse(file) as Root
    const messages = file.messages.map(({ reason, line, column, ruleId }) => ({
      reason,
      line,
      column,
      ruleId,
    }))
    return { tree, messages }
  }
}

const sites = [
  '',
  everything,
  'math: { brackets: true, padded: true }',
  'math: { doubleDollar: kramdown }',
].map((yaml) => ({ plain: parserOf(true, yaml), whole: parserOf(false, yaml) }))

function expectSame(body: string, among = sites): void {
  for (const { plain, whole } of among) expect(plain(body)).toEqual(whole(body))
}

const inline = [
  ...[
    'a',
    'word',
    'two words',
    ' ',
    ' ',
    ', ',
    '. ',
    '漢字',
    '𝔸',
    '1',
    '2. ',
    '\n',
    '\n',
    '\n  ',
    '  \n',
    '\\\n',
  ],
  ...[
    '*',
    '**',
    '*em*',
    '**strong**',
    '**a b.**',
    '*a*b',
    '_',
    '_em_',
    'snake_case',
    '`',
    '`code`',
    '`` a`b ``',
    '` a ',
  ],
  ...[
    '$',
    '$$',
    '$x$',
    '$x_1 + y$',
    '$a\nb$',
    '$5',
    '$$x$$',
    '\\$',
    '\\alpha',
    '\\begin{align}',
    '\\end{align}',
    '\\(',
    '\\)',
  ],
  ...[
    '[',
    ']',
    '(',
    ')',
    '[a](b)',
    '[a](https://example.org/a_b)',
    '[a][b]',
    '![i](j.png)',
    '[^1]',
    '^[note]',
    '[[w]]',
  ],
  ...[
    '<',
    '<b>',
    '</b>',
    '<!-- c -->',
    '&',
    '&amp;',
    '&#35;',
    'https://example.org',
    'www.example.org',
    'a@b.cd',
    '@key',
  ],
  ...[
    '!',
    '~',
    '~~s~~',
    'H~2~',
    '^2^',
    '==m==',
    '=',
    '+',
    '++k++',
    ':',
    '|',
    '{#eq:a}',
    '#',
    '"',
    "'",
    '\u00A0',
    '\u3000',
    '\uFFFC',
  ],
]
const block = [
  ...[
    '# ',
    '## ',
    '### a #',
    '#',
    '> ',
    '>',
    '- ',
    '* ',
    '+ ',
    '1. ',
    '2. ',
    '10) ',
    'Where:\n- ',
    'Where:\n1. ',
    '- $x$ is\n- ',
    '* a\n* ',
    '    ',
    '  ',
    '\t',
    ': ',
    ':   ',
    '---',
    '***',
    '===',
  ],
  ...[
    '```',
    '```python',
    '``` js {1}',
    '  ```',
    '````',
    '~~~',
    '```math',
    '$$',
    '$$ {#eq:a}',
    '  $$',
    '$$x^2$$',
    '$$x$$ {#eq:b}',
  ],
  ...[
    '| a | b |',
    '|---|---|',
    '[b]: /url',
    '[^1]: note',
    '*[HTML]: x',
    '<div>',
    '</div>',
    '<!--',
    '-->',
    '<script>',
    '</script>',
    '<?',
    '<pre>',
  ],
  ...['\\begin{align}', '\\end{align}', '\\[', '\\]', '    code', '<!-- more -->', 'x = 1', '', '', '', ' '],
]
const line = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...inline), { maxLength: 6 }).map((parts) => parts.join('')),
  },
  { weight: 2, arbitrary: fc.constantFrom(...block) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...block), fc.array(fc.constantFrom(...inline), { maxLength: 4 }))
      .map(([sign, parts]) => sign + parts.join('')),
  },
  { weight: 2, arbitrary: fc.constant('') },
)
const body = fc.array(line, { maxLength: 14 }).map((lines) => lines.join('\n'))

describe('Plain blocks', () => {
  it('make the tree that micromark makes of them, to the last offset', () => {
    const body = [
      'A paragraph of $x$, `code`, **strong** and *emphasised* words,\nand [a link](https://example.org/a_b).',
      '## A heading of $y$\nText.',
      '```python title="a.py"\nx = 1\n\ny = 2\n```',
      '$$\nx^2\n+ y^2\n$$ {#eq:sum}',
      '- a list\n\n  of more\n- than one',
      'Where:\n- $a$ is one\n- and **$b$** another',
      'Between.\n\n* a `list`',
      '3. three\n4. [four](b)',
      'Between.',
      '    code',
      '$$z$$',
      '> A quote\nof two lines.',
      'The end',
    ].join('\n\n')
    for (const ending of ['', '\n', '\n\n', ' \n']) expectSame(body + ending)
  })

  it('are as micromark reads them, whatever stands beside them', () => {
    fc.assert(
      fc.property(body, (generated) => expectSame(generated)),
      {
        numRuns: 800,
        examples: [['Where:\n- 2. '], ['a\n\n```math'], ['a\nb\n\n- ```math'], ['a\nb\n\n> $$']],
      },
    )
  })

  it.each(['**a** ', '*a* ', 'a_b '])('end where micromark’s end that are full of %j', (run) => {
    for (const count of [999, 1001, 2001]) expectSame(run.repeat(count).trim(), sites.slice(0, 1))
  })

  it('are as micromark reads them in each text of the tests and of this site', () => {
    const root = new URL('../../../', import.meta.url)
    const bodies = ['test/markdown', 'content'].flatMap((folder) =>
      readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.md'))
        .map((name) => readFileSync(new URL(`${folder}/${name}`, root), 'utf8')),
    )
    expect(bodies.length).toBeGreaterThan(50)
    for (const body of bodies) expectSame(withoutFrontMatter(body))
  })

  it('hold no character that begins a construct, whichever a site asks for', () => {
    const { math, markdown } = configOf(everything)
    const processor = parser({ extensions: markdown, html: 'allow', math }, { plainBlocks: false }).freeze()
    const spy = vi.spyOn(processor, 'data')
    processor.parse('==a== x^2^ H~2~O ++k++ a\n: b\n\n*[HTML]: x\n\n[[w]] a@b.cd www.example.org')
    const asked = spy.mock.results.flatMap(({ value }) =>
      Array.isArray(value) ? (value as Extension[]) : [],
    )
    const codes = new Set(asked.flatMap(({ text }) => Object.keys(text ?? {})).map(Number))
    expect(codes.size).toBeGreaterThan(12)
    const signs = [
      ...'!&*<[\\]_`',
      ...[...codes].filter((code) => code > 0).map((code) => String.fromCharCode(code)),
    ]
    for (const sign of signs) {
      // Addresses begin with letters and digits, and are looked for by their own signs.
      if (/[\w.+-]/.test(sign) && sign !== '_' && sign !== '+') continue
      expect(`a${sign.repeat(2)}b${sign.repeat(2)}`.replace(specialSign, ''), sign).toBe('ab')
    }
  })

  const corpora = new URL('../../../../shared/corpora/', import.meta.url)
  if (!existsSync(corpora))
    it('are not read of posts that people wrote: ../shared is not there', ({ skip }) => skip())
  else
    it('are as micromark reads them in posts that people wrote', () => {
      for (const name of readdirSync(corpora, { recursive: true, encoding: 'utf8' }))
        if (name.endsWith('.md'))
          expectSame(withoutFrontMatter(readFileSync(new URL(name, corpora), 'utf8')), sites.slice(0, 1))
    })
})
