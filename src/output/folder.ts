/** The folder that a site is published to: which ones can be. */
import { join, resolve, sep } from 'node:path'
import { stateFolder } from '../layout.js'

/** Says why a folder cannot be published to, or null if it can: it must not hold the site's own sources. */
export function outputFolderFault(root: string, out: string): string | null {
  const [site, folder] = [resolve(root), resolve(out)]
  const holds = (outer: string, inner: string) =>
    inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep)
  if (holds(folder, site)) return 'it is the site itself, or a folder around it'
  if (folder === join(site, stateFolder))
    return 'it is .scholium/, which holds other files than published ones'
  const own = ['content', 'templates', 'assets', 'src', '.git', 'node_modules'].find((name) =>
    holds(join(site, name), folder),
  )
  return own === undefined ? null : `it lies in ${own}/, which holds other files than published ones`
}
