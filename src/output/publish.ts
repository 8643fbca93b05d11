/** Publishing as a transaction: stage everything, then move it into place file by file, then remove what is stale. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { reasonOf } from '../errno.js'
import { stateFolder } from '../layout.js'
import { LockedError } from '../lock.js'
import { byCodeUnit } from '../order.js'
import { isRunning } from '../running.js'
import { sizeOf } from '../signature.js'
import {
  type BuildRecord,
  type Manifest,
  type ManifestFiles,
  manifestSignature,
  type OutputRecord,
  type ReadManifest,
  writeManifest,
} from './manifest.js'
import { type Staged, type StagingPlace, standing } from './staging.js'

type Outputs = Manifest['outputs']

export interface Published {
  readonly written: number
  readonly unchanged: number
  readonly removed: number
  readonly outputs: Outputs
  /**
   * Records what is published now, and gives the record; null where another process has recorded something since. A
   * publication is whole without it, but the next build then has to look at what it published. Throws what the file
   * system reports.
   */
  readonly record: (build: BuildRecord) => ReadManifest | null
}

/** One publication under way. Nothing in the output folder changes before `commit`. */
export interface Publication {
  /**
   * Keeps an output as it is published, if it was made from what `key` stands for and nobody has changed it since;
   * tells whether it did. `output` is a path below the output folder, with forward slashes.
   */
  readonly keep: (output: string, key: string) => boolean
  /** Gives where to stage an output. Throws {@link PublishError} for one that would leave the folder. */
  readonly place: (output: string) => StagingPlace
  /** Takes an output that was staged. */
  readonly add: (output: string, key: string, staged: Staged) => void
  /** Gives all that was kept or added so far, in that order. */
  readonly taken: () => readonly Taken[]
  /** Moves what was staged into place, and removes stale files of our own. What is there now is to be recorded. */
  readonly commit: () => Published
  /** Drops what was staged. */
  readonly abandon: () => void
}

/** An output that is published already, or staged. */
export interface Taken {
  readonly output: string
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly digest: string
  /** In bytes. */
  readonly size: number
  /** Where its bytes are now. */
  readonly path: string
}

/** A fault of the output folder; its message says what to do. */
export class PublishError extends Error {
  /** What to do about it. */
  readonly hint: string | undefined
  constructor(message: string, options: ErrorOptions & { readonly hint?: string } = {}) {
    super(message, options)
    this.hint = options.hint
  }
}

/** Where a publication goes, and what was there before. */
export interface Target {
  /** The folder for what is kept between builds, which need not exist. */
  readonly state: string
  readonly out: string
  readonly files: ManifestFiles
  readonly before: ReadManifest
  /** Whether to write every output again. */
  readonly anew: boolean
}

/**
 * Begins a publication. Throws {@link PublishError} for an output that would leave the folder or that something
 * foreign is in the way of.
 *
 * The order of `commit` keeps every published file whole if the process dies at any moment: first is looked
 * whether anything lies in the way, so that nothing has changed if it does; then the manifest names old and new
 * outputs, then each file is renamed into place (style sheets and images before the pages that need them), then
 * stale ones are removed. Whoever records it then lets the manifest name the new ones alone.
 */
export function beginPublication({ state, out, files, before, anew }: Target): Publication {
  const folder = resolve(out)
  const staging = stagingFolder(state, folder)
  const staged = new Map<string, string>()
  const outputs = new Map<string, OutputRecord>()

  const keep: Publication['keep'] = (output, key) => {
    const record = before.outputs.get(output)
    if (anew || record === undefined || record.key !== key) return false
    const current = standing(folder + sep + output, record)
    if (current) outputs.set(output, current)
    return current !== null
  }

  const place: Publication['place'] = (output) => {
    const target = join(folder, output)
    if (!isPlainPath(output) || !target.startsWith(folder + sep))
      throw new PublishError(`${output} is not below the output folder.`)
    return { target, temporary: join(staging, digestOf(output)), anew }
  }

  const add: Publication['add'] = (output, key, { digest, signature, fresh }) => {
    outputs.set(output, { key, digest, signature })
    if (fresh) staged.set(output, join(staging, digestOf(output)))
  }

  const taken: Publication['taken'] = () =>
    [...outputs].map(([output, { digest, signature }]) => ({
      ...{ output, digest, size: sizeOf(signature) },
      path: staged.get(output) ?? join(folder, output),
    }))

  const commit: Publication['commit'] = () => {
    const after = new Map([...outputs].sort(([a], [b]) => byCodeUnit(a, b)))
    const stale = [...before.outputs.keys()].filter((output) => !after.has(output))
    const folders = foldersOf([...staged.keys()])
    checkWay(folder, [...staged.keys()], folders, new Set(stale))
    if (!anew) checkForeign(folder, [...staged.keys()], before.outputs)
    // Whether a staged file has replaced the one before it is not known from here on.
    const uncertain = [...staged.keys()].map((output) => [output, unknown] as const)
    const isListed =
      before.signature !== null &&
      existsSync(files.paths) &&
      [...staged.keys()].every((output) => before.outputs.has(output))
    const { signature } =
      staged.size + stale.length > 0
        ? writeManifest(files, { outputs: new Map([...before.outputs, ...uncertain]), build: null }, isListed)
        : before
    makeFolders(folder)
    const home = realpathSync.native(folder)
    const isInTheWay = (output: string) =>
      folders.has(output) || parentsOf(output).some((parent) => staged.has(parent))
    const cleared = removeFiles(folder, home, stale.filter(isInTheWay))
    moveIntoPlace(staged, folder, home)
    const removed = cleared + removeFiles(folder, home, stale)
    abandon()
    const record: Published['record'] = (build) =>
      manifestSignature(files) === signature ? writeManifest(files, { outputs: after, build }) : null
    return { written: staged.size, unchanged: after.size - staged.size, removed, outputs: after, record }
  }

  const abandon: Publication['abandon'] = () => {
    rmSync(staging, { recursive: true, force: true })
    const ownHome = join(folder, stateFolder)
    if (dirname(staging) === ownHome) removeIfEmpty(ownHome)
  }

  return { keep, place, add, taken, commit, abandon }
}

