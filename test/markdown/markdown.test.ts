/**
 * Markdown as readers get it: each folder here holds a small input.md, the output.html that it must give, and in
 * report.txt what is reported, if anything is. `UPDATE_FIXTURES=1 npx vitest run test/markdown` rewrites both.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { parseBibtex } from '../../src/content/bibtex.js'
import { builtInStyle, localeText } from '../../src/content/citation-style.js'
import type { Diagnostic } from '../../src/diagnostics.js'
import { calloutKinds } from '../../src/markdown/callouts.js'
import { citer } from '../../src/markdown/citations/citeproc.js'
import type { BodyCitations } from '../../src/markdown/citations/citing.js'
import { reachingEntries } from '../../src/markdown/citations/reach.js'
import { type RenderOptions, render } from '../../src/markdown/pipeline.js'
import { english } from '../../src/markdown/quotation.js'
import { theoremKinds } from '../../src/markdown/theorems.js'
import { casesIn, expectFile, readJson } from '../fixtures.js'
import { configOf } from '../in-memory.js'
import { withFormulas, withHoles, withStyles } from '../readable.js'
import { englishBodyWords } from '../words.js'

const here = fileURLToPath(new URL('.', import.meta.url))

/** What a case is rendered with, unless its options.json says otherwise. */
const defaults: RenderOptions = {
  title: null,
  words: englishBodyWords,
  siteUrl: 'https://example.org/',
  smartPunctuation: true,
  extensions: configOf().markdown,
  quotation: english,
  math: configOf().math,
  theorems: theoremKinds,
  callouts: calloutKinds,
}

describe('Markdown', () => {
  it.each(casesIn(here))('renders %s as expected', (name) => {
    const input = readFileSync(join(here, name, 'input.md'), 'utf8')
    const { style, ...given } = readJson(join(here, name, 'options.json'), { ...defaults, style: 'apa' })
    const options = { ...given, extensions: { ...defaults.extensions, ...given.extensions } }
    const citations = citationsOf(name, input, style)
    const { html, styles, holes, diagnostics } = render(input, { ...options, citations }, citing)
    expectFile(join(here, name, 'output.html'), `${withStyles(withFormulas(withHoles(html, holes)), styles)}\n`)
    expectFile(join(here, name, 'report.txt'), reportOf(diagnostics))
  })
})

/** Texts stand for themselves here, not by their digests. */
const citing = citer((text) => text)

/** What a case with a references.bib beside it cites from. */
function citationsOf(name: string, input: string, style: string): BodyCitations | null {
  const file = join(here, name, 'references.bib')
  if (!existsSync(file)) return null
  const { items } = parseBibtex(readFileSync(file, 'utf8'), 'references.bib')
  const reaching = reachingEntries(input, new Map(items.map((item) => [item.id, item])))
  const locales = { 'en-US': localeText('en-US') }
  return reaching && { ...reaching, lang: 'en-US', style: builtInStyle(style) ?? style, locales }
}

function reportOf(diagnostics: readonly Diagnostic[]): string | null {
  const lines = diagnostics.map(({ line, column, rule, message }) => `${line}:${column} ${rule} ${message}\n`)
  return lines.length > 0 ? lines.join('') : null
}
