import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mathSyntaxDefaults } from '../../../../src/markdown/math/grammar.js'
import { splitMath } from '../../../../src/markdown/math/split.js'

/** A text's parts, formulas between the delimiters that show what they are. */
function split(text: string, options = {}): readonly string[] {
  return splitMath(text, { ...mathSyntaxDefaults, ...options }).map((part) =>
    part.type === 'text' ? part.value : part.display ? `[${part.value}]` : `(${part.value})`,
  )
}

describe('the text of an HTML node', () => {
  it('is split into words and formulas', () => {
    expect(split('$s$')).toEqual(['(s)'])
    expect(split('a $s$, $$x$$ b')).toEqual(['a ', '(s)', ', ', '[x]', ' b'])
    expect(split('\n\\begin{align}\nx\n\\end{align}\n')).toEqual([
      '\n',
      '[\\begin{align}\nx\n\\end{align}]',
      '\n',
    ])
    expect(split('\\(a\\) \\[b\\]', { brackets: true })).toEqual(['(a)', ' ', '[b]'])
  })

  it('keeps prices, escaped dollars, and what a blank line divides', () => {
    for (const text of ['from $20 to $30', '\\$x\\$', 'a $x\n\ny$ b', '$$ a', ''])
      expect(split(text).join('')).toBe(text)
  })

  it('gives backticks no meaning', () => {
    expect(split('`$x$`')).toEqual(['`', '(x)', '`'])
  })

  it('with kramdown’s rule is a display if it is all a formula', () => {
    expect(split(' $$x$$ ', { doubleDollar: 'kramdown' })).toEqual([' ', '[x]', ' '])
    expect(split('a $$x$$', { doubleDollar: 'kramdown' })).toEqual(['a ', '(x)'])
  })

  it('loses nothing but delimiters and the white space next to them', () => {
    const piece = fc.constantFrom(
      '$',
      '$$',
      'x',
      ' ',
      '\\',
      '{',
      '}',
      '\n',
      '\\(',
      '\\]',
      '\\begin{align}',
      '\\end{align}',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('')
        const bare = (words: string) => words.replaceAll(/[^xa-z{}]/g, '')
        const parts = splitMath(text, { ...mathSyntaxDefaults, brackets: true, padded: true })
        expect(bare(parts.map(({ value }) => value).join(''))).toBe(bare(text))
      }),
    )
  })
})
