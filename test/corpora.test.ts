/**
 * Other people's posts, as they are: see ../shared/corpora beside the repository. Each corpus is built as a whole
 * site, with the theme; every heading must be found again.
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
import { parsePost } from '../src/content/post.js'
import { readSources } from '../src/content/source.js'
import { parseHtml, withFormulas } from './readable.js'

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

describe.each(sites)('The corpus $name', ({ name, posts, settings, toName }) => {
  const source = join(corpora, name, posts)
  const isThere = existsSync(source)
  const skipped = isThere ? '' : ' (skipped: ../shared/corpora is not beside the repository)'
  let root = ''
  let result: BuildResult

  beforeAll(async () => {
    if (!isThere) return
    root = await mkdtemp(join(tmpdir(), `scholium-${name}-`))
    for (const file of markdownFiles(source)) {
      const target = join(root, 'content/posts', toName(file))
      await mkdir(dirname(target), { recursive: true })
      await copyFile(join(source, file), target)
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
  })
  afterAll(() => (isThere ? rm(root, { recursive: true }) : undefined))

  it.skipIf(!isThere)(`builds as a site${skipped}`, () => {
    const errors = result.diagnostics.filter(({ severity }) => severity === 'error')
    expect(errors).toEqual([])
    expect(result.ok).toBe(true)
    expect(result.counts.posts).toBe(markdownFiles(source).length)
  })

  it.skipIf(!isThere)(`keeps every heading${skipped}`, async () => {
    const { config } = await loadConfig(root)
    if (!config) throw new Error('The site has no configuration.')
    const { documents } = await readSources(root)
    const lost = documents.flatMap((document) => {
      const { post } = parsePost(document, config)
      const html = readFileSync(
        join(result.out, `${post.url.slice(1)}${post.url.endsWith('/') ? 'index.html' : ''}`),
        'utf8',
      )
      const missing = without(headingsOfMarkdown(post.body), headingsOfHtml(parseHtml(withFormulas(html))))
      return missing.map((heading) => `${document.file}: ${heading}`)
    })
    expect(lost).toEqual([])
  })
})

function markdownFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(md|markdown)$/.test(file),
  )
}

/** The words of every heading as CommonMark with GitHub's additions has them. */
function headingsOfMarkdown(body: string): readonly string[] {
  const tree: MdastRoot = unified().use(remarkParse).use(remarkGfm).parse(body)
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

/** A heading's words without what tells a formula from its source. */
function comparable(text: string): string {
  return text
    .replace(/⟦math(?: display)?: ([^⟧]*)⟧/g, '$1')
    .replace(/[$\\]|\s*\{:?#[^}]*\}\s*$/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** What a list has more often than another. */
function without(items: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others]
  return items.filter((item) => {
    const index = left.indexOf(item)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
}
