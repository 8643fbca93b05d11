/** What stands around a post: its neighbours in time, its series, related posts, and the posts that link to it. */
import { type Memory, noMemory } from '../memory.js'
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
export function aroundOf(
  site: Site,
  summaryOf: (article: Article) => Summary,
  memory: Memory = noMemory,
): (article: Article) => Around {
  const { posts } = site
  const links = new Map<Article, NeighbourData>()
  const link = (article: Article): NeighbourData => {
    const before = links.get(article)
    if (before) return before
    const { title, url, lang, dir } = summaryOf(article).data
    const data = memory.settled('neighbour', article.post.file, { title, url, lang, dir })
    links.set(article, data)
    return data
  }
  const linking = backlinks(posts, summaryOf)
  const series = seriesOf(posts)
  const told = new Map<Series, Pick<SeriesData, 'name' | 'parts'>>()
  // One list for all parts of a series, so that it is digested once for all their pages.
  const tell = (one: Series) => {
    const before = told.get(one)
    if (before) return before
    const { name } = one
    const parts = one.parts.map(link)
    const data = memory.kept('series', name, parts, () => ({ name, parts }))
    told.set(one, data)
    return data
  }
  const positions = new Map(posts.map((article, at) => [article, at]))
  const byFile = new Map(posts.map((article) => [article.post.file, article]))
  const isListed = (article: Article, other: Article): boolean => {
    const distance = (positions.get(article) ?? 0) - (positions.get(other) ?? 0)
    return (
      Math.abs(distance) > 1 &&
      !linking.get(article)?.includes(other) &&
      !series.get(article)?.some(({ parts }) => parts.includes(other))
    )
  }
  const named = (all: readonly Article[] = []) => all.map(({ post: { file } }) => file)
  const unlisted = memory.settled(
    'unlisted',
    '',
    posts.map((article) => [
      named(linking.get(article)),
      (series.get(article) ?? []).map(({ parts }) => named(parts)),
    ]),
  )
  const related = relatedArticles(site, { isListed, unlisted, memory })
  return (article) => {
    const at = positions.get(article)
    if (at === undefined) return nothing
    const linkAt = (index: number) => (posts[index] ? link(posts[index]) : null)
    const [previous, next] = [linkAt(at + 1), linkAt(at - 1)]
    const numbered = (series.get(article) ?? []).map((one) => ({
      data: tell(one),
      number: one.parts.indexOf(article) + 1,
    }))
    const similar = (related.get(article.post.file) ?? []).flatMap((file) => {
      const other = byFile.get(file)
      return other ? [link(other)] : []
    })
    const backlinks = (linking.get(article) ?? []).map(link)
    const inputs = [
      ...[previous, next, similar.length, ...similar, backlinks.length, ...backlinks],
      ...numbered.flatMap(({ data, number }) => [data, number]),
    ]
    return memory.kept('around', article.post.file, inputs, () => ({
      previous,
      next,
      series: numbered.map(({ data, number }) => ({ ...data, number })),
      related: similar,
      backlinks,
    }))
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

interface Listing {
  /** Whether a post may stand in the list of another. */
  readonly isListed: (article: Article, other: Article) => boolean
  /** What that depends on, the order of posts aside; the very same as long as it is equal. */
  readonly unlisted: object
  readonly memory: Memory
}

/** Gives the posts that each post has most in common with, as many as the site asks for, all by their files. */
function relatedArticles(
  { posts, taxonomies, config }: Site,
  { isListed, unlisted, memory }: Listing,
): ReadonlyMap<string, readonly string[]> {
  const { related } = config
  if (related === 0) return new Map()
  const names = taxonomies.map(({ taxonomy: { name } }) => name)
  const taxa = memory.settled('names of taxonomies', '', names)
  const compared = posts.map(({ post, outline }) =>
    memory.kept('compared', post.file, [post, outline, taxa], () =>
      memory.settled('compared', post.file, comparable(post, outline, taxa)),
    ),
  )
  return memory.kept('related', '', [related, unlisted, ...compared], () => {
    const articles = new Map(compared.map((one, at) => [one, posts[at]]))
    const found = relatedPosts(compared, related, (one, other) => {
      const [article, another] = [articles.get(one), articles.get(other)]
      return article !== undefined && another !== undefined && isListed(article, another)
    })
    return new Map([...found].map(([{ id }, others]) => [id, others.map((other) => other.id)]))
  })
}

function comparable(
  { file, date, terms }: Article['post'],
  { sketch }: Article['outline'],
  taxonomies: readonly string[],
): Comparable {
  const own = taxonomies.flatMap((name) => (terms[name] ?? []).map((term) => `${name} ${foldTerm(term)}`))
  return {
    id: file,
    time: date?.epoch ?? null,
    terms: [...new Set(own)],
    words: sketch === '' ? [] : sketch.split(' '),
  }
}
