/** Publishing as a transaction: stage everything, then move it into place file by file, then remove what is stale. */
import {
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { reasonOf } from '../errno.js'
import { byCodeUnit } from '../order.js'

/** What was written where, by output path below the output folder: the SHA-256 digest of its bytes. */
type Manifest = Readonly<Record<string, string>>

export interface Published {
  readonly written: number
  readonly unchanged: number
  readonly removed: number
  /** Everything that is now published: the SHA-256 digest of its bytes by output path. */
  readonly outputs: ReadonlyMap<string, string>
}

/** An output whose bytes are known, or a file to copy. */
export type Content = { readonly bytes: Uint8Array | string } | { readonly copyOf: string }

/** One publication under way. Nothing in the output folder changes before `commit`. */
export interface Publication {
  /** Stages an output; `output` is a path below the output folder, with forward slashes. */
  readonly stage: (output: string, content: Content) => Promise<void>
  /** Moves what was staged into place, removes stale files of our own, and records what is there now. */
  readonly commit: () => Promise<Published>
  /** Drops what was staged. */
  readonly abandon: () => Promise<void>
}

/** A fault of the output folder; its message says what to do. */
export class PublishError extends Error {
  /** What to do about it. */
  readonly hint: string | undefined
  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super(message, options)
    this.hint = hint
  }
}

/**
 * Begins a publication from a site's root into `out`. Outputs whose bytes are already there are not written
 * again, unless `anew` asks for it. Throws {@link PublishError} for an output that would leave the folder or
 * that something foreign is in the way of.
 *
 * The order of `commit` keeps every published file whole if the process dies at any moment: first is looked
 * whether anything lies in the way, so that nothing has changed if it does; then the manifest names old and new
 * outputs, then each file is renamed into place (style sheets and images before the pages that need them), then
 * stale ones are removed, then the manifest names the new ones alone.
 */
export async function beginPublication(root: string, out: string, anew = false): Promise<Publication> {
  const folder = resolve(out)
  const memory = join(root, '.scholium')
  const manifestFile = join(memory, `manifest-${digestOf(relative(root, folder)).slice(0, 8)}.json`)
  const staging = await stagingFolder(memory, folder)
  const before = await readManifest(manifestFile)
  const staged = new Map<string, string>()
  const digests = new Map<string, string>()

  const stage: Publication['stage'] = async (output, content) => {
    const target = join(folder, output)
    if (!isPlainPath(output) || !target.startsWith(folder + sep))
      throw new PublishError(`${output} is not below the output folder.`)
    const bytes = 'bytes' in content ? Buffer.from(content.bytes) : await readFile(content.copyOf)
    digests.set(output, digestOf(bytes))
    if (!anew && (await holds(target, bytes))) return
    const temporary = join(staging, digestOf(output))
    staged.set(output, temporary)
    if ('bytes' in content) await writeFile(temporary, bytes)
    else await copyFile(content.copyOf, temporary)
  }

  const commit: Publication['commit'] = async () => {
    const after = Object.fromEntries([...digests].sort(([a], [b]) => byCodeUnit(a, b)))
    const stale = Object.keys(before).filter((output) => !digests.has(output))
    const folders = foldersOf([...staged.keys()])
    await checkWay(folder, [...staged.keys()], folders, new Set(stale))
    if (!anew) await checkForeign(folder, [...staged.keys()], before)
    const draft = `${manifestFile}.${basename(staging)}`
    await writeManifest(manifestFile, draft, { ...before, ...after })
    await mkdir(folder, { recursive: true })
    const home = await realpath(folder)
    const isInTheWay = (output: string) =>
      folders.has(output) || parentsOf(output).some((parent) => staged.has(parent))
    const cleared = await removeFiles(folder, home, stale.filter(isInTheWay))
    const made = new Set<string>()
    for (const [output, temporary] of inSafeOrder(staged)) {
      const target = join(folder, output)
      await makeFolder(dirname(target), home, output, made)
      await rename(temporary, target).catch((error: NodeJS.ErrnoException) => {
        throw new PublishError(`${output} cannot be written: ${reasonOf(error)}`, undefined, { cause: error })
      })
    }
    const removed = cleared + (await removeFiles(folder, home, stale))
    await writeManifest(manifestFile, draft, after)
    await abandon()
    return { written: staged.size, unchanged: digests.size - staged.size, removed, outputs: digests }
  }

  const abandon: Publication['abandon'] = async () => {
    await rm(staging, { recursive: true, force: true })
    const ownHome = join(folder, '.scholium')
    if (dirname(staging) === ownHome) await rmdir(ownHome).catch(() => undefined)
  }

  return { stage, commit, abandon }
}

