/** Signatures of files: what a file system says of a file without reading it. */
import type { Stats } from 'node:fs'

/**
 * Gives what tells that a source has not changed since it was read: size, times of content and of inode in
 * milliseconds, and inode. The time of the inode tells a file that was put in place of another with its old time.
 */
export function sourceSignature({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`
}

/** Gives the same of a published file. A rename into place leaves it as it is, so that it is known before. */
export function outputSignature({ size, mtimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ino}`
}

/** Gives the size that a signature tells of, in bytes. */
export function sizeOf(signature: string): number {
  return Number(signature.split(' ', 1)[0])
}

/** The coarsest time stamps that file systems have: FAT counts in steps of two seconds. */
const coarsestMs = 2000

/**
 * Whether a source's signature, taken at some time (in milliseconds since 1970), can be relied on later. A file
 * that had just been written could be written again within one step of its time stamp, and look the same: what
 * Git's documentation calls racy (technical/racy-git).
 */
export function isSettled(signature: string, takenAt: number): boolean {
  const first = signature.indexOf(' ')
  const second = signature.indexOf(' ', first + 1)
  const third = signature.indexOf(' ', second + 1)
  if (third < 0) return false
  const [mtimeMs, ctimeMs] = [signature.slice(first + 1, second), signature.slice(second + 1, third)]
  return Math.max(Number(mtimeMs), Number(ctimeMs)) < takenAt - coarsestMs
}
