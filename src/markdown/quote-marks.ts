/**
 * The marks that block quotes may begin with, `> [!kind] Title {#label}`, for theorems and callouts; kramdown writes
 * labels `{: #label}`. With `-` behind the mark they are folded, with `+` they can be, as Obsidian has it.
 */
import type { BlockContent, Blockquote, DefinitionContent, PhrasingContent } from 'mdast'
import { toString as mdastText } from 'mdast-util-to-string'
import { restOfText } from './phrasing.js'

/** What the first line of a marked quote says, and what is below it. */
export interface MarkedQuote {
  readonly quote: Blockquote
  readonly kind: string
  readonly fold: 'open' | 'closed' | null
  /** Without white space at its ends. */
  readonly title: readonly PhrasingContent[]
  readonly label: string | null
  /** What is below the first line. */
  readonly content: readonly (BlockContent | DefinitionContent)[]
}

/** Makes of a marked quote what it is, in its place. */
export type QuoteMaker = (marked: MarkedQuote) => void

/** A mark, and what stands between it and the title. */
const mark = /^\[!([a-z][\w-]*)\]([-+]?)(?:[ \t]+|(?=\{(?:: ?)?#)|(?=[\r\n])|$)/i

/** Reads the first line of a quote; null where it has no mark, or an escaped one. */
export function markOf(quote: Blockquote, source: string): MarkedQuote | null {
  const [paragraph, ...below] = quote.children
  const first = paragraph?.type === 'paragraph' ? paragraph.children[0] : undefined
  const match = first?.type === 'text' ? mark.exec(first.value) : null
  if (!match || paragraph?.type !== 'paragraph' || first?.type !== 'text') return null
  const [typed, kind = '', sign] = match
  if (!source.startsWith(typed.trimEnd(), first.position?.start.offset ?? 0)) return null
  const { before, after } = atLineEnd([restOfText(first, typed.length), ...paragraph.children.slice(1)])
  const last = before.at(-1)
  const line = last?.type === 'text' ? last.value.trimEnd() : ''
  const open = Math.max(0, line.lastIndexOf('{'))
  const named = /^\{(?:: ?)?#([^\s{}]+)\}$/.exec(line.slice(open))
  const title =
    named && last?.type === 'text'
      ? [...before.slice(0, -1), { ...last, value: line.slice(0, open).trimEnd() }]
      : before
  return {
    quote,
    kind: kind.toLowerCase(),
    fold: sign === '-' ? 'closed' : sign === '+' ? 'open' : null,
    title: mdastText({ type: 'paragraph', children: [...title] }).trim() === '' ? [] : trimmed(title),
    label: named?.[1] ?? null,
    content: after.length > 0 ? [{ ...paragraph, children: after }, ...below] : below,
  }
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
        ...(right === '' ? [] : [restOfText(child, child.value.length - right.length)]),
        ...children.slice(index + 1),
      ],
    }
  }
  return { before: [...children], after: [] }
}

/** Gives phrasing content without white space at its ends. */
function trimmed(title: readonly PhrasingContent[]): PhrasingContent[] {
  return title
    .map((node, index) =>
      node.type === 'text' && index === 0 ? { ...node, value: node.value.trimStart() } : node,
    )
    .map((node, index) =>
      node.type === 'text' && index === title.length - 1 ? { ...node, value: node.value.trimEnd() } : node,
    )
}
