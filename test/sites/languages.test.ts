/** The German site in other languages: whatever is not its author's must come from the words files. */
import { readdirSync, readFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SKIP, visit } from 'unist-util-visit'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { build } from '../../src/build.js'
import { formsOf } from '../../src/content/word-book.js'
import type { Word } from '../../src/words.js'
import { parseHtml } from '../readable.js'
import { type Files, siteFolder, writeFiles } from '../site-folder.js'
import { builtInWords } from '../words.js'

const german = fileURLToPath(new URL('german', import.meta.url))

/** Builds the German site with the theme in a language, some files added, and gives the texts of each page. */
async function textsIn(lang: string, more: Files = {}): Promise<readonly string[]> {
  const root = await siteFolder()
  await cp(german, root, { recursive: true, filter: (path) => !path.endsWith('expected') })
  const config = readFileSync(join(german, 'site.yaml'), 'utf8').replace('lang: de', `lang: ${lang}`)
  // Nothing else in the site has words of a language of its own.
  const guest = readFileSync(join(german, 'content/posts/an-english-guest.md'), 'utf8').replace('lang: en\n', '')
  await writeFiles(root, {
    'site.yaml': config,
    'content/posts/an-english-guest.md': guest,
    'content/posts/undatiert.md': '---\ntitle: Undatiert\n---\n\nOhne Datum.\n',
    ...more,
  })
  const out = join(root, 'dist')
  const result = await build({ root, out, drafts: true, now: new Date('2024-04-01T00:00Z') })
  expect(result.ok).toBe(true)
  const pages = [...result.outputs.keys()].filter((output) => output.endsWith('.html'))
  expect(pages.length).toBeGreaterThan(15)
  return pages.flatMap((page) => textsOf(readFileSync(join(out, page), 'utf8')))
}

const spoken = ['ariaLabel', 'title', 'alt', 'dataSystem', 'dataLight', 'dataDark']

/** Every text of a page that a reader may see or hear, but for formulas, dates, which Intl writes, and BibTeX. */
function textsOf(html: string): readonly string[] {
  const texts: string[] = []
  visit(parseHtml(html), (node) => {
    if (node.type === 'text') texts.push(node.value)
    if (node.type !== 'element') return undefined
    const { tagName, properties } = node
    for (const name of spoken) if (typeof properties[name] === 'string') texts.push(properties[name])
    if (tagName === 'meta' && properties.name === 'description') texts.push(String(properties.content))
    const isMath = Array.isArray(properties.className) && properties.className.includes('katex')
    const isForAll = isMath || ['time', 'script', 'style'].includes(tagName) || properties.translate === 'no'
    return isForAll ? SKIP : undefined
  })
  return texts
}

function wordsIn(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => text.toLowerCase().match(/\p{L}{2,}/gu) ?? []))
}

/** The words of the site's author. */
const authored = wordsIn([
  'Undatiert. Ohne Datum.',
  ...readdirSync(german, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(md|yaml)$/.test(file) && !file.startsWith('expected'))
    .map((file) => readFileSync(join(german, file), 'utf8')),
])

/** Names, which are the same in every language: formats of feeds. */
const names = wordsIn(['Atom, RSS, JSON'])

/** Gives the words of texts that are neither the author's nor names nor some others'. */
function strange(texts: readonly string[], known: ReadonlySet<string> = new Set()): readonly string[] {
  return [...wordsIn(texts)]
    .filter((word) => !authored.has(word) && !names.has(word) && !known.has(word))
    .sort()
}

/** Gives a text without what stands between ⟦ and ⟧, which may hold more of the kind. */
function withoutMarked(text: string): string {
  const less = text.replace(/⟦[^⟦⟧]*⟧/g, '')
  return less === text ? text : withoutMarked(less)
}

function wordsOfFile(lang: string): ReadonlySet<string> {
  return wordsIn(Object.values(builtInWords.in(lang)).flatMap((word) => Object.values(formsOf(word))))
}

describe('The German site', () => {
  it('has no word on its pages that the English one has too, but those that are the same in both', async () => {
    const [inGerman, inEnglish] = [await textsIn('de'), await textsIn('en')]
    const english = new Set(strange(inEnglish))
    expect(english.size).toBeGreaterThan(40)
    const both = strange(inGerman).filter((word) => english.has(word))
    const same = wordsOfFile('de')
    expect(both.filter((word) => !same.has(word))).toEqual([])
    const common = ['browser', 'feed', 'in', 'javascript', 'lemma', 'link', 'system']
    expect(both).toEqual(common.filter((word) => !authored.has(word)))
  })

  it('has no word on its pages that stands neither in the words file nor in its content', async () => {
    expect(strange(await textsIn('de'), wordsOfFile('de'))).toEqual([])
  })

  it('has all words in another language where there is a file of it', async () => {
    const marked = ([key, word]: [string, Word]) => {
      const forms = Object.entries(formsOf(word)).map(([category, text]) => [category, `⟦${text}⟧`])
      return [key, typeof word === 'string' ? `⟦${word}⟧` : Object.fromEntries(forms)]
    }
    const words = Object.fromEntries(Object.entries(builtInWords.in('en')).map(marked))
    const texts = await textsIn('tlh', { 'templates/words/tlh.yaml': stringify(words) })
    expect(strange(texts.map(withoutMarked))).toEqual([])
  })

  it('has strange words where a template of its own has some', async () => {
    const home = `{% layout 'base' %}{% block main %}<p>Newest posts</p>{% endblock %}`
    expect(strange(await textsIn('de', { 'templates/home.html': home }), wordsOfFile('de'))).toEqual([
      'newest',
      'posts',
    ])
  })
})
