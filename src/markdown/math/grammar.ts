/**
 * Which dollars are math: the rules, on plain text. A text is what inline syntax is read from: a paragraph, a
 * heading, a table cell, without the prefixes of its block quotes and lists; or a text node of HTML.
 *
 * One pass to the right finds what matters (dollars, braces, environments) and skips what is opaque (code
 * spans, tags, link destinations); one pass to the left finds for each opener where it would close. So the
 * work is linear in the text's length, whatever is or is not closed.
 */

/** What `math:` says in site.yaml and in front matter about the syntax. */
export interface MathSyntaxOptions {
  /** `$$…$$` within a sentence: display as in LaTeX, or inline as in kramdown. Default: `display`. */
  readonly doubleDollar: 'display' | 'kramdown'
  /** Whether `$ x $` is a formula. Default: no. */
  readonly padded: boolean
  /** Whether `\(…\)` and `\[…\]` are formulas, also with two backslashes. Default: no. */
  readonly brackets: boolean
}

export const mathSyntaxDefaults: MathSyntaxOptions = {
  doubleDollar: 'display',
  padded: false,
  brackets: false,
}

/** What a formula was written with: its opening delimiter, a bare environment, or GitHub's two forms. */
export type Delimiter = '$' | '$$' | '\\(' | '\\[' | 'environment' | '`' | 'fence'

/** A formula in a text; offsets are into that text. */
export interface Formula {
  readonly start: number
  /** After its closing delimiter and its label. */
  readonly end: number
  /** Its TeX, without the white space around it. */
  readonly valueStart: number
  readonly valueEnd: number
  readonly display: boolean
  readonly delimiter: Delimiter
  /** The name in `{#eq:name}` at the end of a display's line. */
  readonly label: string | null
}

/** All that could be a formula in a text, by where it would start: candidates may overlap, the first one read wins. */
export interface Candidates {
  readonly formulas: ReadonlyMap<number, Formula>
  /** Those that open with the second of two dollars, and only right after another formula: `$x$$y$`. */
  readonly adjacent: ReadonlyMap<number, Formula>
  /** Dollars with white space inside, around what looks like a formula: where they start → where they end. */
  readonly padded: ReadonlyMap<number, number>
}

const environmentNames = 'equation|align|gather|alignat|multline|eqnarray|flalign|CD|displaymath|math'

/** The start of a bare environment that is math. */
export const environmentStart = new RegExp(`\\\\begin\\{(?:${environmentNames})\\*?\\}`, 'y')

const environmentEnds = new RegExp(`\\\\(begin|end)\\{((?:${environmentNames})\\*?)\\}`, 'g')

