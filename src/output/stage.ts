/** Everything a site publishes, by what it is made from: what is published already is kept, the rest is made. */
import { readFileSync, statSync } from 'node:fs'
import { hrefOf, portabilityFault } from '../content/permalink.js'
import type { Post } from '../content/post.js'
import type { PublishedRecord } from '../content/published.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { byFeature } from '../markdown/features.js'
import type { Article } from '../site/article.js'
import { changedIds, feedIdFaults, feedIdOf } from '../site/feed-id.js'
import { siteFeeds } from '../site/feeds.js'
import type { Redirect } from '../site/links.js'
import type { AssetsData, Page } from '../site/page.js'
import { pageLanguages, pagesOf, redirectPage } from '../site/pages.js'
import { recordAgain, vanishedUrls } from '../site/published.js'
import { hasSearch, type SearchBundle, searchBundles } from '../site/search.js'
import type { Site } from '../site/site.js'
import { type Summary, summariesOf } from '../site/summary.js'
import { hostFault } from './hosting.js'
import { mayTellPlace, placelessKey, withoutPlace } from './location.js'
import type { MadeFile } from './made-file.js'
import { madeFiles } from './made-files.js'
import { type Frame, frameKey, type MadePage, type PageJob, pageKeys } from './making.js'
import { type Materials, themeFilesOf } from './materials.js'
import { type Publication, PublishError, publishFault } from './publish.js'
import { type SearchFiles, searchFiles } from './search.js'
import { type Staged, type StagingPlace, stageBytes, stageCopy } from './staging.js'
import type { ThemeFiles } from './theme.js'

/** Makes pages, in order; see {@link MadePage}. */
export type MakePages = (frame: Frame, jobs: readonly PageJob[]) => Promise<readonly MadePage[]>

/** Who helps to stage a site. */
export interface Helpers {
  readonly makePages: MakePages
  /** Does what else is to be done, while Pagefind works. */
  readonly meanwhile: () => void
}

/** What staging came to. */
export interface StagedSite {
  readonly diagnostics: readonly Diagnostic[]
  /** Keys of bodies that the cache has lost: the site is to be staged again once they are rendered. */
  readonly missing: readonly string[]
  /** Gives what is to be recorded of what the site publishes. */
  readonly record: () => PublishedRecord
  /** What the search index is made of. */
  readonly bundles: readonly SearchBundle[]
}

/**
 * Stages every output of a site, and gives what was found wrong on the way: links, images, templates, two sources
 * for one URL, files that cannot be read or written.
 */
export async function stageSite(
  materials: Materials,
  publication: Publication,
  { makePages, meanwhile }: Helpers,
): Promise<StagedSite> {
  const { site, withheld, links, cards, published, theme, templates, precompress, program, memory } =
    materials
  const { index, redirects, diagnostics: lost } = links
  const { languages, diagnostics: menu } = pageLanguages(site, index)
  const assets = assetsData(theme, site)
  const keyOf = pageKeys(languages, frameKey({ assets, templates, csp: site.config.csp }, program), memory)
  const found: Diagnostic[] = [
    ...menu,
    ...lost,
    ...cards.diagnostics,
    ...vanishedUrls(published, { site, withheld, index }),
    ...faultsOfIds(materials),
  ]
  const claims = claimer(site, redirects, found)
  const summaryOf = summariesOf(site, index, memory)
  const missing: string[] = []
  const bundles = searchBundles(site, (article) => summaryOf(article).listed, memory)
  const searching = beginSearch(bundles, materials, publication)
  await searching.underWay
  const files = claimed(filesOf(materials, summaryOf), claims)
  const jobs: PlannedPage[] = []
  let planned = 0
  for (const { page, diagnostics } of everyPage(materials, summaryOf)) {
    if (materials.searchIndex && ++planned % pagesInTurn === 0) await turn()
    found.push(...diagnostics)
    if (!claims(page)) continue
    const key = keyOf(page)
    if (publication.keep(page.output, key)) continue
    const place = placeOf(page.output, publication)
    if ('diagnostic' in place) found.push(place.diagnostic)
    else jobs.push({ job: { page, place }, key })
  }
  const frame: Frame = { languages, assets, templates, csp: site.config.csp, bodies: materials.bodies }
  const making = async () => {
    const made =
      jobs.length === 0
        ? []
        : await makePages(
            frame,
            jobs.map(({ job }) => job),
          )
    meanwhile()
    return made
  }
  // While other threads make pages, this one makes feeds and the like.
  const [made, staged, search] = await Promise.all([
    making(),
    stageFiles(files, publication),
    searching.files,
  ]).catch((error) => [[publishFault(error)], nothingStaged, noSearchFiles] as const)
  const indexed = await stageFiles(claimed(search.files, claims), publication)
  const added = addPages(made, jobs, publication)
  for (const part of [staged, search, indexed, added]) {
    found.push(...part.diagnostics)
    missing.push(...part.missing)
  }
  if (precompress.length > 0 && missing.length === 0) {
    const { stageCompressed } = await import('./precompress.js')
    found.push(...(await stageCompressed(publication, precompress, claims)))
  }
  const record = () => recordAgain(published, site, index, (post) => idToRecord(post, materials))
  return { diagnostics: found, missing, bundles, record }
}

