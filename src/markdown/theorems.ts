/** Theorems and their kin: `> [!theorem] Bayes {#thm:bayes}`, a quote where Scholium is not. */
import type {
  BlockContent,
  Blockquote,
  DefinitionContent,
  Paragraph,
  PhrasingContent,
  Root,
  Text,
} from 'mdast'
import { toString as mdastText } from 'mdast-util-to-string'
import type { VFile } from 'vfile'
import { didYouMean } from '../nearest.js'
import { type Say, speaker, type Words } from '../words.js'
import { useFeature } from './features.js'
import { report } from './finding.js'
import { takeLabel } from './labels.js'
import { visit } from './walk.js'

/** A kind of theorem. */
export interface TheoremKind {
  /** What it is called: `Theorem`; null: by the language's word for it. */
  readonly title: string | null
  /** The counter it is numbered by, its own or another kind's; null if it has no number. */
  readonly counter: string | null
}

export type TheoremKinds = Readonly<Record<string, TheoremKind>>

/** The kinds that amsthm's users define, each with its own counter; a proof ends in ∎ and has no number. */
export const theoremKinds: TheoremKinds = {
  theorem: { title: null, counter: 'theorem' },
  lemma: { title: null, counter: 'lemma' },
  proposition: { title: null, counter: 'proposition' },
  corollary: { title: null, counter: 'corollary' },
  definition: { title: null, counter: 'definition' },
  example: { title: null, counter: 'example' },
  remark: { title: null, counter: 'remark' },
  proof: { title: null, counter: null },
}

/**
 * A remark plugin that makes theorems of block quotes that begin with `[!kind]`, its title and its label on the
 * same line. They are numbered in order, and their labels added to `file.data.labels`. Reports
 * `label-is-unique`. Quotes of kinds it does not know stay as typed.
 */
export function remarkTheorems(kinds: TheoremKinds) {
  const say = speaker()
  return (tree: Root, file: VFile): void => {
    const { words = {} } = file.data
    const counters = new Map<string, number>()
    visit(tree, 'blockquote', (quote) => {
      const head = headOf(quote)
      const kind = head && Object.hasOwn(kinds, head.kind) ? kinds[head.kind] : undefined
      if (head && !kind) reportUnknown(head.kind, kinds, quote, file)
      if (!head || !kind) return
      useFeature(file, 'theorems')
      const number = count(kind, counters)
      const title = kind.title ?? titleOf(head.kind, words, say)
      const name = number === '' ? title : `${title} ${number}`
      const label =
        head.label === null ? null : takeLabel(file, head.label, { number, name }, quote.position?.start)
      makeTheorem(quote, { ...head, label }, name)
    })
  }
}

/** Gives the language's word for a kind, or for want of one its name. */
function titleOf(kind: string, words: Words, say: Say): string {
  return Object.hasOwn(theoremKinds, kind) ? say(words, kind) : kind.charAt(0).toUpperCase() + kind.slice(1)
}

/** Gives the next number of a kind, '' if it has none. */
function count({ counter }: TheoremKind, counters: Map<string, number>): string {
  if (counter === null) return ''
  const number = (counters.get(counter) ?? 0) + 1
  counters.set(counter, number)
  return String(number)
}

/** GitHub's kinds of callout (docs.github.com, basic writing and formatting syntax). */
const calloutKinds: readonly string[] = ['note', 'tip', 'important', 'warning', 'caution']

function reportUnknown(kind: string, kinds: TheoremKinds, quote: Blockquote, file: VFile): void {
  const hint = calloutKinds.includes(kind) ? undefined : didYouMean(kind, Object.keys(kinds))
  if (hint === undefined) return
  report(file, 'callout-is-known', `There is no kind of theorem "${kind}": this stays a quote.`, {
    place: quote.position?.start,
    hint,
  })
}

interface Head {
  readonly kind: string
  readonly title: readonly PhrasingContent[]
  readonly label: string | null
  /** What follows the head in its paragraph. */
  readonly rest: readonly PhrasingContent[]
  readonly paragraph: Paragraph
}

