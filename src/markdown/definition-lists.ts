/**
 * Definition lists as PHP Markdown Extra, Pandoc and kramdown have them: a term, and under it `: what it means`, which
 * holds any Markdown that is indented as far.
 */
import type { Element, ElementContent } from 'hast'
import type {
  BlockContent,
  DefinitionContent,
  Paragraph,
  Parents,
  PhrasingContent,
  Root,
  RootContent,
  Text,
} from 'mdast'
import type { State as ToHast } from 'mdast-util-to-hast'
import { blankLine } from 'micromark-core-commonmark'
import { factorySpace } from 'micromark-factory-space'
import { markdownLineEnding, markdownSpace } from 'micromark-util-character'
import type { Event, State, Token, TokenizeContext, Construct as Tokenized } from 'micromark-util-types'
import type { Position } from 'unist'
import type { VFile } from 'vfile'
import type { Construct } from './constructs.js'
import { visit } from './walk.js'

declare module 'mdast' {
  interface RootContentMap {
    descriptionList: DescriptionList
    descriptionTerm: DescriptionTerm
    descriptionDetails: DescriptionDetails
  }
  interface BlockContentMap {
    descriptionList: DescriptionList
    descriptionDetails: DescriptionDetails
  }
}

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    descriptionDetails: 'descriptionDetails'
    descriptionMarker: 'descriptionMarker'
    descriptionIndent: 'descriptionIndent'
  }
}

/** A list of terms, each with what it means. */
export interface DescriptionList {
  type: 'descriptionList'
  children: (DescriptionTerm | DescriptionDetails)[]
  position?: Position | undefined
}

/** A term: a line of its own. */
export interface DescriptionTerm {
  type: 'descriptionTerm'
  children: PhrasingContent[]
  position?: Position | undefined
}

/** What a term means; loose where a blank line stands before it, so that even a single paragraph is one. */
export interface DescriptionDetails {
  type: 'descriptionDetails'
  children: (BlockContent | DefinitionContent)[]
  isLoose?: boolean
  position?: Position | undefined
}

const colon = 58
const dollar = 36

/** As much white space as makes code of what follows it. */
const codeIndent = 5

/** By what is being read: where details end that do not hold the line, so that others may follow them there. */
type Ended = WeakMap<TokenizeContext, number>

/** By the last line of a paragraph so far: the lengths of the runs of dollars that stand in it an odd number of times. */
type Runs = WeakMap<Token, ReadonlySet<number>>

const none: ReadonlySet<number> = new Set()

function detailsConstruct(): Tokenized {
  const ended: Ended = new WeakMap()
  const runs: Runs = new WeakMap()
  return {
    name: 'descriptionDetails',
    tokenize(effects, ok, nok) {
      const indent = indentBefore(this)
      const open = ended.get(this) === this.now().offset - indent ? none : dollarsBefore(this, runs)
      if (!open) return nok
      const whiteSpace: Tokenized = {
        partial: true,
        tokenize(_, isIndent, isCode) {
          const end: State = (code) => (markdownSpace(code) ? isCode(code) : isIndent(code))
          return factorySpace(effects, end, 'descriptionIndent', codeIndent)
        },
      }
      const start: State = (code) =>
        open.size > 0 ? effects.check(lineWithDollars(open), nok, begin)(code) : begin(code)
      const begin: State = (code) => {
        effects.enter('descriptionDetails', { _container: true })
        effects.enter('descriptionMarker')
        effects.consume(code)
        effects.exit('descriptionMarker')
        return effects.check(blankLine, nok, space)
      }
      const space: State = (code) =>
        markdownSpace(code) ? effects.attempt(whiteSpace, sized, oneSpace)(code) : nok(code)
      // Further in, the details begin with code.
      const oneSpace: State = (code) => {
        effects.enter('descriptionIndent')
        effects.consume(code)
        effects.exit('descriptionIndent')
        return sized
      }
      const sized: State = (code) => {
        if (this.containerState) this.containerState.size = indent + 1 + widthOfIndent(this)
        return ok(code)
      }
      return start
    },
    continuation: {
      tokenize(effects, ok, nok) {
        const size = Number(this.containerState?.size)
        const { offset } = this.now()
        const indented: Tokenized = {
          partial: true,
          tokenize(_, isInside, isNot) {
            const end: State = (code) => (widthOfIndent(this) === size ? isInside(code) : isNot(code))
            return factorySpace(effects, end, 'descriptionIndent', size + 1)
          },
        }
        const isOver: State = (code) => {
          ended.set(this, offset)
          return nok(code)
        }
        return effects.check(
          blankLine,
          factorySpace(effects, ok, 'descriptionIndent', size + 1),
          effects.attempt(indented, ok, isOver),
        )
      },
    },
    exit(effects) {
      effects.exit('descriptionDetails')
    },
  }
}

