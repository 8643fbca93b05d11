/** Where the plugins that site.yaml names are, and all that can be known of them without running them. */
import { statSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { resolve as resolveSpecifier } from 'import-meta-resolve'
import type { ConfiguredPlugin } from '../config.js'
import { type NamedFiles, namedReason } from '../content/named-files.js'
import type { Diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { configFile } from '../layout.js'
import { pluginDiagnostic } from '../markdown/plugin-fault.js'
import type { FoundPlugin, PluginSet } from '../render/plugins.js'

/** The plugins of a site, or why some cannot be found. */
export interface FoundPlugins {
  readonly set: PluginSet
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Finds plugins as Node does, from the site's root; `home` is that without links in it. Each has a digest: of its
 * module, of every file that it imports from beside it, of the version of its package, and of those that it imports.
 * What those import in turn is not looked at. Reports `plugin-loads`.
 */
export function findPlugins(
  configured: readonly ConfiguredPlugin[],
  home: string,
  named: NamedFiles,
): FoundPlugins {
  const diagnostics: Diagnostic[] = []
  const plugins = configured.flatMap(({ kind, name, options, place }): readonly FoundPlugin[] => {
    try {
      const file = fromHome(home, moduleOf(name, home))
      const entry = named.textOf(file)
      if ('fault' in entry) throw new Error(namedReason(entry.fault, file))
      const { files, states } = closureOf(file, home, named)
      const digest = digestOf(JSON.stringify(states))
      return [{ kind, name, ...(options !== undefined && { options }), file, files, digest }]
    } catch (error) {
      diagnostics.push(pluginDiagnostic({ name, place }, firstLine(error)))
      return []
    }
  })
  const key = digestOf(JSON.stringify(plugins.map(({ files: _, ...plugin }) => plugin)))
  return { set: { key, root: home, plugins }, diagnostics }
}

/** Gives the path of the module that a specifier stands for. Throws where there is none. */
function moduleOf(name: string, home: string): string {
  const parent = pathToFileURL(join(home, configFile)).href
  return fileURLToPath(resolveSpecifier(name, parent))
}

function firstLine(error: unknown): string {
  const text = String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? ''
  // Node says where it was looked for from, which is another folder on each machine.
  return `${text
    .split(' imported from ', 1)
    .join()
    .slice(0, mostWords)
    .replace(/(['"]).*[/\\]([^/\\]+)\1/, '"$2"')
    .replace(/\.$/, '')}.`
}

/** No reason is longer, but that of a name made to be. */
const mostWords = 300

interface Closure {
  readonly files: readonly string[]
  /** Of every file that was looked at, in order. */
  readonly states: readonly (readonly [file: string, state: string])[]
}

/** More files than that are no plugin's own. */
const mostFiles = 500

/** Gives a module with what it imports from beside it, and what of packages the digest is made of. */
function closureOf(entry: string, home: string, named: NamedFiles): Closure {
  const open = [entry]
  const files = new Set(open)
  const packages = new Set([packageOf(entry, home)])
  for (const file of files) {
    const read = named.textOf(file)
    if (!('text' in read) || files.size > mostFiles) continue
    for (const specifier of importsIn(read.text)) {
      if (/^\.{1,2}\//.test(specifier)) {
        files.add(besideOf(posix.join(posix.dirname(file), specifier), home, named))
      } else if (!/^(?:node:|[a-z]+:|\/)/.test(specifier)) {
        packages.add(installedFrom(specifier, file, home))
      }
    }
  }
  const looked = [...files, ...[...packages].filter((file) => file !== null)]
  return { files: [...files], states: looked.map((file) => [file, named.stateOf(file)] as const) }
}

/** What stands for a module in JavaScript: `import x from "…"`, `export … from "…"`, `import("…")`, `require("…")`, `new URL("…", import.meta.url)`. */
const imports =
  /\b(?:from|import|require)\s*(?:\(\s*)?(?:"([^"\n]+)"|'([^'\n]+)')|\bnew\s+URL\(\s*(?:"([^"\n]+)"|'([^'\n]+)')\s*,\s*import\.meta\.url/g

function importsIn(text: string): readonly string[] {
  return [...text.matchAll(imports)].map(([, ...found]) => found.find((each) => each !== undefined) ?? '')
}

/** Gives the file that a relative specifier stands for, its ending added as CommonJS does; itself where there is none. */
function besideOf(path: string, home: string, named: NamedFiles): string {
  const endings = ['', '.js', '.cjs', '.json', '/index.js']
  const found = endings.find((ending) => isFile(resolve(home, path + ending)))
  const file = path + (found ?? '')
  // So that one that is missing is seen when it appears.
  named.stateOf(file)
  return file
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

/** Gives the package.json of the package that a file is in; null if it is the site's own. */
function packageOf(file: string, home: string): string | null {
  if (!file.split('/').includes('node_modules')) return null
  for (let folder = dirname(resolve(home, file)); ; folder = dirname(folder)) {
    if (isFile(join(folder, 'package.json'))) return fromHome(home, join(folder, 'package.json'))
    if (dirname(folder) === folder) return null
  }
}

/** Gives the package.json of a package as a file finds it; where it is to be installed, if it is nowhere. */
function installedFrom(specifier: string, file: string, home: string): string {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  for (let folder = dirname(resolve(home, file)); ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name, 'package.json')
    if (isFile(path)) return fromHome(home, path)
    if (dirname(folder) === folder) return `node_modules/${name}/package.json`
  }
}

function fromHome(home: string, path: string): string {
  return relative(home, path).split(sep).join('/')
}
