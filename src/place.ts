/** Places in a text: offsets → lines and columns, for parsers that only tell offsets. */
import type { Place } from './diagnostics.js'

/** Gives where a stretch of a text stands, from its two offsets in UTF-16 units; what reaches beyond the text ends with it. */
export type PlaceOfRange = (range: readonly [number, number, ...unknown[]]) => Place

/**
 * Gives what finds places in a text, whose lines are counted once for all of them. Counted here, since the yaml
 * package's own line counter misses lines behind some faults.
 */
export function placesIn(text: string): PlaceOfRange {
  const starts = [0, ...[...text.matchAll(/\r\n?|\n/g)].map(({ 0: ending, index }) => index + ending.length)]
  const lineAndColumn = (given: number) => {
    const within = Math.min(given, text.length)
    // No line has a part of its ending.
    const offset = text.startsWith('\r\n', within - 1) ? within - 1 : within
    const line = lastUpTo(starts, offset)
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
  }
  return ([from, to]) => {
    const end = lineAndColumn(to)
    return { ...lineAndColumn(from), endLine: end.line, endColumn: end.column }
  }
}

/** Gives the index of the last start that is not above an offset; starts grow from 0. */
function lastUpTo(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
