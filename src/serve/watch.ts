/** The site's sources, watched; and work that follows their changes without running twice at once. */
import { existsSync, realpathSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { watch } from 'chokidar'

/** What a site is made from, in its root; each may be made after the watching began. */
const watchedRoots: ReadonlySet<string> = new Set([
  'site.yaml',
  'published.yaml',
  'content',
  'templates',
  'assets',
])
/** Hidden files and what editors leave behind while they save, as in content/source.ts; 4913 is Vim's probe. */
const ignoredName = /^\.|~$|\.sw[a-z]$|^#.*#$|^4913$/i

/** Whether a path, relative to the site's root, is one that the site may be made from. */
export function isSource(path: string): boolean {
  const names = path.split(/[/\\]/)
  return watchedRoots.has(names[0] ?? '') && !names.some((name) => ignoredName.test(name))
}

/** The watching of a site's sources. */
export interface Watching {
  /** Watches files too that texts name, from the site's root, whether they are there or not. */
  readonly name: (files: readonly string[]) => void
  readonly close: () => Promise<void>
}

/**
 * Watches the sources of a site and calls `changed` for each sign of a change, often more than once.
 * Resolves when the watching has begun; from then on nothing is missed. `failed` is told once of each kind
 * of trouble, with what to do.
 */
export async function watchSources(
  root: string,
  changed: () => void,
  failed: (message: string) => void,
): Promise<Watching> {
  const home = await realpath(root)
  /** Paths that are named, and the folders that lead to them. */
  const named = new Set<string>()
  const isWatched = (path: string) => isSource(path) || named.has(path.split(sep).join('/'))
  const watcher = watch(home, {
    ignoreInitial: true,
    // Its delay of removals is for listeners that act on each event; here a short wait gathers them.
    atomic: false,
    ignored: (path, stats) =>
      path !== home &&
      (!isWatched(relative(home, path)) || (stats?.isSymbolicLink() === true && leadsAway(home, path))),
  })
  const told = new Set<string>()
  watcher.on('error', (error) => {
    const { code = 'unknown', message } = error as NodeJS.ErrnoException
    if (told.has(code)) return
    told.add(code)
    failed(`Some changes will not be noticed: ${message}.${code === 'ENOSPC' ? inotifyHint : ''}`)
  })
  // chokidar drops a change that follows another within 50 ms, and is some milliseconds late with the others; the raw
  // events beneath are complete, where there are any.
  let isRaw = false
  watcher.on('all', (event) => {
    if (event !== 'change' || !isRaw) changed()
  })
  watcher.on('raw', (_event, name, details) => {
    const { watchedPath } = details as { readonly watchedPath?: string }
    // Polling has none; it compares whole files, and its raw events come of mere reading too.
    if (watchedPath === undefined) return
    isRaw = true
    const ofItself = !name || name === basename(watchedPath)
    if (isWatched(relative(home, ofItself ? watchedPath : join(watchedPath, name)))) changed()
  })
  await new Promise<void>((resolve) => watcher.once('ready', resolve))
  return {
    name(files) {
      const fresh = files.flatMap(pathsTo).filter((path) => !named.has(path))
      for (const path of fresh) named.add(path)
      // What is not there yet is seen in its folder, or in the nearest one that is there.
      const found = [...new Set(fresh)].map((path) => join(home, path)).filter((path) => existsSync(path))
      if (found.length > 0) watcher.add(found)
    },
    close: () => watcher.close(),
  }
}

/** Gives a path with the folders above it, as far as they lie in the site. */
function pathsTo(file: string): readonly string[] {
  if (file.startsWith('../')) return [file]
  const names = file.split('/')
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}

const inotifyHint = ' Raise the limit fs.inotify.max_user_watches, or set CHOKIDAR_USEPOLLING=1.'

/** Whether a link leads out of the site, or to a folder that holds it: neither is read by a build. */
function leadsAway(home: string, link: string): boolean {
  try {
    const target = realpathSync(link)
    return !target.startsWith(home + sep) || link.startsWith(target + sep)
  } catch {
    return false
  }
}

export interface Follower {
  /** Asks for a run after a short wait, in which further calls ask for the same run. */
  readonly request: () => void
  /** Runs now; resolves when nothing is left to do. */
  readonly run: () => Promise<void>
  /** Drops what waits; resolves when what runs is done. */
  readonly close: () => Promise<void>
}

/**
 * Gives work that is never run twice at once: requests during a run make exactly one more after it. `wait` is
 * how long it must be quiet before a run, since a save is several events; thirty times that is the longest wait.
 */
export function follower(work: () => Promise<void>, wait: number): Follower {
  let timer: NodeJS.Timeout | undefined
  let firstRequest: number | undefined
  let asked = false
  let running = false
  let closed = false
  let done = Promise.resolve()
  const runAll = async () => {
    running = true
    try {
      while (asked && !closed) {
        asked = false
        await work()
      }
    } finally {
      running = false
    }
  }
  const run = (): Promise<void> => {
    clearTimeout(timer)
    firstRequest = undefined
    asked = true
    if (!running) done = runAll()
    return done
  }
  return {
    run,
    request() {
      if (closed) return
      firstRequest ??= performance.now()
      const left = firstRequest + 30 * wait - performance.now()
      clearTimeout(timer)
      timer = setTimeout(run, Math.max(0, Math.min(wait, left)))
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await done
    },
  }
}
