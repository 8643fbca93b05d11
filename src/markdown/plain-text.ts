/** The text of a plain block: words, formulas, code, emphasis, links; see plain-blocks.ts. */
import type { Link, PhrasingContent, Text } from 'mdast'
import type { Point, Position } from 'unist'
import { most } from './long-texts.js'
import { inlineMath } from './math/from-markdown.js'
import { candidatesIn, type Formula, type MathSyntaxOptions } from './math/grammar.js'
import { lastUpTo } from './math/lines.js'
import type { Anchor } from './math/reading.js'

/** A text, its lines and where they start. */
export interface Source {
  readonly lines: readonly string[]
  readonly starts: readonly number[]
  readonly text: string
  readonly options: MathSyntaxOptions
}

/** A part of a source that is read, from `from` on. */
interface Part {
  readonly source: Source
  readonly from: number
  readonly text: string
  readonly formulas: ReadonlyMap<number, Formula>
  /** What looks like a formula and is none, for white space; see `candidatesIn`. */
  readonly padded: ReadonlyMap<number, number>
}

/** What begins at a character: a node and where it ends, nothing but text, or something that is not plain. */
type Found = { readonly node: PhrasingContent; readonly stop: number } | 'text' | undefined

/** Gives what some lines hold from a column on; nothing if any of it is not plain. */
export function phrasingIn(
  source: Source,
  line: number,
  to: number,
  column: number,
): PhrasingContent[] | undefined {
  const { lines, starts, text: whole, options } = source
  const from = (starts[line] ?? 0) + column
  const text = whole.slice(from, (starts[to - 1] ?? 0) + (lines[to - 1]?.length ?? 0))
  if (text.includes('$$') || mayBeEndless(text)) return undefined
  const part: Part = {
    source,
    from,
    text,
    ...(text.includes('$') ? candidatesIn(text, options) : none),
  }
  const children: PhrasingContent[] = []
  let at = 0
  /** Where the text begins that is not added yet. */
  let begun = 0
  for (;;) {
    specialSign.lastIndex = at
    const { 0: sign, index } = specialSign.exec(text) ?? { 0: '', index: -1 }
    if (index < 0) break
    const found = foundAt(part, index, sign)
    if (!found) return undefined
    at = index + 1
    if (found === 'text') continue
    if (index > begun) children.push(textOf(part, begun, index))
    children.push(found.node)
    at = found.stop
    begun = at
  }
  if (begun < text.length) children.push(textOf(part, begun, text.length))
  return children.some(mayBeAddress) ? undefined : children
}

/** Whether a text may hold more signs than are read, which the grammar tells; see long-texts.ts. */
function mayBeEndless(text: string): boolean {
  if (text.length <= most.emphasis) return false
  return text.length > most.characters || (text.match(/[*_]+/g)?.length ?? 0) > most.emphasis
}

const none = { formulas: new Map<number, Formula>(), padded: new Map<number, number>() } as const

/** Characters that begin something in Markdown, GFM, or one of Scholium's constructs: a new one adds its own. */
export const specialSign = /[!&*_<[\]\\`$~^@=+]/g
const words = '[^!&*_<[\\]\\\\`$~^@=+]+'

