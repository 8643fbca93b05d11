/** An entry of BibTeX or BibLaTeX, its LaTeX read, → an entry of CSL: which field is which variable. */
import type { Creator, Entry } from '@retorquere/bibtex-parser'
import { bareDoi, type CslDate, type CslItem, type CslName, others, texEnd, texStart } from './csl-item.js'

const putAside = new RegExp(`${texStart}(\\d+)${texEnd}`, 'g')

/** CSL's types by those of BibTeX and BibLaTeX. */
const types: Readonly<Record<string, string>> = {
  article: 'article-journal',
  artwork: 'graphic',
  audio: 'song',
  book: 'book',
  booklet: 'pamphlet',
  bookinbook: 'chapter',
  collection: 'book',
  conference: 'paper-conference',
  dataset: 'dataset',
  electronic: 'webpage',
  image: 'graphic',
  inbook: 'chapter',
  incollection: 'chapter',
  inproceedings: 'paper-conference',
  inreference: 'entry-encyclopedia',
  jurisdiction: 'legal_case',
  legislation: 'legislation',
  letter: 'personal_communication',
  manual: 'book',
  mastersthesis: 'thesis',
  movie: 'motion_picture',
  music: 'song',
  mvbook: 'book',
  mvcollection: 'book',
  mvproceedings: 'book',
  mvreference: 'book',
  online: 'webpage',
  patent: 'patent',
  performance: 'performance',
  periodical: 'periodical',
  phdthesis: 'thesis',
  proceedings: 'book',
  reference: 'book',
  report: 'report',
  review: 'review',
  software: 'software',
  standard: 'standard',
  suppbook: 'chapter',
  suppcollection: 'chapter',
  techreport: 'report',
  thesis: 'thesis',
  unpublished: 'manuscript',
  video: 'motion_picture',
  www: 'webpage',
}

/** What a thesis or report is called where its `type` does not say so. */
const genres: Readonly<Record<string, string>> = {
  mastersthesis: 'Master’s thesis',
  phdthesis: 'PhD thesis',
  techreport: 'Technical report',
}

/** What BibLaTeX's own keys for `type` stand for. */
const typeKeys: Readonly<Record<string, string>> = {
  mathesis: 'Master’s thesis',
  bathesis: 'Bachelor’s thesis',
  phdthesis: 'PhD thesis',
  candthesis: 'Candidate thesis',
  techreport: 'Technical report',
  resreport: 'Research report',
}

/** CSL's variables, and the fields that each is read from: the first that says something. */
const variables: Readonly<Record<string, readonly string[]>> = {
  'chapter-number': ['chapter'],
  'collection-title': ['series'],
  'container-title-short': ['shortjournal', 'journalabbreviation'],
  edition: ['edition'],
  'event-title': ['eventtitle'],
  'event-place': ['venue'],
  ISBN: ['isbn'],
  ISSN: ['issn'],
  note: ['note', 'addendum'],
  'number-of-pages': ['pagetotal'],
  'number-of-volumes': ['volumes'],
  'original-title': ['origtitle'],
  page: ['pages'],
  'publisher-place': ['location', 'address'],
  status: ['pubstate'],
  'title-short': ['shorttitle'],
  version: ['version'],
  volume: ['volume'],
}

const names: Readonly<Record<string, string>> = {
  author: 'author',
  editor: 'editor',
  translator: 'translator',
  director: 'director',
  'container-author': 'bookauthor',
}

/**
 * Gives what an entry of BibTeX is to CSL, under its own key. `formulas` has what stands behind the numbers between
 * `texStart` and `texEnd` in its fields.
 */
