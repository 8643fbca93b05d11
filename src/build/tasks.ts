/** The work that threads share: bodies to render, images to look at and to encode, cards and pages to make. Each kind loads what it needs when it is first done. */
import type { CardResult } from '../output/card.js'
import type { CardsJob } from '../output/card-maker.js'
import type { EncodedSizes, EncodeJob, ImageFacts, ImageFault, LookJob } from '../output/image.js'
import type { Frame, MadePage, PageJob } from '../output/making.js'
import type { BodyJob } from '../render/body.js'
import type { PluginSet } from '../render/plugins.js'

/** A body to be rendered and stored. */
export interface KeyedJob {
  readonly key: string
  readonly job: BodyJob
}

/** Bodies to be rendered into a cache. */
export interface BodiesTask {
  readonly kind: 'bodies'
  readonly jobs: readonly KeyedJob[]
  /** The styles and locales that their citations are written in, by digest. */
  readonly texts: Readonly<Record<string, string>>
  /** The folder of the cache. */
  readonly cache: string
  /** Null for a site that names none. */
  readonly plugins: PluginSet | null
}

/** Cards to be made into a cache. */
export interface CardsTask extends CardsJob {
  readonly kind: 'cards'
}

/** Images to be looked at. */
export interface LookTask {
  readonly kind: 'look'
  readonly jobs: readonly LookJob[]
  /** The folder of the cache. */
  readonly cache: string
}

/** Images to be encoded into a cache. */
export interface EncodeTask {
  readonly kind: 'encode'
  readonly jobs: readonly EncodeJob[]
  /** The folder of the cache. */
  readonly cache: string
  /** Whether to rely on no encoding that is in it. */
  readonly anew: boolean
}

/** Pages to be made and staged. */
export interface PagesTask {
  readonly kind: 'pages'
  readonly jobs: readonly PageJob[]
  readonly frame: Frame
}

export type Task = BodiesTask | CardsTask | LookTask | EncodeTask | PagesTask

/**
 * What a task gives, for each of its jobs in order: the outline of a body, a card or a page or why there is none, what an
 * image tells and how large its encodings are.
 */
export interface TaskResults {
  readonly bodies: readonly string[]
  readonly cards: readonly CardResult[]
  readonly look: readonly (ImageFacts | ImageFault)[]
  readonly encode: readonly (EncodedSizes | ImageFault)[]
  readonly pages: readonly MadePage[]
}

/** Does tasks, one at a time; keeps what was made for one task for the next, such as parsed templates. */
export type TaskRunner = <T extends Task>(task: T) => Promise<TaskResults[T['kind']]>

/** Gives what does tasks in this thread. Rejects with what the file system reports. */
export function taskRunner(): TaskRunner {
  const bodies = once(async () => {
    const [{ bodyRenderer }, { storeBodies }] = await Promise.all([
      import('../render/renderer.js'),
      import('../render/store.js'),
    ])
    const texts = new Map<string, string>()
    // Most bodies cite nothing, and the processor of citations is large.
    const citer = once(async () => {
      const made = await import('../markdown/citations/citeproc.js')
      return made.citer((digest) => texts.get(digest) ?? '')
    })
    const load = once(async () => (await import('../render/plugins.js')).pluginLoader())
    let render = bodyRenderer()
    let cites = false
    return async (task: BodiesTask) => {
      for (const [digest, text] of Object.entries(task.texts)) texts.set(digest, text)
      if (!cites && task.jobs.some(({ job }) => job.citations)) {
        render = bodyRenderer(await citer())
        cites = true
      }
      const plugins = task.plugins === null ? [] : await (await load())(task.plugins)
      return storeBodies(task, (job) => render(job, plugins))
    }
  })
  const cards = once(async () => {
    const { cardMaker, storeCards } = await import('../output/card-maker.js')
    const make = cardMaker()
    return (task: CardsTask) => storeCards(task, make)
  })
  const images = once(() => import('../output/image-maker.js'))
  const pages = once(async () => {
    const { pageMaker } = await import('../output/making.js')
    let last: { readonly frame: string; readonly make: (job: PageJob) => MadePage } | undefined
    return ({ frame, jobs }: PagesTask) => {
      const { languages, assets, templates, csp, bodies } = frame
      const name = JSON.stringify([languages, assets, templates.key, csp, bodies])
      if (last?.frame !== name) last = { frame: name, make: pageMaker(frame) }
      return jobs.map(last.make)
    }
  })
  const run = async (task: Task) => {
    switch (task.kind) {
      case 'bodies':
        return (await bodies())(task)
      case 'cards':
        return (await cards())(task)
      case 'look':
        return (await images()).storeFacts(task.jobs, task.cache)
      case 'encode':
        return (await images()).storeEncodings(task.jobs, task.cache, task.anew)
      case 'pages':
        return (await pages())(task)
    }
  }
  return run as TaskRunner
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
