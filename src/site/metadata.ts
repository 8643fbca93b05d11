/** What pages say of themselves to other sites and to search engines: Open Graph, JSON-LD (https://schema.org). */
import { absoluteUrl } from '../content/permalink.js'
import type { Article } from './article.js'
import { citationOf } from './citation.js'
import type {
  AuthorData,
  ImageData,
  LinkData,
  PageHead,
  PostSummary,
  ProfileData,
  SocialData,
  SocialImage,
} from './page.js'
import type { Site } from './site.js'

/** The part of a page's head that is for machines. */
export type Metadata = Pick<PageHead, 'social' | 'jsonLd' | 'citation' | 'markdown'>

/** That of a page which tells machines nothing. */
export const noMetadata: Metadata = { social: null, jsonLd: null, citation: null, markdown: null }

/** An image made for the links to a page. */
export interface Card {
  /** Path below the output folder, not percent-encoded. */
  readonly output: string
  /** In pixels. */
  readonly width: number
  readonly height: number
}

/** Cards by source file of a post; null where its image is no image. */
export type Cards = ReadonlyMap<string, Card | null>

/** What of a page's head is known before its metadata. */
export type Head = Pick<PageHead, 'title' | 'description' | 'canonical' | 'lang' | 'noindex'>

/** Gives the metadata of pages, one after the other. */
export interface MetadataWriter {
  /** Of a post or a page of content/pages; `markdown` is the href of its Markdown. */
  readonly ofArticle: (
    article: Article,
    summary: PostSummary,
    head: Head,
    markdown: string | null,
  ) => Metadata
  /** Of the page of an author. */
  readonly ofAuthor: (author: ProfileData) => Metadata
  /** Of a page that the site makes; `path` leads to it from the home page, itself included. */
  readonly ofMade: (kind: PageHead['kind'], path: readonly LinkData[]) => Metadata
}

/** Gives what writes the metadata of a site's pages; `author` is whose site it is. */
export function metadataWriter(site: Site, cards: Cards, author: AuthorData | null): MetadataWriter {
  const localeOf = localeWriter()
  const website = (): SocialData => {
    const locale = localeOf(site.config.lang)
    return { type: 'website', locale, image: null, published: null, modified: null }
  }
  return {
    ofArticle(article, summary, head, markdown) {
      const { file, kind } = article.post
      const isPost = kind === 'post'
      const image = socialImage(summary, cards.get(file), site)
      return {
        social: {
          type: isPost ? 'article' : 'website',
          locale: localeOf(head.lang),
          image,
          published: isPost ? (summary.date?.iso ?? null) : null,
          modified: isPost ? (summary.updated?.iso ?? null) : null,
        },
        jsonLd: isPost
          ? jsonLd([blogPosting(article, summary, head, image, site), ...trail(summary, site)])
          : null,
        citation: citationOf(article, site),
        markdown,
      }
    },
    ofAuthor: (profile) => ({
      ...noMetadata,
      social: website(),
      jsonLd: jsonLd([profilePage(profile, site)]),
    }),
    ofMade(kind, path) {
      const found = kind === 'home' ? [blog(author, site)] : breadcrumbs(path, site)
      return { ...noMetadata, social: kind === '404' ? null : website(), jsonLd: jsonLd(found) }
    },
  }
}

/**
 * Gives what gives the form of a language that Open Graph wants, with the country where most speak it unless another is
 * said: `en_US`. Each is found out once.
 */
function localeWriter(): (lang: string) => string | null {
  const known = new Map<string, string | null>()
  return (lang) => {
    const found = known.get(lang)
    if (found !== undefined) return found
    const { language, region } = new Intl.Locale(lang).maximize()
    const locale = region === undefined ? null : `${language}_${region}`
    known.set(lang, locale)
    return locale
  }
}

