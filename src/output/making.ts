import { openCache } from '../cache.js'
import type { Config } from '../config.js'
import type { Diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { hashSource, type Inline } from '../markdown/embedded.js'
import { escapeValue } from '../markdown/html.js'
import { filled } from '../markdown/rendered.js'
import { sheetOf } from '../markdown/styles.js'
import { type Memory, noMemory } from '../memory.js'
import { type BodyHtml, htmlOf } from '../render/body.js'
import type { AssetsData, Page, PageBody, PostData, PostHtml, PostSummary, SeriesData } from '../site/page.js'
import { type PageLanguages, siteDataAt } from '../site/pages.js'
import { pictureHtml, plainAnswer } from '../site/picture.js'
import { policyOf } from '../site/policy.js'
import { tocOf } from '../site/toc.js'
import { version } from '../version.js'
import type { Words } from '../words.js'
import { type Staged, type StagingPlace, stageBytes } from './staging.js'
import type { TemplateSet } from './template-set.js'
import { type TemplateRenderer, templateRenderer, templateWords } from './templates.js'

/** What all pages of a site are made from. */
export interface Frame {
  readonly languages: PageLanguages
  readonly assets: AssetsData
  readonly templates: TemplateSet
  /** What pages may load from other sites. */
  readonly csp: Config['csp']
  /** The folder of the cache that holds the bodies. */
  readonly bodies: string
}

/** A page to be made, and where it goes. */
export interface PageJob {
  readonly page: Page
  readonly place: StagingPlace
}

/** A page that was made, or why it was not. */
export type MadePage =
  | { readonly staged: Staged }
  | { readonly diagnostic: Diagnostic }
  /** The cache has lost its body. */
  | { readonly missing: string }

/** Gives the key of what all pages of a site are made from, whatever their language. */
export function frameKey(
  {
    assets,
    templates,
    csp,
  }: Pick<Frame, 'assets' | 'csp'> & { readonly templates: Pick<TemplateSet, 'key'> },
  program: string,
): string {
  return digestOf(JSON.stringify([program, version, assets, csp, templates.key]))
}

/**
 * Gives what gives pages their keys: the digest of all that a page's HTML depends on. A post stands in many lists:
 * what they show of it is digested once, and so are the parts of a series.
 */
export function pageKeys(
  languages: PageLanguages,
  frame: string,
  memory: Memory = noMemory,
): (page: Page) => string {
  const shared = memory.settled('what pages share', '', languages)
  const frames = new Map(
    Object.entries(languages).map(([lang, { words }]) => [lang, digestOf(JSON.stringify([frame, words]))]),
  )
  const digests = new Map<PostSummary | SeriesData['parts'], string>()
  const brief = (shared: PostSummary | SeriesData['parts']): string => {
    const digest = digests.get(shared) ?? digestOf(JSON.stringify(shared))
    digests.set(shared, digest)
    return digest
  }
  return (page) => {
    const { lang, url } = page.page
    return memory.kept('page key', page.output, [page, shared, frame], () => {
      const { site } = languageIn(languages, lang)
      return digestOf(JSON.stringify([frames.get(lang), siteDataAt(site, url), inBrief(page, brief)]))
    })
  }
}

/** Gives a page with a few words for each post of its lists, and for a series. */
function inBrief(page: Page, brief: (list: PostSummary | SeriesData['parts']) => string): object {
  switch (page.template) {
    case 'home':
    case 'list':
    case 'term':
    case 'author':
      return { ...page, data: { ...page.data, posts: page.data.posts.map(brief) } }
    case 'archive': {
      const years = page.data.years.map(({ posts, ...year }) => ({ ...year, posts: posts.map(brief) }))
      return { ...page, data: { ...page.data, years, undated: page.data.undated.map(brief) } }
    }
    case 'post': {
      const series = page.data.post.series.map((each) => ({ ...each, parts: brief(each.parts) }))
      return series.length === 0 ? page : { ...page, data: { post: { ...page.data.post, series } } }
    }
    default:
      return page
  }
}

/** Gives what makes pages of one frame, one after the other. Throws what the file system reports. */
export function pageMaker({ languages, assets, templates, csp, bodies }: Frame): (job: PageJob) => MadePage {
  const cache = openCache(bodies)
  const renderer: TemplateRenderer = templateRenderer(templates)
  const generator = `Scholium ${version}`
  const printable = new Map<Words, Words>()
  const wordsIn = (words: Words): Words => {
    const found = printable.get(words) ?? templateWords(words)
    printable.set(words, found)
    return found
  }
  return ({ page, place }) => {
    const entry = page.body && cache.get(page.body.key)
    if (page.body && entry === null) return { missing: page.body.key }
    const { site, words } = languageIn(languages, page.page.lang)
    const html = entry === null ? null : htmlOf(entry)
    const styles = stylesIn(page, html)
    const data = {
      ...(html === null ? page.data : withBody(page, html)),
      page: { ...page.page, styles: styles || null, policy: policyIn(page, csp, html?.inline, styles) },
      words: wordsIn(words),
      assets,
      site: siteDataAt(site, page.page.url),
      generator,
    }
    const templated = renderer.render(`${page.template}.html`, data)
    return 'html' in templated ? { staged: stageBytes(place, templated.html) } : templated
  }
}

/** The sheet of a page: what is decided by the files of its images, and by its body, which has the last word. */
function stylesIn({ body }: Page, html: BodyHtml | null): string {
  return sheetOf(new Map(Object.entries(body?.styles ?? {}))) + (html?.styles ?? '')
}

function policyIn(
  { template }: Page,
  csp: Config['csp'],
  { scripts, styles }: Inline = { scripts: [], styles: [] },
  sheet: string,
): string | null {
  const own = sheet === '' ? [] : [hashSource(sheet)]
  return policyOf(template, csp, { scripts, styles: [...own, ...styles] })
}

function languageIn(languages: PageLanguages, lang: string): PageLanguages[string] {
  const found = languages[lang]
  if (!found) throw new Error(`No page was said to be in the language "${lang}".`)
  return found
}

/** Gives the data of a page with the body that it holds. */
function withBody({ data, body }: Page, html: BodyHtml): { readonly post: PostData } | Page['data'] {
  return 'post' in data && body !== null ? { post: { ...data.post, ...postHtml(html, body) } } : data
}

/** Gives what a body gives to its page, its holes filled. */
export function postHtml(html: BodyHtml, body: Pick<PageBody, 'answers' | 'toc'>): PostHtml {
  const answers = body.answers.map((answer) =>
    typeof answer === 'string' ? escapeValue(answer) : pictureHtml(answer),
  )
  const inAttributes = body.answers.map((answer) => escapeValue(plainAnswer(answer)))
  const toc = body.toc?.map((heading, index) => ({
    ...heading,
    html: filled(html.headings[index] ?? '', inAttributes),
  }))
  return {
    titleHtml: html.title,
    subtitleHtml: html.subtitle,
    content: filled(html.content, answers),
    toc: toc === undefined ? null : tocOf(toc),
  }
}
