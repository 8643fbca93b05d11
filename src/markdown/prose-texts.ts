/** The texts of a tree that are prose: not those within raw HTML that is shown as typed, nor a link's own address. */
import type { Nodes, PhrasingContent, Root, Text } from 'mdast'

const verbatimTag = /<(\/?)(?:code|pre|kbd|samp|var|script|style|textarea)\b/gi

/** Gives how many elements of verbatim text a piece of raw HTML opens, less those it closes. */
export function verbatimDepth(html: string): number {
  return [...html.matchAll(verbatimTag)].reduce((depth, [, slash]) => depth + (slash ? -1 : 1), 0)
}

/** Puts other nodes in the place of each text that is prose; null keeps the text. */
export function replaceProse(tree: Root, replace: (text: Text) => readonly PhrasingContent[] | null): void {
  const inside = (parent: Nodes): void => {
    if (!('children' in parent)) return
    let depth = 0
    let isChanged = false
    const children = (parent.children as Nodes[]).flatMap((node): readonly Nodes[] => {
      if (node.type === 'html') depth = Math.max(0, depth + verbatimDepth(node.value))
      else if (depth === 0 && node.type !== 'text') inside(node)
      else if (node.type === 'text' && depth === 0 && !isAddress(node, parent)) {
        const others = replace(node)
        isChanged ||= others !== null
        return others ?? [node]
      }
      return [node]
    })
    if (isChanged) parent.children = children as typeof parent.children
  }
  inside(tree)
}

/** Whether a text is the address of the link that it stands in. */
export function isAddress({ value }: Text, parent: Nodes): boolean {
  return parent.type === 'link' && parent.url.endsWith(value)
}
