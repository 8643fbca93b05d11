/** Text that Markdown takes as it stands, read as a paragraph is: a title or an alternative text that is a caption. */
import type { PhrasingContent, Root, RootContent, Text } from 'mdast'
import type { Point, Position } from 'unist'
import { VFile } from 'vfile'
import type { RuleName } from '../diagnostics.js'
import { report } from './finding.js'
import type { Lines } from './math/lines.js'
import { visit } from './walk.js'

/** A piece of the source, without the marks of the block quotes and lists that it stands in. */
export interface Piece extends Position {
  readonly text: string
}

/** What reading pieces of a body asks for. */
export interface PhrasingReader {
  /** Parses a text as the body has been. */
  readonly parse: (text: string, file: VFile) => Root
  readonly file: VFile
  /** The lines of the body. */
  readonly lines: Lines
  /** What the body defines: links, and behind a `^` footnotes. Only these make references of brackets. */
  readonly definitions: ReadonlySet<string>
}

/** A mark that no block begins with, and behind which emphasis begins as at the start of a line. */
const mark = '('

/**
 * Gives the phrasing content of a piece, each node at its place in the body; null where it is no single paragraph.
 * What parsing reports is reported at its place.
 */
export function phrasingOf(piece: Piece, reader: PhrasingReader): PhrasingContent[] | null {
  const { parse, file, definitions } = reader
  const { mathSyntax, citations } = file.data
  const data = { ...(mathSyntax && { mathSyntax }), ...(citations && { citations }) }
  const own = new VFile({ value: '', data })
  const [paragraph, ...others] = parse(mark + piece.text + stubs(piece.text, definitions), own).children
  const lead = paragraph?.type === 'paragraph' ? paragraph.children[0] : undefined
  if (paragraph?.type !== 'paragraph' || lead?.type !== 'text' || !others.every(isDefinition)) return null
  const place = placesOf(piece, reader.lines)
  movePlaces(paragraph, place)
  lead.value = lead.value.slice(mark.length).trimStart()
  for (const { ruleId, reason, note, place: at } of own.messages) {
    report(file, ruleId as RuleName, reason, { place: at && movedTo(at, place), hint: note })
  }
  return lead.value === '' ? paragraph.children.slice(1) : paragraph.children
}

/** Gives definitions to stand below a text, of what it refers to and the body defines. */
function stubs(text: string, definitions: ReadonlySet<string>): string {
  if (definitions.size === 0) return ''
  const labels = [...text.matchAll(/\[([^[\]]+)\]/g)].map(([, label = '']) => label)
  const known = new Set(labels.filter((label) => definitions.has(identifierOf(label))))
  return [...known].map((label) => `\n\n[${label}]: ${label.startsWith('^') ? 'x' : '#'}`).join('')
}

/** Gives a label as mdast has it for an identifier (micromark-util-normalize-identifier, in small letters). */
function identifierOf(label: string): string {
  return label
    .replace(/[\t\n\r ]+/g, ' ')
    .trim()
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
}

function isDefinition({ type }: RootContent): boolean {
  return type === 'definition' || type === 'footnoteDefinition'
}

type PlaceOf = (point: Point) => Point

/** Gives what finds the place of a point of a parsed piece. A line of a piece ends where that of the body does. */
function placesOf({ text, start, end }: Piece, lines: Lines): PlaceOf {
  const written = text.split(/\r\n|\n|\r/)
  return (point) => {
    const index = Math.min(point.line, written.length) - 1
    if (index === 0) return along(start, Math.max(0, point.column - 1 - mark.length))
    const line = start.line + index
    const lineEnd = index === written.length - 1 ? (end.offset ?? 0) : lines.end(line - 1)
    const offset = lineEnd - (written[index] ?? '').length
    return along({ line, column: offset - lines.start(line - 1) + 1, offset }, point.column - 1)
  }
}

function along({ line, column, offset = 0 }: Point, by: number): Point {
  return { line, column: column + by, offset: offset + by }
}

function movePlaces(paragraph: RootContent, place: PlaceOf): void {
  visit(paragraph, (node) => {
    if (node.position) node.position = { start: place(node.position.start), end: place(node.position.end) }
    if (node.type !== 'inlineMath' || !node.data?.math) return
    const { math } = node.data
    const anchors = math.anchors.map((anchor) => {
      const { line, column } = place(anchor)
      return { at: anchor.at, line, column }
    })
    node.data = { ...node.data, math: { ...math, anchors } }
  })
}

function movedTo(at: Point | Position, place: PlaceOf): Point | Position {
  return 'start' in at ? { start: place(at.start), end: place(at.end) } : place(at)
}

/** Gives a text without its beginning; what follows it is at its place in the source or further on. */
export function restOfText(text: Text, from: number): Text {
  const value = text.value.slice(from)
  if (!text.position) return { ...text, value }
  const { start, end } = text.position
  const lines = text.value.slice(0, from).split(/\r\n|\n|\r/).length - 1
  const column = lines === 0 ? start.column + from : 1
  const moved = { line: start.line + lines, column, offset: (start.offset ?? 0) + from }
  return { ...text, value, position: { start: moved, end } }
}
