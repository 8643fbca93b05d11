/**
 * What KaTeX builds of a formula, as HTML. KaTeX writes its own trees too; here the same is written in one go with what
 * Scholium wants otherwise: classes for styles, MathML that is valid, the plain text.
 */
import katex, { type KatexOptions } from 'katex'
import type { StyleNamer, Styles } from '../styles.js'

/** A node of MathML that KaTeX has built. */
export interface MathNode {
  readonly type: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly classes: readonly string[]
  readonly children: readonly TreeNode[]
}

/** What all nodes of KaTeX's trees have in common, and what only some have. */
export interface TreeNode extends Partial<MathNode> {
  readonly text?: string
  readonly style?: Readonly<Record<string, unknown>>
  /** Of a symbol, its italic correction in em. */
  readonly italic?: number
  /** Of a space in MathML: its character, or its width in em where there is none. */
  readonly character?: string | null
  readonly width?: number
  readonly toMarkup: () => string
}

/** KaTeX's way to output of one's own, which its types leave out (see `__renderToDomTree` in its katex.js). */
interface Builder {
  readonly __renderToDomTree: (tex: string, options: KatexOptions) => TreeNode
  readonly __domTree: Readonly<Record<'Span' | 'Anchor' | 'SymbolNode', abstract new () => unknown>>
}

const builder = katex as typeof katex & Builder
const { Span, Anchor, SymbolNode } = builder.__domTree

/** Has KaTeX build a formula; throws what `renderToString` throws. */
export function treeOf(tex: string, options: KatexOptions): TreeNode {
  return builder.__renderToDomTree(tex, options)
}

/** Gives the `<math>` of a formula; null where there is none. */
export function mathIn(node: TreeNode | undefined): MathNode | null {
  if (node === undefined) return null
  return isMath(node) ? node : mathIn(node.children?.[0])
}

/** Whether a node is one of MathML. */
export function isMath(node: TreeNode): node is TreeNode & MathNode {
  return node.type !== undefined
}

/**
 * Gives a tree as KaTeX's `toMarkup` does, with classes for styles, which are added to `styles`, and without what MathML
 * does not have: widths of cells, for which `mtr-glue` is KaTeX's own name elsewhere, empty distances, and operators that
 * hold elements, as \stackrel makes them, which browsers set as rows.
 */
export function markupOf(tree: TreeNode, namer: StyleNamer, styles: Styles): string {
  let html = ''
  const write = (node: TreeNode): void => {
    const form: unknown = node
    if (form instanceof Span) element(node, 'span')
    else if (form instanceof SymbolNode) symbol(node)
    else if (isMath(node)) math(node)
    else if (form instanceof Anchor) element(node, 'a')
    else if (isFragment(node)) node.children?.forEach(write)
    // KaTeX lacks the signs of some accents, and writes that.
    else if ('text' in node) html += escaped(String(node.text))
    else html += namer.inHtml(node.toMarkup(), styles)
  }
  const element = (node: TreeNode, name: string): void => {
    const { attributes = {}, children = [] } = node
    // What formulas write themselves, where they are trusted: KaTeX judges names, and a style joins the others.
    if (!hasPlain(attributes)) {
      html += namer.inHtml(node.toMarkup(), styles)
      return
    }
    html += `<${name}${attributesOf(node.classes, styleOf(node.style, 0))}${written(attributes)}>`
    for (const child of children) write(child)
    html += `</${name}>`
  }
  const symbol = ({ classes, style, italic = 0, text = '' }: TreeNode): void => {
    const tag = attributesOf(classes, styleOf(style, italic))
    html += tag === '' ? escaped(text) : `<span${tag}>${escaped(text)}</span>`
  }
  const attributesOf = (classes: readonly string[] | undefined, style: string): string => {
    const names = classNames(classes)
    if (style === '') return classes?.length ? ` class="${names}"` : ''
    const name = namer.nameOf(style)
    if (name === null) return `${classes?.length ? ` class="${names}"` : ''} style="${style}"`
    styles.set(name, style)
    return ` class="${names === '' ? name : `${names} ${name}`}"`
  }
  const math = (node: MathNode): void => {
    const name = isHolder(node) ? 'mrow' : node.type
    html += `<${name}${name === node.type ? mathAttributes(node) : ''}>`
    for (const child of node.children) write(child)
    html += `</${name}>`
  }
  write(tree)
  return html
}

function isFragment({ children, attributes }: TreeNode): boolean {
  return children !== undefined && attributes === undefined
}

/** Whether a node is an operator that holds elements. */
function isHolder({ type, children }: MathNode): boolean {
  return type === 'mo' && startsWithElement(children[0])
}

function startsWithElement(node: TreeNode | undefined): boolean {
  if (node === undefined) return false
  if (isFragment(node)) return startsWithElement(node.children?.[0])
  return isMath(node) || !('text' in node)
}

function mathAttributes({ type, attributes, classes }: MathNode): string {
  if (type === 'mtd' && attributes.width === '50%' && classes.length === 0) return ' class="mtr-glue"'
  const { columnspacing, ...others } = attributes
  const kept = columnspacing === '' ? others : attributes
  return classes.length === 0 ? written(kept) : `${written(kept)} class ="${classNames(classes)}"`
}

function hasPlain(attributes: Readonly<Record<string, unknown>>): boolean {
  for (const name in attributes) if (name === 'style' || !/^[\w-]+$/.test(name)) return false
  return true
}

function written(attributes: Readonly<Record<string, unknown>>): string {
  let text = ''
  for (const name in attributes) text += ` ${name}="${escaped(String(attributes[name]))}"`
  return text
}

function classNames(classes: readonly string[] | undefined): string {
  let names = ''
  for (const name of classes ?? []) if (name) names += names === '' ? name : ` ${name}`
  return escaped(names)
}

/** Properties as CSS names them, each found out once. */
const properties = new Map<string, string>()

/** Gives a style as the value of an attribute; `italic` is a margin in em before all else. */
function styleOf(style: Readonly<Record<string, unknown>> | undefined, italic: number): string {
  let text = italic > 0 ? `margin-right:${+italic.toFixed(4)}em;` : ''
  for (const key in style) {
    const value = style[key]
    if (value === undefined) continue
    let name = properties.get(key)
    if (name === undefined) {
      name = key.replace(/([A-Z])/g, '-$1').toLowerCase()
      properties.set(key, name)
    }
    text += `${name}:${value};`
  }
  return escaped(text)
}

const characters: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '>': '&gt;',
  '<': '&lt;',
  '"': '&quot;',
  "'": '&#x27;',
}

function escaped(text: string): string {
  return /[&><"']/.test(text) ? text.replace(/[&><"']/g, (one) => characters[one] ?? one) : text
}
