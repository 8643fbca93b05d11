/** Languages by their tags (BCP 47): which way they are written, and which stand in for others. */

export type Direction = 'ltr' | 'rtl'

/**
 * Scripts that are written from right to left (Unicode's Bidi_Class R and AL, by their codes in ISO 15924), those that
 * people write today. A list, since not every Node has `Intl.Locale.getTextInfo`, and all must give the same pages.
 */
const rightToLeft: ReadonlySet<string> = new Set([
  ...['Adlm', 'Arab', 'Hebr', 'Mand', 'Mend', 'Nkoo', 'Rohg', 'Samr', 'Syrc', 'Thaa', 'Yezi'],
])

/** By tag: asked for every page, and Intl is slow. A site has few languages. */
const directions = new Map<string, Direction>()

/** Gives the direction in which a language is written, in the script that its tag names or that is usual for it. */
export function directionOf(lang: string): Direction {
  const known = directions.get(lang)
  if (known) return known
  const script = new Intl.Locale(lang).maximize().script ?? ''
  const direction = rightToLeft.has(script) ? 'rtl' : 'ltr'
  directions.set(lang, direction)
  return direction
}

/** Gives the tags that a language's words are looked up under (RFC 4647, lookup): `pt-BR` and `pt` for `pt-BR`. */
export function lookupsOf(lang: string): readonly string[] {
  const parts = new Intl.Locale(lang).baseName.split('-')
  return parts
    .map((_, index) => parts.slice(0, parts.length - index).join('-'))
    .filter((tag) => !/-[a-z0-9]$/i.test(tag))
}

/** Whether a text is a language tag of BCP 47, such as `en` or `pt-BR`. */
export function isLanguage(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1
  } catch {
    return false
  }
}
