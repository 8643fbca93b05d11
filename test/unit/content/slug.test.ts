import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codePoints, slugify } from '../../../src/content/slug.js'

/** Words as people write them, and as nobody does. */
const words = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(
      fc.constantFrom(
        'C',
        '+',
        '#',
        '&',
        '.',
        '..',
        '/',
        '\\',
        ' ',
        '-',
        '_',
        '分布',
        'é',
        'e\u0301',
        '!',
        '\u0301',
        '𝒳',
        '🙂',
        '\uD800',
        '%',
        '?',
        'İ',
        'ΑΣ',
        'ﬁ',
        '\u200d',
        '\u00ad',
      ),
      {
        maxLength: 12,
      },
    )
    .map((pieces) => pieces.join('')),
  fc.string({ unit: fc.constantFrom('分', 'a', '+', '🙂', ' '), minLength: 150, maxLength: 400 }),
)

describe('The slug of words', () => {
  it.each([
    ['Gradient Descent', 'gradient-descent'],
    ['  A  Tale:  of two -- words ', 'a-tale-of-two-words'],
    ['C', 'c'],
    ['C++', 'c-plus-plus'],
    ['C#', 'c-sharp'],
    ['F# & .NET', 'f-sharp-and-net'],
    ['R&D', 'r-and-d'],
    ['#hashtag', 'hashtag'],
    ['Node.js', 'node-js'],
    ['TCP/IP', 'tcp-ip'],
    ['a\\b', 'a-b'],
    ['snake_case', 'snake_case'],
    ['What’s “new”?', 'whats-new'],
    ['Ünïcode Straße', 'ünïcode-straße'],
    ['深度学习', '深度学习'],
    ['確率 と 分布', '確率-と-分布'],
    ['Вероятность', 'вероятность'],
    ['हिन्दी', 'हिन्दी'],
    ['e\u0301tude', 'étude'],
    ['∑', 'u2211'],
    ['∂/∂x', 'x'],
    ['🙂', 'u1f642'],
    ['..', 'u2e-u2e'],
    ['.', 'u2e'],
    ['/', 'u2f'],
    ['', 'untitled'],
    ['   ', 'untitled'],
    ['---', 'u2d-u2d-u2d'],
    ['_', 'u5f'],
  ])('%j is %s', (given, slug) => {
    expect(slugify(given)).toBe(slug)
  })

  it('is one segment of a URL: never empty, with no slash, no dot, no space, nothing that a URL gives a meaning to', () => {
    fc.assert(
      fc.property(words, (given) => {
        const slug = slugify(given)
        expect(slug).not.toBe('')
        expect(slug).not.toMatch(/[/\\.?#%\s\p{Cc}]/u)
        expect(slug).not.toMatch(/^-|-$|--/)
        expect(slug.isWellFormed()).toBe(true)
        expect(slug.normalize('NFC')).toBe(slug)
        expect(slug.toLowerCase()).toBe(slug)
      }),
      { numRuns: 1000 },
    )
  })

  it('has at most 200 bytes, and whole characters', () => {
    fc.assert(
      fc.property(words, (given) => {
        expect(Buffer.byteLength(slugify(given))).toBeLessThanOrEqual(200)
      }),
    )
    expect(slugify('分'.repeat(300))).toBe('分'.repeat(66))
    expect(slugify('🙂'.repeat(300))).toMatch(/^u1f642(-u1f642)+(-u1?f?6?4?)?$/)
  })

  it('is its own slug', () => {
    fc.assert(
      fc.property(words, (given) => {
        expect(slugify(slugify(given))).toBe(slugify(given))
      }),
      { numRuns: 1000 },
    )
  })

  it('does not depend on Unicode form, case, or space around the words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (given) => {
        expect(slugify(given.normalize('NFD'))).toBe(slugify(given))
        expect(slugify(`  ${given}\n`)).toBe(slugify(given))
      }),
    )
    expect(slugify('GRADIENT Descent')).toBe(slugify('gradient descent'))
  })
})

it('Code points are written in hexadecimal, a character outside the basic plane as one', () => {
  expect(codePoints('∑∂🙂')).toBe('u2211-u2202-u1f642')
  expect(codePoints('')).toBe('')
})
