import { chmod, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { build } from '../../src/build.js'
import { deployHosts } from '../../src/layout.js'
import { initSite, newPost, ScaffoldError } from '../../src/scaffold.js'
import { parsed } from '../in-memory.js'
import { filesIn, siteFolder, writeFiles } from '../site-folder.js'

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

describe('A new site', () => {
  it('is one that can be built, with math and code, and nothing to report', async () => {
    const root = join(await siteFolder(), 'notes')
    const { written, next } = await initSite({ root, now, deploy: undefined })
    expect(written).toEqual([
      'content/pages/about.md',
      'content/posts/first-post.md',
      '.gitignore',
      'site.yaml',
    ])
    expect(next).toEqual(['Call "scholium serve" in it for a preview.'])
    const files = await filesIn(root)
    expect(Object.keys(files).sort()).toEqual([...written].sort())
    expect(Object.values(files).join('')).not.toMatch(/@[a-z]+@/)
    expect(files['content/posts/first-post.md']).toContain('date: 2024-01-22\n')
    expect(files['.gitignore']).toBe('dist/\n.scholium/\n')
    const result = await build({ root, out: join(root, 'dist'), drafts: false, now: new Date('2024-02-01') })
    expect([result.ok, result.diagnostics, result.counts.posts, result.counts.pages]).toEqual([
      true,
      [],
      1,
      1,
    ])
    const page = (await filesIn(join(root, 'dist')))['posts/first-post/index.html']
    expect(page).toContain('class="katex-display"')
    expect(page).toContain('class="hljs')
  })

  it.each(deployHosts)('can be deployed to %s', async (deploy) => {
    const root = await siteFolder()
    const { written } = await initSite({ root, now, deploy })
    const files = await filesIn(root)
    expect(Object.keys(files).sort()).toEqual([...written].sort())
    expect(files['site.yaml']).toContain(`\nhosting: ${deploy}\n`)
    expect(Object.values(files).join('')).not.toMatch(/@[a-z]+@/)
    const { ok, diagnostics } = await build({
      root,
      out: join(root, 'dist'),
      drafts: false,
      now: new Date('2024-02-01'),
    })
    expect([ok, diagnostics]).toEqual([true, []])
  })

  it('is not written where one is, nor over anything', async () => {
    const site = await siteFolder({ 'site.yaml': 'title: Mine\n' })
    await expect(initSite({ root: site, now, deploy: undefined })).rejects.toThrow(
      /There is a site in this folder/,
    )
    const other = await siteFolder({ '.gitignore': 'mine' })
    await expect(initSite({ root: other, now, deploy: 'netlify' })).rejects.toThrow(
      new ScaffoldError('.gitignore is there already.'),
    )
    expect(await filesIn(other)).toEqual({ '.gitignore': 'mine' })
  })
})

describe('What a host needs', () => {
  it('is written into a site that is there, for its own URL, and what is left to do is said', async () => {
    const root = await siteFolder({ 'site.yaml': 'url: https://ada.example/notes/\n' })
    expect(await initSite({ root, now, deploy: 'nginx' })).toEqual({
      written: ['nginx.conf'],
      next: ['Add "hosting: nginx" to site.yaml, so that builds write what it reads.'],
    })
    const { 'nginx.conf': text } = await filesIn(root)
    expect(text).toContain('server_name ada.example;')
    expect(text).toContain('location /notes/ {')
    await expect(initSite({ root, now, deploy: 'nginx' })).rejects.toThrow('nginx.conf is there already.')
    await writeFiles(root, { 'site.yaml': 'hosting: [github, caddy]\n' })
    expect((await initSite({ root, now, deploy: 'github' })).next).toEqual([])
    expect((await filesIn(root))['.github/workflows/publish.yml']).toContain('restore-keys: scholium-')
  })

  it('is not written beside a site.yaml that is not valid', async () => {
    const root = await siteFolder({ 'site.yaml': 'titel: A\n' })
    await expect(initSite({ root, now, deploy: 'caddy' })).rejects.toThrow(
      'Unknown key "titel" in site.yaml.',
    )
  })
})
