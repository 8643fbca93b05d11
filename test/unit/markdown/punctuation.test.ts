import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mathLine } from '../../../src/markdown/math/line.js'
import { punctuate } from '../../../src/markdown/punctuation.js'
import { english, quotationMarks, quotationStyle } from '../../../src/markdown/quotation.js'
import { configOf } from '../../in-memory.js'
import { post } from './rendered-post.js'

const cldr = fileURLToPath(new URL('../../../node_modules/cldr-misc-full/main/', import.meta.url))

/** Gives the marks of a locale of CLDR. */
function delimitersOf(locale: string): string {
  const { main } = JSON.parse(readFileSync(`${cldr}${locale}/delimiters.json`, 'utf8'))
  const { quotationStart, quotationEnd, alternateQuotationStart, alternateQuotationEnd } =
    main[locale].delimiters
  return [quotationStart, quotationEnd, alternateQuotationStart, alternateQuotationEnd].join(' ')
}

/** Gives a text with the punctuation of a language, `·` for a narrow no-break space and `_` for a no-break space. */
function set(text: string, lang: string): string {
  return punctuate([text], quotationStyle(lang)).join('').replaceAll('\u202F', '·').replaceAll('\u00A0', '_')
}

describe('Quotation marks', () => {
  it('are those of CLDR in each of its locales', () => {
    const locales = readdirSync(cldr)
    expect(locales.length).toBeGreaterThan(700)
    const marks = (give: (locale: string) => string) => locales.map((locale) => `${locale} ${give(locale)}`)
    expect(marks(quotationMarks)).toEqual(marks(delimitersOf))
  })

  it.each([
    ['de', `"Das ist 'gut'", sagt er.`, '„Das ist ‚gut‘“, sagt er.'],
    ['de-CH', `"Das ist 'gut'", sagt er.`, '„Das ist ‚gut‘“, sagt er.'],
    ['fr', `"C'est 'bien'", dit-il.`, '«·C’est «·bien·»·», dit-il.'],
    ['fr-CH', `"C'est 'bien'", dit-il.`, '«C’est ‹bien›», dit-il.'],
    ['sv', `"Det är 'bra'", säger hon.`, '”Det är ’bra’”, säger hon.'],
    ['pl', `"To jest 'dobre'", mówi.`, '„To jest «dobre»”, mówi.'],
    ['es', `"Está 'bien'", dice.`, '“Está ‘bien’”, dice.'],
    ['it', `"L'ha 'detto'", dice.`, '«L’ha “detto”», dice.'],
    ['nl', `"Dat is 'goed'", zegt hij.`, '‘Dat is ‘goed’’, zegt hij.'],
    ['ru', `"Это 'хорошо'", говорит.`, '«Это „хорошо“», говорит.'],
    ['hu', `"Ez 'jó'", mondja.`, '„Ez »jó«”, mondja.'],
    ['fi', `"Se on 'hyvä'", sanoo.`, '”Se on ’hyvä’”, sanoo.'],
    ['pt-BR', `"Está 'bem'", diz.`, '“Está ‘bem’”, diz.'],
    ['pt-PT', `"Está 'bem'", diz.`, '«Está “bem”», diz.'],
    ['zh', '他说"你好"，走了。', '他说“你好”，走了。'],
    ['ko', '"안녕"이라고 말했다.', '“안녕”이라고 말했다.'],
  ])('of %s stand around %s', (lang, typed, expected) => {
    expect(set(typed, lang)).toBe(expected)
  })

  it('are left as typed where the keyboard has corner brackets', () => {
    for (const lang of ['ja', 'zh-Hant', 'zh-TW'])
      expect(set('"hello" と 「こんにちは」', lang)).toBe('"hello" と 「こんにちは」')
  })

  it('pair up around what is no text, and over emphasis', () => {
    expect(punctuate(['"', null, '" und ("', 'x', '")'], quotationStyle('de'))).toEqual([
      '„',
      '',
      '“ und („',
      'x',
      '“)',
    ])
    expect(post('Er: "*so*", "`x`", "**a** b".', 'lang: de').html).toBe(
      '<p>Er: „<em>so</em>“, „<code>x</code>“, „<strong>a</strong> b“.</p>',
    )
  })

  it('open and close in paragraphs of their own', () => {
    expect(post('"Offen\n\n- "a"\n- b"', 'lang: de').html).toBe(
      '<p>„Offen</p>\n<ul>\n<li>„a“</li>\n<li>b“</li>\n</ul>',
    )
  })

  it('are those of the language in a title', () => {
    const { math } = configOf()
    const title = (lang: string) =>
      mathLine('Über "$x$" -- Hans\' Wahl', { math, smartPunctuation: true, quotation: quotationStyle(lang) })
        .text
    expect(title('de')).toBe('Über „x“ – Hans’ Wahl')
    expect(title('en')).toBe('Über “x” – Hans’ Wahl')
  })

  it('of English are what they were, whatever country it is spoken in', () => {
    for (const lang of ['en', 'en-GB', 'en-US']) expect(quotationStyle(lang)).toBe(english)
  })
})

