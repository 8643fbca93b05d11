/**
 * The entries of a .bib file as they are written, each with its place: a scanner that a broken entry costs no other.
 * The grammar is BibTeX's (bibtex.web, sections 183 to 250), more generous where authors are.
 */
import { deepest } from '../depth.js'

/** A field of an entry: its value without the braces or quotes around it, `@string`s in their places. */
export interface BibtexField {
  /** In small letters. */
  readonly name: string
  readonly value: string
}

/** An entry as it is written. */
export interface BibtexEntry {
  /** In small letters: `article`. */
  readonly type: string
  readonly key: string
  readonly fields: readonly BibtexField[]
  /** Where it stands in the text. */
  readonly start: number
  readonly end: number
}

/** What is wrong with a text, and where. */
export interface BibtexFault {
  readonly at: number
  readonly message: string
  readonly hint: string
}

/** What a text holds. */
export interface BibtexEntries {
  readonly entries: readonly BibtexEntry[]
  readonly faults: readonly BibtexFault[]
}

const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september'].concat(
  ['october', 'november', 'december'],
)
/** The months that every style of BibTeX defines, `jan`, and as they are written in full. */
const monthStrings = months.flatMap((month, index): [string, string][] => [
  [month.slice(0, 3), String(index + 1)],
  [month, String(index + 1)],
])