const unknown: OutputRecord = { key: '', digest: '', signature: '' }

/** Moves staged files into place. Throws {@link PublishError} for one that cannot be. */
function moveIntoPlace(staged: ReadonlyMap<string, string>, folder: string, home: string): void {
  const made = new Set<string>()
  for (const [output, temporary] of inSafeOrder(staged)) {
    const target = join(folder, output)
    makeFolder(dirname(target), home, output, made)
    try {
      renameSync(temporary, target)
    } catch (error) {
      throw new PublishError(`${output} cannot be written: ${reasonOf(error)}`, { cause: error })
    }
  }
}

/** A new folder on the same file system as the output folder, so that a rename is one step. */
function stagingFolder(memory: string, folder: string): string {
  makeFolders(memory)
  const near = nearestExisting(folder)
  const same = statSync(memory).dev === statSync(near).dev
  const home = same ? memory : join(near, near === folder ? '.scholium' : '')
  removeAbandoned(home)
  makeFolders(home)
  // One process may publish several sites, or one site twice, at the same time.
  return mkdtempSync(join(home, `stage-${process.pid}-`))
}

/** Removes what processes that are no more have staged, or built to verify. */
function removeAbandoned(home: string): void {
  for (const name of namesIn(home)) {
    const pid = Number(/^(?:stage|verify)-(\d+)(-|$)/.exec(name)?.[1])
    if (!pid) continue
    const path = join(home, name)
    const isAtWork = pid === process.pid ? isOfThisProcess(path) : isRunning(pid)
    if (!isAtWork) rmSync(path, { recursive: true, force: true })
  }
}

/** Whether a folder that has our process id is ours: in a container, each run may have the id of the last. */
function isOfThisProcess(path: string): boolean {
  const found = statOrNull(path, statSync)
  return found !== null && found.mtimeMs >= Date.now() - process.uptime() * 1000
}

function nearestExisting(folder: string): string {
  const found = statOrNull(folder, statSync)
  if (found && !found.isDirectory())
    throw new PublishError('The output folder cannot be made: a file is in its place.')
  return found ? folder : nearestExisting(dirname(folder))
}

/** Whether an output is named in one way only: `a/../b` would be a second name of `b`. */
function isPlainPath(output: string): boolean {
  return output.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
}

/** The folders that an output is in, below the output folder: `a` and `a/b` for `a/b/c.html`. */
function parentsOf(output: string): readonly string[] {
  const names = output.split('/').slice(0, -1)
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}

/** The folders that outputs are in, each with one of them. */
function foldersOf(outputs: readonly string[]): ReadonlyMap<string, string> {
  return new Map(outputs.flatMap((output) => parentsOf(output).map((folder) => [folder, output] as const)))
}

/**
 * Throws {@link PublishError} for what would stop a commit half-way: two outputs of which one must be a folder
 * and a file, or foreign files, folders and links in the place of outputs. Stale files of our own may lie there.
 */
function checkWay(
  folder: string,
  staged: readonly string[],
  folders: ReadonlyMap<string, string>,
  stale: ReadonlySet<string>,
): void {
  const home = realpathOrNull(folder) ?? folder
  for (const [path, output] of folders) {
    const found = statOrNull(join(folder, path))
    if (found?.isSymbolicLink()) checkFolder(join(folder, path), home, output)
    else if (found && !found.isDirectory() && !stale.has(path)) {
      throw new PublishError(`The folder of ${output} cannot be made: a file is where a folder should be.`)
    }
  }
  for (const output of staged) {
    const inside = folders.get(output)
    if (inside !== undefined) {
      throw new PublishError(`${output} and ${inside} cannot both be published: one is in the other's place.`)
    }
    const found = statOrNull(join(folder, output))
    if (found?.isDirectory() && !isOurs(folder, output, stale)) {
      throw new PublishError(`${output} cannot be written: a folder is where a file should be.`)
    }
  }
}

