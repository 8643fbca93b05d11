/**
 * Plain blocks: paragraphs, headings, code, displays and lists of lines that hold nothing but what most of a text is made
 * of. They are read here by one look at each line, and the rest of the text by micromark, which tries every construct at every
 * character and takes two fifths of the time that rendering takes. The tree is the same to the last offset; what is not
 * certain to be plain is left to micromark.
 */
import type { Code, Heading, List, ListItem, Paragraph, PhrasingContent, Root, RootContent } from 'mdast'
import type {} from 'remark-parse'
import type { Processor } from 'unified'
import type { Node, Point, Position } from 'unist'
import type { VFile } from 'vfile'
import type { VFileMessage } from 'vfile-message'
import { displayMath, type PlacedFormula } from './math/from-markdown.js'
import { formulaBetween, type MathSyntaxOptions } from './math/grammar.js'
import { isNoTeX } from './math/lookahead.js'
import { anchorsOf, phrasingIn, type Source } from './plain-text.js'
import { visit } from './walk.js'

/** Plain blocks one after the other, with nothing but blank lines between them. */
interface Run {
  /** The first line and the one after the last, counted from 0. */
  readonly from: number
  to: number
  readonly blocks: RootContent[]
}

/** A plain block, and the line after it. */
interface Plain {
  readonly block: RootContent
  readonly to: number
}

/**
 * A remark plugin to stand after all that adds to the grammar. Each run of plain blocks is taken out before a text is
 * parsed, and an empty heading left in its place, which ends what stands before it as they did.
 */
export function remarkPlainBlocks(this: Processor, options: MathSyntaxOptions): void {
  const parse = this.parser
  if (!parse) throw new Error('remarkPlainBlocks must stand after remark-parse.')
  this.parser = (text: string, file: VFile) => {
    // Line endings of others, a byte order mark and NUL are rare enough.
    if (/[\r\0\uFEFF]/.test(text)) return parse(text, file)
    const lines = text.split('\n')
    const runs = runsIn(lines, text, { ...options, ...file.data.mathSyntax })
    if (runs.length === 0) return parse(text, file)
    const { length } = file.messages
    const left = withoutRuns(lines, runs)
    const tree = parse(left.text, file) as Root
    if (restore(tree, runs, left.moved)) {
      if (tree.position) tree.position.end = endOf(lines, text)
      for (const message of file.messages.slice(length)) moveMessage(message, left.moved)
      return tree
    }
    file.messages.length = length
    return parse(text, file)
  }
}

const placeholder = '#'

/** Gives where a point of what is left of a text stands in the text. */
type Moved = <P extends { line: number }>(point: P) => P

/** Gives a text in which each run is a placeholder on a line of its own, and what that moves. */
function withoutRuns(
  lines: readonly string[],
  runs: readonly Run[],
): { readonly text: string; readonly moved: Moved } {
  const left: string[] = []
  /** By line that is left: how many lines and characters before it are gone. */
  const gone: { readonly lines: number; readonly length: number }[] = []
  let [line, length] = [0, 0]
  const keep = (to: number) => {
    for (; line < to; line += 1) {
      gone.push({ lines: line - left.length, length })
      left.push(lines[line] ?? '')
    }
  }
  for (const { from, to } of runs) {
    keep(from)
    gone.push({ lines: from - left.length, length })
    left.push(placeholder)
    for (; line < to; line += 1) length += (lines[line]?.length ?? 0) + 1
    length -= placeholder.length + 1
  }
  keep(lines.length)
  const moved: Moved = (point) => {
    // What a text ends in the middle of may have its place on the line after the last.
    const before = gone[Math.min(point.line, gone.length) - 1] ?? { lines: 0, length: 0 }
    const offset = 'offset' in point && typeof point.offset === 'number' ? point.offset : null
    return {
      ...point,
      line: point.line + before.lines,
      ...(offset !== null && { offset: offset + before.length }),
    }
  }
  return { text: left.join('\n'), moved }
}

/** Puts plain blocks back into a tree, and corrects its places; false if a place for them is not there. */
function restore(tree: Root, runs: readonly Run[], moved: Moved): boolean {
  const children: RootContent[] = []
  let filled = 0
  for (const child of tree.children) {
    const run = runs[filled]
    if (run && child.position && moved(child.position.start).line === run.from + 1) {
      if (child.type !== 'heading' || child.children.length > 0) return false
      children.push(...run.blocks)
      filled += 1
      continue
    }
    children.push(child)
    visit(child, (node: Node) => moveNode(node, moved))
  }
  if (filled < runs.length) return false
  tree.children = children
  return true
}

