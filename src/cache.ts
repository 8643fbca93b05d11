/**
 * The content-addressed store: immutable values under keys that are digests of all that a value depends on. An
 * entry is there as a whole or not at all; one that does not read back as it was written counts as missing.
 */
import { createHash, randomBytes } from 'node:crypto'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** A store of texts and bytes. Keys are hexadecimal digests. */
export interface Cache {
  /** Gives the text under a key; null if there is none, or if it is damaged. */
  readonly get: (key: string) => string | null
  /** Gives the bytes under a key likewise. */
  readonly bytes: (key: string) => Uint8Array | null
  /** Whether there is an entry under a key; it may yet turn out to be damaged. */
  readonly has: (key: string) => boolean
  /** Stores a value. Throws what the file system reports, a full disk for one. */
  readonly put: (key: string, value: string | Uint8Array) => void
}

/** Gives the store that a folder holds; the folder need not exist. Several processes and threads may use one. */
export function openCache(folder: string): Cache {
  const pathOf = (key: string) => join(folder, key.slice(0, 2), key)
  const bytes = (key: string): Buffer | null => {
    const entry = readEntry(pathOf(key))
    if (entry === null) return null
    const value = entry.subarray(sumLength + 1)
    return sumOf(key, value) === entry.toString('latin1', 0, sumLength) ? value : null
  }
  return {
    get: (key) => bytes(key)?.toString() ?? null,
    bytes,
    has: (key) => statSync(pathOf(key), { throwIfNoEntry: false }) !== undefined,
    put(key, value) {
      const path = pathOf(key)
      const temporary = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`
      const head = ' '.repeat(sumLength)
      // Turned into bytes once, which both the sum and the disk ask for.
      const entry =
        typeof value === 'string'
          ? Buffer.from(`${head}\n${value}`)
          : Buffer.concat([Buffer.from(`${head}\n`), value])
      entry.write(sumOf(key, entry.subarray(sumLength + 1)), 'latin1')
      try {
        writeMaking(temporary, entry)
        renameSync(temporary, path)
      } catch (error) {
        rmSync(temporary, { force: true })
        throw error
      }
    },
  }
}

const sumLength = 32

/** The checksum of an entry, its key included: an entry under another's name is damaged too. */
function sumOf(key: string, value: Uint8Array): string {
  return createHash('sha256').update(`${key}\n`).update(value).digest('hex').slice(0, sumLength)
}

function readEntry(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch {
    return null
  }
}

/** Writes a file, making the folder that it is in where that is missing. */
function writeMaking(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
}

/** Notes that entries were in use until now, for {@link pruneCache} to tell them from older ones. */
export function touchEntries(folder: string, keys: Iterable<string>, now: Date): void {
  for (const key of keys) {
    try {
      utimesSync(join(folder, key.slice(0, 2), key), now, now)
    } catch {
      // It is gone, or belongs to another user: then it only seems older than it is.
    }
  }
}

/** A temporary file so old, in milliseconds, was left by a process that is no more. */
const abandonedAfterMs = 3_600_000

/**
 * Removes entries of a store, least recently used first, until the rest is of at most `maxBytes`; those of `inUse`
 * go last. What cannot be removed stays: a cache that is too large is no fault of the site.
 */
export function pruneCache(folder: string, maxBytes: number, inUse: ReadonlySet<string>, now: Date): void {
  const entries = entriesIn(folder)
  const abandoned = entries.filter(
    ({ name, stats }) => name.includes('.') && now.getTime() - stats.mtimeMs > abandonedAfterMs,
  )
  for (const { path } of abandoned) remove(path)
  let bytes = entries.reduce((sum, { stats }) => sum + stats.size, 0)
  if (bytes <= maxBytes) return
  const rank = ({ name, stats }: Entry) => stats.mtimeMs + (inUse.has(name) ? now.getTime() : 0)
  for (const { path, stats } of entries.sort((a, b) => rank(a) - rank(b))) {
    if (bytes <= maxBytes) return
    remove(path)
    bytes -= stats.size
  }
}

interface Entry {
  readonly name: string
  readonly path: string
  readonly stats: Stats
}

function entriesIn(folder: string): Entry[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      if (!entry.isFile()) return []
      const path = join(entry.parentPath, entry.name)
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats ? [{ name: entry.name, path, stats }] : []
    })
  } catch {
    return []
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // See above.
  }
}
