/**
 * `scholium serve`: build again on each change, and show the result in the browser. There is no second
 * rebuild path: the build is the one that publishes, with another folder to write to.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import type { Server } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import { join, resolve } from 'node:path'
import { encodePath } from './content/permalink.js'
import { type Diagnostic, diagnostic } from './diagnostics.js'
import { openBrowser } from './serve/browser.js'
import { liveClients } from './serve/live.js'
import { type Built, changedOutputs, emptyPreview, nextPreview, type OverlayItem } from './serve/preview.js'
import { previewServer, versionOf } from './serve/server.js'
import { follower, type Watching, watchSources } from './serve/watch.js'
import { isEncoded } from './site/picture.js'
import { isOfIndex } from './site/search.js'

export type { Built, OverlayItem } from './serve/preview.js'

/** What is to be built. */
export interface BuildJob {
  readonly root: string
  readonly out: string
  readonly drafts: boolean
  readonly now: Date
}

export interface ServeOptions<Result extends Built> {
  /** The site's folder. */
  readonly root: string
  /** The first port to try; 0 takes any free one. */
  readonly port: number
  /** The address or name to listen on. */
  readonly host: string
  readonly drafts: boolean
  /** Whether to open the browser after the first build. */
  readonly open: boolean
  /** Builds the site into `out`; called again on each change, never twice at once. */
  readonly build: (job: BuildJob) => Promise<Result>
  /**
   * Makes the search index of what the last build made, which builds leave out: its files by their paths below the
   * output folder.
   */
  readonly searchIndex?: (job: BuildJob) => Promise<ReadonlyMap<string, Uint8Array>>
  /**
   * Makes an encoded image that pages of the last build name, by its path below the output folder; null if none does.
   * Builds leave them out.
   */
  readonly image?: (job: BuildJob, file: string) => Promise<Uint8Array | null>
  /** Gives a build's diagnostics as the browser shows them. */
  readonly overlay: (result: Result) => readonly OverlayItem[]
  /** Is told, in lines for people, what happens. The build's diagnostics are not among them. */
  readonly log: (line: string) => void
}

export interface Serving {
  /** Where the site's home page is. */
  readonly url: string
  /** Ends connections, watching and listening; resolves when a running build is done too. */
  readonly close: () => Promise<void>
}

/** A folder that cannot be served, or a port or host that cannot be listened on, with what to do about it. */
export class ServeError extends Error {
  readonly diagnostic: Diagnostic
  constructor(message: string, hint: string) {
    super(message)
    this.name = 'ServeError'
    this.diagnostic = diagnostic('usage-is-valid', message, { hint })
  }
}

/** Builds of the preview go here, below the root: never into the published folder, since they may hold drafts. */
const previewFolder = join('.scholium', 'preview')
/**
 * A save is over when nothing more has happened for so long: editors that write another file and rename it take a
 * millisecond or two between their steps. Where one takes longer, another build follows.
 */
const quietMs = 10
const portsToTry = 20

/**
 * Serves a preview of a site until it is closed; resolves after the first build, whether or not that
 * succeeded. A failed build leaves the last good one to be seen, with its errors over it.
 * Throws {@link ServeError} where the root is no folder, or where it cannot listen.
 */
