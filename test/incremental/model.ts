/** A site on disk that is edited, damaged and built, held after each build against a clean build of the same sources. */
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { type Session, saveSession } from '../../src/build/session.js'
import { type BuildOptions, type BuildResult, build } from '../../src/build.js'
import type { Files } from '../site-folder.js'
import { edits, repaired } from './edits.js'
import { type Contents, contentsOf, differences, pathsBelow } from './folder.js'
import { startBuild } from './running.js'
import { filesOf, moments, type Site, siteOf } from './site.js'

/**
 * How builds are made: each from nothing, all with what the last one has loaded, likewise without what the preview leaves
 * for later, or as processes.
 */
export type Way = 'cold' | 'warm' | 'preview' | 'command'

/** What builds of a way leave out. */
const sparedBy: Readonly<Record<Way, Partial<BuildOptions>>> = {
  cold: {},
  warm: {},
  preview: { searchIndex: false, encodes: false, precompresses: false },
  command: {},
}

/** How a file is written: anew, with its old times set back, or another put in its place, as `git checkout` does. */
const manners = ['written', 'written with its old time', 'replaced by an older file'] as const
type Manner = (typeof manners)[number]

/** One step of a sequence, as it is drawn; what it comes to depends on the site that it finds. */
export interface Step {
  readonly kind: string
  readonly at: number
  readonly by: number
  readonly manner: Manner
  /** Whether a build follows; else the next step comes first. */
  readonly builds: boolean
}

export interface Sequence {
  /** Null is a step that does nothing. */
  readonly steps: readonly (Step | null)[]
  readonly posts: number
  readonly salt: number
  /**
   * Whether builds take place some seconds after the edits, by their own clock, so that they rely on the times of
   * files; else edits and builds follow within the same milliseconds.
   */
  readonly isSlow: boolean
}

/** What is known of a site on disk between two steps. */
interface State {
  readonly root: string
  readonly way: Way
  readonly isSlow: boolean
  readonly build: Builder
  site: Site
  /** What is written, by path. */
  files: Files
  moment: number
  drafts: boolean
  /** Of the last build. */
  wasOk: boolean
  isPending: boolean
  /** What `.scholium` was after earlier builds that published, in folders of their own. */
  readonly states: string[]
  readonly told: string[]
}

type Outcome = Pick<BuildResult, 'ok' | 'misused' | 'counts' | 'diagnostics'>
type Builder = (root: string, options: { readonly drafts: boolean; readonly now: Date }) => Promise<Outcome>

/** How far the clock of a build is ahead of that of the files where steps are slow, in milliseconds. */
const ahead = 5000
/** Longer than one step of the time stamps that Linux gives. */
const tick = 20

interface Damage {
  readonly weight: number
  /** Whether it comes with no edit: builds are right before and after it. */
  readonly isAlone: boolean
  readonly harm: Harm
}

/** Damages something outside of the sources, and says what; null where there is nothing to damage. */
type Harm = (state: State, at: number, by: number) => string | null

const harms: Readonly<
  Record<string, { readonly weight: number; readonly harm: Harm; readonly isAlone: boolean }>
> = {
  touch: { weight: 2, isAlone: false, harm: ({ root, files }, at, by) => touchSource(root, files, at, by) },
  cacheEntry: { weight: 5, isAlone: false, harm: ({ root }, at, by) => damage(root, 'cache', at, by, 1) },
  cacheEntries: {
    weight: 2,
    isAlone: false,
    harm: ({ root }, at, by) => damage(root, 'cache', at, by, 1000),
  },
  state: { weight: 4, isAlone: true, harm: ({ root }, at, by) => damage(root, '', at, by, 1) },
  stateGone: {
    weight: 2,
    isAlone: true,
    harm({ root }) {
      rmSync(join(root, '.scholium'), { recursive: true, force: true })
      return '.scholium is deleted'
    },
  },
  stateRestored: {
    weight: 2,
    isAlone: false,
    harm({ root, states }, at) {
      const kept = states[at % Math.max(1, states.length)]
      if (kept === undefined) return null
      for (const folder of ['.scholium', 'dist']) rmSync(join(root, folder), { recursive: true, force: true })
      cpSync(kept, join(root, '.scholium'), { recursive: true })
      return 'dist is deleted and .scholium is as it was after an earlier build'
    },
  },
  output: { weight: 3, isAlone: false, harm: ({ root }, at, by) => damageOutput(root, at, by) },
  outputs: {
    weight: 1,
    isAlone: false,
    harm({ root }) {
      rmSync(join(root, 'dist'), { recursive: true, force: true })
      return 'dist is deleted'
    },
  },
}

