/** HTML as a person wants to read it in expected output. */
import type { Root } from 'hast'
import rehypeRaw from 'rehype-raw'
import { unified } from 'unified'
import { formulaEnd, formulaStart, type Hole, holeEnd, holeStart } from '../src/markdown/rendered.js'

/** Gives HTML with each formula as `⟦math: TeX⟧` or `⟦math display: TeX⟧`, in place of what KaTeX made of it. */
export function withFormulas(html: string): string {
  const unmarked = html.replace(new RegExp(`[${formulaStart}${formulaEnd}]`, 'g'), '')
  const [before = '', ...others] = unmarked.split(/(?=<span class="katex(?:-display)?">)/)
  // A display has the formula's own span inside: what is empty belongs to the part behind it.
  const parts: string[] = [before]
  let display = false
  for (const part of others) {
    if (part === '<span class="katex-display">') {
      display = true
      continue
    }
    const end = endOfSpan(part)
    parts.push(`⟦math${display ? ' display' : ''}: ${texOf(part.slice(0, end))}⟧`)
    parts.push(display ? part.slice(end).replace('</span>', '') : part.slice(end))
    display = false
  }
  return parts.join('')
}

/**
 * Gives HTML with each hole as `⟦link: url⟧` or `⟦image: url⟧`, as the author wrote the URL; an image that is open as a
 * whole with its attributes, and with `figure` where it is in one.
 */
export function withHoles(html: string, holes: readonly Hole[]): string {
  return html.replace(new RegExp(`${holeStart}(\\d+)${holeEnd}`, 'g'), (_, index: string) => {
    const hole = holes[Number(index)]
    return hole ? `⟦${hole.kind}: ${hole.url}${openAttributes(hole)}⟧` : '⟦no such hole⟧'
  })
}

/** Gives HTML with the styles as attributes again that classes stand for. */
export function withStyles(html: string, styles: ReadonlyMap<string, string>): string {
  return html.replace(/ class="([^"]*)"/g, (whole, written: string) => {
    const classes = written.split(' ')
    const style = styles.get(classes.at(-1) ?? '')
    if (style === undefined) return whole
    const others = classes.slice(0, -1).join(' ')
    return `${others === '' ? '' : ` class="${others}"`} style="${style}"`
  })
}

function openAttributes({ image }: Hole): string {
  if (!image) return ''
  const attributes = Object.entries(image.attributes).map(([name, value]) => ` ${name}="${value}"`)
  return `${attributes.join('')}${image.figure ? ' (in a figure)' : ''}`
}

/** Gives the tree of a document's HTML, as a browser parses it. */
export function parseHtml(html: string): Root {
  const tree: Root = { type: 'root', children: [{ type: 'raw', value: html }] }
  return unified().use(rehypeRaw).runSync(tree) as Root
}

/** Where the span that a text begins with ends. */
function endOfSpan(html: string): number {
  let depth = 0
  for (const { 0: tag, index } of html.matchAll(/<\/?span\b[^>]*>/g)) {
    depth += tag.startsWith('</') ? -1 : 1
    if (depth === 0) return index + tag.length
  }
  return html.length
}

/** The TeX in a formula's MathML annotation, as HTML. */
function texOf(katex: string): string {
  return /<annotation encoding="application\/x-tex">([\s\S]*?)<\/annotation>/.exec(katex)?.[1] ?? '?'
}
