import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { HtmlValidate, StaticConfigLoader } from 'html-validate'
import { describe, expect, it } from 'vitest'
import { byFeature } from '../../../src/markdown/features.js'
import { readTemplates, type TemplateSet } from '../../../src/output/template-set.js'
import { templateRenderer, templateWords } from '../../../src/output/templates.js'
import type {
  AssetsData,
  DateData,
  NeighbourData,
  PageData,
  PagerData,
  PostData,
  PostSummary,
  ProfileData,
  SiteData,
  TaxonomyData,
  TemplateData,
  TemplateName,
} from '../../../src/site/page.js'
import { siteFolder } from '../../site-folder.js'
import { builtInWords } from '../../words.js'

const bareSite: SiteData = {
  title: 'A site',
  description: '',
  url: 'https://example.org/',
  home: '/',
  lang: 'en',
  dir: 'ltr',
  author: null,
  menu: [],
  taxonomies: [],
  authors: null,
  archive: null,
  feeds: [],
  search: null,
}

const fullSite: SiteData = {
  ...bareSite,
  title: 'Margins & "Minima"',
  description: 'Notes on mathematics.',
  author: { name: 'Ada Example', url: '/about/' },
  feeds: [{ title: 'Margins & "Minima" (Atom)', type: 'application/atom+xml', url: '/feed.xml' }],
  menu: [
    { title: 'Archive', url: '/archive/', current: false },
    { title: 'Tags', url: '/tags/', current: true },
    { title: 'Here', url: '/here/', current: true },
    { title: 'Search', url: '/search/', current: false },
  ],
  taxonomies: [{ title: 'Tags', url: '/tags/', name: 'tags' }],
  authors: '/authors/',
  archive: '/archive/',
  search: '/search/',
}

const assets: AssetsData = {
  css: '/main.css',
  custom: '/custom.css',
  math: '/katex.css',
  mathFonts: ['/main.woff2'],
  js: '/theme.js',
  features: byFeature((feature) => ({ css: `/${feature}.css`, js: `/${feature}.js` })),
  icon: '/favicon.svg',
  search: { css: '/search.css', js: '/search.js' },
}

const date: DateData = { iso: '2024-01-22', text: 'January 22, 2024', short: 'Jan 22', year: 2024 }

const tags: TaxonomyData = {
  title: 'Tags',
  url: '/tags/',
  name: 'tags',
  terms: [
    { title: 'C++', url: '/tags/c-plus-plus/', count: 1 },
    { title: 'R&D', url: '/tags/r-and-d/', count: 12 },
  ],
}

const categories: TaxonomyData = {
  title: 'Categories',
  url: '/categories/',
  name: 'categories',
  terms: [{ title: 'Deep Learning', url: '/categories/deep-learning/', count: 2 }],
}

const bareSummary: PostSummary = {
  title: 'A post',
  url: '/posts/a/',
  subtitle: null,
  date: null,
  updated: null,
  readTime: '',
  excerpt: '',
  authors: [],
  image: null,
  taxonomies: [],
  lang: 'en',
  dir: 'ltr',
  draft: false,
  future: false,
  expired: false,
}

const fullSummary: PostSummary = {
  ...bareSummary,
  title: 'The <em> of "Least" & Squares',
  subtitle: 'A subtitle',
  date,
  updated: { ...date, iso: '2024-02-01', text: 'February 1, 2024' },
  readTime: '12 min read',
  excerpt: 'Why the residual stands at a right angle.',
  authors: [
    { name: 'Ada Example', url: '/about/' },
    { name: 'Bo Sample', url: null },
  ],
  image: { url: '/images/a.png', alt: '', width: 40, height: 30, html: '<img src="/images/a.png" alt="">' },
  taxonomies: [categories, tags],
  lang: 'de',
  draft: true,
  future: true,
  expired: true,
}

