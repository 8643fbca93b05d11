/**
 * Formulas at large: KaTeX's own test cases against rehype-katex, other people's posts, and documents made to be
 * slow. The specifications and posts lie beside the repository, in ../shared; without them a test is skipped.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Element, Root } from 'hast'
import type { Root as MdastRoot } from 'mdast'
import rehypeKatex from 'rehype-katex'
import rehypeRaw from 'rehype-raw'
import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import remarkMath from 'remark-math'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'
import { VFile } from 'vfile'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { cleanText } from '../src/content/source.js'
import { remarkDollarMath } from '../src/markdown/math/dollar-math.js'
import { readEquation } from '../src/markdown/math/equation.js'
import { formulaMemo } from '../src/markdown/math/memo.js'
import { katexOptions, rehypeTypesetMath } from '../src/markdown/math/typeset.js'
import { filled } from '../src/markdown/rendered.js'
import { rehypeFinish } from '../src/markdown/typeset.js'
import { configOf, parsed } from './in-memory.js'
import { withStyles } from './readable.js'
import { annotationsOf, post, rejectedOf, rendererOf } from './unit/markdown/rendered-post.js'
import { validMathml } from './valid-mathml.js'

const shared = fileURLToPath(new URL('../../shared/', import.meta.url))
const casesFile = join(shared, 'specs/katex-screenshot-cases.yaml')
const corpora = join(shared, 'corpora')

/** Counts for whoever reads the test's output. */
function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

interface Case {
  readonly name: string
  readonly tex: string
  readonly display: boolean
  readonly macros: Readonly<Record<string, string>>
}

/** A case is its TeX, or an object with `tex`, and `display` and `macros` if it has them. */
function casesOf(yaml: string): readonly Case[] {
  const cases: Readonly<
    Record<string, string | { tex: string; display?: number; macros?: Record<string, string> }>
  > = parseYaml(yaml)
  return Object.entries(cases).map(([name, one]) => {
    const { tex, display = 0, macros = {} } = typeof one === 'string' ? { tex: one } : one
    return { name, tex, display: display === 1, macros }
  })
}

/** What rehype-katex makes of a formula, and whether it can typeset it at all. */
function stock({ tex, display, macros }: Case): { readonly html: string; readonly isRendered: boolean } {
  const file = new VFile()
  const code: Element = {
    type: 'element',
    tagName: 'code',
    properties: { className: [display ? 'math-display' : 'math-inline'] },
    children: [{ type: 'text', value: tex }],
  }
  const processor = unified()
    .use(rehypeKatex, { ...katexOptions, trust: true, macros: { ...macros } })
    .use(rehypeStringify)
  const tree = processor.runSync({ type: 'root', children: [code] } as Root, file) as Root
  return { html: processor.stringify(tree), isRendered: file.messages.length === 0 }
}

/**
 * What Scholium makes of it. Scholium keeps KaTeX's HTML as a string, where rehype-katex parses it and writes it

 * with classes for styles, which are turned back, and in rehype-stringify's spelling (`class =` without its space, `&#x26;` for `&amp;`): here it is parsed and
 * written anew as well. The marks around a formula are taken off, as on a page, and so is the box that scrolls, in
 * which a display stands and which rehype-katex does not have.
 */
function own({ tex, display, macros }: Case): {
  readonly html: string
  readonly messages: readonly string[]
} {
  const file = new VFile()
  const math = { ...configOf().math, trust: true, macros }
  const memo = formulaMemo()
  const delimiter = display ? '$$' : '$'
  const formula = {
    type: 'formula',
    value: tex,
    data: { math: { display, delimiter, label: null, anchors: [] } },
  }
  const processor = unified()
    .use(rehypeTypesetMath, math, memo)
    .use(rehypeFinish)
    .use(rehypeRaw)
    .use(rehypeStringify)
  const tree = processor.runSync({ type: 'root', children: [formula] } as Root, file) as Root
  const [box] = tree.children
  const children = display && box?.type === 'element' ? box.children : tree.children
  const html = withStyles(
    filled(processor.stringify({ type: 'root', children }), []),
    file.data.styles ?? new Map(),
  )
  return { html, messages: file.messages.map(String) }
}

describe.skipIf(!existsSync(casesFile))('KaTeX’s own cases (skipped without ../shared/specs)', () => {
  const cases = existsSync(casesFile) ? casesOf(readFileSync(casesFile, 'utf8')) : []
  const rendered = cases.filter((one) => stock(one).isRendered)
  const isEdited = ({ tex, display }: Case) => {
    const { edits, rows } = readEquation(tex, display)
    return edits.length > 0 || rows.some(({ numbering }) => numbering === 'always')
  }

  it('are nearly all typeset by KaTeX here', () => {
    say(`${rendered.length} of ${cases.length} cases, ${rendered.filter(isEdited).length} of them edited`)
    expect(rendered.length).toBeGreaterThan(cases.length - 3)
  })

  it.each(rendered.filter((one) => !isEdited(one)).map((one) => [one.name, one] as const))(
    'have rehype-katex’s HTML, but for what no MathML has: %s',
    (_name, one) => {
      expect(own(one)).toEqual({ html: validMathml(stock(one).html), messages: [] })
    },
  )

  it.each(rendered.filter(isEdited).map((one) => [one.name, one] as const))(
    'are typeset where KaTeX is asked for something else: %s',
    (_name, one) => {
      const { html, messages } = own(one)
      expect(messages).toEqual([])
      expect(annotationsOf(html)).toEqual([one.tex])
    },
  )

  it.each(rendered.map((one) => [one.name, one] as const))(
    'are typeset out of Markdown: %s',
    (_name, one) => {
      const macros = JSON.stringify(one.macros)
      // A blank line would end no display in two dollars; a trailing line ending belongs to the fence.
      const { html, diagnostics } = post(
        `$$\n${one.tex.trimEnd()}\n$$`,
        `math: { trust: true, macros: ${macros} }`,
      )
      expect(diagnostics.filter(({ rule }) => rule === 'math-renders')).toEqual([])
      expect(annotationsOf(html)).toEqual([one.tex.trimEnd()])
    },
  )
})

