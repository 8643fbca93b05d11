/**
 * Other people's posts, as they are: see ../shared/corpora beside the repository. Each corpus is built as a whole
 * site, with the theme; every heading must be found again, and every letter.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import type { Root as MdastRoot } from 'mdast'
import { toString as mdastText } from 'mdast-util-to-string'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuildResult, build } from '../src/build.js'
import { loadConfig } from '../src/config.js'
import { outputOf } from '../src/content/permalink.js'
import { parsePost } from '../src/content/post.js'
import { parseHtml, withFormulas } from './readable.js'
import { readSources } from './sources.js'

const corpora = fileURLToPath(new URL('../../shared/corpora/', import.meta.url))

interface Corpus {
  readonly name: string
  /** Its folder of posts. */
  readonly posts: string
  /** What its site.yaml says beside the title. */
  readonly settings: string
  /** What a post is called in content/posts. */
  readonly toName: (file: string) => string
}

const sites: readonly Corpus[] = [
  {
    name: 'raphlinus',
    posts: '_posts',
    settings: 'permalink: /:year/:month/:day/:slug.html',
    toName: (file) => file,
  },
  {
    name: 'zenn',
    posts: 'articles',
    settings: 'lang: ja\ntaxonomies: [topics]',
    // Files of one name in several folders would have one URL.
    toName: (file) => file.replaceAll('/', '-'),
  },
  { name: 'd2l', posts: '.', settings: '', toName: (file) => file },
]

/** A post, and what became of it. */
interface Outcome {
  readonly file: string
  readonly source: MdastRoot
  /** Its page, each formula as `⟦math: TeX⟧`. */
  readonly page: Root
}

describe.each(sites)('The corpus $name', ({ name, posts, settings, toName }) => {
  const folder = join(corpora, name, posts)
  const isThere = existsSync(folder)
  const skipped = isThere ? '' : ' (skipped: ../shared/corpora is not beside the repository)'
  let root = ''
  let result: BuildResult
  let outcomes: readonly Outcome[]

  beforeAll(async () => {
    if (!isThere) return
    root = await mkdtemp(join(tmpdir(), `scholium-${name}-`))
    for (const file of markdownFiles(folder)) {
      const target = join(root, 'content/posts', toName(file))
      await mkdir(dirname(target), { recursive: true })
      await copyFile(join(folder, file), target)
    }
    // Quotes stay as typed, to be compared.
    const common = `title: ${name}\nurl: https://example.org/\nmarkdown: { smartPunctuation: false }\n`
    await writeFile(join(root, 'site.yaml'), `${common}${settings}\n`)
    result = await build({
      root,
      out: join(root, 'dist'),
      drafts: true,
      now: new Date('2026-01-01T00:00:00Z'),
    })
    if (result.ok) outcomes = await outcomesOf(root, result.out)
  }, 600_000)
  afterAll(() => (isThere ? rm(root, { recursive: true }) : undefined))

  it.skipIf(!isThere)(`builds as a site${skipped}`, () => {
    expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(result.ok).toBe(true)
    expect(result.counts.posts).toBe(markdownFiles(folder).length)
  })

  it.skipIf(!isThere)(`keeps every heading${skipped}`, () => {
    const lost = outcomes.flatMap(({ file, source, page }) => {
      const formulas = formulasIn(page)
      // `a`, `=` and `b` on three lines between dollars are a heading and text to CommonMark, a formula here.
      return without(headingsOfMarkdown(source), headingsOfHtml(page))
        .filter((heading) => !formulas.some((formula) => formula.includes(heading)))
        .map((heading) => `${file}: ${heading}`)
    })
    expect(lost).toEqual([])
  })

  it.skipIf(!isThere)(`keeps every letter and digit of text and code${skipped}`, () => {
    const lost = outcomes.flatMap(({ file, source, page }) => {
      const missing = without(lettersOfMarkdown(source), lettersIn(textOf(articleOf(page))))
      return missing.length > 0 ? [`${file}: ${missing.join(' ')}`] : []
    })
    expect(lost).toEqual([])
  })
})

async function outcomesOf(root: string, out: string): Promise<readonly Outcome[]> {
  const { config } = await loadConfig(root)
  if (!config) throw new Error('The site has no configuration.')
  const { documents } = readSources(root)
  return documents.map((document) => {
    const { post, body } = parsePost(document, config)
    const html = withFormulas(readFileSync(join(out, outputOf(post.url)), 'utf8'))
    // As CommonMark with GitHub's additions has it, with nothing of Scholium's own.
    const source = unified().use(remarkParse).use(remarkGfm).parse(body)
    return { file: document.file, source, page: parseHtml(html) }
  })
}

function markdownFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.(md|markdown)$/.test(file))
}

function headingsOfMarkdown(tree: MdastRoot): readonly string[] {
  const headings: string[] = []
  visit(tree, 'heading', (node) => {
    headings.push(comparable(mdastText(node, { includeImageAlt: false, includeHtml: false })))
  })
  return headings
}

function headingsOfHtml(tree: Root): readonly string[] {
  const headings: string[] = []
  visit(tree, 'element', (node) => {
    if (!/^h[1-6]$/.test(node.tagName)) return
    const children = node.children.filter(
      (child) => child.type !== 'element' || child.properties.className?.toString() !== 'anchor',
    )
    headings.push(comparable(textOf({ ...node, children })))
  })
  return headings
}

function formulasIn(page: Root): readonly string[] {
  return [...textOf(page).matchAll(/⟦math(?: display)?: ([^⟧]*)⟧/g)].map(([, tex = '']) => comparable(tex))
}

/** A heading's words without what tells a formula from its source. */
function comparable(text: string): string {
  return text
    .replace(/⟦math(?: display)?: ([^⟧]*)⟧/g, '$1')
    .replace(/[$\\]|\s*\{:?#[^}]*\}\s*$/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

function lettersOfMarkdown(tree: MdastRoot): readonly string[] {
  const text: string[] = []
  visit(tree, ['text', 'inlineCode', 'code'], (node) => {
    if ('value' in node) text.push(node.value)
  })
  return lettersIn(text.join(' '))
}

function lettersIn(text: string): readonly string[] {
  return text.normalize('NFC').match(/[\p{L}\p{N}]/gu) ?? []
}

/** The post's own part of a page, without what the theme puts around it. */
function articleOf(page: Root): Root {
  const parts: Root['children'] = []
  visit(page, 'element', (node) => {
    if (node.tagName === 'h1' || node.properties.className?.toString() === 'content') parts.push(node)
  })
  return { type: 'root', children: parts }
}

/** What a list has more often than another. */
function without(items: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1)
  return items.filter((item) => {
    const count = left.get(item) ?? 0
    left.set(item, count - 1)
    return count <= 0
  })
}
