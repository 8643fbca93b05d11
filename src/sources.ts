/** What may be loaded of other sites: the sources of a Content-Security-Policy, as site.yaml names them. */
import type { Config } from './config.js'

/** Sources by directive: `{ 'img-src': ['https://images.example.org'] }`. */
export type Sources = Readonly<Partial<Record<string, readonly string[]>>>

/** What a directive that is not given is taken from, before `default-src` (CSP3, section 6.8.3). */
const fallbacks: Readonly<Record<string, readonly string[]>> = {
  'script-src-attr': ['script-src'],
  'style-src-attr': ['style-src'],
  'frame-src': ['child-src'],
}

/**
 * Gives what texts by strangers may load of other sites, null for those who may write any HTML. A site without a policy
 * names no sources.
 */
export function sourcesForStrangers({
  markdown: { html },
  csp,
}: Pick<Config, 'csp'> & { readonly markdown: Pick<Config['markdown'], 'html'> }): Sources | null {
  if (html === 'allow') return null
  return csp === false ? {} : csp
}

/** Gives the sources of a directive; none where it says nothing. */
export function sourcesOf(directive: string, sources: Sources): readonly string[] {
  const names = [directive, ...(fallbacks[directive] ?? []), 'default-src']
  const name = names.find((one) => sources[one] !== undefined)
  return name === undefined ? [] : (sources[name] ?? [])
}

/** Whether what is at an absolute URL may be loaded: the site's own, and what its sources name. */
export function mayLoad(directive: string, url: string, sources: Sources, siteUrl: string | null): boolean {
  if (
    siteUrl !== null &&
    URL.canParse(url, siteUrl) &&
    new URL(url, siteUrl).origin === new URL(siteUrl).origin
  )
    return true
  return sourcesOf(directive, sources).some((source) => matches(source, url))
}

/** Says what is wrong with something that may not be loaded, and what to do about it. */
export function loadFault(
  directive: string,
  url: string,
): { readonly message: string; readonly hint: string } {
  return {
    message: `The page may not load "${url}", which is of another site.`,
    hint: `Copy it into the site, or allow it in site.yaml: csp: { ${directive}: [${originOf(url)}] }.`,
  }
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
