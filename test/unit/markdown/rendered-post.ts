/** One post rendered as a build does it, and what tests read off its HTML. */
import { cleanText } from '../../../src/content/source.js'
import { calloutKinds } from '../../../src/markdown/callouts.js'
import { renderer } from '../../../src/markdown/pipeline.js'
import { quotationStyle } from '../../../src/markdown/quotation.js'
import { formulaEnd, formulaStart, type Rendered } from '../../../src/markdown/rendered.js'
import type { LoadedPlugin } from '../../../src/markdown/site-plugins.js'
import { theoremKinds } from '../../../src/markdown/theorems.js'
import { sourcesForStrangers } from '../../../src/sources.js'
import { configOf } from '../../in-memory.js'
import { englishBodyWords } from '../../words.js'

/** Gives a renderer with the options that a site.yaml gives. Its HTML is as on a page: the marks of formulas are gone. */
export function rendererOf(yaml = '', plugins: readonly LoadedPlugin[] = []): (body: string) => Rendered {
  const config = configOf(yaml)
  const { math, markdown, lang, url: siteUrl, theorems, callouts } = config
  const sources = sourcesForStrangers(config)
  const options = {
    siteUrl,
    smartPunctuation: markdown.smartPunctuation,
    html: markdown.html,
    ...(sources && { sources }),
    extensions: markdown,
    math,
    theorems: { ...theoremKinds, ...theorems },
    callouts: { ...calloutKinds, ...callouts },
  }
  const render = renderer(options, undefined, plugins)
  const marks = new RegExp(`[${formulaStart}${formulaEnd}]`, 'g')
  return (body) => {
    const rendered = render(cleanText(body), {
      title: 'A title',
      words: englishBodyWords,
      quotation: quotationStyle(lang),
    })
    return { ...rendered, html: rendered.html.replace(marks, '') }
  }
}

/** Renders one body with the options that a site.yaml gives. */
export function post(body: string, yaml = ''): Rendered {
  return rendererOf(yaml)(body)
}

/** Gives the TeX in the annotations, in order. */
export function annotationsOf(html: string): readonly string[] {
  return [...html.matchAll(/<annotation encoding="application\/x-tex">([\s\S]*?)<\/annotation>/g)].map(
    ([, tex = '']) => unescaped(tex),
  )
}

/** Gives the sources of the formulas that are shown as errors, in order. */
export function rejectedOf(html: string): readonly string[] {
  return [...html.matchAll(/<code class="math-error">([\s\S]*?)<\/code>/g)].map(([, tex = '']) =>
    unescaped(tex),
  )
}

/** Gives the MathML parts, which screen readers read, without annotations. */
export function mathmlOf(html: string): readonly string[] {
  return [...html.matchAll(/<math[\s\S]*?<\/math>/g)].map(([math]) =>
    math.replace(/<annotation[\s\S]*?<\/annotation>/, ''),
  )
}

/** Gives every id in the HTML, formulas' too. */
export function idsIn(html: string): readonly string[] {
  return [...html.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => unescaped(id))
}

/** Gives the findings as lines to compare: `rule line:column message`. */
export function findings({ diagnostics }: Rendered): readonly string[] {
  return diagnostics.map(({ rule, line, column, message }) => `${rule} ${line}:${column} ${message}`)
}

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' }
  return text.replace(/&(?:#x([0-9a-f]+)|(lt|gt|quot|amp));/gi, (whole, code?: string, name?: string) =>
    code === undefined ? (characters[name ?? ''] ?? whole) : String.fromCodePoint(Number.parseInt(code, 16)),
  )
}
