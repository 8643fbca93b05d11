/** What a plugin finds in a text, on its way to a diagnostic: a message of the file, by a rule of Scholium's. */
import type { VFile } from 'vfile'
import type { Options } from 'vfile-message'
import type { RuleName } from '../diagnostics.js'

/** Where a finding stands in the body, and what to do about it. */
export interface Finding {
  readonly place?: Options['place']
  readonly hint?: string | undefined
}

/** Adds a finding to a file's messages. */
export function report(file: VFile, rule: RuleName, reason: string, { place, hint }: Finding = {}): void {
  const message = file.message(reason, { ...(place && { place }), ruleId: rule, source: 'scholium' })
  message.note = hint
}
