import fc from 'fast-check'
import katex from 'katex'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sheetOf } from '../../../../src/markdown/styles.js'
import { annotationsOf, findings, idsIn, mathmlOf, post, rejectedOf, rendererOf } from '../rendered-post.js'

/** What a screen reader has to say of the numbers: the words of the MathML that are one. */
function spoken(body: string, yaml = ''): readonly string[] {
  return mathmlOf(post(body, yaml).html).flatMap(
    (math) => math.match(/(?<=>)\(?[\dA-Z*]+[a-z]?\)?(?=<\/mtext>)/g) ?? [],
  )
}

describe('macros', () => {
  it('are the site’s, with or without a backslash', () => {
    const { html, diagnostics } = post(
      '$\\R$ $\\norm{x}$',
      "math: { macros: { '\\R': '\\mathbb{R}', norm: '\\lVert #1\\rVert' } }",
    )
    expect(diagnostics).toEqual([])
    expect(mathmlOf(html)[0]).toContain('double-struck')
    expect(mathmlOf(html)[1]).toContain('∥')
  })

  it.each([
    '\\newcommand{\\a}{x}',
    '\\newcommand\\a{x}',
    '\\renewcommand{\\a}{x}',
    '\\providecommand{\\a}{x}',
    '\\def\\a{x}',
    '\\gdef\\a{x}',
    '\\edef\\a{x}',
    '\\xdef\\a{x}',
    '\\global\\def\\a{x}',
    '\\let\\a=x',
    '\\let\\a x',
    '\\DeclareMathOperator{\\a}{x}',
    '\\DeclareMathOperator*{\\a}{x}',
  ])('that %s defines hold from there to the end of the post, and not in the next', (definition) => {
    const render = rendererOf()
    const after = render(`$\\a$\n\n$$${definition}$$\n\n$\\a$ and\n\n> - $\\a$\n`)
    expect(findings(after)).toEqual([
      'math-renders 1:2 KaTeX cannot typeset this formula: Undefined control sequence: \\a.',
    ])
    expect(annotationsOf(after.html)).toEqual(['\\a', '\\a'])
    expect(rejectedOf(render('$\\a$').html)).toEqual(['\\a'])
    expect(rejectedOf(render('$\\a$').html)).toEqual(['\\a'])
  })

  it('do not change the options', () => {
    const yaml = "math: { macros: { '\\R': '\\mathbb{R}' } }"
    const render = rendererOf(yaml)
    const before = render('$\\R$').html
    render('$$\\renewcommand{\\R}{Q}\\gdef\\b{c}\\R$$')
    expect(render('$\\R$').html).toBe(before)
  })

  it('of a display of definitions alone leave nothing behind', () => {
    expect(post('a\n\n$$\n\\newcommand{\\a}{x}\n\\def\\b{y}\n$$\n\nb').html).toBe('<p>a</p>\n\n<p>b</p>')
    expect(post('a\n\n$\\newcommand{\\a}{x}$ $\\def\\b{c}$\n\nb').html).toBe('<p>a</p>\n\n<p>b</p>')
    expect(post('> $$\\newcommand{\\a}{x}$$\n').html).toBe('<blockquote>\n\n</blockquote>')
  })

  it('of an inline formula leave the words around it', () => {
    expect(post('a $\\newcommand{\\a}{x}$b').html).toBe('<p>a b</p>')
  })

  it.each([
    '<div style="display: none">$$\\newcommand{\\a}{x}$$</div>\n\n',
    '<div style="display: none">\n$$\n\\newcommand{\\a}{x}\n$$\n</div>\n\n',
    '<div style="display: none">\n\n$$\n\\newcommand{\\a}{x}\n$$\n\n</div>\n\n',
    '<p hidden>$\\newcommand{\\a}{x}$</p>\n\n',
  ])('may stand in raw HTML: %j', (definition) => {
    const { html, diagnostics } = post(`${definition}$\\a$`)
    expect(diagnostics).toEqual([])
    expect(annotationsOf(html)).toEqual(['\\a'])
    expect(html).not.toContain('newcommand')
  })

  it('take parameters and a default', () => {
    const body = '$\\newcommand{\\n}[2][2]{\\lVert #2\\rVert_{#1}}$\n\n$\\n{x}$ $\\n[1]{x}$ $\\n [{[a]}] x$'
    const { html, diagnostics } = post(body)
    expect(diagnostics).toEqual([])
    expect(mathmlOf(html).map((math) => math.replace(/<[^>]*>/g, ''))).toEqual(['∥x∥2', '∥x∥1', '∥x∥[a]'])
  })

  it('may be defined anew, KaTeX’s own too', () => {
    const { html, diagnostics } = post(
      '$\\newcommand{\\vec}[1]{\\mathbf{#1}}\\newcommand{\\vec}[1]{<#1>}\\vec{x}$',
    )
    expect(diagnostics).toEqual([])
    expect(mathmlOf(html).join()).toContain('<mo>&lt;</mo>')
  })

  it('that \\providecommand defines give way to those that are there', () => {
    const { html } = post('$\\def\\a{1}\\providecommand{\\a}{2}\\a$')
    expect(mathmlOf(html).join()).toContain('<mn>1</mn>')
  })

  it('of a group are that group’s', () => {
    const found = post('$\\begingroup\\def\\a{1}\\a\\endgroup$ $\\a$')
    expect(rejectedOf(found.html)).toEqual(['\\a'])
  })

  it.each([
    '\\def\\a{\\a\\a}\\a',
    '\\def\\a{\\a}\\a',
    '\\def\\a#1{\\a{#1#1}}\\a{x}',
    '\\def\\a{\\b\\b}\\def\\b{\\c\\c}\\def\\c{\\a\\a}\\a',
    '\\def\\a{xxxxxxxxxx}\\edef\\a{\\a\\a\\a\\a}\\edef\\a{\\a\\a\\a\\a}\\edef\\a{\\a\\a\\a\\a}\\edef\\a{\\a\\a\\a\\a}\\edef\\a{\\a\\a\\a\\a}',
    '\\newcommand{\\vec}[1]{\\vec{#1}}\\vec{x}',
  ])('that run away are stopped: %s', (tex) => {
    const found = post(`$${tex}$\n\n$y$`)
    expect(rejectedOf(found.html)).toEqual([tex])
    expect(found.diagnostics.map(({ rule, line }) => [rule, line])).toEqual([['math-renders', 1]])
    expect(annotationsOf(found.html)).toEqual(['y'])
  })

  it('of a long formula are not taken for runaway ones', () => {
    const rows = Array.from({ length: 2000 }, () => 'a &= b').join(' \\\\\n')
    expect(post(`\\begin{align}\n${rows}\n\\end{align}`).diagnostics).toEqual([])
  })

  it('cannot make anything larger than a page', () => {
    expect(post('$\\rule{100000em}{100000em}$').html).not.toContain('100000em;')
  })
})

