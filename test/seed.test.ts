/** The post that Scholium is for, built as its author would: see ../shared/seeds beside the repository. */
import { existsSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Element, Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { visit } from 'unist-util-visit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuildResult, build } from '../src/build.js'
import { parseHtml } from './readable.js'

const seed = fileURLToPath(new URL('../../shared/seeds/deep-learning-fundamentals.md', import.meta.url))
const isThere = existsSync(seed)
const skipped = isThere ? '' : ' (skipped: ../shared/seeds is not beside the repository)'

describe.skipIf(!isThere)(`The seed${skipped}`, () => {
  let root = ''
  let result: BuildResult
  let post: Root

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'scholium-seed-'))
    await mkdir(join(root, 'content/posts'), { recursive: true })
    await writeFile(join(root, 'site.yaml'), 'title: A blog\nurl: https://example.org/\n')
    await copyFile(seed, join(root, 'content/posts/deep-learning-fundamentals.md'))
    const now = new Date('2026-01-01T00:00:00Z')
    result = await build({ root, out: join(root, 'dist'), drafts: false, now })
    post = parseHtml(read('posts/deep-learning-fundamentals/index.html'))
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  const read = (output: string) => readFileSync(join(result.out, output), 'utf8')
  const page = (output: string) => parseHtml(read(output))

  it('is published with one warning, for the image that is not there', () => {
    expect(result.ok).toBe(true)
    expect(result.diagnostics.map(({ rule, severity, line }) => ({ rule, severity, line }))).toEqual([
      { rule: 'image-exists', severity: 'warn', line: 9 },
    ])
    expect(elements(post, 'img')).toEqual([])
  })

  it('has its 10 display formulas typeset, and every inline one', () => {
    expect(withClass(post, 'katex-display')).toHaveLength(10)
    expect(withClass(post, 'katex')).toHaveLength(10 + 14)
    expect(withClass(post, 'katex-error')).toEqual([])
    expect(withClass(post, 'math-error')).toEqual([])
    expect(textOf(body(post))).not.toContain('$')
  })

  it('has one h1, its title, and every heading of the body', () => {
    const title = 'Deep Learning Fundamentals: Neural Networks Explained'
    expect(elements(post, 'h1').map(textOf)).toEqual([title])
    expect(elements(post, 'h2')).toHaveLength(8)
    expect(elements(post, 'h3')).toHaveLength(9)
    expect(textOf(body(post))).not.toContain(title)
  })

  it('has its Python highlighted', () => {
    const [code, ...others] = elements(body(post), 'pre')
    expect(others).toEqual([])
    expect(code && textOf(code)).toContain('import tensorflow as tf\nimport numpy as np\n')
    const keywords = withClass(post, 'hljs-keyword').map(textOf)
    expect(keywords.filter((word) => word === 'import')).toHaveLength(5)
  })

  it('has the lists below “Where:” as lists', () => {
    const lists = elements(body(post), 'ul').filter((list) => withClass(list, 'katex').length > 0)
    expect(lists.map((list) => elements(list, 'li').length)).toEqual([3, 4, 3])
    expect(elements(body(post), 'ol').map((list) => elements(list, 'li').length)).toEqual([5, 4, 4])
  })

  it('is on the pages of its four tags, of its category, and on the home page', () => {
    const lists = [
      'index.html',
      'archive/index.html',
      'tags/deep-learning/index.html',
      'tags/neural-networks/index.html',
      'tags/ai/index.html',
      'tags/tensorflow/index.html',
      'categories/deep-learning/index.html',
    ]
    for (const output of lists) {
      const links = elements(page(output), 'a').map(({ properties }) => properties.href)
      expect(links, output).toContain('/posts/deep-learning-fundamentals/')
    }
    const terms = [...result.outputs.keys()].filter((output) =>
      /^(tags|categories)\/[^/]+\/index\.html$/.test(output),
    )
    expect(terms).toHaveLength(5)
  })

  it('says of itself what its front matter says', () => {
    const words = textOf(elements(post, 'header')[1] ?? post).replace(/\s+/g, ' ')
    for (const part of [
      'From perceptrons',
      'Arijit Nandi',
      'January 22, 2024',
      '12 min read',
      'Deep Learning',
    ])
      expect(words).toContain(part)
  })
})

function elements(tree: Root | Element, tagName: string): readonly Element[] {
  const found: Element[] = []
  visit(tree, 'element', (node) => {
    if (node.tagName === tagName) found.push(node)
  })
  return found
}

function withClass(tree: Root | Element, name: string): readonly Element[] {
  const found: Element[] = []
  visit(tree, 'element', (node) => {
    if (Array.isArray(node.properties.className) && node.properties.className.includes(name)) found.push(node)
  })
  return found
}

/** What the author wrote, without the page's frame. */
function body(tree: Root): Element {
  const [content] = withClass(tree, 'content')
  if (!content) throw new Error('The page has no content.')
  return content
}
