import { chmod, mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cleanText } from '../../../src/content/source.js'
import { siteFolder, writeFiles } from '../../site-folder.js'
import { readSources } from '../../sources.js'

/** What is wrong with the sources of a folder, without what the operating system says of it. */
function findings(root: string): readonly string[] {
  const { diagnostics } = readSources(root)
  return diagnostics
    .map(({ rule, severity, file, message }) => `${severity} ${rule} ${file}: ${message}`)
    .sort()
}

describe('Sources', () => {
  it('are the Markdown of content/posts and content/pages, and files to publish, in code-unit order', async () => {
    const root = await siteFolder({
      'content/posts/b.md': 'B',
      'content/posts/a.md': 'A',
      'content/posts/Z.MD': 'Z',
      'content/posts/bundle/index.markdown': 'I',
      'content/posts/bundle/x.png': 'png',
      'content/posts/分布.md': '分',
      'content/pages/about.md': 'P',
      'content/pages/docs/CNAME': 'c',
      'content/other.md': 'not a post',
      'assets/images/y.svg': '<svg/>',
      'assets/readme.md': 'a file like any other',
      'elsewhere/z.md': 'not ours',
    })
    expect(readSources(root)).toEqual({
      documents: [
        { kind: 'page', file: 'content/pages/about.md', text: 'P' },
        { kind: 'post', file: 'content/posts/Z.MD', text: 'Z' },
        { kind: 'post', file: 'content/posts/a.md', text: 'A' },
        { kind: 'post', file: 'content/posts/b.md', text: 'B' },
        { kind: 'post', file: 'content/posts/bundle/index.markdown', text: 'I' },
        { kind: 'post', file: 'content/posts/分布.md', text: '分' },
      ],
      statics: [
        { file: 'assets/images/y.svg' },
        { file: 'assets/readme.md' },
        { file: 'content/pages/docs/CNAME' },
        { file: 'content/posts/bundle/x.png' },
      ],
      diagnostics: [],
    })
  })

  it('of an empty folder are none', async () => {
    expect(readSources(await siteFolder())).toEqual({ documents: [], statics: [], diagnostics: [] })
  })

  it('are not hidden files, nor what editors leave behind', async () => {
    const root = await siteFolder({
      'content/posts/.a.md': '',
      'content/posts/.git/b.md': '',
      'content/posts/c.md~': '',
      'content/posts/.d.md.swp': '',
      'content/posts/#e.md#': '',
      'assets/.DS_Store': '',
    })
    expect(readSources(root)).toEqual({ documents: [], statics: [], diagnostics: [] })
  })

  it('are not the parts of style sheets and scripts, by their own names, nor what the theme bundles', async () => {
    const root = await siteFolder({
      'assets/css/main.css': '',
      'assets/css/custom.css': '',
      'assets/css/_part.css': '',
      'assets/css/_parts/a.css': '',
      'assets/css/own.css': '',
      'assets/js/theme.js': '',
      'assets/js/_part.js': '',
      'assets/js/own.js': '',
      'assets/images/_plot.png': '',
    })
    expect(readSources(root).statics.map(({ file }) => file)).toEqual([
      'assets/css/_parts/a.css',
      'assets/css/own.css',
      'assets/images/_plot.png',
      'assets/js/own.js',
    ])
  })

  it('may be many', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `content/posts/${index}.md`)
    const root = await siteFolder(Object.fromEntries(names.map((name) => [name, name])))
    const { documents } = readSources(root)
    expect(documents.map(({ text }) => text)).toEqual([...names].sort())
  })
})

