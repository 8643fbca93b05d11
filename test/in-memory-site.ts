/** Sites that never touch the disk. */
import { renderBodies } from '../src/render/bodies.js'
import { type Article, articleOf } from '../src/site/article.js'
import { indexLinks, type LinkIndex } from '../src/site/links.js'
import { madeUrls } from '../src/site/pages.js'
import type { Withheld } from '../src/site/selection.js'
import { assembleSite, type Site } from '../src/site/site.js'
import { configOf, parsed } from './in-memory.js'

/** A site with what was left out of it, and the index of its links. */
export interface InMemory {
  readonly site: Site
  readonly withheld: readonly Withheld[]
  readonly index: LinkIndex
}

/** Gives the site of some files: Markdown below content/ by its text, every other file by its name alone. */
export function siteOf(files: Readonly<Record<string, string>>, yaml = ''): InMemory {
  const config = configOf(yaml)
  const isMarkdown = (file: string) => file.startsWith('content/') && file.endsWith('.md')
  const posts = Object.entries(files)
    .filter(([file]) => isMarkdown(file))
    .map(([file, text]) => parsed(text, { file, yaml }).post)
  const published = posts.filter(({ draft }) => !draft)
  const articles = renderBodies(published, config).map((body) => articleOf(body, new Date(8.64e15)).article)
  const withheld = posts.filter(({ draft }) => draft).map((post): Withheld => ({ post, reason: 'draft' }))
  const statics = Object.keys(files)
    .filter((file) => !isMarkdown(file))
    .map((file) => ({ file }))
  const site = assembleSite(config, articles, statics, withheld)
  return { site, withheld, index: indexLinks(site, withheld, madeUrls(site)) }
}

/** Gives the post of a file in a site; throws if there is none. */
export function articleIn({ site }: InMemory, file: string): Article {
  const found = [...site.posts, ...site.pages].find(({ post }) => post.file === file)
  if (!found) throw new Error(`There is no ${file}.`)
  return found
}
