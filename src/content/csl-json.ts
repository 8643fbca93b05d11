/** CSL-JSON → entries: what Zotero and other programs export (https://github.com/citation-style-language/schema). */
import { isDeeper } from '../depth.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { placesIn } from '../place.js'
import type { ReadEntries } from './bibtex.js'
import { bareDoi, type CslItem, texEnd, texStart } from './csl-item.js'
import { cleanText } from './source.js'

/**
 * Gives the entries of a CSL-JSON file: a list of items, or a mapping of them by id. Reports `bibliography-is-valid`
 * where it is no JSON, and for each item that has no id or no type; the others are read all the same.
 */
export function parseCslJson(text: string, file: string): ReadEntries {
  const report = (message: string, at = 0, hint?: string): Diagnostic =>
    diagnostic('bibliography-is-valid', message, { file, place: placesIn(text)([at, at + 1]), hint })
  const read = readJson(text)
  if ('fault' in read)
    return { items: [], diagnostics: [report(`This file is not valid JSON: ${read.fault}.`, read.at)] }
  const { data } = read
  const given: readonly unknown[] = Array.isArray(data)
    ? data
    : Object.entries(data ?? {}).map(([id, item]) => ({ id, ...(item as object) }))
  const diagnostics: Diagnostic[] = []
  const items = new Map<string, CslItem>()
  for (const [index, value] of given.entries()) {
    const { id, type, ...rest } = (value ?? {}) as Record<string, unknown>
    const key = typeof id === 'number' ? String(id) : id
    if (typeof key !== 'string' || key === '') {
      diagnostics.push(report(`Entry ${index + 1} has no "id" to cite it by.`))
      continue
    }
    const at = Math.max(0, text.indexOf(JSON.stringify(key)))
    const isDeep = isDeeper(rest, deepestValue)
    if (isDeep) diagnostics.push(report(`The entry "${key}" is nested too deeply: it is left out.`, at))
    else if (items.has(key))
      diagnostics.push(report(`The key "${key}" is given twice: the first entry counts.`, at))
    else items.set(key, itemOf(key, typeof type === 'string' ? type : 'document', rest))
    if (!isDeep && typeof type !== 'string')
      diagnostics.push(
        report(`The entry "${key}" has no "type".`, at, 'Write one such as "article-journal".'),
      )
  }
  return { items: [...items.values()], diagnostics }
}

/** Gives what JSON says, or why it is none and where. */
function readJson(
  text: string,
): { readonly data: unknown } | { readonly fault: string; readonly at: number } {
  try {
    // An escape may stand for what texts are marked with.
    return { data: JSON.parse(text, (_, value) => (typeof value === 'string' ? cleanText(value) : value)) }
  } catch (error) {
    // What Node says quotes the text, and tells the place of some faults only.
    const at = jsonFault(text)
    if (error instanceof RangeError) return { fault: 'it is nested too deeply', at: 0 }
    const sign = String.fromCodePoint(text.codePointAt(at) ?? 0)
    return { fault: at === text.length ? 'it ends too early' : `\`${sign}\` cannot stand here`, at }
  }
}

/** The dates of an entry are lists of lists, below a name; other programs may add values of their own. */
const deepestValue = 20

/** White space, and behind it a sign, a string, or another value of JSON, if there is one (RFC 8259, sections 2 to 7). */
const jsonWord =
  /([ \t\n\r]*)(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|[\x7F-\x9F]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))?/uy

/** What may come next, and what comes after it; `done` is the end of a value. */
const grammar: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  value: { '{': 'first key', '[': 'first value', string: 'done', other: 'done' },
  'first value': { '{': 'first key', '[': 'first value', string: 'done', other: 'done', ']': 'done' },
  key: { string: 'colon' },
  'first key': { string: 'colon', '}': 'done' },
  colon: { ':': 'value' },
  'in {': { ',': 'key', '}': 'done' },
  'in [': { ',': 'value', ']': 'done' },
  end: {},
}

/** Gives the offset of the first letter that keeps a text from being JSON; the text's length where it ends too early. */
function jsonFault(text: string): number {
  const word = new RegExp(jsonWord)
  const open: string[] = []
  for (let next = 'value'; ; ) {
    const from = word.lastIndex
    const [, space = '', sign, string, other] = word.exec(text) ?? []
    const kind = sign ?? (string === undefined ? other && 'other' : 'string')
    const after = grammar[next]?.[kind ?? '']
    if (after === undefined) return from + space.length
    if (sign === '{' || sign === '[') open.push(sign)
    if (sign === '}' || sign === ']') open.pop()
    const around = open.at(-1)
    const isIn = around === undefined ? 'end' : `in ${around}`
    next = after === 'done' ? isIn : after
  }
}

/** Texts in which dollars are formulas. */
const titles = new Set([
  'title',
  'title-short',
  'container-title',
  'collection-title',
  'original-title',
  'note',
])

function itemOf(id: string, type: string, variables: Readonly<Record<string, unknown>>): CslItem {
  const known = Object.entries(variables).flatMap(([name, value]): [string, CslItem[string]][] => {
    if (value === null || value === undefined || value === '') return []
    if (name === 'abstract' || name === 'keyword') return []
    if (typeof value === 'string' && titles.has(name)) return [[name, withFormulas(value)]]
    if (typeof value === 'string' && name === 'DOI') return [[name, bareDoi(value)]]
    return [[name, value as CslItem[string]]]
  })
  return { ...Object.fromEntries(known), id, type }
}

/** A formula between dollars, by Pandoc's rule: tight on both sides, and no digit after it; or what a backslash escapes. */
const formula = /\\[\s\S]|\$(?![\s$])((?:[^$\\]|\\[\s\S])*?[^\s$\\])\$(?!\d)/g

function withFormulas(text: string): string {
  return text.replace(formula, (whole, tex?: string) => (tex === undefined ? whole : texStart + tex + texEnd))
}
