/** A post, or a page of content/pages: its metadata from front matter and file name, its body yet to render. */
import { z } from 'zod'
import { type Config, postMathOptions, unknownFields } from '../config.js'
import { type Diagnostic, diagnostic, inFile, type Place } from '../diagnostics.js'
import { isLanguage } from '../language.js'
import { texMacros } from '../macros.js'
import { didYouMean } from '../nearest.js'
import { imageFault, isLinkable, isLoadable, leadFault } from '../schemes.js'
import { loadFault, mayLoad, sourcesForStrangers } from '../sources.js'
import { expiryOf, type PostDate, parseDate } from './date.js'
import { type FrontMatter, readFrontMatter } from './front-matter.js'
import { decodePath, isAbsoluteUrl, permalinkOf, type SiteUrl, tidyUrl, urlFault } from './permalink.js'
import { slugify } from './slug.js'
import type { SourceFile } from './source.js'
import { type Name, unsafeName } from './unsafe-names.js'

export interface Author {
  readonly name: string
  readonly url?: string | undefined
}

/** An image that front matter names. */
export interface PostImage {
  /** As written: a path from the site's root or the post's folder, or a URL. */
  readonly url: string
  readonly alt: string
  /** Where front matter names it, in its file. */
  readonly place?: Place | undefined
}

/** What is known of a post before its body is rendered. */
export interface Post {
  readonly kind: 'post' | 'page'
  /** Its source, relative to the site's root. */
  readonly file: string
  /** Null: the body's first heading will be its title, or else {@link name}. */
  readonly title: string | null
  readonly subtitle: string | null
  readonly authors: readonly Author[]
  readonly date: PostDate | null
  readonly updated: PostDate | null
  /** As the author wrote it; null: computed from the words of the body. */
  readonly readTime: string | null
  /** Names of terms by taxonomy, as written. */
  readonly terms: Readonly<Record<string, readonly string[]>>
  readonly image: PostImage | null
  readonly excerpt: string | null
  readonly draft: boolean
  /** When it stops being published, in milliseconds since 1970; see `expiryOf` in date.ts. Null: never. */
  readonly expires: number | null
  /** The file's name without date and ending. */
  readonly name: string
  readonly slug: string
  readonly url: SiteUrl
  /** What readers of feeds are to know it by, as written; see site/feed-id.ts. */
  readonly id: string | null
  /** Other URLs that lead here. */
  readonly aliases: readonly string[]
  /** Names of the series that it is a part of. */
  readonly series: readonly string[]
  /** Where it stands in its series, by number; null: by its date. */
  readonly part: number | null
  /** Null: a table of contents where there are headings enough. */
  readonly toc: boolean | null
  readonly lang: string | null
  readonly canonical: string | null
  /** This post's own options for math, over the site's. */
  readonly math: z.output<typeof postMathOptions>
  /** This post's own TeX macros. */
  readonly macros: Readonly<Record<string, string>>
  /** Files that this post alone cites from. */
  readonly bibliography: readonly string[]
  /** The citation style of this post, by name or by file; null: the site's. */
  readonly csl: string | null
  /** Keys that Scholium does not know, as written. */
  readonly extra: Readonly<Record<string, unknown>>
  /** Where the values of its front matter stand, by key. */
  readonly places: Readonly<Record<string, Place>>
  /** Lines of the file before the body. */
  readonly bodyLine: number
}

const words = z
  .union([z.string(), z.number(), z.boolean()], 'must be text')
  .transform((value) => String(value).trim())
const optionalWords = words.transform((value) => value || null)
const flag = z.union(
  [
    z.boolean(),
    z.enum(['true', 'yes', 'on']).transform(() => true),
    z.enum(['false', 'no', 'off']).transform(() => false),
  ],
  'must be true or false',
)
const list = z
  .union([words.transform((value) => [value]), z.array(words)], 'must be text or a list of texts')
  .transform((values) => values.filter((value) => value !== ''))
const ordinal = words
  .transform((value) => (value === '' ? null : Number(value)))
  .refine((value) => value === null || Number.isFinite(value), 'must be a number')
const authorItem = z.union(
  [words.transform((name): Author => ({ name })), z.object({ name: words, url: z.string().optional() })],
  'must be a name, or a mapping with name and url',
)
const authorList = z
  .union([authorItem.transform((one) => [one]), z.array(authorItem)], 'must be a name or a list of names')
  .transform((authors) => authors.filter(({ name }) => name !== ''))
const imageItem = z.union(
  [
    words.transform((url) => ({ url, alt: '' })),
    z
      .object({ src: words.optional(), url: words.optional(), path: words.optional(), alt: words.optional() })
      .transform(({ src, url, path, alt }) => ({ url: src ?? url ?? path ?? '', alt: alt ?? '' })),
  ],
  'must be a path or a URL',
)
const mathHint =
  'must be a mapping of doubleDollar (display, kramdown), padded, brackets, numbering (labelled, all, none), trust, output, macros'

