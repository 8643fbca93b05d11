/** Folders as data: what is in them, byte for byte, and how two of them differ. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** The files of a folder, by path. */
export type Contents = ReadonlyMap<string, Buffer>

/** Gives every file below a folder, hidden ones too; none where there is no folder. */
export function contentsOf(folder: string): Contents {
  return new Map(pathsBelow(folder).map((path) => [path, readFileSync(join(folder, path))]))
}

/** Gives the paths of all files below a folder, in order. */
export function pathsBelow(folder: string): readonly string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/** Says of each path at which two folders differ how they do; nothing where they are the same. */
export function differences(actual: Contents, expected: Contents): readonly string[] {
  const paths = [...new Set([...actual.keys(), ...expected.keys()])].sort()
  return paths.flatMap((path) => {
    const [is, ought] = [actual.get(path), expected.get(path)]
    if (is === undefined) return [`${path} is missing`]
    if (ought === undefined) return [`${path} should not be there`]
    return is.equals(ought) ? [] : [`${path} ${firstDifference(is.toString(), ought.toString())}`]
  })
}

function firstDifference(is: string, ought: string): string {
  const [lines, meant] = [is.split('\n'), ought.split('\n')]
  const at = meant.findIndex((line, index) => line !== lines[index])
  const index = at < 0 ? meant.length : at
  const [one = '', other = ''] = [lines[index], meant[index]]
  // A line with formulas is long: what is before the difference tells nothing.
  const same = [...other].findIndex((letter, place) => letter !== one[place])
  const from = Math.max(0, same - 30)
  const part = (line: string) => JSON.stringify(line.slice(from, from + 120))
  return `has in line ${index + 1} ${part(one)} in place of ${part(other)}`
}
