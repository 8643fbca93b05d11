import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCslJson } from '../../../src/content/csl-json.js'

const book = { id: 'a', type: 'book', title: 'On $x^2$ for $5', author: [{ family: 'Noether' }] }

describe('A bibliography in CSL-JSON', () => {
  it('is a list of items, or a mapping of them by id', () => {
    const { id, ...rest } = book
    const list = parseCslJson(JSON.stringify([book]), 'a.csl.json')
    expect(list.diagnostics).toEqual([])
    expect(list.items).toMatchObject([{ id: 'a', type: 'book', author: [{ family: 'Noether' }] }])
    expect(parseCslJson(JSON.stringify({ [id]: rest }), 'a.csl.json')).toEqual(list)
  })

  it('has formulas between dollars that touch them, and prices', () => {
    const [item] = parseCslJson(JSON.stringify([book]), 'a.csl.json').items
    expect(item?.title).toBe('On \uFDD5x^2\uFDD6 for $5')
  })

  it('has DOIs without what leads to them', () => {
    const [item] = parseCslJson(JSON.stringify([{ ...book, DOI: 'https://doi.org/10.1000/x' }]), 'a').items
    expect(item?.DOI).toBe('10.1000/x')
  })

  it('loses no item to another that is at fault', () => {
    const { items, diagnostics } = parseCslJson(
      JSON.stringify([{ title: 'no id' }, book, { id: 'b' }, { ...book, title: 'again' }, null], null, 1),
      'a.csl.json',
    )
    expect(items.map(({ id, type }) => `${id} ${type}`)).toEqual(['a book', 'b document'])
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'Entry 1 has no "id" to cite it by.',
      'The entry "b" has no "type".',
      'The key "a" is given twice: the first entry counts.',
      'Entry 5 has no "id" to cite it by.',
    ])
  })

  it('is reported where it is no JSON', () => {
    const { items, diagnostics } = parseCslJson('[\n  {"id": "a",}\n]', 'a.csl.json')
    expect(items).toEqual([])
    expect(diagnostics).toMatchObject([{ rule: 'bibliography-is-valid', file: 'a.csl.json', line: 2 }])
  })

  it.each([
    ['{"a": }', '1:7 `}` cannot stand here'],
    ['pr', '1:1 `p` cannot stand here'],
    ['[{"id": "a"}, ]', '1:15 `]` cannot stand here'],
    ['[\n 1 2]', '2:4 `2` cannot stand here'],
    ['["a\nb"]', '1:2 `"` cannot stand here'],
    ['[01]', '1:3 `1` cannot stand here'],
    ['[1] 🎉', '1:5 `🎉` cannot stand here'],
    ['[{"id": "a"', '1:12 it ends too early'],
    ['', '1:1 it ends too early'],
  ])('is reported where the fault is: %j', (text, expected) => {
    const [first] = parseCslJson(text, 'a.csl.json').diagnostics
    expect(`${first?.line}:${first?.column} ${first?.message}`).toBe(
      expected.replace(/ (.*)/, ' This file is not valid JSON: $1.'),
    )
  })

  it('is at fault where JSON.parse says so, and nowhere else', () => {
    const word = fc.constantFrom(...'{}[],:"\\ \n-01.eE+', '"a"', 'true', 'null', '\u0085', '"\\u00', '"a":1')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const text = words.join('')
        const isJson = (part: string) => {
          try {
            return [JSON.parse(part)].length === 1
          } catch {
            return false
          }
        }
        const found = parseCslJson(text, 'a').diagnostics.filter(({ message }) => /valid JSON/.test(message))
        expect(found.length === 0).toBe(isJson(text))
      }),
    )
  })

  it('cannot hold what rendering marks texts with', () => {
    const [item] = parseCslJson('[{"id": "a", "type": "book", "title": "x\\ufdd5y"}]', 'a').items
    expect(item?.title).toBe('x\uFFFDy')
  })
})
