import { chmod, readFile, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type BuildOptions, type BuildResult, build } from '../../src/build.js'
import { type Files, filesIn, pathsIn, siteFolder, writeFiles } from '../site-folder.js'

const now = new Date('2024-06-01T12:00:00Z')
const post = (title: string, rest = '') =>
  `---\ntitle: ${title}\ndate: 2024-01-22\n${rest}---\n\nText of ${title}.\n`

/** Builds the site in a folder into its dist. */
function built(root: string, options: Partial<BuildOptions> = {}): Promise<BuildResult> {
  return build({ root, out: join(root, 'dist'), drafts: false, now, ...options })
}

/** What was found wrong, as `severity rule file:line:column message`. */
function found({ diagnostics }: BuildResult): readonly string[] {
  return diagnostics.map(
    ({ severity, rule, file = '', line, column, message }) =>
      `${severity} ${rule} ${[file, line, column].filter((part) => part !== undefined).join(':')} ${message}`,
  )
}

/** The pages that were written, without the theme's files. */
const pages = ({ outputs }: BuildResult) =>
  [...outputs.keys()].filter((output) => output.endsWith('.html')).sort()

describe('A build', () => {
  it('publishes KaTeX’s style sheet and fonts only if a page needs them', async () => {
    const published = async (text: string, config = '') => {
      const root = await siteFolder({ 'site.yaml': config, 'content/posts/a.md': `${post('A')}${text}\n` })
      return [...(await built(root)).outputs.keys()].some((output) => output.startsWith('assets/katex/'))
    }
    expect(await published('$x$')).toBe(true)
    expect(await published('No formula.')).toBe(false)
    expect(await published('$x$', 'math: { output: mathml }\n')).toBe(false)
  })

  it('publishes a post on its page, the home page, the archive, and under its tags and its category', async () => {
    const root = await siteFolder({
      'content/posts/2024-01-22-hello.md': post('Hello', 'tags: [a, b]\ncategory: c\n'),
      'content/pages/about.md': '# About\n',
      'assets/images/x.png': 'png',
    })
    const result = await built(root)
    expect(found(result)).toEqual([])
    expect(result).toMatchObject({ ok: true, misused: false, basePath: '/', out: join(root, 'dist') })
    expect(result.counts).toMatchObject({
      posts: 1,
      pages: 1,
      unchanged: 0,
      removed: 0,
      drafts: 0,
      scheduled: 0,
    })
    expect(result.counts.outputs).toBe(result.outputs.size)
    expect(result.counts.written).toBe(result.outputs.size)
    expect(pages(result)).toEqual([
      '404.html',
      'about/index.html',
      'archive/index.html',
      'categories/c/index.html',
      'categories/index.html',
      'index.html',
      'posts/hello/index.html',
      'search/index.html',
      'tags/a/index.html',
      'tags/b/index.html',
      'tags/index.html',
    ])
    const files = await filesIn(join(root, 'dist'))
    expect(Object.keys(files).sort()).toEqual([...result.outputs.keys()].sort())
    expect(files['assets/images/x.png']).toBe('png')
    expect(files['posts/hello/index.html']).toContain('Text of Hello.')
    for (const list of ['index.html', 'archive/index.html', 'tags/a/index.html', 'categories/c/index.html']) {
      expect(files[list]).toContain('href="/posts/hello/"')
    }
  })

  it.each([
    ['an empty content folder', { 'content/posts/.keep': '' }],
    ['a site.yaml alone', { 'site.yaml': 'title: Empty\n' }],
  ])('of %s publishes a home page and a 404 page', async (_, files) => {
    const result = await built(await siteFolder(files))
    expect([result.ok, found(result), pages(result)]).toEqual([true, [], ['404.html', 'index.html']])
    expect(result.counts).toMatchObject({ posts: 0, pages: 0 })
  })

  it('writes nothing the second time, and only what changed the third', async () => {
    const files = { 'content/posts/a.md': post('A'), 'content/posts/b.md': post('B') }
    const root = await siteFolder({ ...files, 'site.yaml': 'search: false\n' })
    const first = await built(root)
    const before = await stat(join(root, 'dist/index.html'))
    const second = await built(root)
    expect(second.counts).toMatchObject({ written: 0, unchanged: first.counts.outputs, removed: 0 })
    expect((await stat(join(root, 'dist/index.html'))).mtimeMs).toBe(before.mtimeMs)
    expect(second.outputs).toEqual(first.outputs)
    await writeFiles(root, { 'content/posts/a.md': post('A').replace('Text', 'Words') })
    expect((await built(root)).counts.written).toBeLessThan(6)
    expect((await built(root, { clean: true })).counts).toMatchObject({ unchanged: 0 })
  })

  it('removes the pages of what is no more, and keeps what it did not write', async () => {
    const root = await siteFolder({
      'content/posts/a.md': post('A', 'tags: [x]\n'),
      'content/posts/b.md': post('B'),
      'site.yaml': 'search: false\n',
      'dist/CNAME': 'example.org',
    })
    await built(root)
    await rm(join(root, 'content/posts/a.md'))
    const { counts } = await built(root)
    expect(counts.removed).toBe(3)
    const left = await pathsIn(join(root, 'dist'))
    expect(left).toContain('CNAME')
    expect(left.filter((path) => /^tags|posts\/a/.test(path))).toEqual([])
  })

  it('publishes below the path of the site’s url', async () => {
    const root = await siteFolder({
      'site.yaml': 'url: https://example.org/blog/',
      'content/posts/a.md': post('A', 'tags: [x]\n'),
    })
    const result = await built(root)
    expect([result.ok, result.basePath]).toEqual([true, '/blog/'])
    for (const page of pages(result)) {
      const html = await readFile(join(root, 'dist', page), 'utf8')
      const hrefs = [...html.matchAll(/(?:href|src)="(\/[^/][^"]*|\/)"/g)].map(([, url = '']) => url)
      expect(hrefs.filter((url) => !url.startsWith('/blog/'))).toEqual([])
      expect(hrefs).not.toEqual([])
    }
  })

  it('takes the templates of the site before its own', async () => {
    const root = await siteFolder({
      'content/posts/a.md': post('A'),
      'templates/post.html': '<p>{{ post.title }}</p>{{ post.content | raw }}',
    })
    await built(root)
    expect(await readFile(join(root, 'dist/posts/a/index.html'), 'utf8')).toMatch(/^<p>A<\/p>/)
  })
})

