/** KaTeX's MathML made valid in its HTML: what Scholium, which writes KaTeX's trees itself, is compared with. */

/**
 * Gives the HTML of KaTeX without what MathML does not have: widths of cells, for which `mtr-glue` is KaTeX's own name
 * elsewhere, empty distances, and operators that hold elements, as \stackrel makes them, which browsers set as rows.
 */
export function validMathml(html: string): string {
  const glued = html
    .replaceAll('<mtd width="50%">', '<mtd class="mtr-glue">')
    .replaceAll(' columnspacing=""', '')
  if (!holder.test(glued)) return glued
  const isHolder: boolean[] = []
  return glued.replace(/<(\/?)mo\b[^>]*>/g, (tag, slash: string, at: number) => {
    if (slash === '') isHolder.push(glued.startsWith('<m', at + tag.length))
    const isRow = slash === '' ? isHolder.at(-1) : isHolder.pop()
    return isRow ? `<${slash}mrow>` : tag
  })
}

/** The start of an operator that holds elements. */
const holder = /<mo\b[^>]*><m/
