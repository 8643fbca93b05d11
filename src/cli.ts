#!/usr/bin/env node
/** argv → command. The one file that prints and exits. */
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { Session } from './build/session.js'
import type { BuildResult, Progress } from './build.js'
import type { Diagnostic } from './diagnostics.js'
import { type DeployHost, deployHosts, outputFolder } from './layout.js'
import { progressText } from './progress.js'
import type { Told } from './serve/news.js'
import type { BuildJob } from './serve.js'
import { version } from './version.js'

/** 0 done; 1 the content has errors and nothing was published; 2 wrong usage or configuration. */
type ExitCode = 0 | 1 | 2

const program = new Command('scholium')
  .description('A static blog generator for people who write about mathematics, machine learning and code.')
  .version(version, '-v, --version')
  .showSuggestionAfterError()
  .showHelpAfterError('(scholium --help lists the commands and their options)')
  .exitOverride()

program
  .command('build')
  .description('write the site to dist/')
  .option('--root <dir>', 'the site’s folder', '.')
  .option('--out <dir>', 'the folder to publish to (default: dist in the site’s folder)')
  .option('--drafts', 'publish drafts, posts dated in the future and expired ones too', false)
  .option('--clean', 'rely on nothing of earlier builds: write every file again', false)
  .option('--verify', 'build clean beside it too, and name every file that differs', false)
  .option(
    '--threads <number>',
    'how many threads to use (default: as the machine and the work ask for)',
    parseThreads,
  )
  .option('--timings', 'print where the time went', false)
  .option('--json', 'print the result as one JSON object', false)
  .action(async (options: BuildFlags) => exit(await runBuild(options)))

program
  .command('check')
  .description('report what is wrong with the site, and publish nothing')
  .option('--root <dir>', 'the site’s folder', '.')
  .option('--record', 'add what the site publishes to published.yaml, to be held to it from then on', false)
  .option('--external', 'ask other sites whether what links lead to is there', false)
  .option('--sarif <file>', 'also write what was found as SARIF, for code hosts and editors')
  .option('--json', 'print the result as one JSON object', false)
  .action(async (options: CheckFlags) => exit(await runCheck(options)))

program
  .command('rules [name]')
  .description('say what is checked; of one rule, what breaks it, how to mend that and how to silence it')
  .action(async (name?: string) => exit(await runRules(name)))

program
  .command('serve')
  .description('preview the site, rebuilt and reloaded on every change')
  .option('--root <dir>', 'the site’s folder', '.')
  .option('--port <number>', 'the port to listen on; the next free one if it is taken', parsePort, 4000)
  .option('--host <host>', 'the address to listen on', '127.0.0.1')
  .option('--drafts', 'show drafts, posts dated in the future and expired ones too, marked', false)
  .option('--open', 'open the browser', false)
  .action(async (options: ServeFlags) => exit(await runServe(options)))

program
  .command('new <title>')
  .description('write a new post with today’s date to content/posts')
  .option('--root <dir>', 'the site’s folder', '.')
  .action(async (title: string, options: { readonly root: string }) =>
    exit(await runNew(title, options.root)),
  )

program
  .command('init <dir>')
  .description('write a small site to start from, and files to deploy it with')
  .addOption(
    new Option(
      '--deploy <host>',
      'write what this host needs; into a site that is there already too',
    ).choices(deployHosts),
  )
  .action(async (folder: string, options: { readonly deploy?: DeployHost }) =>
    exit(await runInit(folder, options.deploy)),
  )

interface BuildFlags {
  readonly root: string
  readonly out?: string
  readonly drafts: boolean
  readonly clean: boolean
  readonly verify: boolean
  readonly threads?: number
  readonly timings: boolean
  readonly json: boolean
}

interface CheckFlags {
  readonly root: string
  readonly record: boolean
  readonly external: boolean
  readonly sarif?: string
  readonly json: boolean
}

