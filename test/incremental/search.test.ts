import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Session, saveSession } from '../../src/build/session.js'
import { type BuildResult, build } from '../../src/build.js'
import { siteFolder, writeFiles } from '../site-folder.js'
import { contentsOf, differences, pathsBelow } from './folder.js'
import { start } from './running.js'

const now = new Date('2024-06-01T12:00:00Z')
const post = (text: string) => `---\ntitle: A post\ntags: [x]\n---\n\n${text}\n`

const built = (root: string, more: Partial<Parameters<typeof build>[0]> = {}, session?: Session) =>
  build({ root, out: join(root, 'dist'), drafts: false, now, ...more }, session)

const indexOf = ({ outputs }: BuildResult) =>
  Object.fromEntries([...outputs].filter(([output]) => output.startsWith('pagefind/')))

/** Expects a site's dist to be what a clean build of it writes. */
async function expectCurrent(root: string): Promise<void> {
  const fresh = await siteFolder()
  for (const name of ['site.yaml', 'content'])
    cpSync(join(root, name), join(fresh, name), { recursive: true })
  await built(fresh)
  expect(differences(contentsOf(join(root, 'dist')), contentsOf(join(fresh, 'dist')))).toEqual([])
}

function site(): Promise<string> {
  return siteFolder({
    'site.yaml': 'title: Notes\n',
    'content/posts/a.md': post('Words of [one](b.md) post.'),
    'content/posts/b.md': post('Other words.'),
  })
}

describe('The search index of a site', { timeout: 60_000 }, () => {
  it('follows the text of posts, and not what is not text', async () => {
    const root = await site()
    const first = await built(root)
    await writeFiles(root, { 'content/posts/a.md': post('Words of [one](https://example.org/) post.') })
    const linked = await built(root)
    expect([linked.counts.rendered, indexOf(linked)]).toEqual([1, indexOf(first)])
    await writeFiles(root, { 'content/posts/a.md': post('Words of two posts.') })
    expect(indexOf(await built(root))).not.toEqual(indexOf(first))
    await expectCurrent(root)
  })

  it('comes and goes with `search` in site.yaml, and leaves nothing behind', async () => {
    const root = await site()
    await built(root)
    await writeFiles(root, { 'site.yaml': 'search: false\n' })
    await built(root)
    const left = pathsBelow(join(root, 'dist'))
    expect(left.filter((path) => /search|pagefind/.test(path))).toEqual([])
    const html = left
      .filter((path) => path.endsWith('.html'))
      .map((path) => readFileSync(join(root, 'dist', path), 'utf8'))
    expect(html.join('')).not.toMatch(/search|pagefind/i)
    await writeFiles(root, { 'site.yaml': 'search: true\n' })
    await built(root)
    await expectCurrent(root)
  })

  it('is whole again after published files, or all that is kept, are lost', async () => {
    const root = await site()
    await built(root)
    rmSync(join(root, 'dist/pagefind'), { recursive: true })
    await built(root)
    await expectCurrent(root)
    rmSync(join(root, '.scholium/cache'), { recursive: true })
    rmSync(join(root, 'dist'), { recursive: true })
    await built(root)
    await expectCurrent(root)
    rmSync(join(root, '.scholium/cache'), { recursive: true })
    await writeFiles(root, { 'content/posts/a.md': post('Changed.') })
    await built(root)
    await expectCurrent(root)
  })

  it('is left out where it is not asked for, and made by a session on demand', async () => {
    const root = await site()
    const session: Session = { defers: true }
    const lean = await built(root, { searchIndex: false }, session)
    expect([indexOf(lean), lean.outputs.has('search/index.html')]).toEqual([{}, true])
    const asked = await session.searchIndex?.()
    await saveSession(session)
    const full = await built(root, {}, session)
    const keys = asked?.files.map(({ output, key }) => [output, key])
    expect(Object.fromEntries(keys ?? [])).toEqual(indexOf(full))
    const bytes = await asked?.files[0]?.make()
    const output = asked?.files[0]?.output ?? ''
    expect(Buffer.from(bytes ?? []).equals(readFileSync(join(root, 'dist', output)))).toBe(true)
  })

  it('goes all the way where it is told to, though nothing has changed', async () => {
    const root = await site()
    await built(root, { searchIndex: false })
    const session: Session = { defers: true }
    await built(root, { searchIndex: false }, session)
    expect(session.searchIndex).toBeUndefined()
    await built(root, { searchIndex: false, again: true }, session)
    expect((await session.searchIndex?.())?.files.length).toBeGreaterThan(5)
  })

  it('is missing with a warning where Pagefind cannot be run', async () => {
    const root = await site()
    const { code, stderr, stdout } = await start(['build', '--root', root], {
      env: { PAGEFIND_EXTENDED_BINARY_PATH: join(root, 'no-such-program') },
    }).ended
    expect([code, stdout]).toEqual([0, expect.stringContaining('Built 2 posts')])
    expect(stderr).toContain('search-index-is-made')
    expect(stderr).toContain('set `search: false`')
    expect(pathsBelow(join(root, 'dist')).some((path) => path.startsWith('pagefind/'))).toBe(false)
    // What was missing is not taken for current.
    await start(['build', '--root', root]).ended
    expect(pathsBelow(join(root, 'dist')).some((path) => path.startsWith('pagefind/'))).toBe(true)
  })

  it('is missing with a warning where Pagefind is killed while it works', async () => {
    const root = await site()
    const program = join(root, 'pagefind.sh')
    writeFileSync(program, '#!/bin/sh\nhead -c 20 > /dev/null\nkill -9 $$\n', { mode: 0o755 })
    const { code, stderr, stdout } = await start(['build', '--root', root], {
      env: { PAGEFIND_EXTENDED_BINARY_PATH: program },
    }).ended
    expect([code, stdout]).toEqual([0, expect.stringContaining('Built 2 posts')])
    expect(stderr).toContain('search-index-is-made')
    expect(stderr).toContain('Pagefind ended before it was done.')
  })
})
