/** What people do to a site between two builds, as functions from one site to the next. */
import {
  authors,
  bibliography,
  citationStyle,
  code,
  type Document,
  dates,
  grain,
  names,
  paragraph,
  photo,
  plugin,
  png,
  type Site,
  svg,
  tags,
} from './site.js'

/** A site after an edit, and the edit as a sentence. */
export interface Edited {
  readonly site: Site
  readonly says: string
}

/** An edit; `at` chooses what is edited, `by` what it becomes. Null where there is nothing to edit. */
export type Edit = (site: Site, at: number, by: number) => Edited | null

const isPost = ({ file }: Document) => file.startsWith('content/posts/')
const isPage = (document: Document) => !isPost(document)
const isSharing = ({ matter }: Document) => JSON.stringify(matter.aliases ?? '').includes(sharedAlias)
const isBroken = ({ matter }: Document) => matter.draft === brokenFlag

const authorsPath = 'content/authors.yaml'
const pluginPath = 'plugins/add.mjs'

/** An alias that more than one post may have. */
const sharedAlias = '/old/shared/'

/** No boolean: front matter with it cannot be read, which is an error. */
const brokenFlag = 'perhaps'

function nth<T>(list: readonly T[], at: number): T | undefined {
  return list[at % Math.max(1, list.length)]
}

/** Edits one document of those that are of a kind. */
function document(
  isMeant: (document: Document) => boolean,
  change: (
    document: Document,
    by: number,
    site: Site,
  ) => { readonly to: Partial<Document>; readonly says: string } | null,
): Edit {
  return (site, at, by) => {
    const old = nth(site.documents.filter(isMeant), at)
    const changed = old && change(old, by, site)
    if (!old || !changed) return null
    const documents = site.documents.map((each) => (each === old ? { ...old, ...changed.to } : each))
    return { site: { ...site, documents }, says: `${changed.says} (${old.file})` }
  }
}

/** Sets one key of a document's front matter. */
function matter(key: string, values: readonly unknown[], isMeant = isPost): Edit {
  return document(isMeant, (old, by) => {
    const value = nth(values, by)
    const says = value === undefined ? `${key} is removed` : `${key} is now ${JSON.stringify(value)}`
    return { to: { matter: { ...old.matter, [key]: value } }, says }
  })
}

/** Sets a key of site.yaml, or one below `math`. */
function config(choices: readonly (readonly [key: string, value: unknown])[]): Edit {
  return (site, at) => {
    const [key, value] = nth(choices, at) ?? ['title', undefined]
    const shown = value === undefined ? 'no more' : JSON.stringify(value)
    return {
      site: { ...site, config: { ...site.config, [key]: value } },
      says: `site.yaml has ${key}: ${shown}`,
    }
  }
}

type Mathematics = Readonly<Record<string, unknown>> & { readonly macros?: Readonly<Record<string, unknown>> }

function math(site: Site): Mathematics {
  return (site.config.math ?? {}) as Mathematics
}

const macroNames = [
  '\\R',
  '\\inner',
  '\\outer',
  '\\own',
  '\\Longleftrightarrow',
  '\\unused',
  '\\iff',
  'inner',
]
const macroBodies = [
  '\\mathbb{R}',
  '\\mathbf{R}',
  '\\mathrm{in}_0',
  '\\mathrm{in}_1',
  '\\inner+1',
  '\\inner+2',
  '\\to',
]

const editMacro: Edit = (site, at, by) => {
  const name = nth(macroNames, at) ?? '\\R'
  const { macros = {}, ...others } = math(site)
  // One time in four it is removed. No macro stands for itself, which has no end.
  const body = by % 4 === 3 ? undefined : macroBodies.filter((text) => !text.includes(name))[by % 5]
  const changed = { ...site.config, math: { ...others, macros: { ...macros, [name]: body } } }
  const says = body === undefined ? `the macro ${name} is removed` : `the macro ${name} is now ${body}`
  return { site: { ...site, config: changed }, says }
}

/** Puts a file in place, or removes it if it is there already and `by` says so. */
function file(
  choices: readonly (readonly [path: string, content: (by: number) => string | Uint8Array])[],
): Edit {
  return (site, at, by) => {
    const [path, content] = nth(choices, at) ?? ['assets/none.txt', () => '']
    if (by % 4 === 3) return without(site, path)
    return {
      site: { ...site, files: { ...site.files, [path]: content(by) } },
      says: `${path} has version ${by}`,
    }
  }
}

function without(site: Site, path: string): Edited | null {
  if (!Object.hasOwn(site.files, path)) return null
  const { [path]: _, ...files } = site.files
  return { site: { ...site, files }, says: `${path} is deleted` }
}

