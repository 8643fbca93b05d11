import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didYouMean, nearest } from '../../src/nearest.js'

describe('The nearest word', () => {
  it.each([
    ['titel', ['title', 'tags'], 'title'],
    ['auhtor', ['author', 'authors'], 'author'],
    ['Tags', ['tags', 'tag'], 'tags'],
    ['descripton', ['description', 'draft'], 'description'],
    ['permalnik', ['permalink'], 'permalink'],
    ['js', ['ts', 'jsx'], 'jsx'],
  ])('to %s among %j is %s', (word, candidates, meant) => {
    expect(nearest(word, candidates)).toBe(meant)
  })

  it.each([
    ['layout', ['title', 'tags', 'author']],
    ['x', ['*', 'y']],
    ['', ['a']],
    ['title', []],
  ])('to %s among %j is none', (word, candidates) => {
    expect(nearest(word, candidates)).toBeNull()
  })

  it('is the same whatever the order of the candidates', () => {
    const words = fc.array(fc.stringMatching(/^[abAB]{1,4}$/), { maxLength: 8 })
    fc.assert(
      fc.property(fc.stringMatching(/^[abAB]{1,4}$/), words, (word, candidates) => {
        expect(nearest(word, [...candidates].reverse())).toBe(nearest(word, candidates))
      }),
    )
  })

  it('to a candidate is that candidate', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (words) => {
        for (const word of words) expect(nearest(word, words)).toBe(word)
      }),
    )
  })

  it('to a word with two neighbours swapped is that word', () => {
    const words = ['title', 'permalink', 'description', 'timezone', 'aliases']
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.nat(3), (word, at) => {
        const swapped = word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2)
        expect(nearest(swapped, words)).toBe(word)
      }),
    )
  })

  it('does not depend on the order of the candidates', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 6 }), fc.array(fc.string({ maxLength: 6 })), (word, words) => {
        expect(nearest(word, [...words].reverse())).toBe(nearest(word, words))
      }),
    )
  })
})

it('A hint names the word that was meant, or there is no hint', () => {
  expect(didYouMean('titel', ['title'])).toBe('Did you mean "title"?')
  expect(didYouMean('layout', ['title'])).toBeUndefined()
})
