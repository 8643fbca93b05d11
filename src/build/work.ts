/** Cards, images and pages on their way through the threads. */
import type { CardResult, KeyedCard } from '../output/card.js'
import type { ImageWork } from '../output/images.js'
import type { MakePages } from '../output/stage.js'
import type { Crew } from './crew.js'
import { inParts } from './parts.js'
import type { Rendering } from './rendering.js'

/** About how many milliseconds a thread takes for a card, and how many it is sent at a time. */
const msPerCard = 80
const cardsAtOnce = 4

/** Has cards made into the cache. */
export async function cardsBy(
  workers: Crew,
  progress: Rendering['progress'],
  cache: string,
  wanted: readonly KeyedCard[],
): Promise<readonly CardResult[]> {
  const tasks = inParts(wanted, () => 1, cardsAtOnce).map((jobs) => ({ kind: 'cards', jobs, cache }) as const)
  let done = 0
  const results = await workers.run(tasks, wanted.length * msPerCard, (task) => {
    done += task.jobs.length
    progress?.({ step: 'cards', done, total: wanted.length, cached: 0 })
  })
  return results.flat()
}

/** About how many milliseconds a thread takes to look at an image, and to encode a megapixel as WebP. */
const msPerLook = 30
const msPerMegapixel = 70
const looksAtOnce = 8

/** Gives what has images looked at and encoded. */
export function imageWork({ workers, progress, bodies: cache }: Rendering, anew: boolean): ImageWork {
  return {
    async look(wanted) {
      const tasks = inParts(wanted, () => 1, looksAtOnce).map(
        (jobs) => ({ kind: 'look', jobs, cache }) as const,
      )
      return (await workers.run(tasks, wanted.length * msPerLook, () => undefined)).flat()
    },
    async encode(wanted, megapixels) {
      const tasks = wanted.map((job) => ({ kind: 'encode', jobs: [job], cache, anew }) as const)
      let done = 0
      const results = await workers.run(tasks, megapixels * msPerMegapixel, () => {
        done += 1
        progress?.({ step: 'images', done, total: wanted.length, cached: 0 })
      })
      return results.flat()
    },
  }
}

/** About how many milliseconds a thread takes for a page, and how many it is sent at a time. */
const msPerPage = 1.5
const pagesAtOnce = 24

/** Has pages made; see {@link MakePages}. */
export const madeBy = async (
  workers: Crew,
  progress: Rendering['progress'],
  ...[frame, pages]: Parameters<MakePages>
): ReturnType<MakePages> => {
  const tasks = inParts(pages, () => 1, pagesAtOnce).map((jobs) => ({ kind: 'pages', jobs, frame }) as const)
  let done = 0
  const results = await workers.run(tasks, pages.length * msPerPage, (task) => {
    done += task.jobs.length
    progress?.({ step: 'pages', done, total: pages.length, cached: 0 })
  })
  return results.flat()
}
