/** How a post is cited: an entry for BibTeX, and what Google Scholar reads. */
import { digestOf } from '../digest.js'
import { splitMath } from '../markdown/math/split.js'
import { type Memory, noMemory } from '../memory.js'
import { mathOf } from '../render/body.js'
import type { Article } from './article.js'
import type { NamedAuthors } from './authors.js'
import type { CitationData } from './page.js'
import type { Site } from './site.js'

/**
 * Whether a post can be cited: it is published, and says who wrote it. Drafts and posts that are yet to appear are not.
 */
export function isCitable({ post, future, expired }: Article, { config }: Pick<Site, 'config'>): boolean {
  return config.cite && post.kind === 'post' && !post.draft && !future && !expired && post.authors.length > 0
}

/**
 * Gives what Google Scholar wants to know of a post, or null where it lacks what Scholar asks for: a title, an author
 * and a date (https://scholar.google.com/intl/en/scholar/inclusion.html#indexing).
 */
export function citationOf(article: Article, site: Site): CitationData | null {
  const { date } = article.post
  if (!isCitable(article, site) || date === null) return null
  const day = [digits(date.year, 4), digits(date.month, 2), digits(date.day, 2)].join('/')
  return { authors: namesOf(article, site.authors), date: day }
}

/** Gives the names of those who wrote a post, each once: one may be named by key and by name. */
export function namesOf(
  { post }: Article,
  { profileOf }: Pick<NamedAuthors, 'profileOf'>,
): readonly string[] {
  return [...new Set(post.authors.map(({ name }) => profileOf(name)?.name ?? name))]
}

/** The names of months as BibTeX's styles define them. */
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const

/**
 * Gives the entry of a post for BibTeX. Its title is LaTeX: words escaped, formulas as the author wrote them. `url` is
 * the post's own, absolute, or null.
 */
export function bibtexOf(article: Article, key: string, url: string | null, site: Site): string {
  const { post, outline } = article
  const { config, authors } = site
  const { date } = post
  const title =
    post.title === null
      ? latexText(outline.title.text)
      : splitMath(post.title, mathOf(post, config))
          .map((part) => (part.type === 'math' ? latexMath(part.value) : latexText(unescaped(part.value))))
          .join('')
          .trim()
  const fields: readonly (readonly [name: string, value: string | null])[] = [
    ['author', `{${namesOf(article, authors).map(bibtexName).join(' and ')}}`],
    // In braces twice, so that styles leave capitals as they are.
    ['title', `{{${title}}}`],
    ['howpublished', `{${latexText(config.title)}}`],
    ['year', date && `{${digits(date.year, 4)}}`],
    ['month', date && (months[date.month - 1] ?? null)],
    ['url', url && `{${url}}`],
  ]
  const lines = fields.flatMap(([name, value]) =>
    value === null ? [] : [`  ${name.padEnd('howpublished'.length)} = ${value},\n`],
  )
  return `@misc{${key},\n${lines.join('')}}`
}

/**
 * Gives the keys that posts are cited by, `example2024gradient-descent`: the first author's last name, the year and the
 * slug, in the letters that every BibTeX takes. A key stays as it is while other posts come and go: only where two
 * posts would have one key are both told apart by their URLs.
 */
export function citationKeys(
  articles: readonly Article[],
  authors: NamedAuthors,
  memory: Memory = noMemory,
): ReadonlyMap<Article, string> {
  const plain = articles.map((article) => {
    const { post } = article
    const make = () => plainKey(article, authors)
    return [article, memory.kept('citation key', post.file, [post, authors], make)] as const
  })
  const counts = new Map<string, number>()
  for (const [, key] of plain) counts.set(key, (counts.get(key) ?? 0) + 1)
  return new Map(
    plain.map(([article, key]) => [
      article,
      counts.get(key) === 1 ? key : `${key}-${digestOf(article.post.url).slice(0, 6)}`,
    ]),
  )
}

function plainKey(article: Article, authors: NamedAuthors): string {
  const { date, slug, url } = article.post
  const [name = ''] = namesOf(article, authors)
  const last = name.includes(',') ? name.slice(0, name.indexOf(',')) : (name.trim().split(/\s+/).at(-1) ?? '')
  const family = asciiOf(last).replace(/[^a-z0-9]/g, '')
  const words = asciiOf(slug)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return `${family}${date ? digits(date.year, 4) : ''}${words || digestOf(url).slice(0, 8)}`
}

function asciiOf(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase()
}

function digits(number: number, count: number): string {
  return String(number).padStart(count, '0')
}

/** A dollar sign that was kept from opening a formula. */
function unescaped(text: string): string {
  return text.replaceAll('\\$', '$')
}

/** Characters that mean something to LaTeX, and how they are written. Braces are named, since BibTeX counts them. */
const latexCharacters: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '"': "''",
}

/** Gives text as LaTeX, without line breaks. */
function latexText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\{}^~<>"]/g, (character) => latexCharacters[character] ?? character)
    .replace(/[$&#%_]/g, '\\$&')
}

/** Gives a formula as TeX between dollars, with as many braces and dollars opened as closed, whatever the author wrote. */
function latexMath(tex: string): string {
  const named = tex.replace(/\s+/g, ' ').trim().replace(/\\\{/g, '\\lbrace ').replace(/\\\}/g, '\\rbrace ')
  // A space behind a backslash belongs to it.
  const whole = /(?<!\\)(?:\\\\)*\\$/.test(named) ? `${named} ` : named
  return isBalanced(whole) ? `$${whole}$` : latexText(tex)
}

/** Whether braces and, within them, dollars come in pairs: `\text{if $x$}`. A dollar without braces would end the formula. */
function isBalanced(tex: string): boolean {
  const dollars = [0]
  for (const [sign] of tex.matchAll(/\\[\s\S]|[{}$]/g)) {
    if (sign === '{') dollars.push(0)
    else if (sign === '}' && (dollars.pop() ?? 1) % 2 !== 0) return false
    else if (sign === '$') dollars.push((dollars.pop() ?? 0) + 1)
    if (dollars.length === 0) return false
  }
  return dollars.length === 1 && dollars[0] === 0
}

/** A name as BibTeX reads it: that of a group, and one with the word that parts names, stays whole between braces. */
function bibtexName(name: string): string {
  const text = latexText(name)
  return /^the\s|\sand\s/i.test(name) ? `{${text}}` : text
}
