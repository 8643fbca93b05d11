import fc from 'fast-check'
import type { Root } from 'hast'
import { fromParse5 } from 'hast-util-from-parse5'
import { toString as textOf } from 'hast-util-to-string'
import { parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { diffLines, sidesOf } from '../../../src/markdown/diff-lines.js'
import { articleIn, filledBody, siteOf } from '../../in-memory-site.js'
import { findings, post, rendererOf } from './rendered-post.js'

const render = rendererOf()

/** Gives the text of the first code block as a reader without style sheet has it. */
function shownCode(html: string): string | undefined {
  const code = /<pre[^>]*><code[^>]*>([\s\S]*?)<\/code><\/pre>/.exec(html)?.[1]
  return code === undefined ? undefined : textOf(fromParse5(parseFragment(`<i>${code}</i>`)) as Root)
}

const line = fc.oneof(
  fc.constantFrom(
    '"""',
    '/*',
    '*/',
    '`${',
    '}`',
    '$ ls',
    '>>> f(1)',
    '... x',
    '+ a',
    '- b',
    ' c',
    '@@ -1 +1 @@',
    '',
    'def f(x):',
    '<b>&amp;',
  ),
  fc.string({ unit: 'grapheme-ascii' }).map((text) => text.replace(/[\n\r]/g, '')),
)
const language = fc.constantFrom('python', 'js', 'bash', 'r', 'html', 'markdown', 'text', 'nolanguage')
const attributes = fc.constantFrom(
  '',
  '{1,3-4}',
  '/f/',
  '/"/',
  'numberLines',
  'numberLines {2} /x/',
  'title="a"',
  'fold',
  '{#lst:a}',
)

describe('The text of a code block', () => {
  it('is all there, whatever is done with its lines', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), language, attributes, (lines, name, attribute) => {
        const code = lines.join('\n')
        fc.pre(code.trim() !== '')
        const { html } = render(`~~~~~~~ ${name} ${attribute}\n${code}\n~~~~~~~`)
        // As highlight.js has it, too.
        expect(shownCode(html)).toBe(`${code}\n`)
      }),
    )
  })

  it('of a diff is all there but the signs of lines that have none', () => {
    const diff = fc.tuple(fc.constantFrom('+', '-', ' '), line).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(diff, { minLength: 1 }), language, (lines, name) => {
        const code = lines.join('\n')
        fc.pre(name !== 'nolanguage' && code.trim() !== '')
        const { html } = render(`~~~~~~~ diff ${name}\n${code}\n~~~~~~~`)
        expect(shownCode(html)).toBe(`${code}\n`)
      }),
    )
  })
})

describe('A diff', () => {
  it('is what was and what is', () => {
    const lines = diffLines('--- a\n+++ b\n@@ -1,3 +1,3 @@\n x\n-- old\n++ new\n\n')
    expect(lines.map(({ sign }) => sign)).toEqual(['other', 'other', 'other', ' ', '-', '+', ' '])
    expect(sidesOf(lines)).toEqual({ before: 'x\n- old\n\n', after: 'x\n+ new\n\n' })
  })

  it('keeps the indentation of lines without a sign where people leave the space out', () => {
    expect(diffLines('def f():\n-    old\n+    new\n    same')).toMatchObject([
      { sign: ' ', text: 'def f():' },
      { sign: '-', text: '    old' },
      { sign: '+', text: '    new' },
      { sign: ' ', text: '    same' },
    ])
  })
})

describe('A listing', () => {
  it('is referred to from its own post and from others', () => {
    const site = siteOf({
      'content/posts/a.md': '```python {#lst:sgd caption="Descent"}\nx\n```\n\nSee \\ref{lst:sgd}.',
      'content/posts/b.md': 'As [](a.md#lst:sgd) and \\autoref{a.md#lst:sgd} say.',
    })
    const { html, diagnostics } = filledBody(site, articleIn(site, 'content/posts/b.md'))
    expect(diagnostics).toEqual([])
    expect(html).toContain('<a href="/posts/a/#lst:sgd" class="reference">Listing 1 in “a”</a>')
    expect(articleIn(site, 'content/posts/a.md').outline.labels).toEqual({
      'lst:sgd': { id: 'lst:sgd', number: '1', name: 'Listing 1' },
    })
  })

  it('says where in its caption a formula is wrong', () => {
    const text = 'Before.\n\n> ```js title="x" caption="A *formula* $\\nosuch$"\n> x\n> ```'
    expect(findings(post(text))).toEqual([expect.stringMatching(/^math-renders 3:41 .*\\nosuch/)])
  })

  it('is searched with its title and its caption, and its caption is no excerpt', () => {
    const { sections, excerpt } = post(
      '```js title="a.js" numberLines caption="On *this*"\nx\n```\n\nThe first words.',
    )
    expect(sections).toEqual([{ heading: null, blocks: ['On this', 'a.js', 'x', 'The first words.'] }])
    expect(excerpt).toBe('The first words.')
  })

  it('makes its page load the sheets that it needs, and no other page', () => {
    const features = (text: string) => post(text).uses.features
    expect(features('No block, but `code`.')).toEqual([])
    expect(features('```js\nx\n```')).toEqual(['code'])
    expect(features('    indented')).toEqual(['code'])
    expect(features('```js {1}\nx\n```')).toEqual(['code', 'listings'])
  })
})
