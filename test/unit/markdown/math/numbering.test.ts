import { describe, expect, it } from 'vitest'
import { readEquation } from '../../../../src/markdown/math/equation.js'
import { type NumberingMode, numberRows } from '../../../../src/markdown/math/numbering.js'

/** What stands beside each row, from 1 on. */
function beside(tex: string, mode: NumberingMode = 'labelled', next = 1): readonly (string | null)[] {
  return numberRows(readEquation(tex, true), mode, next).rows.map((number) => number?.shown ?? null)
}

/** The numbers that LaTeX with amsmath prints, worked out by hand. */
const latex: readonly (readonly [name: string, tex: string, numbers: readonly (string | null)[]])[] = [
  ['equation', '\\begin{equation} a \\end{equation}', ['(1)']],
  ['equation*', '\\begin{equation*} a \\end{equation*}', [null]],
  [
    'an equation that is split',
    '\\begin{equation}\\begin{split} a &= b \\\\ &= c \\end{split}\\end{equation}',
    ['(1)'],
  ],
  [
    'an equation that is aligned',
    '\\begin{equation}\\begin{aligned} a \\\\ b \\end{aligned}\\end{equation}',
    ['(1)'],
  ],
  ['an equation with a line break', '\\begin{equation} a \\\\ b \\end{equation}', ['(1)']],
  ['align', '\\begin{align} a &= b \\\\ c &= d \\\\ e &= f \\end{align}', ['(1)', '(2)', '(3)']],
  ['align*', '\\begin{align*} a \\\\ b \\end{align*}', [null, null]],
  [
    'align with \\nonumber',
    '\\begin{align} a \\nonumber \\\\ b \\\\ c \\notag \\end{align}',
    [null, '(1)', null],
  ],
  ['align with \\tag, which does not count', '\\begin{align} a \\tag{A} \\\\ b \\end{align}', ['(A)', '(1)']],
  ['align with \\tag*', '\\begin{align} a \\tag*{A} \\\\ b \\end{align}', ['A', '(1)']],
  ['align* with \\tag', '\\begin{align*} a \\tag{2} \\\\ b \\end{align*}', ['(2)', null]],
  ['\\tag and \\nonumber', '\\begin{align} a \\tag{A}\\nonumber \\end{align}', ['(A)']],
  ['alignat', '\\begin{alignat}{2} a &= b &\\quad c &= d \\\\ e &= f \\end{alignat}', ['(1)', '(2)']],
  ['alignat*', '\\begin{alignat*}{2} a &= b \\end{alignat*}', [null]],
  ['flalign', '\\begin{flalign} a \\\\ b \\end{flalign}', ['(1)', '(2)']],
  ['gather', '\\begin{gather} a \\\\ b \\end{gather}', ['(1)', '(2)']],
  ['gather*', '\\begin{gather*} a \\\\ b \\end{gather*}', [null, null]],
  [
    'multline, which has one at its last line',
    '\\begin{multline} a \\\\ b \\\\ c \\end{multline}',
    [null, null, '(1)'],
  ],
  ['multline with \\nonumber', '\\begin{multline} a \\\\ b \\nonumber \\end{multline}', [null, null]],
  ['multline*', '\\begin{multline*} a \\\\ b \\end{multline*}', [null, null]],
  ['multline with \\tag', '\\begin{multline} a \\\\ b \\tag{A} \\end{multline}', [null, '(A)']],
  [
    'eqnarray',
    '\\begin{eqnarray} a &=& b \\\\ c &=& d \\nonumber \\\\ e &=& f \\end{eqnarray}',
    ['(1)', null, '(2)'],
  ],
  ['eqnarray*', '\\begin{eqnarray*} a &=& b \\end{eqnarray*}', [null]],
  [
    'subequations',
    '\\begin{subequations}\\begin{align} a \\\\ b \\nonumber \\\\ c \\end{align}\\end{subequations}',
    ['(1a)', null, '(1b)'],
  ],
  [
    'a matrix in a row',
    '\\begin{align} \\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix} \\\\ b \\end{align}',
    ['(1)', '(2)'],
  ],
  [
    'cases in a row',
    '\\begin{align} f = \\begin{cases} 1 \\\\ 2 \\end{cases} \\\\ b \\end{align}',
    ['(1)', '(2)'],
  ],
  ['\\\\ in braces', '\\begin{align} \\substack{a \\\\ b} {c \\\\ d} \\\\ e \\end{align}', ['(1)', '(2)']],
  ['\\\\[2ex] and \\\\*', '\\begin{align} a \\\\[2ex] b \\\\* c \\end{align}', ['(1)', '(2)', '(3)']],
  ['\\cr', '\\begin{align} a \\cr b \\end{align}', ['(1)', '(2)']],
  ['\\\\ in a comment', '\\begin{align} a % \\\\ b\n \\\\ c \\end{align}', ['(1)', '(2)']],
  [
    '\\\\ and \\nonumber in \\verb',
    '\\begin{align} \\verb|\\\\ \\nonumber| \\\\ c \\end{align}',
    ['(1)', '(2)'],
  ],
  ['escaped braces', '\\begin{align} \\{ a \\\\ b \\} \\end{align}', ['(1)', '(2)']],
  ['an empty row in the middle', '\\begin{align} a \\\\ \\\\ b \\end{align}', ['(1)', '(2)', '(3)']],
  ['split without equation', '\\begin{split} a \\\\ b \\end{split}', [null]],
  ['CD', '\\begin{CD} A @>>> B \\\\ @VVV @VVV \\\\ C @>>> D \\end{CD}', [null]],
  ['a plain display', 'a = b', [null]],
  ['a plain display with \\tag', 'a = b \\tag{3.1}', ['(3.1)']],
  ['aligned with \\tag', '\\begin{aligned} a \\\\ b \\end{aligned} \\tag{A}', ['(A)']],
]

