import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classOfStyle, type Styles, sheetOf, styleNamer } from '../../../src/markdown/styles.js'
import { withStyles } from '../../readable.js'
import { post, rendererOf } from './rendered-post.js'

/** Styles as KaTeX writes them. */
const katexStyle = fc
  .array(
    fc.tuple(
      fc.constantFrom('height', 'vertical-align', 'top', 'margin-right', 'margin-left', 'width', 'min-width'),
      fc.integer({ min: -99_999, max: 99_999 }).map((number) => `${number / 10_000}em`),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((declarations) => declarations.map(([property, value]) => `${property}:${value};`).join(''))

describe('classOfStyle', () => {
  it.each([
    ['height:0.69em;vertical-align:-0.25em;', 'k-h0_69v-0_25'],
    ['top:-3.113em;', 'k-t-3_113'],
    ['border-bottom-width:0.04em;', 'k-b0_04'],
    ['color:red;', 'k-s[0-9a-f]{12}'],
    ['position:relative;top:1em', 'k-s[0-9a-f]{12}'],
  ])('names %s', (style, name) => {
    expect(classOfStyle(style)).toMatch(new RegExp(`^${name}$`))
  })

  it('gives the same class for the same declarations, however they are spaced and ended', () => {
    expect(classOfStyle(' color: red ; top:1em ')).toBe(classOfStyle('color: red;top:1em;'))
  })

  it('gives two styles of KaTeX one class only if they are one', () => {
    fc.assert(
      fc.property(katexStyle, katexStyle, (one, other) => {
        expect(classOfStyle(one) === classOfStyle(other)).toBe(one === other)
      }),
    )
  })

  it.each([
    '',
    ' ; ',
    'content: "}"',
    'color: red } body { display: none',
    'a: b /* c',
    'width: calc(1px',
    'a: \\7d',
    'a: <b>',
  ])('leaves %j an attribute', (style) => {
    expect(classOfStyle(style)).toBeNull()
  })

  it('takes functions whole', () => {
    const style = 'background: url(data:image/png;base64,AA==); width: calc(100% - 1em)'
    const name = classOfStyle(style) ?? ''
    expect(sheetOf(new Map([[name, style]]))).toBe(
      `.${name}{background: url(data:image/png;base64,AA==)!important;width: calc(100% - 1em)!important}`,
    )
  })
})

describe('sheetOf', () => {
  it('leaves out heights below nothing, which no browser reads', () => {
    const styles = new Map([
      ['one', 'height:-0.4em;top:1em'],
      ['two', 'height:-0.4em'],
    ])
    expect(sheetOf(styles)).toBe('.one{top:1em!important}')
  })

  it('gives rules in the order of their names, which win over all other sheets', () => {
    const styles = new Map([
      ['t1', 'top:1em;'],
      ['h1', 'height:1em;'],
      ['s0', 'color: red !important'],
    ])
    expect(sheetOf(styles)).toBe('.h1{height:1em!important}.s0{color: red !important}.t1{top:1em!important}')
  })
})

describe('styleNamer', () => {
  it('gives HTML that says the same: with the styles put back, it is what it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('', 'mord', 'vlist a'), katexStyle)), (spans) => {
        const html = spans
          .map(([name, style]) => `<span${name && ` class="${name}"`} style="${style}">x</span>`)
          .join('')
        const styles: Styles = new Map()
        const named = styleNamer().inHtml(html, styles)
        expect(named).not.toContain('style=')
        expect(withStyles(named, styles)).toBe(html)
      }),
    )
  })
})

describe('a body', () => {
  it('has no style attribute, of a formula or of HTML that its author wrote, but one that no class can stand for', () => {
    const { html, styles } = post(
      '$x^2$ and <b style="color: red" class="a">b</b>\n\n<p style="--x: \'}\'"><span class="math-inline">y_1</span></p>',
    )
    expect(html.match(/style="[^"]*"/g)).toEqual(['style="--x: &#x27;}&#x27;"'])
    expect(html).toMatch(/<b class="a k-s[\da-f]{12}">b<\/b>/)
    expect(sheetOf(styles)).toMatch(/^\.k-h0_\d+\{height:0\.\d+em!important\}/)
    expect(sheetOf(styles)).toContain('{color: red!important}')
  })

  it('names only the styles of its own formulas, though others were typeset before', () => {
    const render = rendererOf()
    const alone = sheetOf(render('$x^2$').styles)
    expect(alone).not.toBe('')
    expect(sheetOf(render('$x^2$ $\\sqrt{2}$').styles).length).toBeGreaterThan(alone.length)
    expect(sheetOf(render('$x^2$').styles)).toBe(alone)
    expect(sheetOf(post('Words.').styles)).toBe('')
    expect(sheetOf(post('$x^2$', 'math: { output: mathml }').styles)).toBe('')
  })
})
