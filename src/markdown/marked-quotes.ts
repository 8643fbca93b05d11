/** Block quotes that begin with a mark, `> [!kind]`: theorems and callouts here, and quotes where Scholium is not. */
import type { Root } from 'mdast'
import type { VFile } from 'vfile'
import { nearest } from '../nearest.js'
import { type CalloutKinds, calloutMaker } from './callouts.js'
import { report } from './finding.js'
import { type MarkedQuote, markOf } from './quote-marks.js'
import { type TheoremKinds, theoremMaker } from './theorems.js'
import { visit } from './walk.js'

/** The kinds of marked quotes by name. What a site calls a callout is one, whatever else has the name. */
export interface QuoteKinds {
  readonly theorems: TheoremKinds
  readonly callouts: CalloutKinds
}

/**
 * A remark plugin that makes theorems and callouts of marked quotes. Those of other kinds stay quotes, as typed; one
 * that is nearly a known one is reported as `callout-is-known`. Reports `label-is-unique`, too.
 */
export function remarkMarkedQuotes({ theorems, callouts }: QuoteKinds) {
  const makerOfTheorems = theoremMaker(theorems)
  const makerOfCallouts = calloutMaker(callouts)
  return (tree: Root, file: VFile): void => {
    const source = String(file)
    if (!source.includes('[!')) return
    const makeTheorem = makerOfTheorems(file)
    const makeCallout = makerOfCallouts(file)
    visit(tree, 'blockquote', (quote) => {
      const marked = markOf(quote, source)
      if (!marked) return
      if (Object.hasOwn(callouts, marked.kind)) makeCallout(marked)
      else if (Object.hasOwn(theorems, marked.kind)) makeTheorem(marked)
      else reportUnknown(marked, { theorems, callouts }, file)
    })
  }
}

function reportUnknown({ kind, quote }: MarkedQuote, { theorems, callouts }: QuoteKinds, file: VFile): void {
  const near = nearest(kind, [...Object.keys(callouts), ...Object.keys(theorems)])
  if (near === null) return
  const noun = Object.hasOwn(callouts, near) ? 'callout' : 'theorem'
  report(file, 'callout-is-known', `There is no kind of ${noun} "${kind}": this stays a quote.`, {
    place: quote.position?.start,
    hint: `Did you mean "${near}"?`,
  })
}
