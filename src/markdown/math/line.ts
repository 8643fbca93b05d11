/** A line of text with formulas in it (a title, a subtitle, a description), outside of any body. */
import katex from 'katex'
import type { MathOptions } from '../../config.js'
import { escapeHtml } from '../html.js'
import type { QuotationStyle } from '../quotation.js'
import { type Styles, styleNamer } from '../styles.js'
import { punctuated } from '../typography.js'
import { applyEdits } from './edit.js'
import { readEquation } from './equation.js'
import { markupOf, treeOf } from './markup.js'
import { coreMathml } from './mathml.js'
import { plainTex } from './plain.js'
import { type MathPart, splitMath } from './split.js'
import { katexOptions } from './typeset.js'

/** A line of text, twice. */
export interface MathLine {
  /** For the page: escaped, its formulas typeset. */
  readonly html: string
  /** For `<title>`, descriptions and lists: its formulas as plain text. */
  readonly text: string
  /** Formulas that KaTeX rejects, shown as their source, and why. */
  readonly faults: readonly { readonly tex: string; readonly reason: string }[]
  /** Whether any formula was typeset. */
  readonly math: boolean
  /** What the classes of its formulas stand for. */
  readonly styles: Styles
}

/** What a line depends on beside its text. */
export interface LineOptions {
  readonly math: MathOptions
  readonly smartPunctuation: boolean
  readonly quotation: QuotationStyle
}

/**
 * Gives a line with its formulas typeset (displays too are inline here), and as plain text; both with smart punctuation
 * where that is wanted. `\$` is a dollar sign. Total.
 */
export function mathLine(
  line: string,
  { math: options, smartPunctuation, quotation }: LineOptions,
): MathLine {
  const styles: Styles = new Map()
  const namer = styleNamer()
  const faults: { tex: string; reason: string }[] = []
  const split = partsOf(line, options)
  const texts = split.map((part) => (part.type === 'text' ? part.value : null))
  const smart = smartPunctuation ? punctuated(texts, quotation) : texts
  const parts = split.map((part, index) => {
    const text = smart[index] ?? part.value
    if (part.type === 'text') return { html: escapeHtml(text), text }
    try {
      const macros = { ...options.macros }
      const { text: tex } = applyEdits(part.value, readEquation(part.value, false).edits)
      const tree = treeOf(tex, { ...katexOptions, output: options.output, macros })
      const html = markupOf(tree, namer, styles)
      const shown = options.output === 'mathml' ? coreMathml(html) : html
      return { html: shown, text: plainTex(part.value, options.macros) }
    } catch (error) {
      const reason = error instanceof katex.ParseError ? error.rawMessage : String(error)
      faults.push({ tex: part.value, reason: reason.replace(/\.$/, '') })
      return { html: `<code class="math-error">${escapeHtml(part.value)}</code>`, text: part.value }
    }
  })
  return {
    html: parts.map(({ html }) => html).join(''),
    text: parts.map(({ text }) => text).join(''),
    faults,
    styles,
    math: parts.some(({ html }) => html.startsWith('<span class="katex')) && options.output !== 'mathml',
  }
}

/** Gives a text with its formulas as plain text: for alt text and descriptions. */
export function plainLine(line: string, options: MathOptions): string {
  if (!/[$\\]/.test(line)) return line
  return partsOf(line, options)
    .map((part) => (part.type === 'text' ? part.value : plainTex(part.value, options.macros)))
    .join('')
}

/** The words and formulas of a line, dollars of the words no longer escaped. */
function partsOf(line: string, options: MathOptions): readonly MathPart[] {
  return splitMath(line, options).map((part) =>
    part.type === 'text' ? { ...part, value: part.value.replaceAll('\\$', '$') } : part,
  )
}
