/** A post or page as the site has it: its metadata, its rendered body, and the words that say what it is. */
import type { Post } from '../content/post.js'
import { type Diagnostic, diagnostic, inFile } from '../diagnostics.js'
import { type MathLine, mathLine, plainLine } from '../markdown/math/line.js'
import type { Rendered } from '../markdown/rendered.js'
import type { RenderedPost } from '../render/bodies.js'
import { isFuture } from './selection.js'

export interface Article {
  readonly post: Post
  readonly rendered: Rendered
  readonly title: MathLine
  readonly subtitle: MathLine | null
  /** Plain text, the author's or the body's first paragraph. */
  readonly excerpt: string
  /** Whether its date is yet to come; such a post is here only when asked for. */
  readonly future: boolean
}

/**
 * Gives the article that a post and its rendered body make. A post without a title takes its first heading,
 * else its file's name. Reports what rendering found, `post-has-title`, and `math-renders` for formulas of title and subtitle.
 */
export function articleOf(
  { post, rendered, options }: RenderedPost,
  now: Date,
): { readonly article: Article; readonly diagnostics: readonly Diagnostic[] } {
  const name = post.name.replace(/[-_]+/g, ' ').trim() || 'Untitled'
  const title = mathLine(post.title ?? (rendered.firstHeading || name), options)
  const subtitle = post.subtitle === null ? null : mathLine(post.subtitle, options)
  const excerpt = post.excerpt === null ? rendered.excerpt : plainLine(post.excerpt, options.math)
  const isUntitled = post.title === null && post.kind === 'post'
  return {
    article: { post, rendered, title, subtitle, excerpt, future: isFuture(post, now) },
    diagnostics: [
      ...inFile(rendered.diagnostics, post.file, post.bodyLine),
      ...(isUntitled ? [untitled(post, rendered.firstHeading)] : []),
      ...(post.title === null ? [] : faultsOf(title, 'title', post)),
      ...(subtitle ? faultsOf(subtitle, 'subtitle', post) : []),
    ],
  }
}

function untitled({ file }: Post, heading: string | null): Diagnostic {
  const instead = heading ? 'its first heading is taken' : 'its file name is taken'
  return diagnostic('post-has-title', `This post has no title in its front matter: ${instead}.`, {
    file,
    place: { line: 1, column: 1 },
    hint: 'Add a line such as: title: "A title"',
  })
}

function faultsOf(
  { faults }: MathLine,
  key: 'title' | 'subtitle',
  { file, places }: Post,
): readonly Diagnostic[] {
  return faults.map(({ tex, reason }) =>
    diagnostic('math-renders', `KaTeX cannot typeset "${tex}" in the ${key}: ${reason}.`, {
      file,
      place: places[key],
    }),
  )
}