describe('Drafts and posts of the future', () => {
  const files = {
    'content/posts/a.md': post('A'),
    'content/posts/draft.md': post('Draft', 'draft: true\n'),
    'content/posts/hidden.md': post('Hidden', 'published: false\n'),
    'content/posts/2024-06-02-tomorrow.md': '# Tomorrow\n',
    'content/posts/bundle/index.md': post('Bundle', 'draft: true\n'),
    'content/posts/bundle/x.png': 'secret',
    'content/pages/unready.md': '---\ndraft: true\n---\n',
  }

  it('stay out, and are counted', async () => {
    const result = await built(await siteFolder(files))
    expect(result.counts).toMatchObject({ posts: 1, pages: 0, drafts: 4, scheduled: 1 })
    expect([...result.outputs.keys()].filter((output) => /^posts|^unready/.test(output))).toEqual([
      'posts/a/index.html',
    ])
  })

  it('are published if asked for, kept from search engines', async () => {
    const root = await siteFolder(files)
    const result = await built(root, { drafts: true })
    expect(result.counts).toMatchObject({ posts: 5, pages: 1, drafts: 0, scheduled: 0 })
    expect(result.outputs.has('posts/bundle/x.png')).toBe(true)
    for (const name of ['draft', 'tomorrow']) {
      expect(await readFile(join(root, `dist/posts/${name}/index.html`), 'utf8')).toContain('noindex')
    }
    expect(await readFile(join(root, 'dist/posts/a/index.html'), 'utf8')).not.toContain('noindex')
  })

  it('are of the future by the time that is given, to the millisecond', async () => {
    const root = await siteFolder({ 'content/posts/a.md': '---\ndate: 2024-06-01 12:00:00\n---\nX\n' })
    expect((await built(root, { now })).counts).toMatchObject({ posts: 1, scheduled: 0 })
    expect((await built(root, { now: new Date(now.getTime() - 1) })).counts).toMatchObject({
      posts: 0,
      scheduled: 1,
    })
  })

  it('are removed if they were published before', async () => {
    const root = await siteFolder(files)
    await built(root, { drafts: true })
    await built(root)
    expect(await pathsIn(join(root, 'dist/posts'))).toEqual(['a/', 'a/index.html'])
  })
})

