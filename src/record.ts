/** Records of earlier builds: JSON with a checksum, replaced in one step. A damaged one counts as none. */
import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { digestOf } from './digest.js'

const checksumLength = 32

/** Reads a record; undefined if there is none, or if it is not as it was written. */
export function readRecord(file: string): unknown {
  try {
    const text = readFileSync(file, 'utf8')
    const body = text.slice(checksumLength + 1)
    const isWhole = text.length > checksumLength && digestOf(body).startsWith(text.slice(0, checksumLength))
    return isWhole ? JSON.parse(body) : undefined
  } catch {
    return undefined
  }
}

/** Replaces a record. Throws what the file system reports. */
export function writeRecord(file: string, data: unknown): void {
  const body = JSON.stringify(data)
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(draft, `${digestOf(body).slice(0, checksumLength)}\n${body}`)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}
