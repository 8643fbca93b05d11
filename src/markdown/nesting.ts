/** How deep a text is nested, told before it is parsed: parsers of Markdown take time that grows with its square. */

/** markdown-it's limit, too (its option `maxNesting`); no text that people write comes near it. */
export const maxNesting = 100

/** A block quote's or a list item's marker, with the white space before it. */
const marker = /[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))/y

/**
 * Gives the first line (counted from 1) that opens more block quotes and list items than
 * {@link maxNesting}, or null if none does. Two columns of indentation before a marker count as one level.
 */
export function tooNestedLine(text: string): number | null {
  let line = 1
  for (let start = 0; start <= text.length; line++) {
    const end = text.indexOf('\n', start)
    const next = end < 0 ? text.length : end
    if (depthOf(text, start, next) > maxNesting) return line
    start = next + 1
  }
  return null
}

function depthOf(text: string, start: number, end: number): number {
  const matcher = new RegExp(marker)
  let depth = 0
  matcher.lastIndex = start
  for (let match = matcher.exec(text); match && matcher.lastIndex <= end; match = matcher.exec(text)) {
    depth += depth === 0 ? 1 + Math.floor(match[0].search(/\S/) / 2) : 1
    if (depth > maxNesting) break
  }
  return depth
}
