/** The numbers of equations, as LaTeX gives them. */
import type { Edit } from './edit.js'
import type { Equation } from './equation.js'

/** `labelled`: a plain display is numbered if it has a label; `all`: every display; `none`: no equation. */
export type NumberingMode = 'labelled' | 'all' | 'none'

/**
 * Gives the numbers of a formula's rows, from `next` on, and the counter after them. Rows with a `\tag` have
 * that; a starred or `\nonumber` row has none; a plain display has one if it is labelled or `mode` says so.
 */
export function numberRows(
  equation: Equation,
  mode: NumberingMode,
  next: number,
): { readonly numbers: readonly (string | null)[]; readonly next: number } {
  let counter = next
  const isPlain = !equation.rows.some((row) => row.end < equation.tex.length) && equation.rows.length === 1
  const numbers = equation.rows.map((row): string | null => {
    if (row.tag) return equation.tex.slice(row.tag.start, row.tag.end)
    const wanted = row.automatic || row.labels.length > 0 || (isPlain && mode === 'all')
    if (mode === 'none' || !wanted || equation.isSilent) return null
    counter += 1
    return String(counter - 1)
  })
  return { numbers, next: counter }
}

/** Gives the edits that write numbers into rows, each with the ids of its labels. */
export function numberEdits(equation: Equation, numbers: readonly (string | null)[]): readonly Edit[] {
  return equation.rows.flatMap((row, index): Edit[] => {
    const number = numbers[index]
    if (number === null || number === undefined) return []
    const ids = row.labels.map(({ name }) => `\\htmlId{${name}}{`)
    const content = ids.join('') + number + '}'.repeat(ids.length)
    if (row.tag) return ids.length > 0 ? [{ ...row.tag, text: content }] : []
    return [
      {
        start: row.end,
        end: row.end,
        text: `${row.end === equation.tex.length ? '\n' : ''}\\tag{${content}}`,
      },
    ]
  })
}
