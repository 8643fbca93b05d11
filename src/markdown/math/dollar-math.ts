/** The remark plugin of the dollar grammar, to stand after remark-math. */
import type { Root } from 'mdast'
import type {} from 'remark-parse'
import type { Processor } from 'unified'
import type { VFile } from 'vfile'
import { report } from '../finding.js'
import { mathFences, mathFromMarkdown } from './from-markdown.js'
import { type MathSyntaxOptions, mathSyntaxDefaults } from './grammar.js'
import { linesOf } from './lines.js'
import { type Reading, readingOf, type Suspicion } from './reading.js'
import { mathSyntax } from './syntax.js'

export type { MathSyntaxOptions }

declare module 'vfile' {
  interface DataMap {
    /** What a file's own front matter says of the syntax, over the plugin's options. */
    mathSyntax: Partial<MathSyntaxOptions>
  }
}

/**
 * A remark plugin that decides which dollars are math, in remark-math's place: its nodes, another grammar. It
 * stands after remark-parse and remark-math. Reports `math-is-closed` and `math-is-tight`.
 */
export function remarkDollarMath(this: Processor, options: Partial<MathSyntaxOptions> = {}): void {
  const parse = this.parser
  if (!parse) throw new Error('remarkDollarMath must stand after remark-parse.')
  const settings = { ...mathSyntaxDefaults, ...options }
  const data = this.data()
  let reading: Reading = readingOf('', settings)
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), mathSyntax(() => reading)]
  data.fromMarkdownExtensions = [
    ...(data.fromMarkdownExtensions ?? []),
    mathFromMarkdown(() => reading.options),
  ]

  // The constructs look ahead in the source, which micromark does not show them. Parsing is synchronous, so
  // that one reading at a time is enough.
  this.parser = (text: string, file: VFile) => {
    // As micromark does: no byte order mark, and no NUL.
    const source = text.replace(/^\uFEFF/, '').replaceAll('\0', '\uFFFD')
    reading = readingOf(source, { ...settings, ...file.data.mathSyntax })
    const tree = parse(text, file) as Root
    mathFences(tree, source, () => linesOf(source))
    for (const suspicion of reading.suspicions.values()) reportSuspicion(suspicion, file)
    reading = readingOf('', settings)
    return tree
  }
}

const hints = {
  'math-is-closed': 'Close it, or write \\$\\$ for dollars that are no math.',
  'math-is-tight': 'Write it without the white space next to the dollars, or set `math.padded: true`.',
} as const

function reportSuspicion({ rule, text, start }: Suspicion, file: VFile): void {
  const reason =
    rule === 'math-is-closed'
      ? `"${text}" opens a display formula that nothing closes: it is shown as text.`
      : `White space next to its dollars keeps "${text.replaceAll(/\s+/g, ' ')}" from being a formula: it is shown as text.`
  const hint = text.startsWith('\\begin')
    ? `Close it with \\end${text.slice('\\begin'.length)}.`
    : hints[rule]
  report(file, rule, reason, { place: start, hint })
}
