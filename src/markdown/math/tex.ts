/** TeX as tokens: what plain text, numbering and macros read a formula with. KaTeX alone decides what is valid. */

/**
 * A token, with its place in the formula in UTF-16 units. A `command` is a control sequence with its
 * backslash (`\alpha`, `\\`, `\{`); a `comment` runs from `%` to the end of its line; a `character` is one
 * code point.
 */
export interface TexToken {
  readonly kind:
    | 'command'
    | 'open'
    | 'close'
    | 'script'
    | 'align'
    | 'dollar'
    | 'space'
    | 'comment'
    | 'character'
  readonly text: string
  readonly start: number
  readonly end: number
}

const token =
  /(?<command>\\(?:[a-zA-Z@]+|[^a-zA-Z@]|$))|(?<open>\{)|(?<close>\})|(?<script>[_^])|(?<align>&)|(?<dollar>\$)|(?<space>\s+)|(?<comment>%[^\n]*(?:\n|$))|(?<character>[\s\S])/gu

/**
 * Gives the tokens of a formula; together they are its whole text. `\verb|…|` is one command, since nothing
 * in it is TeX.
 */
export function texTokens(tex: string): readonly TexToken[] {
  const tokens: TexToken[] = []
  const matcher = new RegExp(token)
  for (let match = matcher.exec(tex); match !== null; match = matcher.exec(tex)) {
    const [text] = match
    const kind = Object.keys(match.groups ?? {}).find((name) => match?.groups?.[name] !== undefined)
    const verbatim = text === '\\verb' ? /^\\verb\*?([^\s*])[^\n]*?\1/.exec(tex.slice(match.index)) : null
    const whole = verbatim?.[0] ?? text
    matcher.lastIndex = match.index + whole.length
    tokens.push({ kind: kind as TexToken['kind'], text: whole, start: match.index, end: matcher.lastIndex })
  }
  return tokens
}

/** Gives the index after a group that opens at `from`, spaces before it passed over; null if no group is there. */
export function groupEnd(
  tokens: readonly TexToken[],
  from: number,
): { readonly first: number; readonly end: number } | null {
  const first = afterSpace(tokens, from)
  if (tokens[first]?.kind !== 'open') return null
  let depth = 0
  for (let at = first; at < tokens.length; at++) {
    if (tokens[at]?.kind === 'open') depth += 1
    if (tokens[at]?.kind === 'close') depth -= 1
    if (depth === 0) return { first, end: at + 1 }
  }
  return null
}

/** Gives the index of the first token from `from` on that is neither space nor comment. */
export function afterSpace(tokens: readonly TexToken[], from: number): number {
  let at = from
  while (tokens[at]?.kind === 'space' || tokens[at]?.kind === 'comment') at += 1
  return at
}
