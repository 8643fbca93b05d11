/** CSL-JSON → entries: what Zotero and other programs export (https://github.com/citation-style-language/schema). */
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
  let data: unknown
  try {
    // An escape may stand for what texts are marked with.
    data = JSON.parse(text, (_, value) => (typeof value === 'string' ? cleanText(value) : value))
  } catch (error) {
    const reason = (error as Error).message
    const at = Number(/position (\d+)/.exec(reason)?.[1] ?? text.length)
    return {
      items: [],
      diagnostics: [report(`This file is not valid JSON: ${reason}.`, Math.min(at, text.length))],
    }
  }
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
    if (typeof type !== 'string')
      diagnostics.push(
        report(`The entry "${key}" has no "type".`, at, 'Write one such as "article-journal".'),
      )
    if (items.has(key))
      diagnostics.push(report(`The key "${key}" is given twice: the first entry counts.`, at))
    else items.set(key, itemOf(key, typeof type === 'string' ? type : 'document', rest))
  }
  return { items: [...items.values()], diagnostics }
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

/** A formula between dollars, by Pandoc's rule: tight on both sides, and no digit after it. */
const formula = /\$(?![\s$])((?:[^$\\]|\\[\s\S])*?[^\s$\\])\$(?!\d)/g

function withFormulas(text: string): string {
  return text.replace(formula, `${texStart}$1${texEnd}`)
}
