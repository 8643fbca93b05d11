/** What the operating system says when it refuses, as people say it and without the paths of the machine. */

const reasons: ReadonlyMap<string | undefined, string> = new Map([
  ['EACCES', 'permission is denied.'],
  ['EPERM', 'permission is denied.'],
  ['EROFS', 'the file system is read-only.'],
  ['ENOSPC', 'the disk is full.'],
  ['ENOENT', 'there is no such file or folder.'],
  ['ENOTDIR', 'a file is where a folder should be.'],
  ['EEXIST', 'a file is where a folder should be.'],
  ['EISDIR', 'a folder is where a file should be.'],
  ['ENOTEMPTY', 'a folder is where a file should be.'],
  ['ELOOP', 'its links lead in a circle.'],
  ['ENAMETOOLONG', 'its name is too long for the file system.'],
])

/** Gives why a call to the file system failed, in words that end a sentence. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  // Node's own message is `ECODE: what it is, call '/path'`.
  return reasons.get(code) ?? `${message.replace(/, \w+( '.*)?$/s, '')}.`
}
