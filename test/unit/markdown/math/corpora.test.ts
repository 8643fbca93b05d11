import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Heading, Nodes } from 'mdast'
import { visit } from 'unist-util-visit'
import { describe, expect, it } from 'vitest'
import { mathOf, plain, toTree } from './pipelines.js'

const corpora = new URL('../../../../../shared/corpora/', import.meta.url)

describe('the posts of real blogs', () => {
  if (!existsSync(corpora)) it('are not read: ../shared/corpora is not there', ({ skip }) => skip())
  else
    it.each(['d2l', 'raphlinus', 'zenn'])(
      'keep every heading and all of their text: %s',
      (name) => {
        const posts = readdirSync(new URL(`${name}/`, corpora), { recursive: true, encoding: 'utf8' }).filter(
          (path) => path.endsWith('.md'),
        )
        expect(posts.length).toBeGreaterThan(20)
        for (const post of posts) {
          const body = withoutFrontMatter(readFileSync(new URL(`${name}/${post}`, corpora), 'utf8'))
          const { tree } = toTree(body)
          const commonmark = plain.parse(body)
          const formulas = mathOf(tree).map(({ node }) => node.position)
          const inFormula = (line: number) =>
            formulas.some((position) => position && position.start.line < line && line <= position.end.line)
          const outside = headingsOf(commonmark).filter(({ end }) => !inFormula(end))
          expect(
            headingsOf(tree).map(({ depth, start }) => `${start}: ${depth}`),
            post,
          ).toEqual(outside.map(({ depth, start }) => `${start}: ${depth}`))
          expect(lettersOf(tree), post).toEqual(lettersOf(commonmark))
        }
      },
      120_000,
    )
})

/** Line numbers stay those of the file. */
function withoutFrontMatter(text: string): string {
  return text.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, (matter) => matter.replaceAll(/[^\r\n]/g, ''))
}

function headingsOf(tree: Nodes): readonly { depth: number; start: number; end: number }[] {
  const found: { depth: number; start: number; end: number }[] = []
  visit(tree, 'heading', ({ depth, position }: Heading) => {
    if (position) found.push({ depth, start: position.start.line, end: position.end.line })
  })
  return found
}

/** How often each letter stands in the text of a tree: what Markdown and TeX mark up has none. */
function lettersOf(tree: Nodes): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  visit(tree, (node) => {
    if (!('value' in node)) return
    for (const letter of node.value) if (/\p{L}/u.test(letter)) counts[letter] = (counts[letter] ?? 0) + 1
  })
  return counts
}
