/** Theorems and their kin: `> [!theorem] Bayes {#thm:bayes}`. */
import type { BlockContent, DefinitionContent, PhrasingContent } from 'mdast'
import type { VFile } from 'vfile'
import { type Say, speaker, type Words } from '../words.js'
import { useFeature } from './features.js'
import { takeLabel } from './labels.js'
import type { MarkedQuote, QuoteMaker } from './quote-marks.js'

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
 * Gives what makes theorems in a body: numbered in order, by the counters of their kinds, their labels added to
 * `file.data.labels`. Reports `label-is-unique`.
 */
export function theoremMaker(kinds: TheoremKinds) {
  const say = speaker()
  return (file: VFile): QuoteMaker => {
    const { words = {} } = file.data
    const counters = new Map<string, number>()
    return (marked) => {
      const kind = kinds[marked.kind]
      if (!kind) return
      useFeature(file, 'theorems')
      const number = count(kind, counters)
      const title = kind.title ?? titleOf(marked.kind, words, say)
      const name = number === '' ? title : `${title} ${number}`
      const place = marked.quote.position?.start
      const label = marked.label === null ? null : takeLabel(file, marked.label, { number, name }, place)
      makeTheorem(marked, name, label)
    }
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

function makeTheorem(
  { quote, kind, fold, title, content }: MarkedQuote,
  name: string,
  label: string | null,
): void {
  const heading: PhrasingContent[] = [
    { type: 'strong', children: [{ type: 'text', value: name }] },
    ...(title.length > 0
      ? ([{ type: 'text', value: ' (' }, ...title, { type: 'text', value: ')' }] as const)
      : []),
    { type: 'text', value: '.' },
  ]
  const head: PhrasingContent = {
    type: 'emphasis',
    children: heading,
    data: { hName: 'span', hProperties: { className: ['theorem-head'] } },
  }
  const [next, ...others] = content
  const isFolded = fold !== null && next !== undefined
  // The head runs into the first paragraph, as in print; one that is folded stands alone.
  if (isFolded)
    quote.children = [{ type: 'paragraph', children: [head], data: { hName: 'summary' } }, ...content]
  else if (next?.type === 'paragraph')
    quote.children = [
      { ...next, children: [head, { type: 'text', value: ' ' }, ...next.children] },
      ...others,
    ]
  else quote.children = [{ type: 'paragraph', children: [head] }, ...content]
  if (kind === 'proof') endProof(quote.children)
  quote.data = {
    ...quote.data,
    hName: isFolded ? 'details' : 'div',
    hProperties: {
      className: ['theorem', `theorem-${kind}`],
      ...(label !== null && { id: label }),
      ...(isFolded && { open: fold === 'open' }),
    },
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
