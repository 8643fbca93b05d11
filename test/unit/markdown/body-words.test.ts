import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText } from '../../../src/content/source.js'
import { bodyWords } from '../../../src/markdown/body-words.js'
import { calloutKinds } from '../../../src/markdown/callouts.js'
import { renderer } from '../../../src/markdown/pipeline.js'
import { english } from '../../../src/markdown/quotation.js'
import { theoremKinds } from '../../../src/markdown/theorems.js'
import { casesIn } from '../../fixtures.js'
import { configOf } from '../../in-memory.js'
import { builtInWords } from '../../words.js'

const words = builtInWords.in('en')
const all = bodyWords(words, 'en')
const render = renderer({
  siteUrl: null,
  smartPunctuation: true,
  extensions: configOf().markdown,
  math: configOf().math,
  theorems: theoremKinds,
  callouts: calloutKinds,
})

/** Expects a text to be rendered the same with the words that it is said to come upon and with all. */
function expectEnough(text: string): void {
  const body = cleanText(text)
  const reaching = bodyWords(words, 'en', body)
  expect(render(body, { title: null, words: reaching, quotation: english }), JSON.stringify(text)).toEqual(
    render(body, { title: null, words: all, quotation: english }),
  )
}

const folder = fileURLToPath(new URL('../../markdown/', import.meta.url))

describe('The words that a body can come upon', () => {
  it.each(casesIn(folder))('are all that %s has', (name) => {
    expectEnough(readFileSync(join(folder, name, 'input.md'), 'utf8'))
  })

  it('are all that any text has, however its marks are put together', () => {
    const piece = fc.constantFrom(
      ...[
        '- [ ] ',
        '- [x] ',
        '> ',
        '[!theorem] ',
        '[!PROOF]',
        '\\[!lemma\\] ',
        '&#91;!remark] ',
        '&excl;proof',
        '[!note] ',
        '[!CAUTION]- ',
        '[!tip]+\n',
        '&#91;!warning] ',
        '[!important] {#a}',
        '[!tip]{#b}',
      ],
      ...['![a](b.png)', '![a](b.png "c")', '{#fig:a}', '&#123;#fig-b}', '*c*', '{#tab:a}', ': ', 'Table: '],
      ...[
        '[^1]',
        '[^1]: ',
        '\n',
        '\n\n',
        '| a ',
        '|---|',
        ':--',
        '# ',
        '===',
        '---',
        '<h2>x</h2>',
        '<table>',
      ],
      ...[
        '<input type="checkbox" disabled>',
        '[\t] ',
        'words',
        ' ',
        '* ',
        '1. ',
        '    ',
        '`',
        '```\n',
        '&#33;',
      ],
    )
    const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''))
    fc.assert(fc.property(text, expectEnough), { numRuns: 1500 })
  })

  it('are all that a text has with elements that are never closed', () => {
    expectEnough('> &#91;!remark] <table>')
  })

  it('are none in plain prose, and few in most texts', () => {
    const given = (text: string) =>
      Object.entries(bodyWords(words, 'en', text)).flatMap(([key, word]) => (word === '' ? [] : [key]))
    expect(given('Words and $x$, a [link](a.md) -- and no more.')).toEqual([])
    expect(given('## A part\n\n> [!proof]\n> Clear.')).toEqual(['linkToSection', 'proof'])
    expect(given('A note[^1].\n\n[^1]: Its text.')).toEqual(['footnotes', 'backToReference', 'footnoteBack'])
  })

  it('lead back from a footnote against the direction of reading', () => {
    const html = (lang: string) =>
      render('a[^1]\n\n[^1]: b', {
        title: null,
        words: bodyWords(builtInWords.in(lang), lang),
        quotation: english,
      }).html
    expect(html('en')).toContain('>↩</a>')
    expect(html('ar')).toContain('>↪</a>')
  })
})
