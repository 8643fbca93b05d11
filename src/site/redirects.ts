/** Old URLs and where they lead now: aliases in front matter, and `redirects:` in site.yaml. */
import type { ConfiguredRedirect } from '../config.js'
import { decodePath, hrefOf, isAbsoluteUrl, type SiteUrl, tidyUrl, urlFault } from '../content/permalink.js'
import type { Post } from '../content/post.js'
import { type Diagnostic, diagnostic, type Place } from '../diagnostics.js'
import { configFile } from '../layout.js'
import { type Memory, noMemory } from '../memory.js'
import { didYouMean } from '../nearest.js'
import { findUrl, indexLinks, type LinkIndex, type Redirect, splitUrl, withheldBecause } from './links.js'
import { madeUrls } from './pages.js'
import type { Withheld } from './selection.js'
import type { Site } from './site.js'

/** The redirects of a site, and what was found wrong with them. */
export interface Redirects {
  /** By source file, then as written. Two may have one URL, which is found out where outputs are claimed. */
  readonly redirects: readonly Redirect[]
  readonly diagnostics: readonly Diagnostic[]
}

/** What the links of a site can lead to, its old URLs included. */
export interface SiteLinks extends Redirects {
  readonly index: LinkIndex
}

/** Gives what the links of a site can lead to; reports as {@link redirectsOf} does. */
export function linksOf(site: Site, withheld: readonly Withheld[], memory: Memory = noMemory): SiteLinks {
  const plain = indexLinks(site, withheld, madeUrls(site), memory)
  const found = redirectsOf(site, plain)
  const redirects = memory.settled('redirects', '', found.redirects)
  const index = memory.kept(
    'link index with redirects',
    '',
    [plain, redirects],
    (): LinkIndex => ({
      ...plain,
      redirects: new Map(redirects.map((redirect) => [redirect.from, redirect])),
    }),
  )
  return { ...found, index }
}

/**
 * Gives the redirects of a site, each to where it leads in the end: what leads to another redirect goes on with it.
 * Reports `url-is-safe` for old URLs that no host could answer, and `redirect-resolves` for redirects that lead
 * nowhere, to themselves, or in a circle.
 */
export function redirectsOf(site: Site, index: LinkIndex): Redirects {
  const diagnostics: Diagnostic[] = []
  const safe = [...aliasesIn(site), ...configuredIn(site)].flatMap((entry): Written[] => {
    const read = oldUrl(entry.text, site.config.url)
    if ('url' in read) return [{ ...entry, from: read.url }]
    diagnostics.push(unsafe(entry, read.fault))
    return []
  })
  const written = new Map(safe.map((entry) => [entry.from, entry]))
  const redirects = safe.flatMap((entry): Redirect[] => {
    const found = destination(entry, written, index)
    const { from, source, file, place } = entry
    if ('end' in found) return [{ from, source, file, place, ...found.end }]
    diagnostics.push(diagnostic('redirect-resolves', found.fault, { file, place, hint: found.hint }))
    return []
  })
  return { redirects: withoutRepetitions(redirects), diagnostics }
}

/** An entry of front matter or of site.yaml. */
interface Entry {
  readonly text: string
  /** Where it leads: a post, or what site.yaml names. */
  readonly target: Pick<Post, 'url'> | ConfiguredRedirect
  readonly source: string
  readonly file: string
  readonly place: Place | undefined
}

type Written = Entry & { readonly from: SiteUrl }
interface Faulty {
  readonly fault: string
  readonly hint?: string | undefined
}

type End = Pick<Redirect, 'to' | 'rest' | 'href' | 'title'>

function aliasesIn({ posts, pages }: Site): readonly Entry[] {
  return [...posts, ...pages].flatMap(({ post }) =>
    post.aliases.map((text) => ({
      text,
      target: post,
      source: `the alias "${text}" of ${post.file}`,
      file: post.file,
      place: post.places.aliases ?? post.places.redirect_from,
    })),
  )
}

