import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { plain, toHtml, treeToHtml } from './pipelines.js'

const specs = new URL('../../../../../shared/specs/', import.meta.url)
const files = ['commonmark-spec.txt', 'gfm-spec.txt', 'gfm-extensions.txt']

describe('what holds no dollar', () => {
  if (!existsSync(specs)) it('is not compared: ../shared/specs is not there', ({ skip }) => skip())
  else {
    it.each(files)('gives the same HTML with and without this grammar: %s', (file) => {
      const examples = examplesOf(readFileSync(new URL(file, specs), 'utf8'))
      expect(examples.length).toBeGreaterThan(20)
      for (const markdown of examples)
        expect(toHtml(markdown), markdown).toBe(treeToHtml(plain.parse(markdown)))
    })

    it.each(files)('gives the same HTML where a dollar follows: %s', (file) => {
      // Two dollars below make the construct for paragraphs with displays read all of the document.
      for (const example of examplesOf(readFileSync(new URL(file, specs), 'utf8'))) {
        const markdown = `${example}\n\n$$`
        expect(toHtml(markdown), markdown).toBe(treeToHtml(plain.parse(markdown)))
      }
    })
  }
})

/** The Markdown of a specification's examples that hold neither a dollar nor an environment. */
function examplesOf(spec: string): readonly string[] {
  return [...spec.matchAll(/^`{32} example[^\n]*\n([\s\S]*?)^\.\n[\s\S]*?^`{32}$/gm)]
    .map(([, markdown = '']) => markdown.replaceAll('→', '\t'))
    .filter((markdown) => !/\$|\\begin\{/.test(markdown))
}
