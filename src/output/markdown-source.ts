/** The Markdown of posts and pages, published beside them for those who would rather read that: people and models. */
import { stringify } from 'yaml'
import { absoluteUrl, decodePath, markdownOutputOf } from '../content/permalink.js'
import { parsePost } from '../content/post.js'
import { readDocument } from '../content/source.js'
import { digestOf } from '../digest.js'
import { reachingMacros } from '../markdown/math/reach.js'
import { mathOf } from '../render/body.js'
import type { Article } from '../site/article.js'
import { markdownHrefOf } from '../site/pages.js'
import { plainAnswer } from '../site/picture.js'
import type { Summary } from '../site/summary.js'
import { absoluteHref } from './llms.js'
import type { MadeFile } from './made-file.js'
import type { Materials } from './materials.js'

/** Gives the Markdown of every post and page; none where the site does not publish it. */
export function* markdownSources(
  materials: Pick<Materials, 'site' | 'inputs' | 'program'>,
  summaryOf: (article: Article) => Summary,
): Generator<MadeFile> {
  const { site, inputs, program } = materials
  const { config } = site
  if (!config.markdown.source) return
  for (const article of [...site.posts, ...site.pages]) {
    const { post, outline } = article
    const input = inputs.get(post.file)
    if (!input || markdownHrefOf(article, site) === null) continue
    const { data, answers } = summaryOf(article)
    const matter = frontMatter(article, data, config.url)
    const { wikilinks } = config.markdown
    const hrefsOf = (isNamed: boolean) =>
      outline.holes.flatMap(({ kind, url, wikilink = false }, index): [string, string][] => {
        const filling = answers[index]
        const answer = filling && plainAnswer(filling)
        const isOther = kind === 'reference' || wikilink !== isNamed
        // A name that leads nowhere stays one.
        const isOpen = isNamed ? !answer?.startsWith('/') : answer === url
        return isOther || answer === undefined || isOpen ? [] : [[url, answer]]
      })
    const [hrefs, names] = [hrefsOf(false), hrefsOf(true)]
    const math = mathOf(post, config)
    yield {
      output: markdownOutputOf(post.url),
      source: `the Markdown of ${post.file}`,
      key: digestOf(
        JSON.stringify([
          program,
          'markdown',
          input.digest,
          matter,
          hrefs,
          names,
          wikilinks,
          math,
          config.url,
        ]),
      ),
      async make() {
        const { document } = readDocument(input)
        const { body } = document ? parsePost(document, config) : { body: '' }
        const { withDestinations } = await import('../markdown/destinations.js')
        const leads = new Map(hrefs.map(([url, href]) => [decodePath(url), href]))
        const named = new Map(names)
        const absoluteOr = (href: string | undefined) =>
          href === undefined ? null : absoluteHref(href, config.url)
        const text = withDestinations(
          body,
          math,
          (url) => absoluteOr(leads.get(decodePath(url))),
          wikilinks ? (name) => absoluteOr(named.get(name)) : undefined,
        )
        const reaching = reachingMacros(
          [body, post.title, post.subtitle].filter((one) => one !== null),
          math.macros,
        )
        const told = Object.keys(reaching).length === 0 ? matter : { ...matter, macros: { ...reaching } }
        return `---\n${stringify(told, { lineWidth: 0 })}---\n\n${text.trim()}\n`
      },
    }
  }
}

/**
 * Gives the front matter that readers may see: what the page shows of it. What templates alone read, notes to oneself
 * and misspelled keys stay with the author.
 */
function frontMatter(
  { post, outline }: Article,
  { date, updated, authors, image, taxonomies, lang }: Summary['data'],
  siteUrl: string | null,
): Readonly<Record<string, unknown>> {
  const names = authors.map(({ name }) => name)
  const matter = {
    title: post.title ?? outline.title.text,
    subtitle: post.subtitle,
    author: names.length === 1 ? names[0] : names,
    date: date?.iso,
    updated: updated?.iso,
    lang,
    url: siteUrl === null ? null : absoluteUrl(post.url, siteUrl),
    canonical: post.canonical,
    description: post.excerpt,
    image: image && absoluteHref(image.url, siteUrl),
    ...Object.fromEntries(taxonomies.map(({ name, terms }) => [name, terms.map(({ title }) => title)])),
  }
  return Object.fromEntries(
    Object.entries(matter).filter(([, value]) => {
      return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)
    }),
  )
}
