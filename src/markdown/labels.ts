/** The labels of a body: what is given a name, to be referred to by `\ref{name}` and `[](#name)`. */
import type { Point } from 'unist'
import type { VFile } from 'vfile'
import { report } from './finding.js'
import type { Labelled } from './rendered.js'

/**
 * Notes in `file.data.labels` what a label stands for, its id the label itself, and gives the label; null if another
 * has it. Reports `label-is-unique`.
 */
export function takeLabel(
  label: string,
  target: Pick<Labelled, 'number' | 'name'>,
  place: Point | undefined,
  file: VFile,
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
