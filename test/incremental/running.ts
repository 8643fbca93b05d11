/** The command line as a process that can be watched, stopped and killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cli, type Ended } from '../command.js'

/** A process that was started; `ended` never fails. */
export interface Running {
  readonly pid: number
  /** How it ended; `code` is -1 for a process that was killed. */
  readonly ended: Promise<Ended>
  readonly signal: (name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => void
}

/** Starts `scholium` with arguments; `preload` is a module that Node loads before it. */
export function start(
  parameters: readonly string[],
  { preload, env = {} }: { readonly preload?: string | undefined; readonly env?: NodeJS.ProcessEnv } = {},
): Running {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...inherited } = process.env
  const before = preload === undefined ? [] : ['--import', preload]
  const child: ChildProcess = spawn(process.execPath, [...before, cli, ...parameters], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text
  })
  const ended = new Promise<Ended>((resolve) => {
    child.once('error', (error) => resolve({ ...printed, code: -1, stderr: String(error) }))
    child.once('close', (code) => resolve({ ...printed, code: code ?? -1 }))
  })
  return {
    pid: child.pid ?? 0,
    ended,
    signal: (name) => {
      child.kill(name)
    },
  }
}

/** Runs `scholium build --json` for a site, published into its dist, with further flags. */
export function startBuild(root: string, flags: readonly string[] = [], preload?: string): Running {
  return start(['build', '--root', root, '--out', `${root}/dist`, '--json', ...flags], { preload })
}

/** Whether the command line knows an option of `build`. */
export async function hasOption(option: string): Promise<boolean> {
  return (await start(['build', '--help']).ended).stdout.includes(option)
}
