/** site.yaml → Config: what the site is, as plain readonly data that can be hashed and sent to threads. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { type Diagnostic, diagnostic, type Place, rules } from './diagnostics.js'
import { reasonOf } from './errno.js'
import { isLanguage } from './language.js'
import { configFile } from './layout.js'
import { texMacros } from './macros.js'
import { didYouMean } from './nearest.js'
import { linkFault } from './outside.js'
import { isLinkable, leadFault } from './schemes.js'
import { readYamlData } from './yaml-data.js'

/** What a permalink pattern may hold; see `permalinkOf` in content/permalink.ts. */
export const permalinkFields = ['slug', 'year', 'month', 'day', 'name', 'category'] as const

const text = z.string().trim().min(1, 'must not be empty')
const link = text.refine(isLinkable, leadFault)
const angle = 'must be an angle in degrees, from 0 to 360'
const degrees = z.number(angle).min(0, angle).max(360, angle)
const perPage = z.int().min(1, 'must be at least 1')

const author = z.preprocess(
  (value) => (typeof value === 'string' ? { name: value } : value),
  z.strictObject({ name: text, url: link.optional(), email: text.optional() }),
)

const taxonomy = z.strictObject({
  /** Its heading: `Tags`; by default the language's word for it. */
  title: text.optional(),
  /** One of its terms is called: `Tag`; by default likewise, or else its heading. */
  singular: text.optional(),
  /** The folder of its pages: `tags` for /tags/. */
  path: z
    .string()
    .regex(/^(?!.*\/\.\.?(\/|$))[^/.\s\\?#][^\s\\?#]*$/, 'must be a folder name such as "tags"')
    .optional(),
  /** The front matter keys its terms are read from; by default its name. */
  keys: z.array(text).min(1).optional(),
})

const mathDefaults = {
  doubleDollar: 'display',
  padded: false,
  brackets: false,
  macros: {},
  numbering: 'labelled',
  trust: false,
  output: 'htmlAndMathml',
} as const

const macros = z
  .record(z.string(), z.string('must be TeX; put it between single quotes'))
  .transform(texMacros)

const mathOptions = z.strictObject({
  /** `$$…$$` within a sentence: display as in LaTeX, or inline as in kramdown. */
  doubleDollar: z.enum(['display', 'kramdown']).default(mathDefaults.doubleDollar),
  /** Whether `$ x $` is a formula. */
  padded: z.boolean().default(mathDefaults.padded),
  /** Whether `\\(…\\)` and `\\[…\\]` are formulas. */
  brackets: z.boolean().default(mathDefaults.brackets),
  /** TeX macros by name: `'\\R': '\\mathbb{R}'`. */
  macros: macros.default(mathDefaults.macros),
  /** Which displays have a number beside those of numbered environments. */
  numbering: z.enum(['labelled', 'all', 'none']).default(mathDefaults.numbering),
  /** Whether formulas may hold links, images and HTML attributes. */
  trust: z.boolean().default(mathDefaults.trust),
  /** KaTeX's HTML with MathML for screen readers, or MathML alone, without style sheet and fonts. */
  output: z.enum(['htmlAndMathml', 'mathml']).default(mathDefaults.output),
})

/** What `math:` says of formulas: which text is one, and how it is typeset. */
export type MathOptions = Readonly<z.output<typeof mathOptions>>

/** What a post may say under `math:` in its own front matter; what it does not say is the site's. */
export const postMathOptions = z.strictObject({
  doubleDollar: mathOptions.shape.doubleDollar.unwrap().optional(),
  padded: z.boolean().optional(),
  brackets: z.boolean().optional(),
  macros: macros.optional(),
  numbering: mathOptions.shape.numbering.unwrap().optional(),
  trust: z.boolean().optional(),
  output: mathOptions.shape.output.unwrap().optional(),
})

/** Two gigabytes: about fifteen thousand posts. */
const defaultCacheSize = 2e9

const byteSize = z.union(
  [
    z.int().min(0),
    z
      .string()
      .regex(/^\d+(\.\d+)? ?[kMGT]?B$/i)
      .transform(bytesOf),
  ],
  'must be a size such as "500 MB" or "2 GB"',
)

/** Gives the bytes that a size such as `1.5 GB` stands for. */
function bytesOf(size: string): number {
  const [, number = '', prefix = ''] = /^([\d.]+) ?([kmgt]?)b$/i.exec(size) ?? []
  return Math.round(Number(number) * 1000 ** ' kmgt'.indexOf(prefix.toLowerCase() || ' '))
}

/** Hosts whose own files Scholium can write; see output/hosting.ts. */
export const hosts = ['github', 'netlify', 'cloudflare', 'vercel', 'nginx', 'caddy'] as const
export type Host = (typeof hosts)[number]

const hostList = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.enum(hosts)).transform((names) => hosts.filter((host) => names.includes(host))),
)
const encodings = ['br', 'gzip'] as const
/** How a file is compressed before anybody asks for it. */
export type Encoding = (typeof encodings)[number]

