/** Code blocks with more to them than a language: a title, a caption and a number, marked lines, a fold. */
import type { Properties } from 'hast'
import type { BlockContent, Code, PhrasingContent, Root } from 'mdast'
import type {} from 'remark-parse'
import type { Processor } from 'unified'
import type { Node, Parent, Point } from 'unist'
import type { VFile } from 'vfile'
import { nearest } from '../nearest.js'
import { type Say, speaker } from '../words.js'
import { attributeNames, type CodeInfo, codeInfo, isListingId, type Range } from './code-info.js'
import { useFeature } from './features.js'
import { report } from './finding.js'
import { showInclude } from './includes.js'
import { type InlinePlace, inlineMarkdown } from './inline.js'
import { takeLabel } from './labels.js'
import { knownLanguage } from './languages.js'
import { ownTex } from './rendered.js'
import { visit } from './walk.js'

/** Part of a listing: the figure, its caption, the fold; `data.hName` says which. */
interface Listing extends Parent {
  type: 'listing'
  children: (BlockContent | PhrasingContent)[]
}

declare module 'mdast' {
  interface RootContentMap {
    listing: Listing
  }
  interface BlockContentMap {
    listing: Listing
  }
}

/** What is to become of a code block's lines once they are highlighted. */
export interface CodeBlock extends Pick<CodeInfo, 'marked' | 'words' | 'isDiff' | 'isNumbered'> {
  /** The number of its first line. */
  readonly first: number
  /** What the ids of its lines begin with. */
  readonly name: string
  /** Its own id; null where a figure around it has it, or where it has none. */
  readonly id: string | null
}

declare module 'vfile' {
  interface DataMap {
    codeBlocks: readonly CodeBlock[]
  }
}

/**
 * A remark plugin that reads the info strings of code blocks. It leaves the language where rehype-highlight looks for
 * it, what is to be done with the lines in `file.data.codeBlocks`, and puts what has a title, a caption or a number
 * into a figure; labels `lst:…` join `file.data.labels`. Stands after the plugins of parsing, since captions are
 * Markdown, and before those that transform text. Reports `code-attributes-fit`, `named-file-is-readable`,
 * `label-is-unique`. Blocks with more lines than `foldAbove` are folded unless they say otherwise.
 */
export function remarkListings(this: Processor, foldAbove: number | null = null) {
  const say = speaker()
  return (tree: Root, file: VFile): void => {
    const listed: Listed = { processor: this, say, file, foldAbove, blocks: [], numbered: 0 }
    let count = 0
    visit(tree, 'code', (node, index, parent) => {
      count += 1
      if (!parent || index === undefined) return
      if (!node.lang && (foldAbove === null || !isFenced(node, file))) return
      parent.children[index] = listingOf(node, `code-${count}`, listed) as Code
    })
    if (listed.blocks.length > 0) file.data.codeBlocks = listed.blocks
  }
}

/** What the code blocks of a body have come to so far. */
interface Listed {
  readonly processor: Processor
  readonly say: Say
  readonly file: VFile
  readonly foldAbove: number | null
  readonly blocks: CodeBlock[]
  /** How many listings have a number. */
  numbered: number
}

/** Gives a block with what its info string says around it, and its language where rehype-highlight looks for it. */
function listingOf(node: Code, name: string, listed: Listed): Code | Listing {
  const { file, blocks } = listed
  const { first, ...read } = readBlock(node, file)
  const info = { ...read.info, fold: foldIn(read.info, node, listed) }
  node.lang = info.language
  if (isPlain(info)) return node
  useFeature(file, 'listings')
  const named = numberOf(node, info, listed)
  const isFigure = info.title !== null || info.caption !== null || named.name !== null
  node.data = {
    ...node.data,
    hProperties: { ...node.data?.hProperties, dataCode: `${ownTex}${blocks.length}` },
  }
  blocks.push({ ...info, first, name: named.id ?? name, id: isFigure ? null : named.id })
  const folded = info.fold === false ? node : foldOf(node, info, listed)
  return isFigure
    ? figureOf(
        folded,
        { ...info, ...named, caption: captionOf(node, info, listed), colon: colonOf(listed) },
        node,
      )
    : folded
}

