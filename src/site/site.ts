/** What the site is: its posts in order, its pages, its terms, and where everything is published. */
import type { Config } from '../config.js'
import type { Profile } from '../content/authors.js'
import { outputOf, type SiteUrl } from '../content/permalink.js'
import type { Post } from '../content/post.js'
import type { StaticFile } from '../content/source.js'
import type { WordBook } from '../content/word-book.js'
import { byCodeUnit } from '../order.js'
import type { Article } from './article.js'
import { type AuthorIndex, indexAuthors } from './authors.js'
import type { Withheld } from './selection.js'
import { indexTaxonomy, type TaxonomyIndex } from './taxonomy.js'

/** A file that is published as it is: from where, to where below the output folder. */
export interface PublishedFile {
  readonly file: string
  readonly output: string
}

export interface Site {
  readonly config: Config
  /** The theme's own words. */
  readonly words: Pick<WordBook, 'in'>
  /** What it is about, its formulas as plain text. */
  readonly description: string
  /** Newest first; those without a date last, by file name. */
  readonly posts: readonly Article[]
  /** By URL. */
  readonly pages: readonly Article[]
  readonly taxonomies: readonly TaxonomyIndex<Article>[]
  readonly authors: AuthorIndex
  readonly files: readonly PublishedFile[]
}

/** What a site is made of. */
export interface SiteParts {
  readonly config: Config
  readonly words: Pick<WordBook, 'in'>
  readonly description: string
  readonly articles: readonly Article[]
  /** Who content/authors.yaml names. */
  readonly profiles: readonly Profile[]
  readonly statics: readonly StaticFile[]
  /** Posts that are left out; they keep the files beside them out too. */
  readonly withheld: readonly Withheld[]
}

/** Gives the site that articles and files make. */
export function assembleSite({
  config,
  words,
  description,
  articles,
  profiles,
  statics,
  withheld,
}: SiteParts): Site {
  const posts = articles.filter(({ post }) => post.kind === 'post').sort(newestFirst)
  const pages = articles
    .filter(({ post }) => post.kind === 'page')
    .sort((a, b) => byCodeUnit(a.post.url, b.post.url) || byCodeUnit(a.post.file, b.post.file))
  return {
    config,
    words,
    description,
    posts,
    pages,
    taxonomies: config.taxonomies.map((taxonomy) =>
      indexTaxonomy(taxonomy, posts, ({ post }) => post, config.lang),
    ),
    authors: indexAuthors(profiles, posts, new Set(pages.map(({ post }) => post.url)), config.lang),
    files: publishedFiles(
      articles.map(({ post }) => post),
      statics,
      withheld.map(({ post }) => post),
    ),
  }
}

function newestFirst(a: Article, b: Article): number {
  const [dateA, dateB] = [a.post.date?.epoch ?? -Infinity, b.post.date?.epoch ?? -Infinity]
  return dateA === dateB ? byCodeUnit(a.post.file, b.post.file) : dateA < dateB ? 1 : -1
}

/**
 * Where static files go: those of assets/ keep their path; those in the folder of a `name/index.md` go to
 * that post's URL; others beside posts and pages keep their path below content/posts (as /posts/…) or
 * content/pages.
 */
function publishedFiles(
  published: readonly Post[],
  statics: readonly StaticFile[],
  withheld: readonly Post[],
): readonly PublishedFile[] {
  const bundles = new Map(
    [...published.map((post) => ({ post, url: post.url })), ...withheld.map((post) => ({ post, url: null }))]
      .filter(({ post }) => /\/index\.[^/]+$/.test(post.file))
      .map(({ post, url }) => [post.file.replace(/\/[^/]+$/, ''), url]),
  )
  return statics.flatMap(({ file }) => {
    const bundle = ancestors(file).find((folder) => bundles.has(folder))
    const url = bundle === undefined ? plainUrl(file) : bundles.get(bundle)
    if (url === null || url === undefined) return []
    const folder = outputOf(url)
      .replace(/(index)?\.html?$/, '')
      .replace(/\/?$/, '/')
    const output =
      bundle === undefined ? url.slice(1) : `${folder}${file.slice(bundle.length + 1)}`.replace(/^\//, '')
    return [{ file, output: output.normalize('NFC') }]
  })
}

function plainUrl(file: string): SiteUrl {
  return `/${file.replace(/^content\/pages\//, '').replace(/^content\//, '')}`
}

/** The folders that a file is in, innermost first, below content/posts, content/pages or assets. */
function ancestors(file: string): readonly string[] {
  const parts = file.split('/')
  return Array.from({ length: Math.max(0, parts.length - 2) }, (_, index) =>
    parts.slice(0, parts.length - 1 - index).join('/'),
  )
}
