/** What has been published before, held against the site as it is now: which URLs are gone, which post is which. */
import { type SiteUrl, tidyUrl } from '../content/permalink.js'
import type { Post } from '../content/post.js'
import type { PublishedPost, PublishedRecord } from '../content/published.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { publishedFile } from '../layout.js'
import { byCodeUnit } from '../order.js'
import { type LinkIndex, withheldBecause } from './links.js'
import type { Withheld } from './selection.js'
import type { Site } from './site.js'

/** Gives the ids that feeds have called posts by, by source file: whatever a post is called or wherever it is now. */
export function recordedIds(record: PublishedRecord, site: Site): ReadonlyMap<string, string> {
  const ids = new Map<string, string>()
  for (const { post, entry } of identified(record, site))
    if (entry.id !== null && !ids.has(post.file)) ids.set(post.file, entry.id)
  return ids
}

/** Gives the record with what the site publishes now added to it: nothing that was recorded is lost. */
export function recordAgain(
  record: PublishedRecord,
  site: Site,
  index: LinkIndex,
  feedIdOf: (post: Post) => string | null,
): PublishedRecord {
  const found = identified(record, site)
  const taken = new Set(found.map(({ entry }) => entry))
  const entriesOf = grouped(found, ({ post }) => post)
  const redirectsTo = grouped([...index.redirects.values()], ({ to }) => to)
  const current = postsOf(site).map((post): PublishedPost => {
    const before = entriesOf(post).map(({ entry }) => entry)
    const urls = [
      post.url,
      ...redirectsTo(post.url).map(({ from }) => from),
      ...before.flatMap((entry) => entry.urls.map(({ url }) => url)),
    ]
    const id = before.find((entry) => entry.id !== null)?.id ?? feedIdOf(post)
    return { file: post.file, urls: inOrder(urls).map((url) => ({ url })), id }
  })
  return [...record.filter((entry) => !taken.has(entry)), ...current].sort((a, b) =>
    byCodeUnit(a.file, b.file),
  )
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): (key: K) => readonly T[] {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return (key) => groups.get(key) ?? []
}

function inOrder(urls: readonly SiteUrl[]): readonly SiteUrl[] {
  return [...new Set(urls)].sort(byCodeUnit)
}

/** Reports `published-url-is-kept` for every recorded URL at which nothing is any more. What has expired may be gone. */
export function vanishedUrls(
  record: PublishedRecord,
  {
    site,
    withheld,
    index,
  }: { readonly site: Site; readonly withheld: readonly Withheld[]; readonly index: LinkIndex },
): readonly Diagnostic[] {
  const owners = new Map(identified(record, site).map(({ entry, post }) => [entry, post]))
  const reasons = new Map(withheld.map(({ post, reason }) => [post.file, reason]))
  return record.flatMap((entry) => {
    const reason = reasons.get(entry.file)
    if (reason === 'expired') return []
    return entry.urls
      .filter(({ url }) => !index.urls.has(url) && !index.redirects.has(url))
      .map(({ url, place }) => {
        const { said, hint } = whereIsIt(url, entry, owners.get(entry), reason)
        return diagnostic('published-url-is-kept', said, { file: publishedFile, place, hint })
      })
  })
}

const orElse = `If it is meant to be gone, delete it from ${publishedFile}.`

function whereIsIt(
  url: SiteUrl,
  { file }: PublishedPost,
  post: Post | undefined,
  reason: Exclude<Withheld['reason'], 'expired'> | undefined,
): { readonly said: string; readonly hint: string } {
  if (post)
    return {
      said: `${url} has been published, and leads nowhere now: ${post.file} is at ${post.url}.`,
      hint:
        post.aliases.length === 0
          ? `Add "aliases: [${url}]" to ${post.file}.`
          : `Add "${url}" to the aliases of ${post.file}.`,
    }
  if (reason)
    return {
      said: `${url} has been published, and ${file} is not published now: ${withheldBecause[reason]}.`,
      hint: `Publish it, or give it a date under "expires". ${orElse}`,
    }
  return {
    said: `${url} has been published from ${file}, and leads nowhere now.`,
    hint: `Add "aliases: [${url}]" to what takes its place, or name it under "redirects" in site.yaml. ${orElse}`,
  }
}

interface Identified {
  readonly entry: PublishedPost
  readonly post: Post
}

/**
 * Gives which post each entry is of: that of its file or, if no such file is there any more, one that has a URL of the entry
 * as its own or among its aliases. Entries of a post's own file come first.
 */
function identified(record: PublishedRecord, site: Site): readonly Identified[] {
  if (record.length === 0) return []
  const posts = postsOf(site)
  const byFile = new Map(posts.map((post) => [post.file, post]))
  const byUrl = new Map<SiteUrl, Post>()
  const claim = (url: SiteUrl, post: Post) => byUrl.set(url, byUrl.get(url) ?? post)
  for (const post of posts) claim(post.url, post)
  for (const post of posts) for (const alias of post.aliases) claim(tidyUrl(alias), post)
  const own = record.flatMap((entry): Identified[] => {
    const post = byFile.get(entry.file)
    return post ? [{ entry, post }] : []
  })
  const moved = record.flatMap((entry): Identified[] => {
    if (byFile.has(entry.file)) return []
    const post = entry.urls.map(({ url }) => byUrl.get(url)).find((found) => found !== undefined)
    return post ? [{ entry, post }] : []
  })
  return [...own, ...moved]
}

function postsOf({ posts, pages }: Site): readonly Post[] {
  return [...posts, ...pages].map(({ post }) => post).sort((a, b) => byCodeUnit(a.file, b.file))
}
