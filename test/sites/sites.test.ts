/**
 * Whole small sites, built as `scholium build` does. A folder here is a site, with what to build it with in
 * case.json and what must come of it in expected/:
 *
 *   report.txt   what was published or not, and every diagnostic
 *   tree.txt     every published file but those of the theme's style sheet and script, and of the search index
 *   pages/       the pages and feeds that case.json names
 *   index.txt    what the search index holds, if case.json asks for it
 *
 * Pages are made by the plain templates in _templates, which print their data to be read, unless a site has its
 * own or case.json asks for the theme: the theme may change without touching them. `UPDATE_FIXTURES=1 npx vitest run test/sites` rewrites all.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { Root } from 'hast'
import { visit } from 'unist-util-visit'
import { afterAll, describe, expect, it } from 'vitest'
import { type BuildResult, build } from '../../src/build.js'
import type { Diagnostic } from '../../src/diagnostics.js'
import { withCandidates } from '../../src/markdown/srcset.js'
import { location } from '../../src/report.js'
import { casesIn, expectFile, readJson } from '../fixtures.js'
import { parseHtml, withFormulas } from '../readable.js'

const here = fileURLToPath(new URL('.', import.meta.url))

interface Case {
  readonly drafts?: boolean
  readonly now?: string
  /** Whether pages are made by the theme. */
  readonly theme?: boolean
  /** Published pages to be looked at. */
  readonly pages?: readonly string[]
  /** Whether to look into the search index. */
  readonly index?: boolean
}

/** What a site is built with, unless its case.json says otherwise. */
const defaults = {
  drafts: false,
  now: '2026-01-01T00:00:00Z',
  theme: false,
  pages: [],
  index: false,
} satisfies Case

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

describe('A site', () => {
  it.each(casesIn(here))('%s is built as expected', async (name) => {
    const { result, pages, index } = await buildCase(name, '_templates')
    const { out } = result
    const expected = join(here, name, 'expected')
    expectFile(join(expected, 'report.txt'), reportOf(result))
    expectFile(join(expected, 'tree.txt'), result.ok ? treeOf(result) : null)
    expect(filesIn(out), 'What is on disk is what was said to be published.').toEqual(
      [...result.outputs.keys()].sort(),
    )
    if (index) expectFile(join(expected, 'index.txt'), indexOf(result))
    for (const page of pages)
      expectFile(join(expected, 'pages', page), readable(readFileSync(join(out, page), 'utf8')))
  })
})

describe('A site with the theme of Scholium', () => {
  it.each(casesIn(here).filter(isSound))(
    '%s has one h1 on every page, and no link leads nowhere',
    async (name) => {
      const { result } = await buildCase(name)
      const pages = [...result.outputs.keys()].filter((output) => output.endsWith('.html'))
      for (const page of pages) {
        const tree = parseHtml(readFileSync(join(result.out, page), 'utf8'))
        expect(headings(tree), page).toBe(1)
        const dead = urlsIn(tree).filter((url) => !leadsSomewhere(url, page, result))
        expect(dead, `dead links of ${page}`).toEqual([])
      }
    },
  )
})

async function buildCase(name: string, templates?: string) {
  const root = await mkdtemp(join(tmpdir(), `scholium-${name}-`))
  folders.push(root)
  const { drafts, now, theme, pages, index } = { ...defaults, ...readJson<Case>(join(here, name, 'case.json'), {}) }
  if (templates !== undefined && !theme) await cp(join(here, templates), join(root, 'templates'), { recursive: true })
  const isSource = (path: string) =>
    ![join(here, name, 'expected'), join(here, name, 'case.json')].includes(path)
  await cp(join(here, name), root, { recursive: true, filter: isSource })
  const result = await build({ root, out: join(root, 'dist'), drafts, now: new Date(now) })
  return { result, pages, index }
}

