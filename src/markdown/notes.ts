/**
 * Notes: GFM's footnotes, and Pandoc's inline ones, `^[a note in the text]`, which become the same. They are a list at
 * the end of the body, each with links back; a style sheet moves its items into the margin where there is room, so
 * that a note is there once for everybody.
 */
import type { Element, Root as HastRoot } from 'hast'
import type { FootnoteDefinition, Nodes, Parent, PhrasingContent, Root, Text } from 'mdast'
import type { Extension as FromMarkdown } from 'mdast-util-from-markdown'
import type { Construct, Extension, Token, TokenizeContext } from 'micromark-util-types'
import type {} from 'remark-parse'
import type { Processor } from 'unified'
import type { VFile } from 'vfile'
import { didYouMean } from '../nearest.js'
import { group, isOpenSince } from './brackets.js'
import { useFeature } from './features.js'
import { report } from './finding.js'
import { textOf } from './typeset.js'
import { visit } from './walk.js'

/** `^[…]`, until it becomes a footnote. */
interface InlineNote extends Parent {
  type: 'inlineNote'
  children: PhrasingContent[]
}

declare module 'mdast' {
  interface PhrasingContentMap {
    inlineNote: InlineNote
  }
  interface RootContentMap {
    inlineNote: InlineNote
  }
}

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    inlineNote: 'inlineNote'
    inlineNoteStart: 'inlineNoteStart'
    inlineNoteEnd: 'inlineNoteEnd'
  }
}

const caret = 94
const openBracket = 91
const closeBracket = 93

/** How many notes may be open at once: what is in a note is gone through once more for each note around it. */
const mostOpen = 100

/**
 * Gives the micromark extension of inline notes: like links, they hold all of Markdown that stands in a line. What
 * would be a note within {@link mostOpen} others is text.
 */
function noteSyntax(): Extension {
  const open = new WeakMap<TokenizeContext, Token[]>()
  const start: Construct = {
    name: 'inlineNoteStart',
    tokenize(effects, ok, nok) {
      return (code) => {
        const tokens = open.get(this) ?? []
        if (tokens.length === mostOpen) return nok(code)
        const token = effects.enter('inlineNoteStart')
        effects.consume(code)
        return (next) => {
          if (next !== openBracket) return nok(next)
          effects.consume(next)
          effects.exit('inlineNoteStart')
          tokens.push(token)
          open.set(this, tokens)
          return ok
        }
      }
    },
    resolveAll(events) {
      // What nothing closes is text.
      for (const [, token] of events) if (token.type === 'inlineNoteStart') token.type = 'data'
      return events
    },
  }
  const end: Construct = {
    name: 'inlineNoteEnd',
    tokenize(effects, ok, nok) {
      const tokens = open.get(this) ?? []
      const opening = tokens.at(-1)
      const isOurs = opening !== undefined && !isOpenSince(this, opening.start.offset)
      return (code) => {
        if (!isOurs) return nok(code)
        tokens.pop()
        effects.enter('inlineNoteEnd', { _opening: opening })
        effects.consume(code)
        effects.exit('inlineNoteEnd')
        return ok
      }
    },
    resolveTo(events, context) {
      group(events, 'inlineNote', context)
      return events
    },
  }
  return { text: { [caret]: start, [closeBracket]: end } }
}

const noteFromMarkdown: FromMarkdown = {
  canContainEols: ['inlineNote'],
  enter: {
    inlineNote(token) {
      this.enter({ type: 'inlineNote', children: [] }, token)
    },
  },
  exit: {
    inlineNote(token) {
      this.exit(token)
    },
  },
}

/**
 * A remark plugin to stand after remark-parse: reads inline notes, where a text can hold one. {@link remarkNotes} makes
 * footnotes of them.
 */
export function remarkInlineNotes(this: Processor): void {
  const parse = this.parser
  if (!parse) throw new Error('remarkInlineNotes must stand after remark-parse.')
  const data = this.data()
  data.fromMarkdownExtensions = [...(data.fromMarkdownExtensions ?? []), noteFromMarkdown]
  this.parser = (text: string, file: VFile) => {
    if (!text.includes('^[')) return parse(text, file)
    const all = data.micromarkExtensions ?? []
    data.micromarkExtensions = [...all, noteSyntax()]
    try {
      return parse(text, file)
    } finally {
      data.micromarkExtensions = all
    }
  }
}

