import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeInFormula } from '../../../../src/markdown/math/from-markdown.js'
import { mathOf, toTree } from './pipelines.js'

/** The place of a word in the only formula of a text, and that of the word in the text. */
function placesOf(markdown: string, word: string) {
  const [formula] = mathOf(toTree(markdown).tree)
  if (!formula) throw new Error(`No formula in ${markdown}`)
  const before = markdown.slice(0, markdown.indexOf(word)).split(/\r\n|\n|\r/)
  return {
    given: placeInFormula(formula.node, formula.value.indexOf(word)),
    expected: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
  }
}

describe('a place in a formula', () => {
  it.each([
    ['in a sentence', 'so $a + \\bad$'],
    ['on the lines of a fence', '# A\n\n$$\na \\\\\n  \\bad\n$$'],
    ['in a block quote and a list', '> - a\n>\n>   $$\n>   a\n>\n>     \\bad\n>   $$'],
    ['in the lazy line of a block quote', '> $$ a\n\\bad $$'],
    ['in a table', '| a |\n|---|\n| $x \\| \\| \\bad$ |'],
    ['in lines that end in CR LF', 'a\r\n$$\r\n\r\na\r\n\\bad\r\n$$'],
    ['in a bare environment', '- \\begin{align}\n  a \\\\\n  \\bad\n  \\end{align}'],
    ['in a fence of code', '- ```math\n  a\n  b \\bad\n  ```'],
    ['in a fence with CR LF', '> ```math\r\n> a\r\n> \\bad\r\n> ```'],
    ['behind tabs', '-\ta\n\n\t$$\n\t- \\bad\n\t$$'],
    ['in GitHub’s form', 'so $`a \\bad`$'],
  ])('is that in the file: %s', (_, markdown) => {
    const { given, expected } = placesOf(markdown, '\\bad')
    expect(given).toEqual(expected)
  })

  it('stays within the formula', () => {
    const [formula] = mathOf(toTree('so $ab$').tree)
    expect(formula && placeInFormula(formula.node, 99)).toEqual({ line: 1, column: 7 })
    expect(formula && placeInFormula(formula.node, -1)).toEqual({ line: 1, column: 5 })
  })

  it('is the start of a formula that another grammar made', () => {
    const position = { start: { line: 3, column: 4, offset: 9 }, end: { line: 3, column: 7, offset: 12 } }
    expect(placeInFormula({ value: 'a', position }, 1)).toEqual({ line: 3, column: 4 })
  })

  it('holds the character that the formula has there', () => {
    const piece = fc.constantFrom(
      '$$',
      '$',
      'x',
      '\n',
      '\n> ',
      '\n- ',
      '\n  ',
      'a b',
      '\\bad',
      '{',
      '}',
      '\n$$\n',
      '\r\n',
      '| ',
      '```math\n',
      '\n\n',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const markdown = pieces.join('')
        const lines = markdown.split(/\r\n|\n|\r/)
        for (const { node, value } of mathOf(toTree(markdown).tree)) {
          for (const [offset, character] of value.split('').entries()) {
            const { line, column } = placeInFormula(node, offset)
            if (character !== '\n' && character !== '\r')
              expect(lines[line - 1]?.[column - 1]).toBe(character)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
