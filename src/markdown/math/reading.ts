/** One source while micromark reads it: what its constructs know of the source, and what they find. */
import type { TokenizeContext } from 'micromark-util-types'
import type { Candidates, Formula, MathSyntaxOptions } from './grammar.js'
import { type Lookahead, lookaheadIn } from './lookahead.js'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    formula: 'formula'
    formulaData: 'formulaData'
    /** A paragraph that ends in a display and that dashes below do not make a heading. */
    displayParagraph: 'displayParagraph'
  }
  interface Token {
    _formula?: FoundFormula
    _endsInDisplay?: boolean
  }
}

/** Where a part of a formula's value stands in the source; it holds up to the next anchor. */
export interface Anchor {
  /** Offset into the value. */
  readonly at: number
  readonly line: number
  readonly column: number
}

/** A formula with its TeX and the places of its lines. */
export interface FoundFormula extends Pick<Formula, 'display' | 'delimiter' | 'label'> {
  readonly value: string
  readonly anchors: readonly Anchor[]
}

/** Something suspicious that stays as it is. */
export interface Suspicion {
  readonly rule: 'math-is-closed' | 'math-is-tight'
  readonly text: string
  readonly start: { readonly line: number; readonly column: number; readonly offset: number }
}

/** What the constructs know of the source that is being read, and what they find. */
export interface Reading {
  readonly source: string
  readonly options: MathSyntaxOptions
  readonly ahead: Lookahead
  readonly texts: WeakMap<TokenizeContext, TextBeingRead>
  readonly suspicions: Map<number, Suspicion>
}

/** Starts reading a source; its offsets must be micromark's, so it has no byte order mark. */
export function readingOf(source: string, options: MathSyntaxOptions): Reading {
  return {
    source,
    options,
    ahead: lookaheadIn(source, options),
    texts: new WeakMap(),
    suspicions: new Map(),
  }
}

/** What a text (of a paragraph, heading, cell) holds from its first dollar on. */
export interface TextBeingRead extends Candidates {
  readonly text: string
  readonly lines: readonly TextLine[]
  /** Where the last suspicious part ends: its closing delimiter opens nothing. */
  suspectedTo: number
}

/** A line of a text, as far as it is read: where it starts in the text and in the source. */
export interface TextLine extends Anchor {
  readonly offset: number
}