function touchSource(root: string, files: Files, at: number, by: number): string | null {
  const path = Object.keys(files)[at % Math.max(1, Object.keys(files).length)]
  if (path === undefined) return null
  const time = by % 2 === 0 ? new Date() : new Date('2021-01-01')
  utimesSync(join(root, path), time, time)
  return `${path} is touched${by % 2 === 0 ? '' : ', its time set back'}`
}

function damage(root: string, below: string, at: number, by: number, most: number): string | null {
  const folder = join(root, '.scholium', below)
  const found = pathsBelow(folder)
  if (found.length === 0) return null
  const first = at % found.length
  const meant = most === 1 ? found.slice(first, first + 1) : found
  const says = meant.map((path, index) =>
    spoil(folder, path, by, found[(first + index + 1) % found.length] ?? path),
  )
  const name = meant.length === 1 ? `.scholium/${join(below, meant[0] ?? '')}` : `all of .scholium/${below}`
  return `${name} ${says[0]}`
}

function spoil(folder: string, path: string, by: number, other: string): string {
  const file = join(folder, path)
  const { size } = statSync(file)
  switch (by % 6) {
    case 0:
      truncateSync(file, Math.floor(size / 2))
      return 'is truncated'
    case 1:
      writeFileSync(file, Buffer.alloc(size, (by % 200) + 20))
      return 'is filled with noise'
    case 2:
      truncateSync(file, 0)
      return 'is emptied'
    case 3:
      copyFileSync(join(folder, other), file)
      return `has the content of ${other}`
    case 4: {
      const bytes = readFileSync(file)
      const index = Math.floor((size * (by % 97)) / 97)
      if (size > 0) bytes[index] = (bytes[index] ?? 0) ^ 1
      writeFileSync(file, bytes)
      return `has another byte at ${index}`
    }
    default:
      rmSync(file)
      return 'is deleted'
  }
}

function damageOutput(root: string, at: number, by: number): string | null {
  const dist = join(root, 'dist')
  const found = pathsBelow(dist)
  const path = found[at % Math.max(1, found.length)]
  if (path === undefined) return null
  const file = join(dist, path)
  const bytes = readFileSync(file)
  switch (by % 4) {
    case 0:
      writeFileSync(file, Buffer.concat([bytes, Buffer.from('by hand')]))
      return `dist/${path} is made longer`
    case 1:
      writeFileSync(file, bytes.fill(by % 256, 0, 10))
      return `dist/${path} is edited, its size as before`
    case 2:
      truncateSync(file, 0)
      return `dist/${path} is emptied`
    default:
      rmSync(file)
      return `dist/${path} is deleted`
  }
}

/** Writes what differs between two versions of a site's sources. */
function writeSources(root: string, before: Files, after: Files, manner: Manner): void {
  for (const path of Object.keys(before)) if (!Object.hasOwn(after, path)) rmSync(join(root, path))
  for (const [path, content] of Object.entries(after)) {
    const old = before[path]
    if (old !== undefined && Buffer.from(old).equals(Buffer.from(content))) continue
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat && manner === 'replaced by an older file') {
      const aside = `${root}-incoming`
      writeFileSync(aside, content)
      utimesSync(aside, new Date('2020-02-02'), new Date('2020-02-02'))
      renameSync(aside, file)
      continue
    }
    writeFileSync(file, content)
    // As on a file system that counts in seconds: edits within one look the same, and old times can be set back.
    const time =
      stat && manner === 'written with its old time'
        ? stat.mtime
        : new Date(Math.floor(Date.now() / 1000) * 1000)
    utimesSync(file, time, time)
  }
}

