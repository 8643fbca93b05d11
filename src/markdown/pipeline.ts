/**
 * One body of Markdown → Rendered. The plugins stand here in order, each with its reason; `render` is a pure
 * function of the text and the options, reads no file and knows no other post.
 */
import type { Root as HastRoot } from 'hast'
import katex from 'katex'
import type { Root as MdastRoot } from 'mdast'
import rehypeKatex from 'rehype-katex'
import rehypeRaw from 'rehype-raw'
import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import remarkMath from 'remark-math'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { VFile } from 'vfile'
import type { VFileMessage } from 'vfile-message'
import type { MarkdownExtensions, MathOptions } from '../config.js'
import { type Diagnostic, diagnostic, type Place, type RuleName, rules } from '../diagnostics.js'
import { nearest } from '../nearest.js'
import type { Sources } from '../sources.js'
import { speaker } from '../words.js'
import { abbreviations, remarkAbbreviations } from './abbreviations.js'
import { rehypeAccessibility } from './accessibility.js'
import { remarkLiteralAutolinks } from './autolinks.js'
import type { BodyWords } from './body-words.js'
import type { CalloutKinds } from './callouts.js'
import { remarkCitations, remarkSettledCitations } from './citations/citations.js'
import type { BodyCitations, Citer } from './citations/citing.js'
import { remarkCitationSyntax } from './citations/reading.js'
import { rehypeCodeBlocks, rehypeDiffs, rehypeHighlightNamed } from './code.js'
import { type Construct, remarkConstructs } from './constructs.js'
import { definitionListHandlers, definitionLists, remarkDefinitionLists } from './definition-lists.js'
import { rehypeElsewhere } from './elsewhere.js'
import { type Inline, rehypeEmbedded } from './embedded.js'
import { remarkEmoji } from './emoji.js'
import { featuresOf } from './features.js'
import { remarkFigures } from './figures.js'
import { idsOf, outlineOf, rehypeHeadings, remarkTitle } from './headings.js'
import { remarkIgnores } from './ignores.js'
import { remarkImageAttributes, remarkImageSizes } from './image-sizes.js'
import { rehypeImages, rehypeOpenImages, remarkImageAlt } from './images.js'
import type { Includes } from './includes.js'
import { keyHandlers, keys, remarkKeys } from './keys.js'
import { languageNames } from './languages.js'
import { rehypeAnchors, rehypeLinks } from './links.js'
import { remarkListings } from './listings.js'
import { remarkLongTexts } from './long-texts.js'
import { remarkMarkedQuotes } from './marked-quotes.js'
import { highlight, subscript, superscript } from './marks.js'
import { remarkDollarMath } from './math/dollar-math.js'
import { findHtmlMath, formulaHandlers, formulaType, settleText } from './math/formula.js'
import { type FormulaMemo, formulaMemo } from './math/memo.js'
import { remarkSuspicion } from './math/suspicion.js'
import { katexSettings, rehypeTypesetMath } from './math/typeset.js'
import { hasMore, moreHandlers, remarkMore } from './more.js'
import { tooNestedLine } from './nesting.js'
import { rehypeNotes, remarkInlineNotes, remarkNoteReferences, remarkNotes } from './notes.js'
import { remarkPlainBlocks } from './plain-blocks.js'
import { excerptOf, proseOf, wordsOf } from './prose.js'
import type { QuotationStyle } from './quotation.js'
import { rehypeReferences, remarkReferences } from './references.js'
import type { Hole, Rendered } from './rendered.js'
import { sectionsOf } from './sections.js'
import { type LoadedPlugin, pluginsOf } from './site-plugins.js'
import { sketchOf } from './sketch.js'
import { type HtmlMode, remarkStrangers } from './strangers.js'
import { rehypeStyles } from './styles.js'
import { remarkTableCaptions } from './table-captions.js'
import { rehypeTables, remarkTableRows } from './tables.js'
import { rehypeTasks } from './tasks.js'
import type { TheoremKinds } from './theorems.js'
import { rehypeFinish } from './typeset.js'
import { remarkShield, remarkSmartPunctuation, remarkUnshield } from './typography.js'
import { EXIT, visit } from './walk.js'
import { rehypeWikilinks, remarkWikilinks, wikilinks } from './wikilinks.js'

