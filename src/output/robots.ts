/** robots.txt (RFC 9309): all may be read, and here is the sitemap. */
import { readFile } from 'node:fs/promises'
import { absoluteUrl } from '../content/permalink.js'
import { digestOf } from '../digest.js'
import type { MadeFile } from './made-file.js'
import type { Materials } from './materials.js'

/** A site's own, in the folder where people put files: published at the root, since it is read nowhere else. */
const ownFile = 'assets/robots.txt'

/**
 * Gives the robots.txt of a site: its own, or one that names the sitemap. None is made where the site's URL is not
 * known, or lies below a path: crawlers ask for it at the root of the host alone.
 */
export function robots({
  site,
  inputs,
  program,
}: Pick<Materials, 'site' | 'inputs' | 'program'>): MadeFile[] {
  const output = 'robots.txt'
  const own = inputs.get(ownFile)
  if (own) return [{ output, source: ownFile, key: own.digest, make: () => readFile(own.path) }]
  const { url, basePath } = site.config
  if (url === null || basePath !== '/') return []
  const text = `User-agent: *\nAllow: /\n\nSitemap: ${absoluteUrl('/sitemap.xml', url)}\n`
  return [{ output, source: 'the robots.txt', key: digestOf(program + text), make: async () => text }]
}
