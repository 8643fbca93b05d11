import { describe, expect, it } from 'vitest'
import { mathLine, plainLine } from '../../../src/markdown/math/line.js'
import { maxNesting, tooNestedLine } from '../../../src/markdown/nesting.js'
import { english } from '../../../src/markdown/quotation.js'
import { configOf } from '../../in-memory.js'
import { post } from './rendered-post.js'

const options = {
  math: configOf('math: { macros: { R: "\\\\mathbb{R}" } }').math,
  smartPunctuation: true,
  quotation: english,
}

describe('Formulas where only text can stand', () => {
  it('are plain text in heading ids, the table of contents and alternative texts', () => {
    const { headings, holes } = post('## The $k$-way norm $\\ell_2$\n\n![An $\\alpha^2$ image](a.png)\n')
    expect(headings).toMatchObject([{ id: 'the-k-way-norm-l2', text: 'The k-way norm ℓ₂' }])
    expect(holes).toMatchObject([{ image: { attributes: { alt: 'An α² image' } } }])
  })

  it('are plain text in excerpts, and no words to read', () => {
    const { excerpt, words } = post('For $\\alpha^2$ we have $$x = 1$$ and so on.')
    expect(excerpt).toBe('For α² we have x = 1 and so on.')
    expect(words).toBe(6)
  })

  it('are typeset in a title, and plain in its text', () => {
    const { html, text, math, faults } = mathLine('On $\\R^n$ & "more"', options)
    expect(html).toMatch(/^On <span class="katex">.*<\/span> &amp; “more”$/s)
    expect([text, math, faults]).toEqual(['On ℝⁿ & “more”', true, []])
  })

  it('that KaTeX rejects are shown as their source in a title', () => {
    const { html, text, faults } = mathLine('On $\\aplha$', options)
    expect(html).toBe('On <code class="math-error">\\aplha</code>')
    expect([text, faults]).toEqual([
      'On \\aplha',
      [{ tex: '\\aplha', reason: expect.stringMatching(/aplha/) }],
    ])
  })

  it('are plain text in a description, and prices stay prices', () => {
    expect(plainLine('From $5 to $6, with $x_i$', options.math)).toBe('From $5 to $6, with xᵢ')
  })
})

describe('An excerpt', () => {
  const excerpt = (text: string) => post(text).excerpt

  it('is the first paragraph, or all text up to the mark that ends it', () => {
    const text = '## Part\n\nOne *a*, $x^2$.\n\n- two\n- three\n\n```\ncode\n```\n\n<!-- more -->\n\nRest.'
    expect(excerpt(text)).toBe('One a, x². two three')
    expect(excerpt(text.replace('<!-- more -->', ''))).toBe('One a, x².')
  })

  it('ends within a paragraph where its mark stands there, however it is written', () => {
    expect(excerpt('One. <!--more--> Two.')).toBe('One.')
    expect(excerpt('One. <!-- More --> Two.')).toBe('One.')
    expect(excerpt('One, two\n<!--more-->\nthree.')).toBe('One, two')
    expect(excerpt('<p>One.</p>\n<!--more-->\n<p>Two.</p>')).toBe('One.')
  })

  it('is as long as its author wants it, where it is marked', () => {
    const words = 'word '.repeat(100).trim()
    expect(excerpt(`${words}.\n\n<!-- more -->\n\nRest.`)).toBe(`${words}.`)
    expect(excerpt(`${words}.`)).toMatch(/^.{200,280}…$/)
  })

  it('is the first paragraph where nothing stands before the mark, or the mark is code', () => {
    expect(excerpt('<!-- more -->\n\nOne.\n\nTwo.')).toBe('One.')
    expect(excerpt('One.\n\nTwo `<!-- more -->`.')).toBe('One.')
    expect(excerpt('One.\n\n    <!-- more -->\n\nTwo.')).toBe('One.')
  })
})

describe('A text that is nested too deep', () => {
  const quotes = (depth: number) => '>'.repeat(depth)

  it('is told by its first line with more markers than are read', () => {
    expect(tooNestedLine(`a\n${quotes(maxNesting)} b`)).toBeNull()
    expect(tooNestedLine(`a\n${quotes(maxNesting + 1)} b`)).toBe(2)
    expect(tooNestedLine(`${'- '.repeat(maxNesting + 1)}b`)).toBe(1)
    expect(tooNestedLine(`${' '.repeat(2 * maxNesting)}- b`)).toBe(1)
    expect(tooNestedLine(`${' '.repeat(4 * maxNesting)}b`)).toBeNull()
  })

  it.each([`${quotes(10_000)} a`, `${'- '.repeat(10_000)}a`, '<div>'.repeat(10_000)])(
    'is shown whole, as typed, and is an error',
    (text) => {
      const { html, diagnostics } = post(text)
      expect(diagnostics.map(({ rule, severity }) => [rule, severity])).toEqual([
        ['nesting-is-bounded', 'error'],
      ])
      expect(html).toBe(`<pre tabindex="0"><code>${text.replaceAll('<', '&lt;')}</code></pre>`)
    },
  )
})

describe('A table', () => {
  it('with more cells in a row than columns is reported at the first cell that is left out', () => {
    const { diagnostics } = post('| a |\n|---|\n| $|x|$ |\n')
    expect(diagnostics.map(({ rule, line, column }) => [rule, line, column])).toContainEqual([
      'table-row-fits',
      3,
      4,
    ])
  })

  it('has cells without words as plain cells, and names header cells that are formulas', () => {
    const { html } = post('|  | $n$ |\n|---|--:|\n| a | 1 |\n')
    expect(html).toContain('<td></td>')
    expect(html).toMatch(/<th class="align-right" aria-label="n">/)
  })
})

describe('The excerpt of a body', () => {
  it('is what it says itself, not what a callout or a caption adds', () => {
    const body = '> [!NOTE]\n> Updated in May.\n\n![A](a.png "A caption")\n\nThe first words.'
    expect(post(body).excerpt).toBe('The first words.')
    expect(post('> [!WARNING]- Old\n> Words.\n').excerpt).toBe('')
  })
})

describe('A quote that begins with a kind of theorem', () => {
  it('that is misspelled stays a quote and is reported; GitHub’s kinds and other words are not', () => {
    const rules = (text: string) => post(text).diagnostics.map(({ rule, hint }) => [rule, hint])
    expect(rules('> [!lemmma] L\n> x')).toEqual([['callout-is-known', 'Did you mean "lemma"?']])
    expect(post('> [!lemmma] L\n> x').html).toContain('<blockquote>')
    expect(rules('> [!NOTE]\n> x')).toEqual([])
    expect(rules('> [!NOET]\n> x')).toEqual([['callout-is-known', 'Did you mean "note"?']])
    expect(rules('> [!whatever]\n> x')).toEqual([])
  })
})
