/** Formulas on their way from Markdown to typesetting: a hast node of their own, and those that raw HTML holds. */
import type { Comment, Element, ElementContent, Nodes, Root, Text } from 'hast'
import type { InlineMath, Math as MathNode } from 'mdast-util-math'
import type { VFile } from 'vfile'
import { settledBackslash, settledDollar } from '../rendered.js'
import { SKIP, visit } from '../walk.js'
import type { MathSource } from './from-markdown.js'
import type { MathSyntaxOptions } from './grammar.js'
import { type Lines, linesOf } from './lines.js'
import { splitMath } from './split.js'

/** A formula that is yet to be typeset. */
export interface Formula {
  type: 'formula'
  /** Its TeX, as written between its delimiters. */
  value: string
  data: { math: MathSource }
  position?: Text['position']
}

declare module 'hast' {
  interface RootContentMap {
    formula: Formula
  }
  interface ElementContentMap {
    formula: Formula
  }
}

/** The name of the node type, for rehype-raw to pass through untouched. */
export const formulaType = 'formula'

/** Handlers for remark-rehype: formulas keep what the grammar knows of them. */
export const formulaHandlers = { math: formulaOf, inlineMath: formulaOf } as const

function formulaOf(_state: unknown, node: MathNode | InlineMath): ElementContent {
  const display = node.type === 'math'
  const math = node.data?.math ?? { display, delimiter: '$', label: null, anchors: [] }
  const formula: Formula = { type: 'formula', value: node.value, data: { math }, position: node.position }
  // A display that stands alone is a paragraph of its own.
  return display ? { type: 'element', tagName: 'p', properties: {}, children: [formula] } : formula
}

/**
 * Marks the dollars and backslashes of Markdown's own text; to stand before rehype-raw. The grammar has decided
 * that they are text, while nothing has looked at those of raw HTML yet.
 */
export function settleText(tree: Root): void {
  visit(tree, 'text', (node) => {
    node.value = node.value.replaceAll('$', settledDollar).replaceAll('\\', settledBackslash)
  })
}

function unsettled(text: string): string {
  return text.replaceAll(settledDollar, '$').replaceAll(settledBackslash, '\\')
}

/** Makes formulas of the dollars that raw HTML holds, as MathJax does, and unmarks the others; to stand after rehype-raw. */
export function findHtmlMath(tree: Root, options: MathSyntaxOptions, file: VFile): void {
  visit(tree, (node: Nodes, index, parent) => {
    if (node.type === 'element' && isVerbatim(node)) {
      unsettle(node, file)
      return SKIP
    }
    if (node.type !== 'text') return undefined
    if (!parent || index === undefined || !/[$\\]/.test(node.value)) {
      node.value = unsettled(node.value)
      return undefined
    }
    const parts = formulasOf(node, options)
    parent.children.splice(index, 1, ...parts)
    return [SKIP, index + parts.length]
  })
}

/** Parts a text into words and formulas. */
function formulasOf(given: Text, options: MathSyntaxOptions): readonly ElementContent[] {
  // Of a text beside an element that is never closed, rehype-raw may not know where it begins or ends.
  const isPlaced = given.position?.start && given.position.end
  const node: Text = isPlaced ? given : { type: 'text', value: given.value }
  const lines = linesOf(node.value)
  let at = 0
  return splitMath(node.value, options).map((part): ElementContent => {
    const start = node.value.indexOf(part.value, at)
    at = start + part.value.length
    const value = unsettled(part.value)
    if (part.type === 'text') return { ...node, value }
    const { display } = part
    const anchors = anchorsIn(node, lines, start, at)
    const math: MathSource = { display, delimiter: display ? '$$' : '$', label: null, anchors }
    return { type: 'formula', value, data: { math }, position: node.position }
  })
}

/**
 * Where the lines of a part of a text stand in the file; none if character references have changed its length. In
 * a block quote or list the lines are right, and the columns of all but the first lack what is before them.
 */
function anchorsIn(
  { value, position }: Text,
  lines: Lines,
  start: number,
  end: number,
): MathSource['anchors'] {
  if (!position || position.end.offset !== (position.start.offset ?? 0) + value.length) return []
  const first = lines.at(start)
  return Array.from({ length: lines.at(end) - first + 1 }, (_, index) => {
    const line = first + index
    const from = Math.max(start, lines.start(line))
    const column = (line === 0 ? position.start.column : 1) + from - lines.start(line)
    return { at: from - start, line: position.start.line + line, column }
  })
}

function unsettle(tree: Nodes, file: VFile): void {
  visit(tree, (node, index, parent) => {
    if (node.type === 'text') node.value = unsettled(node.value)
    // What a template holds is no child of it (HTML, section 4.12.3).
    if (node.type === 'element' && node.content) unsettle(node.content, file)
    const formula = node.type === 'comment' ? passedThrough(node) : undefined
    if (formula && parent && index !== undefined)
      parent.children[index] = { type: 'text', value: sourceOf(formula, file) }
  })
}

/** A formula that rehype-raw has put into a comment to pass it through, and in templates does not take out. */
function passedThrough(comment: Comment): Formula | undefined {
  const value: unknown = comment.value
  return typeof value === 'string' ? undefined : (value as { readonly stitch: Formula }).stitch
}

/** A formula as it was typed. */
function sourceOf({ value, position }: Formula, file: VFile): string {
  return position ? String(file).slice(position.start.offset, position.end.offset) : `$${value}$`
}

function isVerbatim({ tagName }: Element): boolean {
  return /^(script|style|code|pre|textarea|kbd|samp|svg|math|template)$/.test(tagName)
}
