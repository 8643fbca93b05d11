/**
 * Citations and references in a style of the Citation Style Language, by citeproc-js: the one processor in JavaScript
 * that takes any style. It is large, and loaded where a body cites something.
 */
import CSL from 'citeproc'
import { type CslItem, type CslName, others, texEnd, texStart } from '../../content/csl-item.js'
import {
  asideMark,
  type BodyCitations,
  type Citer,
  type Cluster,
  type Reference,
  type WrittenCitations,
} from './citing.js'
import { type LocatorWords, locatorWords } from './locator.js'

type Engine = InstanceType<typeof CSL.Engine>

/** How many processors are kept: a site has one style, in few languages. */
const mostEngines = 4

// Around what citeproc writes of an entry: its index, and its text. Noncharacters, which nothing that was read holds.
const citeStart = '\uFDD0'
const citeText = '\uFDD1'
const citeEnd = '\uFDD2'

/** Gives what writes citations out; `textOf` gives the styles and locales by their digests. */
export function citer(textOf: (digest: string) => string): Citer {
  // It tells of what it finds odd in styles, on the terminal.
  CSL.debug = () => {}
  const engines = new Map<string, Kept>()
  const words = new Map<string, LocatorWords>()
  return {
    words({ lang, locales }) {
      const digest = locales[lang] ?? ''
      const known = words.get(digest) ?? locatorWords(textOf(digest))
      words.set(digest, known)
      return known
    },
    write(citations, clusters) {
      const name = JSON.stringify([citations.style, citations.lang, citations.locales])
      const kept = engines.get(name) ?? keptEngine(citations, textOf)
      engines.delete(name)
      engines.set(name, kept)
      const [oldest] = engines.keys()
      if (engines.size > mostEngines && oldest !== undefined) engines.delete(oldest)
      return written(kept, citations, clusters)
    },
  }
}

/** Gives what citeproc knows an entry by: its tables are plain objects, which have a `constructor` of their own. */
function idOf(key: string): string {
  return `@${key}`
}

interface Kept {
  readonly engine: Engine
  /** The entries of the body at hand, by {@link idOf} their keys, as it takes them. */
  readonly items: Map<string, { readonly index: number; readonly item: CslItem }>
  readonly compare: (a: string, b: string) => number
}

function keptEngine({ style, lang, locales }: BodyCitations, textOf: (digest: string) => string): Kept {
  const items: Kept['items'] = new Map()
  const localeOf = (name: string) => {
    const digest = locales[name]
    return digest === undefined ? false : textOf(digest)
  }
  const engine = new CSL.Engine(
    {
      retrieveLocale: localeOf,
      // It adds to what it is given.
      retrieveItem: (id) => structuredClone(items.get(id)?.item),
      variableWrapper: ({ context, itemData }, before, text, after) =>
        context === 'citation'
          ? `${before}${citeStart}${items.get(itemData.id)?.index}${citeText}${text}${citeEnd}${after}`
          : before + text + after,
    },
    textOf(style),
    lang,
    true,
  )
  engine.opt.development_extensions.wrap_url_and_doi = true
  engine.setOutputFormat('html')
  // The machine's own language must not decide how references are sorted.
  const { compare } = new Intl.Collator([lang, 'en'], {
    sensitivity: 'base',
    ignorePunctuation: true,
    numeric: true,
  })
  return { engine, items, compare }
}

