/** Formulas → HTML: a rehype plugin in front of rehype-katex that asks KaTeX once and keeps its HTML as text. */
import type { Element, ElementContent, Nodes, Properties, Root } from 'hast'
import katex, { type KatexOptions } from 'katex'
import type { VFile } from 'vfile'
import type { MathOptions } from '../../config.js'
import { encodePath } from '../../content/permalink.js'
import { isDeepTex } from '../../depth.js'
import { texMacros } from '../../macros.js'
import { didYouMean } from '../../nearest.js'
import { report } from '../finding.js'
import { escapeHtml } from '../html.js'
import { unresolved } from '../references.js'
import { formulaEnd, formulaStart, type Labelled, ownTex } from '../rendered.js'
import type { Styles } from '../styles.js'
import type { Typeset } from '../typeset.js'
import { visit } from '../walk.js'
import { knownCommands, knownEnvironments, ownCommands } from './commands.js'
import { applyEdits, type Edit } from './edit.js'
import { type Equation, type Label, labelName, readEquation, standardMacros } from './equation.js'
import type { Formula } from './formula.js'
import { placeInFormula } from './from-markdown.js'
import { withItemText } from './items.js'
import { markupOf, mathIn, treeOf } from './markup.js'
import { coreMathml } from './mathml.js'
import type { FormulaMemo, TypesetFormula } from './memo.js'
import { type Numbers, numberEdits, numberRows, type RowNumber } from './numbering.js'
import { plainMathml, plainTree } from './plain.js'
import { texTokens } from './tex.js'

declare module 'vfile' {
  interface DataMap {
    /** What the labels of a body stand for, by name. */
    labels: globalThis.Map<string, Labelled>
    /** Labels of rows that have no number, which nothing can refer to. */
    unnumberedLabels: ReadonlySet<string>
  }
}

/** What KaTeX is always asked for. */
export const katexOptions = {
  strict: 'ignore',
  throwOnError: true,
  maxSize: 100,
  maxExpand: 1000,
} as const satisfies KatexOptions

/** What KaTeX is asked for in one body, here and by rehype-katex. KaTeX adds to the macros what formulas define. */
export function katexSettings({ output, macros }: MathOptions): KatexOptions {
  return { ...katexOptions, output, macros: { ...standardMacros, ...texMacros(macros) } }
}

/**
 * Marks in the TeX that KaTeX is asked for what Scholium wrote itself: before a number, the id of a label, which
 * no TeX need spell; alone, the colour of a command that KaTeX refuses.
 */
const own = ownTex

/** A formula that has been read and numbered, and waits for those after it: a reference may point ahead. */
interface Numbered {
  readonly formula: Formula
  readonly equation: Equation
  readonly numbers: Numbers
  /** The ids of its labels: by row those at a number, and those of the display as a whole. */
  readonly ids: { readonly rows: readonly (readonly string[])[]; readonly whole: readonly string[] }
  readonly parent: Element | Root
}

/** Has KaTeX typeset a formula as it asks for, with classes for styles; throws what KaTeX throws. */
type Typesetter = (tex: string, display: boolean, trust: (context: TrustContext) => boolean) => TypesetFormula

/** What typesetting a formula wants to know of its body. */
interface Surroundings {
  readonly options: MathOptions
  readonly typeset: Typesetter
  readonly labels: ReadonlyMap<string, Labelled>
  readonly unnumbered: ReadonlySet<string>
  /** Those of the formulas so far. */
  readonly styles: Styles
  readonly file: VFile
}

/**
 * Typesets the formulas of a body, in order: macros that one defines hold for those after it, and for this
 * body alone. Equations are numbered, and their labels added to `file.data.labels`. A formula that KaTeX
 * rejects becomes `<code class="math-error">` with its source. One that `memo` has is not typeset again. Reports `math-renders` where in the formula
 * KaTeX stopped, `label-is-unique` and `reference-resolves`.
 */