const hostingDefaults = { on: [], precompress: [] }

const hosting = z.preprocess(
  (value) => (typeof value === 'string' || Array.isArray(value) ? { on: value } : value),
  z.strictObject({
    /** Where the site is served from: the files that these hosts read are written. */
    on: hostList.default(hostingDefaults.on),
    /** Compressed copies that are written beside each file of text. */
    precompress: z
      .preprocess(
        (value) => (typeof value === 'string' ? [value] : value),
        z.array(z.enum(encodings)).transform((names) => encodings.filter((one) => names.includes(one))),
      )
      .default(hostingDefaults.precompress),
  }),
)

/** Constructs beside those of CommonMark and GFM: which of them a site's Markdown has. */
const extensions = {
  /** `==highlighted==`. */
  highlight: z.boolean().default(true),
  /** `x^2^`. */
  superscript: z.boolean().default(true),
  /** `H~2~O`; false: any pair of tildes strikes through. */
  subscript: z.boolean().default(true),
  /** `++Ctrl+C++`. */
  keys: z.boolean().default(true),
  /** A term, and under it `: what it means`. */
  definitionLists: z.boolean().default(true),
  /** `*[HTML]: Hypertext Markup Language`. */
  abbreviations: z.boolean().default(true),
  /** `:tada:`. */
  emoji: z.boolean().default(false),
  /** `[[post]]`, `[[post#heading|words]]`, `![[image.png]]`. */
  wikilinks: z.boolean().default(false),
}

/** A package or a file of the site, as unified's own configuration names plugins. */
const plugin = z.union(
  [text, z.tuple([text]), z.tuple([text, z.unknown()])],
  'must be the name of a plugin, or a list of its name and its options',
)

const markdown = z.strictObject({
  /** Quotes, dashes and ellipses, as the language of a post has them. */
  smartPunctuation: z.boolean().default(true),
  /** What becomes of raw HTML: for texts by strangers, it is freed of what could run, or shown as text. */
  html: z.enum(['allow', 'sanitize', 'escape']).default('allow'),
  /** Whether the Markdown of posts and pages is published beside them, and llms.txt. */
  source: z.boolean().default(false),
  ...extensions,
  /** Blocks of code with more lines than that are folded; false: none is that does not say so itself. */
  foldCode: z
    .union([z.literal(false).transform(() => null), z.int().min(1)], 'must be a number of lines, or false')
    .default(null),
  /** Plugins of unified that work on Markdown, each by its name, or by its name and its options. */
  remarkPlugins: z.array(plugin).default([]),
  /** Plugins that work on HTML. */
  rehypePlugins: z.array(plugin).default([]),
})

/** The names of the constructs that a site can choose. */
export const extensionNames = Object.keys(extensions) as readonly (keyof typeof extensions)[]

/** Which of them its Markdown has. */
export type MarkdownExtensions = Readonly<Record<keyof typeof extensions, boolean>>

