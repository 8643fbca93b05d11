/** Tables: each in a box of its own, so that a wide one scrolls and the page does not. */
import type { Element, Root } from 'hast'
import { SKIP, visit } from 'unist-util-visit'
import { textOf } from './typeset.js'

/**
 * A rehype plugin that wraps tables in `<div class="table-scroll">`, reachable by keyboard and named by the
 * table's caption or its number in the page. A column's alignment is a class, since HTML has no `align`
 * attribute any more; a header cell without words is a plain cell, since it names nothing.
 */
export function rehypeTables() {
  return (tree: Root): void => {
    let number = 0
    visit(tree, 'element', (node, index, parent) => {
      if (node.tagName !== 'table' || !parent || index === undefined) return undefined
      number += 1
      visit(node, 'element', tidyCell)
      parent.children[index] = {
        type: 'element',
        tagName: 'div',
        properties: {
          className: ['table-scroll'],
          role: 'region',
          tabIndex: 0,
          ariaLabel: captionOf(node) ?? `Table ${number}`,
        },
        children: [node],
      }
      return SKIP
    })
  }
}

function tidyCell(cell: Element): void {
  if (cell.tagName !== 'th' && cell.tagName !== 'td') return
  const { align, className, ...properties } = cell.properties
  if (typeof align === 'string') {
    const classes = Array.isArray(className) ? className : []
    cell.properties = { ...properties, className: [...classes, `align-${align}`] }
  }
  if (
    cell.tagName === 'th' &&
    cell.children.every((child) => child.type === 'text' && child.value.trim() === '')
  ) {
    cell.tagName = 'td'
  }
}

function captionOf(table: Element): string | null {
  const caption = table.children.find((child) => child.type === 'element' && child.tagName === 'caption')
  return caption ? textOf(caption).replace(/\s+/g, ' ').trim() || null : null
}