declare module 'vfile' {
  interface DataMap {
    title: string | null
    words: BodyWords
    includes: Includes
    quotation: QuotationStyle
    firstHeading: string
    holes: readonly Hole[]
    rendered: Pick<Rendered, 'headings' | 'sections' | 'ids' | 'excerpt' | 'words' | 'sketch' | 'uses'>
  }
}

/** What reaches a body from outside: together with its text, all that its HTML depends on. */
export interface RenderOptions {
  /** Its title, which a leading heading may repeat; null where front matter gives none. */
  readonly title: string | null
  /** What the theme says within it, in its language. */
  readonly words: BodyWords
  /** What its code blocks show of other files; see includes.ts. */
  readonly includes?: Includes
  /** What it cites from; without it, nothing in it is a citation. */
  readonly citations?: BodyCitations | null
  /** The site's own URL, to tell links to other sites. */
  readonly siteUrl: string | null
  readonly smartPunctuation: boolean
  /** What becomes of raw HTML: it is allowed unless something else is said. */
  readonly html?: HtmlMode
  /** What it may load of other sites where strangers write: nothing unless something is said. */
  readonly sources?: Sources
  /** Blocks of code with more lines are folded; null: none is that does not say so. */
  readonly foldCode?: number | null
  /** Which constructs its Markdown has beside those of CommonMark and GFM. */
  readonly extensions: MarkdownExtensions
  /** How its language sets quotes. */
  readonly quotation: QuotationStyle
  /** The site's options for formulas, with the post's own over them. */
  readonly math: MathOptions
  readonly theorems: TheoremKinds
  readonly callouts: CalloutKinds
}

/** What is each body's own. */
export type OfOneBody = Pick<RenderOptions, 'title' | 'words' | 'quotation' | 'includes' | 'citations'>

/**
 * Gives the processor that makes mdast of Markdown. `plainBlocks` says whether it reads plain blocks by itself; the tree
 * is the same.
 */
export function parser(
  { extensions, html: htmlMode = 'allow', math }: Pick<RenderOptions, 'extensions' | 'html' | 'math'>,
  { plainBlocks }: { readonly plainBlocks: boolean },
) {
  return (
    unified()
      // Markdown → mdast: CommonMark, GitHub's additions, dollars.
      .use(remarkParse)
      .use(remarkGfm)
      // Brackets, emphasis and underlines without end.
      .use(remarkLongTexts)
      // Its addresses that are links by themselves, where a text can hold one.
      .use(remarkLiteralAutolinks)
      // ==highlights==, x^2^, H~2~O, ++Ctrl+C++, definition lists, abbreviations, [[wikilinks]]: those that the site has.
      .use(remarkConstructs, constructsOf(extensions))
      .use(remarkMath)
      // The size behind the URL of an image.
      .use(remarkImageSizes)
      // Which dollars are math: a grammar in front of remark-math's own, giving its nodes.
      .use(remarkDollarMath, math)
      // Comments that silence rules are for the author alone; strangers silence none.
      .use(htmlMode === 'allow' ? [remarkIgnores] : [])
      // ^[a note in the text].
      .use(remarkInlineNotes)
      // @key and [@key, p. 5], where there is something to cite from.
      .use(remarkCitationSyntax)
      // What needs no grammar is read by a look; plugins may add to the grammar.
      .use(plainBlocks ? [[remarkPlainBlocks, math] as const] : [])
  )
}

/**
 * Renders bodies with one set of options; made once, used for many. Renderers may share what `memo` keeps; `citer`
 * is for bodies that cite.
 */
