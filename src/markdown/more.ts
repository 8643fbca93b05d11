/** `<!-- more -->`: where an excerpt ends, as in WordPress, Hugo and Zola. Jekyll's sites write it as well. */
import type { Comment, Nodes } from 'hast'
import type { Html, Root } from 'mdast'
import type { VFile } from 'vfile'
import { visit } from './walk.js'

declare module 'mdast' {
  interface RootContentMap {
    more: More
  }
  interface PhrasingContentMap {
    more: More
  }
}

/** The mark: a comment on the page, too. */
export interface More extends Omit<Html, 'type'> {
  type: 'more'
}

const comment = /^<!--(\s*more\s*)-->$/i

/** Whether a text may hold the mark. */
export function hasMore(text: string): boolean {
  return /<!--\s{0,9}more\s{0,9}-->/i.test(text)
}

/** A remark plugin that takes the mark out of the raw HTML, so that it alone gives nobody cause to parse the page again. */
export function remarkMore() {
  return (tree: Root, file: VFile): void => {
    if (!hasMore(String(file))) return
    visit(tree, 'html', (node, index, parent) => {
      const [, value] = comment.exec(node.value.trim()) ?? []
      if (value !== undefined && parent && index !== undefined)
        parent.children[index] = { ...node, type: 'more', value }
    })
  }
}

/** A handler for remark-rehype. */
export const moreHandlers = {
  more: (_state: unknown, { value, position }: More): Comment => ({
    type: 'comment',
    value,
    ...(position && { position }),
  }),
} as const

/** Whether a node is the mark. */
export function isMore(node: Nodes): boolean {
  return node.type === 'comment' && node.value.trim().toLowerCase() === 'more'
}
