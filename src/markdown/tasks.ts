/** Task lists: GFM's check boxes, with a name for who cannot see them. */
import type { Root } from 'hast'
import type { VFile } from 'vfile'
import { speaker } from '../words.js'
import { visit } from './walk.js'

/** A rehype plugin that names the check boxes of task lists, which no label belongs to. */
export function rehypeTasks() {
  const say = speaker()
  return (tree: Root, file: VFile): void => {
    const { words = {} } = file.data
    visit(tree, 'element', ({ tagName, properties }) => {
      if (tagName !== 'input' || properties.type !== 'checkbox' || !properties.disabled) return
      properties.ariaLabel ??= say(words, properties.checked ? 'taskDone' : 'taskToDo')
    })
  }
}
