import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import katex from 'katex'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { plainMathml, plainTex } from '../../../../src/markdown/math/plain.js'

/** By what they show: formulas and their plain text. */
const formulas: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'letters and symbols': {
    k: 'k',
    '\\alpha': 'α',
    '\\infty': '∞',
    '\\mathbb{R}': 'ℝ',
    '\\mathbb{E}': '𝔼',
    '\\mathcal{L}': 'ℒ',
    '\\mathfrak{g}': '𝔤',
    '\\mathbf{x}\\boldsymbol\\theta\\mathsf{T}\\mathtt{a}': 'xθTa',
    '80\\%': '80%',
    '3.14': '3.14',
    '1{,}000': '1,000',
    '1,000': '1,000',
    日本: '日本',
  },
  scripts: {
    '\\alpha^2': 'α²',
    x_i: 'xᵢ',
    'x_{ij}': 'xᵢⱼ',
    'x_i^2': 'xᵢ²',
    '10^{-3}': '10⁻³',
    '\\mathbb{R}^n': 'ℝⁿ',
    '\\mathbb{R}^{n\\times m}': 'ℝ^(n×m)',
    'e^{-x^2}': 'e^(−x²)',
    '2^{2^n}': '2^(2ⁿ)',
    'f^{(n)}(x)': 'f⁽ⁿ⁾(x)',
    'x_{i_1}': 'x_(i₁)',
    'x_{i,j}': 'x_(i,j)',
    '\\sigma_X^2': 'σ_X²',
    'p_\\theta(x)': 'p_θ(x)',
    'x_\\theta y': 'x_θ y',
    'x_{\\max}': 'x_max',
    'x_{\\text{train}} y': 'x_train y',
    'x_{\\text{a b}}': 'x_(a b)',
    'D_{\\mathrm{KL}}(p \\| q)': 'D_KL(p‖q)',
    'n^{\\text{th}}': 'nᵗʰ',
    "f'(x)": 'f′(x)',
    "f'^2": 'f′²',
    '\\theta^*': 'θ*',
    '90^\\circ': '90°',
    'A^\\dagger': 'A†',
    '\\mathbf{A}^\\top': 'A^⊤',
    '{}^{14}C': '¹⁴C',
    '{ab}^2': '(ab)²',
    '{x^2}^3': '(x²)³',
    '|x|^2': '|x|²',
    '\\left(\\frac{a}{b}\\right)^2': '(a/b)²',
    'X\\xrightarrow{d}Y': 'X →ᵈ Y',
    'x\\overset{!}{=}y': 'x =^! y',
    '\\underbrace{a+b}_{c}': '(a+b)_c',
  },
  'fractions and roots': {
    '\\frac{1}{2}': '1/2',
    '\\frac{1}{2}x': '1/2 x',
    '\\frac{a+b}{c}': '(a+b)/c',
    '\\frac{1}{2a}': '1/(2a)',
    '\\frac{1}{n(n+1)}': '1/(n(n+1))',
    '\\frac{dy}{dx}': 'dy/dx',
    '\\frac{\\partial L}{\\partial w_i}': '∂L/∂wᵢ',
    '\\frac{n!}{k!(n-k)!}': 'n!/(k!(n−k)!)',
    '\\frac{P(B|A)P(A)}{P(B)}': 'P(B|A)P(A)/P(B)',
    '\\frac{|A|}{|B|}': '|A|/|B|',
    '\\frac{\\frac ab}{c}': '(a/b)/c',
    '-\\log\\frac{q(x)}{p(x)}': '−log(q(x)/p(x))',
    '\\lim_{x\\to0}\\frac{\\sin x}{x}': 'lim_(x→0) (sin x)/x',
    '\\binom{n}{k}': '(n choose k)',
    '\\sqrt{x}': '√x',
    '\\sqrt{x+1}': '√(x+1)',
    '\\sqrt{x^2}': '√(x²)',
    '\\sqrt{x}^2': '(√x)²',
    '\\sqrt2 x': '√2 x',
    '\\sqrt[3]{x}': '∛x',
    '\\sqrt[n]{x}': 'ⁿ√x',
  },
  'relations, operators and functions': {
    'a=b+c': 'a = b+c',
    'x\\leq y\\to z': 'x ≤ y → z',
    'a:=b': 'a := b',
    'f\\colon A\\to B': 'f: A → B',
    '\\not= \\; a\\not\\in B': '≠ a ∉ B',
    'a\\not\\sqsubset b': 'a ⊏̸ b',
    '\\{x\\mid x>0\\}': '{x | x > 0}',
    'P(A|B)': 'P(A|B)',
    '\\lVert x\\rVert_2': '‖x‖₂',
    '\\left\\langle x, y\\right\\rangle': '⟨x, y⟩',
    '\\left<x\\right>': '⟨x⟩',
    'x_1,\\dots,x_n': 'x₁, …, xₙ',
    'O(n\\log n)': 'O(n log n)',
    '\\sin^2 x': 'sin² x',
    '\\log_2(n)': 'log₂(n)',
    '\\operatorname{softmax}(x)': 'softmax(x)',
    '\\operatorname*{arg\\,max}_\\theta f': 'arg max_θ f',
    '\\mathop{argmin}_x f': 'argminₓ f',
    '\\sum_{i=1}^n x_i': '∑ᵢ₌₁ⁿ xᵢ',
    '\\sum_{\\substack{i<n\\\\j<m}} x': '∑_(i<n; j<m) x',
    '\\int_0^1 f(x)\\,dx': '∫₀¹ f(x) dx',
    'a\\equiv b\\pmod n': 'a ≡ b (mod n)',
  },
  accents: {
    '\\hat x': 'x̂',
    '\\bar y\\vec v\\tilde z\\dot q': 'ȳv⃗z̃q̇',
    '\\hat{\\imath}': 'î',
    '\\hat{xy}': '(xy)̂',
    '\\overline{AB}': 'A̅B̅',
    '\\underline{x}': 'x̲',
    "\\text{\\'e \\c{c} ñ}": 'é ç ñ',
  },
  'text and spaces': {
    '\\text{if } x': 'if x',
    'k\\text{-way}': 'k-way',
    'a\\quad b\\;c\\,d~e\\ f': 'a b c d e f',
    'a\\!b{}c': 'abc',
    '\\verb|a_b\\c|': 'a_b\\c',
    '\\phantom{x}y': 'y',
    '\\color{red}{x}\\textcolor{#00f}{y}': 'xy',
    '\\href{https://example.org}{x}': 'x',
    'x\\label{eq:a}': 'x',
    'x\\tag{1}': 'x (1)',
  },
  'rows and columns': {
    'a\\\\b\\\\': 'a; b',
    '\\begin{pmatrix}a&-b\\\\c&d\\end{pmatrix}': '(a −b; c d)',
    '2\\begin{matrix}a\\\\b\\end{matrix}': '2 a; b',
    '\\begin{align}a&=b\\\\&=c\\nonumber\\end{align}': 'a = b; = c',
    '\\begin{alignedat}{2}a&=1&b&=2\\end{alignedat}': 'a = 1 b = 2',
    '|x|=\\begin{cases}x,&\\text{if }x\\ge0;\\\\-x&\\text{otherwise.}\\end{cases}':
      '|x| = {x, if x ≥ 0; −x otherwise.',
  },
}

