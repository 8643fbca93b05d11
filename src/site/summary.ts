/** What templates are told of one post where it stands in a list. */
import type { Taxonomy } from '../config.js'
import type { PostDate } from '../content/date.js'
import { hrefOf, type SiteUrl } from '../content/permalink.js'
import type { Author, Post, PostImage } from '../content/post.js'
import { type Diagnostic, diagnostic, type Finding } from '../diagnostics.js'
import { directionOf } from '../language.js'
import { type Feature, features } from '../markdown/features.js'
import { filled, type OpenImage } from '../markdown/rendered.js'
import { type Memory, noMemory } from '../memory.js'
import { didYouMean } from '../nearest.js'
import { languageOf } from '../render/body.js'
import { type Say, speaker } from '../words.js'
import type { Article } from './article.js'
import { type NamedAuthors, namedAuthors } from './authors.js'
import { answersOf, darkOf, hrefFor, type LinkIndex, shownAt, targetOf } from './links.js'
import type { AuthorData, DateData, LeadImage, PostSummary, TaxonomyData, TermData } from './page.js'
import { type Answer, type Picture, pictureHtml, pictureOf, plainAnswer } from './picture.js'
import type { Site } from './site.js'
import { labelsOf, type Term } from './taxonomy.js'

/** What people read in a minute: words of English prose (Brysbaert 2019, doi:10.1016/j.jml.2019.104047: 238). */
const wordsPerMinute = 238

/**
 * A post as lists show it, and what was found wrong: its links, `image-exists` for the image that its front matter
 * names, and `author-is-known`.
 */
export interface Summary {
  /** In the words of the post's own language, for its own page. */
  readonly data: PostSummary
  /** In those of the site's language, for its lists. */
  readonly listed: PostSummary
  /** What fills the holes of its body. */
  readonly answers: readonly Answer[]
  /** What its page needs a sheet or a script of its own for. */
  readonly features: readonly Feature[]
  /** What the classes stand for that its images have for their files' sake. */
  readonly styles: Picture['styles']
  /** The posts and pages that its text links to. */
  readonly targets: ReadonlySet<SiteUrl>
  readonly diagnostics: readonly Diagnostic[]
}

/** Gives what tells a post of a site as lists show it; each is put together once. */
export function summariesOf(
  site: Site,
  index: LinkIndex,
  memory: Memory = noMemory,
): (article: Article) => Summary {
  const { config, words } = site
  const known = new Map<Article, Summary>()
  const telling = { site, dateData: dateWriter(), say: speaker(), termsOf: termTeller(site, memory) }
  const common = [index, config, words.in(config.lang), namedAuthors(site.authors, memory)]
  return (article) => {
    const before = known.get(article)
    if (before) return before
    const { file } = article.post
    const inputs: unknown[] = [article, ...common, words.in(languageOf(article.post, config))]
    for (const { taxonomy, terms } of telling.termsOf(article)) inputs.push(taxonomy, ...terms)
    const summary = memory.kept('summary', file, inputs, () =>
      memory.settled('summary', file, summaryOf(article, index, telling)),
    )
    known.set(article, summary)
    return summary
  }
}

/** What tells posts of a site. */
interface Telling {
  readonly site: Site
  readonly dateData: DateWriter
  readonly say: Say
  readonly termsOf: TermTeller
}

/** Gives the terms of an article in each of the taxonomies that it has terms of. */
type TermTeller = (
  article: Article,
) => readonly (Pick<TaxonomyData, 'url' | 'terms'> & { readonly taxonomy: Taxonomy })[]

/** Gives what tells the terms of articles. A term is in many, and is one object in all of them. */
function termTeller({ taxonomies, config }: Site, memory: Memory): TermTeller {
  const known = new Map<Term<Article>, TermData>()
  const href = (url: SiteUrl) => hrefOf(url, config.basePath)
  const tell = (term: Term<Article>): TermData => {
    const data = known.get(term) ?? memory.settled('term', term.url, termData(term, href))
    known.set(term, data)
    return data
  }
  const indices = taxonomies.map(({ taxonomy, url, termOf }) => {
    const byName = new Map<string, TermData | null>()
    const find = (name: string): TermData | null => {
      const before = byName.get(name)
      if (before !== undefined) return before
      const term = termOf(name)
      const data = term === undefined ? null : tell(term)
      byName.set(name, data)
      return data
    }
    return { taxonomy, url: href(url), find }
  })
  return ({ post }) => {
    const found: { taxonomy: Taxonomy; url: string; terms: readonly TermData[] }[] = []
    for (const { taxonomy, url, find } of indices) {
      const names = post.terms[taxonomy.name] ?? []
      if (names.length === 0) continue
      const terms = new Set<TermData>()
      for (const name of names) {
        const term = find(name)
        if (term) terms.add(term)
      }
      if (terms.size > 0) found.push({ taxonomy, url, terms: [...terms] })
    }
    return found
  }
}

