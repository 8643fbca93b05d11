/** Tables: each in a box of its own, so that a wide one scrolls and the page does not. */
import type { Root } from 'hast'
import { SKIP, visit } from 'unist-util-visit'

/** A rehype plugin that wraps tables in `<div class="table-scroll">`, reachable by keyboard. */
export function rehypeTables() {
  return (tree: Root): void => {
    visit(tree, 'element', (node, index, parent) => {
      if (node.tagName !== 'table' || !parent || index === undefined) return undefined
      parent.children[index] = {
        type: 'element',
        tagName: 'div',
        properties: { className: ['table-scroll'], role: 'region', tabIndex: 0, ariaLabel: 'Table' },
        children: [node],
      }
      return SKIP
    })
  }
}
