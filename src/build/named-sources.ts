/** The texts that diagnostics point into, read when there is something to report. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../diagnostics.js'
import { packageFolder } from '../package.js'

/** Gives the text of each file that diagnostics name, as far as it can be read; those of Scholium itself too. */
export function namedSources(root: string, diagnostics: readonly Diagnostic[]): ReadonlyMap<string, string> {
  const files = new Set(diagnostics.flatMap(({ file, line }) => (file && line !== undefined ? [file] : [])))
  return new Map(
    [...files].flatMap((file) => {
      const text = textOf(
        file.startsWith('scholium/') ? join(packageFolder, file.slice(9)) : join(root, file),
      )
      return text === null ? [] : [[file, text] as const]
    }),
  )
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .replace(/\r\n?/g, '\n')
  } catch {
    return null
  }
}
