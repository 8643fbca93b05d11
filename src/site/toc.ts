/** The table of contents of a post. */
import type { Post } from '../content/post.js'
import type { Heading } from '../markdown/rendered.js'
import type { TocEntry } from './page.js'

/** Headings from which on a post has a table of contents, unless it says otherwise. */
const tocFrom = 3

/** Whether a post has a table of contents: it has headings enough, or its author wants one. */
export function hasToc({ toc, kind }: Post, headings: number): boolean {
  return headings > 0 && (toc ?? (kind === 'post' && headings >= tocFrom))
}

/** Gives headings as a tree, each below the nearest one before it that is less deep. */
export function tocOf(headings: readonly Pick<Heading, 'depth' | 'id' | 'html'>[]): readonly TocEntry[] {
  type Branch = TocEntry & { readonly children: Branch[] }
  const top: Branch[] = []
  const open: { readonly depth: number; readonly children: Branch[] }[] = [{ depth: 0, children: top }]
  for (const { depth, id, html } of headings) {
    while ((open.at(-1)?.depth ?? 0) >= depth) open.pop()
    const entry: Branch = { url: `#${encodeURIComponent(id)}`, html, children: [] }
    open.at(-1)?.children.push(entry)
    open.push({ depth, children: entry.children })
  }
  return top
}
