/** Marks within a line, in pairs: `==highlighted==`, `x^2^`, `H~2~O`. What they hold is Markdown. */
import type { PhrasingContent } from 'mdast'
import type { Handle } from 'mdast-util-from-markdown'
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough'
import { resolveAll } from 'micromark-util-resolve-all'
import type { Code, Event, State, Token, TokenizeContext, Construct as Tokenized } from 'micromark-util-types'
import type { Position } from 'unist'
import type { Construct } from './constructs.js'

declare module 'mdast' {
  interface RootContentMap {
    mark: Mark
  }
  interface PhrasingContentMap {
    mark: Mark
  }
}

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    highlight: 'highlight'
    superscript: 'superscript'
    subscript: 'subscript'
    markSequence: 'markSequence'
    strikethroughSequenceTemporary: 'strikethroughSequenceTemporary'
  }
  interface Token {
    /** Of a sequence of characters that may begin or end a mark: which mark. */
    _mark?: Name | undefined
    /** Whether it may begin one. */
    _begins?: boolean
    /** Whether it may end one. */
    _ends?: boolean
    /** Whether it stands behind a character of a script that is written without spaces. */
    _unspaced?: boolean
  }
}

type Name = 'highlight' | 'superscript' | 'subscript'

/** A piece of text in an element of its own: `mark`, `sup`, `sub`. */
export interface Mark {
  type: 'mark'
  children: PhrasingContent[]
  data: { hName: 'mark' | 'sup' | 'sub' }
  position?: Position
}

/** `==words==`. Between letters the signs compare (`a==b`), but for scripts without spaces. */
export const highlight: Construct = construct('highlight', 'mark', {
  code: 61,
  size: 2,
  begins: (before, after) => !isWord(before) && !isSpace(after) && !closing.test(after) && before !== after,
  ends: (before, after) => !isSpace(before) && !opening.test(before) && !isWord(after) && before !== after,
})

/**
 * `x^2^`: right behind what it raises, and without spaces inside, as in Pandoc; a space may be escaped. What Pandoc
 * takes for one and people do not write for one stays text: `x^2+y^2`, `(^_^)`.
 */
export const superscript: Construct = construct('superscript', 'sup', {
  code: 94,
  size: 1,
  begins: (before, after) => raises.test(before) && !isSpace(after),
  ends: (before, after) => !isSpace(before) && !/[\p{L}\p{N}]/u.test(after),
  // ^[…] is a note.
  yields: (after) => after === '[',
})

/** `H~2~O`, likewise. Any other pair of tildes is struck through, as on GitHub: `~no~`, `3~5, 7~9`. */
export const subscript: Construct = construct('subscript', 'sub', {
  code: 126,
  size: 1,
  begins: (before, after) => raises.test(before) && !isSpace(after),
  ends: (before, after) => !isSpace(before) && !/\p{N}/u.test(after),
})

interface Grammar {
  /** The character that the signs are made of, and of how many. */
  readonly code: number
  readonly size: number
  /** Whether a sign between two characters may begin the mark; '' stands for the beginning or end of the text. */
  readonly begins: (before: string, after: string) => boolean
  readonly ends: (before: string, after: string) => boolean
  /** Whether a sign before some character is another construct's. */
  readonly yields?: (after: string) => boolean
}

