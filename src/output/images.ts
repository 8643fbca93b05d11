/** The images of a site: which posts show, what their files tell, and what is published beside them; see image.ts and image-maker.ts. */
import { basename } from 'node:path/posix'
import type { Cache } from '../cache.js'
import type { ImageOptions } from '../config.js'
import type { InputFile } from '../content/inventory.js'
import type { SiteUrl } from '../content/permalink.js'
import { sizeOf } from '../signature.js'
import { darkUrl, findUrl, type LinkIndex, splitUrl, targetOf } from '../site/links.js'
import {
  type Candidate,
  encodedFolder,
  type FaultyImage,
  type SiteImage,
  type SiteImages,
} from '../site/picture.js'
import type { Site } from '../site/site.js'
import { sharpVersion } from '../version.js'
import {
  type EncodedSizes,
  type EncodeJob,
  factsKey,
  type ImageFacts,
  type ImageFault,
  type ImageFile,
  type LookJob,
  sizesKey,
  type Variant,
  variantOf,
  widthsOf,
} from './image.js'
import type { MadeFile } from './made-file.js'

/** Looks at images, or encodes them, and stores in the cache what came of it; gives the same, in order. */
export interface ImageWork {
  readonly look: (jobs: readonly LookJob[]) => Promise<readonly (ImageFacts | ImageFault)[]>
  readonly encode: (
    jobs: readonly EncodeJob[],
    megapixels: number,
  ) => Promise<readonly (EncodedSizes | ImageFault)[]>
}

/** What is found out of the images of a site, and made of them. */
export interface FoundImages {
  readonly images: SiteImages
  /** The encoded images. A build publishes them, a preview makes each when it is asked for. */
  readonly files: readonly MadeFile<Uint8Array>[]
  /** What the cache has of them. */
  readonly keys: readonly string[]
  /** How many files had to be opened. */
  readonly made: number
}

/** A smaller file is there with the first packets of an answer, however it is encoded. */
const leastBytes = 2048

const noImages: FoundImages = { images: new Map(), files: [], keys: [], made: 0 }

export interface ImageSources {
  readonly site: Site
  readonly index: LinkIndex
  readonly inputs: ReadonlyMap<string, InputFile>
  /** Whether images are encoded now; if not, all encodings are taken to be worth it. */
  readonly encodes: boolean
}

/**
 * Gives the images that the posts of a site show: known from earlier builds, or looked at and encoded now. What cannot
 * be read is a fault, to be reported where it is shown. A site that shows none pays nothing.
 */
export async function imagesOf(
  { site, index, inputs, encodes }: ImageSources,
  { known, store, work }: { readonly known: Cache; readonly store: Cache; readonly work: ImageWork },
): Promise<FoundImages> {
  const { images: options } = site.config
  const shown = options === null ? new Map<SiteUrl, InputFile>() : shownImages(site, index, inputs)
  if (options === null || shown.size === 0) return noImages
  const encoder = sharpVersion()
  const byDigest = new Map([...shown.values()].map((input) => [input.digest, input]))
  const looked = await lookAt([...byDigest.values()], encoder, known, work)
  const planned = [...byDigest.values()].flatMap((input): PlannedImage[] => {
    const facts = looked.facts.get(input.digest)
    const isWorth = facts && 'width' in facts && facts.isStill && sizeOf(input.signature) >= leastBytes
    return isWorth ? [planOf(input, facts, options, encoder)] : []
  })
  const encoded = await encodingsOf(
    planned.filter(({ job }) => job.variants.length > 0),
    { known, work, encodes },
  )
  const plans = new Map(planned.map((plan) => [plan.input.digest, plan]))
  const files = new Map<string, MadeFile<Uint8Array>>()
  const images = new Map<SiteUrl, SiteImage | FaultyImage>()
  for (const [url, { digest }] of shown) {
    const plan = plans.get(digest)
    const { image, offers } = told(url, looked.facts.get(digest), encoded.sizes.get(digest), plan)
    images.set(url, image)
    for (const { candidate, variant } of offers)
      if (plan && variant) files.set(candidate.output, encodedFile(candidate, variant, plan.job, store))
  }
  return {
    images,
    files: [...files.values()],
    keys: [...looked.keys, ...planned.flatMap(({ job }) => [job.key, ...job.variants.map(({ key }) => key)])],
    made: looked.made + encoded.made,
  }
}

