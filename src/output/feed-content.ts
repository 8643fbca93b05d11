/** The body of a post as a feed holds it: HTML that stands alone, in readers that know neither our styles nor our site. */
import type { Element, ElementContent, Nodes, Properties, Root, RootContent } from 'hast'
import { fromParse5 } from 'hast-util-from-parse5'
import { type Schema, sanitize } from 'hast-util-sanitize'
import { toHtml } from 'hast-util-to-html'
import { parseFragment } from 'parse5'
import { isAbsoluteUrl } from '../content/permalink.js'
import { escapeHtml } from '../markdown/html.js'
import { coreMathml } from '../markdown/math/mathml.js'
import { formulaEnd, formulaStart, holeStart } from '../markdown/rendered.js'
import { withCandidates } from '../markdown/srcset.js'

/** What the body of a post depends on beside its HTML. */
export interface FeedContentOptions {
  /** The absolute URL of the post, to which its relative URLs and fragments belong. */
  readonly url: string
  /** Gives a formula that KaTeX has typeset as plain text; null to keep its MathML. */
  readonly plain: ((html: string) => string) | null
}

/**
 * Gives the HTML of a body, its holes still open, as a feed holds it. Each formula stands in it once: as the MathML
 * that is in KaTeX's HTML, with its TeX as `alttext`, or as plain text. What only works on the page, or could do harm
 * elsewhere, is left out: scripts, styles, forms, frames (a link in their place), anchors of headings, ids. Of other
 * URLs than those of holes the relative ones are made absolute. Total.
 */
export function feedContent(html: string, { url, plain }: FeedContentOptions): string {
  const formulas: string[] = []
  // Formulas go past the parser: they are most of a body, and finished.
  const setAside = (formula: string) => {
    const form = plain ? escapeHtml(plain(formula)) : mathmlOf(formula, url)
    return `${formulaStart}${formulas.push(form) - 1}${formulaEnd}`
  }
  const rest = html.replace(formulaPattern, (_, formula: string) => setAside(formula))
  // Without JavaScript, what stands in <noscript> is shown.
  const tree = fromParse5(parseFragment(rest, { scriptingEnabled: false })) as Root
  const shape: Shape = { url, setAside, isPlain: plain !== null }
  const shaped: Root = { type: 'root', children: shapedAll(tree, shape).map(inParagraph) }
  const safe = toHtml(sanitize(shaped, schema), { characterReferences: { useNamedReferences: true } })
  return safe.replace(placePattern, (_, index: string) => formulas[Number(index)] ?? '')
}

const formulaPattern = new RegExp(`${formulaStart}([^${formulaStart}${formulaEnd}]*)${formulaEnd}`, 'g')
const placePattern = new RegExp(`${formulaStart}(\\d+)${formulaEnd}`, 'g')

// Formulas.

/** The parts of KaTeX's MathML. Its annotation would be shown as well by readers that strip tags. */
const mathmlPattern =
  /^<math([^>]*)>(?:<semantics>)?([\s\S]*?)(?:<annotation encoding="application\/x-tex">([^<]*)<\/annotation>)?(?:<\/semantics>)?$/

/** Gives the MathML in KaTeX's HTML as browsers set it, with its TeX in an attribute. */
function mathmlOf(html: string, url: string): string {
  const start = html.indexOf('<math')
  const written = html.slice(Math.max(0, start), html.indexOf('</math>', start))
  const [, attributes, inner = '', tex = ''] = mathmlPattern.exec(written) ?? []
  if (attributes === undefined) return ''
  // With `output: mathml` it is made for browsers already.
  const presentation = html.includes('class="katex-mathml"') ? coreMathml(inner) : inner
  const display = attributes.includes('display="block"') ? ' display="block"' : ''
  const alttext = ` alttext="${tex.trim().replaceAll('"', '&quot;')}"`
  const clean = presentation.replace(
    attributesPattern,
    (_, name: string, rest: string) => `<${name}${kept(rest, url)}`,
  )
  return `<math${display}${alttext}>${clean}</math>`
}

/** A tag with attributes. KaTeX escapes the angle brackets of their values. */
const attributesPattern = /<(m[a-z]+)( [^>]*)/g

/** Gives the attributes of MathML without what only the page's style sheet knows, and with absolute URLs. */
function kept(attributes: string, url: string): string {
  return attributes.replace(/ ([\w-]+) ?="([^"]*)"/g, (whole, name: string, value: string) => {
    if (/^(?:class|id|style)$|^on/i.test(name)) return ''
    if (name !== 'href' && name !== 'src') return whole
    const target = absolute(value.replaceAll('&amp;', '&'), url)
    return /^(?:https?|mailto):/.test(target)
      ? ` ${name}="${escapeHtml(target).replaceAll('"', '&quot;')}"`
      : ''
  })
}

// Everything else.

