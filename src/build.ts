/** `scholium build`: the whole way from sources to the published folder, one step after the other. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Config, configFile, loadConfig } from './config.js'
import { type Post, parsePost } from './content/post.js'
import { readSources, type SourceFile } from './content/source.js'
import { type Diagnostic, diagnostic, hasErrors, inFile, sorted, withSeverities } from './diagnostics.js'
import { renderer } from './markdown/pipeline.js'
import { theoremKinds } from './markdown/theorems.js'
import {
  beginPublication,
  outputFolderFault,
  type Publication,
  PublishError,
  type Published,
} from './output/publish.js'
import { buildStyles, type StyledAssets } from './output/styles.js'
import { readTemplates, templateRenderer } from './output/templates.js'
import { type Article, articleOf } from './site/article.js'
import { indexLinks } from './site/links.js'
import type { Page } from './site/page.js'
import { madeUrls, pagesOf, siteData, siteDataAt } from './site/pages.js'
import { assembleSite, type Site, type Withheld } from './site/site.js'
import { version } from './version.js'

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
  const { articles, diagnostics: rendering } = renderPosts(published, config, now)
  const site = assembleSite(config, articles, read.statics, withheld)

  const templates = await readTemplates(root)
  const styles = await buildStyles(root)
  const publication = await beginPublication(root, out, clean).catch(publishFault)
  if ('diagnostic' in publication)
    return { ...nothing, misused: false, diagnostics: [publication.diagnostic] }
  const written = await applyTemplates({ site, withheld, styles, templates, publication, root })
  const diagnostics = sorted(
    withSeverities(
      [
        ...read.diagnostics,
        ...parsed.flatMap((post) => post.diagnostics),
        ...rendering,
        ...styles.diagnostics,
        ...written,
      ],
      config.rules,
    ),
  )
  const counts: BuildCounts = {
    ...noCounts,
    posts: site.posts.length,
    pages: site.pages.length,
    rendered: articles.length,
    drafts: withheld.filter(({ reason }) => reason === 'draft').length,
    scheduled: withheld.filter(({ reason }) => reason === 'future').length,
  }
  const sources = new Map([
    ...read.documents.map(({ file, text }: SourceFile): [string, string] => [file, text]),
    ...[...templates.files.values()].map(({ path, source }): [string, string] => [path, source]),
    [configFile, loaded.text],
  ])
  const result: BuildResult = {
    ...nothing,
    misused: false,
    basePath: config.basePath,
    counts,
    diagnostics,
    sources,
  }
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
    counts: { ...counts, outputs: outputs.size, written: fresh, unchanged, removed },
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
  const fault = outputFolderFault(root, out)
  if (fault === null) return []
  return [
    diagnostic('usage-is-valid', `"${out}" cannot be published to: ${fault}.`, {
      hint: 'Name another folder with --out.',
    }),
  ]
}

/** Parts what is published from drafts and from posts whose date is yet to come. */
function selectPosts(
  posts: readonly Post[],
  { drafts, now }: Pick<BuildOptions, 'drafts' | 'now'>,
): { published: readonly Post[]; withheld: readonly Withheld[] } {
  const withheld = drafts
    ? []
    : posts.flatMap((post): Withheld[] => {
        if (post.draft) return [{ post, reason: 'draft' }]
        return isFuture(post, now) ? [{ post, reason: 'future' }] : []
      })
  const out = new Set(withheld.map(({ post }) => post))
  return { published: posts.filter((post) => !out.has(post)), withheld }
}

function isFuture(post: Post, now: Date): boolean {
  return post.date !== null && post.date.epoch > now.getTime()
}

function renderPosts(
  posts: readonly Post[],
  config: Config,
  now: Date,
): { articles: readonly Article[]; diagnostics: readonly Diagnostic[] } {
  const rendererOf = rendererByOptions()
  const made = posts.map((post) => {
    const options = renderOptions(config, post)
    const rendered = rendererOf(options)(post.body, post.title)
    const { article, diagnostics } = articleOf(post, rendered, options.math, isFuture(post, now))
    return {
      article,
      diagnostics: [...inFile(rendered.diagnostics, post.file, post.bodyLine), ...diagnostics],
    }
  })
  return {
    articles: made.map(({ article }) => article),
    diagnostics: made.flatMap(({ diagnostics }) => diagnostics),
  }
}

