/** Taxonomies: which terms there are, what they are called, where they live and which posts they hold. */
import type { Taxonomy } from '../config.js'
import { type SiteUrl, tidyUrl } from '../content/permalink.js'
import type { Post } from '../content/post.js'
import { codePoints, slugify } from '../content/slug.js'
import { byCodeUnit } from '../order.js'
import type { Say, Words } from '../words.js'

/** One term of a taxonomy. */
export interface Term<P> {
  /** As most posts write it. */
  readonly name: string
  readonly slug: string
  readonly url: SiteUrl
  /** In the order they were given in. */
  readonly posts: readonly P[]
}

export interface TaxonomyIndex<P> {
  readonly taxonomy: Taxonomy
  readonly url: SiteUrl
  /** By name, in the order of the site's language. */
  readonly terms: readonly Term<P>[]
  /** Finds a term by any spelling of its name. */
  readonly termOf: (name: string) => Term<P> | undefined
}

/**
 * Gives the terms that posts have in a taxonomy. Names that differ only in case or Unicode form are one term,
 * called as most posts write it; names that would share a URL get distinct ones, whatever their order.
 */
export function indexTaxonomy<P>(
  taxonomy: Taxonomy,
  posts: readonly P[],
  postOf: (item: P) => Post,
  lang: string,
): TaxonomyIndex<P> {
  const spellings = new Map<string, { readonly counts: Map<string, number>; readonly posts: P[] }>()
  const folded = new Map<string, string>()
  const fold = (name: string): string => {
    const key = folded.get(name) ?? foldTerm(name)
    folded.set(name, key)
    return key
  }
  for (const item of posts) {
    const names = postOf(item).terms[taxonomy.name] ?? []
    for (const [key, name] of new Map(names.map((name) => [fold(name), name]))) {
      const term = spellings.get(key) ?? { counts: new Map<string, number>(), posts: [] }
      term.counts.set(name, (term.counts.get(name) ?? 0) + 1)
      term.posts.push(item)
      spellings.set(key, term)
    }
  }
  const named = [...spellings].map(([key, term]) => ({
    key,
    name: commonest(term.counts),
    posts: term.posts,
  }))
  const slugs = termSlugs(named.map(({ name }) => name))
  const terms = new Map(
    named.map(({ key, name, posts: own }): [string, Term<P>] => {
      const slug = slugs.get(name) ?? slugify(name)
      return [key, { name, slug, url: tidyUrl(`${taxonomy.path}/${slug}`), posts: own }]
    }),
  )
  // English for a language without data, which else would take the machine's own.
  const collator = new Intl.Collator([lang, 'en'], { numeric: true })
  return {
    taxonomy,
    url: tidyUrl(taxonomy.path),
    terms: [...terms.values()].sort((a, b) => collator.compare(a.name, b.name) || byCodeUnit(a.name, b.name)),
    termOf: (name) => terms.get(foldTerm(name)),
  }
}

/** What a taxonomy is called, and one of its terms. */
export interface TaxonomyLabels {
  readonly title: string
  readonly singular: string
}

/** The words for taxonomies that many sites have, by name. */
const knownWords: ReadonlyMap<string, TaxonomyLabels> = new Map([
  ['tags', { title: 'tags', singular: 'tag' }],
  ['categories', { title: 'categories', singular: 'category' }],
  ['series', { title: 'series', singular: 'oneSeries' }],
  ['topics', { title: 'topics', singular: 'topic' }],
])

/** Gives what a taxonomy is called: as site.yaml says, else in the words of a language, else by its name. */
export function labelsOf(
  { name, ...given }: Pick<Taxonomy, 'name' | 'title' | 'singular'>,
  words: Words,
  say: Say,
): TaxonomyLabels {
  const known = knownWords.get(name)
  const title =
    given.title ?? (known ? say(words, known.title) : name.charAt(0).toUpperCase() + name.slice(1))
  return { title, singular: given.singular ?? (known ? say(words, known.singular) : title) }
}

/** Gives what two names of one term have in common. */
export function foldTerm(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}

/**
 * Gives each name a slug of its own. Where several names have one slug, a name that the slug spells out in
 * full keeps it and the others add the signs they lost (`Node.js` beside `Nodejs`: `nodejs-u2e`), so that a
 * term's URL depends on its own name and not on the order of terms.
 */
export function termSlugs(names: readonly string[]): ReadonlyMap<string, string> {
  const bySlug = groupBy(names, slugify)
  const taken = new Set<string>()
  const slugs = new Map<string, string>()
  const take = (name: string, wanted: string) => {
    let slug = wanted
    for (let number = 2; taken.has(slug); number++) slug = `${wanted}-${number}`
    taken.add(slug)
    slugs.set(name, slug)
  }
  const groups = [...bySlug].sort(([a], [b]) => byCodeUnit(a, b))
  const rivals: string[] = []
  for (const [slug, group] of groups) {
    const sorted = [...group].sort((a, b) => lost(a).length - lost(b).length || byCodeUnit(a, b))
    const [first, ...others] = sorted
    if (first !== undefined) take(first, slug)
    rivals.push(...others)
  }
  for (const name of rivals.sort(byCodeUnit))
    take(name, slugify([slugify(name), codePoints(lost(name))].join(' ')))
  return slugs
}

/** The signs of a name that its slug does not show. */
function lost(name: string): string {
  return name.replace(/[\p{L}\p{M}\p{N}\s_-]/gu, '')
}

function groupBy(names: readonly string[], key: (name: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const name of names) groups.set(key(name), [...(groups.get(key(name)) ?? []), name])
  return groups
}

/** Gives the spelling that is used most often. */
export function commonest(counts: ReadonlyMap<string, number>): string {
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || byCodeUnit(a, b))
  return first?.[0] ?? ''
}
