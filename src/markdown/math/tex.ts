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

/**
 * Gives the tokens of a formula; together they are its whole text. `\verb|…|` is one command, since nothing
 * in it is TeX. Takes time linear in the formula, however its braces stand.
 */
export function texTokens(tex: string): readonly TexToken[] {
  const tokens: TexToken[] = []
  const open: number[] = []
  for (let start = 0; start < tex.length; ) {
    const kind = kindOf(tex.charCodeAt(start))
    const end = endOf(kind, tex, start)
    if (kind === 'open') open.push(tokens.length)
    if (kind === 'close') closeGroup(tokens, open.pop())
    tokens.push({ kind, text: tex.slice(start, end), start, end })
    start = end
  }
  return tokens
}

/** Gives the kind of the token that a UTF-16 unit begins. */
function kindOf(code: number): TexToken['kind'] {
  switch (code) {
    case 0x5c:
      return 'command'
    case 0x7b:
      return 'open'
    case 0x7d:
      return 'close'
    case 0x5e:
    case 0x5f:
      return 'script'
    case 0x26:
      return 'align'
    case 0x24:
      return 'dollar'
    case 0x25:
      return 'comment'
    default:
      return isSpace(code) ? 'space' : 'character'
  }
}

/** Gives where the token ends that begins at `start`. */
function endOf(kind: TexToken['kind'], tex: string, start: number): number {
  if (kind === 'command') return commandEnd(tex, start)
  if (kind === 'character') return characterEnd(tex, start)
  if (kind === 'comment') {
    const line = tex.indexOf('\n', start)
    return line < 0 ? tex.length : line + 1
  }
  let end = start + 1
  if (kind === 'space') while (isSpace(tex.charCodeAt(end))) end += 1
  return end
}

function commandEnd(tex: string, start: number): number {
  let end = start + 1
  while (isNameCode(tex.charCodeAt(end))) end += 1
  if (end === start + 1) return characterEnd(tex, end)
  return end === start + 5 && tex.startsWith('\\verb', start) ? verbatimEnd(tex, end) : end
}

/** Behind the code point at `start`; at the end of the text, there. */
function characterEnd(tex: string, start: number): number {
  return Math.min(tex.length, start + ((tex.codePointAt(start) ?? 0) > 0xffff ? 2 : 1))
}

/** Whether a UTF-16 unit is white space, as regular expressions have it. */
function isSpace(code: number): boolean {
  return (
    code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0xa0 && /\s/.test(String.fromCharCode(code)))
  )
}

/** Whether a UTF-16 unit is of the name of a command. */
function isNameCode(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x40 && code <= 0x5a)
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