describe('An apostrophe', () => {
  it.each([
    [
      'de',
      "Hans' Auto, geht's, Ku'damm, 'ne Idee, die '90er",
      'Hans’ Auto, geht’s, Ku’damm, ’ne Idee, die ’90er',
    ],
    ['fr', "l'été, aujourd'hui, jusqu'à", 'l’été, aujourd’hui, jusqu’à'],
    ['nl', "'s avonds, foto's, 't is Hans' auto", '’s avonds, foto’s, ’t is Hans’ auto'],
    ['it', "dell'arte, un po' di", 'dell’arte, un po’ di'],
    ['uk', "п'ять", 'п’ять'],
    ['ja', "it's", 'it’s'],
  ])('of %s is the same as in every language: %s', (lang, typed, expected) => {
    expect(set(typed, lang)).toBe(lang === 'ja' ? typed : expected)
  })

  it('is not what stands for feet, minutes and inches', () => {
    expect(set(`5' 6" und 27" hoch`, 'de')).toBe(`5' 6" und 27" hoch`)
    expect(set(`"27" und '27'`, 'de')).toBe('„27“ und ‚27‘')
  })
})

describe('French', () => {
  it('does not break where a space was typed before high punctuation or within guillemets', () => {
    expect(set('Quoi ? Oui ! Bien ; fin : « mot » ?!', 'fr')).toBe('Quoi·? Oui·! Bien·; fin_: «·mot·»·?!')
  })

  it('has no space where none was typed, nor in a smiley, a time or a ratio', () => {
    expect(set('Quoi? 10:30 :) a :b !x', 'fr')).toBe('Quoi? 10:30 :) a :b !x')
  })

  it('of Canada has guillemets with spaces, too, and its own marks within', () => {
    expect(set(`"C'est 'bien'"`, 'fr-CA')).toBe('«·C’est ”bien“·»')
  })
})

describe('Dashes and dots', () => {
  it('are the same in every language', () => {
    for (const lang of ['de', 'fr', 'ja'])
      expect(set('a -- b --- c ---- d... e. . . f', lang)).toBe('a – b — c ---- d… e… f')
  })
})

describe('Punctuation', () => {
  const german = quotationStyle('de')
  const pieces = [
    '"',
    "'",
    ' ',
    'a',
    'ab',
    '5',
    '(',
    ')',
    '.',
    '...',
    '--',
    '-',
    '漢',
    '«',
    '»',
    ':',
    '\n',
    '😀',
  ]
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join(''))

  it('changes nothing but quotes, dashes, dots and spaces', () => {
    const others = (value: string) => value.replace(/["'„“‚‘’«»‹›”.…\s–—\u2010-\u2015-]/gu, '')
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 4 }),
        fc.constantFrom('de', 'fr', 'fr-CH', 'ja', 'sv'),
        (texts, lang) => {
          const set = punctuate(texts, quotationStyle(lang))
          expect(set.map(others)).toEqual(texts.map(others))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('that is set is set: a second time changes nothing', () => {
    fc.assert(
      fc.property(text, (typed) => {
        const [once = ''] = punctuate([typed], german)
        // A quote that could not be told may be told beside one that could.
        fc.pre(!/["']/.test(once))
        expect(punctuate([once], german)).toEqual([once])
      }),
      { numRuns: 2000 },
    )
  })

  it('does not depend on where a text is cut, but for dashes and dots that are cut in two', () => {
    fc.assert(
      fc.property(text, fc.nat(30), (typed, at) => {
        const [left, right] = [typed.slice(0, at), typed.slice(at)]
        fc.pre(!/[-.]\s?$/.test(left) || !/^\s?[-.]/.test(right))
        fc.pre(left.isWellFormed())
        expect(punctuate([left, right], german).join('')).toBe(punctuate([typed], german).join(''))
      }),
      { numRuns: 2000 },
    )
  })

  it('leaves code, formulas, addresses, raw HTML and the tags of other tools alone', () => {
    const body =
      '`"a"` $"b"$ <https://example.org/"c> <i title="d">x</i> <code>"e"</code> {% f "g" %} ![](h.png "i")\n\n```\n"j"\n```\n'
    const { html } = post(body, 'lang: de')
    expect(html).not.toMatch(/[„“]/)
    for (const typed of ['"a"', 'title="d"', '"e"', '{% f "g" %}', '"j"']) expect(html).toContain(typed)
  })

  it('is set in linear time', () => {
    for (const run of ["'a ", '"a ', `'a "b" `, "a' ", ' !', '. ', '-', '"', "'", '«  '])
      expect(punctuate([run.repeat(20_000)], quotationStyle('fr'))[0]?.length).toBeGreaterThan(0)
  })
})
