/**
 * The inventory of a site: every file that a build may read, with the digest of its bytes. Size, times and inode
 * tell which files need not be read again; digests decide what has changed.
 */
import { createHash } from 'node:crypto'
import {
  closeSync,
  type Dirent,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { reasonOf } from '../errno.js'
import { authorsFile, configFile, publishedFile } from '../layout.js'
import { byCodeUnit } from '../order.js'
import { isLedOut, isOutside, isThere, leadsOut, linkFault } from '../outside.js'
import type { BuiltIn } from '../package.js'
import { isSettled, sourceSignature } from '../signature.js'
import { type NamedFile, type NamedRecord, namedSignature, takeNamed } from './named-files.js'

/** One file of the inventory. */
export interface InputFile {
  /** Relative to the site's root, with forward slashes; those that come with Scholium begin with `scholium/`. */
  readonly file: string
  /** Where it is read. */
  readonly path: string
  /** See {@link sourceSignature}. */
  readonly signature: string
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly digest: string
  /** Its bytes, if it is text and had to be read, until {@link letGo}. */
  bytes?: Uint8Array | undefined
}

export interface Inventory {
  /** When signatures were taken, in milliseconds since 1970. */
  readonly takenAt: number
  /** By name, in code-unit order. */
  readonly files: ReadonlyMap<string, InputFile>
  /** Files that texts name, wherever below the root they lie, as far as an earlier build knew of them. */
  readonly named: ReadonlyMap<string, NamedFile>
  /** Of content, assets, templates and what is read by its name: what cannot be read, and links that lead out of the site. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Lets the bytes of a file go: whoever needs them again reads the file, and compares its digest. */
export function letGo(file: InputFile): void {
  file.bytes = undefined
}

/** What an earlier build knew of its files, as JSON has it: `[file, signature, digest]` of each. */
export interface InventoryRecord {
  readonly takenAt: number
  readonly files: readonly (readonly [file: string, signature: string, digest: string])[]
  readonly named: readonly NamedRecord[]
}

/** Whether a file is a bibliography of the site: in content/ itself, BibTeX's or CSL-JSON. */
export function isBibliography(file: string): boolean {
  return /^content\/[^/]+\.(?:bib|csl\.json)$/i.test(file)
}

/** Hidden files, and what editors leave behind. */
const ignoredName = /^\.|~$|\.sw[a-z]$|^#.*#$/i
/** What another sheet may import, hidden or not. */
const sheet = /\.css$/i
/** Larger files are read in parts, and never held as a whole. */
const partSize = 1 << 20

/**
 * Takes the inventory of a site. Files whose signature is that of an earlier record are not read again.
 * Reports `file-is-readable` for files of content, assets and words that cannot be read, and for every link that leads
 * out of the site.
 */
export function takeInventory(
  root: string,
  builtIns: readonly BuiltIn[],
  before: InventoryRecord | null,
): Inventory {
  const takenAt = Date.now()
  const home = realpathSync(root)
  const known = new Map(before?.files.map((record) => [record[0], record]))
  const diagnostics: Diagnostic[] = []
  const files = new Map<string, InputFile>()
  const add = ({ file, path }: Located, required: boolean) => {
    try {
      const stats = statSync(path, { throwIfNoEntry: required })
      // A file that need not be there.
      if (!stats) return
      const signature = sourceSignature(stats)
      const record = known.get(file)
      const isSame = record?.[1] === signature && before !== null && isSettled(signature, before.takenAt)
      files.set(file, { file, path, signature, ...(isSame ? { digest: record[2] } : readInput(file, path)) })
    } catch (error) {
      if (required) diagnostics.push(unreadable(file, reasonOf(error)))
    }
  }
  const take = (found: Walk, isRequired: (file: string) => boolean) => {
    diagnostics.push(...found.diagnostics)
    for (const located of found.files) add(located, isRequired(located.file))
  }
  take(knownByName(home), (file) => file === authorsFile)
  const hasContent = !isLedOut(home, join(home, 'content'))
  if (!hasContent) take(fault('content', leadsOut), () => true)
  for (const name of hasContent ? namesIn(join(home, 'content')) : []) {
    const file = `content/${name}`
    if (isBibliography(file) && !isIgnored(name)) add({ file, path: join(home, file) }, true)
  }
  for (const folder of [...(hasContent ? ['content/posts', 'content/pages'] : []), 'assets'])
    take(walk(home, folder, new Set()), () => true)
  take(templatesIn(home), (file) => /^templates\/words\/.*\.yaml$/.test(file))
  for (const { name, path } of builtIns) for (const located of allFiles(path, name)) add(located, false)
  const named = (before?.named ?? []).map((record) =>
    takeNamed(home, record[0], { record, takenAt: before?.takenAt ?? 0 }),
  )
  return {
    takenAt,
    files: new Map([...files].sort(([a], [b]) => byCodeUnit(a, b))),
    named: new Map(named.map((each) => [each.file, each])),
    diagnostics,
  }
}

/** Gives an inventory as a record for later builds. Files that changed while the build ran are told apart by no digest. */
export function recordOf({ takenAt, files, named }: Inventory): InventoryRecord {
  const record = [...files.values()].map(({ file, path, signature, digest }) => {
    const now = statSync(path, { throwIfNoEntry: false })
    const isSame = now !== undefined && sourceSignature(now) === signature
    return [file, isSame ? signature : '', isSame ? digest : ''] as const
  })
  const namedRecord = [...named.values()].map(({ file, path, signature, state }): NamedRecord => {
    const isSame = namedSignature(path) === signature
    return [file, isSame ? signature : '', isSame ? state : '']
  })
  return { takenAt, files: record, named: namedRecord }
}

/** Whether an inventory holds the same files with the same bytes as a record. */
export function isSameInventory({ files, named }: Inventory, record: InventoryRecord): boolean {
  return (
    files.size === record.files.length &&
    record.files.every(([file, , digest]) => files.get(file)?.digest === digest) &&
    record.named.every(([file, , state]) => named.get(file)?.state === state)
  )
}

/** Whether the record would spare a later build more reading than the one that it had. */
export function isSettledSince({ files, named }: Inventory, record: InventoryRecord): boolean {
  const isKnown = (now: string | undefined, signature: string) =>
    now === signature && isSettled(signature, record.takenAt)
  return (
    record.files.every(([file, signature]) => isKnown(files.get(file)?.signature, signature)) &&
    // What is missing is asked for each time, and costs no reading.
    record.named.every(
      ([file, signature]) => signature === '' || isKnown(named.get(file)?.signature, signature),
    )
  )
}

/** Whether a file is no source by its name: hidden, or left behind by an editor. */
export function isIgnored(name: string): boolean {
  return ignoredName.test(name)
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

interface Located {
  readonly file: string
  readonly path: string
}

const text = /\.(md|markdown|yaml|html|css|js|svg)$/i

function readInput(file: string, path: string): Pick<InputFile, 'digest' | 'bytes'> {
  if (!text.test(file)) return { digest: digestOfFile(path) }
  const bytes = readFileSync(path)
  return { digest: digestOf(bytes), bytes }
}

/** Gives the digest of a file's bytes, however large it is. Throws what the file system reports. */
export function digestOfFile(path: string): string {
  const handle = openSync(path, 'r')
  try {
    const hash = createHash('sha256')
    const part = Buffer.allocUnsafe(partSize)
    for (let read = readSync(handle, part); read > 0; read = readSync(handle, part))
      hash.update(part.subarray(0, read))
    return hash.digest('hex')
  } finally {
    closeSync(handle)
  }
}

interface Walk {
  readonly files: readonly Located[]
  readonly diagnostics: readonly Diagnostic[]
}

function walk(home: string, folder: string, seen: ReadonlySet<string>): Walk {
  let entries: readonly Dirent[]
  let real: string
  try {
    entries = readdirSync(join(home, folder), { withFileTypes: true })
    real = realpathSync(join(home, folder))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ENOENT' && seen.size === 0 ? nothing : fault(folder, reasonOf(error))
  }
  if (isOutside(home, real)) return fault(folder, leadsOut)
  const below = new Set(seen).add(real)
  const found = entries
    .filter(({ name }) => !isIgnored(name) || sheet.test(name))
    .map((entry): Walk => {
      const file = `${folder}/${entry.name}`
      if (file.includes('\uFFFD')) return fault(file, 'its name is not valid UTF-8.')
      if (entry.isDirectory()) return walk(home, file, below)
      if (entry.isFile()) return { files: [{ file, path: join(home, file) }], diagnostics: [] }
      return entry.isSymbolicLink() ? follow(home, file, below) : fault(file, 'it is not a file.')
    })
  return joined(found)
}

const nothing: Walk = { files: [], diagnostics: [] }

/** The files that have one name in every site, as far as they are there. */
function knownByName(home: string): Walk {
  const found = [configFile, publishedFile, authorsFile].map((file): Walk => {
    const path = join(home, file)
    const reason = linkFault(home, path)
    if (reason !== null) return fault(file, reason)
    return isThere(path) ? { files: [{ file, path }], diagnostics: [] } : nothing
  })
  return joined(found)
}

/** The files of templates/; what to make of one that leads to another folder of the site is for those who read it. */
function templatesIn(home: string): Walk {
  const folder = join(home, 'templates')
  if (isLedOut(home, folder)) return fault('templates', leadsOut)
  return joined(
    allFiles(folder, 'templates').map((located) =>
      isLedOut(home, located.path) ? fault(located.file, leadsOut) : { files: [located], diagnostics: [] },
    ),
  )
}

function joined(found: readonly Walk[]): Walk {
  return {
    files: found.flatMap(({ files }) => files),
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
  }
}

/** A symbolic link counts as what it points to, as long as that lies inside the site and not around the link. */
function follow(home: string, file: string, seen: ReadonlySet<string>): Walk {
  try {
    const target = realpathSync(join(home, file))
    if (isOutside(home, target)) return fault(file, leadsOut)
    if (seen.has(target)) return fault(file, 'it is a link to a folder that holds it.')
    const isFolder = statSync(target).isDirectory()
    return isFolder ? walk(home, file, seen) : { files: [{ file, path: target }], diagnostics: [] }
  } catch (error) {
    return fault(file, reasonOf(error))
  }
}

function fault(file: string, reason: string): Walk {
  return { files: [], diagnostics: [unreadable(file, reason)] }
}

function unreadable(file: string, reason: string): Diagnostic {
  return diagnostic('file-is-readable', `${file} cannot be read: ${reason}`, { file })
}

/** Every file below a folder, or the one that stands in its place; hidden ones too; what cannot be followed is left out, as those who read it do. */
function allFiles(path: string, name: string, depth = 0): readonly Located[] {
  let entries: readonly Dirent[]
  try {
    entries = readdirSync(path, { withFileTypes: true })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? [{ file: name, path }] : []
  }
  return entries.flatMap((entry) => {
    const inner = { file: `${name}/${entry.name}`, path: join(path, entry.name) }
    if (entry.isDirectory()) return depth < 16 ? allFiles(inner.path, inner.file, depth + 1) : []
    return [inner]
  })
}
