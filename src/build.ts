/** `scholium build`: the whole way from sources to the published folder, one step after the other. */
import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { configFile, loadConfig } from './config.js'
import { parsePost } from './content/post.js'
import { readSources } from './content/source.js'
import { type Diagnostic, diagnostic, hasErrors, sorted, withSeverities } from './diagnostics.js'
import {
  beginPublication,
  outputFolderFault,
  type Publication,
  type Published,
  publishFault,
} from './output/publish.js'
import { stageSite } from './output/stage.js'
import { buildStyles } from './output/styles.js'
import { readTemplates } from './output/templates.js'
import { renderBodies } from './render/bodies.js'
import { articleOf } from './site/article.js'
import { selectPosts } from './site/selection.js'
import { assembleSite } from './site/site.js'

export interface BuildOptions {
  /** The site's folder. */
  readonly root: string
  /** The folder to publish to. */
  readonly out: string
  /** Whether drafts and posts whose date is yet to come are published too. */
  readonly drafts: boolean
  /** Whether to rely on nothing of earlier builds: every file is written again. */
  readonly clean?: boolean
  /** The time that decides which dates are yet to come. */
  readonly now: Date
}

export interface BuildCounts {
  /** Posts and pages that are published. */
  readonly posts: number
  readonly pages: number
  /** Files of the published site, of which written, and as they were. */
  readonly outputs: number
  readonly written: number
  readonly unchanged: number
  /** Stale files of our own that were removed. */
  readonly removed: number
  /** Bodies rendered, and taken from the cache. */
  readonly rendered: number
  readonly cached: number
  /** Posts and pages left out. */
  readonly drafts: number
  readonly scheduled: number
}

export interface BuildResult {
  /** Whether the site was published; if not, the output folder is as it was. */
  readonly ok: boolean
  /** Whether what stopped the build is the configuration or the call, not the content. */
  readonly misused: boolean
  readonly out: string
  /** The path of the site's URL: `/` or `/blog/`. */
  readonly basePath: string
  /** Everything published: the SHA-256 digest of its bytes by path below `out`. */
  readonly outputs: ReadonlyMap<string, string>
  readonly counts: BuildCounts
  readonly diagnostics: readonly Diagnostic[]
  /** The text of files that diagnostics may name, by file. */
  readonly sources: ReadonlyMap<string, string>
}

/**
 * Builds a site and publishes it, unless there are errors. All faults of all files are reported together.
 * Throws only for bugs: faults of content, configuration and folders are diagnostics.
 */
export async function build({ root, out, drafts, clean = false, now }: BuildOptions): Promise<BuildResult> {
  const nothing: BuildResult = {
    ok: false,
    misused: true,
    out,
    basePath: '/',
    outputs: new Map(),
    counts: noCounts,
    diagnostics: [],
    sources: new Map(),
  }
  const usage = await usageFaults(root, out)
  if (usage.length > 0) return { ...nothing, diagnostics: usage }
  const loaded = await loadConfig(root)
  const { config } = loaded
  if (!config)
    return { ...nothing, diagnostics: loaded.diagnostics, sources: new Map([[configFile, loaded.text]]) }

  const read = await readSources(root)
  const parsed = read.documents.map((source) => parsePost(source, config))
  const { published, withheld } = selectPosts(
    parsed.map(({ post }) => post),
    { drafts, now },
  )
  const articles = renderBodies(published, config).map((rendered) => articleOf(rendered, now))
  const site = assembleSite(
    config,
    articles.map(({ article }) => article),
    read.statics,
    withheld,
  )
  const [templates, styles] = await Promise.all([readTemplates(root), buildStyles(root)])
  const publication = await beginPublication(root, out, clean).catch(publishFault)
  const staging =
    'diagnostic' in publication
      ? [publication.diagnostic]
      : await stageSite({ root, site, withheld, styles, templates }, publication)

  const found = [
    ...read.diagnostics,
    ...[...parsed, ...articles].flatMap((post) => post.diagnostics),
    ...styles.diagnostics,
    ...templates.diagnostics,
    ...staging,
  ]
  const diagnostics = sorted(withSeverities(withoutEchoes(found), config.rules))
  const result: BuildResult = {
    ...nothing,
    misused: false,
    basePath: config.basePath,
    counts: {
      ...noCounts,
      posts: site.posts.length,
      pages: site.pages.length,
      rendered: articles.length,
      drafts: withheld.filter(({ reason }) => reason === 'draft').length,
      scheduled: withheld.filter(({ reason }) => reason === 'future').length,
    },
    diagnostics,
    sources: new Map([
      ...read.documents.map(({ file, text }): [string, string] => [file, text]),
      ...[...templates.files.values()].map(({ path, source }): [string, string] => [path, source]),
      [configFile, loaded.text],
    ]),
  }
  if ('diagnostic' in publication) return result
  if (hasErrors(diagnostics)) {
    await publication.abandon()
    return result
  }
  const done = await commit(publication)
  if ('diagnostic' in done) return { ...result, diagnostics: [...diagnostics, done.diagnostic] }
  const { outputs, written: fresh, unchanged, removed } = done
  return {
    ...result,
    ok: true,
    outputs,
    counts: { ...result.counts, outputs: outputs.size, written: fresh, unchanged, removed },
  }
}

const noCounts: BuildCounts = {
  posts: 0,
  pages: 0,
  outputs: 0,
  written: 0,
  unchanged: 0,
  removed: 0,
  rendered: 0,
  cached: 0,
  drafts: 0,
  scheduled: 0,
}

async function usageFaults(root: string, out: string): Promise<readonly Diagnostic[]> {
  const isFolder = async (path: string) => (await stat(path).catch(() => null))?.isDirectory() ?? false
  if (!(await isFolder(root))) {
    return [
      diagnostic('usage-is-valid', `There is no folder "${root}".`, {
        hint: 'Name the site\u2019s folder with --root.',
      }),
    ]
  }
  const hasConfig = (await stat(join(root, configFile)).catch(() => null)) !== null
  if (!hasConfig && !(await isFolder(join(root, 'content')))) {
    const hint = 'Call Scholium in the site\u2019s folder, or name it with --root.'
    return [
      diagnostic('usage-is-valid', `"${root}" is not a site: it has neither ${configFile} nor content/.`, {
        hint,
      }),
    ]
  }
  const real = (path: string) => realpath(path).catch(() => path)
  const fault = outputFolderFault(await real(root), await real(out)) ?? outputFolderFault(root, out)
  if (fault === null) return []
  return [
    diagnostic('usage-is-valid', `"${out}" cannot be published to: ${fault}.`, {
      hint: 'Name another folder with --out.',
    }),
  ]
}

/** A post whose front matter cannot be read has no title and no date either: to say so helps nobody. */
function withoutEchoes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unread = new Set(
    diagnostics.flatMap(({ rule, severity, file }) =>
      rule === 'front-matter-is-valid' && severity === 'error' ? [file] : [],
    ),
  )
  return diagnostics.filter(
    ({ rule, file }) => (rule !== 'post-has-title' && rule !== 'post-has-date') || !unread.has(file),
  )
}

async function commit(publication: Publication): Promise<Published | ReturnType<typeof publishFault>> {
  try {
    return await publication.commit()
  } catch (error) {
    await publication.abandon()
    return publishFault(error)
  }
}