describe('the console', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('is not written to by \\message, \\errmessage and \\show', () => {
    const log = vi.spyOn(console, 'log').mockReturnValue()
    const error = vi.spyOn(console, 'error').mockReturnValue()
    const { html } = post('$x\\message{hello}\\errmessage{hello}\\show\\alpha$')
    expect(annotationsOf(html)).toHaveLength(1)
    expect(log).not.toHaveBeenCalled()
    expect(error).not.toHaveBeenCalled()
  })
})

const powers = [
  '\\href{https://example.org/}{x}',
  '\\href{javascript:alert(1)}{x}',
  '\\href{1x:y}{x}',
  '\\url{https://example.org/}',
  '\\includegraphics[height=1em]{https://example.org/a.png}',
  '\\htmlClass{a}{x}',
  '\\htmlId{a}{x}',
  '\\htmlStyle{color: red}{x}',
  '\\htmlData{a=b}{x}',
] as const

describe('commands that make HTML', () => {
  it.each(powers)('are refused at their place: %s', (command) => {
    const found = post(`Text $a + ${command}$ and $b$.`)
    expect(rejectedOf(found.html)).toEqual([`a + ${command}`])
    expect(annotationsOf(found.html)).toEqual(['b'])
    expect(found.diagnostics.map(({ rule, line, column }) => [rule, line, column])).toEqual([
      ['math-renders', 1, 11],
    ])
  })

  it.each(powers)('are refused where a formula begins with them: %s', (command) => {
    const [found] = post(`$${command}$`).diagnostics
    expect([found?.line, found?.column]).toEqual([1, 2])
    if (!command.includes('1x:')) expect(found?.hint).toBe('Set `math.trust: true` to allow it.')
  })

  it.each(powers)('are refused out of a macro, at the formula: %s', (command) => {
    const found = post('Text $a + \\link$.', `math: { macros: { '\\link': '${command}' } }`)
    expect(rejectedOf(found.html)).toEqual(['a + \\link'])
    expect(found.diagnostics.map(({ line, column }) => [line, column])).toEqual([[1, 7]])
  })

  it('are found as commands, not as letters: not in \\verb, not in comments', () => {
    const [found] = post('$\\verb|\\href| % \\href\n \\href{x}{y}$').diagnostics
    expect([found?.line, found?.column]).toEqual([2, 2])
  })

  it('are allowed by math.trust', () => {
    const body = powers
      .filter((one) => !one.includes('1x:'))
      .map((one) => `$${one}$`)
      .join(' ')
    const { html, styles, diagnostics } = post(body, 'math: { trust: true }')
    expect(diagnostics).toEqual([])
    expect(html).toContain('href="https://example.org/"')
    expect(sheetOf(styles)).toContain('{color: red!important}')
    expect(html).toContain('data-a="b"')
  })

  it('are reported even then if a URL is none', () => {
    expect(findings(post('$\\href{1x:y}{x}$', 'math: { trust: true }'))).toEqual([
      'math-renders 1:2 KaTeX cannot typeset this formula: \\href has a URL that is none.',
    ])
  })

  it('cannot pass for Scholium’s own', () => {
    const body = '$$a \\label{x}$$\n\n$\\htmlId{x}{b}$ $\\href{#x}{b}$'
    expect(rejectedOf(post(body).html)).toEqual(['\\htmlId{x}{b}', '\\href{#x}{b}'])
  })
})