export function renderer(
  {
    siteUrl,
    smartPunctuation,
    foldCode = null,
    extensions,
    html: htmlMode = 'allow',
    sources = {},
    math: given,
    theorems,
    callouts,
  }: Omit<RenderOptions, keyof OfOneBody>,
  memo: FormulaMemo = formulaMemo(),
  plugins: readonly LoadedPlugin[] = [],
  citer: Citer | null = null,
) {
  // Formulas of strangers are not trusted, whatever a post says of itself.
  const math = htmlMode === 'allow' ? given : { ...given, trust: false }
  const hasPlugins = plugins.length > 0
  const processor = parser({ extensions, html: htmlMode, math }, { plainBlocks: !hasPlugins })
    // The site's own, on Markdown as it was parsed.
    .use(pluginsOf('remark', plugins))
    // What info strings say of code: the language, a title, a caption, marked lines, the lines of a file.
    .use(remarkListings, foldCode)
    // Images with captions are figures; before all that looks at text, since titles become some.
    .use(remarkFigures)
    // So are tables with captions.
    .use(remarkTableCaptions)
    // Notes in the text are footnotes; in captions, too.
    .use(remarkNotes)
    // Footnotes that nothing refers to are not shown: reported.
    .use(remarkNoteReferences)
    // Keys that cite nothing are text.
    .use(remarkSettledCitations, citer)
    // Prices as formulas, doubled backslashes, control characters: reported, never changed.
    .use(remarkSuspicion, math)
    // The size in braces behind an image.
    .use(remarkImageAttributes, { isTrusted: htmlMode === 'allow' })
    // <!-- more --> ends the excerpt.
    .use(remarkMore)
    .use(extensions.definitionLists ? [remarkDefinitionLists] : [])
    .use(extensions.keys ? [remarkKeys] : [])
    .use(extensions.wikilinks ? [remarkWikilinks] : [])
    // Formulas in alternative texts are plain text.
    .use(remarkImageAlt, math)
    // The page has the title already.
    .use(remarkTitle)
    // > [!theorem] is a theorem, > [!NOTE] a callout; \ref{…} in prose is a link.
    .use(remarkMarkedQuotes, { theorems, callouts })
    .use(remarkReferences)
    .use(extensions.emoji ? [remarkEmoji] : [])
    // “Quotes” and dashes, in prose alone.
    .use(smartPunctuation ? [remarkShield, remarkSmartPunctuation, remarkUnshield] : [])
    // (Doe, 2009), a link to the list of references; what is said beside it has its punctuation by now.
    .use(remarkCitations, citer, math)
    // Each HTML of the text is explained, its letters settled.
    .use(extensions.abbreviations ? [remarkAbbreviations] : [])
    // A table row with more cells than its head loses them: GitHub's rule, reported.
    .use(remarkTableRows)
    // What strangers may not write.
    .use(htmlMode === 'allow' ? [] : [[remarkStrangers, htmlMode] as const])
    // mdast → hast, raw HTML kept for the next step, formulas as nodes that it passes through.
    .use(remarkRehypeInLanguage)
    // Raw HTML → elements, so that what follows sees all of the page; formulas in its text are found here.
    .use(rehypeRawWhereNeeded, math)
    // What strangers would have pages load of other sites becomes a link to it.
    .use(htmlMode === 'allow' ? [] : [[rehypeElsewhere, { sources, siteUrl }] as const])
    // Formulas that authors wrote as HTML (class math-inline, math-display).
    .use(rehypeKatexOfHtml, math)
    // Formulas → numbered, labelled, finished HTML, kept as text: nothing parses KaTeX's HTML again.
    .use(rehypeTypesetMath, math, memo)
    // Of a diff in some language, what was and what is are highlighted.
    .use(rehypeDiffs)
    // rehype-highlight, with the languages that the body names.
    .use(rehypeHighlightNamed)
    // Lines that are marked or numbered, prompts, and a stop for the keyboard.
    .use(rehypeCodeBlocks)
    // The site's own, on HTML whose formulas and code are done and whose links are as written.
    .use(pluginsOf('rehype', plugins))
    .use(rehypeTables)
    .use(rehypeTasks)
    // Which notes go into the margin beside which references.
    .use(rehypeNotes)
    .use(rehypeHeadings, { isTrusted: htmlMode === 'allow' })
    // [[#Heading]] leads to the heading of these words.
    .use(extensions.wikilinks ? [rehypeWikilinks] : [])
    // What references say; what leads to other posts is left open.
    .use(rehypeReferences)
    // Films and sounds; which image is loaded first.
    .use(rehypeImages, { hasPlugins })
    .use(rehypeLinks, { siteUrl })
    // A link within the page leads to an id that is there.
    .use(rehypeAnchors)
    // Words for images and links, headings in order.
    .use(rehypeAccessibility)
    // A strict Content-Security-Policy allows no style attributes.
    .use(rehypeStyles)
    // What the policy of its page has to allow.
    .use(rehypeEmbedded)
    // What the rest of the program wants to know of the tree.
    .use(rehypeSummary, math)
    // How an image is shown is for its file to say.
    .use(rehypeOpenImages, { hasPlugins })
    .use(rehypeFinish)
    .use(rehypeStringify, { allowDangerousHtml: true })
    .freeze()

  const renderNested = (body: string, own: OfOneBody): Rendered => {
    const file = new VFile({ value: body, data: { ...own } })
    const html = String(processor.processSync(file))
    const {
      holes = [],
      firstHeading = null,
      labels = [],
      cites = [],
      styles = new Map(),
      rendered,
    } = file.data
    const { inline = noInline, embedded = [], outward = [], ignores = [] } = file.data
    if (!rendered) throw new Error('The pipeline left no summary.')
    const diagnostics = file.messages.map(diagnosticOf)
    return {
      html,
      styles,
      inline,
      embedded,
      outward,
      holes,
      firstHeading,
      labels: Object.fromEntries(labels),
      cites,
      ...rendered,
      ignores,
      diagnostics,
    }
  }
  return (body: string, own: OfOneBody): Rendered => {
    const line = tooNestedLine(body)
    if (line !== null) return tooDeep(body, line)
    try {
      return renderNested(body, own)
    } catch (error) {
      // The parsers of inline Markdown and of HTML call themselves for each level, too.
      if (error instanceof RangeError) return tooDeep(body, 1)
      if (hasPlugins) return broken(body, plugins, error)
      throw error
    }
  }
}

