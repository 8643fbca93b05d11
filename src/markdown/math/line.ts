/** A line of text with formulas in it (a title, a subtitle, a description), outside of any body. */
import katex from 'katex'
import type { MathOptions } from '../../config.js'
import { plainTex } from './plain.js'
import { splitMath } from './split.js'
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
}

/** Gives a line with its formulas typeset (displays too are inline here), and as plain text. Total. */
export function mathLine(line: string, options: MathOptions): MathLine {
  const faults: { tex: string; reason: string }[] = []
  const parts = splitMath(line, options).map((part) => {
    if (part.type === 'text') return { html: escaped(part.value), text: part.value }
    try {
      const macros = { ...options.macros }
      const html = katex.renderToString(part.value, { ...katexOptions, output: options.output, macros })
      return { html, text: plainTex(part.value, options.macros) }
    } catch (error) {
      const reason = error instanceof katex.ParseError ? error.rawMessage : String(error)
      faults.push({ tex: part.value, reason: reason.replace(/\.$/, '') })
      return { html: `<code class="math-error">${escaped(part.value)}</code>`, text: part.value }
    }
  })
  return {
    html: parts.map(({ html }) => html).join(''),
    text: parts.map(({ text }) => text).join(''),
    faults,
    math: parts.some(({ html }) => html.startsWith('<span class="katex')) && options.output !== 'mathml',
  }
}

/** Gives a text with its formulas as plain text: for alt text and descriptions. */
export function plainLine(line: string, options: MathOptions): string {
  if (!/[$\\]/.test(line)) return line
  return splitMath(line, options)
    .map((part) => (part.type === 'text' ? part.value : plainTex(part.value, options.macros)))
    .join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
