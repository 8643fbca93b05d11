/** The words files: the theme's own words by language, those of templates/words in a site over the built-in ones. */
import { readFileSync, realpathSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { isMap, isScalar, type Pair, parseDocument } from 'yaml'
import type { Cache } from '../cache.js'
import { isDeepYaml } from '../depth.js'
import { type Diagnostic, diagnostic, type Place } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { reasonOf } from '../errno.js'
import { isLanguage, lookupsOf } from '../language.js'
import { didYouMean } from '../nearest.js'
import { placesIn } from '../place.js'
import { type Phrase, placeholder, type Word, type Words } from '../words.js'
import { unprintableScalars } from '../yaml-data.js'
import { type InputFile, isIgnored } from './inventory.js'

/** The words of every language that there are files of. */
export interface WordBook {
  /**
   * Gives all words in a language: a site's own, else the built-in ones, else those of the language that its tag is
   * a kind of (`pt` for `pt-BR`), else English.
   */
  in(lang: string): Words
  /** What is wrong with the site's own files. */
  readonly diagnostics: readonly Diagnostic[]
}

/** The language that has every word. */
const base = 'en'

const own = 'templates/words/'
const builtIn = 'scholium/templates/words/'

/** Where built-in words are kept, since to read YAML takes longer; `program` stands for what read them. */
export interface KeptWords {
  readonly cache: Pick<Cache, 'get' | 'put'>
  readonly program: string
}

/**
 * Gives the word book of a site, whose files an inventory lists. A built-in file is read when its language is first
 * asked for. Reports `words-are-valid` and `file-is-readable` in the site's own. Throws what the cache throws.
 */
export function wordBook(files: ReadonlyMap<string, InputFile>, kept?: KeptWords): WordBook {
  const known = new Map<string, Words>()
  const builtIns = filesBelow(builtIn, files)
  const english = keptWords(builtIns.get(base), base, null, kept)
  const given = [...files.values()].filter(({ file }) => isWordsFile(file))
  const sets = new Map<string, Words>()
  const diagnostics: Diagnostic[] = []
  for (const input of given) {
    const tag = tagOf(input.file, own)
    const read = tag === null ? misnamed(input) : wordsOf(input, tag, english)
    diagnostics.push(...read.diagnostics)
    if (tag !== null) sets.set(tag, read.words)
  }
  const builtInWords = (tag: string): Words =>
    tag === base ? english : keptWords(builtIns.get(tag), tag, english, kept)
  return {
    in(lang) {
      const before = known.get(lang)
      if (before) return before
      const tags = new Set([...lookupsOf(lang), base])
      const words: Words = Object.assign(
        {},
        ...[...tags].reverse().flatMap((tag) => [builtInWords(tag), sets.get(tag)]),
      )
      known.set(lang, words)
      return words
    },
    diagnostics,
  }
}

/** Whether a file of the inventory is one that a site means as words. */
function isWordsFile(file: string): boolean {
  const name = file.slice(own.length)
  return file.startsWith(own) && /^[^/]+\.ya?ml$/i.test(name) && !isIgnored(name)
}

function filesBelow(folder: string, files: ReadonlyMap<string, InputFile>): ReadonlyMap<string, InputFile> {
  return new Map(
    [...files.values()].flatMap((input) => {
      const tag = input.file.startsWith(folder) ? tagOf(input.file, folder) : null
      return tag === null ? [] : [[tag, input]]
    }),
  )
}

/** Gives the language that a words file is of, as tags are written; null if its name is no tag. */
function tagOf(file: string, folder: string): string | null {
  const [, tag] = /^([^/.]+)\.yaml$/.exec(file.slice(folder.length)) ?? []
  return tag !== undefined && isLanguage(tag) ? new Intl.Locale(tag).baseName : null
}

interface ReadWords {
  readonly words: Words
  readonly diagnostics: readonly Diagnostic[]
}

function misnamed({ file }: InputFile): ReadWords {
  const found = diagnostic('words-are-valid', `${file} is not named by a language.`, {
    file,
    hint: 'A words file is named by a language tag, as de.yaml or pt-BR.yaml.',
  })
  return { words: {}, diagnostics: [found] }
}

/** Gives the words of a built-in file, which has no faults, as they are kept or by reading it. */
function keptWords(
  input: InputFile | undefined,
  lang: string,
  reference: Words | null,
  kept: KeptWords | undefined,
): Words {
  if (!input || !kept) return wordsOf(input, lang, reference).words
  const key = digestOf(JSON.stringify(['words', kept.program, lang, input.digest]))
  const entry = kept.cache.get(key)
  if (entry !== null) return JSON.parse(entry) as Words
  const { words } = wordsOf(input, lang, reference)
  kept.cache.put(key, JSON.stringify(words))
  return words
}

/** Reads a words file; none has no words. `reference` has all keys, but for itself. */
function wordsOf(input: InputFile | undefined, lang: string, reference: Words | null): ReadWords {
  if (!input) return { words: {}, diagnostics: [] }
  const { file } = input
  try {
    return parseWords(textOf(input), { file, lang, reference })
  } catch (error) {
    const found = diagnostic('file-is-readable', `${file} cannot be read: ${reasonOf(error)}`, { file })
    return { words: {}, diagnostics: [found] }
  }
}

/** Reads a file, unless it is a link that leads out of the folder of templates, as for templates themselves. */
function textOf({ path, bytes }: InputFile): string {
  const templates = realpathSync(dirname(dirname(path)))
  if (!realpathSync(path).startsWith(templates + sep)) throw new Error('it is a link that leads elsewhere')
  return new TextDecoder().decode(bytes ?? readFileSync(path))
}

/** What a words file is called, what language it is in, and which words there are; null for the file that says so. */
interface WordsSource {
  readonly file: string
  readonly lang: string
  readonly reference: Words | null
}

/**
 * Gives the words that the text of a words file says. Reports `words-are-valid` at line and column: YAML faults, unknown
 * keys, placeholders and plural categories, and values that are no text.
 */
export function parseWords(source: string, { file, lang, reference }: WordsSource): ReadWords {
  const text = source.replace(/^\uFEFF/, '')
  const placeOf = placesIn(text)
  const tooDeep = isDeepYaml(text)
  const document = parseDocument(tooDeep ? '' : text, {
    prettyErrors: false,
    logLevel: 'error',
    stringKeys: true,
  })
  const { errors, contents } = document
  const found = (message: string, place: Place | undefined, hint?: string) =>
    diagnostic('words-are-valid', message, { file, place, hint })
  const unread = (...diagnostics: readonly Diagnostic[]): ReadWords => ({ words: {}, diagnostics })
  if (tooDeep) return unread(found(`${file} is nested too deeply.`, { line: 1, column: 1 }))
  if (errors.length > 0)
    return unread(
      ...errors.map(({ message, pos }) => found(`${file} is not valid YAML: ${message}.`, placeOf(pos))),
    )
  const odd = unprintableScalars(document)
  if (odd.length > 0)
    return unread(
      ...odd.map(({ character, range }) =>
        found(`${file} holds ${character}, which nothing shows.`, placeOf(range), 'Delete it.'),
      ),
    )
  if (contents === null || (isScalar(contents) && contents.value === null)) return unread()
  if (!isMap(contents))
    return unread(found(`${file} must hold words by key, as "archive: Archive".`, { line: 1, column: 1 }))
  const words: Record<string, Word> = {}
  const diagnostics: Diagnostic[] = []
  for (const pair of contents.items) {
    const key = keyOf(pair)
    const word = wordOf(pair.value, lang)
    const fault = entryFault(key, word, lang, reference)
    if (fault) {
      const range = rangeOf(fault.part === 'value' ? pair.value : null) ?? rangeOf(pair.key)
      diagnostics.push(found(fault.message, range && placeOf(range), fault.hint))
    } else if (word !== null) words[key] = word
  }
  return { words, diagnostics }
}

/** Says what is wrong with an entry of a words file, and with which part of it; null if nothing is. */
function entryFault(
  key: string,
  word: Word | null,
  lang: string,
  reference: Words | null,
): { readonly message: string; readonly part: 'key' | 'value'; readonly hint?: string | undefined } | null {
  if (reference !== null && !Object.hasOwn(reference, key))
    return {
      message: `There is no word "${key}".`,
      part: 'key',
      hint: didYouMean(key, Object.keys(reference)),
    }
  const fault = wordFault(word, reference?.[key] ?? word ?? '', lang)
  return fault === null ? null : { message: `"${key}" ${fault}.`, part: 'value' }
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : ''
}

function rangeOf(node: unknown): [number, number, number] | undefined {
  return (isScalar(node) || isMap(node) ? node.range : undefined) ?? undefined
}

/** Gives a word as a file has it: a text, or texts by plural category; null if it is neither. */
function wordOf(node: unknown, lang: string): Word | null {
  if (isScalar(node) && typeof node.value === 'string') {
    const { value } = node
    return placeholdersOf(value).length === 0 ? value : { lang, forms: { other: value } }
  }
  if (!isMap(node)) return null
  const forms = node.items.map((pair) => [keyOf(pair), isScalar(pair.value) ? pair.value.value : null])
  return forms.every(([, form]) => typeof form === 'string')
    ? { lang, forms: Object.fromEntries(forms) as Phrase['forms'] }
    : null
}

/** Says what keeps a word from standing in for the one that is known by its key; null if nothing does. */
function wordFault(word: Word | null, known: Word, lang: string): string | null {
  if (word === null) return 'must be text, or texts by plural category'
  const forms = formsOf(word)
  if (!Object.hasOwn(forms, 'other')) return 'must have the form "other"'
  const categories = new Intl.PluralRules([lang, 'en']).resolvedOptions().pluralCategories
  const category = Object.keys(forms).find((name) => !categories.some((one) => one === name))
  if (category !== undefined)
    return `has a form "${category}", which "${lang}" does not have: there are ${categories.join(', ')}`
  const allowed = new Set(Object.values(formsOf(known)).flatMap(placeholdersOf))
  const strange = Object.values(forms)
    .flatMap(placeholdersOf)
    .find((name) => !allowed.has(name))
  if (strange === undefined) return null
  const names = [...allowed].map((name) => `{${name}}`)
  return `has {${strange}}, which nothing fills${names.length > 0 ? `: it may hold ${names.join(' and ')}` : ''}`
}

/** Gives the texts of a word by plural category. */
export function formsOf(word: Word): Phrase['forms'] {
  return typeof word === 'string' ? { other: word } : word.forms
}

/** Gives the names of a text's placeholders, in order. */
export function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(placeholder)].map(([, name = '']) => name)
}
