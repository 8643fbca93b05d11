/** Where a link or an image of a post leads: the answers to the holes of a rendered body. */
import { dirname, join, relative } from 'node:path/posix'
import {
  decodePath,
  encodePath,
  hrefOf,
  idNamedBy,
  isAbsoluteUrl,
  type SiteUrl,
  tidyUrl,
} from '../content/permalink.js'
import type { Post } from '../content/post.js'
import { type Diagnostic, diagnostic, inFile, type Place } from '../diagnostics.js'
import type { Feature } from '../markdown/features.js'
import { filled, type Hole, type Labelled, referenceWords } from '../markdown/rendered.js'
import {
  addressOfWikilink,
  fragmentOfWikilink,
  headingNamed,
  pathOfWikilink,
} from '../markdown/wikilink-target.js'
import { type Memory, noMemory } from '../memory.js'
import { didYouMean, nearest } from '../nearest.js'
import type { Outline } from '../render/body.js'
import { speaker, type Words } from '../words.js'
import type { Article } from './article.js'
import { type Answer, type Picture, pictureOf, type Shown, type SiteImages } from './picture.js'
import type { Withheld } from './selection.js'
import type { Site } from './site.js'
import { indexNames, type NameIndex } from './wikilinks.js'

/** Everything that can be linked to. Source files are named in Unicode's form NFC, which some disks are not. */
export interface LinkIndex {
  readonly basePath: string
  /** Posts and pages by source file. */
  readonly articles: ReadonlyMap<string, SiteUrl>
  /** Posts that are not published, by source file. */
  readonly withheld: ReadonlyMap<string, Withheld['reason']>
  /** Published files by source file. */
  readonly files: ReadonlyMap<string, SiteUrl>
  /** Every URL; where it is a post or page, with what in it can be linked to. */
  readonly urls: ReadonlyMap<SiteUrl, Linkable | null>
  /** What wikilinks lead to. */
  readonly names: NameIndex
  /** Old URLs that lead somewhere now. */
  readonly redirects: ReadonlyMap<SiteUrl, Redirect>
  /** What is known of images; none where their files were not looked at. */
  readonly images: SiteImages
}

/** An old URL, and where it leads now. */
export interface Redirect {
  readonly from: SiteUrl
  /** The URL of this site that it leads to; null: it leads to another site. */
  readonly to: SiteUrl | null
  /** Query and fragment that were written behind {@link to}. */
  readonly rest: string
  /** All of it, for an href: with the base path, query and fragment. */
  readonly href: string
  /** What is there: the title of a post or page, else the href. */
  readonly title: string
  /** Words for it, to name it in messages: `the alias "/old/" of content/posts/a.md`. */
  readonly source: string
  /** Where it is written. */
  readonly file: string
  readonly place: Place | undefined
}

/** What a link can lead to within a post or page. */
export interface Linkable {
  readonly title: string
  readonly ids: ReadonlySet<string>
  readonly headings: Outline['headings']
  readonly labels: Readonly<Record<string, Labelled>>
}

/** Gives the index of a site's links, without redirects. `others` are the URLs of pages and files that the site makes itself. */
export function indexLinks(
  site: Site,
  withheld: readonly Withheld[],
  others: readonly SiteUrl[],
  memory: Memory = noMemory,
): LinkIndex {
  const articles = [...site.posts, ...site.pages]
  const linkables = articles.map((article) => linkableOf(article, memory))
  const inputs = [
    ...[site.config.basePath, articles.length, site.files.length, others.length],
    ...articles.flatMap(({ post: { file, name, url } }, at) => [file, name, url, linkables[at]]),
    ...site.files.flatMap(({ file, output }) => [file, output]),
    ...others,
    ...withheld.flatMap(({ post, reason }) => [post, reason]),
  ]
  return memory.kept('link index', '', inputs, () => indexOf(site, withheld, others, linkables))
}