interface ServeFlags {
  readonly root: string
  readonly port: number
  readonly host: string
  readonly drafts: boolean
  readonly open: boolean
}

async function runBuild({ root, out, json, timings, ...flags }: BuildFlags): Promise<ExitCode> {
  const { build } = await import('./build.js')
  const started = performance.now()
  const site = resolve(root)
  const line = progressLine(json)
  const result = await build({
    ...flags,
    root: site,
    out: out === undefined ? resolve(site, outputFolder) : resolve(out),
    now: new Date(),
    progress: line?.show,
    waiting: (pid) =>
      console.error(`Process ${pid} is building into the same folder: waiting until it is done.`),
  })
  line?.clear()
  const durationMs = Math.round(performance.now() - started)
  if (json) {
    const { ok, counts, diagnostics } = result
    const where = relative(site, result.out) || '.'
    const spent = timings ? { timings: Object.fromEntries(result.timings) } : {}
    console.log(JSON.stringify({ ok, out: where, durationMs, counts, diagnostics, ...spent }))
  } else {
    await printDiagnostics(result.diagnostics, result.sources, site)
    const { summary, timingsTable } = await import('./report.js')
    const print = result.ok ? console.log : console.error
    print(summary(result, relativeTo(process.cwd(), result.out), durationMs))
    if (timings) print(timingsTable(result.timings, durationMs))
  }
  return result.ok ? 0 : result.misused ? 2 : 1
}

async function runCheck({ root, record, external, sarif, json }: CheckFlags): Promise<ExitCode> {
  const { check } = await import('./check.js')
  const started = performance.now()
  const line = progressLine(json)
  const result = await check({
    root: resolve(root),
    record,
    external,
    now: new Date(),
    progress: line?.show,
    waiting: (pid) => console.error(`Process ${pid} is building this site: waiting until it is done.`),
  })
  line?.clear()
  const durationMs = Math.round(performance.now() - started)
  const { ok, counts, diagnostics, recorded } = result
  if (sarif !== undefined && !(await writeSarif(resolve(sarif), diagnostics, resolve(root)))) return 2
  if (json) console.log(JSON.stringify({ ok, durationMs, counts, diagnostics, ...(record && { recorded }) }))
  else {
    await printDiagnostics(diagnostics, result.sources, resolve(root))
    const { checkSummary } = await import('./report.js')
    const print = ok ? console.log : console.error
    print(checkSummary(result, durationMs))
    if (record) print(recordNote(ok, recorded))
  }
  return ok ? 0 : result.misused ? 2 : 1
}

async function runRules(name: string | undefined): Promise<ExitCode> {
  const [{ ruleEntry, rulesList, ruleText }, { isRule, rules }] = await Promise.all([
    import('./rules.js'),
    import('./diagnostics.js'),
  ])
  if (name !== undefined && !isRule(name)) {
    const { didYouMean } = await import('./nearest.js')
    const hint = didYouMean(name, Object.keys(rules)) ?? 'Without a name, "scholium rules" lists them all.'
    console.error(`error There is no rule "${name}". ${hint}`)
    return 2
  }
  console.log(name === undefined ? rulesList() : ruleText(ruleEntry(name)))
  return 0
}

function recordNote(ok: boolean, recorded: boolean): string {
  if (!ok) return 'Nothing was recorded: errors come first.'
  return recorded
    ? 'Wrote published.yaml: keep it in version control.'
    : 'published.yaml has all of it already.'
}

/** How often the line of progress is written anew, in milliseconds. */
const progressEveryMs = 80

/** Gives a line on the terminal that shows how far a build has come; none where nobody would see it. */
function progressLine(json: boolean): { show: (progress: Progress) => void; clear: () => void } | undefined {
  if (json || !process.stderr.isTTY) return undefined
  const started = performance.now()
  let last = 0
  let shown = false
  return {
    show(progress) {
      const now = performance.now()
      if (now - last < progressEveryMs) return
      last = now
      shown = true
      process.stderr.write(`\r\x1b[2K${progressText(progress, now - started)}`)
    },
    clear() {
      if (shown) process.stderr.write('\r\x1b[2K')
    },
  }
}

