/** A small site as plain data, with everything that one file can depend on in another. */
import { crc32, deflateSync } from 'node:zlib'
import type { Files } from '../site-folder.js'

/** A post or a page: what its file says. */
export interface Document {
  /** `content/posts/alpha.md`, `content/posts/beta/index.md`, `content/pages/about.md`. */
  readonly file: string
  readonly matter: Readonly<Record<string, unknown>>
  /** Paragraphs of Markdown. */
  readonly body: readonly string[]
}

export interface Site {
  readonly documents: readonly Document[]
  /** What site.yaml says. */
  readonly config: Readonly<Record<string, unknown>>
  /** Templates, style sheets and images, by path. */
  readonly files: Files
}

/** Names of posts, in the order in which they are given. */
export const names = [
  ...['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa', 'lambda', 'mu'],
  ...['nu', 'xi', 'omicron', 'pi', 'rho', 'sigma', 'tau', 'upsilon', 'phi', 'chi', 'psi', 'omega'],
] as const

/** The moments at which builds take place, in order; posts are scheduled between them. */
export const moments = ['2024-06-01T12:00Z', '2024-06-02T00:30Z', '2024-06-02T20:00Z', '2024-07-01T00:00Z']

/** Dates that posts have: past, scheduled, on the border of a day, and far in the future. */
export const dates = [
  '2024-01-22',
  '2024-01-22 10:00',
  '2023-12-31T23:30:00-05:00',
  '2024-02-29',
  '2024-06-02',
  '2024-06-02 15:00',
  '2999-01-01',
] as const

export const tags = ['linear algebra', 'C++', 'c#', 'Öl', 'x'] as const

/** Gives the files of a site, the sources of a build. */
export function filesOf({ documents, config, files }: Site): Files {
  return {
    'site.yaml': mapping(config),
    ...files,
    ...Object.fromEntries(documents.map((document) => [document.file, textOf(document)])),
  }
}

function textOf({ matter, body }: Document): string {
  return `---\n${mapping(matter)}---\n\n${body.join('\n\n')}\n`
}

/** YAML in which each value is JSON, which is YAML too. */
function mapping(data: Readonly<Record<string, unknown>>): string {
  return Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('')
}

/** What the first posts have that others do not. */
const own: readonly Document['matter'][] = [
  { image: '/assets/images/a.png' },
  { image: '/assets/images/photo.png', aliases: ['/old/1/'], macros: { '\\own': '\\outer^2' } },
  { expires: '2024-06-02', author: 'ada' },
  { author: 'Bo' },
  { draft: true },
]

/** Gives a site of so many posts; the salt chooses what is in them. */
export function siteOf({ posts, salt }: { readonly posts: number; readonly salt: number }): Site {
  const shape = names.slice(0, posts).map((name, index) => ({
    file: index % 4 === 2 ? `content/posts/${name}/index.md` : `content/posts/${name}.md`,
    matter: {
      title: `Post ${name} with $x_${index % 10}$`,
      date: index === 3 ? '2024-06-02' : (dates[(salt + index) % 4] ?? dates[0]),
      tags: tags.filter((_, at) => (salt + index + at) % 3 === 0),
      category: index % 2 === 0 ? 'Notes' : undefined,
      ...own[index],
      series: index % 3 === 0 ? 'A course' : undefined,
    },
    body: [],
  }))
  const bare: Site = {
    documents: [
      ...shape,
      { file: 'content/pages/about.md', matter: { title: 'About' }, body: ['About us.'] },
    ],
    config: {
      title: 'Notes',
      url: 'https://example.org/',
      markdown: { source: true, wikilinks: true },
      paginate: 3,
      math: { macros: { '\\R': '\\mathbb{R}', '\\inner': '\\mathrm{in}_0', '\\outer': '\\inner+1' } },
      redirects: { '/from/1/': '/old/1/' },
      hosting: { on: ['netlify'], precompress: ['gzip'] },
      theorems: { conjecture: { counter: 'theorem' } },
      callouts: { aside: { hue: 200 } },
      // To make an index takes longer than the rest of a small site: most sites have none to begin with.
      search: salt % 3 === 0,
    },
    files: {
      'content/authors.yaml': authors(1),
      'published.yaml': 'content/pages/about.md:\n  urls: [/about/]\n',
      'assets/images/a.png': png(1),
      'assets/images/b.svg': svg(1),
      'assets/images/photo.png': photo(1),
      'assets/images/grain.png': grain(1),
      'assets/css/custom.css': 'main { --step: 1 }\n',
      'code/train.py': code(1),
      'plugins/add.mjs': plugin(1),
      'content/refs.bib': bibliography(1),
      'content/posts/own.bib': bibliography(2),
      'content/posts/eval.py': code(2),
      ...Object.fromEntries(
        shape
          .filter(({ file }) => file.endsWith('/index.md'))
          .map(({ file }) => [file.replace('index.md', 'fig.png'), png(2)]),
      ),
    },
  }
  const documents = bare.documents.map((document, index) => ({
    ...document,
    body: [
      // Each kind of paragraph is somewhere in a site of five posts or more.
      ...[0, 1, 2, 3].map((part) => paragraph(bare, index * 4 + part, salt + index + part)),
      `Words of ${document.file.length}, ${salt % 10}.`,
    ],
  }))
  return { ...bare, documents }
}

