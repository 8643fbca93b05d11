/** Formulas → HTML: a rehype plugin in front of rehype-katex that asks KaTeX once and keeps its HTML as text. */
import type { Element, ElementContent, Root } from 'hast'
import katex, { type KatexOptions } from 'katex'
import { visit } from 'unist-util-visit'
import type { VFile } from 'vfile'
import type { MathOptions } from '../../config.js'
import type { Place } from '../../diagnostics.js'
import { didYouMean } from '../../nearest.js'
import type { Labelled } from '../rendered.js'
import type { Typeset } from '../typeset.js'
import { knownCommands } from './commands.js'
import { applyEdits, type Edit } from './edit.js'
import { type Equation, readEquation } from './equation.js'
import type { Formula } from './formula.js'
import { placeInFormula } from './from-markdown.js'
import { numberEdits, numberRows } from './numbering.js'

declare module 'vfile' {
  interface DataMap {
    /** What the labels of a body stand for, by name. */
    labels: globalThis.Map<string, Labelled>
  }
}

/** What KaTeX is asked for, here and by rehype-katex, so that both give the same bytes. */
export const katexOptions = {
  strict: 'ignore',
  throwOnError: true,
  maxSize: 100,
  maxExpand: 1000,
} as const satisfies KatexOptions

/** A formula that has been read and numbered, and waits for those after it: a reference may point ahead. */
interface Numbered {
  readonly formula: Formula
  readonly equation: Equation
  readonly numbers: readonly (string | null)[]
  readonly parent: Element | Root
}

/**
 * Typesets the formulas of a body, in order: macros that one defines hold for those after it, and for this
 * body alone. Equations are numbered, and their labels added to `file.data.labels`. A formula that KaTeX
 * rejects becomes `<code class="math-error">` with its source. Reports `math-renders` where in the formula
 * KaTeX stopped, `label-is-unique` and `reference-resolves`.
 */
export function rehypeTypesetMath({ macros, numbering, trust, output }: MathOptions) {
  return (tree: Root, file: VFile): void => {
    const labels = file.data.labels ?? new Map<string, Labelled>()
    file.data.labels = labels
    const numbered = numberFormulas(tree, numbering, labels, file)
    const settings: KatexOptions = {
      ...katexOptions,
      output,
      macros: withBackslashes(macros),
      globalGroup: true,
    }
    const emptied = new Set<Element | Root>()
    for (const item of numbered) {
      const { formula, parent } = item
      const typeset = typesetOf(item, settings, { trust, labels, file })
      parent.children.splice(parent.children.indexOf(formula), 1, ...typeset)
      if (typeset.length === 0) emptied.add(parent)
    }
    if (emptied.size > 0) removeEmptied(tree, emptied)
  }
}

/** A paragraph that held definitions alone shows nothing. */
function removeEmptied(tree: Root, emptied: ReadonlySet<Element | Root>): void {
  visit(tree, 'element', (node, index, parent) => {
    if (!emptied.has(node) || node.tagName !== 'p' || !parent || index === undefined) return undefined
    if (node.children.some((child) => child.type !== 'text' || child.value.trim() !== '')) return undefined
    parent.children.splice(index, 1)
    return index
  })
}

function numberFormulas(
  tree: Root,
  mode: MathOptions['numbering'],
  labels: Map<string, Labelled>,
  file: VFile,
): readonly Numbered[] {
  const numbered: Numbered[] = []
  let next = 1
  visit(tree, 'formula', (formula, _index, parent) => {
    const { display, label } = formula.data.math
    const read = readEquation(formula.value, display)
    const equation = label === null ? read : withLabel(read, label)
    const { numbers, next: after } = numberRows(equation, mode, next)
    next = after
    for (const [index, row] of equation.rows.entries()) {
      for (const { name, start } of row.labels) {
        const number = numbers[index]
        if (labels.has(name))
          report(file, 'label-is-unique', `The label "${name}" is given twice.`, formula, start)
        else if (number) labels.set(name, { id: name, number, name: `(${number})` })
      }
    }
    if (parent) numbered.push({ formula, equation, numbers, parent: parent as Element | Root })
  })
  return numbered
}

/** Adds the label that stands after a display's closing fence to its first row. */
function withLabel(equation: Equation, name: string): Equation {
  const [first, ...rest] = equation.rows
  const label = { name, start: 0, end: 0 }
  return first ? { ...equation, rows: [{ ...first, labels: [...first.labels, label] }, ...rest] } : equation
}

interface Surroundings {
  readonly trust: boolean
  readonly labels: ReadonlyMap<string, Labelled>
  readonly file: VFile
}

