/** Publishing as a transaction: stage everything, then move it into place file by file, then remove what is stale. */
import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { digestOf } from '../digest.js'
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
export class PublishError extends Error {}

/**
 * Begins a publication from a site's root into `out`. Outputs whose bytes are already there are not written
 * again, unless `anew` asks for it. Throws {@link PublishError} for an output that would leave the folder or lies behind something else.
 *
 * The order of `commit` keeps every published file whole if the process dies at any moment: the manifest first
 * names old and new outputs, then each file is renamed into place (style sheets and images before the pages
 * that need them), then stale ones are removed, then the manifest names the new ones alone.
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
    if (!target.startsWith(folder + sep)) throw new PublishError(`${output} is not below the output folder.`)
    const bytes = 'bytes' in content ? Buffer.from(content.bytes) : await readFile(content.copyOf)
    digests.set(output, digestOf(bytes))
    if (!anew && (await holds(target, bytes))) return
    const temporary = join(staging, String(staged.size))
    if ('bytes' in content) await writeFile(temporary, bytes)
    else await copyFile(content.copyOf, temporary)
    staged.set(output, temporary)
  }

  const commit: Publication['commit'] = async () => {
    const after = Object.fromEntries([...digests].sort(([a], [b]) => byCodeUnit(a, b)))
    await writeManifest(manifestFile, { ...before, ...after })
    await mkdir(folder, { recursive: true })
    const home = await realpath(folder)
    const made = new Set<string>()
    for (const [output, temporary] of inSafeOrder(staged)) {
      const target = join(folder, output)
      await makeFolder(dirname(target), home, output, made)
      await rename(temporary, target).catch((error: NodeJS.ErrnoException) => {
        throw new PublishError(`${output} cannot be written: ${reason(error)}`, { cause: error })
      })
    }
    const stale = Object.keys(before).filter((output) => !digests.has(output))
    const removed = await removeFiles(folder, home, stale)
    await writeManifest(manifestFile, after)
    await rm(staging, { recursive: true, force: true })
    return { written: staged.size, unchanged: digests.size - staged.size, removed, outputs: digests }
  }

  return { stage, commit, abandon: () => rm(staging, { recursive: true, force: true }) }
}

/** Says why a folder cannot be published to, or null if it can: it must not hold the site's own sources. */
export function outputFolderFault(root: string, out: string): string | null {
  const [site, folder] = [resolve(root), resolve(out)]
  const holds = (outer: string, inner: string) =>
    inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep)
  if (holds(folder, site)) return 'it is the site itself, or a folder around it'
  const own = ['content', 'templates', 'assets', 'src', '.git', 'node_modules'].find((name) =>
    holds(join(site, name), folder),
  )
  return own === undefined ? null : `it lies in ${own}/, which holds sources`
}

/** A new folder on the same file system as the output folder, so that a rename is one step. */
async function stagingFolder(memory: string, folder: string): Promise<string> {
  await mkdir(memory, { recursive: true })
  const near = await nearestExisting(folder)
  const same = (await stat(memory)).dev === (await stat(near)).dev
  const home = same ? memory : join(near, near === folder ? '.scholium' : '')
  await removeAbandoned(home)
  const staging = join(home, `stage-${process.pid}`)
  await rm(staging, { recursive: true, force: true })
  await mkdir(staging, { recursive: true })
  return staging
}

/** Removes the staging folders of processes that are no more. */
async function removeAbandoned(home: string): Promise<void> {
  const names = await readdir(home).catch(() => [])
  for (const name of names) {
    const pid = Number(/^stage-(\d+)$/.exec(name)?.[1])
    if (pid && pid !== process.pid && !isRunning(pid))
      await rm(join(home, name), { recursive: true, force: true })
  }
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
    throw new PublishError(`${folder} is a file; the output folder cannot be made.`)
  return found ? folder : nearestExisting(dirname(folder))
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
    throw new PublishError(`The folder of ${output} cannot be made: ${reason(error)}`, { cause: error })
  })
  const real = await realpath(path)
  if (real !== home && !real.startsWith(home + sep)) {
    throw new PublishError(`The folder of ${output} is a link that leads out of the output folder.`)
  }
  made.add(path)
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

async function writeManifest(file: string, outputs: Manifest): Promise<void> {
  const temporary = `${file}.${process.pid}`
  await writeFile(temporary, `${JSON.stringify({ version: 1, outputs }, null, 1)}\n`)
  await rename(temporary, file)
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  const known: Readonly<Record<string, string>> = {
    EACCES: 'permission is denied.',
    EPERM: 'permission is denied.',
    EROFS: 'the file system is read-only.',
    ENOSPC: 'the disk is full.',
    ENOTDIR: 'a file is where a folder should be.',
    EEXIST: 'a file is where a folder should be.',
    EISDIR: 'a folder is where a file should be.',
    ENOTEMPTY: 'a folder is where a file should be.',
    ENAMETOOLONG: 'its name is too long for the file system.',
  }
  return known[code ?? ''] ?? message
}
