/**
 * The sizes that authors write with images: `![…](plot.png =500x300)`, as Zenn, HackMD and others have it, and
 * `![…](plot.png){width=60%}`, as Pandoc does, `{: width="60%"}` in kramdown.
 */
import type { Image, ImageReference, Root, Text } from 'mdast'
import type { CompileContext, Extension as FromMarkdown, Token } from 'mdast-util-from-markdown'
import { labelEnd } from 'micromark-core-commonmark'
import { factoryDestination } from 'micromark-factory-destination'
import { factoryTitle } from 'micromark-factory-title'
import { factoryWhitespace } from 'micromark-factory-whitespace'
import { markdownLineEndingOrSpace } from 'micromark-util-character'
import type { Code, Construct, Effects, Extension, State, TokenizeContext } from 'micromark-util-types'
import type {} from 'remark-parse'
import type { Processor } from 'unified'
import type { VFile } from 'vfile'
import { nearest } from '../nearest.js'
import { report } from './finding.js'
import { visit } from './walk.js'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    resourceSize: 'resourceSize'
  }
}

/** A remark plugin that reads ` =500x300` behind the URL of an image; CommonMark takes that for no image at all. */
export function remarkImageSizes(this: Processor): void {
  const data = this.data()
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), sizeSyntax]
  data.fromMarkdownExtensions = [...(data.fromMarkdownExtensions ?? []), sizeFromMarkdown]
}

/**
 * A remark plugin that takes the width, the height and the classes off attributes behind an image; of strangers, classes
 * are dropped. Reports `image-size-is-valid`.
 */
export function remarkImageAttributes({ isTrusted }: { readonly isTrusted: boolean }) {
  return (tree: Root, file: VFile): void => {
    if (!/[)\]]\{/.test(String(file))) return
    visit(tree, ['image', 'imageReference'], (node, index, parent) => {
      const next = parent?.children[(index ?? 0) + 1]
      if (next?.type === 'text') takeAttributes(node as Image | ImageReference, next as Text, isTrusted, file)
    })
  }
}

function takeAttributes(image: Image | ImageReference, next: Text, isTrusted: boolean, file: VFile): void {
  const [group = '', open = '', inner = ''] = /^(\{(?:: ?)?)([^{}\n]*)\}/.exec(next.value) ?? []
  const words = wordsIn(inner) ?? []
  const isSide = ({ key }: Pick<Word, 'key'>) => key === 'width' || key === 'height'
  const sizes = words.filter((word) => isSide(word) && lengthOf(word.value) !== null)
  const classes = words.filter(({ key }) => key === '.')
  for (const { whole } of words.filter((word) => isSide(word) && !sizes.includes(word))) {
    report(
      file,
      'image-size-is-valid',
      `"${whole}" is no size that an image can have: it is shown as typed.`,
      { place: next.position, hint: sizeHint },
    )
  }
  for (const { key } of words) {
    const near = isSide({ key }) || key.length < 4 ? null : nearest(key, ['width', 'height'])
    if (near !== null)
      report(file, 'image-size-is-valid', `An image has no "${key}": it is shown as typed.`, {
        place: next.position,
        hint: `Did you mean "${near}"?`,
      })
  }
  if (sizes.length + classes.length === 0) return
  setProperties(image, {
    ...Object.fromEntries(sizes.map(({ key, value }) => [key, value])),
    ...(isTrusted && classes.length > 0 && { className: classes.map(({ value }) => value) }),
  })
  const left = words.filter((word) => !sizes.includes(word) && !classes.includes(word))
  const rest = left.length === 0 ? '' : `${open}${left.map(({ whole }) => whole).join(' ')}}`
  next.value = rest + next.value.slice(group.length)
}

const sizeHint =
  'Write a number of pixels, a percentage of the column, or a length: width=300, width=60%, width=8cm.'

interface Word {
  readonly whole: string
  /** `.` for a class, `#` for an id. */
  readonly key: string
  readonly value: string
}

/**
 * Gives the words of Pandoc's and kramdown's attributes, in which classes may follow each other without space (kramdown's
 * syntax, Attribute List Definitions); null where they are none.
 */
