/**
 * Formulas as nodes: what remark-math makes of them, `math` and `inlineMath` with the elements that rehype-katex
 * reads, and what typesetting wants to know beside.
 */
import type { Element } from 'hast'
import type { Nodes, Paragraph, Parents, PhrasingContent, Root, RootContent } from 'mdast'
import type { CompileContext, Extension, Token } from 'mdast-util-from-markdown'
import type { InlineMath, Math as MathNode } from 'mdast-util-math'
import type {} from 'remark-gfm'
import type {} from 'remark-rehype'
import type { Place } from '../../diagnostics.js'
import type { Delimiter, MathSyntaxOptions } from './grammar.js'
import { type Lines, lastUpTo } from './lines.js'
import type { Anchor, FoundFormula } from './reading.js'

/** What a formula's node says of how it was written, as `data.math`. */
export interface MathSource {
  readonly display: boolean
  readonly delimiter: Delimiter
  /** The name in `{#eq:name}` after a display. */
  readonly label: string | null
  /** Where the parts of the value stand in the file; see {@link placeInFormula}. */
  readonly anchors: readonly Anchor[]
}

declare module 'mdast-util-math' {
  interface MathData {
    math?: MathSource
  }
  interface InlineMathData {
    math?: MathSource
  }
}

/** A formula's node, of mdast or of hast. */
export interface PlacedFormula {
  readonly value: string
  readonly data?: { readonly math?: MathSource } | undefined
  readonly position?: Nodes['position']
}

/**
 * Gives the place in the file of an offset into a formula's value, prefixes of block quotes and lists and the
 * delimiter accounted for. A formula that this grammar has not made has the place of its start.
 */
export function placeInFormula(
  { value, data, position }: Pick<MathNode | InlineMath, 'value' | 'data' | 'position'>,
  offset: number,
): Place {
  const anchors = data?.math?.anchors ?? []
  // Behind a backslash at the end stands a space that the text need not have: the end is that of what is written.
  const within = offset >= value.length ? value.trimEnd().length : Math.max(offset, 0)
  const anchor = anchors[lastUpTo(anchors.length, within, (index) => anchors[index]?.at ?? 0)]
  if (anchor) return { line: anchor.line, column: Math.max(anchor.column + within - anchor.at, 1) }
  const { line, column } = position?.start ?? { line: 1, column: 1 }
  return { line, column }
}

/** Gives the extension of mdast-util-from-markdown for what the micromark extension finds. */
export function mathFromMarkdown(options: () => MathSyntaxOptions): Extension {
  return {
    enter: {
      formula(token) {
        const { _formula: formula } = token
        if (formula) enterFormula(this, token, formula)
      },
      displayParagraph(token) {
        this.enter({ type: 'paragraph', children: [] }, token)
      },
    },
    exit: {
      formula(token) {
        this.exit(token)
      },
      displayParagraph(token) {
        this.exit(token)
      },
    },
    transforms: [(tree) => blocks(tree, options().doubleDollar)],
  }
}

function enterFormula(context: CompileContext, token: Token, formula: FoundFormula): void {
  const { value, anchors } = context.data.inTable ? withoutEscapedBars(formula) : formula
  const { display, delimiter, label } = formula
  context.enter(inlineMath(value, { display, delimiter, label, anchors }), token)
}

/** In a table, `\|` is GFM's bar that divides no cells, in code and formulas too. */
function withoutEscapedBars({ value, anchors }: FoundFormula): Pick<FoundFormula, 'value' | 'anchors'> {
  const [anchor] = anchors
  if (!anchor || !value.includes('\\|')) return { value, anchors }
  let unescaped = ''
  const moved: Anchor[] = []
  let from = 0
  for (const { 0: found, index } of `${value}\\|`.matchAll(/\\[\\|]/g)) {
    if (found !== '\\|') continue
    moved.push({ ...anchor, at: unescaped.length, column: anchor.column + from })
    unescaped += value.slice(from, index)
    // The bar itself begins the next part.
    from = index + 1
  }
  return { value: unescaped, anchors: moved }
}

