/** The drawing of a card for a post without an image, as SVG: its title, who wrote it, and the site's name. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type CardJob, cardSize } from './card.js'

/** A font as satori takes it. */
export interface CardFont {
  readonly name: string
  readonly data: Buffer
  readonly weight: 400 | 600
}

/** What the text of cards is set in. */
export const textFont = 'STIX Two Text'
/** KaTeX's, which have the signs that text fonts lack. */
const signFonts = [
  { name: 'KaTeX Main', file: 'KaTeX_Main-Regular.ttf' },
  { name: 'KaTeX AMS', file: 'KaTeX_AMS-Regular.ttf' },
  { name: 'KaTeX Size1', file: 'KaTeX_Size1-Regular.ttf' },
] as const

/** Reads the fonts of cards; they come with packages, so that a card is the same on every machine. */
export function readFonts(): Promise<readonly CardFont[]> {
  const { resolve } = createRequire(import.meta.url)
  const font = async (name: string, weight: CardFont['weight'], file: string): Promise<CardFont> => ({
    name,
    weight,
    data: await readFile(resolve(file)),
  })
  const stix = '@expo-google-fonts/stix-two-text'
  return Promise.all([
    font(textFont, 400, `${stix}/400Regular/STIXTwoText_400Regular.ttf`),
    font(textFont, 600, `${stix}/600SemiBold/STIXTwoText_600SemiBold.ttf`),
    ...signFonts.map(({ name, file }) => font(name, 400, `katex/dist/fonts/${file}`)),
  ])
}

/** A drawing, or the letters that the fonts lack. */
export type Drawing = { readonly svg: string } | { readonly missing: string }

type Drawn = Extract<CardJob, { kind: 'drawn' }>

/**
 * Draws a card. What the fonts lack is written another way where there is one: `x_i` for `xᵢ`, nothing for an emoji.
 * A long title is set smaller, and one that is too long even so ends in an ellipsis.
 */
export async function drawCard(card: Drawn, fonts: readonly CardFont[]): Promise<Drawing> {
  const first = await laidOut(cardTree(card), fonts)
  if (first.missing.size === 0) return { svg: first.svg }
  const simple = (text: string) => simplified(text, first.missing)
  const title = simple(card.title)
  const authors = card.authors.map(simple).filter((name) => name !== '')
  const again = await laidOut(cardTree({ ...card, title, authors, site: simple(card.site) }), fonts)
  return again.missing.size === 0 && title !== ''
    ? { svg: again.svg }
    : { missing: [...again.missing].join('') }
}

/** Gives the letters of a text that the fonts lack. */
export async function missingLetters(text: string, fonts: readonly CardFont[]): Promise<string> {
  const { missing } = await laidOut(box({ width: '100%', fontSize: 8 }, text), fonts)
  return [...missing].join('')
}

async function laidOut(
  tree: Box,
  fonts: readonly CardFont[],
): Promise<{ readonly svg: string; readonly missing: ReadonlySet<string> }> {
  const { default: satori } = await import('satori')
  const missing = new Set<string>()
  const svg = await satori(tree as never, {
    ...cardSize,
    fonts: [...fonts],
    loadAdditionalAsset: (_script, letters) => {
      for (const letter of letters) missing.add(letter)
      return Promise.resolve([])
    },
  })
  return { svg, missing }
}

/** An element as satori takes it, in place of React's. */
interface Box {
  readonly type: 'div'
  readonly props: { readonly style: object; readonly children: string | readonly Box[] }
}

function box(style: object, children: string | readonly Box[]): Box {
  return { type: 'div', props: { style: { display: 'flex', ...style }, children } }
}

/** How far words stay from the edges, in pixels. */
const margin = 72
const inner = { width: cardSize.width - 2 * margin, height: cardSize.height - 2 * margin }

/** What drawings lie on: the theme's paper by day. */
export const paper = '#fdfcf9'
const ink = '#1c1f26'
const quiet = '#5a6070'
const accent = '#1f4b93'

function cardTree({ title, authors, site }: Drawn): Box {
  const { size, lines } = titleSetting(title)
  const bottom = { fontSize: 32, color: quiet, justifyContent: 'space-between', gap: 48 }
  const clamped = { display: 'block', lineClamp: 1, wordBreak: 'break-word' }
  const card = box(
    {
      ...inner,
      margin,
      flexDirection: 'column',
      justifyContent: 'space-between',
      color: ink,
      fontFamily: [textFont, ...signFonts.map(({ name }) => name)].join(', '),
    },
    [
      box({ flexDirection: 'column', width: '100%' }, [
        box({ width: 96, height: 8, marginBottom: 40, background: accent }, ''),
        box(
          {
            ...clamped,
            width: '100%',
            fontSize: size,
            fontWeight: 600,
            lineHeight: titleLeading,
            lineClamp: lines,
          },
          title,
        ),
      ]),
      box({ width: '100%', ...bottom }, [
        ...(authors.length > 0 ? [box({ ...clamped, maxWidth: 640, color: ink }, authors.join(', '))] : []),
        box({ ...clamped, maxWidth: authors.length > 0 ? 360 : inner.width }, site),
      ]),
    ],
  )
  return box({ ...cardSize, background: paper }, [card])
}

const titleLeading = 1.16
/** How high a title may be, in pixels. */
const titleHeight = 370

/** How large a title of some length is set, in pixels, and how many lines it may have. */
function titleSetting(title: string): { readonly size: number; readonly lines: number } {
  const { length } = [...title]
  const size = length <= 50 ? 84 : length <= 110 ? 66 : length <= 180 ? 54 : 46
  return { size, lines: Math.floor(titleHeight / (size * titleLeading)) }
}

/** Letters that Unicode has lowered, and raised, in a row. */
const lowered = /[\u1d62-\u1d6a\u2080-\u209c\u2c7c]+/gu
const raised = /[\u00b2\u00b3\u00b9\u1d2c-\u1d61\u1d78\u1d9b-\u1dbf\u2070-\u207f]+/gu
const pictorial = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]|\u200d|\ufe0f|\u20e3/u

/** Gives a text in which letters that the fonts lack are written by others. */
function simplified(text: string, missing: ReadonlySet<string>): string {
  const script = (mark: string) => (run: string) => {
    if (!Array.from(run).some((letter) => missing.has(letter))) return run
    const plain = run.normalize('NFKC')
    return plain.length === 1 ? mark + plain : `${mark}(${plain})`
  }
  const letter = (one: string): string => {
    if (!missing.has(one)) return one
    return pictorial.test(one) ? '' : one.normalize('NFKC')
  }
  const onLine = text.replace(lowered, script('_')).replace(raised, script('^'))
  return Array.from(onLine, letter).join('').replace(/\s+/g, ' ').trim()
}
