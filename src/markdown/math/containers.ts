/**
 * The containers of a line (block quotes, list items, footnotes), as far as looking ahead needs them: what the
 * next line must start with to be in all of them too. CommonMark, section 5; columns count tabs to stops of 4.
 */

/** One container's condition on a line: so many columns of white space, or a `>`. */
export type Container = { readonly kind: 'indent'; readonly columns: number } | { readonly kind: 'quote' }

const quotePart = /([^>]*)>/y
const footnoteLabel = /\[\^[^\]]+\]:[ \t]*/

/**
 * Reads off the containers from what stands on a line before its content. `columns` of white space at the
 * prefix's end belong to the content.
 */
export function containersOf(prefix: string, columns: number): readonly Container[] {
  const containers: Container[] = []
  let at = 0
  let column = 0
  const indentTo = (end: number, kept: number) => {
    const label = footnoteLabel.exec(prefix.slice(at, end))
    const target = columnAfter(prefix, end)
    // The lines of a footnote are indented by four columns, however long its label is.
    const labelStart = at + (label?.index ?? 0)
    const saved = label
      ? columnAfter(prefix, labelStart + label[0].length) - columnAfter(prefix, labelStart) - 4
      : 0
    const width = target - column - kept - saved
    if (width > 0) containers.push({ kind: 'indent', columns: width })
    column = target
    at = end
  }
  for (quotePart.lastIndex = 0; quotePart.test(prefix); quotePart.lastIndex = at) {
    const quote = quotePart.lastIndex - 1
    indentTo(quote, 0)
    containers.push({ kind: 'quote' })
    // A space after the mark belongs to it, or one column of a tab.
    at = quote + 1
    column += 1
    if (/[ \t]/.test(prefix[at] ?? '')) {
      if (prefix[at] === ' ' || columnAfter(prefix, at + 1) === column + 1) at += 1
      column += 1
    }
  }
  indentTo(prefix.length, columns)
  return containers
}

function columnAfter(text: string, end: number): number {
  let column = 0
  for (let at = 0; at < end; at += 1) column = text[at] === '\t' ? column + 4 - (column % 4) : column + 1
  return column
}

/** Gives where the content of a line starts within the containers, or nothing if the line leaves one of them. */
export function contentOf(line: string, containers: readonly Container[]): number | undefined {
  let at = 0
  let column = 0
  const skip = (columns: number): number => {
    const from = column
    while (column - from < columns && (line[at] === ' ' || line[at] === '\t')) {
      const next = line[at] === '\t' ? column + 4 - (column % 4) : column + 1
      // What remains of a tab is content.
      if (next - from > columns) {
        column = from + columns
        return columns
      }
      column = next
      at += 1
    }
    return column - from
  }
  for (const [index, container] of containers.entries()) {
    if (container.kind === 'indent') {
      const missing = container.columns - skip(container.columns)
      // White space before a `>` may be any up to three columns, so less than on the first line is no less right.
      const free = container.columns <= 3 && containers[index + 1]?.kind === 'quote'
      if (missing > 0 && !free && line.slice(at).trim() !== '') return undefined
    } else {
      skip(3)
      if (line[at] !== '>') return undefined
      at += 1
      column += 1
      skip(1)
    }
  }
  return at
}
