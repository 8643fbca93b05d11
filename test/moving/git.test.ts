/** `dates: { updated: git }` in real repositories. */
import { spawnSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type BuildResult, build } from '../../src/build.js'
import { gitKey, gitState } from '../../src/git-state.js'
import { type Files, filesIn, siteFolder, writeFiles } from '../site-folder.js'

const environment = {
  ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C', PATH: process.env.PATH ?? '' },
  ...{ GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.org' },
  ...{
    GIT_COMMITTER_NAME: 'C',
    GIT_COMMITTER_EMAIL: 'c@example.org',
    GIT_COMMITTER_DATE: '2025-12-31T00:00:00Z',
  },
}

function git(folder: string, ...parameters: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', parameters, {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`git ${parameters.join(' ')} ended with ${status}: ${stderr}`)
  return stdout.trim()
}

function commit(folder: string, date: string): void {
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '-m', 'A change', '--date', date)
}

const post = (title: string, rest = '') => `---\ntitle: ${title}\ndate: 2024-01-22\n${rest}---\n\nText.\n`
const plain = '{{ post.title }}: {% if post.updated %}{{ post.updated.iso }}{% else %}never{% endif %}\n'
const site: Files = {
  'site.yaml': 'dates: { updated: git }\n',
  '.gitignore': 'dist/\n.scholium/\n',
  'templates/post.html': plain,
  'templates/page.html': plain,
  'content/posts/a.md': post('A'),
  'content/posts/grün.md': post('G'),
  'content/posts/written.md': post('W', 'updated: 2024-05-05\n'),
  'content/pages/about.md': '---\ntitle: About\n---\n\nAbout.\n',
}

const now = new Date('2026-01-01T00:00:00Z')
const buildOf = (root: string): Promise<BuildResult> =>
  build({ root, out: join(root, 'dist'), drafts: false, now })

/** Builds, and gives what each post says of its last change. */
async function updated(
  root: string,
): Promise<{ readonly said: readonly string[]; readonly found: readonly string[] }> {
  const { ok, diagnostics } = await buildOf(root)
  expect(ok).toBe(true)
  const files = Object.entries(await filesIn(join(root, 'dist')))
  const said = files
    .filter(([file]) => /^(posts|about).*index\.html$/.test(file))
    .map(([, text]) => text.trim())
  return { said, found: diagnostics.map(({ rule, message }) => `${rule}: ${message}`) }
}

async function repository(files: Files = site): Promise<string> {
  const root = await siteFolder(files)
  git(root, 'init', '-q', '-b', 'main')
  return root
}

describe('The date of a last change', () => {
  it('is that of the author of the last commit of a file, in the author’s zone, unless it is written', async () => {
    const root = await repository()
    commit(root, '2024-02-01T23:30:00-0800')
    await writeFiles(root, { 'content/posts/a.md': `${post('A')}More.\n` })
    commit(root, '2024-03-01T10:00:00+0200')
    expect(await updated(root)).toEqual({
      said: [
        'About: 2024-02-01T23:30:00-08:00',
        'A: 2024-03-01T10:00:00+02:00',
        'G: 2024-02-01T23:30:00-08:00',
        'W: 2024-05-05',
      ],
      found: [],
    })
  })

  it('is not shown where it is the day of the post, or where nothing is committed', async () => {
    const root = await repository()
    commit(root, '2024-01-22T10:00:00Z')
    await writeFiles(root, { 'content/posts/new.md': post('N') })
    const { said } = await updated(root)
    expect(said).toContain('A: never')
    expect(said).toContain('N: never')
  })

  it('is a new one after each commit, on whatever branch, and a build between two commits has nothing to do', async () => {
    const root = await repository()
    commit(root, '2024-02-01T00:00:00Z')
    expect((await updated(root)).said[1]).toBe('A: 2024-02-01T00:00:00+00:00')
    expect((await buildOf(root)).timings.has('read')).toBe(false)

    git(root, 'checkout', '-q', '-b', 'other')
    await writeFiles(root, { 'content/posts/a.md': `${post('A')}B.\n` })
    commit(root, '2024-03-01T00:00:00Z')
    expect((await updated(root)).said[1]).toBe('A: 2024-03-01T00:00:00+00:00')

    // The bytes are those that were built last: only the history is another.
    git(root, 'commit', '-q', '--amend', '--no-edit', '--date', '2024-04-01T00:00:00Z')
    expect((await updated(root)).said[1]).toBe('A: 2024-04-01T00:00:00+00:00')

    git(root, 'pack-refs', '--all')
    git(root, 'commit', '-q', '--amend', '--no-edit', '--date', '2024-05-01T00:00:00Z')
    git(root, 'pack-refs', '--all')
    expect((await updated(root)).said[1]).toBe('A: 2024-05-01T00:00:00+00:00')

    git(root, 'checkout', '-q', '--detach', 'main')
    expect((await updated(root)).said[1]).toBe('A: 2024-02-01T00:00:00+00:00')
  })

  it('follows both sides of a merge', async () => {
    const root = await repository()
    commit(root, '2024-02-01T00:00:00Z')
    git(root, 'checkout', '-q', '-b', 'side')
    await writeFiles(root, { 'content/posts/a.md': `${post('A')}Side.\n` })
    commit(root, '2024-03-01T00:00:00Z')
    git(root, 'checkout', '-q', 'main')
    await writeFiles(root, { 'content/posts/grün.md': `${post('G')}Main.\n` })
    commit(root, '2024-04-01T00:00:00Z')
    git(root, 'merge', '-q', '--no-ff', '-m', 'Merge', 'side')
    expect((await updated(root)).said.slice(1, 3)).toEqual([
      'A: 2024-03-01T00:00:00+00:00',
      'G: 2024-04-01T00:00:00+00:00',
    ])
  })

  it('is found for a site in a folder of a repository, and in a worktree', async () => {
    const top = await siteFolder()
    await mkdir(join(top, 'sites'))
    await writeFiles(join(top, 'sites/mine'), site)
    git(top, 'init', '-q', '-b', 'main')
    commit(top, '2024-02-01T00:00:00Z')
    expect((await updated(join(top, 'sites/mine'))).said[1]).toBe('A: 2024-02-01T00:00:00+00:00')

    const tree = join(await siteFolder(), 'tree')
    git(top, 'worktree', 'add', '-q', '-b', 'tree', tree)
    const root = join(tree, 'sites/mine')
    expect((await updated(root)).said[1]).toBe('A: 2024-02-01T00:00:00+00:00')
    await writeFiles(root, { 'content/posts/a.md': `${post('A')}Tree.\n` })
    commit(tree, '2024-03-01T00:00:00Z')
    expect((await updated(root)).said[1]).toBe('A: 2024-03-01T00:00:00+00:00')
  })
})

