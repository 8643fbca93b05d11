/** The part of citeproc-js that is used; it comes without types (https://citeproc-js.readthedocs.io). */
declare module 'citeproc' {
  interface CiteItem {
    id: string
    prefix?: string
    suffix?: string
    locator?: string
    label?: string
    'suppress-author'?: boolean
  }
  interface Citation {
    citationID: string
    citationItems: CiteItem[]
    properties: { noteIndex: number; mode?: 'composite'; unsorted?: boolean }
  }
  interface System {
    retrieveLocale(lang: string): string | false
    retrieveItem(id: string): unknown
    variableWrapper?(
      params: { readonly context: 'citation' | 'bibliography'; readonly itemData: { readonly id: string } },
      before: string,
      text: string,
      after: string,
    ): string
  }
  interface BibliographyFormat {
    readonly entry_ids: readonly (readonly string[])[]
  }
  class Engine {
    constructor(system: System, style: string, lang: string, forceLang: boolean)
    opt: { xclass: string; development_extensions: Record<string, boolean> }
    registry: { registry: Record<string, { seq: number } | undefined> }
    setOutputFormat(format: string): void
    rebuildProcessorState(citations: Citation[], format: string): [id: string, note: number, text: string][]
    restoreProcessorState(citations: Citation[]): void
    makeBibliography(): [BibliographyFormat, string[]] | false
    getTerm(term: string): string
  }
  const CSL: {
    Engine: typeof Engine
    debug(message: string): void
    stringCompare?: (a: string, b: string) => number
  }
  export = CSL
}
