/** What a body takes from other files of its site: the files that its text names, and what it wants of each. */
import type { Config } from '../config.js'
import { type NamedFiles, type NamedState, namedBelow, namedReason } from '../content/named-files.js'
import type { Post } from '../content/post.js'
import { cleanText } from '../content/source.js'
import { outputFolder, stateFolder } from '../layout.js'
import { type Included, type Includes, includeKey, includesIn, linesOfFile } from '../markdown/includes.js'

/** A file that a body depends on, and what it was: as long as it is that, the body is as it was. */
export type Need = readonly [file: string, state: NamedState]

/** What a body takes from other files. */
export interface Taken {
  /** A part of its key: what reaches it, and no more of the files than that. */
  readonly includes: Includes
  /** Every file that was looked at, by name, also those that are missing. */
  readonly needs: readonly Need[]
}

/** What is said of a file that a text by strangers names (`markdown.html`). */
export const ofStrangers = 'Text by strangers shows no files of the site.'

/**
 * Gives what a body takes from files: no code where strangers write (`markdown.html`), who could read the site with it.
 */
export function takenBy(
  { file: document }: Pick<Post, 'file'>,
  body: string,
  files: NamedFiles,
  { html }: Pick<Config['markdown'], 'html'>,
): Taken {
  const needs = new Map<string, NamedState>()
  const included = includesIn(body).map((include): readonly [string, Included] => {
    const key = includeKey(include)
    if (html !== 'allow') return [key, { fault: ofStrangers }]
    const file = namedBelow(include.file, document)
    if (file === null) return [key, { fault: namedReason('outside', include.file), hint: pathHint }]
    if (isMade(file)) return [key, { fault: namedReason('made', file) }]
    const read = files.textOf(file)
    needs.set(file, read.state)
    if ('fault' in read)
      return [
        key,
        { fault: namedReason(read.fault, file), ...(read.fault === 'missing' && { hint: pathHint }) },
      ]
    return [key, linesOfFile(cleanText(read.text), include.lines)]
  })
  return { includes: Object.fromEntries(included), needs: [...needs] }
}

/** What a path stands for. */
const pathHint =
  'A path leads from the folder of its post, or with a slash at its front from the folder of the site.'

/** Whether a file is what a build makes: a site made of that would never be done. */
function isMade(file: string): boolean {
  return [stateFolder, outputFolder].includes(file.split('/', 1)[0] ?? '')
}
