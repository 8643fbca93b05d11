/** A site of what other people wrote: see ../shared/corpora beside the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Files } from '../site-folder.js'

const corpora = fileURLToPath(new URL('../../../shared/corpora/', import.meta.url))

/** Whether they are there, and what the name of a test says where they are not. */
export const hasCorpora = existsSync(corpora)
export const corporaSkipped = hasCorpora ? '' : ' (skipped: ../shared/corpora is not beside the repository)'

/** Gives the files of a site of every n-th post of each corpus; the HTML in them, which is theirs, is shown as typed. */
export function corporaSite(every: number): Files {
  const posts = readdirSync(corpora, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => postsOf(name, every))
  return {
    'site.yaml':
      'title: Other people’s posts\nurl: https://example.org/\nmarkdown: { html: escape }\nrules: { "*": warn }\n',
    ...Object.fromEntries(posts),
  }
}

function postsOf(corpus: string, every: number): readonly (readonly [string, Uint8Array])[] {
  const folder = join(corpora, corpus)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .sort()
    .filter((_, index) => index % every === 0)
    .map((file) => [
      `content/posts/${corpus}-${file.replaceAll(/[\\/]/g, '-')}`,
      readFileSync(join(folder, file)),
    ])
}
