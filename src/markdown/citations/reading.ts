/** The remark plugin that reads citations: nodes for keys and for brackets around them, where there is something to cite from. */
import type {} from 'remark-parse'
import type { Processor } from 'unified'
import type { VFile } from 'vfile'
import type { BodyCitations } from './citing.js'
import { citationFromMarkdown } from './from-markdown.js'
import { type CitingText, citationSyntax } from './syntax.js'

declare module 'vfile' {
  interface DataMap {
    /** What the body cites from; without it, `@` is text. */
    citations: BodyCitations | null
    /** The URLs of what it cites. */
    cites: readonly string[]
  }
}

/** A remark plugin to stand after remark-parse. */
export function remarkCitationSyntax(this: Processor): void {
  const parse = this.parser
  if (!parse) throw new Error('remarkCitationSyntax must stand after remark-parse.')
  const data = this.data()
  let reading: CitingText | null = null
  const syntax = citationSyntax(() => reading)
  data.fromMarkdownExtensions = [...(data.fromMarkdownExtensions ?? []), citationFromMarkdown]
  // Parsing is synchronous, so that the extensions can be others for the time of one text.
  this.parser = (text: string, file: VFile) => {
    const { citations } = file.data
    if (!citations) return parse(text, file)
    const all = data.micromarkExtensions ?? []
    const known = new Set(citations.items.map(({ id }) => id))
    const source = text.replace(/^\uFEFF/, '').replaceAll('\0', '\uFFFD')
    reading = { source, isKnown: (key) => known.has(key) }
    data.micromarkExtensions = [...all, syntax]
    try {
      return parse(text, file)
    } finally {
      data.micromarkExtensions = all
      reading = null
    }
  }
}