describe('Two sources for one URL', () => {
  /** Expects a build to be refused because of what would be published twice. */
  async function expectCollision(files: Files, ...messages: readonly string[]): Promise<void> {
    const root = await siteFolder({ ...files, 'dist/index.html': 'as it was' })
    const result = await built(root)
    expect(result).toMatchObject({ ok: false, misused: false })
    expect(found(result).filter((line) => line.includes('url-is-unique'))).toEqual(messages)
    expect(await filesIn(join(root, 'dist'))).toEqual({ 'index.html': 'as it was' })
  }

  it('are refused with both their names', async () => {
    await expectCollision(
      { 'content/posts/2024-01-01-a.md': post('A'), 'content/posts/2024-01-02-a.md': post('A') },
      'error url-is-unique content/posts/2024-01-02-a.md:1:1 Both content/posts/2024-01-01-a.md and content/posts/2024-01-02-a.md would be published at /posts/a/.',
    )
  })

  it('are refused if they differ in case or Unicode form alone, since not every disk tells these apart', async () => {
    await expectCollision(
      {
        'content/posts/a.md': post('A', 'permalink: /Notes/\n'),
        'content/posts/b.md': post('B', 'permalink: /notes/\n'),
        'content/posts/c.md': post('C', 'permalink: /caf\u00e9/\n'),
        'content/posts/d.md': post('D', 'permalink: "/cafe\u0301/"\n'),
      },
      'error url-is-unique content/posts/b.md:4:12 Both content/posts/a.md and content/posts/b.md would be published at /notes/.',
      'error url-is-unique content/posts/d.md:4:12 Both content/posts/c.md and content/posts/d.md would be published at /caf\u00e9/.',
    )
  })

  it('are refused if one of them is a page that the site makes, or a file', async () => {
    await expectCollision(
      {
        'content/pages/index.md': '# Home\n',
        'content/posts/a.md': post('A', 'permalink: /tags/\ntags: [x]\n'),
        'content/pages/tags/x.md': '# X\n',
        'content/posts/b.md': post('B', 'permalink: /c.html\n'),
        'content/pages/c.html': 'C',
      },
      'error url-is-unique content/pages/index.md:1:1 Both content/pages/index.md and the home page would be published at /.',
      'error url-is-unique content/pages/tags/x.md:1:1 Both content/pages/tags/x.md and the tag "x" would be published at /tags/x/.',
      'error url-is-unique content/posts/a.md:4:12 Both content/posts/a.md and the list of tags would be published at /tags/.',
      'error url-is-unique content/posts/b.md:4:12 Both content/pages/c.html and content/posts/b.md would be published at /c.html.',
    )
  })

  it('are refused if one is a file where the other is a folder', async () => {
    const root = await siteFolder({
      'content/posts/a.md': post('A', 'permalink: /a.html\n'),
      'content/posts/b.md': post('B', 'permalink: /a.html/\n'),
      'dist/index.html': 'as it was',
    })
    const result = await built(root)
    expect(result.ok).toBe(false)
    expect(found(result)).toEqual([
      expect.stringContaining('a.html and a.html/index.html cannot both be published'),
    ])
    expect(await filesIn(join(root, 'dist'))).toEqual({ 'index.html': 'as it was' })
  })

  it('are fine if one is a draft', async () => {
    const root = await siteFolder({
      'content/posts/a.md': post('A'),
      'content/posts/a/index.md': post('A', 'draft: true\n'),
    })
    expect((await built(root)).ok).toBe(true)
  })
})

