/** The files that Scholium makes of a site beside its pages, one part of the program after the other. */
import type { Article } from '../site/article.js'
import type { LinkIndex } from '../site/links.js'
import type { Summary } from '../site/summary.js'
import { feedFiles } from './feeds.js'
import { hostingFiles } from './hosting.js'
import type { MadeFile } from './made-file.js'
import type { Materials } from './materials.js'

/** Gives every file that Scholium makes of a site beside its pages. */
export function* madeFiles(
  materials: Materials,
  index: LinkIndex,
  summaryOf: (article: Article) => Summary,
): Generator<MadeFile> {
  yield* feedFiles(materials, index, summaryOf)
  yield* hostingFiles(materials, index)
}
