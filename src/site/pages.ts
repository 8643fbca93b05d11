/** Site → every page to be written, with the data its template receives (see page.ts). */

import {
  absoluteUrl,
  hrefOf,
  markdownOutputOf,
  outputOf,
  type SiteUrl,
  tidyUrl,
} from '../content/permalink.js'
import type { Author } from '../content/post.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { directionOf } from '../language.js'
import { type Memory, noMemory } from '../memory.js'
import { didYouMean } from '../nearest.js'
import { languageOf } from '../render/body.js'
import { type Say, speaker, type Words } from '../words.js'
import { aroundOf } from './around.js'
import type { Article } from './article.js'
import { namedAuthors, type Writer } from './authors.js'
import { bibtexOf, citationKeys, isCitable } from './citation.js'
import { authorFeed, feedData, feedsOf, siteFeeds, termFeed } from './feeds.js'
import { hrefFor, type LinkIndex, type Redirect } from './links.js'
import { type Cards, type MetadataWriter, metadataWriter, noMetadata } from './metadata.js'
import type {
  AuthorData,
  FeedData,
  LinkData,
  Page,
  PageBy,
  PageHead,
  PageLanguage,
  PagerData,
  PostOutline,
  PostSummary,
  ProfileData,
  SearchData,
  SiteData,
  TemplateData,
  TemplateName,
} from './page.js'
import { type PageOf, paginate } from './pager.js'
import { profileData } from './profile.js'
import { hasSearch, indexFolder, type SearchBundle, searchBundles, searchUrl } from './search.js'
import type { Site } from './site.js'
import {
  authorData,
  dateFormat,
  type Summary,
  siteRoot,
  summariesOf,
  termData,
  unknownAuthor,
} from './summary.js'
import { labelsOf, type TaxonomyIndex, type Term } from './taxonomy.js'
import { hasToc } from './toc.js'

/** Gives the URLs of all pages and feeds that are made by the site itself, not from one source. */
export function madeUrls(site: Site): readonly SiteUrl[] {
  return [
    ...listsOf(site).flatMap((list) => list.pages.map(({ url }) => url)),
    ...[...termsPages(site), ...feedsOf(site)].map(({ url }) => url),
    ...authorLists(site).flatMap(({ pages }) => pages.map(({ url }) => url)),
    ...(site.authors.list === null ? [] : [site.authors.list]),
    ...(hasSearch(site) ? [searchUrl] : []),
  ]
}

/** What pages share, by their languages; entries of the menu are marked for each page. */
export type PageLanguages = Readonly<Record<string, PageLanguage>>

/** Gives what pages share, by their languages: the facts of the site and the theme's words. Reports `link-target-exists` and `author-is-known`. */
export function pageLanguages(
  site: Site,
  index: LinkIndex,
): { readonly languages: PageLanguages; readonly diagnostics: readonly Diagnostic[] } {
  const { config, posts, pages } = site
  const tags = new Set([config.lang, ...[...posts, ...pages].map(({ post }) => languageOf(post, config))])
  const menu = givenMenu(site, index)
  const languages = [...tags].map((lang): [string, PageLanguage] => [
    lang,
    { site: siteData(site, index, lang, menu.entries), words: site.words.in(lang) },
  ])
  const author = config.author && unknownAuthor(config.author.name, site.authors, { file: 'site.yaml' })
  const diagnostics = author ? [...menu.diagnostics, author] : menu.diagnostics
  return { languages: Object.fromEntries(languages), diagnostics }
}

