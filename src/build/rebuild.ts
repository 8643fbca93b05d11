/** The way of a build from sources to outputs, one step after the other; what earlier builds know is not found out again. */

import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { type Cache, openCache, pruneCache, touchEntries } from '../cache.js'
import { type Config, configIn, parseConfig } from '../config.js'
import { readAuthors } from '../content/authors.js'
import { type Inventory, recordOf } from '../content/inventory.js'
import { type NamedFiles, namedFiles, namedSignature } from '../content/named-files.js'
import type { Post } from '../content/post.js'
import { parsePublished, publishedText } from '../content/published.js'
import { sourcesOf } from '../content/source.js'
import { wordBook } from '../content/word-book.js'
import { type Diagnostic, hasErrors, sorted, withoutSilenced, withSeverities } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { gitKey, gitState } from '../git-state.js'
import { authorsFile, configFile, publishedFile } from '../layout.js'
import { takeLock } from '../lock.js'
import { endedThread, pluginDiagnostic, pluginFault } from '../markdown/plugin-fault.js'
import type { Memory } from '../memory.js'
import { cardsOf, type MakeCards } from '../output/cards.js'
import { imagesOf } from '../output/images.js'
import { type BuildRecord, type ManifestFiles, type ReadManifest, readManifest } from '../output/manifest.js'
import { beginPublication, type Publication, type Published, publishFault } from '../output/publish.js'
import { searchFiles } from '../output/search.js'
import { type MakePages, stageSite } from '../output/stage.js'
import { readTemplates } from '../output/template-set.js'
import { themeOf } from '../output/theme.js'
import { articleOf, externalLinks, silencesIn } from '../site/article.js'
import { policyFaults } from '../site/policy.js'
import { recordedIds } from '../site/published.js'
import { linksOf } from '../site/redirects.js'
import { futureFaults, isExpired, isFuture, selectPosts } from '../site/selection.js'
import { assembleSite } from '../site/site.js'
import { version } from '../version.js'
import { citationSources } from './citation-sources.js'
import { type Crew, crew } from './crew.js'
import { gitDates, withGitDate } from './git-dates.js'
import { inspectOutputs, needsEncoded } from './inspect.js'
import {
  type KnownPost,
  type KnownPosts,
  readKnownPosts,
  withoutOutlines,
  writeKnownPosts,
} from './known-posts.js'
import { namedSources } from './named-sources.js'
import type { FoundPlugins } from './plugins.js'
import { threadEnded } from './pool.js'
import { type Reading, readPosts } from './reading.js'
import { aheadBy, describe, renderingMs, renderPosts, triedPosts, tryBodies } from './rendering.js'
import type { BuildOptions, BuildResult } from './result.js'
import { memoryOf, recordLater, type Session } from './session.js'
import { taskRunner } from './tasks.js'
import { cardsBy, imageWork, madeBy } from './work.js'

/** A build that has something to do. */
export interface Rebuild extends BuildOptions {
  readonly clean: boolean
  readonly publishes: boolean
  readonly searchIndex: boolean
  readonly encodes: boolean
  readonly state: string
  readonly files: ManifestFiles
  /** As it was before the lock was taken. */
  readonly manifest: ReadManifest
  readonly inventory: Inventory
  readonly program: string
  /** The result of a build that came to nothing. */
  readonly nothing: BuildResult
  /** When the build began, by `performance.now()`. */
  readonly started: number
  readonly patienceMs: number
}

