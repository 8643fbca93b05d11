import { describe, expect, it } from 'vitest'
import { build } from '../../../src/build.js'
import { check } from '../../../src/check.js'
import { loadsIn } from '../../../src/output/weight.js'
import { type Files, siteFolder } from '../../site-folder.js'

const now = new Date('2025-01-01T00:00:00Z')
const options = { drafts: false, now, searchIndex: false }

/** Gives what a build, or a check, says of weights. */
async function said(files: Files, by: 'build' | 'check' = 'build') {
  const root = await siteFolder(files)
  const { diagnostics } =
    by === 'build'
      ? await build({ root, out: `${root}/dist`, ...options })
      : await check({ root, now, record: false })
  return diagnostics.filter(({ rule }) => rule === 'page-fits-budget')
}

const noise = (length: number) =>
  Array.from({ length }, (_, index) => ((index * 2654435761) % 4294967296).toString(36)).join(' ')
const post = (body: string) => `---\ntitle: A post\ndate: 2024-05-01\n---\n${body}\n`

describe('What a page loads', () => {
  it('is read off its HTML: of an image in several sizes the widest, of a picture one file', () => {
    const html = `<link rel="stylesheet" href="/a.css"><link rel="alternate stylesheet" href="/other.css">
      <link rel="preload" as="font" href="/a.woff2" crossorigin><link rel="icon" href="/icon.svg"><script src="/a.js"></script>
      <picture><source media="(prefers-color-scheme: dark)" srcset="/dark.webp 1x">
      <source type="image/webp" srcset="/p-640.webp 640w, /p-1280.webp 1280w"><img src="/p.png" alt=""></picture>
      <img src="/small.png" srcset="/small.png, /large.png 2x" alt=""><img src="/alone.png" alt="">
      <video poster="/poster.jpg" src="/film.mp4"></video><a href="/page/">A page</a>`
    expect(loadsIn(html).map(({ part, url }) => `${part} ${url}`)).toEqual([
      'styles /a.css',
      'fonts /a.woff2',
      'scripts /a.js',
      'images /p-1280.webp',
      'images /large.png',
      'images /alone.png',
      'images /poster.jpg',
    ])
  })
})

describe('A budget', () => {
  it('is held against every page, and named at its source with what weighs most', async () => {
    const files = {
      'site.yaml': 'title: Notes\nbudgets:\n  html: 9 kB\n  images: 5000\n',
      'content/posts/light.md': post('Few words.'),
      'content/posts/heavy.md': post(`![Noise](/assets/noise.svg)\n\n${noise(4000)}`),
      'assets/noise.svg': `<svg xmlns="http://www.w3.org/2000/svg"><!-- ${noise(3000)} --></svg>`,
    }
    const found = await said(files)
    expect(found.map(({ file, line, severity }) => [file, line, severity])).toEqual([
      ['content/posts/heavy.md', 1, 'warn'],
      ['content/posts/heavy.md', 1, 'warn'],
    ])
    expect(found[1]?.message).toMatch(
      /^The page \/posts\/heavy\/ has [\d.]+ kB of HTML; budgets\.html allows 9 kB\.$/,
    )
    expect(found[0]?.message).toMatch(/has [\d.]+ kB of images; budgets\.images allows 5 kB\.$/)
    expect(found[0]?.hint).toMatch(/^Heaviest: \/assets\/noise\.svg \([\d.]+ kB\)\.$/)
    expect(await said(files, 'check')).toEqual(found)
  })

  it('of pages that Scholium makes is named in site.yaml', async () => {
    const found = await said({
      'site.yaml': 'title: Notes\nbudgets:\n  total: 1 kB\n',
      'content/posts/a.md': post('Text.'),
    })
    const home = found.find(({ message }) => message.startsWith('The page / has '))
    expect(home).toMatchObject({ file: 'site.yaml', line: 3, column: 10 })
  })

  it('counts text as hosts send it, compressed, unless site.yaml says otherwise', async () => {
    const files = (more: string) => ({
      'site.yaml': `title: Notes\nbudgets: { html: 15 kB${more} }\n`,
      'content/posts/a.md': post('The same words again. '.repeat(1000)),
    })
    expect(await said(files(''))).toEqual([])
    expect((await said(files(', compressed: false'))).map(({ file }) => file)).toEqual(['content/posts/a.md'])
  })

  it('says the same of a page that is kept as of one that is made', async () => {
    const root = await siteFolder({
      'site.yaml': 'title: Notes\nbudgets: { styles: 1 kB }\n',
      'content/posts/a.md': post('Text.'),
    })
    const again = { root, out: `${root}/dist`, ...options }
    const first = await build(again)
    const second = await build({ ...again, again: true })
    const clean = await build({ ...again, clean: true })
    expect(first.diagnostics.length).toBeGreaterThan(0)
    expect([second.diagnostics, clean.diagnostics]).toEqual([first.diagnostics, first.diagnostics])
  })
})