/** The menu of a site that writes its own; null of one that does not. */
function givenMenu(
  { config }: Site,
  index: LinkIndex,
): { readonly entries: SiteData['menu'] | null; readonly diagnostics: readonly Diagnostic[] } {
  const given = config.menu?.map(({ title, url }) => ({
    title,
    url,
    href: hrefFor(url, siteRoot, index),
  }))
  const entries = given?.map(({ title, url, href: found }) => ({ title, url: found ?? url, current: false }))
  const diagnostics = (given ?? [])
    .filter((entry) => entry.href === null)
    .map(({ title, url }) =>
      diagnostic(
        'link-target-exists',
        `The menu entry "${title}" leads to "${url}", which is not in this site.`,
        {
          file: 'site.yaml',
          hint: didYouMean(url, index.urls.keys()),
        },
      ),
    )
  return { entries: entries ?? null, diagnostics }
}

/** Gives the facts of the site that templates receive on pages in a language. */
function siteData(site: Site, index: LinkIndex, lang: string, menu: SiteData['menu'] | null): SiteData {
  const { config } = site
  const href = (url: SiteUrl) => hrefOf(url, config.basePath)
  const words = site.words.in(lang)
  const say = speaker()
  return {
    title: config.title,
    description: site.description,
    url: config.url ?? '',
    home: href('/'),
    lang: config.lang,
    dir: directionOf(config.lang),
    author: config.author && siteAuthor(config.author, site, index),
    menu:
      menu ?? madeMenu(site, words, say).map(({ title, url }) => ({ title, url: href(url), current: false })),
    taxonomies: liveTaxonomies(site).map(({ taxonomy, url }) => ({
      name: taxonomy.name,
      title: labelsOf(taxonomy, words, say).title,
      url: href(url),
    })),
    authors: site.authors.list === null ? null : href(site.authors.list),
    archive: site.posts.length > 0 ? href(archiveUrl) : null,
    feeds: siteFeeds(site).map((feed) => feedData(feed, config.basePath)),
    search: hasSearch(site) ? href(searchUrl) : null,
  }
}

/** Gives the author of the site: with the URL that site.yaml says, if it says one. */
function siteAuthor({ name, url }: Author, site: Site, index: LinkIndex): AuthorData {
  const author = authorData({ name }, site, index)
  return url === undefined ? author : { ...author, url: hrefFor(url, siteRoot, index) ?? url }
}

/** Gives `site` as the page at `url` receives it: with its own section marked in the menu. */
export function siteDataAt(data: SiteData, url: string): SiteData {
  const isCurrent = (entry: string) =>
    entry === url || (entry !== data.home && entry.endsWith('/') && url.startsWith(entry))
  return { ...data, menu: data.menu.map((entry) => ({ ...entry, current: isCurrent(entry.url) })) }
}

/**
 * Gives every page of a site, one after the other: posts, pages, lists, terms, the archive, the search page, the 404
 * page, authors.
 */
export function* pagesOf(
  site: Site,
  index: LinkIndex,
  cards: Cards = new Map(),
  summaryOf: (article: Article) => Summary = summariesOf(site, index),
  memory: Memory = noMemory,
): Generator<{ page: Page; diagnostics: readonly Diagnostic[] }> {
  const { config } = site
  const aroundIn = aroundOf(site, summaryOf, memory)
  const authors = namedAuthors(site.authors, memory)
  const keys = citationKeys(
    site.posts.filter((article) => isCitable(article, site)),
    authors,
    memory,
  )
  const author = memory.settled('author', '', config.author && siteAuthor(config.author, site, index))
  const whole: Whole = {
    ...{ site, metadata: metadataWriter(site, cards, author), speech: speechOf(site), memory },
    common: [config, site.description, author, site.words.in(config.lang), site.words.in('en')],
  }
  for (const article of [...site.posts, ...site.pages]) {
    const { post } = article
    const told = summaryOf(article)
    const around = aroundIn(article)
    const key = keys.get(article)
    const card = memory.settled('card', post.file, cards.get(post.file))
    const inputs = [article, told, around, key, card, authors, config]
    const page = memory.kept('article page', post.file, inputs, () => {
      const bibtex = key === undefined ? null : bibtexOf(article, key, canonicalOf(article, site), site)
      const data: PostOutline = { ...told.data, ...around, bibtex, extra: post.extra }
      return articlePage(post.kind, article, { post: data }, told, whole)
    })
    yield { page, diagnostics: told.diagnostics }
  }
  const listed = (article: Article): PostSummary => summaryOf(article).listed
  for (const page of madePages(whole, listed)) yield { page, diagnostics: [] }
  yield* authorPages(whole, index, listed)
}

