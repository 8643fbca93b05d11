import { describe, expect, it } from 'vitest'
import { doubledIn } from '../../../../src/markdown/math/backslashes.js'
import { post } from '../rendered-post.js'

/** What is reported of a text that is suspicious and shown as it is. */
function reported(body: string, yaml = ''): readonly string[] {
  return post(body, yaml)
    .diagnostics.filter(({ rule }) => /^(math-is-plausible|text-is-printable)$/.test(rule))
    .map(({ rule, line, column, hint }) => `${line}:${column} ${rule} ${hint}`)
}

describe('Suspicious text', () => {
  it.each(['It costs $5 for two and$ more', 'From $10 "really". Well then, so$ be it'])(
    'that looks like prices is reported where the formula begins: %s',
    (text) => {
      expect(reported(text)).toEqual([
        expect.stringMatching(/^1:\d+ math-is-plausible Write \\\$ for a dollar sign\.$/),
      ])
    },
  )

  it.each(['$2 xy$', '$5 \\text{ km per hour}$', '$3n + 1$', '$12$', '$$5 apples and pears$$'])(
    'is not what a formula with a number at its start is: %s',
    (text) => {
      expect(reported(text)).toEqual([])
    },
  )

  it.each([
    ['$a + \\\\frac{1}{2}$', '1:6', '\\frac'],
    ['> $$\n> x\n> \\\\begin{aligned} a \\\\end{aligned}\n> $$', '3:3', '\\begin'],
    ['$\\\\{a\\\\}$', '1:2', '\\{'],
    ['$\\\\\\\\alpha$', '1:2', '\\alpha'],
    ['$x \\\\\\\\in A$', '1:4', '\\in'],
    ['$\\\\, x$', '1:2', '\\,'],
    ['$\\\\|x\\\\|$', '1:2', '\\|'],
    ['$$\n\\\\\\\\begin{aligned} a \\\\\\\\end{aligned}\n$$', '2:1', '\\begin'],
  ])('with a backslash too many is reported at the first one: %s', (text, place, meant) => {
    expect(reported(text)).toEqual([
      `${place} math-is-plausible Write "${meant}": formulas reach TeX as they are written.`,
    ])
  })

  it.each([
    '$$\\begin{pmatrix} a \\\\ b \\\\{c} \\end{pmatrix}$$',
    '$$\\begin{aligned} a &= b \\\\ \\alpha &= c \\end{aligned}$$',
    '$a \\\\ b$',
    '$$\\begin{aligned} a &= \\text{this} \\\\, b \\\\;\\\\! &= c \\end{aligned}$$',
    '$\\sum_{\\substack{i < n \\\\|j| < m}} x$',
    '$$\\begin{aligned} a &= b \\\\\\alpha &= c \\end{aligned}$$',
    '$$a \\\\> b$$',
  ])('is not what the end of a row is: %s', (text) => {
    expect(reported(text)).toEqual([])
  })

  it.each([
    ['$$\\begin{pmatrix} 1 & 2 \\\\\\\\ 3 & 4 \\end{pmatrix}$$', '1:25'],
    ['$$\\begin{cases} 1 \\\\ 2 \\\\\\\\ 3 \\end{cases}$$', '1:24'],
    ['$$\\begin{array}{c} 1 \\\\ 2 \\\\\\\\\\hline 3 \\end{array}$$', '1:27'],
    ['> $$\n> \\begin{aligned}\n> a &= b \\\\\\\\\n> c &= d\n> \\end{aligned}\n> $$', '3:10'],
    ['$$a \\\\\\\\ b$$', '1:5'],
  ])('that leaves a row empty, as doubled backslashes do, is reported: %s', (text, place) => {
    expect(reported(text)).toEqual([
      `${place} math-is-plausible Write "\\\\" at the end of a row, and "\\\\[1em]" for more room below it.`,
    ])
  })

  it.each([
    '$$\\begin{aligned} a &= b \\\\ c &= d \\\\\\\\ e &= f \\end{aligned}$$',
    '$$\\begin{aligned} a &= b \\\\ \\\\ c &= d \\end{aligned}$$',
  ])('is not a row that is left empty for the room: %s', (text) => {
    expect(reported(text)).toEqual([])
  })

  it('is looked for in a time that grows as it does', () => {
    const many = 100_000
    for (const tex of [
      '\\\\ '.repeat(many),
      `${'\\'.repeat(many)}a`,
      '\\begin{'.repeat(many),
      '\\end{a}'.repeat(many),
    ])
      doubledIn(tex)
    expect(doubledIn('\\'.repeat(many))?.at).toBe(0)
  })

  it('in TeX brackets is reported unless they are formulas on this site', () => {
    expect(reported('So \\(x^2\\) holds')).toEqual([
      '1:4 math-is-plausible Write it between dollars, or set `math.brackets: true`.',
    ])
    expect(reported('So \\(x^2\\) holds', 'math: { brackets: true }')).toEqual([])
    expect(reported('A \\[note\\] and \\(aside\\)')).toEqual([])
  })

  it('with a control character is reported at its line and column, and kept', () => {
    expect(reported('one\ntwo \u0007 three')).toEqual([
      expect.stringMatching(/^2:5 text-is-printable Delete it/),
    ])
    expect(post('two \u0007 three').html).toContain('\u0007')
  })

  it('with control characters is reported at each of them, of any kind, each once', () => {
    const body = 'One \u001B[1m two\u001B.\n\n> - three \u0007\n\n```\nfour\u007F\n```\n\n\u{1D465}\u0085'
    const found = post(body).diagnostics.filter(({ rule }) => rule === 'text-is-printable')
    expect(found.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      '1:5 The text holds the control character U+001B, which nothing shows.',
      '1:13 The text holds the control character U+001B, which nothing shows.',
      '3:11 The text holds the control character U+0007, which nothing shows.',
      '6:5 The text holds the control character U+007F, which nothing shows.',
      '9:3 The text holds the control character U+0085, which nothing shows.',
    ])
  })

  it.each([
    [20, []],
    [21, ['21:1 The text holds one more such character from here on.']],
    [200_000, ['21:1 The text holds 199980 more such characters from here on.']],
  ])('with %i control characters names twenty of them, and how many more there are', (count, last) => {
    const found = post('\u0007\n'.repeat(count)).diagnostics.filter(
      ({ rule }) => rule === 'text-is-printable',
    )
    expect(found.slice(0, 20).map(({ line }) => line)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
    expect(found.slice(20).map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual(last)
  })

  it('is never changed', () => {
    expect(post('$a + \\\\frac{1}{2}$').html).toContain('a + \\\\frac{1}{2}')
  })
})
