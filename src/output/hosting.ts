/** The files that hosts read: their redirects and headers, each in the host's own format. */
import type { Host } from '../config.js'
import { encodePath, hrefOf } from '../content/permalink.js'
import { digestOf } from '../digest.js'
import type { Article } from '../site/article.js'
import type { LinkIndex, Redirect } from '../site/links.js'
import { encodedFolder } from '../site/picture.js'
import { indexFolder, searchBundles } from '../site/search.js'
import type { Summary } from '../site/summary.js'
import { cardFolder } from './cards.js'
import { wordsSheet } from './feeds.js'
import type { MadeFile } from './made-file.js'
import { type Materials, themeFilesOf } from './materials.js'

/** What hosts are told of a site. */
export interface HostRules {
  /** The path that the site is below: `/` or `/blog/`. */
  readonly basePath: string
  /** By old URL, in code-unit order. */
  readonly redirects: readonly Redirect[]
  /** Paths below the output folder of files whose names change with their bytes. */
  readonly fingerprinted: readonly string[]
  /**
   * Folders that hold such files alone, with a slash at their ends; a part that begins with a colon stands for any name,
   * as it does to the hosts. They are few, however large the site is: Cloudflare reads a hundred rules.
   */
  readonly fingerprintedFolders: readonly string[]
}

/**
 * What every answer says beside its own headers: only what a page cannot say of itself. Who may frame it is the one thing
 * that its own policy cannot hold (CSP3, section 3.3), and a second policy that says nothing else takes nothing from the
 * first. There is no Permissions-Policy: what it could deny to frames of other sites they do not have anyway, unless the
 * author lets in the frame and hands it on.
 */
export const securityHeaders: readonly (readonly [name: string, value: string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'strict-origin-when-cross-origin'],
  ['Content-Security-Policy', "frame-ancestors 'self'"],
]

/** For files whose names change with their bytes. All other answers are to be asked for anew, as these hosts say by themselves. */
export const cachedForEver = 'public, max-age=31536000, immutable'

/**
 * Gives the files that the hosts of a site read. A file of that name in content/pages takes the place of one: the
 * pages at old URLs lead on without it.
 */
export function* hostingFiles(
  materials: Materials,
  { redirects }: LinkIndex,
  summaryOf: (article: Article) => Summary,
): Generator<MadeFile> {
  const { config, files } = materials.site
  const hosts = config.hosting.on
  if (hosts.length === 0) return
  const own = new Set(files.map(({ output }) => output))
  const sheet = wordsSheet(materials.site)
  const rules: HostRules = {
    basePath: config.basePath,
    redirects: [...redirects.values()].sort((a, b) => (a.from < b.from ? -1 : 1)),
    fingerprinted: [...themeFilesOf(materials, summaryOf), ...(sheet ? [sheet] : [])].map(
      ({ output }) => output,
    ),
    fingerprintedFolders: fingerprintedFolders(materials, summaryOf).filter(
      // A file that an author puts there has no digest in its name.
      (folder) => !files.some(({ output }) => output.startsWith(folder.replace(/:.*/, ''))),
    ),
  }
  for (const [output, text] of hostTexts(hosts, rules)) {
    if (own.has(output)) continue
    const make = () => Promise.resolve(text)
    yield { output, source: `the ${output} for ${hosts.join(', ')}`, key: digestOf(text), make }
  }
}

/** Gives the folders of a site whose files all have digests for names. */
function fingerprintedFolders(
  { site, cards, encoded }: Materials,
  summaryOf: (article: Article) => Summary,
): readonly string[] {
  const [first, second] = searchBundles(site, (article) => summaryOf(article).listed)
  const bundles = [...(first ? [''] : []), ...(second ? [':bundle/'] : [])]
  return [
    ...bundles.flatMap((bundle) => partsOfIndex.map((part) => `${indexFolder}/${bundle}${part}/`)),
    ...(encoded.length > 0 ? [`${encodedFolder}/`] : []),
    ...(cards.files.length > 0 ? [`${cardFolder}/`] : []),
  ]
}

/** The folders of a bundle of the search index whose files have digests for names. */
const partsOfIndex = ['index', 'fragment', 'filter'] as const

/** Whether an output is read by a host, and by nobody else. */
export function isHostFile(output: string): boolean {
  return /^(\.nojekyll|_headers|_redirects(\.\w+)?|vercel\.json)$/.test(output)
}

/**
 * Names at the root of a site that hosts read as settings: Netlify's and Cloudflare's `_headers` and `_redirects`,
 * Cloudflare's `_routes.json` and `_worker.js` (https://developers.cloudflare.com/pages/), GitHub's `CNAME`, and the
 * settings of Vercel, Netlify, Wrangler, IIS and Azure.
 */
const settingsOfHosts =
  /^(?:_headers|_redirects|_routes\.json|_worker\.js|CNAME|vercel\.json|netlify\.toml|wrangler\.(?:toml|jsonc?)|web\.config|staticwebapp\.config\.json)$/

/**
 * Says why some hosts do not show a page of the site, by its path below the output folder, or null if all do. What begins with
 * a dot is hidden, but for `.well-known` at the root (RFC 8615).
 */
