/** The lines of a diff whose language is another: what each does, and what was and is without the signs before them. */

/** What a line of a diff does; `other` is what tells of places and files. */
export type Sign = '+' | '-' | ' ' | 'other'

/** A line of a diff. */
export interface DiffLine {
  readonly sign: Sign
  /** Without its sign, where it has one. */
  readonly text: string
}

/**
 * Gives the lines of a diff. Where every line that is neither added nor removed begins with a space, that is its sign,
 * as in the unified format; else such lines have none, as people write them by hand.
 */
export function diffLines(code: string): readonly DiffLine[] {
  const lines = code.replace(/\n$/, '').split('\n')
  const isUnified = lines.every((line, index) => /^[ +-]|^$/.test(line) || isOther(lines, index))
  return lines.map((line, index): DiffLine => {
    if (isOther(lines, index)) return { sign: 'other', text: line }
    const [first] = line
    if (first === '+' || first === '-') return { sign: first, text: line.slice(1) }
    return { sign: ' ', text: isUnified ? line.slice(1) : line }
  })
}

/** Whether a line is no line of the code: `@@ -1,2 +1,3 @@`, or the two of a file's names. */
function isOther(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? ''
  const isOld = (at: number) => /^--- \S/.test(lines[at] ?? '') && /^\+\+\+ \S/.test(lines[at + 1] ?? '')
  return /^@@ .*@@/.test(line) || line.startsWith('\\ No newline') || isOld(index) || isOld(index - 1)
}

/** Gives the code as it is after a diff, and as it was before. */
export function sidesOf(lines: readonly DiffLine[]): { readonly after: string; readonly before: string } {
  const without = (sign: Sign) =>
    lines
      .filter((line) => line.sign !== 'other' && line.sign !== sign)
      .map(({ text }) => `${text}\n`)
      .join('')
  return { after: without('-'), before: without('+') }
}
