/** What lies outside of a site: nothing there is read or written through a symbolic link of the site. */
import { lstatSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { reasonOf } from './errno.js'

/** Why a link is not followed, in words that end a sentence. */
export const leadsOut = 'it is a link that leads out of the site.'

/** Whether a path does not lie in a folder, both without links in them; the folder itself does not, which would hold itself. */
export function isOutside(home: string, real: string): boolean {
  return !real.startsWith(home.endsWith(sep) ? home : home + sep)
}

/** Whether what is at a path of a site leads out of it by links, its own or one above it. What is not there leads nowhere. */
export function isLedOut(root: string, path: string): boolean {
  const [home, real] = [realpathOrNull(root), realpathOrNull(path)]
  return home !== null && real !== null && isOutside(home, real)
}

/** Whether what is to be made at a path below a site's root would come to stand outside, by a link above it or in its place. */
export function wouldBeOutside(root: string, path: string): boolean {
  if (resolve(path) === resolve(root)) return false
  return isThere(path) ? isLedOut(root, path) : wouldBeOutside(root, dirname(path))
}

/** Whether something is at a path, be it a link that leads nowhere. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

/**
 * Says why a file that is read by its name, if it is there, is not read: it is a link that leads out of the site, or
 * nowhere. Null for a file that may be read, and for none.
 */
export function linkFault(root: string, path: string): string | null {
  try {
    if (!lstatSync(path, { throwIfNoEntry: false })) return null
    return isOutside(realpathSync(root), realpathSync(path)) ? leadsOut : null
  } catch (error) {
    return reasonOf(error)
  }
}

/** Whether a link is at a path. */
export function isLink(path: string): boolean {
  return isThere(path) && lstatSync(path).isSymbolicLink()
}

/** Gives the paths of the links among what is in a folder. */
export function linksIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => join(folder, name))
  } catch {
    return []
  }
}

function realpathOrNull(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
