/** Formulas on their way from Markdown to typesetting: a hast node of their own, and those that raw HTML holds. */
import type { Element, ElementContent, Nodes, Root, Text } from 'hast'
import type { InlineMath, Math as MathNode } from 'mdast-util-math'
import { SKIP, visit } from 'unist-util-visit'
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
 * What a dollar of Markdown's text is while raw HTML is parsed: the grammar has decided that it is text, while
 * nothing has looked at the dollars of raw HTML yet. A noncharacter, which cleaned text does not hold.
 */
const settledDollar = '\uFDD2'

/** Marks the dollars of Markdown's own text; to stand before rehype-raw. */
export function settleDollars(tree: Root): void {
  visit(tree, 'text', (node) => {
    if (node.value.includes('$')) node.value = node.value.replaceAll('$', settledDollar)
  })
}

/** Makes formulas of the dollars that raw HTML holds, as MathJax does, and unmarks the others; to stand after rehype-raw. */
export function findHtmlMath(tree: Root, options: MathSyntaxOptions): void {
  visit(tree, (node: Nodes, index, parent) => {
    if (node.type === 'element' && isVerbatim(node)) {
      unsettle(node)
      return SKIP
    }
    if (node.type !== 'text') return undefined
    if (!parent || index === undefined || !/[$\\]/.test(node.value)) {
      node.value = node.value.replaceAll(settledDollar, '$')
      return undefined
    }
    const parts = formulasOf(node, options)
    parent.children.splice(index, 1, ...parts)
    return [SKIP, index + parts.length]
  })
}

/** Parts a text into words and formulas. */
function formulasOf(node: Text, options: MathSyntaxOptions): readonly ElementContent[] {
  const lines = linesOf(node.value)
  let at = 0
  return splitMath(node.value, options).map((part): ElementContent => {
    const start = node.value.indexOf(part.value, at)
    at = start + part.value.length
    const value = part.value.replaceAll(settledDollar, '$')
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

function unsettle(tree: Nodes): void {
  visit(tree, 'text', (node) => {
    node.value = node.value.replaceAll(settledDollar, '$')
  })
}

function isVerbatim({ tagName }: Element): boolean {
  return /^(script|style|code|pre|textarea|kbd|samp|svg|math|template)$/.test(tagName)
}
