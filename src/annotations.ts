/**
 * Diagnostics as commands that GitHub Actions reads from what a step prints, and shows at the lines they name
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
 */
import type { Diagnostic } from './diagnostics.js'

/** Gives a line for each diagnostic; `pathOf` gives the path of a file of the site within the repository. */
export function githubAnnotations(
  diagnostics: readonly Diagnostic[],
  pathOf: (file: string) => string,
): readonly string[] {
  return diagnostics.map(({ rule, severity, message, hint, file, line, column, endLine, endColumn }) => {
    const isOneLine = endLine === undefined || endLine === line
    const properties: readonly (readonly [name: string, value: string | number | undefined])[] = [
      ['file', file === undefined ? undefined : pathOf(file)],
      ['line', line],
      ['endLine', endLine],
      // Columns of several lines are refused.
      ['col', isOneLine ? column : undefined],
      ['endColumn', isOneLine ? endColumn : undefined],
      ['title', rule],
    ]
    const given = properties.flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${escapedProperty(String(value))}`],
    )
    const text = hint === undefined ? message : `${message}\n${hint}`
    return `::${severity === 'error' ? 'error' : 'warning'} ${given.join(',')}::${escapedData(text)}`
  })
}

/** As the toolkit of actions escapes what is said (actions/toolkit, packages/core/src/command.ts). */
function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
