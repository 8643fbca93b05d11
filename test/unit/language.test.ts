import { describe, expect, it } from 'vitest'
import { directionOf, isLanguage, lookupsOf } from '../../src/language.js'

describe('A language', () => {
  it.each([
    ...['ar', 'ar-EG', 'he', 'fa', 'ur', 'yi', 'dv', 'ps', 'sd', 'ug', 'ckb', 'syr', 'az-Arab', 'pa-Arab'],
    ...['ff-Adlm', 'nqo', 'rhg'],
  ])('such as %s is written to the left', (lang) => {
    expect(directionOf(lang)).toBe('rtl')
  })

  it.each(['en', 'de', 'ja', 'ru', 'hi', 'el', 'az', 'pa', 'ar-Latn', 'he-Latn', 'tlh', 'mn-Mong'])(
    'such as %s is written to the right',
    (lang) => {
      expect(directionOf(lang)).toBe('ltr')
    },
  )

  it('is written as Intl says, where it says so', () => {
    type TextInfo = { readonly direction?: string }
    const said = (lang: string): string | undefined => {
      const locale = new Intl.Locale(lang) as { textInfo?: TextInfo; getTextInfo?: () => TextInfo }
      return (locale.getTextInfo?.() ?? locale.textInfo)?.direction
    }
    const tags = 'abcdefghijklmnopqrstuvwxyz'
    const all = [...tags].flatMap((a) => [...tags].map((b) => a + b)).filter(isLanguage)
    const known = all.filter((lang) => said(lang) !== undefined)
    // Dhivehi's direction is missing in the tables of some versions of Node, which then say the usual one.
    const differing = known.filter((lang) => directionOf(lang) !== said(lang) && lang !== 'dv')
    expect(differing).toEqual([])
  })

  it.each([
    ['pt-BR', ['pt-BR', 'pt']],
    ['de', ['de']],
    ['zh-hant-tw', ['zh-Hant-TW', 'zh-Hant', 'zh']],
    ['fa-u-ca-persian', ['fa']],
    ['de-x-formal', ['de']],
  ])('%s is looked up as %j', (lang, lookups) => {
    expect(lookupsOf(lang)).toEqual(lookups)
  })
})
