import katex from 'katex'
import { describe, expect, it, vi } from 'vitest'
import { cleanText } from '../../../../src/content/source.js'
import {
  holeEnd,
  holeStart,
  ownTex,
  settledBackslash,
  settledDollar,
} from '../../../../src/markdown/rendered.js'
import { annotationsOf, findings, post, rejectedOf, rendererOf } from '../rendered-post.js'

describe('formulas in raw HTML', () => {
  it.each([
    ['<center><span>$$x$$</span></center>', ['x']],
    ['<table><tr><td>$s$</td><td>a $t$ b</td></tr></table>', ['s', 't']],
    ['<figure><img src="a.png" alt=""><figcaption>The map $f$</figcaption></figure>', ['f']],
    ['<div>\n$$\na\n= b\n$$\n</div>', ['a\n= b']],
    ['<p>$a < b$</p>', ['a < b']],
    ['<p>$a &lt; b$</p>', ['a < b']],
    ['text <b>$x$</b> text $y$', ['x', 'y']],
    ['><iframe srcdoc="<script>">$$y$$', ['y']],
    ['</textarea>\n\n<table>$$y$$<script>', ['y']],
  ])('are typeset: %s', (body, formulas) => {
    const { html, diagnostics } = post(body)
    expect(diagnostics.filter(({ rule }) => rule === 'math-renders')).toEqual([])
    expect(annotationsOf(html)).toEqual(formulas)
  })

  it.each(['script', 'style', 'code', 'pre', 'textarea', 'kbd', 'samp', 'template'])(
    'are none in %s',
    (tag) => {
      const { html } = post(`<div><${tag}>$x$ and $$y$$</${tag}></div>`)
      expect(annotationsOf(html)).toEqual([])
      expect(html).toContain('$x$ and $$y$$')
    },
  )

  it('do not begin or end at a dollar that Markdown has taken for text', () => {
    const { html } = post('It costs \\$5 <b>and</b> \\$6 <i>$x$</i> or 7 $.\n\n<p>and $y$</p>')
    expect(annotationsOf(html)).toEqual(['x', 'y'])
    expect(html).toContain('It costs $5 <b>and</b> $6')
    expect(html).toContain('or 7 $.')
  })

  it('do not begin at an environment that Markdown has taken for text', () => {
    const text = '\\\\begin{equation} x \\end{equation}'
    const { html } = post(`${text}\n\n<b>x</b>`)
    expect(html).toContain(post(text).html)
    expect(annotationsOf(html)).toEqual([])
  })

  it('leave Markdown in a template as it is typed', () => {
    const { html } = post('<template>\n\nIt costs \\$5 \\\\a and $x$\n\n</template>')
    expect(html).toContain('It costs $5 \\a and $x$')
  })

  it('are marked with noncharacters that no text holds once it is cleaned', () => {
    const marks = [holeStart, holeEnd, settledDollar, settledBackslash, ownTex]
    expect(cleanText(marks.join(''))).toBe('\uFFFD'.repeat(marks.length))
  })

  it('leave Markdown’s own formulas beside them as they are', () => {
    const { html } = post('<div>\n\n$a < b$\n\n</div>\n\n$$c & d$$')
    expect(annotationsOf(html)).toEqual(['a < b', 'c & d'].slice(0, 1))
    expect(rejectedOf(html)).toEqual(['c & d'])
  })

  it.each([
    ['<p>$\\aplha$</p>', '1:5'],
    ['<table>\n<tr><td>a</td><td>b $x$ $y + \\aplha$</td></tr>\n</table>', '2:30'],
    ['<div>\ntext\n$$\na +\n  \\aplha\n$$\n</div>', '5:3'],
    ['text <b>x $\\aplha$</b>', '1:12'],
  ])('are reported at their place: %j', (body, place) => {
    const [found] = post(body).diagnostics
    expect(`${found?.line}:${found?.column}`).toBe(place)
  })

  it('are reported where their text begins if character references stand in it', () => {
    expect(findings(post('<p>a &lt; $\\aplha$</p>'))[0]).toMatch(/^math-renders 1:4 /)
  })

  it('define macros for all that follows', () => {
    expect(annotationsOf(post('<p>$\\newcommand{\\a}{x}\\a$</p>\n\n$\\a$').html)).toHaveLength(2)
  })
})

describe('a display', () => {
  it('that stands alone is a paragraph, and within one it stands among its words', () => {
    expect(post('$$x$$').html).toMatch(/^<p><span class="math-display" tabindex="0">.*<\/span><\/p>$/s)
    expect(post('a $$x$$ b').html).toMatch(
      /^<p>a <span class="math-display" tabindex="0">.*<\/span> b<\/p>$/s,
    )
  })
})

describe('a formula in an element of class math-inline or math-display', () => {
  it('knows the macros and the output of the site, and what it defines stays in its post', () => {
    const render = rendererOf('math: { output: mathml, macros: { EE: "\\\\mathbb{E}" } }')
    const { html, uses, diagnostics } = render('<span class="math-inline">\\EE \\gdef\\own{x} \\own</span>')
    expect(diagnostics).toEqual([])
    expect(html).toContain('<math')
    expect(html).not.toContain('katex-html')
    expect(uses.math).toBe(false)
    expect(findings(render('<span class="math-inline">\\own</span>'))).toHaveLength(1)
  })

  it('may be one that KaTeX itself fails on', () => {
    const failing = vi.spyOn(katex, 'renderToString').mockImplementation(() => {
      throw new TypeError('x is not a function')
    })
    const found = post('<span class="math-inline">a</span>')
    failing.mockRestore()
    expect(findings(found)).toEqual([
      'math-renders 1:1 KaTeX cannot typeset this formula: TypeError: x is not a function.',
    ])
  })

  it('is reported with KaTeX’s reason', () => {
    expect(findings(post('<span class="math-inline">\\aplha</span>'))).toEqual([
      'math-renders 1:1 KaTeX cannot typeset this formula: Undefined control sequence: \\aplha.',
    ])
  })
})