export function rehypeTypesetMath(options: MathOptions, memo: FormulaMemo) {
  const scope = memo.scope(JSON.stringify(options))
  return (tree: Root, file: VFile): void => {
    const labels = file.data.labels ?? new Map<string, Labelled>()
    const unnumbered = new Set<string>()
    file.data.labels = labels
    file.data.unnumberedLabels = unnumbered
    const numbered = numberFormulas(tree, options, { labels, unnumbered, file, memo })
    const settings: KatexOptions = { ...katexSettings(options), globalGroup: true, errorColor: own }
    const typesetter = typesetterOf(settings, memo, scope)
    const styles = file.data.styles ?? new Map<string, string>()
    file.data.styles = styles
    const surroundings = { options, labels, unnumbered, styles, file, typeset: typesetter }
    const typeset = new Map<Nodes, readonly Nodes[]>(
      numbered.map((item) => [item.formula, typesetOf(item, settings, surroundings)]),
    )
    // Each parent once, however many formulas it has.
    for (const parent of new Set(numbered.map((item) => item.parent))) {
      const given: readonly Nodes[] = parent.children
      const children = given.flatMap((child) => typeset.get(child) ?? [child]) as ElementContent[]
      const isItem = parent.type === 'element' && parent.tagName === 'li'
      Object.assign(parent, { children: isItem ? withItemText(children) : children })
    }
    const silent = numbered.filter(({ formula }) => typeset.get(formula)?.length === 0)
    if (silent.length > 0) removeEmptied(tree, new Set(silent.map(({ parent }) => parent)))
  }
}

/**
 * Gives what typesets the formulas of one body. As long as none has defined a macro, what a formula becomes depends
 * on nothing but itself and the options, and is kept.
 */
function typesetterOf(settings: KatexOptions, memo: FormulaMemo, scope: string): Typesetter {
  const given = { ...settings.macros }
  let isGiven = true
  return (tex, display, trust) => {
    const key = `${scope}${display ? 'd' : 'i'} ${tex}`
    const kept = isGiven ? memo.get(key) : undefined
    if (kept !== undefined) return kept
    let isTrusted = true
    if (isDeepTex(tex)) throw new RangeError('A formula is nested too deeply.')
    try {
      const styles: Styles = new Map()
      const tree = treeOf(tex, {
        ...settings,
        displayMode: display,
        // Numbers are macros too, and a long formula is not a runaway one.
        maxExpand: katexOptions.maxExpand + tex.length,
        trust: (context) => {
          const allowed = trust(context)
          isTrusted &&= allowed
          return allowed
        },
      })
      isGiven &&= isSame(settings.macros ?? {}, given)
      const html = markupOf(tree, memo.namer, styles)
      const formula = { html, styles, plain: plainTree(mathIn(tree)), isMarked: html.includes(own) }
      if (isGiven && isTrusted) memo.set(key, formula)
      return formula
    } finally {
      isGiven &&= isSame(settings.macros ?? {}, given)
    }
  }
}

/** Macros that KaTeX sets for itself, and sets anew where it reads them. */
const ownToKatex: ReadonlySet<string> = new Set(['\\@eqnsw', '\\df@tag', '\\cr', '\\current@color'])

type Macros = Exclude<KatexOptions['macros'], undefined>

/** Whether formulas have left macros as they were given. */
function isSame(macros: Macros, given: Macros): boolean {
  return Object.keys(macros).every(
    (name) => macros[name] === given[name] || macros[name] === undefined || ownToKatex.has(name),
  )
}

/** A paragraph that held definitions alone shows nothing. */
function removeEmptied(tree: Root, emptied: ReadonlySet<Element | Root>): void {
  visit(tree, (node) => {
    if (!('children' in node)) return
    const isLeft = (child: unknown) =>
      !emptied.has(child as Element) || (child as Element).tagName !== 'p' || !isBlank(child as Element)
    if (node.children.some((child) => !isLeft(child)))
      Object.assign(node, { children: node.children.filter(isLeft) })
  })
}

function isBlank({ children }: Element): boolean {
  return children.every((child) => child.type === 'text' && child.value.trim() === '')
}

interface Register {
  readonly labels: Map<string, Labelled>
  readonly unnumbered: Set<string>
  readonly file: VFile
  readonly memo: FormulaMemo
}

