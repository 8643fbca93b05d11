import { describe, expect, it } from 'vitest'
import {
  builtInStyle,
  builtInStyles,
  localeFor,
  localeText,
  styleFault,
} from '../../../src/content/citation-style.js'

describe('A citation style', () => {
  it.each(builtInStyles)('%s comes with Scholium, with the names of those who wrote it', (name) => {
    const text = builtInStyle(name) ?? ''
    expect(styleFault(text)).toBeNull()
    expect(text).toContain('<author>')
    expect(text).toContain('creativecommons.org/licenses/by-sa/3.0')
  })

  it('does not come with Scholium by any other name', () => {
    expect(builtInStyle('../apa')).toBeNull()
    expect(builtInStyle('APA')).toBeNull()
  })

  it('is told from other files, and from those that only name another', () => {
    expect(styleFault('<html></html>')?.message).toBe('it is no style of the Citation Style Language')
    const dependent = `<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0"><info>
      <link href="http://www.zotero.org/styles/nature" rel="independent-parent"/></info></style>`
    expect(styleFault(dependent)?.hint).toBe(
      'Take the style that it depends on: http://www.zotero.org/styles/nature',
    )
  })
})

describe('The locale of a language', () => {
  it.each([
    ['en', 'en-US'],
    ['en-GB', 'en-GB'],
    ['de', 'de-DE'],
    ['de-AT', 'de-AT'],
    ['de-Latn-CH', 'de-CH'],
    ['pt', 'pt-PT'],
    ['zh', 'zh-CN'],
    ['zh-Hant', 'zh-TW'],
    ['ja', 'ja-JP'],
    ['ar', 'ar'],
    ['no', 'nb-NO'],
    ['tlh', 'en-US'],
  ])('%s is %s', (lang, name) => {
    expect(localeFor(lang)).toBe(name)
    expect(localeText(name)).toContain('<locale')
  })
})
