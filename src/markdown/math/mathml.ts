/**
 * KaTeX's MathML as browsers set it when it stands alone. They know MathML Core, which has neither alphabets by
 * attribute nor aligned or ruled columns (https://www.w3.org/TR/mathml-core/): here the alphabets become
 * characters, and what tables say of themselves becomes classes for the style sheet.
 */
import { inAlphabet } from './symbols.js'

/**
 * Gives the HTML of KaTeX's output `mathml` with its letters in the alphabet they are meant in, a space behind
 * functions, classes on numbered displays, on cells that are not centred and on cells and rows that a line
 * follows, and all rows of a numbered environment of one length.
 */
export function coreMathml(html: string): string {
  const written = html.replace(
    /<(m[ino]|mtext) mathvariant="([a-z-]+)">([^<]*)</g,
    (whole, name: string, variant: string, text: string) => {
      const characters = inAlphabet(text, variant)
      return characters === text ? whole : `<${name}>${characters}<`
    },
  )
  const spaced = written.replace(bareFunction, '$&<mspace width="0.1667em"></mspace>')
  if (!spaced.includes('<mtable')) return spaced
  const isNumbered = spaced.includes('<mtable width="100%">') || spaced.includes(glue)
  return isNumbered ? withClasses(spaced).replace('<math ', '<math class="numbered" ') : withClasses(spaced)
}

/** The end of `\log` before what is not in brackets: its thin space is in no operator dictionary. */
const bareFunction = /<mo>\u2061<\/mo>(?=<m(?!o[ >])(?!row><mo fence))/g

/** A table that is open: what it says of its columns and rows, and how far it has been read. */
interface Table {
  readonly alignment: readonly string[]
  readonly columnLines: readonly string[]
  readonly rowLines: readonly string[]
  row: number
  column: number
  /** Whether this row is one without a number among rows that may have one. */
  lacksGlue: boolean
}

/** What KaTeX sets on both sides of a row that has a number, and leaves out of others. */
const glue = '<mtd class ="mtr-glue"></mtd>'

function withClasses(html: string): string {
  const tables: Table[] = []
  const hasNumbers = html.includes(glue)
  return html.replace(
    /<(\/?mt(?:able|r|d))\b([^<>]*)>/g,
    (tag, name: string, attributes: string, at: number) => {
      if (name === 'mtable') tables.push(tableOf(attributes))
      if (name === '/mtable') tables.pop()
      const table = tables.at(-1)
      if (!table) return tag
      if (name === 'mtr') {
        // Only the outermost table can have numbers.
        table.lacksGlue = hasNumbers && tables.length === 1 && !html.startsWith(glue, at + tag.length)
        return rowOf(table)
      }
      if (name === '/mtr' && table.lacksGlue) return `${glue}<mtd></mtd>${tag}`
      return name === 'mtd' && attributes === '' ? cellOf(table) : tag
    },
  )
}

function tableOf(attributes: string): Table {
  const listOf = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1]?.split(' ') ?? []
  return {
    alignment: listOf('columnalign'),
    columnLines: listOf('columnlines'),
    rowLines: listOf('rowlines'),
    row: 0,
    column: 0,
    lacksGlue: false,
  }
}

function rowOf(table: Table): string {
  table.column = 0
  return open('mtr', lineOf(table.rowLines[table.row++], 'line-below')) + (table.lacksGlue ? glue : '')
}

function cellOf(table: Table): string {
  const column = table.column++
  const side = table.alignment[column] ?? 'center'
  const aligned = side === 'center' ? [] : [`align-${side}`]
  return open('mtd', [...aligned, ...lineOf(table.columnLines[column], 'line-behind')])
}

function lineOf(line: string | undefined, name: string): readonly string[] {
  return line === undefined || line === 'none' ? [] : [name]
}

function open(name: string, classes: readonly string[]): string {
  return classes.length > 0 ? `<${name} class="${classes.join(' ')}">` : `<${name}>`
}
