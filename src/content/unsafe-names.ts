/** Names that become another piece of a URL than they say: what is safe is taken, and that is reported. */
import { type Diagnostic, diagnostic, type Place, type RuleName } from '../diagnostics.js'
import { deviceIn, maxSlugBytes, shortenedIn, slugify } from './slug.js'

/** Words that a part of a URL is made of. */
export interface Name {
  /** Whose they are: the post's own slug, that of its file, of a folder of a page, or a term. */
  readonly of: 'slug' | 'file' | 'folder' | 'term'
  readonly words: string
  readonly place: Place
}

/**
 * Gives what becomes of a name in URLs: `url-is-safe` for a slug that would leave its folder, `name-is-portable` for devices
 * of Windows and for what is longer than a file name may be, `text-is-printable` for signs that are left out unseen.
 */
export function unsafeName(name: Name): readonly Diagnostic[] {
  const faults = [pathFault(name), deviceFault(name), lengthFault(name), unseenFault(name)]
  return faults.flatMap((fault) => {
    if (fault === null) return []
    const { rule, message, hint = hints[name.of] } = fault
    return [{ ...diagnostic(rule, message, { place: name.place, hint }), severity: 'warn' as const }]
  })
}

const hints: Readonly<Record<Name['of'], string | undefined>> = {
  slug: 'Write a slug of its own.',
  file: 'Write a slug of its own.',
  folder: 'Name it otherwise, or write a `permalink`.',
  term: undefined,
}

interface Fault {
  readonly rule: RuleName
  readonly message: string
  readonly hint?: string
}

function pathFault({ of, words }: Name): Fault | null {
  if (of !== 'slug' || !/(?:^|[/\\])\.\.?(?:[/\\]|$)/.test(words)) return null
  const message = `The slug "${words}" is read as "${slugify(words)}": it is one part of a URL.`
  return { rule: 'url-is-safe', message, hint: 'Write a path as `permalink`.' }
}

function deviceFault({ words }: Name): Fault | null {
  const device = deviceIn(words)
  if (device === null) return null
  const message = `"${device}" is the name of a device on Windows: in URLs it is called "${device}-name".`
  return { rule: 'name-is-portable', message }
}

function lengthFault(name: Name): Fault | null {
  const shortened = shortenedIn(name.words)
  if (shortened === null) return null
  const message = `${called(name)} is too long for a part of a URL (${maxSlugBytes} bytes at most): there it is cut to "${shortened}".`
  return { rule: 'name-is-portable', message }
}

/** Signs that nothing shows (Unicode's Cf), such as those that turn the direction of text; many scripts need the joiners. */
const unseen = /(?![\u00AD\u200C\u200D])\p{Cf}/u

function unseenFault(name: Name): Fault | null {
  const [sign] = unseen.exec(name.words) ?? []
  if (sign === undefined || name.of === 'term') return null
  const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const message = `${called(name)} holds U+${code}, which nothing shows: in URLs it is "${slugify(name.words)}".`
  return { rule: 'text-is-printable', message, hint: 'Delete it.' }
}

function called({ of, words }: Name): string {
  if (of === 'term') return `"${[...words].slice(0, 40).join('')}\u2026"`
  return { slug: 'The slug', file: 'The name of this file', folder: 'A name in the path of this file' }[of]
}
