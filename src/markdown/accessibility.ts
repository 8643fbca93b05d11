/** What a reader who listens to a page, or looks only through its headings and links, would miss. */
import type { Element, Nodes, Root } from 'hast'
import type { VFile } from 'vfile'
import { report } from './finding.js'
import { textOf } from './typeset.js'
import { SKIP, visit } from './walk.js'

/**
 * A rehype plugin that reports `image-has-alt`, `link-has-text` and `heading-level-follows`, and changes nothing. An
 * empty `alt` in raw HTML says that an image is decoration (HTML, section 4.8.4.4.2); in Markdown it is what is left when
 * nothing is said.
 */
export function rehypeAccessibility() {
  return (tree: Root, file: VFile): void => {
    const source = String(file)
    let depth: number | null = null
    visit(tree, 'element', (node) => {
      if (node.tagName === 'svg') return SKIP
      if (node.tagName === 'img') checkImage(node, source, file)
      if (node.tagName === 'a') checkLink(node, file)
      const level = /^h([1-6])$/.exec(node.tagName)?.[1]
      if (level !== undefined && node.position) {
        checkHeading(node, Number(level), depth, file)
        depth = Number(level)
      }
      return undefined
    })
  }
}

function checkImage({ properties, position }: Element, source: string, file: VFile): void {
  const { alt, ariaHidden, role } = properties
  const written = source.slice(position?.start.offset ?? source.length, position?.end.offset)
  const isMarkdown = written.startsWith('![')
  const isNamed = written.startsWith('![[')
  // The words between the brackets may have become the caption; see figures.ts.
  const isEmpty = isNamed || /^!\[\s*\]/.test(written)
  const isSaid = alt !== undefined && (String(alt).trim() !== '' || !isEmpty)
  if (isSaid || String(ariaHidden) === 'true' || role === 'presentation' || role === 'none') return
  report(file, 'image-has-alt', 'This image says nothing to those who cannot see it.', {
    place: position,
    hint: isMarkdown
      ? `Describe it between the brackets: ${isNamed ? '![[…|A description]]' : '![A description](…)'}. For a decoration write <img alt="" …>.`
      : 'Describe it: alt="A description". For a decoration write alt="".',
  })
}

function checkLink(node: Element, file: VFile): void {
  const { href, ariaLabel, ariaLabelledBy, title, ariaHidden } = node.properties
  if (href === undefined || !node.position || String(ariaHidden) === 'true') return
  if ([ariaLabel, ariaLabelledBy, title].some((name) => String(name ?? '').trim() !== '')) return
  if (!node.data?.isWordless && (textOf(node).trim() !== '' || hasSaidImage(node))) return
  report(file, 'link-has-text', 'This link has no words: nobody can tell where it leads.', {
    place: node.position,
    hint: 'Write some between the brackets: [words](…).',
  })
}

/** Whether an element holds something that is said though it has no text. */
function hasSaidImage(node: Nodes): boolean {
  if (!('children' in node)) return false
  return node.children.some(
    (child) =>
      (child.type === 'element' &&
        (String(child.properties.alt ?? child.properties.ariaLabel ?? '').trim() !== '' ||
          child.tagName === 'svg')) ||
      hasSaidImage(child),
  )
}

/** The title of the page is its level 1; a body may begin at any level, since people write both ## and ###. */
function checkHeading(node: Element, level: number, before: number | null, file: VFile): void {
  if (before === null || level <= before + 1) return
  report(file, 'heading-level-follows', `This heading is ${level - before} levels below the one before it.`, {
    place: node.position,
    hint: 'Go down one level at a time: who navigates by headings looks for the ones between.',
  })
}
