/** Headings: the title that a body repeats, one h1 a page, ids, anchor links, and the outline. */
import GithubSlugger, { slug as githubSlug } from 'github-slugger'
import type { Element, ElementContent, Nodes, Root } from 'hast'
import { toHtml } from 'hast-util-to-html'
import type { Heading as MdastHeading, Root as MdastRoot } from 'mdast'
import { toString as mdastText } from 'mdast-util-to-string'
import type { VFile } from 'vfile'
import { speaker } from '../words.js'
import { report } from './finding.js'
import type { Heading } from './rendered.js'
import { rehypeFinish, textOf } from './typeset.js'
import { SKIP, visit } from './walk.js'

/** The ids of the built-in frame of a page (templates/base.html) and of the heading of footnotes. */
export const frameIds: readonly string[] = ['main', 'footnote-label']
/** Ids that no heading's words make: also those that frames of sites' own use, and `#top` (HTML, Scrolling to a fragment). */
const reservedIds = [...frameIds, 'content', 'top', 'search', 'toc'] as const

/** `{#id}` (Pandoc) or `{: #id}` (kramdown), perhaps with more attributes. */
const attributes = /^\{:?\s*#([\w\u0080-\uFFFF.:-]+)(?![\w\u0080-\uFFFF.:-])[^{}]*\}$/

/** Parts the text of a heading from the id in the attributes at its end, if there is one. */
function partedAttributes(text: string): { readonly words: string; readonly id: string | undefined } {
  const trimmed = text.trimEnd()
  const open = Math.max(0, trimmed.lastIndexOf('{'))
  const [, id] = attributes.exec(trimmed.slice(open)) ?? []
  return id === undefined ? { words: text, id } : { words: trimmed.slice(0, open).trimEnd(), id }
}

/**
 * A remark plugin that takes away a leading level-1 heading which only repeats the title, or which is the
 * title where front matter gives none: it leads the body, or no other heading is of its level. Leaves the
 * words of the first heading in `file.data.firstHeading`.
 */
export function remarkTitle() {
  return (tree: MdastRoot, file: VFile): void => {
    const first = tree.children.find((node): node is MdastHeading => node.type === 'heading')
    if (!first) return
    const words = partedAttributes(sourceOf(first)).words.trim()
    file.data.firstHeading = words
    const title = file.data.title ?? null
    const leads = tree.children.slice(0, tree.children.indexOf(first)).every((node) => isSilent(node.type))
    const isOnly = tree.children.every(
      (node) => node === first || node.type !== 'heading' || node.depth !== 1,
    )
    const isTitle = title === null ? leads || isOnly : leads && sameWords(words, title)
    if (first.depth === 1 && isTitle && words !== '') tree.children.splice(tree.children.indexOf(first), 1)
  }
}

/** The words of a heading, its formulas between dollars and its dollars escaped, as a title in front matter has them. */
function sourceOf(node: MdastHeading | MdastHeading['children'][number]): string {
  if (node.type === 'inlineMath') return `$${node.value}$`
  if (node.type === 'text') return node.value.replaceAll('$', '\\$')
  return 'children' in node ? node.children.map(sourceOf).join('') : mdastText(node)
}

function isSilent(type: string): boolean {
  return type === 'definition' || type === 'abbreviationDefinition' || type === 'html'
}

/** Whether two titles read the same: case, spacing, punctuation and markup aside. */
function sameWords(a: string, b: string): boolean {
  const plain = (text: string) =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  return plain(a) === plain(b)
}

/**
 * A rehype plugin that gives headings ids and anchor links. Where a body has level-1 headings of its own, all
 * its headings move down one level, since the page's title is its one h1. An id is GitHub's slug of the
 * heading's words, or what the author wrote: `## Title {#id}` (Pandoc, kramdown) or an id attribute. Reports
 * `id-is-unique`. Where texts are not trusted, no element has an id of the frame.
 */
export function rehypeHeadings({ isTrusted = true }: { readonly isTrusted?: boolean } = {}) {
  const say = speaker()
  return (tree: Root, file: VFile): void => {
    const { words: own = {} } = file.data
    const labels = [...(file.data.labels?.values() ?? [])].map(({ id }) => id)
    const headings = headingsOf(tree)
    const shift = headings.some(({ tagName }) => tagName === 'h1') ? 1 : 0
    for (const heading of headings) heading.properties.id ??= takeAttributeId(heading)
    if (!isTrusted) dropFrameIds(tree)
    reportTaken(tree, file, labels)
    const slugger = new GithubSlugger()
    for (const id of new Set([...reservedIds, ...labels, ...idsOf(tree)])) slugger.slug(id)
    for (const heading of headings) {
      heading.tagName = `h${Math.min(6, depthOf(heading) + shift)}`
      const words = wordsOf(heading)
      const id = String(heading.properties.id ?? slugger.slug(githubSlug(words) === '' ? 'section' : words))
      heading.properties.id = id
      heading.children.push({ type: 'text', value: ' ' }, anchorTo(id, say(own, 'linkToSection')))
    }
  }
}

/** Takes ids from elements that the frame of a page has: its own links lead to them. */
function dropFrameIds(tree: Root): void {
  visit(tree, 'element', ({ tagName, properties, position }) => {
    // The heading of footnotes stands nowhere in the source.
    const isOurs = tagName === 'h2' && properties.id === 'footnote-label' && position === undefined
    if (frameIds.includes(String(properties.id)) && !isOurs) delete properties.id
  })
}

/** Reports ids that an author has given twice, or that a label or the frame of the page has. */
function reportTaken(tree: Root, file: VFile, labels: readonly string[]): void {
  const taken = new Set<string>([...frameIds, ...labels])
  visit(tree, 'element', (node) => {
    if (node.properties.id === undefined) return
    const id = String(node.properties.id)
    if (taken.has(id) && !isLabelled(node))
      report(file, 'id-is-unique', `The id "${id}" is taken: a link to it leads elsewhere.`, {
        place: node.position,
        hint: 'Choose another one.',
      })
    taken.add(id)
  })
}

/** Whether an element has its id from Scholium: those of formulas, footnotes and figures stand nowhere in the source. */
function isLabelled({ position, properties: { className } }: Element): boolean {
  const isMarked =
    Array.isArray(className) && className.some((name) => name === 'theorem' || name === 'callout')
  return position === undefined || isMarked
}

/** The words that an id is made of; those of formulas without raised and lowered letters (ℓ₂ is l2). */
function wordsOf(heading: Element): string {
  const words = textOf(heading).replace(/\s+/g, ' ').trim()
  return heading.children.some(({ type }) => type === 'typeset') ? words.normalize('NFKC') : words
}

/** Gives the outline of a tree that {@link rehypeHeadings} has been over, formulas typeset by now. */
export function outlineOf(tree: Root): readonly Heading[] {
  return headingsOf(tree).map((heading) => {
    const words: Element = { ...heading, properties: {}, children: withoutLinks(heading.children) }
    const text = textOf(words).trim()
    const root: Root = { type: 'root', children: words.children }
    rehypeFinish()(root)
    return {
      depth: depthOf(heading),
      id: String(heading.properties.id),
      text,
      html: toHtml(root, { allowDangerousHtml: true }).trim(),
    }
  })
}

/** Gives every id in a tree, in document order; `<a name>` is one too (HTML, section 7.4.2.3.3). */
export function idsOf(tree: Nodes): readonly string[] {
  const ids: string[] = []
  visit(tree, 'element', ({ tagName, properties: { id, name } }) => {
    for (const each of [id, tagName === 'a' ? name : undefined])
      if (each !== undefined) ids.push(String(each))
  })
  return ids
}

function headingsOf(tree: Root): readonly Element[] {
  const headings: Element[] = []
  visit(tree, 'element', (node) => {
    if (/^h[1-6]$/.test(node.tagName) && node.properties.id !== 'footnote-label') headings.push(node)
    return node.tagName === 'svg' ? SKIP : undefined
  })
  return headings
}

function depthOf(heading: Element): number {
  return Number(heading.tagName.slice(1))
}

function anchorTo(id: string, label: string): Element {
  return {
    type: 'element',
    tagName: 'a',
    properties: { className: ['anchor'], href: `#${id}`, ariaLabel: label },
    children: [{ type: 'text', value: '#' }],
  }
}

/** Takes `{#id}` off the end of a heading's text and gives the id, if there is one. */
function takeAttributeId(heading: Element): string | undefined {
  const last = heading.children.at(-1)
  if (last?.type !== 'text') return undefined
  const { words, id } = partedAttributes(last.value)
  last.value = words
  return id
}

function withoutLinks(children: readonly ElementContent[]): ElementContent[] {
  return children.flatMap((child): ElementContent[] => {
    if (child.type !== 'element') return [child]
    if (child.properties.className?.toString() === 'anchor' || child.properties.dataFootnoteRef !== undefined)
      return []
    const kept = withoutLinks(child.children)
    if (child.tagName === 'a') return kept
    if (child.tagName === 'sup' && kept.length === 0) return []
    const { id: _id, ...properties } = child.properties
    return [{ ...child, properties, children: kept }]
  })
}
