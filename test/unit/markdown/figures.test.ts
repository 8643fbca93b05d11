import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rendered } from '../../../src/markdown/rendered.js'
import { withHoles } from '../../readable.js'
import { annotationsOf, findings, idsIn, post, rendererOf } from './rendered-post.js'

/** What stands in the first caption of a body. */
function caption(body: string): string | undefined {
  return /<figcaption>([\s\S]*?)<\/figcaption>/.exec(post(body).html)?.[1]
}

/** Pieces of Markdown that a line may be made of, without the quotation mark that ends a title. */
const pieces = fc
  .array(
    fc.constantFrom(
      ...[
        'words ',
        '*em* ',
        '**strong** ',
        '`code` ',
        '$x_1$ ',
        '$\\nosuch$ ',
        '[link](b.md) ',
        '<b>raw</b> ',
      ],
      ...[
        '&amp; ',
        '\\$5 ',
        '\\* ',
        '* ',
        '$5 and $6 ',
        "'quoted' ",
        '-- ',
        '\\ref{none} ',
        '~~gone~~ ',
        '_',
      ],
      ...[
        'https://example.org/ ',
        '](',
        '![',
        '{#a} ',
        '> ',
        '# ',
        '$$y$$ ',
        '\\nosuch ',
        '漢字',
        '&nosuch; ',
      ],
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => `A ${parts.join('')}z`)

describe('A caption', () => {
  it('in a title is read as a paragraph is, with its findings where they stand', () => {
    const render = rendererOf()
    const before = '![An image](a.png "'
    fc.assert(
      fc.property(pieces, (text) => {
        const inTitle = render(`${before}${text}")`)
        const inParagraph = render(text)
        const words = /<figcaption>([\s\S]*)<\/figcaption>/.exec(inTitle.html)?.[1]
        // The image has the first hole.
        const counted = inParagraph.html.replace(/\uFDD0(\d+)/g, (_, index) => `\uFDD0${Number(index) + 1}`)
        expect(`<p>${words}</p>`).toBe(counted)
        const moved = inParagraph.diagnostics.map(({ column = 0, endColumn, ...rest }) => ({
          ...rest,
          column: column + before.length,
          ...(endColumn !== undefined && { endColumn: endColumn + before.length }),
        }))
        expect(inTitle.diagnostics).toEqual(moved)
      }),
      { numRuns: 400 },
    )
  })

  it.each([
    ['double quotes', '![a](b.png "The \\"best\\" $x$")'],
    ['single quotes', '![a](b.png \'The "best" $x$\')'],
    ['parentheses', '![a](b.png (The "best" $x$))'],
    ['a definition', '![a][b]\n\n[b]: b.png "The \\"best\\" $x$"'],
    ['a definition below another', '![a][b]\n\n[b]: b.png "The \\"best\\" $x$"\n[b]: c.png "Not this"'],
    ['italics', '![a](b.png)\n*The "best" $x$*'],
    ['italics in the next paragraph', '![a](b.png)\n\n_The "best" $x$_'],
    ['a labelled image', '![The "best" $x$](b.png){#fig:a}'],
  ])('may stand in %s', (_name, body) => {
    const { html } = post(body)
    expect(html).toContain('The “best” <span class="katex">')
    expect(annotationsOf(html)).toEqual(['x'])
    expect(html).not.toContain('title=')
  })

  it('keeps backslashes of TeX that a title would lose', () => {
    expect(annotationsOf(post('![a](b.png "$\\{x\\} \\, y$")').html)).toEqual(['\\{x\\} \\, y'])
  })

  it('refers to definitions and notes of the body', () => {
    const body = '![a](b.png "See [the paper][p][^n]")\n\n[p]: https://example.com/\n\n[^n]: Note.'
    expect(caption(body)).toMatch(/^See <a href="https:\/\/example.com\/" rel="external">the paper<\/a><sup>/)
    expect(caption('![a](b.png "See [the paper][p]")')).toBe('See [the paper][p]')
  })

  it('that no paragraph can be made of is shown as it is', () => {
    expect(caption('> ![a](b.png "One\n===\ntwo")')).toContain('One')
  })

  it('is read in linear time, however much stands where its label may', () => {
    for (const run of [
      '{#'.repeat(20_000),
      `{#${'a'.repeat(40_000)}`,
      '{"'.repeat(20_000),
      "{#a'".repeat(9_000),
    ]) {
      expect(post(`![a](b.png)${run}\n`).diagnostics).toEqual([])
      expect(post(`![a](b.png)\n*c* ${run}\n`).diagnostics).toEqual([])
      expect(post(`|a|\n|-|\n|b|\n\n: c ${run}\n`).diagnostics).toEqual([])
    }
    const many = '![a](b.png "A *title*")\n\n'.repeat(1500)
    expect(post(many).html.match(/<figcaption>A <em>title<\/em><\/figcaption>/g)).toHaveLength(1500)
  })
})

it.each([
  '![a](b.png "Words <table> <a href=x>link</a>")',
  '|a|\n|-|\n\n: Words <table><a href=x>link</a>',
  '> [!theorem] Words <table><a href=x>link</a>',
  '![a](b.png)\n*Words <div><a href=x>link</a>* {#fig:a}',
])('HTML that is never closed loses no words of %j', (body) => {
  const text = post(body).html.replace(/<[^>]*>/g, '')
  expect(text).toMatch(/Words/)
  expect(text).toMatch(/link/)
})

/** The HTML of a body, its images as their elements. */
const shown = ({ html, holes }: Rendered) => withHoles(html, holes)

describe('A figure', () => {
  it('says once what an image is called: by its caption, or of a link by its alternative text', () => {
    const alt = (body: string) => /alt="([^"]*)"/.exec(shown(post(body)))?.[1]
    expect(alt('![Words](a.png){#fig:a}')).toBe('')
    expect(alt('![Words](a.png){#fig:a fig-alt="What it shows"}')).toBe('What it shows')
    expect(alt('![Words](a.png)\n*A caption* {#fig:a}')).toBe('Words')
    expect(alt('[![Words](a.png)](b.png){#fig:a}')).toBe('Words')
  })

  it('is numbered if it has a label, in order through lists, quotes and rows', () => {
    const body = [
      '![a](a.png "A")',
      '- ![b](b.png){#fig:b}',
      '> ![c](c.png "C"){#fig-c}',
      '![d](d.png){#fig:d} ![e](e.png){#fig:e}\n*All* {#fig:f}',
      '![g](g.png){#fig:g}',
    ]
    const { labels, diagnostics } = post(body.join('\n\n'))
    expect(diagnostics).toEqual([])
    expect(Object.fromEntries(Object.entries(labels).map(([key, { name }]) => [key, name]))).toEqual({
      'fig:b': 'Figure 1',
      'fig-c': 'Figure 2',
      'fig:f': 'Figure 3',
      'fig:d': 'Figure 3a',
      'fig:e': 'Figure 3b',
      'fig:g': 'Figure 4',
    })
  })

  it('has one label: that of its line, and the image keeps an id of its own', () => {
    const rendered = post('![a](a.png){#fig:a}\n*Words* {#fig:b}')
    expect(shown(rendered)).toMatch(/^<figure id="fig:b">.* id="fig:a"/)
    expect(Object.keys(rendered.labels)).toEqual(['fig:b'])
  })

  it('does not take the paragraph below for its caption where it has one', () => {
    expect(post('![a](a.png "A title")\n\n*Words*').html).toContain('<p><em>Words</em></p>')
    expect(post('![a](a.png "A") ![b](b.png)\n\n*Words*').html).toContain('<p><em>Words</em></p>')
    expect(post('![a](a.png "A") ![b](b.png)\n\n*Words* {#fig:c}').html).not.toContain('<p>')
  })

  it('beside raw HTML has a label that is not reported as an id given twice', () => {
    const found = post('<b>raw</b>\n\n![a](a.png){#fig:a}\n\n|a|\n|-|\n\n: T {#tab:a}')
    expect(found.diagnostics).toEqual([])
    expect(idsIn(found.html)).toEqual(['fig:a', 'tab:a'])
  })

  it('with an id that something else has is reported where it stands', () => {
    expect(findings(post('## A {#plot}\n\n![a](a.png "A"){#plot}'))).toEqual([
      'id-is-unique 3:1 The id "plot" is taken: a link to it leads elsewhere.',
    ])
  })

  it('loads a style sheet of its own only in rows, and a table only with a caption', () => {
    const used = (body: string) => post(body).uses.features
    expect(used('![a](a.png "A")\n\n|a|\n|-|')).toEqual([])
    expect(used('![a](a.png "A") ![b](b.png)')).toEqual(['figures'])
    expect(used('|a|\n|-|\n\n: A')).toEqual(['figures'])
  })
})

describe('A table', () => {
  it('has the caption before it, else the one after it', () => {
    const table = '|a|\n|-|'
    const captions = (body: string) =>
      [...post(body).html.matchAll(/<figcaption>(.*?)<\/figcaption>/g)].map(([, words]) => words)
    expect(captions(`: A\n\n${table}\n\n: B\n\n${table}`)).toEqual(['A', 'B'])
    expect(captions(`${table}\n\n: A\n\n${table}\n\n: B`)).toEqual(['A', 'B'])
    expect(captions(`${table}\n\nwords\n\n: A`)).toEqual([])
  })

  it('without a caption is called by a number that no other has', () => {
    const { html } = post('|a|\n|-|\n\n|b|\n|-|\n\n: B {#tab:b}\n\n|c|\n|-|')
    expect(html.match(/(?<=aria-label=")[^"]*/g)).toEqual(['Table 2', 'Table 1: B', 'Table 3'])
  })

  it('keeps the attributes of its caption that are no label', () => {
    expect(caption('|a|\n|-|\n\n: A {#tbl-a tbl-colwidths="[50,50]"}')).toBe(
      '<strong>Table 1</strong>: A {tbl-colwidths="[50,50]"}',
    )
  })
})