/** Gives the node of a formula in a paragraph, a display too: its class says which it is. */
export function inlineMath(value: string, math: MathSource): InlineMath {
  return {
    type: 'inlineMath',
    value,
    data: {
      hName: 'code',
      hProperties: { className: ['language-math', math.display ? 'math-display' : 'math-inline'] },
      hChildren: [{ type: 'text', value }],
      math,
    },
  }
}

/** Gives the node of a display that stands alone. */
export function displayMath(value: string, math: MathSource, position: Nodes['position']): MathNode {
  const code: Element = {
    type: 'element',
    tagName: 'code',
    properties: { className: ['language-math', 'math-display'] },
    children: [{ type: 'text', value }],
  }
  return { type: 'math', meta: null, value, data: { hName: 'pre', hChildren: [code], math }, position }
}

/** Makes blocks of displays that are all there is in a paragraph; with kramdown's rule, others are inline. */
function blocks(tree: Root, doubleDollar: MathSyntaxOptions['doubleDollar']): Root {
  eachParent(tree, (parent) => {
    const children = parent.children.flatMap((child): readonly RootContent[] => {
      if (child.type === 'paragraph') return blocksOf(child, doubleDollar) ?? [child]
      return [doubleDollar === 'kramdown' && child.type === 'inlineMath' ? asInline(child) : child]
    })
    Object.assign(parent, { children })
  })
  return tree
}

/** Calls `visit` for each node that has children, parents first. Without recursion: any depth can be written. */
function eachParent(tree: Root, visit: (parent: Parents) => void): void {
  const parents: Parents[] = [tree]
  for (let parent = parents.pop(); parent; parent = parents.pop()) {
    visit(parent)
    for (const child of parent.children) if ('children' in child) parents.push(child)
  }
}

function asInline(node: InlineMath): InlineMath {
  const math = node.data?.math
  return math?.delimiter === '$$'
    ? { ...inlineMath(node.value, { ...math, display: false }), position: node.position }
    : node
}

/** Gives the displays of a paragraph that holds nothing else. kramdown takes two in a row for a sentence. */
function blocksOf(
  { children }: Paragraph,
  doubleDollar: MathSyntaxOptions['doubleDollar'],
): readonly MathNode[] | undefined {
  const formulas = children.filter((child) => !isWhiteSpace(child))
  const maths = formulas.flatMap((child) =>
    child.type === 'inlineMath' && child.data?.math?.display
      ? [displayMath(child.value, child.data.math, child.position)]
      : [],
  )
  const alone = maths.length > 0 && maths.length === formulas.length
  return alone && (maths.length === 1 || doubleDollar === 'display') ? maths : undefined
}

function isWhiteSpace(node: PhrasingContent): boolean {
  return node.type === 'break' || (node.type === 'text' && node.value.trim() === '')
}

/** Makes displays of code blocks in the language `math`, GitHub's other form. */
export function mathFences(tree: Root, source: string, lines: () => Lines): void {
  eachParent(tree, (parent) => {
    parent.children.forEach((child, index) => {
      if (child.type !== 'code' || child.lang !== 'math') return
      const anchors = anchorsInFence(child.value, child.position?.start.line ?? 1, source, lines())
      const math: MathSource = { display: true, delimiter: 'fence', label: null, anchors }
      Object.assign(parent.children, { [index]: displayMath(child.value, math, child.position) })
    })
  })
}

/** The lines of a fence's value, each at the end of its line in the source: what is before it is prefix. */
function anchorsInFence(value: string, fence: number, source: string, lines: Lines): readonly Anchor[] {
  let at = 0
  return value.split(/\r?\n|\r/).map((text, index) => {
    const line = fence + index
    const length = lines.end(line) - lines.start(line)
    const anchor = { at, line: line + 1, column: length - text.length + 1 }
    at += text.length + (source.startsWith('\r\n', lines.end(line)) ? 2 : 1)
    return anchor
  })
}