/** Reads the first line of a quote: `[!kind] title {#label}`. */
function headOf(quote: Blockquote): Head | null {
  const [paragraph] = quote.children
  const first = paragraph?.type === 'paragraph' ? paragraph.children[0] : undefined
  const match = first?.type === 'text' ? /^\[!([a-z]+)\][ \t]*/i.exec(first.value) : null
  if (!match || paragraph?.type !== 'paragraph' || first?.type !== 'text') return null
  const children: PhrasingContent[] = [restOf(first, match[0].length), ...paragraph.children.slice(1)]
  const { before, after } = atLineEnd(children)
  const last = before.at(-1)
  const line = last?.type === 'text' ? last.value.trimEnd() : ''
  const open = Math.max(0, line.lastIndexOf('{'))
  const named = /^\{#([^\s{}]+)\}$/.exec(line.slice(open))
  const title =
    named && last?.type === 'text'
      ? [...before.slice(0, -1), { ...last, value: line.slice(0, open).trimEnd() }]
      : before
  return {
    kind: (match[1] ?? '').toLowerCase(),
    title: mdastText({ type: 'paragraph', children: [...title] }).trim() === '' ? [] : title,
    label: named?.[1] ?? null,
    rest: after,
    paragraph,
  }
}

/** Gives a text without its beginning; what follows it is at its place in the source or further on. */
function restOf(text: Text, from: number): Text {
  const value = text.value.slice(from)
  if (!text.position) return { ...text, value }
  const { start, end } = text.position
  const lines = text.value.slice(0, from).split(/\r\n|\n|\r/).length - 1
  const column = lines === 0 ? start.column + from : 1
  const moved = { line: start.line + lines, column, offset: (start.offset ?? 0) + from }
  return { ...text, value, position: { start: moved, end } }
}

/** Parts phrasing content at the end of its first line. */
function atLineEnd(children: readonly PhrasingContent[]): {
  before: PhrasingContent[]
  after: PhrasingContent[]
} {
  for (const [index, child] of children.entries()) {
    if (child.type === 'break') return { before: children.slice(0, index), after: children.slice(index + 1) }
    const end = child.type === 'text' ? child.value.search(/[\r\n]/) : -1
    if (child.type !== 'text' || end < 0) continue
    const right = child.value.slice(end).trimStart()
    return {
      before: [...children.slice(0, index), { ...child, value: child.value.slice(0, end) }],
      after: [
        ...(right === '' ? [] : [restOf(child, child.value.length - right.length)]),
        ...children.slice(index + 1),
      ],
    }
  }
  return { before: [...children], after: [] }
}

function makeTheorem(quote: Blockquote, { kind, title, label, rest, paragraph }: Head, name: string): void {
  const heading: PhrasingContent[] = [
    { type: 'strong', children: [{ type: 'text', value: name }] },
    ...(title.length > 0
      ? ([{ type: 'text', value: ' (' }, ...trimmed(title), { type: 'text', value: ')' }] as const)
      : []),
    { type: 'text', value: '.' },
  ]
  const head: PhrasingContent = {
    type: 'emphasis',
    children: heading,
    data: { hName: 'span', hProperties: { className: ['theorem-head'] } },
  }
  const body = quote.children.slice(1)
  const next = body[0]
  // The head runs into the first paragraph, as in print.
  if (rest.length > 0) paragraph.children = [head, { type: 'text', value: ' ' }, ...rest]
  else if (next?.type === 'paragraph') {
    paragraph.children = [head, { type: 'text', value: ' ' }, ...next.children]
    body.shift()
  } else paragraph.children = [head]
  quote.children = [paragraph, ...body]
  if (kind === 'proof') endProof(quote.children)
  quote.data = {
    ...quote.data,
    hName: 'div',
    hProperties: { className: ['theorem', `theorem-${kind}`], ...(label !== null && { id: label }) },
  }
}

/** Ends a proof with ∎, in its last paragraph or after what it ends with. */
function endProof(children: (BlockContent | DefinitionContent)[]): void {
  const mark: PhrasingContent = {
    type: 'emphasis',
    children: [{ type: 'text', value: '∎' }],
    data: { hName: 'span', hProperties: { className: ['qed'] } },
  }
  const last = children.findLast(({ type }) => type !== 'definition' && type !== 'footnoteDefinition')
  if (last?.type === 'paragraph') last.children.push({ type: 'text', value: ' ' }, mark)
  else
    children.push({ type: 'paragraph', children: [mark], data: { hProperties: { className: ['qed-line'] } } })
}

function trimmed(title: readonly PhrasingContent[]): PhrasingContent[] {
  return title
    .map((node, index) =>
      node.type === 'text' && index === 0 ? { ...node, value: node.value.trimStart() } : node,
    )
    .map((node, index) =>
      node.type === 'text' && index === title.length - 1 ? { ...node, value: node.value.trimEnd() } : node,
    )
}
