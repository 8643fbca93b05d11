/** Smart punctuation (“quotes”, dashes, ellipses) in prose alone: what shields code and math from remark-smartypants. */
import type { Nodes, PhrasingContent, Root, Text } from 'mdast'
import remarkSmartypants from 'remark-smartypants'
import { type Processor, unified } from 'unified'
import type { VFile } from 'vfile'
import { isAddress, verbatimDepth } from './prose-texts.js'
import { punctuate } from './punctuation.js'
import { english, type QuotationStyle } from './quotation.js'
import { holeStart } from './rendered.js'
import { EXIT, visit } from './walk.js'

declare module 'vfile' {
  interface DataMap {
    shielded: readonly Shielded[]
    tagged: readonly Tagged[]
  }
}

interface Shielded {
  readonly node: PhrasingContent
  readonly type: PhrasingContent['type']
}

/** A text whose tags stand aside, each with {@link standIn} in its place. */
interface Tagged {
  readonly node: Text
  readonly tags: readonly string[]
}

/** Tags and attribute lists of other tools, which stay as typed: `{% … %}`, `{{ … }}`, `{: … }`, `{.name … }`, `{key=…}`. */
const tagPattern = /\{(?:%[^{}]*%|\{[^{}]*\}|(?:[:.#]|[\w-]+=)[^{}]*)\}/g
/** Letters, so that quotes around a tag pair up as around a word, and a noncharacter that no text has. */
const standIn = `A${holeStart}A`

/** Options of remark-smartypants: `--` is an en dash, `---` an em dash, as in Pandoc, kramdown and Hugo. */
export const smartypantsOptions = { dashes: 'oldschool' } as const

/**
 * A remark plugin to stand before remark-smartypants, which reads prose as one string in which inline code
 * counts as a word: formulas, the text of raw HTML code and URLs that are their own link become inline code for
 * a while, so that they are left alone and quotes around them pair up. Tags of other tools stand aside.
 */
export function remarkShield() {
  return (tree: Root, file: VFile): void => {
    const shielded: Shielded[] = []
    visit(tree, (parent) => {
      if (!('children' in parent)) return
      let verbatim = 0
      for (const node of parent.children as PhrasingContent[]) {
        if (node.type === 'html') verbatim = Math.max(0, verbatim + verbatimDepth(node.value))
        else if (
          node.type === 'inlineMath' ||
          node.type === 'keys' ||
          node.type === 'citationKey' ||
          (node.type === 'text' && (verbatim > 0 || isAddress(node, parent)))
        ) {
          shielded.push({ node, type: node.type })
          Object.assign(node, { type: 'inlineCode' })
        }
      }
    })
    file.data.shielded = shielded
    file.data.tagged = takeTags(tree)
  }
}

function takeTags(tree: Root): readonly Tagged[] {
  const tagged: Tagged[] = []
  visit(tree, 'text', (node) => {
    const tags = node.value.match(tagPattern)
    if (!tags) return
    node.value = node.value.replace(tagPattern, standIn)
    tagged.push({ node, tags })
  })
  return tagged
}

/** What remark-smartypants changes: quotes, backticks, dashes, and three dots, which may have spaces between them. */
const changeable = /["'`]|--|–-|\.\s*\.\s*\./

/** remark-smartypants, which reads all prose as sentences and words, where there is anything to change; or, for other languages than English, {@link punctuate}. */
export function remarkSmartPunctuation(this: Processor) {
  const transform = remarkSmartypants.call(this, smartypantsOptions)
  return (tree: Root, file: VFile): void => {
    const style = file.data.quotation ?? english
    let found = false
    visit(tree, 'text', ({ value }) => {
      found = (style === english ? changeable : changeableElsewhere).test(value)
      return found ? EXIT : undefined
    })
    if (!found) return
    if (style === english) transform?.call(this, tree, file, () => {})
    else punctuateTree(tree, style)
  }
}

/** What changes in other languages: also the spaces of French. */
const changeableElsewhere = /["']|--|\.\s*\.\s*\.| [;:!?»]|« /

/** Nodes that belong to the sentence around them. */
const inSentence: ReadonlySet<string> = new Set([
  ...['emphasis', 'strong', 'delete', 'link', 'linkReference', 'mark', 'abbreviation'],
])
/** Nodes that a sentence goes on through as if they were not there: tags, signs of footnotes. */
const unseen: ReadonlySet<string> = new Set(['html', 'footnoteReference', 'more'])

/** Punctuates each run of text that no block interrupts. */
function punctuateTree(tree: Root, style: QuotationStyle): void {
  let run: (Text | string | null)[] = []
  const end = () => {
    const texts = run.map((part) => (part === null || typeof part === 'string' ? part : part.value))
    if (run.length > 0) {
      for (const [index, value] of punctuate(texts, style).entries()) {
        const part = run[index]
        if (part !== null && typeof part === 'object') part.value = value
      }
    }
    run = []
  }
  const read = (node: Nodes): void => {
    if (node.type === 'text') run.push(node)
    else if (node.type === 'break') run.push('\n')
    else if (unseen.has(node.type)) return
    else if (!('children' in node)) run.push(null)
    else {
      const isBlock = !inSentence.has(node.type)
      if (isBlock) end()
      for (const child of node.children) read(child)
      if (isBlock) end()
    }
  }
  read(tree)
}

/** A remark plugin to stand after remark-smartypants: takes back what {@link remarkShield} did. */
export function remarkUnshield() {
  return (_tree: Root, file: VFile): void => {
    for (const { node, type } of file.data.shielded ?? []) Object.assign(node, { type })
    for (const { node, tags } of file.data.tagged ?? []) {
      const given = tags.values()
      node.value = node.value.replaceAll(standIn, () => given.next().value ?? '')
    }
  }
}

/**
 * Gives the texts of one line with smart punctuation; null stands for a formula between them, a word to the
 * quotes around it.
 */
export function punctuated(texts: readonly (string | null)[], style: QuotationStyle): readonly string[] {
  if (style !== english) return punctuate(texts, style)
  if (!texts.some((text) => text !== null && /["'`]|--|\.\.\./.test(text)))
    return texts.map((text) => text ?? '')
  const children = texts.map(
    (value): PhrasingContent =>
      value === null ? { type: 'inlineCode', value: 'x' } : { type: 'text', value },
  )
  const tree: Root = { type: 'root', children: [{ type: 'paragraph', children }] }
  unified().use(remarkSmartypants, smartypantsOptions).runSync(tree)
  return children.map((child) => (child.type === 'text' ? child.value : ''))
}