/** Every formula that the grammar finds in Markdown, sorted; those of raw HTML are not among them. */
function formulasOf(markdown: string): readonly string[] {
  const parser = unified().use(remarkParse).use(remarkGfm).use(remarkMath).use(remarkDollarMath).freeze()
  const found: string[] = []
  visit(parser.parse(new VFile(markdown)) as MdastRoot, (node) => {
    if (node.type === 'math' || node.type === 'inlineMath') found.push(node.value)
  })
  return found.sort()
}

/** What of a sorted list another does not have. */
function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1)
  return all.filter((one) => {
    const count = left.get(one) ?? 0
    left.set(one, count - 1)
    return count <= 0
  })
}

describe.skipIf(!existsSync(corpora))('other people’s posts (skipped without ../shared/corpora)', () => {
  it.each(['d2l', 'raphlinus', 'zenn'])(
    'keep every formula: %s',
    (name) => {
      const folder = join(corpora, name)
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
        /\.(md|markdown)$/.test(file),
      )
      const render = rendererOf()
      const counts = { posts: 0, formulas: 0, inHtml: 0, silent: 0, rejected: 0 }
      const wrong: string[] = []
      for (const file of files.sort()) {
        const { body } = parsed(cleanText(readFileSync(join(folder, file), 'utf8')))
        const { html } = render(body)
        const rejected = rejectedOf(html)
        const shown = [...annotationsOf(html), ...rejected]
        const formulas = formulasOf(body)
        const missing = without(formulas, shown)
        const silent = missing.filter((tex) => readEquation(tex, true).isSilent)
        wrong.push(...without(missing, silent).map((tex) => `${file}: ${tex}`))
        counts.posts += 1
        counts.formulas += formulas.length
        counts.inHtml += without(shown, formulas).length
        counts.silent += silent.length
        counts.rejected += rejected.length
      }
      say(`${name}: ${JSON.stringify(counts)}`)
      expect(wrong).toEqual([])
      expect(counts.posts).toBeGreaterThan(20)
      if (name === 'd2l') expect(counts.rejected).toBe(0)
    },
    300_000,
  )
})

const many = 10_000
const some = 2_000
const count = (n: number, text: (index: number) => string) =>
  Array.from({ length: n }, (_, index) => text(index))

/** Documents that would take hours if the time were not linear in their length; how fast is for the benchmark. */
const slow: readonly (readonly [name: string, body: string])[] = [
  ['unclosed $', '$ '.repeat(many)],
  ['unclosed $ at words', '$a '.repeat(many)],
  ['unclosed $$', '$$ '.repeat(many)],
  ['unclosed $$ at lines', '$$\n'.repeat(many)],
  ['unclosed $$ at paragraphs', '$$ a\n\n'.repeat(many)],
  ['unclosed {', `$${'{'.repeat(many)}$`],
  ['unclosed { in formulas', '$x {'.repeat(many)],
  ['closed {}', `$${'{'.repeat(many)}${'}'.repeat(many)}$`],
  ['nested quotes', `${'> '.repeat(many)}$x$`],
  ['nested lists', `${'- '.repeat(many)}$x$`],
  ['rows in an align', `\\begin{align}\n${'a &= b \\\\\n'.repeat(many)}\\end{align}`],
  ['formulas in a paragraph', '$x$ '.repeat(many)],
  ['displays', '$$x$$\n\n'.repeat(many)],
  ['formulas in raw HTML', `<p>${'$x$ '.repeat(some)}</p>`],
  ['definitions', '$\\def\\a{x}$ '.repeat(some)],
  [
    'labels and references',
    count(some, (i) => `$$x \\label{a${i}}$$\n\n\\eqref{a${i}} $\\ref{a${i}}$`).join('\n\n'),
  ],
  ['references to one heading', `# H {#h}\n\n${'[](#h) '.repeat(some)}`],
  ['references that lead nowhere', '\\ref{nix} '.repeat(some)],
  ['formulas with a fault', '$\\aplha$ '.repeat(1000)],
  ['boxes that do not end', `$$${'\\bbox['.repeat(many)}$$`],
  ['labels in one formula', `$$x ${count(some, (i) => `\\label{a${i}}`).join('')}$$`],
  ['environments', `$$${'\\begin{align}'.repeat(many)}$$`],
]

describe('a document of thousands', () => {
  it.each(slow)(
    'ends: %s',
    (_name, body) => {
      expect(() => post(body)).not.toThrow()
    },
    300_000,
  )
})