function foundAt(part: Part, index: number, sign: string): Found {
  const { text } = part
  const next = text[index + 1] ?? '\n'
  switch (sign) {
    case '$':
      return formulaAt(part, index)
    case '`':
      return codeAt(part, index)
    case '*':
      return isSpace(text[index - 1]) && isSpace(next) ? 'text' : emphasisAt(part, index)
    case '[':
      return linkAt(part, index)
    case '!':
      return textUnless(next === '[')
    case '&':
      return textUnless(/[\w#]/.test(next))
    case '_':
      return textUnless(!/[A-Za-z0-9]/.test(next) || !/[A-Za-z0-9]/.test(text[index - 1] ?? ' '))
    case '<':
      return textUnless(!/[\s\d=]/.test(next))
    case '\\':
      return textUnless(!/[a-zA-Z]/.test(next) || text.startsWith('\\begin{', index))
    case '=':
    case '+':
      return textUnless(next === sign)
    default:
      return undefined
  }
}

function textUnless(isOther: boolean): Found {
  return isOther ? undefined : 'text'
}

function isSpace(character = ' '): boolean {
  return character === ' ' || character === '\n'
}

function formulaAt(part: Part, index: number): Found {
  const { source, from, text, formulas, padded } = part
  const formula = formulas.get(index)
  if (!formula) return textUnless(padded.has(index))
  const { valueStart, valueEnd, display, delimiter, label, end: stop } = formula
  if (delimiter !== '$') return undefined
  const anchors = anchorsOf(source, from + valueStart, from + valueEnd)
  const node = inlineMath(text.slice(valueStart, valueEnd), { display, delimiter, label, anchors })
  return { node: { ...node, position: positionOf(part, index, stop) }, stop }
}

/** The parts of what stands between two offsets, by line; see `placeInFormula`. */
export function anchorsOf({ starts }: Source, from: number, to: number): readonly Anchor[] {
  const anchors: Anchor[] = []
  for (let index = lineOf(starts, from); index < starts.length; index += 1) {
    const start = starts[index] ?? 0
    if (start >= to) break
    const first = Math.max(from - start, 0)
    anchors.push({ at: start + first - from, line: index + 1, column: first + 1 })
  }
  return anchors
}

function lineOf(starts: readonly number[], offset: number): number {
  return lastUpTo(starts.length, offset, (at) => starts[at] ?? 0)
}

/** CommonMark, section 6.1. */
function codeAt(part: Part, index: number): Found {
  const { text } = part
  const start = endOfTicks(text, index)
  for (let close = text.indexOf('`', start); close >= 0; ) {
    const stop = endOfTicks(text, close)
    if (stop - close === start - index) {
      const value = text.slice(start, close)
      if (/^\s*$|^\n|\n$/.test(value)) return undefined
      const isPadded = value.startsWith(' ') && value.endsWith(' ')
      const position = positionOf(part, index, stop)
      return { node: { type: 'inlineCode', value: isPadded ? value.slice(1, -1) : value, position }, stop }
    }
    close = text.indexOf('`', stop)
  }
  return undefined
}

function endOfTicks(text: string, start: number): number {
  let end = start
  while (text[end] === '`') end += 1
  return end
}

const plainEmphasis = new RegExp(
  `(\\*{1,2})(?=[\\p{L}\\p{N}])(${words.replace(']+', '\\n]+')})\\1(?!\\*)`,
  'uy',
)

/** Emphasis that begins with a letter, and ends with one or with punctuation before white space: so that it is no other. */
function emphasisAt(part: Part, index: number): Found {
  plainEmphasis.lastIndex = index
  const [all = '', sign = '', inside = ''] = plainEmphasis.exec(part.text) ?? []
  const stop = index + all.length
  const closes = /[\p{L}\p{N}]$/u.test(inside) || (/[.,:;?)]$/.test(inside) && isSpace(part.text[stop]))
  if (!closes) return undefined
  const children = [textOf(part, index + sign.length, stop - sign.length)]
  const position = positionOf(part, index, stop)
  return { node: { type: sign.length === 2 ? 'strong' : 'emphasis', children, position }, stop }
}

const plainLink = new RegExp(`\\[(${words})\\]\\(([^\\s()<>\\\\&"'*\`$~^]+)\\)`, 'y')

function linkAt(part: Part, index: number): Found {
  plainLink.lastIndex = index
  const [all, label = '', url = ''] = plainLink.exec(part.text) ?? []
  if (all === undefined) return undefined
  const stop = index + all.length
  const node: Link = {
    type: 'link',
    title: null,
    url,
    children: [textOf(part, index + 1, index + 1 + label.length)],
    position: positionOf(part, index, stop),
  }
  return { node, stop }
}

function textOf(part: Part, start: number, end: number): Text {
  return { type: 'text', value: part.text.slice(start, end), position: positionOf(part, start, end) }
}

function positionOf(part: Part, start: number, end: number): Position {
  return { start: pointOf(part, start), end: pointOf(part, end) }
}

function pointOf({ source: { starts }, from }: Part, index: number): Point {
  const offset = from + index
  const line = lineOf(starts, offset)
  return { line: line + 1, column: offset - (starts[line] ?? 0) + 1, offset }
}

/** What GFM may make a link of. */
const address = /:\/\/|www\.|@/i

function mayBeAddress(node: PhrasingContent): boolean {
  return node.type === 'text'
    ? address.test(node.value)
    : 'children' in node && node.children.some(mayBeAddress)
}