const postTemplate = (by: number) =>
  `{% layout 'base' -%}{% block main %}<h1>{{ post.titleHtml | raw }}</h1>{% render 'marks', post: post %}
{%- if post.next %}<a href="{{ post.next.url }}">{{ post.next.title }}</a>{% endif -%}
<div>${by % 10}{{ post.content | raw }}</div>{% endblock %}\n`

const templates: Parameters<typeof file>[0] = [
  ['templates/post.html', postTemplate],
  [
    'templates/marks.html',
    (by) => `{% if post.draft %}<i>draft ${by % 10}</i>{% endif %}<!-- ${by % 10} -->`,
  ],
  [
    'templates/post-list.html',
    (by) => `{% for post in posts %}<p>${by % 10}{{ post.title }}</p>{% endfor %}`,
  ],
  ['templates/pager.html', (by) => `<p>{{ pager.number }} of {{ pager.count }}, ${by % 10}</p>`],
  [
    'templates/term.html',
    (by) => `{% layout 'base' %}{% block main %}${by % 10}{{ term.title }}{% endblock %}`,
  ],
  ['templates/authors.html', (by) => `By ${by % 10}{% for author in authors %}{{ author.name }}{% endfor %}`],
  // Not every version of it is well-formed: the build fails until it is replaced.
  [
    'templates/page.html',
    (by) => `${by % 5 === 4 ? '{% if %}' : ''}<p>${by % 10}</p>{{ post.content | raw }}`,
  ],
  ['templates/parts/unused.html', (by) => `${by % 10}`],
]

const words: Parameters<typeof file>[0] = [
  ['templates/words/en.yaml', (by) => `olderPosts: Older ${by % 10}\ntheorem: Claim ${by % 3}\n`],
  [
    'templates/words/en.yaml',
    (by) => `footnotes: Notes ${by % 10}\nreferenceElsewhere: '{name}/${by % 5}'\n`,
  ],
  // Not every version of it is valid: the build fails until it is replaced.
  ['templates/words/de.yaml', (by) => `${by % 5 === 4 ? 'arkiv' : 'archive'}: Ablage ${by % 10}\n`],
  ['templates/words/ar.yaml', (by) => `taskDone: تم ${by % 10}\nposts: '{n}'\n`],
]

const styles: Parameters<typeof file>[0] = [
  ['assets/css/custom.css', (by) => `main { --step: ${by % 10} }\n`],
  ['assets/css/custom.css', (by) => `@import "./_part.css";\nmain { --step: ${by % 10} }\n`],
  ['assets/css/feed.css', (by) => `@import "./_part.css";\nentry { --step: ${by % 10} }\n`],
  ['assets/css/_part.css', (by) => `article { --part: ${by % 10} }\n`],
  ['assets/js/theme.js', (by) => `document.title += ${by % 10}\n`],
  ['assets/favicon.svg', svg],
]

const images: Parameters<typeof file>[0] = [
  ['assets/images/a.png', png],
  ['assets/images/b.svg', svg],
  ['assets/images/photo.png', photo],
  ['assets/images/photo.png', (by) => photo(by).subarray(0, 80)],
  ['assets/images/grain.png', grain],
  ['assets/images/grain.dark.png', grain],
  ['assets/images/grain.png', (by) => grain(by).subarray(0, 2500)],
  ['assets/robots.txt', (by) => `User-agent: *\nDisallow: /${by % 10}/\n`],
  ['content/posts/gamma/fig.png', png],
  ['assets/files/data.bin', (by) => Buffer.alloc(300 + (by % 2), by)],
]

/** Code that posts show, where it is and where it is not yet. */
const codes: Parameters<typeof file>[0] = [
  ['code/train.py', code],
  ['content/posts/eval.py', code],
  ['content/posts/gamma/eval.py', code],
]

/** What posts cite from, and in which style. */
const sources: Parameters<typeof file>[0] = [
  ['content/refs.bib', bibliography],
  ['content/more.bib', bibliography],
  ['content/posts/own.bib', bibliography],
  ['styles/own.csl', citationStyle],
]

function unusedName(site: Site, by: number): string | undefined {
  const isUsed = (name: string) => site.documents.some((each) => new RegExp(`\\b${name}[./]`).test(each.file))
  const free = names.filter((name) => !isUsed(name))
  return nth(free, by)
}

