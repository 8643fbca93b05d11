import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cli, scholium } from '../command.js'
import { filesIn, pathsIn, siteFolder, writeFiles } from '../site-folder.js'

const post = (title: string, rest = '') => `---\ntitle: ${title}\ndate: 2024-01-22\n${rest}---\n\nText.\n`
const small = { 'content/posts/a.md': post('A') }

describe('scholium build', () => {
  it('ends with 0 and says what it made; a second run writes nothing', async () => {
    const root = await siteFolder({ ...small, 'content/posts/b.md': post('B', 'draft: true\n') })
    const first = await scholium(root, ['build'])
    expect([first.code, first.stderr]).toEqual([0, ''])
    expect(first.stdout).toMatch(
      /^Built 1 post and 0 pages in \d+(\.\d)? m?s → dist\n1 rendered, 0 as before\n\d+ files: \d+ written, 0 unchanged, 0 removed\nLeft out: 1 draft \(--drafts shows them\)\n$/,
    )
    const second = await scholium(root, ['build'])
    expect(second.stdout).toMatch(/\n0 rendered, 1 as before\n\d+ files: 0 written, \d+ unchanged, 0 removed/)
    expect(await filesIn(join(root, 'dist'))).toHaveProperty('posts/a/index.html')
  })

  it('names the output folder as it is reached from here', async () => {
    const root = await siteFolder(small)
    const out = join(root, 'dist')
    expect((await scholium('/', ['build', '--root', root])).stdout).toContain(` → ${out.slice(1)}\n`)
    const elsewhere = await scholium(await siteFolder(), ['build', '--root', root])
    expect(elsewhere.stdout).toContain(` → ${out}\n`)
  })

  it('ends with 0 for warnings, which it prints with the line that they are about', async () => {
    const root = await siteFolder({ 'content/posts/a.md': `${post('A')}\n[x](nowhere.md)\n` })
    const { code, stdout, stderr } = await scholium(root, ['build'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/1 warning\n$/)
    expect(stderr).toBe(
      [
        'warning content/posts/a.md:8:1 link-target-exists',
        '  The link leads to "nowhere.md", which is not in this site.',
        '    6 | Text.',
        '    7 |',
        '  > 8 | [x](nowhere.md)',
        '      | ^^^^^^^^^^^^^^^',
        '    9 |',
        '',
        '',
      ].join('\n'),
    )
  })

  it('ends with 1 for errors of the content, and publishes nothing', async () => {
    const root = await siteFolder({ 'content/posts/a.md': post('A', 'draft: maybe\n') })
    const { code, stdout, stderr } = await scholium(root, ['build'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('error content/posts/a.md:4:8 front-matter-is-valid')
    expect(stderr).toMatch(/Nothing was published: 1 error\. dist is as it was\.\n$/)
    expect(await pathsIn(root)).not.toContain('dist/')
  })

  it('ends with 2 for errors of the configuration', async () => {
    const root = await siteFolder({ ...small, 'site.yaml': 'titel: A\n' })
    const { code, stdout, stderr } = await scholium(root, ['build'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('error site.yaml:1:1 config-is-valid')
    expect(stderr).toContain('> 1 | titel: A')
    expect(stderr).toContain('Did you mean "title"?')
  })

  it('ends with 2 where there is no site, or for a folder that it must not publish to', async () => {
    const root = await siteFolder(small)
    const calls = [
      ['build', '--root', 'nowhere'],
      ['build', '--out', 'content/posts'],
    ]
    for (const call of calls) {
      const { code, stdout, stderr } = await scholium(root, call)
      expect([call, code, stdout]).toEqual([call, 2, ''])
      expect(stderr).toContain('error usage-is-valid')
    }
    expect(await pathsIn(root)).toEqual(['content/', 'content/posts/', 'content/posts/a.md'])
  })

  it('finds the site by --root, publishes to --out, with drafts if asked for', async () => {
    const folder = await siteFolder({ 'site/content/posts/b.md': post('B', 'draft: true\n') })
    const { code, stdout } = await scholium(folder, [
      'build',
      '--root',
      'site',
      '--out',
      'public',
      '--drafts',
    ])
    expect([code, stdout]).toEqual([0, expect.stringContaining('→ public\n')])
    expect(await filesIn(join(folder, 'public'))).toHaveProperty('posts/b/index.html')
    expect(await pathsIn(join(folder, 'site'))).not.toContain('dist/')
  })
})

describe('scholium build --json', () => {
  it('prints one object to standard output and nothing else, anywhere', async () => {
    const root = await siteFolder({ 'content/posts/a.md': `${post('A')}\n[x](nowhere.md)\n` })
    const { code, stdout, stderr } = await scholium(root, ['build', '--json'])
    expect([code, stderr, stdout.trimEnd().includes('\n')]).toEqual([0, '', false])
    const result = JSON.parse(stdout)
    expect(Object.keys(result)).toEqual(['ok', 'out', 'durationMs', 'counts', 'diagnostics'])
    expect(result).toMatchObject({ ok: true, out: 'dist', durationMs: expect.any(Number) })
    expect(Object.keys(result.counts)).toEqual(
      expect.arrayContaining([
        'posts',
        'pages',
        'outputs',
        'written',
        'unchanged',
        'removed',
        'rendered',
        'cached',
      ]),
    )
    expect(result.diagnostics).toEqual([
      {
        rule: 'link-target-exists',
        severity: 'warn',
        message: 'The link leads to "nowhere.md", which is not in this site.',
        file: 'content/posts/a.md',
        line: 8,
        column: 1,
        endLine: 8,
        endColumn: 16,
      },
    ])
  })

  it.each([
    [
      'errors of the content',
      { 'content/posts/a.md': post('A', 'draft: maybe\n') },
      1,
      'front-matter-is-valid',
    ],
    ['errors of the configuration', { 'site.yaml': 'titel: A\n' }, 2, 'config-is-valid'],
    ['a folder that is no site', {}, 2, 'usage-is-valid'],
    ['an output folder that is a file', { ...small, dist: '' }, 1, 'output-is-writable'],
  ])('does so for %s', async (_, files, exitCode, rule) => {
    const root = await siteFolder(files)
    const { code, stdout, stderr } = await scholium(root, ['build', '--json'])
    expect([code, stderr]).toEqual([exitCode, ''])
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      out: 'dist',
      diagnostics: [{ rule, severity: 'error' }],
    })
  })

  it('names every path relative to the site’s root', async () => {
    const folder = await siteFolder({
      'site/content/posts/a.md': '---\ndraft: maybe\n---\n![](x.png)\n',
      'site/assets/x/y.txt': '',
      'site/templates/home.html': '{{ nothing }}',
    })
    const { stdout } = await scholium(folder, [
      'build',
      '--json',
      '--root',
      'site',
      '--out',
      'site/public/www',
    ])
    expect(JSON.parse(stdout).out).toBe('public/www')
    expect(stdout).not.toContain(folder)
  })
})

describe('scholium new', () => {
  it('writes a post with today’s date in the site’s time zone, and says where', async () => {
    const root = await siteFolder({ 'site.yaml': 'timezone: Pacific/Kiritimati\nauthor: Ada\n' })
    const day = () =>
      new Intl.DateTimeFormat('sv', { timeZone: 'Pacific/Kiritimati', dateStyle: 'short' }).format(new Date())
    const before = day()
    const { code, stdout, stderr } = await scholium(root, ['new', 'On C++: a note'])
    // The day may change while the command runs.
    const date = stdout.includes(before) ? before : day()
    const file = `content/posts/${date}-on-c-plus-plus-a-note.md`
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(`Wrote ${file}.`)
    expect(await readFile(join(root, file), 'utf8')).toBe(
      `---\ntitle: "On C++: a note"\ndate: ${date}\nauthor: Ada\ntags: []\ndraft: true\n---\n\n`,
    )
    const again = await scholium(root, ['new', 'On C++: a note'])
    expect([again.code, again.stdout]).toEqual([2, ''])
    expect(again.stderr).toContain('is there already')
  })

  it.each([[['new', '']], [['new', '   ']], [['new']]])('ends with 2 without a title: %j', async (call) => {
    const root = await siteFolder({ 'site.yaml': '' })
    const { code, stdout, stderr } = await scholium(root, call)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/title/)
    expect(await pathsIn(root)).toEqual(['site.yaml'])
  })

  it('ends with 2 if site.yaml is not valid', async () => {
    const root = await siteFolder({ 'site.yaml': 'lang: 5\n' })
    const { code, stderr } = await scholium(root, ['new', 'A'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('error site.yaml:1:7 config-is-valid')])
  })
})

describe('scholium init', () => {
  it('names what it wrote, as it is reached from here, and ends with 2 where a file is in the way', async () => {
    const folder = await siteFolder()
    const { code, stdout, stderr } = await scholium(folder, ['init', 'notes', '--deploy', 'github'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Wrote notes/site.yaml\n')
    expect(stdout).toContain('Wrote notes/.github/workflows/publish.yml\n')
    expect((await scholium(folder, ['build', '--root', 'notes'])).code).toBe(0)
    const again = await scholium(folder, ['init', 'notes', '--deploy', 'github'])
    expect([again.code, again.stdout, again.stderr]).toEqual([
      2,
      '',
      'error .github/workflows/publish.yml is there already.\n',
    ])
    expect((await scholium(folder, ['init', 'notes', '--deploy', 'elsewhere'])).code).toBe(2)
  })
})

describe('scholium', () => {
  it('says its version', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(await scholium('.', ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('lists its commands', async () => {
    const { code, stdout } = await scholium('.', ['--help'])
    expect(code).toBe(0)
    for (const command of ['build', 'check', 'rules', 'serve', 'new', 'init'])
      expect(stdout).toContain(command)
  })

  it.each([
    [['biuld'], 'build'],
    [['build', '--drafs'], '--drafts'],
    [['build', '--jsn'], '--json'],
  ])('ends with 2 for %j and says what was meant', async (call, meant) => {
    const { code, stdout, stderr } = await scholium('.', call)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('unknown')
    expect(stderr).toContain(meant)
  })

  it('explains a rule by its name', async () => {
    const { code, stdout } = await scholium('.', ['rules', 'math-renders'])
    expect(code).toBe(0)
    expect(stdout).toContain('KaTeX accepts a formula.')
    expect(await scholium('.', ['rules', 'math-render'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error There is no rule "math-render". Did you mean "math-renders"?\n',
    })
  })

  it.each([
    [['serve', '--port', 'x']],
    [['serve', '--port', '70000']],
    [['build', '--out']],
    [['build', 'extra']],
  ])('ends with 2 for %j', async (call) => {
    const { code, stdout } = await scholium('.', call)
    expect([code, stdout]).toEqual([2, ''])
  })
})

describe('scholium serve', () => {
  it('builds the site and serves it until it is interrupted, and leaves dist alone', async () => {
    const root = await siteFolder({ 'content/posts/a.md': '---\ntitle: A\ndate: 2024-01-01\n---\nText\n' })
    const child = spawn(process.execPath, [cli, 'serve', '--root', root, '--port', '0'])
    const ended = once(child, 'exit')
    const url = await new Promise<string>((resolve) => {
      let said = ''
      child.stdout.on('data', (chunk) => {
        said += String(chunk)
        const found = /Serving (http\S+)/.exec(said)?.[1]
        if (found) resolve(found)
      })
    })
    const page = await fetch(new URL('posts/a/', url))
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<h1>A</h1>')])
    expect(await pathsIn(join(root, '.scholium/preview'))).not.toContain('pagefind/')
    const index = await fetch(new URL('pagefind/pagefind-entry.json', url))
    expect(await index.json()).toMatchObject({ languages: { en: { page_count: 1 } } })
    child.kill('SIGINT')
    expect((await ended)[0]).toBe(0)
    expect(await pathsIn(root)).not.toContain('dist/')
  })

  it('says of a warning once what it is, and after later changes how many there are', async () => {
    const files = (text: string) => ({ 'content/posts/a.md': `${post('A')}\n[x](nowhere.md)\n\n${text}\n` })
    const root = await siteFolder(files('First'))
    const child = spawn(process.execPath, [cli, 'serve', '--root', root, '--port', '0'])
    const ended = once(child, 'exit')
    let [said, warned] = ['', '']
    child.stdout.on('data', (chunk) => {
      said += String(chunk)
    })
    child.stderr.on('data', (chunk) => {
      warned += String(chunk)
    })
    await expect.poll(() => said, { timeout: 20_000 }).toContain('Serving')
    await writeFiles(root, files('Second'))
    await expect.poll(() => said, { timeout: 20_000 }).toContain('changed.')
    child.kill('SIGINT')
    await ended
    expect(warned.split('link-target-exists').length - 1).toBe(1)
    expect(warned).toMatch(/\n1 warning as before\.\n$/)
  })
})
