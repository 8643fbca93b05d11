/** Locators: the `pp. 33-35` of a citation, by the words that its language has for pages, chapters and the like. */

/** The part of a work that a citation points to. */
export interface Locator {
  /** CSL's name for the kind: `page`. */
  readonly label: string
  /** Which one: `33-35`. */
  readonly value: string
}

/** What follows a citation, parted into its locator and the rest. */
export interface Located {
  readonly locator: Locator | null
  readonly rest: string
}

/** CSL's kinds of locator by the words for them, in small letters. */
export type LocatorWords = ReadonlyMap<string, string>

/** The kinds of locator that CSL 1.0.2 knows. */
const kinds = new Set([
  ...['act', 'appendix', 'article-locator', 'book', 'canon', 'chapter', 'column', 'elocation', 'equation'],
  ...[
    'figure',
    'folio',
    'issue',
    'line',
    'note',
    'opus',
    'page',
    'paragraph',
    'part',
    'rule',
    'scene',
    'section',
  ],
  ...['sub-verbo', 'supplement', 'table', 'timestamp', 'title-locator', 'verse', 'version', 'volume'],
])

/** English words that are understood in every language (Pandoc's), beside those of its locale. */
const english =
  'book bk bks chapter ch chap chaps column col cols figure fig figs folio fol fols number no nos line l ll ' +
  'note n nn opus op opp page p pp paragraph para paras part pt pts section sec secs sub-verbo s.v s.vv verse v ' +
  'vv volume vol vols equation eq eqs table tab tabs appendix app'

function kindOfEnglish(word: string): string {
  if (kinds.has(word)) return word
  if (/^(?:no|nos|number)$/.test(word)) return 'issue'
  return englishKinds.find(([start]) => start.test(word))?.[1] ?? 'page'
}

const englishKinds: readonly (readonly [RegExp, string])[] = [
  [/^bk/, 'book'],
  [/^ch/, 'chapter'],
  [/^col/, 'column'],
  [/^fig/, 'figure'],
  [/^fol/, 'folio'],
  [/^ll?$/, 'line'],
  [/^nn?$/, 'note'],
  [/^opp?$/, 'opus'],
  [/^pp?$/, 'page'],
  [/^para/, 'paragraph'],
  [/^pts?$/, 'part'],
  [/^sec/, 'section'],
  [/^s\.v/, 'sub-verbo'],
  [/^vv?$/, 'verse'],
  [/^vol/, 'volume'],
  [/^eq/, 'equation'],
  [/^tab/, 'table'],
  [/^app/, 'appendix'],
]

/** Gives the words for kinds of locator that a locale of CSL has, and the English ones. */
export function locatorWords(locale: string): LocatorWords {
  const words = new Map(english.split(' ').map((word) => [word, kindOfEnglish(word)]))
  words.set('§', 'section').set('§§', 'section').set('¶', 'paragraph').set('¶¶', 'paragraph')
  for (const [, name = '', body = ''] of locale.matchAll(
    /<term name="([^"<>]+)"[^<>]*>((?:(?!<term)[\s\S])*?)<\/term>/g,
  )) {
    const kind = name === 'sub verbo' ? 'sub-verbo' : name
    if (!kinds.has(kind)) continue
    const forms = Array.from(body.matchAll(/<(?:single|multiple)>([^<]+)</g), ([, word = '']) => word)
    for (const word of forms.length > 0 ? forms : [body]) {
      const bare = word.trim().replace(/\.$/, '').toLowerCase()
      if (bare !== '') words.set(bare, kind)
    }
  }
  return words
}

const roman = String.raw`[ivxlcdm]+\b`
/** One number of a locator, with letters about it (`12a`, `B.3`), or a Roman one; nothing that may stand between two. */
const number = String.raw`(?:[^\s,;&\-–—{}]*\p{N}[^\s,;&\-–—{}]*|${roman})`
const numbers = new RegExp(String.raw`^${number}(?:\s*(?:[-–—]+|,|&)\s*${number})*`, 'iu')
const braced = /^\{([^{}]*)\}/

/**
 * Parts what follows a citation's key into a locator and the rest: `, pp. 33-35 and more`. Without a word for its kind
 * a number is a page; braces hold a locator that is no number, `{ii, A, D-Z}`, and `{}` none (Pandoc's manual).
 */
export function locatedIn(suffix: string, words: LocatorWords): Located {
  const start = /^\s*,?\s*/.exec(suffix)?.[0].length ?? 0
  const text = suffix.slice(start)
  const inBraces = braced.exec(text)
  if (inBraces) {
    const inner = (inBraces[1] ?? '').trim()
    const { label, after } = labelled(inner, words) ?? { label: 'page', after: inner }
    const locator = after === '' ? null : { label, value: after }
    return { locator, rest: text.slice(inBraces[0].length) }
  }
  const named = labelled(text, words)
  const after = named?.after ?? text
  const value = numbers.exec(after)?.[0].replace(/(?<![.:!?])[.:!?]+$/, '') ?? ''
  // A number without a word for it is a page only at the beginning of what is said.
  if (value === '' || (!named && !/^\p{N}/u.test(value))) return { locator: null, rest: suffix }
  return { locator: { label: named?.label ?? 'page', value }, rest: after.slice(value.length) }
}

/** Reads a word for a kind of locator off the beginning of a text. */
function labelled(text: string, words: LocatorWords): { label: string; after: string } | null {
  const match = /^(§§?|¶¶?|[\p{L}\p{M}]+(?:[. -][\p{L}\p{M}]+)?)(\.?)\s*/u.exec(text)
  if (!match) return null
  const [whole, word = ''] = match
  const label = words.get(word.toLowerCase())
  if (label !== undefined) return { label, after: text.slice(whole.length) }
  const first = /^[\p{L}\p{M}]+/u.exec(word)?.[0] ?? ''
  const shorter = words.get(first.toLowerCase())
  return shorter === undefined || first === word
    ? null
    : { label: shorter, after: text.slice(first.length).replace(/^\.?\s*/, '') }
}
