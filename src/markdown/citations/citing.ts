/** What citing takes: the entries and the style that reach a body, and who writes citations out in them. */
import type { CslItem } from '../../content/csl-item.js'
import type { Locator, LocatorWords } from './locator.js'

/** Around the number that stands for a part of the tree in what is said beside a work: a noncharacter. */
export const asideMark = '\uFDD3'

/** What of bibliographies and styles reaches a body; texts by the digests that stand for them. */
export interface BodyCitations {
  /** The locale of CSL for its language: `en-US`. */
  readonly lang: string
  /** The style. */
  readonly style: string
  /** The locales that the style may ask for, by name. */
  readonly locales: Readonly<Record<string, string>>
  /** The entries whose keys stand in the text, in the order of their keys. */
  readonly items: readonly CslItem[]
  /** Of keys in the text that no entry has, the nearest that one has. */
  readonly near: Readonly<Record<string, string>>
}

/** One work that is cited at one place. */
export interface Cite {
  readonly key: string
  readonly suppressAuthor: boolean
  readonly locator: Locator | null
  /** What is said before and after, as CSL's markup. */
  readonly prefix: string
  readonly suffix: string
}

/** Works that are cited together. */
export interface Cluster {
  readonly cites: readonly Cite[]
  /** Whether the author is part of the sentence: `Doe (2009)`. */
  readonly inText: boolean
}

/** An entry of the list of references. */
export interface Reference {
  readonly key: string
  /** What stands before it in the margin, as HTML: `[1]`; '' for styles without. */
  readonly label: string
  /** As HTML, formulas as in {@link WrittenCitations.clusters}. */
  readonly html: string
}

/** Citations and references in a style. */
export interface WrittenCitations {
  /** Whether the style puts citations into notes. */
  readonly inNotes: boolean
  /** Each cluster as HTML, with links `<a data-cite="0">` around what leads to the entry of that index in `items`. */
  readonly clusters: readonly string[]
  readonly references: readonly Reference[]
  /** The TeX that numbers between `texStart` and `texEnd` in HTML stand for. */
  readonly formulas: readonly string[]
}

/** Writes citations out. Throws for a style that cannot be used. */
export interface Citer {
  readonly words: (citations: BodyCitations) => LocatorWords
  readonly write: (citations: BodyCitations, clusters: readonly Cluster[]) => WrittenCitations
}