describe.each(Object.entries(formulas))('plain text of %s', (_, cases) => {
  it.each(Object.entries(cases))('%s → %s', (tex, plain) => {
    expect(plainTex(tex)).toBe(plain)
  })
})

/** Pieces that formulas are made of, well put together or not. */
const fragments = fc
  .array(
    fc.constantFrom(
      ...['x', '12', ' ', '+', '=', ',', '|', '!', "'", '(', ')', '{', '}', '[', ']', '^', '_', '&', '\\\\'],
      ...['\\frac', '\\sqrt', '\\hat', '\\overline', '\\text', '\\mathbb', '\\left(', '\\right)', '\\log'],
      ...['\\begin{matrix}', '\\end{matrix}', '\\sum', '\\binom', '\\nope', '\\verb|', '%', '\n', '$', '\\'],
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))

describe('plainTex', () => {
  it('expands macros, with arguments', () => {
    const macros = { '\\R': '\\mathbb{R}', '\\norm': '\\lVert #1\\rVert' }
    expect(plainTex('\\norm{x}\\in\\R', macros)).toBe('‖x‖ ∈ ℝ')
  })

  it('leaves the macros it is given as they are, whatever the formula defines', () => {
    const macros = { '\\a': 'x' }
    expect(plainTex('\\gdef\\a{y}\\gdef\\b{z}\\a\\b', macros)).toBe('yz')
    expect(macros).toEqual({ '\\a': 'x' })
  })

  it('ends on macros that expand forever', () => {
    expect(plainTex('\\a', { '\\a': '\\a' })).toBe('a')
    expect(plainTex('\\a', { '\\a': '\\a\\a x' })).toBe('a')
  })

  it('names a command that KaTeX does not know, and typesets the rest', () => {
    expect(plainTex('\\aplha^2+\\beta')).toBe('aplha²+β')
  })

  it('gives the tokens of a formula that KaTeX cannot read', () => {
    expect(plainTex('x_{\\alpha')).toBe('x_alpha')
    expect(plainTex('\\frac{a}{b}}\\beta\\{')).toBe('frac a b beta{')
    expect(plainTex('\\begin{nope}\\text{a} &= b \\\\ c\\end{nope} % why')).toBe('a = b ; c')
  })

  it('gives something for formulas that are nested thousands of groups deep', () => {
    expect(plainTex('{'.repeat(10_000))).toBe('')
    expect(plainTex(`${'x^{'.repeat(10_000)}y${'}'.repeat(10_000)}`)).toContain('y')
  })

  it('gives one line without control characters for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fragments, fc.string({ unit: 'binary' }), fc.string()), (tex) => {
        const plain = plainTex(tex)
        expect(plain).not.toMatch(/[\p{Cc}\p{Cs}]/u)
        expect(plain).not.toMatch(/^\s|\s$|\s\s|[^\S ]/)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps plain letters and digits as they are', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9]{1,20}$/), (word) => {
        expect(plainTex(word)).toBe(word)
        expect(plainTex(`\\text{${word}}`)).toBe(word)
        expect(plainTex(`\\mathrm{${word}}`)).toBe(word)
      }),
    )
  })

  const cases = new URL('../../../../../shared/specs/katex-screenshot-cases.yaml', import.meta.url)
  const isThere = existsSync(cases)
  const skipped = isThere ? '' : ' (skipped: ../shared/specs is not beside the repository)'
  it.skipIf(!isThere)(`leaves no TeX in the formulas that KaTeX tests itself with${skipped}`, () => {
    type Case = string | { readonly tex: string; readonly macros?: Readonly<Record<string, string>> }
    const all: Readonly<Record<string, Case>> = parseYaml(readFileSync(cases, 'utf8'))
    for (const [name, one] of Object.entries(all)) {
      const { tex, macros } = typeof one === 'string' ? { tex: one, macros: {} } : one
      const plain = plainTex(tex, macros)
      if (name !== 'Verb') expect(plain, name).not.toMatch(/\\/)
      if (name !== 'Rule') expect(plain, name).not.toBe('')
    }
  })
})

