import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type BuildResult, build } from '../../src/build.js'
import { filesIn, siteFolder, writeFiles } from '../site-folder.js'

const files = {
  // The words of texts are in the search index, too: what is counted here is pages.
  'site.yaml': 'title: Notes\nsearch: false\n',
  'content/posts/note.md': '---\ndate: 2024-01-01\n---\nA note[^1].\n\n[^1]: Its text.\n',
  'content/posts/proof.md': '---\ndate: 2024-01-02\n---\n> [!proof]\n> Clear.\n',
  'content/posts/plain.md': '---\ndate: 2024-01-03\n---\nWords.\n',
  'content/posts/german.md': '---\ndate: 2024-01-04\nlang: de\n---\nEine Note[^1].\n\n[^1]: Ihr Text.\n',
}

async function builder() {
  const root = await siteFolder(files)
  const now = new Date('2025-01-01T00:00Z')
  const at = async (out: string, clean = false): Promise<BuildResult> => {
    const result = await build({ root, out: join(root, out), drafts: false, now, clean })
    expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    return result
  }
  await at('dist')
  /** Writes words files, builds, and gives how many bodies were rendered and pages written; as a clean build writes them. */
  const rewrite = async (words: Readonly<Record<string, string>>) => {
    await writeFiles(root, words)
    const { counts } = await at('dist')
    await at('fresh', true)
    expect(await filesIn(join(root, 'dist'))).toEqual(await filesIn(join(root, 'fresh')))
    return { rendered: counts.rendered, written: counts.written, of: counts.outputs }
  }
  return { root, rewrite }
}

describe('After a change of a word', () => {
  it('in the frame of pages, pages of its language are made again, and no body', async () => {
    const { rewrite } = await builder()
    const { rendered, written } = await rewrite({ 'templates/words/de.yaml': 'skipToContent: Hinab\n' })
    expect([rendered, written]).toEqual([0, 1])
  })

  it('within texts, the bodies that it stands in are rendered again', async () => {
    const { root, rewrite } = await builder()
    const notes = await rewrite({ 'templates/words/en.yaml': 'footnotes: Asides\n' })
    expect([notes.rendered, notes.written]).toEqual([1, 1])
    const proofs = await rewrite({ 'templates/words/en.yaml': 'footnotes: Asides\nproof: Why\n' })
    expect(proofs.rendered).toBe(1)
    const html = (await filesIn(join(root, 'dist')))['posts/proof/index.html']
    expect(html).toContain('<strong>Why</strong>')
  })

  it('in a language that no page is in, nothing is made', async () => {
    const { rewrite } = await builder()
    const { rendered, written } = await rewrite({ 'templates/words/fr.yaml': 'archive: Archives\n' })
    expect([rendered, written]).toEqual([0, 0])
  })

  it('a fault in its file publishes nothing', async () => {
    const root = await siteFolder({ ...files, 'templates/words/en.yaml': 'tags: A\narchiv: B\n' })
    const out = join(root, 'dist')
    const { ok, diagnostics } = await build({ root, out, drafts: false, now: new Date(0) })
    expect(ok).toBe(false)
    expect(diagnostics).toMatchObject([
      { rule: 'words-are-valid', file: 'templates/words/en.yaml', line: 2, hint: 'Did you mean "archive"?' },
    ])
  })
})
