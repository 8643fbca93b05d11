import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { build } from '../../../src/build.js'
import { withoutPlace } from '../../../src/output/location.js'
import { siteFolder } from '../../site-folder.js'

const place = {
  IFD0: { Artist: 'Ada Example' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '48/1 8/1 0/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '11/1 34/1 0/1',
  },
}
const xmp = `<?xpacket begin="\uFEFF" id="x"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" exif:GPSLatitude="48,8.25N" dc:source="Ada"><exif:GPSLongitude>11,34.5E</exif:GPSLongitude></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`

function picture(): Sharp {
  return sharp({ create: { width: 40, height: 30, channels: 3, background: '#486' } })
}

const kinds = {
  'a JPEG': (image: Sharp) => image.jpeg(),
  'a PNG': (image: Sharp) => image.png(),
  'a WebP': (image: Sharp) => image.webp(),
  'an AVIF': (image: Sharp) => image.avif(),
} as const

/** The coordinates of an image, as its EXIF data have them: rationals of one degree each. */
function tells(bytes: Uint8Array): boolean {
  const data = Buffer.from(bytes)
  const rational = (degrees: number) => Buffer.from(new Uint32Array([degrees, 1]).buffer)
  return data.includes(rational(48)) || data.includes(rational(11))
}

describe('A photograph that tells where it was taken', () => {
  it.each(Object.entries(kinds))('as %s tells it no more, and is the same otherwise', async (_, as) => {
    const bytes = await as(picture()).withExif(place).toBuffer()
    expect(tells(bytes)).toBe(true)
    const found = withoutPlace(bytes)
    if (!found) throw new Error('No place was found.')
    expect(tells(found)).toBe(false)
    expect(found.length).toBe(bytes.length)
    expect(Buffer.from(found).includes('Ada Example')).toBe(true)
    const pixels = (file: Uint8Array) => sharp(file, { failOn: 'warning' }).raw().toBuffer()
    expect(await pixels(found)).toEqual(await pixels(bytes))
    // All is blank by now.
    expect(withoutPlace(found)).toBe(null)
  })

  it('is read as TIFF has it, too', async () => {
    const { exif } = await sharp(await picture().jpeg().withExif(place).toBuffer()).metadata()
    const tiff = exif?.subarray('Exif\0\0'.length) ?? Buffer.alloc(0)
    expect([tells(tiff), tells(withoutPlace(tiff) ?? tiff)]).toEqual([true, false])
  })

  it.each(Object.entries(kinds))('as %s in its XMP tells it no more', async (_, as) => {
    const bytes = await as(picture()).withXmp(xmp).toBuffer()
    const tellsPlace = async (file: Uint8Array) =>
      /48,8|11,34/.test((await sharp(file, { failOn: 'warning' }).metadata()).xmp?.toString() ?? '')
    expect(await tellsPlace(bytes)).toBe(true)
    const found = withoutPlace(bytes) ?? bytes
    expect([await tellsPlace(found), found.length]).toEqual([false, bytes.length])
  })

  it('keeps what else its XMP says', async () => {
    const found = Buffer.from(withoutPlace(await picture().jpeg().withXmp(xmp).toBuffer()) ?? [])
    expect(found.includes('dc:source="Ada"')).toBe(true)
  })
})

it.each([
  ['tags that nothing ends', '<exif:GPSa '.repeat(120_000)],
  ['a name without end', `<exif:GPS${'a'.repeat(400_000)}<`],
])('A photograph whose XMP has %s tells no place that stands behind them', async (_, text) => {
  const bytes = await picture()
    .webp()
    .withXmp(xmp.replace('<exif:', `${text}<exif:`))
    .toBuffer()
  const [before, after] = [bytes, withoutPlace(bytes) ?? []].map((file) => Buffer.from(file))
  expect(before?.includes('11,34.5E')).toBe(true)
  expect(after?.includes('<exif:GPSLongitude>        </exif:GPSLongitude>')).toBe(true)
  expect(after?.length).toBe(before?.length)
})

describe('An image that tells no place', () => {
  it.each(Object.entries(kinds))('as %s is left as it is', async (_, as) => {
    expect(withoutPlace(await as(picture()).toBuffer())).toBe(null)
    expect(
      withoutPlace(
        await as(picture())
          .withExif({ IFD0: { Artist: 'Ada' } })
          .toBuffer(),
      ),
    ).toBe(null)
  })

  it('is whatever other file one comes upon', () => {
    for (const text of ['', 'GIF89a', 'x'.repeat(400), 'RIFF....WEBP'])
      expect(withoutPlace(Buffer.from(text))).toBe(null)
  })
})

it('A file that is broken anywhere is read without fault, and never made longer', async () => {
  const whole = await Promise.all(Object.values(kinds).map((as) => as(picture()).withExif(place).toBuffer()))
  fc.assert(
    fc.property(
      fc.constantFrom(...whole),
      fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 12 }),
      fc.nat(1200),
      (bytes, changes, length) => {
        const broken = Buffer.from(bytes.subarray(0, length))
        for (const [at, value] of changes) if (at < broken.length) broken[at] = value
        const found = withoutPlace(broken)
        expect(found === null || found.length === broken.length).toBe(true)
      },
    ),
    { numRuns: 2000 },
  )
})

describe('A site with a photograph that tells where it was taken', () => {
  it('publishes it without that, under its own URL, and keeps what is published', async () => {
    const bytes = await picture().jpeg().withExif(place).toBuffer()
    const root = await siteFolder({
      'content/posts/a.md': '---\ntitle: A\ndate: 2024-01-01\n---\n[The photograph](photo.jpg)\n',
      'content/posts/photo.jpg': bytes,
    })
    const out = join(root, 'dist')
    const job = { root, out, drafts: false, now: new Date('2026-01-01') }
    expect(await build(job)).toMatchObject({ ok: true, diagnostics: [] })
    const published = readFileSync(join(out, 'posts/photo.jpg'))
    expect([tells(bytes), tells(published), published.length]).toEqual([true, false, bytes.length])
    expect((await build({ ...job, again: true })).counts).toMatchObject({ written: 0, removed: 0 })
    expect((await build({ ...job, verify: true })).ok).toBe(true)
  })
})
