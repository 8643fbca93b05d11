import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBibtex } from '../../../src/content/bibtex.js'
import { builtInStyle, localeText } from '../../../src/content/citation-style.js'
import type { CslItem } from '../../../src/content/csl-item.js'
import { calloutKinds } from '../../../src/markdown/callouts.js'
import { citer } from '../../../src/markdown/citations/citeproc.js'
import type { BodyCitations } from '../../../src/markdown/citations/citing.js'
import { keysIn } from '../../../src/markdown/citations/keys.js'
import { locatedIn, locatorWords } from '../../../src/markdown/citations/locator.js'
import { reachingEntries } from '../../../src/markdown/citations/reach.js'
import { type RenderOptions, render } from '../../../src/markdown/pipeline.js'
import { english } from '../../../src/markdown/quotation.js'
import { theoremKinds } from '../../../src/markdown/theorems.js'
import { configOf } from '../../in-memory.js'
import { englishBodyWords } from '../../words.js'

const options: RenderOptions = {
  title: null,
  words: englishBodyWords,
  siteUrl: null,
  smartPunctuation: true,
  extensions: configOf().markdown,
  quotation: english,
  math: configOf().math,
  theorems: theoremKinds,
  callouts: calloutKinds,
}

const { items } = parseBibtex(
  `@book{doe99, author = {Doe, Jane}, title = {Foo}, year = 1999, publisher = {P}}
@article{smith04, author = {Smith, A. and Roe, B. and others}, title = {Bar $x^2$}, year = 2004, journal = {J}, doi = {10.1/2}}
@book{odd&key, author = {Odd, O.}, title = {Odd}, year = 2001}`,
  'refs.bib',
)
const all = new Map(items.map((item): [string, CslItem] => [item.id, item]))
const locales = { 'en-US': localeText('en-US') }

function citationsOf(body: string, style = 'apa'): BodyCitations | null {
  const reaching = reachingEntries(body, all)
  return reaching && { ...reaching, lang: 'en-US', style: builtInStyle(style) ?? style, locales }
}

/** Renders a body that cites, and gives its first paragraph as text. */
function cited(body: string, style?: string): string {
  const { html } = render(
    body,
    { ...options, citations: citationsOf(body, style) },
    citer((text) => text),
  )
  return (/<p>([\s\S]*?)<\/p>/.exec(html)?.[1] ?? '').replace(/<[^>]+>/g, '').replaceAll('&#x26;', '&')
}

