/**
 * The manifest of an output folder: what Scholium wrote there, what each file was made from, and what the last
 * build was made from as a whole. It decides what need not be made again, and which stale files are ours to remove.
 */
import { statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { InventoryRecord } from '../content/inventory.js'
import type { Diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { readRecord, writeRecord } from '../record.js'
import { sourceSignature } from '../signature.js'

/** One published file. */
export interface OutputRecord {
  /** The digest of all that it is made from; '' if that is not known. */
  readonly key: string
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly digest: string
  /** See `outputSignature`. */
  readonly signature: string
}

/** What a whole build was made from, and what it told. */
export interface BuildRecord {
  /** What of Scholium decides the output: see `programDigest`. */
  readonly program: string
  readonly drafts: boolean
  /** Whether the search index was published too. */
  readonly searchIndex: boolean
  /** Whether encoded images were, too. */
  readonly encodes: boolean
  /** When it was made, in milliseconds since 1970: at an earlier time, fewer posts' dates have come. */
  readonly since: number
  /** Until when, in milliseconds since 1970, no post's date comes to pass and none expires; null if none ever will. */
  readonly until: number | null
  /** What the history was that dates were taken from, as `gitKey` has it; null if none were. */
  readonly git: string | null
  readonly inventory: InventoryRecord
  readonly basePath: string
  readonly counts: Readonly<Record<string, number>>
  readonly diagnostics: readonly Diagnostic[]
}

/** What is known of an output folder. */
export interface Manifest {
  readonly outputs: ReadonlyMap<string, OutputRecord>
  /** Null if the last publication did not end. */
  readonly build: BuildRecord | null
}

/** Where the records of an output folder are kept, in the state folder of a site. */
export interface ManifestFiles {
  readonly manifest: string
  /** A second record of the paths alone: without it, files of deleted posts would be taken for somebody else's. */
  readonly paths: string
  readonly lock: string
}

/** Gives where the records of an output folder are kept. */
export function manifestFiles(state: string, root: string, out: string): ManifestFiles {
  const id = digestOf(relative(root, out)).slice(0, 8)
  return {
    manifest: join(state, `manifest-${id}.json`),
    paths: join(state, `outputs-${id}.json`),
    lock: join(state, `lock-${id}`),
  }
}

/** A manifest as it was read, with the signature of its file: while that is the same, nobody has written another. */
export interface ReadManifest extends Manifest {
  readonly signature: string | null
}

/**
 * Reads what is recorded of an output folder, unless it is what was read `before`. A record that is missing or
 * damaged is empty.
 */
export function readManifest({ manifest, paths }: ManifestFiles, before?: ReadManifest): ReadManifest {
  const signature = manifestSignature({ manifest })
  if (before && signature !== null && before.signature === signature) return before
  const kept = readRecord(manifest) as
    | { outputs: [string, string, string, string][]; build: BuildRecord | null }
    | undefined
  const outputs = new Map(
    kept?.outputs.map(([path, key, digest, signature]) => [path, { key, digest, signature }]),
  )
  const listed = kept === undefined ? (readRecord(paths) as string[] | undefined) : undefined
  for (const path of listed ?? []) outputs.set(path, { key: '', digest: '', signature: '' })
  return { outputs, build: kept?.build ?? null, signature }
}

/** Gives the signature of the manifest as it is now; null if there is none. */
export function manifestSignature({ manifest }: Pick<ManifestFiles, 'manifest'>): string | null {
  const stats = statSync(manifest, { throwIfNoEntry: false })
  return stats ? sourceSignature(stats) : null
}

/**
 * Writes what is to be recorded of an output folder, each record in one step; gives it as if it was read again. `isListed`
 * says that the paths are recorded already. Throws what the file system reports.
 */
export function writeManifest(
  files: ManifestFiles,
  { outputs, build }: Manifest,
  isListed = false,
): ReadManifest {
  const rows = [...outputs].map(([path, { key, digest, signature }]) => [path, key, digest, signature])
  if (!isListed) writeRecord(files.paths, [...outputs.keys()])
  writeRecord(files.manifest, { outputs: rows, build })
  return { outputs, build, signature: sourceSignature(statSync(files.manifest)) }
}
