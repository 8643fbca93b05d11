/**
 * The Content-Security-Policy of a page (https://www.w3.org/TR/CSP3/): it may load what the site itself publishes, run
 * no script and use no style that does not stand in it by hash, and of other sites only what site.yaml names.
 */
import { isAbsoluteUrl } from '../content/permalink.js'
import { type Diagnostic, diagnostic, inFile, type Place } from '../diagnostics.js'
import { authorsFile } from '../layout.js'
import type { Embedded, Inline } from '../markdown/embedded.js'
import { loadFault, mayLoad, type Sources, sourcesOf } from '../sources.js'
import type { TemplateName } from './page.js'
import type { Site } from './site.js'

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
    const { directive, url, place } = embedded
    const isAllowed =
      url === null
        ? sourcesOf(directive, csp).includes("'unsafe-inline'")
        : mayLoad(directive, url, csp, siteUrl)
    if (isAllowed) return []
    const { message, hint } = url === null ? inlineFault(directive) : loadFault(directive, url)
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

function inlineFault(directive: string) {
  const [what, instead] =
    directive === 'script-src-attr' ? ['run the script', 'script'] : ['use the style', 'style']
  return {
    message: `The page may not ${what} in this attribute.`,
    hint: `Write a <${instead}> element instead, or allow it in site.yaml: csp: { ${directive}: ["'unsafe-inline'"] }.`,
  }
}
