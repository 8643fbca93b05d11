/** What a wikilink names: what the grammar of bodies and the links of the site both know of it. */
import { encodePath } from '../content/permalink.js'
import type { Heading } from './rendered.js'

/** Gives the last heading that a wikilink names, `C` of `post#B#C`; '' if it names none. */
export function fragmentOfWikilink(target: string): string {
  const at = target.indexOf('#')
  return at < 0 ? '' : target.slice(target.lastIndexOf('#') + 1).trim()
}

/** Gives what of a wikilink names a post or a file. */
export function pathOfWikilink(target: string): string {
  return target.replace(/#.*$/s, '').trim()
}

/** Gives a name as a URL that leads nowhere else: before a colon would stand a scheme (RFC 3986, section 4.2). */
export function addressOfWikilink(target: string): string {
  return `${target.includes(':') ? './' : ''}${encodePath(target)}`
}

/** Gives the id of the first heading with some words, or with that id; undefined if there is none. */
export function headingNamed(
  name: string,
  headings: readonly Pick<Heading, 'id' | 'text'>[],
): string | undefined {
  const wanted = folded(name)
  return (headings.find(({ text }) => folded(text) === wanted) ?? headings.find(({ id }) => id === name))?.id
}

/** A name as wikilinks compare it: case, and punctuation that Obsidian leaves out of links to headings, aside. */
export function folded(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s"'“”‘’#^|[\]:\\%-]+/gu, ' ')
    .trim()
}
