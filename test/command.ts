/** The command line, run as people run it: as a process of its own. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The compiled command line. */
export const cli = fileURLToPath(new URL('../lib/cli.js', import.meta.url))

/** How a process ended and what it printed. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `scholium` with arguments in a folder, with the environment of the tests and what is given over it. */
export function scholium(
  folder: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  // What is tested does not depend on whether the tests themselves run with colours, or where.
  const { FORCE_COLOR: _force, NO_COLOR: _no, GITHUB_ACTIONS: _actions, ...inherited } = process.env
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, ...parameters],
      { cwd: folder, env: { ...inherited, ...env }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
      },
    )
  })
}
