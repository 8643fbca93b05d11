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
  return at < 0 ? null : `U+${text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')}`
}
