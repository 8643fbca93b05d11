import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Comparable, relatedPosts } from '../../../src/site/related.js'

/** A post of some terms and words, each list in one string; the time in days. */
const post = (id: string, terms: string, words = '', time: number | null = 0): Comparable => ({
  id,
  time: time === null ? null : time * 86_400_000,
  terms: terms.split(' ').filter(Boolean),
  words: words.split(' ').filter(Boolean),
})

/** What is related to each post, as `a: b c`. */
const related = (posts: readonly Comparable[], count = 3): readonly string[] =>
  [...relatedPosts(posts, count)].map(
    ([{ id }, others]) => `${id}: ${others.map((each) => each.id).join(' ')}`,
  )

/** So many posts that have nothing in common. */
const strangers = (count: number) =>
  Array.from({ length: count }, (_, at) => post(`stranger-${at}`, `own-${at}`))

describe('Related posts', () => {
  it('are those that share a term', () => {
    expect(related([post('a', 'fourier'), post('b', 'bayes'), post('c', 'fourier'), post('d', '')])).toEqual([
      'a: c',
      'b: ',
      'c: a',
      'd: ',
    ])
  })

  it('share rare terms rather than common ones', () => {
    const common = ['p', 'q', 'r', 's', 't', 'u'].map((id) => post(id, 'maths'))
    const posts = [post('a', 'maths kalman'), post('b', 'kalman'), ...common, ...strangers(4)]
    expect(related(posts, 2)[0]).toBe('a: b p')
  })

  it('do not share what all posts have', () => {
    expect(related([post('a', 'blog'), post('b', 'blog'), post('c', 'blog')])).toEqual(['a: ', 'b: ', 'c: '])
  })

  it('may share words of their texts alone, if these are more than chance gives', () => {
    const words = 'covari filter kalman sensor innova varian motion'
    const posts = [
      post('a', '', words),
      post('b', '', words),
      post('c', '', 'covari filter'),
      ...strangers(20),
    ]
    expect(related(posts).slice(0, 3)).toEqual(['a: b', 'b: a', 'c: '])
  })

  it('do not share the words that most texts have', () => {
    const words = 'there which about where these those'
    const posts = Array.from({ length: 20 }, (_, at) => post(`p${at}`, '', words))
    expect(related(posts).every((line) => line.endsWith(': '))).toBe(true)
  })

  it('that have equally much in common stand by how near they are in time, the newer first', () => {
    const posts = [
      ...[
        post('far', 't', '', 1),
        post('before', 't', '', 9),
        post('a', 't', '', 10),
        post('after', 't', '', 11),
      ],
      ...[post('undated', 't', '', null), ...strangers(9)],
    ]
    expect(related(posts, 4)[2]).toBe('a: after before far undated')
  })

  it('are as many as asked for, without those that may not be listed', () => {
    const posts = [...['a', 'b', 'c', 'd', 'e'].map((id) => post(id, 't')), ...strangers(9)]
    expect(related(posts, 2)[0]).toBe('a: b c')
    const listed = relatedPosts(posts, 2, (_, other) => other.id !== 'b')
    expect([...listed.values()][0]?.map(({ id }) => id)).toEqual(['c', 'd'])
    expect(related(posts, 0).every((line) => line.endsWith(': '))).toBe(true)
  })
})

describe('Which posts are related', () => {
  const letters = (prefix: string, count: number) =>
    fc
      .uniqueArray(fc.integer({ min: 0, max: count }), { maxLength: 6 })
      .map((all) => all.map((n) => `${prefix}${n}`))
  const someposts = fc
    .array(
      fc.record({
        time: fc.option(fc.integer({ min: 0, max: 20 })),
        terms: letters('t', 8),
        words: letters('w', 30),
      }),
      { maxLength: 24 },
    )
    .map((all) => all.map((each, at): Comparable => ({ ...each, id: `p${at}` })))

  it('does not depend on the order in which they are given', () => {
    fc.assert(
      fc.property(
        someposts.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect([...related(shuffled)].sort()).toEqual([...related(all)].sort())
        },
      ),
    )
  })

  it('never names a post itself, names none twice, and is mutual where lists are long enough', () => {
    fc.assert(
      fc.property(someposts, (all) => {
        const found = relatedPosts(all, all.length)
        for (const [one, others] of found) {
          expect(others).not.toContain(one)
          expect(new Set(others).size).toBe(others.length)
          for (const other of others) expect(found.get(other)).toContain(one)
        }
      }),
    )
  })

  it('is, in a short list, what a long list begins with', () => {
    fc.assert(
      fc.property(someposts, fc.integer({ min: 1, max: 4 }), (all, count) => {
        const [short, long] = [relatedPosts(all, count), relatedPosts(all, all.length)]
        for (const one of all) expect(short.get(one)).toEqual(long.get(one)?.slice(0, count))
      }),
    )
  })

  it('changes in few lists when one text changes', () => {
    // Forty subjects, each with words of its own beside those of the language; a text that takes up another subject.
    const words = (subject: number, at: number) =>
      Array.from({ length: 24 }, (_, n) =>
        n < 12 ? `s${subject}-${(at * 7 + n * 5) % 20}` : `c${(at * 13 + n * n) % 900}`,
      )
    const posts = Array.from({ length: 400 }, (_, at) => ({
      ...post(`p${at}`, `tag-${at % 40} tag-${(at * 3) % 40}`, '', at),
      words: [...new Set(words(at % 40, at))],
    }))
    const before = related(posts)
    const edited = posts.map((each, at) => (at === 200 ? { ...each, words: words(7, 3) } : each))
    const changed = related(edited).filter((line, at) => line !== before[at])
    expect(changed.length).toBeGreaterThan(0)
    expect(changed.length).toBeLessThan(12)
  })
})