interface Shape extends Pick<FeedContentOptions, 'url'> {
  /** Keeps a formula's HTML out of the tree, and gives what stands for it. */
  readonly setAside: (html: string) => string
  readonly isPlain: boolean
}

function shapedAll({ children }: { readonly children: readonly Nodes[] }, shape: Shape): ElementContent[] {
  return children.flatMap((child, index) =>
    child.type === 'element'
      ? shaped(child, shape, children, index)
      : child.type === 'text'
        ? [child]
        : ([] as ElementContent[]),
  )
}

/** Gives what a feed has in place of an element. */
function shaped(
  node: Element,
  shape: Shape,
  siblings: readonly Nodes[],
  index: number,
): readonly ElementContent[] {
  const { tagName, properties } = node
  const classes = classesOf(node)
  switch (tagName) {
    case 'a':
      // All lead to where the reader is; the style sheet of the page shows the numbers of lines.
      if (isOfThePage(node, classes)) return []
      break
    case 'div':
      if (classes.includes('table-scroll')) return shapedAll(node, shape)
      break
    case 'span':
      if (classes.includes('math-display')) return displayed(shapedAll(node, shape), shape, siblings, index)
      // A formula that was written as HTML is in the tree.
      if (classes.includes('katex-display') || classes.includes('katex'))
        return [{ type: 'text', value: shape.setAside(toHtml(node)) }]
      if (properties.lang === undefined && properties.dir === undefined) return shapedAll(node, shape)
      break
    case 'input':
      return properties.type === 'checkbox' ? [{ type: 'text', value: properties.checked ? '☑' : '☐' }] : []
    case 'iframe':
    case 'embed':
    case 'object':
      return framed(node, shape)
  }
  return [
    {
      type: 'element',
      tagName: nameOf(node),
      properties: withUrls(node, shape),
      children: withoutEnd(tagName, shapedAll(node, shape)),
    },
  ]
}

/** Whether a link leads to a place that a feed does not have. */
function isOfThePage({ properties }: Element, classes: readonly string[]): boolean {
  return classes.includes('anchor') || classes.includes('line-number') || 'dataFootnoteBackref' in properties
}

/** A callout is a quote: without a style sheet, that is what stands apart. */
function nameOf(node: Element): string {
  return node.tagName === 'div' && classesOf(node).includes('callout') ? 'blockquote' : node.tagName
}

function classesOf({ properties: { className } }: Element): readonly string[] {
  return Array.isArray(className) ? className.map(String) : []
}

/** Before the anchor of a heading stands a space. */
function withoutEnd(tagName: string, children: ElementContent[]): ElementContent[] {
  const last = children.at(-1)
  if (/^h[1-6]$/.test(tagName) && last?.type === 'text') last.value = last.value.trimEnd()
  return children
}

/** What is left of a frame is a link, which may stand between paragraphs. */
function inParagraph(node: ElementContent): RootContent {
  const isLoose = node.type === 'element' && node.tagName === 'a'
  return isLoose ? { type: 'element', tagName: 'p', properties: {}, children: [node] } : node
}

/** A display on a line of its own: MathML says so itself, text does not. */
function displayed(
  children: readonly ElementContent[],
  { isPlain }: Shape,
  siblings: readonly Nodes[],
  index: number,
): readonly ElementContent[] {
  if (!isPlain) return children
  const isText = (node: Nodes | undefined) => node?.type !== 'text' || node.value.trim() !== ''
  const lineBreak: Element = { type: 'element', tagName: 'br', properties: {}, children: [] }
  return [
    ...(siblings.slice(0, index).some(isText) ? [lineBreak] : []),
    ...children,
    ...(siblings.slice(index + 1).some(isText) ? [lineBreak] : []),
  ]
}

/** A link to what is shown in a frame, and what an object holds for those who cannot show it. */
function framed(node: Element, shape: Shape): readonly ElementContent[] {
  const { src, data, title } = node.properties
  const target = String(src ?? data ?? '')
  const within = shapedAll(node, shape)
  if (target === '') return within
  const href = absolute(target, shape.url)
  const words = String(title ?? '').trim() || href
  const link: Element = {
    type: 'element',
    tagName: 'a',
    properties: { href },
    children: [{ type: 'text', value: words }],
  }
  return [link, ...within]
}

/** Attributes that hold one URL. */
const urlProperties = ['href', 'src', 'poster', 'cite', 'xLinkHref'] as const

function withUrls(node: Element, { url }: Shape): Properties {
  const { tagName, properties } = node
  const changed: Properties = {}
  for (const name of urlProperties) {
    const value = properties[name]
    if (typeof value === 'string' && !isWithinSvg(tagName, value)) changed[name] = absolute(value, url)
  }
  if (typeof properties.srcSet === 'string')
    changed.srcSet = withCandidates(properties.srcSet, (candidate) => absolute(candidate, url))
  const side = classesOf(node).find((name) => /^align-(?:left|right|center)$/.test(name))
  if (side !== undefined) changed.align = side.slice('align-'.length)
  if (tagName === 'video' || tagName === 'audio') changed.controls = true
  const { className: _, ...rest } = properties
  const languages = classesOf(node).filter((name) => name.startsWith('language-'))
  return { ...rest, ...changed, ...(languages.length > 0 && { className: languages }) }
}

