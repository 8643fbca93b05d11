/** Fixture folders: what is in them, and files of expected output that a run can rewrite. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect } from 'vitest'

/** Whether expected output is rewritten instead of compared: `UPDATE_FIXTURES=1 npx vitest run test/markdown`. */
const isUpdate = process.env.UPDATE_FIXTURES === '1'

/** Gives the names of the folders in a folder, sorted. */
export function casesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map(({ name }) => name)
    .sort()
}

/** Expects a file to hold a text, or not to be there where the text is null; an update makes it so. */
export function expectFile(file: string, text: string | null): void {
  if (isUpdate && text === null) rmSync(file, { force: true })
  else if (isUpdate && text !== null) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const expected = existsSync(file) ? readFileSync(file, 'utf8') : null
  expect(text, `${file} (UPDATE_FIXTURES=1 rewrites it)`).toBe(expected)
}

/** Gives the JSON of a file, or what stands for it where there is none. */
export function readJson<T extends object>(file: string, otherwise: T): T {
  return existsSync(file) ? { ...otherwise, ...(JSON.parse(readFileSync(file, 'utf8')) as T) } : otherwise
}