/** Gives what feeds call a post, to be recorded; null if it stands in none. */
function idToRecord(post: Post, { site, recorded }: Materials): string | null {
  const { url } = site.config
  return post.kind === 'post' && url !== null ? feedIdOf(post, url, recorded) : null
}

/** Gives the pages of a site, and then those at old URLs. */
function* everyPage(
  { site, links, cards, memory }: Materials,
  summaryOf: (article: Article) => Summary,
): ReturnType<typeof pagesOf> {
  yield* pagesOf(site, links.index, cards.cards, summaryOf, memory)
  for (const redirect of links.redirects) yield { page: redirectPage(redirect, site), diagnostics: [] }
}

/** What is wrong with the ids of posts in feeds, if the site has any. */
function faultsOfIds({ site, recorded }: Materials): readonly Diagnostic[] {
  const { url } = site.config
  if (url === null || siteFeeds(site).length === 0) return []
  const posts = site.posts.map(({ post }) => post)
  return [...feedIdFaults(posts, url, recorded), ...changedIds(posts, url, recorded)]
}

/** A page to be made, and the digest of all that it depends on. */
interface PlannedPage {
  readonly job: PageJob
  readonly key: string
}

/** Adds pages that were made to a publication; gives what keeps the others from being made. */
function addPages(
  made: readonly MadePage[],
  planned: readonly PlannedPage[],
  publication: Publication,
): Pick<StagedSite, 'diagnostics' | 'missing'> {
  for (const [at, result] of made.entries()) {
    const page = planned[at]
    if ('staged' in result && page) publication.add(page.job.page.output, page.key, result.staged)
  }
  return {
    diagnostics: made.flatMap((result) => ('diagnostic' in result ? [result.diagnostic] : [])),
    missing: made.flatMap((result) => ('missing' in result ? [result.missing] : [])),
  }
}

/** Begins the search index. Pagefind is a process of its own: as soon as it has its texts, it works while pages are planned and made. */
function beginSearch(
  bundles: readonly SearchBundle[],
  materials: Materials,
  { keep }: Publication,
): { readonly files: Promise<SearchFiles>; readonly underWay: Promise<unknown> } {
  if (!materials.searchIndex) return { files: Promise.resolve(noSearchFiles), underWay: Promise.resolve() }
  let sent = (): void => undefined
  const enough = new Promise<void>((resolve) => {
    sent = resolve
  })
  const files = searchFiles(bundles, { ...materials, isPublished: keep, sent })
  // What goes wrong with it is told to those who ask for files.
  const settled = files.catch(() => undefined)
  return { files, underWay: Promise.race([enough, settled]) }
}

/** After how many pages that are planned what waits for Pagefind has a turn: its texts are more than a pipe takes at once. */
const pagesInTurn = 4

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const noSearchFiles: SearchFiles = { files: [], missing: [], diagnostics: [] }

/** An output that is no page: a copy of a source, or made by Scholium. */
type FileOutput = MadeFile | Copy

interface Copy {
  readonly output: string
  readonly source: string
  readonly copyOf: string
  /** SHA-256 of its bytes when it was last read, in hexadecimal. */
  readonly digest: string
}

