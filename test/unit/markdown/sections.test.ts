import { describe, expect, it } from 'vitest'
import { asideEnd, asideStart } from '../../../src/markdown/rendered.js'
import { post } from './rendered-post.js'

/** The sections of a body, as `id: heading` and lines; asides between square brackets. */
function sections(text: string, yaml = ''): readonly string[] {
  return post(text, yaml).sections.flatMap(({ heading, blocks }) => [
    ...(heading ? [`${heading.id}: ${heading.text}`] : []),
    ...blocks.map((block) => block.replaceAll(asideStart, '[').replaceAll(asideEnd, ']')),
  ])
}

describe('The sections of a body', () => {
  it('are what stands before the first heading, and what stands under each', () => {
    expect(sections('Before.\n\n## One\n\nFirst.\n\nSecond.\n\n### Two {#zwei}\n\n- a\n- b\n')).toEqual([
      'Before.',
      'one: One',
      'First.',
      'Second.',
      'zwei: Two',
      'a',
      'b',
    ])
  })

  it('hold terms, what they mean, and marked words as they are read', () => {
    expect(sections('Term\n: Its ==meaning==.\n\nH~2~O and x^2^: ++Ctrl+C++.\n\n*[Term]: a word\n')).toEqual([
      'Term',
      'Its meaning.',
      'H2O and x2: Ctrl+C.',
    ])
  })

  it('are none of an empty body', () => {
    expect(sections('')).toEqual([])
  })

  it('hold each formula as plain text, and what its TeX has beside that as an aside', () => {
    expect(sections('We have $\\sum_{i=1}^n w_i$, and $x$.')).toEqual([
      'We have ∑ᵢ₌₁ⁿ wᵢ[ \\sum w_i], and x.',
    ])
    expect(sections('$\\operatorname{softmax}(x)$')).toEqual(['softmax(x)[ \\operatorname]'])
    expect(sections('$\\R^n$', "math: { macros: { '\\R': '\\mathbb{R}' } }")).toEqual(['ℝⁿ[ \\R]'])
    expect(sections('$x_1$', 'math: { output: mathml }')).toEqual(['x₁[ x_1]'])
  })

  it('hold captions and the titles of callouts', () => {
    const body =
      '![A curve](c.svg "Of $x_1$"){#fig:c}\n\n|a|\n|-|\n|b|\n\n: Cells\n\n> [!TIP]- Fold\n> Words.'
    expect(sections(body)).toEqual([
      'A curve',
      'Figure 1: Of x₁[ x_1]',
      'Cells',
      'a',
      'b',
      'Tip: Fold',
      'Words.',
    ])
  })

  it('hold formulas that are written as HTML or rejected', () => {
    expect(sections('<span class="math-inline">\\frac{a}{b}</span>')).toEqual(['a/b[ \\frac]'])
    expect(sections('$\\nope$')).toEqual(['\\nope'])
  })

  it('have a display in the sentence that it belongs to', () => {
    expect(sections('The sum\n\n$$\na + b\n$$\n\nis large.')).toEqual(['The sum a+b', 'is large.'])
    expect(sections('A sentence.\n\n$$a$$\n')).toEqual(['A sentence.', 'a'])
  })

  it('have the TeX of a heading below it', () => {
    expect(sections('## The $\\max$\n\nText.')).toEqual(['the-max: The max', '[ \\max]', 'Text.'])
  })

  it('hold code, cells, alternative texts and footnotes, but no scripts, styles or marks', () => {
    const text = [
      'Text[^1] ![a curve](/c.svg)<script>no()</script><style>p {}</style>',
      '```js\nconst a = 1\n```',
      '| x | y |\n|---|---|\n| one | two |',
      '[^1]: A note.',
    ].join('\n\n')
    expect(sections(text)).toEqual([
      'Text a curve',
      'const a = 1',
      'x y',
      'one two',
      'footnote-label: Footnotes',
      'A note.',
    ])
  })

  it('take nothing that an author wrote for an aside', () => {
    expect(sections('In \u2E28brackets\u2E29.')).toEqual(['In ((brackets)).'])
  })

  it('leave out what only other posts can tell', () => {
    expect(sections('By [](other.md#eq:a) it holds.')).toEqual(['By it holds.'])
  })
})
