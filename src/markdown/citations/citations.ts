/** Citations in a body: found by Pandoc's grammar, written in a style, each a link to the list of references. */
import type { FootnoteDefinition, Nodes, Parents, PhrasingContent, Root, Text } from 'mdast'
import type { VFile } from 'vfile'
import type { MathOptions } from '../../config.js'
import type { CslItem } from '../../content/csl-item.js'
import { encodePath } from '../../content/permalink.js'
import { speaker } from '../../words.js'
import { useFeature } from '../features.js'
import { report } from '../finding.js'
import type { BodyCitations, Citer, WrittenCitations } from './citing.js'
import { fragment, plainText } from './fragments.js'
import { type CitationPlace, citationPlaces } from './places.js'
import { placeReferences, referenceId, referenceList } from './reference-list.js'

/**
 * A remark plugin to stand before all that reads text: what is no citation after all becomes the text that was typed.
 * Reports `citation-resolves` for keys that no bibliography has.
 */
export function remarkSettledCitations(citer: Citer | null) {
  return (tree: Root, file: VFile): void => {
    const { citations } = file.data
    if (!citations || !citer) return
    const places = citationPlaces(tree, citations, citer.words(citations), file)
    settle(tree, new Map(), new Set(places.flatMap(({ nodes }) => nodes)))
  }
}

/**
 * A remark plugin that writes citations out, and the list of references. Reports `citation-style-is-valid` where the
 * style cannot be used; they stay as typed then.
 */
export function remarkCitations(citer: Citer | null, { macros }: Pick<MathOptions, 'macros'>) {
  const say = speaker()
  return (tree: Root, file: VFile): void => {
    const { citations, words } = file.data
    if (!citations) return
    if (!citer) throw new Error('This body cites, and nothing was given to write citations with.')
    const places = citationPlaces(tree, citations, citer.words(citations), file)
    const written = places.length > 0 ? writtenOrReported(citer, citations, places, file) : null
    if (!written) {
      settle(tree, new Map(), new Set())
      return
    }
    useFeature(file, 'citations')
    file.data.cites = urlsOf(citations.items, places)
    const { replaced, notes, links } = linked(places, citations, written, macros)
    settle(tree, replaced, new Set())
    tree.children.push(...notes)
    const title = words ? say(words, 'references') : ''
    const back = (number: number) => (words ? say(words, 'backToCitation', { number }) : String(number))
    const list = referenceList(written, links, places, { title, back, arrow: words?.footnoteBack ?? '' })
    placeReferences(tree, list, title)
  }
}

function writtenOrReported(
  citer: Citer,
  citations: BodyCitations,
  places: readonly CitationPlace[],
  file: VFile,
): WrittenCitations | null {
  const clusters = places.map(({ cluster }) => cluster)
  try {
    return citer.write(citations, clusters)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    report(file, 'citation-style-is-valid', `The citation style cannot be used: ${reason}.`, {
      place: places[0]?.nodes[0].position,
      hint: 'Take an independent style of the Citation Style Language 1.0.',
    })
    return null
  }
}

/** Gives where the works that are cited are found for good, each once. */
function urlsOf(items: readonly CslItem[], places: readonly CitationPlace[]): readonly string[] {
  const cited = new Set(places.flatMap(({ cluster }) => cluster.cites.map(({ key }) => key)))
  return items.flatMap(({ id, DOI: doi, arxiv }) => {
    if (!cited.has(id)) return []
    if (typeof doi === 'string') return [`https://doi.org/${encodeURI(doi)}`]
    return arxiv === undefined ? [] : [`https://arxiv.org/abs/${arxiv}`]
  })
}

/** What becomes of the places where works are cited. */
interface Linked {
  readonly replaced: ReadonlyMap<Nodes, readonly PhrasingContent[]>
  /** In styles of notes, those that hold the citations. */
  readonly notes: readonly FootnoteDefinition[]
  /** The ids of the citations of each key. */
  readonly links: ReadonlyMap<string, readonly string[]>
}

