/** Site → every page to be written, with the data its template receives (see page.ts). */

import { hrefOf, outputOf, type SiteUrl, tidyUrl } from '../content/permalink.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { didYouMean } from '../nearest.js'
import type { Article } from './article.js'
import { hrefFor, type LinkIndex } from './links.js'
import type {
  LinkData,
  Page,
  PageBy,
  PageHead,
  PagerData,
  PostOutline,
  PostSummary,
  SiteData,
  TemplateData,
  TemplateName,
} from './page.js'
import { type PageOf, paginate } from './pager.js'
import type { Site } from './site.js'
import { authorData, type Summary, summariesOf, termData } from './summary.js'
import type { TaxonomyIndex, Term } from './taxonomy.js'
import { hasToc } from './toc.js'

/** Gives the URLs of all pages that are made by the site itself, not from one source. */
export function madeUrls(site: Site): readonly SiteUrl[] {
  return listsOf(site)
    .flatMap((list) => list.pages.map(({ url }) => url))
    .concat(termsPages(site).map(({ url }) => url))
}

/** The facts of the site that every template receives; entries of the menu are marked for each page. */
export function siteData(
  site: Site,
  index: LinkIndex,
): { data: SiteData; diagnostics: readonly Diagnostic[] } {
  const { config } = site
  const href = (url: SiteUrl) => hrefOf(url, config.basePath)
  const given = config.menu?.map(({ title, url }) => ({
    title,
    url,
    href: hrefFor(url, { file: '', url: '/' }, index),
  }))
  const menu = given?.map(({ title, url, href: found }) => ({ title, url: found ?? url, current: false }))
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
  const data: SiteData = {
    title: config.title,
    description: site.description,
    url: config.url ?? '',
    home: href('/'),
    lang: config.lang,
    author: config.author ? authorData(config.author, index) : null,
    menu: menu ?? madeMenu(site).map(({ title, url }) => ({ title, url: href(url), current: false })),
    taxonomies: liveTaxonomies(site).map(({ taxonomy, url }) => ({
      name: taxonomy.name,
      title: taxonomy.title,
      url: href(url),
    })),
    archive: site.posts.length > 0 ? href(archiveUrl) : null,
  }
  return { data, diagnostics }
}

/** Gives `site` as the page at `url` receives it: with its own section marked in the menu. */
export function siteDataAt(data: SiteData, url: string): SiteData {
  const isCurrent = (entry: string) =>
    entry === url || (entry !== data.home && entry.endsWith('/') && url.startsWith(entry))
  return { ...data, menu: data.menu.map((entry) => ({ ...entry, current: isCurrent(entry.url) })) }
}

