/** Files of assets/ that nothing of a site refers to: read off all that is published, and off what is yet to be. */
import { readFile } from 'node:fs/promises'
import { posix } from 'node:path'
import { decodePath, encodePath } from '../content/permalink.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { authorsFile, configFile } from '../layout.js'
import { targetOf } from '../site/links.js'
import type { Materials } from './materials.js'
import type { Taken } from './publish.js'

/** What browsers, crawlers and hosts ask for by its name alone. */
const wellKnown =
  /(^|\/)(favicon[^/]*|apple-touch-icon[^/]*|mstile[^/]*|android-chrome[^/]*|safari-pinned-tab\.svg|robots\.txt|humans\.txt|ads\.txt|security\.txt|browserconfig\.xml|[^/]+\.webmanifest|manifest\.json|CNAME|_headers|_redirects|google[\da-f]{16}\.html|BingSiteAuth\.xml|LICEN[CS]E[^/]*|OFL[^/]*|README[^/]*)$|(^|\/)\.well-known\//i

/** Published files whose text may name others. */
const textual = /\.(html?|xhtml|css|m?js|json|xml|xsl|svg|txt|md|csv|webmanifest)$/i
/** Made of the pages, and said there already. */
const ofSearch = /^pagefind\//
/** In which a URL is resolved as browsers do; elsewhere a script or a person may put it together. */
const resolved = /\.(html?|xhtml|css|xml|svg)$/i

/** What may be a path, or the end of one. */
const pathLike = /[^\s"'`()<>,;=\\|[\]{}]+/g
/** Signs in a name that end such a path where they stand unescaped. */
const oddName = /[\s"'`()<>,;=\\|[\]{}]/

/**
 * Reports `asset-is-used` for each file of assets/ that no page, sheet, script, feed or picture that is published refers
 * to, and no draft, template or setting either, and that is not one of the files that texts are made of (`named`). What is asked for by its name alone, such as a favicon, is used.
 */
export async function unusedAssets(
  { site, links, withheld, inputs }: Pick<Materials, 'site' | 'links' | 'withheld' | 'inputs'>,
  taken: readonly Taken[],
  named: Iterable<string>,
): Promise<readonly Diagnostic[]> {
  const candidates = site.files.filter(({ file }) => file.startsWith('assets/') && !wellKnown.test(file))
  const unused = new Map(candidates.map(({ file, output }) => [output, file]))
  for (const file of named) unused.delete(file.normalize('NFC'))
  for (const { post } of [...site.posts, ...site.pages])
    if (post.image !== null) unused.delete((targetOf(post.image.url, post, links.index) ?? '').slice(1))
  const { basePath, url } = site.config
  const own = { unused, named: byName(unused), prefixes: [url, basePath].filter((prefix) => prefix !== null) }
  for (const { output, path } of taken) {
    if (unused.size === 0) return []
    if (!textual.test(output) || ofSearch.test(output)) continue
    take(await readFile(path, 'utf8'), output, own)
  }
  const drafts = new Set(withheld.map(({ post }) => post.file))
  for (const { file, path } of inputs.values()) {
    if (unused.size === 0) return []
    if (isUnpublished(file) || drafts.has(file)) take(await readFile(path, 'utf8').catch(() => ''), null, own)
  }
  return [...unused.values()].map((file) =>
    diagnostic('asset-is-used', `Nothing of the site refers to ${file}.`, {
      file,
      hint: 'Remove it, or refer to it. Only a reader who knows its URL finds it.',
    }),
  )
}

interface Candidates {
  /** Files by output, those that are still unused. */
  readonly unused: Map<string, string>
  /** Outputs by the last part of their paths. */
  readonly named: ReadonlyMap<string, readonly string[]>
  /** What URLs of the site may begin with. */
  readonly prefixes: readonly string[]
}

/** Takes out of the unused what a text refers to; `output` is where it is published, or null. */
function take(text: string, output: string | null, { unused, named, prefixes }: Candidates): void {
  for (const [word] of text.matchAll(pathLike)) {
    const end = word.search(/[?#]/)
    const path = decodePath(end < 0 ? word : word.slice(0, end)).normalize('NFC')
    const found = named.get(path.slice(path.lastIndexOf('/') + 1))
    if (!found) continue
    const isMeant = meaning(path, output, prefixes)
    for (const each of found) if (each !== output && isMeant(each)) unused.delete(each)
  }
  for (const each of unused.keys())
    if (oddName.test(each) && (text.includes(each) || text.includes(encodePath(each)))) unused.delete(each)
}

/** Gives what tells whether a path, in a text that is published as `output` or not at all, may mean an output. */
function meaning(
  path: string,
  output: string | null,
  prefixes: Candidates['prefixes'],
): (candidate: string) => boolean {
  if (output !== null && resolved.test(output)) {
    const prefix = prefixes.find((each) => path.startsWith(each))
    const meant =
      prefix === undefined
        ? posix.join(posix.dirname(output), path)
        : posix.normalize(path.slice(prefix.length))
    return (candidate) => candidate === meant
  }
  const ending = path.replace(/^(?:\.{0,2}\/)+/, '')
  return (candidate) =>
    candidate === ending || `/${path}`.endsWith(`/${candidate}`) || candidate.endsWith(`/${ending}`)
}

function byName(unused: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, string[]>()
  for (const output of unused.keys()) {
    const name = output.slice(output.lastIndexOf('/') + 1)
    const others = named.get(name)
    if (others) others.push(output)
    else named.set(name, [output])
  }
  return named
}

/** Whether a source that is not published itself may name files: settings, and templates that no page of today uses. */
function isUnpublished(file: string): boolean {
  return (
    file === configFile ||
    file === authorsFile ||
    file.startsWith('templates/') ||
    /^assets\/.*\.(css|m?js)$/i.test(file)
  )
}
