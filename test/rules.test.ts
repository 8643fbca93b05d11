/** The table of rules, held to what builds report: each example breaks its rule, and what is mended does not. */
import { mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { build } from '../src/build.js'
import { check } from '../src/check.js'
import { type Diagnostic, isUnconditional, type RuleName, rules } from '../src/diagnostics.js'
import { guides, ruleEntries, ruleEntry, rulesList, rulesPage, ruleText } from '../src/rules.js'
import { expectFile } from './fixtures.js'
import { type Files, siteFolder } from './site-folder.js'

const now = new Date('2025-01-01T00:00:00Z')

const matter = (title: string) => `---\ntitle: "${title}"\ndate: 2024-05-01\n---\n`

/** Gives what a check of a site reports. */
async function reported(files: Files): Promise<readonly Diagnostic[]> {
  const root = await siteFolder({ 'content/posts/other.md': `${matter('Other')}Text.\n`, ...files })
  return (await check({ root, now, record: false })).diagnostics
}

const names = Object.keys(rules) as RuleName[]
const asPost = names.filter((name) => 'post' in guides[name])
const asFiles = names.filter((name) => 'files' in guides[name])

/** One site with a post for each example that is one, and what their texts name. */
function siteOfPosts(textOf: (name: RuleName) => string): Files {
  return {
    'site.yaml': 'title: Examples\n',
    'content/posts/train.py': 'x = 1\n',
    'content/posts/loss.png': Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
    ...Object.fromEntries(
      asPost.map((name) => [`content/posts/${name}.md`, `${matter(name)}${textOf(name)}\n`]),
    ),
  }
}

function postOf(name: RuleName, mended: boolean): string {
  const guide = guides[name]
  if (!('post' in guide)) return ''
  return mended ? guide.mended : guide.post
}

/** The rules that are reported of their own post. */
function broken(diagnostics: readonly Diagnostic[]): readonly RuleName[] {
  return asPost.filter((name) =>
    diagnostics.some(({ rule, file }) => rule === name && file === `content/posts/${name}.md`),
  )
}

/** Files with a comment that silences a rule before each block of a post. */
function withComments(files: Files, name: RuleName): Files {
  const comment = `<!-- scholium-ignore ${name} -->\n\n`
  return Object.fromEntries(
    Object.entries(files).map(([file, content]) => {
      if (typeof content !== 'string' || !file.endsWith('.md')) return [file, content]
      const [, front = '', body = ''] = /^(---\n.*?\n---\n)(.*)$/s.exec(content) ?? []
      return [file, `${front}${comment}${body.replaceAll('\n\n', `\n\n${comment}`)}`]
    }),
  )
}

/** What breaks rules that no file of a site can: each gives what is reported then. */
const provoked: Readonly<Partial<Record<RuleName, () => Promise<readonly Diagnostic[]>>>> = {
  'usage-is-valid': async () => {
    const root = await siteFolder()
    return (await build({ root, out: '/', drafts: false, now })).diagnostics
  },
  'text-is-utf8': () =>
    reported({ 'content/posts/a.md': Buffer.from(`${matter('A post')}Gr\u00fc\u00dfe\n`, 'latin1') }),
  'external-link-works': () => externally(''),
  'git-history-is-whole': () => reported({ 'site.yaml': 'dates: { updated: git }\n' }),
  'file-is-readable': async () => {
    const root = await siteFolder()
    const elsewhere = await siteFolder({ 'a.md': 'Text.\n' })
    await mkdir(join(root, 'content/posts'), { recursive: true })
    await symlink(join(elsewhere, 'a.md'), join(root, 'content/posts/a.md'))
    return (await check({ root, now, record: false })).diagnostics
  },
  'output-is-current': async () => {
    const root = await siteFolder({ 'content/posts/a.md': `${matter('A post')}Text.\n` })
    const options = { root, out: join(root, 'dist'), drafts: false, now, searchIndex: false }
    const page = join(root, 'dist/posts/a/index.html')
    // Of the same size and time as what was written: only its bytes tell.
    const time = new Date('2024-01-01')
    await build(options)
    await utimes(page, time, time)
    await build(options)
    await writeFile(page, (await readFile(page, 'utf8')).replace('Text', 'Tent'))
    await utimes(page, time, time)
    return (await build({ ...options, verify: true })).diagnostics
  },
  'output-is-writable': async () => {
    const root = await siteFolder({ 'content/posts/a.md': `${matter('A post')}Text.\n`, dist: '' })
    return (await build({ root, out: join(root, 'dist'), drafts: false, now })).diagnostics
  },
}

/** Gives what a check that asks other sites says of a link to what is not there, behind a text. */
async function externally(before: string): Promise<readonly Diagnostic[]> {
  vi.stubGlobal('fetch', async () => new Response(null, { status: 404 }))
  onTestFinished(() => void vi.unstubAllGlobals())
  const root = await siteFolder({
    'content/posts/a.md': `${matter('A post')}${before}[Gone](https://example.com/gone)\n`,
  })
  return (await check({ root, now, record: false, external: true })).diagnostics
}

describe('The table of rules', { timeout: 60_000 }, () => {
  it('breaks each rule by the post that is its example', async () => {
    expect(broken(await reported(siteOfPosts((name) => postOf(name, false))))).toEqual(asPost)
  })

  it('breaks none by the post as it is mended', async () => {
    expect(await reported(siteOfPosts((name) => postOf(name, true)))).toEqual([])
  })

  it('silences those by a comment of which it says so', async () => {
    const silenced = siteOfPosts((name) => {
      const comment = `<!-- scholium-ignore ${name} -->\n\n`
      return comment + postOf(name, false).replaceAll('\n\n', `\n\n${comment}`)
    })
    const left = broken(await reported(silenced))
    expect(left).toEqual(asPost.filter((name) => !guides[name].inline))
  })

  it.each(asFiles)(
    'breaks %s by the files that are its example, and not as they are mended',
    async (name) => {
      const guide = guides[name]
      if (!('files' in guide)) return
      expect((await reported(guide.files)).map(({ rule }) => rule)).toContain(name)
      if (guide.mended) expect((await reported(guide.mended)).map(({ rule }) => rule)).not.toContain(name)
    },
  )

  it('silences those examples of files by a comment of which it says so, and no other', async () => {
    const silent = await Promise.all(
      asFiles.map(async (name) => {
        const guide = guides[name]
        const files = 'files' in guide ? guide.files : {}
        return (await reported(withComments(files, name))).every(({ rule }) => rule !== name) ? [name] : []
      }),
    )
    expect(silent.flat()).toEqual(asFiles.filter((name) => guides[name].inline))
  })

  it('silences links to other sites by a comment as well', async () => {
    expect(guides['external-link-works'].inline).toBe(true)
    expect(await externally('<!-- scholium-ignore external-link-works -->\n\n')).toEqual([])
  })

  it.each(Object.keys(provoked) as RuleName[])(
    'breaks %s, which no file can show, when it says so',
    async (name) => {
      const found = (await provoked[name]?.()) ?? []
      expect(found.map(({ rule }) => rule)).toContain(name)
    },
  )

  it('says of few rules that no file can show them', () => {
    const untold = names.filter((name) => 'when' in guides[name] && !(name in provoked))
    // Broken in test/incremental/search.test.ts, and in test/unit/markdown/pipeline.test.ts.
    expect(untold).toEqual(['search-index-is-made', 'markdown-is-understood'])
    expect(Object.keys(provoked).filter((name) => !('when' in guides[name as RuleName]))).toEqual([])
  })

  it('gives all of them one severity where site.yaml says so, but for what nothing can turn off', async () => {
    const post = guides['image-has-alt']
    const body = 'post' in post ? post.post : ''
    const site = (yaml: string) => ({
      'site.yaml': yaml,
      'content/posts/a.md': `---\ntitle: A\ndate: 2024-05-01\n---\n${body}\n`,
      'content/posts/loss.png': siteOfPosts(() => '')['content/posts/loss.png'] ?? '',
    })
    const said = async (yaml: string) =>
      (await reported(site(yaml))).map(({ rule, severity }) => `${severity} ${rule}`)
    expect(await said('{}')).toEqual(['warn image-has-alt'])
    expect(await said("rules: { '*': warn }\ncitations: { style: gone.csl }")).toContain(
      'warn citation-style-is-valid',
    )
    expect(await said("rules: { '*': error }")).toEqual(['error image-has-alt'])
    expect(await said("rules: { '*': 'off' }")).toEqual([])
    expect(await said("rules: { '*': 'off', image-has-alt: warn }")).toEqual(['warn image-has-alt'])
    expect(await said("rules: { '*': warn }\nnonsense: 1")).toEqual(['error config-is-valid'])
  })

  it('tells how to silence each', () => {
    for (const name of names) {
      const { silence } = ruleEntry(name)
      expect(silence.includes(`${name}: off`)).toBe(!isUnconditional(name))
    }
  })

  it('is a page of the site, written anew by UPDATE_FIXTURES=1', () => {
    const matter = `---
title: 'Rules'
subtitle: 'What Scholium checks, and how to mend what it finds'
description: 'Every rule of Scholium: what should be true, an example that breaks it, how to mend it, how to silence it.'
toc: true
---
`
    const about = `Scholium reports what is wrong with a site by rule, at file, line and column: \`scholium check\` all of it, \`scholium build\` and \`scholium serve\` as they go. Errors keep a build from publishing; warnings do not. \`rules:\` in site.yaml sets each to \`error\`, \`warn\` or \`off\`, and \`'*'\` stands for all:

\`\`\`yaml title="site.yaml"
rules:
  '*': error
  post-has-date: off
\`\`\`

A comment silences rules for the block that follows it, or within a paragraph for the rest of that: \`<!-- scholium-ignore image-has-alt -->\`. \`scholium rules NAME\` prints what this page says of one rule.
`
    const page = fileURLToPath(new URL('../content/pages/rules.md', import.meta.url))
    expectFile(page, `${matter}\n${about}\n${rulesPage()}`)
  })

  it('is printed a line a rule, and one rule at length', () => {
    expect(
      rulesList()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(names)
    expect(ruleText(ruleEntry('link-has-text'))).toBe(`link-has-text (warn)

A link has words that say where it leads.

Breaks it:

    [](other.md)

Mended:

    [The other post](other.md)

Mend: Say in the brackets where the link leads.

Silence: \`<!-- scholium-ignore link-has-text -->\` before the block, or \`rules: { link-has-text: off }\` in site.yaml.`)
  })

  it('has an entry for each rule, with a sentence of each kind', () => {
    expect(Object.keys(guides)).toEqual(names)
    for (const { truth, mend, silence } of ruleEntries())
      for (const sentence of [truth, mend, silence])
        expect(sentence).toMatch(/^(?:[A-Z`‘]|site\.yaml|content|published).*[.]$/)
  })
})
