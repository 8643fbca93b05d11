/** GFM's literal autolinks (www.example.org, https://…, a mail address): looked for where a text can hold one. */
import type { Nodes, Root } from 'mdast'
import type { Extension as FromMarkdown } from 'mdast-util-from-markdown'
import type { Construct, ConstructRecord, Extension } from 'micromark-util-types'
import type {} from 'remark-gfm'
import type {} from 'remark-parse'
import type { Processor } from 'unified'
import type { VFile } from 'vfile'
import { EXIT, visit } from './walk.js'

/**
 * A remark plugin to stand after remark-gfm. Its grammar tries at every letter whether a mail address begins there,
 * and after parsing it searches all text once more; nearly half the time of parsing went there. A text without `@` has
 * no mail address, and one without any of `://`, `www.` and `@` no address at all: the result is the same.
 */
export function remarkLiteralAutolinks(this: Processor): void {
  const parse = this.parser
  if (!parse) throw new Error('remarkLiteralAutolinks must stand after remark-parse.')
  const data = this.data()
  data.fromMarkdownExtensions = (data.fromMarkdownExtensions ?? []).map((one) =>
    Array.isArray(one) ? one.map(searchingWhereNeeded) : searchingWhereNeeded(one),
  )
  // Parsing is synchronous, so that the extensions can be others for the time of one text.
  this.parser = (text: string, file: VFile) => {
    const all = data.micromarkExtensions ?? []
    if (text.includes('@')) return parse(text, file)
    data.micromarkExtensions = all.map(withoutMail)
    try {
      return parse(text, file)
    } finally {
      data.micromarkExtensions = all
    }
  }
}

function withoutMail(extension: Extension): Extension {
  const { text } = extension
  if (!text) return extension
  const kept = Object.entries(text).map(([code, constructs]): [string, ConstructRecord[string]] => [
    code,
    [constructs ?? []].flat().filter((construct: Construct) => construct.name !== 'emailAutolink'),
  ])
  return {
    ...extension,
    text: Object.fromEntries(kept.filter(([, constructs]) => [constructs].flat().length > 0)),
  }
}

function searchingWhereNeeded(extension: FromMarkdown): FromMarkdown {
  if (!extension.enter || !('literalAutolink' in extension.enter)) return extension
  const transforms = (extension.transforms ?? []).map(
    (transform) => (tree: Root) => (mayHoldAddress(tree) ? transform(tree) : undefined),
  )
  return { ...extension, transforms }
}

/** What every pattern of mdast-util-gfm-autolink-literal asks for. */
const addressPart = /:\/\/|www\.|@/i

function mayHoldAddress(tree: Nodes): boolean {
  let found = false
  visit(tree, 'text', ({ value }) => {
    found = addressPart.test(value)
    return found ? EXIT : undefined
  })
  return found
}
