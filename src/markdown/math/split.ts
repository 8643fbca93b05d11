/** The dollar grammar on one text node of HTML, where Markdown has not been: `<td>$s$</td>`. */
import { candidatesIn, type MathSyntaxOptions } from './grammar.js'

/** A part of a text: words, or a formula's TeX. */
export type MathPart =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'math'; readonly value: string; readonly display: boolean }

/**
 * Splits a text into words and formulas by the rules that Markdown's text goes by; backticks mean nothing. The
 * parts hold all of the text but the delimiters. With kramdown's rule, a formula in two dollars is a display if
 * it is all of the text.
 */
export function splitMath(text: string, options: MathSyntaxOptions): readonly MathPart[] {
  const parts: MathPart[] = []
  const { formulas, adjacent } = candidatesIn(text, options, { codeSpans: false })
  let from = 0
  const starts = /\$+|\\/g
  for (let match = starts.exec(text); match; match = starts.exec(text)) {
    const at = match.index
    const formula = formulas.get(at) ?? (at === from && from > 0 ? adjacent.get(at) : undefined)
    if (!formula || (formula.delimiter === 'environment' && !isLineStart(text, at))) continue
    if (at > from) parts.push({ type: 'text', value: text.slice(from, at) })
    const { end, valueStart, valueEnd, display, delimiter } = formula
    const inSentence =
      options.doubleDollar === 'kramdown' && delimiter === '$$' && text.trim() !== text.slice(at, end)
    parts.push({ type: 'math', value: text.slice(valueStart, valueEnd), display: display && !inSentence })
    from = end
    starts.lastIndex = end
  }
  if (from < text.length) parts.push({ type: 'text', value: text.slice(from) })
  return parts
}

function isLineStart(text: string, at: number): boolean {
  const before = Math.max(text.lastIndexOf('\n', at), text.lastIndexOf('\r', at))
  return text.slice(before + 1, at).trim() === ''
}
