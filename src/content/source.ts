/** What lies on disk: every Markdown source as clean text, and every file that is published as it is. */
import type { Dirent } from 'node:fs'
import { access, constants, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { reasonOf } from '../errno.js'
import { byCodeUnit } from '../order.js'

/** A Markdown file of content/posts or content/pages. */
export interface SourceFile {
  readonly kind: 'post' | 'page'
  /** Relative to the site's root, with forward slashes: `content/posts/a.md`. */
  readonly file: string
  /** As {@link cleanText} gives it. */
  readonly text: string
}

/** A file that is published unchanged. */
export interface StaticFile {
  /** Relative to the site's root, with forward slashes. */
  readonly file: string
}

export interface Sources {
  /** By file name, in code-unit order. */
  readonly documents: readonly SourceFile[]
  readonly statics: readonly StaticFile[]
  readonly diagnostics: readonly Diagnostic[]
}

const folders = { post: 'content/posts', page: 'content/pages', asset: 'assets' } as const
const markdownFile = /\.(md|markdown)$/i
/** Hidden files, and what editors leave behind. */
const ignoredName = /^\.|~$|\.sw[a-z]$|^#.*#$/i
/** Parts of style sheets and scripts: bundled into others, not published themselves. */
const partFile = /(^|\/)_[^/]*\.(css|m?js)$/i
/** What the theme bundles and writes under a fingerprinted name; see output/styles.ts. */
const themeEntries: ReadonlySet<string> = new Set([
  'assets/css/main.css',
  'assets/css/custom.css',
  'assets/js/theme.js',
  'assets/favicon.svg',
])

/**
 * Reads the sources of a site: content/posts, content/pages and assets, as far as they exist.
 * Reports `file-is-readable` for what cannot be read or leads out of the site, and `text-is-utf8`.
 */
export async function readSources(root: string): Promise<Sources> {
  const home = await realpath(root)
  const walks = await Promise.all(
    [folders.post, folders.page, folders.asset].map((folder) => walk(home, folder)),
  )
  const files = walks.flatMap((found) => found.files).sort(byCodeUnit)
  const isDocument = (file: string) => markdownFile.test(file) && !file.startsWith(`${folders.asset}/`)
  const read = await inBatches(files.filter(isDocument), (file) => readDocument(home, file))
  const found = await inBatches(
    files.filter((file) => !isDocument(file) && isPublished(file)),
    (file) => findStatic(home, file),
  )
  return {
    documents: read.flatMap(({ document }) => (document ? [document] : [])),
    statics: found.flatMap(({ files: each }) => each.map((file) => ({ file }))),
    diagnostics: [
      ...walks.flatMap(({ diagnostics }) => diagnostics),
      ...[...read, ...found].flatMap(({ diagnostics }) => diagnostics),
    ],
  }
}

/**
 * Gives text as the rest of the program relies on it: no byte order mark, lines ended by \n alone, and
 * U+FFFD for NUL (CommonMark 2.3) and for the noncharacters that rendering marks things with (named in markdown/rendered.ts).
 */
export function cleanText(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[\0\uFDD0-\uFDD4]/g, '\uFFFD')
}

function isPublished(file: string): boolean {
  return !file.startsWith(`${folders.asset}/`) || !(themeEntries.has(file) || partFile.test(file))
}

interface Walk {
  readonly files: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

async function walk(home: string, folder: string, seen: ReadonlySet<string> = new Set()): Promise<Walk> {
  let entries: Dirent[]
  try {
    entries = await readdir(join(home, folder), { withFileTypes: true })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ENOENT' && seen.size === 0 ? nothing : unreadable(folder, reasonOf(error))
  }
  const real = await realpath(join(home, folder))
  if (!real.startsWith(home + sep)) return unreadable(folder, 'it is a link that leads out of the site.')
  const below = new Set(seen).add(real)
  const found = await Promise.all(
    entries
      .filter(({ name }) => !ignoredName.test(name))
      .map((entry): Walk | Promise<Walk> => {
        const file = `${folder}/${entry.name}`
        if (file.includes('\uFFFD')) return unreadable(file, 'its name is not valid UTF-8.')
        if (entry.isDirectory()) return walk(home, file, below)
        if (entry.isFile()) return { files: [file], diagnostics: [] }
        return entry.isSymbolicLink() ? follow(home, file, below) : unreadable(file, 'it is not a file.')
      }),
  )
  return {
    files: found.flatMap((each) => each.files),
    diagnostics: found.flatMap((each) => each.diagnostics),
  }
}

const nothing: Walk = { files: [], diagnostics: [] }

/** A symbolic link counts as what it points to, as long as that lies inside the site and not around the link. */
async function follow(home: string, file: string, seen: ReadonlySet<string>): Promise<Walk> {
  try {
    const target = await realpath(join(home, file))
    if (!target.startsWith(home + sep)) return unreadable(file, 'it is a link that leads out of the site.')
    if (seen.has(target)) return unreadable(file, 'it is a link to a folder that holds it.')
    const kind = await stat(target)
    return kind.isDirectory() ? walk(home, file, seen) : { files: [file], diagnostics: [] }
  } catch (error) {
    return unreadable(file, reasonOf(error))
  }
}

function unreadable(file: string, reason: string): Walk {
  return {
    files: [],
    diagnostics: [diagnostic('file-is-readable', `${file} cannot be read: ${reason}`, { file })],
  }
}

/** A file that is published unchanged, if it may be read. */
async function findStatic(home: string, file: string): Promise<Walk> {
  try {
    await access(join(home, file), constants.R_OK)
    return { files: [file], diagnostics: [] }
  } catch (error) {
    return unreadable(file, reasonOf(error))
  }
}

async function readDocument(
  home: string,
  file: string,
): Promise<{ document: SourceFile | null; diagnostics: readonly Diagnostic[] }> {
  try {
    const bytes = await readFile(join(home, file))
    const { text, valid } = decode(bytes)
    const document: SourceFile = {
      kind: file.startsWith(`${folders.post}/`) ? 'post' : 'page',
      file,
      text: cleanText(text),
    }
    const fault = diagnostic(
      'text-is-utf8',
      `${file} is not valid UTF-8: some characters are shown as \uFFFD.`,
      {
        file,
        hint: 'Save the file as UTF-8.',
      },
    )
    return { document, diagnostics: valid ? [] : [fault] }
  } catch (error) {
    return { document: null, diagnostics: unreadable(file, reasonOf(error)).diagnostics }
  }
}

function decode(bytes: Uint8Array): { text: string; valid: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), valid: true }
  } catch {
    return { text: new TextDecoder('utf-8').decode(bytes), valid: false }
  }
}

/** Maps in order, a few at a time, so that ten thousand files do not need ten thousand open handles. */
async function inBatches<T, R>(items: readonly T[], job: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += 64) {
    results.push(...(await Promise.all(items.slice(start, start + 64).map(job))))
  }
  return results
}
