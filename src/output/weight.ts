/** What pages weigh with all that they load, held against `budgets:` in site.yaml. */
import { readFile } from 'node:fs/promises'
import { posix } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import type { Cache } from '../cache.js'
import { type BudgetKind, type Budgets, budgetKinds, type Config } from '../config.js'
import { decodePath } from '../content/permalink.js'
import { type Diagnostic, diagnostic, type Place } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { configFile } from '../layout.js'
import { candidatesOf } from '../markdown/srcset.js'
import type { Taken } from './publish.js'

/** What can be weighed on its own. */
type Part = Exclude<BudgetKind, 'total'>

/** A file that a page loads. */
interface Load {
  readonly part: Part
  /** As the page names it. */
  readonly url: string
  /** How wide it is, of several of which a browser loads one; it is taken to be the widest. */
}

/** Text, which hosts send compressed. */
const textual = /\.(html?|xhtml|css|m?js|json|svg|txt|xml)$/i

/**
 * Reports `page-fits-budget` for each page that weighs more than site.yaml allows, in all or in one part, at its source
 * (`sourceOf` an output), with what weighs most. Of an image in several sizes the largest counts, of fonts what a page asks for
 * beforehand; files of other sites do not count, since nobody here knows them.
 */
export async function overweightPages(
  budgets: Budgets,
  { basePath, url }: Pick<Config, 'basePath' | 'url'>,
  taken: readonly Taken[],
  { cache, sourceOf }: { readonly cache: Cache; readonly sourceOf: (output: string) => string | null },
): Promise<readonly Diagnostic[]> {
  const limits = budgetKinds.flatMap((kind) => {
    const limit = budgets.limits[kind]
    return limit ? [{ kind, ...limit }] : []
  })
  if (limits.length === 0) return []
  const files = new Map(taken.map((file) => [file.output, file]))
  const weigh = scales(cache, budgets.compressed)
  const found: Diagnostic[] = []
  for (const page of taken.filter(({ output }) => /\.html?$/i.test(output))) {
    const loads = await loadsOf(page, cache)
    const weights: Weighed[] = [{ part: 'html', output: page.output, bytes: await weigh(page) }]
    for (const load of loads) {
      const file = files.get(outputNamed(load.url, page.output, { basePath, url }) ?? '')
      if (!file || weights.some(({ output }) => output === file.output)) continue
      weights.push({ part: load.part, output: file.output, bytes: await weigh(file) })
    }
    for (const { kind, bytes, place } of limits) {
      const counted = weights.filter(({ part }) => kind === 'total' || part === kind)
      const weight = counted.reduce((sum, each) => sum + each.bytes, 0)
      if (weight > bytes) found.push(overweight({ kind, bytes, place }, page.output, counted, sourceOf))
    }
  }
  return found
}

interface Weighed {
  readonly part: Part
  readonly output: string
  readonly bytes: number
}

interface Limit {
  readonly kind: BudgetKind
  readonly bytes: number
  readonly place: Place | undefined
}

const words: Readonly<Record<BudgetKind, string>> = {
  html: ' of HTML',
  styles: ' of style sheets',
  scripts: ' of scripts',
  fonts: ' of fonts',
  images: ' of images',
  total: ' in all',
}

function overweight(
  { kind, bytes, place }: Limit,
  output: string,
  counted: readonly Weighed[],
  sourceOf: (output: string) => string | null,
): Diagnostic {
  const weight = counted.reduce((sum, each) => sum + each.bytes, 0)
  const page = `/${output.replace(/(^|\/)index\.html$/, '$1')}`
  const heaviest = [...counted]
    .sort((a, b) => b.bytes - a.bytes || (a.output < b.output ? -1 : 1))
    .slice(0, 3)
  const file = sourceOf(output)
  return diagnostic(
    'page-fits-budget',
    `The page ${page} has ${size(weight)}${words[kind]}; budgets.${kind} allows ${size(bytes)}.`,
    {
      ...(file === null ? { file: configFile, place } : { file, place: { line: 1, column: 1 } }),
      hint: `Heaviest: ${heaviest.map((each) => `/${each.output} (${size(each.bytes)})`).join(', ')}.`,
    },
  )
}

/** Gives a number of bytes as people write it, and as `budgets:` has it; never rounded to what it exceeds. */
function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const [value, unit] = bytes < 1e6 ? [bytes / 1000, 'kB'] : [bytes / 1e6, 'MB']
  return `${Number(value.toFixed(value < 100 ? 2 : 1))} ${unit}`
}

