/** A sketch of a body: the few words that tell most of what it is about, to compare posts by without reading them. */
import { byCodeUnit } from '../order.js'

/** How many words a sketch holds: with them it has some 220 bytes. */
const sketchSize = 32

/**
 * Gives the most telling words of a text, cut to their stems and joined by spaces. Words tell by how often they
 * occur and by how long they are, since in every language its commonest words are short (Zipf 1935); those that a
 * site's posts have in common all the same are told apart when they are compared. Of words that tell equally the
 * first in code-unit order are taken, so that two texts with the same words keep the same ones. `weighty` are texts
 * whose words count more: the title, headings.
 */
export function sketchOf(text: string, weighty: readonly string[] = []): string {
  const words = new Map<string, number>()
  const count = (text: string, weight: number) => {
    for (const word of wordsIn(text)) words.set(word, (words.get(word) ?? 0) + weight)
  }
  count(text, 1)
  for (const line of weighty) count(line, weightOfTitles)
  const stems = new Map<string, number>()
  for (const [word, times] of words) {
    const stem = stemOf(word)
    if (stem !== null) stems.set(stem, (stems.get(stem) ?? 0) + times)
  }
  return [...stems]
    .map(([stem, times]) => [stem, tellingOf(stem, times)] as const)
    .sort(([a, m], [b, n]) => n - m || byCodeUnit(a, b))
    .slice(0, sketchSize)
    .map(([stem]) => stem)
    .sort(byCodeUnit)
    .join(' ')
}

/** How often a word of a title or heading counts. */
const weightOfTitles = 3

const word = /\p{L}[\p{L}\p{M}\p{N}]*/gu
/** Scripts that are written without spaces between words. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u

function wordsIn(text: string): readonly string[] {
  const runs = text.normalize('NFKC').toLowerCase().match(word) ?? []
  return unspaced.test(text) ? runs.flatMap((run) => (unspaced.test(run) ? wordsOfRun(run) : run)) : runs
}

function wordsOfRun(run: string): readonly string[] {
  return [...segmenter().segment(run)].flatMap(({ segment, isWordLike }) => (isWordLike ? segment : []))
}

let known: Intl.Segmenter | undefined

/** Gives what finds words by dictionary, in whatever language; few sites need it. */
function segmenter(): Intl.Segmenter {
  known ??= new Intl.Segmenter('en', { granularity: 'word' })
  return known
}

/** How many letters a stem has; a Chinese character or a Korean syllable stands for three. */
const stemLength = 6

/**
 * Gives a word's stem, or null for one that is too short to tell anything: the word without the s of a plural,
 * cut short. For comparing texts this crude way does about as well as grammars of single languages (McNamee and
 * Mayfield 2004, doi:10.1023/B:INRT.0000009441.78971.be), and needs to know no language.
 */
function stemOf(word: string): string | null {
  const singular = /^\p{sc=Latin}{4,}s$/u.test(word) ? word.slice(0, -1) : word
  let length = 0
  let end = 0
  for (const character of singular) {
    if (length >= stemLength) break
    end += character.length
    length += lettersOf(character)
  }
  return length < 3 || end < 2 ? null : singular.slice(0, end)
}

/** How many letters of an alphabet a character stands for. */
function lettersOf(character: string): number {
  if (character < '\u0300') return 1
  return /[\p{sc=Han}\p{sc=Hangul}]/u.test(character) ? 3 : /\p{M}/u.test(character) ? 0 : 1
}

/** How much a word tells that occurs so many times. In whole numbers, so that few edits change which words are kept. */
function tellingOf(stem: string, times: number): number {
  const length = [...stem].reduce((sum, character) => sum + lettersOf(character), 0)
  return (32 - Math.clz32(times)) * length ** 3
}