type Paragraph = (number: number, target: string, site: Site) => string

/** What a paragraph may hold. A target is another document's path from content/posts. */
const paragraphs: readonly Paragraph[] = [
  (n) => `Words, "quoted" -- and ${n} more.`,
  (n) => `Inline $x_${n} + \\outer \\in \\R$.`,
  (n) => `## Part ${n}\n\nBelow it.`,
  (n) => `$$\nE_${n} = \\inner c^2 \\label{eq:${n}}\n$$`,
  (n, target) => `See [the other](${target}) and [part ${n}](${target}#part-${n}).`,
  (n) => `As in \\eqref{eq:${n}} and [](#thm:${n}).`,
  (n, target) => `As in \\eqref{${target}#eq:${n}} and [](${target}#thm:${n}).`,
  (n) => `![Image ${n}](/assets/images/${n % 2 === 0 ? 'a.png' : 'b.svg'}) and ![figure](fig.png)`,
  (n) => `![Grain](/assets/images/grain.png${n % 2 === 0 ? ` =${n + 1}0x` : ''}) and ![a film](clip${n}.mp4)`,
  (n) => `\`\`\`${['js', 'python', 'nolanguage'][n % 3]}\nconst value = ${n}\n\`\`\``,
  (n) => `> [!theorem] Name ${n} {#thm:${n}}\n> Words and $\\outer$.`,
  (n) => `![Plot ${n}](/assets/images/a.png "It "is" $x_${n} \\in \\R$"){#fig:${n}}`,
  (n) => `![A](fig.png "A") ![B](/assets/images/b.svg)\n*Both of ${n}* {#fig:${n}}`,
  (n, target) => `As in [](#fig:${n}), \\ref{${target}#fig:${n}} and [](${target}#tab:${n}).`,
  (n) => `| a |\n|---|\n| ${n} |\n\n: Words of $\\outer$ {#tab:${n}}`,
  (n) => `> [!${['NOTE', 'aside', 'tip'][n % 3]}]${['', '-', '+'][n % 3]} Title ${n}\n> Words.`,
  (n) => `> [!${n % 2 === 0 ? 'conjecture' : 'axiom'}]\n> All is ${n}.`,
  (n) => `$a_${n} \\iff b \\Longleftrightarrow \\own$`,
  (n) => `A fault: $\\nosuchcommand{${n}}$ and $$ \\frac{${n} $$ there.`,
  (n) => `A note[^${n}].\n\n[^${n}]: Its text, $\\R^${n}$.`,
  (n) => `<div class="raw">Raw *${n}* <b>bold</b></div>`,
  (n) => `| a | b |\n|---|---|\n| $\\inner$ | ${n} |`,
  (n) => `[Tag](/tags/x/), [gone](/nowhere-${n}/), <https://example.org/${n}>`,
  (n) => `- [ ] item ${n}\n- [x] done`,
  (n, target) =>
    `To [[${target.replace(/^\/|(\/index)?\.md$/g, '')}#Part ${n}]] and [[post ${n}]], ![[fig.png]].`,
  (n) => `Term ${n}\n: "Words" of it, ==x^${n}^==, :tada:.\n\n*[Term]: word ${n}\n\n<!-- more -->`,
  (n, target) =>
    `[Old](/old/1/), [older](/from/${n % 3}/#part-${n}), [by name](/old/${target.replace(/^\/|(\/index)?\.md$/g, '')}/)`,
  (n) => `As [@key${n % 5}, p. ${n}] says, and @key${(n + 1) % 5}; not me@key1.org.`,
  (n) => `A note in the text^[of $\\R^${n}$, see @key${n % 3}].`,
  (n) => `\`\`\`python file="${n % 2 === 0 ? '/code/train.py' : 'eval.py'}" lines=${(n % 3) + 1}-\n\`\`\``,
]

