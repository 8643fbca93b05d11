/**
 * Formulas as plain text, for where nothing can be typeset: heading ids, titles, descriptions, alt text. KaTeX's
 * MathML already holds every symbol in Unicode, so what is left to do is to write its layout on one line.
 */
import katex from 'katex'
import { isMath, type MathNode, type TreeNode } from './markup.js'
import { combining, inAlphabet, lowered, raised } from './symbols.js'
import { groupEnd, type TexToken, texTokens } from './tex.js'

/**
 * Gives the plain text of a formula that KaTeX has typeset: `α²`, `(a+b)/c`, `∑ᵢ₌₁ⁿ xᵢ`, `x ∈ ℝ^(n×m)`. Takes
 * any HTML with KaTeX's `<math>` in it, which is read up to the first `</math>`; gives '' where there is none.
 * Relations stand between spaces, as in TeX; a script that Unicode cannot raise or lower is written after `^`
 * or `_`, and so are upright words of three letters or more, which are legible on the line only (`x_max`).
 */
export function plainMathml(html: string): string {
  const math = mathOf(html)
  return math ? tidy(joined(piecesOf(math, false), false)) : ''
}

/** Gives the same of the tree that KaTeX has built; '' where there is none. */
export function plainTree(math: MathNode | null): string {
  return math ? tidy(joined(piecesOf(elementOf(math, 1), false), false)) : ''
}

/**
 * Gives the plain text of a formula in TeX, with macros as KaTeX's option takes them (`'\\R': '\\mathbb{R}'`).
 * Commands that KaTeX does not know are written by their name; a formula that it cannot read at all is given
 * by its tokens, without backslashes and braces. Runaway macros end at KaTeX's own limit of 1,000 expansions.
 */
export function plainTex(tex: string, macros: Readonly<Record<string, string>> = {}): string {
  return typesetText(tex, macros) ?? tidy(plainTokens(tex))
}

/** Gives a formula's text through KaTeX, or null if it cannot read it. */
function typesetText(tex: string, macros: Readonly<Record<string, string>>): string | null {
  try {
    const mathml = katex.renderToString(tex, {
      output: 'mathml',
      // Tags and align are for displays only, and nothing is for inline formulas only.
      displayMode: true,
      throwOnError: false,
      strict: 'ignore',
      // Only the words are kept, so that a link or a class cannot do harm.
      trust: true,
      macros: { ...silent, ...macros },
    })
    return mathml.includes('<math') ? plainMathml(mathml) : null
  } catch {
    // KaTeX runs out of stack on a formula that is nested thousands of groups deep.
    return null
  }
}

/** Commands that show nothing, with their argument: the second of it and nothing is nothing. */
const silent = { '\\label': '\\@secondoftwo{#1}{}', '\\require': '\\@secondoftwo{#1}{}' } as const

/** Gives a text on one line, without what cannot be printed. */
function tidy(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .replace(/[\u2061-\u2064]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .normalize('NFC')
}

// MathML as a tree.

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly children: readonly (Element | string)[]
}

/** Deeper elements give their content to the one at this depth: KaTeX's own output is never that deep. */
const maxDepth = 256

/** Gives the `<math>` of KaTeX's HTML. Its tags are well-formed and its text is escaped, so this is all it takes. */
function mathOf(html: string): Element | null {
  const start = html.search(/<math[\s>]/)
  if (start < 0) return null
  const end = html.indexOf('</math>', start)
  const mathml = html.slice(start, end < 0 ? html.length : end)
  const root = { name: 'math', attributes: none, children: [] as (Element | string)[] }
  const open = [root]
  for (const [text, slash, name, attributes = '', empty] of mathml.matchAll(
    /<(\/?)([a-z]+)\b([^<>]*?)(\/?)>|[^<]+|</g,
  )) {
    const parent = open.at(-1) ?? root
    if (name === undefined) parent.children.push(unescaped(text))
    else if (slash) {
      if (parent.name === name && open.length > 1) open.pop()
    } else {
      const element = { name, attributes: attributesIn(attributes), children: [] as (Element | string)[] }
      parent.children.push(element)
      if (!empty && open.length < maxDepth) open.push(element)
    }
  }
  return root
}

const none: Element['attributes'] = {}

