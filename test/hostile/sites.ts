/** Whole sites by chance, each name, path and key of which a stranger may have chosen. */
import fc from 'fast-check'

/** A site, as JSON has it. Paths are those of the site's folder; of files whose path cannot be, there are none. */
export interface RandomSite {
  /** Text by path; what begins with `base64:` is bytes. */
  readonly files: readonly (readonly [path: string, text: string])[]
  readonly links: readonly (readonly [path: string, target: string])[]
  /** The folder to publish to, from the site's. */
  readonly out: string
}

const pixel =
  'base64:iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEUlEQVR42mNwL//vcooOiAFK2BnBXr2TPAAAAABJRU5ErkJggg=='

/** What reads well or badly as a part of a path, whole paths among it. */
const hostileNames = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      ...'a b A é e\u0301 漢字 index index.html post feed.xml 404 tags archive search sitemap.xml robots.txt dist .. ../.. ../../secret.txt ../../../folder /etc/passwd /../x %2e%2e%2f %2e%2e/%2e%2e/x ..\\x C:\\x con CON.txt aux. nul LPT9 __proto__ constructor a:b a?b a#b a%b %00 %zz C++ C# .hidden .htaccess _headers _redirects .scholium content assets templates pagefind ~ $HOME {a} *.md // //host/x https://example.com/ javascript:alert(1) data:text/html,x'.split(
        ' ',
      ),
      'a b',
      ' a',
      'a ',
      'a.',
      '\u202Ea',
      'a\u0000b',
      'a\nb',
      'a\tb',
      '\u200B',
      'x'.repeat(260),
      '漢'.repeat(90),
      `${'a/'.repeat(60)}b`,
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
)
const names = fc.oneof(
  { weight: 2, arbitrary: hostileNames },
  {
    weight: 1,
    arbitrary: fc.array(hostileNames, { minLength: 2, maxLength: 3 }).map((all) => all.join('/')),
  },
  { weight: 1, arbitrary: hostileNames.map((name) => `/${name}/`) },
  { weight: 1, arbitrary: hostileNames.map((name) => `${name}.html`) },
)

const key = (name: string, value: unknown) => `${name}: ${JSON.stringify(value)}\n`
const keyed = (keys: readonly string[], value: fc.Arbitrary<unknown>, most: number) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...keys), value), { maxLength: most, selector: ([name]) => name })
    .map((all) => all.map(([name, given]) => key(name, given)).join(''))

const frontMatter = keyed(
  'permalink slug aliases tags category categories series authors image lang canonical bibliography csl draft date expires title excerpt template layout part'.split(
    ' ',
  ),
  fc.oneof(names, fc.array(names, { maxLength: 3 }), fc.constantFrom(true, false, 1, null, '2024-01-22')),
  4,
)
const body = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        (name: string) => `[a](${name})`,
        (name: string) => `[a](<${name}>)`,
        (name: string) => `![a](${name})`,
        (name: string) => `![a](<${name}>){width=5}`,
        (name: string) => `\`\`\`text file=${name}\n\`\`\``,
        (name: string) => `\`\`\`text file="${name}"\n\`\`\``,
        (name: string) => `<img src="${name}" srcset="${name} 2x" alt="">`,
        (name: string) => `<a href="${name}" id="${name}">x</a>`,
        (name: string) => `# ${name} {#${name}}`,
        (name: string) => `[[${name}]] @a [@${name}]`,
        (name: string) => `$\\includegraphics{${name}}$ $$x\\label{${name}}$$`,
      ),
      names,
    ),
    { maxLength: 4 },
  )
  .map((all) => all.map(([make, name]) => make(name)).join('\n\n'))
const document = fc
  .tuple(frontMatter, body)
  .map(
    ([keys, text]) =>
      `---\ntitle: A\ndate: 2024-01-01\n${keys.replace(/^(?:title|date): .*\n/gm, '')}---\n${text}\n`,
  )

