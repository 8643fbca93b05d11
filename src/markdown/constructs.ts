/** Constructs that are Scholium's own beside those of CommonMark and GFM: looked for in texts that can hold them. */
import type { Extension as FromMarkdown } from 'mdast-util-from-markdown'
import type { Extension } from 'micromark-util-types'
import type {} from 'remark-parse'
import type { Processor } from 'unified'
import type { VFile } from 'vfile'

/** A construct: its grammar, and what its tokens become. */
export interface Construct {
  /** Whether a text can hold it at all: a cheap look, right where it says no. */
  readonly mayHold: (text: string) => boolean
  readonly syntax: Extension
  readonly fromMarkdown: FromMarkdown
}

/**
 * A remark plugin to stand after those whose grammar the constructs take precedence over. A text without the
 * characters of a construct is parsed as if the construct were not there.
 */
export function remarkConstructs(this: Processor, constructs: readonly Construct[]): void {
  const parse = this.parser
  if (!parse) throw new Error('remarkConstructs must stand after remark-parse.')
  const data = this.data()
  data.fromMarkdownExtensions = [
    ...(data.fromMarkdownExtensions ?? []),
    ...constructs.map(({ fromMarkdown }) => fromMarkdown),
  ]
  // Parsing is synchronous, so that the extensions can be others for the time of one text.
  this.parser = (text: string, file: VFile) => {
    const asked = constructs.filter(({ mayHold }) => mayHold(text))
    if (asked.length === 0) return parse(text, file)
    const before = data.micromarkExtensions ?? []
    data.micromarkExtensions = [...before, ...asked.map(({ syntax }) => syntax)]
    try {
      return parse(text, file)
    } finally {
      data.micromarkExtensions = before
    }
  }
}