/** What is recorded of what is published; the cache may grow whenever something is rendered. */
async function recordsIn(root: string): Promise<object> {
  const kept = Object.entries(await filesIn(join(root, '.scholium')))
  return Object.fromEntries(kept.filter(([file]) => /^(manifest|outputs)-/.test(file)))
}

describe('Errors', () => {
  it('of all files are reported together, in order, and leave the output folder byte for byte as it was', async () => {
    const root = await siteFolder({ 'content/posts/a.md': post('A'), 'content/posts/b.md': post('B') })
    await built(root)
    const before = await filesIn(join(root, 'dist'))
    const records = await recordsIn(root)
    await rm(join(root, 'content/posts/b.md'))
    await writeFiles(root, {
      'content/posts/a.md': post('A', 'draft: maybe\ntitel: x\n').replace(
        'Text',
        '[nowhere](nowhere.md) $\\frac$',
      ),
      'content/posts/c.md': '---\ntitle: [c]\ndate: never\n---\n```klingon\nx\n```\n',
      'content/posts/latin1.md': Buffer.from('---\ndate: 2024-01-01\ntitle: caf\xe9\n---\n', 'latin1'),
      'content/pages/p.md': '---\npermalink: /../p/\n---\n![](no.png)\n',
      'assets/css/custom.css': 'a { color: }\n@import "nowhere.css";\n',
      'templates/home.html': '{{ site.titel }}\n',
    })
    await symlink('/etc/hostname', join(root, 'assets/leak'))
    const result = await built(root)
    expect(result).toMatchObject({ ok: false, misused: false })
    const rules = result.diagnostics.map(({ rule, file, line }) => `${file}:${line} ${rule}`)
    for (const expected of [
      'assets/leak:undefined file-is-readable',
      'content/pages/p.md:2 url-is-safe',
      'content/pages/p.md:4 image-exists',
      'content/posts/a.md:4 front-matter-is-valid',
      'content/posts/a.md:5 front-matter-key-is-known',
      'content/posts/a.md:8 link-target-exists',
      'content/posts/a.md:8 math-renders',
      'content/posts/c.md:2 front-matter-is-valid',
      'content/posts/c.md:3 front-matter-is-valid',
      'content/posts/c.md:5 code-language-is-known',
      'content/posts/latin1.md:undefined text-is-utf8',
      'templates/home.html:1 template-renders',
    ]) {
      expect(rules).toContain(expected)
    }
    expect(rules.join('\n')).toContain('style-is-valid')
    expect(rules.map((line) => line.split(':')[0])).toEqual(rules.map((line) => line.split(':')[0]).sort())
    expect(await filesIn(join(root, 'dist'))).toEqual(before)
    expect(await recordsIn(root)).toEqual(records)
  })

  it('have the text of the files that they name with them, and no other, for code frames', async () => {
    const root = await siteFolder({
      'site.yaml': 'title: A\n',
      'content/posts/a.md': '\uFEFF---\r\ndraft: maybe\r\n---\r\n',
      'content/posts/b.md': post('B'),
      'templates/home.html': '{{ nope }}',
    })
    const { sources } = await built(root)
    expect(Object.fromEntries(sources)).toEqual({
      'content/posts/a.md': '---\ndraft: maybe\n---\n',
      'templates/home.html': '{{ nope }}',
    })
  })

  it('of a template name its file, line and column once, not once a page', async () => {
    const root = await siteFolder({
      'content/posts/a.md': post('A'),
      'content/posts/b.md': post('B'),
      'templates/post.html': '<h1>{{ post.title }}</h1>\n{{ post.tilte }}\n',
    })
    expect(found(await built(root))).toEqual([
      'error template-renders templates/post.html:2:4 There is no "post.tilte" here.',
    ])
  })

  it('are what site.yaml says they are', async () => {
    const files = { 'content/posts/a.md': post('A').replace('Text', '[x](nowhere.md)') }
    const strict = await built(
      await siteFolder({ ...files, 'site.yaml': 'rules: {link-target-exists: error}' }),
    )
    expect([strict.ok, strict.diagnostics[0]?.severity]).toEqual([false, 'error'])
    const silent = await built(await siteFolder({ ...files, 'site.yaml': "rules: {'*': off}" }))
    expect([silent.ok, silent.diagnostics]).toEqual([true, []])
  })

  it('are none for what is only untidy, which is a warning', async () => {
    const result = await built(await siteFolder({ 'content/posts/some-notes.md': 'No title, no date.\n' }))
    expect(result.ok).toBe(true)
    expect(result.diagnostics.map(({ rule, severity }) => `${severity} ${rule}`).sort()).toEqual([
      'warn post-has-date',
      'warn post-has-title',
    ])
  })

  it('of a file that may not be read are no crash', async () => {
    const root = await siteFolder({ 'content/posts/a.md': post('A'), 'assets/x.bin': 'x' })
    await chmod(join(root, 'assets/x.bin'), 0)
    const result = await built(root)
    if (process.getuid?.() === 0) expect(result.ok).toBe(true)
    else expect(found(result)[0]).toContain('error file-is-readable assets/x.bin')
  })
})

