/** Quotation marks by language. */

/**
 * How a language sets quotes: its marks for quotes and for quotes within quotes, each an opening and a closing one,
 * between spaces. `english` where the text is punctuated as English is; '' where straight quotes are left as typed.
 */
export type QuotationStyle = string

/** The style of English, and of languages that nothing is known of. */
export const english: QuotationStyle = 'english'

/**
 * Unicode's CLDR 48, `delimiters` of each locale (quotationStart, quotationEnd, alternateQuotationStart,
 * alternateQuotationEnd), where they are not those of the language that its tag is a kind of. A test reads the table
 * off CLDR.
 */
const table: Readonly<Record<string, string>> = {
  '„ “ ‚ ‘': 'cs de dsb et hr hsb is ksh lb luy mk nds sk sl bs-Cyrl',
  '„ “ „ “': 'bg lt prg sgs',
  '„ “ « »': 'ka',
  '„ ” ‚ ’': 'agq ff',
  '„ ” ‘ ’': 'bs',
  '„ ” ’ ’': 'sr',
  '„ ” « »': 'nmg pl ro',
  '„ ” » «': 'hu szl',
  '” ” ’ ’': 'fi he lag rn se sn sv yi',
  '” “ ’ ‘': 'ar lld syr ur ms-Arab',
  '« » « »': 'fr ht hy oc yav',
  '« » ‹ ›': 'am fa gsw jgo kkj mzn rm sdh wae az-Arab az-Cyrl fr-CH',
  '« » “ ”':
    'ast blo bm br ca cv dyo el eu ewo ie it kab kk lij mg mua nnh pms sc sg ti es-US pt-AO pt-CH pt-CV pt-GQ pt-GW pt-LU pt-MO pt-MZ pt-PT pt-ST pt-TL',
  '« » „ “': 'bas be bua ky os ru sah tyv uk',
  '« » „ ”': 'shi zgh',
  '« » ‘ ’': 'dua ksf nb nn no rw el-polyton',
  '« » ” “': 'fr-CA',
  '» « › ‹': 'ug kk-Arab',
  '‘ ’ “ ”': 'fur ia tn ti-ER',
  '‘ ’ ‘ ’': 'nl',
  '「 」 『 』': 'ja yue zh-Hant',
  '“ ’ “ ”': 'st',
  '“ ” “ ”': 'tk',
  '“ ” « »': 'eo',
  '“ ” ’ ‘': 'uz',
  '“ ” ‘ ’': 'bm-Nkoo ff-Adlm uz-Arab uz-Cyrl',
}

const marksByTag: ReadonlyMap<string, string> = new Map(
  Object.entries(table).flatMap(([marks, tags]) =>
    tags.split(' ').map((tag): [string, string] => [tag, marks]),
  ),
)

/** Gives the marks that CLDR has for a language, between spaces: of its own tag, its script, its region, or itself. */
export function quotationMarks(lang: string): string {
  const { baseName, language, region } = new Intl.Locale(lang)
  const { script } = new Intl.Locale(lang).maximize()
  const tags = [baseName, `${language}-${script}`, `${language}-${region}`, language]
  return tags.map((tag) => marksByTag.get(tag)).find(Boolean) ?? '“ ” ‘ ’'
}

/** A narrow no-break space, as French has it within its guillemets and before high punctuation. */
export const narrowSpace = '\u202F'

/**
 * Gives the style of a language. French sets its guillemets apart, but in Switzerland (Imprimerie nationale, Lexique
 * des règles typographiques). Who writes with corner brackets has them on the keyboard: a straight quote is meant.
 */
export function quotationStyle(lang: string): QuotationStyle {
  const { language, region } = new Intl.Locale(lang)
  if (language === 'en') return english
  const marks = quotationMarks(lang)
  if (marks.startsWith('「')) return ''
  return language === 'fr' && region !== 'CH'
    ? marks.replaceAll('«', `«${narrowSpace}`).replaceAll('»', `${narrowSpace}»`)
    : marks
}
