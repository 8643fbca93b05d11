/** The authors of a site: who of content/authors.yaml has written what, and where their pages are. */
import type { Profile } from '../content/authors.js'
import { type SiteUrl, tidyUrl } from '../content/permalink.js'
import type { Memory } from '../memory.js'
import { byCodeUnit } from '../order.js'
import type { Article } from './article.js'
import { foldTerm, termSlugs } from './taxonomy.js'

/** An author with the posts that name them. */
export interface Writer {
  readonly profile: Profile
  /** Where their page is. */
  readonly url: SiteUrl
  /** In the order they were given in. */
  readonly posts: readonly Article[]
}

/** What an index of authors says of a name. */
export interface NamedAuthors {
  /** Finds an author by key, else by name. */
  readonly profileOf: (name: string) => Profile | undefined
  /** Finds the page of an author; none where they have no posts. */
  readonly pageOf: (profile: Profile) => SiteUrl | undefined
  /** What an author can be called by. */
  readonly names: readonly string[]
}

export interface AuthorIndex extends NamedAuthors {
  /** All of content/authors.yaml. */
  readonly profiles: readonly Profile[]
  /** Those of content/authors.yaml that have posts, by name, in the order of the site's language. */
  readonly writers: readonly Writer[]
  /** The page that lists them; null where there are fewer than two, or where the site has a page of its own there. */
  readonly list: SiteUrl | null
}

/** Gives what an index says of names: the very same as before, while it says the same. */
export function namedAuthors(authors: AuthorIndex, memory: Memory): NamedAuthors {
  const { profiles, writers } = authors
  const inputs = [profiles, ...writers.flatMap(({ profile, url }) => [profile, url])]
  return memory.kept('named authors', '', inputs, () => authors)
}

/** The folder of their pages. */
const path = 'authors'

/** Gives who of content/authors.yaml has written which of the posts; `taken` are the URLs of the site's own pages. */
export function indexAuthors(
  profiles: readonly Profile[],
  posts: readonly Article[],
  taken: ReadonlySet<SiteUrl>,
  lang: string,
): AuthorIndex {
  const named = new Map<string, Profile>()
  const calls = [
    ...profiles.map((one) => [one.key, one] as const),
    ...profiles.map((one) => [one.name, one] as const),
  ]
  for (const [name, profile] of calls) {
    if (!named.has(foldTerm(name))) named.set(foldTerm(name), profile)
  }
  const profileOf = (name: string) => named.get(foldTerm(name))
  const written = new Map<Profile, Article[]>()
  for (const article of posts) {
    const own = new Set(article.post.authors.flatMap(({ name }) => profileOf(name) ?? []))
    for (const profile of own) {
      const others = written.get(profile)
      if (others) others.push(article)
      else written.set(profile, [article])
    }
  }
  const slugs = termSlugs(profiles.map(({ key }) => key))
  // English for a language without data, which else would take the machine's own.
  const collator = new Intl.Collator([lang, 'en'], { numeric: true })
  const writers = [...written]
    .map(
      ([profile, own]): Writer => ({
        profile,
        url: tidyUrl(`${path}/${slugs.get(profile.key)}`),
        posts: own,
      }),
    )
    .sort(({ profile: a }, { profile: b }) => collator.compare(a.name, b.name) || byCodeUnit(a.key, b.key))
  const urls = new Map(writers.map(({ profile, url }) => [profile, url]))
  const list = tidyUrl(path)
  return {
    profiles,
    writers,
    list: writers.length > 1 && !taken.has(list) ? list : null,
    profileOf,
    pageOf: (profile) => urls.get(profile),
    names: [...new Set(calls.map(([name]) => name))],
  }
}
