/** A plugin of the site that cannot be used: an error on its way from the thread that loads it, and its diagnostic. */
import type { ConfiguredPlugin } from '../config.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { configFile } from '../layout.js'

const errorCode = 'ERR_SCHOLIUM_PLUGIN'

/** Gives the error of a plugin that cannot be loaded or attached; its code reaches other threads. */
export function pluginError(index: number, reason: string): Error & { readonly code: string } {
  return Object.assign(new Error(reason), { code: `${errorCode} ${index}` })
}

/** Gives which of the configured plugins an error is of, and why; null if it is of none. */
export function pluginFault(error: unknown): { readonly index: number; readonly reason: string } | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  const index = error.code.startsWith(`${errorCode} `) ? Number(error.code.slice(errorCode.length + 1)) : null
  return index === null ? null : { index, reason: error.message }
}

/** Gives `plugin-loads` for a plugin. */
export function pluginDiagnostic(
  { name, place }: Pick<ConfiguredPlugin, 'name' | 'place'>,
  reason: string,
): Diagnostic {
  return diagnostic('plugin-loads', `The plugin "${name}" cannot be used: ${reason}`, {
    file: configFile,
    place,
    hint: 'Install it with npm in the folder of the site, or write the path of a file of your own: ./plugins/name.mjs.',
  })
}