function linked(
  places: readonly CitationPlace[],
  { items }: BodyCitations,
  { clusters, references, formulas, inNotes }: WrittenCitations,
  macros: MathOptions['macros'],
): Linked {
  const previews = new Map(
    references.map(({ key, html }) => [key, plainText(fragment(html, { formulas }), macros)]),
  )
  const links = new Map<string, string[]>()
  const replaced = new Map<Nodes, readonly PhrasingContent[]>()
  const notes: FootnoteDefinition[] = []
  for (const [index, { cluster, nodes, asides, isInNote }] of places.entries()) {
    const own = new Map<string, string>()
    const linkTo = (item: number, children: PhrasingContent[]): PhrasingContent => {
      const key = items[item]?.id ?? ''
      const ids = links.get(key) ?? []
      const id = `cite-${key}-${ids.length + 1}`
      links.set(key, [...ids, id])
      own.set(key, id)
      const dataPreview = previews.get(key) ?? ''
      const hProperties = { id, className: ['citation'], role: 'doc-biblioref', dataPreview }
      return { type: 'link', url: `#${encodePath(referenceId(key))}`, children, data: { hProperties } }
    }
    const [node, ...others] = nodes
    const content = fragment(clusters[index] ?? '', { formulas, asides, linkTo, position: node.position })
    // What a style draws together, `[1]–[3]`, has no link of its own: from the list one comes back to its first.
    const [first] = own.values()
    for (const { key } of cluster.cites)
      if (first !== undefined && !own.has(key)) links.set(key, [...(links.get(key) ?? []), first])
    if (inNotes && !isInNote) notes.push(noteOf(content, notes.length + 1))
    replaced.set(node, inNotes && !isInNote ? [referenceTo(notes.length)] : content)
    for (const other of others) replaced.set(other, [])
  }
  return { replaced, notes, links }
}

function noteOf(children: PhrasingContent[], number: number): FootnoteDefinition {
  const identifier = `citation-${number}`
  return {
    type: 'footnoteDefinition',
    identifier,
    label: identifier,
    children: [{ type: 'paragraph', children }],
  }
}

function referenceTo(number: number): PhrasingContent {
  const identifier = `citation-${number}`
  return { type: 'footnoteReference', identifier, label: identifier }
}

/** Puts what citations became in their places; of others, those that are not kept become the text that was typed. */
function settle(
  parent: Parents,
  replaced: ReadonlyMap<Nodes, readonly PhrasingContent[]>,
  kept: ReadonlySet<Nodes>,
): void {
  for (const child of parent.children)
    if ('children' in child && !kept.has(child)) settle(child, replaced, kept)
  const isOpen = (child: Nodes) => !kept.has(child) && (isCitation(child) || replaced.has(child))
  if (!parent.children.some(isOpen)) return
  const settled = (child: Nodes) => replaced.get(child) ?? typed(child)
  parent.children = joined(
    parent.children.flatMap((child) => (isOpen(child) ? settled(child) : [child])),
  ) as typeof parent.children
}

function isCitation({ type }: Nodes): boolean {
  return type === 'citationKey' || type === 'citationGroup'
}

function typed(node: Nodes): readonly Nodes[] {
  const text = (value: string): Text => ({
    type: 'text',
    value,
    ...(node.position && { position: node.position }),
  })
  if (node.type === 'citationKey') return [text(node.value)]
  return node.type === 'citationGroup' ? [text('['), ...node.children, text(']')] : [node]
}

/** Gives nodes with neighbouring texts made one, as the parser has them. */
function joined(nodes: readonly Nodes[]): readonly Nodes[] {
  const result: Nodes[] = []
  for (const node of nodes) {
    const last = result.at(-1)
    if (node.type === 'text' && last?.type === 'text') result[result.length - 1] = joinedText(last, node)
    else result.push(node)
  }
  return result
}

function joinedText(first: Text, second: Text): Text {
  const value = first.value + second.value
  if (!first.position || !second.position) return { type: 'text', value }
  return { type: 'text', value, position: { start: first.position.start, end: second.position.end } }
}
