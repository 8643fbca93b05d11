/** A body as prose: how long it takes to read, and what it begins with. */
import type { Element, Nodes, Root } from 'hast'
import { isMore } from './more.js'
import { textOf } from './typeset.js'
import { EXIT, SKIP, visit } from './walk.js'

/** Longest excerpt taken from a body, in UTF-16 units. */
const excerptLength = 280

/** Gives the text of a body that is read as words: all but code blocks and formulas. */
export function proseOf(tree: Root): string {
  return textOf(tree, (node) => node.type === 'typeset' || isNotProse(node))
}

/**
 * Gives the number of words to read in prose: runs of letters and digits, a CJK character as half a word (people read
 * about 500 of them or 230 words a minute).
 */
export function wordsOf(prose: string): number {
  if (!/[\u1100-\uFFFF]/.test(prose)) return prose.match(word)?.length ?? 0
  const cjk = prose.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu)?.length ?? 0
  const others = prose.replace(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu, ' ')
  return (others.match(word)?.length ?? 0) + Math.ceil(cjk / 2)
}

const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.-]*/gu

/**
 * Gives the words of the first paragraph that is in no callout, cut between words to the length of an excerpt; or, where
 * the author has marked its end (`<!-- more -->`, see more.ts), those of all paragraphs up to there.
 */
export function excerptOf(tree: Root, isMarked = false): string {
  const marked = isMarked ? excerptToMark(tree) : ''
  if (marked !== '') return marked
  let excerpt = ''
  visit(tree, 'element', (node) => {
    if (isNoExcerpt(node)) return SKIP
    if (node.tagName !== 'p') return undefined
    excerpt = wordsIn(node)
    return excerpt === '' ? SKIP : EXIT
  })
  return shorten(excerpt, excerptLength)
}

function excerptToMark(tree: Root): string {
  let words = ''
  let isFound = false
  const read = (node: Nodes): void => {
    if (isFound) return
    isFound = isMore(node)
    if (node.type === 'text' || node.type === 'typeset') words += textOf(node)
    if (!('children' in node) || (node.type === 'element' && (isNoExcerpt(node) || isHeading(node)))) return
    for (const child of node.children) read(child)
    if (node.type === 'element' && isBlock(node)) words += ' '
  }
  read(tree)
  return isFound ? words.replace(/\s+/g, ' ').trim() : ''
}

function isHeading({ tagName }: Element): boolean {
  return /^h[1-6]$/.test(tagName)
}

function isBlock({ tagName }: Element): boolean {
  return /^(?:p|li|dt|dd|div|summary|figcaption|br)$/.test(tagName)
}

function isNoExcerpt(node: Element): boolean {
  const { tagName, properties } = node
  return isNotProse(node) || isCallout(node) || tagName === 'table' || properties.dataFootnotes !== undefined
}

function wordsIn(node: Element): string {
  return textOf(node, isNotProse).replace(/\s+/g, ' ').trim()
}

/** Gives text of at most so many UTF-16 units, cut between words where it is cut, with an ellipsis. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  const cut = text
    .slice(0, length)
    .toWellFormed()
    .replace(/\uFFFD$/, '')
  const space = cut.lastIndexOf(' ')
  return `${(space > length / 2 ? cut.slice(0, space) : cut).replace(/(?<![\s,;:.–—-])[\s,;:.–—-]+$/, '')}…`
}

function isNotProse(node: Nodes): boolean {
  if (node.type !== 'element') return false
  // Nobody reads a list of references from its beginning to its end.
  const isList = node.properties.role === 'doc-bibliography'
  return isList || /^(pre|script|style|template|svg)$/.test(node.tagName) || isMark(node)
}

/** What a post warns of or adds does not say what it is about. */
function isCallout({ properties: { className } }: Element): boolean {
  return Array.isArray(className) && className.includes('callout')
}

function isMark(node: Element): boolean {
  return node.properties.dataFootnoteRef !== undefined || node.properties.className?.toString() === 'anchor'
}
