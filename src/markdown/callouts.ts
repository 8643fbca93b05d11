/** Callouts: `> [!NOTE]` and its siblings, as on GitHub, with titles if they have some; a site may have kinds of its own. */
import type { BlockContent, DefinitionContent, Paragraph, PhrasingContent } from 'mdast'
import type { VFile } from 'vfile'
import { speaker } from '../words.js'
import { useFeature } from './features.js'
import { takeLabel } from './labels.js'
import type { MarkedQuote, QuoteMaker } from './quote-marks.js'

/** A kind of callout. */
export interface CalloutKind {
  /** What it is called: `Question`; null: by the language's word for it, or by its name. */
  readonly title: string | null
  /** Its hue in degrees, as the theme's `--hue`; null for that of the style sheet. */
  readonly hue: number | null
}

export type CalloutKinds = Readonly<Record<string, CalloutKind>>

/** GitHub's kinds (docs.github.com, basic writing and formatting syntax). */
export const calloutKinds: CalloutKinds = {
  note: { title: null, hue: null },
  tip: { title: null, hue: null },
  important: { title: null, hue: null },
  warning: { title: null, hue: null },
  caution: { title: null, hue: null },
}

/**
 * Gives what makes callouts in a body. As on GitHub, one that has nothing but its mark stays a quote. A label can be
 * linked to; a reference to it says what kind of callout it is, since it has no number.
 */
export function calloutMaker(kinds: CalloutKinds) {
  const say = speaker()
  return (file: VFile): QuoteMaker => {
    const { words = {} } = file.data
    return (marked) => {
      const { kind, title, label, content } = marked
      if (title.length === 0 && !content.some(isShown)) return
      useFeature(file, 'callouts')
      const { title: given = null, hue = null } = kinds[kind] ?? {}
      const name = given ?? (Object.hasOwn(calloutKinds, kind) ? say(words, kind) : asWords(kind))
      const place = marked.quote.position?.start
      const id = label === null ? null : takeLabel(file, label, { number: '', name }, place)
      makeCallout(marked, { name, colon: title.length > 0 ? say(words, 'colon') : '', hue, id })
    }
  }
}

function asWords(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('-', ' ')
}

interface Look {
  readonly name: string
  /** What parts the name from the title. */
  readonly colon: string
  readonly hue: number | null
  readonly id: string | null
}

function makeCallout(
  { quote, kind, fold, title, content }: MarkedQuote,
  { name, colon, hue, id }: Look,
): void {
  const isFolded = fold !== null && content.some(isShown)
  quote.children = [headOf(name, colon, title, isFolded ? 'summary' : 'p'), ...content]
  quote.data = {
    ...quote.data,
    hName: isFolded ? 'details' : 'div',
    hProperties: {
      className: ['callout', `callout-${kind}`],
      ...(id !== null && { id }),
      ...(isFolded ? { open: fold === 'open' } : { role: 'note' }),
      ...(hue !== null && { style: `--callout-hue:${hue}` }),
    },
  }
}

function isShown({ type }: BlockContent | DefinitionContent): boolean {
  return type !== 'definition' && type !== 'footnoteDefinition'
}

/** The kind is always said: a colour says nothing to many. */
function headOf(
  name: string,
  colon: string,
  title: readonly PhrasingContent[],
  hName: 'p' | 'summary',
): Paragraph {
  return {
    type: 'paragraph',
    children: [
      { type: 'strong', children: [{ type: 'text', value: name }] },
      ...(title.length > 0 ? [{ type: 'text' as const, value: colon }, ...title] : []),
    ],
    data: { hName, hProperties: { className: ['callout-title'] } },
  }
}
