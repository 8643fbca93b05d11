/** Who does the work of a build: this thread where there is little to do, others where there is much. */
import { availableParallelism } from 'node:os'
import { hasThreads, outOfMemory, type Pool, startPool } from './pool.js'
import { type Task, type TaskResults, type TaskRunner, taskRunner } from './tasks.js'

/** Does tasks that can be done in any order. */
export interface Crew {
  /**
   * Does tasks and gives their results in order. `weight` is about how many milliseconds they take in one thread;
   * `done` is told of each task that is done.
   */
  readonly run: <T extends Task>(
    tasks: readonly T[],
    weight: number,
    done: (task: T) => void,
  ) => Promise<readonly TaskResults[T['kind']][]>
  /** Starts threads for work of some weight that is sure to come, while this one is busy with what comes before it. */
  readonly prepare: (task: Task, weight: number) => void
  /** Whether other threads have been started. */
  readonly isShared: () => boolean
  /** Ends the threads. */
  readonly close: () => Promise<void>
}

/** What a thread costs before it does anything, in milliseconds: less work than that is done sooner without. */
const startMs = 250
const mostThreads = 8

/** Longer texts, in UTF-16 units, are rendered in this thread: others have less memory. */
const longestElsewhere = 256e3

function isTooLarge(task: Task): boolean {
  return task.kind === 'bodies' && task.jobs.some(({ job }) => job.body.length > longestElsewhere)
}

/**
 * Gives a crew. `threads` is how many there are to be whatever the work, 1 for this one alone; undefined leaves it
 * to the work and the machine. `here` does tasks in this thread.
 */
export function crew(threads: number | undefined, here: TaskRunner = taskRunner()): Crew {
  let pool: Pool | undefined
  const poolFor = (weight: number): Pool | undefined => {
    if (pool || !hasThreads || threads === 1) return pool
    if (threads === undefined && weight < 2 * startMs) return undefined
    const most = threads ?? Math.min(availableParallelism(), mostThreads, Math.ceil(weight / startMs))
    if (most > 1) pool = startPool(most)
    return pool
  }
  return {
    prepare(task, weight) {
      const many = poolFor(weight)
      // An empty task loads what the others need; what goes wrong with it goes wrong with them too.
      for (let thread = 0; thread < (many?.threads ?? 0); thread++) many?.run(task).catch(() => undefined)
    },
    async run(tasks, weight, done) {
      const many = poolFor(weight)
      const run = async <T extends Task>(task: T, runner: TaskRunner) => {
        const results = await runner(task)
        done(task as never)
        return results
      }
      const runThere = <T extends Task>(task: T, pool: Pool) =>
        isTooLarge(task)
          ? run(task, here)
          : run(task, pool.run).catch((error) => {
              if (error.code !== outOfMemory) throw error
              return run(task, here)
            })
      if (many) return Promise.all(tasks.map((task) => runThere(task, many)))
      const results: TaskResults[Task['kind']][] = []
      for (const [index, task] of tasks.entries()) {
        // What else waits, such as the preview's requests and the line of progress, has its turn.
        if (index > 0) await new Promise((resolve) => setImmediate(resolve))
        results.push(await run(task, here))
      }
      return results as never
    },
    isShared: () => pool !== undefined,
    async close() {
      await pool?.close()
      pool = undefined
    },
  }
}
