/** The preview as people start it: the compiled command line, on any free port. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { cli } from '../command.js'

/** Starts the preview of a site for the test that calls this, and gives its address once it is there. */
export function serving(root: string, ...options: string[]): Promise<URL> {
  const child = spawn(process.execPath, [cli, 'serve', '--root', root, '--port', '0', ...options])
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    await ended
  })
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (part) => {
      said += String(part)
      const found = /Serving (http\S+)/.exec(said)?.[1]
      if (found) resolve(new URL(found))
    })
    child.once('exit', () => reject(new Error(said)))
  })
}
