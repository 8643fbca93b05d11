/** Quotes, apostrophes, dashes and ellipses of languages other than English; see typography.ts for the rest of it. */
import { narrowSpace, type QuotationStyle } from './quotation.js'

/** What stands for code, a formula or an image between texts: something that quotes may stand around. */
const thing = '\uFFFC'

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/**
 * Gives texts that follow each other in a paragraph with the punctuation of a language; null stands for what is no
 * text between them. Typewriter quotes become the language's marks: a double quote opens behind a space or a bracket
 * and closes behind what it follows. A single one is a mark only in a pair; alone it is an apostrophe, ’ in every
 * language. A quote that may be inches or feet stays. Takes time that grows with the length of the texts.
 */
export function punctuate(texts: readonly (string | null)[], style: QuotationStyle): readonly string[] {
  const whole = texts.map((text) => text ?? thing).join('')
  const edits = [
    ...(style === '' ? [] : quotesIn(whole, style)),
    ...dashesIn(whole),
    ...(style.includes(narrowSpace) ? frenchSpacesIn(whole) : []),
  ].sort((a, b) => a.from - b.from)
  return applied(edits, texts)
}

function applied(edits: readonly Edit[], texts: readonly (string | null)[]): readonly string[] {
  let next = 0
  let start = 0
  return texts.map((text) => {
    const length = text?.length ?? thing.length
    const end = start + length
    let result = ''
    let done = start
    for (; next < edits.length; next += 1) {
      const edit = edits[next]
      if (!edit || edit.from >= end) break
      // What stands in two texts stays.
      if (edit.to > end || edit.from < done) continue
      result += `${text?.slice(done - start, edit.from - start)}${edit.text}`
      done = edit.to
    }
    result += text?.slice(done - start) ?? ''
    start = end
    return result
  })
}

function dashesIn(text: string): readonly Edit[] {
  return [...text.matchAll(/(?<!-)-{2,3}(?!-)|\.{3,}|\.(?: \.){2}/g)].map(({ 0: found, index }) => ({
    from: index,
    to: index + found.length,
    text: found === '--' ? '–' : found === '---' ? '—' : '…',
  }))
}

/** The spaces that French has around guillemets and before high punctuation, where they were typed: they do not break. */
function frenchSpacesIn(text: string): readonly Edit[] {
  const spaces = /(?<=«) (?=\S)|(?<=\S) (?:(?=»)|(?=[;!?]+(?:[\s»”’"')\]…]|$))|(?=:(?:\s|$)))/g
  return [...text.matchAll(spaces)].map(({ index }) => ({
    from: index,
    to: index + 1,
    text: text[index + 1] === ':' ? '\u00A0' : narrowSpace,
  }))
}

const word = /[\p{L}\p{M}\p{N}]/u
/** What a quote may open behind; also the letters of scripts that are written without spaces. */
const opener = /[\s\p{Ps}\p{Pi}–—/=+*~|>-]/u
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}]/u
/** Words that begin with an apostrophe: Dutch 's and 't, German 'ne, and decades. */
const clipped = /(?:[dkmnrst]|ie|er|ne[mnrs]?)(?![\p{L}\p{N}'])|\d\d(?:s|er)?(?![\p{L}\p{N}'])/iuy

/** A straight quote, with the characters around it and its neighbours of the same kind. */
interface Quote {
  readonly at: number
  readonly isDouble: boolean
  readonly before: string
  readonly after: string
}

function quotesIn(text: string, style: QuotationStyle): readonly Edit[] {
  const [open = '', close = '', innerOpen = '', innerClose = ''] = style.split(' ')
  const edits: Edit[] = []
  const put = (at: number, mark: string) => edits.push({ from: at, to: at + 1, text: mark })
  /** Where the double quote stands that is open. */
  let outer: number | null = null
  /** Single quotes that may open, and are apostrophes if nothing closes them. */
  const inner: number[] = []
  const giveUpFrom = (start: number) => {
    for (let at = inner.at(-1); at !== undefined && at >= start; at = inner.at(-1)) {
      inner.pop()
      if (word.test(text[at + 1] ?? '')) put(at, '’')
    }
  }
  const setDouble = (quote: Quote) => {
    if (mayOpen(quote) && (!mayClose(quote) || outer === null)) {
      put(quote.at, open)
      outer = quote.at
    } else if (mayClose(quote) && !(outer === null && /\p{N}/u.test(quote.before))) {
      put(quote.at, close)
      giveUpFrom(outer ?? 0)
      outer = null
    }
  }
  const setSingle = (quote: Quote) => {
    const { at } = quote
    const opened = inner.at(-1)
    if (mayOpen(quote) && (!mayClose(quote) || opened === undefined)) inner.push(at)
    else if (mayClose(quote) && opened !== undefined) {
      put(opened, innerOpen)
      put(at, innerClose)
      inner.pop()
    } else if (mayClose(quote) && !/\p{N}/u.test(quote.before)) put(at, '’')
  }
  for (const quote of straightQuotesIn(text)) {
    if (quote.isDouble) setDouble(quote)
    else if (isApostrophe(quote, text)) put(quote.at, '’')
    else if (!isTwin(quote, text)) setSingle(quote)
  }
  giveUpFrom(0)
  return edits
}

function mayOpen({ before, after }: Quote): boolean {
  const isBehind = before === '' || opener.test(before) || unspaced.test(before)
  return isBehind && after !== '' && !/[\s\p{Pe}]/u.test(after)
}

function mayClose({ before }: Quote): boolean {
  return before !== '' && !/[\s\p{Ps}\p{Pi}]/u.test(before)
}

/** Whether a single quote stands within a word, or at the beginning of one of those that begin with an apostrophe. */
function isApostrophe(quote: Quote, text: string): boolean {
  const { at } = quote
  const [left, right] = [text[at - 1] ?? '', text[at + 1] ?? '']
  if (word.test(left) && word.test(right)) return !unspaced.test(left)
  clipped.lastIndex = at + 1
  return mayOpen(quote) && clipped.test(text)
}

/** Whether another single quote is next to one: nobody knows what they mean. */
function isTwin({ at }: Quote, text: string): boolean {
  return text[at - 1] === "'" || text[at + 1] === "'"
}

/** Gives each straight quote; the characters around it are those before and behind all quotes next to it. */
function straightQuotesIn(text: string): readonly Quote[] {
  return [...text.matchAll(/["']+/g)].flatMap(({ 0: found, index }) => {
    const before = [...text.slice(Math.max(0, index - 2), index)].at(-1) ?? ''
    const after = String.fromCodePoint(text.codePointAt(index + found.length) ?? 0).replace('\0', '')
    return Array.from(found, (character, offset) => ({
      at: index + offset,
      isDouble: character === '"',
      before,
      after,
    }))
  })
}
