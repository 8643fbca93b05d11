/** One body, rendered: all that the rest of the program may know of a post's Markdown. */
import type { Diagnostic, Place } from '../diagnostics.js'
import type { Embedded, Inline } from './embedded.js'
import type { Feature } from './features.js'
import type { Attributes } from './html.js'
import type { Ignore } from './ignores.js'
import type { Styles } from './styles.js'

/** A heading of the body, in document order. */
export interface Heading {
  /** 2 to 6, as in the HTML. */
  readonly depth: number
  /** Its id in the page. */
  readonly id: string
  /** Its words, without markup. */
  readonly text: string
  /** Its HTML without links, for a table of contents. */
  readonly html: string
}

/** A section of the body, as text to be searched: what stands under a heading up to the next one, or before the first. */
export interface Section {
  /** Null before the first heading. */
  readonly heading: Pick<Heading, 'id' | 'text'> | null
  /**
   * The text of its blocks, in order. What a reader may look for and is not shown as it stands there, the TeX of
   * formulas, is an aside: between {@link asideStart} and {@link asideEnd}.
   */
  readonly blocks: readonly string[]
}

/** Begins an aside in a text to be searched; the script of the search page hides asides, and knows these signs too. */
export const asideStart = '\u2E28'
/** Ends an aside. */
export const asideEnd = '\u2E29'

/**
 * What a body cannot know and leaves open: where a link or an image leads, what a reference to another post's equation
 * says, and how an image is shown, which its file decides (these two stand in text and not in an attribute). In the
 * HTML it is U+FDD0, its index in {@link Rendered.holes}, U+FDD1: noncharacters, which are scrubbed from what is read.
 */
export interface Hole {
  readonly kind: 'link' | 'image' | 'reference'
  /** The URL as written, decoded of character references but not of percent escapes. */
  readonly url: string
  /** Whether it was written as a wikilink, whose URL is a name: `post#A heading`. */
  readonly wikilink?: true
  /** For a reference: what it says of its target. */
  readonly form?: ReferenceForm
  /** For an image that is open as a whole element: what is known of it. */
  readonly image?: OpenImage
  /** Where it was written, in the body. */
  readonly place?: Place
}

/** A link to another site. */
export interface Outward {
  readonly url: string
  readonly place?: Place
}

/** An image of the site, without what only its file tells. */
export interface OpenImage {
  /** Those of its element beside `src`. A width or height in them is a number of pixels. */
  readonly attributes: Attributes
  /** Which part of the column it is as wide as, if its author says so: 0.6 for 60 %. */
  readonly share?: number
  /** Whether it is the first image of the body, and its author does not say when it is to be loaded. */
  readonly first: boolean
  /** Whether it is in a figure, which may reach beyond the column. */
  readonly figure: boolean
}

/** Everything a body gives. Places are in the body: line 1 is its first line. */
export interface Rendered {
  readonly html: string
  /** What the classes stand for that took the place of inline styles. */
  readonly styles: Styles
  /** Its own scripts and style sheets. */
  readonly inline: Inline
  /** What it loads from other sites, and scripts and styles in attributes. */
  readonly embedded: readonly Embedded[]
  readonly holes: readonly Hole[]
  /** Its links to other sites. */
  readonly outward: readonly Outward[]
  readonly headings: readonly Heading[]
  /** What can be searched for. */
  readonly sections: readonly Section[]
  /** The words of the body's first heading, if any: a post without a title takes them. */
  readonly firstHeading: string | null
  /** What can be referred to by name from other posts too. */
  readonly labels: Readonly<Record<string, Labelled>>
  /** Every id in the HTML, to check anchors against. */
  readonly ids: readonly string[]
  /** The words of the first paragraph, for lists of posts and descriptions. */
  readonly excerpt: string
  /** Words to read, CJK characters counted as half a word; code and formulas not counted. */
  readonly words: number
  /** The words that tell most of what it is about, to find related posts by; see sketch.ts. */
  readonly sketch: string
  /** What it cites, by the URLs of DOIs and of arXiv. */
  readonly cites: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
  /** Where which rules are silent. */
  readonly ignores: readonly Ignore[]
  /** What the page needs style sheets and scripts for, KaTeX's among them. */
  readonly uses: { readonly math: boolean; readonly features: readonly Feature[] }
}

// The noncharacters that mean something on the way through the pipeline: `cleanText` scrubs them from what is read.
/** The character before a hole's index. */
export const holeStart = '\uFDD0'
/** The character after a hole's index. */
export const holeEnd = '\uFDD1'
/** A dollar that Markdown's grammar has settled to be text, while raw HTML is parsed; see math/formula.ts. */
export const settledDollar = '\uFDD2'
/** A backslash so settled. */
export const settledBackslash = '\uFDD3'
/** What Scholium wrote itself in the TeX that KaTeX is asked for; see math/typeset.ts. */
export const ownTex = '\uFDD4'
/**
 * The character before what KaTeX has made of a formula, for those who want its MathML alone and would not parse the
 * rest: its HTML is most of a body.
 */
export const formulaStart = '\uFDD5'
/** The character after it. */
export const formulaEnd = '\uFDD6'

/** What a label of a body stands for: an equation, a theorem. */
export interface Labelled {
  /** The id of the element that has it. */
  readonly id: string
  /** Its number alone: `3`. */
  readonly number: string
  /** What a reference says: `(3)`, `Theorem 1`. */
  readonly name: string
}

/** What a reference says: `3`, `(3)`, or the whole name `Theorem 1`. */
export type ReferenceForm = 'ref' | 'eqref' | 'name'

/** Gives what a reference says. What has no number, as a proof, is called by its name. */
export function referenceWords({ number, name }: Labelled, form: ReferenceForm): string {
  return number === '' ? name : { ref: number, eqref: `(${number})`, name }[form]
}

/** Gives text with its holes filled by their answers, in order, and without the marks of formulas. */
export function filled(text: string, answers: readonly string[]): string {
  if (!text.includes(holeStart) && !text.includes(formulaStart)) return text
  return text.replace(
    new RegExp(`${holeStart}(\\d+)${holeEnd}|[${formulaStart}${formulaEnd}]`, 'g'),
    (_, index: string | undefined) => answers[Number(index)] ?? '',
  )
}