/** A page that search engines are told of. */
export interface Indexed {
  readonly url: SiteUrl
  /** When it was changed last, as ISO 8601, or null. */
  readonly modified: string | null
}

/**
 * Gives the pages that search engines are told of: all but those that are not to be indexed, and those that name
 * another URL as the one that counts.
 */
export function indexedPages(site: Site): readonly Indexed[] {
  const articles = [...site.posts, ...site.pages].filter(
    (article) => !isUnpublic(article) && article.post.canonical === null,
  )
  const lists = [...listsOf(site), ...authorLists(site)].flatMap(({ pages: [first] }) =>
    first ? [first.url] : [],
  )
  const made = [
    ...lists,
    ...termsPages(site).map(({ url }) => url),
    ...(site.authors.list === null ? [] : [site.authors.list]),
  ]
  return [
    ...articles.map(({ post: { url, date, updated } }) => ({
      url,
      modified: (updated ?? date)?.iso ?? null,
    })),
    ...made.map((url) => ({ url, modified: null })),
  ]
}

/** Whether a post or page is seen only by those who asked for drafts. */
export function isUnpublic({ post, future, expired }: Article): boolean {
  return post.draft || future || expired
}

/** Gives the page that leads on from an old URL. */
export function redirectPage({ from, to, href, title, source }: Redirect, { config }: Site): Page {
  const page: PageHead = {
    title,
    description: '',
    url: hrefOf(from, config.basePath),
    canonical: to === null ? href : absolute(to, config.url),
    lang: config.lang,
    dir: directionOf(config.lang),
    kind: 'redirect',
    math: false,
    features: [],
    noindex: true,
    feed: null,
    ...noMetadata,
  }
  return { template: 'redirect', output: outputOf(from), source, page, data: { to: href }, body: null }
}

// --- Lists: home, terms, archive -----------------------------------------------------------------

const archiveUrl = tidyUrl('archive')

type List =
  | { readonly kind: 'home'; readonly pages: readonly PageOf<Article>[] }
  | { readonly kind: 'archive'; readonly pages: readonly PageOf<Article>[] }
  | {
      readonly kind: 'term'
      readonly index: TaxonomyIndex<Article>
      readonly term: Term<Article>
      readonly pages: readonly PageOf<Article>[]
    }

function listsOf(site: Site): readonly List[] {
  const { home, terms, archive } = site.config.paginate
  return [
    { kind: 'home', pages: paginate(site.posts, home, '/') },
    ...(site.posts.length > 0
      ? [{ kind: 'archive', pages: paginate(site.posts, archive, archiveUrl) } as const]
      : []),
    ...liveTaxonomies(site).flatMap((index) =>
      index.terms.map(
        (term) => ({ kind: 'term', index, term, pages: paginate(term.posts, terms, term.url) }) as const,
      ),
    ),
  ]
}

/** Taxonomies that any post has terms of. */
function liveTaxonomies(site: Site): readonly TaxonomyIndex<Article>[] {
  return site.taxonomies.filter(({ terms }) => terms.length > 0)
}

function termsPages(site: Site): readonly { url: SiteUrl; index: TaxonomyIndex<Article> }[] {
  return liveTaxonomies(site).map((index) => ({ url: index.url, index }))
}