/** Says why a folder cannot be published to, or null if it can: it must not hold the site's own sources. */
export function outputFolderFault(root: string, out: string): string | null {
  const [site, folder] = [resolve(root), resolve(out)]
  const holds = (outer: string, inner: string) =>
    inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep)
  if (holds(folder, site)) return 'it is the site itself, or a folder around it'
  if (folder === join(site, '.scholium'))
    return 'it is .scholium/, which holds other files than published ones'
  const own = ['content', 'templates', 'assets', 'src', '.git', 'node_modules'].find((name) =>
    holds(join(site, name), folder),
  )
  return own === undefined ? null : `it lies in ${own}/, which holds other files than published ones`
}

/** A new folder on the same file system as the output folder, so that a rename is one step. */
async function stagingFolder(memory: string, folder: string): Promise<string> {
  await mkdir(memory, { recursive: true })
  const near = await nearestExisting(folder)
  const same = (await stat(memory)).dev === (await stat(near)).dev
  const home = same ? memory : join(near, near === folder ? '.scholium' : '')
  await removeAbandoned(home)
  await mkdir(home, { recursive: true })
  // One process may publish several sites, or one site twice, at the same time.
  return mkdtemp(join(home, `stage-${process.pid}-`))
}

/** Removes the staging folders of processes that are no more. */
async function removeAbandoned(home: string): Promise<void> {
  const names = await readdir(home).catch(() => [])
  for (const name of names) {
    const pid = Number(/^stage-(\d+)(-|$)/.exec(name)?.[1])
    if (!pid) continue
    const path = join(home, name)
    const isAtWork = pid === process.pid ? await isOfThisProcess(path) : isRunning(pid)
    if (!isAtWork) await rm(path, { recursive: true, force: true })
  }
}

/** Whether a folder that has our process id is ours: in a container, each run may have the id of the last. */
async function isOfThisProcess(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found !== null && found.mtimeMs >= Date.now() - process.uptime() * 1000
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function nearestExisting(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null)
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
async function checkWay(
  folder: string,
  staged: readonly string[],
  folders: ReadonlyMap<string, string>,
  stale: ReadonlySet<string>,
): Promise<void> {
  const home = await realpath(folder).catch(() => folder)
  for (const [path, output] of folders) {
    const found = await lstat(join(folder, path)).catch(() => null)
    if (found?.isSymbolicLink()) await checkFolder(join(folder, path), home, output)
    else if (found && !found.isDirectory() && !stale.has(path)) {
      throw new PublishError(`The folder of ${output} cannot be made: a file is where a folder should be.`)
    }
  }
  for (const output of staged) {
    const inside = folders.get(output)
    if (inside !== undefined) {
      throw new PublishError(`${output} and ${inside} cannot both be published: one is in the other's place.`)
    }
    const found = await lstat(join(folder, output)).catch(() => null)
    if (found?.isDirectory() && !(await isOurs(folder, output, stale))) {
      throw new PublishError(`${output} cannot be written: a folder is where a file should be.`)
    }
  }
}

/**
 * Throws {@link PublishError} for a file that Scholium did not write and would replace. Where nothing is known
 * of earlier builds (their record was deleted, or this is a fresh clone) all is taken for ours, unless the
 * home page says that it is another tool's: a folder named by mistake.
 */
async function checkForeign(folder: string, staged: readonly string[], before: Manifest): Promise<void> {
  const isKnown = Object.keys(before).length > 0
  for (const output of isKnown ? staged : staged.filter((path) => path === 'index.html')) {
    if (Object.hasOwn(before, output)) continue
    const target = join(folder, output)
    if (!(await lstat(target).catch(() => null))?.isFile()) continue
    if (!isKnown && (await readFile(target, 'utf8')).includes('content="Scholium ')) continue
    throw new PublishError(
      `${output} is in the output folder already, and Scholium did not write it.`,
      'Move it away, name another folder with --out, or replace it with --clean.',
    )
  }
}

/** Whether a folder holds nothing but stale files of our own. */
async function isOurs(folder: string, path: string, stale: ReadonlySet<string>): Promise<boolean> {
  const entries = await readdir(join(folder, path), { withFileTypes: true })
  const ours = entries.map((entry) => {
    const inner = `${path}/${entry.name}`
    return entry.isDirectory() ? isOurs(folder, inner, stale) : stale.has(inner)
  })
  return entries.length > 0 && (await Promise.all(ours)).every(Boolean)
}

/** Pages last: what they refer to is in place before they are. */
function inSafeOrder(staged: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const isPage = (output: string) => Number(/\.html?$/.test(output))
  return [...staged].sort(([a], [b]) => isPage(a) - isPage(b))
}

/** Makes a folder for an output, unless something foreign (a file, a link out of the folder) is in its way. */
async function makeFolder(path: string, home: string, output: string, made: Set<string>): Promise<void> {
  if (made.has(path)) return
  await mkdir(path, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new PublishError(`The folder of ${output} cannot be made: ${reasonOf(error)}`, undefined, {
      cause: error,
    })
  })
  await checkFolder(path, home, output)
  made.add(path)
}

