/** What the design asks of the sources and lint cannot hold. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../../src/', import.meta.url))

test('Only cli.ts ends the process or writes to its streams', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  expect(files).toContain('cli.ts')
  // The other one keeps plugins from it, and never does it itself.
  const guard = join('markdown', 'plugin-exit.ts')
  const others = files.filter((file) => file !== 'cli.ts' && file !== guard)
  expect(readFileSync(join(src, guard), 'utf8').replaceAll('process.exit(${', '')).not.toMatch(
    /\b(own|exit)\(/,
  )
  const touching = others.filter((file) =>
    /\bprocess\.(exit|exitCode|abort|stdout|stderr)\b/.test(readFileSync(join(src, file), 'utf8')),
  )
  expect(touching).toEqual([])
})
