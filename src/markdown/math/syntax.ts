/**
 * The micromark extension, in place of remark-math's own. A display is always read as text of its paragraph, so
 * that one grammar decides and all of CommonMark's precedence holds; the tree is given its blocks afterwards.
 */
import type { Extension } from 'micromark-util-types'
import { formulaConstruct } from './inline.js'
import { paragraphConstruct } from './paragraph.js'
import type { Reading } from './reading.js'

const dollar = 36
const backslash = 92

/**
 * Gives the extension; it stands after those of GFM. `reading` gives the source being read: constructs see a line
 * at a time, and must know what follows.
 */
export function mathSyntax(reading: () => Reading): Extension {
  const formula = formulaConstruct(reading)
  const display = paragraphConstruct(reading, 'starts with a display')
  const opening = paragraphConstruct(reading, 'opens a display')
  const paragraph = paragraphConstruct(reading, 'any')
  return {
    disable: { null: ['mathFlow', 'mathText'] },
    text: { [dollar]: formula, [backslash]: formula },
    flow: {
      [dollar]: display,
      [backslash]: display,
      // Before tables, whose construct waits for the next line; and after all others.
      null: [opening, { ...paragraph, add: 'after' }],
    },
  }
}
