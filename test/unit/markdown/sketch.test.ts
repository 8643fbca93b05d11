import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sketchOf } from '../../../src/markdown/sketch.js'
import { post } from './rendered-post.js'

describe('The sketch of a text', () => {
  it('holds the stems of its words, in order, each once', () => {
    expect(sketchOf('The gradient of a function. Gradients of functions are covectors.')).toBe(
      'are covect functi gradie the',
    )
  })

  it('keeps the words that tell most: long ones, and those that come again', () => {
    const filler = Array.from({ length: 40 }, (_, at) => `filler${String.fromCharCode(97 + (at % 26))}`).join(
      ' ',
    )
    const sketch = sketchOf(`of the is to by ${filler} kalman kalman eigenvalue`).split(' ')
    expect(sketch).toContain('kalman')
    expect(sketch).toContain('eigenv')
    expect(sketch).not.toContain('of')
  })

  it('finds the words of languages that put no spaces between them', () => {
    expect(sketchOf('機械学習の勾配降下法').split(' ')).toEqual(['勾配', '学習', '機械', '降下'])
    expect(sketchOf('확률론은 수학의 한 분야이다. 확률을 정의한다.').split(' ')).toEqual([
      ...['분야', '수학', '정의', '확률'],
    ])
    expect(sketchOf('อุณหภูมิของน้ำ')).not.toBe('')
  })

  it('is the same in every Unicode form and case', () => {
    expect(sketchOf('ÉLÉMENTS finis'.normalize('NFD'))).toBe(sketchOf('éléments finis'))
  })

  it('is of the prose, the title and the headings, not of code and formulas', () => {
    const { sketch } = post('# Kalman filters\n\nWords here.\n\n```\nlistings\n```\n\n$$\\text{formula}$$\n')
    expect(sketch).toBe('filter here kalman title word')
  })

  it('has at most 32 words of at most six letters', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 80 }), (words) => {
        const stems = sketchOf(words.join(' ')).split(' ').filter(Boolean)
        expect(stems.length).toBeLessThanOrEqual(32)
        expect([...new Set(stems)].sort()).toEqual(stems)
        for (const stem of stems) {
          expect([...stem].filter((character) => !/\p{M}/u.test(character)).length).toBeLessThanOrEqual(6)
        }
      }),
    )
  })
})
