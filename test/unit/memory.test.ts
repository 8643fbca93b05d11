import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noMemory, sessionMemory } from '../../src/memory.js'

describe('A memory', () => {
  it('makes a value once for the same inputs', () => {
    const { kept } = sessionMemory()
    const [post, other] = [{}, {}]
    const made = [[post, 1], [post, 1], [other, 1], [other, 1], [other, '1'], [other], [post, 1]].map(
      (inputs, at) => kept('page', '/a/', inputs, () => at),
    )
    expect(made).toEqual([0, 0, 2, 2, 4, 5, 6])
  })

  it('tells kinds and subjects apart, and what was made from what was said', () => {
    const { kept, settled } = sessionMemory()
    expect(kept('page', 'a', [], () => 1)).toBe(1)
    expect(kept('page', 'b', [], () => 2)).toBe(2)
    expect(kept('feed', 'a', [], () => 3)).toBe(3)
    expect(settled('page', 'a', 4)).toBe(4)
    expect(kept('page', 'a', [], () => 5)).toBe(1)
  })

  it('remembers nothing that could not be made', () => {
    const { kept } = sessionMemory()
    const fail = () => {
      throw new Error('no disk')
    }
    expect(() => kept('page', 'a', [], fail)).toThrow('no disk')
    expect(kept('page', 'a', [], () => 1)).toBe(1)
  })

  it('gives what it was given before where that is equal in all parts', () => {
    const { settled } = sessionMemory()
    const value = () => ({
      title: 'A',
      ids: new Set(['a']),
      by: new Map([['b', [1, null]]]),
      last: undefined,
    })
    const first = settled('post', 'a', value())
    expect(settled('post', 'a', value())).toBe(first)
    for (const other of [
      { ...value(), title: 'B' },
      { ...value(), ids: new Set(['a', 'b']) },
      { ...value(), ids: ['a'] },
      { ...value(), by: new Map([['b', [1, undefined]]]) },
      { title: 'A', ids: new Set(['a']), by: new Map([['b', [1, null]]]) },
    ])
      expect(settled('post', 'a', other)).toBe(other)
  })

  it('takes values for equal only if they are the same JSON, and the other way round', () => {
    // JSON does not tell 0 from -0.
    const plain = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown)
    const pairs = fc.oneof(
      fc.tuple(plain, plain),
      plain.map((value) => [value, JSON.parse(JSON.stringify(value))] as const),
    )
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        const { settled } = sessionMemory()
        const first = settled('value', '', { one })
        const isSame = settled('value', '', { one: other }) === first
        expect(isSame).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
    )
  })

  it('takes functions and dates for equal only if they are one', () => {
    const { settled } = sessionMemory()
    const date = new Date(0)
    const first = settled('value', '', { date })
    expect(settled('value', '', { date })).toBe(first)
    const other = { date: new Date(0) }
    expect(settled('value', '', other)).toBe(other)
    const made = { make: () => 1 }
    settled('made', '', made)
    const again = { make: () => 1 }
    expect(settled('made', '', again)).toBe(again)
  })

  it('forgets what was not asked for since it was last tidied', () => {
    const { kept, settled, tidy } = sessionMemory()
    const value = () => ({ a: 1 })
    const first = settled('post', 'a', value())
    kept('page', 'a', [], () => 1)
    kept('page', 'b', [], () => 2)
    tidy()
    kept('page', 'a', [], () => 3)
    tidy()
    expect(kept('page', 'a', [], () => 4)).toBe(1)
    expect(kept('page', 'b', [], () => 5)).toBe(5)
    expect(settled('post', 'a', value())).not.toBe(first)
  })
})

describe('No memory', () => {
  it('makes everything anew', () => {
    expect([1, 2].map((value) => noMemory.kept('page', 'a', [], () => value))).toEqual([1, 2])
    const value = { a: 1 }
    noMemory.settled('post', 'a', { a: 1 })
    expect(noMemory.settled('post', 'a', value)).toBe(value)
    noMemory.tidy()
  })
})
