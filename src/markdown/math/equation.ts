/**
 * One formula, read as LaTeX reads it: which rows get a number, what they are labelled, what it refers to.
 * Gives the TeX that KaTeX is asked for: KaTeX knows neither labels nor automatic numbers that stay the same
 * without a style sheet's counters, and lacks some commands that papers use.
 */
import type { Edit } from './edit.js'
import { afterSpace, groupEnd, type TexToken, texTokens } from './tex.js'

/** A `\label` or `{#eq:name}`, with its place in the formula in UTF-16 units. */
export interface Label {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** A `\ref` or `\eqref` in a formula. */
export interface Reference extends Label {
  readonly form: 'ref' | 'eqref'
}

/** A formula, read. */
export interface Equation {
  readonly tex: string
  readonly rows: readonly Row[]
  readonly references: readonly Reference[]
  /** What KaTeX is to be asked instead, numbers and references aside. */
  readonly edits: readonly Edit[]
  /** Whether it defines macros, and whether it does nothing else. */
  readonly defines: boolean
  readonly isSilent: boolean
}

/** A row that may be numbered. */
export interface Row {
  readonly labels: readonly Label[]
  /** Its `\tag`: the place of the tag's content; null if it has none. */
  readonly tag: { readonly start: number; readonly end: number } | null
  /** Whether LaTeX numbers it: in a numbered environment and without `\nonumber`. */
  readonly automatic: boolean
  /** Where its number is to be written. */
  readonly end: number
}

/** Environments with rows that LaTeX numbers, and what KaTeX calls them (amsmath 2.0, sections 3.2 to 3.6). */
const rowEnvironments: ReadonlyMap<string, string> = new Map([
  ['equation', 'equation*'],
  ['align', 'align*'],
  ['alignat', 'alignat*'],
  ['flalign', 'align*'],
  ['gather', 'gather*'],
  ['multline', 'gather*'],
  ['eqnarray', 'align*'],
])

/** Environments that only say that what they hold is displayed. */
const bareEnvironments: ReadonlySet<string> = new Set([
  'displaymath',
  'math',
  'subequations',
  'dmath',
  'dmath*',
])

/** Commands that KaTeX lacks and another command stands for. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['\\mbox', '\\text'],
  ['\\bm', '\\boldsymbol'],
  ['\\mathds', '\\mathbb'],
  ['\\mathbbm', '\\mathbb'],
  ['\\textsc', '\\text'],
  ['\\operatornamewithlimits', '\\operatorname*'],
])

const definers: ReadonlySet<string> = new Set([
  '\\newcommand',
  '\\renewcommand',
  '\\providecommand',
  '\\DeclareMathOperator',
  '\\def',
  '\\gdef',
  '\\edef',
  '\\xdef',
  '\\let',
])

/** Reads a formula; `display` says whether its rows can have numbers. Total: any text is read somehow. */
export function readEquation(tex: string, display: boolean): Equation {
  const tokens = texTokens(tex)
  const reader = { tokens, edits: [] as Edit[], references: [] as Reference[], rows: [] as Row[] }
  const state: State = { stack: [], row: emptyRow(false), depth: 0, defines: false, shows: false, columns: 0 }
  let at = 0
  while (at < tokens.length) at = step(reader, state, at)
  const hasEnvironment = reader.rows.length > 0
  if (display && !hasEnvironment) reader.rows.push({ ...closed(state.row), end: tex.length })
  return {
    tex,
    rows: display ? reader.rows : [],
    references: reader.references,
    edits: reader.edits,
    defines: state.defines,
    isSilent: state.defines && !state.shows,
  }
}

interface Reader {
  readonly tokens: readonly TexToken[]
  readonly edits: Edit[]
  readonly references: Reference[]
  readonly rows: Row[]
}

interface OpenRow {
  readonly labels: Label[]
  tag: Row['tag']
  automatic: boolean
  isEmpty: boolean
}

interface State {
  /** The environments that are open, outermost first, and the brace depth that each stands at. */
  readonly stack: { readonly name: string; readonly depth: number }[]
  row: OpenRow
  depth: number
  defines: boolean
  shows: boolean
  /** `&` signs of the row so far, for eqnarray. */
  columns: number
}

function emptyRow(automatic: boolean): OpenRow {
  return { labels: [], tag: null, automatic, isEmpty: true }
}

function closed({ labels, tag, automatic }: OpenRow): Omit<Row, 'end'> {
  return { labels, tag, automatic }
}

/** The environment whose rows are numbered, if the reader stands directly in one. */
function rowEnvironment({ stack, depth }: State): string | null {
  const [outer, inner] = stack
  return outer && !inner && outer.depth === depth && isRowEnvironment(outer.name) ? outer.name : null
}

function isRowEnvironment(name: string): boolean {
  return rowEnvironments.has(name.replace(/\*$/, ''))
}

function step(reader: Reader, state: State, at: number): number {
  const token = reader.tokens[at]
  if (!token) return at + 1
  if (token.kind === 'space' || token.kind === 'comment') return at + 1
  if (token.kind === 'command') return command(reader, state, at, token)
  state.shows = true
  state.row.isEmpty = false
  if (token.kind === 'open') state.depth += 1
  if (token.kind === 'close') state.depth -= 1
  if (token.kind === 'align' && rowEnvironment(state)?.startsWith('eqnarray')) {
    state.columns += 1
    if (state.columns === 2) reader.edits.push({ start: token.start, end: token.end, text: '{}' })
  }
  return at + 1
}

function command(reader: Reader, state: State, at: number, token: TexToken): number {
  if (definers.has(token.text)) return definition(reader, state, at, token)
  const next = silentCommand(reader, state, at, token)
  if (next !== null) return next
  state.shows = true
  if (token.text === '\\begin' || token.text === '\\end') return environment(reader, state, at, token)
  return rowCommand(reader, state, at, token) ?? shownCommand(reader, state, at, token)
}

/** Commands that show nothing: they are read here, and KaTeX does not see them. */
function silentCommand({ tokens, edits }: Reader, state: State, at: number, token: TexToken): number | null {
  if (token.text === '\\global' || token.text === '\\long') return at + 1
  if (token.text !== '\\label' && token.text !== '\\require') return null
  const name = groupText(tokens, at + 1)
  if (!name) return null
  const place = { start: token.start, end: name.end }
  if (token.text === '\\label') state.row.labels.push({ name: name.text, ...place })
  edits.push({ ...place, text: '' })
  return name.next
}

/** Commands that end a row or say how it is numbered. */
function rowCommand(reader: Reader, state: State, at: number, { text, start, end }: TexToken): number | null {
  if (text === '\\\\' || text === '\\cr') {
    if (rowEnvironment(state)) endRow(reader, state, start)
    return at + 1
  }
  if (text === '\\nonumber' || text === '\\notag') {
    state.row.automatic = false
    reader.edits.push({ start, end, text: '' })
    return at + 1
  }
  if (text !== '\\tag') return null
  const star = reader.tokens[at + 1]?.text === '*' ? 1 : 0
  const tag = groupText(reader.tokens, at + 1 + star)
  if (tag) state.row.tag = { start: tag.start, end: tag.end - 1 }
  return tag?.next ?? at + 1
}

function shownCommand(
  { tokens, edits, references }: Reader,
  state: State,
  at: number,
  token: TexToken,
): number {
  const { text, start, end } = token
  state.row.isEmpty = false
  if (text === '\\ref' || text === '\\eqref') {
    const target = groupText(tokens, at + 1)
    if (!target) return at + 1
    references.push({ name: target.text, form: text === '\\ref' ? 'ref' : 'eqref', start, end: target.end })
    return target.next
  }
  if (text === '\\bbox') {
    const next = optionalEnd(tokens, at + 1)
    edits.push({ start, end: tokens[next - 1]?.end ?? end, text: '' })
    return next
  }
  const alias = aliases.get(text)
  if (alias !== undefined) edits.push({ start, end, text: alias })
  return at + 1
}

function environment(reader: Reader, state: State, at: number, token: TexToken): number {
  const { tokens, edits } = reader
  const name = groupText(tokens, at + 1)
  if (!name) return at + 1
  const isOuter = state.stack.length === (token.text === '\\begin' ? 0 : 1)
  if (token.text === '\\begin') {
    if (bareEnvironments.has(name.text) && isOuter) {
      edits.push({ start: token.start, end: name.end, text: '' })
      return name.next
    }
    state.row.isEmpty = false
    state.stack.push({ name: name.text, depth: state.depth })
    if (isOuter && rowEnvironment(state)) {
      // A label between `\begin{…}` and the first row is the first row's.
      state.row = { ...emptyRow(!name.text.endsWith('*')), labels: state.row.labels }
      state.columns = 0
      rename(edits, name)
    }
    return name.next
  }
  if (bareEnvironments.has(name.text) && state.stack.length === 0) {
    edits.push({ start: token.start, end: name.end, text: '' })
    return name.next
  }
  if (rowEnvironment(state) && state.stack[0]?.name === name.text) {
    if (!state.row.isEmpty || reader.rows.length === 0) endRow(reader, state, token.start)
    rename(edits, name)
    if (name.text === 'multline') numberLastRowOnly(reader.rows)
  }
  state.stack.pop()
  return name.next
}

function rename(
  edits: Edit[],
  name: { readonly text: string; readonly start: number; readonly end: number },
): void {
  const known = rowEnvironments.get(name.text.replace(/\*$/, ''))
  if (known !== undefined && known !== name.text)
    edits.push({ start: name.start, end: name.end - 1, text: known })
}

function endRow(reader: Reader, state: State, end: number): void {
  const environment = state.stack[0]?.name ?? ''
  reader.rows.push({ ...closed(state.row), end })
  state.row = emptyRow(!environment.endsWith('*'))
  state.columns = 0
}

/** A multline has one number, on its last line; labels of any line are that number's. */
function numberLastRowOnly(rows: Row[]): void {
  const labels = rows.flatMap((row) => row.labels)
  const tag = rows.map((row) => row.tag).find((found) => found !== null) ?? null
  const automatic = rows.every((row) => row.automatic)
  for (const [index, row] of rows.entries()) {
    rows[index] =
      index === rows.length - 1
        ? { ...row, labels, tag, automatic }
        : { ...row, labels: [], tag: null, automatic: false }
  }
}

/**
 * A definition is left to KaTeX, in a form it knows: `\newcommand` may define a name again, as in MathJax, and
 * `\DeclareMathOperator` is `\operatorname`.
 */
function definition({ tokens, edits }: Reader, state: State, at: number, token: TexToken): number {
  state.defines = true
  const star = tokens[at + 1]?.text === '*'
  const { name, next } = definedName(tokens, at + 1 + (star ? 1 : 0))
  if (token.text === '\\let') return letEnd(tokens, next)
  if (token.text.endsWith('def')) return texDefinitionEnd(tokens, next)
  const { count, end } = parameterCount(tokens, next)
  const body = groupEnd(tokens, end)
  const bodyEnd = body?.end ?? end + 1
  if (!name?.startsWith('\\') || count === null || !body) return bodyEnd
  const head = { start: token.start, end: tokens[body.first]?.start ?? token.end }
  if (token.text === '\\DeclareMathOperator') {
    const close = tokens[bodyEnd - 1]?.end ?? head.end
    edits.push({ ...head, text: `\\def${name}{\\operatorname${star ? '*' : ''}` })
    edits.push({ start: close, end: close, text: '}' })
  } else if (token.text !== '\\providecommand') {
    const parameters = Array.from({ length: count }, (_, index) => `#${index + 1}`).join('')
    edits.push({ ...head, text: `\\def${name}${parameters}` })
  }
  return bodyEnd
}

/** Reads `\name` or `{\name}`. */
function definedName(tokens: readonly TexToken[], from: number): { name: string | undefined; next: number } {
  const first = afterSpace(tokens, from)
  const group = groupEnd(tokens, first)
  return group
    ? { name: tokens[afterSpace(tokens, group.first + 1)]?.text, next: group.end }
    : { name: tokens[first]?.text, next: first + 1 }
}

/** The index after what `\let\name` is set to. */
function letEnd(tokens: readonly TexToken[], from: number): number {
  const first = afterSpace(tokens, from)
  return (tokens[first]?.text === '=' ? afterSpace(tokens, first + 1) : first) + 1
}

/** The index after the parameters and the body of `\def\name#1{…}`. */
function texDefinitionEnd(tokens: readonly TexToken[], from: number): number {
  let at = from
  while (tokens[at] && tokens[at]?.kind !== 'open') at += 1
  return groupEnd(tokens, at)?.end ?? tokens.length
}

/** Reads `[2]`; null where a default value follows, which KaTeX cannot define. */
function parameterCount(tokens: readonly TexToken[], from: number): { count: number | null; end: number } {
  const first = afterSpace(tokens, from)
  if (tokens[first]?.text !== '[') return { count: 0, end: first }
  const end = afterSpace(tokens, optionalEnd(tokens, first))
  const count = Number(tokens[first + 1]?.text)
  const hasDefault = tokens[end]?.text === '['
  return {
    count: hasDefault || !Number.isInteger(count) ? null : count,
    end: hasDefault ? optionalEnd(tokens, end) : end,
  }
}

/** The index after an optional argument `[…]`, or `from` if there is none. */
function optionalEnd(tokens: readonly TexToken[], from: number): number {
  const first = afterSpace(tokens, from)
  if (tokens[first]?.text !== '[') return from
  let at = first
  while (tokens[at] && tokens[at]?.text !== ']') at += 1
  return tokens[at] ? at + 1 : from
}

function groupText(
  tokens: readonly TexToken[],
  from: number,
): { text: string; start: number; end: number; next: number } | null {
  const group = groupEnd(tokens, from)
  if (!group) return null
  const inner = tokens.slice(group.first + 1, group.end - 1)
  return {
    text: inner
      .map(({ text }) => text)
      .join('')
      .trim(),
    start: tokens[group.first]?.end ?? 0,
    end: tokens[group.end - 1]?.end ?? 0,
    next: group.end,
  }
}
