/** What templates are told of one post where it stands in a list. */
import type { PostDate } from '../content/date.js'
import { hrefOf, type SiteUrl } from '../content/permalink.js'
import type { Author, PostImage } from '../content/post.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { filled } from '../markdown/rendered.js'
import { didYouMean } from '../nearest.js'
import type { Article } from './article.js'
import { answersOf, hrefFor, type LinkIndex } from './links.js'
import type { AuthorData, DateData, ImageData, PostSummary, TaxonomyData, TermData } from './page.js'
import type { Site } from './site.js'
import type { Term } from './taxonomy.js'

/** What people read in a minute: words of English prose (Brysbaert 2019, doi:10.1016/j.jml.2019.104047: 238). */
const wordsPerMinute = 238

/** A post as lists show it, and what was found wrong: its links, and `image-exists` for the image that its front matter names. */
export interface Summary {
  readonly data: PostSummary
  /** What fills the holes of its body. */
  readonly answers: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Gives what tells a post of a site as lists show it; each is put together once. */
export function summariesOf(site: Site, index: LinkIndex): (article: Article) => Summary {
  const known = new Map<Article, Summary>()
  const dateData = dateWriter()
  return (article) => {
    const summary = known.get(article) ?? summaryOf(article, site, index, dateData)
    known.set(article, summary)
    return summary
  }
}

function summaryOf(
  { post, outline, future }: Article,
  site: Site,
  index: LinkIndex,
  dateData: DateWriter,
): Summary {
  const { config } = site
  const { title, subtitle, excerpt, words } = outline
  const { answers, diagnostics } = answersOf(outline.holes, post, index)
  const lang = post.lang ?? config.lang
  const href = (url: SiteUrl) => hrefOf(url, config.basePath)
  const image = imageOf(post.image, { file: post.file, url: post.url }, index)
  const taxonomies = site.taxonomies.map(({ taxonomy, url, termOf }): TaxonomyData => {
    const terms = new Set((post.terms[taxonomy.name] ?? []).flatMap((name) => termOf(name) ?? []))
    return {
      name: taxonomy.name,
      title: taxonomy.title,
      url: href(url),
      terms: [...terms].map((term) => termData(term, href)),
    }
  })
  const data: PostSummary = {
    title: title.text,
    url: href(post.url),
    subtitle: subtitle?.text ?? null,
    date: dateData(post.date, lang),
    updated: dateData(post.updated, lang),
    readTime: post.readTime ?? `${Math.max(1, Math.round(words / wordsPerMinute))} min read`,
    excerpt: filled(excerpt, answers),
    authors: post.authors.map((author) => authorData(author, index)),
    image: image.data,
    taxonomies: taxonomies.filter(({ terms }) => terms.length > 0),
    lang,
    draft: post.draft,
    future,
  }
  return { data, answers, diagnostics: [...diagnostics, ...image.diagnostics] }
}

/** Gives an author as templates show it; a URL within the site may be written from its root. */
export function authorData({ name, url }: Author, index: LinkIndex): AuthorData {
  const href = url === undefined ? null : (hrefFor(url, { file: '', url: '/' }, index) ?? url)
  return { name, url: href }
}

function imageOf(
  image: PostImage | null,
  from: { readonly file: string; readonly url: SiteUrl },
  index: LinkIndex,
): { data: ImageData | null; diagnostics: readonly Diagnostic[] } {
  if (!image) return { data: null, diagnostics: [] }
  const url = hrefFor(image.url, from, index)
  if (url !== null) return { data: { url, alt: image.alt }, diagnostics: [] }
  const found = diagnostic(
    'image-exists',
    `There is no image "${image.url}", neither from the site's root nor beside this post.`,
    {
      file: from.file,
      place: image.place,
      hint: didYouMean(image.url, index.files.keys()),
    },
  )
  return { data: null, diagnostics: [found] }
}

type DateWriter = (date: PostDate | null, lang: string) => DateData | null

/** Gives what writes dates in any language. To make a format costs far more than to use it, so each is kept. */
function dateWriter(): DateWriter {
  const formats = new Map<
    string,
    { readonly text: Intl.DateTimeFormat; readonly short: Intl.DateTimeFormat }
  >()
  return (date, lang) => {
    if (!date) return null
    const day = new Date(0)
    day.setUTCFullYear(date.year, date.month - 1, date.day)
    const { text, short } = formats.get(lang) ?? {
      text: dateFormat(lang, { year: 'numeric', month: 'long', day: 'numeric' }),
      short: dateFormat(lang, { month: 'short', day: 'numeric' }),
    }
    formats.set(lang, { text, short })
    return { iso: date.iso, text: text.format(day), short: short.format(day), year: date.year }
  }
}

function dateFormat(lang: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // English for a language without data, which else would take the machine's own.
  return new Intl.DateTimeFormat([lang, 'en'], { ...options, timeZone: 'UTC' })
}

/** Gives a term as templates show it. */
export function termData(term: Term<Article>, href: (url: SiteUrl) => string): TermData {
  return { title: term.name, url: href(term.url), count: term.posts.length }
}
