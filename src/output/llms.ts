/** llms.txt (https://llmstxt.org): what the site has, for language models, with links to the Markdown of each page. */
import { digestOf } from '../digest.js'
import type { Article } from '../site/article.js'
import { markdownHrefOf } from '../site/pages.js'
import type { Summary } from '../site/summary.js'
import type { MadeFile } from './made-file.js'
import type { Materials } from './materials.js'

/** Gives the llms.txt of a site; none where its Markdown is not published. */
export function llms(
  { site, program }: Pick<Materials, 'site' | 'program'>,
  summaryOf: (article: Article) => Summary,
): readonly MadeFile[] {
  const { config, description } = site
  if (!config.markdown.source) return []
  const sections = [
    { title: 'Posts', articles: site.posts },
    { title: 'Pages', articles: site.pages },
  ].flatMap(({ title, articles }) => {
    const items = articles.flatMap((article) => {
      const href = markdownHrefOf(article, site)
      if (href === null) return []
      const { data } = summaryOf(article)
      const note = data.excerpt === '' ? '' : `: ${oneLine(data.excerpt)}`
      return [`- [${linkText(data.title)}](${absoluteHref(href, config.url)})${note}`]
    })
    return items.length === 0 ? [] : [`## ${title}\n\n${items.join('\n')}`]
  })
  const summary = description === '' ? [] : [`> ${oneLine(description)}`]
  const text = `${[`# ${oneLine(config.title)}`, ...summary, ...sections].join('\n\n')}\n`
  return [
    {
      output: 'llms.txt',
      source: 'the llms.txt',
      key: digestOf(program + text),
      make: async () => text,
    },
  ]
}

/** Gives an href as an absolute URL, where the site's own is known; what parts a link's end is escaped. */
export function absoluteHref(href: string, siteUrl: string | null): string {
  const url = siteUrl === null ? href : new URL(href, siteUrl).href
  return url.replaceAll('(', '%28').replaceAll(')', '%29')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Gives text for between a link's brackets. */
function linkText(text: string): string {
  return oneLine(text).replace(/[\\[\]]/g, '\\$&')
}