function* filesOf(materials: Materials, summaryOf: (article: Article) => Summary): Generator<FileOutput> {
  const {
    site,
    theme: { bytesOf },
    inputs,
  } = materials
  for (const { output, digest } of themeFilesOf(materials, summaryOf)) {
    yield { output, source: `the theme's ${output}`, key: digest, make: () => bytesOf(output) }
  }
  for (const { file, output } of site.files) {
    const input = inputs.get(file)
    if (input) yield { output, source: file, copyOf: input.path, digest: input.digest }
  }
  yield* madeFiles(materials, summaryOf)
}

/** Gives the files that have claimed their outputs. */
function claimed(files: Iterable<FileOutput>, claims: Claims): readonly FileOutput[] {
  return [...files].filter(claims)
}

/** Stages files that are not published as they are. Who waits for this thread has a turn after each. */
async function stageFiles(files: readonly FileOutput[], publication: Publication): Promise<StagedFile> {
  const diagnostics: Diagnostic[] = []
  const missing: string[] = []
  for (const file of files) {
    if (publication.keep(file.output, keyOf(file))) continue
    const staged = await stageFile(file, publication)
    diagnostics.push(...staged.diagnostics)
    missing.push(...staged.missing)
    await turn()
  }
  return { diagnostics, missing }
}

type StagedFile = Pick<StagedSite, 'diagnostics' | 'missing'>

const nothingStaged: StagedFile = { diagnostics: [], missing: [] }

async function stageFile(file: FileOutput, publication: Publication): Promise<StagedFile> {
  const { output, source } = file
  const done = (...diagnostics: readonly Diagnostic[]): StagedFile => ({ diagnostics, missing: [] })
  const place = placeOf(output, publication)
  if ('diagnostic' in place) return done(place.diagnostic)
  try {
    if ('make' in file) {
      const made = await file.make()
      if (typeof made === 'object' && 'missing' in made) return { ...made, diagnostics: [] }
      publication.add(output, file.key, stageBytes(place, made))
    } else {
      const { staged, key } = mayTellPlace(file.copyOf) ? stageImage(place, file) : stageAsIs(place, file)
      publication.add(output, key, staged)
    }
    return done()
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return isGone && 'copyOf' in file
      ? done(
          diagnostic('file-is-readable', `${source} cannot be read: it has just been removed.`, {
            file: source,
          }),
        )
      : done(publishFault(error).diagnostic)
  }
}

/** Stands for the bytes of a file as it is published. */
function keyOf(file: FileOutput): string {
  if ('make' in file) return file.key
  return mayTellPlace(file.copyOf) ? placelessKey(file.digest) : file.digest
}

interface StagedCopy {
  readonly staged: Staged
  readonly key: string
}

function stageAsIs(place: StagingPlace, { copyOf, digest }: Copy): StagedCopy {
  const staged = stageCopy(place, copyOf, digest)
  return { staged, key: staged.digest }
}

/** A larger file, in bytes, is no photograph of the web, and is copied as it is. */
const mostInMemory = 2 ** 28

/** Stages an image, which does not tell where it was taken. */
function stageImage(place: StagingPlace, file: Copy): StagedCopy {
  if (statSync(file.copyOf).size > mostInMemory) {
    const { staged, key } = stageAsIs(place, file)
    return { staged, key: placelessKey(key) }
  }
  const bytes = readFileSync(file.copyOf)
  const placeless = withoutPlace(bytes)
  const staged = stageBytes(place, placeless ?? bytes)
  return { staged, key: placelessKey(digestOf(bytes)) }
}

function placeOf(
  output: string,
  publication: Publication,
): ReturnType<Publication['place']> | { readonly diagnostic: Diagnostic } {
  try {
    return publication.place(output)
  } catch (error) {
    if (!(error instanceof PublishError)) throw error
    return publishFault(error)
  }
}

function assetsData({ theme }: ThemeFiles, site: Site): AssetsData {
  const href = (output: string) => hrefOf(`/${output}`, site.config.basePath)
  return {
    css: href(theme.css),
    custom: theme.custom && href(theme.custom),
    math: href(theme.math),
    mathFonts: theme.mathFonts.map(href),
    js: href(theme.js),
    features: byFeature((feature) => {
      const { css, js } = theme.features[feature]
      return { css: css && href(css), js: js && href(js) }
    }),
    icon: href(theme.icon),
    search: hasSearch(site) ? { css: href(theme.search.css), js: href(theme.search.js) } : null,
  }
}

