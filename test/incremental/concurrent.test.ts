import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { build } from '../../src/build.js'
import { siteFolder } from '../site-folder.js'
import { contentsOf, differences, pathsBelow } from './folder.js'
import { cleanBuild, manyPosts, putSources } from './kill.js'
import { type Running, startBuild } from './running.js'

const posts = 40
const isLock = (path: string) => /(^|\/)lock-[0-9a-f]+$/.test(path)
/** A lock, or what is left of one that was about to be made. */
const isOfLock = (path: string) => /(^|\/)[^/]*lock[^/]*$/.test(path)

/** Waits until a process holds the lock of a site, and gives the path of the lock; fails if it ends before. */
async function holding(root: string, running: Running): Promise<string> {
  let hasEnded = false
  const ended = running.ended.then(() => {
    hasEnded = true
  })
  while (!hasEnded) {
    const lock = pathsBelow(join(root, '.scholium')).find(isLock)
    if (lock !== undefined) return lock
    await Promise.race([ended, wait(1)])
  }
  throw new Error('The build ended, and no lock was seen in .scholium.')
}

/** Gives a site that was built once and has changed since. */
async function changedSite(version = 1) {
  const root = await siteFolder()
  await putSources(root, manyPosts(posts, 0))
  await startBuild(root).ended
  const files = manyPosts(posts, version)
  await putSources(root, files)
  return { root, clean: (await cleanBuild(root, files)).contents }
}

describe('Two builds of one site at once', { timeout: 120_000 }, () => {
  it('both succeed, or one is refused with the other’s process id, and what is published is whole', async () => {
    const { root, clean } = await changedSite()
    const both = [startBuild(root), startBuild(root)] as const
    const ends = await Promise.all(both.map(({ ended }) => ended))
    expect(ends.some(({ code }) => code === 0)).toBe(true)
    for (const [index, { code, stdout }] of ends.entries())
      if (code !== 0) expect(stdout).toContain(String(both[1 - index]?.pid))
    expect(differences(contentsOf(join(root, 'dist')), clean)).toEqual([])
  })

  it('in one process both succeed', async () => {
    const { root, clean } = await changedSite()
    const job = { root, out: join(root, 'dist'), drafts: false, now: new Date() }
    const results = await Promise.all([build(job), build(job)])
    expect(results.map(({ ok }) => ok)).toEqual([true, true])
    expect(differences(contentsOf(join(root, 'dist')), clean)).toEqual([])
  })

  it('take over the lock of one that was killed while it held it', async () => {
    const { root, clean } = await changedSite()
    const dead = startBuild(root)
    await holding(root, dead)
    dead.signal('SIGKILL')
    await dead.ended
    expect(pathsBelow(join(root, '.scholium')).filter(isLock)).not.toEqual([])
    const { code, stderr } = await startBuild(root).ended
    expect([code, stderr]).toEqual([0, ''])
    expect(differences(contentsOf(join(root, 'dist')), clean)).toEqual([])
    expect(pathsBelow(join(root, '.scholium')).filter(isOfLock)).toEqual([])
  })

  it('remove what was left of a lock that was about to be made', async () => {
    const { root } = await changedSite()
    const running = startBuild(root)
    const lock = await holding(root, running)
    await running.ended
    const left = join(root, '.scholium', `${basename(lock)}.${running.pid}-0123abcd`)
    await writeFile(left, '{}')
    await putSources(root, manyPosts(posts, 3))
    await startBuild(root).ended
    expect(pathsBelow(join(root, '.scholium')).filter(isOfLock)).toEqual([])
  })

  it('wait for one that stands still while it holds the lock; the last version is what is published', async () => {
    const { root } = await changedSite()
    const still = startBuild(root)
    await holding(root, still)
    still.signal('SIGSTOP')
    const files = manyPosts(posts, 2)
    await putSources(root, files)
    const other = startBuild(root)
    // Long enough for the other to come to the lock; it must not pass, however long that is.
    const early = await Promise.race([other.ended, wait(3000, null)])
    still.signal('SIGCONT')
    const [first, second] = await Promise.all([still.ended, other.ended])
    expect(early === null || early.code !== 0).toBe(true)
    expect([first.code, first.stderr]).toEqual([0, ''])
    if (second.code !== 0) {
      expect(second.stdout).toContain(String(still.pid))
      expect((await startBuild(root).ended).code).toBe(0)
    }
    const { contents } = await cleanBuild(root, files)
    expect(differences(contentsOf(join(root, 'dist')), contents)).toEqual([])
  })
})
