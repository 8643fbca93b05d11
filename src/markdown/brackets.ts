/**
 * What is between brackets and is no link: the part of a micromark construct at `]` that finds what it closes. Links
 * come first, as everywhere in Markdown: a bracket is looked at when micromark's own construct has left it.
 */
import { resolveAll } from 'micromark-util-resolve-all'
import type { Event, Token, TokenizeContext, TokenType } from 'micromark-util-types'

declare module 'micromark-util-types' {
  interface Token {
    /** What a closing bracket closes. */
    _opening?: Token
  }
}

/** Gives the opening bracket that the `]` just passed over by micromark's own construct closes, if any. */
export function justBalanced({ _labelStarts: starts }: TokenizeContext): Token | undefined {
  const last = starts?.at(-1)
  return last?._balanced ? last : undefined
}

/** Whether a bracket that was opened after an offset is still open. */
export function isOpenSince({ _labelStarts: starts }: TokenizeContext, offset: number): boolean {
  const open = starts?.findLast((start) => !start._balanced)
  return open !== undefined && open.start.offset > offset
}

/**
 * Makes one token of some type of all from what a closing token closes up to it; emphasis within is told from that
 * without. For `resolveTo` of the construct of the closing token: the events are changed, as micromark relies on.
 */
export function group(events: Event[], type: TokenType, context: TokenizeContext): Token | undefined {
  const close = events.at(-1)?.[1]
  const opening = close?._opening
  const first = events.findLastIndex(([kind, token]) => kind === 'enter' && token === opening)
  const last = events.findLastIndex(([kind, token]) => kind === 'exit' && token === opening)
  if (!close || !opening || first < 0) return undefined
  const token: Token = { type, start: { ...opening.start }, end: { ...close.end } }
  const within = resolveAll(
    context.parser.constructs.insideSpan.null ?? [],
    events.slice(last + 1, -2),
    context,
  )
  events.length = first
  events.push(['enter', token, context])
  for (const event of within) events.push(event)
  // On a line of its own it is all that there is, and micromark never comes to the end of a line with less.
  events.push(['enter', close, context], ['exit', close, context])
  events.push(['exit', token, context])
  return token
}
