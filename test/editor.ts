/** An editor that writes down what it is given to open. */
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'

/**
 * Makes such an editor in a folder, lets the environment name it until the test is over, and gives what gives its last
 * arguments.
 */
export async function recordingEditor(folder: string): Promise<() => Promise<readonly string[]>> {
  const [editor, log] = [join(folder, 'editor'), join(folder, 'opened')]
  await writeFile(editor, `#!/bin/sh\nprintf '%s\\n' "$@" > '${log}.new' && mv '${log}.new' '${log}'\n`)
  await chmod(editor, 0o755)
  vi.stubEnv('LAUNCH_EDITOR', editor)
  onTestFinished(() => void vi.unstubAllEnvs())
  return async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(0, -1)
}

/** Lets the environment name an editor that does not exist, until the test is over; what is printed of it is kept back. */
export function missingEditor(): void {
  vi.stubEnv('LAUNCH_EDITOR', '/no/such/editor')
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => {
    vi.unstubAllEnvs()
    printed.mockRestore()
  })
}
