/** Formulas on their way from Markdown to typesetting: a hast node of their own, and those that raw HTML holds. */
import type { Element, ElementContent, Nodes, Root, Text } from 'hast'
import type { InlineMath, Math as MathNode } from 'mdast-util-math'
import { SKIP, visit } from 'unist-util-visit'
import type { MathSource } from './from-markdown.js'
import type { MathSyntaxOptions } from './grammar.js'
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
    const parts = splitMath(node.value, options).map((part): ElementContent => {
      if (part.type === 'text') return { ...node, value: part.value.replaceAll(settledDollar, '$') }
      const math: MathSource = {
        display: part.display,
        delimiter: part.display ? '$$' : '$',
        label: null,
        anchors: [],
      }
      return {
        type: 'formula',
        value: part.value.replaceAll(settledDollar, '$'),
        data: { math },
        position: node.position,
      }
    })
    parent.children.splice(index, 1, ...parts)
    return [SKIP, index + parts.length]
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
