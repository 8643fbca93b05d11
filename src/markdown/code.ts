/** Code blocks: what is highlighted, and what is done with their lines. */
import type { Element, ElementContent, Root as HastRoot } from 'hast'
import rehypeHighlight from 'rehype-highlight'
import type { VFile } from 'vfile'
import { joined, type Line, lineNodes, linesIn, lineText, splitLine, withMarks } from './code-lines.js'
import { diffLines, sidesOf } from './diff-lines.js'
import { useFeature } from './features.js'
import { grammarsOf, knownLanguage } from './languages.js'
import { blockOf, type CodeBlock, isMarked } from './listings.js'
import { textOf } from './typeset.js'
import { visit } from './walk.js'

declare module 'vfile' {
  interface DataMap {
    diffs: ReadonlyMap<Element, Diff>
  }
}

/** A diff in another language than that of diffs. */
interface Diff {
  readonly lines: ReturnType<typeof diffLines>
  /** The code as it was, a `pre` that is in no tree; what it is now stands in the block itself. */
  readonly before: Element
}

/** Languages that are shown as they are. */
const plainText = ['none', 'plain', 'output']

/**
 * A rehype plugin to stand before rehype-highlight: of a diff, what is and what was are highlighted each as a whole,
 * since a line that was removed may open what another closes.
 */
export function rehypeDiffs() {
  return (tree: HastRoot, file: VFile): void => {
    const { codeBlocks = [] } = file.data
    if (!codeBlocks.some(({ isDiff }) => isDiff)) return
    const diffs = new Map<Element, Diff>()
    visit(tree, 'element', (code) => {
      if (code.tagName !== 'code' || !blockOf(code.properties.dataCode, file)?.isDiff) return
      const lines = diffLines(textOf(code))
      const { after, before } = sidesOf(lines)
      diffs.set(code, { lines, before: preOf(before, classesOf(code)) })
      code.children = [{ type: 'text', value: after }]
    })
    file.data.diffs = diffs
  }
}

function preOf(value: string, classes: readonly string[]): Element {
  const code: Element = {
    type: 'element',
    tagName: 'code',
    properties: { className: [...classes] },
    children: [{ type: 'text', value }],
  }
  return { type: 'element', tagName: 'pre', properties: {}, children: [code] }
}

/**
 * rehype-highlight with the languages that a body names, and only where it names one: to load all of highlight.js
 * takes longer than to render a post.
 */
export function rehypeHighlightNamed() {
  const highlighters = new Map<string, ReturnType<typeof rehypeHighlight>>()
  return (tree: HastRoot, file: VFile): void => {
    const blocks = blocksIn(tree)
    const names = languagesIn(blocks)
    if (names.size === 0) return
    const key = [...names].sort().join('\n')
    const highlight = highlighters.get(key) ?? rehypeHighlight({ languages: grammarsOf(names), plainText })
    highlighters.set(key, highlight)
    // What was before a diff; of a language that is not known, the block itself tells.
    const before = [...(file.data.diffs?.values() ?? [])].map((diff) => diff.before)
    const known = before.filter((pre) => [...languagesIn([pre])].some((name) => knownLanguage(name) !== null))
    // The blocks alone: its walk over the whole of a tree costs more than all else it does.
    highlight({ type: 'root', children: [...blocks, ...known] }, file)
  }
}

/** The elements `pre` of a tree. */
function blocksIn(tree: HastRoot): readonly Element[] {
  const blocks: Element[] = []
  visit(tree, 'element', (node) => {
    if (node.tagName === 'pre') blocks.push(node)
  })
  return blocks
}

/** The languages that classes of a body's code name, by rehype-highlight's rule; and any that look like one. */
function languagesIn(blocks: readonly Element[]): ReadonlySet<string> {
  const names = new Set<string>()
  visit(
    { type: 'root', children: [...blocks] } as HastRoot,
    'element',
    ({ tagName, properties: { className } }) => {
      if (tagName !== 'code' || !Array.isArray(className)) return
      for (const name of className) {
        const language = /^lang(?:uage)?-(.+)/s.exec(String(name))?.[1]
        if (language !== undefined) names.add(language)
      }
    },
  )
  return names
}

/**
 * A rehype plugin that makes code blocks reachable by keyboard, since a long line scrolls in its own box, and does
 * with their lines what their info strings say. Prompts are set apart, so that they can be left out of what is copied.
 */
export function rehypeCodeBlocks() {
  return (tree: HastRoot, file: VFile): void => {
    for (const pre of blocksIn(tree)) {
      pre.properties.tabIndex ??= 0
      const code = pre.children.find((child) => child.type === 'element' && child.tagName === 'code')
      if (code?.type !== 'element') continue
      useFeature(file, 'code')
      const block = blockOf(code.properties.dataCode, file)
      if (block) {
        delete code.properties.dataCode
        setLines(pre, code, block, file.data.diffs?.get(code))
      } else setPrompts(code)
    }
  }
}

