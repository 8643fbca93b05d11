/** Series: posts that belong together, in the order in which they are to be read. */
import { byCodeUnit } from '../order.js'
import type { Article } from './article.js'
import { commonest, foldTerm } from './taxonomy.js'

/** One series, with what of it is published. */
export interface Series {
  /** As most of its posts write it. */
  readonly name: string
  /** In reading order. */
  readonly parts: readonly Article[]
}

/**
 * Gives the series that each post is in, in the order that its front matter names them. Names that differ only in case
 * or Unicode form are one series. Parts stand by their number; those that have none come after, by date, then by
 * file.
 */
export function seriesOf(posts: readonly Article[]): ReadonlyMap<Article, readonly Series[]> {
  const found = new Map<string, { readonly names: Map<string, number>; readonly parts: Article[] }>()
  for (const article of posts) {
    for (const [key, name] of namesOf(article)) {
      const series = found.get(key) ?? { names: new Map<string, number>(), parts: [] }
      series.names.set(name, (series.names.get(name) ?? 0) + 1)
      series.parts.push(article)
      found.set(key, series)
    }
  }
  const whole = new Map(
    [...found].map(([key, { names, parts }]): [string, Series] => [
      key,
      { name: commonest(names), parts: parts.sort(inReadingOrder) },
    ]),
  )
  return new Map(
    posts.flatMap((article) => {
      const own = [...namesOf(article).keys()].flatMap((key) => whole.get(key) ?? [])
      return own.length > 0 ? [[article, own]] : []
    }),
  )
}

function namesOf({ post }: Article): ReadonlyMap<string, string> {
  return new Map(post.series.map((name) => [foldTerm(name), name.normalize('NFC').replace(/\s+/g, ' ')]))
}

function inReadingOrder({ post: a }: Article, { post: b }: Article): number {
  const keys = [
    [a.part, b.part],
    [a.date?.epoch, b.date?.epoch],
  ] as const
  for (const [one, other] of keys) {
    const [first, second] = [one ?? Infinity, other ?? Infinity]
    if (first !== second) return first < second ? -1 : 1
  }
  return byCodeUnit(a.file, b.file)
}
