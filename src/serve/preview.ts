/** What the preview shows at any moment, as plain data that a build replaces as a whole. */
import type { FramedDiagnostic } from '../report.js'

/** What the preview needs of a build's result; `BuildResult` of build.ts has it. */
export interface Built {
  readonly ok: boolean
  /** The folder that was written, as an absolute path. */
  readonly out: string
  /** `/`, or `/blog/` for a site below a path; not percent-encoded. */
  readonly basePath: string
  /** Every file of the site: its path below `out`, with forward slashes, and a digest of its bytes. */
  readonly outputs: ReadonlyMap<string, string>
  /** Files that it is made from beside the site's own folders, from the site's root; also those that are missing. */
  readonly named?: readonly string[]
}

/** One diagnostic as the browser shows it. */
export type OverlayItem = FramedDiagnostic

export interface Preview {
  /** Counts what a browser could tell apart: a page of another generation is to be loaded again. */
  readonly generation: number
  /** The last build that succeeded; null before the first. */
  readonly site: Built | null
  readonly basePath: string
  /** Whether the last build failed, so that {@link site} is older than the sources. */
  readonly failed: boolean
  /** What the last build found, errors and warnings. */
  readonly problems: readonly OverlayItem[]
}

/** The preview before the first build. */
export const emptyPreview: Preview = {
  generation: 0,
  site: null,
  basePath: '/',
  failed: false,
  problems: [],
}

/**
 * Gives the preview after a build. A failed build keeps the last good site; a build that wrote the same
 * bytes keeps the generation, so that saving without a change reloads nothing.
 */
export function nextPreview(before: Preview, built: Built, problems: readonly OverlayItem[]): Preview {
  if (!built.ok) {
    // Without a site, browsers show the error page itself, which is made anew for each failure.
    const shown = before.site === null ? 1 : 0
    const basePath = before.site === null ? built.basePath : before.basePath
    return { ...before, generation: before.generation + shown, basePath, failed: true, problems }
  }
  const mended = before.failed || before.basePath !== built.basePath
  const changed = mended || changedOutputs(before.site?.outputs ?? new Map(), built.outputs) > 0
  return {
    generation: before.generation + (changed ? 1 : 0),
    site: built,
    basePath: built.basePath,
    failed: false,
    problems,
  }
}

/** Counts the files that two builds do not have in common: new, gone, or of other bytes. */
export function changedOutputs(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): number {
  const same = [...after].filter(([path, digest]) => before.get(path) === digest).length
  const shared = [...after.keys()].filter((path) => before.has(path)).length
  return after.size - same + (before.size - shared)
}

/** Gives problems as plain text, for the page that stands in for a site that was never built. */
export function problemsText(problems: readonly OverlayItem[]): string {
  return problems
    .map(({ file, line, column, message, rule, severity, frame, hint }) => {
      const place = [file, line, column].filter((part) => part !== null).join(':')
      return [place, `${severity}: ${message} [${rule}]`, frame, hint].filter(Boolean).join('\n')
    })
    .join('\n\n')
}
