/** Keys of a keyboard: `++Ctrl+C++`, each in an element `kbd` as one would write it in HTML. */
import type { ElementContent } from 'hast'
import type { Data, Root } from 'mdast'
import { markdownLineEnding } from 'micromark-util-character'
import type { State, Construct as Tokenized } from 'micromark-util-types'
import type { Position } from 'unist'
import type { VFile } from 'vfile'
import { didYouMean } from '../nearest.js'
import type { Construct } from './constructs.js'
import { report } from './finding.js'
import { visit } from './walk.js'

declare module 'mdast' {
  interface RootContentMap {
    keys: Keys
  }
  interface PhrasingContentMap {
    keys: Keys
  }
}

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    keys: 'keys'
  }
}

/** Keys that are pressed together. */
export interface Keys {
  type: 'keys'
  /** As typed. */
  value: string
  names: readonly string[]
  position?: Position
  data?: Data
}

/** What is on the keys that people name in small letters; the names are those of PyMdown's extension "keys". */
const labels: Readonly<Record<string, string>> = {
  ...{ alt: 'Alt', altgr: 'AltGr', cmd: 'Cmd', command: 'Command', control: 'Control', ctrl: 'Ctrl' },
  ...{
    fn: 'Fn',
    meta: 'Meta',
    option: 'Option',
    shift: 'Shift',
    super: 'Super',
    win: 'Win',
    windows: 'Windows',
  },
  ...{ backspace: 'Backspace', del: 'Del', delete: 'Delete', enter: 'Enter', esc: 'Esc', escape: 'Escape' },
  ...{ ins: 'Ins', insert: 'Insert', return: 'Return', space: 'Space', tab: 'Tab', 'caps-lock': 'Caps Lock' },
  ...{ up: '↑', down: '↓', left: '←', right: '→', home: 'Home', end: 'End' },
  ...{ 'page-up': 'Page Up', 'page-down': 'Page Down', 'print-screen': 'Print Screen', pause: 'Pause' },
  ...{ 'scroll-lock': 'Scroll Lock', 'num-lock': 'Num Lock', menu: 'Menu', plus: '+' },
}

/** What else stands on keys, in other languages: alone between the signs, only a word of these lists is a key. */
const others: readonly string[] = [
  ...['strg', 'umschalt', 'entf', 'einfg', 'pos1', 'ende', 'eingabe', 'leertaste', 'rücktaste', 'druck'],
  ...['maj', 'suppr', 'entrée', 'échap', 'fin', 'supr', 'intro', 'mayús', 'canc', 'invio', 'ctl', 'opt'],
]

/** Longest text between the signs, so that none is searched for far away. */
const longest = 80

const key = '(?:"[^"]+"|[\\p{L}\\p{N}][\\p{L}\\p{N}_-]*|[^\\p{L}\\p{N}\\s+"])'
/** What stands between the signs: keys, with a `+` between each two. */
const pattern = new RegExp(`^${key}(?:\\+${key})*$`, 'u')

const plus = 43

const tokenized: Tokenized = {
  name: 'keys',
  tokenize(effects, ok, nok) {
    const { previous } = this
    let text = ''
    let quoted = false
    const start: State = (code) => {
      // C++ and i++ are no keys.
      if (previous !== null && previous > 0 && /[\p{L}\p{N}+]/u.test(String.fromCharCode(previous)))
        return nok(code)
      effects.enter('keys')
      effects.consume(code)
      return second
    }
    const second: State = (code) => {
      if (code !== plus) return nok(code)
      effects.consume(code)
      return inside
    }
    const inside: State = (code) => {
      if (code === null || code < 0 || markdownLineEnding(code) || text.length > longest) return nok(code)
      const character = String.fromCharCode(code)
      if (character === '"') quoted = !quoted
      if (!quoted && /\s/.test(character)) return nok(code)
      text += character
      effects.consume(code)
      return !quoted && text.length > 2 && text.endsWith('++') ? end : inside
    }
    const end: State = (code) => {
      const isWord = code !== null && code > 0 && /[\p{L}\p{N}+]/u.test(String.fromCharCode(code))
      if (isWord || !pattern.test(text.slice(0, -2))) return nok(code)
      effects.exit('keys')
      return ok(code)
    }
    return start
  },
}

/** `++Ctrl+C++`; a key is a word, a character, or anything in quotes. */
export const keys: Construct = {
  mayHold,
  syntax: { text: { [plus]: tokenized } },
  fromMarkdown: {
    enter: {
      keys(token) {
        const value = this.sliceSerialize(token)
        this.enter({ type: 'keys', value, names: value.slice(2, -2).match(/"[^"]+"|[^+]+/g) ?? [] }, token)
        this.exit(token)
      },
    },
  },
}

function mayHold(text: string): boolean {
  const first = text.indexOf('++')
  return first >= 0 && text.includes('++', first + 2)
}

/**
 * A remark plugin that makes text again of a word between the signs that is no key: others write `++new++` for what
 * was inserted. Reports `key-is-known` where it is nearly one.
 */
export function remarkKeys() {
  return (tree: Root, file: VFile): void => {
    if (!mayHold(String(file))) return
    visit(tree, 'keys', (node, index, parent) => {
      const [name = '', ...more] = node.names
      if (!parent || index === undefined || more.length > 0 || isKey(name)) return
      parent.children[index] = { type: 'text', value: node.value, position: node.position }
      const hint = didYouMean(name, Object.keys(labels))
      if (hint === undefined) return
      report(file, 'key-is-known', `There is no key "${name}": it is shown as typed.`, {
        place: node.position,
        hint: `${hint} Any other key is written between quotes: ++"${name}"++.`,
      })
    })
  }
}

/** Whether a name may stand alone. */
function isKey(name: string): boolean {
  const known = name.toLowerCase()
  return /^(?:".*"|.|f[1-9]\d?)$/su.test(known) || Object.hasOwn(labels, known) || others.includes(known)
}

/** A handler for remark-rehype: `<kbd>Ctrl</kbd>+<kbd>C</kbd>`. */
export const keyHandlers = {
  keys: (_state: unknown, { names }: Keys): ElementContent[] =>
    names.flatMap((name, index) => [
      ...(index === 0 ? [] : [{ type: 'text', value: '+' } as const]),
      {
        type: 'element',
        tagName: 'kbd',
        properties: {},
        children: [{ type: 'text', value: labelOf(name, names.length === 1) }],
      },
    ]),
} as const

/** Gives what stands on a key; a letter that is pressed with others is a capital, as on keyboards. */
function labelOf(name: string, isAlone: boolean): string {
  if (name.startsWith('"')) return name.slice(1, -1)
  if (Object.hasOwn(labels, name)) return labels[name] ?? name
  return /^f\d\d?$/.test(name) || (!isAlone && /^\p{L}$/u.test(name)) ? name.toUpperCase() : name
}