function configuredIn({ config }: Site): readonly Entry[] {
  return config.redirects.map((target) => ({
    text: target.from,
    target,
    source: `the redirect "${target.from}" of ${configFile}`,
    file: configFile,
    place: target.place,
  }))
}

/** Gives the URL that an old one is in this site, or says why it cannot be one. */
function oldUrl(
  text: string,
  siteUrl: string | null,
): { readonly url: SiteUrl } | { readonly fault: string } {
  const isOwn = siteUrl !== null && text.startsWith(siteUrl)
  const path = isOwn ? text.slice(siteUrl.length) : text
  if (!isOwn && text.includes('//') && isAbsoluteUrl(text)) return { fault: 'it names a host' }
  if (/[?#]/.test(path)) return { fault: 'a host of files tells no pages apart by what is behind "?" or "#"' }
  const decoded = decodePath(path)
  const fault = urlFault(decoded)
  return fault === null ? { url: tidyUrl(decoded) } : { fault }
}

function unsafe({ text, file, place }: Entry, fault: string): Diagnostic {
  return diagnostic('url-is-safe', `"${text}" cannot be an old URL of this site: ${fault}.`, {
    file,
    place,
    hint: 'Write a path from the site\u2019s root, such as /2019/my-post/.',
  })
}

/** Follows a redirect to its end, or says why it has none. */
function destination(
  entry: Written,
  written: ReadonlyMap<SiteUrl, Written>,
  index: LinkIndex,
): { readonly end: End } | Faulty {
  const way = [entry.from]
  let rest = ''
  for (let at: Written = entry; ; ) {
    if (!('to' in at.target)) {
      const { url } = at.target
      return url === entry.from
        ? {
            fault: `"${entry.text}" is this page\u2019s own URL: it leads to itself.`,
            hint: 'Remove the alias.',
          }
        : { end: endAt(url, rest, index) }
    }
    const { to } = at.target
    if (isAbsoluteUrl(to) && !/^https?:\/\//i.test(to))
      return { fault: `The redirect "${entry.text}" leads to "${to}", which is no page of the web.` }
    if (isAbsoluteUrl(to)) return { end: { to: null, rest: '', href: to, title: to } }
    const { path, rest: own } = splitUrl(to)
    rest ||= own
    const next = findUrl(path, root, { ...index, redirects: written }, 'root')
    if (next === null) return leadsNowhere(entry, path, index)
    if (index.urls.has(next) && next !== entry.from) return { end: endAt(next, rest, index) }
    const following = written.get(next)
    way.push(next)
    if (!following || way.indexOf(next) < way.length - 1)
      return { fault: `The redirect "${entry.text}" leads in a circle: ${way.join(' \u2192 ')}.` }
    at = following
  }
}

const root = { file: '', url: '/' }

function endAt(to: SiteUrl, rest: string, { urls, basePath }: LinkIndex): End {
  const href = hrefOf(to, basePath) + rest
  return { to, rest, href, title: urls.get(to)?.title ?? href }
}

function leadsNowhere({ text }: Written, path: string, { withheld, urls }: LinkIndex): Faulty {
  const reason = withheld.get(path.replace(/^\/+/, '').normalize('NFC'))
  return reason === undefined
    ? {
        fault: `The redirect "${text}" leads to "${path}", which is not in this site.`,
        hint: didYouMean(path, urls.keys()),
      }
    : {
        fault: `The redirect "${text}" leads to "${path}", which is not published: ${withheldBecause[reason]}.`,
      }
}

/** Says once what is said twice, as an alias under both `aliases` and `redirect_from`. */
function withoutRepetitions(redirects: readonly Redirect[]): readonly Redirect[] {
  const known = new Map<string, Redirect>()
  for (const redirect of redirects) {
    const key = `${redirect.from}\n${redirect.href}`
    known.set(key, known.get(key) ?? redirect)
  }
  return [...known.values()]
}
