/** What inputs by chance have found: each stays here by its name. */
import { describe, expect, it } from 'vitest'
import { siteFolder } from '../site-folder.js'
import { rendererOf } from '../unit/markdown/rendered-post.js'
import { type TargetName, targets } from './targets.js'

const render = rendererOf()

const found: readonly (readonly [name: string, target: TargetName, input: string])[] = [
  ['a quote that nothing closes', 'configuration', 'url: "authors'],
  ['an old line ending', 'configuration', ']lang:\r lang: *aimages: math:   '],
  ['an entry that ends with its key', 'bibtex', '@inproceedings(2024-01-22jan'],
  ['a text that is no JSON', 'csl-json', 'pr'],
  ['an old line ending before a tag', 'template', '\rpage{% endfor %}'],
  ['a tag without a name', 'template', '{{ p.title | escape }} = {% if posts %}{%}}'],
  ['a template named by a tag that nothing closes', 'template', "\n{% layout '{% layout 'base' -%}"],
  ['an old line ending within a newer one', 'configuration', 'rules: \r\nrules: \r[0x1F\n,'],
  ['a backslash at the end of a formula', 'mathematics', '\\begin{matrix}\\'],
  ['a formula that ends within a macro', 'mathematics', '\\frac{a+b}{\\'],
  [
    'a link that nothing closes, in a table',
    'markdown',
    `| a | b |\n|---|---|\n${'a\\label{a}<a href="'.repeat(90)}`,
  ],
  [
    'a base path that begins with two slashes',
    'site',
    JSON.stringify({
      files: [
        ['site.yaml', 'title: T\nurl: https://example.org//[/\n'],
        ['content/posts/a.md', '---\ntitle: A\ndate: 2024-01-01\n---\nx\n'],
      ],
      links: [],
      out: 'dist',
    }),
  ],
  ['a name of accents alone, too long for a file', 'file name', `//${'\u0301'.repeat(300)}a`],
]

describe('Found by chance, and answered since:', () => {
  it.each(found)('%s', async (_name, target, input) => {
    expect(await targets[target](input, await siteFolder())).toEqual([])
  })

  it.each([
    ['closing brackets', ']', ''],
    ['underlines', '=\n', ''],
    ['headings that are underlined', 'a\n---\n', ''],
    ['emphasis within emphasis', '*a ', 'b* '],
    ['emphasis of two kinds', '*a **b ', 'c** d*'],
    ['emphasis that is never closed', '*a**b', ''],
    ['deletions within deletions', '~~a ', 'b~~ '],
    ['brackets within brackets', '[', ']'],
    ['images within images', '![', ']'],
    ['references of footnotes behind exclamation marks', '![^a] ', ''],
  ])('the time that %s take does not grow with their square', (_name, one, other) => {
    const times = 100_000 / one.length
    expect(render(one.repeat(times) + other.repeat(times)).sections.length).toBeGreaterThan(0)
  })
})