/** Gives every page of a site, one after the other: posts, pages, lists, terms, the archive, the 404 page. */
export function* pagesOf(
  site: Site,
  index: LinkIndex,
): Generator<{ page: Page; diagnostics: readonly Diagnostic[] }> {
  const summaryOf = summariesOf(site, index)
  const summary = (article: Article): PostSummary => summaryOf(article).data
  const link = (other: Article | undefined): LinkData | null =>
    other ? { title: other.outline.title.text, url: summary(other).url } : null
  const neighbours = site.posts.map((article, at) => ({
    article,
    previous: link(site.posts[at + 1]),
    next: link(site.posts[at - 1]),
  }))
  const alone = site.pages.map((article) => ({ article, previous: null, next: null }))
  for (const { article, previous, next } of [...neighbours, ...alone]) {
    const told = summaryOf(article)
    const post: PostOutline = { ...told.data, previous, next, extra: article.post.extra }
    yield {
      page: articlePage(article.post.kind, article, { post }, told, site),
      diagnostics: told.diagnostics,
    }
  }
  for (const page of madePages(site, summary)) yield { page, diagnostics: [] }
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

function* madePages(site: Site, summary: (article: Article) => PostSummary): Generator<Page> {
  const href = (url: SiteUrl) => hrefOf(url, site.config.basePath)
  for (const list of listsOf(site)) {
    for (const part of list.pages) yield listPage(list, part, summary, site)
  }
  for (const { url, index } of termsPages(site)) {
    const { name, title } = index.taxonomy
    const taxonomy = { name, title, url: href(url), terms: index.terms.map((term) => termData(term, href)) }
    const head = { url, title, description: '', noindex: false }
    yield made('terms', `the list of ${title.toLowerCase()}`, head, { taxonomy }, site)
  }
  const missing = { url: '/404.html', title: 'Page not found', description: '', noindex: true }
  yield made('404', 'the 404 page', missing, {}, site)
}

function listPage(
  list: List,
  part: PageOf<Article>,
  summary: (article: Article) => PostSummary,
  site: Site,
): Page {
  const { config } = site
  const href = (url: SiteUrl) => hrefOf(url, config.basePath)
  const isFirst = part.number === 1
  const number = isFirst ? '' : ` (page ${part.number})`
  const head = (title: string, description = '') => ({
    url: part.url,
    title: title + number,
    description,
    noindex: !isFirst,
  })
  const { description } = site
  const pager = pagerOf(part, href)
  const posts = part.items.map(summary)
  switch (list.kind) {
    case 'home':
      return isFirst
        ? made('home', 'the home page', head(config.title, description), { posts, pager }, site)
        : made('list', `the home page${number}`, head('Posts', description), { posts, pager }, site)
    case 'archive':
      return made('archive', `the archive${number}`, head('Archive'), { ...byYear(posts), pager }, site)
    case 'term': {
      const { taxonomy, url } = list.index
      const term = termData(list.term, href)
      const { name, title, singular } = taxonomy
      const data = { taxonomy: { name, title, singular, url: href(url) }, term, posts, pager }
      const source = `the ${singular.toLowerCase()} "${term.title}"${number}`
      return made('term', source, head(`${singular}: ${term.title}`), data, site)
    }
  }
}

function made<Name extends TemplateName>(
  template: Name,
  source: string,
  head: { url: SiteUrl; title: string; description: string; noindex: boolean },
  data: PageBy<Name>['data'],
  { config }: Site,
): PageBy<Name> {
  const page: PageHead = {
    ...head,
    url: hrefOf(head.url, config.basePath),
    canonical: template === '404' ? null : absolute(head.url, config.url),
    lang: config.lang,
    kind: template,
    math: false,
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

function byYear(posts: readonly PostSummary[]): Pick<TemplateData['archive'], 'years' | 'undated'> {
  const years = new Map<number, PostSummary[]>()
  for (const post of posts) {
    if (post.date) years.set(post.date.year, [...(years.get(post.date.year) ?? []), post])
  }
  return {
    years: [...years].map(([year, own]) => ({ year, posts: own })).sort((a, b) => b.year - a.year),
    undated: posts.filter(({ date }) => date === null),
  }
}

function articlePage<Name extends 'post' | 'page'>(
  template: Name,
  article: Article,
  data: { readonly post: PostOutline },
  { answers }: Summary,
  site: Site,
): Page {
  const { post, key, outline } = article
  const { title, headings } = outline
  const page: PageHead = {
    title: title.text,
    description: data.post.excerpt,
    url: data.post.url,
    canonical: post.canonical ?? absolute(post.url, site.config.url),
    lang: data.post.lang,
    kind: template,
    math: usesMath(article),
    noindex: post.draft || article.future,
  }
  const toc = hasToc(post, headings.length) ? headings.map(({ depth, id }) => ({ depth, id })) : null
  return { template, output: outputOf(post.url), source: post.file, page, data, body: { key, answers, toc } }
}

/** Whether the page of an article holds formulas that need KaTeX's style sheet. */
export function usesMath({ outline: { uses, title, subtitle } }: Article): boolean {
  return uses.math || title.math || subtitle?.math === true
}

function absolute(url: SiteUrl, siteUrl: string | null): string | null {
  return siteUrl === null ? null : new URL(siteUrl + hrefOf(url, '/').slice(1)).href
}

/** How many pages a menu that the site does not write itself may list: one line of a narrow window. */
const menuPages = 6

/** The menu of a site that writes none: the archive, the taxonomies, and the first pages at the top level. */
function madeMenu(site: Site): readonly { title: string; url: SiteUrl }[] {
  return [
    ...(site.posts.length > 0 ? [{ title: 'Archive', url: archiveUrl }] : []),
    ...liveTaxonomies(site).map(({ taxonomy, url }) => ({ title: taxonomy.title, url })),
    ...site.pages
      .filter(({ post }) => post.url.split('/').length === 3)
      .slice(0, menuPages)
      .map(({ outline, post }) => ({ title: outline.title.text, url: post.url })),
  ]
}
