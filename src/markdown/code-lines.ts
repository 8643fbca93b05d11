/** Highlighted code by lines: what highlight.js gives may begin in one line and end in another. */
import type { Element, ElementContent, Text } from 'hast'
import type { MarkedWord, Range } from './code-info.js'

/** A piece of a line, with the elements that it stands in, outermost first. */
interface Run {
  readonly text: string
  readonly path: readonly Element[]
  /** Whether it is a marked word's. */
  readonly isMarked: boolean
}

/** One line of code, without its end. */
export type Line = readonly Run[]

/**
 * Gives the lines of highlighted code. The end of the last one, which a code block has, begins no other. The elements
 * are not changed; a line begins and ends those that reach over its ends anew.
 */
export function linesIn(children: readonly ElementContent[]): readonly Line[] {
  const lines: Run[][] = [[]]
  const readText = (value: string, path: readonly Element[]): void => {
    for (const [index, text] of value.split('\n').entries()) {
      if (index > 0) lines.push([])
      if (text !== '') lines.at(-1)?.push({ text, path, isMarked: false })
    }
  }
  const read = (nodes: readonly ElementContent[], path: readonly Element[]): void => {
    for (const node of nodes) {
      if (node.type === 'element') read(node.children, [...path, node])
      else if (node.type === 'text') readText(node.value, path)
    }
  }
  read(children, [])
  return lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines
}

/** Gives the text of a line. */
export function lineText(line: Line): string {
  return line.map(({ text }) => text).join('')
}

/** Gives what a line is in HTML. */
export function lineNodes(line: Line): ElementContent[] {
  return grouped(line, ({ isMarked }) => isMarked).flatMap((runs): ElementContent[] => {
    const nodes = nested(runs, 0)
    return runs[0]?.isMarked ? [{ type: 'element', tagName: 'mark', properties: {}, children: nodes }] : nodes
  })
}

/** Gives runs in the elements that they share from some depth on. */
function nested(runs: readonly Run[], depth: number): ElementContent[] {
  return grouped(runs, ({ path }) => path[depth]).map((group): ElementContent => {
    const shared = group[0]?.path[depth]
    if (shared === undefined) return { type: 'text', value: lineText(group) }
    const { tagName, properties } = shared
    return { type: 'element', tagName, properties: { ...properties }, children: nested(group, depth + 1) }
  })
}

/** Parts a list where what is read off its items changes. */
function grouped<T>(items: readonly T[], read: (item: T) => unknown): readonly T[][] {
  const groups: T[][] = []
  for (const [index, item] of items.entries()) {
    const before = items[index - 1]
    if (before !== undefined && read(before) === read(item)) groups.at(-1)?.push(item)
    else groups.push([item])
  }
  return groups
}

/** Gives a line in two parts, the first of so many UTF-16 units. */
export function splitLine(line: Line, length: number): readonly [Line, Line] {
  const before: Run[] = []
  const after: Run[] = []
  let at = 0
  for (const run of line) {
    const own = Math.min(Math.max(length - at, 0), run.text.length)
    if (own > 0) before.push({ ...run, text: run.text.slice(0, own) })
    if (own < run.text.length) after.push({ ...run, text: run.text.slice(own) })
    at += run.text.length
  }
  return [before, after]
}

/** Gives lines with words marked, wherever highlight.js has parted them; a word does not reach over a line's end. */
export function withMarks(lines: readonly Line[], words: readonly MarkedWord[]): readonly Line[] {
  if (words.length === 0) return lines
  const counts = words.map(() => 0)
  return lines.map((line) => {
    const text = lineText(line)
    const marked: Range[] = words.flatMap((word, index) =>
      occurrences(text, word.text).flatMap((from): Range[] => {
        const count = (counts[index] ?? 0) + 1
        counts[index] = count
        return isIn(count, word.which) ? [[from, from + word.text.length]] : []
      }),
    )
    return marked.length === 0 ? line : markedLine(line, marked)
  })
}

/** Whether a number is among those that are meant; without any, all are. */
function isIn(number: number, ranges: readonly Range[]): boolean {
  return ranges.length === 0 || ranges.some(([from, to]) => from <= number && number <= to)
}

function occurrences(text: string, word: string): readonly number[] {
  const found: number[] = []
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) found.push(at)
  return found
}

function markedLine(line: Line, marked: readonly Range[]): Line {
  const ends = [...new Set(marked.flat())].sort((a, b) => a - b)
  let rest = line
  let at = 0
  const parts = ends.map((end): Line => {
    const [part, after] = splitLine(rest, end - at)
    const isMarked = marked.some(([from, to]) => from <= at && at < to)
    rest = after
    at = end
    return isMarked ? part.map((run) => ({ ...run, isMarked })) : part
  })
  return [...parts.flat(), ...rest]
}

/** Gives lines as one text, each ended, as a code block has it. */
export function joined(lines: readonly (readonly ElementContent[])[]): ElementContent[] {
  const end: Text = { type: 'text', value: '\n' }
  return lines.flatMap((line) => [...line, { ...end }])
}