/** Does with the lines of a block what is asked for. */
function setLines(pre: Element, code: Element, block: CodeBlock, diff: Diff | undefined): void {
  const { marked, words, isNumbered, first, name, id } = block
  if (id !== null) pre.properties.id ??= id
  const isSet = marked.length > 0 || isNumbered || diff !== undefined
  if (!isSet && words.length === 0) {
    setPrompts(code)
    return
  }
  if (isNumbered) pre.properties.className = [...classesOf(pre), 'numbered']
  if (diff) pre.properties.className = [...classesOf(pre), 'diff']
  const shown = diff ? mergedLines(code, diff) : linesIn(code.children)
  const prompt = promptOf(code, shown)
  const last = String(first + shown.length - 1).length
  const lines = withMarks(shown, words).map((line, index) => {
    const nodes = promptNodes(line, prompt)
    if (!isSet) return nodes
    const number = isNumbered ? [numberOf(first + index, `${name}:${first + index}`)] : []
    return [lineOf([...number, ...nodes], diff?.lines[index]?.sign, isMarked(index + 1, marked))]
  })
  if (isNumbered && last > 2) pre.properties.dataDigits = last
  code.children = joined(lines)
}

/** Gives the lines of a diff, each highlighted as what it was or is. */
function mergedLines(code: Element, { lines, before }: Diff): readonly Line[] {
  const [old] = before.children
  const is = linesIn(code.children)
  const was = old?.type === 'element' ? linesIn(old.children) : []
  let [atNew, atOld] = [0, 0]
  return lines.map(({ sign, text }): Line => {
    if (sign === 'other') return [{ text, path: [], isMarked: false }]
    const line = sign === '-' ? was[atOld] : is[atNew]
    if (sign !== '-') atNew += 1
    if (sign !== '+') atOld += 1
    return line ?? []
  })
}

/** What a line of a diff is: an element that says so also where there is no style sheet. */
const diffElements = { '+': 'ins', '-': 'del' } as const

function lineOf(nodes: readonly ElementContent[], sign: string | undefined, isMarkedLine: boolean): Element {
  const element = sign === '+' || sign === '-' ? diffElements[sign] : isMarkedLine ? 'mark' : 'span'
  const children = [...nodes]
  if (sign !== undefined && sign !== 'other') {
    const at = children.findIndex((node) => !isNumber(node))
    const mark: Element = {
      type: 'element',
      tagName: 'span',
      properties: { className: ['diff-sign'] },
      children: [{ type: 'text', value: sign }],
    }
    children.splice(at < 0 ? children.length : at, 0, mark)
  }
  const className = ['line', ...(isMarkedLine ? ['marked'] : []), ...(sign === 'other' ? ['diff-place'] : [])]
  return { type: 'element', tagName: element, properties: { className }, children }
}

/** A line's number, to be linked to; the style sheet shows it, so that it is neither selected nor copied. */
function numberOf(number: number, id: string): Element {
  return {
    type: 'element',
    tagName: 'a',
    properties: {
      className: ['line-number'],
      id,
      href: `#${id}`,
      dataLine: number,
      // A stop at each line would keep people at the keyboard from going on.
      tabIndex: -1,
      ariaHidden: 'true',
    },
    children: [],
  }
}

function isNumber(node: ElementContent): boolean {
  return node.type === 'element' && classesOf(node).includes('line-number')
}

function classesOf({ properties: { className } }: Element): readonly string[] {
  return Array.isArray(className) ? className.map(String) : []
}

/** The prompts of sessions that highlight.js does not know as such, by language. */
const prompts: ReadonlyMap<string, RegExp> = new Map([
  ...['bash', 'sh', 'zsh', 'powershell', 'pwsh', 'ps1'].map((name): [string, RegExp] => [
    name,
    /^(?:PS [^>\n]*>|\$) /,
  ]),
  ...['python', 'py', 'gyp', 'ipython'].map((name): [string, RegExp] => [name, /^(?:>>>|\.\.\.)(?: |$)/]),
  ['r', /^> /],
])

/** Gives the prompt of a session: code whose first line begins with one. */
function promptOf(code: Element, lines: readonly Line[]): RegExp | null {
  const language = classesOf(code).find((name) => name.startsWith('language-'))
  const prompt = prompts.get(language?.slice('language-'.length) ?? '')
  const first = lines.find((line) => line.length > 0)
  return prompt && first && prompt.test(lineText(first)) ? prompt : null
}

/** Sets the prompts apart, if the code is a session. */
function setPrompts(code: Element): void {
  const language = classesOf(code).find((name) => name.startsWith('language-'))
  if (!prompts.has(language?.slice('language-'.length) ?? '')) return
  const lines = linesIn(code.children)
  const prompt = promptOf(code, lines)
  if (prompt === null) return
  const isEnded = textOf(code).endsWith('\n')
  const nodes = joined(lines.map((line) => promptNodes(line, prompt)))
  code.children = isEnded ? nodes : nodes.slice(0, -1)
}

/** Gives a line with its prompt in an element of its own, named as highlight.js names it. */
function promptNodes(line: Line, prompt: RegExp | null): ElementContent[] {
  const length = prompt?.exec(lineText(line))?.[0].length ?? 0
  if (length === 0) return lineNodes(line)
  const [before, after] = splitLine(line, length)
  const mark: Element = {
    type: 'element',
    tagName: 'span',
    properties: { className: ['hljs-meta', 'prompt_'] },
    children: [{ type: 'text', value: lineText(before) }],
  }
  return [mark, ...lineNodes(after)]
}
