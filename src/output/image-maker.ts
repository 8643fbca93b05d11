/** Looks at images and encodes them. What decodes is loaded when the first image of pixels comes. */
import { readFile } from 'node:fs/promises'
import type { Sharp } from 'sharp'
import { openCache } from '../cache.js'
import { digestOf } from '../digest.js'
import { reasonOf } from '../errno.js'
import type { EncodedSizes, EncodeJob, ImageFacts, ImageFault, ImageFile, LookJob, Variant } from './image.js'

/** The most that is decoded: a hundred megapixels take 400 MB. */
export const mostPixels = 1e8

/**
 * Looks at images and stores what they tell; gives what came of each, in order. What a file has wrong with it is a
 * fault. Throws what the file system reports of the cache.
 */
export async function storeFacts(
  jobs: readonly LookJob[],
  folder: string,
): Promise<readonly (ImageFacts | ImageFault)[]> {
  const cache = openCache(folder)
  const results: (ImageFacts | ImageFault)[] = []
  for (const { key, file } of jobs) {
    const found = await attempt(file, (bytes) => (file.isVector ? vectorFacts(bytes) : rasterFacts(bytes)))
    if (!('passing' in found)) cache.put(key, JSON.stringify(found))
    results.push(found)
  }
  return results
}

/**
 * Encodes images and stores the bytes and the sizes; gives the sizes of each, in order. What is stored already is not
 * encoded again, unless all is to be made anew. Faults and errors are as those of {@link storeFacts}.
 */
export async function storeEncodings(
  jobs: readonly EncodeJob[],
  folder: string,
  anew: boolean,
): Promise<readonly (EncodedSizes | ImageFault)[]> {
  const cache = openCache(folder)
  const results: (EncodedSizes | ImageFault)[] = []
  for (const { key, file, isLossless, variants } of jobs) {
    const made = new Map<string, Uint8Array>()
    const sizes: number[] = []
    const result = await attempt(file, async (bytes) => {
      for (const variant of variants) {
        const kept = anew ? null : cache.bytes(variant.key)
        if (!kept) made.set(variant.key, await encode(bytes, variant, isLossless))
        sizes.push(kept?.length ?? made.get(variant.key)?.length ?? 0)
      }
      return { sizes }
    })
    for (const [variant, bytes] of made) cache.put(variant, bytes)
    if ('sizes' in result) cache.put(key, JSON.stringify(result))
    results.push(result)
  }
  return results
}

/** Encodes an image in one way. Throws where that cannot be done. */
export async function encodeOne(file: ImageFile, variant: Variant, isLossless: boolean): Promise<Uint8Array> {
  const made = await attempt(file, async (bytes) => ({ bytes: await encode(bytes, variant, isLossless) }))
  if ('fault' in made) throw new Error(`An image could not be encoded: ${made.fault}`)
  return made.bytes
}

async function attempt<T extends object>(
  { path, digest }: ImageFile,
  work: (bytes: Uint8Array) => T | Promise<T>,
): Promise<T | ImageFault> {
  try {
    const bytes = await readFile(path)
    if (digestOf(bytes) !== digest) return { fault: 'it was changed while the site was built', passing: true }
    return await work(bytes)
  } catch (error) {
    const { code = '', message = String(error) } = error as NodeJS.ErrnoException
    // The disk, or a machine that there is no build of sharp for.
    if (code !== '') return { fault: reasonOf(error), passing: true }
    return { fault: inWords(message.split('\n', 1)[0] ?? message) }
  }
}

/** What sharp says, in words that tell an author what to do. */
function inWords(message: string): string {
  if (/exceeds pixel limit/.test(message))
    return `it has more than ${mostPixels / 1e6} million pixels, which take too much memory`
  if (/unsupported image format/.test(message)) return 'it is of no kind that can be decoded'
  return message.replace(/^Vips\w+: /, '').replace(/\.$/, '')
}

async function opened(bytes: Uint8Array): Promise<Sharp> {
  const { default: sharp } = await import('sharp')
  // Threads of ours share the work already.
  sharp.concurrency(1)
  sharp.cache(false)
  return sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' })
}