/** Whether a block stands between fences, where the author can say otherwise. */
function isFenced({ position }: Code, file: VFile): boolean {
  const start = position?.start.offset
  return start !== undefined && /^[`~]/.test(openingLine(start, file))
}

/** Whether a block is folded: as it says itself, or for its length. */
function foldIn({ fold }: CodeInfo, { value }: Code, { foldAbove }: Listed): boolean | 'open' {
  return fold ?? (foldAbove !== null && value.split('\n').length > foldAbove)
}

function colonOf({ say, file }: Listed): string {
  return say(file.data.words ?? {}, 'colon')
}

/** Gives the id of a block, and the name that it has by its number; null where it has none. */
function numberOf(
  node: Code,
  { id }: CodeInfo,
  listed: Listed,
): { readonly id: string | null; readonly name: string | null } {
  if (id === null || !isListingId(id)) return { id, name: null }
  const { say, file } = listed
  listed.numbered += 1
  const number = String(listed.numbered)
  const name = `${say(file.data.words ?? {}, 'listing')} ${number}`
  return { id: takeLabel(file, id, { number, name }, node.position?.start), name }
}

/** Gives the block that an attribute stands for, if it is one of Scholium's; no author can write its sign. */
export function blockOf(key: unknown, { data }: VFile): CodeBlock | undefined {
  return typeof key === 'string' && key.startsWith(ownTex)
    ? data.codeBlocks?.[Number(key.slice(ownTex.length))]
    : undefined
}

/** Whether nothing is to be done with a block but to highlight it. */
function isPlain({ title, caption, id, marked, words, isDiff, isNumbered, fold }: CodeInfo): boolean {
  const isBare = title === null && caption === null && id === null
  return isBare && marked.length === 0 && words.length === 0 && !isDiff && !isNumbered && fold === false
}

/** Reads the info string of a block, with what it shows of a file in place; reports what does not fit. */
function readBlock(node: Code, file: VFile): { readonly info: CodeInfo; readonly first: number } {
  const info = codeInfo(infoOf(node, file))
  const { include } = info
  if (include === null) {
    reportFaults(node, info, file)
    return { info, first: info.firstNumber ?? 1 }
  }
  // A block with a text of its own has it: the file is its name.
  if (node.value.trim() !== '') {
    const named = { ...info, title: info.title ?? include.file.replace(/^[./]+/, '') }
    reportFaults(node, named, file)
    return { info: named, first: info.firstNumber ?? 1 }
  }
  const shown = showInclude(node, include, file.data.includes ?? {}, file)
  if (shown === null) return { info: codeInfo(''), first: 1 }
  const ending = /\.([a-z\d+]+)$/i.exec(include.file)?.[1]?.toLowerCase() ?? ''
  const language = info.language ?? (knownLanguage(ending) === null ? null : ending)
  reportFaults(node, info, file)
  return { info: { ...info, language }, first: info.firstNumber ?? shown.first }
}

/** Gives the info string of a block as it is written; without its place, as Markdown has decoded it. */
function infoOf({ lang, meta, position }: Code, file: VFile): string {
  const start = position?.start.offset
  const line = start === undefined ? '' : openingLine(start, file)
  return /^(?:`{3,}(?!`)|~{3,}(?!~))(.*)/s.exec(line)?.[1]?.trim() ?? [lang, meta].filter(Boolean).join(' ')
}

function openingLine(start: number, file: VFile): string {
  const source = String(file)
  const end = source.indexOf('\n', start)
  return source.slice(start, end < 0 ? undefined : end)
}

/** Reports lines and words that the code does not have, and attributes that are nearly known ones. */
function reportFaults(node: Code, { marked, words, unknown, misfits }: CodeInfo, file: VFile): void {
  const fault = (reason: string, text: string, hint?: string) =>
    report(file, 'code-attributes-fit', reason, { place: placeOf(text, node, file), hint })
  const lines = marked.length === 0 ? 0 : node.value.split('\n').length
  const beyond = marked.find(([from, to]) => from < 1 || to > lines || to < from)
  if (beyond) {
    const [from, to] = beyond
    const said = from === to ? `is no line ${from}` : `are no lines ${from}-${to}`
    fault(`There ${said} to be marked: the code has ${lines}.`, String(from), lineHint)
  }
  const absent = words.find(({ text }) => !node.value.includes(text))
  if (absent) fault(`There is no "${absent.text}" in the code to be marked.`, `/${absent.text}/`)
  for (const { text, reason } of misfits) fault(reason, text)
  for (const key of unknown) {
    // Shorter ones are near some other too easily.
    const near = key.length < 5 ? null : nearest(key, attributeNames)
    if (near !== null) fault(`A code block has no "${key}".`, key, `Did you mean "${near}"?`)
  }
}

const lineHint = 'Lines to be marked are counted from 1, whatever their numbers are.'

/** Gives where a part of an info string stands; the beginning of the block for want of it. */
function placeOf(text: string, { position }: Code, file: VFile): Point | undefined {
  const start = position?.start
  if (start?.offset === undefined) return start
  const line = openingLine(start.offset, file)
  const at = line.toLowerCase().indexOf(text.toLowerCase())
  return at < 0 ? start : { line: start.line, column: start.column + at, offset: start.offset + at }
}

/** Gives the Markdown of a caption, each node where it stands in the file. */
function captionOf(node: Code, { caption }: CodeInfo, { processor, file }: Listed): PhrasingContent[] {
  if (caption === null) return []
  const point = placeOf(caption, node, file)
  const place: InlinePlace | undefined = point && { point, isExact: point !== node.position?.start }
  return inlineMarkdown(processor, caption, place, file)
}

interface Shown {
  readonly title: string | null
  readonly id: string | null
  /** `Listing 1`; null where it has no number. */
  readonly name: string | null
  readonly caption: readonly PhrasingContent[]
  /** What parts the name from the caption. */
  readonly colon: string
}

/** Gives code as a figure, its caption and its title above it. */
function figureOf(
  code: BlockContent,
  { title, id, name, caption, colon }: Shown,
  { position }: Code,
): Listing {
  const number = name === null ? [] : [part('span', { className: ['listing-number'] }, [text(name)])]
  const between = name !== null && caption.length > 0 ? [text(colon)] : []
  const words = [...number, ...between, ...caption]
  const lines = [
    ...(words.length === 0 ? [] : [part('div', { className: ['listing-caption'] }, words)]),
    ...(title === null ? [] : [part('div', { className: ['listing-title'] }, [titleOf(title)])]),
  ]
  const head = part(
    'figcaption',
    {},
    lines.flatMap((line, index) => (index === 0 ? [line] : [text('\n'), line])),
  )
  const properties = { className: ['listing'], ...(id !== null && { id }) }
  const figure = part('figure', properties, [text('\n'), head, text('\n'), code, text('\n')])
  // An id that the author chose is reported where it stands, should it be given twice; a label has been.
  return name === null && position ? { ...figure, position } : figure
}

/** The name of a file is set as code. */
function titleOf(title: string): PhrasingContent {
  return /\s/.test(title) ? text(title) : { type: 'inlineCode', value: title }
}

/** Gives code that is shown when it is asked for. */
function foldOf(code: Code, { fold, summary }: CodeInfo, { say, file }: Listed): Listing {
  const lines = code.value.split('\n').length
  const said = summary ?? say(file.data.words ?? {}, 'foldedCode', { n: lines })
  const head = part('summary', {}, [text(said)])
  const properties = { className: ['listing-fold'], ...(fold === 'open' && { open: true }) }
  return part('details', properties, [text('\n'), head, text('\n'), code, text('\n')])
}

function text(value: string): PhrasingContent {
  return { type: 'text', value }
}

function part(hName: string, hProperties: Properties, children: readonly Node[]): Listing {
  return {
    type: 'listing',
    children: [...children] as Listing['children'],
    data: { hName, hProperties },
  }
}

/** Whether a number is in a list of ranges. */
export function isMarked(number: number, ranges: readonly Range[]): boolean {
  return ranges.some(([from, to]) => from <= number && number <= to)
}
