/** `scholium check`, and what it records. */
import { readFileSync, rmSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { build } from '../../src/build.js'
import { scholium } from '../command.js'
import { filesIn, pathsIn, siteFolder, writeFiles } from '../site-folder.js'

const post = (title: string, rest = '') => `---\ntitle: ${title}\ndate: 2024-01-22\n${rest}---\n\nText.\n`
const site = {
  'site.yaml': 'url: https://example.org/\n',
  'content/posts/a.md': post('A'),
  'content/posts/b.md': post('B', 'draft: true\n'),
  'content/pages/about.md': '---\ntitle: About\n---\n\nAbout.\n',
}

describe('scholium check', () => {
  it('says what a build would, and publishes nothing', async () => {
    const root = await siteFolder({ ...site, 'content/posts/c.md': `${post('C')}[x](none.md)\n` })
    const { code, stdout, stderr } = await scholium(root, ['check'])
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^Checked 2 posts and 1 page in \d+(\.\d)? m?s: 1 warning\nLeft out: 1 draft\n$/),
    ])
    const built = await build({ root, out: join(root, 'dist'), drafts: false, now: new Date() })
    expect(stderr).toContain('warning content/posts/c.md:7:1 link-target-exists')
    const { stdout: json } = await scholium(root, ['check', '--json'])
    expect(JSON.parse(json)).toMatchObject({ ok: true, diagnostics: built.diagnostics, counts: { posts: 2 } })
  })

  it('leaves a published folder byte for byte as it was', async () => {
    const root = await siteFolder(site)
    expect((await scholium(root, ['check'])).code).toBe(0)
    expect(await pathsIn(root)).not.toContain('dist/')
    await scholium(root, ['build'])
    const before = await filesIn(join(root, 'dist'))
    await writeFiles(root, { 'content/posts/a.md': post('Another title') })
    expect((await scholium(root, ['check'])).code).toBe(0)
    expect(await filesIn(join(root, 'dist'))).toEqual(before)
    expect((await pathsIn(join(root, '.scholium'))).filter((path) => path.startsWith('stage-'))).toEqual([])
    expect((await scholium(root, ['build'])).stdout).toContain('0 rendered')
  })

  it('ends with 1 for errors, and 2 for those of the configuration', async () => {
    const root = await siteFolder({ ...site, 'content/posts/c.md': post('C', 'draft: maybe\n') })
    const { code, stdout, stderr } = await scholium(root, ['check', '--record'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/: 1 error\nLeft out: 1 draft\nNothing was recorded: errors come first\.\n$/)
    expect(await pathsIn(root)).not.toContain('published.yaml')
    await writeFiles(root, { 'site.yaml': 'titel: A\n' })
    const misused = await scholium(root, ['check'])
    expect([misused.code, misused.stderr]).toEqual([
      2,
      expect.stringContaining('Nothing was checked: 1 error.'),
    ])
  })
})

describe('What a check found', () => {
  const future = '---\ntitle: C\ndate: 2999-01-01\n---\n\n[x](none.md)\n'

  it('has posts whose dates are yet to come, which a build leaves out in silence', async () => {
    const root = await siteFolder({ ...site, 'content/posts/c.md': future })
    const { stderr } = await scholium(root, ['check'])
    expect(stderr).toContain('warning content/posts/c.md:3:7 post-date-has-come')
    expect((await scholium(root, ['build'])).stderr).toBe('')
  })

  it('is written as SARIF, with paths within the repository', async () => {
    const root = await siteFolder({ ...site, 'content/posts/c.md': `${post('C')}[x](none.md)\n` })
    const { code } = await scholium(root, ['check', '--sarif', 'found.sarif'], {
      GITHUB_WORKSPACE: join(root, 'content'),
    })
    expect(code).toBe(0)
    const log = JSON.parse(readFileSync(join(root, 'found.sarif'), 'utf8'))
    expect(log.runs[0].results).toMatchObject([
      {
        ruleId: 'link-target-exists',
        level: 'warning',
        locations: [
          { physicalLocation: { artifactLocation: { uri: 'posts/c.md' }, region: { startLine: 7 } } },
        ],
      },
    ])
    const failed = await scholium(root, ['check', '--sarif', 'no/such/folder.sarif'])
    expect([failed.code, failed.stderr]).toEqual([
      2,
      expect.stringMatching(/^error \/.*folder\.sarif cannot be written: /),
    ])
  })

  it('stands at its lines within GitHub Actions, from a build too, but not in JSON', async () => {
    const root = await siteFolder({ ...site, 'content/posts/c.md': `${post('C')}[x](none.md)\n` })
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: root }
    const annotation = /^::warning file=content\/posts\/c\.md,line=7,.*,title=link-target-exists::/
    expect((await scholium(root, ['check'], env)).stderr).toMatch(annotation)
    expect((await scholium(root, ['build'], env)).stderr).toMatch(annotation)
    expect((await scholium(root, ['check', '--json'], env)).stderr).toBe('')
  })
})

describe('scholium check --record', () => {
  const text = (root: string) =>
    readFileSync(join(root, 'published.yaml'), 'utf8').split('\n').slice(2).join('\n')
  const recorded = `content/pages/about.md:
  urls:
    - /about/
content/posts/a.md:
  urls:
    - /posts/a/
  id: https://example.org/posts/a/
`

  it('writes what is published, and adds to it what comes', async () => {
    const root = await siteFolder(site)
    const first = await scholium(root, ['check', '--record'])
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringMatching(/\nWrote published\.yaml: keep it in version control\.\n$/),
    ])
    expect(text(root)).toBe(recorded)
    const again = await scholium(root, ['check', '--record'])
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringMatching(/\npublished\.yaml has all of it already\.\n$/),
    ])
    await writeFiles(root, { 'content/posts/b.md': post('B') })
    await scholium(root, ['check', '--record'])
    expect(text(root)).toBe(
      `${recorded}content/posts/b.md:\n  urls:\n    - /posts/b/\n  id: https://example.org/posts/b/\n`,
    )
  })

  it('holds check and build to it, until a redirect leads on; the id stays', async () => {
    const root = await siteFolder(site)
    await scholium(root, ['check', '--record'])
    expect((await scholium(root, ['build'])).code).toBe(0)
    await rename(join(root, 'content/posts/a.md'), join(root, 'content/posts/new.md'))
    for (const command of [['check'], ['check', '--record'], ['build']]) {
      const { code, stderr } = await scholium(root, command)
      expect([command, code, stderr]).toEqual([
        command,
        1,
        expect.stringContaining('error published.yaml:8:7 published-url-is-kept'),
      ])
    }
    expect(text(root)).toBe(recorded)
    await writeFiles(root, { 'content/posts/new.md': post('A', 'aliases: [/posts/a/]\n') })
    expect((await scholium(root, ['check', '--record'])).code).toBe(0)
    expect(text(root)).toContain(
      'content/posts/new.md:\n  urls:\n    - /posts/a/\n    - /posts/new/\n  id: https://example.org/posts/a/\n',
    )
    expect((await scholium(root, ['build'])).code).toBe(0)
    expect(await filesIn(join(root, 'dist'))).toHaveProperty('posts/a/index.html')
  })

  it('is noticed by a build when the record alone changes', async () => {
    const root = await siteFolder(site)
    await scholium(root, ['build'])
    await writeFiles(root, { 'published.yaml': 'content/posts/x.md:\n  urls: [/posts/x/]\n' })
    expect((await scholium(root, ['build'])).code).toBe(1)
    rmSync(join(root, 'published.yaml'))
    expect((await scholium(root, ['build'])).code).toBe(0)
  })
})
