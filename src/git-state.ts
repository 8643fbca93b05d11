/** The state of the Git repository that a folder lies in, read from its files: Git itself is not run. */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** A repository, as far as its history can be told by it. */
export interface GitState {
  /** The folder that it keeps the versions of. */
  readonly top: string
  /** Stands for the commit that is checked out: another one has another text. */
  readonly head: string
  /** Whether its history was cut off when it was cloned. */
  readonly isShallow: boolean
}

/**
 * Gives the state of the repository that a folder lies in; null if there is none. Worktrees and submodules are
 * followed to where their refs are (gitrepository-layout(5)).
 */
export function gitState(folder: string): GitState | null {
  const top = topOf(realpathSync(folder))
  if (top === null) return null
  const own = gitFolder(top)
  const shared = resolve(own, textOf(join(own, 'commondir')) ?? '.')
  const head = textOf(join(own, 'HEAD')) ?? ''
  const shallow = textOf(join(shared, 'shallow'))
  const [, ref] = /^ref: (.*)$/.exec(head) ?? []
  const commit = ref === undefined ? head : refOf(ref, own, shared)
  return { top, head: commit, isShallow: shallow !== null && shallow !== '' }
}

/** Gives what stands for a state of a repository, or for there being none. */
export function gitKey(state: GitState | null): string {
  return JSON.stringify(state)
}

function topOf(folder: string): string | null {
  if (statSync(join(folder, '.git'), { throwIfNoEntry: false })) return folder
  return dirname(folder) === folder ? null : topOf(dirname(folder))
}

/** In a worktree and a submodule, `.git` is a file that says where the folder is. */
function gitFolder(top: string): string {
  const [, path] = /^gitdir: (.*)$/.exec(textOf(join(top, '.git')) ?? '') ?? []
  return path === undefined ? join(top, '.git') : resolve(top, path)
}

/** Gives the commit that a branch is at; '' before its first. Where refs are kept in tables, their list stands for all. */
function refOf(ref: string, own: string, shared: string): string {
  const loose = textOf(join(own, ref)) ?? textOf(join(shared, ref))
  if (loose !== null) return loose
  const packed = textOf(join(shared, 'packed-refs'))?.split('\n') ?? []
  const line = packed.find((one) => one.endsWith(` ${ref}`))
  return line?.split(' ')[0] ?? textOf(join(shared, 'reftable/tables.list')) ?? ''
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return null
  }
}
