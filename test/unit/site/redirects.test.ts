import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redirectsOf } from '../../../src/site/redirects.js'
import { articleIn, filledBody, type InMemory, siteOf } from '../../in-memory-site.js'

const post = (title: string, rest = '', body = '## Part') =>
  `---\ntitle: ${title}\ndate: 2024-01-22\n${rest}---\n\n${body}\n`

const files = (rest: string) => ({
  'content/posts/a.md': post('A', rest),
  'content/posts/b.md': post('B'),
  'content/posts/draft.md': post('D', 'draft: true\n'),
  'content/pages/about.md': '---\ntitle: About\n---\n\nAbout.\n',
  'assets/paper.pdf': '',
})

const yaml = (redirects: string) => `url: https://example.org/blog/\nredirects: {${redirects}}\n`

/** Gives redirects as `from → href (title)`, and diagnostics as `rule: message`. */
function redirectsIn({ site, index }: InMemory) {
  const { redirects, diagnostics } = redirectsOf(site, { ...index, redirects: new Map() })
  return {
    redirects: redirects.map(({ from, href, title }) => `${from} → ${href} (${title})`),
    found: diagnostics.map(({ rule, message }) => `${rule}: ${message}`),
  }
}

const ofFiles = (rest: string, config = '') => redirectsIn(siteOf(files(rest), yaml(config)))

describe('An alias', () => {
  it('leads from an old URL to its post', () => {
    expect(ofFiles('aliases: [/2019/a/, /a.html]\nredirect_from: /old/a\n')).toEqual({
      redirects: [
        '/2019/a/ → /blog/posts/a/ (A)',
        '/a.html → /blog/posts/a/ (A)',
        '/old/a/ → /blog/posts/a/ (A)',
      ],
      found: [],
    })
  })

  it('may be percent-encoded, lack its slashes, or name the site’s own host', () => {
    const { redirects } = ofFiles('aliases: [alt/gr%C3%B6%C3%9Fe, "https://example.org/blog/x", //y//z/]\n')
    expect(redirects).toEqual(['/alt/größe/ → /blog/posts/a/ (A)', '/x/ → /blog/posts/a/ (A)'])
  })

  it('given twice is one', () => {
    expect(ofFiles('aliases: [/x/, x]\nredirect_from: [/x/]\n').redirects).toEqual([
      '/x/ → /blog/posts/a/ (A)',
    ])
  })

  it('leaves the site by no way', () => {
    const bad = [
      '../x',
      '/a/../../x',
      'https://evil.example/x',
      '//evil.example/',
      'a\\b',
      '/x?id=1',
      '/x#y',
      '%2e%2e/x',
    ]
    for (const alias of bad) {
      const { redirects, found } = ofFiles(`aliases: [${JSON.stringify(alias)}]\n`)
      expect([alias, redirects, found.map((one) => one.split(':')[0])]).toEqual([alias, [], ['url-is-safe']])
    }
  })

  it('that is the post’s own URL is reported, at its place', () => {
    const memory = siteOf(files('aliases: [/posts/a/]\n'))
    const { redirects, diagnostics } = redirectsOf(memory.site, memory.index)
    expect(redirects).toEqual([])
    expect(diagnostics).toMatchObject([
      { rule: 'redirect-resolves', severity: 'warn', file: 'content/posts/a.md', line: 4, column: 10 },
    ])
  })
})

