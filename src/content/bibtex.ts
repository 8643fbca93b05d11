/**
 * A .bib file → entries of CSL. What stands between its braces is LaTeX, which @retorquere/bibtex-parser knows, as well as
 * names; formulas do not reach it, since they are typeset as all others are.
 */
import { type Entry, parse } from '@retorquere/bibtex-parser'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { placesIn } from '../place.js'
import { type BibtexEntry, type BibtexField, bibtexEntries } from './bibtex-entries.js'
import { cslItemOf } from './bibtex-item.js'
import { type CslItem, texEnd, texStart } from './csl-item.js'

/** Entries, each under its own key, and what is wrong with others. */
export interface ReadEntries {
  readonly items: readonly CslItem[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Gives the entries of a .bib file, BibTeX's or BibLaTeX's. Reports `bibliography-is-valid` at line and column: for
 * entries that cannot be read, which are left out, for keys that are given twice, and for commands of LaTeX that are
 * not known.
 */
export function parseBibtex(text: string, file: string): ReadEntries {
  const placeOf = placesIn(text)
  const { entries, faults } = bibtexEntries(text)
  const diagnostics: Diagnostic[] = []
  const report = (message: string, from: number, length: number, hint?: string) =>
    diagnostics.push(
      diagnostic('bibliography-is-valid', message, { file, place: placeOf([from, from + length]), hint }),
    )
  for (const { message, at, hint } of faults) report(message, at, 1, hint)
  const byKey = new Map<string, BibtexEntry>()
  for (const entry of entries) {
    const { key, start, type } = entry
    if (type === 'xdata' || !byKey.has(key)) byKey.set(key, entry)
    else
      report(`The key "${key}" is given twice: the first entry counts.`, text.indexOf(key, start), key.length)
  }
  const named = [...byKey.values()]
  const formulas: string[] = []
  const library = named.map((entry, index) => libraryEntry(withInherited(entry, byKey), index, formulas))
  const told = new Set<string>()
  const reportIn = (index: number, tex: string, message: string) => {
    if (told.has(`${index} ${message}`)) return
    told.add(`${index} ${message}`)
    const { start, end } = named[index] ?? { start: 0, end: 0 }
    const at = text.indexOf(tex, start)
    const isFound = at >= 0 && at < end
    report(message, isFound ? at : start, isFound ? tex.length : 1)
  }
  const read = entriesByKey(library, reportIn)
  const items = named.flatMap(({ type, key }, index) => {
    const entry = read.get(libraryKey(index))
    return entry && type !== 'xdata' ? [cslItemOf(entry, key, formulas)] : []
  })
  return { items, diagnostics }
}

// The library.

/** An entry as the library is given it. */
interface LibraryEntry {
  readonly type: string
  readonly key: string
  readonly fields: readonly BibtexField[]
}

/** Numbers stand for keys, which may hold signs that the library does not take. */
function libraryKey(index: number): string {
  return `k${index}`
}

function libraryText({ type, key, fields }: LibraryEntry): string {
  return `@${type}{${key},\n${fields.map(({ name, value }) => `  ${name} = {${value}}`).join(',\n')}\n}`
}

/** Tells what is wrong with some TeX of an entry. */
type ReportIn = (index: number, tex: string, message: string) => void

/**
 * Gives the entries as the library reads them: all at once, and where it stumbles one by one, and there field by field,
 * so that what it cannot read costs a field its form and no more.
 */
function entriesByKey(library: readonly LibraryEntry[], reportIn: ReportIn): ReadonlyMap<string, Entry> {
  const read = (texts: readonly string[]) =>
    parse(texts.join('\n'), {
      sentenceCase: { guess: true },
      applyCrossRef: false,
      unsupported: (_node, tex, { key }) => {
        reportIn(
          Number(key.slice(1)),
          tex,
          `"${tex}" is no command of LaTeX that is known here: it is shown as typed.`,
        )
        return tex
      },
    })
  const isWhole = (entry: Entry | undefined, { fields }: LibraryEntry) =>
    entry !== undefined && fields.every(({ name, value }) => value.trim() === '' || name in entry.fields)
  const all = read(library.map(libraryText))
  const byKey = new Map(all.entries.map((entry) => [entry.key, entry]))
  for (const entry of library) {
    if (all.errors.length === 0 && isWhole(byKey.get(entry.key), entry)) continue
    const alone = read([libraryText(entry)])
    const [found] = alone.entries
    if (found && alone.errors.length === 0 && isWhole(found, entry)) byKey.set(entry.key, found)
    else byKey.set(entry.key, byFields(entry))
  }
  return byKey

  function byFields(entry: LibraryEntry): Entry {
    const { type, key, fields } = entry
    const found = fields.map((field): readonly [string, unknown] => {
      const one = { type, key, fields: [field] }
      const { entries, errors } = read([libraryText(one)])
      const values: Readonly<Record<string, unknown>> = entries[0]?.fields ?? {}
      if (errors.length === 0 && isWhole(entries[0], one)) return [field.name, values[field.name]]
      reportIn(
        Number(key.slice(1)),
        field.name,
        `The LaTeX of the field "${field.name}" cannot be read: it is shown as typed.`,
      )
      return [field.name, names.has(field.name) ? [{ name: field.value }] : field.value]
    })
    return { type, key, fields: Object.fromEntries(found), mode: {}, input: '' } as Entry
  }
}

/** Fields that hold names. */
const names: ReadonlySet<string> = new Set(['author', 'editor', 'translator', 'director', 'bookauthor'])

/** Fields that hold no LaTeX. */
const verbatim = new Set(['doi', 'url', 'eprint', 'file', 'pdf', 'verba', 'verbb', 'verbc'])

/** How far entries inherit from one another: a chapter from its book, that from its series. */
const mostGenerations = 4

/** Gives an entry with what it has of those that `xdata` and `crossref` name (BibLaTeX's manual, sections 2.4.1.1 and 3.13). */
function withInherited(
  entry: BibtexEntry,
  byKey: ReadonlyMap<string, BibtexEntry>,
  generations = mostGenerations,
): BibtexEntry {
  if (generations === 0) return entry
  const valuesOf = (name: string) => entry.fields.filter((field) => field.name === name)
  const parents = [...valuesOf('xdata'), ...valuesOf('crossref')].flatMap(({ name, value }) =>
    value.split(',').flatMap((key) => {
      const parent = byKey.get(key.trim())
      return parent && parent !== entry
        ? [{ name, parent: withInherited(parent, byKey, generations - 1) }]
        : []
    }),
  )
  const own = new Set(entry.fields.map(({ name }) => name))
  const inherited = parents.flatMap(({ name, parent }) =>
    parent.fields.flatMap((field): BibtexField[] => {
      if (name === 'xdata') return [field]
      if (notInherited.has(field.name)) return []
      return /^(?:sub)?title$/.test(field.name) && isPart(entry.type)
        ? [{ ...field, name: `book${field.name}` }]
        : [field]
    }),
  )
  return { ...entry, fields: [...entry.fields, ...inherited.filter(({ name }) => !own.has(name))] }
}

const notInherited = new Set([
  'crossref',
  'xref',
  'keywords',
  'label',
  'shorttitle',
  'sortkey',
  'author',
  'pages',
])

function isPart(type: string): boolean {
  return /^(?:in|conference$|supp)/.test(type)
}

/** Gives an entry for the library: its formulas put aside, its key a number. */
function libraryEntry({ type, fields }: BibtexEntry, index: number, formulas: string[]): LibraryEntry {
  const first = new Map<string, BibtexField>()
  for (const field of fields)
    if (!first.has(field.name) && !unread.has(field.name))
      first.set(field.name, { name: field.name, value: forLibrary(field.name, field.value, formulas) })
  return { type, key: libraryKey(index), fields: [...first.values()] }
}

function forLibrary(name: string, value: string, formulas: string[]): string {
  if (verbatim.has(name)) return value
  // About then, in dates; else a space that ties.
  return name.endsWith('date')
    ? value.replaceAll('~', '\\textasciitilde{}')
    : withoutFormulas(value, formulas)
}

/** What no style shows, and may be long. */
const unread = new Set([
  'abstract',
  'annotation',
  'annote',
  'keywords',
  'file',
  'crossref',
  'xdata',
  'bibsource',
])

/**
 * `$…$` and `\(…\)`; a dollar after a backslash is money. Signs that only work in TeX, or end what it reads, are
 * meant as they are; in URLs all are. The names of TeX and its kin are words.
 */
const formula =
  /\\(?:url|href)\s*\{[^{}]*\}|\\((?:La|Bib)?TeX)(?![A-Za-z])(?:\{\})?|\\[^(]|\$((?:[^$\\]|\\[\s\S])+)\$|\\\(((?:[^\\]|\\[^()])+)\\\)|[<>$%&#_^]/g

/** Gives a value with numbers in noncharacters for its formulas and for signs. */
function withoutFormulas(value: string, formulas: string[]): string {
  const aside = (text: string) => `{${texStart}${formulas.push(text) - 1}${texEnd}}`
  return value.replace(formula, (whole, logo?: string, dollars?: string, parens?: string) => {
    const tex = dollars ?? parens
    if (tex !== undefined) return aside(`${texStart}${tex.trim()}${texEnd}`)
    if (logo !== undefined) return aside(logo)
    return whole.startsWith('\\') ? whole : aside(whole)
  })
}
