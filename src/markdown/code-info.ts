/**
 * The info string of a code block: one grammar for the forms that people bring along. It takes Pandoc's attributes
 * (`{#id .python .numberLines startFrom="10"}`, pandoc.org/MANUAL.html#fenced-code-blocks), Quarto's and R Markdown's
 * options (`{r setup, echo=FALSE}`), Zenn's and Qiita's `python:train.py`, and `python title="train.py" {3,5-7} /word/`
 * as in Docusaurus, VitePress and Expressive Code. What it does not know is another tool's, and means nothing here.
 */
import { decodeString } from 'micromark-util-decode-string'
import { knownLanguage } from './languages.js'

/** One part of an info string. */
type InfoToken =
  /** `title="train.py"`, `hl_lines=[1,"3-4"]`; the value without its quotes or brackets, and not decoded. */
  | { readonly kind: 'pair'; readonly key: string; readonly value: string }
  /** `.python` */
  | { readonly kind: 'class'; readonly name: string }
  /** `#lst:sgd` */
  | { readonly kind: 'id'; readonly id: string }
  /** `/word/`, and which of its occurrences in the block: `/word/1,3`. */
  | { readonly kind: 'mark'; readonly text: string; readonly which: string }
  /** A bare word; `braced` where it stands between braces, as `r` and `setup` do in `{r setup}`. */
  | { readonly kind: 'word'; readonly word: string; readonly braced: boolean }
  /** `[config.js]` */
  | { readonly kind: 'label'; readonly text: string }

/** What a code block shows of another file. */
export interface Include {
  /** As written: a path from the document's folder, or with a slash at its front from the site's root. */
  readonly file: string
  /** The lines, as written: `10-20`, `10-`, `7`; null: all of them. */
  readonly lines: string | null
}

/** Numbers from one to another, both counted in. */
export type Range = readonly [from: number, to: number]

/** A word of the code to be marked. */
export interface MarkedWord {
  readonly text: string
  /** Which of its occurrences, counted from 1; none: all of them. */
  readonly which: readonly Range[]
}

/** What an info string says of its block. */
export interface CodeInfo {
  /** In small letters; null where none is named. */
  readonly language: string | null
  /** The name of a file, or what else stands above the code. */
  readonly title: string | null
  /** Inline Markdown, as written: its backslashes are its own. */
  readonly caption: string | null
  readonly id: string | null
  /** Lines to be marked, counted from 1. */
  readonly marked: readonly Range[]
  readonly words: readonly MarkedWord[]
  /** Whether the lines begin with `+`, `-` or a space, and are in {@link language} behind that. */
  readonly isDiff: boolean
  readonly isNumbered: boolean
  /** The number of the first line; null: 1, or what it is in its file. */
  readonly firstNumber: number | null
  /** Whether the code is folded; `open`: to begin with it is not; null: that is not said. */
  readonly fold: boolean | 'open' | null
  /** What stands in place of folded code; null: how many lines it has. */
  readonly summary: string | null
  readonly include: Include | null
  /** Names that it gives a value to and that mean nothing here. */
  readonly unknown: readonly string[]
  /** Values that say nothing where they stand, each as written, and why. */
  readonly misfits: readonly Misfit[]
}

export interface Misfit {
  readonly text: string
  readonly reason: string
}

/**
 * Each alternative begins with what no other begins with, or is read to its end, so that an info string is read in
 * one go: braces; `key=value`; `.class`; `#id`; `/word/`; `[label]`; a word.
 */
const part =
  /([{}])|([A-Za-z_][\w.:-]*)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\{([^{}]*)\}|\[([^[\]]*)\]|([^\s,{}]*))|\.([^\s.,{}=]+)|#([^\s,{}]+)|\/([^/\s](?:[^/]*[^/\s])?)\/([\d,-]*)(?=[\s,}]|$)|\[([^[\]]+)\]|("[^"]*"|'[^']*'|[^\s,{}]+)/g

