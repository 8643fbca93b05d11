/** The body of a post: what it is rendered from, the key that all of this makes, and what is kept of it. */
import { type Config, extensionNames, type MarkdownExtensions, type MathOptions } from '../config.js'
import type { Post } from '../content/post.js'
import type { WordBook } from '../content/word-book.js'
import { digestOf } from '../digest.js'
import { type BodyWords, bodyWords } from '../markdown/body-words.js'
import type { BodyCitations } from '../markdown/citations/citing.js'
import type { Inline } from '../markdown/embedded.js'
import type { Includes } from '../markdown/includes.js'
import { reachingMacros } from '../markdown/math/reach.js'
import type { OfOneBody, RenderOptions } from '../markdown/pipeline.js'
import { type QuotationStyle, quotationStyle } from '../markdown/quotation.js'
import type { Heading, Rendered, Section } from '../markdown/rendered.js'
import { sourcesForStrangers } from '../sources.js'
import { speaker, type Words } from '../words.js'

/** What reaches bodies from outside, what is each one's own aside. */
export type BodyOptions = Omit<RenderOptions, keyof OfOneBody>

/** All that a rendered body depends on, and nothing else: together they are its key. */
export interface BodyJob {
  /** Its Markdown. */
  readonly body: string
  /** As front matter has them; null where it has none. */
  readonly title: string | null
  readonly subtitle: string | null
  readonly excerpt: string | null
  /** The title of a post that has none, nor a heading. */
  readonly name: string
  /** Of the words of its language, those that it can come upon. */
  readonly words: BodyWords
  /** How its language sets quotes. */
  readonly quotation: QuotationStyle
  /** What it shows of other files. */
  readonly includes: Includes
  /** What it cites from; null where nothing in it can be a citation. */
  readonly citations: BodyCitations | null
  readonly options: BodyOptions
  /** The digest of the site's plugins and their options; null if there are none. */
  readonly plugins: string | null
}

/** A title or subtitle, as the rest of the site is told of it. */
export interface Line {
  /** Its formulas as plain text. */
  readonly text: string
  /** Whether any formula was typeset. */
  readonly math: boolean
  /** Formulas that KaTeX rejects, shown as their source, and why. */
  readonly faults: readonly { readonly tex: string; readonly reason: string }[]
}

/** What the rest of the site is told of a body: everything but its HTML. */
export interface Outline extends Omit<Rendered, 'html' | 'styles' | 'inline' | 'headings' | 'sections'> {
  readonly title: Line
  readonly subtitle: Line | null
  readonly headings: readonly Omit<Heading, 'html'>[]
  /** What the cache holds its text under; see {@link sectionsIn}. */
  readonly sections: string
}

/** The HTML of a body, with holes, which its own page alone holds. */
export interface BodyHtml {
  readonly content: string
  readonly title: string
  readonly subtitle: string | null
  /** The sheet of its classes, which stand for inline styles; '' where there are none. */
  readonly styles: string
  readonly inline: Inline
  /** Of each heading, without links, for a table of contents. */
  readonly headings: readonly string[]
}

/** Gives the language of a post: its own, or the site's. */
export function languageOf({ lang }: Pick<Post, 'lang'>, config: Pick<Config, 'lang'>): string {
  return lang ?? config.lang
}

/** What reaches a body from beside it and the configuration. */
export interface BodyInputs extends Pick<BodyJob, 'includes' | 'citations'> {
  readonly plugins?: string | null
}

/** Gives what is to be rendered of a post. */
export function bodyJob(
  post: Post,
  body: string,
  config: Config,
  book: Pick<WordBook, 'in'>,
  { includes, citations, plugins = null }: BodyInputs = { includes: {}, citations: null },
): BodyJob {
  const lang = languageOf(post, config)
  const words = book.in(lang)
  const { title, subtitle, excerpt } = post
  const options = optionsOf(post, [body, title, subtitle, excerpt], config)
  const name = nameOf(post) || speaker()(words, 'untitled')
  const quotation = quotationStyle(lang)
  return {
    body,
    title,
    subtitle,
    excerpt,
    name,
    // A plugin may write what the text does not say.
    words: bodyWords(words, lang, plugins === null ? body : undefined),
    quotation,
    includes,
    citations,
    options,
    plugins,
  }
}