describe('Text', () => {
  it.each([
    ['CRLF', 'a\r\nb\r\n', 'a\nb\n'],
    ['CR', 'a\rb', 'a\nb'],
    ['a byte order mark', '\uFEFFa', 'a'],
    ['NUL', 'a\0b', 'a\uFFFDb'],
    ['the noncharacters of holes', 'a\uFDD01\uFDD1b', 'a\uFFFD1\uFFFDb'],
    ['the noncharacters of formulas', 'a\uFDD5b\uFDD6', 'a\uFFFDb\uFFFD'],
    ['other noncharacters', 'a\uFDEF\uFFFFb', 'a\uFDEF\uFFFFb'],
    ['U+2028', 'a\u2028b', 'a\u2028b'],
  ])('with %s is cleaned', async (_, text, clean) => {
    expect(cleanText(text)).toBe(clean)
    const root = await siteFolder({ 'content/posts/a.md': text })
    const { documents, diagnostics } = readSources(root)
    const lost = clean.split('\uFFFD').length - 1
    expect([documents[0]?.text, diagnostics.map(({ rule }) => rule)]).toEqual([
      clean,
      Array.from({ length: lost }, () => 'text-is-printable'),
    ])
  })

  it('of any kind is clean once it is cleaned, and loses no line', () => {
    const pieces = fc.constantFrom('\r', '\n', '\r\n', '\uFEFF', '\0', '\uFDD0', '\uFDD6', 'a', '\uD800')
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (given) => {
        const clean = cleanText(given)
        expect(clean).not.toMatch(/[\0\r\uFDD0-\uFDD6]/u)
        expect(clean.split('\n')).toHaveLength(given.split(/\r\n?|\n/).length)
      }),
    )
  })

  it('is told where it loses a character, in lines and columns of its file', async () => {
    const root = await siteFolder({
      'content/posts/a.md': '\uFEFF---\r\ntitle: "a\0b"\r\n---\r\none\r\n𝑥 \0 two \uFDD3\r\n',
      'content/posts/fine.md': 'tab\t, \uFFFD, \uFDD7 and \u0007',
    })
    const { documents, diagnostics } = readSources(root)
    expect(documents.map(({ text }) => text)).toEqual([
      '---\ntitle: "a\uFFFDb"\n---\none\n𝑥 \uFFFD two \uFFFD\n',
      'tab\t, \uFFFD, \uFDD7 and \u0007',
    ])
    expect(
      diagnostics.map(({ rule, file, line, column, message }) => [rule, file, line, column, message]),
    ).toEqual(
      [
        [2, 10, 'control character U+0000'],
        [5, 4, 'control character U+0000'],
        [5, 10, 'noncharacter U+FDD3'],
      ].map(([line, column, what]) => [
        'text-is-printable',
        'content/posts/a.md',
        line,
        column,
        `The text holds the ${what}, which nothing shows: \uFFFD stands in its place.`,
      ]),
    )
  })

  it('that is not UTF-8 is read as far as it is, with a warning', async () => {
    const root = await siteFolder({
      'content/posts/latin1.md': Buffer.from('caf\xe9 noir', 'latin1'),
      'content/posts/utf16.md': Buffer.from('\uFEFFhi', 'utf16le'),
      'content/posts/empty.md': '',
    })
    const { documents } = readSources(root)
    expect(documents.map(({ text }) => text)).toEqual(['', 'caf\uFFFD noir', expect.stringContaining('h')])
    expect(findings(root)).toEqual([
      'warn text-is-utf8 content/posts/latin1.md: content/posts/latin1.md is not valid UTF-8: some characters are shown as \uFFFD.',
      'warn text-is-utf8 content/posts/utf16.md: content/posts/utf16.md is not valid UTF-8: some characters are shown as \uFFFD.',
    ])
  })
})

