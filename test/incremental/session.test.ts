import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Session } from '../../src/build/session.js'
import { build } from '../../src/build.js'
import { filesIn, siteFolder, writeFiles } from '../site-folder.js'

const now = new Date('2024-06-01')
const post = (title: string) => `---\ntitle: ${title}\ndate: 2024-01-01\n---\n\nWords.\n`
const twoPosts = { 'content/posts/a.md': post('A'), 'content/posts/b.md': post('B') }

/** What a build from nothing publishes of the same files. */
async function cleanOutputs(files: Readonly<Record<string, string>>): Promise<object> {
  const root = await siteFolder(files)
  await build({ root, out: join(root, 'dist'), drafts: false, now })
  return filesIn(join(root, 'dist'))
}

describe('A session that has not recorded yet what it published', () => {
  it('records it when the next build begins', async () => {
    const root = await siteFolder(twoPosts)
    const job = { root, out: join(root, 'dist'), drafts: false, now }
    const session: Session = { defers: true }
    await build(job, session)
    await writeFiles(root, { 'content/posts/a.md': post('Another') })
    const { ok, counts } = await build(job, session)
    expect(ok).toBe(true)
    expect(counts.unchanged).toBeGreaterThan(0)
    const { counts: again } = await build(job, session)
    expect([again.written, again.rendered]).toEqual([0, 0])
    expect(await filesIn(job.out)).toEqual(
      await cleanOutputs({ ...twoPosts, 'content/posts/a.md': post('Another') }),
    )
  })

  it('can be ended by force: the next build looks at what is there', async () => {
    const root = await siteFolder(twoPosts)
    const job = { root, out: join(root, 'dist'), drafts: false, now }
    await build(job, { defers: true })
    await writeFiles(root, { 'content/posts/a.md': post('Another') })
    await build(job, { defers: true })
    expect((await build(job)).ok).toBe(true)
    expect(await filesIn(job.out)).toEqual(
      await cleanOutputs({ ...twoPosts, 'content/posts/a.md': post('Another') }),
    )
  })

  it('leaves what another process has recorded since', async () => {
    const root = await siteFolder(twoPosts)
    const job = { root, out: join(root, 'dist'), drafts: false, now }
    const session: Session = { defers: true }
    await build(job, session)
    await writeFiles(root, { 'content/posts/c.md': post('C') })
    await build(job)
    await session.record?.()
    // Else the page of C would be somebody else's file.
    await writeFiles(root, { 'content/posts/c.md': post('Changed') })
    const { ok, diagnostics } = await build(job, session)
    expect([ok, diagnostics]).toEqual([true, []])
    expect(await filesIn(job.out)).toEqual(
      await cleanOutputs({ ...twoPosts, 'content/posts/c.md': post('Changed') }),
    )
  })
})

describe('A session that gets ready for the next build', () => {
  it('changes nothing, and what is built then is as it would have been', async () => {
    const root = await siteFolder(twoPosts)
    const job = { root, out: join(root, 'dist'), drafts: false, now }
    const session: Session = { defers: true }
    await build(job, session)
    await session.record?.()
    const before = await filesIn(root)
    await session.warmUp?.()
    expect(await filesIn(root)).toEqual(before)
    await writeFiles(root, { 'content/posts/a.md': post('Another') })
    await session.warmUp?.()
    const { counts } = await build(job, session)
    expect(counts.written).toBeGreaterThan(0)
    expect(await filesIn(job.out)).toEqual(
      await cleanOutputs({ ...twoPosts, 'content/posts/a.md': post('Another') }),
    )
  })
})

describe('A session that goes on', () => {
  it('makes pages with the policy that the site has now', async () => {
    const config = 'title: A\n'
    const changed = `${config}csp: { img-src: "https://images.example.org" }\n`
    const root = await siteFolder({ ...twoPosts, 'site.yaml': config })
    const job = { root, out: join(root, 'dist'), drafts: false, now }
    const session: Session = { defers: true }
    await build(job, session)
    await writeFiles(root, { 'site.yaml': changed })
    await build(job, session)
    expect(await filesIn(job.out)).toEqual(await cleanOutputs({ ...twoPosts, 'site.yaml': changed }))
  })
})
