/**
 * Measures whole builds of a site of generated posts: `npm run bench -- [options]`, see `usage`. A time is
 * that of a process from start to end. Compare figures of one run only: with `--peer`, Eleventy builds the
 * same posts in turn with Scholium, and the ratios of the medians are printed.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { writePosts } from './corpus.mjs'

const usage = `usage: npm run bench -- [options]
  --posts N    how many posts the site has (200)
  --runs K     how often each case is measured; the median counts (3)
  --peer       build the same posts with Eleventy too, which npm installs into a temporary folder
  --json FILE  write the figures to a file as well`

const here = fileURLToPath(new URL('.', import.meta.url))
const cli = resolve(here, '../../lib/cli.js')

const siteYaml = `title: A site to measure
url: https://example.org/
`

/** Makes a site of generated posts and gives what can be measured of Scholium on it, in this order. */
function scholium(folder, posts) {
  const root = join(folder, 'scholium')
  const out = join(root, 'dist')
  const bytes = writePosts(join(root, 'content/posts'), posts)
  writeFileSync(join(root, 'site.yaml'), siteYaml)
  const command = [cli, 'build', '--root', root, '--out', out]
  const edited = join(root, 'content/posts', `post-${String(Math.ceil(posts / 2)).padStart(6, '0')}.md`)
  let edits = 0
  return {
    bytes,
    cases: [
      {
        name: 'Scholium, cold',
        prepare: () => [out, join(root, '.scholium')].forEach(remove),
        command,
      },
      { name: 'Scholium, nothing changed', prepare: () => {}, command },
      {
        name: 'Scholium, one post changed',
        prepare: () => appendFileSync(edited, `\nA change to the body, number ${++edits}.\n`),
        command,
      },
    ],
  }
}

/** Installs Eleventy with the same posts; it keeps nothing from build to build, so there is one case. */
function eleventy(folder, posts) {
  const root = join(folder, 'eleventy')
  cpSync(join(here, 'peers/eleventy'), root, { recursive: true })
  writePosts(join(root, 'src/posts'), posts)
  console.error('Installing Eleventy …')
  const install = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (install.status !== 0) throw new Error('Eleventy cannot be installed; run without --peer.')
  return {
    name: 'Eleventy',
    prepare: () => remove(join(root, '_site')),
    command: [join(root, 'node_modules/@11ty/eleventy/cmd.cjs'), '--quiet'],
    cwd: root,
  }
}

function remove(path) {
  rmSync(path, { recursive: true, force: true })
}

/** Runs one case once; gives its wall time and its processor time in seconds, and its peak memory in bytes. */
function measure({ name, prepare, command, cwd }, folder) {
  prepare()
  const resources = join(folder, 'resources.json')
  const preload = pathToFileURL(join(here, 'resources.mjs')).href
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
  console.error(`${name}: ${seconds.toFixed(2)} s`)
  return { seconds, ...JSON.parse(readFileSync(resources, 'utf8')) }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Measures all cases in turn, so that a machine that slows down slows them alike. */
function measureAll(cases, runs, folder) {
  const samples = new Map(cases.map(({ name }) => [name, []]))
  for (let run = 0; run < runs; run++) {
    for (const one of cases) samples.get(one.name).push(measure(one, folder))
  }
  return [...samples].map(([name, all]) => ({
    name,
    seconds: median(all.map((sample) => sample.seconds)),
    cpuSeconds: median(all.map((sample) => sample.cpuSeconds)),
    peakBytes: median(all.map((sample) => sample.peakBytes)),
    allSeconds: all.map((sample) => sample.seconds),
  }))
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n')
}

/** Gives the report as text: a table, and the ratios to the peer where it was measured. */
function report({ posts, corpusBytes, runs, machine, results }) {
  const peer = results.find(({ name }) => name === 'Eleventy')
  const rows = results.map(({ name, seconds, cpuSeconds, allSeconds, peakBytes }) => [
    name,
    seconds.toFixed(2),
    `${Math.min(...allSeconds).toFixed(2)}–${Math.max(...allSeconds).toFixed(2)}`,
    cpuSeconds.toFixed(2),
    (peakBytes / 2 ** 20).toFixed(0),
    ...(peer ? [`${(seconds / peer.seconds).toFixed(2)} ×`] : []),
  ])
  const head = ['', 'median s', 'range s', 'CPU s', 'peak MiB', ...(peer ? ['to Eleventy'] : [])]
  return `${posts} posts, ${(corpusBytes / 1e6).toFixed(1)} MB of Markdown; ${runs} runs; Node ${machine.node}, ${machine.threads} threads, ${machine.processor}

${table([head, ...rows])}`
}

/** Gives what was asked for, or null where it makes no sense. */
function options() {
  try {
    const { values } = parseArgs({
      options: {
        posts: { type: 'string', default: '200' },
        runs: { type: 'string', default: '3' },
        peer: { type: 'boolean', default: false },
        json: { type: 'string' },
      },
    })
    const [posts, runs] = [Number(values.posts), Number(values.runs)]
    return [posts, runs].every((n) => Number.isInteger(n) && n > 0) ? { ...values, posts, runs } : null
  } catch {
    return null
  }
}

function main({ posts, runs, peer, json }) {
  const folder = mkdtempSync(join(tmpdir(), 'scholium-bench-'))
  try {
    mkdirSync(join(folder, 'scholium'))
    const { bytes, cases } = scholium(folder, posts)
    const all = peer ? [...cases, eleventy(folder, posts)] : cases
    const figures = {
      posts,
      corpusBytes: bytes,
      runs,
      machine: {
        node: process.versions.node,
        platform: `${process.platform}-${process.arch}`,
        threads: availableParallelism(),
        processor: cpus()[0]?.model ?? 'unknown',
      },
      results: measureAll(all, runs, folder),
    }
    console.log(report(figures))
    if (json) writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`)
  } finally {
    remove(folder)
  }
}

const asked = options()
if (asked) {
  main(asked)
} else {
  console.error(usage)
  process.exitCode = 2
}
