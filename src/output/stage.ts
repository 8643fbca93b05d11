/** Everything a site publishes, staged: style sheets, files, and every page through its template. */
import { join } from 'node:path'
import { dirname } from 'node:path/posix'
import { hrefOf } from '../content/permalink.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { indexLinks, type LinkIndex } from '../site/links.js'
import type { AssetsData, Page, SiteData } from '../site/page.js'
import { madeUrls, pagesOf, siteData, siteDataAt, usesMath } from '../site/pages.js'
import type { Withheld } from '../site/selection.js'
import type { Site } from '../site/site.js'
import { version } from '../version.js'
import { type Content, type Publication, publishFault } from './publish.js'
import type { StyledAssets } from './styles.js'
import { type TemplateSet, templateRenderer } from './templates.js'

/** What the outputs of a site are made from. */
export interface Making {
  readonly root: string
  readonly site: Site
  readonly withheld: readonly Withheld[]
  readonly styles: StyledAssets
  readonly templates: TemplateSet
}

/**
 * Stages every output of a site, page after page, and gives what was found wrong on the way: links, images,
 * templates, two sources for one URL, files that cannot be read.
 */
export async function stageSite(making: Making, publication: Publication): Promise<readonly Diagnostic[]> {
  const { site, withheld } = making
  const index = indexLinks(site, withheld, madeUrls(site))
  const { data, diagnostics: menu } = siteData(site, index)
  const found: Diagnostic[] = [...menu]
  const claims = new Map<string, string>()
  for (const { output, source, diagnostics, content } of outputsOf(making, index, data)) {
    found.push(...diagnostics)
    const rival = claim(claims, output, source)
    if (rival !== null) {
      found.push(collision(output, rival, source, site))
      continue
    }
    const made = content()
    if ('diagnostic' in made) found.push(made.diagnostic)
    else await publication.stage(output, made).catch((error) => found.push(publishFault(error).diagnostic))
  }
  return found
}

interface Output {
  readonly output: string
  /** A source file, or words for what Scholium makes. */
  readonly source: string
  readonly diagnostics: readonly Diagnostic[]
  readonly content: () => Content | { readonly diagnostic: Diagnostic }
}

function* outputsOf(
  { root, site, styles, templates }: Making,
  index: LinkIndex,
  data: SiteData,
): Generator<Output> {
  const { render } = templateRenderer(templates)
  const href = (output: string) => hrefOf(`/${output}`, site.config.basePath)
  const assets: AssetsData = {
    css: href(styles.css),
    math: href(styles.math),
    mathFonts: styles.mathFonts.map(href),
    js: href(styles.js),
    icon: href(styles.icon),
  }
  // KaTeX's sheet and fonts stand in a folder of their own, which only pages with formulas ask for.
  const mathFolder = `${dirname(styles.math)}/`
  const hasMath = [...site.posts, ...site.pages].some(usesMath)
  for (const { output, bytes } of styles.files) {
    if (!hasMath && output.startsWith(mathFolder)) continue
    yield { output, source: `the theme's ${output}`, diagnostics: [], content: () => ({ bytes }) }
  }
  for (const { file, output } of site.files) {
    yield { output, source: file, diagnostics: [], content: () => ({ copyOf: join(root, file) }) }
  }
  for (const { page, diagnostics: own } of pagesOf(site, index)) {
    const content = () => {
      const templated = render(`${page.template}.html`, pageData(page, data, assets))
      return 'html' in templated ? { bytes: templated.html } : templated
    }
    yield { output: page.output, source: page.source, diagnostics: own, content }
  }
}

function pageData({ page, data }: Page, site: SiteData, assets: AssetsData): object {
  return { ...data, page, assets, site: siteDataAt(site, page.url), generator: `Scholium ${version}` }
}

/** Claims an output for a source; gives the source that has it already. Names that differ in case collide on many disks. */
function claim(claims: Map<string, string>, output: string, source: string): string | null {
  const key = output.normalize('NFC').toLowerCase()
  const rival = claims.get(key) ?? null
  if (rival === null) claims.set(key, source)
  return rival
}

function collision(output: string, first: string, second: string, site: Site): Diagnostic {
  const url = `/${output.replace(/(^|\/)index\.html$/, '$1')}`
  const articles = new Map([...site.posts, ...site.pages].map(({ post }) => [post.file, post]))
  const post = articles.get(second) ?? articles.get(first)
  return diagnostic('url-is-unique', `Both ${first} and ${second} would be published at ${url}.`, {
    file: post?.file,
    place: post && (post.places.permalink ?? post.places.url ?? post.places.slug ?? { line: 1, column: 1 }),
    hint: 'Give one of them another slug or permalink.',
  })
}