/** Gives a page or feed without what changes with every version of the theme: its formulas' HTML, the names of its files. */
function readable(text: string): string {
  return withoutEncoder(withFormulas(text))
    .replace(/'sha256-[^']+'/g, "'sha256-⟦hash⟧'")
    .replace(/<style>[^<]*<\/style>/, '<style>⟦the styles of formulas⟧</style>')
    .replace(/(<\?xml-stylesheet [^>]*href=")[^"]*\/assets\/([\w/-]+)\.[^"]*(")/g, '$1⟦$2⟧$3')
    .replace(/(<generator(?: version="|>Scholium ))[\d.]+/, '$1⟦version⟧')
    .replace(/(<(?:script|link) [^>]*\b(?:src|href)=")[^"]*\/assets\/([\w/-]+)\.[^"]*(")/g, '$1⟦$2⟧$3')
    .replace(/("generator" content="Scholium )[^"]*/, '$1⟦version⟧')
}

/** Whether a case is published with nothing to report, by what is expected of it. */
function isSound(name: string): boolean {
  const report = join(here, name, 'expected/report.txt')
  return existsSync(report) && /^published.*\n$/.test(readFileSync(report, 'utf8'))
}

function reportOf({ ok, counts, diagnostics }: BuildResult): string {
  const { posts, pages, drafts, scheduled } = counts
  const made = `published: ${posts} posts, ${pages} pages; left out: ${drafts} drafts, ${scheduled} scheduled`
  return [ok ? made : 'nothing is published', ...diagnostics.map(findingOf), ''].join('\n')
}

function findingOf(found: Diagnostic): string {
  const line = [found.severity, location(found), found.rule, found.message].filter(Boolean).join(' ')
  return found.hint === undefined ? line : `${line}\n      ${found.hint}`
}

function treeOf({ outputs }: BuildResult): string {
  const ofTheme =
    /^(pagefind\/|assets\/(katex\/|css\/(main|search|feed|feed-words|features\/[\w-]+)\.|js\/(theme|search|features\/[\w-]+)\.))/
  return [...outputs.keys()]
    .filter((output) => !ofTheme.test(output))
    .sort()
    .map((output) => `${withoutEncoder(output)}\n`)
    .join('')
}

/** The names of encoded images change with what encodes them. */
function withoutEncoder(text: string): string {
  return text.replace(/(assets\/encoded\/[^\s"<]*?\d+w\.)[0-9a-f]{10}\./g, '$1⟦digest⟧.')
}

/** Gives what each bundle of the index says of each page. */
function indexOf({ out, outputs }: BuildResult): string {
  const fragments = [...outputs.keys()].filter((output) => output.endsWith('.pf_fragment'))
  const told = fragments.map((output) => {
    const text = gunzipSync(readFileSync(join(out, output))).toString()
    const { url, content, filters, meta, anchors } = JSON.parse(text.replace(/^pagefind_dcd/, '')) as Fragment
    return [
      `${output.replace(/fragment\/.*/, '')} ${url}`,
      ...Object.entries({ ...meta, ...filters }).map(([name, value]) => `${name}: ${[value].flat().join(' | ')}`),
      ...anchors.map(({ id, text: words }) => `#${id}: ${words}`),
      content.replaceAll('\u200B', '\u00A6'),
      '',
    ].join('\n')
  })
  return told.sort().join('\n')
}

/** What Pagefind keeps of a page, to show where it was found. */
interface Fragment {
  readonly url: string
  readonly content: string
  readonly filters: Readonly<Record<string, readonly string[]>>
  readonly meta: Readonly<Record<string, string>>
  readonly anchors: readonly { readonly id: string; readonly text: string }[]
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()
}

function headings(tree: Root): number {
  let count = 0
  visit(tree, 'element', ({ tagName }) => {
    if (tagName === 'h1') count += 1
  })
  return count
}

function urlsIn(tree: Root): readonly string[] {
  const urls: string[] = []
  visit(tree, 'element', ({ properties: { href, src, srcSet } }) => {
    for (const url of [href, src]) if (typeof url === 'string') urls.push(url)
    if (typeof srcSet === 'string') withCandidates(srcSet, (url) => String(urls.push(url)))
  })
  return urls
}

/** Whether a URL on a page is one of another site, or of something published, below the site's base path. */
function leadsSomewhere(url: string, page: string, { outputs, basePath }: BuildResult): boolean {
  const home = new URL(encodeURI(basePath), 'https://site.invalid')
  const target = new URL(url, new URL(encodeURI(page), home))
  if (target.origin !== home.origin) return true
  const path = decodeURIComponent(target.pathname)
  if (!path.startsWith(basePath)) return false
  const output = path.slice(basePath.length)
  return outputs.has(output) || outputs.has(`${output}index.html`)
}
