import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits } from '../../../../src/markdown/math/edit.js'
import { labelName, readEquation } from '../../../../src/markdown/math/equation.js'

/** The TeX that KaTeX is asked for, numbers and references aside. */
function asked(tex: string): string {
  return applyEdits(tex, readEquation(tex, true).edits).text
}

/** The names of the labels of each row. */
function labels(tex: string): readonly (readonly string[])[] {
  return readEquation(tex, true).rows.map((row) => row.labels.map(({ name }) => name))
}

describe('what KaTeX is asked for', () => {
  it.each([
    ['a label is left out', 'a \\label{eq:a} = b', 'a  = b'],
    ['\\require is left out', '\\require{cancel}\\cancel{x}', '\\cancel{x}'],
    ['\\nonumber and \\notag are left out', 'a \\nonumber b \\notag', 'a  b '],
    ['a box is its content', '\\bbox[5px, red]{x} \\bbox{y}', '{x} {y}'],
    ['multline is gather*', '\\begin{multline} a \\end{multline}', '\\begin{gather*} a \\end{gather*}'],
    ['flalign* is align*', '\\begin{flalign*} a \\end{flalign*}', '\\begin{align*} a \\end{align*}'],
    ['equation is equation*', '\\begin{equation} a \\end{equation}', '\\begin{equation*} a \\end{equation*}'],
    [
      'alignat keeps its argument',
      '\\begin{alignat}{2} a \\end{alignat}',
      '\\begin{alignat*}{2} a \\end{alignat*}',
    ],
    [
      'eqnarray has two columns',
      '\\begin{eqnarray} a &=& b \\\\ &=& c \\end{eqnarray}',
      '\\begin{align*} a &={} b \\\\ &={} c \\end{align*}',
    ],
    ['displaymath is what it holds', '\\begin{displaymath} a \\end{displaymath}', ' a '],
    [
      'an inner environment stays',
      '\\begin{gather*}\\begin{split} a \\end{split}\\end{gather*}',
      '\\begin{gather*}\\begin{split} a \\end{split}\\end{gather*}',
    ],
    [
      'the place of an environment in its line is left out',
      '\\begin{aligned}[t] a \\end{aligned}',
      '\\begin{aligned} a \\end{aligned}',
    ],
    ['\\newcommand may define a name again', '\\newcommand{\\a}[2]{#1#2}', '\\def\\a#1#2{#1#2}'],
    ['\\newcommand without braces', '\\newcommand\\a{b}', '\\def\\a{b}'],
    [
      '\\newcommand* and \\renewcommand',
      '\\newcommand*{\\a}{b}\\renewcommand {\\a} [1] {c}',
      '\\def\\a{b}\\def\\a#1{c}',
    ],
    [
      '\\newcommand with a default',
      '\\newcommand{\\n}[2][p]{#2_#1}',
      '\\def\\n{\\@ifnextchar[{\\n@given}{\\n@given[{p}]}}\\def\\n@given[#1]#2{#2_#1}',
    ],
    ['\\providecommand is KaTeX’s own', '\\providecommand{\\a}{b}', '\\providecommand{\\a}{b}'],
    [
      '\\def, \\gdef and \\let are KaTeX’s own',
      '\\def\\a#1{b}\\gdef\\c{d}\\let\\e=\\f',
      '\\def\\a#1{b}\\gdef\\c{d}\\let\\e=\\f',
    ],
    [
      '\\DeclareMathOperator is an operator’s name',
      '\\DeclareMathOperator{\\a}{arg}',
      '\\def\\a{\\operatorname{arg}}',
    ],
    [
      '\\DeclareMathOperator* has limits',
      '\\DeclareMathOperator*{\\a}{arg}',
      '\\def\\a{\\operatorname*{arg}}',
    ],
    ['what is in \\verb stays', '\\verb|\\label{a}|', '\\verb|\\label{a}|'],
    ['what is in a comment stays', 'a % \\label{a}\nb', 'a % \\label{a}\nb'],
    ['what is not closed stays', '\\label{a', '\\label{a'],
    [
      'a label in a definition stays, for it is none yet',
      '\\newcommand{\\a}{\\label{x}}',
      '\\def\\a{\\label{x}}',
    ],
  ])('%s', (_name, tex, expected) => {
    expect(asked(tex)).toBe(expected)
  })
})

