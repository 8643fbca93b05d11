/** Builds that are killed at some moment, and what they leave behind. */
import { watch } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildResult, build } from '../../src/build.js'
import type { Files } from '../site-folder.js'
import { writeFiles } from '../site-folder.js'
import { type Contents, contentsOf, differences, pathsBelow } from './folder.js'
import { startBuild } from './running.js'

/** Gives a site of so many posts with formulas, tags and links, in some version; of one that is all new, all change. */
export function manyPosts(count: number, version: number, isAllNew = false): Files {
  const posts = Array.from({ length: count }, (_, index) => {
    // Every seventh post changes with the version, and one comes and goes.
    const part = isAllNew || index % 7 === version % 7 ? version : 0
    const name = index === 5 ? `post-5-${version % 3}` : `post-${index}`
    const formulas = Array.from(
      { length: 8 },
      (_, at) => `$\\sum_{k=${at}}^{${part}} x_k^{${index}} \\in \\R$`,
    )
    const title = index % 14 === version % 14 ? `Post ${index}, ${version}` : `Post ${index}`
    const text = `---\ntitle: "${title}"\ndate: 2024-01-${(index % 28) + 1}\ntags: [t${index % 5}]\n---\n\nSee [next](post-${index + 1}.md). ${formulas.join(' and ')}\n`
    return [`content/posts/${name}.md`, text] as const
  })
  return {
    'site.yaml': "title: Many\nmath: { macros: { '\\R': '\\mathbb{R}' } }\n",
    'assets/css/custom.css': `main { --step: ${version} }\n`,
    ...Object.fromEntries(posts),
  }
}

/** Makes a site's sources be these: others of content are removed. */
export async function putSources(root: string, files: Files): Promise<void> {
  for (const path of pathsBelow(join(root, 'content')))
    if (!Object.hasOwn(files, `content/${path}`)) await rm(join(root, 'content', path))
  await writeFiles(root, files)
}

/** Gives what a clean build of sources publishes, made in a folder beside a site's. */
export async function cleanBuild(
  root: string,
  files: Files,
): Promise<{ readonly contents: Contents; readonly result: BuildResult }> {
  const fresh = await mkdtemp(`${root}-clean-`)
  try {
    await writeFiles(fresh, files)
    const result = await build({ root: fresh, out: join(fresh, 'dist'), drafts: false, now: new Date() })
    return { contents: contentsOf(join(fresh, 'dist')), result }
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/** When a build is killed: so many milliseconds after its start, or at so many changes of the output folder. */
export type Moment = { readonly ms: number } | { readonly change: number }

/** Starts a build and kills it at a moment, unless it has ended by then. */
export async function killBuild(root: string, moment: Moment): Promise<'killed' | 'ended'> {
  const running = startBuild(root)
  let stop = () => {}
  if ('ms' in moment) {
    const timer = setTimeout(() => running.signal('SIGKILL'), moment.ms)
    stop = () => clearTimeout(timer)
  } else {
    let seen = 0
    const watcher = watch(join(root, 'dist'), { recursive: true }, () => {
      seen += 1
      if (seen === moment.change) running.signal('SIGKILL')
    })
    stop = () => watcher.close()
  }
  const { code } = await running.ended
  stop()
  return code === 0 ? 'ended' : 'killed'
}

/** Says which files of a folder are neither as before nor as after a build, and which pages lack a style sheet. */
export function torn(actual: Contents, before: Contents, after: Contents): readonly string[] {
  const paths = new Set([...actual.keys(), ...before.keys(), ...after.keys()])
  const odd = [...paths].filter((path) => !isOneOf(actual.get(path), [before.get(path), after.get(path)]))
  const bare = [...actual].flatMap(([path, bytes]) =>
    path.endsWith('.html')
      ? sheetsOf(bytes.toString())
          .filter((sheet) => !actual.has(sheet))
          .map((sheet) => `${path} asks for ${sheet}`)
      : [],
  )
  return [...odd.map((path) => `${path} is neither old nor new`), ...bare]
}

function isOneOf(actual: Buffer | undefined, others: readonly (Buffer | undefined)[]): boolean {
  return others.some((other) => (actual && other ? actual.equals(other) : actual === other))
}

function sheetsOf(html: string): readonly string[] {
  return [...html.matchAll(/<link rel="stylesheet" href="\/([^"]+)"/g)].map(([, sheet = '']) => sheet)
}

/**
 * Edits a site and kills its build, so many times, and gives what was found wrong in words, and how many builds
 * died. After each kill every published file is whole, and the next build ends as a clean one does.
 */
export async function killRounds(
  root: string,
  rounds: number,
): Promise<{ readonly faults: readonly string[]; readonly killed: number }> {
  const dist = join(root, 'dist')
  await putSources(root, manyPosts(60, 0))
  await startBuild(root).ended
  await putSources(root, manyPosts(60, 1))
  const started = performance.now()
  await startBuild(root).ended
  const usual = performance.now() - started
  const faults: string[] = []
  let killed = 0
  for (let round = 0; round < rounds; round += 1) {
    const version = round + 2
    const before = contentsOf(dist)
    const files = manyPosts(60, version)
    await putSources(root, files)
    const moment = momentOf(round, rounds, usual)
    if ((await killBuild(root, moment)) === 'killed') killed += 1
    const clean = await cleanBuild(root, files)
    const say = (lines: readonly string[]) =>
      faults.push(...lines.slice(0, 5).map((line) => `round ${round}, ${JSON.stringify(moment)}: ${line}`))
    say(torn(contentsOf(dist), before, clean.contents))
    const { code, stdout, stderr } = await startBuild(root).ended
    if (code !== 0) say([`the next build ends with ${code}: ${stdout}${stderr}`])
    say(differences(contentsOf(dist), clean.contents))
    const left = pathsBelow(join(root, '.scholium')).filter((path) => /(^|\/)(stage-|lock)|\.lock/.test(path))
    say(left.map((path) => `.scholium/${path} is left behind`))
  }
  return { faults, killed }
}

/** Half of the kills are spread over the whole build, the other half over what it does to the output folder. */
function momentOf(round: number, rounds: number, usual: number): Moment {
  const part = (round + Math.random()) / rounds
  return round % 2 === 0 ? { ms: part * usual } : { change: 1 + Math.floor(part * 60) }
}