/** How long after a build of the preview what it knows is written for later sessions. */
const saveAfterMs = 500

/** How long after the first build the preview gets ready for the first save: browsers that wait for it come first. */
const warmUpAfterMs = 300
const warmUpRounds = 2

async function runServe({ root, ...options }: ServeFlags): Promise<ExitCode> {
  const [{ build }, { saveSession }, { serve, ServeError }, { newsOf, remainingLine }, { framed }] =
    await Promise.all([
      import('./build.js'),
      import('./build/session.js'),
      import('./serve.js'),
      import('./serve/news.js'),
      import('./report.js'),
    ])
  const session: Session = { defers: true }
  let isWarm = false
  let told: Told = new Set()
  const spared = { precompresses: false, searchIndex: false, encodes: false }
  // Where the first build had nothing to do, the session knows of nothing: what is asked for late waits for one that has.
  let learning: Promise<unknown> | undefined
  const known = async (job: BuildJob) => {
    if (session.searchIndex && session.images) return
    learning ??= build({ ...job, ...spared, again: true }, session).finally(() => {
      learning = undefined
    })
    await learning
  }
  // Loads and tries what the first save will need, while nobody waits.
  const warmUp = async (job: BuildJob) => {
    try {
      for (let round = 0; round < warmUpRounds; round++) {
        await build({ ...job, ...spared, again: true }, session)
        await session.warmUp?.()
      }
    } catch {
      // It is a fault of the next build, too, which says so.
    }
  }
  try {
    const serving = await serve<BuildResult>({
      ...options,
      root: resolve(root),
      build: async (job) => {
        const result = await build({ ...job, ...spared }, session)
        const news = newsOf(told, result)
        told = news.told
        await printDiagnostics(news.fresh, result.sources)
        const remaining = remainingLine(news.remaining)
        if (remaining !== null) console.error(remaining)
        // Not before the browser is told of the change.
        setImmediate(() => session.record?.())
        setTimeout(() => saveSession(session), saveAfterMs).unref()
        if (result.ok && !isWarm) setTimeout(() => warmUp(job), warmUpAfterMs).unref()
        isWarm ||= result.ok
        return result
      },
      searchIndex: async (job) => {
        await known(job)
        const { files = [], diagnostics = [] } = (await session.searchIndex?.()) ?? {}
        await printDiagnostics(diagnostics, new Map())
        const made = files.map(async ({ output, make }) => [output, Buffer.from(await make())] as const)
        return new Map(await Promise.all(made))
      },
      image: async (job, file) => {
        await known(job)
        return (await session.images?.get(file)?.()) ?? null
      },
      overlay: ({ diagnostics, sources }) => framed(diagnostics, (file) => sources.get(file)),
      log: (line) => console.log(line),
    })
    await new Promise<void>((stop) => {
      process.once('SIGINT', stop)
      process.once('SIGTERM', stop)
    })
    await serving.close()
    await saveSession(session)
    return 0
  } catch (error) {
    if (!(error instanceof ServeError)) throw error
    await printDiagnostics([error.diagnostic], new Map())
    return 2
  }
}

async function runNew(title: string, root: string): Promise<ExitCode> {
  const [{ newPost, ScaffoldError }, { loadConfig }] = await Promise.all([
    import('./scaffold.js'),
    import('./config.js'),
  ])
  const site = resolve(root)
  const { config, diagnostics, text } = await loadConfig(site)
  if (!config) {
    await printDiagnostics(diagnostics, new Map([['site.yaml', text]]))
    return 2
  }
  try {
    const file = await newPost({
      root: site,
      title,
      now: new Date(),
      timezone: config.timezone,
      author: config.author?.name ?? null,
    })
    console.log(
      `Wrote ${file}. It is a draft: "scholium serve --drafts" shows it, and removing "draft: true" publishes it.`,
    )
    return 0
  } catch (error) {
    if (!(error instanceof ScaffoldError)) throw error
    console.error(`error ${error.message}`)
    return 2
  }
}

