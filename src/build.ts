/** `scholium build`: whether anything has changed since the last build, and if so, the way from sources to outputs. */
import { realpathSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { namedSources } from './build/named-sources.js'
import { type BuildOptions, type BuildResult, noCounts } from './build/result.js'
import type { Session } from './build/session.js'
import {
  type Inventory,
  isSameInventory,
  isSettledSince,
  recordOf,
  takeInventory,
} from './content/inventory.js'
import { type Diagnostic, diagnostic } from './diagnostics.js'
import { gitKey, gitState } from './git-state.js'
import { configFile, stateFolder } from './layout.js'
import { takeLock } from './lock.js'
import { outputFolderFault } from './output/folder.js'
import {
  type BuildRecord,
  type Manifest,
  manifestFiles,
  type OutputRecord,
  readManifest,
  writeManifest,
} from './output/manifest.js'
import { standing } from './output/staging.js'
import { isLedOut, isLink, isThere, leadsOut, linksIn, wouldBeOutside } from './outside.js'
import { builtIns } from './package.js'
import { programDigest } from './version.js'

export type { BuildCounts, BuildOptions, BuildResult, Progress } from './build/result.js'

/** How long, in milliseconds, a build waits for another one into the same folder. */
const patienceMs = 30_000

/**
 * Builds a site and publishes it, unless there are errors. All faults of all files are reported together. Where
 * nothing has changed since the last build, nothing is loaded to find that out. With a session, what one build
 * has loaded is kept for the next.
 * Throws only for bugs: faults of content, configuration and folders are diagnostics.
 */
export async function build(options: BuildOptions, session?: Session): Promise<BuildResult> {
  const { verify: wantsProof = false, ...rest } = options
  const result = await buildOnce(rest, session)
  if (!wantsProof || !result.ok) return result
  const { verify } = await import('./build/verify.js')
  const state = options.state ?? join(options.root, stateFolder)
  const started = performance.now()
  const differing = await verify(buildOnce, { ...rest, state }, result)
  return {
    ...result,
    ok: differing.length === 0,
    diagnostics: [...result.diagnostics, ...differing],
    timings: new Map([...result.timings, ['verify', performance.now() - started]]),
  }
}

async function buildOnce(options: BuildOptions, session?: Session): Promise<BuildResult> {
  const started = performance.now()
  const {
    root,
    out,
    drafts,
    clean = false,
    publishes = true,
    searchIndex = true,
    encodes = true,
    again = false,
    now,
  } = options
  const nothing: BuildResult = {
    ok: false,
    misused: false,
    out,
    basePath: '/',
    outputs: new Map(),
    counts: noCounts,
    named: [],
    diagnostics: [],
    sources: new Map(),
    timings: new Map(),
    record: null,
  }
  const state = options.state ?? join(root, stateFolder)
  const usage = [...usageFaults(root, out), ...stateFaults(root, state)]
  if (usage.length > 0) return { ...nothing, misused: true, diagnostics: usage }
  const files = manifestFiles(state, root, out)
  const program = programDigest()
  await session?.record?.()
  const manifest = readManifest(files, session?.manifest)
  const inventory = takeInventory(root, builtIns(), manifest.build?.inventory ?? null)
  const last = manifest.build
  const isSame = (record: BuildRecord) =>
    isCurrent({ last: record, inventory, program, drafts, searchIndex, encodes, now, root })
  if (last && !clean && !again && publishes && isSame(last)) {
    const outputs = standingOutputs(out, manifest)
    if (outputs) {
      if (!isSettledSince(inventory, last.inventory) || outputs !== manifest.outputs)
        await refresh(files, { outputs, build: { ...last, inventory: recordOf(inventory) } })
      const timings = new Map([['compare', performance.now() - started]])
      return {
        ...nothing,
        ...asBefore(last, outputs),
        sources: namedSources(root, last.diagnostics),
        timings,
      }
    }
  }
  const { rebuild } = await import('./build/rebuild.js')
  return rebuild(
    {
      ...options,
      clean,
      publishes,
      searchIndex,
      encodes,
      state,
      files,
      manifest,
      inventory,
      program,
      nothing,
      started,
      patienceMs,
    },
    session,
  )
}

/** Whether a build would be made from the same as the last one. */
function isCurrent({
  last,
  inventory,
  program,
  drafts,
  searchIndex,
  encodes,
  now,
  root,
}: {
  readonly last: BuildRecord
  readonly inventory: Inventory
  readonly program: string
  readonly drafts: boolean
  readonly searchIndex: boolean
  readonly encodes: boolean
  readonly now: Date
  readonly root: string
}): boolean {
  const isBefore = last.since <= now.getTime() && (last.until === null || now.getTime() < last.until)
  return (
    last.program === program &&
    last.drafts === drafts &&
    last.searchIndex === searchIndex &&
    last.encodes === encodes &&
    isBefore &&
    // What cannot be read was not there then.
    inventory.diagnostics.length === 0 &&
    (last.git === null || last.git === gitKey(gitState(root))) &&
    isSameInventory(inventory, last.inventory)
  )
}

/** Gives what is published, as it is found; null if any of it is not as it was written. */
function standingOutputs(out: string, { outputs }: Manifest): Manifest['outputs'] | null {
  let isSame = true
  const found = new Map<string, OutputRecord>()
  for (const [output, record] of outputs) {
    const current = standing(join(out, output), record)
    if (current === null) return null
    isSame &&= current === record
    found.set(output, current)
  }
  return isSame ? outputs : found
}

/** Records signatures anew, so that the next build has less to read. It is no loss if that cannot be done. */
async function refresh(files: ReturnType<typeof manifestFiles>, manifest: Manifest): Promise<void> {
  try {
    const lock = await takeLock(files.lock, 0)
    try {
      writeManifest(files, manifest)
    } finally {
      lock.release()
    }
  } catch {
    // Another build is under way, or the folder cannot be written to.
  }
}

function asBefore(
  { basePath, counts, diagnostics, inventory }: BuildRecord,
  outputs: Manifest['outputs'],
): Partial<BuildResult> {
  const { posts = 0, pages = 0, drafts = 0, scheduled = 0, expired = 0 } = counts
  const size = outputs.size
  return {
    ok: true,
    basePath,
    diagnostics,
    named: inventory.named.map(([file]) => file),
    outputs: new Map([...outputs].map(([output, { digest }]) => [output, digest])),
    counts: {
      ...noCounts,
      posts,
      pages,
      drafts,
      scheduled,
      expired,
      outputs: size,
      unchanged: size,
      cached: posts + pages,
    },
  }
}

function usageFaults(root: string, out: string): readonly Diagnostic[] {
  if (!isFolder(root)) {
    return [
      diagnostic('usage-is-valid', `There is no folder "${root}".`, {
        hint: 'Name the site\u2019s folder with --root.',
      }),
    ]
  }
  const hasConfig = isThere(join(root, configFile))
  if (!hasConfig && !isFolder(join(root, 'content'))) {
    const hint = 'Call Scholium in the site\u2019s folder, or name it with --root.'
    return [
      diagnostic('usage-is-valid', `"${root}" is not a site: it has neither ${configFile} nor content/.`, {
        hint,
      }),
    ]
  }
  const fault = outputFolderFault(realOrSame(root), realOrSame(out)) ?? outputFolderFault(root, out)
  if (fault !== null) {
    return [
      diagnostic('usage-is-valid', `"${out}" cannot be published to: ${fault}.`, {
        hint: 'Name another folder with --out.',
      }),
    ]
  }
  if (!isBelow(root, out) || !wouldBeOutside(root, resolve(out))) return []
  return [
    diagnostic('usage-is-valid', `"${out}" cannot be published to: ${leadsOut}`, {
      hint: 'Name the folder that it leads to with --out, or remove the link.',
    }),
  ]
}

/**
 * What is kept between builds is written, and the oldest of it removed, in folders whose names are known to all: a link
 * in the place of one would have that done to other files.
 */
function stateFaults(root: string, state: string): readonly Diagnostic[] {
  if (!isBelow(root, state)) return []
  const links = [state, ...linksIn(state), ...linksIn(join(state, 'cache'))].filter(isLink)
  return links.map((path) =>
    diagnostic(
      'output-is-writable',
      `${relative(root, path).split(sep).join('/')} cannot be written to: ${isLedOut(root, path) ? leadsOut : 'it is a link.'}`,
      { hint: 'Remove the link: builds make what they need anew.' },
    ),
  )
}

/** Whether a path is, as it is written, below a folder. */
function isBelow(root: string, path: string): boolean {
  return resolve(path).startsWith(resolve(root) + sep)
}

function statOrNull(path: string): ReturnType<typeof statSync> | null {
  try {
    return statSync(path)
  } catch {
    return null
  }
}

function isFolder(path: string): boolean {
  return statOrNull(path)?.isDirectory() ?? false
}

function realOrSame(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
