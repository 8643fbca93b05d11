/** Where a post or a page is published: permalink patterns → URLs, URLs → files and hrefs. */
import { isDeviceName, slugify } from './slug.js'

/**
 * A URL of the site, from its root and not percent-encoded: `/posts/a/`, `/a.html`, `/分布/`. It starts with a
 * slash and has no empty, `.` or `..` segment.
 */
export type SiteUrl = string

/** What fills a permalink pattern. Fields that a post lacks are left out with their slash. */
export interface PermalinkFields {
  readonly slug: string
  /** The file's own name, without date and ending. */
  readonly name: string
  readonly category: string | null
  readonly date: { readonly year: number; readonly month: number; readonly day: number } | null
}

/** Gives the URL of a pattern such as `/:year/:month/:slug/`; see `permalinkFields` in config.ts. */
export function permalinkOf(pattern: string, fields: PermalinkFields): SiteUrl {
  const two = (number: number) => String(number).padStart(2, '0')
  const values: Readonly<Record<string, string | null>> = {
    slug: fields.slug,
    name: slugify(fields.name),
    category: fields.category === null ? null : slugify(fields.category),
    year: fields.date ? String(fields.date.year).padStart(4, '0') : null,
    month: fields.date ? two(fields.date.month) : null,
    day: fields.date ? two(fields.date.day) : null,
  }
  return tidyUrl(
    pattern.replace(/:([a-z]+)/g, (whole, field: string) =>
      Object.hasOwn(values, field) ? (values[field] ?? '') : whole,
    ),
  )
}

/** Gives a URL path in its one form: one slash between segments, one at the end unless it names an HTML file. */
export function tidyUrl(path: string): SiteUrl {
  const url = `/${path}`.replace(/\/{2,}/g, '/').normalize('NFC')
  return url.endsWith('/') || /\.html?$/i.test(url) ? url : `${url}/`
}

/** Says why a path cannot be a URL of the site, or null if it can. */
export function urlFault(path: string): string | null {
  const segments = path.split('/')
  if (segments.some((segment) => segment === '.' || segment === '..'))
    return 'it leaves its folder with "." or ".."'
  if (/\p{Cc}|\\|\p{Cs}|[\uFFFD\u202A-\u202E\u2066-\u2069]/u.test(path))
    return 'it holds a backslash or a character that cannot be shown'
  if (segments.some((segment) => Buffer.byteLength(segment) > 255))
    return 'a part of it is longer than a file name may be (255 bytes)'
  if (Buffer.byteLength(path) > longestPath) return `it is longer than a path may be (${longestPath} bytes)`
  return null
}

/** Says why a path of the site cannot be one of files on every system, or null if it can: Windows takes fewer names. */
export function portabilityFault(path: string): string | null {
  for (const segment of path.split('/')) {
    const [sign] = /[<>:"|?*\\]|\p{Cc}/u.exec(segment) ?? []
    if (sign !== undefined) return `no file name holds ${JSON.stringify(sign)} on Windows`
    if (isDeviceName(segment)) return `"${segment}" is the name of a device on Windows`
    if (/[. ]$/.test(segment)) return `no file name ends with a dot or a space on Windows: "${segment}"`
  }
  return null
}

/** Systems let a path have about a thousand bytes at the least (macOS 1024), the folders above the site's among them. */
const longestPath = 800

/** Gives the file that a URL is published as, below the output folder. */
export function outputOf(url: SiteUrl): string {
  return url.endsWith('/') ? `${url.slice(1)}index.html` : url.slice(1)
}

/** Gives the file that the Markdown of a URL is published as: `posts/a/index.md`, or `a.md` for `/a.html`. */
export function markdownOutputOf(url: SiteUrl): string {
  return outputOf(url).replace(/\.html?$/i, '.md')
}

/** Gives a URL of the site as it stands in an href: percent-encoded, below the base path (`/` or `/blog/`). */
export function hrefOf(url: SiteUrl, basePath: string): string {
  return encodePath(basePath + url.slice(1))
}

/** Gives a URL of the site with the site's own URL before it, which ends with a slash. */
export function absoluteUrl(url: SiteUrl, siteUrl: string): string {
  return new URL(siteUrl + hrefOf(url, '/').slice(1)).href
}

/** Gives a path percent-encoded for a URL; it holds no query and no fragment. */
export function encodePath(path: string): string {
  return encodeURI(path.toWellFormed()).replace(/[?#]/g, encodeURIComponent)
}

/** Gives a URL's text without percent escapes; as it is where they are not valid. */
export function decodePath(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}

/**
 * Gives the id that the fragment of a URL names: decoded, and without directives, which are for the browser alone
 * (`#id:~:text=words`; URL Fragment Text Directives of the WICG, section 3.3). Empty: it leads to the page as a whole.
 */
export function idNamedBy(fragment: string): string {
  const [name = ''] = fragment.split(':~:', 1)
  // Every page has a top (HTML, section 7.4.6.4).
  return /^top$/i.test(name) ? '' : decodePath(name)
}

/**
 * Whether a URL has a scheme or a host, and so does not depend on where it stands (RFC 3986, section 4.2). As
 * browsers do, it looks past tabs, line endings and what is not printed before it, and takes a backslash for a slash
 * (URL Standard, section 4.4).
 */
export function isAbsoluteUrl(url: string): boolean {
  return /^[\p{Cc} ]*([a-z][a-z\d+.-]*:|[/\\]{2})/iu.test(url.replace(/[\t\n\r]/g, ''))
}
