/**
 * The micromark extension. Two constructs: a formula in text, and a paragraph whose displays hold whatever they
 * hold (blank lines, `- c`, `# f`). A display is always read as text of its paragraph, so that one grammar
 * decides and all of CommonMark's precedence holds; the tree is given its blocks afterwards.
 */
import { content } from 'micromark-core-commonmark'
import { factorySpace } from 'micromark-factory-space'
import { markdownLineEnding } from 'micromark-util-character'
import type {
  Code,
  Construct,
  Effects,
  Event,
  Extension,
  Point,
  State,
  Token,
  TokenizeContext,
} from 'micromark-util-types'
import {
  type Candidates,
  candidatesIn,
  environmentStart,
  type Formula,
  formulaBetween,
  type MathSyntaxOptions,
} from './grammar.js'
import { lastUpTo } from './lines.js'
import { type Lookahead, lookaheadIn } from './lookahead.js'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    formula: 'formula'
    formulaData: 'formulaData'
    /** A paragraph whose last line ends in a display: no underline makes it a heading. */
    displayParagraph: 'displayParagraph'
  }
  interface Token {
    _formula?: FoundFormula
    _endsInDisplay?: boolean
  }
}

/** Where a part of a formula's value stands in the source; it holds up to the next anchor. */
export interface Anchor {
  /** Offset into the value. */
  readonly at: number
  readonly line: number
  readonly column: number
}

/** A formula with its TeX and the places of its lines. */
export interface FoundFormula extends Pick<Formula, 'display' | 'delimiter' | 'label'> {
  readonly value: string
  readonly anchors: readonly Anchor[]
}

/** Something suspicious that stays as it is. */
export interface Suspicion {
  readonly rule: 'math-is-closed' | 'math-is-tight'
  readonly text: string
  readonly start: { readonly line: number; readonly column: number; readonly offset: number }
}

/** One source while it is read: what the constructs know of it, and what they find. */
export interface Reading {
  readonly source: string
  readonly options: MathSyntaxOptions
  readonly ahead: Lookahead
  readonly texts: WeakMap<TokenizeContext, TextBeingRead>
  readonly suspicions: Map<number, Suspicion>
}

/** Starts reading a source; its offsets must be micromark's, so it has no byte order mark. */
export function readingOf(source: string, options: MathSyntaxOptions): Reading {
  return {
    source,
    options,
    ahead: lookaheadIn(source, options),
    texts: new WeakMap(),
    suspicions: new Map(),
  }
}

const dollar = 36
const backslash = 92

/**
 * Gives the micromark extension, which replaces that of remark-math. `reading` gives the source being read:
 * constructs see a line at a time, and must know what follows.
 */
export function mathSyntax(reading: () => Reading): Extension {
  const formula: Construct = {
    name: 'formula',
    tokenize(effects, ok, nok) {
      return tokenizeFormula(this, reading(), effects, ok, nok)
    },
  }
  const paragraph = paragraphConstruct(reading, { onlyDisplays: false })
  const display = paragraphConstruct(reading, { onlyDisplays: true })
  return {
    disable: { null: ['mathFlow', 'mathText'] },
    text: { [dollar]: formula, [backslash]: formula },
    flow: { [dollar]: display, [backslash]: display, null: paragraph },
  }
}

// Text.

/** What a text (of a paragraph, heading, cell) holds from its first dollar on. */
interface TextBeingRead extends Candidates {
  readonly text: string
  readonly lines: readonly TextLine[]
  /** Where the last suspicious part ends: its closing delimiter opens nothing. */
  suspectedTo: number
}

/** A line of a text, as far as it is read: where it starts in the text and in the source. */
interface TextLine extends Anchor {
  readonly offset: number
}

