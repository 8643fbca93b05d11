/** An image as a page shows it: what its author wrote of it, with what its file tells. */
import type { ImageFormat } from '../config.js'
import { hrefOf, type SiteUrl } from '../content/permalink.js'
import type { Feature } from '../markdown/features.js'
import { type Attributes, startTag } from '../markdown/html.js'
import type { OpenImage } from '../markdown/rendered.js'
import { classOfStyle } from '../markdown/styles.js'

/** What is known of an image of the site, by its URL; see output/images.ts. */
export type SiteImages = ReadonlyMap<SiteUrl, SiteImage | FaultyImage>

export interface SiteImage {
  /** In pixels, turned upright; those of a drawing are its own units. */
  readonly width: number
  readonly height: number
  /** What is shown before it is there: `#9ab`; null for what one can see through. */
  readonly colour: string | null
  /** By width within each format, the formats in order; none where nothing is smaller than the file itself. */
  readonly candidates: readonly Candidate[]
}

/** An image that cannot be decoded, and why. */
export interface FaultyImage {
  readonly fault: string
}

/** A file that a browser may choose for an image. */
export interface Candidate {
  /** Which source of the picture it is in. In the last one, which is the image itself, the file of the author may be too. */
  readonly format: ImageFormat
  /** In pixels. */
  readonly width: number
  /** Path below the output folder, not percent-encoded. */
  readonly output: string
}

/** The folder of encoded images, all of which have digests in their names. */
export const encodedFolder = 'assets/encoded'

/** Whether a path below the output folder is one of an encoded image. */
export function isEncoded(output: string): boolean {
  return output.startsWith(`${encodedFolder}/`)
}

/** An image with all that its element says, and those that a browser may choose in its place. */
export interface Picture {
  /** The attributes of `img`. */
  readonly img: Attributes
  /** Those of each `source` before it. */
  readonly sources: readonly Attributes[]
  /** What a class of it stands for, which its file decides; see markdown/styles.ts. */
  readonly styles: Readonly<Record<string, string>>
  /** What the page needs to show it. */
  readonly features: readonly Feature[]
}

/** What fills a hole: text, or an image. */
export type Answer = string | Picture

/** An image of the site at its href; null stands for what is not known of its file. */
export interface Shown {
  readonly href: string
  readonly image: SiteImage | null
}

/** Where a picture is to stand. */
export interface PictureFrame {
  readonly basePath: string
  /** The same image for dark pages. */
  readonly dark: Shown | null
  /** Whether another image of the page comes before all of its body. */
  readonly led: boolean
}

/** The column, in CSS pixels, and the margins beside it; see assets/css/_tokens.css. */
const widths = { column: 608, margins: 42 } as const
/** The height of figures in a row, in CSS pixels; see assets/css/features/figures.css. */
const rowHeight = 380
/** Of many screens, in CSS pixels. */
const screenHeight = 800
/** What is shown so much smaller than it is can be enlarged by the script, which reads how wide it is. */
const worthEnlarging = 1.2

/** Gives an image as its page shows it. */
export function pictureOf({ href, image }: Shown, open: OpenImage, frame: PictureFrame): Picture {
  const { basePath, dark, led } = frame
  const attributes = open.first && led ? withoutPriority(open.attributes) : open.attributes
  const forDark = dark ? (['dark-images'] as const) : []
  if (!image) {
    const img = { src: href, ...attributes }
    return { img, sources: darkSources(frame, ''), styles: {}, features: forDark }
  }
  const { width: _, height: __, class: classes, ...others } = attributes
  const size = sizeOf(attributes, image)
  const shown = shownWidth(open, size.width)
  // Figures are no higher than four fifths of the screen; see assets/css/_article.css.
  const high = open.figure ? (0.8 * screenHeight * size.width) / size.height : shown
  const isEnlarged = image.width > Math.min(shown, high) * worthEnlarging
  const isLazy = attributes.loading === 'lazy'
  const sizes = `${isLazy ? 'auto, ' : ''}${sizesFor(shown, open.share ?? 1)}`
  const formats = formatsOf(image)
  const own = candidatesIn(image, formats.at(-1))
  const style = styleOf(open, image, dark)
  const name = classOfStyle(style)
  const named = [classes, name].filter(Boolean).join(' ')
  return {
    img: {
      src: href,
      ...(own.length > 0 && { srcset: srcsetOf(own, basePath), sizes }),
      ...others,
      width: String(size.width),
      height: String(size.height),
      ...(named !== '' && { class: named }),
      ...(isEnlarged && { 'data-full': String(image.width) }),
    },
    sources: [
      ...darkSources(frame, sizes),
      ...formats.slice(0, -1).map((format) => ({
        type: `image/${format}`,
        srcset: srcsetOf(candidatesIn(image, format), basePath),
        sizes,
      })),
    ],
    styles: name === null ? {} : { [name]: style },
    features: [...(isEnlarged ? (['enlarge'] as const) : []), ...forDark],
  }
}

