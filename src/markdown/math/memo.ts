/** Formulas that were typeset before: a post uses the same few over and over. */

import { type Equation, readEquation } from './equation.js'

/** What KaTeX made of formulas, for those who ask for the same again. */
export interface FormulaMemo {
  /** Gives a short name for options, under which formulas are kept apart from those of others. */
  readonly scope: (options: string) => string
  readonly get: (key: string) => string | undefined
  readonly set: (key: string, html: string) => void
  /** Gives an inline formula as {@link readEquation} reads it. */
  readonly inline: (tex: string) => Equation
}

/** UTF-16 units of HTML that are kept: about 16 MB, where most characters take two bytes. */
const defaultLength = 8e6
/** Longer HTML is of displays, of which hardly any is asked for twice: it would drive out what is. */
const longest = 4000
/** How many inline formulas are kept as they were read. */
const mostRead = 4000

/** Gives a memo that keeps at most `maxLength` UTF-16 units of HTML; what was not asked for longest goes first. */
export function formulaMemo(maxLength: number = defaultLength): FormulaMemo {
  const scopes = new Map<string, string>()
  // A Map keeps the order in which its keys were set.
  const kept = new Map<string, string>()
  let length = 0
  const read = new Map<string, Equation>()
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
      if (html.length > longest) return
      kept.set(key, html)
      length += key.length + html.length
      for (const [oldest, old] of kept) {
        if (length <= maxLength) break
        kept.delete(oldest)
        length -= oldest.length + old.length
      }
    },
    inline(tex) {
      const known = read.get(tex)
      if (known) return known
      if (read.size >= mostRead) read.clear()
      const equation = readEquation(tex, false)
      read.set(tex, equation)
      return equation
    },
  }
}
