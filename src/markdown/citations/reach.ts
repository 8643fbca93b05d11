/** Which entries of a bibliography reach a body: a post is not rendered again for one that it does not cite. */
import type { CslItem } from '../../content/csl-item.js'
import { nearest } from '../../nearest.js'
import type { BodyCitations } from './citing.js'
import { keysIn } from './keys.js'

/**
 * Gives the entries that a text names, and for what looks like a key and is none the nearest that there is; null for
 * a text without anything that looks like a key.
 */
export function reachingEntries(
  text: string,
  items: ReadonlyMap<string, CslItem>,
): Pick<BodyCitations, 'items' | 'near'> | null {
  const keys = keysIn(text)
  if (keys.length === 0) return null
  const unknown = keys.filter((key) => !items.has(key))
  const near = unknown.flatMap((key) => {
    const found = nearest(key, items.keys())
    return found === null ? [] : [[key, found] as const]
  })
  const found = keys.flatMap((key) => items.get(key) ?? [])
  return {
    items: found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
    near: Object.fromEntries(near),
  }
}
