/** The layout of a site on disk, by name. */

/** What the site is, in its root. */
export const configFile = 'site.yaml'

/** Who writes the site, in its root. */
export const authorsFile = 'content/authors.yaml'

/** What earlier builds left behind, in the root: safe to delete, never published. */
export const stateFolder = '.scholium'

/** Where a site is published to, in its root, unless a command names another folder. */
export const outputFolder = 'dist'

/** What has been published where, in the root; see content/published.ts. */
export const publishedFile = 'published.yaml'

/** Hosts that `scholium init --deploy` writes files for. */
export const deployHosts = ['github', 'netlify', 'cloudflare', 'nginx', 'caddy'] as const
export type DeployHost = (typeof deployHosts)[number]
