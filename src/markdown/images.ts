/** Images: what their alternative text says, how wide they are, and what is left open of them; films and sounds in their place. */
import type { Element, ElementData, Root as HastRoot, Nodes, Properties } from 'hast'
import type { Image, ImageReference, Root } from 'mdast'
import { find, html } from 'property-information'
import type { VFile } from 'vfile'
import type { MathOptions } from '../config.js'
import { decodePath } from '../content/permalink.js'
import { useFeature } from './features.js'
import type { Attributes } from './html.js'
import { type Length, lengthOf } from './image-sizes.js'
import { plainLine } from './math/line.js'
import { plainTex } from './math/plain.js'
import { splitMath } from './math/split.js'
import { type Hole, holeEnd, holeStart } from './rendered.js'
import { SKIP, visit } from './walk.js'

declare module 'hast' {
  interface ElementData {
    /** Which part of the column an image is as wide as. */
    share?: number
    /** Whether an image is the first of its body, and loaded at once for that alone. */
    first?: boolean
    /** Whether a film or a sound was written as an image. */
    player?: boolean
  }
}

/** Whether a body may have images that its text does not. */
interface AddedImages {
  /** Whether plugins of the site run on it. */
  readonly hasPlugins: boolean
}

/** A remark plugin that writes the formulas of alternative texts as plain text: `$\alpha^2$` is α². */
export function remarkImageAlt(math: MathOptions) {
  return (tree: Root, file: VFile): void => {
    visit(tree, ['image', 'imageReference'], (node) => {
      const image = node as Image | ImageReference
      const { start, end } = image.position ?? {}
      const source = String(file).slice(start?.offset ?? 0, end?.offset ?? 0)
      if (!image.alt || !/[$\\]/.test(source)) return
      // That of a wikilink is as typed.
      const isTyped = image.data?.hProperties?.dataWikilink !== undefined
      image.alt = isTyped ? plainLine(image.alt, math) : withPlainMath(image.alt, source, math)
    })
  }
}

/** mdast's alternative text has the TeX of formulas without their delimiters; only the source tells them. */
function withPlainMath(alt: string, source: string, math: MathOptions): string {
  let done = 0
  let plain = ''
  for (const part of splitMath(source, math)) {
    const at = part.type === 'math' ? alt.indexOf(part.value, done) : -1
    if (at < 0) continue
    plain += alt.slice(done, at) + plainTex(part.value, math.macros)
    done = at + part.value.length
  }
  return plain + alt.slice(done)
}

/**
 * A rehype plugin. An image whose file is a film or a sound becomes its player, which loads nothing until it is asked
 * to. The first image is loaded at once and before all else, others when they come into view, unless their author says
 * otherwise. A width in per cent is one of the column. Where plugins may have added images, the text does not tell.
 */
export function rehypeImages({ hasPlugins }: AddedImages) {
  return (tree: HastRoot, file: VFile): void => {
    if (!hasPlugins && !mayHoldImage(String(file))) return
    let isFirst = true
    visit(tree, 'element', (node) => {
      if (node.tagName === 'svg') return SKIP
      if (node.tagName !== 'img') return undefined
      settleSize(node)
      const media = mediaOf(node)
      if (media) {
        useFeature(file, 'media')
        playInPlace(node, media)
        return SKIP
      }
      if (isFirst && node.properties.loading === undefined) {
        node.properties.loading = 'eager'
        node.properties.fetchPriority ??= 'high'
        dataOf(node).first = true
      }
      isFirst = false
      node.properties.loading ??= 'lazy'
      node.properties.decoding ??= 'async'
      return undefined
    })
  }
}

