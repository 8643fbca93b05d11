/** `dates: { updated: git }`: when each post was last changed, as Git's history has it. */
import { spawn } from 'node:child_process'
import { relative } from 'node:path'
import type { Cache } from '../cache.js'
import { type PostDate, parseDate } from '../content/date.js'
import type { Post } from '../content/post.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import type { GitState } from '../git-state.js'
import { configFile } from '../layout.js'

/** The dates of files' last commits, by file below the site's root, in Unicode's form NFC. */
export interface GitDates {
  readonly dates: ReadonlyMap<string, PostDate>
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Gives when each file of content was last changed, from a history that is read once for each commit that is checked
 * out. It is the author's date, in the author's zone, of the newest commit that touched the file: that of the
 * committer would change with every rebase. Reports `git-history-is-whole` where there is no history, or not all of
 * it; then there are no dates.
 */
export async function gitDates(root: string, state: GitState | null, cache: Cache): Promise<GitDates> {
  if (state === null) return without('the site is in no Git repository', 'Run "git init", or')
  if (state.isShallow)
    return without(
      'the repository is a shallow clone',
      'Fetch all of it (in a GitHub workflow "fetch-depth: 0"), or',
    )
  if (state.head === '') return { dates: new Map(), diagnostics: [] }
  const key = digestOf(JSON.stringify(['git-dates', state.head, relative(state.top, root)]))
  const stored = cache.get(key)
  if (stored !== null) return datesOf(JSON.parse(stored))
  try {
    const rows = rowsOf(await runGit(root, state.head))
    cache.put(key, JSON.stringify(rows))
    return datesOf(rows)
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    return without(error.message, 'Install Git, or')
  }
}

/** Gives a post with the date of its last change, unless front matter names one, or it is the day of the post itself. */
export function withGitDate(post: Post, { dates }: GitDates): Post {
  const changed = dates.get(post.file.normalize('NFC'))
  if (post.updated || !changed || (post.date && dayOf(changed) <= dayOf(post.date))) return post
  return { ...post, updated: changed }
}

function dayOf({ year, month, day }: PostDate): number {
  return (year * 100 + month) * 100 + day
}

function without(reason: string, hint: string): GitDates {
  const message = `No date of a last change can be taken from Git: ${reason}.`
  const found = diagnostic('git-history-is-whole', message, {
    file: configFile,
    hint: `${hint} remove "updated: git" from ${configFile}.`,
  })
  return { dates: new Map(), diagnostics: [found] }
}

type Row = readonly [file: string, date: string]

function datesOf(rows: readonly Row[]): GitDates {
  const dates = rows.flatMap(([file, text]) => {
    const date = parseDate(text, 'UTC')
    return date ? [[file, date] as const] : []
  })
  return { dates: new Map(dates), diagnostics: [] }
}

/** Reads the log, newest first: of each file, the first date is its last. Dates are behind slashes, as no file is. */
function rowsOf(log: string): readonly Row[] {
  const rows = new Map<string, string>()
  let date = ''
  for (const part of log.split('\0')) {
    const [, marked] = /^\n*\/\/(.*)$/.exec(part) ?? []
    const file = part.replace(/^\n+/, '').normalize('NFC')
    if (marked !== undefined) date = marked
    else if (file !== '' && !rows.has(file)) rows.set(file, date)
  }
  return [...rows]
}

class GitError extends Error {}

/** Set where Git runs a hook, these would name another repository than the site's. */
const foreign = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX']

/** Gives the log of content, with the author's date and the files of each commit. Throws {@link GitError}. */
function runGit(root: string, head: string): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' }
  const call = [
    ...['--no-pager', '-c', 'log.showSignature=false', 'log', '--date-order', '-c', '--name-only', '-z'],
    ...['--relative', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', '--no-mailmap'],
    // Where refs are kept in tables, which commit it is is for Git to say.
    ...[
      '--format=//%aI',
      /^[0-9a-f]{40,64}$/.test(head) ? head : 'HEAD',
      '--',
      'content/posts',
      'content/pages',
    ],
  ]
  return new Promise((resolve, reject) => {
    const git = spawn('git', call, {
      cwd: root,
      env: Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.includes(name))),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const [said, complained]: [Buffer[], Buffer[]] = [[], []]
    git.stdout.on('data', (part: Buffer) => said.push(part))
    git.stderr.on('data', (part: Buffer) => complained.push(part))
    git.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        new GitError(error.code === 'ENOENT' ? 'Git is not installed' : error.message, { cause: error }),
      ),
    )
    git.on('close', (code) => {
      if (code === 0) return resolve(Buffer.concat(said).toString('utf8'))
      const [line = `it ended with ${code}`] = Buffer.concat(complained).toString('utf8').split('\n')
      return reject(new GitError(`Git says: ${line.replace(/\.$/, '')}`))
    })
  })
}
