/** Which paragraphs are nothing but images, in which rows, with which line of caption below them. */
import type { Emphasis, Image, ImageReference, Paragraph, PhrasingContent, Text } from 'mdast'
import type { Media } from './captions.js'
import { attributesOf } from './labels.js'

/** A paragraph of images. */
export interface Plate {
  /** Side by side; a hard line break begins another row. */
  readonly rows: readonly (readonly Shown[])[]
  /** The line in italics below them. */
  readonly line: CaptionLine | null
}

/** An image of a plate. */
export interface Shown {
  readonly media: Media
  readonly image: Image | ImageReference
  readonly id: string | null
  /** What it shows, where its own text is the caption. */
  readonly alt: string | null
  /** Its other attributes, which are for others to read. */
  readonly attributes: Text | null
}

/** `*Words* {#fig:name}` */
export interface CaptionLine {
  readonly words: readonly PhrasingContent[]
  readonly id: string | null
}

/** Reads a paragraph; null where it holds anything but images, their attributes and one line of caption. */
export function plateOf({ children }: Paragraph, source: string): Plate | null {
  const images: Images = { rows: [[]], isLineStart: true }
  for (const [index, child] of children.entries()) {
    if (child.type === 'emphasis') {
      const rows = images.rows.filter(({ length }) => length > 0)
      const line =
        images.isLineStart && rows.length > 0 ? lineOf(child, children.slice(index + 1), source) : null
      return line && { rows, line }
    }
    if (!addTo(images, child, imageIn(children[index - 1]) !== null, source)) return null
  }
  const rows = images.rows.filter(({ length }) => length > 0)
  return rows.length > 0 ? { rows, line: null } : null
}

/** A paragraph as far as it is read. */
interface Images {
  readonly rows: Shown[][]
  isLineStart: boolean
}

/** Adds what stands next in a paragraph, perhaps directly behind an image; gives false if it is none of an image's. */
function addTo(images: Images, child: PhrasingContent, isBehind: boolean, source: string): boolean {
  const row = images.rows.at(-1) ?? []
  const image = imageIn(child)
  if (image) {
    row.push({ media: child as Media, image, id: null, alt: null, attributes: null })
    images.isLineStart = false
    return true
  }
  if (child.type === 'break') {
    images.rows.push([])
    images.isLineStart = true
    return true
  }
  const read = child.type === 'text' ? readBetween(child, source) : null
  if (!read) return false
  images.isLineStart ||= read.endsLine
  if (read.isBlank) return true
  const last = isBehind ? row.pop() : undefined
  const { id, alt, attributes } = read
  if (last) row.push({ ...last, id, alt, attributes })
  return last !== undefined
}

/** Reads a paragraph that is nothing but a line of caption. */
export function captionLineOf(
  { children: [first, ...others] }: Paragraph,
  source: string,
): CaptionLine | null {
  return first?.type === 'emphasis' ? lineOf(first, others, source) : null
}

function lineOf(
  { children }: Emphasis,
  after: readonly PhrasingContent[],
  source: string,
): CaptionLine | null {
  if (after.length === 0) return { words: children, id: null }
  const [text, ...others] = after
  if (text?.type !== 'text' || others.length > 0) return null
  const read = readBetween(text, source)
  return read && read.alt === null && !read.attributes ? { words: children, id: read.id } : null
}

/** The image that a node is, or a link around nothing else. */
function imageIn(node: PhrasingContent | undefined): Image | ImageReference | null {
  if (node?.type === 'image' || node?.type === 'imageReference') return node
  if (node?.type !== 'link' && node?.type !== 'linkReference') return null
  const [first, ...others] = node.children
  const isAlone = others.every((child) => child.type === 'text' && isAttributes(child.value))
  return isAlone && (first?.type === 'image' || first?.type === 'imageReference') ? first : null
}

function isAttributes(text: string): boolean {
  return attributesOf(text)?.length === text.length
}

interface Between extends Pick<Shown, 'id' | 'alt' | 'attributes'> {
  /** Whether it is white space alone. */
  readonly isBlank: boolean
  readonly endsLine: boolean
}

/** Reads attributes and white space behind an image; null where there is anything else. */
function readBetween(node: Text, source: string): Between | null {
  const { value } = node
  const start = value.search(/\S/)
  if (start < 0)
    return { id: null, alt: null, attributes: null, isBlank: true, endsLine: value.includes('\n') }
  const found = attributesOf(value.slice(start))
  // Behind a space, only a label is the image's.
  if (!found || (start > 0 && found.id === null)) return null
  const { id, alt, rest, length } = found
  const after = value.slice(start + length)
  if (after.trim() !== '' || !isTyped(value.slice(start, start + length), node, start, source)) return null
  const attributes = rest === '' ? null : { ...node, value: rest }
  return { id, alt, attributes, isBlank: false, endsLine: after.includes('\n') }
}

/** Whether a part of a text stands in the source as it is, without escapes. White space before it may not. */
function isTyped(part: string, { position }: Text, at: number, source: string): boolean {
  const offset = position?.start.offset
  if (offset === undefined) return false
  return at === 0
    ? source.startsWith(part, offset)
    : source.slice(offset, position?.end.offset).trimEnd().endsWith(part)
}
