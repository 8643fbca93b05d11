/** "Did you mean …?": the one place that decides what is near enough to say so. */
import { distance } from 'fastest-levenshtein'

/**
 * Gives the candidate that a misspelled word most likely means, or null if none is near: at most a third of
 * its letters may differ (Levenshtein distance, case ignored), two letters at most in a short word.
 * Of equally near ones the first in code-unit order, so that the answer is always the same.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.toLowerCase()
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  let best: string | null = null
  let bestDistance = limit + 1
  for (const candidate of [...candidates].sort()) {
    const found = distance(wanted, candidate.toLowerCase())
    if (found < bestDistance) {
      best = candidate
      bestDistance = found
    }
  }
  return best
}

/** Gives the hint `Did you mean "x"?`, or undefined if nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(word, candidates)
  return near === null ? undefined : `Did you mean "${near}"?`
}
