/**
 * Text by strangers, who may write no HTML that runs or leaves its box: `markdown.html` in site.yaml is `sanitize` or
 * `escape`. Raw HTML is made safe token by token before any of it is parsed, so that what Scholium itself adds to a
 * body needs no sanitizer.
 */

import type { Element, Properties } from 'hast'
import { defaultSchema, type Schema, sanitize } from 'hast-util-sanitize'
import { toHtml } from 'hast-util-to-html'
import type { Definition, Html, Image, Link, Parents, Root } from 'mdast'
import { type Token, Tokenizer, TokenizerMode } from 'parse5'
import { find, html as htmlAttributes } from 'property-information'
import type { VFile } from 'vfile'
import { isAbsoluteUrl } from '../content/permalink.js'
import type { Place } from '../diagnostics.js'
import { useFeature } from './features.js'
import { report } from './finding.js'
import { frameIds } from './headings.js'
import { escapeHtml } from './html.js'
import { visit } from './walk.js'

/** What becomes of raw HTML. */
export type HtmlMode = 'allow' | 'sanitize' | 'escape'

/** Elements that carry text or show it, beside those that GitHub allows. */
const moreElements =
  'abbr audio bdi bdo caption center cite col colgroup data dfn figcaption figure mark small time track u video wbr'

/** Attributes that reach beyond an element: names, keys, the order of focus; and those that blow it up. */
const reaching: ReadonlySet<string> = new Set(
  (
    'accessKey encType htmlFor method name tabIndex ' +
    'border cellPadding cellSpacing height hSpace size vSpace'
  ).split(' '),
)

/** GitHub's schema with a few more elements and without what reaches beyond a body. */
const schema: Schema = {
  ...defaultSchema,
  // Fields are for forms, which strangers have none of; the boxes of task lists are Scholium's own.
  tagNames: [
    ...(defaultSchema.tagNames ?? []).filter((name) => name !== 'input'),
    ...moreElements.split(' '),
  ],
  required: {},
  attributes: {
    ...defaultSchema.attributes,
    '*': (defaultSchema.attributes?.['*'] ?? []).filter((name) => !reaching.has(String(name))),
    code: [['className', /^language-./, 'math-inline', 'math-display']],
    span: [['className', 'math-inline', 'math-display']],
    div: [['className', 'math-inline', 'math-display']],
    img: ['height', 'src', 'srcSet', 'sizes', 'loading'],
    source: ['src', 'srcSet', 'sizes', 'type'],
    video: ['height', 'src', 'poster', 'controls', 'loop', 'muted', 'playsInline', 'preload'],
    audio: ['src', 'controls', 'loop', 'muted', 'preload'],
    track: ['src', 'kind', 'srcLang', 'default'],
    time: ['dateTime'],
    data: ['value'],
  },
  protocols: {
    ...defaultSchema.protocols,
    poster: ['http', 'https'],
    srcSet: ['http', 'https'],
  },
  clobber: [],
  // One tag at a time is looked at here: what it stands in is up to the parser.
  ancestors: {},
}

/** Elements whose text is no text for a reader, each read to its end without being shown. */
const silent: ReadonlySet<string> = new Set(
  'iframe math noembed noframes noscript object plaintext script select style svg template textarea title xmp'.split(
    ' ',
  ),
)

/**
 * A remark plugin, the last before HTML is made: raw HTML is shown as text (`escape`), or freed of what could run or
 * leave its box (`sanitize`). Links that are none of the web's or of mail are taken off their words in both. Reports
 * `html-is-allowed`.
 */
export function remarkStrangers(mode: Exclude<HtmlMode, 'allow'>) {
  return (tree: Root, file: VFile): void => {
    useFeature(file, 'strangers')
    const open = { silent: null as string | null }
    visit(tree, (node, index, parent) => {
      if (node.type === 'html') {
        const safe = mode === 'escape' ? null : safeHtml(node, open, file)
        if (safe !== null) node.value = safe
        else if (parent && index !== undefined) showAsText(node, parent as Parents, index)
      } else if (
        'url' in node &&
        !isSafeUrl(node.url, node.type === 'image') &&
        parent &&
        index !== undefined
      ) {
        leftOut(file, `the link to "${node.url.slice(0, 80)}"`, node.position)
        takeLink(node, parent as Parents, index)
      }
    })
  }
}

/** Takes a link off its words, shows what an image says, and forgets a definition. */
function takeLink(node: Link | Image | Definition, parent: Parents, index: number): void {
  if (node.type === 'link') node.data = { hName: 'span', hProperties: { href: undefined, title: undefined } }
  else {
    const value = node.type === 'image' ? (node.alt ?? '') : ''
    Object.assign(parent.children, { [index]: { type: 'text', value, position: node.position } })
  }
}

