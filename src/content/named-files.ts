/**
 * Files that texts name and depend on beside what they are: code that a post shows, a bibliography. They may lie
 * anywhere below the site's root; a build knows of them what it knows of its sources, and of one that is missing, that it is.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, posix, resolve, sep } from 'node:path'
import { digestOf } from '../digest.js'
import { isSettled, sourceSignature } from '../signature.js'

/** Why a file that is named cannot be read. */
export type NamedFault = 'missing' | 'outside' | 'folder' | 'large' | 'unreadable'

/** What a file is: the SHA-256 of its bytes in hexadecimal, or why they cannot be read. */
export type NamedState = string

/** A file that is named. */
export interface NamedFile {
  /** Relative to the site's root, with forward slashes. */
  readonly file: string
  readonly path: string
  /** See {@link sourceSignature}; '' where there is none. */
  readonly signature: string
  readonly state: NamedState
  /** Its bytes, if they had to be read. */
  readonly bytes?: Uint8Array
}

/** What an earlier build knew of a file that is named. */
export type NamedRecord = readonly [file: string, signature: string, state: NamedState]

/** Larger files are no text for a page. */
const mostBytes = 16 * 1024 * 1024

/**
 * Gives the path, from the site's root, that a document names; null where it leads out of the site. It leads from the
 * document's own folder, or with a slash at its front from the site's root.
 */
export function namedBelow(written: string, document: string): string | null {
  const path = posix.normalize(
    written.startsWith('/') ? `.${written}` : posix.join(posix.dirname(document), written),
  )
  return path === '..' || path.startsWith('../') || path.includes('\0') ? null : path
}

/**
 * Takes a file as it is now; `home` is the site's root without links in it. Bytes of the signature that an earlier
 * build recorded are not read again. A name that begins with `../` is one that site.yaml led to, and may lie outside;
 * any other that leads there by a link may not.
 */
export function takeNamed(
  home: string,
  file: string,
  before?: { readonly record: NamedRecord | undefined; readonly takenAt: number },
): NamedFile {
  const path = resolve(home, file)
  const signature = namedSignature(path)
  const fault = (state: NamedFault): NamedFile => ({ file, path, signature, state })
  try {
    const real = realpathSync(path)
    const mayLeave = file.startsWith('../') || isAbsolute(file)
    if (!mayLeave && !real.startsWith(home + sep)) return fault('outside')
    const stats = statSync(real)
    if (!stats.isFile()) return fault('folder')
    if (stats.size > mostBytes) return fault('large')
    if (
      before?.record?.[1] === signature &&
      isDigest(before.record[2]) &&
      isSettled(signature, before.takenAt)
    )
      return { file, path, signature, state: before.record[2] }
    const bytes = readFileSync(real)
    return { file, path, signature, state: digestOf(bytes), bytes }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return fault(code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable')
  }
}

/** Gives the signature that a path has now; '' where nothing can be said of it. */
export function namedSignature(path: string): string {
  try {
    return sourceSignature(statSync(path))
  } catch {
    return ''
  }
}

function isDigest(state: NamedState): boolean {
  return state.length === 64
}

/** What a named file says: its text, or why there is none. */
export type NamedText =
  | { readonly text: string; readonly state: NamedState }
  | { readonly fault: NamedFault | 'binary'; readonly state: NamedState }

/** The named files of a build, each looked at once. */
export interface NamedFiles {
  readonly stateOf: (file: string) => NamedState
  /** Gives what a file says, lines ended by \n alone, with the state that it had when it was read. */
  readonly textOf: (file: string) => NamedText
  /** Gives every file that was asked for, by name. */
  readonly taken: () => ReadonlyMap<string, NamedFile>
}

/** Gives the named files of a site, some of which the inventory has taken already. */
export function namedFiles(home: string, known: ReadonlyMap<string, NamedFile>): NamedFiles {
  const files = new Map<string, NamedFile>()
  const texts = new Map<string, NamedText>()
  const take = (file: string): NamedFile => {
    const found = files.get(file) ?? known.get(file) ?? takeNamed(home, file)
    files.set(file, found)
    return found
  }
  const read = (file: string): NamedText => {
    const first = take(file)
    // What is known by its signature alone is read now, so that text and state are of the same bytes.
    const found = first.bytes === undefined && isDigest(first.state) ? takeNamed(home, file) : first
    files.set(file, found)
    const { bytes, state } = found
    if (bytes === undefined) return { fault: state as NamedFault, state }
    const text = textIn(bytes)
    return text === null ? { fault: 'binary', state } : { text, state }
  }
  return {
    stateOf: (file) => take(file).state,
    textOf(file) {
      const text = texts.get(file) ?? read(file)
      texts.set(file, text)
      return text
    },
    taken: () => files,
  }
}

/** Gives the text that bytes are in UTF-8; null if they are none. */
function textIn(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

/** Says why a file that is named cannot be read. */
export function namedReason(fault: NamedFault | 'binary' | 'made', file: string): string {
  switch (fault) {
    case 'missing':
      return `There is no file ${file}.`
    case 'outside':
      return `${file} leads out of the site.`
    case 'folder':
      return `${file} is not a file.`
    case 'large':
      return `${file} is larger than 16 MB.`
    case 'unreadable':
      return `${file} cannot be read.`
    case 'binary':
      return `${file} is not text in UTF-8.`
    case 'made':
      return `${file} is made by Scholium itself.`
  }
}
