/** Text that an escape of YAML, TOML or JSON may have put anything into: made fit for pages, feeds and templates. */

/** Control characters (Unicode's Cc) other than tab and line endings, and the noncharacters that rendering marks things with. */
const unprintable = /(?![\t\n\r])\p{Cc}|[\uFDD0-\uFDD6]/gu

/** Gives text with U+FFFD for each control character, which XML does not allow and nothing shows, and for what rendering marks things with. */
export function printable(text: string): string {
  return text.replace(unprintable, '\uFFFD')
}

/** Names the first such character of a text, as `U+0007`; null where there is none. */
export function unprintableIn(text: string): string | null {
  const at = text.search(unprintable)
  return at < 0 ? null : codePointOf(text.charAt(at))
}

/** A character that nothing shows: what is said of it, and its offset in its text, in UTF-16 units. */
export interface Unprintable {
  readonly message: string
  readonly at: number
}

/** Of one text so many are listed one by one: a picture that was saved as a post has thousands. */
const mostListed = 20

/**
 * Gives the characters of a text that match, in order, and as one more the place from which on there are too many to list.
 * `fate` ends the sentence about each: what becomes of it.
 */
export function unprintablesIn(text: string, matching: RegExp, fate = ''): readonly Unprintable[] {
  const found: Unprintable[] = []
  let [count, last] = [0, 0]
  for (const { 0: character, index: at } of text.matchAll(matching)) {
    if (count === mostListed) last = at
    if (count++ >= mostListed) continue
    const what = /\p{Cc}/u.test(character) ? 'control character' : 'noncharacter'
    found.push({
      message: `The text holds the ${what} ${codePointOf(character)}, which nothing shows${fate}.`,
      at,
    })
  }
  const more = count - mostListed
  if (more <= 0) return found
  const others = more === 1 ? 'one more such character' : `${more} more such characters`
  return [...found, { message: `The text holds ${others} from here on${fate}.`, at: last }]
}

function codePointOf(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
}
