/** Images: what their alternative text says. */
import type { Image, ImageReference, Root } from 'mdast'
import type { VFile } from 'vfile'
import type { MathOptions } from '../config.js'
import { plainLine } from './math/line.js'
import { plainTex } from './math/plain.js'
import { splitMath } from './math/split.js'
import { visit } from './walk.js'

/** A remark plugin that writes the formulas of alternative texts as plain text: `$\alpha^2$` is α². */
export function remarkImageAlt(math: MathOptions) {
  return (tree: Root, file: VFile): void => {
    visit(tree, ['image', 'imageReference'], (node) => {
      const image = node as Image | ImageReference
      const { start, end } = image.position ?? {}
      const source = String(file).slice(start?.offset ?? 0, end?.offset ?? 0)
      if (!image.alt || !/[$\\]/.test(source)) return
      // That of a wikilink is as typed.
      const isTyped = image.data?.hProperties?.dataWikilink !== undefined
      image.alt = isTyped ? plainLine(image.alt, math) : withPlainMath(image.alt, source, math)
    })
  }
}

/** mdast's alternative text has the TeX of formulas without their delimiters; only the source tells them. */
function withPlainMath(alt: string, source: string, math: MathOptions): string {
  let done = 0
  let plain = ''
  for (const part of splitMath(source, math)) {
    const at = part.type === 'math' ? alt.indexOf(part.value, done) : -1
    if (at < 0) continue
    plain += alt.slice(done, at) + plainTex(part.value, math.macros)
    done = at + part.value.length
  }
  return plain + alt.slice(done)
}
