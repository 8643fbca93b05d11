/** The `_headers` of whole sites: what is kept for ever, and what is said beside the policies of pages. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { build } from '../../src/build.js'
import { loadConfig } from '../../src/config.js'
import { encodePath } from '../../src/content/permalink.js'
import { securityHeaders } from '../../src/output/hosting.js'
import { policyOf } from '../../src/site/policy.js'
import { type Files, siteFolder } from '../site-folder.js'
import { type HeaderRule, headerRules, headersFor } from './headers.js'

const now = new Date('2026-01-01T00:00:00Z')
const post = (matter: string, body: string) =>
  `---\ntitle: A post\ndate: 2024-01-01\n${matter}\n---\n\n${body}\n`
// Each of them has an index of its own.
const languages = ['ja', 'th', 'zh']

/** A site with an index in many parts, cards, encoded images and all that the theme has. */
async function everything(base: string): Promise<Files> {
  const photo = await sharp({ create: { width: 1500, height: 900, channels: 3, background: '#468' } })
    .png()
    .toBuffer()
  const rich = [
    '$x^2$ and [@a].',
    '```js {1} title="a.js"\nlet x = 1\n```',
    '> [!NOTE]\n> Noted.',
    '> [!theorem]\n> True.',
    '![A photograph](photo.png "A caption.")',
    'A note.[^1]\n\n[^1]: Here.',
    '- [x] Done',
  ]
  return {
    'site.yaml': `title: All\nurl: https://example.org${base}\nauthor: Ada\ncards: draw\nhosting: [cloudflare, netlify]\nrules: { '*': off }\n`,
    'content/posts/rich/index.md': post('tags: [x]\nimage: photo.png', rich.join('\n\n')),
    'content/posts/rich/photo.png': photo,
    'content/refs.bib': '@misc{a, author = {Ada}, title = {On it}, year = 2020}',
    ...Object.fromEntries(
      languages.map((lang) => [`content/posts/${lang}.md`, post(`lang: ${lang}`, 'Words.')]),
    ),
  }
}

async function built(files: Files) {
  const root = await siteFolder(files)
  const result = await build({ root, out: join(root, 'dist'), drafts: false, now })
  expect(result.ok).toBe(true)
  const text = await readFile(join(root, 'dist/_headers'), 'utf8')
  return { text, rules: headerRules(text), outputs: [...result.outputs.keys()] }
}

const isKept = (rules: readonly HeaderRule[], path: string) =>
  headersFor(rules, path).some(([name, value]) => name === 'cache-control' && value.includes('immutable'))

/** A digest in a name: of a file of the theme, an encoded image, a card, a part of the search index. */
const digest =
  /\.[0-9a-f]{8}\.(?:css|js|svg|woff2)$|\.[0-9a-f]{10}\.(?:webp|avif)$|\/[0-9a-f]{16}\.(?:png|jpg)$|_[0-9a-f]{7,}\.pf_(?:index|fragment|filter)$/

describe('The headers of a site with everything', () => {
  it('keep for ever what has a digest in its name, and nothing else, in a hundred rules', async () => {
    const base = '/blog/'
    const { text, rules, outputs } = await built(await everything(base))
    const pathOf = (output: string) => encodePath(`${base}${output}`)
    const kept = outputs.filter((output) => isKept(rules, pathOf(output)))
    expect(kept).toEqual(outputs.filter((output) => digest.test(output)))
    const folders = [
      'assets/cards/',
      'assets/encoded/',
      'assets/css/',
      'assets/katex/',
      'pagefind/fragment/',
      'pagefind/ja-',
    ]
    expect(folders.filter((folder) => !kept.some((output) => output.startsWith(folder)))).toEqual([])
    // What Cloudflare reads: so many rules, so long a line, a star in a path.
    expect(rules.length).toBeLessThanOrEqual(100)
    expect(text.split('\n').filter((line) => line.length > 2000)).toEqual([])
    expect(rules.filter(({ path }) => path.split('*').length > 2)).toEqual([])
    for (const output of outputs) {
      const names = headersFor(rules, pathOf(output)).map(([name]) => name)
      expect([output, names]).toEqual([output, [...new Set(names)]])
    }
  })

  it('leave out a folder of theirs in which an author has put a file', async () => {
    const { rules, outputs } = await built({
      ...(await everything('/')),
      'assets/cards/own.png': new Uint8Array([1]),
      'content/pages/pagefind/fragment/own.txt': 'mine',
    })
    expect(isKept(rules, '/assets/cards/own.png')).toBe(false)
    expect(isKept(rules, '/pagefind/fragment/own.txt')).toBe(false)
    const encoded = outputs.filter((output) => output.startsWith('assets/encoded/'))
    expect(encoded.every((output) => isKept(rules, `/${output}`))).toBe(true)
  })
})

describe('What the headers say beside the policy of a page', () => {
  const said = new Map(securityHeaders.map(([name, value]) => [name.toLowerCase(), value]))
  const namesIn = (policy: string) =>
    policy.split(';').map((directive) => directive.trim().split(' ')[0] ?? '')

  it('is what a page cannot say (CSP3, section 3.3), so that it takes nothing from what a page allows', () => {
    const source = fc.constantFrom(
      'https://a.example',
      'https://*.b.example',
      "'none'",
      "'unsafe-inline'",
      'data:',
      '*',
      'https:',
    )
    const csp = fc.dictionary(
      fc.constantFrom(
        'default-src',
        'script-src',
        'style-src',
        'img-src',
        'frame-src',
        'connect-src',
        'form-action',
        'base-uri',
        'object-src',
      ),
      fc.array(source, { minLength: 1, maxLength: 3 }),
      { noNullPrototype: true },
    )
    const inline = { styles: ["'sha256-x'"], scripts: ["'sha256-y'"] }
    const inHeader = namesIn(said.get('content-security-policy') ?? '')
    expect(
      inHeader.filter((name) => !['frame-ancestors', 'sandbox', 'report-uri', 'report-to'].includes(name)),
    ).toEqual([])
    fc.assert(
      fc.property(
        csp,
        fc.constantFrom('post' as const, 'search' as const, 'home' as const),
        (given, kind) => {
          const own = namesIn(policyOf(kind, given, inline) ?? '')
          expect(own.filter((name) => inHeader.includes(name))).toEqual([])
        },
      ),
    )
  })

  it('cannot be said in site.yaml either, where it would be written into pages and not be heard', async () => {
    for (const name of ['frame-ancestors', 'sandbox', 'report-uri']) {
      const root = await siteFolder({ 'site.yaml': `csp: { ${name}: https://a.example }\n` })
      const { config, diagnostics } = await loadConfig(root)
      expect([name, config, diagnostics.length > 0]).toEqual([name, null, true])
    }
  })

  it('is the same for every site, whatever its pages allow', async () => {
    const texts = new Set<string>()
    for (const csp of [
      '{}',
      'false',
      '{ default-src: "*" }',
      '{ frame-src: [https://a.example], img-src: "data:" }',
    ]) {
      const { rules } = await built({
        'site.yaml': `title: A\nhosting: netlify\ncsp: ${csp}\n`,
        'content/pages/about.md': post('', 'Words.'),
      })
      texts.add(JSON.stringify(headersFor(rules, '/')))
    }
    expect([...texts].map((text) => JSON.parse(text))).toEqual([
      [
        ['x-content-type-options', 'nosniff'],
        ['referrer-policy', 'strict-origin-when-cross-origin'],
        ['content-security-policy', "frame-ancestors 'self'"],
      ],
    ])
  })
})