function numberFormulas(tree: Root, options: MathOptions, register: Register): readonly Numbered[] {
  const numbered: Numbered[] = []
  let next = 1
  visit(tree, 'formula', (formula, _index, parent) => {
    if (!parent) return
    const { display, label } = formula.data.math
    const read = display ? readEquation(formula.value, true) : register.memo.inline(formula.value)
    const equation = label === null ? read : withLabel(read, label)
    const numbers = numberRows(equation, options.numbering, next, options.macros)
    next = numbers.next
    const ids = idsOf(formula, equation, numbers, register, options.output === 'mathml')
    numbered.push({ formula, equation, numbers, ids, parent: parent as Element | Root })
  })
  return numbered
}

/**
 * Adds the label that stands after a display's closing fence: to its first row that is numbered, or to all of it
 * if none is.
 */
function withLabel(equation: Equation, written: string): Equation {
  const label: Label = { name: labelName(written), start: 0, end: 0 }
  const index = equation.rows.findIndex(({ tag, numbering }) => tag !== null || numbering !== 'never')
  const rows = equation.rows.map((row, at) =>
    at === index ? { ...row, labels: [...row.labels, label] } : row,
  )
  if (index < 0) rows.push({ labels: [label], tag: null, numbering: 'plain', end: equation.tex.length })
  return { ...equation, rows }
}

/** Notes what the labels of a formula stand for, and gives the ids that it is to have. */
function idsOf(
  formula: Formula,
  { rows, subequations }: Equation,
  numbers: Numbers,
  { labels, unnumbered, file }: Register,
  isMathml: boolean,
): Numbered['ids'] {
  const note = ({ name, start }: Label, number: RowNumber | null | undefined): readonly string[] => {
    if (labels.has(name) || unnumbered.has(name)) {
      report(file, 'label-is-unique', `The label "${name}" is given twice.`, {
        place: placeInFormula(formula, start),
      })
      return []
    }
    if (number) labels.set(name, { id: name, number: number.number, name: `(${number.number})` })
    else unnumbered.add(name)
    return [name]
  }
  const whole = (subequations ?? []).flatMap((label) => note(label, numbers.subequations))
  const atRows = rows.map((row, index) => row.labels.flatMap((label) => note(label, numbers.rows[index])))
  // MathML alone has no place for ids that every browser finds, and a row without a number has none at all.
  const isAtNumber = (index: number) => !isMathml && Boolean(numbers.rows[index])
  return {
    rows: atRows.map((ids, index) => (isAtNumber(index) ? ids : [])),
    whole: [...whole, ...atRows.flatMap((ids, index) => (isAtNumber(index) ? [] : ids))],
  }
}

function typesetOf(
  item: Numbered,
  settings: KatexOptions,
  surroundings: Surroundings,
): readonly ElementContent[] {
  const { formula, equation, numbers, ids } = item
  const { display } = formula.data.math
  const { options } = surroundings
  // KaTeX is given the index of an id or of a reference's target, and its HTML is given the name.
  const names: string[] = []
  const indexOf = (name: string) => `${own}${names.push(name) - 1}`
  const edits = [
    ...equation.edits,
    ...numberEdits(
      equation,
      numbers,
      ids.rows.map((row) => row.map(indexOf)),
    ),
    ...referenceEdits(item, surroundings, indexOf),
  ]
  const { text, sourceOffset } = applyEdits(formula.value, edits)
  const refused = new Set<string>()
  const reject = ({ reason, at, hint }: Fault): readonly ElementContent[] => {
    const message = `KaTeX cannot typeset this formula: ${reason}.`
    report(surroundings.file, 'math-renders', message, { place: placeInFormula(formula, at), hint })
    return [rejected(formula, [...ids.whole, ...ids.rows.flat()])]
  }
  try {
    const { html, styles, plain, isMarked } = surroundings.typeset(
      text,
      display,
      (context) => isOwn(context) || options.trust || !refused.add(context.command),
    )
    const named = withNames(withSource(html, formula.value, text), names)
    if (refused.size > 0 || (isMarked && named.includes(own)))
      return reject(refusal(formula.value, refused, options.trust))
    if (equation.isSilent) return []
    const spoken = withNumbers(named, numbers)
    const form = options.output === 'mathml' ? coreMathml(spoken) : spoken
    if (options.output !== 'mathml') for (const [name, style] of styles) surroundings.styles.set(name, style)
    const value = formulaStart + form + formulaEnd
    // Numbers stand beside a formula: they are not of its text.
    const asText = form === spoken ? plain : plainMathml(form)
    return [shown({ type: 'typeset', value, tex: formula.value, plain: asText }, display, ids.whole)]
  } catch (error) {
    return reject(faultOf(error, text, sourceOffset, settings))
  }
}