export function cslItemOf(entry: Entry, key: string, formulas: readonly string[]): CslItem {
  const text = fieldReader(entry, formulas)
  const { type } = entry
  const journal = titled(text, 'journaltitle', 'journalsubtitle') ?? text('journal')
  const arxiv = arxivOf(text, journal)
  const item: Record<string, CslItem[string]> = {
    type: typeOf(type, text('entrysubtype'), arxiv),
    title: titled(text, 'title', 'subtitle'),
    'container-title': journal ?? titled(text, 'booktitle', 'booksubtitle') ?? text('maintitle'),
    arxiv,
    genre: typeKeys[text('type') ?? ''] ?? text('type') ?? genres[type],
    issued: dateOf(text('date'), text('year'), text('month')),
    accessed: dateOf(text('urldate')),
    'original-date': dateOf(text('origdate')),
    language: languages[text('langid', 'hyphenation', 'language')?.toLowerCase() ?? ''],
    ...wherePublished(text, arxiv),
    ...numbersOf(type, text),
    ...Object.fromEntries(Object.entries(variables).map(([variable, from]) => [variable, text(...from)])),
    ...namesIn(entry, formulas),
  }
  const { note, page } = item
  if (typeof note === 'string') item.note = withoutLinks(note)
  if (typeof page === 'string') item.page = page.replaceAll('–', '-')
  const said = Object.entries(item).filter(([, value]) => value !== undefined)
  return { ...(Object.fromEntries(said) as { type: string }), id: key }
}

/** Gives the first of some fields that says something. */
type ReadField = (...names: readonly string[]) => string | undefined

function fieldReader({ fields }: Entry, formulas: readonly string[]): ReadField {
  const values: Readonly<Record<string, unknown>> = fields
  return (...from) =>
    from
      .map((name) => {
        const value = values[name]
        return tidy(
          Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : '',
          formulas,
        )
      })
      .find((text) => text !== '')
}

function titled(text: ReadField, main: string, below: string): string | undefined {
  const title = text(main)
  const subtitle = text(below)
  if (title === undefined || subtitle === undefined) return title
  return `${title}${/[?!:]$/.test(title) ? '' : ':'} ${subtitle}`
}

function wherePublished(
  text: ReadField,
  arxiv: string | undefined,
): Partial<Record<string, string | undefined>> {
  const doi = text('doi')
  const how = text('howpublished')
  // `howpublished = {\\url{…}}` is where it is found.
  const link = /<a href="(https?:[^"]+)">|^(https?:\S+)$/.exec(how ?? '')
  const elsewhere = doi === undefined && arxiv !== undefined ? `https://arxiv.org/abs/${arxiv}` : undefined
  return {
    DOI: doi === undefined ? undefined : bareDoi(doi),
    URL: text('url') ?? link?.[1] ?? link?.[2] ?? elsewhere,
    publisher:
      text('publisher', 'school', 'institution', 'organization') ??
      (link || how === undefined ? undefined : withoutLinks(how)),
  }
}

/** What `number` stands for depends on what has it. */
function numbersOf(type: string, text: ReadField): Partial<Record<string, string | undefined>> {
  const number = text('number')
  const issue = text('issue')
  if (type === 'article' || type === 'periodical') return { issue: issue ?? number, number: text('eid') }
  if (/^(?:report|techreport|patent|manual|standard)$/.test(type)) return { issue, number }
  return { issue, 'collection-number': text('series') === undefined ? undefined : number }
}

function namesIn({ fields }: Entry, formulas: readonly string[]): Record<string, readonly CslName[]> {
  const creators: Readonly<Record<string, unknown>> = fields
  const lists = Object.entries(names).flatMap(([variable, name]): [string, readonly CslName[]][] => {
    const people = creators[name]
    return Array.isArray(people)
      ? [[variable, people.map((creator: Creator) => nameOf(creator, formulas))]]
      : []
  })
  return Object.fromEntries(lists)
}

function typeOf(type: string, subtype: string | undefined, arxiv: string | undefined): string {
  if (type === 'article' && subtype !== undefined && /^(?:magazine|newspaper)$/.test(subtype))
    return `article-${subtype}`
  // What is at arXiv and nowhere else is a preprint: CSL's `article`.
  return types[type] ?? (arxiv === undefined ? 'document' : 'article')
}

