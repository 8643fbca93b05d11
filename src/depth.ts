/**
 * How deep a text is nested, counted before it is parsed. Parsers call themselves for each level; where that overflows the
 * stack, Node may end the whole process instead of throwing (a regular expression is compiled at the wrong moment).
 */

/** Deeper is nothing that people write. */
export const deepest = 200

/** Whether more brackets of a text are open at once than any text needs; a backslash takes the next character with it. */
function hasDeepBrackets(text: string, opening: string, closing: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '\\') at += 1
    else if (opening.includes(character)) depth += 1
    else if (closing.includes(character)) depth = Math.max(0, depth - 1)
    if (depth > deepest) return true
  }
  return false
}

/** Whether YAML, of which JSON is a part, holds more collections within one another than any file needs. */
export function isDeepYaml(text: string): boolean {
  if (hasDeepBrackets(text, '[{', ']}')) return true
  const indents: number[] = []
  for (const [line] of text.matchAll(/[^\n]+/g)) {
    // `- - - a` opens a list in a list in a list.
    const marks = /^ *(?:[-?:] +)*/.exec(line)?.[0] ?? ''
    const own = marks.search(/[-?:]/)
    const indent = own < 0 ? marks.length : own
    while ((indents.at(-1) ?? -1) >= indent) indents.pop()
    indents.push(indent)
    if (indents.length + (marks.match(/[-?:]/g)?.length ?? 0) > deepest) return true
  }
  return false
}

/** Whether TeX holds more groups, delimiters and environments within one another than any formula needs. */
export function isDeepTex(tex: string): boolean {
  let depth = 0
  for (const [token, word] of tex.matchAll(/\\(left|begin|right|end)(?![A-Za-z])|\\[\s\S]|[{}]/g)) {
    if (token === '{' || word === 'left' || word === 'begin') depth += 1
    else if (token === '}' || word !== undefined) depth = Math.max(0, depth - 1)
    if (depth > deepest) return true
  }
  return false
}

/** Whether a value holds more than so many values within one another. */
export function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1))
}
