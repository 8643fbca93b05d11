import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Taxonomy } from '../../../src/config.js'
import type { Post } from '../../../src/content/post.js'
import { foldTerm, indexTaxonomy, termSlugs } from '../../../src/site/taxonomy.js'
import { parsed } from '../../in-memory.js'

const tags: Taxonomy = { name: 'tags', title: 'Tags', singular: 'Tag', path: 'tags', keys: ['tags'] }

const blank = parsed('').post
/** A post with these tags and a number to know it by. */
const tagged = (names: readonly string[], number = 0): Post => ({
  ...blank,
  name: String(number),
  terms: { tags: names },
})
const indexOf = (lists: readonly (readonly string[])[], lang = 'en') =>
  indexTaxonomy(tags, lists.map(tagged), (post) => post, lang)

/** Names of terms, many of which would share a slug. */
const name = fc.oneof(
  fc.constantFrom(
    ...[
      'C',
      'c',
      'C++',
      'C#',
      'c sharp',
      'c-sharp',
      'C plus plus',
      'C/C++',
      'R&D',
      'R and D',
      'Node.js',
      'NodeJS',
      'node js',
      'a!',
      'a?',
      'a',
      '!',
      '?',
      '∑',
      'u2211',
      '深度学习',
      '深度學習',
      'é',
      'e\u0301',
      'ﬁ',
      'fi',
      'İ',
      'i',
      'a b',
      'a-b',
      'a_b',
      'a-b-2',
      '-2',
      '__proto__',
    ],
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('!', '?', 'a', '分'), minLength: 60, maxLength: 250 }),
)
const names = fc.uniqueArray(name, {
  minLength: 1,
  maxLength: 12,
  selector: (each) => each.trim().normalize('NFC'),
})

describe('The slugs of terms', () => {
  it('are those of their words where no two are alike', () => {
    expect([...termSlugs(['C', 'C++', 'C#', 'Deep Learning', '深度学习', '∑'])]).toEqual([
      ['C', 'c'],
      ['C++', 'c-plus-plus'],
      ['C#', 'c-sharp'],
      ['Deep Learning', 'deep-learning'],
      ['∑', 'u2211'],
      ['深度学习', '深度学习'],
    ])
  })

  it('tell names apart by the signs that their words lack', () => {
    expect(Object.fromEntries(termSlugs(['a?', 'a', 'a!']))).toEqual({ a: 'a', 'a!': 'a-u21', 'a?': 'a-u3f' })
    expect(Object.fromEntries(termSlugs(['C#', 'C sharp']))).toEqual({
      'C sharp': 'c-sharp',
      'C#': 'c-sharp-u23',
    })
  })

  it('tell names apart by number where nothing else does', () => {
    expect(Object.fromEntries(termSlugs(['a-b', 'a b']))).toEqual({ 'a b': 'a-b', 'a-b': 'a-b-2' })
  })

  it('are distinct, one for each name, and fit for a URL', () => {
    fc.assert(
      fc.property(names, (given) => {
        const slugs = termSlugs(given)
        expect([...slugs.keys()].sort()).toEqual([...given].sort())
        expect(new Set(slugs.values()).size).toBe(given.length)
        for (const slug of slugs.values()) {
          expect(slug).toMatch(/^[^/\\.?#%\s]+$/)
          expect(Buffer.byteLength(slug)).toBeLessThanOrEqual(210)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('do not depend on the order of the names', () => {
    fc.assert(
      fc.property(
        names.chain((given) =>
          fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
        ),
        ([given, shuffled]) => {
          expect([...termSlugs(shuffled)].sort()).toEqual([...termSlugs(given)].sort())
        },
      ),
      { numRuns: 300 },
    )
  })

  it('stay as they are for a name that no other is like, whatever the others', () => {
    fc.assert(
      fc.property(names, (given) => {
        const others = given.filter((each) => !/quotient/i.test(each))
        expect(termSlugs([...others, 'Quotient Space']).get('Quotient Space')).toBe('quotient-space')
      }),
    )
  })
})

describe('Names of one term', () => {
  it.each([
    ['Python', 'PYTHON'],
    ['é', 'e\u0301'],
    ['ﬁeld', 'field'],
    ['machine  learning', ' Machine Learning '],
    ['Ａ', 'a'],
  ])('are %j and %j', (a, b) => {
    expect(foldTerm(a)).toBe(foldTerm(b))
  })

  it.each([
    ['C', 'C++'],
    ['Node.js', 'Nodejs'],
    ['a b', 'a-b'],
  ])('are not %j and %j', (a, b) => {
    expect(foldTerm(a)).not.toBe(foldTerm(b))
  })
})

describe('A taxonomy', () => {
  it('has each term once, named as most posts write it, with its posts in their order', () => {
    const index = indexOf([['python', 'C'], ['Python'], ['python', 'Python'], ['PYTHON']])
    expect(index.url).toBe('/tags/')
    expect(
      index.terms.map(({ name: title, url, posts }) => [title, url, posts.map((post) => post.name)]),
    ).toEqual([
      ['C', '/tags/c/', ['0']],
      ['Python', '/tags/python/', ['0', '1', '2', '3']],
    ])
  })

  it('names a term that is spelled both ways equally often by the first in code-unit order', () => {
    expect(indexOf([['python'], ['Python']]).terms[0]?.name).toBe('Python')
    expect(indexOf([['Python'], ['python']]).terms[0]?.name).toBe('Python')
  })

  it('finds a term by any spelling', () => {
    const index = indexOf([['Machine Learning']])
    for (const spelling of ['machine learning', 'MACHINE  LEARNING']) {
      expect(index.termOf(spelling)).toBe(index.terms[0])
    }
    expect(index.termOf('constructor')).toBeUndefined()
  })

  it('lists its terms as the site’s language orders them, numbers by their value', () => {
    const order = (lang: string) =>
      indexOf([['zebra', 'Ähre', 'apple', 'Week 10', 'Week 9']], lang).terms.map((term) => term.name)
    expect(order('de')).toEqual(['Ähre', 'apple', 'Week 9', 'Week 10', 'zebra'])
    expect(order('sv')).toEqual(['apple', 'Week 9', 'Week 10', 'zebra', 'Ähre'])
  })

  it('lives below its path, however deep', () => {
    const index = indexTaxonomy({ ...tags, path: 'research/fields' }, [tagged(['A'])], (post) => post, 'en')
    expect([index.url, index.terms[0]?.url]).toEqual(['/research/fields/', '/research/fields/a/'])
  })

  it('is empty where no post has a term', () => {
    expect(indexOf([[], []]).terms).toEqual([])
  })

  it('of any posts keeps every post under every term that it names, at distinct URLs whatever the order', () => {
    const lists = fc.array(fc.array(name, { maxLength: 4 }), { maxLength: 6 })
    fc.assert(
      fc.property(lists, (given) => {
        const { terms, termOf } = indexOf(given)
        expect(new Set(terms.map(({ url }) => url)).size).toBe(terms.length)
        for (const [number, list] of given.entries()) {
          for (const each of list) {
            expect(termOf(each)?.posts.filter((post) => post.name === String(number))).toHaveLength(1)
          }
        }
        const urls = (index: ReturnType<typeof indexOf>) => index.terms.map((term) => [term.name, term.url])
        expect(urls(indexOf([...given].reverse()))).toEqual(urls(indexOf(given)))
      }),
      { numRuns: 200 },
    )
  })
})
