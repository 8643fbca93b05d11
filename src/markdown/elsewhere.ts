/**
 * What bodies by strangers would have pages load of other sites: it would tell these who reads, so that nothing is
 * loaded but what site.yaml allows (`csp`).
 */
import type { Element, ElementContent, Root, RootContent } from 'hast'
import type { VFile } from 'vfile'
import { loadFault, mayLoad, type Sources } from '../sources.js'
import { loadedBy } from './embedded.js'
import { report } from './finding.js'

/** What a site allows to be loaded, beside what is its own. */
interface Allowed {
  readonly sources: Sources
  readonly siteUrl: string | null
}

/**
 * A rehype plugin that makes a link of each image, film and sound of another site that may not be loaded; of what only
 * stands beside something that may (posters, further sources, tracks) nothing is left. Reports `resource-is-allowed`.
 * It stands before all that looks at images.
 */
export function rehypeElsewhere(allowed: Allowed) {
  return (tree: Root, file: VFile): void => settle(tree, { ...allowed, file, isInLink: false })
}

interface Surroundings extends Allowed {
  readonly file: VFile
  /** Whether a link is around, which can hold no other. */
  readonly isInLink: boolean
}

function settle(parent: Element | Root, around: Surroundings): void {
  if (!parent.children.some(({ type }) => type === 'element')) return
  const within = { ...around, isInLink: around.isInLink || ('tagName' in parent && parent.tagName === 'a') }
  const children: readonly RootContent[] = parent.children
  Object.assign(parent, {
    children: children.flatMap((child): readonly RootContent[] =>
      child.type === 'element' ? settled(child, parent, within) : [child],
    ),
  })
}

/** Gives what becomes of an element. */
function settled(node: Element, parent: Element | Root, around: Surroundings): readonly ElementContent[] {
  const refused = refusedIn(node, parent, around)
  const { tagName, properties } = node
  const shown = tagName === 'picture' ? node.children.find(isImage) : tagName === 'img' ? node : undefined
  if (shown) {
    const [src] = refusedIn(shown, node, around).filter(([, url]) => url === shown.properties.src)
    if (src) return [linkTo(src, shown, String(shown.properties.alt ?? '').trim(), around)]
  }
  for (const one of refused) note(one, node, around)
  if (tagName === 'img') {
    if (refused.length > 0) delete properties.srcSet
    return [node]
  }
  if (tagName === 'video' || tagName === 'audio') return player(node, refused, around)
  // What is no image, film or sound is nothing that strangers may write, and a source of one has others beside it.
  if (refused.length > 0) return []
  settle(node, around)
  return [node]
}

/** Gives a film or a sound with the sources that may be loaded; where none is left, a link to the first. */
function player(node: Element, refused: readonly Refused[], around: Surroundings): readonly ElementContent[] {
  const { properties, children } = node
  const sources = children.filter((child) => child.type === 'element' && child.tagName === 'source')
  const lost = [...refused, ...sources.flatMap((one) => refusedIn(one as Element, node, around))]
  const [first] = lost.filter(([directive]) => directive === 'media-src')
  for (const [, url] of refused) {
    if (properties.src === url) delete properties.src
    if (properties.poster === url) delete properties.poster
  }
  settle(node, around)
  const isLeft =
    properties.src !== undefined ||
    node.children.some((child) => child.type === 'element' && child.tagName === 'source')
  return first && !isLeft ? [link(first[1], node, '', around)] : [node]
}

function isImage(node: ElementContent): node is Element {
  return node.type === 'element' && node.tagName === 'img'
}

type Refused = readonly [directive: string, url: string]

function refusedIn(
  node: Element,
  parent: Element | Root,
  { sources, siteUrl }: Surroundings,
): readonly Refused[] {
  return loadedBy(node, parent).filter(([directive, url]) => !mayLoad(directive, url, sources, siteUrl))
}

function note([directive, url]: Refused, { position }: Element, { file }: Surroundings): void {
  const { message, hint } = loadFault(directive, url)
  report(file, 'resource-is-allowed', message, { place: position, hint })
}

function linkTo(refused: Refused, node: Element, words: string, around: Surroundings): ElementContent {
  note(refused, node, around)
  return link(refused[1], node, words, around)
}

/** Gives a link in the place of an element: by its words, or for want of any by its address. */
function link(url: string, { properties: { id }, position }: Element, words: string, around: Surroundings) {
  const text: ElementContent = { type: 'text', value: words || url.trim() }
  if (around.isInLink) return text
  return {
    type: 'element',
    tagName: 'a',
    properties: { href: url, ...(typeof id === 'string' && { id }) },
    children: [text],
    ...(position && { position }),
  } satisfies ElementContent
}