/** Builds a site from its inventory and publishes it, unless there are errors. */
export async function rebuild(job: Rebuild, session: Session = { defers: false }): Promise<BuildResult> {
  const { root, files, nothing, patienceMs, waiting } = job
  const memory = memoryOf(session, job.clean)
  const loaded = configIn(root, (text) => memory.kept('config', '', [text], () => parseConfig(text)))
  const { config } = loaded
  if (!config) {
    const { diagnostics, text } = loaded
    return { ...nothing, misused: true, diagnostics, sources: new Map([[configFile, text]]) }
  }
  const lock = await takeLock(files.lock, patienceMs, waiting).catch(publishFault)
  if ('diagnostic' in lock) return { ...nothing, diagnostics: [lock.diagnostic] }
  session.here ??= taskRunner()
  const workers = crew(job.threads, session.here)
  try {
    const home = realpathSync(root)
    const named = namedFiles(home, job.inventory.named)
    const { set: plugins, diagnostics } = await pluginsOf(config, home, named)
    if (diagnostics.length > 0) return withoutPlugins(job, diagnostics, named)
    return await rebuildAlone(job, { config, named, plugins, session, memory, workers }).catch((error) => {
      const fault = faultOfPlugins(error, config.plugins)
      if (!fault) throw error
      return withoutPlugins(job, [fault], named)
    })
  } catch (error) {
    // The disk or the folder refused what must be kept between the steps.
    const { diagnostic } = publishFault(error)
    return { ...nothing, diagnostics: [diagnostic], sources: namedSources(root, [diagnostic]) }
  } finally {
    await workers.close()
    lock.release()
  }
}

/** What a rebuild works with. */
interface Means extends Pick<Reading, 'config' | 'named' | 'plugins'> {
  readonly session: Session
  readonly memory: Memory
  readonly workers: Crew
}