/** Gives what pages are told of an image, and what browsers may choose in its place. */
function told(
  url: SiteUrl,
  facts: ImageFacts | ImageFault | undefined,
  sizes: EncodedSizes | ImageFault | undefined,
  plan: PlannedImage | undefined,
): { readonly image: SiteImage | FaultyImage; readonly offers: readonly Offer[] } {
  if (!facts) throw new Error(`Nobody looked at ${url}.`)
  if ('fault' in facts) return { image: { fault: facts.fault }, offers: [] }
  if (sizes && 'fault' in sizes) return { image: { fault: sizes.fault }, offers: [] }
  const { width, height, colour } = facts
  const offers = plan ? offersOf(plan, sizes?.sizes ?? null, url) : []
  return {
    image: { width, height, colour, candidates: offers.map(({ candidate }) => candidate) },
    offers,
  }
}

/** Gives the files of all images that posts show, by URL, those for dark pages and those above posts among them. */
function shownImages(
  site: Site,
  index: LinkIndex,
  inputs: ReadonlyMap<string, InputFile>,
): ReadonlyMap<SiteUrl, InputFile> {
  let fileAt: ReadonlyMap<SiteUrl, string> | undefined
  const shown = new Map<SiteUrl, InputFile>()
  const add = (url: SiteUrl | null): boolean => {
    if (url === null || shown.has(url)) return false
    fileAt ??= new Map(site.files.map(({ file, output }) => [`/${output}`, file]))
    const input = inputs.get(fileAt.get(url) ?? '')
    if (input) shown.set(url, input)
    return input !== undefined
  }
  const addBoth = (url: SiteUrl | null) => {
    if (add(url)) add(darkUrl(url ?? ''))
  }
  for (const { post, outline } of [...site.posts, ...site.pages]) {
    if (post.image) addBoth(targetOf(post.image.url, post, index))
    for (const { image, url } of outline.holes)
      if (image) addBoth(findUrl(splitUrl(url).path, post, index, 'folder'))
  }
  return shown
}

interface LookedAt {
  /** By the digest of the file. */
  readonly facts: ReadonlyMap<string, ImageFacts | ImageFault>
  readonly keys: readonly string[]
  readonly made: number
}

async function lookAt(
  inputs: readonly InputFile[],
  decoder: string,
  known: Cache,
  { look }: ImageWork,
): Promise<LookedAt> {
  const jobs = inputs.map((input) => {
    const file = imageFile(input)
    return { key: factsKey(file, decoder), file }
  })
  const facts = new Map<string, ImageFacts | ImageFault>()
  const missing = jobs.filter(({ key, file }) => {
    const entry = known.get(key)
    if (entry !== null) facts.set(file.digest, JSON.parse(entry) as ImageFacts | ImageFault)
    return entry === null
  })
  const found = missing.length === 0 ? [] : await look(missing)
  for (const [at, { file }] of missing.entries()) {
    const one = found[at]
    if (one) facts.set(file.digest, one)
  }
  return { facts, keys: jobs.map(({ key }) => key), made: missing.length }
}

function imageFile({ file, path, digest }: InputFile): ImageFile {
  return { path, digest, isVector: /\.svg$/i.test(file) }
}

/** How an image is to be encoded. */
interface PlannedImage {
  readonly input: InputFile
  readonly facts: ImageFacts
  readonly job: EncodeJob
}

function planOf(input: InputFile, facts: ImageFacts, options: ImageOptions, encoder: string): PlannedImage {
  const widths = widthsOf(facts.width, options.widths)
  const variants = options.formats.flatMap((format) =>
    widths.map((width) =>
      variantOf(input.digest, { format, width, quality: options.quality[format] }, encoder),
    ),
  )
  const { isLossless } = facts
  return { input, facts, job: { key: sizesKey(variants), file: imageFile(input), isLossless, variants } }
}

