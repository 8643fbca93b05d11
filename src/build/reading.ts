/** What the sources of a site say before any body is rendered. */
import type { Config } from '../config.js'
import { type InputFile, letGo } from '../content/inventory.js'
import type { NamedFiles } from '../content/named-files.js'
import { type ParsedPost, type Post, parsePost } from '../content/post.js'
import { readDocument } from '../content/source.js'
import type { WordBook } from '../content/word-book.js'
import type { Diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { type BodyJob, bodyJob, keyOf, languageOf, optionsKey } from '../render/body.js'
import type { PluginSet } from '../render/plugins.js'
import { type Need, takenBy } from '../render/taken.js'
import { sourcesForStrangers } from '../sources.js'
import type { Ahead } from './ahead.js'
import type { CitationSources } from './citation-sources.js'
import type { KnownPost, KnownPosts } from './known-posts.js'

/** What the sources say, before any body is rendered. */
export interface ReadPosts {
  readonly posts: KnownPosts
  /** What is to be rendered of those that were read in this build, by file; whoever takes it lets it go here. */
  readonly jobs: Map<string, BodyJob>
  /** What has some of them rendered already. */
  readonly early: Ahead | null
  /** Of files that cannot be read. */
  readonly diagnostics: readonly Diagnostic[]
}

/** What bodies depend on beside their own texts. */
export interface BodySources {
  readonly config: Config
  readonly words: WordBook
  readonly named: NamedFiles
  readonly plugins: PluginSet | null
  readonly citing: CitationSources
  readonly program: string
}

/** What posts are read with. */
export interface Reading extends BodySources {
  /** What earlier builds know of posts. */
  readonly known: KnownPosts
  /** Has bodies rendered as they are read; null where nobody but this thread would render them. */
  readonly early: Ahead | null
  /** Whether a post is published. */
  readonly isWanted: (post: Post) => boolean
}

/** Gives the metadata of every document. Of one that has not changed, it is known already. */
export async function readPosts(documents: readonly InputFile[], reading: Reading): Promise<ReadPosts> {
  const { config, named, known, program, early, isWanted } = reading
  const { author, permalink, taxonomies, timezone } = config
  const sources = sourcesForStrangers(config)
  const settings = digestOf(
    JSON.stringify([author, permalink, taxonomies, timezone, sources, sources && config.url]),
  )
  const optionsIn = optionsKeys(reading)
  const posts = new Map<string, KnownPost>()
  const jobs = new Map<string, BodyJob>()
  const diagnostics: Diagnostic[] = []
  for (const input of documents) {
    const before = known.get(input.file)
    const isSame =
      before?.digest === input.digest &&
      before.settings === settings &&
      before.needs.every(([file, state]) => named.stateOf(file) === state)
    if (isSame && before.options === optionsIn(languageOf(before.post, config))) {
      posts.set(input.file, before)
      continue
    }
    const { document, diagnostics: faults } = readDocument(input)
    // Thousands of texts are much to hold until the end.
    letGo(input)
    if (!document) {
      diagnostics.push(...faults)
      continue
    }
    const parsed = parsePost(document, config)
    const { job, needs } = await jobOf(parsed, reading)
    const key = keyOf(job, program)
    const options = optionsIn(languageOf(parsed.post, config))
    const outline = before?.key === key ? before.outline : null
    // As JSON gives it back, so that a post is the same whether it was read now or in an earlier build.
    const entry = { digest: document.digest, settings, post: parsed.post, options, needs, key, outline }
    const plain = JSON.parse(JSON.stringify({ ...entry, diagnostics: [...faults, ...parsed.diagnostics] }))
    posts.set(input.file, plain as KnownPost)
    if (outline) continue
    if (early && isWanted(parsed.post)) await early.offer({ key, job })
    if (!early?.has(key)) jobs.set(input.file, job)
  }
  return { posts, jobs, diagnostics, early }
}

/** Gives what gives the key of a body's options by its language, each found out once. */
function optionsKeys({ config, words, plugins, citing }: BodySources): (lang: string) => string {
  const known = new Map<string, string>()
  return (lang) => {
    const key =
      known.get(lang) ?? optionsKey(config, lang, words.in(lang), plugins?.key ?? null, citing.names)
    known.set(lang, key)
    return key
  }
}

/** Gives what is to be rendered of a document, and the files that this depends on beside its own. */
async function jobOf(
  { post, body }: Pick<ParsedPost, 'post' | 'body'>,
  { config, words, named, plugins, citing }: BodySources,
): Promise<{ readonly job: BodyJob; readonly needs: readonly Need[] }> {
  const { includes, needs } = takenBy(post, body, named, config.markdown)
  const { citations, needs: cited } = await citing.citedBy(post, body)
  const inputs = { includes, citations, plugins: plugins?.key ?? null }
  return { job: bodyJob(post, body, config, words, inputs), needs: [...needs, ...cited] }
}

/** Gives what is to be rendered of a file whose metadata was known already; null if it can no longer be read as it was. */
export async function readJob(input: InputFile | undefined, sources: BodySources): Promise<BodyJob | null> {
  const document = input ? readDocument(input).document : null
  if (!document || document.digest !== input?.digest) return null
  const { job } = await jobOf(parsePost(document, sources.config), sources)
  return job
}