/** Raw HTML as the text that its author typed, comments aside; a block of it is a paragraph. */
function showAsText(node: Html, parent: Parents, index: number): void {
  const value = node.value.replace(/<!--[\s\S]*?(?:-->|$)/g, '')
  const text = { type: 'text', value, position: node.position } as const
  const isBlock = ['root', 'blockquote', 'listItem', 'footnoteDefinition'].includes(parent.type)
  const shown =
    isBlock && value.trim() !== ''
      ? ({ type: 'paragraph', children: [text], position: node.position } as const)
      : text
  Object.assign(parent.children, { [index]: shown })
}

/** Gives raw HTML, which may begin or end within an element, without what is not allowed. */
function safeHtml(node: Html, open: { silent: string | null }, file: VFile): string {
  let safe = ''
  const place = node.position
  const text = ({ chars }: Token.CharacterToken) => {
    if (open.silent === null) safe += escapeHtml(chars)
  }
  const tokenizer: Tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: false },
    {
      onStartTag(tag) {
        if (open.silent !== null) return
        if (silent.has(tag.tagName)) {
          leftOut(file, `<${tag.tagName}>`, place)
          if (tag.tagName === 'script') tokenizer.state = TokenizerMode.SCRIPT_DATA
          else if (/^(?:style|xmp|iframe|noembed|noframes|noscript)$/.test(tag.tagName))
            tokenizer.state = TokenizerMode.RAWTEXT
          else if (/^(?:textarea|title)$/.test(tag.tagName)) tokenizer.state = TokenizerMode.RCDATA
          if (!tag.selfClosing) open.silent = tag.tagName
          return
        }
        safe += safeTag(tag, place, file)
      },
      onEndTag({ tagName }) {
        if (open.silent === tagName) open.silent = null
        else if (open.silent === null && schema.tagNames?.includes(tagName)) safe += `</${tagName}>`
      },
      onCharacter: text,
      onWhitespaceCharacter: text,
      onNullCharacter: text,
      onComment() {},
      onDoctype() {},
      onEof() {},
    },
  )
  tokenizer.write(node.value, true)
  // What is never closed is silent to the end of its block, not of the post.
  if (node.value.includes('\n')) open.silent = null
  return safe
}

/** Gives a start tag with what is allowed of it; '' for an element that is not. */
function safeTag({ tagName, attrs }: Token.TagToken, place: Html['position'], file: VFile): string {
  const given: Element = { type: 'element', tagName, properties: propertiesOf(attrs), children: [] }
  const { children } = sanitize({ type: 'root', children: [given] }, schema) as { children: Element[] }
  const [element] = children
  if (element?.type !== 'element') {
    leftOut(file, `<${tagName}>`, place)
    return ''
  }
  const { srcSet } = element.properties
  if (typeof srcSet === 'string' && !srcSet.split(/[\s,]+/).every((url) => isSafeUrl(url, true)))
    delete element.properties.srcSet
  if (Array.isArray(element.properties.className) && element.properties.className.length === 0)
    delete element.properties.className
  const lost = Object.keys(given.properties).filter((name) => !(name in element.properties))
  for (const name of lost)
    leftOut(file, `the attribute ${find(htmlAttributes, name).attribute} of <${tagName}>`, place)
  return toHtml(element).replace(new RegExp(`</${tagName}>$`), '')
}

function propertiesOf(attributes: readonly Token.Attribute[]): Properties {
  const own: Properties = {}
  for (const { name, value } of attributes) {
    const { property, boolean, spaceSeparated } = find(htmlAttributes, name)
    if (property === 'id' && frameIds.includes(value)) continue
    if (property === '__proto__') continue
    own[property] = boolean ? true : spaceSeparated ? value.split(/\s+/).filter(Boolean) : value
  }
  return own
}

/** Whether a URL leads to the web, to mail or to the site itself; an image may be data. */
function isSafeUrl(url: string, isImage: boolean): boolean {
  // As browsers read a URL (https://url.spec.whatwg.org/#url-parsing): without control characters and spaces around it.
  const clean = url.replace(/[\p{Cc}\s]/gu, '')
  if (!isAbsoluteUrl(clean)) return true
  return (
    /^(?:[/\\]{2}|(?:https?|ircs?|mailto|tel|xmpp):)/i.test(clean) ||
    (isImage && /^data:image\/(?:png|jpe?g|gif|webp|avif);/i.test(clean))
  )
}

function leftOut(file: VFile, what: string, place: Html['position'] | Place): void {
  report(file, 'html-is-allowed', `This site allows no such HTML: ${what} is left out.`, {
    place: place as Html['position'],
    hint: 'markdown.html in site.yaml says what is allowed.',
  })
}