const noInline: Inline = { scripts: [], styles: [] }

/** What is left to do with a body that is nested out of all bounds. */
function tooDeep(body: string, line: number): Rendered {
  return asTyped(
    body,
    diagnostic('nesting-is-bounded', 'This text is nested too deep to be read: it is shown as typed.', {
      place: { line, column: 1 },
      hint: 'Look for a line that begins with a hundred ">" or list marks, or for thousands of tags that are never closed.',
    }),
  )
}

/** What is left to do with a body that a plugin has made something of which no step after it can work with. */
function broken(body: string, plugins: readonly LoadedPlugin[], error: unknown): Rendered {
  const names = plugins.map(({ name }) => `"${name}"`).join(', ')
  const reason = error instanceof Error ? error.message : String(error)
  return asTyped(
    body,
    diagnostic('plugin-runs', `One of the plugins ${names} left a tree that is none: ${reason}.`),
  )
}

/** Shows all of a body as it was typed. */
function asTyped(body: string, found: Diagnostic): Rendered {
  const text = body.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return {
    html: `<pre tabindex="0"><code>${text}</code></pre>`,
    styles: new Map(),
    inline: noInline,
    embedded: [],
    outward: [],
    holes: [],
    headings: [],
    sections: [{ heading: null, blocks: [body] }],
    firstHeading: null,
    labels: {},
    ids: [],
    excerpt: '',
    words: 0,
    sketch: '',
    ignores: [],
    cites: [],
    diagnostics: [found],
    uses: { math: false, features: [] },
  }
}

