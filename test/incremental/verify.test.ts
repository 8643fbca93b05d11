import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { siteFolder } from '../site-folder.js'
import { manyPosts, putSources } from './kill.js'
import { hasOption, startBuild } from './running.js'

describe('--verify', { timeout: 120_000 }, () => {
  it('ends with 0 where all is as a clean build has it, and names each file that is not', async (context) => {
    if (!(await hasOption('--verify'))) return context.skip('The command line has no --verify.')
    const root = await siteFolder()
    await putSources(root, manyPosts(10, 0))
    await startBuild(root).ended
    const edited = ['index.html', 'posts/post-3/index.html'].map((path) => join(root, 'dist', path))
    // Times of whole seconds can be set back exactly; that of the build that records them is later by far.
    const time = new Date('2024-01-01')
    for (const file of edited) utimesSync(file, time, time)
    expect((await startBuild(root, ['--verify']).ended).code).toBe(0)
    for (const file of edited) {
      const { size } = statSync(file)
      writeFileSync(file, readFileSync(file, 'utf8').replace('Post', 'Pest'))
      utimesSync(file, time, time)
      expect(statSync(file).size).toBe(size)
    }
    const { code, stdout } = await startBuild(root, ['--verify']).ended
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: readonly { readonly severity: string; readonly message: string }[]
    }
    const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
    expect(code).toBe(1)
    expect(errors.join('\n')).toContain('posts/post-3/index.html')
    expect(errors.filter((message) => message.includes('index.html')).length).toBe(2)
  })
})
