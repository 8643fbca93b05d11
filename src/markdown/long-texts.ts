/**
 * What keeps the time of parsing linear where micromark's own grows with the square of a text: the same result for less,
 * and an end to what no person writes.
 */
import type { Root } from 'mdast'
import { setextUnderline } from 'micromark-core-commonmark'
import type { Code, Construct, Event, Extension, State, TokenizeContext } from 'micromark-util-types'
import type {} from 'remark-gfm'
import type {} from 'remark-parse'
import type { Processor } from 'unified'
import type { Point } from 'unist'
import type { VFile } from 'vfile'
import { justBalanced } from './brackets.js'
import { report } from './finding.js'

const dash = 45
const equalsSign = 61
const asterisk = 42
const closeBracket = 93
const underscore = 95
const tilde = 126

/**
 * A remark plugin to stand right after remark-gfm, whose grammar it narrows: before those of other constructs, so that it
 * counts their signs, too. Reports `signs-are-bounded` for a paragraph with more signs than {@link most}: the others are text.
 */
export function remarkLongTexts(this: Processor): void {
  const parse = this.parser
  if (!parse) throw new Error('remarkLongTexts must stand after remark-parse.')
  const data = this.data()
  let beyond: Point | null = null
  const limit = limited((point) => {
    beyond ??= point
  })
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []).map(withNearCalls), underlines]
  // Of the last extension, the constructs come first.
  this.parser = (text: string, file: VFile) => {
    const all = data.micromarkExtensions ?? []
    data.micromarkExtensions = [...all, limit]
    beyond = null
    try {
      const tree = parse(text, file) as Root
      if (beyond !== null) reportBeyond(beyond, file)
      return tree
    } finally {
      data.micromarkExtensions = all
    }
  }
}

function reportBeyond(place: Point, file: VFile): void {
  const reason =
    'This paragraph has more signs than are read: from here on, those of emphasis or links are text.'
  report(file, 'signs-are-bounded', reason, {
    place,
    hint: 'Part it by blank lines, or put what is no Markdown into a block of code.',
  })
}

/**
 * What is looked at in one paragraph: so many signs of emphasis, and so many characters, again for each bracket that
 * closes, up to the one that it may close.
 */
export const most = { emphasis: 2000, characters: 2_000_000 } as const

/** Gives the extension that makes text of signs beyond {@link most}; `tell` is told where that is. */
function limited(tell: (point: Point) => void): Extension {
  const counts = new WeakMap<TokenizeContext, { emphasis: number; characters: number }>()
  const isBeyond = (context: TokenizeContext, code: Code): boolean => {
    const count = counts.get(context) ?? { emphasis: 0, characters: 0 }
    counts.set(context, count)
    if (code === closeBracket) {
      const opening = context._labelStarts?.findLast((start) => !start._balanced)
      count.characters += opening ? context.now().offset - opening.end.offset : 0
    } else count.emphasis += 1
    return count.emphasis > most.emphasis || count.characters > most.characters
  }
  const construct: Construct = {
    name: 'signBeyond',
    tokenize(effects, ok, nok) {
      return (code) => {
        if (!isBeyond(this, code)) return nok(code)
        const { line, column, offset } = this.now()
        tell({ line, column, offset })
        effects.enter('data')
        const inside: State = (next) => {
          if (next === code) {
            effects.consume(next)
            return inside
          }
          effects.exit('data')
          return ok(next)
        }
        return inside(code)
      }
    },
  }
  const codes = [asterisk, underscore, tilde, closeBracket]
  return { text: Object.fromEntries(codes.map((code) => [code, construct])) }
}

/** Of `![^a]`, which is a footnote's reference behind an exclamation mark; CommonMark's limit for labels holds for it. */
const longestLabel = 1000

/**
 * Gives an extension whose `gfmPotentialFootnoteCall` looks back only from a bracket that closes `![`: it looks through
 * all before it else, for each bracket.
 */
function withNearCalls(extension: Extension): Extension {
  const constructs = [extension.text?.[closeBracket] ?? []].flat()
  const isCall = ({ name }: Construct) => name === 'gfmPotentialFootnoteCall'
  if (!constructs.some(isCall)) return extension
  const near = constructs.map((construct) => (isCall(construct) ? nearCall(construct) : construct))
  return { ...extension, text: { ...extension.text, [closeBracket]: near } }
}

function nearCall(construct: Construct): Construct {
  return {
    ...construct,
    tokenize(effects, ok, nok) {
      const opening = justBalanced(this)
      const isNear = opening?.type === 'labelImage' && this.now().offset - opening.end.offset <= longestLabel
      return isNear ? construct.tokenize.call(this, effects, ok, nok) : nok
    },
  }
}

/** Headings that are underlined: micromark copies all of a document's events for each, where those of its text do. */
const underline: Construct = {
  ...setextUnderline,
  resolveTo(events: Event[], context: TokenizeContext) {
    const start = events.findLastIndex(([kind, { type }]) => kind === 'enter' && type === 'content')
    const own = events.splice(start)
    for (const event of setextUnderline.resolveTo?.(own, context) ?? own) events.push(event)
    return events
  },
}

const underlines: Extension = { flow: { [dash]: underline, [equalsSign]: underline } }
