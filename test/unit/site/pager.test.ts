import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paginate } from '../../../src/site/pager.js'

describe('A list in pages', () => {
  it('has its first page at its URL, and the others below it', () => {
    expect(paginate(['a', 'b', 'c', 'd', 'e'], 2, '/tags/x/')).toEqual([
      { items: ['a', 'b'], number: 1, count: 3, url: '/tags/x/', newer: null, older: '/tags/x/page/2/' },
      {
        items: ['c', 'd'],
        number: 2,
        count: 3,
        url: '/tags/x/page/2/',
        newer: '/tags/x/',
        older: '/tags/x/page/3/',
      },
      { items: ['e'], number: 3, count: 3, url: '/tags/x/page/3/', newer: '/tags/x/page/2/', older: null },
    ])
  })

  it('begins at the root for the home page', () => {
    expect(paginate(['a', 'b'], 1, '/').map(({ url }) => url)).toEqual(['/', '/page/2/'])
  })

  it('has one page even if it is empty', () => {
    expect(paginate([], 5, '/')).toEqual([
      { items: [], number: 1, count: 1, url: '/', newer: null, older: null },
    ])
  })

  it('holds every item once, in order, on pages that are linked in a chain', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 12 }), (items, size) => {
        const pages = paginate(items, size, '/x/')
        expect(pages.flatMap((page) => page.items)).toEqual(items)
        expect(new Set(pages.map(({ url }) => url)).size).toBe(pages.length)
        for (const [index, page] of pages.entries()) {
          expect([page.number, page.count]).toEqual([index + 1, pages.length])
          expect(page.newer).toBe(pages[index - 1]?.url ?? null)
          expect(page.older).toBe(pages[index + 1]?.url ?? null)
          expect(page.items.length).toBeLessThanOrEqual(size)
          if (page.older !== null) expect(page.items).toHaveLength(size)
          if (items.length > 0) expect(page.items).not.toHaveLength(0)
        }
      }),
    )
  })
})