const feedFormat = z.enum(['atom', 'rss', 'json'])

/** A format of feeds: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1. */
export type FeedFormat = z.output<typeof feedFormat>

const feeds = z.strictObject({
  /** Whether a feed holds posts as a whole, or what lists show of them. */
  content: z.enum(['full', 'excerpt']).default('full'),
  /** At most so many posts stand in one feed. */
  limit: z.int().min(1, 'must be at least 1').default(20),
  /** How formulas are written: as MathML, or as plain text for readers that cannot show it. */
  math: z.enum(['mathml', 'text']).default('mathml'),
  /** Which feeds there are: `/feed.xml`, `/rss.xml`, `/feed.json`; those of terms are Atom. */
  formats: z
    .array(feedFormat)
    .transform((formats) => feedFormat.options.filter((format) => formats.includes(format)))
    .default([...feedFormat.options]),
})

/** What site.yaml can say more of (https://www.w3.org/TR/CSP3/#csp-directives). */
const directives = [
  'default-src',
  'script-src',
  'script-src-attr',
  'style-src',
  'style-src-attr',
  'img-src',
  'font-src',
  'media-src',
  'connect-src',
  'frame-src',
  'child-src',
  'worker-src',
  'object-src',
  'manifest-src',
  'form-action',
  'base-uri',
] as const

