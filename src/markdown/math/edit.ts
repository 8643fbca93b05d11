/** Changes to a text, and the way back: places in the result as places in the source. */

/** A part of a text that is replaced, by its place in UTF-16 units. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Gives a text with its edits made (they do not overlap), and where a place in the result was before. */
export function applyEdits(
  text: string,
  edits: readonly Edit[],
): { readonly text: string; readonly sourceOffset: (offset: number) => number } {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end)
  const pieces: { readonly text: string; readonly from: number; readonly isSource: boolean }[] = []
  let done = 0
  for (const edit of sorted) {
    if (edit.start < done) continue
    pieces.push({ text: text.slice(done, edit.start), from: done, isSource: true })
    pieces.push({ text: edit.text, from: edit.start, isSource: false })
    done = edit.end
  }
  pieces.push({ text: text.slice(done), from: done, isSource: true })
  const sourceOffset = (offset: number): number => {
    let rest = offset
    for (const piece of pieces) {
      if (rest < piece.text.length) return piece.isSource ? piece.from + rest : piece.from
      rest -= piece.text.length
    }
    return text.length
  }
  return { text: pieces.map((piece) => piece.text).join(''), sourceOffset }
}
