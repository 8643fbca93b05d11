/** The package as npm publishes it, and a folder in which it is installed. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { packageFolder } from '../src/package.js'

export const run = promisify(execFile)

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly optional?: boolean
  /** Optional, and one that those who work on Scholium have, too. */
  readonly devOptional?: boolean
}

/** Gives the packages of the lock file that come with Scholium, by their paths. */
export function publishedPackages(): readonly (readonly [path: string, LockedPackage])[] {
  const text = readFileSync(join(packageFolder, 'package-lock.json'), 'utf8')
  const { packages } = JSON.parse(text) as { packages: Record<string, LockedPackage> }
  return Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev)
}

/** A package that is packed, not published. */
export interface Packed {
  /** The paths of what is in it. */
  readonly files: readonly string[]
  readonly tarball: string
}

/** Packs the package into a folder, as it is built now. */
export async function pack(folder: string): Promise<Packed> {
  // Its script `prepare` would build it anew, under the feet of other tests.
  const parameters = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const { stdout } = await run('npm', parameters, { cwd: packageFolder, maxBuffer: 1 << 26 })
  const [made] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[]
  if (!made) throw new Error('npm pack made nothing.')
  return { files: made.files.map(({ path }) => path).sort(), tarball: join(folder, made.filename) }
}

/**
 * Makes a folder in which the packed package is installed, its dependencies being links to those that are installed
 * here, and gives it with what removes it.
 */
export async function installedFolder(): Promise<Packed & { folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'scholium-installed-'))
  const modules = join(folder, 'node_modules')
  await mkdir(modules)
  const packed = await pack(folder)
  await run('tar', ['-xzf', packed.tarball, '-C', folder])
  await rename(join(folder, 'package'), join(modules, 'scholium'))
  for (const [path] of publishedPackages()) {
    if (path.split('node_modules/').length > 2) continue
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await symlink(join(packageFolder, path), join(folder, path))
  }
  return { ...packed, folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