/** Gives the HTML of a picture. */
export function pictureHtml({ img, sources }: Picture): string {
  const image = startTag('img', img)
  if (sources.length === 0) return image
  return `<picture>${sources.map((source) => startTag('source', source)).join('')}${image}</picture>`
}

/** Gives what fills a hole that stands in an attribute: of an image, its URL. */
export function plainAnswer(answer: Answer): string {
  return typeof answer === 'string' ? answer : (answer.img.src ?? '')
}

/** Gives a picture as plain as those need it who know neither our styles nor our scripts. */
export function plainPicture({ img }: Picture): Attributes {
  const plain = ['src', 'alt', 'title', 'width', 'height'] as const
  return Object.fromEntries(plain.flatMap((name) => (img[name] === undefined ? [] : [[name, img[name]]])))
}

/** Loaded as all others are: something else is seen first. */
function withoutPriority({ fetchpriority: _, ...attributes }: Attributes): Attributes {
  return { ...attributes, loading: 'lazy' }
}

/** The size that an image is given: its own, or what its author says of one side, the other by its shape. */
function sizeOf(
  { width, height }: Attributes,
  image: SiteImage,
): { readonly width: number; readonly height: number } {
  const ratio = image.width / image.height
  // Nothing is ever shown out of shape: the style sheet takes the height from the width, too.
  if (width !== undefined) return { width: Number(width), height: atLeastOne(Number(width) / ratio) }
  if (height !== undefined) return { width: atLeastOne(Number(height) * ratio), height: Number(height) }
  return { width: image.width, height: image.height }
}

function atLeastOne(pixels: number): number {
  return Math.max(1, Math.round(pixels))
}

/** The widest that an image is shown at, in CSS pixels. */
function shownWidth({ share }: OpenImage, width: number): number {
  return share === undefined ? Math.min(width, widths.column) : Math.round(widths.column * share)
}

/** Gives how wide an image is shown on screens of any width; of what it loads late, the browser knows better. */
function sizesFor(shown: number, share: number): string {
  const part = (pixels: number) => Number((pixels * share).toFixed(1))
  return `(min-width: ${Math.ceil(shown / share + widths.margins)}px) ${shown}px, calc(${part(100)}vw - ${part(widths.margins)}px)`
}

function srcsetOf(candidates: readonly Candidate[], basePath: string): string {
  return candidates.map(({ output, width }) => `${hrefOf(`/${output}`, basePath)} ${width}w`).join(', ')
}

/** Gives the sources of the same image for dark pages. The script of the page's switch finds them by their mark. */
function darkSources({ dark, basePath }: PictureFrame, sizes: string): readonly Attributes[] {
  if (!dark) return []
  const { href, image } = dark
  const mark = { media: '(prefers-color-scheme: dark)', 'data-dark': '' }
  const size = image ? { width: String(image.width), height: String(image.height) } : {}
  const formats = image ? formatsOf(image) : []
  if (!image || formats.length === 0) return [{ ...mark, srcset: href, ...size }]
  return formats.map((format, index) => ({
    ...mark,
    ...(index < formats.length - 1 && { type: `image/${format}` }),
    srcset: srcsetOf(candidatesIn(image, format), basePath),
    sizes,
    ...size,
  }))
}

function formatsOf({ candidates }: SiteImage): readonly ImageFormat[] {
  return [...new Set(candidates.map(({ format }) => format))]
}

function candidatesIn({ candidates }: SiteImage, format: ImageFormat | undefined): readonly Candidate[] {
  return candidates.filter((candidate) => candidate.format === format)
}

/** Gives what the file of an image has to say to the style sheet. */
function styleOf({ figure }: OpenImage, { width, height, colour }: SiteImage, dark: Shown | null): string {
  return [
    // A figure is no higher than the screen: its width follows from that.
    ...(figure ? [`--shape:${Number((width / height).toFixed(3))}`] : []),
    // In a row all are of one height, but none is blown up; drawings can be.
    ...(figure && colour !== null && height < rowHeight ? [`--own:${width}px`] : []),
    ...(colour !== null && !dark ? [`background-color:${colour}`] : []),
  ].join(';')
}
