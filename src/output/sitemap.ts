/** sitemap.xml (https://www.sitemaps.org/protocol.html): the pages that search engines are told of. */
import { Readable } from 'node:stream'
import { absoluteUrl } from '../content/permalink.js'
import { digestOf } from '../digest.js'
import { indexedPages } from '../site/pages.js'
import type { MadeFile } from './made-file.js'
import type { Materials } from './materials.js'

/** An entry of a sitemap. */
export interface SitemapEntry {
  /** Absolute. */
  readonly url: string
  /** A day, `2024-01-22`: the author's own, and no hour is claimed that nobody has named. */
  readonly lastmod?: string
}

/** What one file may hold by the protocol, and how long a URL may be. */
const mostEntries = 50_000
const longestUrl = 2047

/** Gives the sitemap of a site; none where the site's URL is not known, since the protocol wants absolute ones. */
export function sitemap({ site, program }: Pick<Materials, 'site' | 'program'>): readonly MadeFile[] {
  const { url: siteUrl } = site.config
  if (siteUrl === null) return []
  const entries = indexedPages(site).map(({ url, modified }) => ({
    url: absoluteUrl(url, siteUrl),
    ...(modified !== null && { lastmod: modified.slice(0, 'YYYY-MM-DD'.length) }),
  }))
  return sitemapFiles(entries, siteUrl, program)
}

/** Gives the files of a sitemap: one, or where the entries are too many for that, an index and its parts. */
export function sitemapFiles(
  entries: readonly SitemapEntry[],
  siteUrl: string,
  program: string,
): readonly MadeFile[] {
  const listed = entries.filter(({ url }) => url.length <= longestUrl)
  const file = (output: string, kind: 'urls' | 'index', own: readonly SitemapEntry[]): MadeFile => ({
    output,
    source: 'the sitemap',
    key: digestOf(JSON.stringify([program, 'sitemap', kind, own])),
    make: () => xmlOf(kind, own),
  })
  if (listed.length <= mostEntries) return [file('sitemap.xml', 'urls', listed)]
  const parts = Array.from({ length: Math.ceil(listed.length / mostEntries) }, (_, index) => ({
    output: `sitemap-${index + 1}.xml`,
    own: listed.slice(index * mostEntries, (index + 1) * mostEntries),
  }))
  const index = parts.map(({ output }) => ({ url: absoluteUrl(`/${output}`, siteUrl) }))
  return [file('sitemap.xml', 'index', index), ...parts.map(({ output, own }) => file(output, 'urls', own))]
}

async function xmlOf(kind: 'urls' | 'index', entries: readonly SitemapEntry[]): Promise<Uint8Array> {
  const { ErrorLevel, SitemapIndexStream, SitemapStream, streamToPromise } = await import('sitemap')
  // Of the namespaces for news, images and films nothing is used.
  const plain = { xmlns: { news: false, xhtml: false, image: false, video: false } }
  const level = ErrorLevel.SILENT
  const stream =
    kind === 'urls'
      ? new SitemapStream({ ...plain, level, lastmodDateOnly: true })
      : new SitemapIndexStream({ level })
  return streamToPromise(Readable.from(entries).pipe(stream))
}