describe('A build is refused', () => {
  it('with every fault of site.yaml, before anything is read', async () => {
    const root = await siteFolder({
      'site.yaml': 'titel: A\nlang: 5\n',
      'content/posts/a.md': '---\ndraft: maybe\n---\n',
      'dist/index.html': 'as it was',
    })
    const result = await built(root)
    expect(result).toMatchObject({ ok: false, misused: true })
    expect(found(result).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'error config-is-valid site.yaml:2:7',
      'error config-is-valid site.yaml:1:1',
    ])
    expect(result.sources.get('site.yaml')).toBe('titel: A\nlang: 5\n')
    expect(await pathsIn(root)).not.toContain('.scholium/')
  })

  it.each([
    ['a folder that is not there', 'nowhere', /There is no folder/],
    ['a file', 'file.txt', /There is no folder/],
    ['a folder that is no site', 'empty', /is not a site: it has neither site\.yaml nor content\//],
  ])('for %s', async (_, name, message) => {
    const folder = await siteFolder({ 'file.txt': '', 'empty/x.txt': '' })
    const result = await built(join(folder, name))
    expect(result).toMatchObject({ ok: false, misused: true })
    expect(found(result)).toEqual([expect.stringMatching(message)])
    expect(await filesIn(folder)).toEqual({ 'file.txt': '', 'empty/x.txt': '' })
  })

  it.each([
    '.',
    '..',
    'content',
    'content/posts',
    'assets',
    'templates/x',
    '.git',
    'node_modules',
    '.scholium',
  ])('for the output folder %s', async (out) => {
    const root = await siteFolder({ 'content/posts/a.md': post('A') })
    const result = await built(root, { out: join(root, out) })
    expect(result).toMatchObject({ ok: false, misused: true })
    expect(found(result)).toEqual([
      expect.stringMatching(/^error usage-is-valid .* cannot be published to: /),
    ])
    expect(await pathsIn(root)).toEqual(['content/', 'content/posts/', 'content/posts/a.md'])
  })

  it('for a page that cannot be made, whatever the rules say, and keeps the page that is there', async () => {
    const root = await siteFolder({ 'content/posts/a.md': post('A') })
    await built(root)
    const before = await filesIn(join(root, 'dist'))
    await writeFiles(root, {
      'site.yaml': "rules: { '*': warn, template-renders: 'off' }\n",
      'templates/post.html': '{{ post.tilte }}',
    })
    const result = await built(root)
    expect(result.ok).toBe(false)
    expect(found(result)).toEqual([expect.stringMatching(/^error template-renders templates\/post\.html/)])
    expect(await filesIn(join(root, 'dist'))).toEqual(before)
  })

  it('for an output folder that is a file', async () => {
    const root = await siteFolder({ 'content/posts/a.md': post('A'), dist: 'a file' })
    const result = await built(root)
    expect(result.ok).toBe(false)
    expect(found(result)).toEqual([
      expect.stringMatching(/^error output-is-writable .*a file is in its place/),
    ])
    expect(await readFile(join(root, 'dist'), 'utf8')).toBe('a file')
  })

  it('for an output folder with something foreign in the way, and changes nothing', async () => {
    const root = await siteFolder({ 'content/posts/a.md': post('A'), 'dist/posts': 'a file' })
    const result = await built(root)
    expect(found(result)).toEqual([
      expect.stringMatching(/^error output-is-writable .*a file is where a folder should be/),
    ])
    expect(await filesIn(join(root, 'dist'))).toEqual({ posts: 'a file' })
  })
})