/** Gives what a link can lead to in an article; it outlasts edits that leave all of that as it is. */
function linkableOf({ post, outline }: Article, memory: Memory): Linkable {
  return memory.kept('linkable', post.file, [outline], () => {
    const { title, ids, headings, labels } = outline
    return memory.settled('linkable', post.file, { title: title.text, ids: new Set(ids), headings, labels })
  })
}

function indexOf(
  site: Site,
  withheld: readonly Withheld[],
  others: readonly SiteUrl[],
  linkables: readonly Linkable[],
): LinkIndex {
  const articles = [...site.posts, ...site.pages]
  const files = site.files.map(({ file, output }): [string, SiteUrl] => [file.normalize('NFC'), `/${output}`])
  return {
    basePath: site.config.basePath,
    articles: new Map(articles.map(({ post }) => [post.file.normalize('NFC'), post.url])),
    withheld: new Map(withheld.map(({ post, reason }) => [post.file.normalize('NFC'), reason])),
    files: new Map(files),
    urls: new Map<SiteUrl, Linkable | null>([
      ...files.map(([, url]): [SiteUrl, null] => [url, null]),
      ...others.map((url): [SiteUrl, null] => [url, null]),
      ...articles.map(({ post }, at): [SiteUrl, Linkable | null] => [post.url, linkables[at] ?? null]),
    ]),
    names: indexNames(site, withheld),
    redirects: new Map(),
    images: new Map(),
  }
}

interface Found {
  /** An href, or a reference's words. */
  readonly text: string
  /** What of the site it leads to. */
  readonly target?: SiteUrl | undefined
  readonly diagnostic?: Diagnostic
}