type RendererOptions = Parameters<typeof renderer>[0]

/** Most posts have the site's options: a renderer is made once for each set of them. */
function rendererByOptions(): (options: RendererOptions) => ReturnType<typeof renderer> {
  const made = new Map<string, ReturnType<typeof renderer>>()
  return (options) => {
    const key = JSON.stringify(options)
    const render = made.get(key) ?? renderer(options)
    made.set(key, render)
    return render
  }
}

/** Gives what reaches a post's body from outside: the site's options, with the post's own over them. */
function renderOptions(config: Config, { math, macros }: Post): RendererOptions {
  const own = Object.fromEntries(Object.entries(math).filter(([, value]) => value !== undefined))
  return {
    siteUrl: config.url,
    smartPunctuation: config.markdown.smartPunctuation,
    math: { ...config.math, ...own, macros: { ...config.math.macros, ...math.macros, ...macros } },
    theorems: { ...theoremKinds, ...config.theorems },
  }
}

interface Making {
  readonly site: Site
  readonly withheld: readonly Withheld[]
  readonly styles: StyledAssets
  readonly templates: Awaited<ReturnType<typeof readTemplates>>
  readonly publication: Publication
  readonly root: string
}

/** Makes every page and stages it with the other files; gives what was found wrong. */
async function applyTemplates(making: Making): Promise<readonly Diagnostic[]> {
  const { site, withheld, styles, templates, publication, root } = making
  const index = indexLinks(site, withheld, madeUrls(site))
  const { data, diagnostics } = siteData(site, index)
  const { render } = templateRenderer(templates)
  const { basePath } = site.config
  const assets = { css: basePath + styles.css, math: basePath + styles.math, js: basePath + styles.js }
  const found: Diagnostic[] = [...diagnostics]
  const claims = new Map<string, string>()
  const stage = async (
    output: string,
    source: string,
    content: () => Parameters<Publication['stage']>[1] | null,
  ) => {
    const key = output.normalize('NFC').toLowerCase()
    const rival = claims.get(key)
    if (rival !== undefined) {
      found.push(collision(output, rival, source))
      return
    }
    claims.set(key, source)
    const made = content()
    if (made) await publication.stage(output, made)
  }
  for (const { output, bytes } of styles.files)
    await stage(output, `the theme's ${output}`, () => ({ bytes }))
  for (const { file, output } of site.files) await stage(output, file, () => ({ copyOf: join(root, file) }))
  for (const { page, diagnostics: own } of pagesOf(site, index)) {
    found.push(...own)
    await stage(page.output, page.source, () => {
      const templated = render(`${page.template}.html`, pageData(page, data, assets))
      if ('html' in templated) return { bytes: templated.html }
      found.push(templated.diagnostic)
      return null
    })
  }
  return found
}

function pageData({ page, data }: Page, site: Parameters<typeof siteDataAt>[0], assets: object): object {
  return { ...data, page, assets, site: siteDataAt(site, page.url), generator: `Scholium ${version}` }
}

function collision(output: string, first: string, second: string): Diagnostic {
  const url = `/${output.replace(/(^|\/)index\.html$/, '$1')}`
  return diagnostic('url-is-unique', `Both ${first} and ${second} would be published at ${url}.`, {
    ...(second.startsWith('content/') && { file: second, place: { line: 1, column: 1 } }),
    hint: 'Give one of them another slug or permalink.',
  })
}

async function commit(publication: Publication): Promise<Published | Fault> {
  try {
    return await publication.commit()
  } catch (error) {
    await publication.abandon()
    return publishFault(error)
  }
}

interface Fault {
  readonly diagnostic: Diagnostic
}

/** What the disk or the folder refused is a diagnostic; anything else is a bug. */
function publishFault(error: unknown): Fault {
  if (!(error instanceof PublishError) && (error as NodeJS.ErrnoException).code === undefined) throw error
  return { diagnostic: diagnostic('output-is-writable', (error as Error).message) }
}