function* madePages(whole: Whole, summary: (article: Article) => PostSummary): Generator<Page> {
  const { site, speech, memory } = whole
  const { words, say } = speech
  const href = (url: SiteUrl) => hrefOf(url, site.config.basePath)
  for (const list of listsOf(site)) {
    const told = toldOfList(list, site, memory)
    for (const part of list.pages) {
      const posts = part.items.map(summary)
      const { number, url, newer, older, count } = part
      const inputs = [...whole.common, ...told.inputs, number, newer, older, count, ...posts]
      yield memory.kept('list page', url, inputs, () =>
        listPage(list, part, { posts, feed: told.feed }, whole),
      )
    }
  }
  for (const { url, index } of termsPages(site)) {
    const { name } = index.taxonomy
    const { title } = labelsOf(index.taxonomy, words, say)
    const taxonomy = { name, title, url: href(url), terms: index.terms.map((term) => termData(term, href)) }
    const head = { url, title, description: '', noindex: false, path: [{ title, url: href(url) }] }
    yield made('terms', `the list of ${speech.named(index).title}`, head, { taxonomy }, whole)
  }
  if (hasSearch(site)) {
    const head = { url: searchUrl, title: say(words, 'search'), description: '', noindex: false }
    yield made(
      'search',
      'the search page',
      head,
      { search: searchData(searchBundles(site, summary, memory), href) },
      whole,
    )
  }
  const title = say(words, 'pageNotFound')
  const missing = { url: '/404.html', title, description: '', noindex: true }
  yield made('404', 'the 404 page', missing, {}, whole)
}

/** The words of the site's language, which its lists are in, and English ones, which messages are in. */
interface Speech {
  readonly words: Words
  readonly say: Say
  /** Gives what a taxonomy and its terms are called in messages. */
  readonly named: (index: TaxonomyIndex<Article>) => { readonly title: string; readonly singular: string }
}

function speechOf({ config, words }: Site): Speech {
  const say = speaker()
  return {
    words: words.in(config.lang),
    say,
    named({ taxonomy }) {
      const { title, singular } = labelsOf(taxonomy, words.in('en'), say)
      return { title: title.toLowerCase(), singular: singular.toLowerCase() }
    },
  }
}

// --- Authors ---------------------------------------------------------------------------------------

function authorLists(site: Site): readonly { writer: Writer; pages: readonly PageOf<Article>[] }[] {
  const { writers } = site.authors
  return writers.map((writer) => ({
    writer,
    pages: paginate(writer.posts, site.config.paginate.terms, writer.url),
  }))
}

/** Gives the pages of authors, and the list of them all. */
function* authorPages(
  whole: Whole,
  index: LinkIndex,
  summary: (article: Article) => PostSummary,
): Generator<{ page: Page; diagnostics: readonly Diagnostic[] }> {
  const { site, speech, metadata } = whole
  const { words, say } = speech
  const href = (url: SiteUrl) => hrefOf(url, site.config.basePath)
  const authors: ProfileData[] = []
  for (const { writer, pages } of authorLists(site)) {
    const { data: author, diagnostics } = profileData(writer, index)
    authors.push(author)
    const ownFeed = authorFeed(writer, site)
    const feed = ownFeed && feedData(ownFeed, site.config.basePath)
    for (const part of pages) {
      const isFirst = part.number === 1
      const title = isFirst
        ? author.name
        : say(words, 'titleOfPage', { title: author.name, number: part.number })
      const head = { url: part.url, title, description: author.bio, noindex: !isFirst, feed }
      const data = { author, posts: part.items.map(summary), pager: pagerOf(part, href) }
      const source = `the author "${author.name}"${isFirst ? '' : ` (page ${part.number})`}`
      const page = made('author', source, head, data, whole)
      const told = isFirst ? { ...page, page: { ...page.page, ...metadata.ofAuthor(author) } } : page
      yield { page: told, diagnostics: isFirst ? diagnostics : [] }
    }
  }
  if (site.authors.list === null) return
  const head = { url: site.authors.list, title: say(words, 'authors'), description: '', noindex: false }
  yield { page: made('author-index', 'the list of authors', head, { authors }, whole), diagnostics: [] }
}

