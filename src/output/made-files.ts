/** The files that Scholium makes of a site beside its pages, one part of the program after the other. */
import type { LinkIndex } from '../site/links.js'
import { hostingFiles } from './hosting.js'
import type { MadeFile } from './made-file.js'
import type { Materials } from './materials.js'

/** Gives every file that Scholium makes of a site beside its pages. */
export function* madeFiles(materials: Materials, index: LinkIndex): Generator<MadeFile> {
  yield* hostingFiles(materials, index)
}
