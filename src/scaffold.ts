/** `scholium new`: a post to begin with. */
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import { stringify } from 'yaml'
import { slugify } from './content/slug.js'
import { reasonOf } from './errno.js'

export interface NewPostOptions {
  readonly root: string
  readonly title: string
  readonly now: Date
  /** The site's time zone, which decides what day it is. */
  readonly timezone: string
  readonly author: string | null
}

/** A post that cannot be written; its message says why. */
export class ScaffoldError extends Error {}

/**
 * Writes `content/posts/<date>-<slug>.md` with front matter and today's date, and gives its path relative to
 * the root. Never overwrites: throws {@link ScaffoldError} if the file is there or cannot be written.
 */
export async function newPost({ root, title, now, timezone, author }: NewPostOptions): Promise<string> {
  if (title.trim() === '') throw new ScaffoldError('A post needs a title: scholium new "A title".')
  if (!(await stat(root).catch(() => null))?.isDirectory())
    throw new ScaffoldError(`There is no folder "${root}".`)
  const date = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timezone)
    .toPlainDate()
    .toString()
  const file = `content/posts/${date}-${slugify(title)}.md`
  const front = stringify({
    title: title.trim(),
    date,
    ...(author !== null && { author }),
    tags: [],
    draft: true,
  })
  const path = join(root, file)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `---\n${front}---\n\n`, { flag: 'wx' })
  } catch (error) {
    const { code, path: refused } = error as NodeJS.ErrnoException
    const isThere = code === 'EEXIST' && refused === path
    throw new ScaffoldError(
      isThere ? `${file} is there already.` : `${file} cannot be written: ${reasonOf(error)}`,
      {
        cause: error,
      },
    )
  }
  return file
}
