/** Words → a piece of a URL, in any script. */
import { slug as githubSlug } from 'github-slugger'

/** A file name may have 255 bytes on common file systems; this leaves room for a suffix. */
export const maxSlugBytes = 200

/**
 * Gives words as one segment of a URL: GitHub's slug (lower case, spaces to dashes, letters and digits of
 * every script kept), with the signs that tell names apart spelled out (`C++` → `c-plus-plus`, `C#` →
 * `c-sharp`, `R&D` → `r-and-d`). Words with no letter at all become their code points (`∑` → `u2211`).
 * Never empty, never `.` or `..`, never with a slash, never the name of a device of Windows (`aux` → `aux-name`), at most
 * 200 bytes in UTF-8.
 */
export function slugify(words: string): string {
  const slug = plainSlug(words)
  return isDeviceName(slug) ? `${slug}-name` : slug
}

/** Gives the name of a device of Windows that words would else have as their slug; null if they would not. */
export function deviceIn(words: string): string | null {
  const slug = plainSlug(words)
  return isDeviceName(slug) ? slug : null
}

/**
 * Whether a file cannot have a name on Windows since a device has it, whatever its ending (`aux.txt`): see "Naming Files,
 * Paths, and Namespaces" in Microsoft's documentation.
 */
export function isDeviceName(name: string): boolean {
  return /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?:[ .]|$)/i.test(name)
}

/** Gives the slug of words that are too long for a name; null where none of them is left out for that. */
export function shortenedIn(words: string): string | null {
  return Buffer.byteLength(wholeSlug(words)) > maxSlugBytes ? slugify(words) : null
}

function plainSlug(words: string): string {
  return cut(wholeSlug(words)) || 'untitled'
}

/** The slug of words of any length. */
function wholeSlug(words: string): string {
  const text = words.normalize('NFC').toWellFormed().trim()
  const spelled = text
    .replace(/\+/g, '-plus-')
    .replace(/(?<=[\p{L}\p{N}])#/gu, '-sharp-')
    .replace(/&/g, '-and-')
    .replace(/[\s/\\.]+/g, '-')
  // What is left out may have stood between a letter and its accent.
  const slug = tidy(githubSlug(spelled)).normalize('NFC')
  return /[\p{L}\p{N}]/u.test(cut(slug)) ? slug : codePoints(text)
}

/** Gives each character's code point, as `u2211-u2202`. */
export function codePoints(text: string): string {
  return [...text].map((character) => `u${character.codePointAt(0)?.toString(16)}`).join('-')
}

function tidy(slug: string): string {
  return slug.replace(/-{2,}/g, '-').replace(/^-|-$/g, '')
}

function cut(slug: string): string {
  if (Buffer.byteLength(slug) <= maxSlugBytes) return slug
  let kept = ''
  for (const character of slug) {
    if (Buffer.byteLength(kept + character) > maxSlugBytes) break
    kept += character
  }
  return tidy(kept)
}
