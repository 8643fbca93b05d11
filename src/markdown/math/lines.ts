/** The lines of a text, by number from 0. */
export interface Lines {
  readonly count: number
  /** Gives where a line starts. */
  readonly start: (line: number) => number
  /** Gives where a line ends, before its line ending. */
  readonly end: (line: number) => number
  /** Gives the line an offset is in. */
  readonly at: (offset: number) => number
}

/** Gives the lines of a text; CommonMark's line endings. */
export function linesOf(text: string): Lines {
  const starts = [0]
  const ends: number[] = []
  for (const { 0: ending, index } of text.matchAll(/\r\n|\n|\r/g)) {
    ends.push(index)
    starts.push(index + ending.length)
  }
  ends.push(text.length)
  const start = (line: number) => starts[line] ?? text.length
  return {
    count: starts.length,
    start,
    end: (line) => ends[line] ?? text.length,
    at: (offset) => lastUpTo(starts.length, offset, start),
  }
}

/** Gives the last of `count` indices whose position is not above one given; positions grow. 0 if there is none. */
export function lastUpTo(count: number, position: number, positionOf: (index: number) => number): number {
  let low = 0
  let high = count - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (positionOf(middle) <= position) low = middle
    else high = middle - 1
  }
  return Math.max(low, 0)
}
