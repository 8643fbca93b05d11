/** Threads that share the work of a build. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { packageFolder } from '../package.js'
import type { Task, TaskResults, TaskRunner } from './tasks.js'
import type { Answer } from './worker.js'

/** Threads at work. */
export interface Pool {
  /** Does a task in the next thread that is free. Rejects with what the task throws, or if its thread dies. */
  readonly run: TaskRunner
  /** How many there were to begin with. */
  readonly threads: number
  readonly close: () => Promise<void>
}

/**
 * Rendering makes much that dies young: with room for it, little is copied. What lives on is little too, and without
 * a limit V8 lets garbage grow to hundreds of megabytes before it looks. In MiB, for each thread.
 */
const limits = { maxYoungGenerationSizeMb: 96, maxOldGenerationSizeMb: 384 } as const

/**
 * Where every processor has a thread at work already, more threads to collect its garbage only get in the way, and so do
 * those that compile it. Each thread has to have the same functions optimized: of the processor time of its first hundred
 * posts, a fifth was saved by waiting until a function has run six times as long as V8 would wait.
 */
const frugal = ['--no-parallel-scavenge', '--no-concurrent-marking', '--interrupt-budget=400000'] as const

/** The code of the error of a task that took more memory than a thread has. */
export const outOfMemory = 'ERR_WORKER_OUT_OF_MEMORY'

/** The code of the error of a task whose thread ended, by itself or by an error that no task threw. */
export const threadEnded = 'ERR_SCHOLIUM_THREAD_ENDED'

/** Whether threads can be had: run from its own sources, in TypeScript, Scholium has none. */
export const hasThreads = !import.meta.url.endsWith('.ts')

interface Pending {
  readonly task: Task
  readonly resolve: (results: TaskResults[Task['kind']]) => void
  readonly reject: (error: Error) => void
}

/** Starts threads. They end when the pool is closed. */
export function startPool(threads: number): Pool {
  if (threads >= availableParallelism()) for (const flag of frugal) setFlagsFromString(flag)
  const queue: Pending[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, Pending>()
  /** Why the first thread died, if any did. */
  let failure: Error | undefined
  const workers = Array.from({ length: threads }, () => start())
  idle.push(...workers)

  function start(): Worker {
    const worker = new Worker(join(packageFolder, 'lib/worker.js'), { resourceLimits: limits })
    worker.on('message', (answer: Answer) => {
      const pending = busy.get(worker)
      busy.delete(worker)
      idle.push(worker)
      if (pending) settle(pending, answer)
      next()
    })
    worker.on('error', (thrown: unknown) => {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      fail(worker, 'code' in error ? error : Object.assign(error, { code: threadEnded }))
    })
    worker.on('exit', (code) =>
      fail(worker, Object.assign(new Error(`A thread ended with ${code}.`), { code: threadEnded })),
    )
    return worker
  }

  function next(): void {
    while (queue.length > 0) {
      const worker = idle.pop()
      if (!worker) return
      const pending = queue.shift()
      if (!pending) return
      busy.set(worker, pending)
      worker.postMessage(pending.task)
    }
  }

  function fail(worker: Worker, error: Error): void {
    failure ??= error
    busy.get(worker)?.reject(error)
    busy.delete(worker)
    if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
    workers.splice(workers.indexOf(worker), workers.includes(worker) ? 1 : 0)
    if (workers.length === 0) for (const { reject } of queue.splice(0)) reject(error)
  }

  const run = (task: Task) =>
    new Promise<TaskResults[Task['kind']]>((resolve, reject) => {
      if (workers.length === 0 && failure) reject(failure)
      else queue.push({ task, resolve, reject })
      next()
    })
  return {
    run: run as TaskRunner,
    threads,
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

function settle({ resolve, reject }: Pending, answer: Answer): void {
  if ('error' in answer) {
    const { message, code, stack } = answer.error
    reject(Object.assign(new Error(message), { stack, ...(code !== undefined && { code }) }))
  } else resolve(answer.results as TaskResults[Task['kind']])
}