/** Claims an output for its source; tells whether it was free. */
type Claims = (output: Pick<Page, 'output' | 'source'>) => boolean

/**
 * Gives what claims outputs for their sources, and reports two for one, and names that some systems do not take. Names that
 * differ in case, those of folders too, collide on many disks.
 */
function claimer(site: Site, redirects: readonly Redirect[], found: Diagnostic[]): Claims {
  const claims = new Map<string, string>()
  const folders = new Map<string, string>()
  return ({ output, source }) => {
    const key = output.normalize('NFC').toLowerCase()
    const rival = claims.get(key)
    const fault = rival === undefined ? nameFault(output, folders) : null
    if (fault !== null) found.push(unportable(output, fault, source, { site, redirects }))
    if (rival === undefined) claims.set(key, source)
    else found.push(collision(output, rival, source, { site, redirects }))
    return rival === undefined
  }
}

/** Says what is wrong with the name of an output, as what ends a sentence about it. */
function nameFault(output: string, folders: Map<string, string>): string | null {
  const fault = portabilityFault(output) ?? spellingFault(output, folders)
  if (fault !== null) return `cannot be on every disk: ${fault}`
  const hidden = hostFault(output)
  return hidden && `is not shown by every host: ${hidden}`
}

/** Says whether a folder is spelled otherwise than before; remembers how. */
function spellingFault(output: string, folders: Map<string, string>): string | null {
  for (let end = output.indexOf('/'); end >= 0; end = output.indexOf('/', end + 1)) {
    const folder = output.slice(0, end)
    const key = folder.normalize('NFC').toLowerCase()
    const known = folders.get(key)
    if (known === undefined) folders.set(key, folder)
    else if (known !== folder && known !== '') {
      // Once is enough.
      folders.set(key, '')
      return `its folder is spelled /${known}/ elsewhere, which is the same on many disks`
    }
  }
  return null
}

interface Surroundings {
  readonly site: Site
  readonly redirects: readonly Redirect[]
}

function unportable(
  output: string,
  fault: string,
  source: string,
  { site, redirects }: Surroundings,
): Diagnostic {
  const redirect = redirects.find((each) => each.source === source)
  const post = [...site.posts, ...site.pages].find((each) => each.post.file === source)?.post
  const isAsset = site.files.some(({ file }) => file === source)
  const place = post?.places.permalink ?? post?.places.url ?? post?.places.slug ?? { line: 1, column: 1 }
  const found = diagnostic('name-is-portable', `/${output} (${source}) ${fault}.`, {
    ...(redirect && { file: redirect.file, place: redirect.place }),
    ...(post && { file: post.file, place }),
    ...(isAsset && { file: source }),
    hint: 'Name it otherwise; or, if no such system ever sees it, say so in site.yaml with `rules: { name-is-portable: off }`.',
  })
  // An old URL is what it is: whoever has no Windows can keep it.
  return redirect ? { ...found, severity: 'warn' } : found
}

function collision(
  output: string,
  first: string,
  second: string,
  { site, redirects }: Surroundings,
): Diagnostic {
  const url = `/${output.replace(/(^|\/)index\.html$/, '$1')}`
  const message = `Both ${first} and ${second} would be published at ${url}.`
  const redirect = redirects.find(({ source }) => source === second)
  if (redirect) {
    const { file, place } = redirect
    const hint = 'Remove the redirect, or publish what is there elsewhere: a URL either moved or did not.'
    return diagnostic('url-is-unique', message, { file, place, hint })
  }
  const articles = new Map([...site.posts, ...site.pages].map(({ post }) => [post.file, post]))
  const post = articles.get(second) ?? articles.get(first)
  return diagnostic('url-is-unique', message, {
    file: post?.file,
    place: post && (post.places.permalink ?? post.places.url ?? post.places.slug ?? { line: 1, column: 1 }),
    hint: 'Give one of them another slug or permalink.',
  })
}