const closing = /[\p{Pe}\p{Pf}.,;:!?]/u
const opening = /[\p{Ps}\p{Pi}]/u
/** What may be raised or lowered: the end of a word, or of what closes. Half of a pair is a letter of mathematics. */
const raises = /[\p{L}\p{M}\p{N}\p{Pe}\p{Pf}\p{Cs}$*_`>%′″]/u
/** Scripts that are written without spaces between words. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}ー]/u

function isSpace(character: string): boolean {
  return character === '' || /\s/.test(character)
}

/** Whether a character joins with a sign into what is no mark: letters of words with spaces between them, and more signs. */
function isWord(character: string): boolean {
  return /[\p{L}\p{N}=]/u.test(character) && !unspaced.test(character)
}

function construct(name: Name, element: Mark['data']['hName'], grammar: Grammar): Construct {
  const { code, size } = grammar
  const sign = String.fromCharCode(code).repeat(size)
  const tokenized = code === 126 ? withStrikethrough(name, grammar) : signs(name, grammar)
  const enter: Handle = function (token) {
    this.enter({ type: 'mark', children: [], data: { hName: element } }, token)
  }
  const exit: Handle = function (token) {
    const node = this.stack.at(-1)
    if (node?.type === 'mark') node.children = withTies(node.children)
    this.exit(token)
  }
  return {
    mayHold: (text) => {
      const first = text.indexOf(sign)
      return first >= 0 && text.includes(sign, first + size)
    },
    syntax: {
      text: { [code]: tokenized },
      insideSpan: { null: [tokenized] },
      attentionMarkers: { null: [code] },
      ...(code === 126 && { disable: { null: ['strikethrough'] } }),
    },
    fromMarkdown: { canContainEols: ['mark'], enter: { [name]: enter }, exit: { [name]: exit } },
  }
}

/** A space that had to be escaped does not break. */
function withTies(children: readonly PhrasingContent[]): PhrasingContent[] {
  return children.map((child) =>
    child.type === 'text' ? { ...child, value: child.value.replaceAll('\\ ', '\u00A0') } : child,
  )
}

/** The signs of a mark, as text until all of the text is read. */
function signs(name: Name, grammar: Grammar): Tokenized {
  return {
    name,
    tokenize(effects, ok, nok) {
      const { previous } = this
      let size = 0
      let token: Token
      const start: State = (code) => {
        if (previous === grammar.code && !isAfterEscape(this)) return nok(code)
        token = effects.enter('markSequence')
        return more(code)
      }
      const more: State = (code) => {
        if (code === grammar.code) {
          if (size === grammar.size) return nok(code)
          size += 1
          effects.consume(code)
          return more
        }
        if (size < grammar.size || grammar.yields?.(characterOf(code))) return nok(code)
        effects.exit('markSequence')
        flank(token, name, grammar, previous, code)
        return ok(code)
      }
      return start
    },
    resolveAll: (events, context) => paired(events, context, name),
  }
}

/** GitHub's tildes, of which those that are signs of a mark know it. */
function withStrikethrough(name: Name, grammar: Grammar): Tokenized {
  const [strikethrough] = [gfmStrikethrough().text?.[grammar.code] ?? []].flat()
  if (!strikethrough) throw new Error('micromark-extension-gfm-strikethrough has no construct.')
  return {
    name,
    tokenize(effects, ok, nok) {
      const { previous } = this
      return strikethrough.tokenize.call(
        this,
        effects,
        (code) => {
          const [, token] = this.events.at(-1) ?? []
          const isSingle = token && token.end.offset - token.start.offset === grammar.size
          if (isSingle) flank(token, name, grammar, previous, code)
          return ok(code)
        },
        nok,
      )
    },
    resolveAll: (events, context) => {
      const rest = paired(events, context, name)
      return strikethrough.resolveAll?.(rest, context) ?? rest
    },
  }
}

function isAfterEscape({ events }: TokenizeContext): boolean {
  return events.at(-1)?.[1].type === 'characterEscape'
}

function flank(token: Token, name: Name, { begins, ends }: Grammar, previous: Code, next: Code): void {
  const [before, after] = [characterOf(previous), characterOf(next)]
  token._mark = name
  token._begins = begins(before, after)
  token._ends = ends(before, after)
  token._unspaced = unspaced.test(before)
}

/** The character of a code of micromark: line endings and tabs, which are negative, are spaces. */
function characterOf(code: Code): string {
  return code === null ? '' : code < 0 ? ' ' : String.fromCharCode(code)
}

/**
 * Makes marks of signs in pairs, of each the nearest two; the others are text. A raised or lowered mark has no space
 * in it, and where one of its signs has no partner, neither have the others up to the next space.
 */
function paired(events: Event[], context: TokenizeContext, name: Name): Event[] {
  const pairs = name === 'highlight' ? nearestPairs(events, name) : tightPairs(events, context, name)
  if (pairs.length > 0) putMarks(events, context, name, pairs)
  for (const [, token] of events) {
    if (token._mark !== name) continue
    token._mark = undefined
    if (token.type === 'markSequence') token.type = 'data'
  }
  return events
}

/** Puts marks around what stands between pairs of signs, in the list itself, since micromark goes on with it. */
function putMarks(
  events: Event[],
  context: TokenizeContext,
  name: Name,
  pairs: readonly (readonly [Sign, Sign])[],
): void {
  const before = [...events]
  let done = 0
  events.length = 0
  for (const [[first, from], [last, to]] of pairs) {
    const mark: Token = { type: name, start: { ...from.start }, end: { ...to.end } }
    for (const token of [from, to]) Object.assign(token, { type: 'markSequence', _mark: undefined })
    // An enter and an exit each.
    const inside = before.slice(first + 2, last)
    const resolved = resolveAll(context.parser.constructs.insideSpan.null ?? [], inside, context)
    for (const event of before.slice(done, first)) events.push(event)
    events.push(['enter', mark, context], ['enter', from, context], ['exit', from, context])
    for (const event of resolved) events.push(event)
    events.push(['enter', to, context], ['exit', to, context], ['exit', mark, context])
    done = last + 2
  }
  for (const event of before.slice(done)) events.push(event)
}

/** The index of an event that enters a sign, and the sign. */
type Sign = readonly [index: number, token: Token]

/** Gives the nearest pairs of signs. */
function nearestPairs(events: readonly Event[], name: Name): readonly (readonly [Sign, Sign])[] {
  const pairs: [Sign, Sign][] = []
  let open: Sign | null = null
  for (const sign of tokensOfText(events, name)) {
    const [, { _mark, _begins, _ends }] = sign
    if (_mark !== name) continue
    if (open !== null && _ends) {
      pairs.push([open, sign])
      open = null
    } else if (_begins) open = sign
  }
  return pairs
}

/** Gives the pairs of signs between which there is no space, of runs of text without spaces in which all pair up. */
function tightPairs(
  events: readonly Event[],
  context: TokenizeContext,
  name: Name,
): readonly (readonly [Sign, Sign])[] {
  const pairs: (readonly [Sign, Sign])[] = []
  let run: Sign[] = []
  for (const sign of tokensOfText(events, name)) {
    const [, token] = sign
    if (token._mark === name) run.push(sign)
    else if (holdsSpace(token, context)) {
      for (const pair of pairedUp(run, context)) pairs.push(pair)
      run = []
    }
  }
  for (const pair of pairedUp(run, context)) pairs.push(pair)
  return pairs
}

function pairedUp(signs: readonly Sign[], context: TokenizeContext): readonly (readonly [Sign, Sign])[] {
  const pairs: [Sign, Sign][] = []
  for (let index = 0; index < signs.length; index += 2) {
    const [first, last] = [signs[index], signs[index + 1]]
    if (!first?.[1]._begins || !last?.[1]._ends || !isPlausible(first[1], last[1], context)) return []
    pairs.push([first, last])
  }
  return pairs
}

/** Gives what is entered on the level of text itself, not within code, formulas, links: letters, signs, what is inline. */
function* tokensOfText(events: readonly Event[], name: Name): Iterable<Sign> {
  let depth = 0
  for (const [index, [kind, token]] of events.entries()) {
    const isFlat = token.type === 'data' || token._mark === name
    if (kind === 'enter' && depth === 0) yield [index, token]
    if (!isFlat) depth += kind === 'enter' ? 1 : -1
  }
}

function holdsSpace(token: Token, context: TokenizeContext): boolean {
  if (token.type === 'lineEnding' || token.type.startsWith('hardBreak')) return true
  return token.type === 'data' && /(?<!\\)[ \t]/.test(context.sliceSerialize(token, true))
}

/** Whether a raised text after a script without spaces has a digit: `(^o^)` and its kin are written there. */
function isPlausible(first: Token, last: Token, context: TokenizeContext): boolean {
  if (!first._unspaced) return true
  return /\p{N}/u.test(context.sliceSerialize({ start: first.end, end: last.start }))
}
