/** What wikilinks lead to: posts, pages and files by their names, wherever they are in the site. */
import type { SiteUrl } from '../content/permalink.js'
import type { Post } from '../content/post.js'
import { byCodeUnit } from '../order.js'
import type { Withheld } from './selection.js'
import type { Site } from './site.js'

/** What names lead to. */
export interface NameIndex {
  /**
   * Gives the URL that a name leads to, null if none: as in Obsidian that of the file so called, in whatever folder, with
   * or without its ending; else that of the post or page with this title. A date before a file's name may be left out,
   * and folders may be written before it. Case does not matter. Of several the one in the folder of the post that links
   * is meant, else the one with the shortest path.
   */
  readonly find: (name: string, from: Pick<Post, 'file'>) => SiteUrl | null
  /** Why a post of that name is not published; undefined if there is no such post. */
  readonly withheldBecause: (name: string) => Withheld['reason'] | undefined
  /** All names of posts and pages, or of files, to find the nearest of. */
  readonly names: (kind: 'link' | 'image') => readonly string[]
}

interface Named<T> {
  readonly file: string
  readonly target: T
}

/** Gives the index of a site's names, which is put together when a name is first looked for. */
export function indexNames({ posts, pages, files }: Site, withheld: readonly Withheld[]): NameIndex {
  const articles = [...posts, ...pages]
  const known = once(() => {
    const byName = new Map<string, Named<SiteUrl>[]>()
    const byTitle = new Map<string, Named<SiteUrl>[]>()
    for (const { post, outline } of articles) {
      const named = { file: post.file, target: post.url }
      for (const name of namesOf(post)) add(byName, name, named)
      add(byTitle, titleKey(outline.title.text), named)
    }
    for (const { file, output } of files) add(byName, lastOf(file), { file, target: `/${output}` })
    return { byName, byTitle }
  })
  const left = once(() => {
    const byName = new Map<string, Named<Withheld['reason']>[]>()
    for (const { post, reason } of withheld)
      for (const name of namesOf(post)) add(byName, name, { file: post.file, target: reason })
    return byName
  })
  return {
    find(name, from) {
      const { byName, byTitle } = known()
      return (best(byName, name, from) ?? nearestOf(byTitle.get(titleKey(name)) ?? [], from)?.target) || null
    },
    withheldBecause: (name) => best(left(), name, { file: '' }),
    names: (kind) =>
      kind === 'image'
        ? files.map(({ file }) => lastOf(file))
        : articles.flatMap(({ post, outline }) => [...namesOf(post), outline.title.text]),
  }
}

/** The names of a post's file: its own, without its date, and that of the folder which it is the index of. */
function namesOf({ file, name }: Pick<Post, 'file' | 'name'>): readonly string[] {
  return [...new Set([lastOf(pathOf(file)), name])]
}

/** Gives the path of a file without its ending, a folder's for the folder's index. */
function pathOf(file: string): string {
  return file.replace(/\.(?:md|markdown)$/i, '').replace(/\/index$/, '')
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function add<T>(names: Map<string, Named<T>[]>, name: string, named: Named<T>): void {
  const key = nameKey(name)
  const others = names.get(key)
  if (others) others.push(named)
  else names.set(key, [named])
}

function best<T>(
  names: ReadonlyMap<string, readonly Named<T>[]>,
  name: string,
  from: Pick<Post, 'file'>,
): T | undefined {
  const path = nameKey(pathOf(name.replace(/^(?:\.{1,2}\/)*\/?/, '')))
  const found = names.get(lastOf(path)) ?? []
  const inFolders = path.includes('/')
    ? found.filter(({ file }) => `/${nameKey(pathOf(file))}`.endsWith(`/${path}`))
    : found
  return nearestOf(inFolders, from)?.target
}

function nearestOf<T>(found: readonly Named<T>[], from: Pick<Post, 'file'>): Named<T> | undefined {
  const folder = from.file.slice(0, from.file.lastIndexOf('/') + 1)
  const rank = ({ file }: Named<T>) => (file.startsWith(folder) ? 0 : 1)
  return found.toSorted(
    (a, b) => rank(a) - rank(b) || a.file.length - b.file.length || byCodeUnit(a.file, b.file),
  )[0]
}

function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase().trim()
}

/** A title as a link may write it: case, white space and kinds of quotes aside. */
function titleKey(title: string): string {
  return nameKey(title)
    .replace(/[“”„«»]/g, '"')
    .replace(/[‘’‚]/g, "'")
    .replace(/\s+/g, ' ')
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
