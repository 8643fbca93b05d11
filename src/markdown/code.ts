/** Code blocks: which language an info string means, and what is highlighted. */
import type { Element, Root as HastRoot } from 'hast'
import type { Code, Root } from 'mdast'
import rehypeHighlight from 'rehype-highlight'
import type { VFile } from 'vfile'
import { grammarsOf } from './languages.js'
import { visit } from './walk.js'

/** Languages that are shown as they are. */
const plainText = ['none', 'plain', 'output']

/**
 * rehype-highlight with the languages that a body names, and only where it names one: to load all of highlight.js
 * takes longer than to render a post.
 */
export function rehypeHighlightNamed() {
  const highlighters = new Map<string, ReturnType<typeof rehypeHighlight>>()
  return (tree: HastRoot, file: VFile): void => {
    const blocks = blocksIn(tree)
    const names = languagesIn(blocks)
    if (names.size === 0) return
    const key = [...names].sort().join('\n')
    const highlight = highlighters.get(key) ?? rehypeHighlight({ languages: grammarsOf(names), plainText })
    highlighters.set(key, highlight)
    // The blocks alone: its walk over the whole of a tree costs more than all else it does.
    highlight({ type: 'root', children: [...blocks] }, file)
  }
}

/** The elements `pre` of a tree. */
function blocksIn(tree: HastRoot): readonly Element[] {
  const blocks: Element[] = []
  visit(tree, 'element', (node) => {
    if (node.tagName === 'pre') blocks.push(node)
  })
  return blocks
}

/** The languages that classes of a body's code name, by rehype-highlight's rule; and any that look like one. */
function languagesIn(blocks: readonly Element[]): ReadonlySet<string> {
  const names = new Set<string>()
  visit(
    { type: 'root', children: [...blocks] } as HastRoot,
    'element',
    ({ tagName, properties: { className } }) => {
      if (tagName !== 'code' || !Array.isArray(className)) return
      for (const name of className) {
        const language = /^lang(?:uage)?-(.+)/s.exec(String(name))?.[1]
        if (language !== undefined) names.add(language)
      }
    },
  )
  return names
}

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
