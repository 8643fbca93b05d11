/** Where the links and images of a Markdown text lead, changed in its source and nothing else of it. */
import type { Root } from 'mdast'
import type { Token } from 'mdast-util-from-markdown'
import { toString as mdastText } from 'mdast-util-to-string'
import { decodeString } from 'micromark-util-decode-string'
import remarkGfm from 'remark-gfm'
import remarkMath from 'remark-math'
import remarkParse from 'remark-parse'
import { type Processor, unified } from 'unified'
import type { MathOptions } from '../config.js'
import { remarkLiteralAutolinks } from './autolinks.js'
import { remarkConstructs } from './constructs.js'
import { remarkImageSizes } from './image-sizes.js'
import { remarkLongTexts } from './long-texts.js'
import { remarkDollarMath } from './math/dollar-math.js'
import { applyEdits, type Edit } from './math/edit.js'
import { tooNestedLine } from './nesting.js'
import { visit } from './walk.js'
import { wikilinkIn, wikilinks } from './wikilinks.js'

/**
 * Gives a text with the destinations of its links, images, link definitions and raw HTML replaced by what `answer` gives
 * for them, percent-encoded; null leaves one as it is. What is no link (in code, in a formula) is left alone. Where
 * `answerName` is given, wikilinks are links and images, which they become: readers elsewhere have no names.
 */
export function withDestinations(
  text: string,
  math: MathOptions,
  answer: (url: string) => string | null,
  answerName?: (name: string) => string | null,
): string {
  // Too deep to be parsed, and shown as typed.
  if (tooNestedLine(text) !== null) return text
  const edits: Edit[] = []
  const offer = (start: number, end: number, written: (url: string) => string) => {
    const url = answer(decodeString(text.slice(start, end)))
    if (url !== null) edits.push({ start, end, text: written(url) })
  }
  const note = ({ start, end }: Token) => {
    const isBracketed = text[start.offset] === '<'
    const inner = isBracketed ? 1 : 0
    offer(start.offset + inner, end.offset - inner, inMarkdown)
  }
  const noteName = ({ start, end }: Token) => {
    const source = text.slice(start.offset, end.offset)
    const node = wikilinkIn(source)
    const url = answerName?.(String(node.data?.hProperties?.dataWikilink)) ?? null
    if (url === null) return
    const words = node.type === 'image' ? node.alt : mdastText(node)
    const written = `[${words?.replace(/[\\[\]*_`<]/g, '\\$&')}](${inMarkdown(url)})`
    edits.push({
      start: start.offset,
      end: end.offset,
      text: node.type === 'image' ? `!${written}` : written,
    })
  }
  const tree = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkLongTexts)
    .use(remarkLiteralAutolinks)
    .use(remarkMath)
    .use(remarkImageSizes)
    .use(remarkDollarMath, math)
    .use(answerName ? [[remarkConstructs, [wikilinks]]] : [])
    .use(remarkNoted, { resourceDestination: note, definitionDestination: note, wikilink: noteName })
    .parse(text) as Root
  visit(tree, 'html', ({ position, value }) => {
    const from = position?.start.offset
    // In a block quote, lines of the source have more before them than those of the value.
    if (from === undefined || !text.startsWith(value, from)) return
    for (const { start, end } of attributesIn(value)) offer(from + start, from + end, inHtml)
  })
  return applyEdits(text, edits).text
}

/** A remark plugin that tells of tokens where they stand, by their types. */
function remarkNoted(this: Processor, enter: Readonly<Record<string, (token: Token) => void>>): void {
  const data = this.data()
  data.fromMarkdownExtensions = [...(data.fromMarkdownExtensions ?? []), { enter: { ...enter } }]
}

/** Attributes of HTML that hold one URL, and comments, which hold none; one that is never closed is all of the rest. */
const attribute = /<!--[\s\S]*?(?:-->|$)|\s(?:href|src|poster)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/dgi

function attributesIn(html: string): readonly { readonly start: number; readonly end: number }[] {
  return [...html.matchAll(attribute)].flatMap(({ indices }) => {
    const [start, end] = indices?.[1] ?? indices?.[2] ?? indices?.[3] ?? []
    return start === undefined || end === undefined ? [] : [{ start, end }]
  })
}

/** A parenthesis would end a destination that is not between angle brackets. */
function inMarkdown(url: string): string {
  return url.replaceAll('(', '%28').replaceAll(')', '%29')
}

function inHtml(url: string): string {
  return url.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}
