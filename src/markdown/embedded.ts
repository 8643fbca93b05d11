/** What a body loads from other sites, runs or styles itself with: what its page's Content-Security-Policy must know. */
import { createHash } from 'node:crypto'
import type { Element, Root } from 'hast'
import type { VFile } from 'vfile'
import { isAbsoluteUrl } from '../content/permalink.js'
import type { Place } from '../diagnostics.js'
import { withCandidates } from './srcset.js'
import { visit } from './walk.js'

declare module 'vfile' {
  interface DataMap {
    embedded: readonly Embedded[]
    inline: Inline
  }
}

/** The scripts and style sheets that stand in a page itself, each by its hash: `'sha256-…'`. */
export interface Inline {
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}

/** Something that a policy has to allow. */
export interface Embedded {
  /** Of the policy: `img-src`. */
  readonly directive: string
  /** Absolute, as written; null for a script or a style in an attribute. */
  readonly url: string | null
  /** Where it stands in the body. */
  readonly place?: Place
}

/** The directives for what elements load, by attribute. */
const loads: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  img: { src: 'img-src' },
  video: { src: 'media-src', poster: 'img-src' },
  audio: { src: 'media-src' },
  track: { src: 'media-src' },
  iframe: { src: 'frame-src' },
  embed: { src: 'object-src' },
  object: { data: 'object-src' },
  script: { src: 'script-src' },
  form: { action: 'form-action' },
}

/** The types of scripts that run (HTML, section 4.12.1); all others are data. */
const running = /^(?:|module|importmap|speculationrules|(?:text|application)\/(?:x-)?(?:java|ecma)script)$/i

/**
 * A rehype plugin that leaves in `file.data` what the body embeds from other sites (`embedded`), with event handlers and
 * style attributes, and its own scripts and style sheets (`inline`).
 */
export function rehypeEmbedded() {
  return (tree: Root, file: VFile): void => {
    const embedded: Embedded[] = []
    const scripts: string[] = []
    const styles: string[] = []
    visit(tree, 'element', (node, _index, parent) => {
      const place = placeOf(node)
      const found = [...loadedBy(node, parent as Element | Root | undefined), ...writtenIn(node)]
      for (const [directive, url] of found) embedded.push({ directive, url, ...(place && { place }) })
      if (isScript(node)) scripts.push(hashSource(textIn(node)))
      if (node.tagName === 'style') styles.push(hashSource(textIn(node)))
    })
    file.data.embedded = embedded
    file.data.inline = { scripts, styles }
  }
}

type Asked = readonly [directive: string, url: string | null]

/** Gives what an element loads from other sites, by directive; `parent` is what it stands in. */
export function loadedBy(
  node: Element,
  parent: Element | Root | undefined,
): readonly (readonly [directive: string, url: string])[] {
  const { tagName, properties } = node
  const asked: [string, string | null][] = Object.entries(loads[tagName] ?? {}).map(([name, directive]) => [
    directive,
    stringOf(properties[name]),
  ])
  if (tagName === 'link' && isSheet(properties.rel)) asked.push(['style-src', stringOf(properties.href)])
  if (tagName === 'source') {
    const isPicture = parent?.type === 'element' && parent.tagName === 'picture'
    asked.push([isPicture ? 'img-src' : 'media-src', stringOf(properties.src)])
  }
  if (typeof properties.srcSet === 'string')
    withCandidates(properties.srcSet, (url) => {
      asked.push(['img-src', url])
      return url
    })
  return asked.flatMap(([directive, url]) =>
    url !== null && isElsewhere(directive, url) ? [[directive, url] as const] : [],
  )
}

function isElsewhere(directive: string, url: string): boolean {
  // Images may be data: no policy of a page here forbids that.
  return isAbsoluteUrl(url) && !(directive === 'img-src' && /^\s*data:/i.test(url))
}

/** Gives the directives for the attributes of an element that are a style or scripts. */
function writtenIn({ properties }: Element): readonly Asked[] {
  const isStyled = typeof properties.style === 'string' && properties.style.trim() !== ''
  const isHandled = Object.keys(properties).some((name) => /^on/i.test(name))
  return [
    ...(isStyled ? [['style-src-attr', null] as const] : []),
    ...(isHandled ? [['script-src-attr', null] as const] : []),
  ]
}

function isScript({ tagName, properties: { src, type } }: Element): boolean {
  return tagName === 'script' && src === undefined && running.test(String(type ?? ''))
}

function stringOf(value: Element['properties'][string]): string | null {
  return typeof value === 'string' ? value : null
}

/** Gives the source of a policy that stands for a text by its hash (CSP3, section 2.3.1). */
export function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function textIn(node: Element): string {
  return node.children.map((child) => (child.type === 'text' ? child.value : '')).join('')
}

function isSheet(rel: Element['properties'][string]): boolean {
  return Array.isArray(rel) && rel.map(String).includes('stylesheet')
}

function placeOf({ position }: Element): Place | undefined {
  // Of an element that is never closed, rehype-raw may not know where it begins or ends.
  if (!position?.start || !position.end) return undefined
  const { start, end } = position
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column }
}