/** Gives the parts of an info string, in order. What is between braces is read as what is not. */
function tokensOf(info: string): readonly InfoToken[] {
  const tokens: InfoToken[] = []
  let depth = 0
  for (const match of info.matchAll(part)) {
    const [, brace, key, double, single, braces, brackets, bare, name, id, text, which = '', label, word] =
      match
    if (brace !== undefined) depth = brace === '{' ? depth + 1 : Math.max(0, depth - 1)
    else if (key !== undefined) {
      const value = double ?? single ?? braces ?? brackets ?? bare ?? ''
      tokens.push({ kind: 'pair', key: key.toLowerCase(), value: value.trim() })
    } else if (name !== undefined) tokens.push({ kind: 'class', name: decodeString(name) })
    else if (id !== undefined) tokens.push({ kind: 'id', id: decodeString(id) })
    else if (text !== undefined) tokens.push({ kind: 'mark', text: decodeString(text), which })
    else if (label !== undefined) tokens.push({ kind: 'label', text: decodeString(label) })
    else if (word !== undefined) tokens.push({ kind: 'word', word: decodeString(word), braced: depth > 0 })
  }
  return tokens
}

/** The names that attributes have here and in other tools, by what they mean. */
const names = {
  title: ['title', 'filename', 'file-name'],
  caption: ['caption', 'cap', 'lst-cap'],
  id: ['id', 'label', 'lst-label'],
  marked: [
    'hl_lines',
    'hl-lines',
    'highlight',
    'highlight-lines',
    'emphasize-lines',
    'mark',
    'code-line-numbers',
  ],
  first: [
    'startfrom',
    'start-from',
    'start',
    'start-line',
    'lineno-start',
    'linenostart',
    'line-number-start',
  ],
  numbered: [
    'numberlines',
    'number-lines',
    'showlinenumbers',
    'line-numbers',
    'linenumbers',
    'linenos',
    'linenums',
  ],
  fold: ['fold', 'folded', 'collapse', 'collapsed', 'code-fold'],
  summary: ['summary', 'code-summary'],
  file: ['file'],
  lines: ['lines'],
} as const satisfies Readonly<Record<string, readonly string[]>>

type Meaning = keyof typeof names

const meanings: ReadonlyMap<string, Meaning> = new Map(
  (Object.keys(names) as Meaning[]).flatMap((meaning) =>
    names[meaning].map((name): [string, Meaning] => [name, meaning]),
  ),
)

/** The names of attributes, to tell a misspelled one. */
export const attributeNames: readonly string[] = [...meanings.keys()]

const ranges = /(\d+)(?:[ \t]*(?:-|–|\.\.)[ \t]*(\d+))?/g
const isRanges = /^[\s\d,–.-]*$/

