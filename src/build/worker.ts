/** A thread: does the tasks that it is sent, in order, and answers each. */
import { parentPort } from 'node:worker_threads'
import { type Task, taskRunner } from './tasks.js'

/** What a thread answers to a task; an error as data, since its code would be lost on the way. */
export type Answer =
  | { readonly results: unknown }
  | {
      readonly error: { readonly message: string; readonly code: string | undefined; readonly stack: string }
    }

const run = taskRunner()

async function answer(task: Task): Promise<Answer> {
  try {
    return { results: await run(task) }
  } catch (error) {
    const { message, code, stack = message } = error as NodeJS.ErrnoException
    return { error: { message, code, stack } }
  }
}

parentPort?.on('message', async (task: Task) => {
  const { kind } = task
  parentPort?.postMessage({ kind, ...(await answer(task)) })
})
