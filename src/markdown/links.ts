/** Links and images: what leads out of the site is marked, what stays inside it becomes a hole. */
import type { Element, ElementContent, ElementData, Root } from 'hast'
import type { VFile } from 'vfile'
import { idNamedBy, isAbsoluteUrl } from '../content/permalink.js'
import { didYouMean } from '../nearest.js'
import { report } from './finding.js'
import { idsOf } from './headings.js'
import { formOf } from './references.js'
import { type Hole, holeEnd, holeStart, type Outward } from './rendered.js'
import { withCandidates } from './srcset.js'
import { visit } from './walk.js'

declare module 'hast' {
  interface ElementData {
    /** Whether its author gave a link no words; what it says is found for it. */
    isWordless?: true
  }
}

declare module 'vfile' {
  interface DataMap {
    outward: readonly Outward[]
  }
}

const cited = { cite: 'link' } as const
const drawn = { href: 'image', xLinkHref: 'image' } as const

/**
 * Attributes that hold URLs, by element: those of HTML's index of attributes but for `base`, which is about URLs and not one
 * that a reader follows, and what drawings of SVG take from other files.
 */
const urlAttributes: Readonly<Record<string, Readonly<Record<string, Hole['kind']>>>> = {
  a: { href: 'link', ping: 'link', xLinkHref: 'link' },
  area: { href: 'link', ping: 'link' },
  link: { href: 'link' },
  script: { src: 'link' },
  img: { src: 'image', longDesc: 'link' },
  source: { src: 'image' },
  video: { src: 'image', poster: 'image' },
  audio: { src: 'image' },
  track: { src: 'image' },
  iframe: { src: 'link', longDesc: 'link' },
  embed: { src: 'link' },
  object: { data: 'link' },
  form: { action: 'link' },
  input: { src: 'image', formAction: 'link' },
  button: { formAction: 'link' },
  blockquote: cited,
  q: cited,
  del: cited,
  ins: cited,
  image: drawn,
  feImage: drawn,
  use: { href: 'link', xLinkHref: 'link' },
}

/**
 * A rehype plugin. A URL of another origin stays as it is, and a link to one gets `rel="external"`; every
 * other URL becomes a hole, kept in `file.data.holes`.
 */
export function rehypeLinks({ siteUrl }: { readonly siteUrl: string | null }) {
  const origin = siteUrl === null ? null : new URL(siteUrl).origin
  return (tree: Root, file: VFile): void => {
    const source = String(file)
    const holes: Hole[] = []
    const outward: Outward[] = []
    const holeFor = (kind: Hole['kind'], url: string, node: Element): string => {
      const place = placeOf(node)
      holes.push({ kind, url, ...(place && { place }) })
      return `${holeStart}${holes.length - 1}${holeEnd}`
    }
    const open = (kind: Hole['kind'], url: string, node: Element): string =>
      isAbsoluteUrl(url) || url.startsWith('#') ? url : holeFor(kind, url, node)
    visit(tree, 'element', (node) => {
      openWikilink(node, holes)
      if (isElsewhere(node, origin)) {
        markExternal(node)
        const place = placeOf(node)
        outward.push({ url: String(node.properties.href), ...(place && { place }) })
      }
      openReference(node, holes)
      openWordless(node, source, holes)
      for (const [name, kind] of Object.entries(urlAttributes[node.tagName] ?? {})) {
        const url = node.properties[name]
        if (typeof url === 'string' && url !== '' && !url.startsWith(holeStart))
          node.properties[name] = open(kind, url, node)
        if (Array.isArray(url)) node.properties[name] = url.map((each) => open(kind, String(each), node))
      }
      openCandidates(node, open)
    })
    file.data.holes = holes
    file.data.outward = outward
  }
}