async function runInit(folder: string, deploy: DeployHost | undefined): Promise<ExitCode> {
  const { initSite, ScaffoldError } = await import('./scaffold.js')
  try {
    const { written, next } = await initSite({ root: resolve(folder), now: new Date(), deploy })
    const where = relativeTo(process.cwd(), resolve(folder))
    console.log(
      [...written.map((file) => `Wrote ${where === '.' ? '' : `${where}/`}${file}`), ...next].join('\n'),
    )
    return 0
  } catch (error) {
    if (!(error instanceof ScaffoldError)) throw error
    console.error(`error ${error.message}`)
    return 2
  }
}

async function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  root?: string,
): Promise<void> {
  if (diagnostics.length === 0) return
  if (root !== undefined && process.env.GITHUB_ACTIONS === 'true') await printAnnotations(diagnostics, root)
  const { terminalReport } = await import('./report.js')
  const color =
    process.env.NO_COLOR === undefined && (process.stderr.isTTY || process.env.FORCE_COLOR !== undefined)
  console.error(`${terminalReport(diagnostics, { color, textOf: (file) => sources.get(file) })}\n`)
}

/** Prints diagnostics once more as GitHub Actions shows them beside the lines they are about. */
async function printAnnotations(diagnostics: readonly Diagnostic[], root: string): Promise<void> {
  const { githubAnnotations } = await import('./annotations.js')
  for (const line of githubAnnotations(diagnostics, repositoryPath(root))) console.error(line)
}

/** Gives what gives the path of a file of the site within the repository that a build server has checked out. */
function repositoryPath(root: string): (file: string) => string {
  const top = process.env.GITHUB_WORKSPACE ?? process.cwd()
  return (file) => relative(top, resolve(root, file)).split(sep).join('/')
}

/** Writes diagnostics as SARIF; says so where that cannot be done. */
async function writeSarif(file: string, diagnostics: readonly Diagnostic[], root: string): Promise<boolean> {
  const [{ writeFile }, { sarifLog, uriOfPath }] = await Promise.all([
    import('node:fs/promises'),
    import('./sarif.js'),
  ])
  const pathOf = repositoryPath(root)
  const log = sarifLog(diagnostics, (name) => uriOfPath(pathOf(name)))
  try {
    await writeFile(file, `${JSON.stringify(log, null, 2)}\n`)
    return true
  } catch (error) {
    const { reasonOf } = await import('./errno.js')
    console.error(`error ${file} cannot be written: ${reasonOf(error)}`)
    return false
  }
}

/** A path as people read it: relative where it lies below, `.` for the folder itself. */
function relativeTo(folder: string, path: string): string {
  const way = relative(folder, path)
  return way.startsWith('..') || isAbsolute(way) ? path : way || '.'
}

function parseThreads(text: string): number {
  const threads = Number(text)
  if (!Number.isInteger(threads) || threads < 1 || threads > 64)
    throw new InvalidArgumentError('It is a number from 1 to 64.')
  return threads
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}

/** Sets what the process ends with, once all that was printed is written. */
function exit(code: ExitCode): void {
  process.exitCode = code
}

/** Whether the command has come to its own end. */
let isDone = false

process.once('exit', () => {
  if (isDone) return
  // Nothing else would say so, and it would seem to have gone well.
  console.error(
    'error The command ended before its work was done. What ends the process in its midst is mostly a plugin that calls process.exit, or that throws when nobody waits for it.',
  )
  process.exitCode = 1
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    // EX_SOFTWARE of sysexits.h.
    console.error('Scholium failed: this is a bug in Scholium, not in your site.', error)
    process.exitCode = 70
  }
}
isDone = true
