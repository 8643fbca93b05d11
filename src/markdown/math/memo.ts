/** Formulas that were typeset before: a post uses the same few over and over. */

import { type StyleNamer, type Styles, styleNamer } from '../styles.js'
import { type Equation, readEquation } from './equation.js'

/** What KaTeX made of a formula. */
export interface TypesetFormula {
  /** As `markupOf` gives it. */
  readonly html: string
  readonly styles: Styles
  /** As plain text. */
  readonly plain: string
  /** Whether Scholium's own marks are in the HTML; see rendered.ts. */
  readonly isMarked: boolean
}

/** What KaTeX made of formulas, for those who ask for the same again. */
export interface FormulaMemo {
  /** Gives a short name for options, under which formulas are kept apart from those of others. */
  readonly scope: (options: string) => string
  readonly get: (key: string) => TypesetFormula | undefined
  readonly set: (key: string, formula: TypesetFormula) => void
  readonly namer: StyleNamer
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
  const kept = new Map<string, TypesetFormula>()
  let length = 0
  const read = new Map<string, Equation>()
  return {
    scope(options) {
      const name = scopes.get(options) ?? `${scopes.size} `
      scopes.set(options, name)
      return name
    },
    get(key) {
      const formula = kept.get(key)
      if (formula === undefined) return undefined
      kept.delete(key)
      kept.set(key, formula)
      return formula
    },
    set(key, formula) {
      if (formula.html.length > longest) return
      kept.set(key, formula)
      length += key.length + formula.html.length
      for (const [oldest, old] of kept) {
        if (length <= maxLength) break
        kept.delete(oldest)
        length -= oldest.length + old.html.length
      }
    },
    namer: styleNamer(),
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
