import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { openCache } from '../../../src/cache.js'
import type { InputFile } from '../../../src/content/inventory.js'
import { digestOf } from '../../../src/digest.js'
import type { CardJob } from '../../../src/output/card.js'
import { cardMaker, type MadeCard, storeCards } from '../../../src/output/card-maker.js'
import { cardsOf, type MakeCards } from '../../../src/output/cards.js'
import { siteOf } from '../../in-memory-site.js'

const folder = mkdtempSync(join(tmpdir(), 'scholium-cards-'))
afterAll(() => rmSync(folder, { recursive: true }))

const make = cardMaker()

/** Makes a card of an image with some bytes. */
function cardOf(name: string, bytes: Uint8Array): Promise<MadeCard> {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  const kind = name.endsWith('.svg') ? 'vector' : 'raster'
  return make({ kind, file: name, path, digest: digestOf(bytes) })
}

/** An image of one colour on the left half and another on the right. */
function halves(width: number, height: number) {
  const half = { width: Math.floor(width / 2), height, channels: 3, background: 'red' } as const
  return sharp({ create: { width, height, channels: 3, background: 'blue' } }).composite([
    { input: { create: half }, left: 0, top: 0 },
  ])
}

async function looks(card: MadeCard) {
  if (!('bytes' in card)) throw new Error(`There is no card: ${JSON.stringify(card)}`)
  const image = sharp(card.bytes)
  const { format, width, height, orientation, exif } = await image.metadata()
  const { data } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)]
  return { format, width, height, orientation, exif, at }
}

const [red, blue] = [
  ([r = 0, , b = 0]: readonly number[]) => r > 200 && b < 60,
  ([r = 0, , b = 0]: readonly number[]) => b > 200 && r < 60,
]

describe('A card from an image', () => {
  it('is a JPEG of 1200 by 630 pixels', async () => {
    const { format, width, height, at } = await looks(
      await cardOf('wide.png', await halves(2600, 1200).png().toBuffer()),
    )
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 1200, height: 630 })
    expect([red(at(20, 300)), blue(at(1180, 300))]).toEqual([true, true])
  })

  it('stands upright as its EXIF data say, and tells nothing else of them', async () => {
    const turned = await halves(1400, 2600).jpeg().withMetadata({ orientation: 6 }).toBuffer()
    const { orientation, exif, at } = await looks(await cardOf('turned.jpg', turned))
    expect({ orientation, exif }).toEqual({ orientation: undefined, exif: undefined })
    expect([red(at(600, 20)), blue(at(600, 610))]).toEqual([true, true])
  })

  it('is not larger than what it is cut out of', async () => {
    const { width, height } = await looks(
      await cardOf('small.webp', await halves(800, 800).webp().toBuffer()),
    )
    expect({ width, height }).toEqual({ width: 800, height: 420 })
  })

  it('is none where nobody would show it', async () => {
    expect(await cardOf('icon.png', await halves(64, 64).png().toBuffer())).toEqual({ tooSmall: true })
  })

  it('has white where the image is transparent', async () => {
    const clear = sharp({ create: { width: 1300, height: 700, channels: 4, background: '#0000' } })
    const { at } = await looks(await cardOf('clear.png', await clear.png().toBuffer()))
    expect(at(600, 300)).toEqual([255, 255, 255])
  })

  it('has the same bytes each time', async () => {
    const bytes = await halves(1300, 900).jpeg().toBuffer()
    const [one, other] = [await cardOf('same.jpg', bytes), await cardMaker()(jobFor('same.jpg', bytes))]
    expect(one).toEqual(other)
  })

  it.each([
    ['cut off', 'cut.jpg', async () => (await halves(1300, 900).jpeg().toBuffer()).subarray(0, 3000)],
    ['no image', 'words.png', async () => Buffer.from('words')],
    ['empty', 'empty.png', async () => Buffer.alloc(0)],
    ['a drawing that is none', 'broken.svg', async () => Buffer.from('<svg><g></svg>')],
    [
      'a drawing without a size',
      'sizeless.svg',
      async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>'),
    ],
    // Its header says 60,000 by 60,000 pixels.
    ['far too large', 'huge.png', hugePng],
  ])('is none where that is %s, and says why', async (_, name, bytes) => {
    expect(await cardOf(name, await bytes())).toEqual({ fault: expect.stringMatching(/^\S.{3,}/) })
  })

  it('is none where the file is gone or is another by now, until the next build', async () => {
    const gone = { kind: 'raster', file: 'gone.png', path: join(folder, 'gone.png'), digest: '' } as const
    expect(await make(gone)).toEqual({ fault: 'there is no such file or folder.', passing: true })
    writeFileSync(gone.path, 'x')
    expect(await make(gone)).toMatchObject({ passing: true })
  })
})

