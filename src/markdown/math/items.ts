/** Items of lists whose formulas may be wider than a small screen. */
import type { Element, ElementContent } from 'hast'

/** Shorter TeX seldom makes a formula that is wider than a screen of 320 CSS px. */
const longTex = 20

/** What stands among words. */
const phrasing =
  /^(?:a|abbr|b|bdi|bdo|br|cite|code|data|del|dfn|em|i|img|input|ins|kbd|label|mark|q|s|samp|small|span|strong|sub|sup|time|u|var|wbr)$/

/**
 * Gives the content of an item, formulas typeset, with its text in `<span class="item-text">` where that holds a long
 * formula: so that it scrolls as a paragraph does, since an item that scrolled would cut off its marker.
 */
export function withItemText(children: readonly ElementContent[]): readonly ElementContent[] {
  if (!children.some(isLongFormula)) return children
  const ends = children.flatMap((child, at) => (isText(child) ? [] : [at]))
  return [-1, ...ends].flatMap((end, index) => {
    const run = children.slice(end + 1, ends[index])
    const before = children.slice(Math.max(end, 0), end + 1)
    return [...before, ...(run.some(isLongFormula) ? [itemText(run)] : run)]
  })
}

function itemText(children: ElementContent[]): Element {
  return { type: 'element', tagName: 'span', properties: { className: ['item-text'] }, children }
}

function isLongFormula(node: ElementContent): boolean {
  return node.type === 'typeset' && isText(node) && node.tex.length >= longTex
}

function isText(node: ElementContent): boolean {
  if (node.type === 'typeset') return !node.value.startsWith('<span class="math-display"')
  return node.type !== 'element' || (phrasing.test(node.tagName) && !isDisplay(node))
}

function isDisplay({ properties: { className } }: Element): boolean {
  return Array.isArray(className) && className.includes('math-display')
}
