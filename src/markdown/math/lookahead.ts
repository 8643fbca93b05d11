/**
 * Whether a display that opens on one line closes on a later one. Asked before a paragraph takes up a line,
 * since lines once taken cannot be given back; answered from the source, within the line's own containers.
 */
import { containersOf, contentOf } from './containers.js'
import { environmentPairs, environmentStart, type MathSyntaxOptions, prose } from './grammar.js'
import { linesOf } from './lines.js'

/** Looking ahead in one source. */
export interface Lookahead {
  /** Whether any display could open at an offset or after it. */
  readonly mayOpen: (offset: number) => boolean
  /**
   * Gives where the last display closes that opens on one line and closes on a later one, 0 if there is none.
   * The line's content starts at `content`, after `columns` of its own white space.
   */
  readonly closing: (content: number, columns: number) => number
  /** The displays found by `closing`: where they open → where they close, after the delimiter. */
  readonly found: ReadonlyMap<number, number>
}

/** A delimiter that opens a display which its own line does not close. */
interface Opener {
  readonly at: number
  readonly text: string
  /** Whether nothing stands before it in its line: only then may the display hold blank lines. */
  readonly first: boolean
}

/** Prepares looking ahead in a source. */
export function lookaheadIn(source: string, { brackets }: MathSyntaxOptions): Lookahead {
  const found = new Map<number, number>()
  const answers = new Map<number, number>()
  const last = Math.max(
    source.lastIndexOf('$$'),
    source.lastIndexOf('\\begin{'),
    brackets ? source.lastIndexOf('\\[') : -1,
  )
  const lines = linesOf(last < 0 ? '' : source)
  const environments = last < 0 ? new Map<number, number>() : environmentPairs(source)
  const broken = new Map<string, number>()

  /** Gives where a display closes below its line, if all lines up to there are in its containers and may be TeX. */
  const closeBelow = (opener: Opener, content: number, columns: number): number | undefined => {
    const end = environments.get(opener.at)
    if (opener.text.startsWith('\\begin') && end === undefined) return undefined
    const line = lines.at(opener.at)
    const prefix = source.slice(lines.start(line), content)
    // Where another environment of these containers broke off, this one does too: no need to go there again.
    const key = `${columns} ${prefix}`
    const limit = broken.get(key) ?? 0
    if (end !== undefined && limit > opener.at && end > limit) return undefined
    const containers = containersOf(prefix, columns)
    let blank = false
    for (let below = line + 1; below < lines.count; below += 1) {
      const text = source.slice(lines.start(below), lines.end(below))
      const from = contentOf(text, containers) ?? text.length + 1
      const inside = text.slice(from)
      if (from > text.length || isNoTeX(inside, blank)) {
        broken.set(key, lines.start(below))
        return undefined
      }
      const found = closerBelow(inside, lines.start(below) + from, opener, { end, blank })
      if (found) return found.end
      blank ||= inside.trim() === ''
    }
    return undefined
  }

  const closing = (content: number, columns: number): number => {
    let result = 0
    let from = content
    let lineEnd = lines.end(lines.at(content))
    for (;;) {
      const opener = unclosedIn(source.slice(from, lineEnd), from, {
        first: from === content,
        brackets,
        environments,
      })
      if (!opener) return result
      const end = closeBelow(opener, content, columns)
      if (end !== undefined) {
        found.set(opener.at, end)
        result = end
        lineEnd = lines.end(lines.at(end))
      }
      from = end ?? opener.at + opener.text.length
    }
  }

  return {
    mayOpen: (offset) => offset <= last,
    closing: (content, columns) => {
      if (content > last) return 0
      const answer = answers.get(content) ?? closing(content, columns)
      answers.set(content, answer)
      return answer
    },
    found,
  }
}

