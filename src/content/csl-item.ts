/** An entry of a bibliography, as CSL's processors take it: what BibTeX's files and CSL-JSON both come to. */

/** A name of a person or a body (CSL-JSON, "names"). */
export interface CslName {
  readonly family?: string
  readonly given?: string
  readonly 'non-dropping-particle'?: string
  readonly 'dropping-particle'?: string
  readonly suffix?: string
  readonly literal?: string
}

/** A date, or what stands for one (CSL-JSON, "dates"). */
export interface CslDate {
  readonly 'date-parts'?: readonly (readonly number[])[]
  readonly circa?: boolean
  readonly literal?: string
}

/** One entry. Its texts may hold `<i>`, `<b>`, `<sup>`, `<sub>` and, between {@link texStart} and {@link texEnd}, formulas. */
export interface CslItem {
  readonly id: string
  readonly type: string
  /** Its identifier at arXiv, which CSL has no variable for. */
  readonly arxiv?: string
  readonly [variable: string]: string | number | CslDate | readonly CslName[] | undefined
}

/** Before the TeX of a formula in a text of an entry: a noncharacter, which no text holds that was read. */
export const texStart = '\uFDD5'
/** After it. */
export const texEnd = '\uFDD6'

/** The name that stands for all further ones: `and others` in BibTeX. */
export const others: CslName = { literal: '\uFDD4' }

/** Gives a DOI without what leads to it: `10.1000/xyz` of `https://doi.org/10.1000/xyz`. */
export function bareDoi(doi: string): string {
  return doi.trim().replace(/^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)/i, '')
}
