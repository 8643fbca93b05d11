/** The search index of a site: made of what was rendered, a bundle at a time, and kept until its text changes. */
import { availableParallelism } from 'node:os'
import { type Cache, openCache, touchEntries } from '../cache.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { escapeHtml } from '../markdown/html.js'
import { asideEnd, asideStart, type Section } from '../markdown/rendered.js'
import { sectionsIn } from '../render/body.js'
import { indexFolder, type SearchBundle, type SearchRecord } from '../site/search.js'
import type { MadeFile } from './made-file.js'
import type { BegunIndex, IndexedPage, IndexFile } from './pagefind.js'

/** A file of an index; nothing that the cache may have lost is asked for when it is made. */
type IndexMade = MadeFile<Uint8Array>

/** Where an index comes from, and where it is kept. */
export interface IndexSources {
  /** The folder of the cache that holds texts and indexes. */
  readonly bodies: string
  /** Whether to rely on no index that is kept. */
  readonly clean: boolean
  /** Stands for Scholium itself. */
  readonly program: string
  /** Whether a file that has a digest is published already, so that its bytes are not asked for. */
  readonly isPublished: (output: string, digest: string) => boolean
  /** Is told when Pagefind has as many texts as it takes at once, or all that there are. */
  readonly sent?: () => void
}

