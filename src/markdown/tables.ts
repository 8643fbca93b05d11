/** Tables: each in a box of its own, so that a wide one scrolls and the page does not. */
import type { Element, Nodes, Root } from 'hast'
import type { Root as MdastRoot } from 'mdast'
import type { VFile } from 'vfile'
import { speaker } from '../words.js'
import { report } from './finding.js'
import { textOf } from './typeset.js'
import { SKIP, visit } from './walk.js'

/**
 * A rehype plugin that wraps tables in `<div class="table-scroll">`, reachable by keyboard and named by the
 * table's caption or its number in the page. A column's alignment is a class, since HTML has no `align`
 * attribute any more; a header cell without words is a plain cell, since it names nothing.
 */
export function rehypeTables() {
  const say = speaker()
  return (tree: Root, file: VFile): void => {
    const { words = {} } = file.data
    // Those with a number that is seen have the first ones.
    let number = file.data.numberedTables ?? 0
    visit(tree, 'element', (node, index, parent) => {
      if (node.tagName !== 'table' || !parent || index === undefined) return undefined
      visit(node, 'element', tidyCell)
      parent.children[index] = {
        type: 'element',
        tagName: 'div',
        properties: {
          className: ['table-scroll'],
          role: 'region',
          tabIndex: 0,
          ariaLabel: captionOf(node, parent as Nodes) ?? say(words, 'tableNumber', { number: ++number }),
        },
        children: [node],
      }
      return SKIP
    })
  }
}

/**
 * A remark plugin that reports `table-row-fits`: GFM drops the cells of a row that its head has no column for,
 * and a `|` within a formula begins a cell, too.
 */
export function remarkTableRows() {
  return (tree: MdastRoot, file: VFile): void => {
    visit(tree, 'table', ({ children: [head, ...rows] }) => {
      for (const row of rows) {
        const surplus = row.children[head?.children.length ?? 0]
        if (!surplus) continue
        const reason = 'This row has more cells than the table has columns: they are left out.'
        const hint = 'Write \\| for a bar that divides no cells; in a formula, \\vert or \\mid.'
        report(file, 'table-row-fits', reason, { place: surplus.position, hint })
      }
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
  if (cell.tagName !== 'th') return
  const isFormula = cell.children.some(({ type }) => type === 'typeset')
  const hasText = cell.children.some(
    (child) => child.type === 'element' || (child.type === 'text' && child.value.trim() !== ''),
  )
  if (!isFormula && !hasText) cell.tagName = 'td'
  // Not every reader of pages takes MathML for words.
  if (isFormula && !hasText) cell.properties.ariaLabel ??= textOf(cell).trim()
}

/** A table's caption, or that of the figure it is in. */
function captionOf(table: Element, parent: Nodes): string | null {
  const figure = parent.type === 'element' && parent.tagName === 'figure' ? parent : null
  const caption = childOf(table, 'caption') ?? (figure && childOf(figure, 'figcaption'))
  return caption ? textOf(caption).replace(/\s+/g, ' ').trim() || null : null
}

function childOf({ children }: Element, tagName: string): Element | null {
  return (
    (children.find((child) => child.type === 'element' && child.tagName === tagName) as Element | null) ??
    null
  )
}