/**
 * A remark plugin that makes footnotes of inline notes. It stands after those that read captions, which may hold some.
 */
export function remarkNotes() {
  return (tree: Root, file: VFile): void => {
    if (String(file).includes('^[')) makeFootnotes(tree)
  }
}

/** What looks like a reference to a footnote; Markdown leaves it as it is where there is no such footnote. */
const unresolved = /\[\^([^\s[\]]+)\]/g

/**
 * A remark plugin that reports `note-is-referred-to` for footnotes that nothing refers to, which are not shown, and for
 * references to none. Those of inline notes refer to each other.
 */
export function remarkNoteReferences() {
  return (tree: Root, file: VFile): void => {
    if (!String(file).includes('[^')) return
    const referred = new Set<string>()
    const defined = new Map<string, FootnoteDefinition>()
    const texts: Text[] = []
    visit(tree, (node) => {
      if (node.type === 'footnoteReference') referred.add(node.identifier)
      if (node.type === 'footnoteDefinition') defined.set(node.identifier, node)
      if (node.type === 'text' && node.value.includes('[^')) texts.push(node)
    })
    for (const [identifier, { label, position }] of defined) {
      if (referred.has(identifier)) continue
      const name = label ?? identifier
      report(file, 'note-is-referred-to', `Nothing refers to the footnote "${name}": it is not shown.`, {
        place: position?.start,
        hint: `Write [^${name}] where it belongs.`,
      })
    }
    // In a text without footnotes, brackets and a caret may mean anything.
    if (defined.size > 0) for (const text of texts) reportUnresolved(text, [...defined.keys()], file)
  }
}

function reportUnresolved({ value, position }: Text, known: readonly string[], file: VFile): void {
  for (const [written, label = ''] of value.matchAll(unresolved))
    report(file, 'note-is-referred-to', `There is no footnote "${label}": "${written}" stays as typed.`, {
      place: position,
      hint: didYouMean(label, known) ?? `Write one: [^${label}]: …`,
    })
}

/** Makes footnotes of inline notes, under names that no other has. */
function makeFootnotes(tree: Root): void {
  const taken = new Set<string>()
  visit(tree, 'footnoteDefinition', ({ identifier }) => {
    taken.add(identifier)
  })
  const definitions: FootnoteDefinition[] = []
  let number = 0
  visit(tree, 'inlineNote', (note: InlineNote, index, parent) => {
    if (!parent || index === undefined) return
    do number += 1
    while (taken.has(`inline-${number}`))
    const identifier = `inline-${number}`
    const { children, position } = note
    const place = position && { position }
    definitions.push({
      type: 'footnoteDefinition',
      identifier,
      label: identifier,
      children: [{ type: 'paragraph', children, ...place }],
      ...place,
    })
    parent.children[index] = {
      type: 'footnoteReference',
      identifier,
      label: identifier,
      ...place,
    } as Nodes as never
  })
  tree.children.push(...definitions)
}

/** How many notes the style sheet has places for: a page with more keeps all of them in the list. */
const mostBeside = 40

/**
 * A rehype plugin that tells the style sheet which reference each note belongs beside: the first to it, by the number
 * of the note.
 */
export function rehypeNotes() {
  return (tree: HastRoot, file: VFile): void => {
    const references = new Map<string, Element>()
    let list: Element | undefined
    visit(tree, 'element', (node: Element) => {
      if (node.properties.dataFootnotes !== undefined) list = node
      if (node.properties.dataFootnoteRef === undefined) return
      const number = textOf(node)
      // An author may write such an attribute too.
      if (!/^\d+$/.test(number)) return
      if (!references.has(number)) references.set(number, node)
    })
    if (!list || references.size === 0) return
    useFeature(file, 'notes')
    if (references.size > mostBeside) return
    list.properties.className = ['footnotes', 'sidenotes']
    for (const [number, { properties }] of references) properties.className = [`note-${number}`]
  }
}