async function rebuildAlone(
  job: Rebuild,
  { config, named, plugins, session, memory, workers }: Means,
): Promise<BuildResult> {
  const { root, out, drafts, clean, publishes, searchIndex, now, state, files } = job
  const encodes = needsEncoded(job, config.budgets)
  const { inventory, program, nothing } = job
  const timings = new Map<string, number>([['compare', performance.now() - job.started]])
  const timed = async <T>(step: string, work: () => T | Promise<T>): Promise<T> => {
    const from = performance.now()
    const result = await work()
    timings.set(step, (timings.get(step) ?? 0) + performance.now() - from)
    return result
  }
  const postsFile = join(state, 'posts.json')
  const bodies = join(state, 'cache')
  const cache = clean ? forgetful(openCache(bodies)) : openCache(bodies)
  const known: KnownPosts = clean ? new Map() : (session.known ?? readKnownPosts(postsFile, program))

  const { documents, statics } = sourcesOf(inventory)
  const isFirst = known.size === 0 && isMissing(bodies, clean)
  if (isFirst)
    workers.prepare(
      { kind: 'bodies', jobs: [], texts: {}, cache: bodies, plugins: null },
      renderingMs(documents),
    )
  const words = await timed('read', () =>
    memory.kept('words', '', [program, ...statesOf(inventory, /^(?:scholium\/)?templates\/words\//)], () =>
      wordBook(inventory.files, { cache, program }),
    ),
  )
  const citing = citationSources({ config, inventory, named, cache, program })
  const reading = { config, words, named, plugins, citing, program }
  const { progress } = job
  const rendering = { ...reading, documents, cache, bodies, workers, progress }
  const early = aheadBy(isFirst, rendering)
  const isWanted = (post: Post) => selectPosts([post], { drafts, now }).withheld.length === 0
  const read = await timed('read', () => readPosts(documents, { ...reading, known, early, isWanted }))
  const whoWrites = inventory.files.get(authorsFile)
  const authors = memory.kept('authors', '', [whoWrites?.signature, whoWrites?.digest], () =>
    readAuthors(whoWrites),
  )
  const history = config.dates.updated === 'git' ? gitState(root) : undefined
  const dated = await timed('read', () =>
    history === undefined ? null : gitDates(realpathSync(root), history, cache),
  )
  const selected = selectPosts(
    [...read.posts.values()].map(({ post }) => post),
    { drafts, now },
  )
  const { withheld } = selected
  const published = dated
    ? selected.published.map((post) => memory.settled('dated', post.file, withGitDate(post, dated)))
    : selected.published
  const recorded = readPublished(inventory, cache)
  const rendered = await timed('render', () => renderPosts(published, read, rendering))
  const description = await timed('render', () => describe(rendering))
  const posts = new Map(
    [...read.posts].map(([file, entry]) => {
      const outline = rendered.outlines.get(entry.key) ?? null
      return [file, entry.outline === outline ? entry : { ...entry, outline }]
    }),
  )
  const articles = published.flatMap((post) => {
    const { key = '', outline = null } = posts.get(post.file) ?? {}
    if (!outline) return []
    const times = [isFuture(post, now), isExpired(post, now)]
    const make = () => articleOf({ post, key, outline }, now)
    return [memory.kept('article', post.file, [post, key, outline, ...times], make)]
  })
  const site = await timed('assemble', () =>
    assembleSite({
      config,
      words,
      description,
      articles: articles.map(({ article }) => article),
      profiles: authors.profiles,
      statics,
      withheld,
    }),
  )
  const plain = await timed('assemble', () => linksOf(site, withheld, memory))
  const images = await timed('images', () =>
    imagesOf(
      { site, index: plain.index, inputs: inventory.files, encodes },
      { known: cache, store: openCache(bodies), work: imageWork(rendering, clean) },
    ),
  )
  const shown = memory.settled('images', '', images.images)
  const index = memory.kept('link index with images', '', [plain.index, shown], () => ({
    ...plain.index,
    images: shown,
  }))
  const links = { ...plain, index }
  const makeCards: MakeCards = (wanted) => cardsBy(workers, job.progress, bodies, wanted)
  const cards = await timed('cards', () =>
    cardsOf(
      { site, index: links.index, inputs: inventory.files, program },
      { known: cache, store: openCache(bodies), make: makeCards },
    ),
  )
  const templates = await timed('assemble', () =>
    memory.kept('templates', '', templateStates(root, inventory), () => readTemplates(root)),
  )
  const theme = await timed('theme', () => themeOf(root, inventory, cache, program))
  const before = readManifest(files, job.manifest)
  const publication = beginPublication({ state, out, files, before, anew: clean })
  const makePages: MakePages = (frame, pages) => madeBy(workers, job.progress, frame, pages)
  const materials = {
    site,
    withheld,
    links,
    cards,
    encoded: encodes ? images.files : [],
    published: recorded.record,
    recorded: recordedIds(recorded.record, site),
    theme,
    templates,
    inputs: inventory.files,
    precompress: job.precompresses === false ? [] : config.hosting.precompress,
    bodies,
    cache,
    memory,
    clean,
    searchIndex,
    program,
  }
  const faultsOfCitations = await timed('read', () =>
    citing.check([...posts.values()].map(({ post }) => post)),
  )
  const write = () => {
    memory.tidy()
    try {
      writeKnownPosts(postsFile, program, posts)
    } catch {
      // The disk is full: the next build has more to read, and comes to the same.
    }
    const keys = new Set([
      ...[...posts.values()].flatMap(({ key, outline }) => (outline ? [key, outline.sections] : [key])),
      ...cards.keys,
      ...images.keys,
      ...citing.keys(),
    ])
    touchEntries(
      bodies,
      [...known.values()].flatMap(({ key }) => (keys.has(key) ? [] : [key])),
      now,
    )
    if (rendered.count + cards.made + images.made > 0)
      pruneCache(bodies, config.cache.maxSize, keys, new Date())
  }
  const remember = () => {
    session.known = posts
    if (session.defers) session.unsaved = write
    else write()
  }
  const staged = await timed('pages', async () => {
    const first = await stageSite(materials, publication, { makePages, meanwhile: remember })
    if (first.missing.length === 0) return first
    // Entries of the cache were lost: their bodies are rendered again.
    const lost = new Set(first.missing)
    const again = published.filter(({ file }) => lost.has(posts.get(file)?.key ?? ''))
    await renderPosts(
      again,
      { ...read, posts: withoutOutlines(read.posts), early: null },
      { ...rendering, cache: forgetful(cache) },
    )
    return stageSite(materials, publication, { makePages, meanwhile: () => undefined })
  }).catch((error) => {
    publication.abandon()
    throw error
  })

  const faultsOfOutputs = await inspectOutputs(
    { publishes, encodes },
    { materials, articles: articles.map(({ article }) => article), named, taken: publication.taken, timed },
  )
  const { checkExternal } = job
  const outward = articles.flatMap(({ article }) => externalLinks(article))
  const external = checkExternal ? await timed('external', () => checkExternal(outward)) : []
  const found = [
    ...inventory.diagnostics,
    ...faultsOfCitations,
    ...authors.diagnostics,
    ...[...posts.values(), ...articles].flatMap(({ diagnostics }) => diagnostics),
    ...policyFaults(site),
    ...external,
    ...(publishes ? [] : futureFaults(withheld)),
    ...read.diagnostics,
    ...rendered.diagnostics,
    ...words.diagnostics,
    ...(dated?.diagnostics ?? []),
    ...recorded.diagnostics,
    ...theme.theme.diagnostics,
    ...templates.diagnostics,
    ...staged.diagnostics,
    ...faultsOfOutputs,
  ]
  const heard = withoutSilenced(withoutEchoes(found), silencesIn(articles.map(({ article }) => article)))
  const diagnostics = sorted(withSeverities(heard, config.rules))
  const counts = {
    ...nothing.counts,
    posts: site.posts.length,
    pages: site.pages.length,
    rendered: rendered.count,
    cached: published.length - rendered.count,
    drafts: withheld.filter(({ reason }) => reason === 'draft').length,
    scheduled: withheld.filter(({ reason }) => reason === 'future').length,
    expired: withheld.filter(({ reason }) => reason === 'expired').length,
  }
  const names = [...named.taken().keys()]
  const result = { ...nothing, basePath: config.basePath, counts, named: names, diagnostics, timings }
  if (hasErrors(diagnostics) || !publishes) {
    publication.abandon()
    const sources = namedSources(root, diagnostics)
    if (hasErrors(diagnostics)) return { ...result, sources }
    return { ...result, ok: true, sources, record: publishedText(staged.record()) }
  }
  const recordNow = (): BuildRecord => ({
    program,
    drafts,
    // Where Pagefind could not be run, the next build tries again, though nothing has changed.
    encodes,
    searchIndex: searchIndex && !staged.diagnostics.some(({ rule }) => rule === 'search-index-is-made'),
    since: now.getTime(),
    until: nextDate([...posts.values()], now),
    git: history === undefined ? null : gitKey(history),
    inventory: recordOf({ ...inventory, named: named.taken() }),
    basePath: config.basePath,
    counts,
    diagnostics,
  })
  const done = await timed('publish', () => commit(publication, session.defers ? null : recordNow))
  if ('diagnostic' in done) return { ...result, diagnostics: [...diagnostics, done.diagnostic] }
  const { outputs, written, unchanged, removed } = done
  if (session.defers) {
    const latest = site.posts.slice(0, triedPosts).map(({ post }) => post.file)
    session.warmUp = () => tryBodies(latest, rendering, session)
    let recorded: Promise<void> | undefined
    session.record = () => {
      recorded ??= recordLater(done, recordNow, files.lock, session)
      return recorded
    }
  }
  session.images = new Map(encodes ? [] : images.files.map(({ output, make }) => [output, make]))
  session.searchIndex = () =>
    searchFiles(staged.bundles, { bodies, clean: false, program, isPublished: () => false })
  return {
    ...result,
    ok: true,
    outputs: new Map([...outputs].map(([output, { digest }]) => [output, digest])),
    counts: { ...counts, outputs: outputs.size, written, unchanged, removed },
    sources: namedSources(root, diagnostics),
  }
}

/** Finds the plugins of a site; what finds them is loaded where there are any. */
async function pluginsOf(
  config: Config,
  home: string,
  named: NamedFiles,
): Promise<FoundPlugins | { readonly set: null; readonly diagnostics: readonly [] }> {
  if (config.plugins.length === 0) return { set: null, diagnostics: [] }
  const { findPlugins } = await import('./plugins.js')
  return findPlugins(config.plugins, home, named)
}

/** Gives what an error says of plugins; null where they are not what it comes from. */
function faultOfPlugins(error: Error, plugins: Config['plugins']): Diagnostic | null {
  const fault = pluginFault(error)
  const plugin = fault && plugins[fault.index]
  if (plugin) return pluginDiagnostic(plugin, fault.reason)
  const hasEnded = 'code' in error && error.code === threadEnded
  return hasEnded && plugins.length > 0 ? endedThread(plugins, error.message) : null
}

/** What a build comes to where a plugin cannot be used: no text is as its author means it. */
function withoutPlugins(
  { nothing, root }: Rebuild,
  diagnostics: readonly Diagnostic[],
  named: NamedFiles,
): BuildResult {
  const names = [...named.taken().keys()]
  return { ...nothing, misused: true, named: names, diagnostics, sources: namedSources(root, diagnostics) }
}

/** Gives what tells that the templates of a site, and Scholium's own, are as they were. */
function templateStates(root: string, inventory: Inventory): readonly string[] {
  const folder = namedSignature(join(root, 'templates'))
  return [folder, ...statesOf(inventory, /^(?:scholium\/)?templates\//)]
}

/** Gives what tells that files of some names, and the links that they may be, are as they were. */
function statesOf({ files }: Inventory, name: RegExp): readonly string[] {
  return [...files.values()].flatMap(({ file, path, signature, digest }) =>
    name.test(file) ? [file, path, signature, digest] : [],
  )
}

/** Gives what published.yaml says; it is parsed once for each version of it. */
function readPublished({ files }: Inventory, cache: Cache): ReturnType<typeof parsePublished> {
  const input = files.get(publishedFile)
  if (!input) return { record: [], diagnostics: [] }
  const key = digestOf(JSON.stringify(['published', version, input.digest]))
  const stored = cache.get(key)
  if (stored !== null) return JSON.parse(stored)
  const parsed = parsePublished(
    (input.bytes ? Buffer.from(input.bytes) : readFileSync(input.path)).toString(),
  )
  cache.put(key, JSON.stringify(parsed))
  return parsed
}

/** Whether nothing of a cache's folder is used. */
function isMissing(folder: string, clean: boolean): boolean {
  return clean || !existsSync(folder)
}

/** A store that forgets what it has: what is asked for is made anew, and kept. */
function forgetful(cache: Cache): Cache {
  return { ...cache, get: () => null, bytes: () => null, has: () => false }
}

/** Gives the next time at which a post's date comes or its time is over, in milliseconds since 1970; null if there is none. */
function nextDate(posts: readonly KnownPost[], now: Date): number | null {
  const dates = posts
    .flatMap(({ post: { date, expires } }) => [date?.epoch ?? null, expires])
    .filter((moment): moment is number => moment !== null && moment > now.getTime())
  return dates.length === 0 ? null : dates.reduce((first, date) => Math.min(first, date))
}

/** A post whose front matter cannot be read has no title and no date either: to say so helps nobody. */
function withoutEchoes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unread = new Set(
    diagnostics.flatMap(({ rule, severity, file }) =>
      rule === 'front-matter-is-valid' && severity === 'error' ? [file] : [],
    ),
  )
  return diagnostics.filter(
    ({ rule, file }) => (rule !== 'post-has-title' && rule !== 'post-has-date') || !unread.has(file),
  )
}

/** Publishes what is staged; `record` gives what is to be recorded of it now, null leaves that for later. */
function commit(
  publication: Publication,
  record: (() => BuildRecord) | null,
): Published | ReturnType<typeof publishFault> {
  try {
    const published = publication.commit()
    if (record) published.record(record())
    return published
  } catch (error) {
    publication.abandon()
    return publishFault(error)
  }
}