/** What a reference to another post's label says is open, too. */
function openReference(node: Element, holes: Hole[]): void {
  const { dataReference, ...properties } = node.properties
  if (dataReference === undefined) return
  node.properties = properties
  if (typeof properties.href !== 'string' || isAbsoluteUrl(properties.href)) return
  const place = placeOf(node)
  const hole: Hole = {
    kind: 'reference',
    url: properties.href,
    form: formOf(dataReference),
    ...(place && { place }),
  }
  node.children = [{ type: 'text', value: `${holeStart}${holes.push(hole) - 1}${holeEnd}` }]
}

/**
 * What a link of Markdown without words says is open: the title of what it leads to, or else its path, so that a reader
 * sees that it is there. `rehypeAccessibility` still reports it.
 */
function openWordless(node: Element, source: string, holes: Hole[]): void {
  const { href } = node.properties
  const offset = node.position?.start?.offset
  if (node.tagName !== 'a' || !node.children.every(isBlank) || offset === undefined || source[offset] !== '[')
    return
  if (typeof href !== 'string' || !/^[^#]/.test(href) || href.startsWith(holeStart) || isAbsoluteUrl(href))
    return
  const place = placeOf(node)
  const hole: Hole = { kind: 'reference', url: href, form: 'name', ...(place && { place }) }
  node.children = [{ type: 'text', value: `${holeStart}${holes.push(hole) - 1}${holeEnd}` }]
  node.data = Object.assign(node.data ?? {}, { isWordless: true } as const) as ElementData
}

function isBlank(node: ElementContent): boolean {
  return node.type === 'text' && node.value.trim() === ''
}

/** Where a wikilink leads is open, as its name: no URL is made of it. */
function openWikilink(node: Element, holes: Hole[]): void {
  const { dataWikilink: url, ...properties } = node.properties
  if (typeof url !== 'string') return
  // A film or a sound is embedded like an image.
  const isImage = node.tagName !== 'a'
  const place = placeOf(node)
  const hole: Hole = { kind: isImage ? 'image' : 'link', url, wikilink: true, ...(place && { place }) }
  const mark = `${holeStart}${holes.push(hole) - 1}${holeEnd}`
  node.properties = { ...properties, [isImage ? 'src' : 'href']: mark }
}

/** A rehype plugin that reports `anchor-exists` for a link within the page that leads to no id. */
export function rehypeAnchors() {
  return (tree: Root, file: VFile): void => {
    const ids = new Set([...idsOf(tree), ...(file.data.labels?.keys() ?? [])])
    visit(tree, 'element', (node) => {
      const { href } = node.properties
      if (node.tagName !== 'a' || typeof href !== 'string' || !href.startsWith('#')) return
      const id = idNamedBy(href.slice(1))
      if (id === '' || ids.has(id)) return
      const hint = didYouMean(id, ids)
      report(file, 'anchor-exists', `Nothing in this page has the id "${id}".`, {
        place: node.position,
        hint,
      })
    })
  }
}

function openCandidates(
  node: Element,
  open: (kind: Hole['kind'], url: string, node: Element) => string,
): void {
  for (const name of ['srcSet', 'imageSrcSet']) {
    const candidates = node.properties[name]
    if (typeof candidates === 'string')
      node.properties[name] = withCandidates(candidates, (url) => open('image', url, node))
  }
}

/** Whether an element is a link to another site. */
function isElsewhere(node: Element, origin: string | null): boolean {
  const { href } = node.properties
  if (node.tagName !== 'a' || typeof href !== 'string' || !isAbsoluteUrl(href)) return false
  const base = 'https://invalid.invalid'
  if (!URL.canParse(href, base)) return false
  const url = new URL(href, base)
  return /^https?:$/.test(url.protocol) && url.origin !== origin
}

function markExternal(node: Element): void {
  const rel = node.properties.rel
  const given = Array.isArray(rel) ? rel.map(String) : []
  node.properties.rel = [...new Set([...given, 'external'])]
}

function placeOf(node: Element): Hole['place'] {
  // Of an element that is never closed, rehype-raw may not know where it begins or ends.
  if (!node.position?.start || !node.position.end) return undefined
  const { start, end } = node.position
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column }
}