const bodyEdits = (isMeant: (each: Document) => boolean, says: string) =>
  document(isMeant, (old, by, site) => {
    const place = by % Math.max(1, old.body.length)
    const text = paragraph(site, Math.floor(by / 3), by)
    return {
      to: { body: old.body.with(old.body.length === 0 ? 0 : place, text) },
      says: `${says}: ${JSON.stringify(text)}`,
    }
  })

/** Every edit, by name, each with how often it is to be chosen. */
export const edits: Readonly<Record<string, { readonly weight: number; readonly edit: Edit }>> = {
  body: { weight: 6, edit: bodyEdits(({ body }) => body.length > 0, 'a paragraph is now') },
  number: {
    weight: 4,
    // The size of the file stays as it is.
    edit: document(
      ({ body }) => body.some((text) => /\d/.test(text)),
      ({ body }, by) => ({
        to: { body: body.map((text) => text.replace(/\d/g, (digit) => `${(Number(digit) + by) % 10}`)) },
        says: `each digit of the body is ${by % 10} more`,
      }),
    ),
  },
  emptied: { weight: 1, edit: document(isPost, () => ({ to: { body: [''] }, says: 'the body is emptied' })) },
  title: {
    weight: 3,
    edit: matter('title', ['Title 1', 'Title 2', 'With $\\outer$', undefined, 'C++ & "q"']),
  },
  date: { weight: 3, edit: matter('date', [...dates, undefined]) },
  tags: {
    weight: 3,
    edit: matter('tags', [[], ['x'], ['X', 'C++'], [...tags], 'x, Öl', ['linear algebra']]),
  },
  category: { weight: 1, edit: matter('category', ['Notes', 'notes', 'Other', undefined]) },
  slug: { weight: 2, edit: matter('slug', ['moved', 'beta', undefined, 'Ünïcode']) },
  permalink: { weight: 1, edit: matter('permalink', ['/own/place/', undefined, '/about-us.html']) },
  draft: { weight: 3, edit: matter('draft', [true, false, undefined]) },
  lead: {
    weight: 2,
    edit: matter('image', [
      ...['/assets/images/photo.png', '/assets/images/a.png', '/assets/images/b.svg', undefined],
      'https://example.com/x.png',
    ]),
  },
  excerpt: { weight: 1, edit: matter('excerpt', ['In short 1.', 'In short 2.', undefined]) },
  authors: { weight: 1, edit: matter('author', ['ada', ['Bo', 'Ada 1'], 'Adda 1', 'Guest', undefined]) },
  profiles: { weight: 3, edit: file([[authorsPath, authors]]) },
  series: { weight: 2, edit: matter('series', ['A course', ['a  Course', 'Other'], 'Other', undefined]) },
  part: { weight: 1, edit: matter('part', [1, 2, 0.5, undefined]) },
  link: {
    weight: 2,
    edit: document(isPost, ({ body }, by, site) => {
      const text = paragraph(site, 4, by)
      return { to: { body: [...body, text] }, says: `the body ends with ${text}` }
    }),
  },
  aliases: {
    weight: 3,
    edit: document(isPost, ({ file: path, matter: old }, by) => {
      const name = path.replace(/^content\/posts\/|(\/index)?\.md$/g, '')
      // Two posts with one alias are an error.
      const aliases = nth([[`/old/${name}/`], ['/old/1/', `/old/${name}.html`], [sharedAlias], undefined], by)
      return { to: { matter: { ...old, aliases } }, says: `aliases are now ${JSON.stringify(aliases)}` }
    }),
  },
  expires: {
    weight: 2,
    edit: matter('expires', ['2024-06-02', '2024-06-02 15:00', '2020-01-01', '2999-01-01', undefined]),
  },
  record: {
    weight: 2,
    // Not all of it is there: the build fails until it is, or until it is repaired.
    edit: file([
      ['published.yaml', (by) => `content/posts/alpha.md:\n  urls: [/posts/alpha/]\n  id: tag:${by % 10}\n`],
      ['published.yaml', (by) => `content/pages/about.md:\n  urls: [/about/, /from/${by % 3}/]\n`],
    ]),
  },
  own: {
    weight: 2,
    edit: matter('macros', [
      { '\\own': '\\outer^2' },
      { '\\own': 'o' },
      { '\\inner': 'i' },
      { own: 'p' },
      undefined,
    ]),
  },
  numbering: {
    weight: 1,
    edit: matter('math', [{ numbering: 'all' }, { output: 'mathml' }, undefined, { padded: true }]),
  },
  language: { weight: 1, edit: matter('lang', ['de', 'en', 'ar', undefined]) },
  updated: { weight: 1, edit: matter('updated', ['2024-05-01', '2024-05-01 10:00', undefined]) },
  feedId: { weight: 1, edit: matter('id', ['/old/id.html', 'tag:example.org,2020:a', undefined]) },
  extra: { weight: 1, edit: matter('mood', ['good', 'bad', undefined]) },
  rename: {
    weight: 3,
    edit: document(isPost, ({ file: old }, by, site) => {
      const name = unusedName(site, by)
      if (name === undefined || old.endsWith('/index.md')) return null
      const to = `content/posts/${by % 3 === 0 ? '2024-03-05-' : ''}${name}.md`
      return { to: { file: to }, says: `renamed to ${to}` }
    }),
  },
  bundle: {
    weight: 1,
    edit: document(isPost, ({ file: old }) => {
      const to = old.endsWith('/index.md')
        ? old.replace('/index.md', '.md')
        : old.replace(/\.md$/, '/index.md')
      return { to: { file: to }, says: `moved to ${to}` }
    }),
  },
  remove: {
    weight: 3,
    edit(site, at) {
      const gone = nth(site.documents, at)
      if (!gone || site.documents.length < 3) return null
      const documents = site.documents.filter((each) => each !== gone)
      return { site: { ...site, documents }, says: `${gone.file} is deleted` }
    },
  },
  create: {
    weight: 3,
    edit(site, at, by) {
      const name = unusedName(site, at)
      if (name === undefined) return null
      const body = [paragraph(site, at, by), paragraph(site, at + by, at), `New ${by % 10}.`]
      const made = {
        file: `content/posts/${name}.md`,
        matter: { title: `New ${name}`, date: dates[by % 4], tags: [nth(tags, by)] },
        body,
      }
      return { site: { ...site, documents: [...site.documents, made] }, says: `${made.file} is new` }
    },
  },
  swap: {
    weight: 1,
    edit(site, at, by) {
      const [one, other] = [nth(site.documents, at), nth(site.documents, by)]
      if (!one || !other || one === other) return null
      const documents = site.documents.map((each) => {
        if (each === one) return { ...other, file: one.file }
        return each === other ? { ...one, file: other.file } : each
      })
      return { site: { ...site, documents }, says: `${one.file} and ${other.file} change places` }
    },
  },
  page: { weight: 1, edit: bodyEdits(isPage, 'a paragraph of a page is now') },
  pageTitle: { weight: 1, edit: matter('title', ['About', 'About us', undefined], isPage) },
  macro: { weight: 5, edit: editMacro },
  template: { weight: 4, edit: file(templates) },
  words: { weight: 3, edit: file(words) },
  style: { weight: 3, edit: file(styles) },
  image: { weight: 5, edit: file(images) },
  code: { weight: 5, edit: file(codes) },
  plugin: { weight: 3, edit: file([[pluginPath, plugin]]) },
  sources: { weight: 5, edit: file(sources) },
  bibliography: { weight: 2, edit: matter('bibliography', ['own.bib', ['more.bib', 'gone.bib'], undefined]) },
  csl: { weight: 2, edit: matter('csl', ['ieee', '/styles/own.csl', undefined]) },
  config: {
    weight: 5,
    edit: config([
      ['title', 'Notes'],
      ['title', 'Other notes'],
      ['description', 'About this site.'],
      ['author', { name: 'Ada' }],
      ['author', 'ada'],
      ['author', undefined],
      ['related', 0],
      ['related', 1],
      ['related', undefined],
      ['lang', 'de'],
      ['lang', undefined],
      // Not there at first: an error until it is.
      ['citations', { style: 'styles/own.csl' }],
      ['citations', { bibliography: ['content/more.bib'], style: 'ieee' }],
      ['citations', false],
      ['citations', undefined],
      [
        'menu',
        [
          { title: 'Home', url: '/' },
          { title: 'A', url: '/posts/alpha/' },
        ],
      ],
      ['menu', undefined],
      ['paginate', 1],
      ['paginate', 3],
      ['paginate', { home: 2, terms: 1, archive: 2 }],
      ['permalink', '/:year/:slug/'],
      ['permalink', '/:category/:name/'],
      ['permalink', undefined],
      ['timezone', 'America/New_York'],
      ['timezone', 'Asia/Tokyo'],
      ['timezone', undefined],
      ['taxonomies', { tags: { path: 'topics' } }],
      ['taxonomies', { tags: {}, mood: {} }],
      ['taxonomies', undefined],
      ['rules', { 'math-renders': 'off', 'link-target-exists': 'off' }],
      ['rules', { '*': 'off' }],
      ['rules', { 'label-is-unique': 'error' }],
      ['rules', undefined],
      ['url', 'https://example.org/'],
      ['url', 'https://example.org/blog/'],
      ['url', undefined],
      ['markdown', { smartPunctuation: false }],
      ['markdown', { html: 'escape' }],
      ['csp', { 'img-src': 'https://images.example.org' }],
      ['markdown', { source: true }],
      ['markdown', { foldCode: 1 }],
      ['markdown', { remarkPlugins: [[`./${pluginPath}`, 'a']] }],
      ['markdown', { rehypePlugins: [[`./${pluginPath}`, 'b']], remarkPlugins: [[`./${pluginPath}`, 'a']] }],
      ['markdown', { wikilinks: true, emoji: true }],
      ['markdown', { wikilinks: true, abbreviations: false, superscript: false, definitionLists: false }],
      ['lang', 'fr'],
      ['lang', undefined],
      ['cards', 'draw'],
      ['cards', 'off'],
      ['cards', undefined],
      ['images', false],
      ['images', { widths: [32, 64], quality: 90 }],
      ['images', { formats: ['avif', 'webp'], widths: [32] }],
      ['images', { formats: [] }],
      ['images', undefined],
      ['cite', false],
      ['cite', undefined],
      ['markdown', undefined],
      ['theorems', { conjecture: {} }],
      ['theorems', { axiom: {}, theorem: { title: 'Satz' } }],
      ['theorems', undefined],
      ['callouts', { aside: { title: 'By the way' }, note: { hue: 10 } }],
      ['callouts', undefined],
      ['redirects', { '/from/1/': '/old/1/', '/from/2/': 'content/posts/alpha.md#part-1' }],
      ['redirects', { '/from/1/': '/from/2/', '/from/2/': '/about/?x#y' }],
      ['redirects', { '/from/1/': '/from/1/', '/old/1/': '/' }],
      ['redirects', undefined],
      ['hosting', { on: ['github', 'cloudflare', 'vercel', 'nginx', 'caddy'], precompress: ['br', 'gzip'] }],
      ['hosting', 'netlify'],
      ['hosting', undefined],
      ['budgets', { html: '3 kB', images: 200, total: '20 kB' }],
      ['budgets', { styles: '9 kB', scripts: 1, fonts: 0, compressed: false }],
      ['budgets', undefined],
      ['dates', { updated: 'git' }],
      ['dates', undefined],
      ['feeds', false],
      ['feeds', { limit: 1 }],
      ['feeds', { content: 'excerpt', limit: 2 }],
      ['feeds', { math: 'text', formats: ['json', 'atom'] }],
      ['feeds', undefined],
      ['search', true],
      ['search', false],
      ['titel', 'no such key'],
      ['titel', undefined],
      ['titel', undefined],
    ]),
  },
  mathematics: {
    weight: 1,
    edit(site, at) {
      const choice = nth(
        [{ numbering: 'all' }, { output: 'mathml' }, { padded: true }, { numbering: 'labelled' }],
        at,
      )
      const { macros } = math(site)
      const changed = { ...site.config, math: { ...choice, macros } }
      return { site: { ...site, config: changed }, says: `site.yaml has math: ${JSON.stringify(choice)}` }
    },
  },
  break: {
    weight: 2,
    edit: document(isPost, ({ matter: old }) => ({
      to: { matter: { ...old, draft: brokenFlag } },
      says: 'front matter is broken',
    })),
  },
}

/** Gives a site in which nothing stands that keeps it from being built, if anything did. */
export function repaired(site: Site): Edited | null {
  const { titel, ...sound } = site.config
  const { 'published.yaml': record, ...files } = site.files
  const hasBrokenAuthors = String(site.files[authorsPath]).includes('nmae')
  const isFaulty = (each: Document) => isBroken(each) || isSharing(each)
  // Without it, a site that names it cannot be built.
  const lacksPlugin = !Object.hasOwn(files, pluginPath)
  const isSound = titel === undefined && record === undefined && !hasBrokenAuthors && !lacksPlugin
  if (isSound && !site.documents.some(isFaulty)) return null
  const documents = site.documents.map((each) => {
    const { draft, aliases } = each.matter
    const matter = {
      ...each.matter,
      draft: isBroken(each) ? undefined : draft,
      aliases: isSharing(each) ? undefined : aliases,
    }
    return isFaulty(each) ? { ...each, matter } : each
  })
  const mended = {
    ...files,
    ...(hasBrokenAuthors && { [authorsPath]: authors(1) }),
    ...(lacksPlugin && { [pluginPath]: plugin(1) }),
  }
  return { site: { ...site, documents, files: mended, config: sound }, says: 'what was broken is repaired' }
}
