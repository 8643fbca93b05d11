import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Ended } from '../command.js'
import { type Files, siteFolder } from '../site-folder.js'
import { contentsOf, differences } from './folder.js'
import { cleanBuild, manyPosts, putSources } from './kill.js'
import { fill, mountSmall, setWritable } from './mount.js'
import { start, startBuild } from './running.js'

/** Where the small file system is, in the site's folder. */
const places = ['dist', '.scholium', '.'] as const

interface Report {
  readonly diagnostics: readonly {
    readonly rule: string
    readonly severity: string
    readonly message: string
    readonly hint?: string
  }[]
}

/** What is told of the build that failed: its errors, if they are those of a folder that refuses to be written. */
function errorsOf({ stdout }: Ended): readonly string[] {
  const { diagnostics } = JSON.parse(stdout) as Report
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, message }) => `${rule}: ${message}`)
}

/** Expects that a build failed as it should where the disk refuses, and that one more does so in plain words. */
async function expectRefused(root: string, ended: Ended, reason: RegExp): Promise<void> {
  expect([ended.code, ended.stderr]).toEqual([1, ''])
  const errors = errorsOf(ended)
  expect(errors.length).toBe(1)
  expect(errors[0]).toMatch(/^output-is-writable: /)
  expect(errors[0]).toMatch(reason)
  const plain = await start(['build', '--root', root]).ended
  expect(plain.code).toBe(1)
  expect(plain.stderr).toContain('output-is-writable')
  expect(plain.stderr).not.toMatch(/\n\s+at |ENOSPC|EROFS|bug in Scholium/)
}

async function expectPublished(root: string, files: Files): Promise<void> {
  const { code, stdout } = await startBuild(root).ended
  expect([code, stdout]).toEqual([0, expect.stringContaining('"ok":true')])
  const clean = await cleanBuild(root, files)
  expect(differences(contentsOf(join(root, 'dist')), clean.contents)).toEqual([])
}

describe('A full disk', { timeout: 120_000 }, () => {
  for (const place of places) {
    for (const left of [0, 30_000]) {
      it(`under ${place}, with ${left} bytes left, is told of and leaves dist as it was`, async (context) => {
        const root = await siteFolder()
        const disk = join(root, place)
        const refused = mountSmall(disk, '8m')
        if (refused !== null) return context.skip(refused)
        await putSources(root, manyPosts(20, 0))
        expect((await startBuild(root).ended).code).toBe(0)
        // Every post is another: there is more to write than is left.
        await putSources(root, manyPosts(20, 1, true))
        const free = fill(disk, left)
        const before = contentsOf(join(root, 'dist'))
        await expectRefused(root, await startBuild(root).ended, /full/)
        expect(differences(contentsOf(join(root, 'dist')), before)).toEqual([])
        free()
        await expectPublished(root, manyPosts(20, 1, true))
      })
    }
  }
})

describe('A folder that can only be read', { timeout: 120_000 }, () => {
  for (const place of ['dist', '.scholium'] as const) {
    it(`is told of where it is ${place}, and dist is as it was`, async (context) => {
      const root = await siteFolder()
      const disk = join(root, place)
      const refused = mountSmall(disk, '8m')
      if (refused !== null) return context.skip(refused)
      await putSources(root, manyPosts(20, 0))
      expect((await startBuild(root).ended).code).toBe(0)
      const before = contentsOf(join(root, 'dist'))
      await putSources(root, manyPosts(20, 1))
      setWritable(disk, false)
      await expectRefused(root, await startBuild(root).ended, /read-only/)
      expect(differences(contentsOf(join(root, 'dist')), before)).toEqual([])
      setWritable(disk, true)
      await expectPublished(root, manyPosts(20, 1))
    })
  }
})
