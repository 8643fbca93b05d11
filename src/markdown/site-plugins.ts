/** The plugins of unified that site.yaml names, as they run in a pipeline: what goes wrong in one is told of it and of the text. */
import { isAbsolute, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PluggableList, Plugin, Processor, Transformer } from 'unified'
import type { VFile } from 'vfile'
import { VFileMessage } from 'vfile-message'
import { rules } from '../diagnostics.js'
import { packageFolder } from '../package.js'
import { report } from './finding.js'
import { guardExit } from './plugin-exit.js'
import { pluginError } from './plugin-fault.js'

/** Which of the two trees a plugin works on: Markdown's or HTML's. */
export type PluginKind = 'remark' | 'rehype'

/** A plugin that is loaded. */
export interface LoadedPlugin {
  readonly kind: PluginKind
  /** As site.yaml has it. */
  readonly name: string
  readonly plugin: Plugin<unknown[]>
  /** Undefined where site.yaml gives none. */
  readonly options: unknown
  /** Which of those that site.yaml names it is, counted from 0. */
  readonly index: number
}

/** Gives the plugins of one kind as unified takes them. */
export function pluginsOf(kind: PluginKind, plugins: readonly LoadedPlugin[]): PluggableList {
  return plugins
    .filter((plugin) => plugin.kind === kind)
    .map((plugin) =>
      plugin.options === undefined ? [guarded(plugin)] : [guarded(plugin), plugin.options],
    ) as PluggableList
}

/**
 * Gives a plugin that reports what its own throws on a text. Bodies are rendered synchronously: a promise is reported,
 * and what it would have done is not waited for. Throws {@link pluginError} where it cannot even be attached.
 */
function guarded({ name, plugin, index }: LoadedPlugin): Plugin<unknown[]> {
  return function (this: Processor, ...options: unknown[]) {
    let transform: unknown
    const release = guardExit()
    try {
      transform = plugin.call(this as never, ...options)
    } catch (error) {
      throw pluginError(index, reasonOf(error))
    } finally {
      release()
    }
    if (isPromise(transform)) {
      unheard(transform)
      throw pluginError(index, `${asynchronous} ${remedy}`)
    }
    if (typeof transform !== 'function') return undefined
    const run = transform as Transformer
    return (tree, file) => {
      const known = file.messages.length
      const release = guardExit()
      try {
        const result = resultOf(run, tree, file)
        nameMessages(name, file, known)
        return result
      } catch (error) {
        const failed = error instanceof VFileMessage ? error : null
        if (failed) file.messages = file.messages.filter((message) => message !== failed)
        nameMessages(name, file, known)
        report(file, 'plugin-runs', `The plugin "${name}" failed: ${reasonOf(error)}`, {
          place: failed?.place,
          hint: failed ? undefined : (hintOf(error) ?? undefined),
        })
        return undefined
      } finally {
        release()
      }
    }
  }
}

/** Gives the tree that a transformer gives, if any. Throws what it throws or hands on, and where it is asynchronous. */
function resultOf(run: Transformer, tree: Parameters<Transformer>[0], file: VFile) {
  let handed: { readonly error: unknown; readonly tree: unknown } | undefined
  const next = (error?: unknown, given?: unknown) => {
    handed ??= { error, tree: given }
  }
  const result: unknown = run(tree, file, next as Parameters<Transformer>[2])
  if (result instanceof Error) throw result
  if (isPromise(result)) {
    unheard(result)
    throw new Asynchronous(asynchronous)
  }
  if (run.length > 2 && !handed) throw new Asynchronous(asynchronous)
  if (handed?.error) throw handed.error
  return (result ?? handed?.tree ?? undefined) as typeof tree | undefined
}

const asynchronous = 'it is asynchronous, and texts are rendered synchronously.'
const remedy =
  'What takes time, such as reading a file, can be awaited at the top of its module, before any text is rendered.'

class Asynchronous extends Error {}

/** Lets go of a promise that nobody waits for: what becomes of it must not end the process. */
function unheard(promise: PromiseLike<unknown>): void {
  promise.then(undefined, () => undefined)
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** Puts the name of a plugin before what it has to say, under a rule of its own. */
function nameMessages(name: string, file: VFile, from: number): void {
  for (const message of file.messages.slice(from)) {
    if (message.ruleId !== undefined && Object.hasOwn(rules, message.ruleId)) continue
    message.reason = `${name}: ${message.reason}`
    message.ruleId = 'text-satisfies-plugins'
  }
}

function reasonOf(error: unknown): string {
  const reason = error instanceof VFileMessage ? error.reason : error instanceof Error ? error.message : error
  const text = String(reason).split('\n', 1)[0] ?? ''
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** Gives what to do about a fault of a plugin, or where to look for it. */
function hintOf(error: unknown): string | null {
  return error instanceof Asynchronous ? remedy : firstFrame(error)
}

/** A line of a stack that names a file: its URL or path, and the line there. */
const frame = /^\s*at (?:[^(]*\()?([^()?]+)(?:\?[^:()]*)?:(\d+):\d+\)?$/
/** Longer lines are no frames. */
const longestFrame = 2000

/**
 * Gives where a plugin threw, without the folders above, which are others on each machine. Where something of Scholium's
 * threw that the plugin called, that is where it called it.
 */
function firstFrame(error: unknown): string | null {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const row of stack.split('\n')) {
    const [, file, line] = (row.length < longestFrame && frame.exec(row)) || []
    if (file !== undefined && !file.startsWith('node:') && !isOwn(file))
      return `It was thrown in ${file.split(/[/\\]/).at(-1)}, line ${line}.`
  }
  return null
}

/** Where Scholium's own code is, and what comes with it. */
const ownFolders = ['src', 'lib', 'node_modules'].map(
  (name) => pathToFileURL(join(packageFolder, name, '/')).href,
)

/** Whether a file of a stack is Scholium's. */
function isOwn(file: string): boolean {
  const url = file.startsWith('file:') ? file : isAbsolute(file) ? pathToFileURL(file).href : ''
  return ownFolders.some((folder) => url.startsWith(folder))
}
