/** Gives hostile inputs to what reads texts, in a process that is killed when it hangs. */
import { fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import type { TargetName } from './targets.js'
import type { Share, Told } from './worker.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** What people wrote, where it is beside the repository. */
export const shared = fileURLToPath(new URL('../../../shared/', import.meta.url))

/** How long, in milliseconds, a process may say nothing. */
const patience = 120_000

/** An input that broke a law. */
export interface Case {
  readonly target: TargetName | undefined
  /** Of all inputs of all targets, counted from 0. */
  readonly at: number
  readonly input: string | Uint8Array | null
  readonly broken: readonly string[]
}

/** What attacks; `close` removes what it is made of. */
export interface Fuzzer {
  readonly attack: (targets: readonly TargetName[], seed: number, count: number) => Promise<readonly Case[]>
  readonly close: () => void
}

/**
 * Makes the process out of the sources as they are now. Where it measures, an input must not take longer than its size
 * allows, and the corpora beside the repository are mutated, too.
 */
export async function fuzzer({ measures }: { readonly measures: boolean }): Promise<Fuzzer> {
  const folder = join(root, `lib.${process.pid}-hostile`)
  const build = await rolldown({
    cwd: root,
    input: { worker: join(root, 'test/hostile/worker.ts') },
    platform: 'node',
    external: /^(?![./]|\w:)/,
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  })
  await build.write({ dir: folder, format: 'esm', entryFileNames: '[name].js' })
  await build.close()
  const module = join(folder, 'worker.js')
  return {
    async attack(targets, seed, count) {
      const cases: Case[] = []
      const work = { targets, seed, count, root, measures, shared: measures ? shared : null }
      for (let from = 0; from < targets.length * count; ) {
        const { last, found, end } = await watched(module, { ...work, from })
        cases.push(...found)
        if (end === null) break
        cases.push({ target: targets[Math.floor(last / count)], at: last, input: null, broken: [end] })
        from = last + 1
      }
      return cases
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Runs one process to its end, whichever way it comes to it. */
function watched(
  module: string,
  share: Share,
): Promise<{ readonly last: number; readonly found: readonly Case[]; readonly end: string | null }> {
  const { targets, count } = share
  return new Promise((resolve) => {
    const child = fork(module, [JSON.stringify(share)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const found: Case[] = []
    let last = share.from
    let complaint = ''
    let hung = false
    const kill = () => {
      hung = true
      child.kill('SIGKILL')
    }
    let watchdog = setTimeout(kill, patience)
    child.stderr?.on('data', (data) => {
      complaint = `${complaint}${data}`.slice(-2000)
    })
    child.on('message', (told: Told) => {
      clearTimeout(watchdog)
      watchdog = setTimeout(kill, patience)
      last = told.at
      if ('broken' in told) found.push({ target: targets[Math.floor(told.at / count)], ...told })
    })
    child.on('close', (code) => {
      clearTimeout(watchdog)
      const end = hung
        ? `did not answer for ${patience / 1000} seconds`
        : code === 0
          ? null
          : `ended with ${code}: ${complaint}`
      resolve({ last, found, end })
    })
  })
}
