import { chmod, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { newPost, ScaffoldError } from '../../src/scaffold.js'
import { parsed } from '../in-memory.js'
import { filesIn, siteFolder } from '../site-folder.js'

const now = new Date('2024-01-22T23:30:00Z')
const options = { now, timezone: 'UTC', author: null }

describe('A new post', () => {
  it('is a draft with a title, today’s date and a place for tags', async () => {
    const root = await siteFolder()
    expect(await newPost({ ...options, root, title: '  On C++ ', author: 'Ada' })).toBe(
      'content/posts/2024-01-22-on-c-plus-plus.md',
    )
    expect(await filesIn(root)).toEqual({
      'content/posts/2024-01-22-on-c-plus-plus.md':
        '---\ntitle: On C++\ndate: 2024-01-22\nauthor: Ada\ntags: []\ndraft: true\n---\n\n',
    })
  })

  it('is dated by the day it is in the site’s time zone', async () => {
    const root = await siteFolder()
    expect(await newPost({ ...options, root, title: 'A', timezone: 'Asia/Tokyo' })).toBe(
      'content/posts/2024-01-23-a.md',
    )
    expect(await newPost({ ...options, root, title: 'A', timezone: 'America/New_York' })).toBe(
      'content/posts/2024-01-22-a.md',
    )
  })

  it('has its title as given, whatever it is', async () => {
    const root = await siteFolder()
    const title = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      fc.constantFrom(
        '---',
        'a: b',
        '# x',
        '"quoted"',
        '42',
        'true',
        '$\\nu$',
        '[x]',
        '- a',
        '@',
        'a\n---\nb',
        '2024-01-01',
        'x'.repeat(300),
      ),
    )
    let count = 0
    await fc.assert(
      fc.asyncProperty(title, async (given) => {
        fc.pre(given.trim() !== '')
        count += 1
        const folder = join(root, String(count))
        await mkdir(folder)
        const file = await newPost({ ...options, root: folder, title: given })
        const text = Buffer.from((await filesIn(folder))[file] ?? '', 'latin1').toString('utf8')
        const { post, body, diagnostics } = parsed(text, { file })
        expect([post.title, post.date?.iso, post.draft, body.trim()]).toEqual([
          given.trim(),
          '2024-01-22',
          true,
          '',
        ])
        expect(diagnostics).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

describe('No post is written', () => {
  it.each(['', '   ', '\n'])('without a title: %j', async (title) => {
    const root = await siteFolder()
    await expect(newPost({ ...options, root, title })).rejects.toThrow(
      new ScaffoldError('A post needs a title: scholium new "A title".'),
    )
    expect(await filesIn(root)).toEqual({})
  })

  it('over another file', async () => {
    const file = 'content/posts/2024-01-22-a.md'
    const root = await siteFolder({ [file]: 'mine' })
    await expect(newPost({ ...options, root, title: 'A' })).rejects.toThrow(
      new ScaffoldError(`${file} is there already.`),
    )
    expect(await filesIn(root)).toEqual({ [file]: 'mine' })
  })

  it('through a link that stands in its place', async () => {
    const root = await siteFolder({ 'content/posts/x.md': '' })
    await symlink('../../elsewhere.md', join(root, 'content/posts/2024-01-22-a.md'))
    await expect(newPost({ ...options, root, title: 'A' })).rejects.toThrow(/is there already/)
    expect(await filesIn(root)).not.toHaveProperty('elsewhere.md')
  })

  it('where a file is in the place of its folder', async () => {
    const root = await siteFolder({ content: 'a file' })
    await expect(newPost({ ...options, root, title: 'A' })).rejects.toThrow(ScaffoldError)
    const posts = await siteFolder({ 'content/posts': 'a file' })
    await expect(newPost({ ...options, root: posts, title: 'A' })).rejects.toThrow(/cannot be written/)
  })

  it.skipIf(process.getuid?.() === 0)('where it may not be', async () => {
    const root = await siteFolder({ 'content/posts/x.md': '' })
    await chmod(join(root, 'content/posts'), 0o500)
    onTestFinished(() => chmod(join(root, 'content/posts'), 0o700))
    await expect(newPost({ ...options, root, title: 'A' })).rejects.toThrow(ScaffoldError)
  })

  it('is not written into a site that is not there', async () => {
    const root = join(await siteFolder(), 'nowhere')
    await expect(newPost({ ...options, root, title: 'A' })).rejects.toThrow(/^There is no folder/)
  })
})
