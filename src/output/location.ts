/**
 * Where a photograph was taken, which cameras write into its file: blanked in what is published. Nothing is encoded
 * anew; the file keeps its length and every pixel.
 */
import { crc32, inflateSync } from 'node:zlib'

/** Counted up when more is blanked. */
const revision = 1

/** Gives the key of a published image whose source has a digest. */
export function placelessKey(digest: string): string {
  return `placeless ${revision} ${digest}`
}

/** Whether a file is of a kind that may tell where it was taken. */
export function mayTellPlace(file: string): boolean {
  return /\.(jpe?g|png|webp|avif|heic|heif|tiff?)$/i.test(file)
}

/**
 * Gives an image without the place where it was taken: the GPS directory of its EXIF data (Exif 2.32, section 4.6.6) and
 * the GPS properties of its XMP are blanked. Null where it tells none. Total: a file that is broken is left alone.
 */
export function withoutPlace(image: Uint8Array): Uint8Array | null {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength)
  const { exif, xmp, sums, packed = [] } = metadataIn(bytes)
  const blanks = [
    ...exif.flatMap((part) => gpsIn(part, bytes)),
    ...xmp.flatMap((part) => gpsInXmp(part, bytes)),
    ...packed.flatMap((part) => gpsInPacked(part, bytes)),
  ]
  if (blanks.length === 0) return null
  const blanked = Buffer.from(bytes)
  for (const { start, end, fill } of blanks) blanked.fill(fill, start, end)
  for (const { start, end } of sums) blanked.writeUInt32BE(crc32(blanked.subarray(start, end)), end)
  return blanked
}

/** A part of a file, from an offset up to another. */
interface Part {
  readonly start: number
  readonly end: number
}

interface Blank extends Part {
  readonly fill: number
}

interface Metadata {
  /** What begins as a TIFF file does. */
  readonly exif: readonly Part[]
  readonly xmp: readonly Part[]
  /** What a checksum of four bytes follows. */
  readonly sums: readonly Part[]
  readonly packed?: readonly Packed[]
}

/** XMP that is compressed, and what has to be written for it to be text as it is. */
interface Packed extends Part {
  readonly plain: readonly Blank[]
}

const none: Metadata = { exif: [], xmp: [], sums: [] }

function metadataIn(bytes: Buffer): Metadata {
  if (bytes.length < 16) return none
  if (bytes.readUInt16BE(0) === 0xffd8) return inJpeg(bytes)
  if (bytes.readUInt32BE(0) === 0x89504e47) return inPng(bytes)
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP')
    return inWebp(bytes)
  const all = { start: 0, end: bytes.length }
  if (isTiff(bytes, 0)) return { exif: [all], xmp: xmpIn(bytes), sums: [] }
  if (bytes.toString('latin1', 4, 8) === 'ftyp') return { ...none, exif: exifIn(bytes), xmp: xmpIn(bytes) }
  return none
}

function isTiff(bytes: Buffer, at: number): boolean {
  const order = bytes.toString('latin1', at, at + 4)
  return order === 'II*\0' || order === 'MM\0*'
}

const exifMark = Buffer.from('Exif\0\0', 'latin1')
const xmpMark = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1')

/** The segments of a JPEG (ITU-T T.81, annex B) up to its first scan. */
function inJpeg(bytes: Buffer): Metadata {
  const exif: Part[] = []
  const xmp: Part[] = []
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === 0xda || marker === 0xd9) break
    const start = at + 4
    const end = at + 2 + bytes.readUInt16BE(at + 2)
    if (end < start || end > bytes.length) break
    const segment = bytes.subarray(start, end)
    if (marker === 0xe1 && segment.indexOf(exifMark) === 0) exif.push({ start: start + exifMark.length, end })
    if (marker === 0xe1 && /^http:\/\/ns\.adobe\.com\/(xap|xmp)\//.test(segment.toString('latin1', 0, 40)))
      xmp.push({ start: start + xmpMark.length, end })
    at = end
  }
  return { exif, xmp, sums: [] }
}

/**
 * The chunks of a PNG (PNG, third edition, sections 5.3 and 11.3): eXIf, and XMP, which Adobe writes as international
 * text (iTXt) and libvips as compressed text (zTXt).
 */
function inPng(bytes: Buffer): Metadata {
  const chunks = chunksIn(bytes)
  const exif = chunks.filter(({ type }) => type === 'eXIf')
  const texts = chunks.filter(
    ({ start, end }) =>
      start + xmpKeyword.length + 2 < end &&
      bytes.toString('latin1', start, start + xmpKeyword.length) === xmpKeyword,
  )
  const sums = [...exif, ...texts].map(({ name, end }) => ({ start: name, end }))
  return {
    exif,
    sums,
    xmp: texts.filter(({ type, start }) => type === 'iTXt' && bytes[start + xmpKeyword.length] === 0),
    packed: texts.flatMap((chunk) => packedIn(chunk, bytes)),
  }
}

interface Chunk extends Part {
  readonly type: string
  /** Where its type stands, from which on its checksum counts. */
  readonly name: number
}

function chunksIn(bytes: Buffer): readonly Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 8; at + 12 <= bytes.length; ) {
    const start = at + 8
    const end = start + bytes.readUInt32BE(at)
    if (end + 4 > bytes.length) break
    chunks.push({ type: bytes.toString('latin1', at + 4, start), name: at + 4, start, end })
    at = end + 4
  }
  return chunks
}

