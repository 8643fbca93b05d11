/** What builds of one process keep between them. */
import { takeLock } from '../lock.js'
import { type Memory, noMemory, sessionMemory } from '../memory.js'
import type { BuildRecord, ReadManifest } from '../output/manifest.js'
import type { Published } from '../output/publish.js'
import type { SearchFiles } from '../output/search.js'
import type { KnownPosts } from './known-posts.js'
import type { TaskRunner } from './tasks.js'

/** What several builds of one process keep between them: what is parsed and loaded need not be so again. */
export interface Session {
  known?: KnownPosts
  manifest?: ReadManifest | undefined
  here?: TaskRunner
  /**
   * Whether the session goes on after a build: what is known is written only when nobody waits for it, by
   * {@link saveSession} or the next build, and what is made is remembered.
   */
  readonly defers: boolean
  /** Loads and tries what the next build will need, so that it does not wait for that; changes nothing. */
  warmUp?: () => Promise<void>
  /** Records what the last build published, once: the next one begins with that. */
  record?: () => Promise<void>
  memory?: Memory
  unsaved?: (() => void) | undefined
  /** Makes the search index of what the last rebuild published. */
  searchIndex?: () => Promise<SearchFiles>
  /** Makes the encoded images that it named and did not publish, each by its path below the output folder. */
  images?: ReadonlyMap<string, () => Promise<Uint8Array>>
}

/** Writes what builds of a session know and have not written yet. */
export async function saveSession(session: Session): Promise<void> {
  await session.record?.()
  session.unsaved?.()
  session.unsaved = undefined
}

/** Gives the memory of a session that goes on; a build that is to rely on nothing has none. */
export function memoryOf(session: Session, clean: boolean): Memory {
  if (clean || !session.defers) return noMemory
  session.memory ??= sessionMemory()
  return session.memory
}

/** Records what a session has published, unless another process builds into the same folder now. */
export async function recordLater(
  published: Published,
  record: () => BuildRecord,
  lockFile: string,
  session: Session,
): Promise<void> {
  try {
    const lock = await takeLock(lockFile, 0)
    try {
      session.manifest = published.record(record()) ?? undefined
    } finally {
      lock.release()
    }
  } catch {
    // The disk is full, or the folder was removed: the next build looks at what is published, and comes to the same.
    session.manifest = undefined
  }
}
