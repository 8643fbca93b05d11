/** References: `\ref{…}` and `\eqref{…}` in prose, and links without words, say what they lead to. */
import type { Element, Root as HastRoot } from 'hast'
import type { Emphasis, Link, Parents, PhrasingContent, Root, Text } from 'mdast'
import type { Point } from 'unist'
import type { VFile } from 'vfile'
import { decodePath, encodePath, isAbsoluteUrl } from '../content/permalink.js'
import { didYouMean } from '../nearest.js'
import { report } from './finding.js'
import { labelName } from './math/equation.js'
import { type Lines, linesOf } from './math/lines.js'
import { type Labelled, type ReferenceForm, referenceWords } from './rendered.js'
import { textOf } from './typeset.js'
import { SKIP, visit } from './walk.js'

/** A reference in prose, with the tie that TeX's authors put before it. */
const command = /~?(\\(ref|eqref|autoref|cref|Cref)\{(?!\s*\})([^{}\r\n]+)\})/g

/**
 * A remark plugin that makes links of `\ref{name}`, `\eqref{name}` and `\autoref{name}` in prose, and marks links
 * without words, `[](#name)`. A name may stand in another post: `\eqref{other-post#eq:name}`. With a backslash
 * before it, `\\ref{name}` is text.
 */
export function remarkReferences() {
  return (tree: Root, file: VFile): void => {
    const source = String(file)
    if (!/\\\w*ref\{|\[\s*\]\(/.test(source)) return
    const lines = linesOf(source)
    const inLinks = new Set<Text>()
    visit(tree, ['link', 'linkReference'], (link) => {
      visit(link, 'text', (node) => {
        inLinks.add(node)
      })
      if (link.type === 'link') markWordless(link)
    })
    visit(tree, 'text', (node, index, parent) => {
      if (!parent || index === undefined || !node.value.includes('ref{')) return undefined
      const offset = (node.position ?? parent.position)?.start.offset ?? 0
      const parts = splitReferences(node, { source, offset, lines, isInLink: inLinks.has(node) })
      parent.children.splice(index, 1, ...(parts as Parents['children']))
      return [SKIP, index + parts.length]
    })
  }
}

/** A link without words says what it leads to, unless that is on another site. */
function markWordless(link: Link): void {
  const isWordless = link.children.every((child) => child.type === 'text' && child.value.trim() === '')
  if (!isWordless || isAbsoluteUrl(link.url) || !/#./.test(link.url)) return
  link.children = []
  link.data = { ...link.data, hProperties: { ...link.data?.hProperties, dataReference: 'name' } }
}

interface Surroundings {
  readonly source: string
  /** Where in the source the text begins. */
  readonly offset: number
  readonly lines: Lines
  readonly isInLink: boolean
}

function splitReferences(
  { value }: Text,
  { source, offset, lines, isInLink }: Surroundings,
): readonly PhrasingContent[] {
  const parts: PhrasingContent[] = []
  let done = 0
  let at = offset
  for (const match of value.matchAll(command)) {
    const [whole, typed = '', name = '', target = ''] = match
    // The source may hold escapes and prefixes of quotes that the text does not.
    const found = source.indexOf(typed, at)
    if (found >= 0) at = found + typed.length
    if (found > 0 && source[found - 1] === '\\') continue
    const hasTie = whole.length > typed.length
    const before = value.slice(done, match.index) + (hasTie ? '\u00A0' : '')
    if (before !== '') parts.push({ type: 'text', value: before })
    done = match.index + whole.length
    const start = Math.max(found, offset)
    const position = { start: pointAt(start, lines), end: pointAt(start + typed.length, lines) }
    const form = name === 'ref' || name === 'eqref' ? name : 'name'
    parts.push({ ...referenceTo(target, form, typed, isInLink), position })
  }
  if (done < value.length) parts.push({ type: 'text', value: value.slice(done) })
  return parts
}

function pointAt(offset: number, lines: Lines): Point {
  const line = lines.at(offset)
  return { line: line + 1, column: offset - lines.start(line) + 1, offset }
}

/** A link, or within a link, where there can be no other, the words alone. */
function referenceTo(target: string, form: ReferenceForm, typed: string, isInLink: boolean): Link | Emphasis {
  const url = target.includes('#') ? target.trim() : `#${labelName(target)}`
  const hProperties = { dataReference: form, dataTyped: typed }
  return isInLink
    ? {
        type: 'emphasis',
        children: [],
        data: { hName: 'span', hProperties: { ...hProperties, dataTarget: url } },
      }
    : { type: 'link', url, children: [], data: { hProperties } }
}

/** Elements whose text is shown as typed. */
const verbatim = /^(code|pre|kbd|samp|textarea|script|style|template)$/

/**
 * A rehype plugin that writes what references say: those within the body from `file.data.labels` and the
 * headings' words; those to other posts become holes later. Reports `reference-resolves`.
 */
export function rehypeReferences() {
  return (tree: HastRoot, file: VFile): void => {
    const body: Body = { labels: file.data.labels ?? new Map(), headings: headingsOf(tree), file }
    visit(tree, 'element', (node) => {
      if (verbatim.test(node.tagName)) {
        visit(node, 'element', asTyped)
        return SKIP
      }
      const { dataReference, dataTyped: _typed, dataTarget, ...properties } = node.properties
      if (dataReference === undefined) return undefined
      const url = String(properties.href ?? dataTarget ?? '')
      if (url.startsWith('#')) resolve(node, url, body)
      // Another post's label: rehypeLinks leaves the words open, too.
      else if (node.tagName === 'a')
        node.properties = { ...properties, className: ['reference'], dataReference: formOf(dataReference) }
      else asTyped(node)
      return undefined
    })
  }
}

interface Body {
  readonly labels: ReadonlyMap<string, Labelled>
  readonly headings: ReadonlyMap<string, Element>
  readonly file: VFile
}

/** Gives the headings by id, the first of each. */
function headingsOf(tree: HastRoot): ReadonlyMap<string, Element> {
  const headings = new Map<string, Element>()
  visit(tree, 'element', (node) => {
    const id = String(node.properties.id ?? '')
    if (/^h[1-6]$/.test(node.tagName) && !headings.has(id)) headings.set(id, node)
  })
  return headings
}

/** Makes the text of a reference again. */
function asTyped(node: Element): void {
  const { dataReference, dataTyped } = node.properties
  if (dataReference === undefined || typeof dataTyped !== 'string') return
  node.tagName = 'span'
  node.properties = {}
  node.children = [{ type: 'text', value: dataTyped }]
}

/** Writes what a reference within the body says; one that leads nowhere stays as typed, marked and reported. */
function resolve(node: Element, url: string, { labels, headings, file }: Body): void {
  const { dataReference, dataTyped, dataTarget: _target, ...properties } = node.properties
  const id = decodePath(url.slice(1))
  const name = labelName(id)
  const target = labels.get(name)
  const heading = headings.get(id)
  if (!target && !heading) {
    node.tagName = 'span'
    node.properties = { className: ['math-error'] }
    node.children = [{ type: 'text', value: typeof dataTyped === 'string' ? dataTyped : `#${id}` }]
    reportUnknown(name, node, { labels, headings, file })
    return
  }
  const words = target ? referenceWords(target, formOf(dataReference)) : heading ? headingWords(heading) : ''
  node.children = [{ type: 'text', value: words }]
  const isLink = node.tagName === 'a'
  node.properties = {
    ...properties,
    className: ['reference'],
    ...(isLink && { href: `#${encodePath(target?.id ?? id)}` }),
  }
}

/** Reads a reference's form off an attribute. */
export function formOf(value: unknown): ReferenceForm {
  return value === 'ref' || value === 'eqref' ? value : 'name'
}

function headingWords(heading: Element): string {
  const isAnchor = (child: HastNode) =>
    child.type === 'element' && child.properties.className?.toString() === 'anchor'
  return textOf(heading, isAnchor).trim()
}

type HastNode = Parameters<typeof textOf>[0]

function reportUnknown(name: string, node: Element, { labels, headings, file }: Body): void {
  const { reason, hint } = unresolved(
    name,
    [...labels.keys(), ...headings.keys()],
    file.data.unnumberedLabels,
  )
  report(file, 'reference-resolves', reason, { place: node.position, hint })
}

/** Gives what to say of a reference that leads to nothing, where some labels stand at what has no number. */
export function unresolved(
  name: string,
  known: Iterable<string>,
  unnumbered: ReadonlySet<string> = new Set(),
): { readonly reason: string; readonly hint: string | undefined } {
  return unnumbered.has(name)
    ? {
        reason: `The label "${name}" stands at a formula that has no number.`,
        hint: 'Give it a \\tag, or a number: no star, no \\nonumber, a display, and not `math.numbering: none`.',
      }
    : { reason: `Nothing in this post is labelled "${name}".`, hint: didYouMean(name, known) }
}