/** Gives the identifier at arXiv: of the fields for it, or of a journal as Google Scholar writes it. */
function arxivOf(
  text: (name: string) => string | undefined,
  journal: string | undefined,
): string | undefined {
  const archive = text('eprinttype') ?? text('archiveprefix')
  const eprint = text('eprint')?.replace(/^(?:arxiv:|https?:\/\/arxiv\.org\/(?:abs|pdf)\/)/i, '')
  const looksSo = /^(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})(?:v\d+)?$/
  if (eprint !== undefined && (archive === undefined ? looksSo.test(eprint) : /^arxiv$/i.test(archive)))
    return eprint
  return /\barXiv:(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})/i.exec(
    journal ?? text('howpublished') ?? '',
  )?.[1]
}

/** Gives a text of the library with its formulas, and with CSL's markup in place of styles. */
function tidy(text: string, formulas: readonly string[]): string {
  return text
    .replace(/<span style="font-variant:\s*small-caps;?">/g, '<span style="font-variant:small-caps;">')
    .normalize('NFC')
    .replace(putAside, (_, index: string) => formulas[Number(index)] ?? '')
    .replace(/[ \t\r\n]+/g, ' ')
    .trim()
}

function withoutLinks(html: string): string {
  return html.replace(/<a href="[^"]*">([^<]*)<\/a>/g, '$1')
}

function nameOf(
  { name, lastName, firstName, prefix, suffix }: Creator,
  formulas: readonly string[],
): CslName {
  const clean = (text: string) => tidy(text, formulas).replace(/<\/?[a-z][^<>]*>/g, '')
  if (name !== undefined) return { literal: clean(name) }
  if (lastName === 'others' && firstName === undefined) return others
  const parts = { family: lastName, given: firstName, 'non-dropping-particle': prefix, suffix }
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, value]) => (value === undefined ? [] : [[part, clean(value)]])),
  )
}

const day = '(-?\\d{4})(?:-(\\d{1,2})(?:-(\\d{1,2}))?)?'
/** The dates of BibLaTeX (manual, section 2.3.8): a day, or two with a slash between them, open ones too. */
const range = new RegExp(`^${day}([~?%])?(?:\\/(?:${day}[~?%]?|\\.\\.)?)?$`)

function dateOf(date: string | undefined, year?: string, month?: string): CslDate | undefined {
  const written = date ?? year
  if (written === undefined) return undefined
  const match = range.exec(written.replaceAll('–', '/'))
  if (!match) return { literal: written }
  const partsOf = (parts: readonly (string | undefined)[]) =>
    parts.filter((part) => part !== undefined).map(Number)
  const [, y, m = date === undefined ? monthNumber(month) : undefined, d, mark, ...until] = match
  const end = partsOf(until.slice(0, 3))
  return {
    'date-parts': [partsOf([y, m, d]), ...(end.length > 0 ? [end] : [])],
    ...(mark === '~' && { circa: true }),
  }
}

function monthNumber(month: string | undefined): string | undefined {
  return month !== undefined && /^\d{1,2}$/.test(month) && Number(month) <= 12 ? month : undefined
}

/** The tags of languages by their names in babel: titles in English alone change their case by style. */
const languages: Readonly<Record<string, string>> = {
  american: 'en-US',
  british: 'en-GB',
  chinese: 'zh',
  czech: 'cs',
  danish: 'da',
  dutch: 'nl',
  english: 'en',
  finnish: 'fi',
  french: 'fr',
  german: 'de',
  greek: 'el',
  italian: 'it',
  japanese: 'ja',
  korean: 'ko',
  latin: 'la',
  ngerman: 'de',
  norsk: 'nb',
  polish: 'pl',
  portuguese: 'pt',
  russian: 'ru',
  spanish: 'es',
  swedish: 'sv',
  turkish: 'tr',
  ukrainian: 'uk',
}