describe('A citation', () => {
  it.each([
    ['[@doe99]', '(Doe, 1999)'],
    ['@doe99', 'Doe (1999)'],
    ['[-@doe99]', '(1999)'],
    [
      '[see @doe99, pp. 33-35 and *passim*; also @smith04, ch. 1]',
      '(see Doe, 1999, pp. 33–35 and passim; also Smith et al., 2004, Chapter 1)',
    ],
    ['@doe99 [p. 5]', 'Doe (1999, p. 5)'],
    ['@doe99 [p. 5, and *more*]', 'Doe (1999, p. 5, and more)'],
    ['@doe99 [also @smith04, p. 3 & more]', 'Doe (1999; also Smith et al., 2004, p. 3 & more)'],
    ['[@{odd&key}]', '(Odd, 2001)'],
    ['@doe99.', 'Doe (1999).'],
    ['(@doe99)', '(Doe (1999))'],
    ['Doe’s [@doe99]’s', 'Doe’s (Doe, 1999)’s'],
    ['[@doe99, {ii, A--D}]', '(Doe, 1999, pp. ii, A–D)'],
    ['[@doe99 99]', '(Doe, 1999, p. 99)'],
    // A Roman number is a page where a word says so.
    ['[@doe99, pp. iv-vi]', '(Doe, 1999, pp. iv–vi)'],
    ['[@doe99, iv-vi]', '(Doe, 1999, iv-vi)'],
    ['[@doe99, and iv]', '(Doe, 1999, and iv)'],
  ])('%s reads %s', (typed, written) => {
    expect(cited(`X ${typed} Y`)).toBe(`X ${written} Y`)
  })

  it.each([
    ['[@doe99]', '[1]'],
    ['[@smith04; @doe99]', '[1], [2]'],
    ['@smith04', 'Smith et al. [1]'],
    ['@smith04 [p. 5]', 'Smith et al. [1, p. 5]'],
    ['[see @doe99]', 'see [1]'],
    ['[see *also*, *and* @doe99; *not* @smith04]', 'see also, and [1], not [2]'],
  ])('%s reads %s in a style that counts', (typed, written) => {
    expect(cited(`X ${typed} Y`, 'ieee')).toBe(`X ${written} Y`)
  })

  it.each([
    'me@doe99',
    '\\@doe99',
    '`@doe99`',
    '$@doe99$',
    'https://example.com/@doe99',
    '[x](https://example.com/@doe99)',
    '[@doe99](https://example.com)',
    '<a href="/@doe99">x</a>',
    '@doe99@example.org',
    '@nobody',
    '[p. 5]',
  ])('is not in %s', (typed) => {
    const { html } = render(
      typed,
      { ...options, citations: citationsOf(`${typed} @doe99`) },
      citer((text) => text),
    )
    expect(html).not.toContain('class="citation"')
  })

  it('is a link to the list, which leads back to each place', () => {
    const body = 'See [@doe99] and @doe99.'
    const { html, ids, cites } = render(
      body,
      { ...options, citations: citationsOf(body) },
      citer((text) => text),
    )
    expect(ids).toEqual(expect.arrayContaining(['ref-doe99', 'cite-doe99-1', 'cite-doe99-2', 'references']))
    expect(html).toMatch(/<a href="#ref-doe99"[^>]*>Doe, 1999<\/a>/)
    expect(html).toMatch(/<a href="#cite-doe99-2"[^>]*aria-label="Back to citation 2"/)
    expect(cites).toEqual([])
  })

  it('tells the rest of the site where the works are', () => {
    const body = '[@smith04]'
    const { cites } = render(
      body,
      { ...options, citations: citationsOf(body) },
      citer((text) => text),
    )
    expect(cites).toEqual(['https://doi.org/10.1/2'])
  })

  it('has no link to what a bibliography says that is no address of the web', () => {
    const { items } = parseBibtex('@online{a, title = {T}, url = {javascript:alert(1)}}', 'refs.bib')
    const citations = { items, near: {}, lang: 'en-US', style: builtInStyle('apa') ?? '', locales }
    const { html } = render(
      '[@a]',
      { ...options, citations },
      citer((text) => text),
    )
    expect(html).toContain('javascript:alert(1)')
    expect(html).not.toContain('href="javascript')
  })

  it('in a style of notes is a footnote', () => {
    const note = `<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="note"><info><title>N</title><id>n</id>
<updated>2024-01-01T00:00:00Z</updated></info><citation><layout suffix="."><text variable="title"/></layout></citation>
<bibliography><layout><text variable="title"/></layout></bibliography></style>`
    const body = 'A claim.[@doe99]'
    const { html } = render(
      body,
      { ...options, citations: citationsOf(body, note) },
      citer((text) => text),
    )
    expect(html).toMatch(/A claim\.<sup><a href="#note-fn-citation-1"/)
    expect(html).toMatch(/<li id="note-fn-citation-1">\s*<p><a href="#ref-doe99"[^>]*>Foo<\/a>\./)
  })

  it('stays as typed, reported once, where the style cannot be used', () => {
    const body = 'A claim [@doe99, p. 5].'
    const { html, diagnostics } = render(
      body,
      { ...options, citations: citationsOf(body, '<style') },
      citer((text) => text),
    )
    expect(html).toBe('<p>A claim [@doe99, p. 5].</p>')
    expect(diagnostics.map(({ rule, line, column }) => `${rule} ${line}:${column}`)).toEqual([
      'citation-style-is-valid 1:9',
    ])
  })
})

describe('A key that no bibliography has', () => {
  it.each([
    ['@fig-plot', 'Write [](#fig-plot) to refer to what has the label {#fig-plot}.'],
    ['[@tbl:one]', 'Write [](#tbl:one) to refer to what has the label {#tbl:one}.'],
    ['@eq-energy', 'Write [](#eq:energy) to refer to what has the label {#eq:energy}.'],
    ['@sec-intro', 'Sections have no numbers: write [its title](#sec-intro) to lead to one.'],
    ['@doe98', 'Did you mean "doe99"?'],
    ['[@nobody]', 'Write \\@ where no citation begins.'],
    ['@figure', undefined],
  ])('%s is reported with what to write', (typed, hint) => {
    const body = `${typed} @doe99`
    const { diagnostics } = render(
      body,
      { ...options, citations: citationsOf(body) },
      citer((text) => text),
    )
    expect(diagnostics.map((found) => found.hint)).toEqual(hint === undefined ? [] : [hint])
  })
})

