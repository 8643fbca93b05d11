import fc from 'fast-check'
import { expect, it } from 'vitest'
import { digestOf } from '../../src/digest.js'
import { byCodeUnit } from '../../src/order.js'

it('Code-unit order is a total order: it is that of sort without a comparison', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 3 }), { maxLength: 8 }), (texts) => {
      expect([...texts].sort(byCodeUnit)).toEqual([...texts].sort())
    }),
  )
})

it('The digest of text is that of its UTF-8 bytes', () => {
  expect(digestOf('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(digestOf(text)).toBe(digestOf(new TextEncoder().encode(text)))
    }),
  )
})
