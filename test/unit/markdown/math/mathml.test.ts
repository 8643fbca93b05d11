import katex from 'katex'
import { describe, expect, it } from 'vitest'
import { coreMathml } from '../../../../src/markdown/math/mathml.js'

const typeset = (tex: string) =>
  coreMathml(katex.renderToString(tex, { output: 'mathml', displayMode: true, strict: 'ignore' }))

/** The cells of each row of a table that holds no other, by their attributes. */
const cells = (html: string) =>
  [...html.matchAll(/<mtr[^>]*>(.*?)<\/mtr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<mtd ?([^>]*)>/g)].map(([, attributes]) => attributes),
  )

describe('coreMathml', () => {
  it('writes letters in the alphabet that KaTeX only names', () => {
    const html = typeset('\\mathbb{R}, \\mathbb{1}, \\mathcal{L}, \\mathfrak{g}')
    for (const letter of ['ℝ', '𝟙', 'ℒ', '𝔤']) expect(html).toContain(`>${letter}<`)
    expect(html).not.toMatch(/mathvariant="(double-struck|script|fraktur)"/)
  })

  it('leaves looks to the style sheet, and the TeX as it was written', () => {
    const html = typeset('\\mathbf{x} + \\mathrm{d} \\in \\mathbb{R}')
    expect(html).toContain('<mi mathvariant="bold">x</mi>')
    expect(html).toContain('<mi mathvariant="normal">d</mi>')
    expect(html).toContain('>\\mathbf{x} + \\mathrm{d} \\in \\mathbb{R}</annotation>')
  })

  it('parts a function from what is not in brackets', () => {
    const thin = '<mo>\u2061</mo><mspace width="0.1667em"></mspace>'
    expect(typeset('\\log x')).toContain(`<mi>log</mi>${thin}<mi>x</mi>`)
    for (const tex of ['\\log (x)', '\\log \\left( x \\right)', '\\log'])
      expect(typeset(tex)).not.toContain('mspace')
  })

  it('says on each cell how its column is aligned', () => {
    expect(cells(typeset('\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}'))).toEqual([
      ['class="align-right"', 'class="align-left"'],
      ['class="align-right"', 'class="align-left"'],
    ])
    expect(cells(typeset('\\begin{pmatrix} a & b \\end{pmatrix}'))).toEqual([['', '']])
  })

  it('says where an array has lines', () => {
    const html = typeset('\\begin{array}{c|r} 1 & 2 \\\\ \\hline 3 & 4 \\end{array}')
    expect(cells(html)).toEqual([
      ['class="line-behind"', 'class="align-right"'],
      ['class="line-behind"', 'class="align-right"'],
    ])
    expect(html.match(/<mtr[^>]*>/g)).toEqual(['<mtr class="line-below">', '<mtr>'])
  })

  it('gives a table inside another its own columns', () => {
    const inner = '\\begin{array}{l} x \\end{array}'
    expect(typeset(`\\begin{array}{rr} ${inner} & y \\end{array}`)).toMatch(
      /<mtd class="align-right">.*<mtd class="align-left">.*x.*<mtd class="align-right">.*y/,
    )
  })

  it('makes the rows of an environment as long as its numbered ones', () => {
    const [one, two] = cells(typeset('\\begin{align*} a &= b \\tag{1} \\\\ c &= d \\end{align*}'))
    expect(one).toHaveLength(5)
    expect(two).toHaveLength(5)
    expect(typeset('x \\tag{1}')).toContain('<math class="numbered"')
    expect(typeset('\\begin{gathered} x \\end{gathered}')).not.toContain('numbered')
    expect(two?.slice(0, 2)).toEqual(['class ="mtr-glue"', 'class="align-right"'])
  })

  it('leaves a formula without tables and alphabets as it is', () => {
    const html = katex.renderToString('x^2', { output: 'mathml' })
    expect(coreMathml(html)).toBe(html)
  })
})
