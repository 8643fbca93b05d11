/** Code blocks: which language an info string means, and what is highlighted. */
import type { Root as HastRoot } from 'hast'
import { all } from 'lowlight'
import type { Code, Root } from 'mdast'
import { visit } from 'unist-util-visit'

/** Options of rehype-highlight: every language of highlight.js, none guessed. */
export const highlightOptions = { languages: all, plainText: ['none', 'plain', 'output'] } as const

/** Names of languages, without their aliases, to suggest one. */
export const languageNames: readonly string[] = Object.keys(all)

/** A remark plugin that reads the language off info strings in the forms that people bring along. */
export function remarkCodeLanguage() {
  return (tree: Root): void => {
    visit(tree, 'code', (node: Code) => {
      if (node.lang) node.lang = languageOf([node.lang, node.meta].filter(Boolean).join(' '))
    })
  }
}

/**
 * Gives the language of an info string: `python`; `python:train.py` (Zenn, Qiita), `{.python .input}`
 * (Pandoc), `{r setup}` (R Markdown) and `python {3,5}` are python or r; null where none is named.
 */
export function languageOf(info: string): string | null {
  const attributes = /^\{\s*([^}]*)\}?/.exec(info)?.[1]
  const word =
    attributes === undefined
      ? /^[^\s{]*/.exec(info)?.[0]
      : (/(?:^|\s)\.([^\s}.]+)/.exec(attributes)?.[1] ?? /^([a-z][\w+#-]*)(?=[\s,]|$)/i.exec(attributes)?.[1])
  return word?.replace(/:.*$/, '').toLowerCase() || null
}

/** A rehype plugin that makes code blocks reachable by keyboard, since a long line scrolls in its own box. */
export function rehypeCodeBlocks() {
  return (tree: HastRoot): void => {
    visit(tree, 'element', (node) => {
      if (node.tagName === 'pre') node.properties.tabIndex ??= 0
    })
  }
}