function shown(typeset: Typeset, display: boolean, ids: readonly string[]): ElementContent {
  if (!display) return typeset
  // With ids it is an element, so that what looks for ids finds them.
  return ids.length > 0
    ? displayOf(typeset, ids)
    : { ...typeset, value: `<span class="math-display" tabindex="0">${typeset.value}</span>` }
}

function rejected(formula: Formula, ids: readonly string[]): Element {
  const source: Element = {
    type: 'element',
    tagName: 'code',
    properties: { className: ['math-error'] },
    children: [{ type: 'text', value: formula.value }],
  }
  return formula.data.math.display ? displayOf(source, ids) : source
}

/** The box of a display that scrolls, with the ids of its labels. */
function displayOf(content: ElementContent, [id, ...others]: readonly string[]): Element {
  const span = (properties: Properties, children: ElementContent[]): Element => ({
    type: 'element',
    tagName: 'span',
    properties,
    children,
  })
  return span({ ...(id !== undefined && { id }), className: ['math-display'], tabIndex: 0 }, [
    ...others.map((other) => span({ id: other }, [])),
    content,
  ])
}

/** KaTeX leaves the numbers of an environment's rows out of its MathML: a screen reader would not hear them. */
function withNumbers(html: string, { rows }: Numbers): string {
  const numbers = rows.filter((number) => number !== null)
  let row = 0
  return html.replaceAll('<mtd class ="mml-eqn-num"></mtd>', (cell) => {
    const number = numbers[row++]
    return number ? `<mtd class="mml-eqn-num"><mtext>${escapeHtml(number.shown)}</mtext></mtd>` : cell
  })
}

/**
 * Gives the HTML with the names of labels in ids and links, where KaTeX was given their indices. KaTeX hides its
 * HTML from screen readers, and nothing in it may take the focus.
 */
function withNames(html: string, names: readonly string[]): string {
  if (names.length === 0) return html
  const written = new RegExp(`(<a (?:class="[^"]*" )?)?(id|href)="${own}(\\d+)"`, 'g')
  return html.replace(written, (whole, anchor: string | undefined, attribute: string, index: string) => {
    const name = names[Number(index)]
    if (name === undefined) return whole
    const value = attribute === 'href' ? `#${encodePath(name)}` : name
    const named = `${attribute}="${escapeHtml(value).replaceAll('"', '&quot;')}"`
    return anchor === undefined ? named : `${anchor}${named} tabindex="-1"`
  })
}

/** KaTeX's annotation of a formula that was edited for it says what the author wrote. */
function withSource(html: string, source: string, asked: string): string {
  if (source === asked) return html
  const open = '<annotation encoding="application/x-tex">'
  const start = html.indexOf(open) + open.length
  const end = html.indexOf('</annotation>', start)
  return start < open.length || end < 0 ? html : html.slice(0, start) + escapeHtml(source) + html.slice(end)
}

type TrustContext = Parameters<Exclude<KatexOptions['trust'], boolean | undefined>>[0]

/** Whether KaTeX asks for something that Scholium wrote itself: the id of a label, the link of a reference. */
function isOwn(context: TrustContext): boolean {
  if (context.command === '\\htmlId') return context.id.startsWith(own)
  return context.command === '\\href' && context.url.startsWith(own)
}

const elsewhere = {
  reason: 'A formula cannot refer to another post.',
  hint: 'Write the reference in the text.',
} as const

