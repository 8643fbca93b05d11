/** What a build is asked for, and what it comes to. */
import type { Diagnostic } from '../diagnostics.js'
import type { ExternalLink } from '../external.js'

export interface BuildOptions {
  /** The site's folder. */
  readonly root: string
  /** The folder to publish to. */
  readonly out: string
  /** Whether drafts and posts whose date is yet to come are published too, and expired ones. */
  readonly drafts: boolean
  /** Whether to rely on nothing of earlier builds: every file is written again. */
  readonly clean?: boolean
  /** Whether to build clean beside it and to report every published file that differs. */
  readonly verify?: boolean
  /** The time that decides which dates are yet to come. */
  readonly now: Date
  /** Whether to publish; if not, all else is done, and the output folder stays as it is. By default it is so. */
  readonly publishes?: boolean
  /** Whether to write the compressed copies that site.yaml asks for. By default it is so; a preview needs none. */
  readonly precompresses?: boolean
  /**
   * Whether to publish the search index, which takes about two milliseconds a post; true if nothing is said. The
   * preview leaves it to `Session.searchIndex`, for when somebody asks for it.
   */
  readonly searchIndex?: boolean
  /**
   * Whether to publish images encoded anew; true if nothing is said. The preview leaves each to `Session.images`, for
   * when a page asks for it.
   */
  readonly encodes?: boolean
  /** Whether to go all the way even where nothing has changed since the last build. */
  readonly again?: boolean
  /** Looks whether links to other sites work, and gives what was found wrong. */
  readonly checkExternal?: (links: readonly ExternalLink[]) => Promise<readonly Diagnostic[]>
  /** How many threads render and make pages; by default as many as the machine has and the work is worth. */
  readonly threads?: number | undefined
  /** Where to keep what later builds need; by default `.scholium` in the root. */
  readonly state?: string
  /** Is told how far the build has come, often. */
  readonly progress?: ((progress: Progress) => void) | undefined
  /** Is told the process id of another build into the same folder, when it has to wait for it. */
  readonly waiting?: ((pid: number) => void) | undefined
}

/** How far a build has come with what takes long. */
export interface Progress {
  readonly step: 'render' | 'cards' | 'images' | 'pages' | 'external'
  /** Bodies rendered, images encoded, pages made or links asked for, of how many. */
  readonly done: number
  readonly total: number
  /** Of the bodies, how many there were already. */
  readonly cached: number
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
  readonly expired: number
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
  /** Files that texts name beside the site's own folders, from its root; also those that are missing. */
  readonly named: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
  /** The text of files that diagnostics name, by file. */
  readonly sources: ReadonlyMap<string, string>
  /** Where the time went: milliseconds by step, in order. */
  readonly timings: ReadonlyMap<string, number>
  /** What published.yaml is to say once this is recorded; null where it was not asked for, or not all could be read. */
  readonly record: string | null
}

/** The counts of a build that came to nothing. */
export const noCounts: BuildCounts = {
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
  expired: 0,
}
