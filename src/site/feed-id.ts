/** What readers of feeds know a post by: it stays the same wherever the post moves. */
import { absoluteUrl } from '../content/permalink.js'
import type { Post } from '../content/post.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { publishedFile } from '../layout.js'
import { byCodeUnit } from '../order.js'

/** Ids that posts had in feeds that were published, by source file. */
export type RecordedIds = ReadonlyMap<string, string>

/**
 * Gives the id of a post in feeds, a URI: `id` in front matter, resolved against the site's URL, so that the path of an
 * old permalink is enough; else the recorded one; else its URL.
 */
export function feedIdOf(
  { id, file, url }: Pick<Post, 'id' | 'file' | 'url'>,
  siteUrl: string,
  recorded: RecordedIds,
): string {
  if (id !== null && URL.canParse(id, siteUrl)) return new URL(id, siteUrl).href
  return recorded.get(file) ?? absoluteUrl(url, siteUrl)
}

/** Reports `feed-id-is-unique` for posts whose front matter gives them the id of another. */
export function feedIdFaults(
  posts: readonly Post[],
  siteUrl: string,
  recorded: RecordedIds,
): readonly Diagnostic[] {
  const owners = new Map<string, string>()
  return posts
    .filter(({ id }) => id !== null)
    .sort((a, b) => byCodeUnit(a.file, b.file))
    .flatMap((post) => {
      const id = feedIdOf(post, siteUrl, recorded)
      const owner = owners.get(id)
      owners.set(id, owner ?? post.file)
      if (owner === undefined) return []
      const message = `${owner} has this id already: readers of feeds would take one post for the other.`
      return [
        diagnostic('feed-id-is-unique', message, {
          file: post.file,
          place: post.places.id,
          hint: 'Remove the line from the post that is newer.',
        }),
      ]
    })
}

/** Reports `feed-id-is-kept` for posts whose front matter gives them another id than the recorded one. */
export function changedIds(
  posts: readonly Post[],
  siteUrl: string,
  recorded: RecordedIds,
): readonly Diagnostic[] {
  return posts.flatMap((post) => {
    const id = feedIdOf(post, siteUrl, recorded)
    const before = recorded.get(post.file)
    if (before === undefined || before === id) return []
    const message = `Feeds that were published call this post ${before}: under another id their readers are shown it as new.`
    return [
      diagnostic('feed-id-is-kept', message, {
        file: post.file,
        place: post.places.id,
        hint: `Remove the line, or write "id: ${before}". If it is meant, change the id in ${publishedFile} too.`,
      }),
    ]
  })
}
