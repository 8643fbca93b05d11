/** The keys of citations as they are written, `@doe99` and `@{odd key}`: in one place for the scan and the grammar. */

/** What may stand in a key (Pandoc's manual, "Citation syntax"): punctuation only within. */
const key = String.raw`@(?:\{([^\s{}]+)\}|([\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_]|[:.#$%&\-+?<>~/](?=[\p{L}\p{N}_]))*))`
/** Of that, what is no markup: a name that is no key must stay the Markdown that it was. */
const name = String.raw`[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}]|[_:.\-+/](?=[\p{L}\p{N}]))*`
const mention = String.raw`@(?:\{(${name})\}|(${name}))`

/** What before an `@` keeps it from beginning a citation: a mail address, a path of a URL, `@@`. */
export const noBoundary = /[\p{L}\p{M}\p{N}_@/\\]/u

const keyHere = new RegExp(key, 'uy')
const mentionHere = new RegExp(mention, 'uy')
const anywhere = new RegExp(`(?<!${noBoundary.source})${key}`, 'gu')
const mentionAnywhere = new RegExp(`(?<!${noBoundary.source})${mention}`, 'gu')

/** A key, and how long it is as written. */
export interface WrittenKey {
  readonly key: string
  readonly length: number
}

/** Gives the key that begins with the `@` at an offset of a text, if one does: one that is known, or may be meant for one. */
export function keyAt(text: string, offset: number, isKnown: (key: string) => boolean): WrittenKey | null {
  const found = writtenAt(keyHere, text, offset)
  return found && isKnown(found.key) ? found : writtenAt(mentionHere, text, offset)
}

function writtenAt(pattern: RegExp, text: string, offset: number): WrittenKey | null {
  pattern.lastIndex = offset
  const [whole, braced, bare] = pattern.exec(text) ?? []
  // `@ada@example.org` is an address.
  if (whole === undefined || text.charAt(offset + whole.length) === '@') return null
  return { key: braced ?? bare ?? '', length: whole.length }
}

/** Gives what looks like a key in a Markdown text, each once: more than there are citations, since code is searched too. */
export function keysIn(text: string): readonly string[] {
  if (!text.includes('@')) return []
  const found = [anywhere, mentionAnywhere].flatMap((pattern) =>
    Array.from(text.matchAll(pattern), ([, braced, bare]) => braced ?? bare ?? ''),
  )
  return [...new Set(found)]
}
