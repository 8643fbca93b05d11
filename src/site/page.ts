/**
 * A page to be written, and what its template receives. Templates read these names: this file is their
 * documentation, and changing a name here breaks sites that replaced a template.
 *
 * Every `url` here is ready for an href: percent-encoded, with the base path of the site's URL. Every key
 * is always present (null, false or empty where there is nothing), since templates are strict.
 */
import type { Direction } from '../language.js'
import type { Feature } from '../markdown/features.js'
import type { Heading } from '../markdown/rendered.js'
import type { Words } from '../words.js'
import type { Answer, Picture } from './picture.js'

/** Which built-in template makes a page. */
export type TemplateName =
  | 'home'
  | 'list'
  | 'post'
  | 'page'
  | 'term'
  | 'terms'
  | 'author'
  | 'author-index'
  | 'archive'
  | 'redirect'
  | 'search'
  | '404'

/** A calendar date as the author wrote it. */
export interface DateData {
  /** For `datetime`: ISO 8601, `2024-01-22` or `2024-01-22T10:00:00-07:00`. */
  readonly iso: string
  /** For people, in the page's language, in lists the list's: `January 22, 2024`. */
  readonly text: string
  /** For dense lists: `Jan 22`. */
  readonly short: string
  readonly year: number
}

export interface AuthorData {
  readonly name: string
  /** Their page here, for an author of content/authors.yaml who has one; else what front matter or site.yaml says. */
  readonly url: string | null
}

export interface LinkData {
  readonly title: string
  readonly url: string
}

/** A tag, a category, or a term of another taxonomy. */
export interface TermData extends LinkData {
  /** How many posts have it. */
  readonly count: number
}

/** A taxonomy, with terms: all of them on its own page, a post's own on a post. */
export interface TaxonomyData extends LinkData {
  /** Its name in site.yaml: `tags`. */
  readonly name: string
  readonly terms: readonly TermData[]
}

/** An author of content/authors.yaml, as their own page shows them. */
export interface ProfileData {
  readonly name: string
  /** Their page. */
  readonly url: string
  /** How many posts they have. */
  readonly count: number
  /** In plain words; '' where nothing is said. */
  readonly bio: string
  /** Their own site. */
  readonly website: string | null
  readonly avatar: ImageData | null
  readonly email: string | null
  /** Their ORCID iD as a URL. */
  readonly orcid: string | null
  readonly links: readonly LinkData[]
}

/** A series that a post is a part of. */
export interface SeriesData {
  readonly name: string
  /** Which part the post is, counted from 1. */
  readonly number: number
  /** All that are published, the post among them, in reading order. */
  readonly parts: readonly NeighbourData[]
}

/** A feed that a reader can follow. */
export interface FeedData extends LinkData {
  /** Its media type: `application/atom+xml`. */
  readonly type: string
}

export interface ImageData {
  readonly url: string
  readonly alt: string
}

/** The image of a post. */
export interface LeadImage extends ImageData {
  /** In pixels; null where its file is not known, or no image. */
  readonly width: number | null
  readonly height: number | null
  /** The image with all that a browser may choose in its place. HTML: print it with `| raw`. */
  readonly html: string
}

/** The image that other sites show with a link to a page. */
export interface SocialImage {
  /** Absolute. */
  readonly url: string
  /** In pixels; null where the image is of another site. */
  readonly width: number | null
  readonly height: number | null
  /** Empty where the author gave none. */
  readonly alt: string
}

/** What other sites show with a link to a page, by the Open Graph protocol (https://ogp.me). */
export interface SocialData {
  readonly type: 'article' | 'website'
  /** `en_US`; null for a language that no country is known for. */
  readonly locale: string | null
  readonly image: SocialImage | null
  /** ISO 8601. */
  readonly published: string | null
  readonly modified: string | null
}

/** What Google Scholar and reference managers read in the head of a post: Highwire's `citation_…`. */
export interface CitationData {
  readonly authors: readonly string[]
  /** `2024/01/22`. */
  readonly date: string
}

/** A post as lists show it. */
export interface PostSummary extends LinkData {
  readonly subtitle: string | null
  readonly date: DateData | null
  readonly updated: DateData | null
  readonly readTime: string
  readonly excerpt: string
  readonly authors: readonly AuthorData[]
  readonly image: LeadImage | null
  /** By taxonomy, only those the post has terms of. */
  readonly taxonomies: readonly TaxonomyData[]
  /** Its own language: that of its title and excerpt, in lists too. */
  readonly lang: string
  readonly dir: Direction
  readonly draft: boolean
  /** Whether its date is yet to come. */
  readonly future: boolean
  /** Whether the time that it was to be published for is over. */
  readonly expired: boolean
}

