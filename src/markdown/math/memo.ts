/** Formulas that were typeset before: a post uses the same few over and over. */

/** What KaTeX made of formulas, for those who ask for the same again. */
export interface FormulaMemo {
  /** Gives a short name for options, under which formulas are kept apart from those of others. */
  readonly scope: (options: string) => string
  readonly get: (key: string) => string | undefined
  readonly set: (key: string, html: string) => void
}

/** UTF-16 units of HTML that are kept: about 32 MB, where most characters take two bytes. */
const defaultLength = 16e6

/** Gives a memo that keeps at most `maxLength` UTF-16 units of HTML; what was not asked for longest goes first. */
export function formulaMemo(maxLength: number = defaultLength): FormulaMemo {
  const scopes = new Map<string, string>()
  // A Map keeps the order in which its keys were set.
  const kept = new Map<string, string>()
  let length = 0
  return {
    scope(options) {
      const name = scopes.get(options) ?? `${scopes.size} `
      scopes.set(options, name)
      return name
    },
    get(key) {
      const html = kept.get(key)
      if (html === undefined) return undefined
      kept.delete(key)
      kept.set(key, html)
      return html
    },
    set(key, html) {
      kept.set(key, html)
      length += key.length + html.length
      for (const [oldest, old] of kept) {
        if (length <= maxLength) break
        kept.delete(oldest)
        length -= oldest.length + old.length
      }
    },
  }
}
