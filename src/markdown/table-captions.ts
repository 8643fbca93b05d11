/** Captions of tables: `: Words {#tab:name}` or `Table: Words`, before or after a table, as Pandoc has them. */
import type { Nodes, Paragraph, Parents, PhrasingContent, Root, Table } from 'mdast'
import type { VFile } from 'vfile'
import { speaker } from '../words.js'
import { captionOf, type Figure, figureOf } from './captions.js'
import { useFeature } from './features.js'
import { attributesOf, takeLabel } from './labels.js'
import { restOfText } from './phrasing.js'
import { SKIP, visit } from './walk.js'

declare module 'vfile' {
  interface DataMap {
    /** How many tables have a number. */
    numberedTables: number
  }
}

/** What makes an id the label of a table: `tab:` (LaTeX), `tbl:` (pandoc-crossref), `tbl-` (Quarto). */
const tableLabel = /^(?:tab|tbl)[:-]./

/** What a caption begins with (Pandoc's manual, Tables). */
const marker = /^(?:[Tt]able)?:(?=[ \t\r\n]|$)\s*/

/**
 * A remark plugin that makes figures of tables with captions; those with a label are numbered in order and their labels
 * added to `file.data.labels`. Reports `label-is-unique`.
 */
export function remarkTableCaptions() {
  const say = speaker()
  return (tree: Root, file: VFile): void => {
    const source = String(file)
    // At the beginning of a line, perhaps in a block quote or a list.
    if (!/(?:^|[\s>])(?:[Tt]able)?:(?:\s|$)/m.test(source)) return
    const { words = {} } = file.data
    let count = 0
    const wording: Wording = {
      name: (number) => say(words, 'tableNumber', { number }),
      colon: () => say(words, 'colon'),
      nextNumber: () => String(++count),
    }
    visit(tree, 'table', (table, index, parent) => {
      const found = parent && index !== undefined ? findCaption(table, index, parent, source) : null
      if (!parent || !found) return undefined
      const made = [...found.beside, captioned(found, wording, file)]
      const shown = found.isAbove ? made : made.reverse()
      parent.children.splice(found.first, found.length, ...(shown as Parents['children']))
      return [SKIP, found.first + made.length]
    })
    file.data.numberedTables = count
  }
}

interface Wording {
  readonly name: (number: string) => string
  readonly colon: () => string
  readonly nextNumber: () => string
}

/** Gives a table with its caption above it, as tables have it in print. */
function captioned({ caption, table }: Found, { name, colon, nextNumber }: Wording, file: VFile): Figure {
  useFeature(file, 'figures')
  const { words, id } = partedId(caption, String(file))
  const className = ['table-figure']
  if (id === null || !tableLabel.test(id))
    return figureOf([captionOf('', words, colon), table], { className, id, position: table.position })
  const number = nextNumber()
  const called = name(number)
  const label = takeLabel(file, id, { number, name: called }, caption[0]?.position?.start)
  return figureOf([captionOf(called, words, colon), table], { className, id: label })
}

interface Found {
  readonly caption: readonly PhrasingContent[]
  /** The table without the caption. */
  readonly table: Table
  /** What of the parent's children they are. */
  readonly first: number
  readonly length: number
  /** What stands in the lines below a caption that ends with its label: a paragraph of its own. */
  readonly beside: readonly Paragraph[]
  /** Whether the caption stands above the table. */
  readonly isAbove: boolean
}

/** Finds a table's caption: the paragraph before it, the one after it, or its own last row, where no line is between. */
function findCaption(table: Table, index: number, parent: Parents, source: string): Found | null {
  const before = captionIn(parent.children[index - 1], source)
  if (before) return { ...before, table, first: index - 1, length: 2, isAbove: true }
  const [head, ...rows] = table.children
  const last = rows.at(-1)
  const [only, ...others] = last?.children ?? []
  const within = only && others.length === 0 ? withoutMarker(only.children, source) : null
  if (head && within) {
    const whole = { ...table, children: [head, ...rows.slice(0, -1)] }
    return { caption: within, beside: [], table: whole, first: index, length: 1, isAbove: false }
  }
  const after = captionIn(parent.children[index + 1], source)
  return after && { ...after, table, first: index, length: 2, isAbove: false }
}

function captionIn(node: Nodes | undefined, source: string): Pick<Found, 'caption' | 'beside'> | null {
  // What has been made of other Markdown is no paragraph of the source.
  const caption = node?.type === 'paragraph' && !node.data ? withoutMarker(node.children, source) : null
  return caption && untilLabel(caption)
}

/** A label at the end of a line, with more lines below. */
const labelledLine = /(\{[^{}\r\n]*\})[ \t]*\r?\n/g

/** Parts a caption, which may have several lines, from those below its label. */
function untilLabel(children: readonly PhrasingContent[]): Pick<Found, 'caption' | 'beside'> {
  for (const [index, child] of children.entries()) {
    if (child.type !== 'text') continue
    for (const { 0: end, 1: attributes = '', index: at } of child.value.matchAll(labelledLine)) {
      if (attributesOf(attributes)?.id == null) continue
      const below = restOfText(child, at + end.length)
      const { position: whole } = child
      const position = whole && below.position && { start: whole.start, end: below.position.start }
      const last = {
        ...child,
        value: child.value.slice(0, at + attributes.length),
        ...(position && { position }),
      }
      const caption = [...children.slice(0, index), last]
      const rest = [...(below.value === '' ? [] : [below]), ...children.slice(index + 1)]
      return { caption, beside: [{ type: 'paragraph', children: rest }] }
    }
  }
  return { caption: children, beside: [] }
}

/** Gives a caption without what it begins with; null where there is none, or it is escaped. */
function withoutMarker(
  children: readonly PhrasingContent[],
  source: string,
): readonly PhrasingContent[] | null {
  const [first, ...others] = children
  const mark = first?.type === 'text' ? marker.exec(first.value)?.[0] : undefined
  const start = first?.position?.start
  if (first?.type !== 'text' || mark === undefined || start?.offset === undefined) return null
  if (!source.startsWith(mark.trimEnd(), start.offset)) return null
  const rest = restOfText(first, mark.length)
  return rest.value === '' ? others : [rest, ...others]
}

/** Parts a caption from the id in attributes at its end. */
function partedId(
  caption: readonly PhrasingContent[],
  source: string,
): { readonly words: readonly PhrasingContent[]; readonly id: string | null } {
  const last = caption.at(-1)
  if (last?.type !== 'text') return { words: caption, id: null }
  const line = last.value.trimEnd()
  const open = Math.max(0, line.lastIndexOf('{'))
  const attributes = line.slice(open)
  const found = attributesOf(attributes)
  const { start, end } = last.position ?? {}
  const typed = source.slice(start?.offset ?? 0, end?.offset ?? 0).trimEnd()
  if (found?.id == null || found.length !== attributes.length || !typed.endsWith(attributes))
    return { words: caption, id: null }
  const value = (line.slice(0, open) + found.rest).trimEnd()
  const words = caption.slice(0, -1)
  return { words: value === '' ? words : [...words, { ...last, value }], id: found.id }
}
