/** Abbreviations as PHP Markdown Extra has them: `*[HTML]: Hypertext Markup Language` explains each HTML of the text. */
import type { Root, Text } from 'mdast'
import { factorySpace } from 'micromark-factory-space'
import { markdownLineEnding, markdownSpace } from 'micromark-util-character'
import { decodeString } from 'micromark-util-decode-string'
import type { State, Construct as Tokenized } from 'micromark-util-types'
import type { Position } from 'unist'
import type { VFile } from 'vfile'
import type { Construct } from './constructs.js'
import { report } from './finding.js'
import { replaceProse } from './prose-texts.js'
import { visit } from './walk.js'

declare module 'mdast' {
  interface RootContentMap {
    abbreviation: Abbreviation
    abbreviationDefinition: AbbreviationDefinition
  }
  interface PhrasingContentMap {
    abbreviation: Abbreviation
  }
}

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    abbreviationDefinition: 'abbreviationDefinition'
    abbreviationMarker: 'abbreviationMarker'
    abbreviationLabel: 'abbreviationLabel'
    abbreviationTitle: 'abbreviationTitle'
  }
}

/** What an abbreviation stands for; nothing stands on the page where it was written. */
export interface AbbreviationDefinition {
  type: 'abbreviationDefinition'
  label: string
  title: string
  position?: Position
}

/** An abbreviation that is explained: an element `abbr`. */
export interface Abbreviation {
  type: 'abbreviation'
  children: Text[]
  data: { hName: 'abbr'; hProperties: { title: string } }
  position?: Position
}

const asterisk = 42
const [open, close, colon] = [91, 93, 58]

const tokenized: Tokenized = {
  name: 'abbreviationDefinition',
  tokenize(effects, ok, nok) {
    let size = 0
    const start: State = (code) => {
      effects.enter('abbreviationDefinition')
      effects.enter('abbreviationMarker')
      effects.consume(code)
      return bracket
    }
    const bracket: State = (code) => {
      if (code !== open) return nok(code)
      effects.consume(code)
      effects.exit('abbreviationMarker')
      effects.enter('abbreviationLabel')
      return label
    }
    const label: State = (code) => {
      if (code === null || markdownLineEnding(code) || code === open) return nok(code)
      if (code === close) {
        if (size === 0) return nok(code)
        effects.exit('abbreviationLabel')
        effects.enter('abbreviationMarker')
        effects.consume(code)
        return afterLabel
      }
      if (!markdownSpace(code)) size += 1
      effects.consume(code)
      return label
    }
    const afterLabel: State = (code) => {
      if (code !== colon) return nok(code)
      effects.consume(code)
      effects.exit('abbreviationMarker')
      return factorySpace(effects, beforeTitle, 'whitespace')
    }
    const beforeTitle: State = (code) => {
      if (code === null || markdownLineEnding(code)) return end(code)
      effects.enter('abbreviationTitle')
      return title(code)
    }
    const title: State = (code) => {
      if (code === null || markdownLineEnding(code)) {
        effects.exit('abbreviationTitle')
        return end(code)
      }
      effects.consume(code)
      return title
    }
    const end: State = (code) => {
      effects.exit('abbreviationDefinition')
      return ok(code)
    }
    return start
  },
}

/** `*[HTML]: Hypertext Markup Language`, on a line of its own. */
export const abbreviations: Construct = {
  mayHold,
  syntax: { flow: { [asterisk]: tokenized } },
  fromMarkdown: {
    enter: {
      abbreviationDefinition(token) {
        this.enter({ type: 'abbreviationDefinition', label: '', title: '' }, token)
      },
      abbreviationLabel(token) {
        const node = this.stack.at(-1)
        if (node?.type === 'abbreviationDefinition')
          node.label = decodeString(this.sliceSerialize(token).trim().replace(/\s+/g, ' '))
      },
      abbreviationTitle(token) {
        const node = this.stack.at(-1)
        if (node?.type === 'abbreviationDefinition')
          node.title = decodeString(this.sliceSerialize(token).trim())
      },
    },
    exit: {
      abbreviationDefinition(token) {
        this.exit(token)
      },
    },
  },
}

function mayHold(text: string): boolean {
  return text.includes('*[') && /^[ \t>\d.):+*-]*\*\[/m.test(text)
}

/**
 * A remark plugin that takes the definitions out and marks what they explain, wherever it stands as a word of its own.
 * Reports `abbreviation-is-explained` for one that is explained twice, differently, or not at all.
 */
export function remarkAbbreviations() {
  return (tree: Root, file: VFile): void => {
    if (!mayHold(String(file))) return
    const titles = takeDefinitions(tree, file)
    if (titles.size === 0) return
    const pattern = patternOf([...titles.keys()])
    replaceProse(tree, (text) => marked(text, pattern, titles))
  }
}

function takeDefinitions(tree: Root, file: VFile): ReadonlyMap<string, string> {
  const titles = new Map<string, string>()
  visit(tree, 'abbreviationDefinition', ({ label, title, position }, index, parent) => {
    if (!parent || index === undefined) return undefined
    parent.children.splice(index, 1)
    const known = titles.get(label)
    if (title === '')
      report(file, 'abbreviation-is-explained', `What "${label}" stands for is not said.`, {
        place: position,
      })
    else if (known === undefined) titles.set(label, title)
    else if (known !== title)
      report(file, 'abbreviation-is-explained', `"${label}" is explained twice; here it is "${title}".`, {
        place: position,
        hint: `The first explanation holds: "${known}".`,
      })
    return index
  })
  return titles
}

/** Letters and digits of scripts with spaces between words: these alone run on. */
const run =
  '(?:(?![\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Thai}])[\\p{L}\\p{N}\\p{M}_])'

function patternOf(labels: readonly string[]): RegExp {
  const escaped = labels
    .toSorted((a, b) => b.length - a.length)
    .map((label) => label.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll(' ', '\\s+'))
  return new RegExp(`(?<!${run})(?:${escaped.join('|')})(?!${run})`, 'gu')
}

function marked(
  { value, position }: Text,
  pattern: RegExp,
  titles: ReadonlyMap<string, string>,
): readonly (Text | Abbreviation)[] | null {
  const parts: (Text | Abbreviation)[] = []
  let done = 0
  for (const { 0: found, index } of value.matchAll(pattern)) {
    const title = titles.get(found.replace(/\s+/g, ' ')) ?? ''
    if (index > done) parts.push({ type: 'text', value: value.slice(done, index), position })
    parts.push({
      type: 'abbreviation',
      children: [{ type: 'text', value: found }],
      data: { hName: 'abbr', hProperties: { title } },
    })
    done = index + found.length
  }
  if (done === 0) return null
  if (done < value.length) parts.push({ type: 'text', value: value.slice(done), position })
  return parts
}
