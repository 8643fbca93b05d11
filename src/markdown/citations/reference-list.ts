/** The list of references: its entries with links back to where they are cited, and its place in the body. */
import type { Blockquote, Heading, List, ListItem, PhrasingContent, Root, RootContent } from 'mdast'
import { toString as mdastText } from 'mdast-util-to-string'
import { encodePath } from '../../content/permalink.js'
import type { Reference, WrittenCitations } from './citing.js'
import { fragment } from './fragments.js'
import type { CitationPlace } from './places.js'

/** Gives the id of the entry of a key in the list. */
export function referenceId(key: string): string {
  return `ref-${key}`
}

/** What the list says beside its entries, in the language of the body. */
export interface ListWords {
  readonly title: string
  /** The name of a link back to the n-th citation of an entry. */
  readonly back: (number: number) => string
  /** What that link shows. */
  readonly arrow: string
}

/** Gives the list; `links` has the ids of the citations of each key, in order. */
export function referenceList(
  { references, formulas }: WrittenCitations,
  links: ReadonlyMap<string, readonly string[]>,
  places: readonly CitationPlace[],
  words: ListWords,
): List {
  const itemOf = ({ key, label, html }: Reference): ListItem => {
    const place = places.find(({ cluster }) => cluster.cites.some((cite) => cite.key === key))
    const behind = { formulas, position: place?.nodes[0].position }
    const number: PhrasingContent[] = [
      {
        type: 'emphasis',
        children: fragment(label, behind),
        data: { hName: 'span', hProperties: { className: ['reference-number'] } },
      },
      { type: 'text', value: ' ' },
    ]
    const children = [
      ...(label === '' ? [] : number),
      ...fragment(html, behind),
      ...backLinks(links.get(key) ?? [], words),
    ]
    return {
      type: 'listItem',
      spread: false,
      children: [{ type: 'paragraph', children }],
      data: { hProperties: { id: referenceId(key) } },
    }
  }
  return { type: 'list', ordered: false, spread: false, children: references.map(itemOf) }
}

/** Links back, which are to all else what those of footnotes are: an arrow, and numbers where there are several. */
function backLinks(ids: readonly string[], { back, arrow }: ListWords): PhrasingContent[] {
  return ids.flatMap((id, index): PhrasingContent[] => {
    const number = index + 1
    const shown = ids.length === 1 ? arrow : index === 0 ? `${arrow} ${number}` : String(number)
    const hProperties = {
      dataFootnoteBackref: '',
      ariaLabel: back(number),
      className: ['data-footnote-backref'],
    }
    return [
      { type: 'text', value: ' ' },
      {
        type: 'link',
        url: `#${encodePath(id)}`,
        children: [{ type: 'text', value: shown }],
        data: { hProperties },
      },
    ]
  })
}

/**
 * Puts the list of references where the author wants it: in place of `::: {#refs}` (Pandoc's), under the heading with
 * `{#refs}`, or under one that ends the body; else at the end, under a heading of its own.
 */
export function placeReferences({ children: blocks }: Root, list: List, title: string): void {
  const div = blocks.findIndex(isReferencesDiv)
  if (div >= 0) {
    blocks.splice(div, divLength(blocks, div), sectionOf([list]))
    return
  }
  const named = blocks.findIndex(
    (node) => node.type === 'heading' && /\{:?\s*#refs\b[^{}]*\}\s*$/.test(mdastText(node)),
  )
  const last = blocks.findLastIndex(({ type }) => type !== 'footnoteDefinition' && type !== 'definition')
  const heading = named < 0 && blocks[last]?.type === 'heading' ? last : named
  if (heading >= 0) blocks.splice(heading + 1, 0, sectionOf([list]))
  else blocks.splice(last + 1, 0, sectionOf([ownHeading(blocks, title), list]))
}

function sectionOf(children: Blockquote['children']): Blockquote {
  const hProperties = { className: ['references'], role: 'doc-bibliography' }
  return { type: 'blockquote', children, data: { hName: 'section', hProperties } }
}

function ownHeading(blocks: readonly RootContent[], title: string): Heading {
  const depths = blocks.flatMap((node) => (node.type === 'heading' ? [node.depth] : []))
  const depth = depths.length > 0 ? (Math.min(...depths) as Heading['depth']) : 2
  return { type: 'heading', depth, children: [{ type: 'text', value: title }] }
}

const divStart = /^:{3,}\s*\{\s*#refs\b[^}]*\}\s*(?:\n:{3,}\s*)?$/

function isReferencesDiv(node: RootContent): boolean {
  return node.type === 'paragraph' && divStart.test(mdastText(node).trim())
}

/** How many blocks the place for the list takes: its end may stand in a paragraph of its own. */
function divLength(blocks: readonly RootContent[], at: number): number {
  const [first, next] = blocks.slice(at, at + 2)
  const isOpen = first !== undefined && !/\n:{3,}\s*$/.test(mdastText(first))
  return isOpen && next?.type === 'paragraph' && /^:{3,}\s*$/.test(mdastText(next)) ? 2 : 1
}