describe('the numbers of rows', () => {
  it.each(latex)('are LaTeX’s for %s', (_name, tex, numbers) => {
    expect(beside(tex)).toEqual(numbers)
  })

  it('leave out the empty row behind a last \\\\, which LaTeX would number', () => {
    expect(beside('\\begin{align} a \\\\ b \\\\ \\end{align}')).toEqual(['(1)', '(2)'])
    expect(beside('\\begin{align} a \\\\ b \\\\ % end\n \\end{align}')).toEqual(['(1)', '(2)'])
    expect(beside('\\begin{align} a \\\\ b \\\\ \\nonumber\\end{align}')).toEqual(['(1)', '(2)'])
    expect(beside('\\begin{align} a \\\\ \\tag{A} \\end{align}')).toEqual(['(1)', '(A)'])
  })

  it('give a plain display a number for its label, or for all if the site says so', () => {
    expect(beside('a \\label{x}')).toEqual(['(1)'])
    expect(beside('\\begin{aligned} a \\label{x} \\\\ b \\end{aligned}')).toEqual(['(1)'])
    expect(beside('a', 'all')).toEqual(['(1)'])
    expect(beside('\\begin{aligned} a \\\\ b \\end{aligned}', 'all')).toEqual(['(1)'])
    expect(beside('\\begin{align*} a \\end{align*}', 'all')).toEqual([null])
    expect(beside('a \\nonumber', 'all')).toEqual([null])
    expect(beside('a \\tag{A}', 'all')).toEqual(['(A)'])
  })

  it('are none but tags if the site wants none', () => {
    expect(beside('\\begin{align} a \\\\ b \\tag{A} \\end{align}', 'none')).toEqual([null, '(A)'])
    expect(beside('a \\label{x}', 'none')).toEqual([null])
  })

  it('respect a star and \\nonumber even where there is a label', () => {
    expect(beside('\\begin{align*} a \\label{x} \\end{align*}')).toEqual([null])
    expect(beside('\\begin{align} a \\nonumber \\label{x} \\\\ b \\end{align}')).toEqual([null, '(1)'])
    expect(beside('a \\nonumber \\label{x}')).toEqual([null])
  })

  it('are none where nothing is shown', () => {
    expect(beside('\\newcommand{\\a}{b}', 'all')).toEqual([null])
    expect(beside('\\newcommand{\\a}{b} \\label{x}')).toEqual([null])
  })

  it('go on from the last one, a tag not counted', () => {
    const next = (tex: string) => numberRows(readEquation(tex, true), 'labelled', 5).next
    expect(next('\\begin{align} a \\\\ b \\tag{A} \\\\ c \\end{align}')).toBe(7)
    expect(next('a')).toBe(5)
    expect(next('\\begin{subequations}\\begin{align} a \\\\ b \\end{align}\\end{subequations}')).toBe(6)
    expect(beside('\\begin{align} a \\\\ b \\end{align}', 'labelled', 7)).toEqual(['(7)', '(8)'])
  })

  it('go on with two letters after z', () => {
    const rows = Array.from({ length: 28 }, () => 'a').join(' \\\\ ')
    const found = beside(`\\begin{subequations}\\begin{gather} ${rows} \\end{gather}\\end{subequations}`)
    expect(found.slice(24)).toEqual(['(1y)', '(1z)', '(1aa)', '(1ab)'])
  })

  it('are plain text where a tag is a formula', () => {
    const { rows } = numberRows(readEquation('a \\tag{$\\ast$}', true), 'labelled', 1)
    expect(rows).toEqual([{ number: '*', shown: '(*)' }])
    expect(beside('a \\tag{\\R}')).toEqual(['(R)'])
    const withMacro = numberRows(readEquation('a \\tag{$\\R$}', true), 'labelled', 1, {
      '\\R': '\\mathbb{R}',
    })
    expect(withMacro.rows[0]?.number).toBe('ℝ')
  })

  it('are none for an inline formula', () => {
    expect(numberRows(readEquation('a \\label{x} \\tag{1}', false), 'all', 1).rows).toEqual([null])
  })
})