async function rasterFacts(bytes: Uint8Array): Promise<ImageFacts> {
  const image = await opened(bytes)
  const { autoOrient, pages = 1, format, delay, hasAlpha } = await image.metadata()
  const size = { width: autoOrient.width, height: autoOrient.height }
  if (format === 'svg') return { ...size, colour: null, isStill: false, isLossless: true }
  const moves = pages > 1 && delay !== undefined
  if (moves) return { ...size, colour: null, isStill: false, isLossless: false }
  const isOpaque = !hasAlpha || (await image.clone().stats()).isOpaque
  // Decodes all of it, too: a file that is cut off shows here.
  const mean = await image
    .clone()
    .removeAlpha()
    .resize(1, 1, { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer()
  return {
    ...size,
    colour: isOpaque ? colourOf(mean) : null,
    isStill: true,
    isLossless: format === 'png' || format === 'gif' || format === 'tiff',
  }
}

/** A colour in few words, in which machines do not differ. */
function colourOf([red = 0, green = red, blue = red]: Uint8Array): string {
  const digit = (value: number) => Math.round(value / 17).toString(16)
  return `#${digit(red)}${digit(green)}${digit(blue)}`
}

async function encode(
  bytes: Uint8Array,
  { format, width, quality }: Variant,
  isLossless: boolean,
): Promise<Uint8Array> {
  const image = (await opened(bytes)).autoOrient().resize({ width, withoutEnlargement: true })
  if (format === 'avif') return image.avif({ quality }).toBuffer()
  const lossy = await image.clone().webp({ quality, smartSubsample: true }).toBuffer()
  if (!isLossless) return lossy
  // Drawings and screenshots are smaller so, and as sharp as they were.
  const exact = await image.clone().webp({ lossless: true }).toBuffer()
  return exact.length < lossy.length ? exact : lossy
}

/** What a drawing without a size of its own is as wide as: the column. Browsers set it so, too. */
const columnWidth = 608

/**
 * Gives the size that browsers show a drawing at (SVG 2, section 8.2; CSS Images, section 4.2): what its root element
 * says in absolute units, else by the shape of its view box.
 */
function vectorFacts(bytes: Uint8Array): ImageFacts {
  const text = new TextDecoder(bytes[0] === 0xff || bytes[0] === 0xfe ? 'utf-16' : 'utf-8').decode(bytes)
  const root = /<svg\b((?:"[^"]*"|'[^']*'|[^"'<>])*)>/.exec(withoutComments(text))?.[1]
  if (root === undefined) throw new Error('it has no element svg')
  const attribute = (name: string) =>
    new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(root)?.slice(1).find(Boolean) ?? ''
  const [, , boxWidth = 0, boxHeight = 0] = attribute('viewBox')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  const ratio = boxWidth > 0 && boxHeight > 0 ? boxWidth / boxHeight : null
  const [width, height] = [absolute(attribute('width')), absolute(attribute('height'))]
  const size =
    width !== null && height !== null
      ? { width, height }
      : ratio === null
        ? { width: width ?? 300, height: height ?? 150 }
        : width !== null
          ? { width, height: width / ratio }
          : height !== null
            ? { width: height * ratio, height }
            : { width: columnWidth, height: columnWidth / ratio }
  const whole = (pixels: number) => Math.max(1, Math.round(pixels))
  const { width: across, height: down } = size
  return { width: whole(across), height: whole(down), colour: null, isStill: false, isLossless: true }
}

/** Gives XML without its comments; one that nothing ends is left. */
function withoutComments(text: string): string {
  const kept: string[] = []
  let from = 0
  for (;;) {
    const start = text.indexOf('<!--', from)
    const end = start < 0 ? -1 : text.indexOf('-->', start + '<!--'.length)
    if (end < 0) return kept.join('') + text.slice(from)
    kept.push(text.slice(from, start))
    from = end + '-->'.length
  }
}

const inPixels: Readonly<Record<string, number>> = {
  ...{ '': 1, px: 1, in: 96, cm: 96 / 2.54, mm: 96 / 25.4, pt: 96 / 72, pc: 16, em: 16, rem: 16, ex: 8 },
}

/** Gives a length of SVG in pixels; null where it is relative to what the drawing stands in, or is none. */
function absolute(text: string): number | null {
  const [, number, unit = ''] =
    /^((?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? []
  const factor = inPixels[unit.toLowerCase()]
  const pixels = Number(number) * (factor ?? Number.NaN)
  return pixels > 0 && pixels < 1e6 ? pixels : null
}