function indentBefore(self: TokenizeContext): number {
  return widthOf(self, 'linePrefix')
}

function widthOfIndent(self: TokenizeContext): number {
  return widthOf(self, 'descriptionIndent')
}

function widthOf({ events }: TokenizeContext, type: Token['type']): number {
  const [, token, context] = events.at(-1) ?? []
  return token?.type === type && context ? context.sliceSerialize(token, true).length : 0
}

/**
 * Gives the runs of dollars that may open a formula in the paragraph before, of the same containers, directly or with a
 * blank line between; nothing where no paragraph stands there. A formula may be broken at any space, so what looks like
 * details may be its second line: `$f⏎: X \to Y$`.
 */
function dollarsBefore({ events, interrupt }: TokenizeContext, runs: Runs): ReadonlySet<number> | undefined {
  // Undefined where containers end with the line before, or nothing stands before.
  if (interrupt === undefined) return undefined
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const [, token] = events[index] ?? []
    if (!token || token._container) return undefined
    if (token.type === 'chunkFlow') return dollarsAtEnd(token._tokenizer?.events ?? [], runs)
  }
  return undefined
}

const between: ReadonlySet<string> = new Set(['lineEnding', 'linePrefix', 'lineEndingBlank'])

function dollarsAtEnd(
  events: readonly Event[],
  runs: Runs,
  last = events.length - 1,
): ReadonlySet<number> | undefined {
  let blankLines = 0
  let index = last
  for (; index >= 0 && between.has(events[index]?.[1].type ?? ''); index -= 1)
    if (events[index]?.[0] === 'enter' && events[index]?.[1].type === 'lineEndingBlank') blankLines += 1
  const [, token, context] = events[index] ?? []
  const type: string | undefined = token?.type
  if (type === 'tableRow') return blankLines === 0 ? dollarsAtHead(events, index, runs) : undefined
  if (blankLines > 1 || (type !== 'chunkContent' && type !== 'content')) return undefined
  return blankLines > 0 || !token || !context ? none : oddRuns(token, context, runs)
}

/** The same where a row ends that would be a table's head: a line that is none yet, and text if no second one makes it. */
function dollarsAtHead(events: readonly Event[], end: number, runs: Runs): ReadonlySet<number> | undefined {
  const [, row, context] = events[end] ?? []
  let start = end
  while (start > 0 && (events[start]?.[1] !== row || events[start]?.[0] !== 'enter')) start -= 1
  const [kind, head] = events[start - 1] ?? []
  const type: string | undefined = head?.type
  if (kind !== 'enter' || type !== 'tableHead' || !row || !context) return undefined
  return withRuns(dollarsAtEnd(events, runs, start - 2) ?? none, context.sliceSerialize(row))
}

/** Reads each line once, however many that look like details follow. */
function oddRuns(last: Token, context: TokenizeContext, runs: Runs): ReadonlySet<number> {
  const unread: Token[] = []
  let token: Token | undefined = last
  for (; token && !runs.has(token); token = token.previous) unread.push(token)
  let odd = (token && runs.get(token)) ?? none
  for (const line of unread.reverse()) odd = withRuns(odd, context.sliceSerialize(line))
  runs.set(last, odd)
  return odd
}

function withRuns(before: ReadonlySet<number>, text: string): ReadonlySet<number> {
  const odd = new Set(before)
  for (const [run] of text.matchAll(dollarsOrCode))
    if (run.startsWith('$') && !odd.delete(run.length)) odd.add(run.length)
  return odd
}

/** Runs of dollars; what is escaped, and code that ends on its line, are passed over. */
const dollarsOrCode = /\\.|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)|\$+/g

/** Looks for one of the runs of dollars in the rest of a line. */
function lineWithDollars(wanted: ReadonlySet<number>): Tokenized {
  return {
    partial: true,
    tokenize(effects, ok, nok) {
      let length = 0
      const inside: State = (code) => {
        if (code !== dollar && wanted.has(length)) return ok(code)
        if (code === null || markdownLineEnding(code)) return nok(code)
        length = code === dollar ? length + 1 : 0
        effects.consume(code)
        return inside
      }
      return (code) => {
        effects.enter('descriptionMarker')
        return inside(code)
      }
    },
  }
}