describe('the labels of rows', () => {
  it.each([
    ['stand anywhere in a row', '\\begin{align} \\label{a} x \\\\ y \\label{b} \\end{align}', [['a'], ['b']]],
    ['may be several', 'x \\label{a}\\label{b}', [['a', 'b']]],
    [
      'may stand in an inner environment',
      '\\begin{equation}\\begin{split} x \\label{a} \\\\ y \\end{split}\\end{equation}',
      [['a']],
    ],
    [
      'before the environment are its first row’s',
      '\\label{a}\\begin{align} x \\\\ y \\end{align}',
      [['a'], []],
    ],
    [
      'behind the last \\\\ are the last row’s',
      '\\begin{align} x \\\\ y \\\\ \\label{a} \\end{align}',
      [[], ['a']],
    ],
    [
      'behind the environment are the last row’s',
      '\\begin{align} x \\\\ y \\end{align} \\label{a}',
      [[], ['a']],
    ],
    [
      'of any line of a multline are its number’s',
      '\\begin{multline} x \\label{a} \\\\ y \\end{multline}',
      [[], ['a']],
    ],
    ['are in one spelling', 'x \\label{ eq:  a\n b }', [['eq:-a-b']]],
    ['that are empty are none', 'x \\label{} \\label{ }', [[]]],
  ])('%s', (_name, tex, expected) => {
    expect(labels(tex)).toEqual(expected)
  })

  it('are those of all rows together where subequations begin', () => {
    const tex =
      '\\begin{subequations}\\label{s}\\begin{align} x \\label{a} \\\\ y \\end{align}\\end{subequations}'
    expect(readEquation(tex, true).subequations?.map(({ name }) => name)).toEqual(['s'])
    expect(labels(tex)).toEqual([['a'], []])
  })
})

describe('references', () => {
  it('are found with their places, in tags and in text too', () => {
    const tex = 'a \\eqref{eq: x} \\tag{\\ref{y}} \\text{by \\ref{z}}'
    const { references } = readEquation(tex, true)
    expect(references.map(({ name, form }) => [name, form])).toEqual([
      ['eq:-x', 'eqref'],
      ['y', 'ref'],
      ['z', 'ref'],
    ])
    expect(references.map(({ start, end }) => tex.slice(start, end))).toEqual([
      '\\eqref{eq: x}',
      '\\ref{y}',
      '\\ref{z}',
    ])
  })
})

describe('a formula of definitions alone', () => {
  it.each([
    ['\\newcommand{\\a}{b}', true],
    ['  \\def\\a#1{b} % why\n \\let\\c=\\d \\global\\def\\e{f} \\DeclareMathOperator{\\g}{h}\n', true],
    ['\\newcommand{\\a}[1][x]{b}', true],
    ['\\require{ams}\\newcommand{\\a}{b}', true],
    ['\\begin{displaymath}\\newcommand{\\a}{b}\\end{displaymath}', true],
    ['\\newcommand{\\a}{b} x', false],
    ['\\newcommand{\\a}{b} \\a', false],
    ['\\begin{equation}\\newcommand{\\a}{b}\\end{equation}', false],
    ['% nothing', false],
    ['', false],
  ])('%j is silent: %s', (tex, isSilent) => {
    expect(readEquation(tex, true).isSilent).toBe(isSilent)
  })
})

describe('labelName', () => {
  it('is the same for what it gives', () => {
    fc.assert(fc.property(fc.string(), (name) => labelName(labelName(name)) === labelName(name)))
  })
})

const piece = fc.constantFrom(
  ...'\\begin{align} \\end{align} \\begin{equation*} \\end{equation*} \\begin{subequations} \\end{subequations}'.split(
    ' ',
  ),
  ...'\\begin{multline} \\end{multline} \\begin{eqnarray} \\end{eqnarray} \\begin{aligned}[t] \\end{aligned}'.split(
    ' ',
  ),
  ...'\\label{a} \\label{ \\tag{b} \\tag* \\nonumber \\ref{c} \\eqref \\newcommand \\def \\let \\bbox[ \\require{x}'.split(
    ' ',
  ),
  ...'\\DeclareMathOperator* {\\x} [1] [ ] { } & \\\\ % $ # \\ \n a \\verb|x| \\cr'.split(' '),
)

describe('any text', () => {
  it('is read, and its edits stand within it, do not overlap, and have it read the same again', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece).map((parts) => parts.join('')),
          fc.string(),
        ),
        fc.boolean(),
        (tex, display) => {
          const { edits, rows } = readEquation(tex, display)
          const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end)
          for (const [index, { start, end }] of sorted.entries()) {
            expect(start).toBeGreaterThanOrEqual(sorted[index - 1]?.end ?? 0)
            expect(end).toBeGreaterThanOrEqual(start)
            expect(end).toBeLessThanOrEqual(tex.length)
          }
          expect(rows.length).toBeGreaterThan(0)
          for (const { end, tag } of rows) {
            expect(end).toBeLessThanOrEqual(tex.length)
            if (tag) expect(tag.end).toBeGreaterThanOrEqual(tag.start)
          }
        },
      ),
    )
  })
})
