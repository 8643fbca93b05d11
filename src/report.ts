/** Diagnostics for people and machines: terminal text with code frames, and the object of `--json`. */
import { createColors } from 'picocolors'
import type { Diagnostic } from './diagnostics.js'

/** Lines shown before and after the one that a diagnostic points at. */
const around = 2
/** A longer line is shown in part. */
const frameWidth = 120

/**
 * Gives the lines around a diagnostic's place with their numbers, and a caret under it; empty if it has none.
 * `text` is the text of the file it names. Tabs count as one column, as in editors' line:column.
 */
export function codeFrame({ line, column = 1, endLine, endColumn }: Diagnostic, text: string): string {
  const lines = text.split(/\r\n?|\n/)
  const pointed = line === undefined ? undefined : lines[line - 1]
  if (line === undefined || pointed === undefined) return ''
  const first = Math.max(1, line - around)
  const shown = lines.slice(first - 1, line + around)
  const gutter = String(first + shown.length - 1).length
  const from = column <= frameWidth * 0.75 ? 0 : column - Math.floor(frameWidth / 2)
  return shown
    .flatMap((content, index) => {
      const number = first + index
      const row =
        `${number === line ? '>' : ' '} ${String(number).padStart(gutter)} | ${clip(content, from)}`.trimEnd()
      if (number !== line) return [row]
      const until = endLine === line && endColumn !== undefined ? endColumn : column + 1
      const length = Math.max(1, Math.min(until, pointed.length + 1, from + frameWidth + 1) - column)
      return [row, `  ${' '.repeat(gutter)} | ${' '.repeat(column - 1 - from)}${'^'.repeat(length)}`]
    })
    .join('\n')
}

/** The part of a line that a frame has room for, an ellipsis where it is cut. */
function clip(content: string, from: number): string {
  const part = visible(content.slice(from, from + frameWidth))
  const start = from > 0 && part !== '' ? `…${part.slice(1)}` : part
  return content.length > from + frameWidth ? `${start.slice(0, -1)}…` : start
}

/** Gives where a diagnostic points as `file:line:column`, as far as it is known. */
export function location({ file, line, column }: Diagnostic): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':')
}

export interface TerminalOptions {
  readonly color: boolean
  /** The text of a file that diagnostics name, if it was read. */
  readonly textOf: (file: string) => string | undefined
}

/** Gives diagnostics as terminal text: severity, place, rule, message, code frame and hint of each. */
export function terminalReport(
  diagnostics: readonly Diagnostic[],
  { color, textOf }: TerminalOptions,
): string {
  const paint = createColors(color)
  return diagnostics
    .map((found) => {
      const mark = found.severity === 'error' ? paint.red('error') : paint.yellow('warning')
      const place = location(found)
      const text = found.file === undefined ? undefined : textOf(found.file)
      const frame = text === undefined ? '' : codeFrame(found, text)
      return [
        `${mark} ${place === '' ? '' : `${paint.bold(visible(place))} `}${paint.dim(found.rule)}`,
        `  ${visible(found.message)}`,
        ...(frame === '' ? [] : [paint.dim(indent(frame))]),
        ...(found.hint === undefined ? [] : [`  ${paint.cyan('hint')} ${visible(found.hint)}`]),
      ].join('\n')
    })
    .join('\n\n')
}

/** One diagnostic with its code frame, as the overlay of `serve` shows it; null where there is nothing. */
export interface FramedDiagnostic {
  readonly rule: string
  readonly severity: Diagnostic['severity']
  readonly message: string
  readonly hint: string | null
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  readonly frame: string | null
}

/** Gives diagnostics with their code frames, as plain data. */
export function framed(
  diagnostics: readonly Diagnostic[],
  textOf: TerminalOptions['textOf'],
): readonly FramedDiagnostic[] {
  return diagnostics.map((found) => {
    const { rule, severity, message, hint = null, file = null, line = null, column = null } = found
    const text = file === null ? undefined : textOf(file)
    return {
      rule,
      severity,
      message,
      hint,
      file,
      line,
      column,
      frame: text === undefined ? null : codeFrame(found, text) || null,
    }
  })
}