describe('what papers have', () => {
  it.each([
    '\\mbox{if } x',
    '\\bm{x} \\mathbbm{1} \\mathds{1} \\textsc{abc}',
    '\\require{cancel} \\cancel{x}',
    '\\bbox[yellow, 5px]{x}',
    '\\operatorname{a} \\operatorname*{b}_c \\operatornamewithlimits{d}_e',
    '\\DeclareMathOperator*{\\argmax}{arg\\,max} \\argmax_x \\argmin_y',
    '\\begin{equation} a \\end{equation}',
    '\\begin{equation*} a \\tag{1} \\end{equation*}',
    '\\begin{equation} a \\\\ b \\end{equation}',
    '\\begin{equation}\\begin{aligned}[t] a &= b \\\\ &= c \\end{aligned}\\end{equation}',
    '\\begin{align} a &= b \\\\[2ex] &= \\begin{cases} 1 & x \\\\ 2 & y \\end{cases} \\nonumber \\\\ \\end{align}',
    '\\begin{alignat}{2} a &= b &\\quad c &= d \\end{alignat}',
    '\\begin{flalign} a &= b \\end{flalign}',
    '\\begin{gather} a \\\\ b \\end{gather}',
    '\\begin{multline} a \\\\ b \\\\ c \\end{multline}',
    '\\begin{eqnarray} a &=& b \\\\ &=& c \\end{eqnarray}',
    '\\begin{eqnarray*} a &=& b \\nonumber \\end{eqnarray*}',
    '\\begin{split} a &= b \\\\ &= c \\end{split}',
    '\\begin{subequations} \\begin{align} a \\end{align} \\end{subequations}',
    '\\begin{CD} A @>a>> B \\\\ @VbVV @AAcA \\\\ C @= D \\end{CD}',
    'a % \\begin{align}\n + b \\tag*{x \\verb|\\tag| y} % the end',
    'a \\tag{$\\alpha$\\textbf{b}}',
  ])('is typeset: %s', (tex) => {
    const { html, diagnostics } = post(`$$\n${tex}\n$$\n`, 'math: { numbering: all }')
    expect(diagnostics).toEqual([])
    expect(annotationsOf(html)).toEqual([`${tex}`].map((one) => expect.stringContaining(one)))
  })
})