describe('Text without a known key', () => {
  const piece = fc.constantFrom(
    ...[
      '@',
      '@user',
      '@a_b',
      '@x$y$',
      '@a&amp;b',
      '@a<b>',
      '@{x}',
      '[',
      ']',
      '(',
      ')',
      '^[',
      '-',
      ';',
      ' ',
      '\n',
    ],
    ...[
      '*',
      '**',
      '_',
      '`',
      '$',
      '~~',
      '\\',
      '!',
      'word',
      'me@example.org',
      '[x]: /y\n',
      '[x]',
      '"',
      '> ',
      '&#64;',
    ],
  )

  it('is the same whether there is a bibliography or not', () => {
    const writer = citer((text) => text)
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const body = pieces.join('')
        const with_ = render(body, { ...options, citations: citationsOf(`${body} @user`) }, writer)
        const without = render(body, options)
        expect(with_.html).toBe(without.html)
      }),
      { numRuns: 600 },
    )
  })

  it('keeps its marks about a citation', () => {
    expect(cited('*a* [ @doe99 ] **b**')).toBe('a (Doe, 1999) b')
    expect(cited('[a [@doe99] b]')).toBe('[a (Doe, 1999) b]')
    // As those of links, its brackets come before emphasis.
    expect(cited('*a [@doe99* b]')).toBe('*a (Doe, 1999* b)')
  })
})

describe('The processor of citations', () => {
  it('writes the same whatever it has written before', () => {
    const bodies = ['[@doe99]', '@smith04 and [@doe99, p. 1]', '[@{odd&key}; @doe99]', '[@smith04]']
    const used = citer((text) => text)
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...bodies), { maxLength: 6 }),
        fc.constantFrom(...bodies),
        (before, body) => {
          for (const style of ['apa', 'ieee'] as const) {
            const html = (text: string, writer: typeof used) =>
              render(text, { ...options, citations: citationsOf(text, style) }, writer).html
            for (const earlier of before) html(earlier, used)
            expect(html(body, used)).toBe(
              html(
                body,
                citer((text) => text),
              ),
            )
          }
        },
      ),
      { numRuns: 15 },
    )
  })
})

describe('A locator', () => {
  const english = locatorWords(localeText('en-US'))
  const german = locatorWords(localeText('de-DE'))

  it.each([
    [', pp. 33-35 and more', 'page 33-35', ' and more'],
    [', p. 5.', 'page 5', '.'],
    [' chap. 2', 'chapter 2', ''],
    [', § 3', 'section 3', ''],
    [', vol. 2, p. 3', 'volume 2', ', p. 3'],
    [', 33', 'page 33', ''],
    [', 33, 35 & 37', 'page 33, 35 & 37', ''],
    [', pp. iv, vi-xi', 'page iv, vi-xi', ''],
    [', fig. 3a', 'figure 3a', ''],
    [', s.v. word', null, ', s.v. word'],
    [', figuratively speaking', null, ', figuratively speaking'],
    [' and others', null, ' and others'],
    ['', null, ''],
    [', {}, 33', null, ', 33'],
  ])('of %j is %s', (suffix, found, rest) => {
    const { locator, rest: left } = locatedIn(suffix, english)
    expect(locator && `${locator.label} ${locator.value}`).toBe(found)
    expect(left).toBe(rest)
  })

  it('is found by the words of the language, and by English ones', () => {
    expect(locatedIn(', S. 12', german).locator).toEqual({ label: 'page', value: '12' })
    expect(locatedIn(', Kap. 2', german).locator).toEqual({ label: 'chapter', value: '2' })
    expect(locatedIn(', Abschn. 3', german).locator).toEqual({ label: 'section', value: '3' })
    expect(locatedIn(', pp. 3', german).locator).toEqual({ label: 'page', value: '3' })
    expect(locatedIn(', S. 12', english).locator).toBeNull()
  })
})

describe('The entries that reach a body', () => {
  it('are those whose keys stand in it', () => {
    expect(reachingEntries('See [@doe99], me@smith04.', all)?.items.map(({ id }) => id)).toEqual(['doe99'])
    expect(reachingEntries('No key at all.', all)).toBeNull()
  })

  it('are near where a key is none', () => {
    expect(reachingEntries('@doe98 @nobody', all)?.near).toEqual({ doe98: 'doe99' })
  })

  it('hold every key that the grammar finds', () => {
    expect(keysIn('[@a.b:c; -@d_1] @{e f} @{g&h} (@i/j) x@k @l.')).toEqual([
      'a.b:c',
      'd_1',
      'g&h',
      'i/j',
      'l',
    ])
  })
})
