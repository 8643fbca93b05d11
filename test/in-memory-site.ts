/** Sites that never touch the disk. */

import { parseAuthors } from '../src/content/authors.js'
import type { Diagnostic } from '../src/diagnostics.js'
import { authorsFile } from '../src/layout.js'
import { postHtml } from '../src/output/making.js'
import { type BodyHtml, bodyJob, keyOf, languageOf } from '../src/render/body.js'
import { bodyRenderer } from '../src/render/renderer.js'
import { type Article, articleOf } from '../src/site/article.js'
import { answersOf, indexLinks, type LinkIndex } from '../src/site/links.js'
import { madeUrls } from '../src/site/pages.js'
import { redirectsOf } from '../src/site/redirects.js'
import type { Withheld } from '../src/site/selection.js'
import { assembleSite, type Site } from '../src/site/site.js'
import { configOf, parsed } from './in-memory.js'
import { builtInWords } from './words.js'

/** A site with what was left out of it, the index of its links, and its bodies by key. */
export interface InMemory {
  readonly site: Site
  readonly withheld: readonly Withheld[]
  readonly index: LinkIndex
  readonly bodies: ReadonlyMap<string, BodyHtml>
}

/** Gives the site of some files: Markdown below content/ and authors.yaml by their text, every other file by its name alone. */
export function siteOf(files: Readonly<Record<string, string>>, yaml = ''): InMemory {
  const config = configOf(yaml)
  const isMarkdown = (file: string) => file.startsWith('content/') && file.endsWith('.md')
  const posts = Object.entries(files)
    .filter(([file]) => isMarkdown(file))
    .map(([file, text]) => parsed(text, { file, yaml }))
  const render = bodyRenderer()
  const bodies = new Map<string, BodyHtml>()
  const articles = posts
    .filter(({ post }) => !post.draft)
    .map(({ post, body }) => {
      const job = bodyJob(post, body, config, builtInWords)
      const key = keyOf(job, 'test')
      const { outline, html } = render(job)
      bodies.set(key, html)
      return articleOf({ post, key, outline }, new Date(8.64e15)).article
    })
  const withheld = posts
    .filter(({ post }) => post.draft)
    .map(({ post }): Withheld => ({ post, reason: 'draft' }))
  const statics = Object.keys(files)
    .filter((file) => !isMarkdown(file) && file !== authorsFile)
    .map((file) => ({ file }))
  const { profiles } = parseAuthors(files[authorsFile] ?? '')
  const site = assembleSite({
    config,
    words: builtInWords,
    description: config.description,
    articles,
    profiles,
    statics,
    withheld,
  })
  const plain = indexLinks(site, withheld, madeUrls(site))
  const { redirects } = redirectsOf(site, plain)
  const index = { ...plain, redirects: new Map(redirects.map((redirect) => [redirect.from, redirect])) }
  return { site, withheld, index, bodies }
}

/** Gives the post of a file in a site; throws if there is none. */
export function articleIn({ site }: Pick<InMemory, 'site'>, file: string): Article {
  const found = [...site.posts, ...site.pages].find(({ post }) => post.file === file)
  if (!found) throw new Error(`There is no ${file}.`)
  return found
}

/** Gives the HTML of a post's body with its holes filled as on its page, and what was found wrong with its links. */
export function filledBody(
  { site, index, bodies }: InMemory,
  { post, key, outline }: Article,
): { readonly html: string; readonly diagnostics: readonly Diagnostic[] } {
  const html = bodies.get(key)
  if (!html) throw new Error(`${post.file} has no body.`)
  const words = site.words.in(languageOf(post, site.config))
  const { answers, diagnostics } = answersOf(outline.holes, post, index, words)
  return { html: postHtml(html, { answers, toc: null }).content, diagnostics }
}