const neighbour = (title: string, url: string): NeighbourData => ({ title, url, lang: 'en', dir: 'ltr' })
const alone = { previous: null, next: null, series: [], related: [], backlinks: [] }
const rest = { content: '<p>Words.</p>', toc: null, ...alone, bibtex: null, extra: {} }
const barePost: PostData = { ...bareSummary, ...rest, titleHtml: 'A post', subtitleHtml: null }
const fullPost: PostData = {
  ...fullSummary,
  ...rest,
  titleHtml: 'The <em>of</em> Squares',
  subtitleHtml: 'A <em>subtitle</em>',
  content: '<p>Words with <em>weight</em>.</p>\n<pre tabindex="0"><code>a\n  b\n</code></pre>',
  toc: [
    { url: '#one', html: 'One <em>x</em>', children: [{ url: '#two', html: 'Two', children: [] }] },
    { url: '#three', html: 'Three', children: [] },
  ],
  previous: { title: 'Before', url: '/posts/before/', lang: 'ar', dir: 'rtl' },
  next: { title: 'After & on', url: '/posts/after/', lang: 'en', dir: 'ltr' },
  series: [
    {
      name: 'Least & "Most"',
      number: 2,
      parts: [neighbour('One & on', '/posts/one/'), neighbour('A post', '/posts/a/')],
    },
    { name: 'Alone', number: 1, parts: [neighbour('A post', '/posts/a/')] },
  ],
  related: [neighbour('Alike & <so>', '/posts/alike/')],
  bibtex: '@misc{a,\n  title = {{A \\& B}},\n}',
  backlinks: Array.from({ length: 10 }, (_, at) => neighbour(`Link ${at}`, `/posts/link-${at}/`)),
}

const ada: ProfileData = {
  name: 'Ada Example',
  url: '/authors/ada/',
  count: 2,
  bio: 'Writes on "squares" & more.',
  website: 'https://ada.example/',
  avatar: { url: '/ada.png', alt: '' },
  email: 'ada@ada.example',
  orcid: 'https://orcid.org/0000-0002-1825-0097',
  links: [{ title: 'Code', url: 'https://code.example/ada' }],
}
const nobody: ProfileData = {
  ...ada,
  ...{ bio: '', website: null, avatar: null, email: null, orcid: null, links: [], count: 1 },
}

const onePage: PagerData = { number: 1, count: 1, newer: null, older: null }
const middlePage: PagerData = { number: 2, count: 3, newer: '/', older: '/page/3/' }
const taxonomy = { title: 'Tags', url: '/tags/', name: 'tags', singular: 'Tag' }

const bare: TemplateData = {
  home: { posts: [], pager: onePage },
  list: { posts: [], pager: onePage },
  post: { post: barePost },
  page: { post: barePost },
  term: { taxonomy, term: { title: 'AI', url: '/tags/ai/', count: 0 }, posts: [], pager: onePage },
  terms: { taxonomy: { ...tags, terms: [] } },
  author: { author: nobody, posts: [], pager: onePage },
  'author-index': { authors: [nobody] },
  archive: { years: [], undated: [], pager: onePage },
  redirect: { to: '/posts/a/?b=1#c' },
  search: { search: { index: '/pagefind/', others: [] } },
  '404': {},
}

const posts = [fullSummary, bareSummary]
const full: TemplateData = {
  home: { posts, pager: middlePage },
  list: { posts, pager: middlePage },
  post: { post: fullPost },
  page: { post: fullPost },
  term: { taxonomy, term: { title: 'AI', url: '/tags/ai/', count: 2 }, posts, pager: middlePage },
  terms: { taxonomy: tags },
  author: { author: ada, posts, pager: middlePage },
  'author-index': { authors: [ada, nobody] },
  archive: {
    years: [{ year: 2024, text: '2024', posts: [fullSummary] }],
    undated: [bareSummary],
    pager: middlePage,
  },
  redirect: { to: '/posts/a/?b=1#c' },
  search: { search: { index: '/pagefind/', others: [{ url: '/pagefind/ja-1/', lang: 'ja' }] } },
  '404': {},
}