/** Gives what builds a site in one of the ways. A warm one keeps a session from build to build. */
function makeBuilder(way: Way, isSlow: boolean): Builder {
  if (way === 'command') {
    const shift = `data:text/javascript,const now=Date.now;Date.now=()=>now()+${ahead}`
    return async (root, { drafts }) => {
      const { ended } = startBuild(root, drafts ? ['--drafts'] : [], isSlow ? shift : undefined)
      const { code, stdout, stderr } = await ended
      if (code < 0 || code > 2) throw new Error(`The command ended with ${code}: ${stderr}`)
      return { ...(JSON.parse(stdout) as Omit<Outcome, 'misused'>), misused: code === 2 }
    }
  }
  const session: Session = { defers: true }
  let builds = 0
  return async (root, options) => {
    const job = { root, out: join(root, 'dist'), ...options, ...sparedBy[way] }
    if (way === 'cold') return build(job)
    const result = await build(job, session)
    // Else the next build comes first, as when somebody saves twice at once.
    if (++builds % 2 === 0) await saveSession(session)
    return result
  }
}

/** Runs something with the clock of this process ahead of that of the files. */
async function later<T>(isSlow: boolean, run: () => Promise<T>): Promise<T> {
  if (!isSlow) return run()
  await wait(tick)
  const { now } = Date
  Date.now = () => now() + ahead
  try {
    return await run()
  } finally {
    Date.now = now
    await wait(tick)
  }
}

/** What was found to be otherwise than a clean build has it, with the steps that led there. */
export class StaleError extends Error {
  constructor(told: readonly string[], found: readonly string[]) {
    const steps = told.map((line, index) => `  ${index + 1}. ${line}`)
    super(
      [
        'After these steps:',
        ...steps,
        'a clean build differs:',
        ...found.slice(0, 8).map((line) => `  ${line}`),
      ].join('\n'),
    )
    this.name = 'StaleError'
  }
}

/** Runs a sequence of steps on a fresh site. Throws {@link StaleError} at the first difference. */
export async function runSequence({ steps, posts, salt, isSlow }: Sequence, way: Way): Promise<void> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'scholium-model-')))
  const root = join(home, 'site')
  mkdirSync(root)
  const site = siteOf({ posts, salt })
  const state: State = {
    ...{ root, way, isSlow, build: makeBuilder(way, isSlow), site, files: {} },
    ...{
      moment: 0,
      drafts: false,
      wasOk: true,
      isPending: true,
      states: [],
      told: [`a site of ${posts} posts, salt ${salt}`],
    },
  }
  try {
    writeSources(root, {}, filesOf(site), 'written')
    state.files = filesOf(site)
    await buildAndCompare(state)
    for (const [index, step] of steps.entries()) {
      if (step) await takeStep(state, step)
      const isLast = index === steps.length - 1
      if (isLast || step?.builds || (step && Object.hasOwn(harms, step.kind))) await buildAndCompare(state)
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
    rmSync(`${root}-incoming`, { force: true })
  }
}

function takeStep(state: State, step: Step): Promise<void> {
  const { kind } = step
  const harm = harms[kind]
  if (harm) return doHarm(state, harm, step)
  if (kind === 'drafts') {
    state.drafts = !state.drafts
    state.told.push(state.drafts ? 'with drafts from here' : 'without drafts from here')
  } else if (kind === 'time') {
    state.moment = Math.min(state.moment + 1, moments.length - 1)
    if (state.way !== 'command') state.told.push(`it is ${moments[state.moment]}`)
  } else makeEdit(state, step)
  state.isPending = true
  return Promise.resolve()
}

async function doHarm(state: State, { harm, isAlone }: Damage, { at, by }: Step): Promise<void> {
  if (isAlone && state.isPending) await buildAndCompare(state)
  // Without a record of what was published, nothing can be removed: nothing may have to be.
  if (isAlone && !state.wasOk) return
  const says = harm(state, at, by)
  if (says !== null) state.told.push(says)
}

function makeEdit(state: State, { kind, at, by, manner }: Step): void {
  // What is broken stays so for one edit or for two.
  const mended = state.wasOk || by % 3 === 0 ? null : repaired(state.site)
  if (mended) writeEdit(state, mended.site, mended.says, manner)
  const edited = edits[kind]?.edit(state.site, at, by)
  if (edited) writeEdit(state, edited.site, edited.says, manner)
}

function writeEdit(state: State, site: Site, says: string, manner: Manner): void {
  const files = filesOf(site)
  writeSources(state.root, state.files, files, manner)
  state.told.push(manner === 'written' ? says : `${says} – ${manner}`)
  state.site = site
  state.files = files
}

