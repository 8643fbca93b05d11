/** The plugins that site.yaml names, loaded in the thread that renders. */
import { createRequire, register } from 'node:module'
import { resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'unified'
import { guardExit } from '../markdown/plugin-exit.js'
import { pluginError } from '../markdown/plugin-fault.js'
import type { LoadedPlugin, PluginKind } from '../markdown/site-plugins.js'

/** A plugin that is found: all that a thread must know to load it. */
export interface FoundPlugin {
  readonly kind: PluginKind
  readonly name: string
  readonly options?: unknown
  /** Its module, relative to the site's root. */
  readonly file: string
  /** Its module and what that imports from beside it, likewise, as far as that can be read off the text. */
  readonly files: readonly string[]
  /** The digest of these. */
  readonly digest: string
}

/** The plugins of a site; `key` stands for all that is known of them. */
export interface PluginSet {
  readonly key: string
  readonly root: string
  readonly plugins: readonly FoundPlugin[]
}

/**
 * Gives what loads plugins, each version of them once. Node keeps every module that it has loaded by its URL: another
 * version has another one. Rejects with `pluginError` where one cannot be loaded, is none, ends the process, or is not
 * there after `patienceMs`: a module may wait for what never comes, and nothing would wait with it.
 */
export function pluginLoader(patienceMs = 30_000): (set: PluginSet) => Promise<readonly LoadedPlugin[]> {
  let last: { readonly key: string; readonly loaded: Promise<readonly LoadedPlugin[]> } | undefined
  const load = async ({ root, plugins }: PluginSet) => {
    const loaded: LoadedPlugin[] = []
    for (const [index, found] of plugins.entries()) {
      noteVersion(resolve(root, found.file), found)
      loaded.push(...(await loadPlugin(found, root, index, patienceMs)))
    }
    return loaded
  }
  return (set) => {
    if (last?.key !== set.key) last = { key: set.key, loaded: load(set) }
    return last.loaded
  }
}

async function loadPlugin(
  { kind, name, options, file, files, digest }: FoundPlugin,
  root: string,
  index: number,
  patienceMs: number,
): Promise<readonly LoadedPlugin[]> {
  const url = pathToFileURL(resolve(root, file))
  url.searchParams.set(versionParameter, digest)
  // CommonJS keeps modules by path.
  const { cache } = createRequire(url)
  for (const each of files) delete cache[resolve(root, each)]
  let module: { readonly default?: unknown }
  const release = guardExit()
  try {
    module = await within(patienceMs, import(url.href))
  } catch (error) {
    const message = String((error as Error)?.message ?? error)
    throw pluginError(index, `it cannot be loaded: ${withoutPaths(message, root)}`)
  } finally {
    release()
  }
  const pluggable = defaultOf(module)
  if (typeof pluggable === 'function')
    return [{ kind, name, plugin: pluggable as Plugin<unknown[]>, options, index }]
  const preset = presetPlugins(pluggable)
  if (preset.length === 0) throw pluginError(index, 'its module has no plugin as its default export.')
  return preset.map(([plugin, given]) => ({ kind, name, plugin, options: given, index }))
}

/** Gives what a promise gives. Rejects as it does, or when it takes longer; a timer keeps the process running meanwhile. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`its module is not done after ${ms / 1000} seconds`)), ms)
  })
  try {
    return await Promise.race([promise, tooLong])
  } finally {
    clearTimeout(timer)
  }
}

/** Gives a message of Node's without what is another on each machine: where the site is, and which version this is. */
function withoutPaths(message: string, root: string): string {
  return message
    .split('\n', 1)
    .join('')
    .replaceAll(`${pathToFileURL(root).href}/`, '')
    .replaceAll(`${root}${sep}`, '')
    .replace(/\?scholium-version=[\da-f]+/g, '')
    .replace(/\.?$/, '.')
}

/** The default export, also of a module that was compiled to CommonJS. */
function defaultOf(module: { readonly default?: unknown }): unknown {
  const given = module.default
  const isWrapped = typeof given === 'object' && given !== null && 'default' in given
  return isWrapped ? given.default : given
}

/** The plugins of a preset (unified, `Preset`), those of presets in it too. */
function presetPlugins(preset: unknown): readonly (readonly [Plugin<unknown[]>, unknown])[] {
  const isPreset = typeof preset === 'object' && preset !== null && 'plugins' in preset
  if (!isPreset || !Array.isArray(preset.plugins)) return []
  return preset.plugins.flatMap((entry: unknown): readonly (readonly [Plugin<unknown[]>, unknown])[] => {
    const [plugin, options] = Array.isArray(entry) ? entry : [entry]
    return typeof plugin === 'function' ? [[plugin as Plugin<unknown[]>, options]] : presetPlugins(plugin)
  })
}

/** In the URL of a plugin's module, the digest of its version. */
const versionParameter = 'scholium-version'

/** What this thread has loaded, by path: as Node's own record of modules, it is the thread's, whoever asks. */
const loadedVersions = new Map<string, string>()
let renews = false

/** From the second version of a plugin on, what it imports from beside it is of that version too. */
function noteVersion(path: string, { digest, files }: FoundPlugin): void {
  const before = loadedVersions.get(path)
  loadedVersions.set(path, digest)
  if (before === undefined || before === digest || files.length === 1 || renews) return
  renews = true
  register(`data:text/javascript,${encodeURIComponent(hooks)}`)
}

/** See nodejs.org/api/module.html#customization-hooks. */
const hooks = `
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  if (!/^[.]{1,2}[/]/.test(specifier) || !URL.canParse(context.parentURL)) return found
  const version = new URL(context.parentURL).searchParams.get(${JSON.stringify(versionParameter)})
  if (version === null) return found
  const url = new URL(found.url)
  url.searchParams.set(${JSON.stringify(versionParameter)}, version)
  return { ...found, url: url.href }
}`