function moveNode(node: Node, moved: Moved): void {
  if (node.position) node.position = { start: moved(node.position.start), end: moved(node.position.end) }
  const math = (node as Partial<PlacedFormula>).data?.math
  if (math) Object.assign(math, { anchors: math.anchors.map(moved) })
}

function moveMessage(message: VFileMessage, moved: Moved): void {
  const { place, line } = message
  if (line !== undefined) Object.assign(message, moved({ line }))
  if (place)
    message.place = 'start' in place ? { start: moved(place.start), end: moved(place.end) } : moved(place)
}

function endOf(lines: readonly string[], text: string): Point {
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, offset: text.length }
}

/** Gives the runs of plain blocks in a text, by its lines. */
function runsIn(lines: readonly string[], text: string, options: MathSyntaxOptions): readonly Run[] {
  const runs: Run[] = []
  const starts = startsOf(lines)
  const first = lines.findIndex((line) => !isBlank(line))
  let run: Run | undefined
  let line = Math.max(first, 0)
  while (line < lines.length) {
    if (isBlank(lines[line] ?? '')) {
      line += 1
      continue
    }
    const source = { lines, starts, text, options }
    // What stands before a list may be a list that it goes on with.
    const isApart = run === undefined ? line === first : run.blocks.at(-1)?.type !== 'list'
    const plain = isItem(lines[line]) ? isApart && listAt(source, line) : plainAt(source, line)
    if (plain) {
      if (!run) {
        run = { from: line, to: line, blocks: [] }
        runs.push(run)
      }
      run.blocks.push(plain.block)
      run.to = plain.to
      line = plain.to
    } else {
      run = undefined
      line = afterOthers(lines, line)
    }
  }
  return runs
}

function startsOf(lines: readonly string[]): readonly number[] {
  let start = 0
  return lines.map((line) => {
    const at = start
    start += line.length + 1
    return at
  })
}

function isBlank(line: string): boolean {
  return /^[ \t]*$/.test(line)
}

/** Gives the plain block that begins on a line; nothing if none does. No block must be open there. */
function plainAt(source: Source, line: number): Plain | undefined {
  const text = source.lines[line] ?? ''
  switch (text[0]) {
    case '#':
      return headingAt(source, line)
    case '`':
      return text.startsWith('```') ? codeAt(source, line) : paragraphAt(source, line)
    case '~':
      return codeAt(source, line)
    case '$':
      return text.startsWith('$$') ? displayAt(source, line) : paragraphAt(source, line)
    default:
      return paragraphAt(source, line)
  }
}

