import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { siteFolder } from '../site-folder.js'
import { contentsOf, differences } from './folder.js'
import { manyPosts, putSources } from './kill.js'
import { hasOption, startBuild } from './running.js'
import { filesOf, siteOf } from './site.js'

/** A site of some forty posts with every feature, and faults to be reported. */
const files = { ...manyPosts(30, 3), ...filesOf(siteOf({ posts: 12, salt: 3 })) }

async function published(threads: number) {
  const root = await siteFolder()
  await putSources(root, files)
  const { code, stdout } = await startBuild(root, ['--threads', String(threads)]).ended
  const { diagnostics, counts } = JSON.parse(stdout) as { diagnostics: readonly unknown[]; counts: unknown }
  return { code, diagnostics, counts, contents: contentsOf(join(root, 'dist')) }
}

describe('The number of threads', { timeout: 120_000 }, () => {
  it('changes neither what is published nor what is reported: 1, 2 and 8', async (context) => {
    if (!(await hasOption('--threads'))) return context.skip('The command line has no --threads.')
    const one = await published(1)
    expect(one.code).toBe(0)
    expect(one.diagnostics.length).toBeGreaterThan(10)
    for (const threads of [2, 8]) {
      const many = await published(threads)
      expect([many.code, many.diagnostics, many.counts]).toEqual([0, one.diagnostics, one.counts])
      expect(differences(many.contents, one.contents)).toEqual([])
    }
  })
})
