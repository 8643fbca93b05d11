import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calloutKinds } from '../../../src/markdown/callouts.js'
import { findings, idsIn, post } from './rendered-post.js'

/** The titles of a body's callouts, as HTML. */
function titles(body: string, yaml = ''): readonly (string | undefined)[] {
  return [...post(body, yaml).html.matchAll(/class="callout-title">(.*?)<\/(?:p|summary)>/g)].map(
    ([, title]) => title,
  )
}

describe('A callout', () => {
  it('is of one of GitHub’s five kinds, in letters of any size', () => {
    expect(Object.keys(calloutKinds)).toEqual(['note', 'tip', 'important', 'warning', 'caution'])
    for (const kind of Object.keys(calloutKinds)) {
      const name = kind.charAt(0).toUpperCase() + kind.slice(1)
      for (const typed of [kind, name, kind.toUpperCase()])
        expect(titles(`> [!${typed}]\n> Words.`)).toEqual([`<strong>${name}</strong>`])
    }
  })

  it('holds what a quote without its mark holds', () => {
    const part = fc.constantFrom(
      'words',
      '- item',
      '',
      '> quote',
      '```',
      '$$x$$',
      '# Heading',
      '    code',
      '---',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (lines) => {
        const quoted = ['', 'Words.', ...lines].map((line) => `> ${line}`).join('\n')
        const inQuote = /<blockquote>\n([\s\S]*)<\/blockquote>/.exec(post(quoted).html)?.[1]
        const { html } = post(`> [!TIP]\n${quoted}`)
        const inCallout = /<p class="callout-title">.*<\/p>\n([\s\S]*)<\/div>/.exec(html)?.[1]
        expect(inCallout).toBe(inQuote)
      }),
    )
  })

  it('has a title with references, reported at their place', () => {
    const found = post('> [!NOTE]- After \\ref{nix}\n> See \\ref{nix}.')
    expect(findings(found)).toEqual([
      'reference-resolves 1:18 Nothing in this post is labelled "nix".',
      'reference-resolves 2:7 Nothing in this post is labelled "nix".',
    ])
  })

  it('has a label that is linked to, called by its kind, and given once', () => {
    const found = post('<b>raw</b>\n\n> [!TIP] T {#a}\n> x\n\n> [!NOTE] {#a}\n> y\n\n[](#a) \\ref{a}')
    expect(findings(found)).toEqual(['label-is-unique 6:1 The label "a" is given twice.'])
    expect(idsIn(found.html)).toEqual(['a'])
    expect(found.html.match(/(?<=class="reference">)[^<]*/g)).toEqual(['Tip', 'Tip'])
  })

  it('of a site is called by its title, or by its name; theorems of that name give way', () => {
    const yaml = 'callouts: { question: , open-problem: { title: Offen }, example: , tip: { title: Rat } }'
    const body = ['question', 'open-problem', 'example', 'tip']
      .map((kind) => `> [!${kind}]\n> x`)
      .join('\n\n')
    expect(titles(body, yaml)).toEqual(
      ['Question', 'Offen', 'Example', 'Rat'].map((name) => `<strong>${name}</strong>`),
    )
  })

  it('is read in linear time, however its mark goes on', () => {
    for (const run of ['[!'.repeat(20_000), '{#'.repeat(20_000), ' '.repeat(40_000), '-'.repeat(40_000)])
      expect(post(`> [!note] a${run}b\n> Words.`).diagnostics).toEqual([])
  })

  it('loads its style sheet, which posts without one do not', () => {
    expect(post('> [!NOTE]\n> x').uses.features).toEqual(['callouts'])
    expect(post('> [!NOTE]').uses.features).toEqual([])
    expect(post('> [!proof]\n> x').uses.features).toEqual(['theorems'])
  })
})
