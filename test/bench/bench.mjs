/**
 * Measures whole builds of a site of generated posts: `npm run bench -- [options]`, see `usage`. A time is
 * that of a process from start to end. Compare figures of one run only: with `--peer`, Eleventy builds the
 * same posts in turn with Scholium, and the ratios of the medians are printed.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchSite, names, peerCase, remove } from './cases.mjs'
import { measureInTurn, median } from './measure.mjs'
import { chartSvg, tableMarkdown, tableText } from './report.mjs'
import { measureSaves } from './serve.mjs'

const usage = `usage: npm run bench -- [options]
  --posts N        how many posts the site has (1000)
  --larger N       how many a second, larger site has; 0 for none (10000)
  --runs K         how often each case is measured; the median counts (3)
  --saves K        how often a post is saved in the preview (15)
  --peer           build the same posts with Eleventy too, which npm installs into a temporary folder
  --json FILE      where to write the figures (bench.json in the folder for temporary files)
  --markdown FILE  write the table in Markdown too
  --chart FILE     write a chart (SVG) too`

/** Gives what was asked for, or null where it makes no sense. */
function options() {
  try {
    const { values } = parseArgs({
      options: {
        posts: { type: 'string', default: '1000' },
        larger: { type: 'string', default: '10000' },
        runs: { type: 'string', default: '3' },
        saves: { type: 'string', default: '15' },
        peer: { type: 'boolean', default: false },
        json: { type: 'string', default: join(tmpdir(), 'bench.json') },
        markdown: { type: 'string' },
        chart: { type: 'string' },
      },
    })
    const [posts, larger, runs, saves] = [values.posts, values.larger, values.runs, values.saves].map(Number)
    const isSound = [posts, runs, saves].every((n) => Number.isInteger(n) && n > 0) && larger >= 0
    return isSound ? { ...values, posts, larger, runs, saves } : null
  } catch {
    return null
  }
}

/** Measures builds of a site, and saves in its preview. */
async function measureSite(folder, { posts, runs, saves, peer }) {
  const root = join(folder, 'scholium')
  mkdirSync(root)
  const site = benchSite(root, posts)
  const others = [site.lean, site.cold, site.idle, site.body, site.title, site.tag, site.macro, site.template]
  const cases = peer ? [peerCase(join(folder, 'eleventy'), posts), ...others] : others
  const results = measureInTurn(cases, runs, folder)
  const allSeconds = await measureSaves({ command: site.serve, save: site.save, saves })
  console.error(`${names.save}: ${median(allSeconds).toFixed(3)} s`)
  return {
    corpusBytes: site.bytes,
    results: [...results, { name: names.save, seconds: median(allSeconds), allSeconds }],
  }
}

/** Measures once what a larger site costs: from nothing, then with nothing changed and one body changed. */
function measureLarger(folder, posts) {
  const root = join(folder, 'larger')
  mkdirSync(root)
  const site = benchSite(root, posts)
  const cold = measureInTurn([site.cold], 1, folder)
  return {
    posts,
    corpusBytes: site.bytes,
    results: [...cold, ...measureInTurn([site.idle, site.body], 3, folder)],
  }
}

async function main({ json, markdown, chart, larger, ...rest }) {
  const folder = mkdtempSync(join(tmpdir(), 'scholium-bench-'))
  try {
    const { posts, runs } = rest
    const measured = await measureSite(folder, rest)
    const figures = {
      posts,
      runs,
      machine: {
        node: process.versions.node,
        platform: `${process.platform}-${process.arch}`,
        threads: availableParallelism(),
        processor: cpus()[0]?.model ?? 'unknown',
      },
      ...measured,
      ...(larger > 0 && { larger: measureLarger(folder, larger) }),
    }
    console.log(tableText(figures))
    writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`)
    console.error(`The figures are in ${json}.`)
    if (markdown) writeFileSync(markdown, `${tableMarkdown(figures)}\n`)
    if (chart) writeFileSync(chart, chartSvg(figures))
  } finally {
    remove(folder)
  }
}

const asked = options()
if (asked) await main(asked)
else {
  console.error(usage)
  process.exitCode = 2
}
