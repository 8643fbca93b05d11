/**
 * Figures: images with captions. An image alone in its paragraph has one if it has a title, a line in italics below
 * it, or a label, `{#fig:name}`; several in one paragraph are a row.
 */
import type { Definition, Image, ImageReference, Nodes, Paragraph, PhrasingContent, Root, Text } from 'mdast'
import type { CompileContext, Extension, Token } from 'mdast-util-from-markdown'
import type {} from 'remark-parse'
import type { Processor } from 'unified'
import type { VFile } from 'vfile'
import { speaker } from '../words.js'
import { captionOf, type Figure, type FigureContent, figureOf, type Media } from './captions.js'
import { useFeature } from './features.js'
import { attributesOf, takeLabel } from './labels.js'
import { linesOf } from './math/lines.js'
import { letterOf } from './math/numbering.js'
import { type PhrasingReader, type Piece, phrasingOf } from './phrasing.js'
import { type CaptionLine, captionLineOf, type Plate, plateOf, type Shown } from './plates.js'
import { SKIP, visit } from './walk.js'

/** What makes an id the label of a figure, which is numbered for it: `fig:` (LaTeX, pandoc-crossref), `fig-` (Quarto). */
const figureLabel = /^fig[:-]./

/**
 * A remark plugin that makes figures of images with captions; those with a label are numbered in order and their
 * labels added to `file.data.labels`. A title and, where a label stands without another caption, the alternative text
 * are read as Markdown. Of the attributes behind an image it takes the id alone. Reports `label-is-unique`. It stands
 * after all that changes how Markdown is parsed.
 */
export function remarkFigures(this: Processor) {
  const say = speaker()
  const pieces: Pieces = { titles: new WeakMap(), alts: new WeakMap() }
  const data = this.data()
  data.fromMarkdownExtensions = [...(data.fromMarkdownExtensions ?? []), notingPieces(pieces)]
  const parse = (text: string, file: VFile) => this.parser?.(text, file) as Root
  return (tree: Root, file: VFile): void => {
    const source = String(file)
    if (!source.includes('![')) return
    const { words = {} } = file.data
    let count = 0
    let reader: PhrasingReader | undefined
    const plates: Maker = {
      file,
      ...pieces,
      definitions: definitionsIn(tree),
      read: (piece) => {
        reader ??= { parse, file, lines: linesOf(source), definitions: labelsIn(tree) }
        return phrasingOf(piece, reader)
      },
      nextNumber: () => String(++count),
      nameOf: (number) => say(words, 'figureNumber', { number }),
      colon: () => say(words, 'colon'),
    }
    visit(tree, 'paragraph', (paragraph, index, parent) => {
      const plate = plateOf(paragraph, source)
      if (!plate || !parent || index === undefined) return undefined
      const next = plate.line ? undefined : parent.children[index + 1]
      const below = next?.type === 'paragraph' ? captionLineOf(next, source) : null
      const made = figuresOf(plate, below, paragraph, plates)
      if (!made) return undefined
      parent.children.splice(index, made.usesLineBelow ? 2 : 1, ...made.figures)
      return [SKIP, index + made.figures.length]
    })
    if (/[)\]]\{[^{}\r\n]*#/.test(source)) giveIds(tree, source)
  }
}

/** Where titles and alternative texts stand in what is parsed, by their nodes. */
interface Pieces {
  readonly titles: WeakMap<Nodes, Piece>
  readonly alts: WeakMap<Nodes, Piece>
}

function notingPieces({ titles, alts }: Pieces): Extension {
  /** Notes a token's text, less so many characters at both ends. */
  const note = (
    map: WeakMap<Nodes, Piece>,
    node: Nodes,
    token: Token,
    marks: number,
    context: CompileContext,
  ) => {
    const text = context.sliceSerialize(token)
    const [start, end] = [token.start, token.end]
    map.set(node, {
      text: text.slice(marks, text.length - marks),
      start: { line: start.line, column: start.column + marks, offset: start.offset + marks },
      end: { line: end.line, column: end.column - marks, offset: end.offset - marks },
    })
  }
  const noteTitle = function (this: CompileContext, token: Token) {
    const node = this.stack.at(-1)
    if (node?.type === 'image' || node?.type === 'definition') note(titles, node, token, 1, this)
  }
  return {
    enter: {
      resourceTitle: noteTitle,
      definitionTitle: noteTitle,
      labelText(this: CompileContext, token: Token) {
        const node = this.stack.at(-2)
        if (node?.type === 'image') note(alts, node, token, 0, this)
      },
    },
  }
}

