/** Bodies of a site on their way through the threads: known, in the cache, or rendered now. */
import type { Cache } from '../cache.js'
import type { InputFile } from '../content/inventory.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { type BodyJob, descriptionJob, keyOf, type Outline, outlineOf } from '../render/body.js'
import { sizeOf } from '../signature.js'
import { type Ahead, ahead } from './ahead.js'
import type { Crew } from './crew.js'
import { inParts } from './parts.js'
import { type BodySources, type ReadPosts, readJob } from './reading.js'
import type { Progress } from './result.js'
import type { Session } from './session.js'
import type { KeyedJob } from './tasks.js'

/** What bodies are rendered with. */
export interface Rendering extends BodySources {
  readonly documents: readonly InputFile[]
  readonly cache: Cache
  /** The folder of the cache. */
  readonly bodies: string
  readonly workers: Crew
  readonly progress: ((progress: Progress) => void) | undefined
}

export interface RenderedPosts {
  /** By key. */
  readonly outlines: ReadonlyMap<string, Outline>
  /** How many bodies had to be rendered. */
  readonly count: number
  /** Of files that changed in the meantime: what is known of them, and their keys, are of another text. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Gives what renders bodies while others are read; null where there is no thread for that. */
export function aheadBy(isFirst: boolean, rendering: Rendering): Ahead | null {
  if (!isFirst || !rendering.workers.isShared()) return null
  const silent = { ...rendering, progress: undefined }
  return ahead((jobs) => renderAll(jobs, { cached: 0, begun: 0 }, silent), aheadOf)
}

/** Gives the outlines of posts: known, from the cache, or rendered now. */
export async function renderPosts(
  published: readonly { readonly file: string }[],
  { posts, jobs, early }: ReadPosts,
  rendering: Rendering,
): Promise<RenderedPosts> {
  const { documents, cache } = rendering
  const inputs = new Map(documents.map((input) => [input.file, input]))
  const outlines = new Map<string, Outline>()
  const missing = new Map<string, BodyJob>()
  const begun = new Set<string>()
  const diagnostics: Diagnostic[] = []
  for (const { file } of published) {
    const { key, outline = null } = posts.get(file) ?? {}
    if (key === undefined || outlines.has(key) || missing.has(key)) continue
    if (early?.has(key)) {
      begun.add(key)
      continue
    }
    const found = outline ?? outlineIn(cache, key)
    if (found) {
      outlines.set(key, found)
      continue
    }
    const job = jobs.get(file) ?? (await readJob(inputs.get(file), rendering))
    jobs.delete(file)
    if (job) missing.set(key, job)
    else diagnostics.push(changedFault(file))
  }
  const rendered = await Promise.all([
    early?.outlines() ?? new Map<string, Outline>(),
    renderAll(
      [...missing].map(([key, job]) => ({ key, job })),
      { cached: outlines.size, begun: begun.size },
      rendering,
    ),
  ])
  for (const [key, outline] of rendered.flatMap((part) => [...part])) outlines.set(key, outline)
  return { outlines, count: missing.size + begun.size, diagnostics }
}

function outlineIn(cache: Cache, key: string): Outline | null {
  const stored = cache.get(key)
  return stored === null ? null : outlineOf(stored)
}

function changedFault(file: string): Diagnostic {
  return diagnostic('file-is-readable', `${file} changed while the site was built.`, {
    file,
    hint: 'Build again.',
  })
}

/** How many posts are rendered to warm up: as many as it takes until Node has compiled what matters. */
export const triedPosts = 4

/** Renders some posts once more, as they are now, in this thread. Those who write plugins may count on being called when there is need. */
export async function tryBodies(
  files: readonly string[],
  rendering: Rendering,
  { here }: Session,
): Promise<void> {
  const { documents, citing, program, bodies, plugins } = rendering
  if (plugins !== null || !here) return
  for (const file of files) {
    const job = await readJob(
      documents.find((input) => input.file === file),
      rendering,
    )
    if (!job) continue
    const jobs = [{ key: keyOf(job, program), job }]
    await here({ kind: 'bodies', jobs, texts: citing.textsOf([job]), cache: bodies, plugins })
    // Requests to the preview, and saves, have their turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** About how many milliseconds a thread takes for a kilobyte of Markdown. */
const msPerKilobyte = 1

/** About how many milliseconds a thread takes to render documents, by their size on disk. */
export function renderingMs(documents: readonly InputFile[]): number {
  return (documents.reduce((sum, { signature }) => sum + sizeOf(signature), 0) / 1000) * msPerKilobyte
}

/** Kilobytes of Markdown that a thread is sent at a time. */
const kilobytesAtOnce = 48
/** As much is rendered ahead as keeps the most threads busy. */
const aheadOf = { partLength: kilobytesAtOnce * 1000, mostParts: 16 } as const

async function renderAll(
  jobs: readonly KeyedJob[],
  /** How many bodies beside these are in the cache, and how many are being rendered. */
  { cached, begun }: { readonly cached: number; readonly begun: number },
  { bodies, citing, plugins, workers, progress }: Rendering,
): Promise<ReadonlyMap<string, Outline>> {
  const sizes = jobs.map(({ job }) => job.body.length / 1000)
  const tasks = inParts(jobs, (_, index) => sizes[index] ?? 0, kilobytesAtOnce).map((part) => {
    const texts = citing.textsOf(part.map(({ job }) => job))
    return { kind: 'bodies', jobs: part, texts, cache: bodies, plugins } as const
  })
  const total = jobs.length + cached + begun
  let done = cached + begun
  const results = await workers.run(
    tasks,
    sizes.reduce((sum, size) => sum + size, 0) * msPerKilobyte,
    (task) => {
      done += task.jobs.length
      progress?.({ step: 'render', done, total, cached })
    },
  )
  const outlines = results.flat().map((text) => JSON.parse(text) as Outline)
  return new Map(jobs.flatMap(({ key }, index) => (outlines[index] ? [[key, outlines[index]]] : [])))
}

/** Gives the site's description with its formulas as plain text; it is rendered as the excerpt of an empty body. */
export async function describe(rendering: Rendering): Promise<string> {
  const { config, program, cache } = rendering
  if (!/[$\\]/.test(config.description)) return config.description
  const job = descriptionJob(config)
  const key = keyOf(job, program)
  const stored = cache.get(key)
  if (stored !== null) return outlineOf(stored).excerpt
  const rendered = await renderAll(
    [{ key, job }],
    { cached: 0, begun: 0 },
    { ...rendering, progress: undefined },
  )
  return rendered.get(key)?.excerpt ?? config.description
}
