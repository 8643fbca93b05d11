/** An image of the site: what is found out of its file, and the encodings that are made of it. */
import type { ImageFormat } from '../config.js'
import { digestOf } from '../digest.js'

/** The file of an image. */
export interface ImageFile {
  /** Where it is read. */
  readonly path: string
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly digest: string
  /** Whether it is a drawing, an SVG, of which nothing else is made. */
  readonly isVector: boolean
}

/** What a file tells: with its digest the only thing that decides how its image is shown. */
export interface ImageFacts {
  /** In pixels, turned upright as its EXIF data say. */
  readonly width: number
  readonly height: number
  /** The mean of its colours, `#9ab`; null where one can see through it, or it moves. */
  readonly colour: string | null
  /** Whether it can be encoded anew: it is of pixels and does not move. */
  readonly isStill: boolean
  /** Whether the file has every pixel as it was drawn, as a PNG has. */
  readonly isLossless: boolean
}

/** An image that cannot be read, and why; `passing` where a later build may do better. */
export interface ImageFault {
  readonly fault: string
  readonly passing?: boolean
}

/** A file to be looked at; `key` is that of its {@link ImageFacts}. */
export interface LookJob {
  readonly key: string
  readonly file: ImageFile
}

/** How an image is encoded. */
export interface Variant {
  /** Stands for the bytes: the digest of the file's digest, of what is below, and of what encodes. */
  readonly key: string
  readonly format: ImageFormat
  /** In pixels; never more than the image has. */
  readonly width: number
  readonly quality: number
}

/** The encodings of one image; `key` is that of their sizes. */
export interface EncodeJob {
  readonly key: string
  readonly file: ImageFile
  readonly isLossless: boolean
  readonly variants: readonly Variant[]
}

/** The sizes of the encodings of a job in bytes, in order. */
export interface EncodedSizes {
  readonly sizes: readonly number[]
}

/** Counted up when images are looked at or encoded in another way. */
const revision = 1

/** Gives the key of what is found out of a file; `decoder` stands for what decodes. */
export function factsKey({ digest, isVector }: ImageFile, decoder: string): string {
  return digestOf(JSON.stringify(['image', revision, decoder, isVector, digest]))
}

/** Gives an encoding its key; `encoder` stands for what encodes. */
export function variantOf(digest: string, how: Omit<Variant, 'key'>, encoder: string): Variant {
  const { format, width, quality } = how
  const key = digestOf(JSON.stringify(['encoding', revision, encoder, digest, format, width, quality]))
  return { ...how, key }
}

/** Gives the key of the sizes of some encodings. */
export function sizesKey(variants: readonly Variant[]): string {
  return digestOf(JSON.stringify(['sizes', variants.map(({ key }) => key)]))
}

/** An image that is smaller by less than a tenth than what is wanted anyway is not wanted as well. */
const nextWidth = 0.9

/** Gives the widths in which an image is encoded: those that are asked for, up to its own, which is always one if it is not larger than they are. */
export function widthsOf(width: number, wanted: readonly number[]): readonly number[] {
  const widest = Math.min(width, wanted.at(-1) ?? width)
  return [...wanted.filter((one) => one < widest * nextWidth), widest]
}