/** One entry of a table of contents. */
export interface TocEntry {
  readonly url: string
  /** HTML: print it with `| raw`. */
  readonly html: string
  readonly children: readonly TocEntry[]
}

/** What the body of a post gives to its own page. */
export interface PostHtml {
  /** The title with its formulas typeset. HTML: print it with `| raw`; {@link LinkData.title} is plain text. */
  readonly titleHtml: string
  /** The subtitle likewise; null where there is none. */
  readonly subtitleHtml: string | null
  /** HTML: print it with `| raw`. */
  readonly content: string
  /** Null where there are too few headings or the author wants none. */
  readonly toc: readonly TocEntry[] | null
}

/** A post that another one names; its title is in its own language. */
export interface NeighbourData extends LinkData {
  readonly lang: string
  readonly dir: Direction
}

/** What stands around a post. A page of content/pages has none of it. */
export interface Around {
  /** The post before it in time. */
  readonly previous: NeighbourData | null
  /** The post after it in time. */
  readonly next: NeighbourData | null
  /** The series that it is a part of, with all their parts; a series may have no other part yet. */
  readonly series: readonly SeriesData[]
  /**
   * Posts on the same subject, the nearest first, at most `related` of site.yaml. None is a neighbour, a part of the
   * same series, or among the backlinks: what is named once need not be named again.
   */
  readonly related: readonly NeighbourData[]
  /** Posts whose text links to this one, newest first. */
  readonly backlinks: readonly NeighbourData[]
}

/** What a post is, its body aside. */
export interface PostOutline extends PostSummary, Around {
  /** How to cite it, as an entry for BibTeX; null where that is not offered. */
  readonly bibtex: string | null
  /** Front matter keys that Scholium does not know, as written. */
  readonly extra: Readonly<Record<string, unknown>>
}

/** A post, or a page of content/pages, as its own template shows it. */
export interface PostData extends PostOutline, PostHtml {}

/** Where a page of a list stands among its siblings. */
export interface PagerData {
  /** Counted from 1. */
  readonly number: number
  readonly count: number
  readonly newer: string | null
  readonly older: string | null
}

/** Where the search index lies. */
export interface SearchData {
  /** The folder that holds Pagefind and the index of the site's language. */
  readonly index: string
  /** Further indexes, to be merged into it, each with its language. */
  readonly others: readonly { readonly url: string; readonly lang: string }[]
}

/**
 * What every template receives as `site`. The titles that the theme gives (of the archive, of taxonomies) are in the
 * page's language.
 */
export interface SiteData {
  readonly title: string
  readonly description: string
  /** The site's own URL, with a slash at its end. */
  readonly url: string
  /** The home page's href: `/`, or the base path. */
  readonly home: string
  /** The site's language, which a page may differ from. */
  readonly lang: string
  readonly dir: Direction
  readonly author: AuthorData | null
  /** `current` marks the entry for the page itself or the section it is in. */
  readonly menu: readonly (LinkData & { readonly current: boolean })[]
  /** Taxonomies that have terms, without their terms. */
  readonly taxonomies: readonly (LinkData & { readonly name: string })[]
  /** The list of authors; null where there is none. */
  readonly authors: string | null
  /** The archive's href; null where there are no posts. */
  readonly archive: string | null
  /** Its feeds, those of terms aside; none for a site that has no URL. */
  readonly feeds: readonly FeedData[]
  /** The href of the page that searches the site; null where there is none. */
  readonly search: string | null
}

/** What every template receives as `page`. */
export interface PageData extends PageHead {
  /**
   * Its Content-Security-Policy, for the attribute of a meta element (print it with `| raw`) that stands before all that
   * loads anything; null for a site that wants none.
   */
  readonly policy: string | null
  /**
   * The rules of a style element: of the classes that stand in its body for inline styles, as KaTeX writes them. CSS:
   * print it with `| raw`; null where there are none.
   */
  readonly styles: string | null
}

