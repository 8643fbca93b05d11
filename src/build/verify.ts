/** `--verify`: proof that an incremental build is the same as a clean one, on the user's own site. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { digestOfFile } from '../content/inventory.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { byCodeUnit } from '../order.js'
import type { BuildOptions, BuildResult } from './result.js'

/**
 * Builds a site clean beside what was published, and reports `output-is-current` for every published file that
 * differs, is missing, or is one too many. `build` is the build itself. What the clean build finds is not reported
 * again; where it fails, its diagnostics are given.
 */
export async function verify(
  build: (options: BuildOptions) => Promise<BuildResult>,
  { state, ...options }: BuildOptions & { readonly state: string },
  published: BuildResult,
): Promise<readonly Diagnostic[]> {
  mkdirSync(state, { recursive: true })
  const folder = mkdtempSync(join(state, `verify-${process.pid}-`))
  try {
    const clean = await build({
      ...options,
      out: join(folder, 'out'),
      state: join(folder, 'state'),
      clean: true,
    })
    if (!clean.ok) return clean.diagnostics
    return differences(clean.outputs, published, options.out)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function differences(
  clean: ReadonlyMap<string, string>,
  { outputs }: BuildResult,
  out: string,
): readonly Diagnostic[] {
  return [...new Set([...clean.keys(), ...outputs.keys()])].sort(byCodeUnit).flatMap((output) => {
    const wanted = clean.get(output)
    const found = digestIfAny(join(out, output))
    if (wanted === found) return []
    const said =
      wanted === undefined
        ? 'A clean build does not write'
        : found === undefined
          ? 'The output folder lacks'
          : 'A clean build writes other bytes to'
    return [diagnostic('output-is-current', `${said} ${output}.`, { hint })]
  })
}

const hint =
  'Write all of it anew with --clean. If nobody else changed the output folder, please report this as a fault of Scholium.'

function digestIfAny(path: string): string | undefined {
  try {
    return digestOfFile(path)
  } catch {
    return undefined
  }
}
