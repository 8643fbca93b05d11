/** Pagination: a list in pages, and where each page is. */
import { type SiteUrl, tidyUrl } from '../content/permalink.js'

/** One page of a list. */
export interface PageOf<T> {
  readonly items: readonly T[]
  /** Counted from 1. */
  readonly number: number
  readonly count: number
  readonly url: SiteUrl
  /** The page with newer items; null on the first. */
  readonly newer: SiteUrl | null
  /** The page with older items; null on the last. */
  readonly older: SiteUrl | null
}

/** Gives a list in pages of `size` items, at least one page; the first is at `url`, the others at `page/2/` … below it. */
export function paginate<T>(items: readonly T[], size: number, url: SiteUrl): readonly PageOf<T>[] {
  const count = Math.max(1, Math.ceil(items.length / size))
  const urlOf = (number: number): SiteUrl => (number === 1 ? url : tidyUrl(`${url}/page/${number}`))
  return Array.from({ length: count }, (_, index) => ({
    items: items.slice(index * size, (index + 1) * size),
    number: index + 1,
    count,
    url: urlOf(index + 1),
    newer: index > 0 ? urlOf(index) : null,
    older: index + 1 < count ? urlOf(index + 2) : null,
  }))
}
