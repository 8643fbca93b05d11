/** A body as text to be searched: its blocks by section, formulas as plain text and as TeX. */
import type { Element, Nodes, Root } from 'hast'
import { toHtml } from 'hast-util-to-html'
import { plainMathml } from './math/plain.js'
import { asideEnd, asideStart, holeEnd, holeStart, type Section } from './rendered.js'
import { textOf } from './typeset.js'

/**
 * Gives the sections of a tree that `rehypeHeadings` has been over, formulas typeset by now: what stands before the
 * first heading, then what stands under each. Code is text too; scripts, styles and marks that lead elsewhere are not.
 */
export function sectionsOf(tree: Root): readonly Section[] {
  const sections: OpenSection[] = [{ heading: null, blocks: [] }]
  let line = ''
  let isProse = false
  const endBlock = () => {
    const block = tidy(line)
    const blocks = sections.at(-1)?.blocks ?? []
    const before = blocks.at(-1)
    // A display goes on with the sentence before it.
    const goesOn = !isProse && before !== undefined && !/[.!?。！？]$/.test(before)
    if (block !== '') blocks.splice(goesOn ? -1 : blocks.length, 1, goesOn ? `${before} ${block}` : block)
    line = ''
    isProse = false
  }
  const addProse = (text: string) => {
    line += withoutAsides(text)
    isProse ||= text.trim() !== ''
  }
  const read = (node: Nodes): void => {
    if (node.type === 'text') addProse(node.value)
    else if (node.type === 'typeset') line += formula(node.plain, node.tex)
    else if (node.type === 'root') node.children.forEach(read)
    else if (node.type === 'element') readElement(node)
  }
  const readElement = (element: Element): void => {
    const { tagName, properties } = element
    if (isSilent(element)) return
    const isBlock = blockNames.has(tagName)
    if (isBlock) endBlock()
    if (hasClass(element, 'katex')) line += formula(plainMathml(toHtml(element)), annotationOf(element))
    else element.children.forEach(read)
    if (isHeading(element)) {
      sections.push(sectionUnder(String(properties.id), line))
      line = ''
      isProse = false
    }
    if (isBlock) endBlock()
    else if (tagName === 'img') addProse(` ${properties.alt ?? ''} `)
    else if (tagName === 'video' || tagName === 'audio') addProse(` ${properties.ariaLabel ?? ''} `)
    else if (/^(br|td|th)$/.test(tagName)) line += ' '
  }
  read(tree)
  endBlock()
  return sections.filter(({ heading, blocks }) => heading !== null || blocks.length > 0)
}

interface OpenSection extends Section {
  readonly blocks: string[]
}

/** Begins a section; what of its heading is not shown is its first block. */
function sectionUnder(id: string, heading: string): OpenSection {
  const asides = tidy((heading.match(aside) ?? []).join(' '))
  return { heading: { id, text: tidy(heading.replaceAll(aside, '')) }, blocks: asides === '' ? [] : [asides] }
}

/**
 * Gives the words of TeX that a reader may look for, as an aside: commands, and names of two letters or more that the
 * formula does not show as plain text.
 */
function texAside(tex: string, plain: string): string {
  const words = new Set(
    tex.replaceAll(label, ' ').match(/\\[a-z]+|[\p{L}\p{N}]+(?:_\{?[\p{L}\p{N}]+)?/giu) ?? [],
  )
  const long = [...words]
    .map((word) => word.replace('{', ''))
    .filter((word) => word.length > 1 && !plain.includes(word))
  // The space within goes with it.
  return long.length === 0 ? '' : `${asideStart} ${long.join(' ')}${asideEnd}`
}

/** Nobody looks for the names of labels. */
const label = /\\label\s*\{[^{}]*\}/g

const aside = new RegExp(`${asideStart}[^${asideStart}${asideEnd}]*${asideEnd}`, 'g')

const hole = new RegExp(`${holeStart}\\d+${holeEnd}`, 'g')

function formula(plain: string, tex: string): string {
  return withoutAsides(plain) + texAside(tex, plain)
}

/** Gives text in which nothing is taken for an aside, and what other posts decide is left out. */
function withoutAsides(text: string): string {
  return text.replaceAll(asideStart, '((').replaceAll(asideEnd, '))').replaceAll(hole, '')
}

function tidy(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function isHeading({ tagName, properties }: Element): boolean {
  return /^h[1-6]$/.test(tagName) && properties.id !== undefined
}

function isSilent(element: Element): boolean {
  const { tagName, properties } = element
  return (
    /^(script|style|template|noscript|iframe)$/.test(tagName) ||
    properties.dataFootnoteRef !== undefined ||
    properties.dataFootnoteBackref !== undefined ||
    hasClass(element, 'anchor')
  )
}

function hasClass({ properties: { className } }: Element, name: string): boolean {
  return Array.isArray(className) && className.includes(name)
}

/** The TeX of a formula that is a tree: KaTeX leaves it in an annotation. */
function annotationOf(node: Nodes): string {
  if (node.type === 'element' && node.tagName === 'annotation') return textOf(node)
  return 'children' in node ? node.children.map(annotationOf).join('') : ''
}

const blockNames: ReadonlySet<string> = new Set([
  ...['address', 'article', 'aside', 'blockquote', 'caption', 'dd', 'details', 'div', 'dl', 'dt', 'fieldset'],
  ...['figcaption', 'figure', 'footer', 'form', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'legend'],
  ...['li', 'main', 'nav', 'ol', 'p', 'pre', 'section', 'summary', 'table', 'tbody', 'tfoot', 'thead', 'tr'],
  'ul',
])
