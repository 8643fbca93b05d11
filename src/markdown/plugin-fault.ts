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
  const install =
    'Install it with npm in the folder of the site, or write the path of a file of your own: ./plugins/name.mjs.'
  const isMissing = /Cannot find|There is no file/.test(reason)
  return diagnostic('plugin-loads', `The plugin "${name}" cannot be used: ${reason}`, {
    file: configFile,
    place,
    hint: isMissing ? install : undefined,
  })
}

/** Gives `plugin-loads` for plugins of which one, nobody knows which, ended the thread that rendered. */
export function endedThread(plugins: readonly ConfiguredPlugin[], reason: string): Diagnostic {
  const names = plugins.map(({ name }) => `"${name}"`).join(', ')
  const why = reason.split('\n', 1)[0]?.replace(/\.$/, '')
  return diagnostic('plugin-loads', `One of the plugins ${names} ended the thread that it ran in: ${why}.`, {
    file: configFile,
    place: plugins[0]?.place,
    hint: 'A plugin must not end the process, nor start what ends it, or throws, later.',
  })
}