/** What stands in the holes of a body, in order: not yet escaped. */
export interface Answers {
  readonly answers: readonly Answer[]
  /** What its images need of the page: features, and what classes of theirs stand for. */
  readonly features: readonly Feature[]
  readonly styles: Picture['styles']
  /** The posts and pages that its links lead to, each once. */
  readonly targets: ReadonlySet<SiteUrl>
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Gives what fills the holes of a post's body, in the words of its language, and what was found wrong:
 * `link-target-exists`, `anchor-exists`, `image-exists` and `image-is-readable`, in the post's file.
 */
export function answersOf(holes: readonly Hole[], post: Post, index: LinkIndex, words: Words): Answers {
  const say = speaker()
  const elsewhere: Elsewhere = (target) => say(words, 'referenceElsewhere', { ...target })
  const found = holes.map((hole) => find(hole, post, index, elsewhere))
  const answers = holes.map((hole, at) => answer(hole, found[at], post, index))
  const unreadable = holes.flatMap((hole, at) => unreadableImage(hole, found[at], index))
  const diagnostics = [...found.flatMap(({ diagnostic: one }) => (one ? [one] : [])), ...unreadable]
  const pictures = answers.filter((one) => typeof one !== 'string')
  return {
    answers,
    features: [...new Set(pictures.flatMap(({ features }) => features))],
    styles: Object.assign({}, ...pictures.map(({ styles }) => styles)),
    targets: new Set(found.flatMap(({ target }) => (target && index.urls.get(target) ? [target] : []))),
    diagnostics: inFile(diagnostics, post.file, post.bodyLine),
  }
}

/** What fills a hole: where it leads or what it says, or the image with what its file tells. */
function answer({ image }: Hole, found: Found | undefined, post: Post, index: LinkIndex): Answer {
  const { text = '', target } = found ?? {}
  if (!image) return text
  const { basePath } = index
  return pictureOf(shownAt(text, target, index), image, {
    basePath,
    dark: darkOf(target, index),
    led: post.image !== null,
  })
}

/** Gives an image of the site at its href. */
export function shownAt(href: string, target: SiteUrl | undefined, { images }: LinkIndex): Shown {
  const image = images.get(target ?? '')
  return { href, image: image && 'width' in image ? image : null }
}

/** Gives the URL of an image for dark pages: `/plot.dark.png` beside `/plot.png`. */
export function darkUrl(url: SiteUrl): SiteUrl {
  return url.replace(/(?<=[^/])\.[^./]+$/, '.dark$&')
}

/** Gives the same image for dark pages, if the site has one. */
export function darkOf(url: SiteUrl | undefined, index: LinkIndex): Shown | null {
  const dark = darkUrl(url ?? '')
  if (url === undefined || dark === url || !index.urls.has(dark)) return null
  return shownAt(hrefOf(dark, index.basePath), dark, index)
}

/** Reports an image that cannot be decoded, at the place where it is shown. */
function unreadableImage(
  { image, place, url }: Hole,
  found: Found | undefined,
  { images }: LinkIndex,
): readonly Diagnostic[] {
  const known = image && images.get(found?.target ?? '')
  if (!known || !('fault' in known)) return []
  return [
    diagnostic(
      'image-is-readable',
      `"${decodePath(url)}" cannot be read as an image: ${known.fault.replace(/\.$/, '')}. It is published as it is.`,
      { place },
    ),
  ]
}

/** Gives the href of a link as an author writes it in site.yaml or front matter, or null if it leads nowhere. */
export function hrefFor(url: string, from: Pick<Post, 'file' | 'url'>, index: LinkIndex): string | null {
  if (isAbsoluteUrl(url)) return url
  const target = targetOf(url, from, index)
  return target === null ? null : follow(target, splitUrl(url).rest, index).href
}

/** Gives what in the site such a link leads to; null where it leads out of it, or nowhere. */
export function targetOf(url: string, from: Pick<Post, 'file' | 'url'>, index: LinkIndex): SiteUrl | null {
  return isAbsoluteUrl(url) ? null : findUrl(splitUrl(url).path, from, index, 'root')
}

/** Gives where a URL of the site leads in the end: a link to an old one is written as a link to the new one. */
function follow(
  url: SiteUrl,
  rest: string,
  { urls, redirects, basePath }: LinkIndex,
): Pick<Redirect, 'to' | 'href'> & { readonly fragment: string } {
  const moved = urls.has(url) ? undefined : redirects.get(url)
  if (moved && (moved.to === null || rest === '')) return { ...moved, fragment: fragmentOf(moved.rest) }
  const to = moved?.to ?? url
  return { to, href: hrefOf(to, basePath) + rest, fragment: fragmentOf(rest) }
}

function fragmentOf(rest: string): string {
  return idNamedBy(rest.includes('#') ? rest.slice(rest.indexOf('#') + 1) : '')
}

/** Says where a reference leads that stands in another post: `Theorem 1 in “Title”`. */
type Elsewhere = (target: { readonly name: string; readonly title: string }) => string

function find(hole: Hole, post: Post, index: LinkIndex, elsewhere: Elsewhere): Found {
  if (hole.wikilink) return wikilinkAnswer(hole, post, index)
  const { path, rest } = splitUrl(hole.url)
  if (path === '') return { text: hole.url }
  const found = findUrl(path, post, index, 'folder')
  const target = found === null ? null : follow(found, rest, index)
  const fragment = target?.fragment ?? fragmentOf(rest)
  const within = index.urls.get(target?.to ?? '') ?? null
  if (hole.kind === 'reference') return referenceAnswer(hole, fragment, within, elsewhere)
  if (target === null) {
    const text = path.startsWith('/') ? encodePath(index.basePath) + path.slice(1) + rest : hole.url
    return { text, diagnostic: missingTarget(hole, path, post, index) }
  }
  const text = target.href
  if (fragment === '' || !within || within.ids.has(fragment)) return { text, target: target.to ?? undefined }
  const missing = diagnostic(
    'anchor-exists',
    `"${decodePath(path)}" has nothing with the id "${fragment}".`,
    {
      place: hole.place,
      hint: didYouMean(fragment, within.ids),
    },
  )
  return { text, target: target.to ?? undefined, diagnostic: missing }
}

/** Parts what a wikilink names from the heading there. A title may hold the sign between them, too: `C# in depth`. */
function namedBy(
  url: string,
  post: Post,
  names: NameIndex,
): { readonly name: string; readonly heading: string; readonly target: SiteUrl | null } {
  for (let end = url.length; end > 0; end = url.lastIndexOf('#', end - 1)) {
    const name = url.slice(0, end).trim()
    const target = names.find(name, post)
    if (target !== null) return { name, heading: fragmentOfWikilink(url.slice(end)), target }
  }
  return { name: pathOfWikilink(url), heading: fragmentOfWikilink(url), target: null }
}

/** Where a wikilink leads: to what its name names, and to the heading there that has the words it names, or the id. */
function wikilinkAnswer({ kind, url, place }: Hole, post: Post, { names, urls, basePath }: LinkIndex): Found {
  const { name, heading, target } = namedBy(url, post, names)
  const isImage = kind === 'image'
  if (target === null) {
    const reason = names.withheldBecause(name)
    const [rule, message] = isImage
      ? (['image-exists', `There is no image "${name}".`] as const)
      : reason
        ? ([
            'link-target-exists',
            `The link leads to "${name}", which is not published: ${withheldBecause[reason]}.`,
          ] as const)
        : (['link-target-exists', `Nothing in this site is called "${name}".`] as const)
    const hint = reason ? undefined : didYouMean(name, names.names(isImage ? 'image' : 'link'))
    return { text: addressOfWikilink(name), diagnostic: diagnostic(rule, message, { place, hint }) }
  }
  const href = hrefOf(target, basePath)
  const within = urls.get(target)
  if (heading === '' || !within) return { text: href, target }
  const id = headingNamed(heading, within.headings) ?? (within.ids.has(heading) ? heading : undefined)
  if (id !== undefined) return { text: `${href}#${encodePath(id)}`, target }
  const headings = within.headings.map(({ text }) => text)
  const missing = diagnostic('anchor-exists', `"${name}" has no heading "${heading}".`, {
    place,
    hint: didYouMean(heading, headings),
  })
  return { text: href, target, diagnostic: missing }
}

/**
 * What a reference to another post's label says: its number, with that post's title. The link beside it
 * reports a target that is not there.
 */
function referenceAnswer(
  { url, form = 'name' }: Hole,
  fragment: string,
  within: Linkable | null,
  elsewhere: Elsewhere,
): Found {
  if (!within) return { text: url }
  if (fragment === '') return { text: within.title }
  const label = Object.hasOwn(within.labels, fragment) ? within.labels[fragment] : undefined
  const name = label
    ? referenceWords(label, form)
    : filled(within.headings.find(({ id }) => id === fragment)?.text ?? '', []) || undefined
  return { text: name === undefined ? url : elsewhere({ name, title: within.title }) }
}

/** Why a post is left out, in words. */
export const withheldBecause: Readonly<Record<Withheld['reason'], string>> = {
  draft: 'it is a draft',
  future: 'its date is yet to come',
  expired: 'it has expired',
}

function missingTarget(hole: Hole, url: string, post: Post, index: LinkIndex): Diagnostic {
  const path = clean(url)
  const file = sourcePath(path, post)
  const reason = [file, `${file}.md`, `${file}/index.md`]
    .map((name) => index.withheld.get(name))
    .find(Boolean)
  if (reason) {
    return diagnostic(
      'link-target-exists',
      `The link leads to "${path}", which is not published: ${withheldBecause[reason]}.`,
      {
        place: hole.place,
      },
    )
  }
  const near = path.startsWith('/')
    ? nearestPath(path, [...index.urls.keys()])
    : nearestPath(path, [...index.articles.keys(), ...index.files.keys()], (to) =>
        relative(dirname(post.file), to),
      )
  return hole.kind === 'image'
    ? diagnostic('image-exists', `There is no image "${path}".`, {
        place: hole.place,
        hint:
          near ??
          'A path is relative to the post\u2019s file, or starts with a slash at the site\u2019s root.',
      })
    : diagnostic('link-target-exists', `The link leads to "${path}", which is not in this site.`, {
        place: hole.place,
        hint: near,
      })
}

/**
 * Gives the hint that names the path most likely meant; `shown` gives a candidate as it is to be written. A file of the
 * very same name is meant wherever it lies, if it is the only one.
 */
function nearestPath(
  path: string,
  candidates: readonly string[],
  shown: (candidate: string) => string = (candidate) => candidate,
): string | undefined {
  const likely = alike(path, candidates)
  const [only, ...others] = likely.filter((candidate) => lastSegment(candidate) === lastSegment(path))
  return (
    didYouMean(path, likely.map(shown)) ??
    (only !== undefined && others.length === 0 ? `Did you mean "${shown(only)}"?` : undefined)
  )
}

/**
 * Gives the candidates with the last segment that is nearest to a path's own. They are few, so that a whole path is
 * not compared with all paths of the site.
 */
function alike(path: string, candidates: readonly string[]): readonly string[] {
  const last = nearest(lastSegment(path), candidates.map(lastSegment))
  return candidates.filter((candidate) => lastSegment(candidate) === last)
}

function lastSegment(path: string): string {
  const end = path.endsWith('/') ? path.length - 1 : path.length
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end)
}

