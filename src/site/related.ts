/**
 * Related posts: which others a post has most in common with. Two posts have in common their terms and the words of
 * their sketches; each counts for the more the fewer posts have it.
 *
 * All weights are whole numbers that change only where a count passes a power of two, and posts that have equally much
 * in common stand by how near they are in time: so an edit of one post changes few lists, and few pages are made
 * again.
 */
import { byCodeUnit } from '../order.js'

/** A post as it is compared. */
export interface Comparable {
  /** Tells it from all others. */
  readonly id: string
  /** When it was written, in milliseconds since 1970; null if that is not known. */
  readonly time: number | null
  /** What its author files it under, each once. */
  readonly terms: readonly string[]
  /** The words of its sketch, each once. */
  readonly words: readonly string[]
}

/** How much more a term says than a word of the text: an author chose it. */
const termWeight = 4
/** Words that more posts share say little, and would make comparing long. */
const mostSharing = 256

/**
 * Gives for each post the ones most related to it, at most `count`, the most related first; `isListed` says which may
 * stand in whose list. It is symmetric but for that and for the count: two posts are as related one way as the other.
 * Takes time in proportion to the posts that share something.
 */
export function relatedPosts<P extends Comparable>(
  posts: readonly P[],
  count: number,
  isListed: (post: P, other: P) => boolean = () => true,
): ReadonlyMap<P, readonly P[]> {
  const size = posts.length
  const terms = sharedBy(
    posts,
    ({ terms }) => terms,
    (sharing) => weightOfTerm(sharing, size),
  )
  const words = sharedBy(
    posts,
    ({ words }) => words,
    (sharing) => weightOfWord(sharing, size),
  )
  const scores = new Int32Array(size)
  /** Adds what a post shares with others to their scores; gives those whose score was none before. */
  const add = (shared: readonly Shared[] = []): readonly number[] => {
    const found: number[] = []
    for (const { weight, sharing } of shared) {
      for (const other of sharing) {
        if (scores[other] === 0) found.push(other)
        scores[other] = (scores[other] ?? 0) + weight
      }
    }
    return found
  }
  // Texts of posts that have no term in common must share more than chance gives.
  const least = 2 * magnitude(size)
  return new Map(
    posts.map((post, at) => {
      const byTerms = add(terms[at])
      const byText = add(words[at])
      const found = [...byTerms, ...byText.filter((other) => (scores[other] ?? 0) >= least)]
      const list = best(post, found, { posts, scores, count, isListed })
      for (const other of [...byTerms, ...byText]) scores[other] = 0
      return [post, list]
    }),
  )
}

interface Compared<P> {
  readonly posts: readonly P[]
  /** What each has in common with the post, by index. */
  readonly scores: Int32Array
  readonly count: number
  readonly isListed: (post: P, other: P) => boolean
}

/** Gives the posts of some that a post has most in common with. */
function best<P extends Comparable>(
  post: P,
  found: readonly number[],
  { posts, scores, count, isListed }: Compared<P>,
): readonly P[] {
  const list: Candidate<P>[] = []
  for (const index of found) {
    const other = posts[index]
    const score = scores[index] ?? 0
    const last = list[count - 1]
    // What cannot come into the list is told by one comparison.
    if (other === undefined || other === post || (last && score < last.score)) continue
    const candidate = candidateOf(post, other, score)
    if ((last && compare(candidate, last) > 0) || !isListed(post, other)) continue
    list.splice(placeOf(candidate, list), 0, candidate)
    if (list.length > count) list.pop()
  }
  return list.map(({ other }) => other)
}

/** A term or word, by the posts that have it. */
interface Shared {
  readonly weight: number
  /** Their indices. */
  readonly sharing: readonly number[]
}

/** Gives for each post what it shares with others; what weighs nothing is left out. */
function sharedBy<P>(
  posts: readonly P[],
  featuresOf: (post: P) => readonly string[],
  weightOf: (sharing: number) => number,
): readonly (readonly Shared[])[] {
  const sharing = new Map<string, number[]>()
  for (const [index, post] of posts.entries()) {
    for (const feature of featuresOf(post)) {
      const others = sharing.get(feature)
      if (others) others.push(index)
      else sharing.set(feature, [index])
    }
  }
  const shared = new Map(
    [...sharing].flatMap(([feature, indices]) => {
      const weight = indices.length > 1 ? weightOf(indices.length) : 0
      return weight > 0 ? [[feature, { weight, sharing: indices }] as const] : []
    }),
  )
  return posts.map((post) => featuresOf(post).flatMap((feature) => shared.get(feature) ?? []))
}

/** The power of two that a count has reached. */
function magnitude(count: number): number {
  return 31 - Math.clz32(count)
}

/** What all posts have tells none of them from the others. */
function weightOfTerm(sharing: number, size: number): number {
  return sharing === size ? 0 : termWeight * (magnitude(size) - magnitude(sharing) + 1)
}

/** What half of the posts have, or a quarter, is a word of the language, not of the subject. */
function weightOfWord(sharing: number, size: number): number {
  return sharing > mostSharing ? 0 : magnitude(size) - magnitude(sharing) - 1
}

interface Candidate<P> {
  readonly other: P
  readonly score: number
  /** How far apart the two were written, in milliseconds. */
  readonly distance: number
}

function candidateOf<P extends Comparable>(post: P, other: P, score: number): Candidate<P> {
  const distance = post.time === null || other.time === null ? Infinity : Math.abs(post.time - other.time)
  return { other, score, distance }
}

/** Orders by what is shared, then by nearness in time, the newer first; ids make the order whole. */
function compare<P extends Comparable>(a: Candidate<P>, b: Candidate<P>): number {
  if (a.score !== b.score) return b.score - a.score
  if (a.distance !== b.distance) return a.distance < b.distance ? -1 : 1
  const [timeA, timeB] = [a.other.time ?? -Infinity, b.other.time ?? -Infinity]
  if (timeA !== timeB) return timeA > timeB ? -1 : 1
  return byCodeUnit(a.other.id, b.other.id)
}

function placeOf<P extends Comparable>(candidate: Candidate<P>, list: readonly Candidate<P>[]): number {
  const at = list.findIndex((each) => compare(candidate, each) < 0)
  return at === -1 ? list.length : at
}
