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
  /** Of an `open` that is closed: how many tokens its group has, both braces counted. */
  readonly size?: number
}

const token =
  /(?<command>\\(?:[a-zA-Z@]+|[^a-zA-Z@]|$))|(?<open>\{)|(?<close>\})|(?<script>[_^])|(?<align>&)|(?<dollar>\$)|(?<space>\s+)|(?<comment>%[^\n]*(?:\n|$))|(?<character>[\s\S])/gu

/**
 * Gives the tokens of a formula; together they are its whole text. `\verb|…|` is one command, since nothing
 * in it is TeX. Takes time linear in the formula, however its braces stand.
 */
export function texTokens(tex: string): readonly TexToken[] {
  const tokens: TexToken[] = []
  const open: number[] = []
  const matcher = new RegExp(token)
  for (let match = matcher.exec(tex); match !== null; match = matcher.exec(tex)) {
    const start = match.index
    const end = match[0] === '\\verb' ? verbatimEnd(tex, matcher.lastIndex) : matcher.lastIndex
    const kind = Object.keys(match.groups ?? {}).find((name) => match?.groups?.[name] !== undefined)
    matcher.lastIndex = end
    if (kind === 'open') open.push(tokens.length)
    if (kind === 'close') closeGroup(tokens, open.pop())
    tokens.push({ kind: kind as TexToken['kind'], text: tex.slice(start, end), start, end })
  }
  return tokens
}

/** Notes the size of the group that opens at `first`; its closing brace is the next token to come. */
function closeGroup(tokens: TexToken[], first: number | undefined): void {
  const opening = first === undefined ? undefined : tokens[first]
  if (opening && first !== undefined) tokens[first] = { ...opening, size: tokens.length + 1 - first }
}

/**
 * Gives where `\verb`, whose name ends at `from`, ends: behind the second of two equal delimiters on one line,
 * which are any character for `\verb*`, and else none of letters and asterisk, as KaTeX has it.
 */
function verbatimEnd(tex: string, from: number): number {
  const start = tex[from] === '*' ? from + 1 : from
  const delimiter = String.fromCodePoint(tex.codePointAt(start) ?? 0x20)
  if (start >= tex.length || (start === from && /[a-zA-Z]/.test(delimiter))) return from
  const content = start + delimiter.length
  const close = tex.indexOf(delimiter, content)
  return close < 0 || tex.slice(start, close).includes('\n') ? from : close + delimiter.length
}

/**
 * Gives the group that opens at `from`, spaces before it passed over, as the index of its opening brace and the
 * one after its closing brace; null if no group is there or it is not closed.
 */
export function groupEnd(
  tokens: readonly TexToken[],
  from: number,
): { readonly first: number; readonly end: number } | null {
  const first = afterSpace(tokens, from)
  const size = tokens[first]?.size
  return size === undefined ? null : { first, end: first + size }
}

/** Gives the index of the first token from `from` on that is neither space nor comment. */
export function afterSpace(tokens: readonly TexToken[], from: number): number {
  let at = from
  while (tokens[at]?.kind === 'space' || tokens[at]?.kind === 'comment') at += 1
  return at
}