function written(
  { engine, items, compare }: Kept,
  citations: BodyCitations,
  clusters: readonly Cluster[],
): WrittenCitations {
  const formulas: string[] = []
  items.clear()
  for (const [index, item] of citations.items.entries())
    items.set(idOf(item.id), { index, item: { ...withoutFormulas(item, formulas), id: idOf(item.id) } })
  CSL.stringCompare = compare
  engine.restoreProcessorState([])
  const isNote = engine.opt.xclass === 'note'
  const results = engine.rebuildProcessorState(
    clusters.map(({ cites, inText }, index) => ({
      citationID: `c${index}`,
      citationItems: cites.map(({ key, suppressAuthor, locator, prefix, suffix }) => ({
        id: idOf(key),
        ...(prefix !== '' && { prefix }),
        ...(suffix !== '' && { suffix: inText ? suffixMark : suffix }),
        ...(locator && { locator: locator.value, label: locator.label }),
        ...(suppressAuthor && { 'suppress-author': true }),
      })),
      properties: {
        noteIndex: isNote ? index + 1 : 0,
        ...(inText && !isNote && { mode: 'composite' as const }),
        // "see a; also b" has its order from the author.
        ...(cites.some(({ prefix }) => prefix !== '') && { unsorted: true }),
      },
    })),
    'html',
  )
  const say: Terms = { and: engine.getTerm('and'), etAl: engine.getTerm('et-al') }
  const texts = results.map(([, , text], index) => {
    const cluster = clusters[index]
    if (!cluster) return ''
    const indexes = cluster.cites.map(({ key }) => items.get(idOf(key))?.index ?? 0)
    const [first] = indexes
    const linked = linkedText(text, indexes, (at) => numberOf(engine, citations.items[at]?.id))
    const item = first === undefined ? undefined : citations.items[first]
    const suffixed = cluster.inText ? withSuffix(linked, cluster) : linked
    const named = item && cluster.inText ? withAuthor(suffixed, item, first ?? 0, isNote, say) : suffixed
    return withOthers(named, say)
  })
  return { inNotes: isNote, clusters: texts, references: referencesOf(engine, say), formulas }
}

interface Terms {
  readonly and: string
  readonly etAl: string
}

/** Gives an entry with numbers in place of its formulas, which changes of case leave alone. */
function withoutFormulas(item: CslItem, formulas: string[]): CslItem {
  const entries = Object.entries(item).map(([variable, value]) => {
    if (typeof value !== 'string' || !value.includes(texStart)) return [variable, value]
    const numbered = value.replace(
      tex,
      (_, formula: string) => `${texStart}${formulas.push(formula) - 1}${texEnd}`,
    )
    return [variable, numbered]
  })
  return Object.fromEntries(entries) as CslItem
}

const tex = new RegExp(`${texStart}([^${texStart}${texEnd}]*)${texEnd}`, 'g')

function numberOf({ registry }: Engine, key: string | undefined): number | undefined {
  return key === undefined ? undefined : registry.registry[idOf(key)]?.seq
}

// Links.

const markStart = new RegExp(`${citeStart}(\\d+)${citeText}`, 'g')

/** A part of a text of HTML that leads to an entry. */
interface Range {
  readonly index: number
  readonly start: number
  readonly end: number
}

/** Gives the HTML of a cluster with a link around all that is written of an entry in a row. */
function linkedText(
  html: string,
  indexes: readonly number[],
  numberFor: (index: number) => number | undefined,
): string {
  const ranges = html.includes(citeStart) ? markedRanges(html) : numberRanges(html, indexes, numberFor)
  let text = ''
  let done = 0
  for (const { index, start, end } of ranges) {
    text += `${html.slice(done, start)}<a data-cite="${index}">${html.slice(start, end)}</a>`
    done = end
  }
  return (text + html.slice(done)).replace(markStart, '').replaceAll(citeEnd, '')
}

function markedRanges(html: string): readonly Range[] {
  const ranges: Range[] = []
  for (const match of html.matchAll(markStart)) {
    const index = Number(match[1])
    const start = match.index
    const end = endOfMark(html, start)
    const last = ranges.at(-1)
    // Marks within marks are of the same entry.
    if (last && start < last.end) continue
    if (last?.index === index) ranges[ranges.length - 1] = { ...last, end }
    else ranges.push({ index, start, end })
  }
  return ranges.map((range) => wholeElements(html, range))
}

function endOfMark(html: string, start: number): number {
  let depth = 0
  for (let at = start; at < html.length; at += 1) {
    if (html[at] === citeStart) depth += 1
    if (html[at] === citeEnd) depth -= 1
    if (depth === 0) return at + 1
  }
  return html.length
}

/** Gives a range that no element begins or ends in the midst of, by taking in the tags next to it. */
function wholeElements(html: string, { index, start, end }: Range): Range {
  const within = html.slice(start, end)
  let open = 0
  let closed = 0
  for (const [tag] of within.matchAll(/<\/?[a-z][^<>]*>/g)) {
    if (!tag.startsWith('</')) open += 1
    else if (open > 0) open -= 1
    else closed += 1
  }
  let [from, to] = [start, end]
  for (; closed > 0; closed -= 1) from = html.lastIndexOf('<', from - 1)
  for (; open > 0; open -= 1) to = html.indexOf('>', to) + 1
  return { index, start: Math.max(0, from), end: to === 0 ? html.length : to }
}

