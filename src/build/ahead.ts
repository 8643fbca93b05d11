/** Bodies that are rendered while later sources are still being read, so that no thread waits for the last of them. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Outline } from '../render/body.js'
import type { KeyedJob } from './tasks.js'

/** Takes bodies as they are read. */
export interface Ahead {
  /** Offers a body that is sure to be wanted; it is taken where a thread would have to wait without it. */
  readonly offer: (job: KeyedJob) => Promise<void>
  /** Whether the body of a key was taken. */
  readonly has: (key: string) => boolean
  /** Gives the outlines of all that were taken, by key, when they are rendered. Rejects with what rendering throws. */
  readonly outlines: () => Promise<ReadonlyMap<string, Outline>>
}

/**
 * Gives what has bodies rendered by `render`, in parts of so many UTF-16 units, at most so many parts at once. After each
 * part this thread gives way once: else the others would not be heard, nor given more, before all is read.
 */
export function ahead(
  render: (jobs: readonly KeyedJob[]) => Promise<ReadonlyMap<string, Outline>>,
  { partLength, mostParts }: { readonly partLength: number; readonly mostParts: number },
): Ahead {
  const taken = new Set<string>()
  const parts: Promise<ReadonlyMap<string, Outline>>[] = []
  let open = 0
  let waiting: KeyedJob[] = []
  let length = 0
  const send = () => {
    const part = render(waiting).finally(() => {
      open -= 1
    })
    // Whoever asks for the outlines is told.
    part.catch(() => undefined)
    parts.push(part)
    open += 1
    waiting = []
    length = 0
  }
  return {
    async offer(job) {
      if (open >= mostParts || taken.has(job.key)) return
      taken.add(job.key)
      waiting.push(job)
      length += job.job.body.length
      if (length < partLength) return
      send()
      await nextTurn()
    },
    has: (key) => taken.has(key),
    async outlines() {
      if (waiting.length > 0) send()
      const rendered = await Promise.all(parts)
      return new Map(rendered.flatMap((part) => [...part]))
    },
  }
}