async function buildAndCompare(state: State): Promise<void> {
  const { root, way, files, drafts, isSlow } = state
  const dist = join(root, 'dist')
  const now = way === 'command' ? new Date() : new Date(moments[state.moment] ?? 0)
  const before = contentsOf(dist)
  const actual = await later(isSlow, () => state.build(root, { drafts, now }))
  state.told.push(actual.ok ? 'built' : 'built, with errors')
  const fresh = mkdtempSync(join(dirname(root), 'clean-'))
  try {
    writeSources(fresh, {}, files, 'written')
    const expected = await build({ root: fresh, out: join(fresh, 'dist'), drafts, now, ...sparedBy[way] })
    // A build that fails leaves everything as it is.
    const meant: Contents = expected.ok ? contentsOf(join(fresh, 'dist')) : before
    const found = [
      ...differences(contentsOf(dist), meant),
      ...differing('ok', actual.ok, expected.ok),
      ...differing('misused', actual.misused, expected.misused),
      ...differing('diagnostics', sortedJson(actual.diagnostics), sortedJson(expected.diagnostics)),
      ...(['posts', 'pages', 'outputs', 'drafts', 'scheduled', 'expired'] as const).flatMap((name) =>
        differing(`counts.${name}`, actual.counts[name], expected.counts[name]),
      ),
      ...pathsBelow(join(root, '.scholium'))
        .filter((path) => /(^|\/)(stage-|lock)/.test(path))
        .map((path) => `.scholium/${path} is left behind`),
    ]
    if (found.length > 0) throw new StaleError(state.told, found)
    state.wasOk = expected.ok
    state.isPending = false
    if (expected.ok && state.states.length < 4) keepState(state)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

function keepState({ root, states }: State): void {
  const kept = join(dirname(root), `kept-${states.length}`)
  cpSync(join(root, '.scholium'), kept, { recursive: true })
  states.push(kept)
}

function differing(name: string, actual: unknown, expected: unknown): readonly string[] {
  const [is, ought] = [JSON.stringify(actual), JSON.stringify(expected)]
  return is === ought ? [] : [`${name} is ${is} in place of ${ought}`]
}

function sortedJson(values: readonly unknown[]): readonly string[] {
  return values.map((value) => JSON.stringify(value)).sort()
}

/** Draws sequences of so many steps. */
export function sequences(length: number): fc.Arbitrary<Sequence> {
  const kinds = [
    ...Object.entries(edits),
    ...Object.entries(harms),
    ['drafts', { weight: 2 }],
    ['time', { weight: 2 }],
  ] as const
  const step = fc.record({
    kind: fc.oneof(...kinds.map(([kind, { weight }]) => ({ arbitrary: fc.constant(kind), weight }))),
    at: fc.nat(255),
    by: fc.nat(255),
    manner: fc.oneof(
      { arbitrary: fc.constant(manners[0]), weight: 2 },
      { arbitrary: fc.constant(manners[1]), weight: 1 },
      { arbitrary: fc.constant(manners[2]), weight: 1 },
    ),
    builds: fc.oneof(
      { arbitrary: fc.constant(true), weight: 5 },
      { arbitrary: fc.constant(false), weight: 1 },
    ),
  })
  return fc.record({
    // A step may be none, so that a sequence that fails can be cut down to the steps that matter.
    steps: fc.array(fc.option(step, { freq: 40 }), { minLength: length, maxLength: length }),
    posts: fc.integer({ min: 5, max: 12 }),
    salt: fc.nat(99),
    isSlow: fc.boolean(),
  })
}

/** The seed of this run: of SCHOLIUM_SEED, or a new one. */
export function seedOf(env: NodeJS.ProcessEnv): number {
  const given = Number(env.SCHOLIUM_SEED)
  return env.SCHOLIUM_SEED !== undefined && Number.isInteger(given)
    ? given
    : Math.floor(Math.random() * 2 ** 31)
}

/** Runs so many random sequences; throws the shortest that fails, with the seed that repeats it. */
export async function checkSequences(
  way: Way,
  { seed, runs, length }: { readonly seed: number; readonly runs: number; readonly length: number },
): Promise<void> {
  const property = fc.asyncProperty(sequences(length), (sequence) => runSequence(sequence, way))
  const { failed, errorInstance, numShrinks } = await fc.check(property, { seed, numRuns: runs })
  if (!failed) return
  const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  throw new Error(`${message}\n(SCHOLIUM_SEED=${seed} repeats it; ${numShrinks} times made shorter)`, {
    cause: errorInstance,
  })
}
