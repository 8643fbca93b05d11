import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CodeInfo, codeInfo } from '../../../src/markdown/code-info.js'

const nothing: CodeInfo = {
  language: null,
  title: null,
  caption: null,
  id: null,
  marked: [],
  words: [],
  isDiff: false,
  isNumbered: false,
  firstNumber: null,
  fold: null,
  summary: null,
  include: null,
  unknown: [],
  misfits: [],
}

describe('An info string', () => {
  it.each<readonly [string, Partial<CodeInfo>]>([
    ['', {}],
    ['python', { language: 'python' }],
    ['C++', { language: 'c++' }],
    // Zenn and Qiita.
    ['python:train.py', { language: 'python', title: 'train.py' }],
    ['rb: check.rb', { language: 'rb', title: 'check.rb' }],
    ['diff js:src/a.js', { language: 'js', title: 'src/a.js', isDiff: true }],
    ['diff_python:a.py', { language: 'python', title: 'a.py', isDiff: true }],
    ['train.py', { language: 'py', title: 'train.py' }],
    // Pandoc.
    ['{.python .input}', { language: 'python' }],
    ['{.input .python}', { language: 'python' }],
    [
      '{#lst:a .haskell .numberLines startFrom="100"}',
      { language: 'haskell', id: 'lst:a', isNumbered: true, firstNumber: 100 },
    ],
    ['haskell {.number-lines}', { language: 'haskell', isNumbered: true }],
    ['{.python .diff}', { language: 'python', isDiff: true }],
    ['{=html}', {}],
    // R Markdown and Quarto.
    ['{r setup, include=FALSE, fig.cap="a, {b}"}', { language: 'r', unknown: ['include', 'fig.cap'] }],
    ['{python}', { language: 'python' }],
    [
      '{#lst-a .sql lst-cap="Two *words*" code-line-numbers="true"}',
      { language: 'sql', id: 'lst-a', caption: 'Two *words*', isNumbered: true },
    ],
    [
      '{.python code-line-numbers="2,4-6"}',
      {
        language: 'python',
        marked: [
          [2, 2],
          [4, 6],
        ],
      },
    ],
    ['{.r code-fold="true" code-summary="Show it"}', { language: 'r', fold: true, summary: 'Show it' }],
    ['{.r code-fold=show}', { language: 'r', fold: 'open' }],
    ["{r, file = 'a b.R'}", { language: 'r', include: { file: 'a b.R', lines: null } }],
    // Docusaurus, VitePress, Expressive Code, Gatsby, rehype-pretty-code.
    [
      'js title="a.js" {1,3-5} showLineNumbers',
      {
        language: 'js',
        title: 'a.js',
        marked: [
          [1, 1],
          [3, 5],
        ],
        isNumbered: true,
      },
    ],
    ['js{1}', { language: 'js', marked: [[1, 1]] }],
    [
      'js showLineNumbers{7} /a b/ /c/1,3-4',
      {
        language: 'js',
        isNumbered: true,
        firstNumber: 7,
        words: [
          { text: 'a b', which: [] },
          {
            text: 'c',
            which: [
              [1, 1],
              [3, 4],
            ],
          },
        ],
      },
    ],
    ['ts:line-numbers {2}', { language: 'ts', isNumbered: true, marked: [[2, 2]] }],
    ['ts:no-line-numbers', { language: 'ts' }],
    ['js [config.js]', { language: 'js', title: 'config.js' }],
    ['diff lang="js"', { language: 'js', isDiff: true, unknown: ['lang'] }],
    // Hugo, MkDocs, MyST.
    [
      'go {hl_lines=[8,"15-17"],linenostart=199}',
      {
        language: 'go',
        marked: [
          [8, 8],
          [15, 17],
        ],
        firstNumber: 199,
      },
    ],
    [
      'py linenums="1" hl_lines="2 3"',
      {
        language: 'py',
        isNumbered: true,
        firstNumber: 1,
        marked: [
          [2, 2],
          [3, 3],
        ],
      },
    ],
    // rustdoc.
    ['rust,ignore', { language: 'rust' }],
    // Our own.
    [
      'python file="../code/train.py" lines=10-20',
      { language: 'python', include: { file: '../code/train.py', lines: '10-20' } },
    ],
    ['title="a.py"', { title: 'a.py' }],
    ['python fold="The data"', { language: 'python', fold: true, summary: 'The data' }],
    ['python fold=false', { language: 'python', fold: false }],
    // Markdown decodes what is not a caption's.
    [String.raw`python title="a\_b &amp; \"c\""`, { language: 'python', title: 'a_b & "c"' }],
    [
      String.raw`python caption="$\{1\,2\}$ \"so\""`,
      { language: 'python', caption: String.raw`$\{1\,2\}$ "so"` },
    ],
    ['f&ouml;&ouml;', { language: 'föö' }],
    // What is none of it.
    ['python /usr/bin/x', { language: 'python' }],
    ['/x/', { words: [{ text: 'x', which: [] }] }],
    ['diff nolanguage', { language: 'diff' }],
    [
      'python title="never closed',
      {
        language: 'python',
        title: '"never',
        misfits: [{ text: '"never', reason: 'The quote of title is never closed.' }],
      },
    ],
  ])('%s', (info, said) => {
    expect(codeInfo(info)).toEqual({ ...nothing, ...said })
  })

  it('is read whatever it holds, and names a language without spaces and in small letters', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '{',
        '}',
        '"',
        "'",
        '=',
        '.',
        '#',
        '/',
        ':',
        ',',
        ' ',
        'title',
        'diff',
        'js',
        '\\',
        '&amp;',
        '[',
        ']',
      ),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { language } = codeInfo(pieces.join('').replace(/\s+/g, ' '))
        return language === null || (language !== '' && language === language.toLowerCase())
      }),
    )
  })

  it('marks no lines for what is numbers and more, however long', () => {
    expect(codeInfo(`py hl_lines="${'1'.repeat(400_000)}x"`).marked).toEqual([])
    expect(codeInfo(`py hl_lines="-, ."`).marked).toEqual([])
    expect(codeInfo(`py hl_lines="1,${' '.repeat(400_000)}3"`).marked).toEqual([
      [1, 1],
      [3, 3],
    ])
  })
})