/** Gives the first opener in a part of a line, at `from` in the source, that the line does not close. */
function unclosedIn(
  text: string,
  from: number,
  about: { first: boolean; brackets: boolean; environments: ReadonlyMap<number, number> },
): Opener | undefined {
  let at = 0
  if (about.first) {
    environmentStart.lastIndex = 0
    const opener =
      environmentStart.exec(text)?.[0] ?? (about.brackets ? /^\\{1,2}\[/.exec(text)?.[0] : undefined)
    if (opener) {
      const closer = closerIn(text.slice(opener.length), opener)
      const end = about.environments.get(from)
      const closed = opener.startsWith('\\begin')
        ? end !== undefined && end <= from + text.length && end - from
        : closer?.closes && closer.end + opener.length
      if (!closed) return { at: from, text: opener, first: true }
      at = closed
    }
  }
  let open: number | undefined
  for (const mark of dollarMarks(text, at)) open = open === undefined ? mark : undefined
  return open === undefined ? undefined : { at: from + open, text: '$$', first: about.first && open === 0 }
}

/** Gives where two dollars stand in a part of a line, outside of its code spans. */
function dollarMarks(text: string, from: number): readonly number[] {
  const marks: number[] = []
  const pattern = /\\.|`+|\$+/g
  pattern.lastIndex = from
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [found] = match
    if (found === '$$') marks.push(match.index)
    else if (found[0] === '`') {
      // A code span that goes on below: what this line opens is not known.
      const close = codeSpanEnd(text, pattern.lastIndex, found.length)
      if (close === undefined) return marks.length % 2 === 0 ? marks : marks.slice(0, -1)
      pattern.lastIndex = close
    }
  }
  return marks
}

function codeSpanEnd(text: string, from: number, size: number): number | undefined {
  for (const { 0: run, index } of text.slice(from).matchAll(/`+/g)) {
    if (run.length === size) return from + index + size
  }
  return undefined
}

/**
 * Gives whether a line below an opener ends the search, and where the display closes if it does. `start` is where
 * the line's content is in the source, `end` where an environment ends.
 */
function closerBelow(
  text: string,
  start: number,
  opener: Opener,
  { end, blank }: { end: number | undefined; blank: boolean },
): { readonly end: number | undefined } | undefined {
  if (text.trim() === '') return opener.first ? undefined : { end: undefined }
  if (end !== undefined) return end <= start + text.length ? { end } : undefined
  const closer = closerIn(text, opener.text)
  if (!closer) return undefined
  const closes = closer.closes && (!blank || endsBlock(text, closer.end))
  return { end: closes ? start + closer.end : undefined }
}

/** Gives the first delimiter in a line that could close what an opener opened, and whether it does. */
function closerIn(
  text: string,
  opener: string,
): { readonly end: number; readonly closes: boolean } | undefined {
  const pattern = opener === '$$' ? /\\.|\$+/g : /\\{1,2}[[\]]|\\./g
  const closer = opener === '$$' ? opener : opener.replace('[', ']')
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (found === closer) return { end: index + found.length, closes: true }
    // One display does not open within another.
    if (found === opener) return { end: index, closes: false }
  }
  return undefined
}

/** Whether nothing but punctuation and a label stands after a closing delimiter. */
function endsBlock(text: string, at: number): boolean {
  return /^[^\p{L}\p{N}$\\{]*(?:\{#[^\s{}]+\}\s*)?$/u.test(text.slice(at))
}

const tableDelimiters = /^\|?(?:\s*:?-+:?\s*\|)*(?:\s*:?-+:?)?$/

/** Whether a line cannot stand in a display: code, a table, or after a blank line a heading, a rule, or prose. */
export function isNoTeX(text: string, blank: boolean): boolean {
  if (/^ {0,3}```/.test(text) || (text.includes('|') && tableDelimiters.test(text.trim()))) return true
  if (!blank) return false
  return (
    /^ {0,3}(?:#{1,6}(?:[ \t]|$)|~~~|={3,}\s*$|-{3,}\s*$)/.test(text) ||
    (!text.includes('\\') && prose.test(text))
  )
}
