/** Names and paths that a stranger may have chosen: nothing leaves the site, and what is refused or made safe is reported. */
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { build } from '../../src/build.js'
import { check } from '../../src/check.js'
import { newPost } from '../../src/scaffold.js'
import { type Files, filesIn, siteFolder } from '../site-folder.js'

const secret = 'this stands outside of the site'

interface Built {
  readonly outputs: readonly string[]
  /** `severity rule file:line:column message`. */
  readonly said: readonly string[]
  readonly published: string
}

/** Builds a site that lies beside a secret, with links by where they stand and lead; all outside of dist must stay as it is. */
async function built(
  files: Files,
  links: Readonly<Record<string, string>> = {},
  beside: Files = {},
): Promise<Built> {
  const config = 'site.yaml' in links ? {} : { 'site.yaml': 'title: T\nurl: https://example.org/\n' }
  const around = await siteFolder({
    'secret.md': secret,
    ...beside,
    ...Object.fromEntries(
      Object.entries({ ...config, ...files }).map(([path, content]) => [`site/${path}`, content]),
    ),
  })
  const root = join(around, 'site')
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await symlink(target, join(root, path))
  }
  const before = await outside(around)
  const result = await build({
    root,
    out: join(root, 'dist'),
    drafts: false,
    searchIndex: false,
    now: new Date('2024-05-05'),
  })
  expect(await outside(around)).toEqual(before)
  const dist = await filesIn(join(root, 'dist'))
  return {
    outputs: [...result.outputs.keys()],
    said: result.diagnostics.map(
      ({ severity, rule, file, line, column, message }) =>
        `${severity} ${rule} ${file}:${line}:${column} ${message}`,
    ),
    published: Buffer.from(Object.values(dist).join('\n'), 'latin1').toString('utf8'),
  }
}

