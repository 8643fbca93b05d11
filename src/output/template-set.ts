/** The templates of a site, as texts. */
import { readdir, readFile, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { reasonOf } from '../errno.js'
import { byCodeUnit } from '../order.js'
import { isLedOut } from '../outside.js'
import { packageFolder } from '../package.js'

/** Templates by name: `post.html`, or `parts/x.html` from a folder. */
export interface TemplateSet {
  readonly files: ReadonlyMap<string, TemplateFile>
  /** The digest of all their texts. */
  readonly key: string
  /** Templates that cannot be read. */
  readonly diagnostics: readonly Diagnostic[]
}

/** One template, as text. */
export interface TemplateFile {
  /** For messages: `templates/post.html` in the site, `scholium/templates/post.html` built in. */
  readonly path: string
  readonly source: string
}

const builtIn = join(packageFolder, 'templates')

/**
 * Reads the templates of a site: the built-in ones, each replaced by the file of its name in templates/,
 * and whatever else is there. Links that lead nowhere are ignored, and so are those that lead out of the site, which
 * the inventory has reported; for those that lead out of that folder alone, `file-is-readable` is reported.
 */
export async function readTemplates(root: string): Promise<TemplateSet> {
  const isRefused = (path: string) => isLedOut(root, path)
  const folder = join(root, 'templates')
  const [own, given] = await Promise.all([
    readFolder(builtIn, 'scholium/templates'),
    isRefused(folder) ? noTemplates : readFolder(folder, 'templates', isRefused),
  ])
  const files = new Map([...own.files, ...given.files].sort(([a], [b]) => byCodeUnit(a, b)))
  return {
    files,
    key: digestOf(JSON.stringify([...files])),
    diagnostics: [...own.diagnostics, ...given.diagnostics],
  }
}

interface Folder {
  readonly files: readonly (readonly [string, TemplateFile])[]
  readonly diagnostics: readonly Diagnostic[]
}

const noTemplates: Folder = { files: [], diagnostics: [] }

async function readFolder(
  folder: string,
  shown: string,
  isRefused: (path: string) => boolean = () => false,
): Promise<Folder> {
  const base = await realpath(folder).catch(() => null)
  if (base === null) return noTemplates
  const entries = await readdir(base, { recursive: true, withFileTypes: true }).catch((error) =>
    unreadable(shown, error),
  )
  if (!Array.isArray(entries)) return { files: [], diagnostics: [entries] }
  const read = await Promise.all(
    entries
      .filter((entry) => entry.name.endsWith('.html') && !entry.isDirectory())
      .map(async (entry): Promise<readonly [string, TemplateFile] | Diagnostic | null> => {
        const path = join(entry.parentPath, entry.name)
        const name = relative(base, path).split(sep).join('/')
        const real = await realpath(path).catch(() => '')
        if (real === '' || isRefused(real)) return null
        if (!real.startsWith(base + sep))
          return diagnostic(
            'file-is-readable',
            `${shown}/${name} cannot be read: it is a link that leads out of ${shown}/.`,
            { file: `${shown}/${name}` },
          )
        try {
          const source = (await readFile(real, 'utf8')).replace(/^\uFEFF/, '')
          return [name, { path: `${shown}/${name}`, source }]
        } catch (error) {
          return unreadable(`${shown}/${name}`, error)
        }
      }),
  )
  return {
    files: read.flatMap((file) => (file && !('rule' in file) ? [file] : [])),
    diagnostics: read.flatMap((file) => (file && 'rule' in file ? [file] : [])),
  }
}

function unreadable(file: string, error: unknown): Diagnostic {
  return diagnostic('file-is-readable', `${file} cannot be read: ${reasonOf(error)}`, { file })
}
