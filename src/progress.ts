/** How far a build has come, in words. */

/** What a line of progress is about. */
export interface Step {
  readonly step: 'render' | 'cards' | 'images' | 'pages' | 'external'
  readonly done: number
  readonly total: number
  /** Of what is done, how much there was already. */
  readonly cached: number
}

/** A build that has so long to go, in milliseconds, says so. */
const longMs = 2000

const making = {
  cards: 'Making card',
  images: 'Encoding image',
  pages: 'Making page',
  external: 'Asking for link',
} as const

/** Gives a line such as `Rendering 320 of 1000 posts (12 from the cache), 4 s left`; `elapsedMs` is since the build began. */
export function progressText({ step, done, total, cached }: Step, elapsedMs: number): string {
  const made = done - cached
  const leftMs = made > 0 ? (elapsedMs / made) * (total - done) : 0
  const left = leftMs > longMs ? `, ${Math.round(leftMs / 1000)} s left` : ''
  if (step !== 'render') return `${making[step]} ${done} of ${total}${left}`
  return `Rendering post ${done} of ${total}${cached > 0 ? ` (${cached} from the cache)` : ''}${left}`
}