function searchData(bundles: readonly SearchBundle[], href: (url: SiteUrl) => string): SearchData {
  const index = href(`/${indexFolder}/`)
  const [, ...others] = bundles.map(({ folder, lang }) => ({ url: `${index}${folder}`, lang }))
  return { index, others }
}

/** What the pages of a list say of the list itself, and all that it depends on beside the site as a whole. */
interface ToldOfList {
  readonly feed: FeedData | null
  readonly inputs: readonly unknown[]
}

function toldOfList(list: List, site: Site, memory: Memory): ToldOfList {
  if (list.kind !== 'term') return { feed: null, inputs: [list.kind] }
  const { term, index } = list
  const followed = termFeed(term, site)
  const feed = memory.settled('feed', term.url, followed && feedData(followed, site.config.basePath))
  return { feed, inputs: [list.kind, index.taxonomy, term.name, term.posts.length, feed] }
}

function listPage(
  list: List,
  part: PageOf<Article>,
  { posts, feed }: { readonly posts: readonly PostSummary[]; readonly feed: FeedData | null },
  whole: Whole,
): Page {
  const { site, speech } = whole
  const { words, say, named } = speech
  const { config } = site
  const href = (url: SiteUrl) => hrefOf(url, config.basePath)
  const isFirst = part.number === 1
  const number = isFirst ? '' : ` (page ${part.number})`
  const head = (title: string, description = '') => ({
    url: part.url,
    title: isFirst ? title : say(words, 'titleOfPage', { title, number: part.number }),
    description,
    noindex: !isFirst,
  })
  const { description } = site
  const pager = pagerOf(part, href)
  switch (list.kind) {
    case 'home':
      return isFirst
        ? made('home', 'the home page', head(config.title, description), { posts, pager }, whole)
        : made(
            'list',
            `the home page${number}`,
            head(say(words, 'allPosts'), description),
            { posts, pager },
            whole,
          )
    case 'archive':
      return made(
        'archive',
        `the archive${number}`,
        head(say(words, 'archive')),
        { ...byYear(posts, config.lang), pager },
        whole,
      )
    case 'term': {
      const { taxonomy, url } = list.index
      const term = termData(list.term, href)
      const labels = labelsOf(taxonomy, words, say)
      const data = { taxonomy: { name: taxonomy.name, ...labels, url: href(url) }, term, posts, pager }
      const source = `the ${named(list.index).singular} "${term.title}"${number}`
      const title = say(words, 'termTitle', { taxonomy: labels.singular, term: term.title })
      const path = isFirst ? [{ title: labels.title, url: href(url) }, term] : []
      return made('term', source, { ...head(title), path, feed }, data, whole)
    }
  }
}

/** The site that pages are made of, its words, and what tells machines of each page. */
interface Whole {
  readonly site: Site
  readonly speech: Speech
  readonly metadata: MetadataWriter
  readonly memory: Memory
  /** All that a page of a list depends on beside the list. */
  readonly common: readonly unknown[]
}

interface MadeHead {
  readonly url: SiteUrl
  readonly title: string
  readonly description: string
  readonly noindex: boolean
  readonly feed?: FeedData | null
  /** The links that lead from the home page to it, itself included; for those where that says something. */
  readonly path?: readonly LinkData[]
}

function made<Name extends TemplateName>(
  template: Name,
  source: string,
  { path = [], ...head }: MadeHead,
  data: PageBy<Name>['data'],
  { site, metadata }: Whole,
): PageBy<Name> {
  const { config } = site
  const page: PageHead = {
    feed: null,
    ...head,
    url: hrefOf(head.url, config.basePath),
    canonical: template === '404' ? null : absolute(head.url, config.url),
    lang: config.lang,
    dir: directionOf(config.lang),
    kind: template,
    math: false,
    features: [],
    ...metadata.ofMade(template, path),
  }
  return { template, output: outputOf(head.url), source, page, data, body: null }
}