/** Gives what a tag says of its element. */
function attributesIn(written: string): Element['attributes'] {
  if (written === '') return none
  const matches = written.matchAll(/(?<![\w-])([\w-]+)\s*=\s*"([^"]*)"/g)
  return Object.fromEntries([...matches].map(([, name = '', value = '']) => [name, unescaped(value)]))
}

/** Gives the element of a node that KaTeX has built, which is `depth` levels deep. */
function elementOf({ type, attributes: given, classes, children }: MathNode, depth: number): Element {
  const attributes = classes.length > 0 ? { ...given, class: classes.join(' ') } : given
  const element = { name: type, attributes, children: [] as (Element | string)[] }
  addTo(element.children, children, depth)
  return element
}

function addTo(content: (Element | string)[], nodes: readonly TreeNode[], depth: number): void {
  for (const node of nodes) {
    if (isMath(node) && depth < maxDepth) content.push(elementOf(node, depth + 1))
    else if (node.children) addTo(content, node.children, depth)
    else if ('text' in node) content.push(node.text ?? '')
    else if (typeof node.character === 'string')
      content.push({ name: 'mtext', attributes: none, children: [node.character] })
    else content.push({ name: 'mspace', attributes: { width: `${node.width}em` }, children: [] })
  }
}

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#x27;': "'",
    '&amp;': '&',
  }
  return text.replace(/&(?:lt|gt|quot|#x27|amp);/g, (reference) => characters[reference] ?? reference)
}

function attribute({ attributes }: Element, name: string): string | null {
  const value = attributes[name]
  return value === undefined ? null : String(value)
}

function isBare({ attributes }: Element): boolean {
  for (const _ in attributes) return false
  return true
}

function textOf(node: Element | string): string {
  return typeof node === 'string' ? node : node.children.map(textOf).join('')
}

// The tree as a row of pieces, as TeX has atoms.

type Kind =
  | 'ordinary'
  | 'number'
  /** `log`, `∑`: stands apart from what it works on. */
  | 'operator'
  | 'binary'
  | 'relation'
  | 'open'
  | 'close'
  /** `|` and `‖` where they open or close; which of the two, nobody knows. */
  | 'bar'
  | 'comma'
  /** `a/b`, or a table: stands apart from factors beside it. */
  | 'block'
  /** One over another without a line. */
  | 'stack'
  | 'text'
  | 'space'
  /** The end of a line. */
  | 'break'

interface Piece {
  readonly text: string
  readonly kind: Kind
  /** Letters set upright, of which words are made. */
  readonly upright?: boolean
  readonly scripts?: 'lowered' | 'raised'
  /** Whether its script is written on the line, so that a letter after it would seem to belong to the script. */
  readonly trailing?: boolean
}

type Row = readonly Piece[]

const space: Piece = { text: ' ', kind: 'space' }

function piecesOf(node: Element | string, script: boolean): Row {
  if (typeof node === 'string') return node.trim() === '' ? [] : [{ text: node, kind: 'text' }]
  const row = (at: number, inScript = script): Row => piecesOf(node.children[at] ?? '', inScript)
  switch (node.name) {
    case 'annotation':
    case 'mphantom':
      return []
    case 'mi':
    case 'mn':
    case 'mo':
    case 'mtext':
      return node.children.some((child) => typeof child !== 'string')
        ? asOne(node, contentOf(node, script))
        : tokenOf(node)
    case 'mspace':
      return spaceOf(node)
    case 'mglyph':
      return [{ text: attribute(node, 'alt') ?? '', kind: 'text' }]
    case 'msup':
      return [withScripts(row(0), null, row(1, true))]
    case 'msub':
      return [withScripts(row(0), row(1, true), null)]
    case 'msubsup':
    case 'munderover':
      return [withScripts(row(0), row(1, true), row(2, true))]
    case 'munder':
      return over(node, row(0), row(1, true), 'under')
    case 'mover':
      return over(node, row(0), row(1, true), 'over')
    case 'mfrac':
      return [attribute(node, 'linethickness') === '0px' ? stack(row(0), row(1)) : fraction(row(0), row(1))]
    case 'msqrt':
      return [root(contentOf(node, script), [])]
    case 'mroot':
      return [root(row(0), row(1, true))]
    case 'mtable':
      return [{ text: tableText(node, script), kind: 'block' }]
    default:
      return contentOf(node, script)
  }
}

function contentOf(element: Element, script: boolean): Row {
  const row = element.children.flatMap((child) => piecesOf(child, script))
  const [open, inner, close] = row
  const isBinomial = row.length === 3 && inner?.kind === 'stack' && open?.text === '(' && close?.text === ')'
  return isBinomial
    ? [{ text: `(${inner.text.replace('; ', ' choose ')})`, kind: 'ordinary' }]
    : withFactorials(row)
}

/** Gives a row in which `!` belongs to what it follows. */
function withFactorials(row: Row): Row {
  if (!row.some(({ text }) => text === '!')) return row
  const result: Piece[] = []
  for (const piece of row) {
    const last = result.at(-1)
    const isPostfix = piece.text === '!' && last !== undefined && ['ordinary', 'number'].includes(last.kind)
    if (isPostfix) result.splice(-1, 1, { ...last, text: `${last.text}!`, kind: 'ordinary' })
    else result.push(piece)
  }
  return result
}

/** Gives the content of a token element that holds elements: `\mathop{argmin}` is one name. */
function asOne(element: Element, row: Row): Row {
  const isName = element.name === 'mo' && row.length > 1 && /^\p{L}+$/u.test(joined(row, true))
  return isName ? [{ text: joined(row, true), kind: 'operator', upright: true }] : row
}

/** Relations and arrows, also struck out (U+0338). */
const relations = /^(?:[=<>∈-∍∝∣-∦∴∵∷∼-≉≊-⊋⊏-⊒⊢⊣⊥-⊸⋈⋍⋐⋑⋔⋖-⋭←-⇿⟂⟵-⟿⤀-⥿⩽-⫐]\u0338?)+$/u
const largeOperators = /^[∏∐∑∫-∳⋀-⋃⨀-⨌⨿]$/u

function tokenOf(element: Element): Row {
  const text = textOf(element).replace(/[\u2061\u200B]/g, '')
  if (text === '') return []
  if (element.name === 'mtext') return textPiece(text)
  const variant = attribute(element, 'mathvariant')
  if (element.name === 'mn') return [{ text: inAlphabet(text, variant), kind: 'number' }]
  if (text === '∣' || text === '|' || text === '∥' || text === '‖') {
    // A bar without attributes is \mid or \parallel; one that opens or closes has some.
    const isRelation = element.name === 'mo' && isBare(element)
    return [{ text: /[∣|]/.test(text) ? '|' : '‖', kind: isRelation ? 'relation' : 'bar' }]
  }
  if (element.name === 'mo') return operatorPiece(text, element)
  if (text === '/') return [{ text, kind: 'binary' }]
  const isName = text.length > 1 && /\p{L}.*\p{L}/u.test(text)
  const upright = /^\p{L}+$/u.test(text) && (isName || variant === 'normal')
  return [{ text: inAlphabet(text, variant), kind: isName ? 'operator' : 'ordinary', upright }]
}

function operatorPiece(text: string, element: Element): Row {
  if (text === '∗') return [{ text: '*', kind: 'binary' }]
  // \left< is an angle bracket.
  if (text === '<' && attribute(element, 'fence') === 'true') return [{ text: '⟨', kind: 'open' }]
  if (text === '>' && attribute(element, 'fence') === 'true') return [{ text: '⟩', kind: 'close' }]
  return [{ text, kind: kindOf(text, element) }]
}

function kindOf(text: string, element: Element): Kind {
  if (text === ',' || text === ';') return 'comma'
  if (text === '!') return 'ordinary'
  if (text === ':') return isBare(element) ? 'relation' : 'binary'
  if (relations.test(text)) return attribute(element, 'fence') === 'true' ? 'bar' : 'relation'
  if (largeOperators.test(text)) return 'operator'
  if (/^\p{Ps}$/u.test(text)) return 'open'
  if (/^\p{Pe}$/u.test(text)) return 'close'
  return 'binary'
}

function textPiece(text: string): Row {
  // KaTeX writes a negative space with an invisible separator.
  if (text.includes('\u2063')) return []
  if (text.trim() === '') return [space]
  // A command that KaTeX does not know.
  if (/^\\[a-zA-Z@]+$/.test(text)) return [{ text: text.slice(1), kind: 'operator', upright: true }]
  return [{ text, kind: 'text', upright: /^\p{L}+$/u.test(text) }]
}

function spaceOf(element: Element): Row {
  if (attribute(element, 'linebreak') === 'newline') return [{ text: '; ', kind: 'break' }]
  const isRule = attribute(element, 'mathbackground') !== null
  // A thin space is a sixth of an em; what is narrower only adjusts.
  return !isRule && Number.parseFloat(attribute(element, 'width') ?? '0') > 0.16 ? [space] : []
}

// Layout on one line.

function withScripts(base: Row, sub: Row | null, sup: Row | null): Piece {
  const nucleus = nucleusOf(base, sup !== null)
  const raisedText = sup && sup.length > 0 ? superscript(sup) : ''
  const loweredText = sub && sub.length > 0 ? subscript(sub) : ''
  const text = `${nucleus.text}${loweredText}${raisedText}`
  if (text === nucleus.text) return nucleus
  return {
    text,
    kind: nucleus.kind === 'number' ? 'ordinary' : nucleus.kind,
    scripts: raisedText === '' ? 'lowered' : 'raised',
    trailing: /^[_^].*[\p{L}\p{N}]\p{M}*$/su.test(raisedText || loweredText),
  }
}

/** Gives what a script is put to as one piece, in parentheses where the script would seem to belong to less. */
function nucleusOf(base: Row, isRaised: boolean): Piece {
  const text = joined(base, false)
  const [first] = base
  const last = base.at(-1)
  if (!first || !last) return { text, kind: 'ordinary' }
  const isWhole = base.length === 1 && first.kind !== 'block' && !(isRaised && first.scripts === 'raised')
  if (isWhole) return first
  const isClosed = last.kind === 'close' || last.kind === 'bar'
  return { text: isClosed || isWord(base) ? text : `(${text})`, kind: 'ordinary' }
}

function superscript(row: Row): string {
  const text = joined(row, true).replaceAll('∘', '°')
  if (/^[*†‡]+$/.test(text)) return text
  return (hasLongWord(row) ? null : raised(text)) ?? onLine('^', row, text)
}

function subscript(row: Row): string {
  const text = joined(row, true)
  return (hasLongWord(row) ? null : lowered(text)) ?? onLine('_', row, text)
}

function onLine(mark: '^' | '_', row: Row, text: string): string {
  if (isFenced(row) && row[0]?.text === '(') return `${mark}${text}`
  const isPlain = isWord(row) || (row.length === 1 && row[0]?.kind !== 'block' && !row[0]?.scripts)
  return isPlain && !/\s/.test(text) ? `${mark}${text}` : `${mark}(${text})`
}

/** Gives something with a mark over or under it: an accent, or else a script. */
function over(element: Element, base: Row, mark: Row, side: 'over' | 'under'): Row {
  const second = element.children[1]
  const isAccent =
    attribute(element, side === 'over' ? 'accent' : 'accentunder') === 'true' ||
    (typeof second === 'object' && second.name === 'mo' && attribute(second, 'stretchy') === 'true')
  if (!isAccent) return [side === 'over' ? withScripts(base, null, mark) : withScripts(base, mark, null)]
  const accent = combining(joined(mark, true), side)
  // What has no combining character is a brace or the like: it adds nothing to read.
  return accent === null ? base : [accented(base, accent)]
}

function accented(base: Row, accent: string): Piece {
  // An accent takes the place of the dot.
  const text = joined(base, false).replace(/^ı$/, 'i').replace(/^ȷ$/, 'j')
  const kind = base[0]?.kind === 'text' ? 'text' : 'ordinary'
  // A line is drawn over every character; any other accent stands over one, or after parentheses (UTN #28).
  if (accent === '\u0305' || accent === '\u0332')
    return { text: text.replace(/[^\s\p{M}]\p{M}*/gu, (character) => character + accent), kind }
  return { text: /^.\p{M}*$/su.test(text) ? text + accent : `(${text})${accent}`, kind }
}

function fraction(numerator: Row, denominator: Row): Piece {
  const above = bracketed(numerator, isProduct(numerator))
  const below = bracketed(denominator, isFactor(denominator))
  return { text: `${above}/${below}`, kind: 'block' }
}

function stack(above: Row, below: Row): Piece {
  return { text: `${joined(above, false)}; ${joined(below, false)}`, kind: 'stack' }
}

function root(radicand: Row, index: Row): Piece {
  const isPlain = isFactor(radicand) && radicand.every(({ scripts }) => scripts !== 'raised')
  const text = `${radicalOf(index)}${bracketed(radicand, isPlain)}`
  // As if raised: what is raised after it would seem to stand under the root.
  return isPlain ? { text, kind: 'ordinary', scripts: 'raised', trailing: true } : { text, kind: 'ordinary' }
}

function radicalOf(index: Row): string {
  const text = joined(index, true)
  if (text === '3') return '∛'
  if (text === '4') return '∜'
  return `${raised(text) ?? `(${text})`}√`
}

function tableText(table: Element, script: boolean): string {
  const aligned = (attribute(table, 'columnalign') ?? '').split(' ')
  const isSpaced = !/^0em/.test(attribute(table, 'columnspacing') ?? '')
  const rows = table.children.map((row) => {
    const cells = typeof row === 'string' ? [] : row.children.filter(isCell)
    const pieces = cells.flatMap((cell, at): Row => {
      // A right-aligned and a left-aligned column without space between them are the two sides of an equation.
      const isRest = !isSpaced && aligned[at - 1] === 'right' && aligned[at] === 'left'
      return [...(at === 0 || isRest ? [] : [space]), ...piecesOf(cell, script)]
    })
    return joined(pieces, script).trim()
  })
  return rows
    .filter((row) => row !== '')
    .map((row, at, { length }) => (at < length - 1 ? row.replace(/(?<!\s)\s*[,;]$/, '') : row))
    .join('; ')
}

/** Whether a node is a cell of a table's own columns, not the glue and the number beside an equation. */
function isCell(node: Element | string): node is Element {
  if (typeof node === 'string') return false
  const name = attribute(node, 'class')
  return name !== 'mtr-glue' && name !== 'mml-eqn-num' && attribute(node, 'width') !== '50%'
}

// What may stand without parentheses.

function bracketed(row: Row, isPlain: boolean): string {
  const text = joined(row, false)
  return isPlain ? text : `(${text})`
}

/** Whether a row is one word: letters set upright, as in `\mathrm{KL}`. */
function isWord(row: Row): boolean {
  return row.length > 0 && row.every(({ upright, scripts }) => upright && !scripts)
}

function hasLongWord(row: Row): boolean {
  return /\p{L}{3}/u.test(row.map(({ text, upright }) => (upright ? text : ' ')).join(''))
}

/** Whether a row is one thing between delimiters that match. */
function isFenced(row: Row): boolean {
  const [first] = row
  const last = row.at(-1)
  if (row.length < 2 || !first || !last) return false
  const bars = row.filter(({ kind }) => kind === 'bar').length
  if (first.kind === 'bar') return last.text.startsWith(first.text) && last.kind === 'bar' && bars === 2
  if (first.kind !== 'open' || last.kind !== 'close') return false
  const depths = depthsOf(row)
  return depths.every((depth, at) => depth > 0 || at === depths.length - 1)
}

/** Gives how many delimiters are open after each piece. */
function depthsOf(row: Row): readonly number[] {
  let depth = 0
  return row.map(({ kind }) => {
    if (kind === 'open') depth += 1
    if (kind === 'close') depth -= 1
    return depth
  })
}

/** Whether a row reads as a product, so that it needs no parentheses before a slash. */
function isProduct(row: Row): boolean {
  if (isFactor(row)) return true
  const depths = depthsOf(row)
  return row.every(
    ({ text, kind }, at) =>
      (depths[at] ?? 0) > 0 ||
      kind === 'close' ||
      kind === 'bar' ||
      ((kind === 'ordinary' || kind === 'number' || kind === 'text') && !/\s/.test(text)),
  )
}

/** Whether a row reads as one factor, so that it needs no parentheses after a slash or under a root. */
function isFactor(row: Row): boolean {
  const [first, second] = row
  if (!first) return false
  if (row.length === 1) return first.kind !== 'block' && !/\s/.test(first.text)
  if (isWord(row) || isFenced(row)) return true
  const isDifferential = row.length === 2 && /^[d∂]$/.test(first.text) && second?.kind === 'ordinary'
  return isDifferential || isCall(row)
}

/** Whether a row is `f(x)` or `P(A|B)`; but `n(n+1)` is a product. */
function isCall(row: Row): boolean {
  const [name, ...argument] = row
  return (
    (name?.kind === 'ordinary' || name?.kind === 'operator') &&
    argument[0]?.text === '(' &&
    isFenced(argument) &&
    argument.every(({ kind }) => kind !== 'binary' && kind !== 'block')
  )
}

// Spaces between pieces.

function joined(row: Row, script: boolean): string {
  return row
    .map((piece, at) => {
      const before = row[at - 1]
      if (piece.kind === 'break' && (at === 0 || at === row.length - 1)) return ''
      if (before && piece.kind === 'block' && isFunction(before)) return `(${piece.text})`
      return before && isApart(before, piece, row[at - 2], script) ? ` ${piece.text}` : piece.text
    })
    .join('')
}

/** Whether two pieces stand apart; `earlier` is the one before them. In scripts, only words do. */
function isApart(left: Piece, right: Piece, earlier: Piece | undefined, script: boolean): boolean {
  if (left.kind === 'space' || right.kind === 'space' || right.kind === 'comma') return false
  if (left.kind === 'comma') return !script && !isThousands(earlier, right)
  if ((left.kind === 'relation') !== (right.kind === 'relation'))
    return !script && left.kind !== 'open' && right.kind !== 'close'
  if (left.kind === 'operator') return startsOperand(right)
  if (right.kind === 'operator') return left.kind === 'close' || endsOperand(left)
  if (left.kind === 'block') return startsOperand(right) || right.kind === 'open'
  if (right.kind === 'block') return left.kind === 'close' || endsOperand(left)
  return left.trailing === true && startsOperand(right)
}

/** Whether a piece is the name of a function like `log`, which would not reach over a slash; `lim` and `max` do. */
function isFunction({ text, kind }: Piece): boolean {
  return kind === 'operator' && /^(?!arg|det|gcd|inf|lim|max|min|Pr|sup)\p{L}/u.test(text)
}

/** Whether a comma between two numbers is theirs: `1,000` without the braces that TeX asks for. */
function isThousands(before: Piece | undefined, after: Piece): boolean {
  return before?.kind === 'number' && after.kind === 'number' && /^\d{3}(?!\d)/.test(after.text)
}

const operands: ReadonlySet<Kind> = new Set(['ordinary', 'number', 'operator', 'block'])

function startsOperand({ kind, text }: Piece): boolean {
  if (kind === 'block') return true
  return kind === 'text' ? /^[\p{L}\p{N}]/u.test(text) : operands.has(kind) && !/^\p{Ps}/u.test(text)
}

function endsOperand({ kind, text }: Piece): boolean {
  return kind === 'text' ? /[\p{L}\p{N}]$/u.test(text) : operands.has(kind)
}

// Without KaTeX.

/** Commands for the look of what follows. */
const looks =
  /^\\(?:left|right|middle|[bB]igg?[lrm]?|(?:no)?limits|\w*style|(?:text|math)[a-z]{0,6}|operatorname|bm|boldsymbol)$/

/** Gives what a formula's tokens say: commands by name, without braces, labels and sizes. */
function plainTokens(tex: string): string {
  const tokens = texTokens(tex)
  const words: string[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (!token) continue
    const named = /^\\(?:begin|end|label)$/.test(token.text) ? groupEnd(tokens, at + 1) : null
    if (named) at = named.end - 1
    else words.push(wordOf(token, tokens[at - 1]))
  }
  return words.join('')
}

/** Gives what a token adds to the text, with a space before it where it would run into what is `before` it. */
function wordOf({ kind, text }: TexToken, before: TexToken | undefined): string {
  const isAfterName = before !== undefined && isName(before)
  switch (kind) {
    case 'command':
      return isName({ kind, text }) && /[\p{L}\p{N}}]$/u.test(before?.text ?? '')
        ? ` ${commandWord(text)}`
        : commandWord(text)
    case 'open':
      return isAfterName || before?.kind === 'close' ? ' ' : ''
    case 'close':
    case 'comment':
    case 'dollar':
      return ''
    case 'align':
      return ' '
    default:
      return isAfterName && /^[\p{L}\p{N}]/u.test(text) ? ` ${text}` : text
  }
}

function isName({ kind, text }: Pick<TexToken, 'kind' | 'text'>): boolean {
  return kind === 'command' && /^\\[a-zA-Z@]+$/.test(text) && !looks.test(text)
}

function commandWord(text: string): string {
  if (text.startsWith('\\verb')) return text.replace(/^\\verb\*?/, '').slice(1, -1)
  if (text === '\\\\') return '; '
  if (looks.test(text)) return ''
  const name = text.slice(1)
  return /^(?:[a-zA-Z@]+|[{}$%&#_|])$/.test(name) ? name : ' '
}