async function outside(folder: string): Promise<Readonly<Record<string, string>>> {
  const files = await filesIn(folder)
  return Object.fromEntries(
    Object.entries(files).filter(([path]) => !/^site\/(?:dist|\.scholium)\//.test(path)),
  )
}

const post = (keys: string, body = 'Words.') => `---\ntitle: A\ndate: 2024-01-01\n${keys}\n---\n${body}\n`
const one = (keys: string, body?: string) => built({ 'content/posts/a.md': post(keys, body) })

describe('What would leave the site', () => {
  const paths = [
    '/../../etc/',
    '/%2e%2e/%2e%2e/etc/',
    '/a/./b/',
    '/a\\\\..\\\\b/',
    '/a\\0b/',
    '/%00/',
    '/a\\u0007b/',
  ]

  it.each(['permalink', 'aliases'])('is refused as %s', async (key) => {
    const { said, outputs } = await built(
      Object.fromEntries(
        paths.map((path, index) => [`content/posts/${index}.md`, post(`${key}: "${path}"`)]),
      ),
    )
    for (const index of paths.keys())
      expect(said.join('\n'), paths[index]).toContain(`error url-is-safe content/posts/${index}.md:4:`)
    expect(outputs).toEqual([])
  })

  it('is made one part of a URL as a slug, and reported', async () => {
    const { said, outputs } = await one('slug: ../../etc')
    expect(outputs).toContain('posts/etc/index.html')
    expect(said).toEqual([
      'warn url-is-safe content/posts/a.md:4:7 The slug "../../etc" is read as "etc": it is one part of a URL.',
    ])
  })

  it('is not read for the code or the images of a post', async () => {
    const up = '../../../secret.md'
    const { said, published } = await one(
      '',
      `\`\`\`text file=${up}\n\`\`\`\n\n![a](${up}) ![b](/../secret.md) ![c](%2e%2e/%2e%2e/%2e%2e/secret.md)`,
    )
    expect(published).not.toContain(secret)
    expect(said.map((line) => line.split(' ')[1])).toEqual([
      'named-file-is-readable',
      'image-exists',
      'image-exists',
      'image-exists',
    ])
  })

  it('is not read through a link, and each link is reported', async () => {
    const links = [
      'content/posts/b.md',
      'content/pages/c.md',
      'content/refs.bib',
      'content/authors.yaml',
      'published.yaml',
      'assets/a.txt',
      'assets/images/b.png',
      'templates/x.html',
      'templates/words/en.yaml',
    ]
    const { said, published } = await built(
      { 'content/posts/a.md': post('', '[@a]') },
      {
        ...Object.fromEntries(
          links.map((path) => [path, `${'../'.repeat(path.split('/').length)}secret.md`]),
        ),
        'assets/folder': '../..',
      },
    )
    expect(published).not.toContain(secret)
    for (const path of [...links, 'assets/folder'])
      expect(
        said.filter((line) => line.includes(` ${path}:`) && /lead/.test(line)),
        path,
      ).toHaveLength(1)
  })
})

describe('A link in the place of what every site has', () => {
  const posts = { 'content/posts/a.md': post('', 'Words.') }
  /** Builds a site whose files are all beside it, as far as links lead to them. */
  const linked = (links: Readonly<Record<string, string>>, files: Files = {}) =>
    built({ ...('content' in links ? {} : posts), 'secret.yaml': 'title: Within\n', ...files }, links, {
      'secret.yaml': `title: ${secret}\n`,
      'folder/secret.html': secret,
      'folder/css/custom.css': `.a { content: "${secret}" }`,
      'folder/notes.txt': 'mine',
    })
  const refused = (file: string) =>
    `error file-is-readable ${file}:undefined:undefined ${file} cannot be read: it is a link that leads out of the site.`

  it('is no configuration if it leads out: the site is not built with the defaults instead', async () => {
    const { said, outputs } = await linked({ 'site.yaml': '../secret.yaml' })
    expect([said, outputs]).toEqual([[refused('site.yaml')], []])
  })

  it('is no configuration if it leads nowhere', async () => {
    const { said } = await linked({ 'site.yaml': '../nothing.yaml' })
    expect(said).toEqual([
      'error file-is-readable site.yaml:undefined:undefined site.yaml cannot be read: there is no such file or folder.',
    ])
  })

  it('is read as what it leads to within the site', async () => {
    const { said, published } = await linked(
      { 'site.yaml': 'secret.yaml', 'content/authors.yaml': '../people.yaml', 'templates/b.html': 'a.html' },
      { 'people.yaml': 'a: { name: A }\n', 'templates/a.html': 'x' },
    )
    expect(said).toEqual([])
    expect(published).toContain('Within')
  })

  it.each([
    ['content/authors.yaml', '../../secret.yaml'],
    ['published.yaml', '../secret.yaml'],
    ['content', '../folder'],
    ['templates', '../folder'],
    ['templates/words', '../../folder'],
    ['templates/parts', '../../folder'],
    ['templates/words/fr.yaml', '../../../secret.yaml'],
    ['templates/notes.txt', '../../secret.yaml'],
    ['assets', '../folder'],
    ['assets/css', '../../folder/css'],
  ])('is refused and reported: %s', async (path, target) => {
    const { said, published } = await linked({ [path]: target })
    expect(said).toContain(refused(path))
    expect(published).not.toContain(secret)
  })

  it.each(['published.yaml', 'content/authors.yaml'])('is reported if it leads nowhere: %s', async (path) => {
    const { said } = await linked({ [path]: '/nowhere/at/all' })
    expect(said.join('\n')).toContain(`error file-is-readable ${path}:`)
  })

  it.each([
    ['.scholium', '../folder', 'that leads out of the site'],
    ['.scholium', '.', ''],
    ['.scholium/cache', '../../folder', 'that leads out of the site'],
    ['.scholium/cache', '../content/posts', ''],
    ['.scholium/cache/ab', '../../../folder', 'that leads out of the site'],
  ])('is written to by no build: %s → %s', async (path, target) => {
    const { said, outputs } = await linked({ [path]: target })
    expect(said.join('\n')).toMatch(
      RegExp(`^error output-is-writable .* ${path} cannot be written to: it is a link`),
    )
    expect(outputs).toEqual([])
  })

  it('is not published to if it leads out', async () => {
    const { said, outputs } = await linked({ dist: '../folder' })
    expect(said).toEqual([
      expect.stringMatching(
        /^error usage-is-valid .* cannot be published to: it is a link that leads out of the site\.$/,
      ),
    ])
    expect(outputs).toEqual([])
  })

  it('is found after a build that was made without it', async () => {
    const around = await siteFolder({
      'secret.yaml': 'title: T\n',
      ...Object.fromEntries(Object.entries(posts).map(([path, text]) => [`site/${path}`, text])),
    })
    const root = join(around, 'site')
    const again = () => build({ root, out: join(root, 'dist'), drafts: false, now: new Date('2024-05-05') })
    expect((await again()).ok).toBe(true)
    await symlink('../secret.yaml', join(root, 'published.yaml'))
    expect(await again()).toMatchObject({ ok: false, diagnostics: [{ rule: 'file-is-readable' }] })
  })

  it('takes no record and no new post', async () => {
    const around = await siteFolder({ 'folder/x.txt': '', 'site/content/pages/a.md': 'x' })
    const root = join(around, 'site')
    const now = new Date('2024-05-05')
    await symlink('../../folder', join(root, 'content/posts'))
    await expect(newPost({ root, title: 'A', author: null, timezone: 'UTC', now })).rejects.toThrow(
      'content/posts/2024-05-05-a.md cannot be written: a link leads its folder out of the site.',
    )
    await symlink('../folder/published.yaml', join(root, 'published.yaml'))
    expect(await check({ root, now, record: true })).toMatchObject({ ok: false, recorded: false })
    expect(Object.keys(await filesIn(join(around, 'folder')))).toEqual(['x.txt'])
  })
})

describe('A name that some systems do not take', () => {
  it('is refused as a permalink', async () => {
    const faults: readonly (readonly [string, string])[] = [
      ['/CON/', '"CON" is the name of a device on Windows'],
      ['/notes/aux.html', '"aux.html" is the name of a device on Windows'],
      ['/com1.notes/', '"com1.notes" is the name of a device on Windows'],
      ['/a:b/', 'no file name holds ":" on Windows'],
      ['/what?/', 'no file name holds "?" on Windows'],
      ['/a*b|c/', 'no file name holds "*" on Windows'],
      ['/ends./', 'no file name ends with a dot or a space on Windows: "ends."'],
      ['/ends /', 'no file name ends with a dot or a space on Windows: "ends "'],
    ]
    const { said, outputs } = await built(
      Object.fromEntries(
        faults.map(([path], index) => [`content/posts/${index}.md`, post(`permalink: "${path}"`)]),
      ),
    )
    for (const [index, [, reason]] of faults.entries())
      expect(
        said.find((line) => line.startsWith(`error name-is-portable content/posts/${index}.md:4:12 `)),
      ).toContain(reason)
    expect(outputs).toEqual([])
  })

  it('is reported as an alias, and refused as a file of assets', async () => {
    const { said } = await built({
      'content/posts/a.md': post('aliases: [/aux/]'),
      'assets/aux.txt': '',
      'assets/a:b.txt': '',
      'assets/ends.': '',
      'assets/ends ': '',
      'assets/<"|>.txt': '',
      'assets/two\nlines.txt': '',
    })
    expect(said.filter((line) => line.startsWith('error name-is-portable')).length).toBe(6)
    expect(said.join('\n')).toContain(
      'warn name-is-portable content/posts/a.md:4:10 /aux/index.html (the alias "/aux/"',
    )
    expect(said.join('\n')).toContain('error name-is-portable assets/aux.txt:')
  })

  it('is refused where hosts hide it or read their settings from it', async () => {
    const paths = ['/.git/', '/notes/.x/', '/_headers/', '/_redirects/a.html', '/notes/.well-known/']
    const fine = ['/.well-known/x/', '/notes/_headers/', '/_notes/', '/notes/a.b/']
    const { said, outputs } = await built(
      Object.fromEntries(
        [...paths, ...fine].map((path, index) => [`content/posts/${index}.md`, post(`permalink: ${path}`)]),
      ),
    )
    expect(said).toEqual([
      'error name-is-portable content/posts/0.md:4:12 /.git/index.html (content/posts/0.md) is not shown by every host: ".git" begins with a dot, and is hidden.',
      'error name-is-portable content/posts/1.md:4:12 /notes/.x/index.html (content/posts/1.md) is not shown by every host: ".x" begins with a dot, and is hidden.',
      'error name-is-portable content/posts/2.md:4:12 /_headers/index.html (content/posts/2.md) is not shown by every host: "_headers" is a name that they read settings from.',
      'error name-is-portable content/posts/3.md:4:12 /_redirects/a.html (content/posts/3.md) is not shown by every host: "_redirects" is a name that they read settings from.',
      'error name-is-portable content/posts/4.md:4:12 /notes/.well-known/index.html (content/posts/4.md) is not shown by every host: ".well-known" begins with a dot, and is hidden.',
    ])
    expect(outputs).toEqual([])
  })

  it('is made another one as a slug and as a term, and reported', async () => {
    const { said, outputs } = await built({
      'content/posts/a.md': post('slug: con\ntags: [NUL, Com1, console]'),
      'content/posts/aux.md': post('tags: a'),
      'content/pages/prn.md': post('', 'Words.'),
    })
    expect(
      outputs.filter((output) => /^(posts|tags|prn)/.test(output) && output.endsWith('.html')).sort(),
    ).toEqual([
      'posts/aux-name/index.html',
      'posts/con-name/index.html',
      'prn-name/index.html',
      'tags/a/index.html',
      'tags/com1-name/index.html',
      'tags/console/index.html',
      'tags/index.html',
      'tags/nul-name/index.html',
    ])
    expect(
      said.filter((line) => line.includes('warn name-is-portable')).map((line) => line.split(' ')[2]),
    ).toEqual([
      'content/pages/prn.md:1:1',
      'content/posts/a.md:4:7',
      'content/posts/a.md:5:7',
      'content/posts/a.md:5:7',
      'content/posts/aux.md:1:1',
    ])
  })

  it('is published where site.yaml says that no such system sees it', async () => {
    const { said, outputs } = await built({
      'site.yaml': 'title: T\nrules: { name-is-portable: off }\n',
      'content/posts/a.md': post('permalink: /a:b/'),
    })
    expect(outputs).toContain('a:b/index.html')
    expect(said).toEqual([])
  })
})

describe('A name that is too long for a file', () => {
  it('is refused as a permalink, in its parts and as a whole, before anything is published', async () => {
    for (const path of [
      `/${'a'.repeat(256)}/`,
      `/${'漢'.repeat(86)}/`,
      `/${`${'b'.repeat(200)}/`.repeat(5)}`,
    ]) {
      const { said, outputs } = await one(`permalink: ${path}`)
      expect(said.join('\n')).toMatch(/^error url-is-safe content\/posts\/a\.md:4:12 .* longer than a /m)
      expect(outputs).toEqual([])
    }
  })

  it('is cut as a slug and as a term, whose URLs stay apart, and reported', async () => {
    const { outputs, said } = await built({
      [`content/posts/${'漢'.repeat(80)}.md`]: post(`tags: [${'t'.repeat(300)}, ${'t'.repeat(299)}u]`),
    })
    expect(outputs.every((output) => output.split('/').every((part) => Buffer.byteLength(part) <= 255))).toBe(
      true,
    )
    expect(
      outputs.filter((output) => output.startsWith('tags/ttt') && output.endsWith('index.html')),
    ).toEqual([`tags/${'t'.repeat(200)}-2/index.html`, `tags/${'t'.repeat(200)}/index.html`])
    expect(said.map((line) => line.split(' ').filter((_, at) => at !== 2))).toEqual(
      ['The name', `"${'t'.repeat(40)}…" is`].map((start) =>
        expect.arrayContaining(['warn', 'name-is-portable', ...start.split(' '), 'cut', 'to']),
      ),
    )
  })

  it('is refused where another slug is cut to the same', async () => {
    const { said, outputs } = await built({
      'content/posts/a.md': post(`slug: ${'t'.repeat(300)}`),
      'content/posts/b.md': post(`slug: ${'t'.repeat(299)}u`),
    })
    expect(said.map((line) => line.split(' ', 3).join(' '))).toEqual([
      'warn name-is-portable content/posts/a.md:4:7',
      'warn name-is-portable content/posts/b.md:4:7',
      'error url-is-unique content/posts/b.md:4:7',
    ])
    expect(outputs).toEqual([])
  })
})

describe('Two names that differ only in case or in Unicode form', () => {
  const clash = /^error (?:url-is-unique|name-is-portable) /m

  it.each<readonly [string, Files]>([
    [
      'posts',
      { 'content/posts/a.md': post('permalink: /Abc/'), 'content/posts/b.md': post('permalink: /abc/') },
    ],
    [
      'posts in NFC and NFD',
      {
        'content/posts/a.md': post('permalink: "/caf\u00e9/"'),
        'content/posts/b.md': post('permalink: "/cafe\u0301/"'),
      },
    ],
    [
      'folders',
      {
        'content/posts/a.md': post('permalink: /Notes/a/'),
        'content/posts/b.md': post('permalink: /notes/b/'),
      },
    ],
    ['files of assets', { 'assets/X.txt': 'x', 'assets/x.txt': 'y', 'content/posts/a.md': post('') }],
    [
      'files of assets in NFC and NFD',
      { 'assets/caf\u00e9.txt': 'x', 'assets/cafe\u0301.txt': 'y', 'content/posts/a.md': post('') },
    ],
    ['aliases', { 'content/posts/a.md': post('aliases: [/Old/, /old/]') }],
    ['an alias and a post', { 'content/posts/a.md': post('aliases: [/POSTS/A/]') }],
  ])('are refused: %s', async (_what, files) => {
    const { said, outputs } = await built(files)
    expect(said.join('\n')).toMatch(clash)
    expect(outputs).toEqual([])
  })

  it('are one term', async () => {
    const { outputs, said } = await one('tags: [caf\u00e9, "cafe\u0301", CAF\u00c9]')
    expect(outputs.filter((output) => /^tags\/.*\/index\.html$/.test(output))).toEqual([
      'tags/caf\u00e9/index.html',
    ])
    expect(said).toEqual([])
  })
})

describe('Names that every object has', () => {
  const names = '__proto__ constructor toString hasOwnProperty valueOf'.split(' ')

  it('are names like others: of posts, tags, categories, series, authors, labels, keys, headings, notes', async () => {
    const body = names
      .map(
        (name) =>
          `## ${name}\n\n[](#${name.toLowerCase()}) \\ref{${name}} [@${name}] [[${name}]] [^${name}]\n\n$$x \\label{${name}}$$\n\n[^${name}]: note\n\n*[${name}]: x\n\n:${name}: ++${name}++\n\n\`\`\`${name}\nx\n\`\`\`\n\n> [!${name}]\n> x\n`,
      )
      .join('\n')
    const { said, outputs } = await built({
      'site.yaml': `title: T\nurl: https://example.org/\nmarkdown: { abbreviations: true, emoji: true, keys: true, wikilinks: true }\ntheorems: { constructor: {} }\ncallouts: { constructor: {} }\nmath: { macros: { constructor: x } }\ntaxonomies: { tags: {}, categories: {}, constructor: { path: things } }\n`,
      ...Object.fromEntries(
        names.map((name) => [
          `content/posts/${name}.md`,
          post(
            `tags: [${names}]\ncategory: ${name}\nseries: ${name}\nauthors: [${names}]\nconstructor: ${name}\naliases: [/${name}/]`,
            body,
          ),
        ]),
      ),
      'content/refs.bib': names
        .map((name) => `@book{${name}, title={On ${name}}, author={A, B}, ${name}={x}}`)
        .join('\n'),
      'content/authors.yaml': names
        .slice(1)
        .map((name) => `${name}: { name: Known ${name} }\n`)
        .join(''),
    })
    expect(said.filter((line) => line.startsWith('error'))).toEqual([])
    for (const name of names) {
      expect(outputs).toContain(`tags/${name.toLowerCase()}/index.html`)
      expect(outputs).toContain(`${name}/index.html`)
    }
    expect(({} as Record<string, unknown>).polluted).toBe(undefined)
  })

  it('change no prototype, whichever file says so', async () => {
    const yaml = '__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n'
    const json = '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'
    const files = {
      'content/posts/a.md': `---\n${yaml}title: A\ndate: 2024-01-01\nextra: ${json}\n---\nx`,
      'content/posts/b.md': `---json\n${json}\n---\nx`,
      'content/posts/c.md': `+++\n[__proto__]\npolluted = true\n[constructor.prototype]\npolluted = true\n+++\nx`,
      'content/a.csl.json': `[{"id": "a", "type": "book", ...${json.slice(1)}]`.replace('...', ''),
      'content/authors.yaml': yaml,
      'published.yaml': yaml,
      'templates/words/en.yaml': yaml,
      'templates/x.html': '{% assign __proto__ = "polluted" %}{{ page.__proto__.polluted }}',
    }
    await built(files)
    for (const rest of ['rules', 'markdown', 'theorems', 'callouts', 'math', 'feeds', 'images', 'taxonomies'])
      await built({
        ...files,
        'site.yaml': `title: T\n${yaml}${rest}:\n  ${yaml.trim().replace('\n', '\n  ')}\n`,
      })
    expect(({} as Record<string, unknown>).polluted).toBe(undefined)
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

describe('An escape that stands for what nothing shows', () => {
  it('is replaced and reported in front matter, and reaches no page and no feed', async () => {
    const { said, published } = await one(
      'excerpt: "a\\u0001b \\uFDD00\\uFDD1"\ntags: ["x\\u0000y"]',
      '[A link](b.md)',
    )
    expect(said.filter((line) => line.includes('text-is-printable'))).toEqual([
      'warn text-is-printable content/posts/a.md:4:10 The value of `excerpt` holds U+0001, which nothing shows: \uFFFD stands in its place.',
      'warn text-is-printable content/posts/a.md:5:7 The value of `tags` holds U+0000, which nothing shows: \uFFFD stands in its place.',
    ])
    expect(published).toContain('content="a\uFFFDb \uFFFD0\uFFFD"')
  })

  it.each(['site.yaml', 'content/authors.yaml', 'templates/words/en.yaml'])(
    'is refused in %s',
    async (file) => {
      const text =
        file === 'site.yaml'
          ? 'title: "a\\uFDD0"'
          : file.includes('words')
            ? 'archive: "a\\u0007"'
            : 'a: { name: "a\\u0007" }'
      const { said } = await built({ 'content/posts/a.md': post(''), [file]: text })
      expect(said.join('\n')).toMatch(/^error .* holds U\+(?:FDD0|0007), which nothing shows\./m)
    },
  )
})
