import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placesIn } from '../../src/place.js'

describe('A place in a text', () => {
  it('is counted from 1, in lines however they end and in UTF-16 columns', () => {
    const placeOf = placesIn('a\r\nbc\r分\n')
    expect(placeOf([0, 1])).toEqual({ line: 1, column: 1, endLine: 1, endColumn: 2 })
    expect(placeOf([4, 6])).toEqual({ line: 2, column: 2, endLine: 3, endColumn: 1 })
    expect(placeOf([8, 8])).toEqual({ line: 4, column: 1, endLine: 4, endColumn: 1 })
  })

  it('is never behind the end of the text, where parsers miss what should come next', () => {
    expect(placesIn('a\nbc')([4, 5])).toEqual({ line: 2, column: 3, endLine: 2, endColumn: 3 })
    expect(placesIn('')([1, 9])).toEqual({ line: 1, column: 1, endLine: 1, endColumn: 1 })
  })

  it('is never within the ending of a line', () => {
    expect(placesIn('a\r\nb')([1, 2])).toEqual({ line: 1, column: 2, endLine: 1, endColumn: 2 })
  })

  it('is what the text above it says', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '分') })
    fc.assert(
      fc.property(text, fc.nat(12), (source, number) => {
        const offset = Math.min(number, source.length)
        const above = source.slice(0, offset).split('\n')
        const { line, column } = placesIn(source)([offset, offset])
        expect([line, column]).toEqual([above.length, (above.at(-1) ?? '').length + 1])
      }),
    )
  })
})