function pagerOf(part: PageOf<Article>, href: (url: SiteUrl) => string): PagerData {
  return {
    number: part.number,
    count: part.count,
    newer: part.newer === null ? null : href(part.newer),
    older: part.older === null ? null : href(part.older),
  }
}

function byYear(
  posts: readonly PostSummary[],
  lang: string,
): Pick<TemplateData['archive'], 'years' | 'undated'> {
  const format = dateFormat(lang, { year: 'numeric' })
  const textOf = (year: number) => format.format(new Date(0).setUTCFullYear(year))
  const years = new Map<number, PostSummary[]>()
  for (const post of posts) {
    if (post.date) years.set(post.date.year, [...(years.get(post.date.year) ?? []), post])
  }
  return {
    years: [...years]
      .map(([year, own]) => ({ year, text: textOf(year), posts: own }))
      .sort((a, b) => b.year - a.year),
    undated: posts.filter(({ date }) => date === null),
  }
}

function articlePage<Name extends 'post' | 'page'>(
  template: Name,
  article: Article,
  data: { readonly post: PostOutline },
  { answers, features, styles, data: summary }: Summary,
  { site, metadata }: Whole,
): Page {
  const { post, key, outline } = article
  const { title, headings } = outline
  const head = {
    title: title.text,
    description: data.post.excerpt,
    canonical: canonicalOf(article, site),
    lang: data.post.lang,
    dir: data.post.dir,
    noindex: isUnpublic(article),
  }
  const page: PageHead = {
    ...head,
    url: data.post.url,
    kind: template,
    math: usesMath(article),
    features,
    feed: null,
    ...metadata.ofArticle(article, summary, head, markdownHrefOf(article, site)),
  }
  const toc = hasToc(post, headings.length) ? headings.map(({ depth, id }) => ({ depth, id })) : null
  return {
    template,
    output: outputOf(post.url),
    source: post.file,
    page,
    data,
    body: { key, answers, styles, toc },
  }
}

/** The URL of a post or page that search engines should count. */
function canonicalOf({ post }: Article, { config }: Site): string | null {
  return post.canonical ?? absolute(post.url, config.url)
}

/** Gives the href of the Markdown of a post or page; null where it is not published. */
export function markdownHrefOf(article: Article, { config }: Site): string | null {
  const isPublished = config.markdown.source && !isUnpublic(article)
  return isPublished ? hrefOf(`/${markdownOutputOf(article.post.url)}`, config.basePath) : null
}

/** Whether the page of an article holds formulas that need KaTeX's style sheet. */
export function usesMath({ outline: { uses, title, subtitle } }: Article): boolean {
  return uses.math || title.math || subtitle?.math === true
}

function absolute(url: SiteUrl, siteUrl: string | null): string | null {
  return siteUrl === null ? null : absoluteUrl(url, siteUrl)
}

/** How many pages a menu that the site does not write itself may list: one line of a narrow window. */
const menuPages = 6

/** The menu of a site that writes none: the archive, the taxonomies, the first pages at the top level, the search. */
function madeMenu(site: Site, words: Words, say: Say): readonly { title: string; url: SiteUrl }[] {
  return [
    ...(site.posts.length > 0 ? [{ title: say(words, 'archive'), url: archiveUrl }] : []),
    ...liveTaxonomies(site).map(({ taxonomy, url }) => ({
      title: labelsOf(taxonomy, words, say).title,
      url,
    })),
    ...site.pages
      .filter(({ post }) => post.url.split('/').length === 3)
      .slice(0, menuPages)
      .map(({ outline, post }) => ({ title: outline.title.text, url: post.url })),
    ...(hasSearch(site) ? [{ title: say(words, 'search'), url: searchUrl }] : []),
  ]
}