describe('numbers', () => {
  const body = [
    '$$a \\label{eq:a}$$',
    '\\begin{align} b \\label{eq:b} \\\\ c \\nonumber \\\\ d \\tag{A} \\\\ e \\tag*{B} \\\\ f \\end{align}',
    '\\begin{multline} g \\\\ h \\end{multline}',
    '$$\\begin{aligned} i \\\\ j \\end{aligned}$$ {#eq:i}',
    '$$\\begin{subequations} \\begin{gather} k \\\\ l \\end{gather} \\end{subequations}$$',
  ].join('\n\n')

  it('go on through a post, and a screen reader has each once', () => {
    expect(spoken(body)).toEqual(['(1)', '(2)', '(A)', 'B', '(3)', '(4)', '(5)', '(6a)', '(6b)'])
  })

  it('are the same in MathML alone', () => {
    expect(spoken(body, 'math: { output: mathml }')).toEqual(spoken(body))
  })

  it('are shown once in KaTeX’s HTML, too', () => {
    const visible = post('\\begin{align} b \\\\ d \\tag{A} \\end{align}').html.split('katex-html')[1] ?? ''
    const [, tags = ''] = visible.split('<span class="tag">')
    expect(tags.replace(/<[^>]*>|\u200B/g, '')).toBe('(1)(A)')
  })

  it('begin anew in the next post', () => {
    const render = rendererOf()
    expect(render(body).labels['eq:b']?.number).toBe('2')
    expect(render(body).labels['eq:b']?.number).toBe('2')
  })

  it('are all or none if the site says so', () => {
    expect(spoken('$$a$$\n\n$$b \\nonumber$$\n\n$$c$$', 'math: { numbering: all }')).toEqual(['(1)', '(2)'])
    expect(spoken(body, 'math: { numbering: none }')).toEqual(['(A)', 'B'])
  })

  it('stand at a display as a whole if its fence is labelled and its rows have none', () => {
    const { html, labels } = post('$$\\begin{align*} a \\\\ b \\end{align*}$$ {#eq:w}')
    expect(labels['eq:w']?.number).toBe('1')
    expect(mathmlOf(html).join().match(/\(1\)/g)).toHaveLength(1)
  })

  it('of a labelled fence are the first that its rows have', () => {
    const { labels } = post('$$\\begin{align} a \\nonumber \\\\ b \\\\ c \\end{align}$$ {#eq:w}')
    expect(labels['eq:w']?.number).toBe('1')
    expect(post('$$\\begin{multline} a \\\\ b \\end{multline}$$ {#eq:w}').labels['eq:w']?.number).toBe('1')
  })

  it('are counted for formulas that KaTeX rejects, so that the others keep theirs', () => {
    const { labels, html } = post('$$\\nope \\label{a}$$\n\n$$x \\label{b}$$\n\n\\ref{a}, \\ref{b}')
    expect([labels.a?.number, labels.b?.number]).toEqual(['1', '2'])
    expect(idsIn(html)).toEqual(['a', 'b'])
  })
})