/** Gives what weighs a file as it is sent: text compressed with gzip, which every host does, if it counts compressed. */
function scales(cache: Cache, compressed: boolean): (file: Taken) => Promise<number> {
  const known = new Map<string, number>()
  return async ({ output, path, digest, size: plain }) => {
    if (!compressed || !textual.test(output)) return plain
    const key = digestOf(JSON.stringify(['gzip', process.versions.zlib, digest]))
    const before = known.get(key) ?? Number(cache.get(key) ?? Number.NaN)
    const bytes = Number.isNaN(before) ? gzipSync(await readFile(path)).length : before
    if (Number.isNaN(before)) cache.put(key, `${bytes}`)
    known.set(key, bytes)
    return bytes
  }
}

/** Gives what a page loads, in the order of its HTML; read off once for each version of it. */
async function loadsOf({ path, digest }: Taken, cache: Cache): Promise<readonly Load[]> {
  const key = digestOf(JSON.stringify(['loads', 1, digest]))
  const before = cache.get(key)
  if (before !== null) return JSON.parse(before)
  const loads = loadsIn(await readFile(path, 'utf8'))
  cache.put(key, JSON.stringify(loads))
  return loads
}

type Node = DefaultTreeAdapterTypes.ChildNode
type Element = DefaultTreeAdapterTypes.Element

/** Gives what the HTML of a page loads. */
export function loadsIn(html: string): readonly Load[] {
  const loads: Load[] = []
  const open: Node[] = [...parse(html).childNodes].reverse()
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!('tagName' in node)) continue
    loads.push(...loadsOfElement(node))
    // Of a picture a browser loads one file.
    if (node.tagName !== 'picture') open.push(...[...node.childNodes].reverse())
  }
  return loads
}

function loadsOfElement(element: Element): readonly Load[] {
  const attribute = (name: string) => element.attrs.find((each) => each.name === name)?.value ?? ''
  const load = (part: Part, url: string): readonly Load[] => (url === '' ? [] : [{ part, url }])
  switch (element.tagName) {
    case 'link': {
      const rel = attribute('rel').toLowerCase().split(/\s+/)
      if (rel.includes('stylesheet') && !rel.includes('alternate')) return load('styles', attribute('href'))
      if (rel.includes('modulepreload')) return load('scripts', attribute('href'))
      if (!rel.includes('preload')) return []
      const part = { font: 'fonts', image: 'images', script: 'scripts', style: 'styles' }[attribute('as')]
      return part === undefined ? [] : load(part as Part, attribute('href'))
    }
    case 'script':
      return load('scripts', attribute('src'))
    case 'img':
      return load('images', widest(attribute('srcset')) ?? attribute('src'))
    case 'video':
      return load('images', attribute('poster'))
    case 'picture':
      return ofPicture(element)
    default:
      return []
  }
}

/** The first source that is for every screen, of the smallest format that the page offers; else the image itself. */
function ofPicture(picture: Element): readonly Load[] {
  const elements = picture.childNodes.filter((node): node is Element => 'tagName' in node)
  const value = (element: Element, name: string) =>
    element.attrs.find((each) => each.name === name)?.value ?? ''
  const source = elements.find(
    (each) => each.tagName === 'source' && value(each, 'media') === '' && value(each, 'srcset') !== '',
  )
  const url = source ? widest(value(source, 'srcset')) : null
  if (url !== null) return [{ part: 'images', url }]
  return elements.filter(({ tagName }) => tagName === 'img').flatMap(loadsOfElement)
}

/** Gives the largest of several candidates, by width or density; null where there is none. */
function widest(srcset: string): string | null {
  const candidates = candidatesOf(srcset)
  const widthOf = (size: string) => Number.parseFloat(size) || 1
  return (
    candidates.reduce<(typeof candidates)[number] | null>(
      (best, each) => (best === null || widthOf(each.size) > widthOf(best.size) ? each : best),
      null,
    )?.url ?? null
  )
}

/** Gives the output that a URL in a page names, if it may be one of the site's. */
function outputNamed(
  written: string,
  page: string,
  { basePath, url }: Pick<Config, 'basePath' | 'url'>,
): string | null {
  const path = decodePath(written.replace(/[?#].*$/s, ''))
  const prefix = [url, basePath].find((each) => each !== null && path.startsWith(each))
  if (prefix) return path.slice(prefix.length)
  if (/^([a-z][a-z\d+.-]*:|\/)/i.test(path)) return null
  return posix.normalize(posix.join(posix.dirname(page), path))
}
