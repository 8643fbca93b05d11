/** Emoji by GitHub's names: `:tada:` is 🎉, on sites that ask for it. */
import { createRequire } from 'node:module'
import type { Root } from 'mdast'
import type { VFile } from 'vfile'
import { didYouMean } from '../nearest.js'
import { report } from './finding.js'
import { type Lines, linesOf } from './math/lines.js'
import { replaceProse } from './prose-texts.js'

/** Colons around a name, but not those of a time of day or a path. */
const shortcode = /(?<![a-z\d:])(:(\+1|-1|[a-z\d_+-]+):)(?![a-z\d:])/gi

const load = createRequire(import.meta.url)

/** The names that GitHub knows, in the package gemoji; only a text with a shortcode loads them. */
function emojiByName(): Readonly<Record<string, string>> {
  return (load('gemoji') as typeof import('gemoji')).nameToEmoji
}

/**
 * A remark plugin that writes emoji for their shortcodes, in prose alone. A name that is none stays as typed; reports
 * `emoji-is-known` where it is nearly one.
 */
export function remarkEmoji() {
  return (tree: Root, file: VFile): void => {
    const source = String(file)
    if (source.search(shortcode) < 0) return
    const emoji = emojiByName()
    let lines: Lines | undefined
    replaceProse(tree, (node) => {
      if (!node.value.includes(':')) return null
      let at = node.position?.start.offset ?? 0
      const value = node.value.replace(shortcode, (whole, _, name: string) => {
        const found = source.indexOf(whole, at)
        if (found >= 0) at = found + whole.length
        // MyST's roles, :name:`text`, are none.
        if (source[at] === '`') return whole
        const known = name.toLowerCase()
        if (Object.hasOwn(emoji, known)) return emoji[known] ?? whole
        const hint = didYouMean(known, Object.keys(emoji))
        if (hint !== undefined) {
          lines ??= linesOf(source)
          const line = lines.at(Math.max(0, found))
          const place = { line: line + 1, column: found - lines.start(line) + 1 }
          report(file, 'emoji-is-known', `There is no emoji "${name}": it is shown as typed.`, {
            place,
            hint,
          })
        }
        return whole
      })
      return value === node.value ? null : [{ ...node, value }]
    })
  }
}