const names = Object.keys(full) as readonly TemplateName[]

function head(kind: TemplateName, more: Partial<PageData> = {}): PageData {
  const canonical = 'https://example.org/here/'
  return {
    title: 'Here',
    description: '',
    url: '/here/',
    canonical,
    lang: 'en',
    dir: 'ltr',
    kind,
    math: false,
    features: [],
    styles: null,
    policy: null,
    noindex: false,
    feed: null,
    social: null,
    jsonLd: null,
    citation: null,
    markdown: null,
    ...more,
  }
}

/** What the frame of a page needs, and one thing more. */
function frame(
  kind: TemplateName,
  data: object,
  more: Partial<PageData> = {},
  site: SiteData = fullSite,
): object {
  return { site, words, page: head(kind, more), assets, generator: 'Scholium 0.1.0', ...data }
}

function setOf(files: Readonly<Record<string, string>>): TemplateSet {
  const entries = Object.entries(files).map(
    ([name, source]) => [name, { path: `templates/${name}`, source }] as const,
  )
  return { files: new Map(entries), key: 'test', diagnostics: [] }
}

function htmlOf(templates: TemplateSet, name: string, data: object): string {
  const made = templateRenderer(templates).render(name, data)
  if ('diagnostic' in made) throw new Error(JSON.stringify(made.diagnostic))
  return made.html
}

function faultOf(files: Readonly<Record<string, string>>, data: object = {}, name = 'a') {
  const made = templateRenderer(setOf(files)).render(name, data)
  if ('html' in made) throw new Error(`rendered: ${made.html}`)
  return made.diagnostic
}

const words = templateWords(builtInWords.in('en'))
const builtIn = readTemplates('/nowhere')
const validator = new HtmlValidate(new StaticConfigLoader({ extends: ['html-validate:standard'] }))