const label = /[ \t]*\{#(eq:[^\s{}]+)\}(?=[ \t]*(?:[\r\n]|$))/y

/**
 * Gives a formula from its opening delimiter to its closing one, or nothing if there is nothing in between.
 * A display at the end of its line takes the label after it.
 */
export function formulaBetween(
  text: string,
  { start, end, delimiter, size }: { start: number; end: number; delimiter: Delimiter; size: number },
): Formula | undefined {
  const [valueStart, valueEnd] = trimmed(text, start + size, end - size)
  if (valueStart >= valueEnd) return undefined
  const display =
    delimiter === '$$' ||
    delimiter === '\\[' ||
    (delimiter === 'environment' && !text.startsWith('\\begin{math', start))
  label.lastIndex = end
  const found = display ? label.exec(text) : null
  return {
    start,
    end: found ? label.lastIndex : end,
    valueStart,
    valueEnd,
    display,
    delimiter,
    label: found?.[1] ?? null,
  }
}

/** White space around TeX means nothing, but for the space of `\ ` at its end. */
function trimmed(text: string, from: number, to: number): readonly [number, number] {
  const value = text.slice(from, to)
  const start = from + value.length - value.trimStart().length
  const end = from + value.trimEnd().length
  return [start, end < to && isEscaped(text, end, start) ? end + 1 : end]
}

/** Whether an odd number of backslashes stands before `at`. */
function isEscaped(text: string, at: number, from: number): boolean {
  let first = at
  while (first > from && text[first - 1] === '\\') first -= 1
  return (at - first) % 2 === 1
}

type Kind = 'dollars' | '{' | '}' | 'bracket' | 'blank'

/** Something in a text that the rules look at. */
interface Mark {
  readonly kind: Kind
  readonly at: number
  readonly size: number
  /** The bracket. */
  readonly name: string
}

/**
 * Gives all that could be a formula in a text. `codeSpans` says whether backticks mean code, as in Markdown;
 * they do not in HTML.
 */
export function candidatesIn(
  text: string,
  options: MathSyntaxOptions,
  { codeSpans = true } = {},
): Candidates {
  const formulas = new Map<number, Formula>()
  const adjacent = new Map<number, Formula>()
  const padded = new Map<number, number>()
  const add = (formula: Formula | undefined) => {
    if (formula) formulas.set(formula.start, formula)
  }
  const { marks, github } = marksIn(text, options, codeSpans)
  for (const formula of github) add(formula)
  for (const [start, end] of environmentPairs(text))
    add(formulaBetween(text, { start, end, delimiter: 'environment', size: 0 }))

  const closers = closersOf(marks)
  const at = (index: number | undefined) => marks[index ?? -1]
  /** One dollar, or the second of two, as an opener. */
  const single = (index: number, start: number): Formula | undefined => {
    const top = at(closers.top[index + 1])
    const any = at(closers.any[index + 1])
    const formula = singleDollars(text, start, top, adjacent)
    return formula || any === top ? formula : singleDollars(text, start, any, adjacent)
  }
  const oneDollar = (index: number, mark: Mark): void => {
    const formula = single(index, mark.at)
    const close = at(closers.top[index + 1])
    add(formula)
    if (formula || close?.size !== 1 || !isPaddedFormula(text, mark.at, close.at)) return
    const isLoose = isSpace(text, mark.at + 1) && isSpace(text, close.at - 1)
    if (options.padded && isLoose) add(between(text, mark, close, '$'))
    else padded.set(mark.at, close.at + 1)
  }
  const twoDollars = (index: number, mark: Mark): void => {
    const formula = single(index, mark.at + 1)
    if (formula) adjacent.set(formula.start, formula)
    add(between(text, mark, at(closers.double[index]), '$$'))
  }
  // From the right: whether two dollars close one formula and open the next depends on what follows.
  for (let index = marks.length - 1; index >= 0; index -= 1) {
    const mark = at(index)
    if (mark?.kind === 'bracket') add(bracketed(text, mark, at(closers.bracket[index])))
    else if (mark?.kind === 'dollars' && mark.size === 1) oneDollar(index, mark)
    else if (mark?.kind === 'dollars' && mark.size === 2) twoDollars(index, mark)
  }
  return { formulas, adjacent, padded }
}

function between(
  text: string,
  open: Mark,
  close: Mark | undefined,
  delimiter: Delimiter,
): Formula | undefined {
  const { at: start, size } = open
  return close && formulaBetween(text, { start, end: close.at + size, delimiter, size })
}

/** `$…$` by Pandoc's rule: tight at both ends, and no digit after it if it starts with one. */
function singleDollars(
  text: string,
  start: number,
  close: Mark | undefined,
  adjacent: ReadonlyMap<number, Formula>,
): Formula | undefined {
  if (close?.kind !== 'dollars' || close.at === start + 1) return undefined
  const tight =
    !isSpace(text, start + 1) && (!isSpace(text, close.at - 1) || isEscaped(text, close.at - 1, start + 1))
  const price = isDigit(text, start + 1) && isDigit(text, close.at + 1)
  // Two dollars close one formula and open the next.
  const closes = close.size === 1 || (close.size === 2 && adjacent.has(close.at + 1))
  if (!tight || price || !closes || text[start + 1] === '`') return undefined
  return formulaBetween(text, { start, end: close.at + 1, delimiter: '$', size: 1 })
}

function bracketed(text: string, open: Mark, close: Mark | undefined): Formula | undefined {
  return between(text, open, close, open.name.endsWith('(') ? '\\(' : '\\[')
}

/** Four words in a row: what prose has, and TeX outside `\text` has not. */
export const prose =
  /(?:(?<![\p{L}\\{])\p{L}{2,}[,;]?\s){4}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]{4}/u

/** Whether white space inside two dollars is all that keeps them from being a formula, and it is not two prices. */
function isPaddedFormula(text: string, start: number, close: number): boolean {
  const loose = [isSpace(text, start + 1), isSpace(text, close - 1)].filter(Boolean).length
  // Long text between dollars is no formula that lacks care, and looking at all of it would cost.
  if (loose === 0 || close - start > 1000) return false
  const value = text.slice(start + 1, close).trim()
  if (value === '' || prose.test(value)) return false
  const isPrice =
    /^\d/.test(value) &&
    (/^[\d.,]+[kKmMbB]?(?:\s|$)/.test(value) || /^\s*\d/.test(text.slice(close + 1, close + 9)))
  if (isPrice && !/[\\^_=]/.test(value)) return false
  return loose === 2 ? /[\\^_=<>+*/|]/.test(value) || !/\s/.test(value) : /\\[A-Za-z]|[\^_]/.test(value)
}

/** Where each mark would close, as indices of marks; -1 for nowhere. */
function closersOf(marks: readonly Mark[]) {
  const count = marks.length
  const group = groupsOf(marks)
  // The first dollars from here that no brace group holds; the first of any kind; the next two dollars.
  const top = new Int32Array(count + 1).fill(-1)
  const any = new Int32Array(count + 1).fill(-1)
  const double = new Int32Array(count).fill(-1)
  const bracket = new Int32Array(count).fill(-1)
  let nextDouble = -1
  const nextBracket = new Map<string, number>()
  for (let index = count - 1; index >= 0; index -= 1) {
    const { kind, size, name } = marks[index] as Mark
    const after = index + 1
    top[index] = (kind === '{' ? top[(group.get(index) ?? index) + 1] : top[after]) ?? -1
    any[index] = any[after] ?? -1
    if (kind === 'dollars') {
      top[index] = index
      any[index] = index
      if (size === 2) {
        double[index] = nextDouble
        nextDouble = index
      }
    } else if (kind === 'bracket') {
      // An opening bracket before the closing one takes it.
      const pair = closingBracket[name]
      if (pair === undefined) nextBracket.set(name, index)
      else {
        bracket[index] = nextBracket.get(pair) ?? -1
        nextBracket.delete(pair)
      }
    } else if (kind === 'blank') {
      top[index] = -1
      any[index] = -1
      nextDouble = -1
      nextBracket.clear()
    }
  }
  return { top, any, double, bracket }
}

const closingBracket: Readonly<Record<string, string>> = {
  '\\(': '\\)',
  '\\[': '\\]',
  '\\\\(': '\\\\)',
  '\\\\[': '\\\\]',
}

/** Where each brace group ends: index of `{` → index of `}`. No group spans a blank line. */
function groupsOf(marks: readonly Mark[]): ReadonlyMap<number, number> {
  const groups = new Map<number, number>()
  const open: number[] = []
  marks.forEach(({ kind }, index) => {
    if (kind === '{') open.push(index)
    else if (kind === 'blank') open.length = 0
    else if (kind === '}') {
      const start = open.pop()
      if (start !== undefined) groups.set(start, index)
    }
  })
  return groups
}

/** Pairs `\begin{name}` with its own `\end{name}`, those of the same name nested: where the pairs start → where they end. */
export function environmentPairs(text: string): ReadonlyMap<number, number> {
  const open = new Map<string, number[]>()
  const pairs = new Map<number, number>()
  for (const { 0: found, 1: side, 2: name = '', index } of text.matchAll(environmentEnds)) {
    const starts = open.get(name) ?? []
    open.set(name, starts)
    if (side === 'begin') starts.push(index)
    else {
      const start = starts.pop()
      if (start !== undefined) pairs.set(start, index + found.length)
    }
  }
  return pairs
}

const blankLine = String.raw`(?:\r\n|\n|\r(?!\n))[ \t]*(?=[\r\n])`
const pattern = (brackets: string) =>
  new RegExp(
    `\\\\(?:begin|end)\\{(?:${environmentNames})\\*?\\}|${brackets}\\\\[^\\r\\n]|\`+|\\$+|[{}<]|\\]\\(|${blankLine}`,
    'g',
  )
const marksWithoutBrackets = pattern('')
const marksWithBrackets = pattern(String.raw`\\{1,2}[()[\]]|`)

/** What of HTML and links can hold a dollar that is no math: an attribute, an autolink, a destination. */
const opaqueTag = /<[A-Za-z][\w-]*\s(?=[^<>]*=\s*["'])[^<>]*>|<[A-Za-z][A-Za-z0-9+.-]+:[^\s<>]*>/y
const opaqueDestination = /\]\([^\s()<>]*\)/y

/** Gives the marks of a text in order, and the formulas in GitHub's form, which hide what is in them. */
function marksIn(text: string, { brackets }: MathSyntaxOptions, codeSpans: boolean) {
  const marks: Mark[] = []
  const github: (Formula | undefined)[] = []
  const codeEnd = codeSpans ? codeSpansOf(text) : () => undefined
  const all = new RegExp(brackets ? marksWithBrackets : marksWithoutBrackets)
  for (let match = all.exec(text); match; match = all.exec(text)) {
    const [found] = match
    const at = match.index
    const size = found.length
    switch (found[0]) {
      case '$': {
        const end = codeSpans && size === 1 ? githubEnd(text, at) : undefined
        if (end === undefined) marks.push({ kind: 'dollars', at, size, name: '' })
        else {
          github.push(formulaBetween(text, { start: at, end, delimiter: '`', size: 2 }))
          all.lastIndex = end
        }
        break
      }
      case '`':
        all.lastIndex = codeEnd(at, size) ?? all.lastIndex
        break
      case '{':
      case '}':
        marks.push({ kind: found[0], at, size, name: '' })
        break
      case '<':
        all.lastIndex = opaqueEnd(opaqueTag, text, at) ?? all.lastIndex
        break
      case ']':
        all.lastIndex = opaqueEnd(opaqueDestination, text, at) ?? all.lastIndex
        break
      case '\\':
        if (brackets && /[()[\]]$/.test(found)) marks.push({ kind: 'bracket', at, size, name: found })
        break
      default:
        marks.push({ kind: 'blank', at, size, name: '' })
    }
  }
  return { marks, github }
}

/** Where GitHub's `` $`…`$ `` that opens at a dollar ends. */
function githubEnd(text: string, at: number): number | undefined {
  if (text[at + 1] !== '`') return undefined
  const close = text.indexOf('`', at + 2)
  return close > at + 2 && text[close + 1] === '$' && text[close + 2] !== '$' ? close + 2 : undefined
}

function opaqueEnd(opaque: RegExp, text: string, at: number): number | undefined {
  opaque.lastIndex = at
  const [found] = opaque.exec(text) ?? []
  return found?.includes('$') ? at + found.length : undefined
}

/** Gives a function that says where the code span ends that backticks open. It is asked from left to right. */
function codeSpansOf(text: string): (at: number, size: number) => number | undefined {
  let runs: Map<number, number[]> | undefined
  return (at, size) => {
    runs ??= runsOf(text)
    const starts = runs.get(size) ?? []
    while (starts.length > 0 && (starts.at(-1) ?? 0) < at + size) starts.pop()
    const close = starts.at(-1)
    if (close === undefined) return undefined
    // ``quoted'' in TeX is no code.
    return size === 2 && text.slice(at, close).includes("''") ? undefined : close + size
  }
}

/** Where the runs of backticks of each size are, the first ones last. */
function runsOf(text: string): Map<number, number[]> {
  const runs = new Map<number, number[]>()
  for (const { 0: found, index } of text.matchAll(/`+/g)) {
    const starts = runs.get(found.length)
    if (starts) starts.push(index)
    else runs.set(found.length, [index])
  }
  for (const starts of runs.values()) starts.reverse()
  return runs
}

function isSpace(text: string, at: number): boolean {
  return /\s/.test(text[at] ?? ' ')
}

function isDigit(text: string, at: number): boolean {
  return /\d/.test(text[at] ?? '')
}
