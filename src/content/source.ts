/** What lies on disk, by what becomes of it: Markdown, and files that are published as they are. */
import { readFileSync } from 'node:fs'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { reasonOf } from '../errno.js'
import { placesIn } from '../place.js'
import { unprintablesIn } from '../printable.js'
import { type InputFile, type Inventory, isIgnored } from './inventory.js'

/** A Markdown file of content/posts or content/pages. */
export interface SourceFile {
  readonly kind: 'post' | 'page'
  /** Relative to the site's root, with forward slashes: `content/posts/a.md`. */
  readonly file: string
  /** As {@link cleanText} gives it. */
  readonly text: string
}

/** A file that is published unchanged. */
export interface StaticFile {
  /** Relative to the site's root, with forward slashes. */
  readonly file: string
}

/** The sources of a site, each kind by file name, in code-unit order. */
export interface Sources {
  readonly documents: readonly InputFile[]
  readonly statics: readonly InputFile[]
}

const folders = { post: 'content/posts/', page: 'content/pages/', asset: 'assets/' } as const
const markdownFile = /\.(md|markdown)$/i
/** Parts of style sheets and scripts: bundled into others, not published themselves. */
const partFile = /(^|\/)_[^/]*\.(css|m?js)$/i
/** The sheets and scripts of features: published under fingerprinted names, as the theme's other entries. */
const featureFile = /^assets\/(css\/features\/[^/]+\.css|js\/features\/[^/]+\.js)$/
/** What the theme bundles and writes under a fingerprinted name; see output/styles.ts. */
const themeEntries: ReadonlySet<string> = new Set([
  'assets/css/main.css',
  'assets/css/custom.css',
  'assets/css/feed.css',
  'assets/css/search.css',
  'assets/js/theme.js',
  'assets/js/search.js',
  'assets/favicon.svg',
])

/** Gives what an inventory holds of content/posts, content/pages and assets. */
export function sourcesOf({ files }: Inventory): Sources {
  const own = [...files.values()].filter(({ file }) => /^(content\/(posts|pages)|assets)\//.test(file))
  return {
    documents: own.filter(({ file }) => isDocument(file)),
    statics: own.filter(({ file }) => !isDocument(file) && isPublished(file)),
  }
}

/** Gives what kind of document a file is. */
export function kindOf(file: string): SourceFile['kind'] {
  return file.startsWith(folders.post) ? 'post' : 'page'
}

function isDocument(file: string): boolean {
  return markdownFile.test(file) && !file.startsWith(folders.asset)
}

function isPublished(file: string): boolean {
  if (isIgnored(file.slice(file.lastIndexOf('/') + 1))) return false
  return (
    !file.startsWith(folders.asset) ||
    !(themeEntries.has(file) || partFile.test(file) || featureFile.test(file))
  )
}

/** A document that was read, or why it was not. */
export interface ReadDocument {
  /** Null if it cannot be read. */
  readonly document: (SourceFile & { readonly digest: string }) | null
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads a document as clean text, with the digest of the bytes that the text is of.
 * Reports `file-is-readable`, `text-is-utf8`, and as `text-is-printable` what {@link cleanText} replaces.
 */
export function readDocument({ file, path, bytes: given, digest: known }: InputFile): ReadDocument {
  try {
    const bytes = given ?? readFileSync(path)
    const { text: decoded, valid } = decode(bytes)
    const text = withPlainLines(decoded)
    const digest = given ? known : digestOf(bytes)
    const fault = diagnostic(
      'text-is-utf8',
      `${file} is not valid UTF-8: some characters are shown as \uFFFD.`,
      { file, hint: 'Save the file as UTF-8.' },
    )
    const document = { kind: kindOf(file), file, text: scrubbed(text), digest }
    // What is said of other encodings is said of the NULs in them, too.
    return { document, diagnostics: valid ? lostCharacters(text, file) : [fault] }
  } catch (error) {
    const found = diagnostic('file-is-readable', `${file} cannot be read: ${reasonOf(error)}`, { file })
    return { document: null, diagnostics: [found] }
  }
}

/**
 * Gives text as the rest of the program relies on it: no byte order mark, lines ended by \n alone, and
 * U+FFFD for NUL (CommonMark 2.3) and for the noncharacters that rendering marks things with (named in markdown/rendered.ts).
 */
export function cleanText(text: string): string {
  return scrubbed(withPlainLines(text))
}

function withPlainLines(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
}

/** What no text may hold on its way through the program. */
const refused = /[\0\uFDD0-\uFDD6]/g

function scrubbed(text: string): string {
  return text.replace(refused, '\uFFFD')
}

/** Gives what is said of the characters that a document loses; of others in its body `remarkSuspicion` tells. */
function lostCharacters(text: string, file: string): readonly Diagnostic[] {
  const lost = unprintablesIn(text, refused, ': \uFFFD stands in its place')
  if (lost.length === 0) return []
  const placeOf = placesIn(text)
  return lost.map(({ message, at }) => {
    const { line, column } = placeOf([at, at])
    return diagnostic('text-is-printable', message, { file, place: { line, column }, hint: 'Delete it.' })
  })
}

function decode(bytes: Uint8Array): { text: string; valid: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), valid: true }
  } catch {
    return { text: new TextDecoder('utf-8').decode(bytes), valid: false }
  }
}