describe('the built-in templates', () => {
  for (const name of names) {
    for (const [amount, data, site] of [
      ['nothing', bare, bareSite],
      ['everything', full, fullSite],
    ] as const) {
      it(`make valid HTML with one h1: ${name}, given ${amount} that may be there`, async () => {
        const html = htmlOf(await builtIn, name, frame(name, data[name], {}, site))
        expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
        expect(html.match(/<h1[\s>]/g)).toHaveLength(1)
        const report = validator.validateStringSync(html)
        expect(report.results.flatMap((result) => result.messages)).toEqual([])
      })
    }
  }

  it('hold no inline script, no inline style but that of formulas, and nothing from another origin', async () => {
    for (const { source } of (await builtIn).files.values()) {
      expect(source.replace('<style>{{ page.styles | raw }}</style>', '')).not.toMatch(
        /<style|\sstyle=|<script(?![^>]*\s(?:src=|type="application\/ld\+json"))|\son[a-z]+=|https?:/,
      )
    }
  })

  it('show what a post has', async () => {
    const html = htmlOf(await builtIn, 'post', frame('post', full.post))
    expect(html).toContain('<h1>The <em>of</em> Squares <span class="mark">Draft</span>')
    expect(html).toContain('<p class="subtitle" role="doc-subtitle">A <em>subtitle</em></p>')
    expect(html).toContain('<time datetime="2024-01-22">January 22, 2024</time>')
    expect(html).toContain('updated <time datetime="2024-02-01">')
    expect(html).toContain('<a href="/about/" rel="author">Ada Example</a>, Bo Sample')
    expect(html).toContain('<a href="/categories/deep-learning/" rel="tag">Deep Learning</a>')
    expect(html).toContain('<a href="/tags/r-and-d/" rel="tag">R&amp;D</a>')
    expect(html).toContain('<img src="/images/a.png" alt="">')
    expect(html).toContain('<a href="#one">One <em>x</em></a>')
    expect(html).toContain('<a href="#two">Two</a>')
    expect(html).toMatch(/<a rel="next" href="\/posts\/after\/">.* After &amp; on<\/a>/)
    expect(html).toContain(fullPost.content)
    expect(htmlOf(await builtIn, 'home', frame('home', full.home))).toContain(
      '>The &lt;em&gt; of &#34;Least&#34; &amp; Squares</a>',
    )
  })

  it('leave out what a post has not', async () => {
    const html = htmlOf(await builtIn, 'post', frame('post', bare.post, {}, bareSite))
    expect(html).not.toMatch(/<time|class="toc"|class="lead-image"|class="neighbours"|class="mark"|null/)
    expect(html).not.toMatch(/class="series|class="beside/)
  })

  it('show the parts of a series, the post\u2019s own marked, and no series of one part', async () => {
    const html = htmlOf(await builtIn, 'post', frame('post', full.post))
    expect(html.match(/<nav class="series meta"/g)).toHaveLength(1)
    expect(html).toContain('<details open>\n<summary>Part 2 of 2 of Least &amp; &#34;Most&#34;</summary>')
    expect(html).toContain('<li><a href="/posts/one/">One &amp; on</a></li>')
    expect(html).toContain('<li><strong aria-current="page">A post</strong></li>')
    const parts = Array.from({ length: 6 }, (_, at) => neighbour(`P${at}`, `/posts/${at}/`))
    const long = { ...fullPost, series: [{ name: 'Long', number: 1, parts }] }
    expect(htmlOf(await builtIn, 'post', frame('post', { post: long }))).toContain(
      '<details>\n<summary>Part 1 of 6 of Long',
    )
  })

  it('show related posts, and eight of those that link to a post, the others when asked', async () => {
    const html = htmlOf(await builtIn, 'post', frame('post', full.post))
    expect(html).toContain(
      '<h2>Related posts</h2>\n<ul class="archive-list">\n<li><a href="/posts/alike/">Alike &amp; &lt;so&gt;</a></li>\n</ul>\n</section>',
    )
    const [shown = '', more = ''] = (html.split('<h2>Posts that link here</h2>')[1] ?? '').split('<details>')
    expect(shown.match(/<li>/g)).toHaveLength(8)
    expect(more).toMatch(
      /^\n<summary class="meta">2 more<\/summary>\n<ul class="archive-list">\n<li><a href="\/posts\/link-8\/">Link 8/,
    )
  })

  it('show who an author is on the first of their pages only', async () => {
    const pageOf = async (pager: PagerData) =>
      htmlOf(await builtIn, 'author', frame('author', { ...full.author, pager }))
    const first = await pageOf(onePage)
    expect(first).toContain('<img class="avatar" src="/ada.png" alt="" width="72" height="72">')
    expect(first).toContain('<p>Writes on &#34;squares&#34; &amp; more.</p>')
    expect(first).toContain('<a href="https://orcid.org/0000-0002-1825-0097" rel="me">ORCID</a>')
    expect(first).toContain('<a href="mailto:ada@ada.example">ada@ada.example</a>')
    expect(first).toContain('<a href="https://code.example/ada" rel="me">Code</a>')
    expect(await pageOf(middlePage)).not.toMatch(/ada\.png|squares|orcid/)
  })

  it('load the style sheet of formulas only where there are some', async () => {
    const of = async (math: boolean) => htmlOf(await builtIn, 'post', frame('post', full.post, { math }))
    expect(await of(true)).toContain('<link rel="stylesheet" href="/katex.css">')
    expect(await of(true)).toContain(
      '<link rel="preload" href="/main.woff2" as="font" type="font/woff2" crossorigin>',
    )
    expect(await of(false)).not.toMatch(/katex\.css|woff2/)
  })

  it('say which entry of the menu the page is, and which one it is under', async () => {
    const html = htmlOf(await builtIn, '404', frame('404', {}))
    expect(html).toContain('<a href="/here/" aria-current="page">Here</a>')
    expect(html).toContain('<a href="/tags/" aria-current="true">Tags</a>')
    expect(html).toContain('<a href="/archive/">Archive</a>')
  })

  it('name in the footer only what the menu has not', async () => {
    const footerOf = async (site: SiteData) =>
      htmlOf(await builtIn, 'home', frame('home', full.home, {}, site)).split('<footer')[1]
    const authors = { title: 'Authors', url: '/authors/', current: false }
    expect(await footerOf({ ...fullSite, menu: [...fullSite.menu, authors], feeds: [] })).not.toMatch(
      /<nav|Archive|Tags|Search|Authors/,
    )
    expect(await footerOf(fullSite)).toMatch(/<li><a href="\/feed.xml" type="[^"]+">Feed<\/a><\/li>\n<\/ul>/)
    const menu = fullSite.menu.slice(0, 1)
    expect(await footerOf({ ...fullSite, feeds: [], menu })).toMatch(
      /<ul>\s*<li><a href="\/tags\/">Tags<\/a><\/li>\s*<li><a href="\/search\/">Search<\/a><\/li>\s*<li><a href="\/authors\/">Authors<\/a><\/li>\s*<\/ul>/,
    )
    expect(await footerOf({ ...fullSite, menu: [] })).toContain('<a href="/archive/">Archive</a>')
  })

  it('show the first five tags of a post in lists, and all with the post', async () => {
    const terms = Array.from({ length: 16 }, (_, at) => ({ title: `T${at}`, url: `/tags/t${at}/`, count: 1 }))
    const taxonomies = [{ ...tags, terms }]
    const listed = { posts: [{ ...bareSummary, taxonomies }], pager: onePage }
    const list = htmlOf(await builtIn, 'home', frame('home', listed))
    expect(list).toContain(
      '<a href="/tags/t4/">T4</a>, <span aria-hidden="true">+11</span><span class="sr-only">11 more</span>',
    )
    expect(list).not.toContain('T5')
    const post = htmlOf(await builtIn, 'post', frame('post', { post: { ...barePost, taxonomies } }))
    expect(post.match(/rel="tag"/g)).toHaveLength(16)
  })

  it('name the icon', async () => {
    const html = htmlOf(await builtIn, '404', frame('404', {}))
    expect(html).toContain('<link rel="icon" type="image/svg+xml" href="/favicon.svg">')
  })

  it('keep search engines from pages that are marked so, and name the canonical URL of others', async () => {
    const kept = htmlOf(await builtIn, '404', frame('404', {}, { noindex: true, canonical: null }))
    expect(kept).toContain('<meta name="robots" content="noindex">')
    expect(kept).not.toContain('canonical')
    const shown = htmlOf(await builtIn, 'page', frame('page', full.page))
    expect(shown).toContain('<link rel="canonical" href="https://example.org/here/">')
  })

  it('mark a post in another language than its list', async () => {
    const html = htmlOf(await builtIn, 'home', frame('home', full.home))
    expect(html.match(/ lang="de">/g)).toEqual([' lang="de">', ' lang="de">'])
    expect(html).toMatch(/<a href="[^"]*" lang="de">[\s\S]*<p class="excerpt" lang="de">/)
  })

  it('lead on from an address that has moved', async () => {
    const canonical = 'https://example.org/new/'
    const data = { to: '/new/?a=1&b=2' }
    const html = htmlOf(await builtIn, 'redirect', frame('redirect', data, { canonical }))
    expect(html).toContain('<link rel="canonical" href="https://example.org/new/">')
    expect(html).toContain('<meta name="robots" content="noindex">')
    expect(html).toContain('<meta http-equiv="refresh" content="0; url=/new/?a=1&amp;b=2">')
    expect(html).toContain('<a href="/new/?a=1&amp;b=2">')
    expect(html.match(/<h1>/g)).toHaveLength(1)
  })

  it('escape whatever a title holds', async () => {
    const templates = await builtIn
    const render = (title: string) => {
      const named = { ...fullSummary, title, excerpt: title }
      return htmlOf(templates, 'home', frame('home', { posts: [named], pager: onePage }, { title }))
    }
    const shape = (html: string) => html.match(/<[^>]*>/g)?.length
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: fc.constantFrom(...'<>"\'&{}%|/ a') }), (title) => {
        expect(shape(render(title))).toBe(shape(render('plain')))
      }),
    )
  })
})