/** Gives `2 errors and 1 warning`, or null if there are neither. */
export function tally(diagnostics: readonly Diagnostic[]): string | null {
  const count = (severity: Diagnostic['severity'], word: string) => {
    const number = diagnostics.filter((found) => found.severity === severity).length
    return number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`]
  }
  return [...count('error', 'error'), ...count('warn', 'warning')].join(' and ') || null
}

/** Gives text in which control characters, which could steer a terminal, are shown as symbols. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}]/gu, (character) =>
    character === '\t'
      ? ' '
      : character === '\x7F'
        ? '\u2421'
        : String.fromCodePoint(0x2400 + ((character.codePointAt(0) ?? 0) & 0x1f)),
  )
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}

/** Gives the last words of a build: what was made and where, or that nothing was published. */
export function summary(
  result: {
    readonly ok: boolean
    readonly counts: SummaryCounts
    readonly diagnostics: readonly Diagnostic[]
  },
  out: string,
  durationMs: number,
): string {
  const { counts, diagnostics } = result
  const found = tally(diagnostics)
  if (!result.ok) return `Nothing was published: ${found ?? 'the build failed'}. ${out} is as it was.`
  const made = `${plural(counts.posts, 'post')} and ${plural(counts.pages, 'page')} in ${seconds(durationMs)}`
  const files = `${plural(counts.outputs, 'file')}: ${counts.written} written, ${counts.unchanged} unchanged, ${counts.removed} removed`
  const left = leftOut(counts)
  const bodies = counts.rendered + counts.cached
  return [
    `Built ${made} → ${out}`,
    ...(bodies > 0 ? [`${counts.rendered} rendered, ${counts.cached} as before`] : []),
    files,
    ...(left.length > 0 ? [`Left out: ${listed(left)} (--drafts shows them)`] : []),
    ...(found ? [found] : []),
  ].join('\n')
}

/** Gives the last words of a check. */
export function checkSummary(
  result: {
    readonly ok: boolean
    readonly misused: boolean
    readonly counts: SummaryCounts
    readonly diagnostics: readonly Diagnostic[]
  },
  durationMs: number,
): string {
  const { counts, diagnostics, misused } = result
  const found = tally(diagnostics) ?? 'nothing to report'
  if (misused) return `Nothing was checked: ${found}.`
  const left = leftOut(counts)
  return [
    `Checked ${plural(counts.posts, 'post')} and ${plural(counts.pages, 'page')} in ${seconds(durationMs)}: ${found}`,
    ...(left.length > 0 ? [`Left out: ${listed(left)}`] : []),
  ].join('\n')
}

function leftOut({ drafts, scheduled, expired }: SummaryCounts): readonly string[] {
  return [
    ...(drafts > 0 ? [plural(drafts, 'draft')] : []),
    ...(scheduled > 0 ? [`${plural(scheduled, 'post')} dated in the future`] : []),
    ...(expired > 0 ? [plural(expired, 'expired post')] : []),
  ]
}

/** Gives `a, b and c`. */
function listed(items: readonly string[]): string {
  return [items.slice(0, -1).join(', '), ...items.slice(-1)].filter((part) => part !== '').join(' and ')
}

interface SummaryCounts {
  readonly posts: number
  readonly pages: number
  readonly rendered: number
  readonly cached: number
  readonly outputs: number
  readonly written: number
  readonly unchanged: number
  readonly removed: number
  readonly drafts: number
  readonly scheduled: number
  readonly expired: number
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}

/** What each step of a build is about, in its order. */
const steps: Readonly<Record<string, string>> = {
  compare: 'compare with the last build',
  read: 'read posts',
  render: 'render posts',
  assemble: 'assemble the site',
  theme: 'bundle the theme',
  cards: 'make cards',
  pages: 'make pages',
  inspect: 'look for unused files',
  weigh: 'weigh pages',
  external: 'ask other sites',
  publish: 'move files into place',
  verify: 'build clean and compare',
}

/** Gives where the time of a build went, as a table: milliseconds by step. */
export function timingsTable(timings: ReadonlyMap<string, number>, totalMs: number): string {
  const known = [...timings].map(([step, ms]) => [steps[step] ?? step, Math.round(ms)] as const)
  const rest = totalMs - known.reduce((sum, [, ms]) => sum + ms, 0)
  const rows = [...known, ['everything else', Math.max(0, rest)] as const, ['all of it', totalMs] as const]
  const [name, time] = [
    Math.max(...rows.map(([step]) => step.length)),
    Math.max(...rows.map(([, ms]) => `${ms}`.length)),
  ]
  return rows.map(([step, ms]) => `  ${step.padEnd(name)}  ${`${ms}`.padStart(time)} ms`).join('\n')
}