/** A drawing refers to its own parts by their ids, which it keeps. */
function isWithinSvg(tagName: string, url: string): boolean {
  return tagName !== 'a' && url.startsWith('#')
}

/** Gives a URL of a post absolute. One with a hole is left to what fills it; what is no URL stays as it is. */
function absolute(url: string, base: string): string {
  if (url.includes(holeStart) || !URL.canParse(url, base)) return url
  return isAbsoluteUrl(url) && !/^\s*[/\\]{2}/.test(url) ? url.trim() : new URL(url, base).href
}

const presentationAttributes = (
  'clipPath clipRule color cx cy d direction display dominantBaseline dx dy fill fillOpacity fillRule fontFamily ' +
  'fontSize fontStyle fontWeight fx fy gradientTransform gradientUnits height href id letterSpacing lengthAdjust ' +
  'markerEnd markerHeight markerMid markerStart markerUnits markerWidth mask offset opacity orient overflow ' +
  'pathLength patternContentUnits patternTransform patternUnits points preserveAspectRatio r refX refY rotate role rx ry ' +
  'spreadMethod startOffset stopColor stopOpacity stroke strokeDashArray strokeDashOffset strokeLineCap strokeLineJoin ' +
  'strokeMiterLimit strokeOpacity strokeWidth textAnchor textLength transform vectorEffect viewBox visibility width x x1 ' +
  'x2 xLinkHref xmlns y y1 y2 ariaLabel ariaHidden'
).split(' ')

const drawings = (
  'svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath desc marker clipPath mask ' +
  'pattern linearGradient radialGradient stop image title'
).split(' ')

const formulaElements = (
  'math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub ' +
  'msubsup msup mtable mtd mtext mtr munder munderover semantics menclose mfenced'
).split(' ')

const formulaAttributes = (
  'accent accentunder alttext columnalign columnlines columnspacing columnspan depth dir display displaystyle fence ' +
  'height href largeop linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits ' +
  'notation rowalign rowlines rowspacing rowspan rspace scriptlevel separator stretchy symmetric voffset width'
).split(' ')

const texts = (
  'a abbr address article aside audio b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn ' +
  'div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main mark menu nav ol p ' +
  'picture pre q rp rt ruby s samp search section small source span strike strong sub summary sup table tbody td tfoot th ' +
  'thead time tr track tt u ul var video wbr'
).split(' ')

/** What a feed may hold: text, tables, images, films, drawings and formulas; nothing that runs, asks or looks alone. */
const schema: Schema = {
  tagNames: [...texts, ...drawings, ...formulaElements],
  attributes: {
    '*': ['lang', 'dir', 'title'],
    a: ['href', 'hrefLang'],
    audio: ['src', 'controls', 'loop', 'preload'],
    blockquote: ['cite'],
    code: [['className', /^language-./]],
    col: ['span'],
    colgroup: ['span'],
    del: ['cite', 'dateTime'],
    details: ['open'],
    img: ['src', 'srcSet', 'sizes', 'alt', 'width', 'height'],
    ins: ['cite', 'dateTime'],
    li: ['value'],
    ol: ['start', 'reversed', 'type'],
    q: ['cite'],
    source: ['src', 'srcSet', 'sizes', 'type', 'media', 'width', 'height'],
    td: ['align', 'colSpan', 'rowSpan'],
    th: ['align', 'colSpan', 'rowSpan', 'scope'],
    time: ['dateTime'],
    track: ['src', 'kind', 'srcLang', 'label', 'default'],
    video: ['src', 'poster', 'controls', 'loop', 'muted', 'width', 'height', 'preload'],
    ...Object.fromEntries(drawings.map((name) => [name, presentationAttributes])),
    ...Object.fromEntries(formulaElements.map((name) => [name, formulaAttributes])),
  },
  ancestors: {
    ...Object.fromEntries(['tbody', 'td', 'tfoot', 'th', 'thead', 'tr'].map((name) => [name, ['table']])),
    title: ['svg'],
  },
  clobber: [],
  protocols: {
    cite: ['http', 'https'],
    href: [
      'http',
      'https',
      'mailto',
      'tel',
      'sms',
      'xmpp',
      'irc',
      'ircs',
      'ftp',
      'geo',
      'magnet',
      'matrix',
      'doi',
    ],
    poster: ['http', 'https', 'data'],
    src: ['http', 'https', 'data'],
    xLinkHref: ['http', 'https', 'data'],
  },
  // Gone with all that they hold.
  strip: (
    'annotation annotation-xml applet area base button datalist foreignObject frame frameset head link map meta ' +
    'noembed noframes option param script select style template textarea'
  ).split(' '),
  required: {},
}
