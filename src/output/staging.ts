/** One output on its way: written beside the published folder, unless what is published has its bytes already. */
import { copyFileSync, lstatSync, readFileSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { digestOfFile } from '../content/inventory.js'
import { digestOf } from '../digest.js'
import { outputSignature, sizeOf } from '../signature.js'
import type { OutputRecord } from './manifest.js'

/** Where an output goes. */
export interface StagingPlace {
  /** The published file. */
  readonly target: string
  /** The file it is staged in, on the same file system. */
  readonly temporary: string
  /** Whether to stage it even if the published file has its bytes. */
  readonly anew: boolean
}

/** An output that is staged or published. */
export interface Staged {
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly digest: string
  /** See `outputSignature`; a rename into place leaves it as it is. */
  readonly signature: string
  /** Whether it is staged; if not, it is published already. */
  readonly fresh: boolean
}

/** Stages bytes. Throws what the file system reports. */
export function stageBytes({ target, temporary, anew }: StagingPlace, content: Uint8Array | string): Staged {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const digest = digestOf(bytes)
  const standing = anew ? null : plainFile(target)
  if (standing?.size === bytes.length && readFileSync(target).equals(bytes))
    return { digest, signature: outputSignature(standing), fresh: false }
  writeFileSync(temporary, bytes)
  return { digest, signature: outputSignature(statSync(temporary)), fresh: true }
}

/** Stages a copy of a file, which had some digest when it was last read. Throws what the file system reports. */
export function stageCopy({ target, temporary, anew }: StagingPlace, source: string, digest: string): Staged {
  const standing = anew ? null : plainFile(target)
  if (standing?.size === statSync(source).size && digestOfFile(target) === digest)
    return { digest, signature: outputSignature(standing), fresh: false }
  copyFileSync(source, temporary)
  return { digest: digestOfFile(temporary), signature: outputSignature(statSync(temporary)), fresh: true }
}

/** Gives what is known of a file; null if there is none, or something else. */
export function plainFile(path: string): Stats | null {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false })
    return found?.isFile() ? found : null
  } catch {
    // A file is where one of its folders should be.
    return null
  }
}

/** Gives the record of a published file that is as it was written; null if it is not. */
export function standing(target: string, record: OutputRecord): OutputRecord | null {
  const found = plainFile(target)
  if (!found || record.digest === '') return null
  const signature = outputSignature(found)
  if (signature === record.signature) return record
  // A copy of the folder, from a cache of a build server for one, has the bytes and not the times.
  const isSame = found.size === sizeOf(record.signature) && digestOfFile(target) === record.digest
  return isSame ? { ...record, signature } : null
}
