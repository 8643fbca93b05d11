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

  it('cannot hold what rendering marks texts with', () => {
    const [item] = parseCslJson('[{"id": "a", "type": "book", "title": "x\\ufdd5y"}]', 'a').items
    expect(item?.title).toBe('x\uFFFDy')
  })
})
