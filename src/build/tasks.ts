/** The work that threads share: bodies to render, pages to make. Each kind loads what it needs when it is first done. */
import type { Frame, MadePage, PageJob } from '../output/making.js'
import type { BodyJob } from '../render/body.js'

/** A body to be rendered and stored. */
export interface KeyedJob {
  readonly key: string
  readonly job: BodyJob
}

/** Bodies to be rendered into a cache. */
export interface BodiesTask {
  readonly kind: 'bodies'
  readonly jobs: readonly KeyedJob[]
  /** The folder of the cache. */
  readonly cache: string
}

/** Pages to be made and staged. */
export interface PagesTask {
  readonly kind: 'pages'
  readonly jobs: readonly PageJob[]
  readonly frame: Frame
}

export type Task = BodiesTask | PagesTask

/** What a task gives, for each of its jobs in order: the outline of a body, a page or why there is none. */
export interface TaskResults {
  readonly bodies: readonly string[]
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
    const render = bodyRenderer()
    return (task: BodiesTask) => storeBodies(task, render)
  })
  const pages = once(async () => {
    const { pageMaker } = await import('../output/making.js')
    let last: { readonly frame: string; readonly make: (job: PageJob) => MadePage } | undefined
    return ({ frame, jobs }: PagesTask) => {
      const name = JSON.stringify([frame.languages, frame.assets, frame.templates.key])
      if (last?.frame !== name) last = { frame: name, make: pageMaker(frame) }
      return jobs.map(last.make)
    }
  })
  const run = async (task: Task) => (task.kind === 'bodies' ? (await bodies())(task) : (await pages())(task))
  return run as TaskRunner
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