function jobFor(file: string, bytes: Uint8Array): CardJob {
  return { kind: 'raster', file, path: join(folder, file), digest: digestOf(bytes) }
}

async function hugePng(): Promise<Buffer> {
  const png = Buffer.from(await halves(4, 4).png().toBuffer())
  png.writeUInt32BE(60_000, 16)
  png.writeUInt32BE(60_000, 20)
  const { crc32 } = await import('node:zlib')
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
  return png
}

const svg = (inner: string) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">${inner}</svg>`)

describe('A card from a drawing', () => {
  it('shows the whole of it, enlarged, on paper', async () => {
    const drawing = svg(
      '<rect width="200" height="100" fill="blue"/><rect width="20" height="100" fill="red"/>',
    )
    const { format, width, height, at } = await looks(await cardOf('plot.svg', drawing))
    expect({ format, width, height }).toEqual({ format: 'png', width: 1200, height: 630 })
    expect([red(at(70, 315)), blue(at(1130, 315)), at(5, 5)]).toEqual([true, true, [253, 252, 249]])
  })

  it('sets its words in the font of cards', async () => {
    const dark = async (words: string) => {
      const card = await cardOf(
        'words.svg',
        svg(`<text x="10" y="60" font-size="40" font-family="Arial">${words}</text>`),
      )
      return 'bytes' in card ? (await sharp(card.bytes).stats()).channels[0]?.mean : card
    }
    expect(await dark('∑ Größe')).toBeLessThan(((await dark('')) as number) - 3)
  })

  it('is none where the font lacks a letter of it', async () => {
    expect(await cardOf('cjk.svg', svg('<title>图</title><text y="50">分布 of x</text>'))).toEqual({
      missing: '分布',
    })
  })
})

