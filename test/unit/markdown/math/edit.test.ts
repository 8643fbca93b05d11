import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits, type Edit } from '../../../../src/markdown/math/edit.js'

describe('applyEdits', () => {
  it('replaces, removes and inserts', () => {
    const edits: Edit[] = [
      { start: 6, end: 7, text: 'Z' },
      { start: 0, end: 2, text: '' },
      { start: 4, end: 4, text: '++' },
    ]
    expect(applyEdits('abcdefg', edits).text).toBe('cd++efZ')
  })

  it('keeps the order of insertions at one place, and puts them before a replacement there', () => {
    const edits: Edit[] = [
      { start: 1, end: 2, text: 'X' },
      { start: 1, end: 1, text: '1' },
      { start: 1, end: 1, text: '2' },
    ]
    expect(applyEdits('abc', edits).text).toBe('a12Xc')
  })

  it('leaves an edit out that overlaps one before it', () => {
    const edits: Edit[] = [
      { start: 0, end: 3, text: 'X' },
      { start: 2, end: 4, text: 'Y' },
    ]
    expect(applyEdits('abcd', edits).text).toBe('Xd')
  })

  it('says where a place in the result was: within an edit, where that begins', () => {
    const { text, sourceOffset } = applyEdits('abcdef', [{ start: 2, end: 4, text: 'long' }])
    expect(text).toBe('ablongef')
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 99].map(sourceOffset)).toEqual([0, 1, 2, 2, 2, 2, 4, 5, 6, 6])
  })

  it('has every character of the source that is kept at its own place', () => {
    const cuts = fc.uniqueArray(fc.nat(20), { maxLength: 8 }).map((at) => at.sort((a, b) => a - b))
    fc.assert(
      fc.property(fc.string({ minLength: 20, maxLength: 20 }), cuts, fc.string(), (source, at, text) => {
        const edits = at.flatMap((start, index): Edit[] =>
          index % 2 === 0 ? [{ start, end: at[index + 1] ?? start, text }] : [],
        )
        const result = applyEdits(source, edits)
        const kept =
          [...source].length === 20 ? edits.reduce((sum, { start, end }) => sum + end - start, 0) : 0
        if ([...source].length === 20) expect(result.text.length).toBe(20 - kept + edits.length * text.length)
        for (let offset = 0; offset < result.text.length; offset += 1) {
          const from = result.sourceOffset(offset)
          const isWritten = edits.some(({ start }) => start === from)
          if (!isWritten) expect(result.text[offset]).toBe(source[from])
        }
      }),
    )
  })
})
