import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { includeKey, includesIn, linesOfFile } from '../../../src/markdown/includes.js'
import { renderer } from '../../../src/markdown/pipeline.js'
import { english } from '../../../src/markdown/quotation.js'
import { configOf } from '../../in-memory.js'
import { englishBodyWords } from '../../words.js'

const { math, markdown } = configOf()
const render = renderer({
  siteUrl: null,
  smartPunctuation: true,
  extensions: markdown,
  math,
  theorems: {},
  callouts: {},
})

describe('The files that a body shows', () => {
  it('are found in lists and quotes too, each once', () => {
    const body = [
      '```python file="../code/train.py" lines=10-20',
      '```',
      '> - ~~~{.python file=a.py}',
      '>   ~~~',
      "1. ```{r, file = 'b.R', echo=FALSE}",
      '   ```',
      '```python file="../code/train.py" lines=10-20',
      '```',
      'The words file=none.py are no block.',
    ].join('\n')
    expect(includesIn(body)).toEqual([
      { file: '../code/train.py', lines: '10-20' },
      { file: 'a.py', lines: null },
      { file: 'b.R', lines: null },
    ])
  })

  it.each(['`', '~'])('are none for a line of many %s, and that is soon known', (sign) => {
    const fence = sign.repeat(400_000)
    expect(includesIn(`${fence}\n${fence}py file=a.py\nfile=none`)).toEqual([{ file: 'a.py', lines: null }])
  })

  it('are all among those that are looked for', () => {
    const line = fc.oneof(
      fc.constantFrom('```', '~~~~', '    ', '> ', '- ', '1. ', '', 'text', '\t', '`', '<pre>', '[^1]: '),
      fc.constantFrom(
        '```py file=a.py',
        '~~~ file="b.py"',
        '> ```{file=c.py}',
        '- ~~~x file =d lines=1',
        '```x `file=e`',
      ),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const body = lines.join('\n')
        const found = includesIn(body)
        const includes = Object.fromEntries(found.map((one) => [includeKey(one), { text: 'x', first: 1 }]))
        const { diagnostics } = render(body, {
          title: null,
          words: englishBodyWords,
          quotation: english,
          includes,
        })
        expect(diagnostics.filter(({ rule }) => rule === 'named-file-is-readable')).toEqual([])
      }),
    )
  })
})

describe('Lines of a file', () => {
  const text = 'one\ntwo\nthree\n'
  it.each([
    [null, { text: 'one\ntwo\nthree', first: 1 }],
    ['2-3', { text: 'two\nthree', first: 2 }],
    ['2..3', { text: 'two\nthree', first: 2 }],
    ['2-', { text: 'two\nthree', first: 2 }],
    ['-2', { text: 'one\ntwo', first: 1 }],
    ['3', { text: 'three', first: 3 }],
    ['2-9', { text: 'two\nthree', first: 2, only: 3 }],
    ['4-9', { fault: 'It has 3 lines, and none from 4 on.' }],
    ['3-2', { fault: '"3-2" names no lines.' }],
    ['0-2', { fault: '"0-2" names no lines.' }],
    ['-', { fault: '"-" names no lines.' }],
    ['a', { fault: '"a" names no lines.' }],
  ])('%s', (lines, shown) => {
    expect(linesOfFile(text, lines)).toMatchObject(shown)
  })
})
