/** Code that a post shows of a file of its site: which files a body names, and what their lines are. */
import type { Code } from 'mdast'
import type { VFile } from 'vfile'
import { codeInfo, type Include } from './code-info.js'
import { report } from './finding.js'

/** What a file gives for a block that shows it. */
export type Included =
  | {
      readonly text: string
      /** The number of its first line in the file. */
      readonly first: number
      /** How many lines the file has, where fewer than were asked for. */
      readonly only?: number
    }
  | {
      /** Why there is nothing to show, and what to do about it. */
      readonly fault: string
      readonly hint?: string
    }

/** By {@link includeKey}, what each block shows that shows another file. */
export type Includes = Readonly<Record<string, Included>>

/** Gives what tells one inclusion of a body from another. */
export function includeKey({ file, lines }: Include): string {
  return lines === null ? file : `${file}\n${lines}`
}

/** A line that can open a code block with a file named in it, whatever it stands in. A fence is read as a whole or not. */
const opening = /(?<![^\n])[^`~\n]*(?:`{3,}(?!`)|~{3,}(?!~))([^\n]*\bfile[ \t]*=[^\n]*)/g

/**
 * Gives what the code blocks of a body may show of other files, without parsing it: what looks like the beginning of
 * such a block, and perhaps is none, is among them.
 */
export function includesIn(body: string): readonly Include[] {
  if (!/\bfile[ \t]*=/.test(body)) return []
  const found = [...body.matchAll(opening)].flatMap(([, info = '']) => codeInfo(info).include ?? [])
  return [...new Map(found.map((include) => [includeKey(include), include])).values()]
}

/** Gives the lines of a file that a block asks for: `10-20`, `10-`, `-20`, `7`, or all. */
export function linesOfFile(text: string, lines: string | null): Included {
  const all = text.replace(/\n$/, '').split('\n')
  if (lines === null) return { text: all.join('\n'), first: 1 }
  const [, from, dash, to] = /^(\d*)[ \t]*(?:(-|–|\.\.)[ \t]*(\d*))?$/.exec(lines) ?? []
  const first = from ? Number(from) : 1
  const last = dash === undefined ? first : to ? Number(to) : all.length
  if ((!from && !to) || first < 1 || last < first)
    return { fault: `"${lines}" names no lines.`, hint: 'Lines are written as 10-20, 10-, or 10.' }
  if (first > all.length) return { fault: `It has ${all.length} lines, and none from ${first} on.` }
  const shown = { text: all.slice(first - 1, last).join('\n'), first }
  return last > all.length ? { ...shown, only: all.length } : shown
}

/**
 * Puts what `includes` has of a file into a block that holds nothing itself, and gives the number of its first line
 * there. Reports `named-file-is-readable` where there is nothing, leaves the block as typed then, and gives null.
 */
export function showInclude(
  node: Code,
  include: Include,
  includes: Includes,
  file: VFile,
): { readonly first: number } | null {
  const key = includeKey(include)
  const included = Object.hasOwn(includes, key) ? includes[key] : undefined
  const place = node.position && { start: node.position.start, end: node.position.start }
  if (included && 'text' in included) {
    node.value = included.text
    const { only, first } = included
    if (only !== undefined)
      report(file, 'named-file-is-readable', `${include.file} has only ${only} lines.`, { place })
    return { first }
  }
  const { fault = `${include.file} was not read.`, hint } = included ?? {}
  report(file, 'named-file-is-readable', fault, { place, hint })
  const { start, end } = node.position ?? {}
  node.value = String(file).slice(start?.offset, end?.offset)
  node.lang = null
  node.meta = null
  return null
}
