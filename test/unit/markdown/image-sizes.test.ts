import fc from 'fast-check'
import type { Image, Root } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { describe, expect, it } from 'vitest'
import { withDestinations } from '../../../src/markdown/destinations.js'
import { lengthOf, remarkImageSizes } from '../../../src/markdown/image-sizes.js'
import { visit } from '../../../src/markdown/walk.js'
import { configOf } from '../../in-memory.js'

const plain = unified().use(remarkParse).use(remarkGfm).freeze()
const sized = unified().use(remarkParse).use(remarkGfm).use(remarkImageSizes).freeze()

function imageIn(tree: Root): Image {
  const found: Image[] = []
  visit(tree, 'image', (node) => void found.push(node))
  const [image, ...others] = found
  if (!image || others.length > 0) throw new Error(`There are ${found.length} images.`)
  return image
}

const part = fc.constantFrom('a', 'b c', '*d*', '`e`', '\\]', '&amp;', '[f](g)', '[h]', '#', '_i_', '分')
const alt = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(' '))
const url = fc.constantFrom(
  'a.png',
  '/b_c_d.png',
  '<two words.png>',
  'https://e.example/f_g.png?h=1',
  'i(j).png',
  '%E5.png',
)
const title = fc.constantFrom('', ' "A title"', " 'one'", ' (more)', ' "with =5x5 in it"')
const size = fc.constantFrom('=500x', '=x300', '=500x300', '=60%x', '=1x1')

describe('A size behind the URL of an image', () => {
  it('changes nothing else of the image, before its title or behind it', () => {
    fc.assert(
      fc.property(alt, url, title, size, fc.boolean(), (words, target, named, written, isFirst) => {
        const resource = isFirst ? `${target} ${written}${named}` : `${target}${named} ${written}`
        const image = imageIn(sized.parse(`x ![${words}](${resource} ) y`) as Root)
        const expected = imageIn(plain.parse(`x ![${words}](${target}${named}) y`) as Root)
        expect({ alt: image.alt, url: image.url, title: image.title }).toEqual({
          alt: expected.alt,
          url: expected.url,
          title: expected.title,
        })
        expect(image.data).toHaveProperty('hProperties')
      }),
    )
  })

  it('that is none leaves a text as CommonMark reads it', () => {
    const piece = fc.constantFrom(
      '![',
      '[',
      ']',
      '](',
      ')',
      ' ',
      ' =',
      'x',
      '=x',
      '"',
      '\n',
      '<',
      '>',
      '*',
      'a',
      '\\',
      '(',
      ':',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        expect(sized.parse(pieces.join(''))).toEqual(plain.parse(pieces.join('')))
      }),
      { numRuns: 2000 },
    )
  })

  it('leaves the URL to be found in the source', () => {
    const text = '![a](b.png =5x5) and ![c](<d e.png> =x9 "f")'
    expect(withDestinations(text, configOf().math, (found) => `/${found.replace(' ', '-')}`)).toBe(
      '![a](/b.png =5x5) and ![c](</d-e.png> =x9 "f")',
    )
  })
})

describe('A length', () => {
  it.each([
    ['300', { pixels: 300 }],
    ['300px', { pixels: 300 }],
    ['1in', { pixels: 96 }],
    ['2.54cm', { pixels: 96 }],
    ['60%', { share: 0.6 }],
    ['250%', { share: 1 }],
  ])('%s is %j', (text, length) => {
    expect(lengthOf(text)).toEqual(length)
  })

  it.each(['', '0', '-3', 'x', '5vw', '1e9', '60 %', 'auto'])('is not %j', (text) => {
    expect(lengthOf(text)).toBe(null)
  })
})