/** Gives what is to be rendered of the site's description: an empty body with an excerpt. */
export function descriptionJob(config: Config): BodyJob {
  const { description: excerpt } = config
  const options = optionsOf({ math: {}, macros: {} }, [excerpt], config)
  const words = bodyWords({}, config.lang, '')
  return {
    body: '',
    title: null,
    subtitle: null,
    excerpt,
    name: '',
    words,
    quotation: quotationStyle(config.lang),
    includes: {},
    citations: null,
    options,
    plugins: null,
  }
}

function nameOf({ name }: Post): string {
  return name.replace(/[-_]+/g, ' ').trim()
}

/** The site's options, with the post's own over them; of the macros, those that the texts can come upon. */
function optionsOf(
  post: Pick<Post, 'math' | 'macros'>,
  texts: readonly (string | null)[],
  config: Config,
): BodyOptions {
  const math = mathOf(post, config)
  const { html } = config.markdown
  const sources = sourcesForStrangers(config)
  const reaching = reachingMacros(
    texts.filter((text) => text !== null),
    math.macros,
  )
  return {
    siteUrl: config.url === null ? null : `${new URL(config.url).origin}/`,
    smartPunctuation: config.markdown.smartPunctuation,
    html,
    ...(sources && { sources }),
    foldCode: config.markdown.foldCode,
    extensions: extensionsOf(config),
    math: { ...math, macros: { ...reaching } },
    theorems: config.theorems,
    callouts: config.callouts,
  }
}

/** Gives the site's options for formulas with a post's own over them. */
export function mathOf(post: Pick<Post, 'math' | 'macros'>, { math }: Config): MathOptions {
  const macros = { ...math.macros, ...post.math.macros, ...post.macros }
  return { ...math, ...given(post.math), macros }
}

/** The options that a post sets. */
function given(options: Post['math']): Partial<MathOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/**
 * Gives the digest of what of the site's configuration, its plugins, the words of a language and the names of its
 * bibliographies can reach any body.
 */
export function optionsKey(
  config: Config,
  lang: string,
  words: Words,
  plugins: string | null,
  bibliographies: readonly string[] = [],
): string {
  const { url, markdown, math, theorems, callouts, citations } = config
  const { source: _, ...given } = markdown
  const reaching = [bodyWords(words, lang), words.untitled, quotationStyle(lang)]
  const cited = [lang, citations.style, bibliographies]
  const sources = sourcesForStrangers(config)
  return digestOf(JSON.stringify([url, given, sources, math, theorems, callouts, plugins, reaching, cited]))
}

/** Gives which constructs a site's Markdown has. */
function extensionsOf({ markdown }: Pick<Config, 'markdown'>): MarkdownExtensions {
  return Object.fromEntries(extensionNames.map((name) => [name, markdown[name]])) as MarkdownExtensions
}

/** Gives the key of a body: the digest of all that it depends on; `program` stands for what renders it. */
export function keyOf(job: BodyJob, program: string): string {
  return digestOf(JSON.stringify([program, job]))
}

/** Gives an entry of the cache for a rendered body. */
export function encodeBody(outline: Outline, html: BodyHtml): string {
  const { content, ...rest } = html
  return [JSON.stringify(outline), JSON.stringify(rest), content].join('\n')
}

/** Reads the outline off an entry of the cache. */
export function outlineOf(entry: string): Outline {
  return JSON.parse(entry.slice(0, entry.indexOf('\n'))) as Outline
}

/** Gives the sections of a body as an entry of the cache, and the key of it: the same text has the same. */
export function encodeSections(sections: readonly Section[]): {
  readonly key: string
  readonly entry: string
} {
  const entry = JSON.stringify(sections)
  return { key: digestOf(`sections\n${entry}`), entry }
}

/** Reads sections off an entry of the cache. */
export function sectionsIn(entry: string): readonly Section[] {
  return JSON.parse(entry) as readonly Section[]
}

/** Reads the HTML off an entry of the cache. */
export function htmlOf(entry: string): BodyHtml {
  const first = entry.indexOf('\n')
  const second = entry.indexOf('\n', first + 1)
  return { ...(JSON.parse(entry.slice(first + 1, second)) as BodyHtml), content: entry.slice(second + 1) }
}
