/**
 * Whether a display that opens on one line closes on a later one. Asked before a paragraph takes up a line,
 * since lines once taken cannot be given back; answered from the source, within the line's own containers.
 */
import { type Container, containersOf, contentOf } from './containers.js'
import { environmentEnds, environmentStart, environmentsAmong, type MathSyntaxOptions, prose } from './grammar.js'

/** Looking ahead in one source. */
export interface Lookahead {
  /** Whether any display could open on the line at an offset or below. */
  readonly mayOpen: (offset: number) => boolean
  /**
   * Gives where the last display closes that opens on one line and closes on a later one, 0 if there is none.
   * The line's content starts at `content`, after `columns` of its own white space.
   */
  readonly closing: (content: number, columns: number) => number
  /** The displays found by `closing`: where they open → where they close, after the delimiter. */
  readonly found: ReadonlyMap<number, number>
}

/** A delimiter that opens a display, at an offset of the source. */
interface Opener {
  readonly at: number
  /** `$$`, `\[`, `\\[`, or an environment's start. */
  readonly text: string
  /** Whether nothing stands before it in its line: only then may the display hold blank lines. */
  readonly first: boolean
}

/** Prepares looking ahead in a source. */
export function lookaheadIn(source: string, { brackets }: MathSyntaxOptions): Lookahead {
  const found = new Map<number, number>()
  const answers = new Map<number, number>()
  const last = lastOpener(source, brackets)
  const lines = linesOf(source)
  const environments = once(() => environmentPairs(source))
  const broken = new Map<string, number>()
  const opening = brackets ? /\$\$|\\begin\{|\\\[/g : /\$\$|\\begin\{/g

  /** Gives the first opener from `at` on that its own line does not close. */
  const openerIn = (lineEnd: number, from: number, content: number): Opener | undefined => {
    opening.lastIndex = from
    const first = opening.exec(source)
    if (!first || first.index >= lineEnd) return undefined
    return firstUnclosed(source.slice(from, lineEnd), brackets, from === content, (at) => environments().get(from + at))
      .map((opener) => ({ ...opener, at: opener.at + from }))
      .at(0)
  }

  const close = (opener: Opener, content: number, columns: number): number | undefined => {
    const end = environments().get(opener.at)
    if (opener.text.startsWith('\\begin') && end === undefined) return undefined
    const line = lines.at(opener.at)
    const prefix = source.slice(lines.start(line), content)
    // An earlier display of these containers has met the line that ends them: no need to go there again.
    const key = `${columns} ${prefix}`
    const limit = broken.get(key) ?? 0
    if (end !== undefined && limit > opener.at && end > limit) return undefined
    const result = closeBelow(opener, line, containersOf(prefix, columns), end)
    if (result.broken !== undefined) broken.set(key, result.broken)
    return result.end
  }

  const closeBelow = (
    opener: Opener,
    line: number,
    containers: readonly Container[],
    end: number | undefined,
  ): { readonly end?: number; readonly broken?: number } => {
    let blank = false
    for (let below = line + 1; below < lines.count; below += 1) {
      const start = lines.start(below)
      const text = source.slice(start, lines.end(below))
      const from = contentOf(text, containers)
      if (from === undefined) return { broken: start }
      const content = text.slice(from)
      if (content.trim() === '') {
        if (!opener.first) return {}
        blank = true
      } else if (isNoTeX(content, blank)) return { broken: start }
      else {
        const at = end === undefined ? closerIn(content, opener.text) : end - start - from
        if (at === 'never') return {}
        if (at !== undefined && at <= content.length)
          return blank && end === undefined && !/^[^\p{L}\p{N}$\\{]*(?:\{#[^\s{}]+\}\s*)?$/u.test(content.slice(at))
            ? {}
            : { end: start + from + at }
      }
    }
    return { broken: source.length }
  }

  return {
    mayOpen: (offset) => offset <= last,
    closing: (content, columns) => {
      const known = answers.get(content)
      if (known !== undefined) return known
      let result = 0
      let from = content
      let lineEnd = content > last ? 0 : lines.end(lines.at(content))
      for (let opener = openerIn(lineEnd, from, content); opener; opener = openerIn(lineEnd, from, content)) {
        const end = close(opener, content, columns)
        if (end !== undefined) {
          found.set(opener.at, end)
          result = end
          lineEnd = lines.end(lines.at(end))
        }
        from = end ?? opener.at + opener.text.length
      }
      answers.set(content, result)
      return result
    },
    found,
  }
}
