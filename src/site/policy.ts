/**
 * The Content-Security-Policy of a page (https://www.w3.org/TR/CSP3/): it may load what the site itself publishes, run
 * no script and use no style that does not stand in it by hash, and of other sites only what site.yaml names.
 */
import { isAbsoluteUrl } from '../content/permalink.js'
import { type Diagnostic, diagnostic, inFile, type Place } from '../diagnostics.js'
import { authorsFile } from '../layout.js'
import type { Embedded, Inline } from '../markdown/embedded.js'
import type { TemplateName } from './page.js'
import type { Site } from './site.js'

type Sources = Readonly<Partial<Record<string, readonly string[]>>>

/** What a directive that is not given is taken from, before `default-src` (CSP3, section 6.8.3). */
const fallbacks: Readonly<Record<string, readonly string[]>> = {
  'script-src-attr': ['script-src'],
  'style-src-attr': ['style-src'],
  'frame-src': ['child-src'],
}

/** Pagefind is WebAssembly. */
const searching = ["'wasm-unsafe-eval'"]

/**
 * Gives the policy of a page, as it stands in its head: for an attribute in double quotes, where no character of it
 * need be escaped. Null for a site that wants none.
 */
export function policyOf(
  kind: TemplateName,
  csp: Sources | false,
  { styles, scripts }: Inline,
): string | null {
  if (csp === false) return null
  const given: Sources = csp
  const from = (name: string) => given[name] ?? given['default-src'] ?? []
  // A hash would take the force from what allows all that is inline (CSP3, section 6.7.3.2).
  const hashes = (name: string, found: readonly string[]) =>
    from(name).includes("'unsafe-inline'") ? [] : found
  const scriptSources = [...(kind === 'search' ? searching : []), ...hashes('script-src', scripts)]
  const styleSources = hashes('style-src', styles)
  const directives = new Map<string, readonly string[]>([
    ['default-src', given['default-src'] ?? []],
    ['img-src', ['data:', ...from('img-src')]],
    ...(scriptSources.length > 0 ? [['script-src', [...scriptSources, ...from('script-src')]] as const] : []),
    ...(styleSources.length > 0 ? [['style-src', [...styleSources, ...from('style-src')]] as const] : []),
    ['form-action', given['form-action'] ?? []],
  ])
  for (const [name, sources = []] of Object.entries(given)) {
    if (!directives.has(name)) directives.set(name, sources)
  }
  const own = [...directives].map(([name, sources]) =>
    sources.includes("'none'") ? `${name} 'none'` : [name, ...new Set(["'self'", ...sources])].join(' '),
  )
  return [...own, ...(given['base-uri'] ? [] : ["base-uri 'none'"])].join('; ')
}

/**
 * Gives `resource-is-allowed` for what the policy keeps pages from showing or running: in the bodies of posts, the
 * images that their front matter names, and the avatars of authors.
 */
export function policyFaults(site: Site): readonly Diagnostic[] {
  const { posts, pages, authors, config } = site
  const { csp, url: siteUrl } = config
  if (csp === false) return []
  const faultOf = (embedded: Embedded): readonly Diagnostic[] => {
    if (isAllowed(embedded, csp, siteUrl)) return []
    const { directive, url, place } = embedded
    const { message, hint } = url === null ? inlineFault(directive) : resourceFault(directive, url)
    return [diagnostic('resource-is-allowed', message, { place, hint })]
  }
  const image = ({ url, place }: { readonly url: string; readonly place?: Place | undefined }) =>
    isAbsoluteUrl(url) ? faultOf({ directive: 'img-src', url, ...(place && { place }) }) : []
  return [
    ...[...posts, ...pages].flatMap(({ post, outline }) => [
      ...inFile(outline.embedded.flatMap(faultOf), post.file, post.bodyLine),
      ...(post.image ? inFile(image(post.image), post.file) : []),
    ]),
    ...authors.writers.flatMap(({ profile }) =>
      profile.avatar ? inFile(image(profile.avatar), authorsFile) : [],
    ),
  ]
}

function resourceFault(directive: string, url: string) {
  return {
    message: `The page may not load "${url}", which is of another site.`,
    hint: `Copy it into the site, or allow it in site.yaml: csp: { ${directive}: [${originOf(url)}] }.`,
  }
}

function inlineFault(directive: string) {
  const [what, instead] =
    directive === 'script-src-attr' ? ['run the script', 'script'] : ['use the style', 'style']
  return {
    message: `The page may not ${what} in this attribute.`,
    hint: `Write a <${instead}> element instead, or allow it in site.yaml: csp: { ${directive}: ["'unsafe-inline'"] }.`,
  }
}

function isAllowed({ directive, url }: Embedded, csp: Sources, siteUrl: string | null): boolean {
  const names = [directive, ...(fallbacks[directive] ?? []), 'default-src']
  const name = names.find((one) => csp[one] !== undefined)
  const sources = name === undefined ? [] : (csp[name] ?? [])
  if (url === null) return sources.includes("'unsafe-inline'")
  if (
    siteUrl !== null &&
    URL.canParse(url, siteUrl) &&
    new URL(url, siteUrl).origin === new URL(siteUrl).origin
  )
    return true
  return sources.some((source) => matches(source, url))
}

/** Whether a source of a policy matches a URL (CSP3, sections 6.7.2.6 to 6.7.2.12), redirects aside. */
function matches(source: string, written: string): boolean {
  const url = parsed(written)
  if (!url) return false
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:'
  if (source === '*') return isWeb
  if (/^[a-z][a-z\d+.-]*:$/i.test(source)) return sameScheme(source.toLowerCase(), url.protocol)
  const [, scheme, host = '', port, path = ''] =
    /^(?:([a-z][a-z\d+.-]*:)\/\/)?([^:/'"]+)(?::(\d+|\*))?(\/.*)?$/i.exec(source) ?? []
  if (host === '' || !isWeb || (scheme !== undefined && !sameScheme(scheme.toLowerCase(), url.protocol)))
    return false
  const ports = url.port === '' ? [undefined, url.protocol === 'https:' ? '443' : '80', '*'] : [url.port, '*']
  return sameHost(host.toLowerCase(), url.hostname) && ports.includes(port) && samePath(path, url.pathname)
}

function sameScheme(scheme: string, protocol: string): boolean {
  return scheme === protocol || (scheme === 'http:' && protocol === 'https:')
}

function sameHost(host: string, name: string): boolean {
  return host.startsWith('*.') ? name.endsWith(host.slice(1)) : host === '*' || host === name
}

function samePath(path: string, name: string): boolean {
  if (path === '' || path === '/') return true
  return path.endsWith('/') ? name.startsWith(path) : name === path
}

function parsed(url: string): URL | null {
  // What begins with two slashes has the scheme of the page.
  return URL.canParse(url, 'https://invalid.invalid') ? new URL(url, 'https://invalid.invalid') : null
}

function originOf(url: string): string {
  const { origin, protocol } = parsed(url) ?? { origin: 'null', protocol: 'https:' }
  return `"${origin === 'null' ? protocol : origin}"`
}
