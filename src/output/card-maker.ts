/** Makes cards: the one file that loads what decodes and draws images. Each library is loaded when it is first needed. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Sharp } from 'sharp'
import { openCache } from '../cache.js'
import { digestOf } from '../digest.js'
import { reasonOf } from '../errno.js'
import { type CardJob, type CardResult, cardSize, imageKeyOf, type KeyedCard } from './card.js'
import { type CardFont, drawCard, missingLetters, paper, readFonts, textFont } from './card-drawing.js'

/** Cards to be made and stored. */
export interface CardsJob {
  readonly jobs: readonly KeyedCard[]
  /** The folder of the cache. */
  readonly cache: string
}

/** A card, or why there is none. */
export type MadeCard =
  | { readonly bytes: Uint8Array; readonly width: number; readonly height: number }
  | Exclude<CardResult, { readonly width: number }>

/** Makes a card. What an image has wrong with it is a fault, never thrown. */
export type CardMaker = (job: CardJob) => Promise<MadeCard>

/** Makes cards and stores them; gives what came of each. Throws what the file system reports of the cache. */
export async function storeCards(
  { jobs, cache: folder }: CardsJob,
  make: CardMaker,
): Promise<readonly CardResult[]> {
  const cache = openCache(folder)
  const results: CardResult[] = []
  for (const { key, job } of jobs) {
    const made = await make(job)
    const result = 'bytes' in made ? { width: made.width, height: made.height } : made
    if ('bytes' in made) cache.put(imageKeyOf(key), made.bytes)
    if (!('passing' in result)) cache.put(key, JSON.stringify(result))
    results.push(result)
  }
  return results
}

/** Gives what makes cards; what one needs is kept for the next. */
export function cardMaker(): CardMaker {
  let tools: Promise<Tools> | undefined
  const loaded = () => {
    tools ??= load()
    return tools
  }
  return async (job) => {
    try {
      if (job.kind === 'drawn') return await fromWords(job, await loaded())
      const bytes = await readFile(job.path)
      if (digestOf(bytes) !== job.digest)
        return { fault: 'it was changed while the site was built', passing: true }
      return job.kind === 'vector' ? await fromVector(bytes, await loaded()) : await fromRaster(bytes)
    } catch (error) {
      return faultOf(error)
    }
  }
}

function faultOf(error: unknown): MadeCard {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException
  // The disk, or a machine that there is no build of sharp for.
  if (code !== '') return { fault: reasonOf(error), passing: true }
  return { fault: message.split('\n', 1)[0] ?? message }
}

/** The most that is decoded: a hundred megapixels take 400 MB. */
const mostPixels = 1e8
/** The least that other sites show beside a link at its full width. */
const smallest = { width: 300, height: 157 } as const

/**
 * Cuts a card out of an image where it has most to see, turned upright as its EXIF data say, the first frame of one that
 * moves. Nothing is enlarged: of a small image as much is taken as there is.
 */
async function fromRaster(bytes: Uint8Array): Promise<MadeCard> {
  const image = await opened(bytes)
  const { autoOrient: size } = await image.metadata()
  const scale = Math.max(1, cardSize.width / size.width, cardSize.height / size.height)
  const width = Math.floor(cardSize.width / scale)
  const height = Math.floor(cardSize.height / scale)
  if (width < smallest.width || height < smallest.height) return { tooSmall: true }
  const card = await image
    .autoOrient()
    .resize(width, height, { fit: 'cover', position: 'attention' })
    .flatten({ background: 'white' })
    .jpeg({ quality: 82, mozjpeg: true })
    .toBuffer()
  return { bytes: card, width, height }
}

async function opened(bytes: Uint8Array): Promise<Sharp> {
  const { default: sharp } = await import('sharp')
  // Threads of ours share the work already.
  sharp.concurrency(1)
  sharp.cache(false)
  return sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' })
}

/** What drawings are drawn with. */
interface Tools {
  readonly fonts: readonly CardFont[]
  readonly Resvg: typeof import('@resvg/resvg-wasm').Resvg
}

async function load(): Promise<Tools> {
  const [fonts, { initWasm, Resvg }] = await Promise.all([readFonts(), import('@resvg/resvg-wasm')])
  const file = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')
  try {
    await initWasm(await readFile(file))
  } catch (error) {
    // Once is enough for a process, and all that it allows.
    if (!String(error).includes('Already initialized')) throw error
  }
  return { fonts, Resvg }
}

/** The margin about a drawing, in pixels. */
const margin = 45

/**
 * Sets a drawing on paper, as large as it can be and whole: a plot without its axes says nothing. Its words are
 * set in the font of cards, the same on every machine.
 */
async function fromVector(bytes: Uint8Array, { fonts, Resvg }: Tools): Promise<MadeCard> {
  const svg = new TextDecoder().decode(bytes)
  const missing = await missingLetters(wordsOfSvg(svg), fonts)
  if (missing !== '') return { missing }
  const font = { fontBuffers: fonts.map(({ data }) => data), ...everyFamily }
  const { width, height } = new Resvg(svg, { font })
  const value = Math.min((cardSize.width - 2 * margin) / width, (cardSize.height - 2 * margin) / height)
  if (!(value > 0 && Number.isFinite(value))) return { fault: 'it has no size' }
  const picture = await opened(new Resvg(svg, { font, fitTo: { mode: 'zoom', value } }).render().asPng())
  const card = picture.flatten({ background: paper }).resize({
    ...cardSize,
    fit: 'contain',
    background: paper,
    withoutEnlargement: true,
  })
  return { bytes: await asPng(card), ...cardSize }
}

const everyFamily = {
  defaultFontFamily: textFont,
  serifFamily: textFont,
  sansSerifFamily: textFont,
  cursiveFamily: textFont,
  fantasyFamily: textFont,
  monospaceFamily: textFont,
}

const unshown: ReadonlySet<string> = new Set(['style', 'title', 'desc', 'metadata', 'script'])
/** A comment, a tag, or the text up to the next of them. */
const svgPart = /<!--[\s\S]*?(?:-->|$)|<(\/?)([a-z]*)[^<>]*>?|([^<]+)/gi

/** Gives the words that a drawing may show. */
function wordsOfSvg(svg: string): string {
  const shown: string[] = []
  /** The element that nothing is shown of, while it is open. */
  let hidden: string | null = null
  for (const [, slash, tag = '', text] of svg.matchAll(svgPart)) {
    const name = tag.toLowerCase()
    if (text !== undefined && hidden === null) shown.push(text.trim())
    else if (slash !== undefined && hidden === null && slash === '' && unshown.has(name)) hidden = name
    else if (slash === '/' && name === hidden) hidden = null
  }
  return shown.filter((text) => text !== '').join(' ')
}

async function fromWords(
  job: Extract<CardJob, { kind: 'drawn' }>,
  { fonts, Resvg }: Tools,
): Promise<MadeCard> {
  const drawn = await drawCard(job, fonts)
  if ('missing' in drawn) return drawn
  const picture = await opened(new Resvg(drawn.svg).render().asPng())
  return { bytes: await asPng(picture), ...cardSize }
}

/** Few colours, each of them flat. */
function asPng(image: Sharp): Promise<Uint8Array> {
  return image.png({ palette: true, colours: 64, effort: 7 }).toBuffer()
}
