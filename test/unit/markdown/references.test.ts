import { describe, expect, it } from 'vitest'
import { referenceWords } from '../../../src/markdown/rendered.js'
import { articleIn, filledBody, siteOf } from '../../in-memory-site.js'
import { findings, post } from './rendered-post.js'

const equation = '$$x \\label{eq:a}$$'

/** The last paragraph of a post that has equation 1, called eq:a. */
function last(text: string, yaml = ''): string {
  const { html } = post(`${equation}\n\n${text}`, yaml)
  return html.slice(html.lastIndexOf('<p>'))
}

describe('a reference in prose', () => {
  it.each([
    ['\\ref{eq:a}', '<a href="#eq:a" class="reference">1</a>'],
    ['\\eqref{eq:a}', '<a href="#eq:a" class="reference">(1)</a>'],
    ['\\autoref{eq:a}', '<a href="#eq:a" class="reference">(1)</a>'],
    ['\\cref{ eq:a }', '<a href="#eq:a" class="reference">(1)</a>'],
    ['[](#eq:a)', '<a href="#eq:a" class="reference">(1)</a>'],
    ['eq.~\\ref{eq:a}', 'eq.\u00A0<a href="#eq:a" class="reference">1</a>'],
    ['*by \\ref{eq:a}*', '<em>by <a href="#eq:a" class="reference">1</a></em>'],
    [
      '\\ref{eq:a}\\ref{eq:a}',
      '<a href="#eq:a" class="reference">1</a><a href="#eq:a" class="reference">1</a>',
    ],
  ])('is a link with what it says: %s', (text, html) => {
    expect(last(text)).toBe(`<p>${html}</p>`)
  })

  it('may stand in any prose: headings, lists, tables, notes', () => {
    const { html, diagnostics, headings } = post(
      `# About \\ref{eq:a}\n\n- \\ref{eq:a}\n\n| \\ref{eq:a} |\n| --- |\n| x |\n\n[^1]\n\n[^1]: \\ref{eq:a}\n\n${equation}`,
    )
    expect(diagnostics).toEqual([])
    expect(html.match(/class="reference"/g)).toHaveLength(4)
    expect(headings[0]?.text).toBe('About 1')
  })

  it('is text in code, of Markdown and of HTML', () => {
    const typed = '\\ref{eq:a}'
    expect(last(`\`${typed}\``)).toBe(`<p><code>${typed}</code></p>`)
    expect(post(`    ${typed}`).html).toContain(`<code>${typed}`)
    expect(post(`\`\`\`\n${typed}\n\`\`\``).html).toContain(typed)
    for (const tag of ['code', 'kbd', 'samp'])
      expect(last(`<${tag}>${typed}</${tag}>`).replace(/<\/?span>/g, '')).toBe(
        `<p><${tag}>${typed}</${tag}></p>`,
      )
    expect(post(`<pre>${typed}</pre>`).html).toContain(`>${typed}</pre>`)
    expect(post(`${equation}\n\n<pre>${typed}</pre>`).diagnostics).toEqual([])
  })

  it('is text with a backslash before it', () => {
    expect(last('\\\\ref{eq:a} and \\ref{eq:a}')).toBe(
      '<p>\\ref{eq:a} and <a href="#eq:a" class="reference">1</a></p>',
    )
  })

  it('is words within a link, which can hold no other', () => {
    expect(last('[see *\\ref{eq:a}*](https://example.org/)')).toBe(
      '<p><a href="https://example.org/" rel="external">see <em><span class="reference">1</span></em></a></p>',
    )
    expect(last('[see \\eqref{other#eq:a}](https://example.org/)')).toContain('\\eqref{other#eq:a}')
  })

  it('is one beside raw HTML, too', () => {
    expect(last('<b>see</b> \\ref{eq:a}')).toBe('<p><b>see</b> <a href="#eq:a" class="reference">1</a></p>')
  })

  it('may name what stands further down', () => {
    expect(post(`\\eqref{eq:a}\n\n${equation}`).html).toContain('<a href="#eq:a" class="reference">(1)</a>')
  })

  it('keeps a name from being punctuated', () => {
    const found = post('$$x \\label{eq:a--b...}$$\n\n\\ref{eq:a--b...} [](#eq:a--b...)')
    expect(found.diagnostics).toEqual([])
  })

  it('may have spaces in its name', () => {
    const found = post('$$x \\label{eq: a b}$$\n\n\\ref{eq: a b} \\ref{eq:  a b} [](#eq:%20a%20b)')
    expect(found.diagnostics).toEqual([])
    expect(found.html.match(/href="#eq:-a-b"/g)).toHaveLength(3)
  })

  it('names a heading by its words', () => {
    const found = post(
      '# The *first* part {#sec:one}\n\n\\ref{sec:one} [](#sec:one) [](#the-second)\n\n# The second',
    )
    expect(found.diagnostics).toEqual([])
    expect(found.html.match(/(?<=class="reference">)[^<]*/g)).toEqual([
      'The first part',
      'The first part',
      'The second',
    ])
  })
})

