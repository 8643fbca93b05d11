/** Which posts are published: drafts and posts dated in the future stay out unless asked for. */
import type { Post } from '../content/post.js'

/** A post that is left out of a build, and why. */
export interface Withheld {
  readonly post: Post
  readonly reason: 'draft' | 'future'
}

/** Parts posts that are published from those that are left out. */
export function selectPosts(
  posts: readonly Post[],
  { drafts, now }: { readonly drafts: boolean; readonly now: Date },
): { readonly published: readonly Post[]; readonly withheld: readonly Withheld[] } {
  if (drafts) return { published: posts, withheld: [] }
  const withheld = posts.flatMap((post): Withheld[] => {
    if (post.draft) return [{ post, reason: 'draft' }]
    return isFuture(post, now) ? [{ post, reason: 'future' }] : []
  })
  const out = new Set(withheld.map(({ post }) => post))
  return { published: posts.filter((post) => !out.has(post)), withheld }
}

/** Whether a post's date is yet to come. */
export function isFuture(post: Post, now: Date): boolean {
  return post.date !== null && post.date.epoch > now.getTime()
}
