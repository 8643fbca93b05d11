/** From the HTML that citeproc writes to nodes of mdast, with formulas and the author's own words put back. */
import type { Element, ElementContent } from 'hast'
import { fromParse5 } from 'hast-util-from-parse5'
import type { Nodes, PhrasingContent } from 'mdast'
import { toString as mdastText } from 'mdast-util-to-string'
import { parseFragment } from 'parse5'
import { texEnd, texStart } from '../../content/csl-item.js'
import { plainTex } from '../math/plain.js'
import { asideMark } from './citing.js'

/** What stands behind the marks in HTML. */
export interface Behind {
  /** The TeX of formulas, by number. */
  readonly formulas: readonly string[]
  readonly asides?: readonly PhrasingContent[]
  /** Gives the link to the entry of an index. */
  readonly linkTo?: (item: number, children: PhrasingContent[]) => PhrasingContent
  /** Where what is wrong with a formula is reported. */
  readonly position?: Nodes['position']
}

/** Gives the nodes of a piece of HTML. */
export function fragment(html: string, behind: Behind): PhrasingContent[] {
  const tree = fromParse5(parseFragment(html))
  return 'children' in tree ? nodesIn(tree.children as ElementContent[], behind) : []
}

/** Gives nodes as plain text, formulas too. */
export function plainText(
  nodes: readonly PhrasingContent[],
  macros: Readonly<Record<string, string>>,
): string {
  const plain = (node: PhrasingContent): string => {
    if (node.type === 'inlineMath') return plainTex(node.value, macros)
    return 'children' in node ? (node.children as PhrasingContent[]).map(plain).join('') : mdastText(node)
  }
  return nodes.map(plain).join('').replace(/\s+/g, ' ').trim()
}

function nodesIn(children: readonly ElementContent[], behind: Behind): PhrasingContent[] {
  return children.flatMap((child) => {
    if (child.type === 'text') return textNodes(child.value, behind)
    return child.type === 'element' ? elementNodes(child, behind) : []
  })
}

const marked = new RegExp(`${texStart}(\\d+)${texEnd}|${asideMark}(\\d+)${asideMark}`)

function textNodes(text: string, { formulas, asides = [], position }: Behind): PhrasingContent[] {
  // Each part is followed by the numbers of a formula and of an aside, of which one is given.
  const parts = text.split(marked)
  const nodes: PhrasingContent[] = []
  for (let at = 0; at < parts.length; at += 3) {
    const [value = '', formula, aside] = parts.slice(at, at + 3)
    if (value !== '') nodes.push({ type: 'text', value })
    const tex = formulas[Number(formula)]
    if (tex !== undefined) nodes.push({ type: 'inlineMath', value: tex, ...(position && { position }) })
    const node = asides[Number(aside)]
    if (node) nodes.push(node)
  }
  return nodes
}

function elementNodes({ tagName, properties, children }: Element, behind: Behind): PhrasingContent[] {
  const within = nodesIn(children, behind)
  if (tagName === 'a') {
    const { dataCite, href } = properties
    if (dataCite !== undefined) return behind.linkTo ? [behind.linkTo(Number(dataCite), within)] : within
    // A bibliography may come from anywhere.
    return /^https?:/i.test(String(href)) ? [{ type: 'link', url: String(href), children: within }] : within
  }
  const named = elementFor(tagName, String(properties.style ?? ''))
  return named ? [{ type: 'emphasis', children: within, data: named }] : within
}

/** What an element becomes, its style a class: pages may forbid styles in attributes. */
function elementFor(
  tagName: string,
  style: string,
): { hName: string; hProperties?: { className: string[] } } | null {
  if (/^(?:i|b|sup|sub)$/.test(tagName)) return { hName: tagName }
  if (style.includes('small-caps')) return { hName: 'span', hProperties: { className: ['small-caps'] } }
  if (style.includes('underline')) return { hName: 'u' }
  return style.includes('normal') ? { hName: 'span', hProperties: { className: ['upright'] } } : null
}
