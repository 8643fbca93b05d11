/** The layout of a site on disk, by name. */

/** What the site is, in its root. */
export const configFile = 'site.yaml'

/** Who writes the site, in its root. */
export const authorsFile = 'content/authors.yaml'

/** What earlier builds left behind, in the root: safe to delete, never published. */
export const stateFolder = '.scholium'
