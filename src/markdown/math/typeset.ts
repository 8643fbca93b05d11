/** Formulas → HTML: a rehype plugin in front of rehype-katex that asks KaTeX once and keeps its HTML as text. */
import type { Element, Root } from 'hast'
import katex, { type KatexOptions } from 'katex'
import { SKIP, visit } from 'unist-util-visit'
import type { VFile } from 'vfile'
import type { Typeset } from '../typeset.js'

/** What KaTeX is asked for, here and by rehype-katex, so that both give the same bytes. */
export const katexOptions = { strict: 'ignore', throwOnError: true } as const satisfies KatexOptions

/**
 * Typesets the formulas of remark-math's nodes. One that KaTeX rejects becomes `<code class="math-error">`
 * with its source, and a message of rule `math-renders`. Formulas in raw HTML are left to rehype-katex.
 */
export function rehypeTypesetMath() {
  return (tree: Root, file: VFile): void => {
    visit(tree, 'element', (node, index, parent) => {
      const display = displayOf(node)
      if (display === null || !parent || index === undefined) return undefined
      const formula = node.tagName === 'pre' ? (node.children[0] as Element) : node
      const tex = formula.children.map((child) => (child.type === 'text' ? child.value : '')).join('')
      parent.children[index] = typesetOf(tex, display, formula, file)
      return SKIP
    })
  }
}

/** Whether an element is a formula as remark-math makes them, and then whether it is a display. */
function displayOf(node: Element): boolean | null {
  const formula = node.tagName === 'pre' ? node.children[0] : node
  if (formula?.type !== 'element' || formula.tagName !== 'code') return null
  const classes = formula.properties.className
  if (!Array.isArray(classes) || !classes.includes('language-math')) return null
  if (classes.includes('math-display')) return true
  return classes.includes('math-inline') ? false : null
}

function typesetOf(tex: string, displayMode: boolean, node: Element, file: VFile): Element | Typeset {
  try {
    const html = katex.renderToString(tex, { ...katexOptions, displayMode })
    const value = displayMode ? `<span class="math-display" tabindex="0">${html}</span>` : html
    return { type: 'typeset', value, text: tex.trim() }
  } catch (error) {
    const reason = error instanceof katex.ParseError ? error.rawMessage : String(error)
    file.message(`KaTeX cannot typeset this formula: ${reason.replace(/\.?$/, '.')}`, {
      ...(node.position && { place: node.position }),
      ruleId: 'math-renders',
      source: 'scholium',
    })
    const source: Element = {
      type: 'element',
      tagName: 'code',
      properties: { className: ['math-error'] },
      children: [{ type: 'text', value: tex }],
    }
    return displayMode
      ? {
          type: 'element',
          tagName: 'span',
          properties: { className: ['math-display'], tabIndex: 0 },
          children: [source],
        }
      : source
  }
}
