/** What looks wrong in mathematics and is never changed: prices taken for a formula, escapes of other generators. */
import type { Root } from 'mdast'
import type { InlineMath, Math as MathNode } from 'mdast-util-math'
import { visit } from 'unist-util-visit'
import type { VFile } from 'vfile'
import { knownCommands } from './commands.js'
import { placeInFormula } from './from-markdown.js'

/** `5 for two and ` of “$5 for two and $6”: a number, then words, and nothing of TeX. */
const prices = /^\d[\d.,]*[kKmMbB]?\s+\p{Ll}{2,}(?:[\s,]+[\p{L}\d.,]+)*$/u
/** `\\frac`, `\\{`: not the end of a row, which no letter and no brace follows this closely. */
const doubled = /(?<!\\)\\\\(?:([a-zA-Z]{2,})|([{}_]))/g
/** Control characters (Unicode's Cc) other than tab, line feed and carriage return. */
const control = /(?![\t\n\r])\p{Cc}/gu

/** A remark plugin that reports `math-is-plausible` in formulas, and `text-is-printable` for control characters. */
export function remarkSuspicion() {
  const commands = new Set(knownCommands)
  return (tree: Root, file: VFile): void => {
    visit(tree, ['math', 'inlineMath'], (node) => {
      const formula = node as MathNode | InlineMath
      reportPrices(formula, file)
      reportDoubled(formula, commands, file)
    })
    reportControl(String(file), file)
  }
}

function reportPrices(formula: MathNode | InlineMath, file: VFile): void {
  if (formula.data?.math?.delimiter !== '$' || !prices.test(formula.value)) return
  const reason = `"$${formula.value.replace(/\s+/g, ' ')}$" is read as a formula, but looks like prices.`
  const message = file.message(reason, about('math-is-plausible', formula.position))
  message.note = 'Write \\$ for a dollar sign.'
}

function reportDoubled(formula: MathNode | InlineMath, commands: ReadonlySet<string>, file: VFile): void {
  const hasRows = /(?<!\\)(?:\\\\)*\\begin\{|&/.test(formula.value)
  for (const match of formula.value.matchAll(doubled)) {
    const [text, name, sign] = match
    if (name === undefined ? hasRows || sign === undefined : !commands.has(`\\${name}`)) continue
    const reason = `"${text}" ends a line in TeX: one backslash too many, as other generators need it?`
    const message = file.message(reason, {
      ...about('math-is-plausible'),
      place: placeInFormula(formula, match.index),
    })
    message.note = `Write "${text.slice(1)}": formulas reach TeX as they are written.`
    return
  }
}

function reportControl(text: string, file: VFile): void {
  for (const match of text.matchAll(control)) {
    const before = text.slice(0, match.index)
    const place = { line: before.split('\n').length, column: match.index - before.lastIndexOf('\n') }
    const code = (match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    const message = file.message(`The text holds the control character U+${code}, which nothing shows.`, {
      ...about('text-is-printable'),
      place,
    })
    message.note = 'Delete it. In front matter, put TeX between single quotes.'
    return
  }
}

function about(ruleId: string, place?: InlineMath['position']) {
  return { ruleId, source: 'scholium', ...(place && { place }) }
}
