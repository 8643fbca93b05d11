/** Which posts are published: drafts, posts dated in the future and expired ones stay out unless asked for. */
import type { Post } from '../content/post.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'

/** A post that is left out of a build, and why. */
export interface Withheld {
  readonly post: Post
  readonly reason: 'draft' | 'future' | 'expired'
}

/** Parts posts that are published from those that are left out. */
export function selectPosts(
  posts: readonly Post[],
  { drafts, now }: { readonly drafts: boolean; readonly now: Date },
): { readonly published: readonly Post[]; readonly withheld: readonly Withheld[] } {
  if (drafts) return { published: posts, withheld: [] }
  const withheld = posts.flatMap((post): Withheld[] => {
    if (post.draft) return [{ post, reason: 'draft' }]
    if (isExpired(post, now)) return [{ post, reason: 'expired' }]
    return isFuture(post, now) ? [{ post, reason: 'future' }] : []
  })
  const out = new Set(withheld.map(({ post }) => post))
  return { published: posts.filter((post) => !out.has(post)), withheld }
}

/** Gives `post-date-has-come` for posts that are left out since their dates are yet to come. */
export function futureFaults(withheld: readonly Withheld[]): readonly Diagnostic[] {
  return withheld
    .filter(({ reason }) => reason === 'future')
    .map(({ post: { file, places, date } }) =>
      diagnostic('post-date-has-come', `This post is dated ${date?.iso}: it is not published until then.`, {
        file,
        place: places.date,
      }),
    )
}

/** Whether a post's date is yet to come. */
export function isFuture({ date }: Post, now: Date): boolean {
  return date !== null && date.epoch > now.getTime()
}

/** Whether a post's time is over. */
export function isExpired({ expires }: Post, now: Date): boolean {
  return expires !== null && expires <= now.getTime()
}