/** What no other site shows. */
const vector = /\.svgz?($|[?#])/i

function socialImage(
  { image, title }: PostSummary,
  card: Card | null | undefined,
  { config }: Site,
): SocialImage | null {
  if (config.url === null || card === null) return null
  if (card) {
    const { output, width, height } = card
    const url = absoluteUrl(`/${output}`, config.url)
    return { url, width, height, alt: image ? image.alt : title }
  }
  const url = image && absolute(image, config.url)
  return image && url && !vector.test(url) ? { url, width: null, height: null, alt: image.alt } : null
}

/** Gives an href as an absolute URL of the web; null where it is none. */
function absolute({ url }: Pick<ImageData, 'url'>, siteUrl: string): string | null {
  if (!URL.canParse(url, siteUrl)) return null
  const { href, protocol } = new URL(url, siteUrl)
  return /^https?:$/.test(protocol) ? href : null
}

/** Something that is said, with undefined for what is not known of it. */
type Thing = Readonly<Record<string, unknown>>

/** A post; of what it lacks nothing is said. */
function blogPosting(
  { outline }: Article,
  { subtitle, date, updated, authors, taxonomies }: PostSummary,
  { title, description, canonical, lang }: Head,
  image: SocialImage | null,
  { config }: Site,
): Thing {
  const terms = (name: string) =>
    taxonomies.find((taxonomy) => taxonomy.name === name)?.terms.map((term) => term.title) ?? []
  return {
    '@type': 'BlogPosting',
    headline: title,
    alternativeHeadline: subtitle || undefined,
    description: description || undefined,
    url: canonical ?? undefined,
    image: image?.url,
    datePublished: date?.iso,
    dateModified: (updated ?? date)?.iso,
    inLanguage: lang,
    author: oneOrMore(authors.map((author) => person(author, config.url))),
    articleSection: oneOrMore(terms('categories')),
    keywords: oneOrMore(terms('tags')),
    wordCount: Math.round(outline.words) || undefined,
    citation: oneOrMore(outline.cites),
    isPartOf: { '@type': 'Blog', name: config.title, url: config.url ?? undefined },
  }
}

/** The site, as its home page tells of it: by the type WebSite search engines know its name. */
function blog(author: AuthorData | null, { config, description }: Site): Thing {
  return {
    '@type': ['WebSite', 'Blog'],
    name: config.title,
    description: description || undefined,
    url: config.url ?? undefined,
    inLanguage: config.lang,
    author: author ? person(author, config.url) : undefined,
  }
}

function person({ name, url }: AuthorData, siteUrl: string | null): Thing {
  const own = url !== null && siteUrl !== null ? absolute({ url }, siteUrl) : null
  return { '@type': 'Person', name, url: own ?? undefined }
}

/** The page of an author, and who that is. */
function profilePage(
  { name, url, bio, website, orcid, avatar, links }: ProfileData,
  { config }: Site,
): Thing {
  const { url: siteUrl } = config
  const urlOf = (href: string | null) =>
    href !== null && siteUrl !== null ? absolute({ url: href }, siteUrl) : null
  const elsewhere = [website, orcid, ...links.map((link) => link.url)]
  const same = elsewhere.flatMap((href) => urlOf(href) ?? [])
  const mainEntity = {
    '@type': 'Person',
    name,
    description: bio || undefined,
    url: urlOf(url) ?? undefined,
    image: urlOf(avatar?.url ?? null) ?? undefined,
    sameAs: oneOrMore([...new Set(same)]),
  }
  return { '@type': 'ProfilePage', mainEntity }
}

function oneOrMore<T>(list: readonly T[]): T | readonly T[] | undefined {
  return list.length > 1 ? list : list[0]
}

/** The way from the home page to a post, through the first of its categories. */
function trail({ title, url, taxonomies }: PostSummary, site: Site): readonly Thing[] {
  const category = taxonomies.find(({ name }) => name === 'categories')?.terms[0]
  return breadcrumbs([...(category ? [category] : []), { title, url }], site)
}

function breadcrumbs(path: readonly LinkData[], { config }: Site): readonly Thing[] {
  const { url, title } = config
  if (url === null || path.length === 0) return []
  const steps = [{ title, url }, ...path]
  return [
    {
      '@type': 'BreadcrumbList',
      itemListElement: steps.map((step, index) => ({
        '@type': 'ListItem',
        position: index + 1,
        name: step.title,
        item: new URL(step.url, url).href,
      })),
    },
  ]
}

/** Characters that could end a script element or open a comment in it (HTML, section 4.12.1.3), as JSON escapes. */
const unsafe: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' }

/** Gives things as JSON-LD, on one line; null where there are none. */
function jsonLd(things: readonly Thing[]): string | null {
  const [first] = things
  if (first === undefined) return null
  const context = { '@context': 'https://schema.org' }
  const document = things.length === 1 ? { ...context, ...first } : { ...context, '@graph': things }
  return JSON.stringify(document).replace(/[<>&]/g, (character) => unsafe[character] ?? character)
}
