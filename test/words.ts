/** The words that come with Scholium, for tests of single steps. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeInventory } from '../src/content/inventory.js'
import { type WordBook, wordBook } from '../src/content/word-book.js'
import { type BodyWords, bodyWords } from '../src/markdown/body-words.js'
import { builtIns } from '../src/package.js'

/** The words of every language that Scholium has. */
export const builtInWords: WordBook = wordBook(builtInFiles())

function builtInFiles() {
  const empty = mkdtempSync(join(tmpdir(), 'scholium-empty-'))
  const { files } = takeInventory(empty, builtIns(), null)
  rmSync(empty, { recursive: true })
  return files
}

/** What the theme says within texts in English. */
export const englishBodyWords: BodyWords = bodyWords(builtInWords.in('en'), 'en')