function packedIn({ type, name, start, end }: Chunk, bytes: Buffer): readonly Packed[] {
  const after = start + xmpKeyword.length
  if (type === 'zTXt') return [{ start: after + 1, end, plain: asPlainText(name, after) }]
  if (type !== 'iTXt' || bytes[after] === 0) return []
  // Its language and its keyword in that language come first.
  const text = bytes.indexOf(0, bytes.indexOf(0, after + 2) + 1) + 1
  const plain = [{ start: after, end: after + 1, fill: 0 }]
  return text > after && text < end ? [{ start: text, end, plain }] : []
}

/** What makes a chunk of compressed text one of plain text: its name, and a space for the method of compression. */
function asPlainText(type: number, method: number): readonly Blank[] {
  const [t, capitalE, space] = [0x74, 0x45, 0x20]
  return [
    { start: type, end: type + 1, fill: t },
    { start: type + 1, end: type + 2, fill: capitalE },
    { start: method, end: method + 1, fill: space },
  ]
}

const xmpKeyword = 'XML:com.adobe.xmp\0'

/** The chunks of a WebP file (RFC 9649, section 2.7). */
function inWebp(bytes: Buffer): Metadata {
  const exif: Part[] = []
  const xmp: Part[] = []
  for (let at = 12; at + 8 <= bytes.length; ) {
    const type = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    const start = at + 8
    const end = Math.min(start + size, bytes.length)
    if (type === 'EXIF') exif.push({ start: isTiff(bytes, start) ? start : start + exifMark.length, end })
    if (type === 'XMP ') xmp.push({ start, end })
    at = start + size + (size % 2)
  }
  return { exif, xmp, sums: [] }
}

/** The EXIF data of AVIF and HEIC files, wherever in them they are: each begins with its name. */
function exifIn(bytes: Buffer): readonly Part[] {
  const parts: Part[] = []
  for (let at = bytes.indexOf(exifMark); at >= 0; at = bytes.indexOf(exifMark, at + 1)) {
    const start = at + exifMark.length
    if (isTiff(bytes, start)) parts.push({ start, end: bytes.length })
  }
  return parts
}

function xmpIn(bytes: Buffer): readonly Part[] {
  const start = bytes.indexOf('<x:xmpmeta', 0, 'latin1')
  const end = start < 0 ? -1 : bytes.indexOf('</x:xmpmeta>', start, 'latin1')
  return end < 0 ? [] : [{ start, end }]
}

/** The tag that leads to the GPS directory. */
const gpsTag = 0x8825
/** The bytes that a value of each type takes (TIFF 6.0, section 2). */
const sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]

/** The GPS directory of EXIF data: its values, its entries, and the entry that leads to it. */
function gpsIn({ start, end }: Part, bytes: Buffer): readonly Blank[] {
  if (end - start < 8 || !isTiff(bytes, start)) return []
  const isLittle = bytes[start] === 0x49
  const short = (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const long = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const entriesAt = (offset: number): readonly number[] => {
    const at = start + offset
    if (offset < 8 || at + 2 > end) return []
    const count = Math.min(short(at), Math.floor((end - at - 2) / 12))
    return Array.from({ length: count }, (_, index) => at + 2 + 12 * index)
  }
  const leads = entriesAt(long(start + 4)).filter((entry) => short(entry) === gpsTag)
  return leads.flatMap((lead) => {
    const entries = entriesAt(long(lead + 8))
    const values = entries.flatMap((entry): Part[] => {
      const size = (sizes[short(entry + 2)] ?? 0) * long(entry + 4)
      const from = start + long(entry + 8)
      return size > 4 && from + size <= end ? [{ start: from, end: from + size }] : []
    })
    // The count of the directory goes with its entries, so that it is there and empty.
    const [first] = entries
    const last = entries.at(-1)
    if (first === undefined || last === undefined) return []
    return [...values, { start: first - 2, end: last + 12 }].map((part) => ({ ...part, fill: 0 }))
  })
}

/**
 * GPS properties of XMP, as attributes or as elements (XMP, part 2, section 3.3.2): their values. A tag ends before the
 * next one at the latest, so that a text of beginnings is read once.
 */
const xmpPattern = /\bexif:GPS\w+\s*=\s*(?:"([^"]*)"|'([^']*)')|<exif:GPS\w[^<>]*>([^<]*)</dg

function gpsInXmp({ start, end }: Part, bytes: Buffer): readonly Blank[] {
  const text = bytes.toString('latin1', start, end)
  return [...text.matchAll(xmpPattern)].flatMap(({ indices }) => {
    const [from, to] = indices?.[1] ?? indices?.[2] ?? indices?.[3] ?? []
    if (from === undefined || to === undefined || from === to || text.slice(from, to).trim() === '') return []
    return [{ start: start + from, end: start + to, fill: 0x20 }]
  })
}

/** The most that XMP is unpacked to, in bytes. */
const mostXmp = 2 ** 24

/** Compressed XMP that has GPS properties: all of it, since less would be of another length. What is left is a text of spaces. */
function gpsInPacked({ start, end, plain }: Packed, bytes: Buffer): readonly Blank[] {
  try {
    const text = inflateSync(bytes.subarray(start, end), { maxOutputLength: mostXmp })
    if (gpsInXmp({ start: 0, end: text.length }, text).length === 0) return []
  } catch {
    // It cannot be read by anybody else either.
    return []
  }
  return [...plain, { start, end, fill: 0x20 }]
}