function tokenizeFormula(
  self: TokenizeContext,
  reading: Reading,
  effects: Effects,
  ok: State,
  nok: State,
): State {
  let end = 0
  let at = 0

  const start: State = (code) => {
    if (!mayBeFormula(reading, self.now().offset)) return nok(code)
    return reading.texts.has(self) ? lookUp(code) : effects.check(restOfText, lookUp, nok)(code)
  }

  /** Takes in all that follows of the text, to be read as a whole. */
  const restOfText: Construct = {
    partial: true,
    tokenize(_, done) {
      const lines: TextLine[] = []
      const parts: string[] = []
      let length = 0
      const lineStart: State = (code) => {
        const { line, column, offset } = self.now()
        lines.push({ at: length, line, column, offset })
        return inside(code)
      }
      const inside: State = (code) => {
        if (code === null || markdownLineEnding(code)) {
          const from = lines.at(-1)?.offset ?? 0
          const part = reading.source.slice(from, self.now().offset + (code === null ? 0 : sizeOf(code)))
          parts.push(part)
          length += part.length
        }
        if (code === null) {
          const text = parts.join('')
          reading.texts.set(self, { ...candidatesIn(text, reading.options), text, lines, suspectedTo: 0 })
          return done(code)
        }
        effects.consume(code)
        return markdownLineEnding(code) ? lineStart : inside
      }
      return (code) => {
        effects.enter('formulaData')
        return lineStart(code)
      }
    },
  }

  const lookUp: State = (code) => {
    const text = reading.texts.get(self)
    if (!text) return nok(code)
    const point = self.now()
    const index = indexIn(text, point.offset)
    const found =
      foundAhead(reading, text, point.offset, index) ??
      text.formulas.get(index) ??
      (isAfter(self, 'formula') ? text.adjacent.get(index) : undefined)
    if (!found || (found.delimiter === 'environment' && !isLineStart(self))) {
      suspect(self, reading, text, point, index)
      return nok(code)
    }
    end = offsetIn(text, found.end - 1) + 1
    effects.enter('formula', { _formula: withAnchors(text, found) })
    return lineStart(code)
  }

  const lineStart: State = (code) => {
    at = self.now().offset
    if (markdownLineEnding(code)) return lineEnding(code)
    effects.enter('formulaData')
    return inside(code)
  }

  const inside: State = (code) => {
    if (at === end) {
      effects.exit('formulaData')
      effects.exit('formula')
      return ok(code)
    }
    if (markdownLineEnding(code)) {
      effects.exit('formulaData')
      return lineEnding(code)
    }
    at += sizeOf(code)
    effects.consume(code)
    return inside
  }

  const lineEnding: State = (code) => {
    effects.enter('lineEnding')
    effects.consume(code)
    effects.exit('lineEnding')
    return lineStart
  }

  return start
}

/** How many characters of the source a code of micromark stands for: none for the rest of a tab, two for CR LF. */
function sizeOf(code: Code): number {
  return code === -1 ? 0 : code === -3 ? 2 : 1
}