describe('A drawn card', () => {
  const drawn = (title: string, more: Partial<Extract<CardJob, { kind: 'drawn' }>> = {}) =>
    make({ kind: 'drawn', title, authors: ['Ada Example'], site: 'Notes', ...more })
  const ink = async (
    card: MadeCard,
    region: { left: number; top: number; width: number; height: number },
  ) => {
    if (!('bytes' in card)) throw new Error(JSON.stringify(card))
    const { channels } = await sharp(await sharp(card.bytes).extract(region).png().toBuffer()).stats()
    return Math.max(...channels.slice(0, 3).map(({ min }) => 255 - min)) > 60
  }
  const edges = [
    { left: 0, top: 0, width: 60, height: 630 },
    { left: 1140, top: 0, width: 60, height: 630 },
    { left: 0, top: 570, width: 1200, height: 60 },
  ]
  const foot = { left: 72, top: 510, width: 1056, height: 50 }
  const aboveFoot = { left: 0, top: 470, width: 1200, height: 30 }

  it.each([
    ['a word', 'Short'],
    ['formulas', 'Why ‖x‖ ≤ 1: ∇f, ∂f/∂x → 0, ∑ᵢ₌₁ⁿ xᵢ ∈ ℝ^(n×m), ⊤, 𝔽_q'],
    ['a long word', 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsparagraph'],
    ['far too many words', 'A very long title that goes on and on about gradient descent '.repeat(12)],
    ['several scripts', 'Привет, Ελλάδα, Łódź, Việt Nam'],
    ['a picture', 'Launch 🚀 of the 👩‍🔬'],
  ])('holds a title of %s within its margins', async (_, title) => {
    const card = await drawn(title)
    expect(card).toMatchObject({ width: 1200, height: 630 })
    expect(await Promise.all(edges.map((edge) => ink(card, edge)))).toEqual([false, false, false])
    expect([await ink(card, foot), await ink(card, aboveFoot)]).toEqual([true, false])
  })

  it('holds long names within its margins', async () => {
    const card = await drawn('T', {
      authors: Array(9).fill('Ada Example'),
      site: 'Notes on things '.repeat(9),
    })
    expect(await Promise.all(edges.map((edge) => ink(card, edge)))).toEqual([false, false, false])
  })

  it('is none where the font lacks letters, and names them', async () => {
    expect(await drawn('深层 learning')).toEqual({ missing: '深层' })
    expect(await drawn('Title', { site: 'サイト' })).toMatchObject({ missing: expect.stringContaining('サ') })
  })

  it('has the same bytes each time', async () => {
    expect(await drawn('Bytes')).toEqual(
      await cardMaker()({ kind: 'drawn', title: 'Bytes', authors: ['Ada Example'], site: 'Notes' }),
    )
  })
})

describe('The cards of a site', () => {
  const yaml = 'url: https://example.org/\nauthor: Ada\n'
  const files = {
    'content/posts/2024-01-02-a.md': '---\ntitle: A\nimage: /assets/p.png\n---\n',
    'content/posts/2024-01-01-b.md': '---\ntitle: B\nimage: assets/p.png\n---\n',
    'content/posts/c.md': '---\ntitle: C\nimage: https://else.example/c.png\n---\n',
    'content/posts/d.md': '---\ntitle: 深层\n---\n',
    'content/posts/e.md': '---\ntitle: E\nimage: /assets/broken.png\n---\n',
    'content/pages/about.md': '# About\n',
    'assets/p.png': '',
    'assets/broken.png': '',
  }

  async function built(config: string, state = mkdtempSync(join(folder, 'cache-'))) {
    const images = {
      'assets/p.png': await halves(1300, 700).png().toBuffer(),
      'assets/broken.png': Buffer.from('x'),
    }
    const inputs = new Map(
      Object.entries(images).map(([file, bytes]): [string, InputFile] => {
        const path = join(state, file.replace('/', '-'))
        writeFileSync(path, bytes)
        return [file, { file, path, signature: '', digest: digestOf(bytes) }]
      }),
    )
    const { site, index } = siteOf(files, yaml + config)
    const store = openCache(join(state, 'cache'))
    const asked: CardJob[] = []
    const makeAll: MakeCards = (cards) => {
      asked.push(...cards.map(({ job }) => job))
      return storeCards({ jobs: cards, cache: join(state, 'cache') }, make)
    }
    const cards = await cardsOf(
      { site, index, inputs, program: 'test' },
      { known: store, store, make: makeAll },
    )
    return { ...cards, asked, state }
  }

  it('are cut out of the images that posts have, one for each image', async () => {
    const { cards, files: made, diagnostics } = await built('')
    expect([...cards].map(([file, card]) => [file, card && [card.width, card.height]])).toEqual([
      ['content/posts/2024-01-02-a.md', [1200, 630]],
      ['content/posts/2024-01-01-b.md', [1200, 630]],
      ['content/posts/e.md', null],
    ])
    expect(made.map(({ output }) => output)).toEqual([
      expect.stringMatching(/^assets\/cards\/[0-9a-f]{16}\.jpg$/),
    ])
    expect(await made[0]?.make()).toHaveProperty('length')
    expect(diagnostics).toMatchObject([
      { rule: 'image-is-readable', file: 'content/posts/e.md', line: 3, column: 8 },
    ])
  })

  it('are drawn for posts without an image where the site asks for it; what cannot be is said once', async () => {
    const { cards, diagnostics } = await built('cards: draw')
    expect(cards.get('content/posts/d.md')).toBe(null)
    expect(cards.has('content/pages/about.md')).toBe(false)
    expect(diagnostics.filter(({ rule }) => rule === 'card-is-legible')).toMatchObject([
      { message: 'The font of cards lacks 深 层: one post has no card, this one for example.' },
    ])
  })

  it('are made once, broken ones too, and reported each time', async () => {
    const first = await built('')
    const second = await built('', first.state)
    expect([first.asked.length, second.asked.length]).toEqual([2, 0])
    expect(second.diagnostics).toEqual(first.diagnostics)
    expect(second.cards).toEqual(first.cards)
  })

  it('are made again where the cache has lost them', async () => {
    const first = await built('')
    const second = await built('', first.state)
    rmSync(join(first.state, 'cache'), { recursive: true })
    const [one, other] = [await first.files[0]?.make(), await second.files[0]?.make()]
    expect(one).toEqual(other)
    expect(one).toBeInstanceOf(Uint8Array)
  })

  it('are none where the site wants none, or has no URL', async () => {
    expect((await built('cards: "off"')).asked).toEqual([])
    const { site, index } = siteOf(files, 'cards: draw')
    const nobody = () => Promise.reject(new Error('Nothing is to be made.'))
    const store = openCache(join(folder, 'none'))
    const cards = await cardsOf(
      { site, index, inputs: new Map(), program: '' },
      { known: store, store, make: nobody },
    )
    expect(cards.files).toEqual([])
  })
})
