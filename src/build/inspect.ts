/** What can be said of a site only when all of its outputs are made: which assets nothing refers to, what pages weigh. */
import type { Budgets } from '../config.js'
import type { NamedFiles } from '../content/named-files.js'
import { outputOf } from '../content/permalink.js'
import type { Diagnostic } from '../diagnostics.js'
import type { Materials } from '../output/materials.js'
import type { Taken } from '../output/publish.js'
import type { Article } from '../site/article.js'

/** A build whose outputs are staged, or published already. */
interface Outputs {
  readonly materials: Materials
  readonly articles: readonly Article[]
  readonly named: NamedFiles
  readonly taken: () => readonly Taken[]
  readonly timed: <T>(step: string, work: () => Promise<T>) => Promise<T>
}

/**
 * Reports `asset-is-used` where nothing is published, since it reads every page, and `page-fits-budget` where images are
 * made as they are published.
 */
export async function inspectOutputs(
  { publishes, encodes }: { readonly publishes: boolean; readonly encodes: boolean },
  { materials, articles, named, taken, timed }: Outputs,
): Promise<readonly Diagnostic[]> {
  const { site, cache } = materials
  const { budgets } = site.config
  const unused = async () => {
    const { unusedAssets } = await import('../output/unused-assets.js')
    return unusedAssets(materials, taken(), named.taken().keys())
  }
  const overweight = async () => {
    const { overweightPages } = await import('../output/weight.js')
    const sources = new Map(articles.map(({ post }) => [outputOf(post.url).normalize('NFC'), post.file]))
    const sourceOf = (output: string) => sources.get(output) ?? null
    return overweightPages(budgets, site.config, taken(), { cache, sourceOf })
  }
  const weighs = Object.keys(budgets.limits).length > 0 && (encodes || !publishes)
  return [
    ...(publishes ? [] : await timed('inspect', unused)),
    ...(weighs ? await timed('weigh', overweight) : []),
  ]
}

/** Whether a build needs its images encoded: to publish them, or, in a check, since budgets ask for their weight. */
export function needsEncoded(
  { publishes, encodes }: { readonly publishes: boolean; readonly encodes: boolean },
  { limits: { images, total } }: Budgets,
): boolean {
  return encodes || (!publishes && (images ?? total) !== undefined)
}
