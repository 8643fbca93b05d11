/** The places of a body where works are cited, in the order of reading, each with what is said beside the works. */
import type { FootnoteDefinition, Nodes, Parents, PhrasingContent, Root } from 'mdast'
import type { VFile } from 'vfile'
import { report } from '../finding.js'
import { visit } from '../walk.js'
import { asideMark, type BodyCitations, type Cite, type Cluster } from './citing.js'
import type { CitationGroup, CitationKey } from './from-markdown.js'
import { type LocatorWords, locatedIn } from './locator.js'

/** A place where works are cited. */
export interface CitationPlace {
  readonly cluster: Cluster
  /** What stands in the tree for it: the first becomes the citation, the others go. */
  readonly nodes: readonly [CitationKey | CitationGroup, ...Nodes[]]
  /** What is no plain text in what is said before and after works, by the numbers that stand for it. */
  readonly asides: readonly PhrasingContent[]
  readonly isInNote: boolean
}

/**
 * Gives the places of a body where works are cited; those in a note come where it is first referred to. Reports
 * `citation-resolves`: brackets with a key that no bibliography has stay as typed, as a whole.
 */
export function citationPlaces(
  tree: Root,
  citations: BodyCitations,
  words: LocatorWords,
  file: VFile,
): readonly CitationPlace[] {
  const search: Search = {
    citations,
    words,
    file,
    known: new Set(citations.items.map(({ id }) => id)),
    notes: new Map(),
    places: [],
  }
  visit(tree, 'footnoteDefinition', (node) => {
    if (!search.notes.has(node.identifier)) search.notes.set(node.identifier, node)
  })
  searchIn(tree, false, search)
  return search.places
}

interface Search {
  readonly citations: BodyCitations
  readonly words: LocatorWords
  readonly file: VFile
  readonly known: ReadonlySet<string>
  /** Notes that were not read yet. */
  readonly notes: Map<string, FootnoteDefinition>
  readonly places: CitationPlace[]
}

function searchIn(parent: Parents, isInNote: boolean, search: Search): void {
  for (let index = 0; index < parent.children.length; index += 1) {
    const node = parent.children[index] as Nodes
    if (node.type === 'citationKey') {
      const { group, nodes } = followedBy(parent, index)
      if (addPlace([node, ...nodes], { group, key: node, isInNote }, search)) index += nodes.length
    } else if (node.type === 'citationGroup') searchGroup(node, isInNote, search)
    else if (node.type === 'footnoteReference') {
      const note = search.notes.get(node.identifier)
      search.notes.delete(node.identifier)
      if (note) searchIn(note, true, search)
    } else if ('children' in node && !isClosed(node)) searchIn(node, isInNote, search)
  }
}

/** There are no links within links, and notes have their turn where they are referred to. */
function isClosed({ type }: Nodes): boolean {
  return type === 'link' || type === 'linkReference' || type === 'footnoteDefinition'
}

/** Brackets within brackets make those around them text. */
function searchGroup(node: CitationGroup, isInNote: boolean, search: Search): void {
  const isWhole = !holdsGroup(node)
  if (!isWhole || !addPlace([node], { group: node, key: null, isInNote }, search))
    searchIn(node, isInNote, search)
}

function holdsGroup({ children }: Parents): boolean {
  return children.some(
    (child) => child.type === 'citationGroup' || ('children' in child && holdsGroup(child)),
  )
}

interface Found {
  readonly group: CitationGroup | null
  /** The citation that is part of the sentence, before the group or alone. */
  readonly key: CitationKey | null
  readonly isInNote: boolean
}

/** Adds a place, and tells whether its nodes are done with: brackets with a key that nobody knows are, too. */
function addPlace(nodes: CitationPlace['nodes'], { group, key, isInNote }: Found, search: Search): boolean {
  const { citations, words, file, known, places } = search
  const asides: PhrasingContent[] = []
  const cites = citesOf(group ? segmentsOf(group) : [], key, words, asides)
  if (!cites) return false
  const unknown = cites.map(({ node }) => node).filter(({ data }) => !known.has(data.key))
  for (const node of unknown) reportUnknown(node, citations, file, group !== null || node.data.isInBrackets)
  if (unknown.length > 0) return key === null || known.has(key.data.key)
  const inText = key !== null && !key.data.suppressAuthor
  places.push({ cluster: { cites: cites.map(({ cite }) => cite), inText }, nodes, asides, isInNote })
  return true
}

