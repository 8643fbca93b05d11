/**
 * Inline styles as classes. A page that holds a strict Content-Security-Policy has no style attributes, and those that
 * KaTeX writes are the same few over and over: named once in a sheet of the page, they are most of their bytes less.
 */
import type { Root } from 'hast'
import type { VFile } from 'vfile'
import { digestOf } from '../digest.js'
import { byCodeUnit } from '../order.js'
import { visit } from './walk.js'

declare module 'vfile' {
  interface DataMap {
    styles: Styles
  }
}

/** Declarations by the class that stands for them. */
export type Styles = globalThis.Map<string, string>

/** The properties that KaTeX sets, each a length in em, by the letter that begins one in the name of a class. */
const letters: Readonly<Record<string, string>> = {
  'border-bottom-width': 'b',
  'border-right-width': 'c',
  'border-top-width': 'd',
  'border-width': 'e',
  height: 'h',
  'margin-left': 'l',
  'min-width': 'm',
  'max-width': 'n',
  bottom: 'o',
  'padding-left': 'p',
  'padding-right': 'q',
  'margin-right': 'r',
  top: 't',
  'margin-top': 'u',
  'vertical-align': 'v',
  width: 'w',
  left: 'x',
}

/** What can be moved into a rule without a parser: no quotes, braces, escapes or comments, brackets in pairs. */
const simple = /^(?:[\w\s#%.,:;+*!-]|\/(?!\*)|\((?:[\w\s#%.,:;+*=?&!-]|\/(?!\*))*\))*$/
/** What the names of all these classes begin with. */
const prefix = 'k-'
/** One declaration of a simple style. */
const declaration = /(?:[^;(]|\([^()]*\))+/g
const length = /^\s*([a-z-]+):(-?\d+(?:\.\d+)?)em$/

/**
 * Gives the class that stands for a style, the same everywhere: `k-h0_69v-0_25` for `height:0.69em;vertical-align:-0.25em`,
 * which no author writes.
 * Null for a style that is left an attribute: one with quotes, braces or escapes, or without any declaration.
 */
export function classOfStyle(style: string): string | null {
  if (!simple.test(style)) return null
  const declarations = declarationsOf(style)
  if (declarations.length === 0) return null
  let name = prefix
  for (const each of declarations) {
    const [, property = '', value = ''] = length.exec(each) ?? []
    const letter = Object.hasOwn(letters, property) ? letters[property] : undefined
    if (letter === undefined) return `${prefix}s${digestOf(declarations.join(';')).slice(0, 12)}`
    name += letter + value.replace('.', '_')
  }
  return name
}

function declarationsOf(style: string): readonly string[] {
  return (style.match(declaration) ?? []).map((each) => each.trim()).filter((each) => each !== '')
}

/** What KaTeX writes of parts that lie wholly below or above the line, and no browser reads. */
const unread = /^\s*(?:height|(?:min-|max-)?width)\s*:\s*-/

/** Gives the rules of a sheet, in an order of their own. As an attribute's, what they say wins over all other sheets. */
export function sheetOf(styles: Styles): string {
  return [...styles]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([name, style]) => {
      const declarations = declarationsOf(style)
        .filter((each) => !unread.test(each))
        .map((each) => (each.endsWith('!important') ? each : `${each}!important`))
      return declarations.length > 0 ? `.${name}{${declarations.join(';')}}` : ''
    })
    .join('')
}

const attribute = /(?: class="([^"]*)")? style="([^"]*)"/g
/** More distinct styles than a site has, unless it has more than can be meant. */
const mostKnown = 20_000

/** Gives styles their classes, each found out once. */
export interface StyleNamer {
  /** See {@link classOfStyle}. */
  readonly nameOf: (style: string) => string | null
  /** Gives HTML that KaTeX wrote with classes for its styles, and adds these to `styles`. */
  readonly inHtml: (html: string, styles: Styles) => string
}

/** Gives what names styles, and knows those that it has named. */
export function styleNamer(): StyleNamer {
  const known = new Map<string, string | null>()
  const nameOf = (style: string): string | null => {
    const found = known.get(style)
    if (found !== undefined) return found
    if (known.size >= mostKnown) known.clear()
    const name = classOfStyle(style)
    known.set(style, name)
    return name
  }
  const inHtml = (html: string, styles: Styles) =>
    html.replace(attribute, (whole, classes: string | undefined, style: string) => {
      const name = nameOf(style)
      if (name === null) return whole
      styles.set(name, style)
      return classes ? ` class="${classes} ${name}"` : ` class="${name}"`
    })
  return { nameOf, inHtml }
}

/** A rehype plugin that does the same for the elements of a body, and leaves its styles in `file.data.styles`. */
export function rehypeStyles() {
  return (tree: Root, file: VFile): void => {
    const styles = file.data.styles ?? new Map<string, string>()
    file.data.styles = styles
    visit(tree, 'element', (node) => {
      const { style, className, ...others } = node.properties
      const name = typeof style === 'string' ? classOfStyle(style) : null
      if (typeof style !== 'string' || name === null) return
      styles.set(name, style)
      node.properties = { className: [...(Array.isArray(className) ? className : []), name], ...others }
    })
  }
}