describe('A symbolic link', () => {
  it('inside the site counts as what it leads to', async () => {
    const root = await siteFolder({ 'drafts/a.md': 'A', 'drafts/x.png': 'x' })
    await mkdir(join(root, 'content/posts'), { recursive: true })
    await symlink('../../drafts/a.md', join(root, 'content/posts/linked.md'))
    await symlink(join(root, 'drafts'), join(root, 'content/posts/folder'))
    const { documents, statics, diagnostics } = readSources(root)
    expect(documents.map(({ file, text }) => [file, text])).toEqual([
      ['content/posts/folder/a.md', 'A'],
      ['content/posts/linked.md', 'A'],
    ])
    expect([statics, diagnostics]).toEqual([[{ file: 'content/posts/folder/x.png' }], []])
  })

  it('works in a site that is itself reached through one', async () => {
    const root = await siteFolder({ 'site/content/posts/a.md': 'A', 'site/b.md': 'B' })
    await symlink('site', join(root, 'link'))
    await symlink('../../b.md', join(root, 'site/content/posts/b.md'))
    const { documents, diagnostics } = readSources(join(root, 'link'))
    expect([documents.map(({ text }) => text), diagnostics]).toEqual([['A', 'B'], []])
  })

  it('that leads out of the site is refused', async () => {
    const outside = await siteFolder({ 'secret.md': 'secret', 'folder/x.md': 'x' })
    const root = await siteFolder({ 'content/posts/a.md': 'A' })
    await mkdir(join(root, 'assets'))
    await symlink(join(outside, 'secret.md'), join(root, 'content/posts/secret.md'))
    await symlink(join(outside, 'folder'), join(root, 'content/posts/folder'))
    await symlink('/etc/hostname', join(root, 'assets/hostname'))
    expect(findings(root)).toEqual(
      ['assets/hostname', 'content/posts/folder', 'content/posts/secret.md'].map(
        (file) =>
          `error file-is-readable ${file}: ${file} cannot be read: it is a link that leads out of the site.`,
      ),
    )
    expect(JSON.stringify(readSources(root))).not.toContain('"secret"')
  })

  it('that is a whole folder of sources is refused too if it leads out', async () => {
    const outside = await siteFolder({ 'a.md': 'A' })
    const root = await siteFolder({ 'content/pages/p.md': 'P' })
    await symlink(outside, join(root, 'content/posts'))
    await symlink(outside, join(root, 'assets'))
    expect(findings(root)).toEqual(
      ['assets', 'content/posts'].map(
        (file) =>
          `error file-is-readable ${file}: ${file} cannot be read: it is a link that leads out of the site.`,
      ),
    )
    expect(readSources(root).documents).toHaveLength(1)
  })

  it('to a folder that only begins with the site’s name leads out', async () => {
    const around = await siteFolder({ 'site/content/posts/a.md': 'A', 'site-other/b.md': 'B' })
    await symlink(join(around, 'site-other'), join(around, 'site/content/posts/other'))
    expect(findings(join(around, 'site'))).toHaveLength(1)
  })

  it('to a folder around it is refused, and the rest is read', async () => {
    const root = await siteFolder({ 'content/posts/sub/a.md': 'A', 'content/posts/b.md': 'B' })
    await symlink('..', join(root, 'content/posts/sub/up'))
    await symlink('.', join(root, 'content/posts/sub/self'))
    expect(findings(root)).toEqual([
      'error file-is-readable content/posts/sub/self: content/posts/sub/self cannot be read: it is a link to a folder that holds it.',
      'error file-is-readable content/posts/sub/up: content/posts/sub/up cannot be read: it is a link to a folder that holds it.',
    ])
    expect(readSources(root).documents).toHaveLength(2)
  })

  it('in a circle with another ends', async () => {
    const root = await siteFolder({ 'content/posts/one/a.md': 'A', 'content/posts/two/b.md': 'B' })
    await symlink('../two', join(root, 'content/posts/one/two'))
    await symlink('../one', join(root, 'content/posts/two/one'))
    const { documents, diagnostics } = readSources(root)
    expect(documents).toHaveLength(4)
    expect(diagnostics).toHaveLength(2)
  })

  it('to nothing, or to itself, is reported', async () => {
    const root = await siteFolder({ 'content/posts/a.md': 'A' })
    await symlink('nowhere.md', join(root, 'content/posts/dangling.md'))
    await symlink('loop.md', join(root, 'content/posts/loop.md'))
    expect(findings(root)).toMatchObject([
      expect.stringMatching(
        /^error file-is-readable content\/posts\/dangling.md: .* cannot be read: there is no such file or folder\.$/,
      ),
      expect.stringMatching(
        /^error file-is-readable content\/posts\/loop.md: .* cannot be read: its links lead in a circle\.$/,
      ),
    ])
  })
})

describe('What cannot be read is reported, and the rest is read:', () => {
  it('a file where a folder should be', async () => {
    const root = await siteFolder({ 'content/posts': 'a file', 'content/pages/p.md': 'P' })
    expect(findings(root)).toMatchObject([
      expect.stringMatching(
        /^error file-is-readable content\/posts: content\/posts cannot be read: a file is where a folder should be\.$/,
      ),
    ])
    expect(readSources(root).documents).toHaveLength(1)
  })

  it('what is neither file nor folder', async () => {
    const root = await siteFolder({ 'assets/a.txt': '' })
    const server = createServer()
    await new Promise<void>((done) => server.listen(join(root, 'assets/socket'), done))
    onTestFinished(() => void server.close())
    expect(findings(root)).toEqual([
      'error file-is-readable assets/socket: assets/socket cannot be read: it is not a file.',
    ])
  })

  it.runIf(process.platform === 'linux')('a name that is not UTF-8', async () => {
    const root = await siteFolder({ 'assets/a.txt': '' })
    const name = Buffer.concat([Buffer.from(`${await realpath(root)}/assets/caf`), Buffer.from([0xe9])])
    await writeFile(name, 'x')
    expect(findings(root)).toEqual([
      'error file-is-readable assets/caf\uFFFD: assets/caf\uFFFD cannot be read: its name is not valid UTF-8.',
    ])
    await rm(name)
  })

  it.skipIf(process.getuid?.() === 0)('a file and a folder that may not be read', async () => {
    const root = await siteFolder({ 'content/posts/a.md': 'A', 'content/posts/b/c.md': 'C' })
    await writeFiles(root, { 'assets/x.bin': 'x' })
    await chmod(join(root, 'assets/x.bin'), 0)
    await chmod(join(root, 'content/posts/a.md'), 0)
    await chmod(join(root, 'content/posts/b'), 0)
    onTestFinished(() => chmod(join(root, 'content/posts/b'), 0o700))
    expect(findings(root)).toEqual(
      ['assets/x.bin', 'content/posts/a.md', 'content/posts/b'].map(
        (file) => `error file-is-readable ${file}: ${file} cannot be read: permission is denied.`,
      ),
    )
  })
})
