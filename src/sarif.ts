/** Diagnostics as SARIF 2.1.0, which code hosts and editors read (https://docs.oasis-open.org/sarif/sarif/v2.1.0/). */
import type { Log, ReportingDescriptor, Result } from 'sarif'
import type { Diagnostic, RuleName, Severity } from './diagnostics.js'
import { ruleEntry, ruleHelp, ruleHelpMarkdown } from './rules.js'
import { version } from './version.js'

/**
 * Gives a log of one run, with the rules that it names. `uriOf` gives the URI of a file of the site, relative to the
 * repository that holds it.
 */
export function sarifLog(diagnostics: readonly Diagnostic[], uriOf: (file: string) => string): Log {
  const named = [...new Set(diagnostics.map(({ rule }) => rule))].sort()
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Scholium',
            semanticVersion: version,
            rules: named.map(descriptorOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((found) => resultOf(found, named.indexOf(found.rule), uriOf)),
      },
    ],
  }
}

/** Gives a path as a relative reference (RFC 3986, section 4.2): a colon in its first part would else end a scheme. */
export function uriOfPath(path: string): string {
  return path.toWellFormed().split('/').map(encodeURIComponent).join('/')
}

function descriptorOf(rule: RuleName): ReportingDescriptor {
  const entry = ruleEntry(rule)
  const { truth, severity, mend } = entry
  return {
    id: rule,
    shortDescription: { text: truth },
    fullDescription: { text: `${truth} ${mend}` },
    help: { text: ruleHelp(entry), markdown: ruleHelpMarkdown(entry) },
    defaultConfiguration: { level: levelOf(severity) },
  }
}

function resultOf(
  { rule, severity, message, hint, file, line, column, endLine, endColumn }: Diagnostic,
  ruleIndex: number,
  uriOf: (file: string) => string,
): Result {
  const region =
    line === undefined ? {} : { region: { startLine: line, startColumn: column, endLine, endColumn } }
  return {
    ruleId: rule,
    ruleIndex,
    level: levelOf(severity),
    message: { text: hint === undefined ? message : `${message} ${hint}` },
    ...(file !== undefined && {
      locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }],
    }),
  }
}

function levelOf(severity: Severity): 'error' | 'warning' {
  return severity === 'error' ? 'error' : 'warning'
}
