/** What earlier builds know of each source: its metadata and its outline, so that a file that has not changed is not read. */
import type { Post } from '../content/post.js'
import type { Diagnostic } from '../diagnostics.js'
import { readRecord, writeRecord } from '../record.js'
import type { Outline } from '../render/body.js'
import type { Need } from '../render/taken.js'

/** What is known of one source. */
export interface KnownPost {
  /** SHA-256 of the file's bytes. */
  readonly digest: string
  /** The digest of what of the site's settings reached its metadata. */
  readonly settings: string
  readonly post: Post
  /** What is wrong with the file and its front matter. */
  readonly diagnostics: readonly Diagnostic[]
  /** The digest of what of the site's settings can reach a body; the key holds as long as it does. */
  readonly options: string
  /** The files that its body takes something from, and what they were; the key holds as long as they are that. */
  readonly needs: readonly Need[]
  /** What its rendered body is stored under. */
  readonly key: string
  /** Null if it was never rendered: a draft. */
  readonly outline: Outline | null
}

export type KnownPosts = ReadonlyMap<string, KnownPost>

/** Reads what a program of that digest has recorded; nothing if the record is another's, missing or damaged. */
export function readKnownPosts(file: string, program: string): KnownPosts {
  const record = readRecord(file) as { program: string; posts: [string, KnownPost][] } | undefined
  return new Map(record?.program === program ? record.posts : [])
}

/** Replaces what is recorded. Throws what the file system reports. */
export function writeKnownPosts(file: string, program: string, posts: KnownPosts): void {
  writeRecord(file, { program, posts: [...posts] })
}

/** Gives posts as they are known where what was made of their bodies is lost. */
export function withoutOutlines(posts: KnownPosts): KnownPosts {
  return new Map([...posts].map(([file, post]) => [file, { ...post, outline: null }]))
}