/** `: what it means`, under a term. */
export const definitionLists: Construct = {
  mayHold,
  syntax: { document: { [colon]: detailsConstruct() } },
  fromMarkdown: {
    enter: {
      descriptionDetails(token) {
        this.enter({ type: 'descriptionDetails', children: [] }, token)
      },
    },
    exit: {
      descriptionDetails(token) {
        this.exit(token)
      },
    },
  },
}

function mayHold(text: string): boolean {
  return /^[ \t>]*:[ \t]/m.test(text)
}

/** A remark plugin that makes lists of terms, the lines of a paragraph, and the details that follow them. */
export function remarkDefinitionLists() {
  return (tree: Root, file: VFile): void => {
    if (!mayHold(String(file))) return
    visit(tree, (node) => {
      if (!('children' in node) || !node.children.some(({ type }) => type === 'descriptionDetails')) return
      if (node.type !== 'descriptionList') node.children = gathered(node) as typeof node.children
    })
  }
}

function gathered({ children }: Parents): RootContent[] {
  const result: RootContent[] = []
  let last: RootContent | undefined
  for (const child of children) {
    const end = last?.position?.end.line ?? 0
    last = child
    const before = result.at(-1)
    if (child.type !== 'descriptionDetails') result.push(child)
    else if (before?.type === 'paragraph') {
      child.isLoose = (child.position?.start.line ?? 0) - end > 1
      result.pop()
      listIn(result, child).children.push(...termsOf(before), child)
    } else if (before?.type === 'descriptionList') {
      child.isLoose = (child.position?.start.line ?? 0) - end > 1
      before.children.push(child)
      if (before.position && child.position) before.position.end = child.position.end
    } else result.push(...asTyped(child))
  }
  return result
}

/** Gives the list that the last of some blocks is, or else adds one. */
function listIn(blocks: RootContent[], { position }: DescriptionDetails): DescriptionList {
  const last = blocks.at(-1)
  if (last?.type === 'descriptionList') return last
  const list: DescriptionList = {
    type: 'descriptionList',
    children: [],
    position: position && { ...position },
  }
  blocks.push(list)
  return list
}

/** Each line of a paragraph is a term. */
function termsOf({ children, position }: Paragraph): DescriptionTerm[] {
  const terms: DescriptionTerm[] = [{ type: 'descriptionTerm', children: [], position }]
  const begin = () => terms.push({ type: 'descriptionTerm', children: [], position })
  for (const child of children) {
    if (child.type === 'break') begin()
    else if (child.type !== 'text') terms.at(-1)?.children.push(child)
    else
      for (const [index, value] of child.value.split('\n').entries()) {
        if (index > 0) begin()
        if (value !== '') terms.at(-1)?.children.push({ ...child, value })
      }
  }
  return terms.filter((term) => term.children.length > 0)
}

/** Details without a term, as under a link's definition, which is no text: what was typed. */
function asTyped({ children, position }: DescriptionDetails): RootContent[] {
  const sign: Text = { type: 'text', value: ': ' }
  const [first, ...rest] = children
  return first?.type === 'paragraph'
    ? [{ ...first, children: [sign, ...first.children] }, ...rest]
    : [{ type: 'paragraph', children: [{ ...sign, value: ':' }], position }, ...children]
}

/** Handlers for remark-rehype: `dl`, `dt`, `dd`. */
export const definitionListHandlers = {
  descriptionList: (state: ToHast, node: DescriptionList): Element =>
    element(state, node, 'dl', state.wrap(state.all(node as never), true)),
  descriptionTerm: (state: ToHast, node: DescriptionTerm): Element =>
    element(state, node, 'dt', state.all(node as never)),
  descriptionDetails: (state: ToHast, node: DescriptionDetails): Element => {
    const children = state.all(node as never)
    const isLoose = node.isLoose || node.children.filter(({ type }) => type === 'paragraph').length > 1
    if (isLoose) return element(state, node, 'dd', state.wrap(children, true))
    const isParagraph = (child: ElementContent | undefined): child is Element =>
      child?.type === 'element' && child.tagName === 'p'
    const lines = children.flatMap((child, index): ElementContent[] => [
      ...(index === 0 ? [] : [{ type: 'text', value: '\n' } as const]),
      ...(isParagraph(child) ? child.children : [child]),
    ])
    return element(state, node, 'dd', lines)
  },
} as const

function element(
  state: ToHast,
  node: DescriptionList | DescriptionTerm | DescriptionDetails,
  tagName: string,
  children: ElementContent[],
): Element {
  const result: Element = { type: 'element', tagName, properties: {}, children }
  state.patch(node as never, result)
  return state.applyData(node as never, result) as Element
}