describe('Code of a file that a post shows', () => {
  const lines = (text: string) => `${post('A')}\n\`\`\`python file="/code/train.py" ${text}\n\`\`\`\n`
  const shown = async (root: string) => {
    const html = await readFile(join(root, 'dist/posts/a/index.html'), 'utf8')
    return /<code[^>]*>([\s\S]*?)<\/code>/.exec(html)?.[1]?.replace(/<[^>]*>/g, '')
  }

  it('is that of the file as it is now: missing, there, changed, and gone again', async () => {
    const root = await siteFolder({ 'content/posts/a.md': lines('lines=1-2') })
    const first = await built(root)
    expect(found(first)).toEqual([
      'warn named-file-is-readable content/posts/a.md:8:1 There is no file code/train.py.',
    ])
    expect(first.named).toEqual(['code/train.py'])
    expect((await built(root)).named).toEqual(['code/train.py'])
    await writeFiles(root, { 'code/train.py': 'one\ntwo\nthree\n' })
    expect(found(await built(root))).toEqual([])
    expect(await shown(root)).toBe('one\ntwo\n')
    await writeFiles(root, { 'code/train.py': 'uno\ntwo\nthree\n' })
    await built(root)
    expect(await shown(root)).toBe('uno\ntwo\n')
    await rm(join(root, 'code/train.py'))
    expect(found(await built(root))).toEqual(found(first))
  })

  it('is rendered again only where the lines that are shown have changed', async () => {
    const root = await siteFolder({
      'content/posts/a.md': lines('lines=1-2'),
      'content/posts/b.md': post('B'),
      'code/train.py': 'one\ntwo\nthree\n',
    })
    const rendered = async () => (await built(root)).counts.rendered
    expect(await rendered()).toBe(2)
    await writeFiles(root, { 'code/train.py': 'one\ntwo\nTHREE\n' })
    expect(await rendered()).toBe(0)
    await writeFiles(root, { 'code/train.py': 'one\nTWO\nTHREE\n' })
    expect(await rendered()).toBe(1)
    expect(await shown(root)).toBe('one\nTWO\n')
  })

  it('costs a build with nothing to do no more than a look', async () => {
    const root = await siteFolder({ 'content/posts/a.md': lines(''), 'code/train.py': 'one\n' })
    await built(root)
    expect([...(await built(root)).timings.keys()]).toEqual(['compare'])
  })

  it('is none where strangers write', async () => {
    const root = await siteFolder({
      'site.yaml': 'markdown: { html: sanitize }\n',
      'content/posts/a.md': lines(''),
      'code/train.py': 'secret\n',
    })
    expect(found(await built(root))).toEqual([
      'warn named-file-is-readable content/posts/a.md:8:1 Text by strangers shows no files of the site.',
    ])
    expect(JSON.stringify(await filesIn(join(root, 'dist')))).not.toContain('secret')
  })

  it('is no file out of the site, nor one that a build makes', async () => {
    const elsewhere = await siteFolder({ 'secret.py': 'secret' })
    const root = await siteFolder({
      'content/posts/a.md': [
        post('A'),
        ...['../../../secret.py', '/code/link.py', '/dist/index.html', '/.scholium/posts.json'].map(
          (file) => `\`\`\`python file="${file}"\n\`\`\`\n`,
        ),
      ].join('\n'),
      'code/a.py': 'a',
    })
    await symlink(join(elsewhere, 'secret.py'), join(root, 'code/link.py'))
    const before = await built(root)
    expect(found(before)).toEqual([
      'warn named-file-is-readable content/posts/a.md:8:1 ../../../secret.py leads out of the site.',
      'warn named-file-is-readable content/posts/a.md:11:1 code/link.py leads out of the site.',
      'warn named-file-is-readable content/posts/a.md:14:1 dist/index.html is made by Scholium itself.',
      'warn named-file-is-readable content/posts/a.md:17:1 .scholium/posts.json is made by Scholium itself.',
    ])
    expect(JSON.stringify(await filesIn(join(root, 'dist')))).not.toMatch(/>secret</)
  })
})

