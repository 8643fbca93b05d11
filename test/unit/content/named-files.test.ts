import { mkdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namedBelow, namedFiles, takeNamed } from '../../../src/content/named-files.js'
import { siteFolder } from '../../site-folder.js'

describe('A path that a document names', () => {
  it.each([
    ['train.py', 'content/posts/a/index.md', 'content/posts/a/train.py'],
    ['../code/train.py', 'content/posts/a.md', 'content/code/train.py'],
    ['../../code/train.py', 'content/posts/a.md', 'code/train.py'],
    ['/code/train.py', 'content/posts/a.md', 'code/train.py'],
    ['../../../etc/passwd', 'content/posts/a.md', null],
    ['/../x', 'content/posts/a.md', null],
    ['/', 'content/posts/a.md', './'],
  ])('%s, in %s, is %s', (written, document, file) => {
    expect(namedBelow(written, document)).toBe(file)
  })

  it('never leads out of the site', () => {
    const part = fc.constantFrom('..', '.', '', 'a', 'b.py', '...', ' ', '\0')
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const file = namedBelow(parts.join('/'), 'content/posts/a.md')
        return file === null || !`/${file}/`.includes('/../')
      }),
    )
  })
})

describe('A named file', () => {
  it('is its bytes, or the reason why it cannot be read', async () => {
    const elsewhere = await siteFolder({ 'secret.txt': 'secret' })
    const root = await siteFolder({
      'code/a.py': 'a\n',
      'code/data.bin': new Uint8Array([0xff, 0]),
      'x.py': '',
    })
    await symlink(join(elsewhere, 'secret.txt'), join(root, 'code/secret.txt'))
    await symlink(elsewhere, join(root, 'elsewhere'))
    await symlink(join(root, 'code/a.py'), join(root, 'code/link.py'))
    await truncate(join(root, 'x.py'), 17 * 1024 * 1024)
    const files = namedFiles(root, new Map())
    const read = (file: string) => {
      const found = files.textOf(file)
      return 'text' in found ? `text: ${found.text}` : found.fault
    }
    const names = [
      'code/a.py',
      'code/link.py',
      'code/none.py',
      'code/a.py/b',
      'code',
      'code/data.bin',
      'x.py',
    ]
    expect(names.map(read)).toEqual([
      'text: a\n',
      'text: a\n',
      ...['missing', 'missing', 'folder', 'binary', 'large'],
    ])
    expect(['code/secret.txt', 'elsewhere/secret.txt'].map(read)).toEqual(['outside', 'outside'])
    expect([...files.taken().keys()]).toEqual([...names, 'code/secret.txt', 'elsewhere/secret.txt'])
  })

  it('is not read again while its signature is that of an earlier build, unless it had just been written', async () => {
    const root = await siteFolder({ 'a.py': 'a\n' })
    const old = new Date('2020-01-01')
    await utimes(join(root, 'a.py'), old, old)
    const first = takeNamed(root, 'a.py')
    const record = [first.file, first.signature, 'f'.repeat(64)] as const
    const later = Date.now() + 60_000
    expect(takeNamed(root, 'a.py', { record, takenAt: later }).state).toBe('f'.repeat(64))
    expect(takeNamed(root, 'a.py', { record, takenAt: Date.now() - 60_000 }).state).toBe(first.state)
    await writeFile(join(root, 'a.py'), 'b\n')
    expect(takeNamed(root, 'a.py', { record, takenAt: later }).state).not.toBe('f'.repeat(64))
    await rm(join(root, 'a.py'))
    expect(takeNamed(root, 'a.py', { record, takenAt: later })).toMatchObject({
      state: 'missing',
      signature: '',
    })
    await mkdir(join(root, 'a.py'))
    expect(takeNamed(root, 'a.py', { record, takenAt: later }).state).toBe('folder')
  })
})