/** Renders one body; see {@link renderer} for many. Reports rules of Markdown, code and mathematics. */
export function render(
  body: string,
  { title, words, quotation, includes = {}, citations = null, ...options }: RenderOptions,
  citer: Citer | null = null,
): Rendered {
  return renderer(options, formulaMemo(), [], citer)(body, { title, words, quotation, includes, citations })
}

/** The constructs that have a grammar of their own, each where it is asked for. */
const constructs = {
  highlight,
  superscript,
  subscript,
  keys,
  definitionLists,
  abbreviations,
  wikilinks,
} as const

function constructsOf(extensions: MarkdownExtensions): readonly Construct[] {
  return Object.entries(constructs).flatMap(([name, construct]) =>
    extensions[name as keyof typeof constructs] ? [construct] : [],
  )
}

/** remark-rehype, with what it says of footnotes in the body's language. */
function remarkRehypeInLanguage() {
  const say = speaker()
  return (tree: MdastRoot, file: VFile) => {
    const { words } = file.data
    return remarkRehype({
      allowDangerousHtml: true,
      clobberPrefix: 'note-',
      footnoteLabel: words && say(words, 'footnotes'),
      footnoteBackContent: words?.footnoteBack,
      footnoteBackLabel(index, again) {
        const number = again > 1 ? `${index + 1}-${again}` : index + 1
        return words ? say(words, 'backToReference', { number }) : String(number)
      },
      handlers: { ...formulaHandlers, ...keyHandlers, ...definitionListHandlers, ...moreHandlers },
    })(tree, file)
  }
}

/** rehype-raw parses the whole document anew: only where there is raw HTML, and never over formulas. */
function rehypeRawWhereNeeded(math: MathOptions) {
  const parseRaw = rehypeRaw({ passThrough: [formulaType] })
  return (tree: HastRoot, file: VFile): HastRoot => {
    if (!holdsRaw(tree)) return tree
    if (openTags(tree) > deepestHtml) throw new RangeError('Elements are nested too deeply.')
    cleanReferences(tree)
    settleText(tree)
    const parsed = parseRaw(tree, file)
    dropHalfPlaces(parsed)
    findHtmlMath(parsed, math, file)
    return parsed
  }
}

/** How many elements may be within one another; a browser takes 512. */
const deepestHtml = 512
/** Elements without an end, and those that HTML ends by itself (HTML Standard, section 13.1.2.4). */
const endless =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|d[td]|t[dhr]|thead|tbody|tfoot|colgroup|option|optgroup|r[tp])$/i

/** Gives how many elements of raw HTML are open at once, at the most. */
function openTags(tree: HastRoot): number {
  let [open, most] = [0, 0]
  visit(tree, 'raw', ({ value }) => {
    for (const [, slash, name = ''] of value.matchAll(/<(\/?)([a-z][\w-]*)/gi)) {
      if (!endless.test(name)) open = slash === '' ? open + 1 : Math.max(0, open - 1)
      most = Math.max(most, open)
    }
  })
  return most
}

/** Of what stands beside an element that is never closed, rehype-raw may know only where it begins, or where it ends. */
function dropHalfPlaces(tree: HastRoot): void {
  visit(tree, (node) => {
    if (!('position' in node) || !node.position) return
    const { start, end } = node.position
    if (!start || !end) delete node.position
  })
}

