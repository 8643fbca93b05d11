/** HTML templates: turning a page's data into its HTML. */
import { Liquid, LiquidError } from 'liquidjs'
import { type Diagnostic, diagnostic, type Place } from '../diagnostics.js'
import { didYouMean } from '../nearest.js'
import { placesIn } from '../place.js'
import { type Phrase, phraseFiller, type Values, type Word, type Words } from '../words.js'
import type { TemplateSet } from './template-set.js'
import { boundedWork, countWork, isTooMuchWork } from './template-work.js'

/** A page's HTML, or why there is none. */
export type Templated = { readonly html: string } | { readonly diagnostic: Diagnostic }

/** Renders templates of one set, each parsed once. */
export interface TemplateRenderer {
  /**
   * Gives the HTML of a template, named with or without `.html`, for data as src/site/page.ts describes it.
   * Gives a diagnostic `template-renders` if the template is malformed, asks for something that does not
   * exist, or does not end.
   */
  render(name: string, data: object): Templated
}

/**
 * Filters that Scholium does not offer, since their output depends on the moment, the machine or chance, and
 * the same site must give the same bytes. Dates reach templates ready to print.
 */
const withheld: ReadonlySet<string> = new Set([
  'date',
  'date_to_xmlschema',
  'date_to_rfc822',
  'date_to_string',
  'date_to_long_string',
  'sample',
])

/** Gives a renderer of a set. A template can read the other templates of the set, and no file. */
export function templateRenderer(templates: TemplateSet): TemplateRenderer {
  const liquid = liquidOf(templates)
  return {
    render(name, data) {
      try {
        // As `globals`, the data reach the partials too.
        return { html: liquid.renderFileSync(name, data, { globals: data }) }
      } catch (error) {
        if (error instanceof RangeError || isTooMuchWork(error))
          return { diagnostic: tooDeep(name, templates) }
        if (!(error instanceof LiquidError)) throw error
        return { diagnostic: describe(error, fileOf(error, name, templates), { liquid, templates, data }) }
      }
    },
  }
}

function liquidOf({ files }: TemplateSet): Liquid {
  const existsSync = (name: string) => files.has(name)
  const readFileSync = (name: string) => files.get(name)?.source ?? ''
  const liquid = new Liquid({
    fs: {
      existsSync,
      readFileSync,
      exists: async (name) => existsSync(name),
      readFile: async (name) => readFileSync(name),
      resolve: (_folder, name, extension) => (name.endsWith(extension) ? name : name + extension),
    },
    extname: '.html',
    relativeReference: false,
    cache: files.size,
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    outputEscape: 'escape',
    ...boundedWork,
  })
  for (const name of withheld) delete liquid.filters[name]
  liquid.registerFilter('fill', fillFilter())
  countWork(liquid)
  return liquid
}

/** Gives the filter `fill`: a word of `words` with its placeholders filled, `{{ words.posts | fill: n: term.count }}`. */
function fillFilter() {
  const fill = phraseFiller()
  return (word: Word, ...values: readonly (readonly [string, Values[string]])[]): string =>
    typeof word === 'string' ? word : fill(word, Object.fromEntries(values))
}

/** What a phrase is where a template prints it without filling it. */
const unfilled = {
  toString(this: Phrase): string {
    throw new Error(
      `"${this.forms.other}" is to be filled, as in {{ words.pageOf | fill: number: 1, count: 2 }}`,
    )
  },
}

/** Gives words as templates receive them: a phrase that is printed without being filled is a fault. */
export function templateWords(words: Words): Words {
  return Object.fromEntries(
    Object.entries(words).map(([key, word]) => [
      key,
      typeof word === 'string' ? word : Object.assign(Object.create(unfilled), word),
    ]),
  )
}

/** What is known when a template fails. */
interface Scene {
  readonly liquid: Liquid
  readonly templates: TemplateSet
  readonly data: object
}

/** The template that an error is in: liquidjs names it only in some errors, but always keeps its text. */
function fileOf(error: LiquidError, rendered: string, { files }: TemplateSet): string {
  if (error.token.file !== undefined) return files.get(error.token.file)?.path ?? error.token.file
  const found = [...files.values()].find((file) => file.source === error.token.input)
  return found?.path ?? files.get(rendered)?.path ?? files.get(`${rendered}.html`)?.path ?? rendered
}

const endlessHint =
  'Look for one that renders itself, for loops within loops, and for a list or text that grows in each round of one.'

