/** The micromark extension of citations: `@key`, `-@key`, and the brackets around some. Pandoc's grammar. */
import type { Code, Construct, Extension, State, Token, TokenizeContext } from 'micromark-util-types'
import { group, justBalanced } from '../brackets.js'
import { keyAt, noBoundary } from './keys.js'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    citationKey: 'citationKey'
    citationGroup: 'citationGroup'
    citationEnd: 'citationEnd'
  }
  interface Token {
    _citation?: {
      readonly key: string
      readonly suppressAuthor: boolean
      readonly isKnown: boolean
      /** Whether it stands in brackets that are no group: none of their keys is known. */
      isInBrackets: boolean
    }
    /** Whether brackets belong to the citation just before them. */
    _follows?: boolean
  }
}

const dash = 45
const at = 64
const bracket = 93

/** The citations of one text so far that stand in no brackets. */
type Loose = Token[]

/** A text that cites. */
export interface CitingText {
  readonly source: string
  readonly isKnown: (key: string) => boolean
}

/** Gives the extension. `reading` gives the text being read; null where nothing is a citation. */
export function citationSyntax(reading: () => CitingText | null): Extension {
  const loose = new WeakMap<TokenizeContext, Loose>()
  const looseIn = (context: TokenizeContext): Loose => {
    const known = loose.get(context) ?? []
    loose.set(context, known)
    return known
  }
  const key: Construct = {
    name: 'citationKey',
    tokenize(effects, ok, nok) {
      const { offset } = this.now()
      const text = isBoundary(this.previous) ? reading() : null
      // What nothing is known of, and another @ follows, is the first half of a mail address.
      const isInAddress = (name: string, behind: number) =>
        text !== null && !text.isKnown(name) && goesOnToMail(text.source, behind)
      const start: State = (code) => {
        const from = code === dash ? offset + 1 : offset
        const found = text?.source.charAt(from) === '@' ? keyAt(text.source, from, text.isKnown) : null
        if (!found || isInAddress(found.key, from + found.length)) return nok(code)
        let left = found.length + from - offset
        const token = effects.enter('citationKey', {
          _citation: {
            key: found.key,
            suppressAuthor: code === dash,
            isKnown: text?.isKnown(found.key) ?? false,
            isInBrackets: false,
          },
        })
        const inside: State = (next) => {
          if (left === 0) {
            effects.exit('citationKey')
            looseIn(this).push(token)
            return ok(next)
          }
          left -= 1
          effects.consume(next)
          return inside
        }
        return inside(code)
      }
      return start
    },
  }
  const end: Construct = {
    name: 'citationEnd',
    add: 'after',
    tokenize(effects, ok, nok) {
      const opening = reading() === null ? undefined : justBalanced(this)
      return (code) => {
        const follows = opening?.type === 'labelLink' ? groupAt(opening, looseIn(this), this) : null
        if (!opening || follows === null) return nok(code)
        effects.enter('citationEnd', { _opening: opening, _follows: follows })
        effects.consume(code)
        effects.exit('citationEnd')
        return ok
      }
    },
    resolveTo(events, context) {
      const follows = events.at(-1)?.[1]._follows ?? false
      const token = group(events, 'citationGroup', context)
      if (token) token._follows = follows
      return events
    },
  }
  return { text: { [at]: key, [dash]: key, [bracket]: end } }
}

/**
 * Tells of brackets that close now whether they belong to the citation just before them; null if they are no group of
 * citations: they hold no key that is known, and follow none. What stands in brackets is taken out of `loose`.
 */
function groupAt(opening: Token, loose: Loose, context: TokenizeContext): boolean | null {
  const from = loose.findLastIndex(({ start }) => start.offset < opening.end.offset) + 1
  const inside = loose.splice(from)
  const isKnown = inside.some((token) => token._citation?.isKnown)
  for (const { _citation } of isKnown ? [] : inside) if (_citation) _citation.isInBrackets = true
  const previous = loose.at(-1)
  const follows = previous?._citation?.isKnown === true && isJustBefore(previous, opening, context)
  return isKnown || (follows && inside.length === 0) ? follows : null
}

/** What may stand before the @ of a mail address in GFM, with the backslashes of Markdown, and the @. */
const mail = /(?:\\?[-.+\w])*@/y

function goesOnToMail(source: string, from: number): boolean {
  mail.lastIndex = from
  return mail.test(source)
}

/** Whether a citation may begin after a code. */
function isBoundary(code: Code): boolean {
  return code === null || code < 0 || !noBoundary.test(String.fromCharCode(code))
}

function isJustBefore(key: Token, opening: Token, context: TokenizeContext): boolean {
  const { offset } = key.end
  const gap = opening.start.offset - offset
  return gap === 0 || (gap === 1 && context.sliceSerialize({ start: key.end, end: opening.start }) === ' ')
}
