/** Compressed copies beside published files. */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type BuildResult, build } from '../../src/build.js'
import { filesIn, siteFolder, writeFiles } from '../site-folder.js'

const long = 'Words that are long enough to be worth the trouble. '.repeat(60)
const post = (title: string, body = long) => `---\ntitle: ${title}\ndate: 2024-01-22\n---\n\n${body}\n`
// The index of a search has files of its own.
const hosting = 'search: false\nhosting: { precompress: [br, gzip] }\n'
const site = {
  'site.yaml': hosting,
  'content/posts/a.md': post('A'),
  'content/posts/b.md': post('B'),
  'assets/short.txt': 'short',
  'assets/long.txt': long,
  'assets/image.png': Buffer.alloc(5000, 1),
}
const now = new Date('2026-01-01T00:00:00Z')
const publish = async (root: string): Promise<BuildResult> => {
  const result = await build({ root, out: join(root, 'dist'), drafts: false, now })
  expect([result.ok, result.diagnostics]).toEqual([true, []])
  return result
}
const copiesIn = ({ outputs }: BuildResult) =>
  [...outputs.keys()].filter((output) => /\.(br|gz)$/.test(output))

describe('Compressed copies', () => {
  it('are written of text above a kilobyte, hold its bytes, and are known to nobody who has not asked', async () => {
    const root = await siteFolder(site)
    const dist = join(root, 'dist')
    const copies = copiesIn(await publish(root))
    expect(copies).toContain('posts/a/index.html.br')
    expect(copies).toContain('posts/a/index.html.gz')
    expect(copies).toContain('assets/long.txt.br')
    expect(copies.filter((copy) => /short|image|woff2/.test(copy))).toEqual([])
    for (const copy of copies) {
      const [bytes, whole] = [
        readFileSync(join(dist, copy)),
        readFileSync(join(dist, copy.replace(/\.\w+$/, ''))),
      ]
      expect((copy.endsWith('.br') ? brotliDecompressSync(bytes) : gunzipSync(bytes)).equals(whole)).toBe(
        true,
      )
      expect(whole.length).toBeGreaterThanOrEqual(1024)
    }
    await writeFiles(root, { 'site.yaml': '' })
    expect(copiesIn(await publish(root))).toEqual([])
    expect(Object.keys(await filesIn(dist)).filter((file) => /\.(br|gz)$/.test(file))).toEqual([])
  })

  it('are the same wherever and whenever they are made', async () => {
    const [one, other] = [await siteFolder(site), await siteFolder(site)]
    await publish(one)
    await publish(other)
    expect(await filesIn(join(one, 'dist'))).toEqual(await filesIn(join(other, 'dist')))
  })

  it('are made again only of what has changed, and go with it', async () => {
    const root = await siteFolder(site)
    await publish(root)
    const file = (output: string) => statSync(join(root, 'dist', output)).mtimeMs
    const before = { a: file('posts/a/index.html.br'), b: file('posts/b/index.html.br') }
    await writeFiles(root, { 'content/posts/a.md': post('A', `${long} Changed.`) })
    const { counts } = await publish(root)
    // The page and its two copies; lists show neither.
    expect(counts.written).toBe(3)
    expect(file('posts/a/index.html.br')).not.toBe(before.a)
    expect(file('posts/b/index.html.br')).toBe(before.b)
    rmSync(join(root, 'content/posts/b.md'))
    await publish(root)
    expect(Object.keys(await filesIn(join(root, 'dist/posts')))).toEqual([
      'a/index.html',
      'a/index.html.br',
      'a/index.html.gz',
    ])
  })

  it('do not take the place of a file of the site', async () => {
    const root = await siteFolder({ ...site, 'assets/long.txt.gz': 'mine' })
    const { ok, diagnostics } = await build({ root, out: join(root, 'dist'), drafts: false, now })
    expect(ok).toBe(false)
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'Both assets/long.txt.gz and the compressed copy of assets/long.txt would be published at /assets/long.txt.gz.',
    ])
  })
})
