import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { openCache } from '../../../src/cache.js'
import type { InputFile } from '../../../src/content/inventory.js'
import { digestOf } from '../../../src/digest.js'
import {
  type EncodeJob,
  type ImageFacts,
  type ImageFault,
  type LookJob,
  widthsOf,
} from '../../../src/output/image.js'
import { storeEncodings, storeFacts } from '../../../src/output/image-maker.js'
import { imagesOf } from '../../../src/output/images.js'
import { answersOf } from '../../../src/site/links.js'
import type { SiteImage } from '../../../src/site/picture.js'
import { articleIn, siteOf } from '../../in-memory-site.js'
import { builtInWords } from '../../words.js'

const folder = mkdtempSync(join(tmpdir(), 'scholium-images-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes an image and gives what is found out of it. */
async function factsOf(name: string, bytes: Uint8Array): Promise<ImageFacts | ImageFault | undefined> {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  const file = { path, digest: digestOf(bytes), isVector: name.endsWith('.svg') }
  const [found] = await storeFacts([{ key: digestOf(name), file }], join(folder, 'facts'))
  return found
}

/** A photograph of so many pixels, which does not compress to nothing. */
function photo(width: number, height: number, mean = 120) {
  const noise = { type: 'gaussian', mean, sigma: 20 } as const
  return sharp({ create: { width, height, channels: 3, background: 'black', noise } })
}

function plain(colour: string, channels: 3 | 4 = 3) {
  return sharp({ create: { width: 60, height: 40, channels, background: colour } })
}

const svg = (attributes: string) =>
  Buffer.from(
    `<?xml version="1.0"?><!-- <svg width="1"> -->\n<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><g/></svg>`,
  )

describe('Of an image of pixels', () => {
  it('the size and the mean of its colours are known', async () => {
    expect(await factsOf('a.png', await plain('#3366cc').png().toBuffer())).toEqual({
      width: 60,
      height: 40,
      colour: '#36c',
      isStill: true,
      isLossless: true,
    })
  })

  it('the size is that of it upright, as its EXIF data say', async () => {
    const turned = await plain('red').jpeg().withMetadata({ orientation: 6 }).toBuffer()
    expect(await factsOf('turned.jpg', turned)).toMatchObject({ width: 40, height: 60, isLossless: false })
  })

  it('which one can see through, no colour is told', async () => {
    const clear = await plain('#ff000080', 4).png().toBuffer()
    const opaque = await plain('#ff0000ff', 4).png().toBuffer()
    expect(await factsOf('clear.png', clear)).toMatchObject({ colour: null })
    expect(await factsOf('opaque.png', opaque)).toMatchObject({ colour: '#f00' })
  })

  it('which moves, nothing else is made', async () => {
    const frames = Buffer.alloc(4 * 8 * 16).map((_, index) => (index * 37 + (index >> 8) * 99) % 256)
    const raw = { width: 8, height: 16, channels: 4, pageHeight: 8 } as const
    const moving = (as: 'gif' | 'webp') =>
      sharp(frames, { raw })
        .toFormat(as, { delay: [90, 90] })
        .toBuffer()
    for (const kind of ['gif', 'webp'] as const)
      expect(await factsOf(`moves.${kind}`, await moving(kind))).toMatchObject({
        width: 8,
        height: 8,
        isStill: false,
      })
  })

  it.each([
    [
      'cut off',
      'cut.jpg',
      async () => (await photo(600, 400).jpeg().toBuffer()).subarray(0, 3000),
      /end of/i,
    ],
    ['no image', 'words.png', async () => Buffer.from('words'), /no kind that can be decoded/],
    ['empty', 'empty.png', async () => Buffer.alloc(0), /./],
    // Its header says 60,000 by 60,000 pixels.
    ['far too large', 'huge.png', hugePng, /more than 100 million pixels/],
  ])('which is %s, that is said', async (_, name, bytes, reason) => {
    expect(await factsOf(name, await bytes())).toEqual({ fault: expect.stringMatching(reason) })
  })

  it('which is gone or another by now, nothing is kept', async () => {
    const file = { path: join(folder, 'gone.png'), digest: '', isVector: false }
    const [found] = await storeFacts([{ key: digestOf('gone'), file }], join(folder, 'facts'))
    expect(found).toMatchObject({ passing: true })
    expect(openCache(join(folder, 'facts')).get(digestOf('gone'))).toBe(null)
  })
})

async function hugePng(): Promise<Buffer> {
  const png = Buffer.from(await plain('red').png().toBuffer())
  png.writeUInt32BE(60_000, 16)
  png.writeUInt32BE(60_000, 20)
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
  return png
}

describe('Of a drawing', () => {
  it.each([
    ['its own size', 'width="120" height="80"', [120, 80]],
    ['its size in other units', 'height="1in" width="72pt"', [96, 96]],
    ['one side and its shape', 'width="100" viewBox="0 0 200 50"', [100, 25]],
    ['its shape alone, as wide as the column', 'viewBox="0 0 200 50" width="100%"', [608, 152]],
    ['nothing', '', [300, 150]],
    ['nothing that makes sense', 'width="-4" viewBox="0 0 0 x"', [300, 150]],
  ])('that says %s, the size is what browsers show', async (_, attributes, [width, height]) => {
    expect(await factsOf('d.svg', svg(attributes))).toMatchObject({
      width,
      height,
      colour: null,
      isStill: false,
    })
  })

  it('that has many comments, the size is what stands outside them', async () => {
    const text = '<!-- <svg width="1"> --><!----><svg width="120" height="<!-- -->80"><!-- --></svg>'
    expect(await factsOf('comments.svg', Buffer.from(text))).toMatchObject({ width: 120, height: 80 })
  })

  it.each([
    ['comments that nothing ends', `<svg width="120" height="80">${'<!--'.repeat(240_000)}`],
    ['roots that nothing ends', `${'<svg '.repeat(120_000)}<svg width="120" height="80">`],
    [
      'lengths that are none',
      `<svg width="${'1'.repeat(160_000)}!" height="1${' '.repeat(160_000)}!" viewBox="0 0 608 4">`,
    ],
  ])('that has %s, the size is found', async (name, text) => {
    expect(await factsOf(`${name}.svg`, Buffer.from(text))).toMatchObject(
      name.startsWith('lengths') ? { width: 608, height: 4 } : { width: 120, height: 80 },
    )
  })

  it('that is none, that is said', async () => {
    expect(await factsOf('none.svg', Buffer.from('<html>'))).toEqual({ fault: 'it has no element svg' })
  })
})

it('An image is encoded in the widths asked for that are narrower than it is, and in its own', () => {
  const wanted = [640, 960, 1280, 1760]
  expect(widthsOf(4000, wanted)).toEqual([640, 960, 1280, 1760])
  expect(widthsOf(1000, wanted)).toEqual([640, 1000])
  expect(widthsOf(300, wanted)).toEqual([300])
})

const yaml = 'url: https://example.org/\n'

/** Finds and makes the images of a site whose files are given; `state` is what was kept from before. */
async function made(
  files: Readonly<Record<string, string | Uint8Array>>,
  { config = '', encodes = true, state = mkdtempSync(join(folder, 'state-')) } = {},
) {
  const texts = Object.entries(files).map(
    ([file, text]) => [file, typeof text === 'string' ? text : ''] as const,
  )
  const memory = siteOf(Object.fromEntries(texts), yaml + config)
  const inputs = new Map(
    Object.entries(files).map(([file, content]): [string, InputFile] => {
      const bytes = Buffer.from(content)
      const path = join(state, file.replaceAll('/', '-'))
      writeFileSync(path, bytes)
      return [file, { file, path, signature: `${bytes.length} 0 0 0`, digest: digestOf(bytes) }]
    }),
  )
  const cache = join(state, 'cache')
  const opened: string[] = []
  const work = {
    look: (jobs: readonly LookJob[]) => {
      opened.push(...jobs.map(({ file }) => file.path))
      return storeFacts(jobs, cache)
    },
    encode: (jobs: readonly EncodeJob[]) => {
      opened.push(...jobs.map(({ file }) => file.path))
      return storeEncodings(jobs, cache, false)
    },
  }
  const store = openCache(cache)
  const found = await imagesOf({ ...memory, inputs, encodes }, { known: store, store, work })
  const index = { ...memory.index, images: found.images }
  const report = (file: string) => {
    const { post, outline } = articleIn(memory, file)
    return answersOf(outline.holes, post, index, builtInWords.in('en')).diagnostics
  }
  const image = (url: string) => found.images.get(url) as SiteImage
  return { ...found, opened: opened.length, state, report, image }
}

const post = '![P](/assets/p.jpg)\n'

describe('The images of a site', () => {
  it('are encoded no wider than they are, under names that say so', async () => {
    const { image, files } = await made({
      'content/posts/a.md': post,
      'assets/p.jpg': await photo(1000, 500).jpeg({ quality: 100 }).toBuffer(),
    })
    const names = image('/assets/p.jpg').candidates.map(({ output }) => output)
    expect(names).toEqual([
      expect.stringMatching(/^assets\/encoded\/p\.640w\.[0-9a-f]{10}\.webp$/),
      expect.stringMatching(/^assets\/encoded\/p\.1000w\.[0-9a-f]{10}\.webp$/),
    ])
    expect(files.map(({ output }) => output)).toEqual(names)
    const [first] = files
    const { format, width, height, exif } = await sharp(await first?.make()).metadata()
    expect({ format, width, height, exif }).toEqual({
      format: 'webp',
      width: 640,
      height: 320,
      exif: undefined,
    })
  })

  it('stand upright when they are encoded, and tell nothing of where they were taken', async () => {
    const taken = await photo(900, 600)
      .jpeg({ quality: 100 })
      .withExif({ IFD3: { GPSLatitude: '48/1 8/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer()
    const { files } = await made({ 'content/posts/a.md': post, 'assets/p.jpg': taken })
    const sizes = await Promise.all(files.map(async ({ make }) => sharp(await make()).metadata()))
    expect(sizes.map(({ width, height, orientation, exif }) => [width, height, orientation, exif])).toEqual([
      [600, 900, undefined, undefined],
    ])
  })

  it('keep the file where no encoding is smaller, and offer it where the widest is not', async () => {
    const small = await photo(1000, 500).webp({ quality: 1, effort: 6 }).toBuffer()
    const none = await made(
      { 'content/posts/a.md': post, 'assets/p.jpg': small },
      { config: 'images: { widths: [2000], quality: 100 }' },
    )
    expect([none.image('/assets/p.jpg').candidates, none.files]).toEqual([[], []])
    const some = await made(
      { 'content/posts/a.md': post, 'assets/p.jpg': small },
      { config: 'images: { widths: [32, 2000], quality: 100 }' },
    )
    expect(some.image('/assets/p.jpg').candidates.map(({ width, output }) => `${width} ${output}`)).toEqual([
      expect.stringMatching(/^32 assets\/encoded\/p\.32w/),
      '1000 assets/p.jpg',
    ])
  })

  it('of few colours are encoded without loss where that is smaller', async () => {
    const stripes = Buffer.from(
      Array.from({ length: 300 * 200 * 3 }, (_, at) => (Math.floor(at / 30) % 3 === 0 ? 250 : 10)),
    )
    const drawing = await sharp(stripes, { raw: { width: 300, height: 200, channels: 3 } })
      .png({ compressionLevel: 0 })
      .toBuffer()
    const { files } = await made({ 'content/posts/a.md': post, 'assets/p.jpg': drawing })
    const pixels = await sharp(await files[0]?.make())
      .raw()
      .toBuffer()
    expect(pixels.equals(stripes)).toBe(true)
  })

  it('are encoded in each format that site.yaml names, the smallest first', async () => {
    const { image } = await made(
      { 'content/posts/a.md': post, 'assets/p.jpg': await photo(300, 200).jpeg({ quality: 100 }).toBuffer() },
      { config: 'images: { formats: [webp, avif], widths: [100], quality: { avif: 30 } }' },
    )
    expect(image('/assets/p.jpg').candidates.map(({ format, width }) => [format, width])).toEqual([
      ['avif', 100],
      ['webp', 100],
    ])
  })

  it('are those that posts show in any way: in Markdown, in HTML, above them, on dark pages', async () => {
    const files = {
      'content/posts/a.md':
        '---\ntitle: A\nimage: /assets/lead.png\n---\n![x](/assets/p.png)\n\n<img src="/assets/q.png" alt="">\n',
      'content/posts/b.md':
        '[a link](/assets/linked.png) and <img src="/assets/own.png" srcset="/assets/linked.png 2x" alt="">\n',
    }
    const images = ['lead', 'p', 'p.dark', 'q', 'linked', 'own']
    const bytes = await plain('red').png().toBuffer()
    const { images: found } = await made({
      ...files,
      ...Object.fromEntries(images.map((name) => [`assets/${name}.png`, bytes])),
    })
    expect([...found.keys()].sort()).toEqual([
      '/assets/lead.png',
      '/assets/p.dark.png',
      '/assets/p.png',
      '/assets/q.png',
    ])
  })

  it('are opened once, broken ones too, and reported each time where they are shown', async () => {
    const files = {
      'content/posts/a.md': `Text ${post}and ![broken](broken.png)\n`,
      'content/posts/broken.png': Buffer.from('words'),
      'assets/p.jpg': await photo(400, 300).jpeg({ quality: 100 }).toBuffer(),
    }
    const first = await made(files)
    const second = await made(files, { state: first.state })
    expect([first.opened, second.opened]).toEqual([3, 0])
    expect(second.images).toEqual(first.images)
    for (const { report } of [first, second])
      expect(report('content/posts/a.md')).toMatchObject([
        {
          rule: 'image-is-readable',
          message:
            '"broken.png" cannot be read as an image: it is of no kind that can be decoded. It is published as it is.',
          line: 2,
          column: 5,
        },
      ])
  })

  it('have the same names and bytes whoever makes them', async () => {
    const files = {
      'content/posts/a.md': post,
      'assets/p.jpg': await photo(700, 300).jpeg({ quality: 100 }).toBuffer(),
    }
    const [one, other] = [await made(files), await made(files)]
    const contents = ({ files: all }: typeof one) =>
      Promise.all(all.map(async ({ output, make }) => [output, digestOf(await make())]))
    expect(await contents(one)).toEqual(await contents(other))
  })

  it('are made again where the cache has lost them', async () => {
    const files = {
      'content/posts/a.md': post,
      'assets/p.jpg': await photo(500, 300).jpeg({ quality: 100 }).toBuffer(),
    }
    const { files: encoded, state } = await made(files)
    const before = await encoded[0]?.make()
    rmSync(join(state, 'cache'), { recursive: true })
    expect(await encoded[0]?.make()).toEqual(before)
  })

  it('are named in a preview and made when they are asked for', async () => {
    const files = {
      'content/posts/a.md': post,
      'assets/p.jpg': await photo(1000, 300).jpeg({ quality: 100 }).toBuffer(),
    }
    const preview = await made(files, { encodes: false })
    expect(preview.opened).toBe(1)
    expect(preview.files).toHaveLength(2)
    const built = await made(files)
    expect(preview.files.map(({ output }) => output)).toEqual(built.files.map(({ output }) => output))
    expect(digestOf((await preview.files[0]?.make()) ?? '')).toBe(
      digestOf((await built.files[0]?.make()) ?? ''),
    )
  })

  it('are left alone where the site wants that, and where they are small already', async () => {
    const files = { 'content/posts/a.md': post, 'assets/p.jpg': await plain('red').jpeg().toBuffer() }
    expect((await made(files)).files).toEqual([])
    const off = await made(files, { config: 'images: false' })
    expect([off.opened, off.images.size]).toEqual([0, 0])
    const sizes = await made(files, { config: 'images: { formats: [] }' })
    expect([sizes.files, sizes.image('/assets/p.jpg')]).toMatchObject([[], { width: 60, height: 40 }])
  })

  it('cost nothing where there are none', async () => {
    const { opened, keys } = await made({
      'content/posts/a.md': 'Words.\n',
      'assets/p.jpg': readFileSync(new URL(import.meta.url)),
    })
    expect([opened, keys]).toEqual([0, []])
  })
})
