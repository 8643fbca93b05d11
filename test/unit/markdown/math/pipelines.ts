/** The ways to read Markdown that these tests compare. */
import type { Nodes, Root } from 'mdast'
import type { InlineMath, Math as MathNode } from 'mdast-util-math'
import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import remarkMath from 'remark-math'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'
import { VFile } from 'vfile'
import type { VFileMessage } from 'vfile-message'
import { type MathSyntaxOptions, remarkDollarMath } from '../../../../src/markdown/math/dollar-math.js'

export type Formula = MathNode | InlineMath

/** remark-parse and remark-gfm alone. */
export const plain = unified().use(remarkParse).use(remarkGfm).freeze()

/** What remark-math makes of dollars. */
export const stock = unified().use(remarkParse).use(remarkGfm).use(remarkMath).freeze()

const html = unified()
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeStringify, { allowDangerousHtml: true })
  .freeze()

export function withDollarMath(options: Partial<MathSyntaxOptions> = {}) {
  return unified().use(remarkParse).use(remarkGfm).use(remarkMath).use(remarkDollarMath, options).freeze()
}

/** Gives the tree of a text by this grammar, and what it reports. */
export function toTree(
  markdown: string,
  options: Partial<MathSyntaxOptions> = {},
  ofFile: Partial<MathSyntaxOptions> = {},
): { readonly tree: Root; readonly messages: readonly VFileMessage[] } {
  const file = new VFile({ value: markdown, data: { mathSyntax: ofFile } })
  return { tree: withDollarMath(options).parse(file), messages: file.messages }
}

/** Gives the HTML of a text by this grammar, formulas as code. */
export function toHtml(markdown: string, options: Partial<MathSyntaxOptions> = {}): string {
  return treeToHtml(toTree(markdown, options).tree)
}

export function treeToHtml(tree: Root): string {
  return html.stringify(html.runSync(tree))
}

/** Gives the formulas of a tree in order, and whether each is a display by the class that rehype-katex reads. */
export function mathOf(
  tree: Root,
): readonly { readonly node: Formula; readonly value: string; readonly display: boolean }[] {
  const found: { node: Formula; value: string; display: boolean }[] = []
  visit(tree, (node: Nodes) => {
    if (node.type === 'math') found.push({ node, value: node.value, display: true })
    if (node.type === 'inlineMath') {
      const classes = node.data?.hProperties?.className
      found.push({
        node,
        value: node.value,
        display: Array.isArray(classes) && classes.includes('math-display'),
      })
    }
  })
  return found
}
