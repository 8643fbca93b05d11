import { describe, expect, it } from 'vitest'
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
  ])('with a backslash too many is reported at the first one: %s', (text, place, meant) => {
    expect(reported(text)).toEqual([
      `${place} math-is-plausible Write "${meant}": formulas reach TeX as they are written.`,
    ])
  })

  it.each([
    '$$\\begin{pmatrix} a \\\\ b \\\\{c} \\end{pmatrix}$$',
    '$$\\begin{aligned} a &= b \\\\ \\alpha &= c \\end{aligned}$$',
    '$a \\\\ b$',
  ])('is not what the end of a row is: %s', (text) => {
    expect(reported(text)).toEqual([])
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

  it('is never changed', () => {
    expect(post('$a + \\\\frac{1}{2}$').html).toContain('a + \\\\frac{1}{2}')
  })
})