describe('a reference that leads nowhere', () => {
  it('stays as typed, marked, and is reported at its place', () => {
    const found = post(`${equation}\n\n> text \\eqref{eq:b} \\ref{eq:b}\n> and [](#zeta)`)
    expect(found.html).toContain('text <span class="math-error">\\eqref{eq:b}</span>')
    expect(found.html).toContain('<span class="math-error">#zeta</span>')
    expect(findings(found)).toEqual([
      'reference-resolves 3:8 Nothing in this post is labelled "eq:b".',
      'reference-resolves 3:21 Nothing in this post is labelled "eq:b".',
      'reference-resolves 4:7 Nothing in this post is labelled "zeta".',
    ])
    expect(found.diagnostics[0]?.hint).toBe('Did you mean "eq:a"?')
  })

  it('says so if the label is there and has no number', () => {
    const found = post('$$x \\nonumber \\label{eq:n}$$\n\n\\ref{eq:n}')
    expect(findings(found)).toEqual([
      'reference-resolves 3:1 The label "eq:n" stands at a formula that has no number.',
    ])
    expect(found.html).toContain('<span class="math-error">\\ref{eq:n}</span>')
  })

  it.each(['\\ref', '\\ref{}', '\\ref{ }', '\\ref{a', '\\ref{a\nb}', '\\reff{a}', '\\ref {a}'])(
    'is none if it is not one: %j',
    (text) => {
      const found = post(text)
      expect(found.diagnostics).toEqual([])
      expect(found.html).toBe(`<p>${text}</p>`)
    },
  )
})

describe('a link without words', () => {
  it('is left alone if it leads to another site, to no part, or comes from HTML', () => {
    expect(last('[](https://example.org/#a)')).toBe(
      '<p><a href="https://example.org/#a" rel="external"></a></p>',
    )
    expect(last('<a href="#eq:a"></a>')).toBe('<p><a href="#eq:a"></a></p>')
    expect(last('[](#)')).toBe('<p><a href="#"></a></p>')
  })

  it('keeps its words if it has some', () => {
    expect(last('[here](#eq:a)')).toBe('<p><a href="#eq:a">here</a></p>')
  })
})

describe('a reference to another post', () => {
  const other = [
    '---',
    "title: 'The $\\alpha$ post'",
    '---',
    '$$x$$ {#eq:one}',
    '',
    '> [!theorem] {#thm}',
    '> y',
    '',
    '![z](data:,){#fig:z}',
    '',
    '| a |',
    '|---|',
    '',
    ': A {#tab:a}',
    '',
    '## A part',
  ].join('\n')

  function filled(text: string) {
    const files = { 'content/posts/other.md': other, 'content/posts/a.md': `---\ntitle: A\n---\n${text}` }
    const site = siteOf(files, 'theorems: { theorem: {} }')
    const { html, diagnostics } = filledBody(site, articleIn(site, 'content/posts/a.md'))
    return { html, found: diagnostics.map(({ rule, line, column }) => `${rule} ${line}:${column}`) }
  }

  it.each([
    ['[](other.md#eq:one)', '#eq:one', '(1)'],
    ['[](/posts/other/#eq:one)', '#eq:one', '(1)'],
    ['\\ref{other#eq:one}', '#eq:one', '1'],
    ['\\eqref{other#eq:one}', '#eq:one', '(1)'],
    ['\\eqref{other.md#eq:one}', '#eq:one', '(1)'],
    ['\\autoref{other#thm}', '#thm', 'Theorem 1'],
    ['\\ref{other#fig:z}', '#fig:z', '1'],
    ['[](other.md#fig:z)', '#fig:z', 'Figure 1'],
    ['[](other.md#tab:a)', '#tab:a', 'Table 1'],
    ['[](other.md#a-part)', '#a-part', 'A part'],
  ])('says its number and that post’s title: %s', (text, fragment, words) => {
    const { html, found } = filled(text)
    expect(found).toEqual([])
    expect(html).toMatch(new RegExp(`<a href="/posts/other/${fragment}" class="reference">`))
    expect(html.replace(/<[^>]*>/g, '')).toBe(`${words} in “The α post”`)
  })

  it('is reported if it leads nowhere, and keeps its text', () => {
    const missing = filled('Text \\eqref{other#eq:two}.')
    expect(missing.found).toEqual(['anchor-exists 4:6'])
    expect(missing.html).toContain('other#eq:two')
    const gone = filled('Text \\eqref{nowhere#eq:two}.')
    expect(gone.found).toEqual(['link-target-exists 4:6'])
    expect(gone.html).toContain('nowhere#eq:two')
  })
})

describe('referenceWords', () => {
  it('gives a number, a number in parentheses, or the name', () => {
    const theorem = { id: 't', number: '2', name: 'Theorem 2' }
    expect(referenceWords(theorem, 'ref')).toBe('2')
    expect(referenceWords(theorem, 'eqref')).toBe('(2)')
    expect(referenceWords(theorem, 'name')).toBe('Theorem 2')
  })

  it('calls what has no number by its name', () => {
    const proof = { id: 'p', number: '', name: 'Proof' }
    expect(referenceWords(proof, 'ref')).toBe('Proof')
    expect(referenceWords(proof, 'eqref')).toBe('Proof')
  })
})