export function hostFault(output: string): string | null {
  if (!/\.html?$/i.test(output)) return null
  const segments = output.split('/')
  const hidden = segments.find(
    (segment, at) => segment.startsWith('.') && !(at === 0 && segment === '.well-known'),
  )
  if (hidden !== undefined) return `"${hidden}" begins with a dot, and is hidden`
  const [first = ''] = segments
  return segments.length > 1 && settingsOfHosts.test(first)
    ? `"${first}" is a name that they read settings from`
    : null
}

/** Gives the texts of the files that hosts read, by path below the output folder. */
export function hostTexts(hosts: readonly Host[], rules: HostRules): ReadonlyMap<string, string> {
  const has = (...names: readonly Host[]) => names.some((name) => hosts.includes(name))
  const moved = rules.redirects.length > 0
  const texts: readonly (readonly [wanted: boolean, output: string, text: () => string])[] = [
    [has('github'), '.nojekyll', () => ''],
    [has('netlify', 'cloudflare') && moved, '_redirects', () => redirectsFile(rules, !has('cloudflare'))],
    [has('netlify', 'cloudflare'), '_headers', () => headersFile(rules)],
    [has('vercel'), 'vercel.json', () => vercelFile(rules)],
    [has('nginx') && moved, '_redirects.nginx', () => nginxRedirects(rules)],
    [has('caddy') && moved, '_redirects.caddy', () => caddyRedirects(rules)],
  ]
  return new Map(texts.flatMap(([wanted, output, text]) => (wanted ? [[output, text()] as const] : [])))
}

/**
 * The `_redirects` that Netlify and Cloudflare Pages read. Netlify answers with a file where there is one, and there is a
 * page at every old URL, so each rule is forced there. Cloudflare, which always redirects, does not know that mark.
 */
function redirectsFile({ redirects, basePath }: HostRules, forced: boolean): string {
  const status = forced ? '301!' : '301'
  return lines(
    redirects.map(({ from, href }) => `${literal(hrefOf(from, basePath))} ${literal(href)} ${status}`),
  )
}

/** In these files a star and a colon stand for any text. */
function literal(url: string): string {
  return url.replace(/\*/g, '%2A').replace(/\/:/g, '/%3A')
}

/** The `_headers` that Netlify and Cloudflare Pages read. No path has a header by two rules: they would be joined. */
function headersFile({ fingerprinted, fingerprintedFolders, basePath }: HostRules): string {
  const kept = [
    ...fingerprinted.map((output) => literal(hrefOf(`/${output}`, basePath))),
    ...fingerprintedFolders.map((folder) => `${literal(encodePath(basePath))}${folder}*`),
  ]
  return lines([
    `${literal(encodePath(basePath))}*`,
    ...securityHeaders.map(([name, value]) => `  ${name}: ${value}`),
    ...kept.flatMap((path) => [path, `  Cache-Control: ${cachedForEver}`]),
  ])
}

function vercelFile({ redirects, fingerprinted, fingerprintedFolders, basePath }: HostRules): string {
  const kept = [
    ...fingerprinted.map((output) => pattern(hrefOf(`/${output}`, basePath))),
    ...fingerprintedFolders.map((folder) => `${pattern(encodePath(basePath))}${folder}(.*)`),
  ]
  const header = ([key, value]: readonly [string, string]) => ({ key, value })
  const settings = {
    $schema: 'https://openapi.vercel.sh/vercel.json',
    trailingSlash: true,
    redirects: redirects.map(({ from, href }) => ({
      source: pattern(hrefOf(from, basePath)),
      destination: href.replace(/^https?:\/\/[^/]*|[:*]/gi, (part) =>
        part.length > 1 ? part : encode(part),
      ),
      statusCode: 301,
    })),
    headers: [
      { source: `${pattern(encodePath(basePath))}(.*)`, headers: securityHeaders.map(header) },
      ...kept.map((source) => ({ source, headers: [header(['Cache-Control', cachedForEver])] })),
    ],
  }
  return `${JSON.stringify(settings, null, 2)}\n`
}

/** Gives a path as a pattern of path-to-regexp that matches it alone. */
function pattern(path: string): string {
  return path.replace(/[()[\]{}:*+?.\\^$|!]/g, '\\$&')
}

/** A file for `include` within a `server` of nginx, which compares the path without percent escapes. */
function nginxRedirects({ redirects, basePath }: HostRules): string {
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
  return lines(
    redirects.map(
      ({ from, href }) =>
        `location = ${quoted(basePath + from.slice(1))} { return 301 ${quoted(href.replace(/\$/g, encode))}; }`,
    ),
  )
}

/** A file for `import` within a site of a Caddyfile. */
function caddyRedirects({ redirects, basePath }: HostRules): string {
  const quoted = (text: string) => `"${text.replace(/[*{}"\\]/g, encode)}"`
  return lines(
    redirects.map(({ from, href }) => `redir ${quoted(hrefOf(from, basePath))} ${quoted(href)} permanent`),
  )
}

function encode(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
