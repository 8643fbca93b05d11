/** Task lists: GFM's check boxes, with a name for who cannot see them. */
import type { Root } from 'hast'
import { visit } from './walk.js'

/** A rehype plugin that names the check boxes of task lists, which no label belongs to. */
export function rehypeTasks() {
  return (tree: Root): void => {
    visit(tree, 'element', ({ tagName, properties }) => {
      if (tagName !== 'input' || properties.type !== 'checkbox' || !properties.disabled) return
      properties.ariaLabel ??= properties.checked ? 'Done' : 'To do'
    })
  }
}