/** A number that is not that of a formula or of the author's own words, which have marks around them, nor of an entity. */
const bareNumber = new RegExp(`\\[(\\d+)\\]|(?<![\\d&#${texStart}${asideMark}])\\d+(?![\\d;])`, 'g')

/** The numbers of a style that counts, where citeproc has drawn them together: `[1]–[3]`. */
function numberRanges(
  html: string,
  indexes: readonly number[],
  numberFor: (index: number) => number | undefined,
): readonly Range[] {
  const byNumber = new Map(indexes.map((index) => [numberFor(index), index]))
  return [...html.matchAll(bareNumber)].flatMap((match): Range[] => {
    const index = byNumber.get(Number(match[1] ?? match[0]))
    byNumber.delete(Number(match[1] ?? match[0]))
    return index === undefined ? [] : [{ index, start: match.index, end: match.index + match[0].length }]
  })
}

/** Gives a citation that is part of a sentence, all of what is written of its work a link: `Doe (2009, p. 5)`. */
function withAuthor(html: string, item: CslItem, index: number, isNote: boolean, say: Terms): string {
  const name = escaped(shortNames(item, say))
  if (isNote) return html
  const whole = html.includes(noForm) ? html.replace(noForm, name) : html
  const end = whole.indexOf('</a>')
  if (end < 0) return whole
  const [close] = /^<\/a>[)\]]?/.exec(whole.slice(end)) ?? ['</a>']
  const until = end + close.length
  return `<a data-cite="${index}">${whole.slice(0, until).replace(/<\/?a\b[^<>]*>/g, '')}</a>${whole.slice(until)}`
}

/**
 * Gives a citation that is part of a sentence with what is said after each work: citeproc writes it after the name of
 * the author, too.
 */
function withSuffix(html: string, { cites }: Cluster): string {
  const suffixes = cites.flatMap(({ suffix }) => (suffix === '' ? [] : [suffix]))
  const parts = html.split(suffixMark)
  const extra = parts.length - 1 - suffixes.length
  return parts
    .map((part, index) => {
      const suffix = index < extra ? '' : suffixes[index - extra]
      return part + (index < parts.length - 1 ? escaped(suffix ?? '') : '')
    })
    .join('')
}

/** Stands for what is said after a work. */
const suffixMark = '\uFDD3s\uFDD3'

/** What citeproc writes for the author where a style shows none in citations. */
const noForm = '[NO_PRINTED_FORM]'

/** Gives the authors of a work as a sentence names them, or its title for want of any. */
export function shortNames(item: CslItem, { and, etAl }: Terms): string {
  const people = (item.author ?? item.editor ?? []) as readonly CslName[]
  const names = people.map(({ family, literal, given, ...name }) =>
    [name['non-dropping-particle'], family ?? literal ?? given].filter(Boolean).join(' '),
  )
  const [first, second] = names
  if (first === undefined) return String(item.title ?? item.id).replace(/<[^<>]*>/g, '')
  if (second === undefined) return first
  return names.length === 2 && second !== others.literal ? `${first} ${and} ${second}` : `${first} ${etAl}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** Gives HTML with "et al." for the name that stands for all further ones. */
function withOthers(html: string, { and, etAl }: Terms): string {
  if (!html.includes(others.literal ?? '')) return html
  const joint = and.replace(/[^\p{L}]/gu, '')
  const pattern = new RegExp(`,?\\s*(?:&#38;|&amp;|${joint || 'and'})?\\s*${others.literal}\\.?`, 'gu')
  return html.replace(pattern, ` ${etAl}`)
}

// References.

function referencesOf(engine: Engine, say: Terms): readonly Reference[] {
  const made = engine.makeBibliography()
  if (!made) return []
  const [{ entry_ids: ids }, entries] = made
  return entries.flatMap((entry, index): Reference[] => {
    const key = ids[index]?.[0]?.slice(idOf('').length)
    if (key === undefined) return []
    const html = withOthers(entry, say).trim()
    const label = /<div class="csl-left-margin">((?:(?!<div)[\s\S])*?)<\/div>/.exec(html)
    return [
      {
        key,
        label: label?.[1]?.trim() ?? '',
        html: html
          .replace(label?.[0] ?? '', '')
          .replace(/<\/?div[^<>]*>/g, ' ')
          .trim(),
      },
    ]
  })
}