/**
 * Throws {@link PublishError} for a file that Scholium did not write and would replace. Where nothing is known
 * of earlier builds (their record was deleted, or this is a fresh clone) all is taken for ours, unless the
 * home page says that it is another tool's: a folder named by mistake.
 */
function checkForeign(folder: string, staged: readonly string[], before: Outputs): void {
  const isKnown = before.size > 0
  for (const output of isKnown ? staged : staged.filter((path) => path === 'index.html')) {
    if (before.has(output)) continue
    const target = join(folder, output)
    if (!statOrNull(target)?.isFile()) continue
    if (!isKnown && readFileSync(target, 'utf8').includes('content="Scholium ')) continue
    throw new PublishError(`${output} is in the output folder already, and Scholium did not write it.`, {
      hint: 'Move it away, name another folder with --out, or replace it with --clean.',
    })
  }
}

/** Whether a folder holds nothing but stale files of our own. */
function isOurs(folder: string, path: string, stale: ReadonlySet<string>): boolean {
  const entries = readdirSync(join(folder, path), { withFileTypes: true })
  const ours = entries.map((entry) => {
    const inner = `${path}/${entry.name}`
    return entry.isDirectory() ? isOurs(folder, inner, stale) : stale.has(inner)
  })
  return entries.length > 0 && ours.every(Boolean)
}

/** Pages last, and the file that names the parts of the search index: what they refer to is in place before they are. */
function inSafeOrder(staged: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const isLast = (output: string) => Number(/\.html?$|\/pagefind-entry\.json$/.test(output))
  return [...staged].sort(([a], [b]) => isLast(a) - isLast(b))
}

/** Makes a folder and those that it is in. Throws the reason where Node, on a read-only disk, says ENOENT. */
function makeFolders(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error
    makeFolders(dirname(path))
    mkdirSync(path)
  }
}

/** Makes a folder for an output, unless something foreign (a file, a link out of the folder) is in its way. */
function makeFolder(path: string, home: string, output: string, made: Set<string>): void {
  if (made.has(path)) return
  try {
    makeFolders(path)
  } catch (error) {
    throw new PublishError(`The folder of ${output} cannot be made: ${reasonOf(error)}`, { cause: error })
  }
  checkFolder(path, home, output)
  made.add(path)
}

function checkFolder(path: string, home: string, output: string): void {
  const real = realpathOrNull(path)
  if (real === null || (real !== home && !real.startsWith(home + sep))) {
    throw new PublishError(`The folder of ${output} is a link that leads out of the output folder.`)
  }
}

function realpathOrNull(path: string): string | null {
  try {
    return realpathSync.native(path)
  } catch {
    return null
  }
}

function removeFiles(folder: string, home: string, outputs: readonly string[]): number {
  let removed = 0
  for (const output of outputs) {
    const target = join(folder, output)
    const parent = realpathOrNull(dirname(target))
    if (parent === null || (parent !== home && !parent.startsWith(home + sep))) continue
    if (!statOrNull(target)?.isFile()) continue
    rmSync(target, { force: true })
    removed += 1
    removeEmptyFolders(dirname(target), folder)
  }
  return removed
}

function removeEmptyFolders(path: string, folder: string): void {
  if (path === folder || !path.startsWith(folder + sep)) return
  if (removeIfEmpty(path)) removeEmptyFolders(dirname(path), folder)
}

/** Removes a folder that is empty; tells whether it did. */
function removeIfEmpty(path: string): boolean {
  try {
    rmdirSync(path)
    return true
  } catch {
    return false
  }
}

/** Gives what is known of what stands at a path, links not followed unless asked for; null if nothing does. */
function statOrNull(path: string, stat: (path: string) => Stats = lstatSync): Stats | null {
  try {
    return stat(path)
  } catch {
    return null
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** What the disk or the folder refused, as a diagnostic; anything else is a bug, and thrown again. */
export function publishFault(error: unknown): { readonly diagnostic: Diagnostic } {
  if (error instanceof PublishError)
    return { diagnostic: diagnostic('output-is-writable', error.message, { hint: error.hint }) }
  if (error instanceof LockedError) {
    const hint = 'Wait until it is done, or stop it.'
    return { diagnostic: diagnostic('output-is-writable', error.message, { hint }) }
  }
  // Node's own faults, such as ERR_INVALID_ARG_TYPE, are bugs.
  const { code = '' } = error as NodeJS.ErrnoException
  if (!(error instanceof Error) || !/^E[A-Z0-9]+$/.test(code)) throw error
  return { diagnostic: diagnostic('output-is-writable', `The site cannot be published: ${reasonOf(error)}`) }
}