/** How an entry begins. */
const beginning = /@([a-z]+)[ \t\r\n]*([{(])/iy
const beginningOfLine = /^[ \t]*@[a-z]+[ \t\r\n]*[{(]/gim
const name = /[^\s"#%'(),={}@\\]+/y

/** Gives the entries of a .bib file, and what is wrong with others. Linear in the text's length. */
export function bibtexEntries(text: string): BibtexEntries {
  const entries: BibtexEntry[] = []
  const faults: BibtexFault[] = []
  const strings = new Map(monthStrings)
  for (let start = text.indexOf('@'); start >= 0; ) {
    const [whole, type = '', open] = matchAt(beginning, text, start) ?? []
    // Between entries all is a comment, a mail address too.
    if (whole === undefined || /[\w.]/.test(text.charAt(start - 1))) {
      start = text.indexOf('@', start + 1)
      continue
    }
    const found = readEntry(text, start + whole.length, open === '(' ? ')' : '}', type.toLowerCase(), strings)
    faults.push(...found.faults)
    if (found.fault) faults.push({ ...found.fault, at: found.fault.at ?? start })
    if (found.entry) entries.push({ ...found.entry, start, end: found.end })
    start = found.fault ? nextLineStart(text, found.end) : text.indexOf('@', found.end)
  }
  return { entries, faults }
}

/** Where an entry begins on a line of its own, after one that was broken off; -1 if there is none. */
function nextLineStart(text: string, from: number): number {
  // Back to the beginning of the line, where the next entry may be what broke this one off.
  beginningOfLine.lastIndex = from
  const isAtStart = /(^|[\r\n])[ \t]*$/.test(text.slice(Math.max(0, from - indent), from))
  if (isAtStart && matchAt(beginning, text, from)) return from
  const match = beginningOfLine.exec(text)
  return match ? text.indexOf('@', match.index) : -1
}

/** How far from the beginning of its line an entry may stand that shows the one before it to be broken off. */
const indent = 9

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

interface ReadEntry {
  readonly entry: Pick<BibtexEntry, 'type' | 'key' | 'fields'> | null
  /** What it can be read in spite of. */
  readonly faults: readonly BibtexFault[]
  /** What it cannot be read for; `at` is null for where it begins. */
  readonly fault: (Omit<BibtexFault, 'at'> & { readonly at: number | null }) | null
  /** Where the reading ended. */
  readonly end: number
}

/** In characters: an abstract has a few thousand. */
const longestValue = 1_000_000

/** What keeps an entry from being read. */
class Broken extends Error {
  constructor(
    message: string,
    readonly hint: string,
    readonly at: number | null = null,
  ) {
    super(message)
  }
}

/** By how much a brace changes the depth. */
const braces: Readonly<Partial<Record<string, number>>> = { '{': 1, '}': -1 }

function tooDeep(at: number): Broken {
  return new Broken('This entry is nested too deeply.', 'Look for braces that nothing closes.', at)
}

/** Reads one entry from after its opening brace, up to `close`; adds to `strings` what a `@string` defines. */
function readEntry(
  text: string,
  from: number,
  close: string,
  type: string,
  strings: Map<string, string>,
): ReadEntry {
  const faults: BibtexFault[] = []
  let at = from

  /** Whether another entry begins here, on a line of its own: then this one was never closed. */
  const isAnother = () =>
    text.charAt(at) === '@' &&
    /[\r\n][ \t]*$/.test(text.slice(Math.max(0, at - indent), at)) &&
    matchAt(beginning, text, at) !== null

  const unclosed = () =>
    new Broken('This entry is never closed.', 'Look for a brace or a quote that is missing in it.')

  /** Passes over white space, and over comments of TeX. */
  const space = () => {
    for (; at < text.length; at += 1) {
      if (text.charAt(at) === '%') {
        const end = text.indexOf('\n', at)
        at = end < 0 ? text.length : end
      } else if (!/\s/.test(text.charAt(at))) return
    }
  }

  /** Reads up to what closes; a backslash takes the next sign with it, and braces are paired. */
  const balanced = (end: string): string => {
    const start = at
    let depth = 0
    for (; at < text.length; at += 1) {
      const char = text.charAt(at)
      if (depth === 0 && char === end) {
        at += 1
        return text.slice(start, at - 1)
      }
      if (char === '\\') at += 1
      depth += braces[char] ?? 0
      if (depth > deepest) throw tooDeep(at)
      if (depth < 0 || isAnother()) break
    }
    throw unclosed()
  }

  const keyOf = (): string => {
    space()
    if (isAnother()) throw unclosed()
    const start = at
    while (at < text.length && !/[\s,={}"]/.test(text.charAt(at))) at += 1
    const key = text.slice(start, at)
    space()
    const next = text.charAt(at)
    if (next === '=' || key === '')
      throw new Broken(
        'This entry has no key.',
        'Write one and a comma after the brace: @article{smith2020, …}.',
      )
    if (next === ',') at += 1
    else if (next !== close)
      throw new Broken(`A comma is missing after the key "${key}".`, `Write @${type}{${key}, …}.`, at)
    return key
  }

  /** What a value without braces stands for. */
  const wordValue = (word: string): string => {
    const known = /^\d+$/.test(word) ? word : strings.get(word.toLowerCase())
    if (known !== undefined) return known
    faults.push({ at, message: `No @string is named "${word}".`, hint: `Write {${word}} if it is text.` })
    return word
  }

  const fieldValue = (field: string): string => {
    let value = ''
    for (;;) {
      space()
      const open = text.charAt(at)
      if (open === '{' || open === '"') {
        at += 1
        value += balanced(open === '{' ? '}' : '"')
      } else {
        const [word] = matchAt(name, text, at) ?? []
        if (word === undefined)
          throw new Broken(
            `The field "${field}" has no value.`,
            'Write one between braces, or leave it out.',
            at,
          )
        value += wordValue(word)
        at += word.length
      }
      space()
      if (value.length > longestValue)
        throw new Broken(
          `The field "${field}" is too long to be read.`,
          'Look for a @string made of itself.',
          at,
        )
      if (text.charAt(at) !== '#') return value
      at += 1
    }
  }

  /** Passes over commas up to the next field, and tells whether there is one. */
  const isAtField = (): boolean => {
    for (space(); text.charAt(at) === ','; space()) at += 1
    if (at >= text.length || isAnother()) throw unclosed()
    if (text.charAt(at) !== close) return true
    at += 1
    return false
  }

  const fieldsOf = (): readonly BibtexField[] => {
    const fields: BibtexField[] = []
    while (isAtField()) {
      const start = at
      const [field] = matchAt(name, text, at) ?? []
      if (field === undefined)
        throw new Broken(
          `"${text.charAt(at)}" stands where the name of a field is expected.`,
          'Look for a brace or a quote too many, or a comma that is missing, just before.',
          start,
        )
      at += field.length
      space()
      if (text.charAt(at) !== '=')
        throw new Broken(`There is no "=" after "${field}".`, `Write ${field} = {…}.`, start)
      at += 1
      fields.push({ name: field.toLowerCase(), value: fieldValue(field) })
      space()
      if (text.charAt(at) !== ',' && matchAt(name, text, at) !== null)
        faults.push({
          at,
          message: `A comma is missing after the field "${field}".`,
          hint: 'It is read all the same; BibTeX would not.',
        })
    }
    return fields
  }

  try {
    if (type === 'comment' || type === 'preamble') {
      balanced(close)
      return { entry: null, faults, fault: null, end: at }
    }
    if (type === 'string') {
      for (const field of fieldsOf()) strings.set(field.name, field.value)
      return { entry: null, faults, fault: null, end: at }
    }
    const key = keyOf()
    return { entry: { type, key, fields: fieldsOf() }, faults, fault: null, end: at }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    const { message, hint } = error
    return { entry: null, faults, fault: { message, hint, at: error.at }, end: at }
  }
}