function wordsIn(inner: string): readonly Word[] | null {
  const words: Word[] = []
  const pattern =
    /\s*(?:([.#])([^\s.#="'{}]+)(?=[\s.]|$)|([\w:-]+)=(?:"([^"]*)"|'([^']*)'|([^\s"']+))(?=\s|$))/y
  const text = inner.trimEnd()
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex
    const match = pattern.exec(text)
    if (!match) return null
    const [, sign, name = '', key = '', double, single, bare = ''] = match
    words.push({
      whole: text.slice(at, pattern.lastIndex).trim(),
      key: sign ?? key,
      value: sign ? name : (double ?? single ?? bare),
    })
  }
  return words
}

/** Units of CSS in pixels (CSS Values, section 6.2); those of the font as the theme's is on a wide screen. */
const units: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  pt: 96 / 72,
  pc: 16,
  em: 19,
  rem: 19,
}

const lengthPattern = /^(\d+(?:\.\d+)?)(px|in|cm|mm|pt|pc|em|rem|%)?$/i

/** A length in pixels, or as a part of the column. */
export type Length = { readonly pixels: number } | { readonly share: number }

/** Gives the length that a text says; null where it says none, or nothing. */
export function lengthOf(text: string): Length | null {
  const [, number = '', unit = ''] = lengthPattern.exec(text.trim()) ?? []
  const value = Number(number)
  if (!(value > 0)) return null
  if (unit === '%') return { share: Math.min(1, value / 100) }
  const pixels = Math.round(value * (units[unit.toLowerCase()] ?? 1))
  return pixels > 0 && pixels < 1e5 ? { pixels } : null
}

function setProperties(
  image: Image | ImageReference,
  properties: Readonly<Record<string, string | readonly string[]>>,
): void {
  const data = (image.data ?? {}) as { hProperties?: Record<string, unknown> }
  image.data = { ...data, hProperties: { ...data.hProperties, ...properties } } as Image['data'] & object
}

// The grammar.

const [quotationMark, percentSign, apostrophe, openParenthesis, closeParenthesis] = [34, 37, 39, 40, 41]
const [equalsSign, closeBracket, letterX] = [61, 93, 120]
/** As CommonMark's own construct has it. */
const mostParentheses = 32

/** Leaves all images without a size to CommonMark's own construct, which it stands before and has the tokens of. */
const sizedImage: Construct = { ...labelEnd, name: 'sizedImageEnd', tokenize: tokenizeSizedEnd }
const sizedResource: Construct = { tokenize: tokenizeSizedResource }

const sizeSyntax: Extension = { text: { [closeBracket]: sizedImage } }

function tokenizeSizedEnd(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  const starts = this._labelStarts ?? []
  // As CommonMark's construct does: those that nothing could close are of no use any more.
  while (starts.at(-1)?._balanced) starts.pop()
  const done: State = (code) => {
    starts.pop()
    return ok(code)
  }
  return (code) => {
    if (starts.at(-1)?.type !== 'labelImage') return nok(code)
    effects.enter('labelEnd')
    effects.enter('labelMarker')
    effects.consume(code)
    effects.exit('labelMarker')
    effects.exit('labelEnd')
    return (next) => (next === openParenthesis ? effects.attempt(sizedResource, done, nok)(next) : nok(next))
  }
}

/** A resource as CommonMark has it (section 6.3), with a size between white space before its title, or after it. */
function tokenizeSizedResource(effects: Effects, ok: State, nok: State): State {
  let isSized = false
  let isTitled = false

  const start: State = (code) => {
    effects.enter('resource')
    effects.enter('resourceMarker')
    effects.consume(code)
    effects.exit('resourceMarker')
    return beforeDestination
  }
  const beforeDestination: State = (code) =>
    markdownLineEndingOrSpace(code) ? factoryWhitespace(effects, destination)(code) : destination(code)
  const destination: State = (code) => {
    if (code === closeParenthesis) return nok(code)
    return factoryDestination(
      effects,
      between,
      nok,
      'resourceDestination',
      'resourceDestinationLiteral',
      'resourceDestinationLiteralMarker',
      'resourceDestinationRaw',
      'resourceDestinationString',
      mostParentheses,
    )(code)
  }
  const between: State = (code) =>
    markdownLineEndingOrSpace(code) ? factoryWhitespace(effects, afterSpace)(code) : end(code)
  const afterSpace: State = (code) => {
    if (code === equalsSign && !isSized) {
      isSized = true
      return sizeStart(code)
    }
    const opensTitle = code === quotationMark || code === apostrophe || code === openParenthesis
    if (!opensTitle || isTitled) return end(code)
    isTitled = true
    return factoryTitle(
      effects,
      between,
      nok,
      'resourceTitle',
      'resourceTitleMarker',
      'resourceTitleString',
    )(code)
  }

  let numbers = 0
  const sizeStart: State = (code) => {
    effects.enter('resourceSize')
    effects.consume(code)
    return width
  }
  const width: State = (code) => {
    if (code === letterX) {
      effects.consume(code)
      return height
    }
    return isOfNumber(code) ? ofNumber(code, width) : nok(code)
  }
  const height: State = (code) => {
    if (isOfNumber(code)) return ofNumber(code, height)
    if (numbers === 0) return nok(code)
    effects.exit('resourceSize')
    return between(code)
  }
  const ofNumber = (code: Code, next: State): State => {
    numbers += 1
    effects.consume(code)
    return next
  }

  const end: State = (code) => {
    if (code !== closeParenthesis || !isSized) return nok(code)
    effects.enter('resourceMarker')
    effects.consume(code)
    effects.exit('resourceMarker')
    effects.exit('resource')
    return ok
  }
  return start
}

function isOfNumber(code: Code): boolean {
  return code !== null && ((code >= 48 && code <= 57) || code === percentSign)
}

const sizeFromMarkdown: FromMarkdown = {
  exit: {
    resourceSize(this: CompileContext, token: Token) {
      const [, width = '', height = ''] = /^=([\d%]*)x([\d%]*)$/.exec(this.sliceSerialize(token)) ?? []
      const image = this.stack.at(-1)
      if (image?.type === 'image')
        setProperties(image, { ...(width && { width }), ...(height && { height }) })
    },
  },
}