export async function serve<Result extends Built>(options: ServeOptions<Result>): Promise<Serving> {
  const { host, log, overlay } = options
  const root = resolve(options.root)
  if (!(await stat(root).catch(() => null))?.isDirectory())
    throw new ServeError(`${root} is not a folder.`, 'Name the folder of the site with --root.')
  const out = join(root, previewFolder)
  const session = randomUUID()
  const clients = liveClients()
  let preview = emptyPreview
  let port = 0
  const url = () => `http://${authority(host, port)}${encodePath(preview.basePath)}`

  const job = (): BuildJob => ({ root, out, drafts: options.drafts, now: new Date() })
  const attempt = async (): Promise<readonly [Built, readonly OverlayItem[]]> => {
    try {
      const result = await options.build(job())
      return [result, overlay(result)]
    } catch (error) {
      log(`The build broke off. ${trace(error)}`)
      return [{ ok: false, out, basePath: '/', outputs: new Map() }, [bugItem(error)]]
    }
  }
  const buildOnce = async () => {
    const started = performance.now()
    const [built, problems] = await attempt()
    watcher?.name(built.named ?? [])
    const before = preview
    preview = nextPreview(before, built, problems)
    log(summary(before.site, built, problems, performance.now() - started))
    if (before.basePath !== preview.basePath || before === emptyPreview)
      log(`Serving ${url()} (Ctrl-C stops it).`)
    if (preview.generation !== before.generation) clients.reload(versionOf(session, preview))
    clients.show(preview.problems)
  }

  let watcher: Watching | undefined
  const builds = follower(buildOnce, quietMs)
  let opened = (): void => {}
  const ready = new Promise<void>((resolve) => {
    opened = resolve
  })
  let index: {
    readonly site: Built | null
    readonly files: Promise<ReadonlyMap<string, Uint8Array>>
  } | null = null
  const lateImage = async (file: string): Promise<Uint8Array | null> => {
    try {
      return (await options.image?.(job(), file)) ?? null
    } catch (error) {
      log(`${file} could not be made. ${trace(error)}`)
      return null
    }
  }
  const lateFile = async (file: string): Promise<Uint8Array | null> => {
    if (isEncoded(file)) return lateImage(file)
    if (!options.searchIndex || !isOfIndex(file)) return null
    const { site } = preview
    if (index?.site !== site) index = { site, files: options.searchIndex(job()) }
    try {
      return (await index.files).get(file) ?? null
    } catch (error) {
      index = null
      log(`The search index could not be made. ${trace(error)}`)
      return null
    }
  }
  const server = previewServer({ root, preview: () => preview, lateFile, ready, session, clients, host, log })
  port = await listen(server, options.port, host, log)
  // Watching comes first, so that a save during the first build makes a second one.
  watcher = await watchSources(root, builds.request, log)
  await builds.run()
  opened()

  if (options.open) openBrowser(url(), log)
  const close = async () => {
    clients.close()
    const stopped = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await Promise.all([stopped, watcher?.close(), builds.close()])
  }
  return { url: url(), close }
}

/** Listens on the first free port from the one that is asked for. */
async function listen(
  server: Server,
  first: number,
  host: string,
  log: (line: string) => void,
): Promise<number> {
  for (let port = first; ; port++) {
    try {
      server.listen({ port, host })
      await once(server, 'listening')
      if (port !== first) log(`Port ${first} is taken: using ${port}.`)
      return (server.address() as AddressInfo).port
    } catch (error) {
      const fault = error as NodeJS.ErrnoException
      const more = port + 1 < Math.min(first + portsToTry, 65_536)
      if (fault.code !== 'EADDRINUSE' || !more) throw listenError(fault, first, host)
    }
  }
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): ServeError {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ServeError(
        `Port ${port} of ${host} is taken, and so are the next ones.`,
        'Name a free one with --port, or take any with --port 0.',
      )
    case 'EACCES':
      return new ServeError(
        `This user may not listen on port ${port}.`,
        'Ports below 1024 are often reserved: name a higher one with --port.',
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ServeError(
        `${host} is not an address of this machine.`,
        'Name one of its addresses with --host, or 0.0.0.0 for all of them.',
      )
    default:
      return new ServeError(
        `Port ${port} of ${host} cannot be listened on: ${error.message}`,
        'Try another --port.',
      )
  }
}

/** Gives host and port as they stand in a URL that opens on this machine. */
function authority(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`
}

function summary(before: Built | null, built: Built, problems: readonly OverlayItem[], ms: number): string {
  const time = ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
  if (!built.ok) {
    const errors = problems.filter(({ severity }) => severity === 'error').length
    return `Not built: ${counted(errors, 'error')} (${time}).`
  }
  if (before === null) return `Built ${counted(built.outputs.size, 'file')} in ${time}.`
  const changed = changedOutputs(before.outputs, built.outputs)
  return `Built in ${time}: ${changed === 0 ? 'nothing' : counted(changed, 'file')} changed.`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** A fault of the program itself, as the browser shows it. */
function bugItem(error: unknown): OverlayItem {
  return {
    rule: 'internal-error',
    severity: 'error',
    message: 'The build broke off. This is a fault of Scholium.',
    hint: 'Please report it with the lines above.',
    file: null,
    line: null,
    column: null,
    frame: trace(error),
  }
}

function trace(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
