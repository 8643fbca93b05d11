/** The sources of a folder, read all at once. */
import { takeInventory } from '../src/content/inventory.js'
import { readDocument, type SourceFile, type StaticFile, sourcesOf } from '../src/content/source.js'
import type { Diagnostic } from '../src/diagnostics.js'

/** What a folder holds: documents as texts, other files by name, and what cannot be read. */
export interface ReadSources {
  readonly documents: readonly SourceFile[]
  readonly statics: readonly StaticFile[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads the sources of a folder as a first build does. */
export function readSources(root: string): ReadSources {
  const inventory = takeInventory(root, [], null)
  const { documents, statics } = sourcesOf(inventory)
  const read = documents.map(readDocument)
  return {
    documents: read.flatMap(({ document }) => {
      if (!document) return []
      const { kind, file, text } = document
      return [{ kind, file, text }]
    }),
    statics: statics.map(({ file }) => ({ file })),
    diagnostics: [...inventory.diagnostics, ...read.flatMap(({ diagnostics }) => diagnostics)],
  }
}
