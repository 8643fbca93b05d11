/** "Did you mean …?": the one place that decides what is near enough to say so. */
import { distance } from 'fastest-levenshtein'

/**
 * Gives the candidate that a misspelled word most likely means, or null if none is near: at most a third of
 * its letters may differ, and one in a short word, but never all (Levenshtein distance, case ignored, two
 * neighbours that are swapped counted as one).
 * Of equally near ones the one that keeps the word's case, then the first in code-unit order, so that the answer
 * is always the same.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null
  let bestDistance = Infinity
  for (const candidate of candidates) {
    const folded = nearness(word, candidate)
    if (folded === null || folded > bestDistance) continue
    const found = folded + slips(word, candidate) / 1000
    if (best === null || found < bestDistance || (found === bestDistance && candidate < best)) {
      best = candidate
      bestDistance = found
    }
  }
  return best
}

/** How many slips lie between a word and a candidate, case ignored; null if too many. */
function nearness(word: string, candidate: string): number | null {
  const [a, b] = [word.toLowerCase(), candidate.toLowerCase()]
  const limit = Math.min(Math.max(1, Math.floor(a.length / 3)), Math.max(0, a.length - 1))
  // Words whose lengths differ by more cannot be near, and most are told apart by this alone.
  if (Math.abs(a.length - b.length) > limit) return null
  const found = slips(a, b)
  return found > limit ? null : found
}

/** How many slips of the hand lie between two words: `titel` is one from `title`, not two. */
function slips(a: string, b: string): number {
  const edits = distance(a, b)
  return edits === 2 && isSwap(a, b) ? 1 : edits
}

/** Whether one word becomes the other when two neighbouring letters change places. */
function isSwap(a: string, b: string): boolean {
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  return a.slice(0, at) + a.charAt(at + 1) + a.charAt(at) + a.slice(at + 2) === b
}

/** Gives the hint `Did you mean "x"?`, or undefined if nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(word, candidates)
  return near === null ? undefined : `Did you mean "${near}"?`
}
