/** The digests that names and caches are made of. */
import { createHash } from 'node:crypto'

/** Gives the SHA-256 digest of text (as UTF-8) or bytes, in hexadecimal. */
export function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