describe('labels', () => {
  it('are ids in the page, each once', () => {
    const { html, ids } = post(
      [
        '$$x \\label{a}\\label{b}$$ {#eq:c}',
        '\\begin{align} x \\label{d} \\\\ y \\tag{A}\\label{e}\\label{f} \\end{align}',
        '$$z \\nonumber \\label{g}$$',
        '$$\\begin{subequations}\\label{h}\\begin{align} x \\label{i} \\end{align}\\end{subequations}$$',
        '$$\\nope \\label{j}\\label{k}$$',
      ].join('\n\n'),
    )
    expect([...idsIn(html)].sort()).toEqual([...'abde', 'eq:c', ...'fghijk'])
    expect(ids).toEqual(expect.arrayContaining([...'abdefhijk', 'eq:c']))
  })

  it('are ids in MathML alone, too', () => {
    const { html, diagnostics } = post(
      '$$x \\label{a}\\label{b}$$\n\n[](#a) \\ref{b}',
      'math: { output: mathml }',
    )
    expect(diagnostics).toEqual([])
    expect(idsIn(html)).toEqual(['a', 'b'])
  })

  it('that are given twice are reported at the second, which is no id', () => {
    const found = post(
      '$$x \\label{a}$$\n\n$$y \\label{a}$$\n\n> $$\n> z\n> \\label{a}\n> $$\n\n$$w$$ {#eq:w}\n\n$$v$$ {#eq:w}',
    )
    expect(findings(found)).toEqual([
      'label-is-unique 3:5 The label "a" is given twice.',
      'label-is-unique 7:3 The label "a" is given twice.',
      'label-is-unique 12:3 The label "eq:w" is given twice.',
    ])
    expect(idsIn(found.html)).toEqual(['a', 'eq:w'])
    expect(found.labels.a?.number).toBe('1')
  })

  it('may be named as an object’s own things are', () => {
    const { labels, html } = post(
      '$$x \\label{__proto__}\\label{constructor}$$\n\n$\\ref{__proto__}$ \\ref{toString}',
    )
    expect(Object.keys(labels)).toEqual(['__proto__', 'constructor'])
    expect(html).toContain('<a href="#__proto__"')
    expect(html).toContain('<span class="math-error">\\ref{toString}</span>')
  })

  it('with any name make neither TeX nor HTML of it', () => {
    const hostile = fc.string({ unit: fc.constantFrom(...'ab"\'<>&%#_^~$\\ \n-@:;=`/?é漢'), minLength: 1 })
    const render = rendererOf()
    fc.assert(
      fc.property(hostile, (name) => {
        // Braces and the end of a comment or of a command would end the label itself.
        fc.pre(!/[%\\]/.test(name) && name.trim() !== '' && !name.includes('\n') && !name.includes('$'))
        const { html, labels, diagnostics } = render(`$$\nx \\label{${name}}\n$$\n\n$\\eqref{${name}}$`)
        const id = name.trim().replace(/\s+/g, '-')
        expect(diagnostics).toEqual([])
        expect(Object.keys(labels)).toEqual([id])
        expect(idsIn(html)).toEqual([id])
        expect(annotationsOf(html)).toEqual([`x \\label{${name}}`, `\\eqref{${name}}`])
      }),
    )
  })

  it('may hold a backslash, a comment sign and escaped braces', () => {
    const { html, diagnostics } = post('$$\nx \\label{a\\b} \\label{c\\}d}\n$$\n\n$\\ref{a\\b} \\ref{c\\}d}$')
    expect(diagnostics).toEqual([])
    expect(idsIn(html)).toEqual(['a\\b', 'c\\}d'])
  })
})

