/** Places in a text: offsets → lines and columns, for parsers that only tell offsets. */
import type { Place } from './diagnostics.js'

/**
 * Gives where a stretch of a text stands, from its two offsets in UTF-16 units. Counted here, since the yaml
 * package's own line counter misses lines behind some faults.
 */
export function placeOfRange(text: string, [from, to]: readonly [number, number]): Place {
  const start = lineAndColumn(text, from)
  const end = lineAndColumn(text, to)
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column }
}

function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const above = text.slice(0, offset).split(/\r\n?|\n/)
  return { line: above.length, column: (above.at(-1) ?? '').length + 1 }
}