describe('readTemplates', () => {
  it('lets a file of a site replace the built-in of its name, and no other', async () => {
    const root = await siteFolder({ 'templates/404.html': '\uFEFFGone.', 'templates/parts/x.html': 'X' })
    const { files } = await readTemplates(root)
    expect(files.get('404.html')).toEqual({ path: 'templates/404.html', source: 'Gone.' })
    expect(files.get('parts/x.html')?.source).toBe('X')
    expect(files.get('post.html')).toEqual((await builtIn).files.get('post.html'))
    expect(files.get('post.html')?.path).toBe('scholium/templates/post.html')
  })

  it('lets a site fill the built-in frame from a template of its own', async () => {
    const root = await siteFolder({
      'templates/404.html': '{% layout "base" %}{% block main %}<h1>Gone: {{ page.url }}</h1>{% endblock %}',
    })
    const html = htmlOf(await readTemplates(root), '404', frame('404', {}))
    expect(html).toContain('<h1>Gone: /here/</h1>')
    expect(html).toContain('class="site-header"')
  })

  it('ignores links that lead out of the folder or nowhere, and files that are no templates', async () => {
    const root = await siteFolder({
      'secret.html': 'secret',
      'templates/notes.txt': 'x',
      'templates/a.html': 'A',
    })
    await mkdir(join(root, 'templates', 'folder.html'))
    await writeFile(join(root, 'templates', 'folder.html', 'b.html'), 'B')
    await symlink('../secret.html', join(root, 'templates', 'out.html'))
    await symlink('nothing', join(root, 'templates', 'dangling.html'))
    await symlink('a.html', join(root, 'templates', 'in.html'))
    const { files } = await readTemplates(root)
    const own = [...files.keys()].filter((name) => !files.get(name)?.path.startsWith('scholium/'))
    expect(own).toEqual(['a.html', 'folder.html/b.html', 'in.html'])
  })
})