describe('A history that cannot be relied on', () => {
  it('is reported once where there is none', async () => {
    const root = await siteFolder(site)
    const { said, found } = await updated(root)
    expect(said[1]).toBe('A: never')
    expect(found).toEqual([
      'git-history-is-whole: No date of a last change can be taken from Git: the site is in no Git repository.',
    ])
    git(root, 'init', '-q')
    expect((await updated(root)).found).toEqual([])
  })

  it('is reported and not trusted in a shallow clone, until all of it is there', async () => {
    const origin = await repository()
    commit(origin, '2024-02-01T00:00:00Z')
    await writeFiles(origin, { 'content/posts/a.md': `${post('A')}More.\n` })
    commit(origin, '2024-03-01T00:00:00Z')
    const root = join(await siteFolder(), 'clone')
    git(origin, 'clone', '-q', '--depth', '1', `file://${origin}`, root)
    const shallow = await updated(root)
    expect(shallow.said.slice(1)).toEqual(['A: never', 'G: never', 'W: 2024-05-05'])
    expect(shallow.found).toEqual([
      'git-history-is-whole: No date of a last change can be taken from Git: the repository is a shallow clone.',
    ])
    git(root, 'fetch', '-q', '--unshallow')
    expect(await updated(root)).toMatchObject({
      said: expect.arrayContaining(['G: 2024-02-01T00:00:00+00:00']),
      found: [],
    })
  })

  it('is reported where Git is not installed', async () => {
    const root = await repository()
    commit(root, '2024-02-01T00:00:00Z')
    const { PATH } = process.env
    process.env.PATH = ''
    try {
      expect((await updated(root)).found).toEqual([
        'git-history-is-whole: No date of a last change can be taken from Git: Git is not installed.',
      ])
    } finally {
      process.env.PATH = PATH
    }
  })
})

describe('A site that does not ask Git', () => {
  it('is built the same whatever is committed, and knows nothing of it', async () => {
    const root = await repository({ ...site, 'site.yaml': '' })
    commit(root, '2024-02-01T00:00:00Z')
    expect((await updated(root)).said[1]).toBe('A: never')
    git(root, 'commit', '-q', '--allow-empty', '-m', 'Nothing')
    expect((await buildOf(root)).timings.has('read')).toBe(false)
  })
})

describe('The state of a repository', () => {
  it('is that of the commit that Git says is checked out', async () => {
    const root = await repository({ a: '1' })
    expect(gitState(root)).toEqual({ top: root, head: '', isShallow: false })
    commit(root, '2024-02-01T00:00:00Z')
    expect(gitState(join(root))?.head).toBe(git(root, 'rev-parse', 'HEAD'))
    git(root, 'pack-refs', '--all')
    expect(gitState(root)?.head).toBe(git(root, 'rev-parse', 'HEAD'))
    const before = gitKey(gitState(root))
    await writeFile(join(root, 'b'), '2')
    commit(root, '2024-02-02T00:00:00Z')
    expect(gitState(root)?.head).toBe(git(root, 'rev-parse', 'HEAD'))
    expect(gitKey(gitState(root))).not.toBe(before)
    await rm(join(root, '.git'), { recursive: true })
    expect(gitState(root)).toBeNull()
  })
})