/** Gives a plugin that adds its number and its option to each text. */
export function plugin(number: number): string {
  return `export default (option) => function add(node) {
  if (node.type === 'text') node.value += '${number % 10}' + option
  node.children?.forEach(add)
}
`
}

/** Gives a file of code that posts show lines of. */
export function code(number: number): string {
  return Array.from(
    { length: 2 + (number % 4) },
    (_, line) => `step(${line < 2 ? number % 10 : line})\n`,
  ).join('')
}

/** Gives a bibliography; not every version has every key, and in some an entry is broken. */
export function bibliography(number: number): string {
  const entries = [0, 1, 2, 3, 4].map((key) => {
    const title = `Work ${key === number % 5 ? number % 10 : 0} of $x_${key}$`
    const entry = `@book{key${key}, title = {${title}}, author = {Author, A.}, year = {200${key % 2}}}`
    return key === number % 7 ? entry.slice(0, -1) : entry
  })
  return `${entries.join('\n')}\n`
}

/** Gives a citation style. */
export function citationStyle(number: number): string {
  const text = `<text variable="title"/><text value=" ${number % 10}"/>`
  return `<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="${number % 3 === 0 ? 'note' : 'in-text'}">
<info><title>Own</title><id>own</id><updated>2024-01-01T00:00:00Z</updated></info>
<citation><layout>${text}</layout></citation><bibliography><layout>${text}</layout></bibliography></style>\n`
}

/** Gives a paragraph of some kind, and so that `by` chooses its number and what it refers to. */
export function paragraph(site: Site, kind: number, by: number): string {
  const make = paragraphs[kind % paragraphs.length] ?? ((n: number) => `${n}`)
  const target = site.documents[by % Math.max(1, site.documents.length)]?.file ?? 'content/posts/none.md'
  return make(by % 10, `/${target}`.replace('/content/posts/', ''), site)
}

/** Gives a content/authors.yaml; not every version of it can be read. */
export function authors(number: number): string {
  const ada = `ada: { name: Ada ${number % 3}, avatar: /assets/images/${number % 2 === 0 ? 'a.png' : 'b.svg'} }\n`
  const bo = `bo: { name: Bo, bio: "In ${number % 10} words.", links: { A: /posts/alpha/ } }\n`
  return [ada, ada + bo, bo, ada + bo, ada + bo, `${ada}bo: { nmae: Bo }\n`][number % 6] ?? ada
}

/** Gives an SVG; those of all numbers below ten have the same size. */
export function svg(number: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${number % 10}" height="2"/>\n`
}

/** Gives a PNG large enough for a card, of one colour. */
export function photo(number: number): Uint8Array {
  return image(400, 220, number)
}

/** Gives a PNG that does not compress to nothing, so that it is encoded anew. */
export function grain(number: number): Uint8Array {
  let state = 1 + (number % 10)
  const next = () => {
    state = (state * 48_271) % 2_147_483_647
    return state % 256
  }
  return imageOf(80, 50, () => Array.from({ length: 80 }, next))
}

/** Gives a PNG of one pixel; those of numbers below ten, or above, have the same size in bytes, and other widths. */
export function png(number: number): Uint8Array {
  return image(number % 20 < 10 ? 1 : 3, 1, number, 0)
}

function image(width: number, height: number, colour: number, level = 9): Uint8Array {
  return imageOf(width, height, () => Array<number>(width).fill(colour % 256), level)
}

function imageOf(width: number, height: number, lineOf: () => readonly number[], level = 9): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const lines = Array.from({ length: height }, () => [0, ...lineOf()])
  const pixels = deflateSync(Buffer.from(lines.flat()), { level })
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  return Buffer.concat([
    Buffer.from(signature),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}
