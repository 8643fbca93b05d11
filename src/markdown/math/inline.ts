/** The micromark construct of a formula in text: in a paragraph, a heading, a cell of a table. */
import { markdownLineEnding } from 'micromark-util-character'
import type { Code, Construct, Effects, Point, State, Token, TokenizeContext } from 'micromark-util-types'
import { candidatesIn, environmentStart, type Formula, formulaBetween } from './grammar.js'
import { lastUpTo } from './lines.js'
import type { Anchor, FoundFormula, Reading, TextBeingRead, TextLine } from './reading.js'

const dollar = 36

/** Gives the construct, for dollars and backslashes. */
export function formulaConstruct(reading: () => Reading): Construct {
  return {
    name: 'formula',
    tokenize(effects, ok, nok) {
      return tokenizeFormula(this, reading(), effects, ok, nok)
    },
  }
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
    ? (/^(?:\$\$(?!\s*\$)|\\{1,2}\[)/.exec(text.slice(index, index + 9))?.[0] ??
      environmentStart.exec(text)?.[0])
    : /^\$\$(?=[\p{L}\\{(])/u.exec(text.slice(index, index + 4))?.[0]
  if (opener)
    suspicions.set(offset, { rule: 'math-is-closed', text: opener, start: { line, column, offset } })
}
