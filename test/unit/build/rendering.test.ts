import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KnownPost } from '../../../src/build/known-posts.js'
import { type Rendering, renderPosts } from '../../../src/build/rendering.js'
import { digestOf } from '../../../src/digest.js'
import { siteFolder } from '../../site-folder.js'

describe('renderPosts', () => {
  it('takes no text for another that it is not: a file that changed since it was looked at is an error', async () => {
    const root = await siteFolder({ 'a.md': 'Old.\n' })
    const path = join(root, 'a.md')
    const input = { file: 'a.md', path, signature: '', digest: digestOf('Old.\n') }
    const known = { key: 'key of the old text', outline: null } as Partial<KnownPost> as KnownPost
    await writeFile(path, 'New.\n')
    const read = { posts: new Map([['a.md', known]]), jobs: new Map(), early: null, diagnostics: [] }
    const rendering = {
      documents: [input],
      cache: { get: () => null },
      workers: { run: async () => [] },
    } as unknown as Rendering
    const { outlines, count, diagnostics } = await renderPosts([{ file: 'a.md' }], read, rendering)
    expect([outlines.size, count]).toEqual([0, 0])
    expect(diagnostics.map(({ severity, rule, message }) => `${severity} ${rule} ${message}`)).toEqual([
      'error file-is-readable a.md changed while the site was built.',
    ])
  })
})
