/** The numbers of equations, as LaTeX gives them. */
import type { Edit } from './edit.js'
import type { Equation } from './equation.js'
import { plainTex } from './plain.js'

/** `labelled`: a plain display is numbered if it has a label; `all`: every display; `none`: no equation. */
export type NumberingMode = 'labelled' | 'all' | 'none'

/** The number of a row, as plain text. */
export interface RowNumber {
  /** As `\ref` gives it: `3`. */
  readonly number: string
  /** As it stands beside the row: `(3)`, or without parentheses from `\tag*`. */
  readonly shown: string
}

/** The numbers of a formula. */
export interface Numbers {
  /** By row; null where there is none. */
  readonly rows: readonly (RowNumber | null)[]
  /** What the labels of a `subequations` stand for. */
  readonly subequations: RowNumber | null
  /** The counter after them. */
  readonly next: number
}

/**
 * Gives the numbers of a formula, from `next` on. Rows with a `\tag` have that and leave the counter alone; a
 * starred or `\nonumber` row has none; a plain display has one if it is labelled or `mode` says so. Rows of a
 * `subequations` have one number together and a letter each. `macros` are the site's, for the words of a tag.
 */
export function numberRows(
  equation: Equation,
  mode: NumberingMode,
  next: number,
  macros: Readonly<Record<string, string>> = {},
): Numbers {
  let counter = next
  let letters = 0
  const isCounted = mode !== 'none' && !equation.isSilent
  const rows = equation.rows.map((row): RowNumber | null => {
    if (row.tag) {
      const words = plainTex(`\\text{${equation.tex.slice(row.tag.start, row.tag.end)}}`, macros)
      return { number: words, shown: row.tag.isStarred ? words : `(${words})` }
    }
    const isWanted = row.numbering === 'plain' && (mode === 'all' || row.labels.length > 0)
    if (!isCounted || (row.numbering !== 'always' && !isWanted)) return null
    return numbered(equation.subequations ? `${next}${letterOf(letters++)}` : String(counter++))
  })
  if (!equation.subequations || !isCounted) return { rows, subequations: null, next: counter }
  return { rows, subequations: numbered(String(next)), next: next + 1 }
}

function numbered(number: string): RowNumber {
  return { number, shown: `(${number})` }
}

/** Gives a letter to count by, from 0: a to z, then aa, ab, …, where LaTeX gives up. */
export function letterOf(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26))
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter
}

/**
 * Gives the edits that write numbers into rows. `ids` are by row what KaTeX is to write as ids around each
 * number.
 */
export function numberEdits(
  { tex, rows }: Equation,
  numbers: Numbers,
  ids: readonly (readonly string[])[],
): readonly Edit[] {
  return rows.flatMap(({ tag, end }, index): Edit[] => {
    const found = numbers.rows[index]
    if (!found) return []
    const open = (ids[index] ?? []).map((id) => `\\htmlId{${id}}{`).join('')
    const close = '}'.repeat(ids[index]?.length ?? 0)
    // A comment may end the formula.
    if (!tag) {
      const text = `${end === tex.length ? '\n' : ''}\\tag{${open}${found.number}${close}}`
      return [{ start: end, end, text }]
    }
    if (close === '') return []
    return [
      { start: tag.start, end: tag.start, text: open },
      { start: tag.end, end: tag.end, text: close },
    ]
  })
}
