/** The words that reach a body: what the theme says within a text, and which texts can come upon it. */
import { directionOf } from '../language.js'
import type { Words } from '../words.js'

/** By word, what a text holds at the least where the word is in its HTML. A character reference hides any letter. */
const traces = {
  // Notes of their own, and those of citation styles.
  footnotes: /\[\^|\^\[|@/,
  backToReference: /\[\^|\^\[|@/,
  references: /@/,
  backToCitation: /@/,
  linkToSection: /#|@|<h[1-6]|^[ \t>]*(?:=+|-+)[ \t]*$/im,
  // Of captions with numbers, and of callouts with titles.
  colon: /#(?:fig|tab|tbl|lst)[:-]|\[![^[\]\r\n]*\][-+]?[ \t]*\S/,
  figureNumber: /#fig[:-]/,
  tableNumber: /\||<table|:-|-:/i,
  taskDone: /\[x\]|<input/i,
  taskToDo: /\[\s[\s>]*\]|<input/i,
  theorem: /!theorem|&#|&excl/i,
  lemma: /!lemma|&#|&excl/i,
  proposition: /!proposition|&#|&excl/i,
  corollary: /!corollary|&#|&excl/i,
  definition: /!definition|&#|&excl/i,
  example: /!example|&#|&excl/i,
  remark: /!remark|&#|&excl/i,
  proof: /!proof|&#|&excl/i,
  listing: /lst|&[#a-z]/i,
  foldedCode: /`{3}|~{3}/,
  note: /!note/i,
  tip: /!tip/i,
  important: /!important/i,
  warning: /!warning/i,
  caution: /!caution/i,
} as const satisfies Readonly<Record<string, RegExp>>

type BodyWord = keyof typeof traces

/** The words that a body may be rendered with; empty where its text cannot come upon them. */
export type BodyWords = Readonly<Record<BodyWord, Words[string]>> & {
  /** The arrow that leads from a footnote or a reference back, against the direction of reading. */
  readonly footnoteBack: string
}

/** Gives those of a language's words that a body can come upon; without a text, those of any. */
export function bodyWords(words: Words, lang: string, body?: string): BodyWords {
  const reaching = Object.entries(traces).map(([key, trace]) => [
    key,
    body === undefined || trace.test(body) ? (words[key] ?? '') : '',
  ])
  const hasNotes = body === undefined || traces.footnotes.test(body)
  const footnoteBack = !hasNotes ? '' : directionOf(lang) === 'rtl' ? '↪' : '↩'
  return { ...(Object.fromEntries(reaching) as Record<BodyWord, Words[string]>), footnoteBack }
}