/** liquidjs reads what is nested by calling itself. */
function tooDeep(name: string, { files }: TemplateSet): Diagnostic {
  const file = files.get(`${name}.html`)?.path ?? name
  return diagnostic('template-renders', 'The template is nested too deeply, or far too long.', {
    file,
    place: { line: 1, column: 1 },
  })
}

function sourceOf(path: string, { files }: TemplateSet): string {
  return [...files.values()].find((file) => file.path === path)?.source ?? ''
}

/** Says in Scholium's words what liquidjs found, and what was probably meant. */
function describe(error: LiquidError, file: string, scene: Scene): Diagnostic {
  const cause = error.originalError?.message ?? withoutPlace(error.message)
  const report = (message: string, word: string, hint: string | undefined) =>
    diagnostic('template-renders', message, {
      file,
      place: placeOf(error, word, sourceOf(file, scene.templates)),
      hint,
    })
  const { liquid, templates, data } = scene

  const variable = /^undefined variable: (.*)$/s.exec(cause)?.[1]
  if (variable !== undefined) {
    return report(`There is no "${variable}" here.`, '', variableHint(variable, data))
  }
  const filter = /^undefined filter: (.*)$/s.exec(cause)?.[1]
  if (filter !== undefined) {
    const hint = withheld.has(filter)
      ? filter === 'sample'
        ? 'Chance would make every build differ.'
        : 'Dates come ready to print: "post.date.text", "post.date.short", "post.date.iso", "post.date.year".'
      : didYouMean(filter, Object.keys(liquid.filters))
    return report(`There is no filter "${filter}".`, filter, hint)
  }
  const tag = /^tag "(.*)" not found$/s.exec(cause)?.[1]
  if (tag !== undefined && /^end|^els/.test(tag)) {
    return report(
      `{% ${tag} %} stands where another tag is still open, or none is.`,
      tag,
      'Close each {% if %}, {% for %} and {% block %} in the order they open.',
    )
  }
  if (tag !== undefined) {
    return report(`There is no tag "${tag}".`, tag, didYouMean(tag, Object.keys(liquid.tags)))
  }
  const template = /^ENOENT: Failed to lookup "(.*)" in /s.exec(cause)?.[1]
  if (template !== undefined) {
    const names = [...templates.files.keys()].map((name) => name.replace(/\.html$/, ''))
    return report(`There is no template "${template}".`, template, didYouMean(template, names))
  }
  if (error.originalError instanceof RangeError || isTooMuchWork(error.originalError)) {
    return report('The template does not end, or makes far too much.', '', endlessHint)
  }
  return report(`The template is malformed: ${cause}.`, '', undefined)
}

/** Where an error is: at a word of the text that it concerns, if it has one, else at the whole of it. */
function placeOf({ token }: LiquidError, word: string, source: string): Place {
  // The name of a template is read as one, too: a text within the text.
  const before = Math.max(0, source.indexOf(token.input))
  const at = word === '' ? -1 : token.input.slice(token.begin, token.end).search(wordPattern(word))
  const begin = at < 0 ? token.begin : token.begin + at
  // Of a tag without a name, liquidjs says that it ends before it begins.
  const end = at < 0 ? Math.max(token.begin, token.end) : begin + word.length
  return placesIn(source)([before + begin, before + end])
}

/** liquidjs says last where an error is: `, file:x.html, line:1, col:2`. */
function withoutPlace(message: string): string {
  const said = message.replace(/, line:\d+, col:\d+$/, '')
  const file = said === message ? -1 : said.lastIndexOf(', file:')
  return file < 0 ? said : said.slice(0, file)
}

function wordPattern(word: string): RegExp {
  return new RegExp(`(?<![\\w-])${word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\w-])`)
}

/**
 * What an unknown variable may have meant: another key of the object it was asked of. Where that object is
 * a template's own variable (`entry` of a loop), it is not known here; then any key of the data may be meant.
 */
function variableHint(variable: string, data: object): string | undefined {
  const path = variable.split('.')
  const word = path.at(-1) ?? variable
  const owner = path.slice(0, -1).reduce<unknown>((value, key) => {
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  }, data)
  const near = didYouMean(word, isObject(owner) ? Object.keys(owner) : keysWithin(data, 5))
  if (near !== undefined || !isObject(owner) || Array.isArray(owner)) return near
  return `There are: ${Object.keys(owner).sort().join(', ')}.`
}

function keysWithin(value: unknown, depth: number): ReadonlySet<string> {
  if (Array.isArray(value)) return keysWithin(value[0], depth)
  if (!isObject(value) || depth === 0) return new Set()
  return new Set([
    ...Object.keys(value),
    ...Object.values(value).flatMap((inner) => [...keysWithin(inner, depth - 1)]),
  ])
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