/** What making figures of a body asks for. */
interface Maker extends Pieces {
  readonly file: VFile
  readonly definitions: ReadonlyMap<string, Definition>
  readonly read: (piece: Piece) => PhrasingContent[] | null
  readonly nextNumber: () => string
  readonly nameOf: (number: string) => string
  readonly colon: () => string
}

interface Made {
  readonly figures: readonly Figure[]
  readonly usesLineBelow: boolean
}

/** Gives the figures of a plate, whose caption may be the paragraph below; null where it has no caption. */
function figuresOf(plate: Plate, below: CaptionLine | null, paragraph: Paragraph, maker: Maker): Made | null {
  const shown = plate.rows.flat()
  const isCaptioned = shown.some((one) => hasCaption(one, maker))
  const line = plate.line ?? (below && isForAll(below, shown, maker) ? below : null)
  if (!line && !isCaptioned) return null
  const usesLineBelow = line !== null && line === below
  const [first] = shown
  if (first && shown.length === 1) return { figures: [single(first, line, paragraph, maker)], usesLineBelow }
  useFeature(maker.file, 'figures')
  return { figures: group(plate, line, paragraph, maker), usesLineBelow }
}

/** Whether a line in the paragraph below is a caption: it has a label, or what is above it has none of its own. */
function isForAll(below: CaptionLine, shown: readonly Shown[], maker: Maker): boolean {
  if (isLabel(below.id)) return true
  const [only, ...others] = shown
  // The alternative text of a labelled image is its caption only for want of another.
  return others.length === 0 && only
    ? titleOf(only, maker) === null
    : !shown.some((one) => hasCaption(one, maker))
}

function isLabel(id: string | null): id is string {
  return id !== null && figureLabel.test(id)
}

/** Whether an image has a caption of its own. */
function hasCaption(one: Shown, maker: Maker): boolean {
  return titleOf(one, maker) !== null || isLabel(one.id) || one.alt !== null
}

function titleOf({ image }: Shown, { definitions }: Maker): string | null {
  const title = image.type === 'image' ? image.title : definitions.get(image.identifier)?.title
  return title && title.trim() !== '' ? title : null
}

function single(one: Shown, line: CaptionLine | null, paragraph: Paragraph, maker: Maker): Figure {
  const id = line?.id ?? one.id
  const { name, label } = numbered(id, paragraph, maker)
  const caption = captionOf(name, line ? line.words : ownWords(one, maker), maker.colon)
  const spare = line?.id ? one.id : null
  return placed([...mediaOf(one, line !== null, spare, maker), caption], { id, label }, paragraph)
}

/** Gives several figures: rows, with the caption that they have together below. */
function group(
  { rows }: Plate,
  line: CaptionLine | null,
  paragraph: Paragraph,
  maker: Maker,
): readonly Figure[] {
  const { name, number, label } = numbered(line?.id ?? null, paragraph, maker)
  let letters = 0
  const made = rows.map((row) => {
    const cells = row.map((one) =>
      cell(one, number === '' ? null : { number, letter: letterOf(letters++) }, paragraph, maker),
    )
    const box = figureOf(cells, { className: ['figure-row'] })
    return { ...box, data: { ...box.data, hName: 'div' as const } }
  })
  if (!line) return made
  const caption = captionOf(name, line.words, maker.colon)
  return [placed([...made, caption], { id: line.id, label, className: ['figures'] }, paragraph)]
}

/** Gives one figure of several; where they have a number together, it has a letter. */
function cell(
  one: Shown,
  part: { readonly number: string; readonly letter: string } | null,
  paragraph: Paragraph,
  maker: Maker,
): Figure {
  const words = hasCaption(one, maker) ? ownWords(one, maker) : []
  const media = mediaOf(one, false, null, maker)
  if (part) {
    const number = part.number + part.letter
    const label = isLabel(one.id)
      ? takeLabel(maker.file, one.id, { number, name: maker.nameOf(number) }, paragraph.position?.start)
      : null
    const letter: Text = { type: 'text', value: `(${part.letter})${words.length > 0 ? ' ' : ''}` }
    return placed(
      [...media, captionOf('', [letter, ...words], maker.colon)],
      { id: one.id, label },
      paragraph,
    )
  }
  const { name, label } = numbered(one.id, paragraph, maker)
  const isBare = name === '' && words.length === 0
  const caption = isBare ? [] : [captionOf(name, words, maker.colon)]
  return placed([...media, ...caption], { id: one.id, label }, paragraph)
}