/** The front matter keys that Scholium reads, and what each may hold. */
const fields = {
  title: optionalWords,
  subtitle: optionalWords,
  author: authorList,
  authors: authorList,
  date: z.unknown(),
  updated: z.unknown(),
  lastmod: z.unknown(),
  read_time: optionalWords,
  image: imageItem,
  image_alt: words,
  excerpt: optionalWords,
  description: optionalWords,
  summary: optionalWords,
  draft: flag,
  published: z.unknown(),
  expires: z.unknown(),
  slug: words,
  permalink: optionalWords,
  url: optionalWords,
  id: optionalWords,
  aliases: list,
  redirect_from: list,
  series: list,
  series_order: ordinal,
  part: ordinal,
  toc: flag,
  lang: optionalWords.refine(
    (tag) => tag === null || isLanguage(tag),
    'must be a language tag such as "en" or "pt-BR"',
  ),
  canonical: z.url({ protocol: /^https?$/, error: 'must be an absolute URL' }),
  macros: z.record(z.string(), words, 'must be a mapping of macros').transform(texMacros),
  bibliography: list,
  csl: optionalWords,
  math: z.union([z.boolean().transform(() => ({})), postMathOptions], mathHint),
} as const

type Fields = typeof fields
type FieldName = keyof Fields
type DateKey = 'date' | 'updated' | 'lastmod' | 'expires'

/** Keys of other tools that are no misspelling of ours. */
const foreignKeys: ReadonlySet<string> = new Set([
  'layout',
  'type',
  'types',
  'weight',
  'comments',
  'emoji',
  'menu',
  'cover',
  'theme',
  'name',
  'names',
  'data',
  'katex',
  'mathjax',
  'keywords',
  'language',
  'format',
  'execute',
  'output',
  'images',
  'tasks',
  'text',
])

/** What of the site's configuration reaches a post's metadata. */
export type PostSettings = Pick<
  Config,
  'author' | 'csp' | 'markdown' | 'permalink' | 'taxonomies' | 'timezone' | 'url'
>

