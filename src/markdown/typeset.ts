/**
 * A hast node of Scholium's own: HTML that is finished (a formula from KaTeX). It is kept as a string, so that
 * no later step parses or serialises it again, and becomes a raw node just before the tree is stringified.
 */
import type { Nodes, Parents, Root } from 'hast'
import { SKIP, visit } from './walk.js'

export interface Typeset {
  type: 'typeset'
  /** The finished HTML. */
  value: string
  /** What the author wrote between the dollars. */
  tex: string
  /** As plain text, for where nothing can be typeset. */
  plain: string
  data?: undefined
}

declare module 'hast' {
  interface RootContentMap {
    typeset: Typeset
  }
  interface ElementContentMap {
    typeset: Typeset
  }
}

/** A rehype plugin that turns finished HTML into raw nodes; the last one before rehype-stringify. */
export function rehypeFinish() {
  return (tree: Root): void => {
    visit(tree, 'typeset', (node, index, parent) => {
      if (parent && index !== undefined) parent.children[index] = { type: 'raw', value: node.value }
      return SKIP
    })
  }
}

/** Gives the words of a hast tree, finished HTML included, what `leaves` names left out. */
export function textOf(node: Nodes, leaves: (node: Nodes) => boolean = () => false): string {
  if (leaves(node)) return ''
  if (node.type === 'text') return node.value
  if (node.type === 'typeset') return node.plain
  return 'children' in node ? (node as Parents).children.map((child) => textOf(child, leaves)).join('') : ''
}