/** What is known of a page before its body is read. */
export interface PageHead {
  /** For `<title>`; the home page has the site's. */
  readonly title: string
  readonly description: string
  readonly url: string
  /** Absolute URL, for `<link rel=canonical>`; null on the 404 page. */
  readonly canonical: string | null
  /** Its language: that of `words`, too. */
  readonly lang: string
  /** The direction in which it is written. */
  readonly dir: Direction
  /** The template that makes it: `post`, `term`, … */
  readonly kind: TemplateName
  /** Whether it holds typeset formulas: load `assets.math`. */
  readonly math: boolean
  /** What its body uses that has a sheet or a script of its own: load those of `assets.features`. */
  readonly features: readonly Feature[]
  /** Whether search engines should leave it out (the 404 page, redirects, further pages of lists). */
  readonly noindex: boolean
  /** The feed of the posts that it lists, beside those of the site: a term has one, and an author. Null where there is none. */
  readonly feed: FeedData | null
  /** What other sites show with a link to it; null on the 404 page. */
  readonly social: SocialData | null
  /** What it says of itself to machines: JSON-LD, escaped for a script element (print it with `| raw`), or null. */
  readonly jsonLd: string | null
  /** Null where there is nothing to cite. */
  readonly citation: CitationData | null
  /** The href of its Markdown; null where that is not published. */
  readonly markdown: string | null
}

/** What every template receives as `assets`: fingerprinted, ready for an href. */
export interface AssetsData {
  /** The theme's style sheet. */
  readonly css: string
  /** What the site adds to it, loaded last; null where it adds nothing. */
  readonly custom: string | null
  /** KaTeX's style sheet. */
  readonly math: string
  /** The fonts (WOFF2) that a page with formulas needs first, to be loaded with its style sheet. */
  readonly mathFonts: readonly string[]
  /** The theme's script: a small enhancement, never needed to read. */
  readonly js: string
  /** The sheets and scripts of what only some bodies use; null where a feature has none. */
  readonly features: Readonly<Record<Feature, { readonly css: string | null; readonly js: string | null }>>
  /** The site's icon, an SVG. */
  readonly icon: string
  /** What the page that searches needs beside them; null where there is none. */
  readonly search: { readonly css: string; readonly js: string } | null
}

/**
 * What pages of one language share: `site`, and as `words` the theme's own words by key (templates/words/en.yaml says
 * which there are). Those with placeholders are filled: `{{ words.pageOf | fill: number: 1, count: 2 }}`.
 */
export interface PageLanguage {
  readonly site: SiteData
  readonly words: Words
}

/** What each template receives beside `site`, `words`, `page` and `assets`. */
export interface TemplateData {
  readonly home: { readonly posts: readonly PostSummary[]; readonly pager: PagerData }
  /** The home page's further pages. */
  readonly list: { readonly posts: readonly PostSummary[]; readonly pager: PagerData }
  readonly post: { readonly post: PostData }
  /** A page of content/pages: the same data as a post. */
  readonly page: { readonly post: PostData }
  readonly term: {
    readonly taxonomy: LinkData & { readonly name: string; readonly singular: string }
    readonly term: TermData
    readonly posts: readonly PostSummary[]
    readonly pager: PagerData
  }
  readonly terms: { readonly taxonomy: TaxonomyData }
  readonly author: {
    readonly author: ProfileData
    readonly posts: readonly PostSummary[]
    readonly pager: PagerData
  }
  readonly 'author-index': { readonly authors: readonly ProfileData[] }
  readonly archive: {
    /** Newest first; a year that spans two pages of the archive stands on both. */
    readonly years: readonly {
      readonly year: number
      /** For people, in the page's language: `2024`. */
      readonly text: string
      readonly posts: readonly PostSummary[]
    }[]
    /** Posts without a date, on the last page only. */
    readonly undated: readonly PostSummary[]
    readonly pager: PagerData
  }
  /** A page at an old URL. `page.canonical` is the new one, and `page.title` the title of what is there. */
  readonly redirect: {
    /** Where it leads, with query and fragment. */
    readonly to: string
  }
  readonly search: { readonly search: SearchData }
  readonly '404': Record<string, never>
}

/** The rendered body that a page holds, by what it is stored under and what fills it. */
export interface PageBody {
  readonly key: string
  /** What fills its holes, in order. */
  readonly answers: readonly Answer[]
  /** What the classes of its images stand for; see {@link PageData.styles}. */
  readonly styles: Picture['styles']
  /** The headings of its table of contents; null if it has none. */
  readonly toc: readonly Pick<Heading, 'depth' | 'id'>[] | null
}

/** A page to be written by one template: where, and from what data; all that its HTML depends on but the site's own data. */
export interface PageBy<Name extends TemplateName> {
  readonly template: Name
  /** Path below the output folder, not percent-encoded: `posts/a/index.html`. */
  readonly output: string
  /** What it is made from, to name when two collide: a source file, or words for a made page. */
  readonly source: string
  readonly page: PageHead
  readonly data: Name extends 'post' | 'page' ? { readonly post: PostOutline } : TemplateData[Name]
  /** Null for a page that holds none. */
  readonly body: PageBody | null
}

/** A page to be written. */
export type Page = { readonly [Name in TemplateName]: PageBy<Name> }[TemplateName]