/** The files of an index, or why there are none. */
export interface SearchFiles {
  readonly files: readonly IndexMade[]
  /** Keys of bodies whose text the cache has lost: the index can be made once they are rendered. */
  readonly missing: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Gives the files of the index of some bundles. Those of a bundle that has not changed are only named. Reports
 * `search-index-is-made` where Pagefind cannot be run or refuses a text. Throws what the file system reports.
 */
export async function searchFiles(
  bundles: readonly SearchBundle[],
  sources: IndexSources,
): Promise<SearchFiles> {
  const made = await inLanes(bundles, sources)
  const missing = made.flatMap((each) => ('missing' in each ? each.missing : []))
  const faults = made.flatMap((each) => ('fault' in each ? [each.fault] : []))
  const [fault] = faults
  // Part of an index would find part of the site.
  const files = fault === undefined ? made.flatMap((each) => ('files' in each ? each.files : [])) : []
  return { files, missing, diagnostics: fault === undefined ? [] : [indexFault(fault)] }
}

/** How many indexes Pagefind makes at once: more would take no less time, and the texts of each are in memory until then. */
const atOnce = Math.max(2, availableParallelism())

/** Gives the files of bundles, in order; a few are made at a time. */
async function inLanes(
  bundles: readonly SearchBundle[],
  sources: IndexSources,
): Promise<readonly BundleFiles[]> {
  const made: BundleFiles[] = []
  const waiting = new Set(bundles.slice(0, atOnce).keys())
  const settled = (lane: number) => {
    if (waiting.delete(lane) && waiting.size === 0) sources.sent?.()
  }
  let next = 0
  const follow = async (lane: number) => {
    for (let at = next++; at < bundles.length; at = next++) {
      const bundle = bundles[at]
      if (bundle) made[at] = await bundleFiles(bundle, sources, () => settled(lane))
    }
    settled(lane)
  }
  await Promise.all([...waiting].map(follow))
  return made
}

function indexFault(reason: string): Diagnostic {
  return diagnostic('search-index-is-made', `The site is published without its search index: ${reason}`, {
    hint: 'Build again; if that does not help, install the dependencies again, those for this platform among them, or set `search: false`.',
  })
}

type BundleFiles =
  | { readonly files: readonly IndexMade[] }
  | { readonly missing: readonly string[] }
  | { readonly fault: string }

/** Of each file of a bundle its path below the folder of the bundle, and the digest of its bytes. */
type Listing = readonly (readonly [path: string, digest: string])[]

async function bundleFiles(
  bundle: SearchBundle,
  sources: IndexSources,
  sent: () => void,
): Promise<BundleFiles> {
  const { bodies, clean, program, isPublished } = sources
  const cache = openCache(bodies)
  const { folder, lang, records } = bundle
  const key = digestOf(JSON.stringify(['index', program, folder === '', lang, records.map(recordKey)]))
  const filesKey = digestOf(`files\n${key}`)
  const output = (path: string) => `${indexFolder}/${folder}${path}`
  const listed = clean ? null : cache.get(key)
  if (listed !== null) {
    const listing = JSON.parse(listed) as Listing
    touchEntries(bodies, [key, filesKey], new Date())
    const isThere = listing.every(([path, digest]) => isPublished(output(path), digest))
    const kept = isThere ? null : cache.get(filesKey)
    if (isThere || kept !== null) {
      const bytes = new Map(kept === null ? [] : decodeFiles(kept).map((file) => [file.path, file.bytes]))
      return { files: listing.map(([path, digest]) => madeFile(output(path), digest, bytes.get(path))) }
    }
  }
  const made = await indexOf(bundle, cache, sent)
  if (!('made' in made)) return made
  const listing: Listing = made.made.map(({ path, bytes }) => [path, digestOf(bytes)])
  // The list last: where it is, the files were.
  cache.put(filesKey, encodeFiles(made.made))
  cache.put(key, JSON.stringify(listing))
  return {
    files: made.made.map(({ path, bytes }, index) =>
      madeFile(output(path), listing[index]?.[1] ?? '', bytes),
    ),
  }
}

function madeFile(output: string, key: string, bytes: Uint8Array | undefined): IndexMade {
  return {
    output,
    source: 'the search index',
    key,
    make: () =>
      bytes
        ? Promise.resolve(bytes)
        : Promise.reject(new Error(`${output} changed while the site was built.`)),
  }
}

/** Has Pagefind make the index of a bundle. */
async function indexOf(
  { folder, lang, records }: SearchBundle,
  cache: Cache,
  sent: () => void,
): Promise<{ readonly made: readonly IndexFile[] } | Exclude<BundleFiles, { files: unknown }>> {
  const begun = await beginning(lang)
  const missing: string[] = []
  const pages: IndexedPage[] = []
  for (const record of records) {
    const entry = cache.get(record.sections)
    if (entry === null) missing.push(record.body)
    else pages.push({ url: record.url, html: indexedHtml(record, sectionsIn(entry)) })
  }
  if (missing.length > 0) {
    if ('index' in begun) begun.index.drop()
    return { missing }
  }
  if ('fault' in begun) return begun
  const made = begun.index.files(pages, folder === '')
  sent()
  try {
    return { made: await made }
  } catch (error) {
    return { fault: reasonOf(error) }
  }
}

/** Begins an index, so that Pagefind starts while its texts are read; says why where it cannot be loaded. */
async function beginning(lang: string): Promise<{ readonly index: BegunIndex } | { readonly fault: string }> {
  try {
    const { beginIndex } = await import('./pagefind.js')
    return { index: beginIndex(lang) }
  } catch (error) {
    return { fault: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What an index says of a record. Its body may change and its text stay the same. */
function recordKey({ body: _, ...rest }: SearchRecord): object {
  return rest
}

/**
 * Gives a page for Pagefind: nothing but what is to be found, since Pagefind's time is that of its HTML. Titles of
 * terms are an aside, so that a post is found by them.
 */
export function indexedHtml(
  { title, date, lang, terms }: SearchRecord,
  sections: readonly Section[],
): string {
  const titles = terms.flatMap(([, each]) => each)
  const filters = terms.flatMap(([taxonomy, each]) =>
    each.map((term) => `<i data-pagefind-filter="${attribute(taxonomy)}">${escapeHtml(term)}</i>`),
  )
  const meta = { date, lang }
  const metas = Object.entries(meta)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<i data-pagefind-meta="${name}">${escapeHtml(value)}</i>`)
  const blocks = sections.flatMap(({ heading, blocks: own }) => [
    ...(heading === null ? [] : [`<h2 id="${attribute(heading.id)}">${escapeHtml(heading.text)}</h2>`]),
    ...own.map(paragraph),
  ])
  return [
    `<html><body data-pagefind-body><h1>${escapeHtml(title)}</h1>`,
    `<div data-pagefind-ignore>${metas.join('')}${filters.join('')}</div>`,
    ...(titles.length > 0 ? [paragraph(`${asideStart} ${titles.join(', ')}${asideEnd}`)] : []),
    ...blocks,
    '</body></html>',
  ]
    .join('\n')
    .toWellFormed()
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`
}

function attribute(text: string): string {
  return escapeHtml(text).replaceAll('"', '&quot;')
}

function encodeFiles(files: readonly IndexFile[]): string {
  return JSON.stringify(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString('base64')]))
}

function decodeFiles(entry: string): readonly IndexFile[] {
  return (JSON.parse(entry) as [string, string][]).map(([path, bytes]) => ({
    path,
    bytes: Buffer.from(bytes, 'base64'),
  }))
}