/** Whether a text can hold an image, in Markdown or in HTML. */
function mayHoldImage(text: string): boolean {
  return /!\[|<img/i.test(text)
}

/** Leaves in attributes numbers of pixels alone, as HTML has it; per cent are for the style sheet. */
function settleSize(node: Element): void {
  const { width, height, ...others } = node.properties
  if (width === undefined && height === undefined) return
  const [across, down] = [readLength(width), readLength(height)]
  const share = across !== null && 'share' in across ? across.share : undefined
  node.properties = {
    ...others,
    ...(across !== null && 'pixels' in across && { width: across.pixels }),
    ...(down !== null && 'pixels' in down && { height: down.pixels }),
    ...(share !== undefined && {
      style: styled(others.style, `width:${percent(share)}`),
      // The style sheet makes its figure as wide as the column.
      className: [...(Array.isArray(others.className) ? others.className : []), 'part'],
    }),
  }
  if (share !== undefined) dataOf(node).share = share
}

function dataOf(node: Element): ElementData {
  node.data ??= {} as ElementData
  return node.data
}

function readLength(value: Properties[string]): Length | null {
  return value === undefined || value === null ? null : lengthOf(String(value))
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`
}

/** Gives the value of a `style` attribute with another declaration at its end. */
export function styled(style: Properties[string], declaration: string): string {
  const given = typeof style === 'string' ? style.trim().replace(/;$/, '') : ''
  return given === '' ? declaration : `${given};${declaration}`
}

/** The endings of what is played as a film. */
export const films = /\.(mp4|m4v|webm|ogv|mov)$/i
/** The endings of what is played as a sound. */
export const sounds = /\.(mp3|m4a|aac|oga|ogg|opus|wav|flac)$/i

function mediaOf({ properties: { src } }: Element): 'video' | 'audio' | null {
  const path = typeof src === 'string' ? src.replace(/[?#].*$/s, '') : ''
  return films.test(path) ? 'video' : sounds.test(path) ? 'audio' : null
}

/** Makes an image a player; its alternative text is the label. */
function playInPlace(node: Element, tagName: 'video' | 'audio'): void {
  const { src = '', alt, title, width, height, srcSet: _, sizes: __, ...others } = node.properties
  const label = String(alt || title || '') || decodePath(String(src).replace(/[?#].*$|^.*\//gs, ''))
  node.tagName = tagName
  node.properties = {
    src,
    controls: true,
    preload: 'metadata',
    ...(tagName === 'video' && { playsInline: true, width, height }),
    ariaLabel: label,
    ...(title !== undefined && title !== label && { title }),
    ...others,
  }
  dataOf(node).player = true
}

/**
 * A rehype plugin that leaves images of the site open as a whole: their files decide what else their elements say. One
 * that its author has given sources to choose from stays as it is, but for its URL. Players get the link that those see
 * who cannot play. It stands after all that looks at images or reads text.
 */
export function rehypeOpenImages({ hasPlugins }: AddedImages) {
  return (tree: HastRoot, file: VFile): void => {
    const holes = file.data.holes ?? []
    if (!hasPlugins && !mayHoldImage(String(file))) return
    const opened = new Map<number, Hole>()
    visit(tree, 'element', (node, index, parent) => {
      if (node.tagName === 'svg' || node.tagName === 'picture') return SKIP
      if (node.data?.player) node.children = [linkTo(node)]
      if (node.tagName !== 'img' || !parent || index === undefined) return undefined
      const at = holeIn(node.properties.src)
      const hole = at === null ? undefined : holes[at]
      if (at === null || !hole || node.properties.srcSet !== undefined) return undefined
      opened.set(at, { ...hole, image: openImage(node, parent as Nodes) })
      parent.children[index] = { type: 'text', value: String(node.properties.src) }
      return undefined
    })
    file.data.holes = holes.map((hole, at) => opened.get(at) ?? hole)
  }
}

/** What those have of a film or a sound who cannot play it. */
function linkTo({ properties: { src = '', ariaLabel } }: Element): Element {
  const children: Element['children'] = [{ type: 'text', value: String(ariaLabel) }]
  return { type: 'element', tagName: 'a', properties: { href: src }, children }
}

function openImage(node: Element, parent: Nodes): Hole['image'] & object {
  const { src: _, ...properties } = node.properties
  const { share, first = false } = node.data ?? {}
  return {
    attributes: attributesOf(properties),
    ...(share !== undefined && { share }),
    first,
    figure: parent.type === 'element' && parent.tagName === 'figure',
  }
}

const holePattern = new RegExp(`^${holeStart}(\\d+)${holeEnd}$`)

/** Gives the index of the hole that a value is; null where it is none, or more. */
function holeIn(value: Properties[string]): number | null {
  const index = typeof value === 'string' ? holePattern.exec(value)?.[1] : undefined
  return index === undefined ? null : Number(index)
}

/** Gives properties of hast as the attributes that they are written as. */
function attributesOf(properties: Properties): Attributes {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]): [string, string][] => {
      if (value === undefined || value === null || value === false) return []
      const { attribute, commaSeparated } = find(html, name)
      const text = Array.isArray(value)
        ? value.join(commaSeparated ? ', ' : ' ')
        : value === true
          ? ''
          : value
      return [[attribute, String(text)]]
    }),
  )
}