describe('references in formulas', () => {
  it('are links with the number, forwards too', () => {
    const { html, diagnostics } = post(
      '$\\text{by \\eqref{b}} \\ref{a}$\n\n$$x \\label{a}$$\n\n$$y \\tag{$\\ast$} \\label{b}$$',
    )
    expect(diagnostics).toEqual([])
    const [first = ''] = mathmlOf(html)
    expect(first.replace(/<[^>]*>/g, '')).toBe('by\u00A0(*)1')
    expect(html.match(/<a href="#[ab]"/g)).toEqual(['<a href="#b"', '<a href="#a"'])
  })

  it('take no focus in what is hidden from screen readers', () => {
    const { html } = post('$$x \\label{a}$$\n\n$\\ref{a}$')
    expect(html).toContain('<a href="#a" tabindex="-1">')
  })

  it('may stand in a tag', () => {
    const { html, diagnostics } = post("$$x \\label{a}$$\n\n$$y \\tag{\\ref{a}'} \\label{b}$$")
    expect(diagnostics).toEqual([])
    expect(html).toContain('<a href="#a"')
  })

  it('to a theorem give its number, to a proof its name', () => {
    const { html } = post('> [!lemma] {#l}\n> x\n\n> [!proof] {#p}\n> y\n\n$\\ref{l} \\eqref{p}$')
    expect(
      mathmlOf(html)
        .at(-1)
        ?.replace(/<[^>]*>/g, ''),
    ).toBe('1Proof')
  })

  it('that lead nowhere are reported where they stand, with the nearest label', () => {
    const found = post('$$x \\label{eq:one}$$\n\n> $a +\n> \\ref{eq:oen}$')
    expect(findings(found)).toEqual(['reference-resolves 4:3 Nothing in this post is labelled "eq:oen".'])
    expect(found.diagnostics[0]?.hint).toBe('Did you mean "eq:one"?')
    expect(annotationsOf(found.html)[1]).toBe('a +\n\\ref{eq:oen}')
  })

  it('to what has no number say so', () => {
    const found = post('\\begin{align*} x \\label{a} \\end{align*}\n\n$\\ref{a}$')
    expect(findings(found)).toEqual([
      'reference-resolves 3:2 The label "a" stands at a formula that has no number.',
    ])
  })

  it('cannot lead to another post, and say so', () => {
    expect(findings(post('$\\eqref{other#a}$'))).toEqual([
      'reference-resolves 1:2 A formula cannot refer to another post.',
    ])
  })
})