interface Numbered {
  /** `Figure 3`; '' where there is no number. */
  readonly name: string
  readonly number: string
  /** The id, if it is a label that no other figure has. */
  readonly label: string | null
}

function numbered(id: string | null, { position }: Paragraph, { file, nextNumber, nameOf }: Maker): Numbered {
  if (!isLabel(id)) return { name: '', number: '', label: null }
  const number = nextNumber()
  const name = nameOf(number)
  return { name, number, label: takeLabel(file, id, { number, name }, position?.start) }
}

/** An id that is no label is the author's own, and looked after as such: at its place. */
function placed(
  children: readonly FigureContent[],
  { id, label, className = [] }: { id: string | null; label: string | null; className?: readonly string[] },
  { position }: Paragraph,
): Figure {
  return figureOf(children, {
    className,
    id: isLabel(id) ? label : id,
    position: label === null ? position : undefined,
  })
}

/** Gives the words of an image's own caption: its title, or for want of one its alternative text. */
function ownWords(one: Shown, maker: Maker): readonly PhrasingContent[] {
  const { image } = one
  const title = titleOf(one, maker)
  const definition = image.type === 'image' ? image : maker.definitions.get(image.identifier)
  const piece = title === null ? maker.alts.get(image) : definition && maker.titles.get(definition)
  const plain: Text = { type: 'text', value: title ?? image.alt ?? '' }
  return (piece && maker.read(piece)) ?? [plain]
}

/**
 * Gives an image without what its caption says, and the attributes that are left. What is below the image as its
 * caption is not said by its alternative text once more.
 */
function mediaOf(one: Shown, keepsTexts: boolean, id: string | null, maker: Maker): readonly FigureContent[] {
  const { media, image, attributes } = one
  const title = titleOf(one, maker)
  // Of a link it is the name.
  const isAltShown = !keepsTexts && title === null && hasCaption(one, maker) && media === image
  const alt = one.alt ?? (isAltShown ? '' : null)
  const direct = keepsTexts || title === null ? image : withoutTitle(image, maker)
  const bare: Image | ImageReference = {
    ...direct,
    ...(alt !== null && { alt }),
    ...(id !== null && { data: { ...image.data, hProperties: { ...image.data?.hProperties, id } } }),
  }
  const shown: Media =
    media === image ? bare : ({ ...media, children: replaced(media, image, bare) } as Media)
  return attributes ? [shown, attributes] : [shown]
}

function replaced(
  media: Media,
  image: Image | ImageReference,
  by: Image | ImageReference,
): PhrasingContent[] {
  return 'children' in media ? media.children.map((child) => (child === image ? by : child)) : []
}

/** A reference to a definition has the title of that, which others may have, too: it becomes an image by itself. */
function withoutTitle(image: Image | ImageReference, { definitions }: Maker): Image | ImageReference {
  if (image.type === 'image') return { ...image, title: null }
  const url = definitions.get(image.identifier)?.url
  if (url === undefined) return image
  const { alt = null, data, position } = image
  return { type: 'image', url, alt, title: null, ...(data && { data }), ...(position && { position }) }
}

/** Gives the definitions of a body by identifier, the first of each. */
function definitionsIn(tree: Root): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>()
  visit(tree, 'definition', (node) => {
    if (!found.has(node.identifier)) found.set(node.identifier, node)
  })
  return found
}

/** Gives what a body defines, as {@link PhrasingReader} has it. */
function labelsIn(tree: Root): ReadonlySet<string> {
  const found = new Set<string>()
  visit(tree, ['definition', 'footnoteDefinition'], (node) => {
    if (node.type === 'definition') found.add(node.identifier)
    else if (node.type === 'footnoteDefinition') found.add(`^${node.identifier}`)
  })
  return found
}

/** Gives images that are no figures the ids directly behind them. */
function giveIds(tree: Root, source: string): void {
  visit(tree, ['image', 'imageReference'], (node, index, parent) => {
    const image = node as Image | ImageReference
    const next = parent && index !== undefined ? parent.children[index + 1] : undefined
    if (next?.type !== 'text') return
    const found = attributesOf(next.value)
    if (
      found?.id == null ||
      !source.startsWith(next.value.slice(0, found.length), next.position?.start.offset)
    )
      return
    next.value = found.rest + next.value.slice(found.length)
    image.data = { ...image.data, hProperties: { ...image.data?.hProperties, id: found.id } }
  })
}
