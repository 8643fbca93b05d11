import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { citationSources } from '../../../src/build/citation-sources.js'
import { openCache } from '../../../src/cache.js'
import { type NamedFile, namedFiles, takeNamed } from '../../../src/content/named-files.js'
import { configOf } from '../../in-memory.js'
import { siteFolder } from '../../site-folder.js'

it('A bibliography that changes while it is read is kept as what it is then, not as what it was', async () => {
  const file = 'content/refs.bib'
  const faulty = '@book{one, title = {One'
  const root = await siteFolder({ [file]: faulty })
  const path = join(root, file)
  const cache = openCache(join(root, 'cache'))
  const config = configOf(`citations: { bibliography: ${file} }`)
  const faults = async (known: readonly NamedFile[]) => {
    const named = namedFiles(root, new Map(known.map((each) => [each.file, each])))
    const sources = citationSources({ config, inventory: { files: new Map() }, named, cache, program: 'x' })
    return (await sources.check([])).map(({ rule }) => rule)
  }
  // A build has seen it, and knows its bytes by their digest alone, when they become others.
  const { bytes: _, ...seen } = takeNamed(root, file)
  writeFileSync(path, '@book{one, title = {One}}')
  expect(await faults([seen])).toEqual([])
  // Then it is again what it was.
  writeFileSync(path, faulty)
  expect(await faults([])).toEqual(['bibliography-is-valid'])
})