describe('a rejected formula', () => {
  it.each([
    ['$\\aplha$', '1:2'],
    ['text $a + \\aplha$', '1:11'],
    ['$$\na +\n  \\aplha\n$$', '3:3'],
    ['> $$\n> a\n>   \\aplha\n> $$', '3:5'],
    ['- a\n\n  $$\n  b\n  \\aplha\n  $$', '5:3'],
    ['1. > - $a$ $b +\n   >   \\aplha$', '2:8'],
    ['| a | b |\n| --- | --- |\n| $x$ | $\\|y\\| \\aplha$ |', '3:16'],
    ['a\r\n\r\n$$\r\nb \\aplha\r\n$$', '4:3'],
    ['$$a \\label{x} \\mbox{y} \\aplha$$', '1:24'],
    ['\\begin{align}\na &= \\nonumber \\aplha \\\\\nb\n\\end{align}', '2:16'],
    ['\\begin{eqnarray}\na &=& b \\\\\n&=& \\aplha\n\\end{eqnarray}', '3:5'],
    ['$$\\newcommand{\\p}[1]{#1} \\p{\\aplha}$$', '1:29'],
    ['```math\na\n\\aplha\n```', '3:1'],
    ['# Title $\\aplha$', '1:10'],
    ['[^1]\n\n[^1]: $x\\aplha$', '3:9'],
  ])('is reported where KaTeX stopped: %j', (body, place) => {
    const found = post(body)
    const [first] = found.diagnostics
    expect(`${first?.line}:${first?.column}`).toBe(place)
    expect(first?.hint).toBe('Did you mean "\\alpha"?')
    expect(found.diagnostics).toHaveLength(1)
  })

  it('whose fault is in a macro is reported at its start', () => {
    const macros = "math: { macros: { '\\a': 'x + y + \\aplha' } }"
    expect(findings(post('text $1 + 2 + 3 + \\a$', macros))[0]).toMatch(/^math-renders 1:7 /)
    expect(findings(post('$\\def\\a{x + y + \\aplha}$\n\n$1 + 2 + 3 + \\a$'))[0]).toMatch(
      /^math-renders 3:2 /,
    )
  })

  it('hints at the post’s own macros, and at environments', () => {
    expect(post('$\\newcommand{\\normal}{x} \\normla$').diagnostics[0]?.hint).toBe('Did you mean "\\normal"?')
    expect(post('$$\\begin{pmatirx} x \\end{pmatirx}$$').diagnostics[0]?.hint).toBe('Did you mean "pmatrix"?')
    expect(post('$\\eqerf{x}$').diagnostics[0]?.hint).toBe('Did you mean "\\eqref"?')
  })

  it('is shown as its source, and does not stop the others', () => {
    const body = '$a$ $\\x$ $b$\n\n$$\\frac{1$$\n\n$$c$$\n\n$\\y<z$'
    const found = post(body)
    expect(annotationsOf(found.html)).toEqual(['a', 'b', 'c'])
    expect(rejectedOf(found.html)).toEqual(['\\x', '\\frac{1', '\\y<z'])
    expect(found.diagnostics.filter(({ rule }) => rule === 'math-renders')).toHaveLength(3)
  })

  it('may be nested deeper than KaTeX can go', () => {
    const tex = `${'{'.repeat(20_000)}x${'}'.repeat(20_000)}`
    const found = post(`$${tex}$`)
    expect(rejectedOf(found.html)).toEqual([tex])
    expect(findings(found)[0]).toContain('nested too deeply')
  })

  it('may be one that KaTeX itself fails on', () => {
    const builder = katex as typeof katex & { readonly __renderToDomTree: () => unknown }
    const failing = vi.spyOn(builder, '__renderToDomTree').mockImplementationOnce(() => {
      throw new TypeError('x is not a function')
    })
    const found = post('$a$ $b$')
    failing.mockRestore()
    expect(rejectedOf(found.html)).toEqual(['a'])
    expect(annotationsOf(found.html)).toEqual(['b'])
    expect(findings(found)).toEqual([
      'math-renders 1:2 KaTeX cannot typeset this formula: TypeError: x is not a function.',
    ])
  })
})

/** Formulas that KaTeX knows and formulas that Scholium edits for it. */
const formula = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'x^2',
        '\\alpha',
        '< >',
        '&amp;',
        '\\&',
        '\\%',
        '"',
        "f'",
        '漢字',
        '\\text{é & <b>}'.replace('&', '\\&'),
      ],
      ...[
        '\\label{a<b}',
        '\\mbox{x y}',
        '\\bbox[red]{y}',
        '\\nonumber',
        '\\frac12',
        '\\{',
        '\\}',
        '\\verb|<&|',
      ],
      ...['\\require{x}', '\\begin{aligned}[t] a &= b \\\\ c \\end{aligned}', '\\undefined', '  ', '\\_'],
    ),
    { minLength: 1 },
  )
  .map((parts) => parts.join(' ').trim())
  .filter((tex) => tex !== '')

describe('every formula', () => {
  it('stands verbatim in an annotation, or in its error', () => {
    const asHtml = rendererOf()
    const asMathml = rendererOf('math: { output: mathml }')
    fc.assert(
      fc.property(formula, fc.boolean(), fc.boolean(), (tex, display, isMathml) => {
        const body = display ? `$$${tex}$$` : `x $${tex}$ y`
        const { html } = isMathml ? asMathml(body) : asHtml(body)
        expect([...annotationsOf(html), ...rejectedOf(html)]).toEqual([tex])
      }),
    )
  })
})