describe('A redirect of site.yaml', () => {
  it('leads to a path of the site, a file, or another site, with query and fragment', () => {
    const config = [
      '/1/: /posts/b/?x=1#part',
      '/2/: content/posts/b.md#part',
      '/3/: https://example.com/?a=b#c',
      '/4/: /assets/paper.pdf',
      '/5/: /',
    ]
    expect(ofFiles('', config.join(', '))).toEqual({
      redirects: [
        '/1/ → /blog/posts/b/?x=1#part (B)',
        '/2/ → /blog/posts/b/#part (B)',
        '/3/ → https://example.com/?a=b#c (https://example.com/?a=b#c)',
        '/4/ → /blog/assets/paper.pdf (/blog/assets/paper.pdf)',
        '/5/ → /blog/ (/blog/)',
      ],
      found: [],
    })
  })

  it('that leads to another redirect leads to where that one does', () => {
    const config = '/1/: /2/, /2/: /3/#own, /3/: /old/#far, /4/: /5/, /5/: https://example.com/'
    expect(ofFiles('aliases: [/old/]\n', config).redirects).toEqual([
      '/old/ → /blog/posts/a/ (A)',
      '/1/ → /blog/posts/a/#own (A)',
      '/2/ → /blog/posts/a/#own (A)',
      '/3/ → /blog/posts/a/#far (A)',
      '/4/ → https://example.com/ (https://example.com/)',
      '/5/ → https://example.com/ (https://example.com/)',
    ])
  })

  it('in a circle is reported, and so is one that leads into it', () => {
    expect(ofFiles('', '/1/: /2/, /2/: /1/, /0/: /1/, /self/: /self/')).toEqual({
      redirects: [],
      found: [
        'redirect-resolves: The redirect "/1/" leads in a circle: /1/ → /2/ → /1/.',
        'redirect-resolves: The redirect "/2/" leads in a circle: /2/ → /1/ → /2/.',
        'redirect-resolves: The redirect "/0/" leads in a circle: /0/ → /1/ → /2/ → /1/.',
        'redirect-resolves: The redirect "/self/" leads in a circle: /self/ → /self/.',
      ],
    })
  })

  it('that leads nowhere is reported, with the nearest URL or the reason', () => {
    const { site, index } = siteOf(files(''), yaml('/1/: /posts/bb/, /2/: content/posts/draft.md'))
    const { diagnostics } = redirectsOf(site, index)
    expect(diagnostics).toMatchObject([
      { rule: 'redirect-resolves', line: 2, column: 13, hint: 'Did you mean "/posts/b/"?' },
      {
        message:
          'The redirect "/2/" leads to "content/posts/draft.md", which is not published: it is a draft.',
      },
    ])
  })

  it('leads to a page of the web, or nowhere', () => {
    for (const to of ['javascript:alert(1)', 'mailto:a@example.org', '//evil.example/', 'data:text/html,x']) {
      const { redirects, found } = ofFiles('', `/1/: ${JSON.stringify(to)}`)
      expect([to, redirects, found.length]).toEqual([to, [], 1])
    }
  })

  it('ends for every tangle of redirects', () => {
    const name = fc.constantFrom('/1/', '/2/', '/3/', '/4/', '/posts/a/', 'https://example.com/')
    const entries = fc.dictionary(fc.constantFrom('/1/', '/2/', '/3/', '/4/'), name)
    fc.assert(
      fc.property(entries, (config) => {
        const text = JSON.stringify(config).slice(1, -1)
        const { redirects, found } = redirectsIn(siteOf({ 'content/posts/a.md': post('A') }, yaml(text)))
        expect(redirects.length + found.length).toBe(Object.keys(config).length)
        for (const redirect of redirects) expect(redirect).toMatch(/→ (\/blog\/posts\/a\/|https:)/)
      }),
      { numRuns: 60 },
    )
  })
})

describe('A link to an old URL', () => {
  const linking = (target: string) => {
    const body = `[x](${target})`
    const memory = siteOf(
      { ...files('aliases: [/old/]\n'), 'content/posts/c.md': post('C', '', body) },
      yaml('/far/: https://example.com/x, /part/: "/old/?q#part"'),
    )
    const { html, diagnostics } = filledBody(memory, articleIn(memory, 'content/posts/c.md'))
    return [/href="([^"]*)"/.exec(html)?.[1], ...diagnostics.map(({ rule }) => rule)]
  }

  it.each([
    ['/old/', ['/blog/posts/a/']],
    ['/blog/old', ['/blog/posts/a/']],
    ['/old/#part', ['/blog/posts/a/#part']],
    ['/old/#none', ['/blog/posts/a/#none', 'anchor-exists']],
    ['/part/', ['/blog/posts/a/?q#part']],
    ['/part/#other', ['/blog/posts/a/#other', 'anchor-exists']],
    ['/far/', ['https://example.com/x']],
  ])('is written as a link to where it leads: %s', (target, expected) => {
    expect(linking(target)).toEqual(expected)
  })
})
