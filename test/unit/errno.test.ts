import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { reasonOf } from '../../src/errno.js'
import { siteFolder } from '../site-folder.js'

it('The reason why a file cannot be read is said in words, without the paths of the machine', async () => {
  const folder = await siteFolder({ 'a.txt': '' })
  const reason = async (attempt: Promise<unknown>) => reasonOf(await attempt.catch((error: unknown) => error))
  expect(await reason(readFile(join(folder, 'b.txt')))).toBe('there is no such file or folder.')
  expect(await reason(readFile(folder))).toBe('a folder is where a file should be.')
  expect(await reason(readdir(join(folder, 'a.txt')))).toBe('a file is where a folder should be.')
})

it.each([
  ["EMFILE: too many open files, open '/home/a/b.md'", 'EMFILE: too many open files.'],
  [
    "EXDEV: cross-device link not permitted, rename '/a, b' -> '/c'",
    'EXDEV: cross-device link not permitted.',
  ],
  ['EIO: i/o error, read', 'EIO: i/o error.'],
])('The reason %j is %s', (message, expected) => {
  expect(reasonOf(Object.assign(new Error(message), { code: message.split(':')[0] }))).toBe(expected)
})
