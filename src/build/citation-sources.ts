/**
 * What the bodies of a build may cite from: bibliographies and styles, each read once. What a bibliography says is
 * kept for the next builds by its digest, since to read one takes long; the reader is loaded where there is one to read.
 */
import type { Cache } from '../cache.js'
import type { Config } from '../config.js'
import type { ReadEntries } from '../content/bibtex.js'
import {
  builtInStyle,
  builtInStyles,
  fallbackLocale,
  localeFor,
  localeText,
  styleFault,
} from '../content/citation-style.js'
import type { CslItem } from '../content/csl-item.js'
import { type Inventory, isBibliography } from '../content/inventory.js'
import { type NamedFiles, type NamedState, namedBelow, namedReason } from '../content/named-files.js'
import type { Post } from '../content/post.js'
import { cleanText } from '../content/source.js'
import { type Diagnostic, diagnostic, type Finding } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { configFile } from '../layout.js'
import type { BodyCitations } from '../markdown/citations/citing.js'
import { keysIn } from '../markdown/citations/keys.js'
import { reachingEntries } from '../markdown/citations/reach.js'
import { didYouMean } from '../nearest.js'
import { type BodyJob, languageOf } from '../render/body.js'
import { type Need, ofStrangers } from '../render/taken.js'

/** What a body cites from, and the files that this depends on. */
export interface Cited {
  readonly citations: BodyCitations | null
  readonly needs: readonly Need[]
}

export interface CitationSources {
  /** The files of the site's bibliography: what can reach any body. */
  readonly names: readonly string[]
  readonly citedBy: (post: Post, body: string) => Promise<Cited>
  /** Gives the styles and locales of jobs by their digests. */
  readonly textsOf: (jobs: Iterable<BodyJob>) => Readonly<Record<string, string>>
  /**
   * Reports `bibliography-is-valid` and `citation-style-is-valid` for all that the site and its posts name, whether
   * anything is cited from it or not.
   */
  readonly check: (posts: Iterable<Post>) => Promise<readonly Diagnostic[]>
  /** What the cache holds of bibliographies that were asked for. */
  readonly keys: () => ReadonlySet<string>
}

interface Sources {
  readonly config: Config
  readonly inventory: Pick<Inventory, 'files'>
  readonly named: NamedFiles
  readonly cache: Cache
  readonly program: string
}

const nothing: Cited = { citations: null, needs: [] }

/** Gives what the bodies of a site may cite from. */
export function citationSources({ config, inventory, named, cache, program }: Sources): CitationSources {
  const { bibliography, style } = config.citations
  /** Whether posts may name files: where strangers write them, they could read the site with that. */
  const mayName = config.markdown.html === 'allow'
  const found = [...inventory.files.keys()].filter(isBibliography)
  const names = bibliography?.map((written) => namedBelow(written, configFile) ?? written) ?? found
  const texts = new Map<string, string>()
  const kept = new Set<string>()
  const entries = new Map<string, Promise<ReadEntries>>()
  const merged = new Map<string, ReadonlyMap<string, CslItem>>()

  const entriesOf = (file: string): Promise<ReadEntries> => {
    const known = entries.get(file) ?? readEntries(file, { named, cache, program, kept })
    entries.set(file, known)
    return known
  }

  /** Gives the entries of several files; those of a later one count before those of an earlier. */
  const entriesIn = async (files: readonly string[]): Promise<ReadonlyMap<string, CslItem>> => {
    const name = files.join('\n')
    const known = merged.get(name)
    if (known) return known
    const all = await Promise.all(files.map(entriesOf))
    const items = new Map(all.flatMap(({ items }) => items.map((item) => [item.id, item])))
    merged.set(name, items)
    return items
  }

  const textFor = (text: string): string => {
    const digest = digestOf(text)
    texts.set(digest, text)
    return digest
  }

  const once = <T>(make: (name: string) => T) => {
    const made = new Map<string, T>()
    return (name: string): T => {
      const known = made.get(name) ?? make(name)
      made.set(name, known)
      return known
    }
  }
  const localeOf = once((lang) => localeFor(lang))
  const localeDigest = once((name) => textFor(localeText(name)))
  const styleOf = once((file): string | null => {
    const read = named.textOf(file)
    return 'fault' in read || styleFault(read.text) ? null : textFor(cleanText(read.text))
  })
  const defaultStyle = once((name) => textFor(builtInStyle(name) ?? ''))

  /** Gives the style of a post, and the file that it is read from. */
  const styleFor = ({ csl, file }: Post): { readonly digest: string; readonly needs: readonly Need[] } => {
    const [written, from] = csl === null ? [style, configFile] : [csl, file]
    if (builtInStyle(written) !== null) return { digest: defaultStyle(written), needs: [] }
    const path = csl === null || mayName ? namedBelow(written, from) : null
    const digest = path === null ? null : styleOf(path)
    const needs: readonly Need[] = path === null ? [] : [[path, named.stateOf(path)]]
    return { digest: digest ?? defaultStyle(builtInStyles[0]), needs }
  }

  const ownOf = ({ bibliography, file }: Post): readonly Own[] =>
    bibliography.map((written) =>
      mayName ? bibliographyOf(written, file, named) : { file: null, asked: [], fault: ofStrangers },
    )

  return {
    names,
    async citedBy(post, body) {
      const own = ownOf(post)
      const files = [...names, ...own.flatMap(({ file }) => file ?? [])]
      if (files.length === 0 || keysIn(body).length === 0) return nothing
      const reaching = reachingEntries(body, await entriesIn(files))
      if (!reaching) return nothing
      const needs = [...names, ...own.flatMap(({ asked }) => asked)].map(
        (file): Need => [file, named.stateOf(file)],
      )
      // Of a text that cites nothing and comes near to nothing, the style is of no interest.
      const { digest, needs: styleNeeds } = styleFor(post)
      const lang = localeOf(languageOf(post, config))
      const locales = Object.fromEntries(
        [...new Set([fallbackLocale, lang])].map((name) => [name, localeDigest(name)]),
      )
      return { citations: { ...reaching, lang, style: digest, locales }, needs: [...needs, ...styleNeeds] }
    },
    textsOf(jobs) {
      const wanted = [...jobs].flatMap(({ citations }) =>
        citations ? [citations.style, ...Object.values(citations.locales)] : [],
      )
      return Object.fromEntries([...new Set(wanted)].map((digest) => [digest, texts.get(digest) ?? '']))
    },
    async check(posts) {
      const diagnostics: Diagnostic[] = []
      const files = new Set<string>()
      const ask = (file: string, finding: Finding) => {
        const fault = faultOf(file, named)
        files.add(file)
        if (fault !== null)
          diagnostics.push(
            diagnostic('bibliography-is-valid', fault, { hint: didYouMean(file, found), ...finding }),
          )
      }
      for (const [index, file] of names.entries())
        ask(
          file,
          bibliography === null
            ? { file }
            : { file: configFile, place: config.citations.places.bibliography[index] },
        )
      const checkStyle = (written: string, from: string, place: Finding['place'], mayBeFile: boolean) => {
        const fault = faultOfStyle(written, from, mayBeFile ? named : null)
        if (fault)
          diagnostics.push(
            diagnostic('citation-style-is-valid', fault.message, { file: from, place, hint: fault.hint }),
          )
      }
      checkStyle(style, configFile, config.citations.places.style, true)
      for (const post of posts) {
        const { file, csl, places } = post
        for (const own of ownOf(post)) {
          if (own.file !== null) ask(own.file, { file, place: places.bibliography })
          else
            diagnostics.push(
              diagnostic('bibliography-is-valid', own.fault, { file, place: places.bibliography }),
            )
        }
        if (csl !== null) checkStyle(csl, file, places.csl, mayName)
      }
      const read = await Promise.all([...files].map(entriesOf))
      return [...diagnostics, ...read.flatMap((each) => each.diagnostics)]
    },
    keys: () => kept,
  }
}

