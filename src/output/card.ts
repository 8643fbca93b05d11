/** A card: the image of 1200 × 630 pixels, about 40 : 21, that other sites show with a link. What it is made from, and what came of it. */
import { digestOf } from '../digest.js'

/** What a card is made from, and nothing else: the key of a card stands for it. */
export type CardJob =
  | {
      /** Cut out of a photograph, or a drawing set on paper. */
      readonly kind: 'raster' | 'vector'
      /** The image of the site, for messages. */
      readonly file: string
      /** Where it is read. */
      readonly path: string
      /** SHA-256 of its bytes, in hexadecimal. */
      readonly digest: string
    }
  | {
      readonly kind: 'drawn'
      /** Plain text, its formulas too. */
      readonly title: string
      readonly authors: readonly string[]
      /** The site's title. */
      readonly site: string
    }

/** A card to be made, under its key. */
export interface KeyedCard {
  readonly key: string
  readonly job: CardJob
}

/** What came of a card. */
export type CardResult =
  /** In pixels. */
  | { readonly width: number; readonly height: number }
  /** The image is smaller than any site shows. */
  | { readonly tooSmall: true }
  /** Why it cannot be made; `passing` where a later build may do better. */
  | { readonly fault: string; readonly passing?: boolean }
  /** Letters that the font has not. */
  | { readonly missing: string }

/** The size that other sites ask for, in pixels. */
export const cardSize = { width: 1200, height: 630 } as const

/** What the image of a card is stored under; under the card's own key is what came of it. */
export function imageKeyOf(key: string): string {
  return digestOf(`${key} image`)
}
