/** Captions of tables: `: Words {#tab:name}` or `Table: Words`, before or after a table, as Pandoc has them. */
import type { Nodes, Parents, PhrasingContent, Root, Table } from 'mdast'
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
      parent.children.splice(found.first, found.length, captioned(found, wording, file))
      return [SKIP, found.first + 1]
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
}

/** Finds a table's caption: the paragraph before it, the one after it, or its own last row, where no line is between. */
function findCaption(table: Table, index: number, parent: Parents, source: string): Found | null {
  const before = captionIn(parent.children[index - 1], source)
  if (before) return { caption: before, table, first: index - 1, length: 2 }
  const [head, ...rows] = table.children
  const last = rows.at(-1)
  const [only, ...others] = last?.children ?? []
  const within = only && others.length === 0 ? withoutMarker(only.children, source) : null
  if (head && within) {
    const whole = { ...table, children: [head, ...rows.slice(0, -1)] }
    return { caption: within, table: whole, first: index, length: 1 }
  }
  const after = captionIn(parent.children[index + 1], source)
  return after && { caption: after, table, first: index, length: 2 }
}

function captionIn(node: Nodes | undefined, source: string): readonly PhrasingContent[] | null {
  // What has been made of other Markdown is no paragraph of the source.
  return node?.type === 'paragraph' && !node.data ? withoutMarker(node.children, source) : null
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
