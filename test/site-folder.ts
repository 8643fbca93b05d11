/** Small sites on disk, made from a record of files and removed when their test is over. */
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import { onTestFinished } from 'vitest'

/** What a folder holds: text or bytes by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>

/** Makes a folder of its own for the test that calls this, with files in it, and gives its path. */
export async function siteFolder(files: Files = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'scholium-test-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFiles(folder, files)
  return folder
}

/** Writes files into a folder, making the folders that they are in. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

/** Gives the text of every file below a folder by its path, in order; of a link, where it leads; of no folder, nothing. */
export async function filesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const read = files.map(async (file) => {
    const isLink = (await lstat(file)).isSymbolicLink()
    const text = isLink ? `→ ${await readlink(file)}` : await readFile(file, 'latin1')
    return [relative(folder, file).split(sep).join('/'), text] as const
  })
  return Object.fromEntries(await Promise.all(read))
}

/** Gives the paths of all files and folders below a folder, folders with a slash at their end, in order. */
export async function pathsIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)) + (entry.isDirectory() ? '/' : ''))
    .sort()
}
