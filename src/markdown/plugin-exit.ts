/** Plugins that end the process: the build would end with them, half-way and without a word. */

/** How many pieces of plugins' code run with the guard in this thread, and what it stands for, which is the process's own. */
let guarded = 0
let own = process.exit

/**
 * Has `process.exit` throw from now on, so that what calls it is told of like any other fault; gives what ends that.
 * Threads have each a process of their own here.
 */
export function guardExit(): () => void {
  if (guarded === 0) own = process.exit
  guarded++
  process.exit = (code) => {
    throw new Error(`it ends the process (process.exit(${code ?? ''})).`)
  }
  return () => {
    guarded--
    if (guarded === 0) process.exit = own
  }
}