/** A quick look at the source, so that no escape costs a search. */
function mayBeFormula({ source, options }: Reading, offset: number): boolean {
  if (source.charCodeAt(offset) === dollar) return true
  if (source.startsWith('\\begin{', offset)) return true
  return options.brackets && /[\\([]/.test(source[offset + 1] ?? '')
}

/** A display found looking ahead has decided where the paragraph ends, so it decides here as well. */
function foundAhead(
  { ahead }: Reading,
  text: TextBeingRead,
  offset: number,
  start: number,
): Formula | undefined {
  const close = ahead.found.get(offset)
  if (close === undefined) return undefined
  const end = indexIn(text, close - 1) + 1
  if (end > text.text.length) return undefined
  if (text.text.startsWith('$$', start))
    return formulaBetween(text.text, { start, end, delimiter: '$$', size: 2 })
  if (text.text.startsWith('\\begin', start))
    return formulaBetween(text.text, { start, end, delimiter: 'environment', size: 0 })
  const size = text.text.indexOf('[', start) + 1 - start
  return formulaBetween(text.text, { start, end, delimiter: '\\[', size })
}

function withAnchors({ text, lines }: TextBeingRead, formula: Formula): FoundFormula {
  const { valueStart, valueEnd, display, delimiter, label } = formula
  const anchors: Anchor[] = []
  for (let index = lineIn(lines, valueStart, 'at'); index < lines.length; index += 1) {
    const { at, line, column } = lines[index] ?? { at: valueEnd, line: 0, column: 0 }
    if (at >= valueEnd) break
    const within = Math.max(valueStart - at, 0)
    anchors.push({ at: at + within - valueStart, line, column: column + within })
  }
  return { value: text.slice(valueStart, valueEnd), anchors, display, delimiter, label }
}

function indexIn({ lines }: TextBeingRead, offset: number): number {
  const line = lines[lineIn(lines, offset, 'offset')]
  return line ? line.at + offset - line.offset : 0
}

function offsetIn({ lines }: TextBeingRead, index: number): number {
  const line = lines[lineIn(lines, index, 'at')]
  return line ? line.offset + index - line.at : 0
}

function lineIn(lines: readonly TextLine[], position: number, by: 'at' | 'offset'): number {
  return lastUpTo(lines.length, position, (index) => lines[index]?.[by] ?? 0)
}

function isAfter({ events }: TokenizeContext, type: Token['type']): boolean {
  return events.at(-1)?.[1].type === type
}

function isLineStart(self: TokenizeContext): boolean {
  return self.events.length === 0 || isAfter(self, 'lineEnding') || isAfter(self, 'linePrefix')
}

/** Notes what stands at a place where a formula could start and does not, if the author may have meant one. */
function suspect(
  self: TokenizeContext,
  { suspicions }: Reading,
  read: TextBeingRead,
  { line, column, offset }: Point,
  index: number,
): void {
  const { text, padded } = read
  if (offset < read.suspectedTo || (self.previous === dollar && !isAfter(self, 'characterEscape'))) return
  const end = padded.get(index)
  if (end !== undefined) {
    read.suspectedTo = offsetIn(read, end - 1) + 1
    suspicions.set(offset, {
      rule: 'math-is-tight',
      text: text.slice(index, end),
      start: { line, column, offset },
    })
    return
  }
  environmentStart.lastIndex = index
  const opener = isLineStart(self)
    ? (/^(?:\$\$(?!\$)|\\{1,2}\[)/.exec(text.slice(index, index + 3))?.[0] ??
      environmentStart.exec(text)?.[0])
    : /^\$\$(?=[\p{L}\\{(])/u.exec(text.slice(index, index + 4))?.[0]
  if (opener)
    suspicions.set(offset, { rule: 'math-is-closed', text: opener, start: { line, column, offset } })
}

// Flow.

/**
 * A paragraph, as CommonMark's own construct reads it, but that the lines of a display belong to it whatever
 * they look like. With `onlyDisplays` it is one that starts with a display, which also ends a table.
 */
function paragraphConstruct(reading: () => Reading, { onlyDisplays }: { onlyDisplays: boolean }): Construct {
  const resolve = (events: Event[], context: TokenizeContext): Event[] => {
    const endsInDisplay = events[0]?.[1]._endsInDisplay === true
    const resolved = content.resolve?.(events, context) ?? events
    if (!endsInDisplay) return resolved
    for (const [, token] of resolved) if (token.type === 'paragraph') token.type = 'displayParagraph'
    return resolved
  }
  const construct: Construct = {
    resolve,
    ...(onlyDisplays ? {} : { add: 'after' as const }),
    tokenize(effects, ok, nok) {
      const { ahead, source } = reading()
      const { now, parser } = this
      const offset = now().offset
      const startsWithDisplay = (): boolean => {
        const closesBelow = ahead.closing(offset, whiteSpaceBefore(this)) > 0 && ahead.found.has(offset)
        // A display may interrupt nothing, but for a line that is lazy: the display's lines would not be.
        return this.interrupt
          ? closesBelow && parser.lazy[now().line] === true
          : closesBelow || closesOnLine.test(source.slice(offset, source.indexOf('\n', offset) >>> 0))
      }
      const isOne = ahead.mayOpen(offset) && (onlyDisplays ? startsWithDisplay() : !this.interrupt)
      if (!isOne) return nok
      return this.interrupt ? ok : tokenizeParagraph(this, reading(), { construct, guarded }, effects, ok)
    },
  }
  // What is concrete lets no list item or block quote start.
  const guarded: Construct = { ...construct, concrete: true }
  return construct
}

/** A display that is closed on its line, without a bar after it that would make it a row of a table. */
const closesOnLine = /^\$\$(?!\$)(?:\\.|[^\\\n$]|\$(?!\$))+\$\$(?!\$)[^|\n]*$/

function whiteSpaceBefore({ events }: TokenizeContext): number {
  const [, token, context] = events.at(-1) ?? []
  return token?.type === 'linePrefix' && context ? context.sliceSerialize(token, true).length : 0
}

function tokenizeParagraph(
  self: TokenizeContext,
  { ahead, source }: Reading,
  { construct, guarded }: { construct: Construct; guarded: Construct },
  effects: Effects,
  ok: State,
): State {
  let whole: Token
  let chunk: Token
  /** Where the display closes that is open at the end of the line. */
  let closesAt = 0
  /** Up to where lines are known to belong to the paragraph. */
  let continuesTo = 0
  let lineStart = 0

  const start: State = (code) => {
    const { offset } = self.now()
    closesAt = ahead.closing(offset, whiteSpaceBefore(self))
    lineStart = offset
    whole = effects.enter('content')
    chunk = effects.enter('chunkContent', { contentType: 'content' })
    return inside(code)
  }

  const inside: State = (code) => {
    if (code === null) return end(code)
    if (markdownLineEnding(code)) {
      const { offset } = self.now()
      if (offset < continuesTo) return nextLine(code)
      self.currentConstruct = offset < closesAt ? guarded : construct
      return effects.check(continuation, nextLine, end)(code)
    }
    effects.consume(code)
    return inside
  }

  const nextLine: State = (code) => {
    effects.consume(code)
    effects.exit('chunkContent')
    const next = effects.enter('chunkContent', { contentType: 'content', previous: chunk })
    chunk.next = next
    chunk = next
    return (first) => {
      lineStart = self.now().offset
      return inside(first)
    }
  }

  const end: State = (code) => {
    effects.exit('chunkContent')
    effects.exit('content')
    const line = source.slice(lineStart, self.now().offset).trim()
    whole._endsInDisplay =
      (closesAt > lineStart || line.startsWith('$$')) && /(?:\$\$|\\end\{[^}]*\}|\\\])$/.test(line)
    return ok(code)
  }

  const continuation: Construct = {
    partial: true,
    tokenize(_, isContinued, isNot) {
      const withinDisplay = self.now().offset < closesAt
      const lineEnding: State = (code) => {
        effects.enter('lineEnding')
        effects.consume(code)
        effects.exit('lineEnding')
        return factorySpace(effects, prefixed, 'linePrefix')
      }
      const prefixed: State = (code) => {
        const { line, offset } = self.now()
        if (code === null) return isNot(code)
        if (withinDisplay && self.parser.lazy[line] !== true) {
          if (markdownLineEnding(code)) return lineEnding(code)
          continuesTo = offset
          return isContinued(code)
        }
        if (markdownLineEnding(code)) return isNot(code)
        if (whiteSpaceBefore(self) >= 4) return continues(code)
        return effects.interrupt(self.parser.constructs.flow, isNot, continues)(code)
      }
      const continues: State = (code) => {
        closesAt = Math.max(closesAt, ahead.closing(self.now().offset, whiteSpaceBefore(self)))
        return isContinued(code)
      }
      return (code) => {
        effects.exit('chunkContent')
        return lineEnding(code)
      }
    },
  }

  return start
}