describe('What a post cites', () => {
  const entry = (key: string, title: string) =>
    `@book{${key}, author = {Author, A.}, title = {${title}}, year = 2000}\n`
  const citing = (title: string, text: string, rest = '') => `${post(title, rest)}\n${text}\n`
  const shown = async (root: string, slug = 'a') => {
    const html = await readFile(join(root, `dist/posts/${slug}/index.html`), 'utf8')
    return /<li id="ref-[^>]*>([\s\S]*?) <a href="#cite/.exec(html)?.[1]?.replace(/<[^>]*>/g, '')
  }

  it('is rendered again only where the entries that it names have changed', async () => {
    const root = await siteFolder({
      'content/posts/a.md': citing('A', 'See [@one].'),
      'content/posts/b.md': citing('B', 'See [@two]. Write to me@example.org.'),
      'content/posts/c.md': post('C'),
      'content/refs.bib': entry('one', 'One') + entry('two', 'Two'),
    })
    const rendered = async () => (await built(root)).counts.rendered
    expect(await rendered()).toBe(3)
    await writeFiles(root, { 'content/refs.bib': entry('one', 'One') + entry('two', 'Changed') })
    expect(await rendered()).toBe(1)
    expect(await shown(root, 'b')).toBe('Author, A. (2000). Changed.')
    await writeFiles(root, {
      'content/refs.bib': entry('two', 'Changed') + entry('three', 'New') + entry('one', 'One'),
    })
    expect(await rendered()).toBe(0)
  })

  it('is in bibliographies that come and go', async () => {
    const root = await siteFolder({ 'content/posts/a.md': citing('A', 'See [@one].') })
    expect(found(await built(root))).toEqual([])
    await writeFiles(root, { 'content/refs.bib': entry('two', 'Two') })
    const unknown = 'warn citation-resolves content/posts/a.md:8:6 No bibliography has an entry "one".'
    expect(found(await built(root))).toEqual([unknown])
    await writeFiles(root, {
      'content/more.csl.json': JSON.stringify([{ id: 'one', type: 'book', title: 'From JSON' }]),
    })
    expect(found(await built(root))).toEqual([])
    expect(await shown(root)).toBe('From JSON. (n.d.).')
    await rm(join(root, 'content/more.csl.json'))
    expect(found(await built(root))).toEqual([unknown])
    await rm(join(root, 'content/refs.bib'))
    expect(found(await built(root))).toEqual([])
  })

  it('is in files of its own, beside it or in content/, before those of the site', async () => {
    const root = await siteFolder({
      'content/posts/a/index.md': citing('A', 'See [@one].', 'bibliography: own.bib\n'),
      'content/posts/b.md': citing('B', 'See [@one].', 'bibliography: shared/all.bib\n'),
      'content/posts/c.md': citing('C', 'See [@one].'),
      'content/refs.bib': entry('one', 'Of the site'),
      'content/shared/all.bib': entry('one', 'Shared'),
      'content/posts/a/own.bib': entry('one', 'Its own'),
    })
    expect(found(await built(root))).toEqual([])
    expect(await shown(root, 'a')).toBe('Author, A. (2000). Its own.')
    expect(await shown(root, 'b')).toBe('Author, A. (2000). Shared.')
    expect(await shown(root, 'c')).toBe('Author, A. (2000). Of the site.')
    await rm(join(root, 'content/posts/a/own.bib'))
    expect(found(await built(root))).toEqual([
      'warn bibliography-is-valid content/posts/a/index.md:4:15 There is no file content/posts/a/own.bib.',
    ])
    expect(await shown(root, 'a')).toBe('Author, A. (2000). Of the site.')
  })

  it('is written in the style that site.yaml or the post names', async () => {
    const style = (
      text: string,
    ) => `<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text">
<info><title>Own</title><id>own</id><updated>2024-01-01T00:00:00Z</updated></info>
<citation><layout><text variable="title"/></layout></citation>
<bibliography><layout><text variable="title" suffix="${text}"/></layout></bibliography></style>`
    const root = await siteFolder({
      'site.yaml': 'citations: { style: styles/own.csl }\n',
      'content/posts/a.md': citing('A', 'See [@one].'),
      'content/posts/b.md': citing('B', 'See [@one].', 'csl: ieee\n'),
      'content/refs.bib': entry('one', 'One'),
      'styles/own.csl': style('!'),
    })
    expect(found(await built(root))).toEqual([])
    expect(await shown(root, 'a')).toBe('One!')
    expect(await shown(root, 'b')).toBe('[1] A. Author, One. 2000.')
    await writeFiles(root, { 'styles/own.csl': style('?') })
    expect((await built(root)).counts.rendered).toBe(1)
    expect(await shown(root, 'a')).toBe('One?')
    await writeFiles(root, { 'styles/own.csl': 'no style' })
    expect(found(await built(root))).toEqual([
      'error citation-style-is-valid site.yaml:1:21 styles/own.csl cannot be used as a citation style: it is no style of the Citation Style Language.',
    ])
  })

  it('is in no files that a post names where strangers write', async () => {
    const style = `<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text">
<info><title>Own</title><id>own</id><updated>2024-01-01T00:00:00Z</updated></info>
<citation><layout><text variable="title"/></layout></citation>
<bibliography><layout><text variable="title" suffix=" in secret"/></layout></bibliography></style>`
    const root = await siteFolder({
      'site.yaml':
        'markdown: { html: escape }\ncitations: { bibliography: content/refs.bib }\nrules: { citation-style-is-valid: warn }\n',
      'content/posts/a.md': citing(
        'A',
        'See [@one] and [@two].',
        'bibliography: /secret.bib\ncsl: /secret.csl\n',
      ),
      'content/posts/b.md': citing('B', 'See [@one].', 'csl: ieee\n'),
      'content/refs.bib': entry('one', 'One'),
      'secret.bib': `${entry('two', 'A secret')}@book{`,
      'secret.csl': style,
    })
    const denied = 'Text by strangers shows no files of the site.'
    const result = await built(root)
    expect(found(result)).toEqual([
      `warn bibliography-is-valid content/posts/a.md:4:15 ${denied}`,
      `warn citation-style-is-valid content/posts/a.md:5:6 ${denied}`,
      'warn citation-resolves content/posts/a.md:10:17 No bibliography has an entry "two".',
    ])
    expect(result.named).toEqual(['content/refs.bib'])
    expect(await shown(root, 'a')).toBe('Author, A. (2000). One.')
    expect(await shown(root, 'b')).toBe('[1] A. Author, One. 2000.')
    expect(JSON.stringify(await filesIn(join(root, 'dist')))).not.toContain('secret')
  })

  it('costs a build with nothing to do no more than a look', async () => {
    const root = await siteFolder({
      'content/posts/a.md': citing('A', 'See [@one].'),
      'content/refs.bib': entry('one', 'One'),
    })
    await built(root)
    expect([...(await built(root)).timings.keys()]).toEqual(['compare'])
  })

  it('is nothing where site.yaml says so', async () => {
    const root = await siteFolder({
      'site.yaml': 'citations: false\n',
      'content/posts/a.md': citing('A', 'See [@one].'),
      'content/refs.bib': '@book{one',
    })
    expect(found(await built(root))).toEqual([])
    expect(await readFile(join(root, 'dist/posts/a/index.html'), 'utf8')).toContain('See [@one].')
  })
})
