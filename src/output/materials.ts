/** What the outputs of a site are made from. */
import { dirname } from 'node:path/posix'
import type { Cache } from '../cache.js'
import type { Encoding } from '../config.js'
import type { InputFile } from '../content/inventory.js'
import type { PublishedRecord } from '../content/published.js'
import { features } from '../markdown/features.js'
import type { Memory } from '../memory.js'
import type { Article } from '../site/article.js'
import type { RecordedIds } from '../site/feed-id.js'
import { siteFeeds } from '../site/feeds.js'
import { usesMath } from '../site/pages.js'
import type { SiteLinks } from '../site/redirects.js'
import { hasSearch } from '../site/search.js'
import type { Withheld } from '../site/selection.js'
import type { Site } from '../site/site.js'
import type { Summary } from '../site/summary.js'
import type { SiteCards } from './cards.js'
import type { MadeFile } from './made-file.js'
import type { TemplateSet } from './template-set.js'
import type { Theme, ThemeFiles } from './theme.js'

/** All that a site's outputs are made from. */
export interface Materials {
  readonly site: Site
  readonly withheld: readonly Withheld[]
  readonly links: SiteLinks
  readonly cards: SiteCards
  /** Images that are published encoded anew. */
  readonly encoded: readonly MadeFile[]
  /** What has been published before. */
  readonly published: PublishedRecord
  readonly theme: ThemeFiles
  readonly templates: TemplateSet
  /** The site's sources by file. */
  readonly inputs: ReadonlyMap<string, InputFile>
  /** The folder of the cache that holds the bodies. */
  readonly bodies: string
  /** How text is compressed beforehand. */
  readonly precompress: readonly Encoding[]
  /** Where other things are kept that take long to make. */
  readonly cache: Cache
  /** The ids of posts in feeds that were published. */
  readonly recorded: RecordedIds
  /** What earlier builds of the session made. */
  readonly memory: Memory
  /** Whether to rely on nothing of earlier builds. */
  readonly clean: boolean
  /** Whether to publish the search index. */
  readonly searchIndex: boolean
  /** Stands for Scholium itself: the digest of what decides its output. */
  readonly program: string
}

/**
 * Gives the files of the theme that a site needs: KaTeX's, in a folder of their own, only where there are formulas, those
 * of feeds, of the page that searches and of features only where there are these.
 */
export function themeFilesOf(
  { site, theme: { theme } }: Pick<Materials, 'site' | 'theme'>,
  summaryOf: (article: Article) => Pick<Summary, 'features'>,
): Theme['files'] {
  const mathFolder = `${dirname(theme.math)}/`
  const articles = [...site.posts, ...site.pages]
  const hasMath = articles.some(usesMath)
  const used = new Set(articles.flatMap((article) => summaryOf(article).features))
  const unused = new Set([
    ...(siteFeeds(site).length > 0 ? [] : [theme.feed]),
    ...(hasSearch(site) ? [] : Object.values(theme.search)),
    ...features.flatMap((feature) => (used.has(feature) ? [] : Object.values(theme.features[feature]))),
  ])
  return theme.files.filter(
    ({ output }) => (hasMath || !output.startsWith(mathFolder)) && !unused.has(output),
  )
}