/** What a source says: a post's metadata, and its body apart, which is not kept. */
export interface ParsedPost {
  readonly post: Post
  /** Its Markdown. */
  readonly body: string
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Gives a post's metadata from its source: nothing of the body is parsed.
 * Reports `front-matter-is-valid`, `front-matter-key-is-known`, `post-has-date`, `url-is-safe`, what `unsafeName` does and,
 * where strangers write, `resource-is-allowed` in the file.
 */
export function parsePost(source: SourceFile, config: PostSettings): ParsedPost {
  const { file, kind } = source
  const matter = readFrontMatter(source.text)
  const { first, firstDate, report, findings } = fieldReader(matter, config.timezone)
  const named = nameOf(file, kind)
  const published = first('published')
  const date =
    firstDate('date') ?? parseDate(published, config.timezone) ?? parseDate(named.date, config.timezone)
  const terms = Object.fromEntries(
    config.taxonomies.map(({ name, keys }) => [name, termsOf(matter.data, keys, report)]),
  )
  const slug = slugify(first('slug') || named.name)
  const chosen = first('permalink', 'url')
  // A permalink copied from a live blog is percent-encoded; what it stands for is what must be safe.
  const own = decodePath(chosen ?? '')
  const pattern = own || (kind === 'post' ? config.permalink : named.path)
  const built = permalinkOf(pattern, {
    slug,
    name: named.name,
    category: terms.categories?.[0] ?? null,
    date,
  })
  // In a pattern such as `note-:slug` a colon makes no scheme.
  const isElsewhere = chosen?.includes('//') === true && isAbsoluteUrl(chosen)
  const fault = isElsewhere ? 'it names a host' : urlFault(built)
  const image = imageOf(first('image'), first('image_alt'), matter.valuePlaces.get('image'))
  const lead = leadImage(image, config)
  const post: Post = {
    kind,
    file,
    title: first('title'),
    subtitle: first('subtitle'),
    authors: first('authors', 'author') ?? (config.author ? [config.author] : []),
    date,
    updated: firstDate('updated', 'lastmod'),
    readTime: first('read_time'),
    terms,
    image: lead.image,
    excerpt: first('excerpt', 'description', 'summary'),
    draft: first('draft') === true || flag.safeParse(published).data === false,
    expires: expiryOf(firstDate('expires'), config.timezone),
    name: named.name,
    slug,
    url: fault ? `/${slug}/` : built,
    id: first('id'),
    aliases: [first('aliases'), first('redirect_from')].flatMap((urls) => urls ?? []),
    series: first('series') ?? [],
    part: first('series_order', 'part'),
    toc: first('toc'),
    lang: first('lang'),
    canonical: first('canonical'),
    math: first('math') ?? {},
    macros: first('macros') ?? {},
    bibliography: first('bibliography') ?? [],
    csl: first('csl'),
    extra: extraOf(matter, config),
    places: Object.fromEntries(matter.valuePlaces),
    bodyLine: matter.bodyLine,
  }
  const diagnostics = [
    ...matter.diagnostics,
    ...findings,
    ...unknownFields(own).map(({ field, hint }) => unknownField(field, hint, matter)),
    ...nearMisses(matter, config),
    ...lead.diagnostics,
    ...namesIn(first('slug'), named, { kind, own, pattern }, matter, config).flatMap(unsafeName),
    ...(fault === null ? [] : [unsafeUrl(chosen ?? built, fault, matter)]),
    ...(kind === 'post' && !date && isBlank(matter.data.date) ? [undated] : []),
  ]
  return { post, body: matter.body, diagnostics: inFile(diagnostics, file) }
}

/** Reads fields of front matter one at a time, so that a fault in one leaves the others; collects the faults. */
function fieldReader(matter: FrontMatter, timezone: string) {
  const findings: Diagnostic[] = []
  const report = (message: string, key: string, hint?: string) => {
    findings.push(diagnostic('front-matter-is-valid', message, { place: matter.valuePlaces.get(key), hint }))
  }
  const read = <K extends FieldName>(key: K): z.output<Fields[K]> | null => {
    const value = Object.hasOwn(matter.data, key) ? matter.data[key] : undefined
    if (value === undefined || value === null) return null
    const parsed = fields[key].safeParse(value)
    if (parsed.success) return publishable(parsed.data as z.output<Fields[K]>, key, report)
    report(`"${key}" ${parsed.error.issues[0]?.message ?? 'is not valid'}.`, key)
    return null
  }
  /** The first of the keys that says something; the faults of all are reported. */
  const first = <K extends FieldName>(...keys: readonly K[]): z.output<Fields[K]> | null =>
    keys.map(read).find((value) => value !== null) ?? null
  const readDate = (key: DateKey): PostDate | null => {
    const value = read(key)
    if (isBlank(value)) return null
    const date = parseDate(value, timezone)
    if (!date) {
      const hint = 'Write it as 2024-01-22, or as 2024-01-22 10:00 +0100.'
      report(`"${key}" is not a date: ${JSON.stringify(value)}.`, key, hint)
    }
    return date
  }
  const firstDate = (...keys: readonly DateKey[]): PostDate | null =>
    keys.map(readDate).find((date) => date !== null) ?? null
  return { first, firstDate, report, findings }
}

/** Gives the value of a field without URLs by which no page may lead or load; reports them. */
function publishable<T>(value: T, key: FieldName, report: (message: string, key: string) => void): T {
  if (key === 'author' || key === 'authors')
    return (value as readonly Author[]).map((author) => {
      if (author.url === undefined || isLinkable(author.url)) return author
      report(`The URL of "${author.name}" in "${key}" ${leadFault}.`, key)
      return { name: author.name }
    }) as T
  if (key !== 'image' || isLoadable((value as PostImage).url)) return value
  report(`"${key}" ${imageFault}.`, key)
  return { ...value, url: '' }
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function imageOf(image: PostImage | null, alt: string | null, place: Place | undefined): PostImage | null {
  return image && image.url !== '' ? { url: image.url, alt: alt ?? image.alt, place } : null
}

/** Gives the image above a post. Where strangers write, one of another site would tell that who reads: reported. */
function leadImage(
  image: PostImage | null,
  config: PostSettings,
): Pick<Post, 'image'> & Pick<ParsedPost, 'diagnostics'> {
  const sources = sourcesForStrangers(config)
  if (image === null || sources === null || !isAbsoluteUrl(image.url)) return { image, diagnostics: [] }
  if (mayLoad('img-src', image.url, sources, config.url)) return { image, diagnostics: [] }
  const { message, hint } = loadFault('img-src', image.url)
  const found = diagnostic('resource-is-allowed', message, { place: image.place, hint })
  return { image: null, diagnostics: [found] }
}

/** The key that a post's own permalink stands under. */
function permalinkKey({ data }: FrontMatter): 'permalink' | 'url' {
  return isBlank(data.permalink) ? 'url' : 'permalink'
}

function unknownField(field: string, hint: string, matter: FrontMatter): Diagnostic {
  return diagnostic('front-matter-is-valid', `A permalink does not know ${field}.`, {
    place: matter.valuePlaces.get(permalinkKey(matter)),
    hint,
  })
}

function unsafeUrl(url: string, fault: string, matter: FrontMatter): Diagnostic {
  return diagnostic('url-is-safe', `"${url}" cannot be a URL of this site: ${fault}.`, {
    place: matter.valuePlaces.get(permalinkKey(matter)),
    hint: 'Write a path from the site\u2019s root, such as /notes/my-post/.',
  })
}

/** Gives the words that a post's URL and those of its terms are made of, with where they stand. */
function namesIn(
  slug: string | null,
  { name, parts }: Named,
  {
    kind,
    own: permalink,
    pattern,
  }: { readonly kind: Post['kind']; readonly own: string; readonly pattern: string },
  { data, valuePlaces }: FrontMatter,
  { taxonomies }: PostSettings,
): readonly Name[] {
  const start = { line: 1, column: 1 }
  const own: Name = slug
    ? { of: 'slug', words: slug, place: valuePlaces.get('slug') ?? start }
    : { of: 'file', words: name, place: start }
  const takesPath = kind === 'page' && permalink === ''
  const isNamed = slug || (!takesPath && /:(?:slug|name)\b/.test(pattern))
  const folders = parts.map((words): Name => ({ of: 'folder', words, place: start }))
  const terms = taxonomies
    .flatMap(({ keys }) => keys)
    .flatMap((key) =>
      termsOf(data, [key], () => {}).map(
        (words): Name => ({ of: 'term', words, place: valuePlaces.get(key) ?? start }),
      ),
    )
  return [...(isNamed ? [own] : []), ...(takesPath ? folders : []), ...terms]
}

const undated = diagnostic('post-has-date', 'This post has no date, so it is listed after all others.', {
  place: { line: 1, column: 1 },
  hint: 'Add "date: 2024-01-22" to its front matter, or begin its file name with the date.',
})

/** What a file's name says. */
interface Named {
  /** The name of a post without date and ending. */
  readonly name: string
  readonly date: string | null
  /** The names of the folders of a page and its own, as they are. */
  readonly parts: readonly string[]
  /** Where a page stands by these: `content/pages/docs/a.md` is at /docs/a/. */
  readonly path: string
}

/**
 * What a file's name says: `content/posts/2024-01-22-a.md` and `…/2024-01-22-a/index.md` are named `a` and
 * dated.
 */
function nameOf(file: string, kind: 'post' | 'page'): Named {
  const segments = file.split('/').slice(2)
  const last = segments.pop() ?? ''
  const stem = last.replace(/\.[^.]+$/, '')
  const isBundle = stem === 'index'
  const own = isBundle ? (segments.pop() ?? '') : stem
  const [, date, name] = /^(\d{4}-\d{1,2}-\d{1,2})(?:[-_ ](.+))?$/.exec(own) ?? []
  const parts = [...segments, own].filter((segment) => segment !== '')
  return {
    name: kind === 'post' ? (name ?? own) || 'index' : own,
    date: date ?? null,
    parts,
    path: tidyUrl(parts.map(slugify).join('/')),
  }
}

/** The names of terms under a taxonomy's keys, each once. */
function termsOf(
  data: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  report: (message: string, key: string) => void,
): readonly string[] {
  const names = keys.flatMap((key) => {
    const value = Object.hasOwn(data, key) ? data[key] : undefined
    if (value === undefined || value === null) return []
    if (typeof value === 'string') return splitTerms(value, key)
    const parsed = list.safeParse(value)
    if (parsed.success) return parsed.data
    report(`"${key}" must be text or a list of texts.`, key)
    return []
  })
  return [...new Set(names.map((name) => name.trim().normalize('NFC')).filter((name) => name !== ''))]
}

/**
 * A string of tags is split at its commas or, without any, at its spaces, as Jekyll does; other keys only at
 * commas (`categories: Deep Learning` is one), and a key that names one thing (`category`, `series`) never.
 */
function splitTerms(value: string, key: string): readonly string[] {
  if (!key.endsWith('s') || key === 'series') return [value]
  if (value.includes(',')) return value.split(',')
  return key === 'tags' ? value.split(/\s+/) : [value]
}

function isKnown(key: string, config: PostSettings): boolean {
  return Object.hasOwn(fields, key) || config.taxonomies.some(({ keys }) => keys.includes(key))
}

function extraOf(matter: FrontMatter, config: PostSettings): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(matter.data).filter(([key]) => !isKnown(key, config)))
}

function nearMisses(matter: FrontMatter, config: PostSettings): readonly Diagnostic[] {
  const known = [...Object.keys(fields), ...config.taxonomies.flatMap(({ keys }) => keys)]
  return Object.keys(matter.data)
    .filter((key) => !isKnown(key, config) && !foreignKeys.has(key.toLowerCase()))
    .flatMap((key) => {
      const hint = didYouMean(key, known)
      const place = matter.places.get(key)
      return hint === undefined
        ? []
        : [
            diagnostic('front-matter-key-is-known', `Scholium does not know the key "${key}".`, {
              place,
              hint,
            }),
          ]
    })
}
