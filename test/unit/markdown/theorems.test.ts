import { describe, expect, it } from 'vitest'
import { theoremKinds } from '../../../src/markdown/theorems.js'
import { annotationsOf, findings, idsIn, post, rendererOf } from './rendered-post.js'

/** The HTML of a body without line endings between elements. */
function html(body: string, yaml = ''): string {
  return post(body, yaml).html.replace(/(?<=>)\n+(?=<)/g, '')
}

const names: readonly (readonly [string, string])[] = [
  ['theorem', 'Theorem 1'],
  ['lemma', 'Lemma 1'],
  ['proposition', 'Proposition 1'],
  ['corollary', 'Corollary 1'],
  ['definition', 'Definition 1'],
  ['example', 'Example 1'],
  ['remark', 'Remark 1'],
]

describe('a theorem', () => {
  it.each(names)('of kind %s is called %s', (kind, name) => {
    expect(html(`> [!${kind}]\n> Words.`)).toBe(
      `<div class="theorem theorem-${kind}"><p><span class="theorem-head"><strong>${name}</strong>.</span> Words.</p></div>`,
    )
  })

  it('has every kind that is known', () => {
    expect([...names.map(([kind]) => kind), 'proof']).toEqual(Object.keys(theoremKinds))
  })

  it('may be spelt with capitals', () => {
    expect(html('> [!THEOREM]\n> Words.')).toContain('class="theorem theorem-theorem"')
  })

  it('has a title, with emphasis and code, in parentheses', () => {
    expect(html('> [!theorem] Bayes’ *rule* of `a`\n> Words.')).toContain(
      '<strong>Theorem 1</strong> (Bayes’ <em>rule</em> of <code>a</code>).</span> Words.',
    )
  })

  it('is read in linear time, however much stands where its label may', () => {
    for (const run of [' '.repeat(40_000), '{#'.repeat(20_000), `{#${'a'.repeat(40_000)}`])
      expect(post(`> [!theorem] a${run}b\n> Words.`).diagnostics).toEqual([])
  })

  it('has a title with formulas', () => {
    const body = '> [!theorem] The $p$-test for $q$ {#thm:p}\n> Words.'
    expect(annotationsOf(post(body).html)).toEqual(['p', 'q'])
    expect(post(body).html).toMatch(
      /<strong>Theorem 1<\/strong> \(The <span class="katex">.*<\/span>\)\.<\/span> Words\./s,
    )
    expect(idsIn(post(body).html)).toEqual(['thm:p'])
  })

  it('has a label, with a title or without', () => {
    for (const head of ['[!theorem] Bayes {#thm:b_y}', '[!theorem] {#thm:b_y}', '[!theorem]{#thm:b_y}']) {
      const found = post(`> ${head}\n> Words.\n\n\\ref{thm:b_y} \\autoref{thm:b_y} [](#thm:b_y)`)
      expect(found.diagnostics).toEqual([])
      expect(idsIn(found.html)).toEqual(['thm:b_y'])
      expect(found.labels).toEqual({ 'thm:b_y': { id: 'thm:b_y', number: '1', name: 'Theorem 1' } })
      expect(found.html.match(/(?<=class="reference">)[^<]*/g)).toEqual(['1', 'Theorem 1', 'Theorem 1'])
    }
  })

  it.each([
    ['on the next line', '> [!lemma]\n> Words.', '</span> Words.</p>'],
    ['after an empty line', '> [!lemma]\n>\n> Words.', '</span> Words.</p>'],
    ['after a hard break', '> [!lemma]\\\n> Words.', '</span> Words.</p>'],
    ['with emphasis', '> [!lemma]\n> *Words.*', '</span> <em>Words.</em></p>'],
    ['and a second paragraph', '> [!lemma]\n> Words.\n>\n> More.', '</span> Words.</p><p>More.</p>'],
    ['with a list', '> [!lemma]\n> - a', '</span></p><ul><li>a</li></ul>'],
    ['with code', '> [!lemma]\n> ```\n> a\n> ```', '</span></p><pre'],
    ['with a quote', '> [!lemma]\n> > a', '</span></p><blockquote><p>a</p></blockquote>'],
    ['with nothing', '> [!lemma]', '</span></p></div>'],
  ])('begins %s', (_name, body, expected) => {
    expect(html(body)).toContain(`<strong>Lemma 1</strong>.${expected}`)
  })

  it.each(['> [!lemma]\n> $$x$$', '> [!lemma]\n>\n> $$\n> x\n> $$'])(
    'may begin with a display: %j',
    (body) => {
      const found = post(body)
      expect(annotationsOf(found.html)).toEqual(['x'])
      expect(found.html).toContain('<strong>Lemma 1</strong>.</span>')
    },
  )

  it('may stand in a list and in another theorem, each numbered where it begins', () => {
    const found = post('- > [!lemma] {#a}\n  > x\n  >\n  > > [!lemma] {#b}\n  > > y\n\n> [!lemma] {#c}\n> z')
    expect(Object.values(found.labels).map(({ number }) => number)).toEqual(['1', '2', '3'])
    expect(found.html.match(/class="theorem /g)).toHaveLength(3)
  })

  it('is numbered by post', () => {
    const render = rendererOf()
    const body = '> [!lemma] {#a}\n> x'
    expect(render(body).labels.a?.number).toBe('1')
    expect(render(body).labels.a?.number).toBe('1')
  })

  it('keeps the label of the first where two have one', () => {
    const found = post('> [!lemma] {#a}\n> x\n\n> [!theorem] {#a}\n> y\n\n$$z \\label{a}$$\n\n\\autoref{a}')
    expect(findings(found)).toEqual([
      'label-is-unique 4:1 The label "a" is given twice.',
      'label-is-unique 7:5 The label "a" is given twice.',
    ])
    expect(idsIn(found.html)).toEqual(['a'])
    expect(found.html).toContain('<a href="#a" class="reference">Lemma 1</a>')
  })

  it('may have any name as its label', () => {
    const found = post('> [!lemma] {#a"<\'&b}\n> x\n\n[](<#a"<\'&b>)')
    expect(found.diagnostics).toEqual([])
    expect(idsIn(found.html)).toEqual(['a"<\'&b'])
  })

  it('may refer to others in its title and at its beginning, reported at their place', () => {
    const found = post('> [!lemma] After \\ref{nix}\n> See \\ref{nix}.')
    expect(findings(found)).toEqual([
      'reference-resolves 1:18 Nothing in this post is labelled "nix".',
      'reference-resolves 2:7 Nothing in this post is labelled "nix".',
    ])
  })
})

describe('a proof', () => {
  it.each([
    ['a paragraph', '> [!proof]\n> Words.', 'Words. <span class="qed">∎</span></p></div>'],
    ['a paragraph of its own', '> [!proof]\n> a\n>\n> b', '<p>b <span class="qed">∎</span></p></div>'],
    ['a list', '> [!proof]\n> - a', '</ul><p class="qed-line"><span class="qed">∎</span></p></div>'],
    [
      'code',
      '> [!proof]\n> ```\n> a\n> ```',
      '</pre><p class="qed-line"><span class="qed">∎</span></p></div>',
    ],
    ['a display', '> [!proof]\n> a\n>\n> $$x$$', '<p class="qed-line"><span class="qed">∎</span></p></div>'],
    [
      'a definition of a link',
      '> [!proof]\n> [a]\n>\n> [a]: https://example.org/',
      '</a> <span class="qed">∎</span></p></div>',
    ],
    ['nothing', '> [!proof]', '</span> <span class="qed">∎</span></p></div>'],
  ])('ends in ∎ after %s', (_name, body, expected) => {
    expect(html(body)).toMatch(new RegExp(`${expected.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`))
  })

  it('has no number, and is called by its name', () => {
    const found = post('> [!proof] of it {#p}\n> x\n\n\\ref{p} [](#p)')
    expect(found.html).toContain('<strong>Proof</strong> (of it).</span>')
    expect(found.html.match(/(?<=class="reference">)[^<]*/g)).toEqual(['Proof', 'Proof'])
  })
})

describe('the kinds of a site', () => {
  it('may share a counter', () => {
    const yaml =
      'theorems: { lemma: { counter: theorem }, conjecture: { title: Vermutung, counter: theorem } }'
    const body =
      '> [!theorem] {#a}\n> x\n\n> [!lemma] {#b}\n> x\n\n> [!conjecture] {#c}\n> x\n\n> [!remark] {#d}\n> x'
    expect(Object.values(post(body, yaml).labels).map(({ name }) => name)).toEqual([
      'Theorem 1',
      'Lemma 2',
      'Vermutung 3',
      'Remark 1',
    ])
  })

  it('may have another title, or no number', () => {
    const yaml = 'theorems: { theorem: { title: Satz }, remark: { counter: null } }'
    const body = '> [!theorem] {#a}\n> x\n\n> [!remark] {#b}\n> x'
    expect(Object.values(post(body, yaml).labels).map(({ name }) => name)).toEqual(['Satz 1', 'Remark'])
  })

  it.each(['conjecture', 'tostring', 'constructor', 'theorems', ''])('leave [!%s] as typed', (kind) => {
    expect(html(`> [!${kind}] A title\n> Words.`)).toBe(
      `<blockquote><p>[!${kind}] A title\nWords.</p></blockquote>`,
    )
  })

  it('leave what only looks like one as typed', () => {
    expect(html('[!theorem] x')).toBe('<p>[!theorem] x</p>')
    expect(html('> x [!theorem]')).toBe('<blockquote><p>x [!theorem]</p></blockquote>')
    expect(html('> # [!theorem]')).toContain('<blockquote>')
    expect(html('> `[!theorem]`')).toBe('<blockquote><p><code>[!theorem]</code></p></blockquote>')
  })
})

it('A theorem that raw HTML breaks into is shown', () => {
  expect(post('> [!proof]<table>').html).toContain('Proof')
})