function summaryOf(article: Article, index: LinkIndex, telling: Telling): Summary {
  const { post, outline, future, expired } = article
  const { site } = telling
  const { config, words } = site
  const { title, subtitle, excerpt } = outline
  const lang = languageOf(post, config)
  const found = answersOf(outline.holes, post, index, words.in(lang))
  const { answers, targets, diagnostics } = found
  const image = imageOf(post.image, { file: post.file, url: post.url }, index)
  const used = new Set([...outline.uses.features, ...found.features, ...image.features])
  const data: PostSummary = {
    title: title.text,
    url: hrefOf(post.url, config.basePath),
    subtitle: subtitle?.text ?? null,
    ...wordsAbout(article, lang, telling),
    excerpt: filled(excerpt, answers.map(plainAnswer)),
    authors: distinct(post.authors.map((author) => authorData(author, site, index))),
    image: image.data,
    lang,
    dir: directionOf(lang),
    draft: post.draft,
    future,
    expired,
  }
  const listed = lang === config.lang ? data : { ...data, ...wordsAbout(article, config.lang, telling) }
  const unknown = misspelledAuthors(post, site)
  return {
    ...{ data, listed, answers, targets, features: features.filter((feature) => used.has(feature)) },
    styles: { ...found.styles, ...image.styles },
    diagnostics: [...diagnostics, ...image.diagnostics, ...unknown],
  }
}

/** Gives what of a summary is not the author's but the theme's, in a language. */
function wordsAbout(
  article: Article,
  lang: string,
  { site, dateData, say, termsOf }: Telling,
): Pick<PostSummary, 'date' | 'updated' | 'readTime' | 'taxonomies'> {
  const { post, outline } = article
  const words = site.words.in(lang)
  const minutes = Math.max(1, Math.round(outline.words / wordsPerMinute))
  return {
    date: dateData(post.date, lang),
    updated: dateData(post.updated, lang),
    readTime: post.readTime ?? say(words, 'readTime', { n: minutes }),
    taxonomies: termsOf(article).map(({ taxonomy, url, terms }) => ({
      name: taxonomy.name,
      title: labelsOf(taxonomy, words, say).title,
      url,
      terms,
    })),
  }
}

/**
 * Gives an author as templates show it: one of content/authors.yaml by their name there, with their page. A URL within
 * the site may be written from its root.
 */
export function authorData({ name, url }: Author, { authors, config }: Site, index: LinkIndex): AuthorData {
  const profile = authors.profileOf(name)
  const page = profile && authors.pageOf(profile)
  if (page !== undefined) return { name: profile?.name ?? name, url: hrefOf(page, config.basePath) }
  const given = url ?? profile?.url?.url
  const href = given === undefined ? null : (hrefFor(given, siteRoot, index) ?? given)
  return { name: profile?.name ?? name, url: href }
}

/** Gives authors each once: one may be named by key and by name. */
function distinct(authors: readonly AuthorData[]): readonly AuthorData[] {
  return [...new Map(authors.map((author) => [JSON.stringify(author), author])).values()]
}

/** Where links of site.yaml and content/authors.yaml lead from. */
export const siteRoot = { file: '', url: '/' } as const

/** What an author's name is to be reported as: nearly that of another who is known. */
function misspelledAuthors({ authors: given, file, places }: Post, { authors }: Site): readonly Diagnostic[] {
  const place = places.authors ?? places.author
  if (place === undefined) return []
  return given.flatMap(({ name }) => unknownAuthor(name, authors, { file, place }) ?? [])
}

/** Gives `author-is-known` for a name that is nearly one of content/authors.yaml; null for any other. */
export function unknownAuthor(
  name: string,
  { profileOf, names }: NamedAuthors,
  { file, place }: Finding,
): Diagnostic | null {
  const hint = profileOf(name) ? undefined : didYouMean(name, names)
  if (hint === undefined) return null
  return diagnostic('author-is-known', `content/authors.yaml knows no author "${name}".`, {
    file,
    place,
    hint,
  })
}

interface FoundImage {
  readonly data: LeadImage | null
  readonly features: readonly Feature[]
  readonly styles: Picture['styles']
  readonly diagnostics: readonly Diagnostic[]
}

function imageOf(
  image: PostImage | null,
  from: { readonly file: string; readonly url: SiteUrl },
  index: LinkIndex,
): FoundImage {
  if (!image) return { data: null, features: [], styles: {}, diagnostics: [] }
  const { alt } = image
  const url = hrefFor(image.url, from, index)
  if (url !== null) {
    const target = targetOf(image.url, from, index) ?? undefined
    const picture = pictureOf(shownAt(url, target, index), leadImage(alt), {
      basePath: index.basePath,
      dark: darkOf(target, index),
      led: false,
    })
    const { width, height } = picture.img
    const [across, down] = [width, height].map((pixels) => (pixels === undefined ? null : Number(pixels)))
    return {
      data: { url, alt, width: across ?? null, height: down ?? null, html: pictureHtml(picture) },
      features: picture.features,
      styles: picture.styles,
      diagnostics: [],
    }
  }
  const found = diagnostic(
    'image-exists',
    `There is no image "${image.url}", neither from the site's root nor beside this post.`,
    {
      file: from.file,
      place: image.place,
      hint: didYouMean(image.url, index.files.keys()),
    },
  )
  return { data: null, features: [], styles: {}, diagnostics: [found] }
}

/** The image that stands above a post, seen before all others. */
function leadImage(alt: string): OpenImage {
  const attributes = { alt, loading: 'eager', fetchpriority: 'high', decoding: 'async' }
  return { attributes, first: true, figure: true }
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

/** Gives what writes dates in a language, as the calendar of front matter has them, whatever time zone a machine is in. */
export function dateFormat(lang: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // English for a language without data, which else would take the machine's own. Archives and permalinks count
  // years as the front matter does, whatever calendar a language prefers.
  return new Intl.DateTimeFormat([lang, 'en'], { ...options, calendar: 'gregory', timeZone: 'UTC' })
}

/** Gives a term as templates show it. */
export function termData(term: Term<Article>, href: (url: SiteUrl) => string): TermData {
  return { title: term.name, url: href(term.url), count: term.posts.length }
}
