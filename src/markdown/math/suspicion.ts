/** What looks wrong in mathematics and is never changed: prices taken for a formula, escapes of other generators. */
import type { Root } from 'mdast'
import type { InlineMath, Math as MathNode } from 'mdast-util-math'
import type { VFile } from 'vfile'
import type { MathOptions } from '../../config.js'
import { placesIn } from '../../place.js'
import { unprintablesIn } from '../../printable.js'
import { report } from '../finding.js'
import { visit } from '../walk.js'
import { doubledIn } from './backslashes.js'
import { placeInFormula } from './from-markdown.js'

/** `5 for two and ` of “$5 for two and $6”: a number, then words, and nothing of TeX between them. */
const prices = /^\d[\d.,]*[kKmMbB]?\s+["'“‘(]*\p{L}{2,}["'”’).,;:]*\s[^\\]*\p{L}{2,}/u
/** `\\(x^2\\)`, which CommonMark shows as `(x^2)`: a formula in MathJax's delimiters, as far as it has signs of one. */
const bracketed = /\\{1,2}\(([^\n()]{1,200})\\{1,2}\)|\\{1,2}\[((?:(?!\\\[)[^\n]){1,300}?)\\{1,2}\]/g
const signs = /[\^_=]|\\[a-zA-Z]|[a-z\d]\s*[+*/<>-]\s*[a-z\d]/i
/** Control characters (Unicode's Cc) other than tab, line feed and carriage return. */
const control = /(?![\t\n\r])\p{Cc}/gu

/** A remark plugin that reports `math-is-plausible` in formulas, and `text-is-printable` for control characters. */
export function remarkSuspicion({ brackets }: MathOptions) {
  return (tree: Root, file: VFile): void => {
    visit(tree, ['math', 'inlineMath'], (node) => {
      const formula = node as MathNode | InlineMath
      reportPrices(formula, file)
      reportDoubled(formula, file)
    })
    if (!brackets) reportBracketed(tree, file)
    reportControl(String(file), file)
  }
}

function reportPrices(formula: MathNode | InlineMath, file: VFile): void {
  if (formula.data?.math?.delimiter !== '$' || !prices.test(formula.value)) return
  const reason = `"$${formula.value.replace(/\s+/g, ' ')}$" is read as a formula, but looks like prices.`
  report(file, 'math-is-plausible', reason, {
    place: formula.position,
    hint: 'Write \\$ for a dollar sign.',
  })
}

function reportDoubled(formula: MathNode | InlineMath, file: VFile): void {
  const fault = doubledIn(formula.value)
  if (fault === null) return
  report(file, 'math-is-plausible', fault.reason, {
    place: placeInFormula(formula, fault.at),
    hint: fault.hint,
  })
}

function reportBracketed(tree: Root, file: VFile): void {
  const placeOf = placesIn(String(file))
  visit(tree, 'text', (node) => {
    const { start, end } = node.position ?? {}
    if (start?.offset === undefined || !/[()[\]]/.test(node.value)) return
    const source = String(file).slice(start.offset, end?.offset)
    const match = [...source.matchAll(bracketed)].find(([, round, square]) =>
      signs.test(round ?? square ?? ''),
    )
    if (!match) return
    const reason = `"${match[0]}" is shown without its backslashes: TeX brackets are not formulas here.`
    const from = start.offset + match.index
    const { line, column } = placeOf([from, from])
    report(file, 'math-is-plausible', reason, {
      place: { line, column },
      hint: 'Write it between dollars, or set `math.brackets: true`.',
    })
  })
}

function reportControl(text: string, file: VFile): void {
  const found = unprintablesIn(text, control)
  if (found.length === 0) return
  const placeOf = placesIn(text)
  for (const { message, at } of found) {
    const { line, column } = placeOf([at, at])
    report(file, 'text-is-printable', message, {
      place: { line, column },
      hint: 'Delete it. In front matter, put TeX between single quotes.',
    })
  }
}
