/** Inline Markdown that stands in an attribute: a caption in an info string. */
import type { PhrasingContent, Root } from 'mdast'
import type {} from 'remark-parse'
import type { Processor } from 'unified'
import type { Point } from 'unist'
import { VFile } from 'vfile'
import { visit } from './walk.js'

/** Where a text begins in the body; not exact where it has been decoded, or was not found. */
export interface InlinePlace {
  readonly point: Point
  readonly isExact: boolean
}

/**
 * Parses a line as inline Markdown, with the parser of a body's own pipeline. Its nodes are where they stand in the
 * body, and so is what the parser reports. A line that is no paragraph, as `# x`, is text.
 */
export function inlineMarkdown(
  processor: Processor,
  line: string,
  place: InlinePlace | undefined,
  file: VFile,
): PhrasingContent[] {
  const own = new VFile({
    value: line,
    data: {
      ...(file.data.mathSyntax && { mathSyntax: file.data.mathSyntax }),
      ...(file.data.citations && { citations: file.data.citations }),
    },
  })
  const tree = processor.parse(own) as Root
  const [paragraph] = tree.children
  if (tree.children.length !== 1 || paragraph?.type !== 'paragraph') return [{ type: 'text', value: line }]
  const moved = movedTo(place)
  visit(paragraph, (node) => {
    if (node.position && place) {
      const { start, end } = node.position
      node.position = { start: moved(start), end: moved(end) }
    } else delete node.position
    const { math } = (node.data ?? {}) as { math?: { anchors: readonly { line: number; column: number }[] } }
    if (math)
      math.anchors = place?.isExact ? math.anchors.map((anchor) => ({ ...anchor, ...moved(anchor) })) : []
  })
  for (const message of own.messages) {
    const { place: at } = message
    const start = at && ('start' in at ? at.start : at)
    message.place = start && place ? moved(start) : place?.point
    file.messages.push(message)
  }
  return paragraph.children
}

/** Gives what moves a point of the line to where it stands in the body. */
function movedTo(
  place: InlinePlace | undefined,
): <T extends { readonly line: number; readonly column: number }>(point: T) => Point {
  return ({ column }) => {
    if (place === undefined) return { line: 1, column }
    const { point, isExact } = place
    return isExact
      ? { line: point.line, column: point.column + column - 1, offset: (point.offset ?? 0) + column - 1 }
      : point
  }
}
