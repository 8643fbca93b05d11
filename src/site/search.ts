/** What of a site can be searched for: each post and page as a record, in bundles that are indexed one by one. */
import type { SiteUrl } from '../content/permalink.js'
import { tidyUrl } from '../content/permalink.js'
import { digestOf } from '../digest.js'
import { type Memory, noMemory } from '../memory.js'
import { byCodeUnit } from '../order.js'
import type { Article } from './article.js'
import type { PostSummary } from './page.js'
import type { Site } from './site.js'

/** The URL of the page that searches. */
export const searchUrl: SiteUrl = tidyUrl('search')

/** The folder of the index, below the output folder. */
export const indexFolder = 'pagefind'

/** Whether an output belongs to the index. */
export function isOfIndex(output: string): boolean {
  return output.startsWith(`${indexFolder}/`)
}

/** A post or a page as a reader may find it. Plain data: with the text that it names, all that the index says of it. */
export interface SearchRecord {
  /** Its href, base path included. */
  readonly url: string
  readonly title: string
  /** As lists show it; '' for none. */
  readonly date: string
  readonly lang: string
  /** The titles of its terms by taxonomy. */
  readonly terms: readonly (readonly [taxonomy: string, titles: readonly string[]])[]
  /** What the cache holds its text under. */
  readonly sections: string
  /** What the cache holds its HTML under: what is to be rendered again if the text is lost. */
  readonly body: string
}

/** Records that are indexed together, apart from the others: where one of them changes, the others' index stays. */
export interface SearchBundle {
  /** Where its index goes, below {@link indexFolder}, with a slash at its end; '' for the first, which all else is merged into. */
  readonly folder: string
  /** The language that its words are parted and stemmed by. */
  readonly lang: string
  /** In order of their URLs. */
  readonly records: readonly SearchRecord[]
}

/** Whether a site has a search: one without posts has nothing to find. */
export function hasSearch({ config, posts }: Pick<Site, 'config' | 'posts'>): boolean {
  return config.search && posts.length > 0
}

/**
 * How many records a bundle is to hold at most, about, and how many bundles of a language there are at most. An index
 * cannot be changed, only made anew, which takes about two milliseconds a post; each bundle more costs a reader two
 * requests on opening the page and one for each word.
 */
const recordsInBundle = 256
const mostBundles = 16

/** Gives the bundles of a site; none for one without search. */
export function searchBundles(
  site: Site,
  summary: (article: Article) => PostSummary,
  memory: Memory = noMemory,
): readonly SearchBundle[] {
  if (!hasSearch(site)) return []
  const groups = new Map<string, Placed[]>()
  const languageOf = indexLanguages(site.config.lang)
  for (const article of [...site.posts, ...site.pages]) {
    const listed = summary(article)
    const record = memory.kept('search record', article.post.file, [article, listed], () =>
      placed(recordOf(article, listed)),
    )
    const lang = languageOf(listed.lang)
    const group = groups.get(lang) ?? []
    group.push(record)
    groups.set(lang, group)
  }
  const own = (lang: string) => Number(lang !== site.config.lang)
  return [...groups]
    .sort(([a], [b]) => own(a) - own(b) || byCodeUnit(a, b))
    .flatMap(([lang, records]) => parted(records).map((part) => ({ lang, records: part })))
    .map(({ lang, records }, index) => ({ folder: index === 0 ? '' : `${lang}-${index}/`, lang, records }))
}

function recordOf(
  { key, outline }: Article,
  { url, title, date, lang, taxonomies }: PostSummary,
): SearchRecord {
  return {
    url,
    title,
    date: date?.text ?? '',
    lang,
    terms: taxonomies.map(({ name, terms }) => [name, terms.map((term) => term.title)]),
    sections: outline.sections,
    body: key,
  }
}

/** Languages written without spaces, which Pagefind parts into words: no other language's rules can do that. */
const unspaced: ReadonlySet<string> = new Set(['ja', 'th', 'zh'])

/**
 * Gives what gives the language that a text is indexed in. A query has the stems of the site's language, so all texts have them
 * too, but for those that only their own language's rules can part into words.
 */
function indexLanguages(siteLang: string): (lang: string) => string {
  const own = new Intl.Locale(siteLang).language
  const known = new Map<string, string>()
  return (lang) => {
    const before = known.get(lang)
    if (before !== undefined) return before
    const primary = new Intl.Locale(lang).language
    const found = unspaced.has(primary) && primary !== own ? primary : siteLang
    known.set(lang, found)
    return found
  }
}

/** A record with a number that decides which bundle it is in, whatever their count. */
interface Placed {
  readonly record: SearchRecord
  readonly number: number
}

function placed(record: SearchRecord): Placed {
  return { record, number: Number.parseInt(digestOf(record.url).slice(0, 8), 16) }
}

/** Gives records in parts of about equal size; to which one a record belongs depends on its URL and their number alone. */
function parted(records: readonly Placed[]): readonly (readonly SearchRecord[])[] {
  // A power of two: half of the records stay where they are when it doubles.
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, records.length / recordsInBundle)))
  const count = Math.min(wanted, mostBundles)
  const parts = Array.from({ length: count }, (): SearchRecord[] => [])
  for (const { record, number } of records) parts[number % count]?.push(record)
  return parts.filter((part) => part.length > 0).map((part) => part.sort((a, b) => byCodeUnit(a.url, b.url)))
}
