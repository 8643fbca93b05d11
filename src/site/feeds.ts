/** The feeds of a site: which there are, where they are, what page each follows and which posts it holds. */
import type { FeedFormat } from '../config.js'
import { hrefOf, type SiteUrl } from '../content/permalink.js'
import type { Article } from './article.js'
import type { Writer } from './authors.js'
import type { FeedData } from './page.js'
import type { Site } from './site.js'
import type { Term } from './taxonomy.js'

/** A feed to be written. */
export interface Feed {
  readonly format: FeedFormat
  readonly title: string
  readonly url: SiteUrl
  /** The page that lists the posts. */
  readonly page: SiteUrl
  /** Newest first. */
  readonly posts: readonly Article[]
}

/** A list of posts that can be followed: the page that it is on, what it is called, and its posts, newest first. */
export interface Followed {
  readonly title: string
  readonly url: SiteUrl
  readonly posts: readonly Article[]
}

/** Names and media types (RFC 4287, section 7; RSS 2.0 has none that is registered; JSON Feed 1.1). */
const formats: Readonly<
  Record<FeedFormat, { readonly file: string; readonly name: string; readonly type: string }>
> = {
  atom: { file: 'feed.xml', name: 'Atom', type: 'application/atom+xml' },
  rss: { file: 'rss.xml', name: 'RSS', type: 'application/rss+xml' },
  json: { file: 'feed.json', name: 'JSON', type: 'application/feed+json' },
}

/** Gives every feed of a site. */
export function feedsOf(site: Site): readonly Feed[] {
  const terms = site.taxonomies.flatMap((index) => index.terms)
  return [
    ...siteFeeds(site),
    ...terms.flatMap((term) => termFeed(term, site) ?? []),
    ...site.authors.writers.flatMap((writer) => authorFeed(writer, site) ?? []),
  ]
}

/** Gives the feeds of a site as a whole, one in each format that it has. */
export function siteFeeds(site: Site): readonly Feed[] {
  const { feeds, title } = site.config
  return feeds.formats.flatMap((format) => feedIn(format, { title, url: '/', posts: site.posts }, site) ?? [])
}

/** Gives the feed of a term; see {@link atomFeed}. */
export function termFeed({ name, url, posts }: Term<Article>, site: Site): Feed | null {
  return atomFeed({ title: `${site.config.title}: ${name}`, url, posts }, site)
}

/** Gives the feed of an author who has a page; see {@link atomFeed}. */
export function authorFeed({ profile, url, posts }: Writer, site: Site): Feed | null {
  return atomFeed({ title: `${site.config.title}: ${profile.name}`, url, posts }, site)
}

/** Gives the Atom feed of any list of posts; null if the site has none in this format, or the feed would be empty. */
export function atomFeed(list: Followed, site: Site): Feed | null {
  return site.config.feeds.formats.includes('atom') ? feedIn('atom', list, site) : null
}

/**
 * Feeds have absolute URLs, which a site without `url` cannot know. A post without any date stands in none, since Atom
 * asks for one (RFC 4287, section 4.1.2); nor do drafts, posts of the future and expired ones, even where they are shown: what a
 * reader has once been sent cannot be taken back.
 */
function feedIn(format: FeedFormat, { title, url, posts }: Followed, { config }: Site): Feed | null {
  if (config.url === null) return null
  const listed = posts
    .filter(
      ({ post, future, expired }) =>
        (post.date ?? post.updated) !== null && !post.draft && !future && !expired,
    )
    .slice(0, config.feeds.limit)
  if (listed.length === 0) return null
  return {
    format,
    title,
    url: `${url.slice(0, url.lastIndexOf('/') + 1)}${formats[format].file}`,
    page: url,
    posts: listed,
  }
}

/** Gives a feed as templates show it. */
export function feedData({ format, title, url }: Feed, basePath: string): FeedData {
  const { name, type } = formats[format]
  return { title: `${title} (${name})`, type, url: hrefOf(url, basePath) }
}
