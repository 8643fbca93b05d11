/** What stands around a post: its neighbours in time, its series, related posts, and the posts that link to it. */
import type { Article } from './article.js'
import type { Around, NeighbourData, SeriesData } from './page.js'
import { type Comparable, relatedPosts } from './related.js'
import { type Series, seriesOf } from './series.js'
import type { Site } from './site.js'
import type { Summary } from './summary.js'
import { foldTerm } from './taxonomy.js'

/** What a page of content/pages has around it. */
const nothing: Around = { previous: null, next: null, series: [], related: [], backlinks: [] }

/** Gives what tells what stands around a post or page; all of it is found out at once. */
export function aroundOf(site: Site, summaryOf: (article: Article) => Summary): (article: Article) => Around {
  const { posts } = site
  const link = (article: Article): NeighbourData => {
    const { title, url, lang, dir } = summaryOf(article).data
    return { title, url, lang, dir }
  }
  const linking = backlinks(posts, summaryOf)
  const series = seriesOf(posts)
  const told = new Map<Series, Pick<SeriesData, 'name' | 'parts'>>()
  // One list for all parts of a series, so that it is digested once for all their pages.
  const tell = (one: Series) => {
    const data = told.get(one) ?? { name: one.name, parts: one.parts.map(link) }
    told.set(one, data)
    return data
  }
  const positions = new Map(posts.map((article, at) => [article, at]))
  const related = relatedArticles(site, (article, other) => {
    const distance = (positions.get(article) ?? 0) - (positions.get(other) ?? 0)
    return (
      Math.abs(distance) > 1 &&
      !linking.get(article)?.includes(other) &&
      !series.get(article)?.some(({ parts }) => parts.includes(other))
    )
  })
  return (article) => {
    const at = positions.get(article)
    if (at === undefined) return nothing
    const [previous, next] = [posts[at + 1], posts[at - 1]]
    return {
      previous: previous ? link(previous) : null,
      next: next ? link(next) : null,
      series: (series.get(article) ?? []).map((one) => ({
        ...tell(one),
        number: one.parts.indexOf(article) + 1,
      })),
      related: (related.get(article) ?? []).map(link),
      backlinks: (linking.get(article) ?? []).map(link),
    }
  }
}

/** Gives the posts that link to a post, newest first. */
function backlinks(
  posts: readonly Article[],
  summaryOf: (article: Article) => Summary,
): ReadonlyMap<Article, readonly Article[]> {
  const byUrl = new Map(posts.map((article) => [article.post.url, article]))
  const found = new Map<Article, Article[]>()
  for (const article of posts) {
    for (const url of summaryOf(article).targets) {
      const target = byUrl.get(url)
      if (!target || target === article) continue
      const others = found.get(target)
      if (others) others.push(article)
      else found.set(target, [article])
    }
  }
  return found
}

/** Gives the posts that each post has most in common with, as many as the site asks for. */
function relatedArticles(
  { posts, taxonomies, config }: Site,
  isListed: (article: Article, other: Article) => boolean,
): ReadonlyMap<Article, readonly Article[]> {
  if (config.related === 0) return new Map()
  type Compared = Comparable & { readonly article: Article }
  const compared = posts.map((article): Compared => {
    const { post, outline } = article
    const terms = taxonomies.flatMap(({ taxonomy: { name } }) =>
      (post.terms[name] ?? []).map((term) => `${name} ${foldTerm(term)}`),
    )
    return {
      article,
      id: post.file,
      time: post.date?.epoch ?? null,
      terms: [...new Set(terms)],
      words: outline.sketch === '' ? [] : outline.sketch.split(' '),
    }
  })
  const found = relatedPosts(compared, config.related, (one, other) => isListed(one.article, other.article))
  return new Map([...found].map(([{ article }, others]) => [article, others.map((other) => other.article)]))
}