interface Encoded {
  /** By the digest of the file; none of what is not encoded yet. */
  readonly sizes: ReadonlyMap<string, EncodedSizes | ImageFault>
  readonly made: number
}

async function encodingsOf(
  planned: readonly PlannedImage[],
  { known, work, encodes }: { readonly known: Cache; readonly work: ImageWork; readonly encodes: boolean },
): Promise<Encoded> {
  const sizes = new Map<string, EncodedSizes | ImageFault>()
  const missing = planned.filter(({ input, job }) => {
    const entry = known.get(job.key)
    if (entry !== null) sizes.set(input.digest, JSON.parse(entry) as EncodedSizes)
    return entry === null
  })
  if (!encodes || missing.length === 0) return { sizes, made: 0 }
  const megapixels = missing.reduce((sum, plan) => sum + megapixelsOf(plan), 0)
  const found = await work.encode(
    missing.map(({ job }) => job),
    megapixels,
  )
  for (const [at, { input }] of missing.entries()) {
    const one = found[at]
    if (one) sizes.set(input.digest, one)
  }
  return { sizes, made: missing.length }
}

/** How much there is to encode of an image, AVIF counted as the ten times that it takes. */
function megapixelsOf({ facts, job }: PlannedImage): number {
  const shape = facts.height / facts.width
  const pixels = job.variants.map(({ format, width }) => width * width * shape * (format === 'avif' ? 10 : 1))
  return pixels.reduce((sum, one) => sum + one, 0) / 1e6
}

/** A file that browsers may choose; without a variant it is the author's own. */
interface Offer {
  readonly candidate: Candidate
  readonly variant: Variant | null
}

/**
 * Gives what browsers may choose: encodings that are smaller than the file itself. Where the widest is not, the file is
 * offered in its place, in the last format, which is the image's own; other formats are left out then. Without sizes,
 * which only a preview goes without, all encodings are offered.
 */
function offersOf(
  { input, facts, job }: PlannedImage,
  sizes: readonly number[] | null,
  url: SiteUrl,
): readonly Offer[] {
  const formats = [...new Set(job.variants.map(({ format }) => format))]
  const most = sizeOf(input.signature)
  return formats.flatMap((format, index): readonly Offer[] => {
    const ofFormat = job.variants.flatMap((variant, at) =>
      variant.format === format ? [{ variant, isSmaller: sizes === null || (sizes[at] ?? 0) < most }] : [],
    )
    const smaller = ofFormat.filter(({ isSmaller }) => isSmaller).map(({ variant }) => variant)
    const isWhole = ofFormat.at(-1)?.isSmaller ?? false
    const isLast = index === formats.length - 1
    if (smaller.length === 0 || (!isWhole && !isLast)) return []
    const offers = smaller.map((variant): Offer => {
      const { width } = variant
      return { candidate: { format, width, output: outputOf(input.file, variant) }, variant }
    })
    const own: Offer = { candidate: { format, width: facts.width, output: url.slice(1) }, variant: null }
    return isWhole ? offers : [...offers, own]
  })
}

/** Gives where an encoding is published: `assets/encoded/photo.640w.1a2b3c4d5e.webp`. */
function outputOf(file: string, { key, format, width }: Variant): string {
  const name = basename(file).replace(/\.[^.]*$/, '')
  return `${encodedFolder}/${name}.${width}w.${key.slice(0, 10)}.${format}`.normalize('NFC')
}

function encodedFile(
  { output }: Candidate,
  variant: Variant,
  { file, isLossless }: EncodeJob,
  store: Cache,
): MadeFile<Uint8Array> {
  let making: Promise<Uint8Array> | undefined
  const make = async () => {
    const stored = store.bytes(variant.key)
    if (stored) return stored
    const { encodeOne } = await import('./image-maker.js')
    const made = await encodeOne(file, variant, isLossless)
    store.put(variant.key, made)
    return made
  }
  return {
    output,
    source: 'an encoded image',
    key: variant.key,
    make() {
      making ??= make().finally(() => {
        making = undefined
      })
      return making
    },
  }
}