describe('templateRenderer', () => {
  it('reports an unknown variable where it stands, and what was meant', () => {
    const data = { post: { title: 'T', tags: [{ name: 'x' }] } }
    expect(faultOf({ 'a.html': 'One\n  {{ post.titel }}' }, data)).toEqual({
      rule: 'template-renders',
      severity: 'error',
      message: 'There is no "post.titel" here.',
      hint: 'Did you mean "title"?',
      file: 'templates/a.html',
      line: 2,
      column: 6,
      endLine: 2,
      endColumn: 16,
    })
    expect(faultOf({ 'a.html': '{{ psot.title }}' }, data)).toMatchObject({ hint: 'Did you mean "post"?' })
    expect(faultOf({ 'a.html': '{{ post.zzz }}' }, data)).toMatchObject({ hint: 'There are: tags, title.' })
  })

  it('reports it in a loop, in a partial and in a layout, in the file that asks for it', () => {
    const data = { posts: [{ title: 'T' }] }
    expect(faultOf({ 'a.html': '{% for x in posts %}\n{{ x.titel }}{% endfor %}' }, data)).toMatchObject({
      file: 'templates/a.html',
      line: 2,
      column: 4,
      hint: 'Did you mean "title"?',
    })
    const partial = { 'a.html': '{% render "b" %}', 'b.html': '\n\n{{ nothing }}' }
    expect(faultOf(partial)).toMatchObject({ file: 'templates/b.html', line: 3, column: 4 })
    const layout = { 'a.html': '{% layout "b" %}', 'b.html': '<p>{{ nothing }}' }
    expect(faultOf(layout)).toMatchObject({ file: 'templates/b.html', line: 1, column: 7 })
  })

  it('lets a template ask whether there is something', () => {
    const templates = setOf({ 'a.html': '{% if post.nothing %}x{% endif %}{{ nothing | default: "y" }}' })
    expect(templateRenderer(templates).render('a', { post: {} })).toEqual({ html: 'y' })
  })

  it.each([
    ['{{ "x" | upcas }}', 'There is no filter "upcas".', 'Did you mean "upcase"?', 10],
    ['x {% fro x in y %}', 'There is no tag "fro".', 'Did you mean "for"?', 6],
    ['{% layout "bas" %}', 'There is no template "bas".', 'Did you mean "base"?', 12],
    ['{% render "../../secret" %}', 'There is no template "../../secret".', undefined, 12],
    ['{{ "2024" | date: "%Y" }}', 'There is no filter "date".', 'Dates come ready to print', 13],
  ])('reports an unknown name: %s', (source, message, hint, column) => {
    const fault = faultOf({ 'a.html': source, 'base.html': '' })
    expect(fault).toMatchObject({ rule: 'template-renders', message, line: 1, column })
    if (hint === undefined) expect(fault.hint).toBeUndefined()
    else expect(fault.hint).toContain(hint)
  })

  it.each(['{% for x in y %}', '{{ x', '{% if %}x{% endif %}{{ "a" | append }}'])(
    'reports a malformed template: %s',
    (source) => {
      expect(faultOf({ 'a.html': source })).toMatchObject({ rule: 'template-renders', line: 1 })
    },
  )

  it.each([
    ['renders itself', { 'a.html': '{% render "a" %}' }],
    ['renders another that renders it', { 'a.html': '{% render "b" %}', 'b.html': '{% include "a" %}' }],
    ['counts too far', { 'a.html': '{% for i in (1..100000000000) %}{% endfor %}' }],
  ])('stops a template that %s', (_, files) => {
    expect(faultOf(files).message).toBe('The template does not end, or makes far too much.')
  })

  it('says where a template makes too much, and what to look for', () => {
    const files = {
      'a.html':
        'x\n{% for i in (1..10000) %}\n  {% for j in (1..10000) %}\n    {% for k in (1..10000) %}x{% endfor %}{% endfor %}{% endfor %}',
    }
    expect(faultOf(files)).toMatchObject({
      file: 'templates/a.html',
      line: 4,
      column: 5,
      message: 'The template does not end, or makes far too much.',
      hint: 'Look for one that renders itself, for loops within loops, and for a list or text that grows in each round of one.',
    })
  })

  it('lets a page list ten thousand posts, each with its tags', async () => {
    const posts = Array.from({ length: 10_000 }, (_, at) => ({
      ...bareSummary,
      title: `Post ${at}`,
      taxonomies: [tags],
    }))
    const html = htmlOf(await builtIn, 'home', frame('home', { posts, pager: onePage }))
    expect(html.match(/Post \d+<\/a>/g)).toHaveLength(10_000)
  })

  it('lets no template reach what objects inherit', () => {
    expect(faultOf({ 'a.html': '{{ post.constructor }}' }, { post: {} }).message).toContain(
      'post.constructor',
    )
  })

  it('gives the same page every time, and other pages after a fault', () => {
    const { render } = templateRenderer(setOf({ 'a.html': '{{ x }}' }))
    expect(render('a', { x: '<' })).toEqual({ html: '&lt;' })
    expect(render('a.html', {})).toHaveProperty('diagnostic')
    expect(render('a.html', { x: '<' })).toEqual({ html: '&lt;' })
  })
})
