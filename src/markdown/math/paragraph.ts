/**
 * The micromark construct of a paragraph with displays: CommonMark's own, but that the lines of a display belong
 * to it whatever they look like (`- c`, `# f`, nothing at all). It leaves the same tokens.
 */
import { content } from 'micromark-core-commonmark'
import { factorySpace } from 'micromark-factory-space'
import { markdownLineEnding } from 'micromark-util-character'
import type { Construct, Effects, Event, State, Token, TokenizeContext } from 'micromark-util-types'
import type { Reading } from './reading.js'

/** Which paragraphs a construct is for: by how their first line starts, or whether a display opens on it. */
type Start = 'starts with a display' | 'opens a display' | 'any'

/** Gives the construct for some paragraphs; several have different places among the constructs of others. */
export function paragraphConstruct(reading: () => Reading, start: Start): Construct {
  const construct: Construct = {
    resolve,
    tokenize(effects, ok, nok) {
      const known = reading()
      if (!known.ahead.mayOpen(this.now().offset) || !startsHere(this, known, start)) return nok
      return this.interrupt ? ok : tokenizeParagraph(this, known, { construct, guarded }, effects, ok)
    },
  }
  // What is concrete lets no list item or block quote start.
  const guarded: Construct = { ...construct, concrete: true }
  return construct
}

/** As CommonMark's, then sees to it that dashes under a display are a rule. */
function resolve(events: Event[], context: TokenizeContext): Event[] {
  const endsInDisplay = events[0]?.[1]._endsInDisplay === true
  const resolved = content.resolve?.(events, context) ?? events
  if (endsInDisplay)
    for (const [, token] of resolved) if (token.type === 'paragraph') token.type = 'displayParagraph'
  return resolved
}

function startsHere(self: TokenizeContext, { ahead, source }: Reading, start: Start): boolean {
  const { offset, line } = self.now()
  if (start === 'any') return !self.interrupt
  const opens = ahead.closing(offset, whiteSpaceBefore(self)) > 0
  // A display interrupts nothing, but for a paragraph that it would be lazy in: its lines would not be.
  if (self.interrupt) return opens && ahead.found.has(offset) && self.parser.lazy[line] === true
  const text = lineAt(source, offset)
  return start === 'opens a display'
    ? opens && !text.includes('|') && !isInTable(self)
    : (opens && ahead.found.has(offset)) || closesOnLine.test(text)
}

function lineAt(source: string, offset: number): string {
  const end = source.indexOf('\n', offset)
  return source.slice(offset, end < 0 ? undefined : end)
}

/** A display that is closed on its line, without a bar after it that would make it a row of a table. */
const closesOnLine = /^\$\$(?!\$)(?:\\.|[^\\\n$]|\$(?!\$))+\$\$(?!\$)[^|\n]*$/

/** Whether the line before is a row of a table, so that this one is too. */
function isInTable({ events }: TokenizeContext): boolean {
  const last = events.findLast(([, { type }]) => type !== 'lineEnding' && type !== 'linePrefix')
  const type: string | undefined = last?.[1].type
  return type === 'tableHead' || type === 'tableRow'
}

/** A line of dashes, in any containers: under a display it is a rule, not an underline that makes a heading. */
const dashesFollow = /^(?:\r\n|\n|\r)[ \t>]*-/

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
    const { offset } = self.now()
    const line = source.slice(lineStart, offset).trim()
    whole._endsInDisplay =
      (closesAt > lineStart || line.startsWith('$$')) &&
      /(?:\$\$|\\end\{[^{}]*\}|\\\])$/.test(line) &&
      dashesFollow.test(source.slice(offset, offset + 200))
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
        // Whether a table starts, its construct says only after the next line: too late where a display opens.
        const { flow } = self.parser.constructs
        const opens = ahead.closing(offset, whiteSpaceBefore(self)) > 0
        return effects.interrupt(opens ? { ...flow, null: [] } : flow, isNot, continues)(code)
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