const policySources = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z
    .array(z.string().regex(/^[^\s;,"<>&]+$/, 'must be a source such as "https://images.example.org"'))
    .min(1, 'must name a source'),
)

/** How images can be encoded, the smallest first. */
export const imageFormats = ['avif', 'webp'] as const
export type ImageFormat = (typeof imageFormats)[number]

const imageQuality = z.int().min(1, 'must be from 1 to 100').max(100, 'must be from 1 to 100')
const qualityDefaults = { avif: 50, webp: 80 } as const
const imagesDefaults = {
  formats: ['webp'],
  widths: [640, 960, 1280, 1760],
  quality: qualityDefaults,
} satisfies {
  readonly formats: readonly ImageFormat[]
  readonly widths: readonly number[]
  readonly quality: Readonly<Record<ImageFormat, number>>
}

const images = z.strictObject({
  /** What images of pixels are encoded as, beside the file itself. AVIF is smaller and takes ten times as long. */
  formats: z
    .preprocess(
      (value) => (typeof value === 'string' ? [value] : value),
      z
        .array(z.enum(imageFormats))
        .transform((formats) => imageFormats.filter((format) => formats.includes(format))),
    )
    .default([...imagesDefaults.formats]),
  /** In pixels: what fits the columns of narrow and wide screens, of one and of two pixels a dot. */
  widths: z
    .array(z.int().min(16, 'must be at least 16').max(8192, 'must be at most 8192'))
    .min(1, 'must name a width')
    .transform((widths) => [...new Set(widths)].sort((a, b) => a - b))
    .default([...imagesDefaults.widths]),
  /** From 1 to 100, for all formats or for each. */
  quality: z
    .preprocess(
      (value) => (typeof value === 'number' ? { avif: value, webp: value } : value),
      z.strictObject({
        avif: imageQuality.default(qualityDefaults.avif),
        webp: imageQuality.default(qualityDefaults.webp),
      }),
    )
    .default(imagesDefaults.quality),
})

/** What `images:` says of the images of posts. */
export type ImageOptions = Readonly<z.output<typeof images>>

/** What of a page can have a budget. */
export const budgetKinds = ['html', 'styles', 'scripts', 'fonts', 'images', 'total'] as const
export type BudgetKind = (typeof budgetKinds)[number]

const budgets = z.strictObject({
  /** At most so much for each page, such as 20 kB. */
  html: byteSize.optional(),
  styles: byteSize.optional(),
  scripts: byteSize.optional(),
  fonts: byteSize.optional(),
  images: byteSize.optional(),
  total: byteSize.optional(),
  /** Whether text counts as hosts send it, compressed with gzip, or as it lies on the disk. */
  compressed: z.boolean().default(true),
})

/** What pages may weigh, and where site.yaml says so. */
export interface Budgets {
  readonly limits: Readonly<
    Partial<Record<BudgetKind, { readonly bytes: number; readonly place: Place | undefined }>>
  >
  readonly compressed: boolean
}

const schema = z.strictObject({
  title: text.default('Untitled site'),
  description: z.string().default(''),
  url: z
    .string()
    .refine(
      isSiteUrl,
      'must be an absolute URL such as "https://example.org/" or "https://example.org/blog/"',
    )
    .optional(),
  author: author.optional(),
  lang: z.string().refine(isLanguage, 'must be a language tag such as "en" or "pt-BR"').default('en'),
  timezone: z
    .string()
    .refine(isTimezone, 'must be an IANA time zone such as "UTC" or "Europe/Berlin"')
    .default('UTC'),
  menu: z.array(z.strictObject({ title: text, url: link })).optional(),
  permalink: z
    .string()
    .superRefine((pattern, context) => {
      for (const message of permalinkFaults(pattern)) context.addIssue({ code: 'custom', message })
    })
    .default('/posts/:slug/'),
  taxonomies: z
    .preprocess(
      (value) => (isTextList(value) ? Object.fromEntries(value.map((name) => [name, {}])) : value),
      z.record(
        z.string().regex(/^[^/.\s\\?#]+$/, 'must be a word'),
        z.preprocess((v) => v ?? {}, taxonomy),
      ),
    )
    .default({ tags: {}, categories: {} }),
  paginate: z
    .preprocess(
      (value) => (typeof value === 'number' ? { home: value, terms: value } : value),
      z.strictObject({
        home: perPage.default(10),
        terms: perPage.default(20),
        archive: perPage.default(200),
      }),
    )
    .default({ home: 10, terms: 20, archive: 200 }),
  markdown: markdown.default(markdown.parse({})),
  /** The images that other sites show with a link: cropped from the posts' own, drawn too for posts without one, or neither. */
  cards: z.enum(['crop', 'draw', 'off']).default('crop'),
  /** How the images of posts are made ready for the web; false, which is null here: they are left as they are. */
  images: z
    .preprocess((value) => (value === false ? null : value === true ? {} : value), images.nullable())
    .default(imagesDefaults),
  /** Whether posts say how to cite them, to readers and to Google Scholar. */
  cite: z.boolean().default(true),
  math: mathOptions.default(mathDefaults),
  /** What posts cite from, and how citations are written. */
  citations: z
    .preprocess(
      (value) =>
        value === false
          ? { bibliography: [] }
          : typeof value === 'string' || Array.isArray(value)
            ? { bibliography: value }
            : value,
      z.strictObject({
        /** Files from the site's root; by default content/*.bib and content/*.csl.json. */
        bibliography: z
          .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(text))
          .optional(),
        /** A style that comes with Scholium, or a file of the Citation Style Language. */
        style: text.default('apa'),
      }),
    )
    .default({ style: 'apa' }),
  /** How many related posts a post shows; 0 or false for none. */
  related: z
    .union(
      [z.literal(false).transform(() => 0), z.int().min(0).max(20)],
      'must be a number up to 20, or false',
    )
    .default(3),
  /** Where old URLs lead now: to a path of the site, a file of content, or an absolute URL. */
  redirects: z.record(text, text).default({}),
  /** What pages may load beside the site's own files, by directive of their Content-Security-Policy; false: they have none. */
  csp: z
    .union(
      [z.literal(false), z.partialRecord(z.enum(directives), policySources)],
      'must be false, or a mapping such as "img-src: https://images.example.org"',
    )
    .default({}),
  hosting: hosting.default(hostingDefaults),
  dates: z
    .strictObject({
      /** Where the date of a post's last change comes from if its front matter names none. */
      updated: z.enum(['written', 'git']).default('written'),
    })
    .default({ updated: 'written' }),
  /** Feeds, for a site that has a URL; false: none. */
  feeds: z
    .preprocess((value) => (value === false ? { formats: [] } : value === true ? {} : value), feeds)
    .default(feeds.parse({})),
  /** Whether the site has a page that searches it. */
  search: z.boolean().default(true),
  /** What is kept between builds: at most so much, such as 500 MB; what was not used for longest goes first. */
  cache: z
    .strictObject({ maxSize: byteSize.default(defaultCacheSize) })
    .default({ maxSize: defaultCacheSize }),
  /** Kinds of theorem beside the usual ones, or others in their place: `conjecture: { counter: theorem }`. */
  theorems: z
    .record(
      z.string().regex(/^[a-z]+$/, 'must be a word of small letters'),
      z.strictObject({ title: text.optional(), counter: text.nullable().optional() }),
    )
    .default({}),
  /** Kinds of callout beside GitHub's, or others in their place: `question: { title: Question, hue: 300 }`. */
  callouts: z
    .record(
      z.string().regex(/^[a-z][a-z\d-]*$/, 'must be a word of small letters'),
      z.preprocess(
        (value) => value ?? {},
        z.strictObject({
          title: text.optional(),
          hue: degrees.optional(),
        }),
      ),
    )
    .default({}),
  /** What a page may weigh, in parts and in all, with what it loads of the site. */
  budgets: budgets.default({ compressed: true }),
  rules: z
    .partialRecord(
      z.enum(['*', ...(Object.keys(rules) as (keyof typeof rules)[])]),
      z.enum(['off', 'warn', 'error']),
    )
    .default({}),
})

type Settings = z.output<typeof schema>

/** One way of grouping posts. */
export interface Taxonomy {
  readonly name: string
  /** Its heading: `Tags`; null where site.yaml gives none. */
  readonly title: string | null
  /** What one of its terms is called: `Tag`; null likewise. */
  readonly singular: string | null
  /** The folder of its pages, without slashes at its ends. */
  readonly path: string
  /** The front matter keys its terms come from. */
  readonly keys: readonly string[]
}

/** One entry of `redirects:`, as written. */
export interface ConfiguredRedirect {
  readonly from: string
  readonly to: string
  /** Where site.yaml says so. */
  readonly place: Place | undefined
}

/** A plugin that site.yaml names. */
export interface ConfiguredPlugin {
  /** Which tree it works on. */
  readonly kind: 'remark' | 'rehype'
  /** A package, or a file by its path from the site's root: `./plugins/name.mjs`. */
  readonly name: string
  /** Undefined where none are given. */
  readonly options?: unknown
  /** Where site.yaml names it. */
  readonly place: Place | undefined
}

/** What the site is. Plain data: the same config has the same JSON. */
export interface Config
  extends Readonly<
    Omit<
      Settings,
      | 'url'
      | 'author'
      | 'menu'
      | 'taxonomies'
      | 'theorems'
      | 'callouts'
      | 'redirects'
      | 'markdown'
      | 'citations'
      | 'budgets'
    >
  > {
  readonly markdown: Omit<Settings['markdown'], 'remarkPlugins' | 'rehypePlugins'>
  /** In the order in which they run, those of Markdown first. */
  readonly plugins: readonly ConfiguredPlugin[]
  /** The site's own URL, with a slash at its end; null where none is given. */
  readonly url: string | null
  /** The path of {@link url}: `/`, or `/blog/` for a site below a path. */
  readonly basePath: string
  readonly author: {
    readonly name: string
    readonly url?: string | undefined
    readonly email?: string | undefined
  } | null
  /** Null where the theme makes the menu. */
  readonly menu: readonly { readonly title: string; readonly url: string }[] | null
  readonly taxonomies: readonly Taxonomy[]
  readonly redirects: readonly ConfiguredRedirect[]
  readonly citations: {
    /** Null: what content/ holds. */
    readonly bibliography: readonly string[] | null
    readonly style: string
    /** Where site.yaml says so. */
    readonly places: {
      readonly bibliography: readonly (Place | undefined)[]
      readonly style: Place | undefined
    }
  }
  readonly budgets: Budgets
  /** The site's own kinds of theorem; a title of null is the language's word, a counter of null means no number. */
  readonly theorems: Readonly<
    Record<string, { readonly title: string | null; readonly counter: string | null }>
  >
  /** The site's own kinds of callout; a title of null is the language's word, a hue of null that of the theme. */
  readonly callouts: Readonly<Record<string, { readonly title: string | null; readonly hue: number | null }>>
}

/** A config, or the faults that keep it from being one; `text` is what was read, for code frames. */
export interface LoadedConfig {
  readonly config: Config | null
  readonly diagnostics: readonly Diagnostic[]
  readonly text: string
}

/**
 * Reads site.yaml of a site's root. A site without one has the defaults, if it has a content folder.
 * Reports `config-is-valid` at line and column for YAML faults, unknown keys and values of the wrong kind, and
 * `file-is-readable` where it is a link that leads out of the site, or nowhere.
 */
export function loadConfig(root: string): Promise<LoadedConfig> {
  return Promise.resolve(configIn(root))
}

/** Does the same at once; `parse` may know a text already. */
export function configIn(root: string, parse: (text: string) => LoadedConfig = parseConfig): LoadedConfig {
  const read = readConfig(root)
  if (typeof read === 'string') return parse(read)
  const fault = diagnostic(read.rule, `${configFile} cannot be read: ${read.reason}`, { file: configFile })
  return { config: null, diagnostics: [fault], text: '' }
}

/** Gives the text of a site.yaml, or why it cannot be read. */
function readConfig(
  root: string,
): string | { readonly rule: 'config-is-valid' | 'file-is-readable'; readonly reason: string } {
  const path = join(root, configFile)
  const fault = linkFault(root, path)
  if (fault !== null) return { rule: 'file-is-readable', reason: fault }
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return isMissing ? '' : { rule: 'config-is-valid', reason: reasonOf(error) }
  }
}

/** Gives the config that the text of a site.yaml says, or every fault in it. */
export function parseConfig(source: string): LoadedConfig {
  const { data, text, diagnostics, placeAt } = readYamlData(source, schema, {
    file: configFile,
    rule: 'config-is-valid',
  })
  const redirects = Object.entries(data?.redirects ?? {}).map(([from, to]) => ({
    from,
    to,
    place: placeAt(['redirects', from], 'key'),
  }))
  const plugins = (['remark', 'rehype'] as const).flatMap((kind) =>
    (data?.markdown[`${kind}Plugins`] ?? []).map((entry, index): ConfiguredPlugin => {
      const [name, ...options] = Array.isArray(entry) ? entry : [entry]
      const place = placeAt(['markdown', `${kind}Plugins`, index])
      return { kind, name, ...(options.length > 0 && { options: options[0] }), place }
    }),
  )
  const places = {
    bibliography: (data?.citations.bibliography ?? []).map((_, index) =>
      placeAt(['citations', 'bibliography', index]),
    ),
    style: placeAt(['citations', 'style']),
  }
  const budgetPlace = (kind: BudgetKind) => placeAt(['budgets', kind])
  return { config: data && toConfig(data, { redirects, plugins, places, budgetPlace }), diagnostics, text }
}

/** Gives the JSON Schema of site.yaml, for editors. */
export function configSchema(): object {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}

/** What site.yaml says at places that are reported later. */
interface Placed {
  readonly redirects: readonly ConfiguredRedirect[]
  readonly plugins: readonly ConfiguredPlugin[]
  readonly places: Config['citations']['places']
  readonly budgetPlace: (kind: BudgetKind) => Place | undefined
}

function toConfig(
  {
    url,
    author,
    menu,
    taxonomies,
    theorems,
    callouts,
    redirects: _,
    citations,
    budgets: { compressed, ...limits },
    markdown: { remarkPlugins: _remark, rehypePlugins: _rehype, ...markdown },
    ...rest
  }: Settings,
  { redirects, plugins, places, budgetPlace }: Placed,
): Config {
  const base = url === undefined ? null : url.replace(/(?<!\/)\/*$/, '/')
  return {
    ...rest,
    url: base,
    basePath: base === null ? '/' : decodeURI(new URL(base).pathname),
    author: author ?? null,
    menu: menu ?? null,
    redirects,
    plugins,
    markdown,
    citations: { bibliography: citations.bibliography ?? null, style: citations.style, places },
    budgets: {
      compressed,
      limits: Object.fromEntries(
        Object.entries(limits).map(([kind, bytes]) => [
          kind,
          { bytes, place: budgetPlace(kind as BudgetKind) },
        ]),
      ),
    },
    theorems: Object.fromEntries(
      Object.entries(theorems).map(([kind, { title = null, counter = kind === 'proof' ? null : kind }]) => [
        kind,
        { title, counter },
      ]),
    ),
    callouts: Object.fromEntries(
      Object.entries(callouts).map(([kind, { title = null, hue = null }]) => [kind, { title, hue }]),
    ),
    taxonomies: Object.entries(taxonomies).map(([name, given]) => {
      return {
        name,
        title: given.title ?? null,
        singular: given.singular ?? null,
        path: (given.path ?? name).replace(/(?<!\/)\/+$/, ''),
        keys: given.keys ?? knownKeys.get(name) ?? [name],
      }
    }),
  }
}

/** The keys that people use for one taxonomy. Front matter has both `category` and `categories`. */
const knownKeys: ReadonlyMap<string, readonly string[]> = new Map([
  ['tags', ['tags', 'tag']],
  ['categories', ['categories', 'category']],
])

function permalinkFaults(pattern: string): string[] {
  return [
    ...(pattern.startsWith('/') ? [] : ['must start with a slash']),
    ...(/:(slug|name)\b/.test(pattern) ? [] : ['must hold :slug or :name, or all posts have one URL']),
    ...(/(^|\/)\.\.?(\/|$)|[?#\\\s]/.test(pattern)
      ? ['must be a plain path, without "..", "?", "#" or spaces']
      : []),
    ...unknownFields(pattern).map(
      ({ field, hint }) => `does not know ${field}. ${hint.replace(/[.?]$/, '')}`,
    ),
  ]
}

/** Gives the fields of a permalink pattern that mean nothing, `:nope`, each with a hint. In `re:zero` a colon is a colon. */
export function unknownFields(pattern: string): readonly { readonly field: string; readonly hint: string }[] {
  const known = permalinkFields.map((field) => `:${field}`)
  return [...pattern.matchAll(/(?<![\p{L}\p{N}]):[a-z_]+/giu)]
    .map(String)
    .filter((field) => !known.includes(field))
    .map((field) => ({ field, hint: didYouMean(field, known) ?? `It may hold ${known.join(', ')}.` }))
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function isSiteUrl(value: string): boolean {
  if (!/^https?:\/\/[^?#\s]+$/i.test(value) || !URL.canParse(value)) return false
  try {
    const path = decodeURI(new URL(value).pathname).replace(/(?<!\/)\/+$/, '')
    // `//host/` would be the URL of another site wherever it is written without the scheme.
    return !/\/\/|\\|\p{Cc}|\uFFFD/u.test(path)
  } catch {
    return false
  }
}

/**
 * Whether a name is that of a time zone in the IANA database, such as `Europe/Berlin` or `UTC`. Temporal says so,
 * which reads the dates: names that Intl alone knows, such as `PST`, are none.
 */
export function isTimezone(name: string): boolean {
  // Offsets such as `+02:00` are no place, whose clocks change.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Temporal.PlainDate(2024, 1, 22).toZonedDateTime(name)
    return true
  } catch {
    return false
  }
}
