import fc from 'fast-check'
import katex, { type KatexOptions } from 'katex'
import { describe, expect, it } from 'vitest'
import { markupOf, mathIn, treeOf } from '../../../../src/markdown/math/markup.js'
import { plainMathml, plainTree } from '../../../../src/markdown/math/plain.js'
import { type Styles, styleNamer } from '../../../../src/markdown/styles.js'
import { validMathml } from '../../../valid-mathml.js'

const options: KatexOptions = { displayMode: true, strict: 'ignore', trust: true, maxExpand: 100 }

/** What is written of a formula, and the classes of its styles. */
function written(tex: string, more: KatexOptions = {}): readonly [html: string, styles: Styles] {
  const styles: Styles = new Map()
  return [markupOf(treeOf(tex, { ...options, ...more }), styleNamer(), styles), styles]
}

/** The same by way of KaTeX's own HTML. */
function read(tex: string, more: KatexOptions = {}): readonly [html: string, styles: Styles] {
  const styles: Styles = new Map()
  const html = katex.renderToString(tex, { ...options, ...more })
  return [validMathml(styleNamer().inHtml(html, styles)), styles]
}

const formulas = [
  'x_i^2 + \\frac{a}{b} \\le \\sqrt[3]{\\alpha}',
  '\\begin{align} a &= b \\\\ c &= d \\tag{7} \\end{align}',
  '\\begin{CD} A @>a>> B \\\\ @VVbV @| \\\\ C @= D \\end{CD}',
  '\\begin{array}{c|c} a & b \\\\ \\hline c & d \\end{array}',
  '\\overbrace{a+b}^{n} \\underbrace{c}_{m} \\widehat{xyz} \\overlinesegment{AB}',
  '\\cancel{x} \\boxed{y} \\colorbox{yellow}{$z$} \\phase{-78^\\circ} \\sout{abc}',
  '\\left\\{ \\begin{matrix} 1 & 2 \\end{matrix} \\right.',
  '\\operatorname*{arg\\,max}_{x} f(x), \\mathop{\\mathrm{lim\\,sup}} \\stackrel{!}{=} \\mathbb{R} \\oiint',
  '\\text{a < b \\& c > "d" \'e\'} \\& < >',
  '\\text{日本語 и é} \\char`\\^ \\text{î}',
  '\\href{https://example.org/?a=1&b="2"}{x^2} \\url{https://example.org/}',
  '\\htmlClass{a<b}{x} \\htmlId{i"d}{y} \\htmlStyle{color: red; top: 1em}{z} \\htmlData{a=1, b=2}{w}',
  '\\includegraphics[height=0.8em, alt=A picture]{https://example.org/a.png}',
  '\\color{#228B22} x \\textcolor{red}{y} \\large z \\rule[1em]{2em}{3em} \\hspace{-1em} \\kern2mu',
]

describe('markupOf', () => {
  it.each(formulas)('writes what KaTeX does, with classes for styles and valid MathML: %s', (tex) => {
    expect(written(tex)).toEqual(read(tex))
    const inline = { displayMode: false, throwOnError: false }
    expect(written(tex, inline)).toEqual(read(tex, inline))
    expect(written(tex, { output: 'mathml' })).toEqual(read(tex, { output: 'mathml' }))
  })

  it('does so for any formula', () => {
    const part = fc.constantFrom(
      ...formulas.flatMap((tex) => tex.split(/(?<=\}) (?=\\)/)),
      ...[
        'x',
        '^2',
        '_{ij}',
        '{a}',
        '\\sum',
        "'",
        '<',
        '\\;',
        '\\mid',
        '\\!',
        '\\text{ }',
        '\\bigl(',
        '\\not=',
      ],
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const tex = parts.join(' ')
        let expected: ReturnType<typeof read>
        try {
          expected = read(tex)
        } catch (error) {
          expect(() => written(tex)).toThrow(error as Error)
          return
        }
        expect(written(tex)).toEqual(expected)
      }),
    )
  })

  it('gives what stands beside a numbered row its class for its width', () => {
    const [html] = written('x \\tag{1}')
    expect(html).not.toMatch(/<mtd width/)
    expect(html.match(/<mtd class="mtr-glue"><\/mtd>/g)).toHaveLength(2)
  })

  it('makes rows of operators that hold elements, and leaves the operators in them', () => {
    const [html] = written('a \\mathrel{\\overset{!}{=}} b')
    expect(html).not.toMatch(/<mo(?: [^>]*)?><m/)
    expect(html).toContain('<mo>=</mo>')
    expect(html.match(/<mrow[ >]/g)?.length).toBe(html.match(/<\/mrow>/g)?.length)
    expect(html.match(/<mo[ >]/g)?.length).toBe(html.match(/<\/mo>/g)?.length)
  })

  it('refuses the name of an attribute that is none, as KaTeX does', () => {
    const tex = '\\htmlData{">=1}{x}'
    expect(() => read(tex)).toThrow('Invalid attribute name')
    expect(() => written(tex)).toThrow('Invalid attribute name')
  })
})

describe('plainTree', () => {
  it.each(formulas)('gives the words of KaTeX’s HTML: %s', (tex) => {
    const plain = plainTree(mathIn(treeOf(tex, options)))
    expect(plain).toBe(plainMathml(katex.renderToString(tex, options)).replace('undefined', ''))
    expect(plain).not.toBe('')
  })

  it('is empty where there is no MathML', () => {
    expect(plainTree(mathIn(treeOf('x', { output: 'html' })))).toBe('')
  })
})
