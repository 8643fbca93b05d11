/** Small file systems in memory, to be filled or made read-only. Only root may mount them. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Mounts an empty file system over a folder until the test is over; says why not where that is not allowed. */
export function mountSmall(folder: string, size: string): string | null {
  mkdirSync(folder, { recursive: true })
  const refused = run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'scholium-test', folder])
  if (refused === null) {
    onTestFinished(() => {
      run('umount', ['-l', folder])
    })
  }
  return refused
}

/** Makes a mounted file system read-only, or writable again. */
export function setWritable(folder: string, isWritable: boolean): void {
  const refused = run('mount', ['-o', `remount,${isWritable ? 'rw' : 'ro'}`, folder])
  if (refused !== null) throw new Error(refused)
}

/** Fills a mounted file system up to so many bytes, in a file; gives what removes it. */
export function fill(folder: string, leaving: number): () => void {
  const file = join(folder, '.filler')
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - leaving), 1))
  return () => rmSync(file, { force: true })
}

function run(command: string, parameters: readonly string[]): string | null {
  const { status, stderr, error } = spawnSync(command, parameters, { encoding: 'utf8' })
  return status === 0 ? null : `${command} is not allowed: ${error?.message ?? stderr.trim()}`
}
