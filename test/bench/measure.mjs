/** Whole processes, measured: wall time, processor time and peak memory, all threads together. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath, pathToFileURL } from 'node:url'

const preload = pathToFileURL(fileURLToPath(new URL('resources.mjs', import.meta.url))).href

/**
 * Runs a case once, `prepare` first, which is not measured. Gives its wall time and its processor time in seconds and its
 * peak memory in bytes. `folder` is for what the process leaves behind. Throws if it fails.
 */
export function measureProcess({ name, prepare, command, cwd }, folder) {
  prepare()
  const resources = join(folder, 'resources.json')
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, ['--import', preload, ...command], {
    cwd,
    env: { ...process.env, SCHOLIUM_RESOURCES: resources },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const seconds = (performance.now() - start) / 1000
  if (status !== 0) throw new Error(`${name}: the build ended with ${status}.\n${stderr}`)
  console.error(`${name}: ${seconds.toFixed(3)} s`)
  return { seconds, ...JSON.parse(readFileSync(resources, 'utf8')) }
}

/** Gives the middle of some numbers. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Gives what several runs of one case come to: medians, and the time of each. */
export function summarised(name, samples) {
  const seconds = samples.map((sample) => sample.seconds)
  return {
    name,
    seconds: median(seconds),
    cpuSeconds: median(samples.map((sample) => sample.cpuSeconds)),
    peakBytes: median(samples.map((sample) => sample.peakBytes)),
    allSeconds: seconds,
  }
}

/** Measures cases in turn, so that a machine that slows down slows them alike. */
export function measureInTurn(cases, runs, folder) {
  const samples = new Map(cases.map(({ name }) => [name, []]))
  for (let run = 0; run < runs; run++) {
    for (const one of cases) samples.get(one.name).push(measureProcess(one, folder))
  }
  return [...samples].map(([name, all]) => summarised(name, all))
}
