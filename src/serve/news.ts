/** What a build of the preview has to say that its terminal does not say already. */
import type { Diagnostic } from '../diagnostics.js'

/** The warnings that stand in the terminal and hold still, by what tells one from another. */
export type Told = ReadonlySet<string>

export interface News {
  /** What is to be printed: every error, since nothing was built for it, and warnings that are new or say something new. */
  readonly fresh: readonly Diagnostic[]
  /** How many warnings hold still that were printed before. */
  readonly remaining: number
  readonly told: Told
}

/**
 * Gives what is new in a build's diagnostics. A warning is known by its rule, its file and its words, not by its line:
 * one that only moves, as text above it grows, is no news. A build that failed may not have come to all that it had
 * to say, so that what was told before it stays told.
 */
export function newsOf(
  told: Told,
  { ok, diagnostics }: { readonly ok: boolean; readonly diagnostics: readonly Diagnostic[] },
): News {
  const times = new Map<string, number>()
  const now = new Set<string>()
  const fresh = diagnostics.filter(({ severity, rule, file = '', message, hint = '' }) => {
    if (severity === 'error') return true
    const words = JSON.stringify([rule, file, message, hint])
    const time = (times.get(words) ?? 0) + 1
    times.set(words, time)
    const key = `${time} ${words}`
    now.add(key)
    return !told.has(key)
  })
  return {
    fresh,
    remaining: [...now].filter((key) => told.has(key)).length,
    told: ok ? now : new Set([...told, ...now]),
  }
}

/** Gives the line that says how many warnings were printed before; null for none. */
export function remainingLine(remaining: number): string | null {
  return remaining === 0 ? null : `${remaining} warning${remaining === 1 ? '' : 's'} as before.`
}