/** What a path can mean. */
type Findable = Pick<LinkIndex, 'basePath' | 'articles' | 'files' | 'urls'> & {
  readonly redirects: ReadonlyMap<SiteUrl, unknown>
}

/**
 * Finds the URL that a path means, be it an old one that redirects: a file relative to the post's own (with or without `.md`), a URL or file from the
 * site's root, or a URL relative to the post's, as old blogs have them. `prefer` says whether a path without
 * a slash is tried from the post's folder or from the site's root first.
 */
export function findUrl(
  path: string,
  from: Pick<Post, 'file' | 'url'>,
  index: Findable,
  prefer: 'folder' | 'root',
): SiteUrl | null {
  const decoded = clean(path)
  const fromRoot = decoded.replace(/^\/+/, '')
  const byFile = (file: string): SiteUrl | null => {
    const bare = file.replace(/\/$/, '')
    const names = [bare, `${bare}.md`, `${bare}.markdown`, `${bare}/index.md`]
    return (
      names
        .map((name) => index.articles.get(name) ?? index.files.get(name))
        .find((url) => url !== undefined) ?? null
    )
  }
  const byUrl = (url: string): SiteUrl | null =>
    [url, tidyUrl(url), tidyUrl(url.replace(/\/index\.html$/, '/'))].find(
      (one) => index.urls.has(one) || index.redirects.has(one),
    ) ?? null
  const below = index.basePath.slice(1)
  if (decoded.startsWith('/')) {
    return (
      byUrl(`/${fromRoot}`) ??
      byFile(fromRoot) ??
      (below !== '' && `${fromRoot}/`.startsWith(below) ? byUrl(`/${fromRoot.slice(below.length)}`) : null)
    )
  }
  const inFolder = byFile(sourcePath(decoded, from))
  const inRoot = byFile(fromRoot)
  const first = prefer === 'folder' ? (inFolder ?? inRoot) : (inRoot ?? inFolder)
  return first ?? byUrl(join(from.url.endsWith('/') ? from.url : dirname(from.url), decoded))
}

function sourcePath(path: string, from: Pick<Post, 'file'>): string {
  return join(dirname(from.file), path).normalize('NFC')
}

/** A path as files and URLs are named here: without percent escapes, in one Unicode form. */
function clean(path: string): string {
  return decodePath(path).normalize('NFC')
}

/** Parts a URL before its query or fragment. */
export function splitUrl(url: string): { path: string; rest: string } {
  const [, path = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(url) ?? []
  return { path, rest }
}