async function checkFolder(path: string, home: string, output: string): Promise<void> {
  const real = await realpath(path).catch(() => null)
  if (real === null || (real !== home && !real.startsWith(home + sep))) {
    throw new PublishError(`The folder of ${output} is a link that leads out of the output folder.`)
  }
}

async function removeFiles(folder: string, home: string, outputs: readonly string[]): Promise<number> {
  let removed = 0
  for (const output of outputs) {
    const target = join(folder, output)
    const parent = await realpath(dirname(target)).catch(() => null)
    if (parent === null || (parent !== home && !parent.startsWith(home + sep))) continue
    const found = await lstat(target).catch(() => null)
    if (!found?.isFile()) continue
    await rm(target, { force: true })
    removed += 1
    await removeEmptyFolders(dirname(target), folder)
  }
  return removed
}

async function removeEmptyFolders(path: string, folder: string): Promise<void> {
  if (path === folder || !path.startsWith(folder + sep)) return
  const gone = await rmdir(path).then(
    () => true,
    () => false,
  )
  if (gone) await removeEmptyFolders(dirname(path), folder)
}

async function holds(target: string, bytes: Uint8Array): Promise<boolean> {
  const found = await lstat(target).catch(() => null)
  if (!found?.isFile() || found.size !== bytes.length) return false
  return (await readFile(target)).equals(bytes)
}

async function readManifest(file: string): Promise<Manifest> {
  try {
    const data: unknown = JSON.parse(await readFile(file, 'utf8'))
    const outputs = (data as { outputs?: unknown } | null)?.outputs
    if (typeof outputs !== 'object' || outputs === null) return {}
    return Object.fromEntries(Object.entries(outputs).filter(([, value]) => typeof value === 'string'))
  } catch {
    return {}
  }
}

async function writeManifest(file: string, temporary: string, outputs: Manifest): Promise<void> {
  await writeFile(temporary, `${JSON.stringify({ version: 1, outputs }, null, 1)}\n`)
  await rename(temporary, file)
}

/** What the disk or the folder refused, as a diagnostic; anything else is a bug, and thrown again. */
export function publishFault(error: unknown): { readonly diagnostic: Diagnostic } {
  if (error instanceof PublishError)
    return { diagnostic: diagnostic('output-is-writable', error.message, { hint: error.hint }) }
  if (!(error instanceof Error) || !('code' in error)) throw error
  return { diagnostic: diagnostic('output-is-writable', `The site cannot be published: ${reasonOf(error)}`) }
}