/** Reads numbers and ranges of them: `3`, `3,5-7`, `3 5-7`, `1,"3-4"`; none in any other text. */
function rangesIn(given: string): readonly Range[] {
  const text = given.replace(/["']/g, '')
  return !isRanges.test(text)
    ? []
    : [...text.matchAll(ranges)].map(([, from = '', to = from]): Range => [Number(from), Number(to)])
}

/**
 * Reads an info string as it is written: character references and backslashes are decoded here (CommonMark 0.31.2,
 * sections 2.4 and 2.5), but not in captions, whose Markdown has its own. Total.
 */
export function codeInfo(info: string): CodeInfo {
  const { language, title, isDiff, rest } = headOf(info)
  const tokens = tokensOf(rest)
  const { values, flags, unknown } = attributesIn(tokens)
  const given = (meaning: Meaning) => {
    const value = values.get(meaning)
    return value ? decodeString(value) : null
  }
  const file = given('file')
  return {
    language,
    title: title ?? given('title') ?? labelIn(tokens),
    caption: values.get('caption')?.replace(/\\(["'])/g, '$1') || null,
    id: tokens.find((token) => token.kind === 'id')?.id ?? listingId(given('id')),
    marked: [...rangesInBraces(tokens), ...rangesIn(values.get('marked') ?? '')],
    words: tokens.flatMap((token) =>
      token.kind === 'mark' ? [{ text: token.text, which: rangesIn(token.which) }] : [],
    ),
    isDiff,
    isNumbered: flags.has('numbered') || isYes(values.get('numbered')) || values.get('marked') === 'true',
    firstNumber: numberIn(given('first')) ?? numberIn(given('numbered')),
    fold: foldOf(values.get('fold'), flags.has('fold')),
    summary: given('summary') ?? summaryIn(given('fold')),
    include: file === null ? null : { file, lines: given('lines') },
    unknown,
    misfits: misfitsIn(tokens, values),
  }
}

interface Attributes {
  /** As written, by what they mean. */
  readonly values: ReadonlyMap<Meaning, string>
  /** What bare words and classes switch on. */
  readonly flags: ReadonlySet<Meaning>
  readonly unknown: readonly string[]
}

function attributesIn(tokens: readonly InfoToken[]): Attributes {
  const values = new Map<Meaning, string>()
  const flags = new Set<Meaning>()
  const unknown: string[] = []
  for (const token of tokens) {
    if (token.kind === 'pair') {
      const meaning = meanings.get(token.key)
      if (meaning === undefined) unknown.push(token.key)
      else if (!values.has(meaning)) values.set(meaning, token.value)
    } else if (token.kind === 'class' || token.kind === 'word') {
      const meaning = meanings.get((token.kind === 'class' ? token.name : token.word).toLowerCase())
      if (meaning !== undefined) flags.add(meaning)
    }
  }
  return { values, flags, unknown }
}

function misfitsIn(tokens: readonly InfoToken[], values: ReadonlyMap<Meaning, string>): readonly Misfit[] {
  const first = values.get('first')
  const lines = values.get('lines')
  const open = tokens.find(
    (token) => token.kind === 'pair' && /^["']/.test(token.value) && meanings.has(token.key),
  )
  return [
    ...(first !== undefined && numberIn(first) === null
      ? [{ text: first, reason: `"${first}" is no number for a first line.` }]
      : []),
    ...(lines !== undefined && !values.has('file')
      ? [{ text: 'lines', reason: 'There are lines to be shown, and no file that they are of.' }]
      : []),
    ...(open?.kind === 'pair'
      ? [{ text: open.value, reason: `The quote of ${open.key} is never closed.` }]
      : []),
  ]
}

function rangesInBraces(tokens: readonly InfoToken[]): readonly Range[] {
  return tokens.flatMap((token) => (token.kind === 'word' && token.braced ? rangesIn(token.word) : []))
}

interface Head {
  readonly language: string | null
  readonly title: string | null
  readonly isDiff: boolean
  /** What follows. */
  readonly rest: string
}

/** Reads what an info string begins with: a language, in braces or not, a file's name behind it, `diff` before it. */
function headOf(info: string): Head {
  const spaced = info.replace(/\b(showlinenumbers|linenos)\{(\d+)\}/gi, '$1=$2')
  const written = /^[^\s{,]*/.exec(spaced)?.[0] ?? ''
  const word = decodeString(written)
  // What has an equals sign, or begins as an attribute does, is one already.
  if (word === '' || /=|^[/[#."']/.test(word)) return bracedHead(spaced)
  const rest = spaced.slice(written.length)
  const { name, title, after } = namedIn(word, rest)
  if (name === 'diff') {
    const second = /^\s*([^\s{=]+)(?=\s|\{|$)/.exec(after)
    const given = second?.[1] === undefined ? null : namedIn(second[1], after.slice(second[0].length))
    if (given && knownLanguage(given.name) !== null)
      return { language: given.name, title: given.title ?? title, isDiff: true, rest: given.after }
    const lang = /(?:^|\s)lang(?:uage)?=["']?([\w+#-]+)/.exec(after)?.[1]?.toLowerCase()
    if (lang !== undefined && knownLanguage(lang) !== null)
      return { language: lang, title, isDiff: true, rest: after }
  }
  const behind = /^diff[-_](.+)$/.exec(name)?.[1]
  if (behind !== undefined && knownLanguage(behind) !== null)
    return { language: behind, title, isDiff: true, rest: after }
  const isDiff = name !== 'diff' && /(?:^|[\s{])\.?diff(?=[\s}]|$)/.test(unquoted(after))
  return { language: name || null, title, isDiff, rest: after }
}

/** Parts `python:train.py`, `python: train.py`, `ts:line-numbers`, and `train.py` where its ending is a language. */
function namedIn(
  word: string,
  rest: string,
): { readonly name: string; readonly title: string | null; readonly after: string } {
  const colon = word.indexOf(':')
  if (colon >= 0) {
    const name = word.slice(0, colon).toLowerCase()
    const behind = word.slice(colon + 1)
    if (/^(?:no-)?line-numbers$/.test(behind))
      return { name, title: null, after: behind.startsWith('no') ? rest : ` numberLines${rest}` }
    const next = behind === '' ? /^[ \t]+([^\s{}="']+)(?=\s|$)/.exec(rest) : null
    if (next?.[1] !== undefined) return { name, title: next[1], after: rest.slice(next[0].length) }
    return { name, title: behind || null, after: rest }
  }
  const name = word.toLowerCase()
  const ending = /[^.]\.([a-z\d+]+)$/.exec(name)?.[1]
  return ending !== undefined && knownLanguage(name) === null && knownLanguage(ending) !== null
    ? { name: ending, title: word, after: rest }
    : { name, title: null, after: rest }
}

/** Classes that name no language. */
const classFlags = /^(?:input|output|diff|cell|code|sourcecode|line-?anchors)$/i

function bracedHead(info: string): Head {
  const tokens = tokensOf(info)
  const classes = tokens.flatMap((token) => (token.kind === 'class' ? [token.name.toLowerCase()] : []))
  const isDiff = classes.includes('diff')
  const languages = classes.filter((name) => !classFlags.test(name) && !meanings.has(name))
  const attributes = /^\s*\{\s*([^}]*)\}?/.exec(info)?.[1] ?? ''
  const first = /^([a-z][\w+#-]*)(?=[\s,]|$)/i.exec(attributes)?.[1]?.toLowerCase()
  const language = languages[0] ?? classes.find((name) => !meanings.has(name)) ?? first ?? null
  return { language, title: null, isDiff: isDiff && language !== 'diff', rest: info }
}

/** Gives text without what stands between quotes. */
function unquoted(text: string): string {
  return text.replace(/"[^"]*"|'[^']*'/g, '')
}

function labelIn(tokens: readonly InfoToken[]): string | null {
  const label = tokens.find((token) => token.kind === 'label' && rangesIn(token.text).length === 0)
  return label?.kind === 'label' ? label.text : null
}

/** `label="lst:sgd"` is an id; other labels are other tools'. */
function listingId(label: string | null): string | null {
  return label !== null && isListingId(label) ? label : null
}

/** Whether an id is that of a listing, which has a number: `lst:sgd`, or `lst-sgd` as Quarto has it. */
export function isListingId(id: string): boolean {
  return /^lst[:-]\S/.test(id)
}

/** Whether code is folded, by an attribute's value, or a bare word in its place. */
function foldOf(value: string | undefined, isFlagged: boolean): CodeInfo['fold'] {
  if (value === 'show') return 'open'
  return value === undefined ? isFlagged || null : isYes(value)
}

/** Whether an attribute has a value, and one that switches it on. */
function isYes(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|false|no|off|0)$/i.test(value)
}

function numberIn(value: string | null): number | null {
  const number = value !== null && /^\d+$/.test(value) ? Number(value) : null
  return number !== null && Number.isSafeInteger(number) ? number : null
}

/** `fold="The data"` says what stands in place of the code. */
function summaryIn(fold: string | null): string | null {
  return fold === null || fold === '' || /^(?:true|false|yes|no|on|off|hide|show|[\d,–-]+)$/i.test(fold)
    ? null
    : fold
}
