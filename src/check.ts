/** `scholium check`: all that a build does, but to publish; and the record of what has been published. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildOptions, type BuildResult, build } from './build.js'
import { type Diagnostic, diagnostic } from './diagnostics.js'
import { reasonOf } from './errno.js'
import { checkExternal, type ExternalLink } from './external.js'
import { outputFolder, publishedFile, stateFolder } from './layout.js'

export interface CheckOptions
  extends Pick<BuildOptions, 'root' | 'now' | 'threads' | 'progress' | 'waiting'> {
  /** Whether to add what the site publishes to published.yaml, unless there are errors. */
  readonly record: boolean
  /** Whether to ask other sites for what links to them lead to. */
  readonly external?: boolean
}

/** What a check found; `ok` says that there are no errors. */
export interface CheckResult
  extends Pick<BuildResult, 'ok' | 'misused' | 'counts' | 'diagnostics' | 'sources' | 'timings'> {
  /** Whether published.yaml was written anew. */
  readonly recorded: boolean
}

/**
 * Checks a site: gives the diagnostics of a build of it, and writes nothing but caches and, if asked to, published.yaml.
 * Throws only for bugs.
 */
export async function check({ record, external = false, ...options }: CheckOptions): Promise<CheckResult> {
  const out = join(options.root, outputFolder)
  const result = await build({
    ...options,
    out,
    drafts: false,
    publishes: false,
    precompresses: false,
    encodes: false,
    ...(external && { checkExternal: (links) => askOthers(links, options) }),
  })
  if (!record || !result.ok || result.record === null) return { ...result, recorded: false }
  const file = join(options.root, publishedFile)
  if ((await readFile(file, 'utf8').catch(() => null)) === result.record)
    return { ...result, recorded: false }
  try {
    await writeFile(file, result.record)
    return { ...result, recorded: true }
  } catch (error) {
    const fault = diagnostic('output-is-writable', `${publishedFile} cannot be written: ${reasonOf(error)}`)
    return { ...result, ok: false, diagnostics: [...result.diagnostics, fault], recorded: false }
  }
}

/** Asks other sites; answers are kept beside what builds know. */
function askOthers(
  links: readonly ExternalLink[],
  { root, now, progress }: Pick<CheckOptions, 'root' | 'now' | 'progress'>,
): Promise<readonly Diagnostic[]> {
  return checkExternal(links, {
    record: join(root, stateFolder, 'external.json'),
    now,
    fetch,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    progress: (done, total) => progress?.({ step: 'external', done, total, cached: 0 }),
  })
}
