/**
 * One formula, read as LaTeX reads it: which rows get a number, what they are labelled, what it refers to.
 * Gives the TeX that KaTeX is asked for: KaTeX knows neither labels nor automatic numbers that stay the same
 * without a style sheet's counters, and lacks some commands that papers use.
 */
import type { Edit } from './edit.js'
import { afterSpace, groupEnd, type TexToken, texTokens } from './tex.js'

/** A `\label` or `{#eq:name}`, with its place in the formula in UTF-16 units. */
export interface Label {
  /** Its name, as {@link labelName} gives it. */
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
  /** The labels of a `subequations`, whose rows are numbered 1a, 1b; null where there is none. */
  readonly subequations: readonly Label[] | null
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
  /** Its `\tag`: the place of the tag's content, and whether a star keeps its parentheses away; null if none. */
  readonly tag: { readonly start: number; readonly end: number; readonly isStarred: boolean } | null
  /**
   * `always`: a row of a numbered environment; `plain`: a display without one, numbered if it is labelled or
   * the site asks for it; `never`: a row of a starred environment or with `\nonumber`, or an inline formula.
   */
  readonly numbering: 'always' | 'plain' | 'never'
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

/** Environments that amsmath lets stand at the top, the middle or the bottom of their line: `[t]`. */
const placedEnvironments: ReadonlySet<string> = new Set(['aligned', 'alignedat', 'gathered', 'split'])

/**
 * Macros for commands that papers use, KaTeX lacks, and another command stands for; and for those that KaTeX
 * prints to the console for, which is the command line's own: the second of their argument and nothing.
 */
export const standardMacros: Readonly<Record<string, string>> = {
  '\\mbox': '\\text',
  '\\mathds': '\\mathbb',
  '\\mathbbm': '\\mathbb',
  '\\textsc': '\\text',
  '\\message': '\\@secondoftwo{#1}{}',
  '\\errmessage': '\\@secondoftwo{#1}{}',
  '\\show': '\\@secondoftwo{#1}{}',
}

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

/**
 * Gives the name of a label as all that meets it spells it: white space, which no id may hold, is a hyphen.
 */
export function labelName(written: string): string {
  return written.trim().replace(/\s+/g, '-')
}

/** Commands that are read here; any others are KaTeX's alone. */
const readCommands =
  /\\(?:begin|end|tag|notag|nonumber|label|ref|eqref|require|bbox|[gex]?def|let|(?:new|renew|provide)command|DeclareMathOperator)(?![a-zA-Z@])/

/** Reads a formula; `display` says whether its rows can have numbers. Total: any text is read somehow. */
export function readEquation(tex: string, display: boolean): Equation {
  // Most formulas have nothing of the kind.
  if (!readCommands.test(tex)) return plainEquation(tex, display)
  const tokens = texTokens(tex)
  const lastBracket = tokens.findLastIndex(({ text }) => text === ']')
  const reader: Reader = { tokens, lastBracket, edits: [], references: [], rows: [] }
  const state: State = {
    stack: [],
    row: emptyRow('plain'),
    firstRow: 0,
    subequations: null,
    depth: 0,
    defines: false,
    shows: false,
    columns: 0,
  }
  let at = 0
  while (at < tokens.length) at = step(reader, state, at)
  if (reader.rows.length === 0) reader.rows.push({ ...closed(state.row), end: tex.length })
  else labelLastRow(reader.rows, state.row.labels)
  return {
    tex,
    rows: display ? reader.rows : reader.rows.map((row) => ({ ...row, tag: null, numbering: 'never' })),
    subequations: state.subequations,
    references: reader.references,
    edits: reader.edits,
    defines: state.defines,
    isSilent: state.defines && !state.shows,
  }
}

function plainEquation(tex: string, display: boolean): Equation {
  const numbering = display ? 'plain' : 'never'
  return {
    tex,
    rows: [{ labels: [], tag: null, numbering, end: tex.length }],
    subequations: null,
    references: [],
    edits: [],
    defines: false,
    isSilent: false,
  }
}

interface Reader {
  readonly tokens: readonly TexToken[]
  /** The index of the last `]`, so that a search for one need not be made in vain again and again. */
  readonly lastBracket: number
  readonly edits: Edit[]
  readonly references: Reference[]
  readonly rows: Row[]
}

interface OpenRow {
  readonly labels: Label[]
  tag: Row['tag']
  numbering: Row['numbering']
  isEmpty: boolean
}

interface State {
  /** The environments that are open, outermost first, and the brace depth that each stands at. */
  readonly stack: { readonly name: string; readonly depth: number }[]
  row: OpenRow
  /** The index of the first row of the environment that is open. */
  firstRow: number
  subequations: Label[] | null
  depth: number
  defines: boolean
  shows: boolean
  /** `&` signs of the row so far, for eqnarray. */
  columns: number
}

function emptyRow(numbering: Row['numbering']): OpenRow {
  return { labels: [], tag: null, numbering, isEmpty: true }
}

/** A row of an environment, starred or not. */
function rowOf(environment: string): OpenRow {
  return emptyRow(environment.endsWith('*') ? 'never' : 'always')
}

function closed({ labels, tag, numbering }: OpenRow): Omit<Row, 'end'> {
  return { labels, tag, numbering }
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
  if (token.text === '\\begin' || token.text === '\\end') return environment(reader, state, at, token)
  state.shows = true
  return rowCommand(reader, state, at, token) ?? shownCommand(reader, state, at, token)
}

/** Commands that show nothing: they are read here, and KaTeX does not see them. */
function silentCommand({ tokens, edits }: Reader, state: State, at: number, token: TexToken): number | null {
  if (token.text === '\\global' || token.text === '\\long') return at + 1
  if (token.text !== '\\label' && token.text !== '\\require') return null
  const name = groupText(tokens, at + 1)
  if (!name) return null
  const place = { start: token.start, end: name.end }
  if (token.text === '\\label' && name.text !== '') addLabel(state, { name: labelName(name.text), ...place })
  edits.push({ ...place, text: '' })
  return name.next
}

/** A label before anything else in `subequations` is theirs together; any other is its row's. */
function addLabel({ row, stack, subequations, shows }: State, label: Label): void {
  if (subequations && stack.length === 0 && !shows) subequations.push(label)
  else row.labels.push(label)
}

/** Commands that end a row or say how it is numbered. */
function rowCommand(reader: Reader, state: State, at: number, { text, start, end }: TexToken): number | null {
  if (text === '\\\\' || text === '\\cr') {
    // An equation is one row, whatever it holds.
    const environment = rowEnvironment(state)
    if (environment && !environment.startsWith('equation')) endRow(reader, state, environment, start)
    return at + 1
  }
  if (text === '\\nonumber' || text === '\\notag') {
    state.row.numbering = 'never'
    reader.edits.push({ start, end, text: '' })
    return at + 1
  }
  if (text !== '\\tag') return null
  const next = afterSpace(reader.tokens, at + 1)
  const isStarred = reader.tokens[next]?.text === '*'
  const tag = groupText(reader.tokens, isStarred ? next + 1 : next)
  state.row.isEmpty = false
  if (tag) state.row.tag = { start: tag.start, end: tag.end - 1, isStarred }
  // What the tag holds is read on: it may refer to something.
  return tag?.first ?? at + 1
}

function shownCommand(
  { tokens, lastBracket, edits, references }: Reader,
  state: State,
  at: number,
  token: TexToken,
): number {
  const { text, start, end } = token
  state.row.isEmpty = false
  if (text === '\\ref' || text === '\\eqref') {
    const target = groupText(tokens, at + 1)
    if (!target) return at + 1
    references.push({
      name: labelName(target.text),
      form: text === '\\ref' ? 'ref' : 'eqref',
      start,
      end: target.end,
    })
    return target.next
  }
  if (text === '\\bbox') {
    const next = optionalEnd(tokens, at + 1, lastBracket)
    edits.push({ start, end: tokens[next - 1]?.end ?? end, text: '' })
    return next
  }
  return at + 1
}

function environment(reader: Reader, state: State, at: number, token: TexToken): number {
  const name = groupText(reader.tokens, at + 1)
  if (!name) return at + 1
  const isBegin = token.text === '\\begin'
  if (bareEnvironments.has(name.text) && state.stack.length === 0) {
    reader.edits.push({ start: token.start, end: name.end, text: '' })
    if (name.text === 'subequations' && isBegin) state.subequations ??= []
    return name.next
  }
  state.shows = true
  return isBegin ? beginEnvironment(reader, state, name) : endEnvironment(reader, state, name, token.start)
}

function beginEnvironment({ tokens, edits, rows, lastBracket }: Reader, state: State, name: Group): number {
  state.row.isEmpty = false
  state.stack.push({ name: name.text, depth: state.depth })
  if (state.stack.length === 1 && isRowEnvironment(name.text)) {
    // A label before an environment is its first row's.
    state.row = { ...rowOf(name.text), labels: state.row.labels }
    state.firstRow = rows.length
    state.columns = 0
    rename(edits, name)
  }
  if (!placedEnvironments.has(name.text)) return name.next
  // KaTeX would show `[t]`: it has no baseline to move here.
  const next = optionalEnd(tokens, name.next, lastBracket)
  const end = tokens[next - 1]?.end ?? name.end
  if (next > name.next) edits.push({ start: name.end, end, text: '' })
  return next
}

function endEnvironment(reader: Reader, state: State, name: Group, start: number): number {
  const { edits, rows } = reader
  if (rowEnvironment(state) === name.text) {
    // LaTeX sets an empty row with a number behind a last `\\`; KaTeX and MathJax leave it out, and so do we.
    if (!state.row.isEmpty || rows.length === state.firstRow) endRow(reader, state, name.text, start)
    labelLastRow(rows, state.row.labels.splice(0))
    rename(edits, name)
    if (name.text.startsWith('multline')) numberLastRowOnly(rows, state.firstRow)
    state.row = emptyRow('plain')
  }
  state.stack.pop()
  return name.next
}

function rename(edits: Edit[], name: Group): void {
  const known = rowEnvironments.get(name.text.replace(/\*$/, ''))
  if (known !== undefined && known !== name.text)
    edits.push({ start: name.start, end: name.end - 1, text: known })
}

function endRow({ rows }: Reader, state: State, environment: string, end: number): void {
  rows.push({ ...closed(state.row), end })
  state.row = rowOf(environment)
  state.columns = 0
}

/** Labels that stand behind the last row are meant for it. */
function labelLastRow(rows: Row[], labels: readonly Label[]): void {
  const last = rows.at(-1)
  if (last && labels.length > 0) rows[rows.length - 1] = { ...last, labels: [...last.labels, ...labels] }
}

/** A multline has one number, on its last line; labels, tag and `\nonumber` of any line are that number's. */
function numberLastRowOnly(rows: Row[], from: number): void {
  const lines = rows.splice(from)
  const last = lines.at(-1)
  if (!last) return
  const bare = lines.slice(0, -1).map((row): Row => ({ ...row, labels: [], tag: null, numbering: 'never' }))
  rows.push(...bare, {
    ...last,
    labels: lines.flatMap(({ labels }) => labels),
    tag: lines.find(({ tag }) => tag)?.tag ?? null,
    numbering: lines.every(({ numbering }) => numbering === 'always') ? 'always' : 'never',
  })
}

/**
 * A definition is left to KaTeX, in a form it knows: `\newcommand` may define a name again, as in MathJax, and
 * give its first argument a default, and `\DeclareMathOperator` is `\operatorname`.
 */
function definition(
  { tokens, edits, lastBracket }: Reader,
  state: State,
  at: number,
  token: TexToken,
): number {
  state.defines = true
  const afterName = afterSpace(tokens, at + 1)
  const star = tokens[afterName]?.text === '*'
  const { name, next } = definedName(tokens, star ? afterName + 1 : afterName)
  if (token.text === '\\let') return letEnd(tokens, next)
  if (token.text.endsWith('def')) return texDefinitionEnd(tokens, next)
  const { count, standard, end } = parametersOf(tokens, next, lastBracket)
  const body = groupEnd(tokens, end)
  if (!body) return end + 1
  const head = { start: token.start, end: tokens[body.first]?.start ?? token.end }
  const isWord = name !== undefined && /^\\[a-zA-Z@]+$/.test(name)
  if (token.text === '\\DeclareMathOperator' && isWord) {
    const close = tokens[body.end - 1]?.end ?? head.end
    edits.push({ ...head, text: `\\def${name}{\\operatorname${star ? '*' : ''}` })
    edits.push({ start: close, end: close, text: '}' })
  } else if (token.text.endsWith('newcommand') && name?.startsWith('\\') && (isWord || standard === null)) {
    edits.push({ ...head, text: definitionHead(name, count, standard) })
  }
  return body.end
}

/** The head of a `\def` that does what `\newcommand` with so many parameters does. */
function definitionHead(name: string, count: number, standard: string | null): string {
  const parameters = Array.from({ length: count }, (_, index) => `#${index + 1}`)
  if (standard === null) return `\\def${name}${parameters.join('')}`
  const [first = '', ...others] = parameters
  const choice = `\\def${name}{\\@ifnextchar[{${name}@given}{${name}@given[{${standard}}]}}`
  return `${choice}\\def${name}@given[${first}]${others.join('')}`
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

/** Reads `[2]` and the default of the first parameter that may follow. */
function parametersOf(
  tokens: readonly TexToken[],
  from: number,
  lastBracket: number,
): { readonly count: number; readonly standard: string | null; readonly end: number } {
  const first = afterSpace(tokens, from)
  if (tokens[first]?.text !== '[') return { count: 0, standard: null, end: first }
  const counted = afterSpace(tokens, optionalEnd(tokens, first, lastBracket))
  const count = Number(tokens[afterSpace(tokens, first + 1)]?.text)
  const end = optionalEnd(tokens, counted, lastBracket)
  const standard = end > counted ? tokens.slice(counted + 1, end - 1) : null
  return {
    count: Number.isInteger(count) ? count : 0,
    standard: standard === null ? null : textOf(standard),
    end,
  }
}

/** The index after an optional argument `[…]`, or `from` if there is none. */
function optionalEnd(tokens: readonly TexToken[], from: number, lastBracket: number): number {
  const first = afterSpace(tokens, from)
  if (tokens[first]?.text !== '[') return from
  let at = first
  while (at < lastBracket && tokens[at]?.text !== ']') at += tokens[at]?.size ?? 1
  return tokens[at]?.text === ']' ? at + 1 : from
}

/** A group in braces: its text, where its content starts and where it ends, and its first token and the next. */
interface Group {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly first: number
  readonly next: number
}

function groupText(tokens: readonly TexToken[], from: number): Group | null {
  const group = groupEnd(tokens, from)
  if (!group) return null
  return {
    text: textOf(tokens.slice(group.first + 1, group.end - 1)).trim(),
    start: tokens[group.first]?.end ?? 0,
    end: tokens[group.end - 1]?.end ?? 0,
    first: group.first,
    next: group.end,
  }
}

function textOf(tokens: readonly TexToken[]): string {
  return tokens.map(({ text }) => text).join('')
}