describe('plainMathml', () => {
  it('reads the MathML in what KaTeX gives for a page, and not the source in it', () => {
    const html = katex.renderToString('a<\\alpha^2 \\& b', { output: 'htmlAndMathml' })
    expect(plainMathml(`<p>Text</p>${html}<p>more</p>`)).toBe('a < α²&b')
  })

  it('reads MathML without HTML beside it', () => {
    expect(plainMathml(katex.renderToString('x_i', { output: 'mathml' }))).toBe('xᵢ')
  })

  it('gives nothing where there is no MathML', () => {
    expect(plainMathml('<span class="katex-error">x</span>')).toBe('')
  })

  it('takes text that only looks like markup as text', () => {
    const html = katex.renderToString('\\text{</math><mi>\\&amp;}')
    expect(plainMathml(html)).toBe('</math><mi>&amp;')
  })

  it('gives something for any HTML', () => {
    const tag = fc.constantFrom(
      ...['<mrow>', '</mrow>', '<msup>', '</msup>', '<mfrac>', '<mi>x</mi>', '<mtable>', '<mtr>', '<mtd>'],
      ...[
        '<mo>(</mo>',
        '<mover accent="true">',
        '</mover>',
        '<',
        '>',
        '&',
        'x',
        '<mspace/>',
        '<m',
        '</math>',
      ],
    )
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 60 }), (tags) => {
        expect(plainMathml(`<math>${tags.join('')}`)).toBeTypeOf('string')
      }),
      { numRuns: 300 },
    )
  })

  it('keeps the text of MathML that is nested deeper than KaTeX ever does', () => {
    expect(plainMathml(`<math>${'<mrow>'.repeat(20_000)}<mi>x</mi>`)).toBe('x')
  })
})