/** The brackets that belong to a citation in a sentence, with the space before them. */
function followedBy(
  { children }: Parents,
  index: number,
): { readonly group: CitationGroup | null; readonly nodes: readonly Nodes[] } {
  const next = children[index + 1]
  const isSpace = next?.type === 'text' && next.value === ' '
  const group = isSpace ? children[index + 2] : next
  return group?.type === 'citationGroup' && group.data.follows
    ? { group, nodes: isSpace ? [next, group] : [group] }
    : { group: null, nodes: [] }
}

/** Parts what is in brackets at its semicolons. */
function segmentsOf({ children }: CitationGroup): readonly (readonly PhrasingContent[])[] {
  const segments: PhrasingContent[][] = [[]]
  for (const child of children) {
    const [first = '', ...others] = child.type === 'text' ? child.value.split(';') : []
    if (child.type !== 'text') segments.at(-1)?.push(child)
    else {
      if (first !== '') segments.at(-1)?.push({ ...child, value: first })
      for (const value of others) segments.push(value === '' ? [] : [{ ...child, value }])
    }
  }
  return segments
}

interface PlacedCite {
  readonly cite: Cite
  readonly node: CitationKey
}

/** Reads the works that are cited; null if some part of what is in brackets names none. */
function citesOf(
  segments: readonly (readonly PhrasingContent[])[],
  key: CitationKey | null,
  words: LocatorWords,
  asides: PhrasingContent[],
): readonly PlacedCite[] | null {
  const cites: PlacedCite[] = []
  for (const [index, segment] of segments.entries()) {
    const at = segment.findIndex(({ type }) => type === 'citationKey')
    const node = segment[at]
    if (node?.type === 'citationKey')
      cites.push(citeOf(node, segment.slice(0, at), segment.slice(at + 1), words, asides))
    else if (index === 0 && key) cites.push(citeOf(key, [], segment, words, asides))
    else return null
  }
  const [first] = cites
  return key && first?.node !== key ? [citeOf(key, [], [], words, asides), ...cites] : cites
}

function citeOf(
  node: CitationKey,
  before: readonly PhrasingContent[],
  after: readonly PhrasingContent[],
  words: LocatorWords,
  asides: PhrasingContent[],
): PlacedCite {
  const { key, suppressAuthor } = node.data
  const [first, ...others] = after
  const { locator, rest } = locatedIn(first?.type === 'text' ? first.value : '', words)
  const following = first?.type === 'text' ? [{ ...first, value: rest }, ...others] : after
  const prefix = said(before, asides).trimStart()
  const suffix = said(following, asides).trimEnd()
  return { node, cite: { key, suppressAuthor, locator, prefix, suffix } }
}

/** Gives what is said as text, with numbers for what is no plain text. */
function said(nodes: readonly PhrasingContent[], asides: PhrasingContent[]): string {
  return nodes
    .map((node) => {
      if (node.type === 'text') return node.value.replace(/\s+/g, ' ')
      // A second key before the next semicolon is what it was typed as.
      const kept: PhrasingContent = node.type === 'citationKey' ? { type: 'text', value: node.value } : node
      return `${asideMark}${asides.push(kept) - 1}${asideMark}`
    })
    .join('')
}

function reportUnknown(
  { data: { key }, position }: CitationKey,
  { near }: BodyCitations,
  file: VFile,
  isInBrackets: boolean,
): void {
  const nearest = Object.hasOwn(near, key) ? near[key] : undefined
  const link = linkFor(key)
  // In running text it may be a mention, or a decorator.
  if (!isInBrackets && nearest === undefined && link === null) return
  report(file, 'citation-resolves', `No bibliography has an entry "${key}".`, {
    place: position,
    hint:
      link ?? (nearest === undefined ? 'Write \\@ where no citation begins.' : `Did you mean "${nearest}"?`),
  })
}

/**
 * Gives how to refer to what has a label that Quarto or pandoc-crossref would refer to by such a key, `@fig-plot` or
 * `@fig:plot` (quarto.org/docs/authoring/cross-references.html); null for keys of works.
 */
function linkFor(key: string): string | null {
  const [, kind] = /^(fig|tbl|lst|eq|sec|thm|lem|cor|prp|cnj|def|exm|exr)[-:]./.exec(key) ?? []
  if (kind === undefined) return null
  if (kind === 'sec') return `Sections have no numbers: write [its title](#${key}) to lead to one.`
  // Labels of equations have a colon.
  const label = kind === 'eq' ? key.replace('-', ':') : key
  return `Write [](#${label}) to refer to what has the label {#${label}}.`
}
