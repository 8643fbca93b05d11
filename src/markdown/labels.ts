/** Labels that stand in Markdown: what they look like, and who gets one that is given twice. */
import type { Position } from 'unist'
import type { VFile } from 'vfile'
import { report } from './finding.js'
import type { Labelled } from './rendered.js'

/** What stands in braces behind something: `{#fig:name width=60%}` (Pandoc), `{: #name .class}` (kramdown). */
export interface Attributes {
  /** How long it is in the source. */
  readonly length: number
  readonly id: string | null
  /** What an image shows, where its own text is the caption: `fig-alt="A plot"` (Quarto). */
  readonly alt: string | null
  /** What is left for others to read, braces and all; '' where nothing is. */
  readonly rest: string
}

const group = /^\{(:?)([^{}\r\n]*)\}/
/** Words of attributes; quotes hold white space together. */
const attributeWords = /(?:[^\s"']|"[^"]*"|'[^']*'|["'])+/g
const idWord = /^#([^\s{}"'=]+)$/
const altWord = /^fig-alt=(?:"([^"]*)"|'([^']*)'|([^\s"']+))$/

/** Gives the attributes that a text begins with; null where there are none. */
export function attributesOf(text: string): Attributes | null {
  const [whole, colon = '', inner = ''] = group.exec(text) ?? []
  if (whole === undefined) return null
  const words = inner.match(attributeWords) ?? []
  const id = words.find((word) => idWord.test(word))
  const alt = words.find((word) => altWord.test(word))
  const [, double, single, bare] = altWord.exec(alt ?? '') ?? []
  const others = words.filter((word) => word !== id && word !== alt)
  const isUntouched = others.length === words.length
  const left = others.length === 0 ? '' : `{${colon === '' ? '' : ': '}${others.join(' ')}}`
  return {
    length: whole.length,
    id: id?.slice(1) ?? null,
    alt: alt === undefined ? null : (double ?? single ?? bare ?? ''),
    rest: isUntouched ? whole : left,
  }
}

/**
 * Notes in `file.data.labels` what a label stands for, and gives it as the id of what has it; null where another has
 * it. Reports `label-is-unique`.
 */
export function takeLabel(
  file: VFile,
  label: string,
  target: Pick<Labelled, 'number' | 'name'>,
  place: Position['start'] | undefined,
): string | null {
  const labels = file.data.labels ?? new Map<string, Labelled>()
  file.data.labels = labels
  if (!labels.has(label)) {
    labels.set(label, { id: label, ...target })
    return label
  }
  report(file, 'label-is-unique', `The label "${label}" is given twice.`, { place })
  return null
}
