/** `[[Wikilinks]]` as Obsidian has them: what is between the brackets names a post, a heading in it, an image. */
import type { Element, Root as HastRoot } from 'hast'
import type { Image, Link, PhrasingContent, Root } from 'mdast'
import { markdownLineEnding } from 'micromark-util-character'
import type { State, Construct as Tokenized } from 'micromark-util-types'
import type { VFile } from 'vfile'
import { encodePath } from '../content/permalink.js'
import type { Construct } from './constructs.js'
import { outlineOf } from './headings.js'
import { films, sounds } from './images.js'
import { visit } from './walk.js'
import { addressOfWikilink, fragmentOfWikilink, headingNamed, pathOfWikilink } from './wikilink-target.js'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    wikilink: 'wikilink'
  }
}

const exclamation = 33
const open = 91
const close = 93

const tokenized: Tokenized = {
  name: 'wikilink',
  tokenize(effects, ok, nok) {
    let size = 0
    let isFirst = true
    const start: State = (code) => {
      effects.enter('wikilink')
      if (code !== exclamation) return first(code)
      effects.consume(code)
      return first
    }
    const first: State = (code) => {
      if (code !== open) return nok(code)
      effects.consume(code)
      return second
    }
    const second: State = (code) => {
      if (code !== open) return nok(code)
      effects.consume(code)
      return inside
    }
    const inside: State = (code) => {
      // A footnote, and a line's end, are none.
      if (code === null || markdownLineEnding(code) || code === open) return nok(code)
      if (isFirst && code === 94) return nok(code)
      if (code === close) return size === 0 ? nok(code) : end(code)
      isFirst = false
      if (code !== 32) size += 1
      effects.consume(code)
      return inside
    }
    const end: State = (code) => {
      effects.consume(code)
      return (next) => {
        if (next !== close) return nok(next)
        effects.consume(next)
        return after
      }
    }
    const after: State = (code) => {
      // [[1]](url) and [[1]][label] are CommonMark's.
      if (code === 40 || code === open) return nok(code)
      effects.exit('wikilink')
      return ok(code)
    }
    return start
  },
}

/** `[[post]]`, `[[post#heading|words]]`, `![[image.png|300]]`. */
export const wikilinks: Construct = {
  mayHold: (text) => text.includes('[['),
  syntax: { text: { [open]: tokenized, [exclamation]: tokenized } },
  fromMarkdown: {
    enter: {
      wikilink(token) {
        this.enter(wikilinkIn(this.sliceSerialize(token)), token)
        this.exit(token)
      },
    },
  },
}

/** Gives the link or the image that is written `[[…]]` or `![[…]]`. */
export function wikilinkIn(source: string): Link | Image {
  const isEmbed = source.startsWith('!')
  const [, target = '', , words] =
    // In a cell of a table the bar is escaped.
    /^((?:[^|\\]|\\(?!\|))*)(\\?\|(.*))?$/s.exec(source.slice(isEmbed ? 3 : 2, -2)) ?? []
  const name = target.trim()
  return isEmbed && isShown(name) ? imageOf(name, words) : linkTo(name, words)
}

/** The endings of what browsers show as images. */
const images = /\.(?:a?png|avif|bmp|gif|ico|jfif|jpe?g|jxl|svg|webp)$/i

/** Whether what is embedded can be shown: posts and all other files are linked to. */
function isShown(name: string): boolean {
  const path = pathOfWikilink(name)
  return images.test(path) || films.test(path) || sounds.test(path)
}

/** The words of a link are those given, or the names of what it leads to. */
function linkTo(name: string, words: string | undefined): Link {
  const shown = words?.trim() || name.replace(/^#+/, '').replaceAll(/#+(?=\S)/g, ' > ')
  return {
    type: 'link',
    url: addressOfWikilink(name),
    children: [{ type: 'text', value: shown }],
    data: { hProperties: { dataWikilink: name } },
  }
}

/** Words after the bar are the alternative text; after the last one, a width in pixels, or a width and a height. */
function imageOf(name: string, words = ''): Image {
  const [, alt = '', width, height] = /^(?:(.*?)\\?\|)?\s*(\d+)(?:x(\d+))?\s*$/s.exec(words) ?? [words, words]
  const size = { ...(width && { width: Number(width) }), ...(height && { height: Number(height) }) }
  return {
    type: 'image',
    url: addressOfWikilink(name),
    alt: alt.trim(),
    data: { hProperties: { ...size, dataWikilink: name } },
  }
}

/** A remark plugin: within another link, where there can be none, a wikilink is its words. */
export function remarkWikilinks() {
  return (tree: Root, file: VFile): void => {
    if (!String(file).includes('[[')) return
    visit(tree, ['link', 'linkReference'], (outer) => {
      visit(outer, 'link', (inner, index, parent) => {
        if (inner === outer || !parent || index === undefined || !isWikilink(inner)) return undefined
        parent.children.splice(index, 1, ...(inner.children as PhrasingContent[]))
        return index
      })
    })
  }
}

function isWikilink({ data }: Link): boolean {
  return data?.hProperties?.dataWikilink !== undefined
}

/** A rehype plugin to stand after headings have their ids: `[[#Heading]]` leads to the heading of these words. */
export function rehypeWikilinks() {
  return (tree: HastRoot, file: VFile): void => {
    if (!String(file).includes('[[#')) return
    const headings = outlineOf(tree)
    visit(tree, 'element', (node: Element) => {
      const { dataWikilink, ...properties } = node.properties
      if (typeof dataWikilink !== 'string' || !dataWikilink.startsWith('#')) return
      const name = fragmentOfWikilink(dataWikilink)
      const id = headingNamed(name, headings) ?? name
      node.properties = { ...properties, href: `#${encodePath(id)}` }
    })
  }
}
