/** The files that Scholium makes of a site beside its pages, one part of the program after the other. */
import type { Article } from '../site/article.js'
import type { Summary } from '../site/summary.js'
import { feedFiles } from './feeds.js'
import { hostingFiles } from './hosting.js'
import { llms } from './llms.js'
import type { MadeFile } from './made-file.js'
import { markdownSources } from './markdown-source.js'
import type { Materials } from './materials.js'
import { robots } from './robots.js'
import { sitemap } from './sitemap.js'

/**
 * Gives every file that Scholium makes of a site beside its pages. Files at the site's root that it has of its own
 * (robots.txt, for one, in content/pages) stand in the place of those made here.
 */
export function* madeFiles(
  materials: Materials,
  summaryOf: (article: Article) => Summary,
): Generator<MadeFile> {
  const { site, links, cards, encoded } = materials
  yield* feedFiles(materials, links.index, summaryOf)
  const own = new Set(site.files.map(({ output }) => output))
  const atRoot = [...sitemap(materials), ...robots(materials), ...llms(materials, summaryOf)]
  yield* atRoot.filter(({ output }) => !own.has(output))
  yield* cards.files
  yield* encoded
  yield* markdownSources(materials, summaryOf)
  yield* hostingFiles(materials, links.index, summaryOf)
}
