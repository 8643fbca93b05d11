/** Smart punctuation (“quotes”, dashes, ellipses) in prose alone: what shields code and math from remark-smartypants. */
import type { PhrasingContent, Root } from 'mdast'
import { visit } from 'unist-util-visit'
import type { VFile } from 'vfile'

declare module 'vfile' {
  interface DataMap {
    shielded: readonly Shielded[]
  }
}

interface Shielded {
  readonly node: PhrasingContent
  readonly type: PhrasingContent['type']
}

/** Options of remark-smartypants: `--` is an en dash, `---` an em dash, as in Pandoc, kramdown and Hugo. */
export const smartypantsOptions = { dashes: 'oldschool' } as const

/**
 * A remark plugin to stand before remark-smartypants, which reads prose as one string in which inline code
 * counts as a word: formulas and the text of raw HTML code become inline code for a while, so that they are
 * left alone and quotes around them pair up.
 */
export function remarkShield() {
  return (tree: Root, file: VFile): void => {
    const shielded: Shielded[] = []
    const cover = (node: PhrasingContent) => {
      shielded.push({ node, type: node.type })
      Object.assign(node, { type: 'inlineCode' })
    }
    visit(tree, (parent) => {
      if (!('children' in parent)) return
      let verbatim = 0
      for (const node of parent.children as PhrasingContent[]) {
        if (node.type === 'html') verbatim = Math.max(0, verbatim + verbatimDepth(node.value))
        else if (node.type === 'inlineMath' || (node.type === 'text' && verbatim > 0)) cover(node)
      }
    })
    file.data.shielded = shielded
  }
}

/** A remark plugin to stand after remark-smartypants: takes back what {@link remarkShield} did. */
export function remarkUnshield() {
  return (_tree: Root, file: VFile): void => {
    for (const { node, type } of file.data.shielded ?? []) Object.assign(node, { type })
  }
}

const verbatimTag = /<(\/?)(?:code|pre|kbd|samp|var|script|style|textarea)\b/gi

/** How many elements of verbatim text a piece of raw HTML opens, less those it closes. */
function verbatimDepth(html: string): number {
  return [...html.matchAll(verbatimTag)].reduce((depth, [, slash]) => depth + (slash ? -1 : 1), 0)
}
