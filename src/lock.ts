/** Locks: what keeps two builds from publishing to one folder at the same time. */
import { randomBytes } from 'node:crypto'
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isRunning } from './running.js'

/** A lock that is held by this process. */
export interface Lock {
  readonly release: () => void
}

/** Another process holds a lock, and did not release it in time. */
export class LockedError extends Error {
  /** Its process id. */
  readonly pid: number
  constructor(pid: number) {
    super(`Process ${pid} is building into this folder.`)
    this.name = 'LockedError'
    this.pid = pid
  }
}

interface Holder {
  readonly pid: number
  readonly host: string
}

const pollMs = 50
/** How often a holder shows that it lives, and after how long without such a sign one on another machine is dead. */
const heartbeatMs = 2000
const silentMs = 30_000

/**
 * Takes the lock that a file stands for. Where a living process holds it, waits for at most `patienceMs`
 * milliseconds, telling `waiting` of the holder's process id once, then throws {@link LockedError}. The lock of a
 * dead process is taken over. Throws what the file system reports.
 */
export async function takeLock(
  file: string,
  patienceMs: number,
  waiting: (pid: number) => void = () => {},
): Promise<Lock> {
  mkdirSync(dirname(file), { recursive: true })
  const until = performance.now() + patienceMs
  for (let told = false; ; ) {
    if (tryLock(file)) {
      removeDrafts(file)
      return held(file)
    }
    const holder = holderOf(file)
    if (holder === null) continue
    if (performance.now() > until) throw new LockedError(holder.pid)
    if (!told) waiting(holder.pid)
    told = true
    await wait(pollMs)
  }
}

function held(file: string): Lock {
  const beat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date())
    } catch {
      // Somebody deleted it: the next build will not wait, and what is published is whole all the same.
    }
  }, heartbeatMs)
  beat.unref()
  return {
    release() {
      clearInterval(beat)
      rmSync(file, { force: true })
    },
  }
}

/** Makes a lock with its holder in it, in one step: half-made, it would look like one that was left behind. */
function tryLock(file: string): boolean {
  const holder: Holder = { pid: process.pid, host: hostname() }
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(draft, JSON.stringify(holder))
    linkSync(draft, file)
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (hasNoLinks.has(code)) return tryLockInPlace(file, holder)
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Removes what processes that are no more have left of locks that they were about to make. */
function removeDrafts(file: string): void {
  const prefix = `${basename(file)}.`
  for (const name of readdirSync(dirname(file))) {
    const pid = name.startsWith(prefix) ? Number(/^(\d+)-/.exec(name.slice(prefix.length))?.[1]) : Number.NaN
    if (pid > 0 && !isRunning(pid)) rmSync(join(dirname(file), name), { force: true })
  }
}

/** What file systems without hard links say, such as FAT. */
const hasNoLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'])

function tryLockInPlace(file: string, holder: Holder): boolean {
  try {
    writeFileSync(file, JSON.stringify(holder), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Who holds a lock; null if nobody does any more: then its file is gone, too. */
function holderOf(file: string): Holder | null {
  const found = readHolder(file)
  if (found === 'gone') return null
  if (found !== 'unreadable' && isAlive(found, file)) return found
  // A lock is written in one go, so that one without a holder was left half-way, but for a moment.
  if (found === 'unreadable' && !isOlderThan(file, 1000)) return { pid: 0, host: '' }
  removeStale(file, found)
  return null
}

/** Removes the lock of a dead process, unless another has taken it over since it was read. */
function removeStale(file: string, expected: Holder | 'unreadable'): void {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  try {
    renameSync(file, aside)
    const moved = readHolder(aside)
    if (JSON.stringify(moved) !== JSON.stringify(expected)) linkSync(aside, file)
  } catch {
    // Another process was quicker.
  }
  rmSync(aside, { force: true })
}

function readHolder(file: string): Holder | 'gone' | 'unreadable' {
  try {
    const { pid, host } = JSON.parse(readFileSync(file, 'utf8')) as Holder
    return Number.isInteger(pid) && typeof host === 'string' ? { pid, host } : 'unreadable'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unreadable'
  }
}

/** Whether the holder of a lock runs. In a container, each run may have the process id of the last. */
function isAlive({ pid, host }: Holder, file: string): boolean {
  if (host !== hostname()) return !isOlderThan(file, silentMs)
  return pid === process.pid ? !isOlderThan(file, process.uptime() * 1000 + 1000) : isRunning(pid)
}

function isOlderThan(file: string, ms: number): boolean {
  const written = statSync(file, { throwIfNoEntry: false })
  return written === undefined || Date.now() - written.mtimeMs > ms
}
