import { readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { takeInventory } from '../../../src/content/inventory.js'
import { formsOf, parseWords, placeholdersOf, wordBook } from '../../../src/content/word-book.js'
import { builtIns } from '../../../src/package.js'
import { speaker, type Words } from '../../../src/words.js'
import { siteFolder } from '../../site-folder.js'
import { builtInWords } from '../../words.js'

const repository = fileURLToPath(new URL('../../../', import.meta.url))
const folder = join(repository, 'templates/words')
const languages = readdirSync(folder).map((file) => file.replace('.yaml', ''))
const say = speaker()

/** What a built-in file says, read by itself, without what other languages fill in. */
function fileOf(lang: string): Words {
  const source = readFileSync(join(folder, `${lang}.yaml`), 'utf8')
  const { words, diagnostics } = parseWords(source, { file: lang, lang, reference: null })
  expect(diagnostics).toEqual([])
  return words
}

const english = fileOf('en')

/** The word book of a site with these words files, by their names. */
async function bookOf(files: Readonly<Record<string, string>>) {
  const named = Object.entries(files).map(([name, text]) => [`templates/words/${name}`, text])
  const root = await siteFolder(Object.fromEntries(named))
  return wordBook(takeInventory(root, builtIns(), null).files)
}

/** What is wrong with a site's words file, as `line:column message → hint`. */
async function faults(text: string, name = 'de.yaml'): Promise<readonly string[]> {
  const { diagnostics } = await bookOf({ [name]: text })
  return diagnostics.map(({ rule, file, line, column, message, hint }) => {
    expect([rule, file]).toEqual(['words-are-valid', `templates/words/${name}`])
    const place = line === undefined ? '' : `${line}:${column} `
    return `${place}${message}${hint === undefined ? '' : ` → ${hint}`}`
  })
}

describe('The words that come with Scholium', () => {
  it('are there in English and German', () => {
    expect(languages).toEqual(expect.arrayContaining(['en', 'de']))
  })

  it.each(languages)('have the same keys and placeholders in %s as in English', (lang) => {
    const words = fileOf(lang)
    expect(Object.keys(words).sort()).toEqual(Object.keys(english).sort())
    const holes = (word: Words[string]) =>
      [...new Set(Object.values(formsOf(word)).flatMap(placeholdersOf))].sort()
    const differing = Object.keys(english).filter(
      (key) => String(holes(words[key] ?? '')) !== String(holes(english[key] ?? '')),
    )
    expect(differing).toEqual([])
  })

  it.each(languages)('have a form for every plural category of %s', (lang) => {
    const { pluralCategories } = new Intl.PluralRules(lang).resolvedOptions()
    for (const word of Object.values(fileOf(lang))) {
      const forms = Object.keys(formsOf(word))
      if (forms.length > 1) expect(forms.sort()).toEqual([...pluralCategories].sort())
    }
  })

  it('are all used, and templates ask for no others', () => {
    const sources = ['templates', 'src'].flatMap((name) =>
      readdirSync(join(repository, name), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(html|ts)$/.test(file))
        .map((file) => ({ file, text: readFileSync(join(repository, name, file), 'utf8') })),
    )
    const asked = sources
      .filter(({ file }) => file.endsWith('.html'))
      .flatMap(({ text }) => [...text.matchAll(/\bwords\.(\w+)/g)].map(([, key = '']) => key))
    expect(asked.filter((key) => !Object.hasOwn(english, key))).toEqual([])
    const code = sources.map(({ text }) => text).join('\n')
    const unused = Object.keys(english).filter(
      (key) => !asked.includes(key) && !new RegExp(`'${key}'|^ *${key}: /|words\\.${key}\\b`, 'm').test(code),
    )
    expect(unused).toEqual([])
  })
})

describe('The words of a site', () => {
  it('are those of its language, in the plural that the number asks for', () => {
    const words = builtInWords.in('de')
    expect(say(words, 'archive')).toBe('Archiv')
    expect([1, 2, 1234].map((n) => say(words, 'posts', { n }))).toEqual([
      '1 Beitrag',
      '2 Beiträge',
      '1.234 Beiträge',
    ])
    expect(say(builtInWords.in('en'), 'posts', { n: 1234 })).toBe('1,234 posts')
  })

  it('fall back from a kind of a language to the language, and to English', () => {
    expect(say(builtInWords.in('de-AT'), 'archive')).toBe('Archiv')
    expect(say(builtInWords.in('fr'), 'archive')).toBe('Archive')
    expect(builtInWords.in('fr')).toEqual(english)
  })

  it('are its own where it has them, and one file is one more language', async () => {
    const { in: wordsIn, diagnostics } = await bookOf({
      'de.yaml': 'tags: Stichworte\n',
      'de-at.yaml': 'draft: Konzept\n',
      'pl.yaml': 'posts: { one: "{n} wpis", few: "{n} wpisy", many: "{n} wpisów", other: "{n} wpisu" }\n',
      'empty.html': 'no words',
      'uk.yaml': '# none yet\n',
    })
    expect(diagnostics).toEqual([])
    const austrian = wordsIn('de-AT')
    expect(['tags', 'draft', 'archive'].map((key) => say(austrian, key))).toEqual([
      'Stichworte',
      'Konzept',
      'Archiv',
    ])
    expect(say(wordsIn('de'), 'draft')).toBe('Entwurf')
    const polish = wordsIn('pl')
    expect([1, 2, 5, 22].map((n) => say(polish, 'posts', { n }))).toEqual([
      '1 wpis',
      '2 wpisy',
      '5 wpisów',
      '22 wpisy',
    ])
    // A word that fell back is written by the rules of its own language.
    expect(say(polish, 'readTime', { n: 1000 })).toBe('1,000 min read')
    expect(wordsIn('uk')).toEqual(english)
  })

  it('may leave out a placeholder', async () => {
    const { in: wordsIn, diagnostics } = await bookOf({
      'en.yaml': 'posts: { one: one post, other: "{n} posts" }',
    })
    expect(diagnostics).toEqual([])
    expect(say(wordsIn('en'), 'posts', { n: 1 })).toBe('one post')
  })

  it.each([
    ['archiv: x', '1:1 There is no word "archiv". → Did you mean "archive"?'],
    ['tags: A\n\nzzz: x', '3:1 There is no word "zzz".'],
    ['tags: 3', '1:7 "tags" must be text, or texts by plural category.'],
    ['tags: [a]', '1:1 "tags" must be text, or texts by plural category.'],
    ['posts: { one: a }', '1:8 "posts" must have the form "other".'],
    [
      'posts: { few: "{n}", other: "{n}" }',
      '1:8 "posts" has a form "few", which "de" does not have: there are one, other.',
    ],
    ['olderPosts: "Ältere {n}"', '1:13 "olderPosts" has {n}, which nothing fills.'],
    ['pageOf: "{n}"', '1:9 "pageOf" has {n}, which nothing fills: it may hold {number} and {count}.'],
    ['- a', '1:1 templates/words/de.yaml must hold words by key, as "archive: Archive".'],
  ])('are reported where they are %j', async (text, fault) => {
    expect(await faults(text)).toEqual([fault])
  })

  it('are reported where the file is no YAML, or named by no language', async () => {
    expect(await faults('tags: "a')).toEqual([
      expect.stringMatching(/^1:\d+ templates\/words\/de.yaml is not valid YAML: /),
    ])
    const hint = 'A words file is named by a language tag, as de.yaml or pt-BR.yaml.'
    for (const name of ['de_DE.yaml', 'de.yml'])
      expect(await faults('', name)).toEqual([
        `templates/words/${name} is not named by a language. → ${hint}`,
      ])
  })

  it('are none where the file is a link that leads elsewhere', async () => {
    const root = await siteFolder({ 'templates/words/en.yaml': '', 'secret.yaml': 'tags: no' })
    symlinkSync(join(root, 'secret.yaml'), join(root, 'templates/words/de.yaml'))
    const book = wordBook(takeInventory(root, builtIns(), null).files)
    expect(book.diagnostics).toMatchObject([{ rule: 'file-is-readable', file: 'templates/words/de.yaml' }])
    expect(say(book.in('de'), 'tags')).toBe('Schlagwörter')
  })
})