function referenceEdits(
  { formula, equation }: Numbered,
  { labels, unnumbered, file }: Surroundings,
  indexOf: (name: string) => string,
): readonly Edit[] {
  return equation.references.map(({ name, form, start, end }): Edit => {
    const target = labels.get(name)
    if (!target) {
      const { reason, hint } = name.includes('#') ? elsewhere : unresolved(name, labels.keys(), unnumbered)
      report(file, 'reference-resolves', reason, { place: placeInFormula(formula, start), hint })
      return { start, end, text: '\\text{(??)}' }
    }
    const number = inText(target.number === '' ? target.name : target.number)
    const words = form === 'ref' || target.number === '' ? number : `(${number})`
    return { start, end, text: `\\href{${indexOf(target.id)}}{\\text{${words}}}` }
  })
}

/** Plain text as TeX's text mode has it. */
function inText(text: string): string {
  const words: Readonly<Record<string, string>> = {
    '\\': 'textbackslash',
    '^': 'textasciicircum',
    '~': 'textasciitilde',
  }
  return text.replace(/[\\^~{}$&#_%]/g, (character) => {
    const word = words[character]
    return word === undefined ? `\\${character}` : `\\${word}{}`
  })
}

/** Commands that KaTeX asks for trust for. */
const trustedCommands: ReadonlySet<string> = new Set([
  '\\href',
  '\\url',
  '\\includegraphics',
  '\\htmlClass',
  '\\htmlId',
  '\\htmlStyle',
  '\\htmlData',
])

interface Fault {
  readonly reason: string
  readonly at: number
  readonly hint: string | undefined
}

/** KaTeX has left a command out that could do harm, or whose URL is none; its place, unless a macro wrote it. */
function refusal(tex: string, commands: ReadonlySet<string>, isTrusted: boolean): Fault {
  const wanted = commands.size > 0 ? commands : trustedCommands
  const token = texTokens(tex).find(({ text }) => wanted.has(text))
  const command = token?.text ?? [...commands][0] ?? 'a link of a macro'
  return isTrusted || commands.size === 0
    ? { reason: `${command} has a URL that is none`, at: token?.start ?? 0, hint: undefined }
    : {
        reason: `${command} is not allowed in formulas`,
        at: token?.start ?? 0,
        hint: 'Set `math.trust: true` to allow it.',
      }
}

/** What KaTeX has thrown; anything but its own errors is a limit it does not know of, or a fault of its own. */
function faultOf(
  error: unknown,
  asked: string,
  sourceOffset: (offset: number) => number,
  { macros = {} }: KatexOptions,
): Fault {
  if (error instanceof RangeError)
    return { reason: 'it is nested too deeply, or its macros grow without end', at: 0, hint: undefined }
  if (!(error instanceof katex.ParseError)) return { reason: String(error), at: 0, hint: undefined }
  const { rawMessage } = error
  const at = isIn(asked, error) ? sourceOffset(error.position ?? 0) : 0
  return { reason: rawMessage.replace(/\.$/, ''), at, hint: hintFor(rawMessage, Object.keys(macros)) }
}

function hintFor(message: string, macros: readonly string[]): string | undefined {
  const [, command] = /^Undefined control sequence: (\\[a-zA-Z]+)/.exec(message) ?? []
  const [, environment] = /^No such environment: (\S+)/.exec(message) ?? []
  if (environment !== undefined) return didYouMean(environment, knownEnvironments)
  // An @ is in the names of macros that no author writes.
  const known = [...knownCommands, ...ownCommands, ...macros.filter((name) => !name.includes('@'))]
  return command === undefined ? undefined : didYouMean(command, known)
}

/**
 * Whether the place of KaTeX's error is one in this text: in what a macro is replaced by, it is a place there.
 * KaTeX's message ends with the text around the place, what it stopped at underlined by combining characters.
 */
function isIn(text: string, { message, position = 0, length = 0 }: katex.ParseError): boolean {
  const end = position + length
  const before = position > 15 ? `…${text.slice(position - 15, position)}` : text.slice(0, position)
  const after = end + 15 < text.length ? `${text.slice(end, end + 15)}…` : text.slice(end)
  return message.endsWith(`: ${before}${text.slice(position, end).replace(/[\s\S]/g, '$&\u0332')}${after}`)
}
