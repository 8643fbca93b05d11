/** A post or page as the site has it: its metadata, and what its rendered body tells of itself. */
import type { Post } from '../content/post.js'
import { type Diagnostic, diagnostic, inFile, type Silence } from '../diagnostics.js'
import type { ExternalLink } from '../external.js'
import type { Line, Outline } from '../render/body.js'
import { isExpired, isFuture } from './selection.js'

export interface Article {
  readonly post: Post
  /** What its HTML is stored under. */
  readonly key: string
  readonly outline: Outline
  /** Whether its date is yet to come; such a post is here only when asked for. */
  readonly future: boolean
  /** Whether its time is over; such a post is here only when asked for. */
  readonly expired: boolean
}

/**
 * Gives the article that a post and its rendered body make. A post without a title took its first heading,
 * else its file's name. Reports what rendering found, `post-has-title`, and `math-renders` for formulas of title and subtitle.
 */
export function articleOf(
  { post, key, outline }: Omit<Article, 'future' | 'expired'>,
  now: Date,
): { readonly article: Article; readonly diagnostics: readonly Diagnostic[] } {
  const { title, subtitle, firstHeading } = outline
  const isUntitled = post.title === null && post.kind === 'post'
  return {
    article: { post, key, outline, future: isFuture(post, now), expired: isExpired(post, now) },
    diagnostics: [
      ...inFile(outline.diagnostics, post.file, post.bodyLine),
      ...(isUntitled ? [untitled(post, firstHeading)] : []),
      ...(post.title === null ? [] : faultsOf(title, 'title', post)),
      ...(subtitle ? faultsOf(subtitle, 'subtitle', post) : []),
    ],
  }
}

/** Gives the links of an article to other sites, with their places in its file. */
export function externalLinks({ post, outline }: Article): readonly ExternalLink[] {
  return outline.outward.map(({ url, place }) => ({
    url,
    file: post.file,
    place: place && {
      ...place,
      line: place.line + post.bodyLine,
      ...(place.endLine !== undefined && { endLine: place.endLine + post.bodyLine }),
    },
  }))
}

/** Gives what tells which rules the author of a file silences where in the file. */
export function silencesIn(articles: readonly Article[]): (file: string) => readonly Silence[] {
  const known = new Map(
    articles
      .filter(({ outline }) => outline.ignores.length > 0)
      .map(({ post, outline }) => [
        post.file,
        outline.ignores.map((each) => ({
          ...each,
          line: each.line + post.bodyLine,
          endLine: each.endLine + post.bodyLine,
        })),
      ]),
  )
  return (file) => known.get(file) ?? []
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
  { faults }: Line,
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