/** A bibliography that a post names, the files that were looked at for it, and why it is none. */
type Own =
  | { readonly file: string; readonly asked: readonly string[] }
  | { readonly file: null; readonly asked: readonly string[]; readonly fault: string }

/** Gives the bibliography that a post names: in its folder, or for want of that in content/, where those of sites are. */
function bibliographyOf(written: string, document: string, named: NamedFiles): Own {
  const beside = namedBelow(written, document)
  if (beside === null) return { file: null, asked: [], fault: namedReason('outside', written) }
  if (named.stateOf(beside) !== 'missing') return { file: beside, asked: [beside] }
  const shared = namedBelow(`/content/${written}`, document)
  return shared !== null && named.stateOf(shared) !== 'missing'
    ? { file: shared, asked: [beside, shared] }
    : { file: beside, asked: shared === null ? [beside] : [beside, shared] }
}

function faultOf(file: string, named: NamedFiles): string | null {
  const state = named.stateOf(file)
  return state.length === 64 ? null : namedReason(state as 'missing', file)
}

const knownStyles = `Styles that come with Scholium: ${builtInStyles.join(', ')}.`

/** Says why a style cannot be used; null if it can. `named` is null where it may be no file. */
function faultOfStyle(
  written: string,
  from: string,
  named: NamedFiles | null,
): { readonly message: string; readonly hint: string | undefined } | null {
  if (builtInStyle(written) !== null) return null
  if (!named) return { message: ofStrangers, hint: knownStyles }
  const path = namedBelow(written, from)
  if (path === null) return { message: namedReason('outside', written), hint: knownStyles }
  const read = named.textOf(path)
  if ('fault' in read) {
    const near = didYouMean(written, builtInStyles)
    return {
      message: `The citation style "${written}" cannot be read: ${namedReason(read.fault, path)}`,
      hint: near ?? knownStyles,
    }
  }
  const fault = styleFault(read.text)
  return (
    fault && { message: `${path} cannot be used as a citation style: ${fault.message}.`, hint: fault.hint }
  )
}

/** Gives what a bibliography says, from the cache where it has been read before. */
async function readEntries(
  file: string,
  { named, cache, program, kept }: Pick<Sources, 'named' | 'cache' | 'program'> & { kept: Set<string> },
): Promise<ReadEntries> {
  const keyOf = (state: NamedState): string => {
    const key = digestOf(JSON.stringify(['bibliography', program, file, state]))
    kept.add(key)
    return key
  }
  const stored = cache.get(keyOf(named.stateOf(file)))
  if (stored !== null) return JSON.parse(stored) as ReadEntries
  const read = named.textOf(file)
  if ('fault' in read) {
    const diagnostics =
      read.fault === 'binary'
        ? [diagnostic('bibliography-is-valid', namedReason(read.fault, file), { file })]
        : []
    return { items: [], diagnostics }
  }
  const text = cleanText(read.text)
  const parsed = /\.json$/i.test(file)
    ? (await import('../content/csl-json.js')).parseCslJson(text, file)
    : (await import('../content/bibtex.js')).parseBibtex(text, file)
  // The file may have changed since it was looked at.
  cache.put(keyOf(read.state), JSON.stringify(parsed))
  return parsed
}
