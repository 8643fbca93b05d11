/** Which posts have a card, from what it is made, and what is known of it: see card.ts and card-maker.ts. */
import type { Cache } from '../cache.js'
import type { InputFile } from '../content/inventory.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import type { Article } from '../site/article.js'
import { namesOf } from '../site/citation.js'
import { type LinkIndex, targetOf } from '../site/links.js'
import type { Card, Cards } from '../site/metadata.js'
import type { Site } from '../site/site.js'
import { type CardJob, type CardResult, imageKeyOf, type KeyedCard } from './card.js'
import type { MadeFile } from './made-file.js'

/** Makes cards and stores them in the cache; gives what came of each, in order. */
export type MakeCards = (cards: readonly KeyedCard[]) => Promise<readonly CardResult[]>

/** The cards of a site. */
export interface SiteCards {
  readonly cards: Cards
  readonly files: readonly MadeFile[]
  /** What the cache has of them. */
  readonly keys: readonly string[]
  /** How many had to be made. */
  readonly made: number
  readonly diagnostics: readonly Diagnostic[]
}

/** The cards of a site that has none. */
export const noCards: SiteCards = { cards: new Map(), files: [], keys: [], made: 0, diagnostics: [] }

/** What cards are found out from. */
export interface CardSources {
  readonly site: Site
  readonly index: LinkIndex
  readonly inputs: ReadonlyMap<string, InputFile>
  readonly program: string
}

/**
 * Gives the cards of a site: known from earlier builds, or made now. None where the site's URL is not known, since
 * other sites find an image by its absolute URL alone. Reports `image-is-readable` and `card-is-legible`.
 */
export async function cardsOf(
  sources: CardSources,
  { known, store, make }: { readonly known: Cache; readonly store: Cache; readonly make: MakeCards },
): Promise<SiteCards> {
  const wanted = wantedCards(sources)
  if (wanted.length === 0) return noCards
  const unique = new Map(wanted.map((card) => [card.key, card]))
  const results = new Map<string, CardResult>()
  for (const key of unique.keys()) {
    const entry = known.get(key)
    if (entry !== null) results.set(key, JSON.parse(entry) as CardResult)
  }
  const missing = [...unique.values()].filter(({ key }) => !results.has(key))
  const made = missing.length === 0 ? [] : await make(missing)
  for (const [index, { key }] of missing.entries()) {
    const result = made[index]
    if (result) results.set(key, result)
  }
  const cardOf = ({ key, job }: KeyedCard): Card | null => {
    const result = results.get(key)
    return result && 'width' in result ? { ...result, output: outputOf(job) } : null
  }
  const files = [...unique.values()].flatMap((card): MadeFile[] => {
    const made = cardOf(card)
    if (!made) return []
    const { key, job } = card
    return [{ output: made.output, source: 'a card', key, make: () => bytesOf(key, job, store) }]
  })
  return {
    cards: new Map(wanted.map((card) => [card.article.post.file, cardOf(card)])),
    files,
    keys: [...unique.keys()].flatMap((key) => [key, imageKeyOf(key)]),
    made: missing.length,
    diagnostics: [...unreadable(wanted, results), ...illegible(wanted, results)],
  }
}

/** Where cards are published, below the output folder, each under a digest. */
export const cardFolder = 'assets/cards'

/** How cards look: counted up when they come to look otherwise, so that nobody keeps the old ones. */
const look = 1

/**
 * Gives where a card is published: under the digest of what it shows, which other versions of Scholium and of its
 * libraries leave as it is. Photographs are small as JPEG, drawings as PNG; both are shown everywhere.
 */
function outputOf(job: CardJob): string {
  const name = digestOf(JSON.stringify([look, subjectOf(job)])).slice(0, 16)
  return `${cardFolder}/${name}.${job.kind === 'raster' ? 'jpg' : 'png'}`
}

async function bytesOf(key: string, job: CardJob, store: Cache): Promise<Uint8Array> {
  const stored = store.bytes(imageKeyOf(key))
  if (stored) return stored
  // The cache has lost it.
  const { cardMaker } = await import('./card-maker.js')
  const made = await cardMaker()(job)
  if ('bytes' in made) return made.bytes
  throw new Error(`A card changed while the site was built: ${JSON.stringify(made)}`)
}

interface WantedCard extends KeyedCard {
  readonly article: Article
}

function wantedCards({ site, index, inputs, program }: CardSources): readonly WantedCard[] {
  const { config } = site
  if (config.url === null || config.cards === 'off') return []
  const fileAt = new Map(site.files.map(({ file, output }) => [`/${output}`, file]))
  const jobOf = (article: Article): CardJob | null => {
    const { image, file, url, kind } = article.post
    if (image) {
      const target = targetOf(image.url, { file, url }, index)
      const input = target === null ? undefined : inputs.get(fileAt.get(target) ?? '')
      return input ? imageJob(input) : null
    }
    if (config.cards !== 'draw' || kind !== 'post') return null
    const authors = namesOf(article, site.authors)
    return { kind: 'drawn', title: article.outline.title.text, authors, site: config.title }
  }
  return [...site.posts, ...site.pages].flatMap((article) => {
    const job = jobOf(article)
    return job ? [{ article, job, key: keyOf(job, program) }] : []
  })
}

function imageJob({ file, path, digest }: InputFile): CardJob {
  return { kind: /\.svg$/i.test(file) ? 'vector' : 'raster', file, path, digest }
}

function keyOf(job: CardJob, program: string): string {
  return digestOf(JSON.stringify(['card', program, subjectOf(job)]))
}

/** What a card shows; where a file lies is no part of it. */
function subjectOf(job: CardJob): object {
  return job.kind === 'drawn' ? job : { kind: job.kind, digest: job.digest }
}

function unreadable(
  wanted: readonly WantedCard[],
  results: ReadonlyMap<string, CardResult>,
): readonly Diagnostic[] {
  return wanted.flatMap(({ article: { post }, job, key }) => {
    const result = results.get(key)
    if (!result || !('fault' in result)) return []
    const named = job.kind === 'drawn' ? 'A card for this post' : `A card from "${post.image?.url}"`
    return [
      diagnostic('image-is-readable', `${named} cannot be made: ${result.fault.replace(/\.$/, '')}.`, {
        file: post.file,
        place: post.image?.place,
        hint: 'Other sites show its link without an image.',
      }),
    ]
  })
}

/** All at once: where one title is in a script that the font has not, all may be. */
function illegible(
  wanted: readonly WantedCard[],
  results: ReadonlyMap<string, CardResult>,
): readonly Diagnostic[] {
  const found = wanted.flatMap(({ article: { post }, key }) => {
    const result = results.get(key)
    return result && 'missing' in result ? [{ post, missing: result.missing }] : []
  })
  const [first] = found
  if (!first) return []
  const all = [...new Set(found.flatMap(({ missing }) => [...missing]))]
  const letters = all.length > 8 ? `${all.slice(0, 8).join(' ')} …` : all.join(' ')
  const count = found.length === 1 ? 'one post has' : `${found.length} posts have`
  return [
    diagnostic(
      'card-is-legible',
      `The font of cards lacks ${letters}: ${count} no card, this one for example.`,
      {
        file: first.post.file,
        place: first.post.places.title,
        hint: 'A post with an "image" of pixels (a JPEG, a PNG) has a card in any script.',
      },
    ),
  ]
}