/** Gives something now and then. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc
    .option(arbitrary, { freq: 1, nil: null })
    .chain((given) =>
      given === null ? fc.constant(null) : fc.option(fc.constant(given), { freq: 1, nil: null }),
    )
const configuration = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(null, 'https://example.org/', 'https://example.org/b/') },
      { weight: 1, arbitrary: names.map((name) => `https://example.org/${name}`) },
      { weight: 1, arbitrary: fc.constantFrom('https://example.org/../a/', 'https://example.org/%2e%2e/a/') },
    ),
    seldom(
      fc.oneof(
        fc.constantFrom('/:slug/', '/:year/:name.html', '/:category/:slug/', '/a/../:slug/'),
        names.map((name) => `/${name}/:slug/`),
      ),
    ),
    seldom(
      fc.dictionary(
        fc.constantFrom('tags', 'topics', '__proto__', 'Ä', 'con'),
        fc.record({ path: names, keys: fc.constant(['tags']) }, { requiredKeys: [] }),
        { maxKeys: 2 },
      ),
    ),
    seldom(fc.dictionary(names, names, { maxKeys: 3 })),
    seldom(names.map((path) => ({ path }))),
    seldom(fc.oneof(names, fc.array(names, { maxLength: 2 }))),
    fc.constantFrom<readonly [string, unknown]>(
      ['feeds', { formats: ['atom', 'rss', 'json'] }],
      ['hosting', 'netlify'],
      ['hosting', { on: ['github', 'cloudflare'], precompress: ['gzip'] }],
      ['cards', 'crop'],
      ['markdown', { html: 'sanitize', wikilinks: true }],
      ['lang', 'de'],
      ['paginate', 1],
      ['rules', { 'name-is-portable': 'off' }],
      ['rules', { '*': 'warn' }],
      ['csp', false],
    ),
  )
  .map(([url, permalink, taxonomies, redirects, feeds, bibliography, [other, value]]) =>
    [
      key('title', 'T'),
      other === 'cards' ? '' : key('cards', 'off'),
      url === null ? '' : key('url', url),
      permalink === null ? '' : key('permalink', permalink),
      taxonomies === null ? '' : key('taxonomies', taxonomies),
      redirects === null ? '' : key('redirects', redirects),
      feeds === null || other === 'feeds' ? '' : key('feeds', feeds),
      bibliography === null ? '' : key('citations', { bibliography }),
      key(other, value),
    ].join(''),
  )

const inFolder = (folder: string, ending: string) => names.map((name) => `${folder}/${name}${ending}`)
const file = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(inFolder('content/posts', '.md'), document) },
  { weight: 2, arbitrary: fc.tuple(inFolder('content/posts', '/index.md'), document) },
  { weight: 2, arbitrary: fc.tuple(inFolder('content/pages', '.md'), document) },
  { weight: 1, arbitrary: fc.tuple(inFolder('content/posts', '/x.png'), fc.constant(pixel)) },
  { weight: 2, arbitrary: fc.tuple(inFolder('assets', ''), fc.constantFrom('x', pixel)) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      inFolder('assets/css', '.css'),
      names.map((name) => `@import "${name}";\na { background: url("${name}") }`),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.oneof(inFolder('templates', '.html'), fc.constantFrom('templates/post.html', 'templates/home.html')),
      names.map((name) => `{% render ${JSON.stringify(name)} %}{{ page.title }}`),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(inFolder('templates/words', '.yaml'), fc.constant('tags: Themen\n')) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant('assets/css/custom.css'),
      names.map((name) => `@import "${name}";`),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant('published.yaml'),
      fc.array(names, { maxLength: 3 }).map((all) => key('urls', all)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant('content/authors.yaml'),
      names.map((name) => JSON.stringify({ [name]: { name, url: name, image: name } })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      inFolder('content', '.bib'),
      names.map((name) => `@book{${name}, title={${name}}}`),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom('dist/a/index.html', 'dist/index.html', 'dist/posts', 'dist/mine.txt'),
      fc.constant('mine'),
    ),
  },
)

/** Where a link may lead, from the site's folder: out of it, and within. */
const outside = [
  '../secret.txt',
  '../folder',
  '../folder/a.md',
  '../folder/nothing',
  '..',
  '../site-other',
  '/nowhere',
]
const inside = ['.', 'content', 'content/posts', 'assets', 'shared', 'shared/a.md', 'dist', '.scholium']
const linked = (paths: string) => fc.constantFrom(...paths.split(' '))
const link = fc.tuple(
  fc.oneof(
    // What is written to, what has one name in every site, and what may have any.
    {
      weight: 3,
      arbitrary: linked(
        '.scholium .scholium/cache .scholium/cache/ab .scholium/preview dist dist/posts dist/index.html dist/assets dist/a',
      ),
    },
    {
      weight: 3,
      arbitrary: linked(
        'site.yaml published.yaml content content/posts content/pages content/authors.yaml content/refs.bib assets assets/css templates templates/words templates/post.html templates/words/en.yaml .git package.json',
      ),
    },
    {
      weight: 1,
      arbitrary: linked(
        'content/posts/linked.md content/posts/linked assets/linked assets/linked.png templates/linked templates/linked.html',
      ),
    },
    { weight: 1, arbitrary: fc.oneof(inFolder('content/posts', ''), inFolder('assets', '')) },
  ),
  fc.oneof(fc.constantFrom(...outside), fc.constantFrom(...inside)),
)

/** Gives sites by chance. */
export const sites: fc.Arbitrary<RandomSite> = fc.record({
  files: fc
    .tuple(fc.option(configuration, { freq: 6 }), fc.array(file, { minLength: 1, maxLength: 6 }))
    .map(([config, files]) => (config === null ? files : [['site.yaml', config] as const, ...files])),
  links: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(link, { minLength: 1, maxLength: 2 }) },
  ),
  out: fc.oneof(
    { weight: 6, arbitrary: fc.constant('dist') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'dist/a/b',
        'public',
        '.',
        '..',
        'content',
        'content/posts/x',
        'assets/x',
        'templates',
        '.scholium',
        '.scholium/preview',
        'dist/../content',
      ),
    },
  ),
})