/** A character reference of HTML may stand for what rendering marks things with: see `cleanText`. */
function cleanReferences(tree: HastRoot): void {
  visit(tree, 'raw', (node) => {
    node.value = node.value.replace(/&#(?:x0*fdd[0-6](?![\da-f])|0*649(?:7[6-9]|8[0-2])(?!\d));?/gi, '\uFFFD')
  })
}

function holdsRaw(node: HastRoot | HastRoot['children'][number]): boolean {
  return node.type === 'raw' || ('children' in node && node.children.some(holdsRaw))
}

/** rehype-katex where there is something for it, with macros anew for each body, since formulas add to them. */
function rehypeKatexOfHtml(math: MathOptions) {
  return (tree: HastRoot, file: VFile): void => {
    if (holdsMath(tree)) rehypeKatex({ ...katexSettings(math), trust: math.trust })(tree, file)
  }
}

const mathClasses = ['math-inline', 'math-display', 'language-math']

function holdsMath(tree: HastRoot): boolean {
  let found = false
  visit(tree, 'element', ({ properties: { className } }) => {
    found = Array.isArray(className) && className.some((name) => mathClasses.includes(String(name)))
    return found ? EXIT : undefined
  })
  return found
}

/** Leaves what the rest of the program wants to know of the tree in `file.data.rendered`. */
function rehypeSummary({ output }: MathOptions) {
  return (tree: HastRoot, file: VFile): void => {
    let hasFormulas = false
    visit(tree, (node) => {
      if (node.type === 'typeset') hasFormulas = true
      if (node.type !== 'element') return
      const { className } = node.properties
      if (Array.isArray(className) && className.includes('katex')) hasFormulas = true
    })
    const prose = proseOf(tree)
    const headings = outlineOf(tree)
    const { title, firstHeading } = file.data
    const weighty = [title ?? firstHeading ?? '', ...headings.map(({ text }) => text)]
    file.data.rendered = {
      headings,
      sections: sectionsOf(tree),
      ids: [...new Set([...idsOf(tree), ...(file.data.labels?.keys() ?? [])])],
      excerpt: excerptOf(tree, hasMore(String(file))),
      words: wordsOf(prose),
      sketch: sketchOf(prose, weighty),
      uses: { math: hasFormulas && output !== 'mathml', features: featuresOf(file) },
    }
  }
}

/** The rules that messages of other people's plugins come under, by plugin. */
const foreignRules: Readonly<Record<string, RuleName>> = {
  'rehype-highlight': 'code-language-is-known',
  'rehype-katex': 'math-renders',
}

function diagnosticOf(message: VFileMessage): Diagnostic {
  const id = message.ruleId ?? ''
  const rule = Object.hasOwn(rules, id)
    ? (id as RuleName)
    : (foreignRules[message.source ?? ''] ?? 'markdown-is-understood')
  const place = placeOf(message)
  if (rule === 'code-language-is-known') {
    const language = /`(.+)`/.exec(message.reason)?.[1] ?? ''
    const near = nearest(language, languageNames)
    return diagnostic(
      rule,
      `"${language}" is no language that can be highlighted: the block is shown as plain text.`,
      {
        place,
        hint: near ? `Did you mean "${near}"?` : 'Leave the language out, or write "text".',
      },
    )
  }
  if (message.source === 'rehype-katex') {
    const { cause } = message
    const reason = cause instanceof katex.ParseError ? cause.rawMessage.replace(/\.$/, '') : String(cause)
    return diagnostic(rule, `KaTeX cannot typeset this formula: ${reason}.`, { place })
  }
  return diagnostic(rule, message.reason, { place, hint: message.note ?? undefined })
}

function placeOf({ place }: VFileMessage): Place | undefined {
  if (!place) return undefined
  if (!('start' in place)) return { line: place.line, column: place.column }
  const { start, end } = place
  const from = { line: start.line, column: start.column }
  // Of an element that is never closed, the parser of HTML may say that it ends before it begins.
  const isForward = end.line > start.line || (end.line === start.line && end.column >= start.column)
  return isForward ? { ...from, endLine: end.line, endColumn: end.column } : from
}