function typesetOf(
  item: Numbered,
  settings: KatexOptions,
  surroundings: Surroundings,
): readonly ElementContent[] {
  const { formula, equation, numbers } = item
  const { display } = formula.data.math
  const { file, labels, trust } = surroundings
  const edits = [...equation.edits, ...numberEdits(equation, numbers), ...referenceEdits(item, surroundings)]
  const { text, sourceOffset } = applyEdits(formula.value, edits)
  const refused: string[] = []
  try {
    const html = katex.renderToString(text, {
      ...settings,
      displayMode: display,
      trust: (context) => isOwn(context, labels) || trust || refuse(context.command, refused),
    })
    const [command] = refused
    if (command !== undefined) {
      throw new Error(`${command} is not allowed in formulas`, { cause: formula.value.indexOf(command) })
    }
    if (equation.isSilent) return []
    const spoken = withNumbers(html, numbers)
    return [shown(withSource(spoken, formula.value, text), display)]
  } catch (error) {
    const { reason, at, hint } = faultOf(error as Error, sourceOffset)
    report(file, 'math-renders', `KaTeX cannot typeset this formula: ${reason}.`, formula, at, hint)
    return [rejected(formula)]
  }
}

function shown(html: string, display: boolean): Typeset {
  const value = display ? `<span class="math-display" tabindex="0">${html}</span>` : html
  return { type: 'typeset', value }
}

/** KaTeX leaves the numbers of an environment's rows out of its MathML: a screen reader would not hear them. */
function withNumbers(html: string, numbers: readonly (string | null)[]): string {
  const spoken = numbers.filter((number) => number !== null)
  let row = 0
  return html.replaceAll('<mtd class ="mml-eqn-num"></mtd>', (cell) => {
    const number = spoken[row++]
    return number === undefined ? cell : `<mtd class="mml-eqn-num"><mtext>(${escaped(number)})</mtext></mtd>`
  })
}

/** KaTeX's annotation of a formula that was edited for it says what the author wrote. */
function withSource(html: string, source: string, asked: string): string {
  if (source === asked) return html
  const open = '<annotation encoding="application/x-tex">'
  const start = html.indexOf(open) + open.length
  const end = html.indexOf('</annotation>', start)
  return start < open.length || end < 0 ? html : html.slice(0, start) + escaped(source) + html.slice(end)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Whether KaTeX asks for something that Scholium wrote itself: the id of a label, the link of a reference. */
function isOwn(
  context: Parameters<Exclude<KatexOptions['trust'], boolean | undefined>>[0],
  labels: Surroundings['labels'],
): boolean {
  if (context.command === '\\htmlId') return labels.has(context.id)
  return context.command === '\\href' && context.url.startsWith('#') && labels.has(context.url.slice(1))
}

function refuse(command: string, refused: string[]): false {
  refused.push(command)
  return false
}

function referenceEdits({ formula, equation }: Numbered, { labels, file }: Surroundings): readonly Edit[] {
  return equation.references.map(({ name, form, start, end }): Edit => {
    const target = labels.get(name)
    if (!target) {
      const hint = didYouMean(name, labels.keys())
      report(file, 'reference-resolves', `Nothing in this post is labelled "${name}".`, formula, start, hint)
      return { start, end, text: '\\text{(??)}' }
    }
    const words = form === 'ref' ? target.number : `(${target.number})`
    return { start, end, text: `\\href{#${name}}{\\text{${words}}}` }
  })
}

function faultOf(
  error: Error,
  sourceOffset: (offset: number) => number,
): { readonly reason: string; readonly at: number; readonly hint: string | undefined } {
  if (!(error instanceof katex.ParseError)) {
    const at = typeof error.cause === 'number' ? Math.max(0, error.cause) : 0
    return { reason: error.message, at, hint: at > 0 ? 'Set `math.trust: true` to allow it.' : undefined }
  }
  const unknown = /^Undefined control sequence: (\\[a-zA-Z]+)/.exec(error.rawMessage)?.[1]
  const near = unknown === undefined ? undefined : didYouMean(unknown, knownCommands)
  return { reason: error.rawMessage.replace(/\.$/, ''), at: sourceOffset(error.position ?? 0), hint: near }
}

function rejected(formula: Formula): Element {
  const source: Element = {
    type: 'element',
    tagName: 'code',
    properties: { className: ['math-error'] },
    children: [{ type: 'text', value: formula.value }],
  }
  return formula.data.math.display
    ? {
        type: 'element',
        tagName: 'span',
        properties: { className: ['math-display'], tabIndex: 0 },
        children: [source],
      }
    : source
}

function withBackslashes(macros: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(macros).map(([name, body]) => [/^[a-zA-Z@]+$/.test(name) ? `\\${name}` : name, body]),
  )
}

function report(
  file: VFile,
  ruleId: string,
  reason: string,
  formula: Formula,
  at: number,
  hint?: string,
): void {
  const place: Place = placeInFormula(formula, at)
  const message = file.message(reason, { place, ruleId, source: 'scholium' })
  message.note = hint
}
