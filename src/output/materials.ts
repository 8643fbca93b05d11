/** What the outputs of a site are made from. */
import type { InputFile } from '../content/inventory.js'
import type { Withheld } from '../site/selection.js'
import type { Site } from '../site/site.js'
import type { TemplateSet } from './template-set.js'
import type { ThemeFiles } from './theme.js'

/** All that a site's outputs are made from. */
export interface Materials {
  readonly site: Site
  readonly withheld: readonly Withheld[]
  readonly theme: ThemeFiles
  readonly templates: TemplateSet
  /** The site's sources by file. */
  readonly inputs: ReadonlyMap<string, InputFile>
  /** The folder of the cache that holds the bodies. */
  readonly bodies: string
  /** Stands for Scholium itself: the digest of what decides its output. */
  readonly program: string
}