function headingAt(source: Source, line: number): Plain | undefined {
  const text = source.lines[line] ?? ''
  const sign = /^#{1,6} +(?=\S)/.exec(text)?.[0]
  if (!sign || /[# ]$|\t/.test(text)) return undefined
  const children = phrasingIn(source, line, line + 1, sign.length)
  if (!children) return undefined
  const depth = sign.trimEnd().length as Heading['depth']
  return {
    block: { type: 'heading', depth, children, position: linesAt(source, line, line + 1) },
    to: line + 1,
  }
}

function codeAt(source: Source, line: number): Plain | undefined {
  const { lines, starts, text } = source
  const opening = /^(`{3,}|~{3,}) *(?:([^\s`\\&~]+)(?: +((?! )[^`\\&~\t]*[^`\\&~\s]))?)?$/.exec(
    lines[line] ?? '',
  )
  if (!opening) return undefined
  const [, fence = '', lang = null, meta = null] = opening
  const close = closeOf(lines, line, fence)
  // GitHub's other form of a display.
  if (close === undefined || lang === 'math' || !/^[`~]+$/.test(lines[close] ?? '')) return undefined
  const start = (starts[line] ?? 0) + (lines[line]?.length ?? 0)
  const value = text.slice(start, starts[close]).replace(/^\n|\n$/g, '')
  const block: Code = { type: 'code', lang, meta, value, position: linesAt(source, line, close + 1) }
  return { block, to: close + 1 }
}

/** Gives the line that closes a fence which another opens; CommonMark, section 4.5. */
function closeOf(lines: readonly string[], line: number, fence: string): number | undefined {
  return lineWith(lines, line + 1, new RegExp(`^ {0,3}${fence}${fence[0]}*[ \\t]*$`))
}

function displayAt(source: Source, line: number): Plain | undefined {
  const { lines, starts, text } = source
  const last = lines[line] === '$$' ? closingDollars(lines, line) : line
  if (last === undefined || isTerm(lines, last + 1) || !isBlank(lines[last + 1] ?? '')) return undefined
  const from = starts[line] ?? 0
  const part = text.slice(from, (starts[last] ?? 0) + (lines[last]?.length ?? 0))
  if (!(last === line ? displayLine : displayLines).test(part)) return undefined
  const end = part.lastIndexOf('$$') + 2
  const formula = formulaBetween(part, { start: 0, end, delimiter: '$$', size: 2 })
  if (!formula || formula.end !== part.length) return undefined
  const { display, delimiter, label, valueStart, valueEnd } = formula
  const anchors = anchorsOf(source, from + valueStart, from + valueEnd)
  const math = { display, delimiter, label, anchors }
  const position = linesAt(source, line, last + 1)
  return { block: displayMath(part.slice(valueStart, valueEnd), math, position), to: last + 1 }
}

/** What closes, and is not escaped, with a label behind it or nothing. */
const displayLine = /^\$\$[^$`\t]*[^$`\t\\]\$\$(?: *\{#eq:[^\s{}$`]+\})?$/
const displayLines = /\n\$\$(?: *\{#eq:[^\s{}$`]+\})?$/

/** Gives the line that closes a display, of lines that hold no other dollars and are TeX. */
function closingDollars(lines: readonly string[], line: number): number | undefined {
  for (let below = line + 1; below < lines.length; below += 1) {
    const text = lines[below] ?? ''
    if (text.startsWith('$$')) return below
    if (isBlank(text) || /[$\t]/.test(text) || isNoTeX(text, false)) return undefined
  }
  return undefined
}

/** Whether what stands below a blank line may make terms of what stands above: `: what it means`. */
function isTerm(lines: readonly string[], blank: number): boolean {
  return nextText(lines, blank).trimStart().startsWith(':')
}

/** Gives the first line from one on that is not blank; '' if there is none. */
function nextText(lines: readonly string[], from: number): string {
  for (let line = from; line < lines.length; line += 1)
    if (!isBlank(lines[line] ?? '')) return lines[line] ?? ''
  return ''
}

/** What makes something else of a line: white space, a heading, quote, rule, table, list, code, details, definition. */
const otherLine =
  /^(?:[\s#>=~|:<+-]|\*(?:[\s*]*$|[ \t*]{2}|[ \t])|\d{1,9}[.)](?:[ \t]|$)|`{3}|\$\$|\\(?:begin\{|[^a-zA-Z]))|[ \t]$|\t/

function paragraphAt(source: Source, line: number): Plain | undefined {
  const { lines } = source
  let to = line
  for (let text = lines[to] ?? ''; !isBlank(text); text = lines[to] ?? '') {
    if (to > line && bullet.test(text) && !otherLine.test(text.slice(2))) break
    if (otherLine.test(text)) return undefined
    to += 1
  }
  if (isTerm(lines, to)) return undefined
  const children = phrasingIn(source, line, to, 0)
  // A dollar may open a formula that goes on in what looks like a list.
  if (!children || (!isBlank(lines[to] ?? '') && children.some(hasDollar))) return undefined
  const block: Paragraph = { type: 'paragraph', children, position: linesAt(source, line, to) }
  return { block, to }
}

function hasDollar(node: PhrasingContent): boolean {
  return node.type === 'text' ? node.value.includes('$') : 'children' in node && node.children.some(hasDollar)
}

/** What begins an item of a list that may stand right below a paragraph; CommonMark, section 5.3. */
const bullet = /^[-*+] (?=\S)/
const item = /^([-*+]|(\d{1,9})[.)]) (?=\S)/
const anyItem = /^(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/

function isItem(line = ''): boolean {
  return item.test(line)
}

/** Gives a list whose items are a line each, with nothing after it that may belong to it. */
function listAt(source: Source, line: number): Plain | undefined {
  const { lines } = source
  const [, mark = '', start] = item.exec(lines[line] ?? '') ?? []
  const children: ListItem[] = []
  let to = line
  for (let text = lines[to] ?? ''; !isBlank(text); text = lines[to] ?? '') {
    const [sign = '', own = ''] = item.exec(text) ?? []
    if (own.at(-1) !== mark.at(-1) || otherLine.test(text.slice(sign.length))) return undefined
    const content = phrasingIn(source, to, to + 1, sign.length)
    if (!content) return undefined
    const position = linesAt(source, to, to + 1)
    const paragraph: Paragraph = {
      type: 'paragraph',
      children: content,
      position: { start: { ...pointAfter(position.start, sign.length) }, end: { ...position.end } },
    }
    children.push({ type: 'listItem', spread: false, checked: null, children: [paragraph], position })
    to += 1
  }
  const next = nextText(lines, to)
  if (/^[\s:]/.test(next) || anyItem.test(next)) return undefined
  const block: List = {
    type: 'list',
    ordered: start !== undefined,
    start: start === undefined ? null : Number(start),
    spread: false,
    children,
    position: linesAt(source, line, to),
  }
  return { block, to }
}

function pointAfter({ line, column, offset = 0 }: Point, length: number): Point {
  return { line, column: column + length, offset: offset + length }
}

function linesAt({ lines, starts }: Source, from: number, to: number): Position {
  const last = lines[to - 1]?.length ?? 0
  return {
    start: { line: from + 1, column: 1, offset: starts[from] ?? 0 },
    end: { line: to, column: last + 1, offset: (starts[to - 1] ?? 0) + last },
  }
}

/**
 * Gives the line after blocks that are not plain: blank, or where plain ones can follow. What holds blank lines itself
 * is passed over as a whole; where that is not certain, no line of the text is plain any more.
 */
function afterOthers(lines: readonly string[], from: number): number {
  let isHtml = false
  let line = from
  while (line < lines.length) {
    const text = lines[line] ?? ''
    if (isBlank(text)) return line
    const last = lastLineOf(lines, line, isHtml)
    if (last === undefined) return lines.length
    isHtml ||= /^ {0,3}</.test(text) && !htmlEnd(text.trimStart())
    line = last + 1
  }
  return line
}

/** Gives the last line of what a line opens, itself if that is nothing; nothing if it is not certain. */
function lastLineOf(lines: readonly string[], line: number, isHtml: boolean): number | undefined {
  const text = lines[line] ?? ''
  const trimmed = text.trimStart()
  const indent = text.length - trimmed.length
  const last = closingLine(lines, line, indent)
  if (last === undefined || last === line) return last
  // What looks like code within a block of HTML is none.
  if (isHtml) return undefined
  // Within a list, say, a line that is not indented would end what seems to be open.
  return indent > 0 && lines.slice(line + 1, last + 1).some((inside) => /^\S/.test(inside)) ? undefined : last
}

function closingLine(lines: readonly string[], line: number, indent: number): number | undefined {
  const text = (lines[line] ?? '').slice(indent)
  if (/^(?:\$\$|\\{1,2}\[|\\begin\{)/.test(text)) {
    if (text.startsWith('$$') && text.indexOf('$$', 2) > 0) return line
    return indent > 0 ? lineWith(lines, line + 1, /\$\$/) : undefined
  }
  if (indent > 3) return line
  if (/^(?:`{3,}[^`]*$|~{3})/.test(text)) return closeOf(lines, line, /^(?:`+|~+)/.exec(text)?.[0] ?? '')
  const end = text.startsWith('<') ? htmlEnd(text) : undefined
  if (!end || end.test(text.slice(2))) return line
  return lineWith(lines, line + 1, end)
}

function lineWith(lines: readonly string[], from: number, wanted: RegExp): number | undefined {
  for (let line = from; line < lines.length; line += 1) if (wanted.test(lines[line] ?? '')) return line
  return undefined
}

/** What ends a block of HTML that may hold blank lines; CommonMark, section 4.6, conditions 1 to 5. */
function htmlEnd(text: string): RegExp | undefined {
  if (/^<(?:script|pre|style|textarea)(?:[\s>]|$)/i.test(text)) return /<\/(?:script|pre|style|textarea)>/i
  if (text.startsWith('<!--')) return /-->/
  if (text.startsWith('<?')) return /\?>/
  if (text.startsWith('<![CDATA[')) return /\]\]>/
  return /^<![A-Za-z]/.test(text) ? />/ : undefined
}
