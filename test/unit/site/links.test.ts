import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { postHtml } from '../../../src/output/making.js'
import { answersOf, hrefFor } from '../../../src/site/links.js'
import { pagesOf } from '../../../src/site/pages.js'
import { articleIn, filledBody, siteOf } from '../../in-memory-site.js'
import { builtInWords } from '../../words.js'
import { post } from '../markdown/rendered-post.js'

const files = {
  'content/posts/2024-01-22-other.md': '# Other\n\n## A part\n\n## 分布\n',
  'content/posts/bundle/index.md': '# Bundle\n',
  'content/posts/bundle/plot.png': '',
  'content/posts/分布.md': '# 分布\n',
  'content/posts/draft.md': '---\ndraft: true\n---\n',
  'content/posts/secret/index.md': '---\ndraft: true\n---\n',
  'content/posts/beside.png': '',
  'content/posts/two words.png': '',
  'content/pages/about.md': '# About\n',
  'content/pages/docs/start.md': '# Start\n',
  'assets/images/a.png': '',
  'assets/images/分.png': '',
  'assets/images/か\u3099.png': '',
}

interface Filled {
  /** The href or src of the only link or image. */
  readonly url: string | undefined
  readonly found: readonly string[]
}

/** Gives where Markdown leads when it stands in a post (or another file), and what was found wrong. */
function fill(markdown: string, { file = 'content/posts/from.md', yaml = '' } = {}): Filled {
  const text = `---\ntitle: From\ntags: [x]\n---\n${markdown}\n`
  const memory = siteOf({ ...files, [file]: text }, yaml)
  const { html, diagnostics } = filledBody(memory, articleIn(memory, file))
  const said = diagnostics.map((found) => {
    expect([found.file, found.severity]).toEqual([file, 'warn'])
    return `${found.line}:${found.column} ${found.rule} ${found.message}${found.hint ? ` → ${found.hint}` : ''}`
  })
  return { url: /(?:href|src)="([^"]*)"/.exec(html)?.[1], found: said }
}

/** Expects a link to lead to a URL, and nothing to be wrong. */
function expectHref(link: string, url: string, options: Parameters<typeof fill>[1] = {}): void {
  expect(fill(`[x](<${link}>)`, options)).toEqual({ url, found: [] })
}

describe('A path that leads nowhere', () => {
  it.each([
    ['![x](plot.pgn)', 'content/posts/bundle/index.md', 'plot.png'],
    ['![x](figures/plot.png)', 'content/posts/bundle/index.md', 'plot.png'],
    ['![x](plot.png)', 'content/posts/from.md', 'bundle/plot.png'],
    ['![x](/img/a.png)', 'content/posts/from.md', '/assets/images/a.png'],
    ['[x](other/beside.png)', 'content/posts/from.md', 'beside.png'],
  ])('%s in %s is told of the file that is most likely meant', (markdown, file, hint) => {
    const { found } = fill(markdown, { file })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(` → Did you mean "${hint}"?`)
  })

  it('is told of no file where several have its name', () => {
    const file = 'content/posts/from.md'
    const memory = siteOf(
      {
        ...files,
        'content/posts/second/plot.png': '',
        [file]: '---\ntitle: From\n---\n[x](further/away/plot.png)\n',
      },
      '',
    )
    expect(filledBody(memory, articleIn(memory, file)).diagnostics.map(({ hint }) => hint)).toEqual([
      undefined,
    ])
  })
})

describe('A link without words', () => {
  it.each([
    ['[](2024-01-22-other.md)', '<a href="/posts/other/">Other</a>'],
    ['[ ](bundle/plot.png)', '<a href="/posts/bundle/plot.png">bundle/plot.png</a>'],
    ['[](gone.md)', '<a href="gone.md">gone.md</a>'],
  ])('%s says where it leads', (markdown, shown) => {
    const file = 'content/posts/from.md'
    const memory = siteOf({ ...files, [file]: `---\ntitle: From\n---\n${markdown}\n` }, '')
    expect(filledBody(memory, articleIn(memory, file)).html).toContain(shown)
  })
})

describe('A link to another post', () => {
  it.each([
    ['2024-01-22-other.md', '/posts/other/'],
    ['2024-01-22-other', '/posts/other/'],
    ['./2024-01-22-other.md', '/posts/other/'],
    ['bundle/index.md', '/posts/bundle/'],
    ['bundle', '/posts/bundle/'],
    ['bundle/', '/posts/bundle/'],
    ['分布.md', '/posts/%E5%88%86%E5%B8%83/'],
    ['%E5%88%86%E5%B8%83.md', '/posts/%E5%88%86%E5%B8%83/'],
    ['../pages/about.md', '/about/'],
    ['content/pages/docs/start.md', '/docs/start/'],
    ['/content/posts/2024-01-22-other.md', '/posts/other/'],
  ])('by its file %s becomes its URL', expectHref)

  it.each([
    ['../2024-01-22-other.md', '/posts/other/'],
    ['../2024-01-22-other', '/posts/other/'],
    ['../分布.md', '/posts/%E5%88%86%E5%B8%83/'],
    ['plot.png', '/posts/bundle/plot.png'],
    ['./', '/posts/bundle/'],
  ])('by its file %s, from a post with a folder of its own', (link, url) => {
    expectHref(link, url, { file: 'content/posts/bundle/index.md' })
  })

  it.each([
    ['/posts/other/', '/posts/other/'],
    ['/posts/other', '/posts/other/'],
    ['/posts/other/index.html', '/posts/other/'],
    ['/posts/分布/', '/posts/%E5%88%86%E5%B8%83/'],
    ['/', '/'],
    ['/about/', '/about/'],
    ['/archive/', '/archive/'],
    ['/tags/x/', '/tags/x/'],
    ['/assets/images/a.png', '/assets/images/a.png'],
  ])('by its URL %s', expectHref)

  it.each([
    ['../other/', '/posts/other/'],
    ['../../about/', '/about/'],
    ['../..', '/'],
  ])('by its URL seen from the post’s own, %s', expectHref)

  it.each([
    ['2024-01-22-other.md#a-part', '/posts/other/#a-part'],
    ['2024-01-22-other.md#分布', '/posts/other/#%E5%88%86%E5%B8%83'],
    ['/posts/other/?x=1&y=2#a-part', '/posts/other/?x=1&amp;y=2#a-part'],
    ['2024-01-22-other.md#top', '/posts/other/#top'],
    ['assets/images/a.png#t=3', '/assets/images/a.png#t=3'],
    ['?print', '?print'],
  ])('keeps its query and its part: %s', expectHref)

  it('is left alone if it leads elsewhere, or stays on the page', () => {
    for (const url of ['https://example.org/a.md', 'mailto:a@b.example', '//example.org/', '#from']) {
      expectHref(url, url, {})
    }
  })
})

describe('A link to a part that is not there', () => {
  it('is reported at its place with the part that was meant, and left to lead to the page', () => {
    expect(fill('Text\n\nSee [x](2024-01-22-other.md#a-prat).')).toEqual({
      url: '/posts/other/#a-prat',
      found: [
        '7:5 anchor-exists "2024-01-22-other.md" has nothing with the id "a-prat". → Did you mean "a-part"?',
      ],
    })
    expect(fill('[x](/about/#zzz)').found).toEqual([
      '5:1 anchor-exists "/about/" has nothing with the id "zzz".',
    ])
  })
})

describe('A link to words of a page', () => {
  it.each(['#:~:text=a', '#', '#top', '#Top:~:text=a', '#here:~:text=a,b&text=c'])(
    'needs no id beside the one before its directive: %s',
    (fragment) => {
      expect(post(`<p id="here">a</p>\n\n[x](${fragment})`).diagnostics).toEqual([])
    },
  )

  it('is checked for the id before its directive, and led on with it', () => {
    const { html, diagnostics } = post('[x](#hree:~:text=a)\n\n<p id="here">a</p>')
    expect(diagnostics).toMatchObject([
      { rule: 'anchor-exists', line: 1, column: 1, hint: 'Did you mean "here"?' },
    ])
    expect(html).toContain('href="#hree:~:text=a"')
    const other = '2024-01-22-other.md'
    expect(fill(`[x](${other}#a-part:~:text=a%2Cb)`)).toEqual({
      url: '/posts/other/#a-part:~:text=a%2Cb',
      found: [],
    })
    expect(fill(`[x](${other}#:~:text=a)`)).toEqual({ url: '/posts/other/#:~:text=a', found: [] })
    expect(fill(`[x](${other}#a-prat:~:text=a)`)).toEqual({
      url: '/posts/other/#a-prat:~:text=a',
      found: [`5:1 anchor-exists "${other}" has nothing with the id "a-prat". → Did you mean "a-part"?`],
    })
  })
})

describe('A link to what is not published', () => {
  it.each(['draft.md', 'draft', './draft.md', 'secret', 'secret/index.md'])('%s says why', (link) => {
    expect(fill(`[x](${link})`)).toEqual({
      url: link,
      found: [`5:1 link-target-exists The link leads to "${link}", which is not published: it is a draft.`],
    })
  })
})

describe('A link that leads nowhere', () => {
  it.each([
    ['2024-01-22-othr.md', '2024-01-22-other.md'],
    ['/posts/othr/', '/posts/other/'],
    ['/post/other/', '/posts/other/'],
    ['../page/abuot.md', '../pages/about.md'],
    ['/posts/分部/', '/posts/分布/'],
  ])('%s is reported with what was probably meant', (link, meant) => {
    expect(fill(`[x](${link})`).found).toEqual([
      `5:1 link-target-exists The link leads to "${link}", which is not in this site. → Did you mean "${meant}"?`,
    ])
  })

  it.each([
    ['nowhere-at-all.md', 'nowhere-at-all.md'],
    ['/nowhere/at all/', '/nowhere/at%20all/'],
    ['/分/', '/%E5%88%86/'],
    ['/100%25/', '/100%25/'],
    ['../../../../etc/passwd', '../../../../etc/passwd'],
  ])('%s stays as it is, encoded once', (link, url) => {
    expect(fill(`[x](<${link}>)`)).toMatchObject({
      url,
      found: [expect.stringContaining('link-target-exists')],
    })
  })

  it('from the root is led below the base path', () => {
    expect(fill('[x](/nowhere/)', { yaml: 'url: https://example.org/分/' }).url).toBe('/%E5%88%86/nowhere/')
  })
})

describe('Below a base path', () => {
  const yaml = 'url: https://example.org/blog/'
  it.each([
    ['2024-01-22-other.md#a-part', '/blog/posts/other/#a-part'],
    ['/posts/other/', '/blog/posts/other/'],
    ['/blog/posts/other/', '/blog/posts/other/'],
    ['/blog/', '/blog/'],
    ['/blog', '/blog/'],
    ['../other/', '/blog/posts/other/'],
    ['/assets/images/a.png', '/blog/assets/images/a.png'],
  ])('the link %s leads to %s', (link, url) => {
    expectHref(link, url, { yaml })
  })
})

describe('An image', () => {
  it.each([
    ['beside.png', '/posts/beside.png'],
    ['two%20words.png', '/posts/two%20words.png'],
    ['<two words.png>', '/posts/two%20words.png'],
    ['assets/images/a.png', '/assets/images/a.png'],
    ['/assets/images/a.png', '/assets/images/a.png'],
    ['../../assets/images/分.png', '/assets/images/%E5%88%86.png'],
    ['assets/images/が.png', '/assets/images/%E3%81%8C.png'],
    ['bundle/plot.png', '/posts/bundle/plot.png'],
    ['https://example.org/a.png', 'https://example.org/a.png'],
  ])('%s is shown from %s', (given, url) => {
    expect(fill(`![alt](${given})`)).toEqual({ url, found: [] })
  })

  it('that is missing is reported with what was probably meant, or how to write it', () => {
    expect(fill('![alt](besid.png)').found).toEqual([
      '5:1 image-exists There is no image "besid.png". → Did you mean "beside.png"?',
    ])
    expect(fill('![alt](zzzzzzzzzzzzzzzzzzzzzzz.png)').found).toEqual([
      '5:1 image-exists There is no image "zzzzzzzzzzzzzzzzzzzzzzz.png". → A path is relative to the post’s file, or starts with a slash at the site’s root.',
    ])
  })
})

describe('What HTML in a post names', () => {
  const link = (path: string) => `link-target-exists The link leads to "${path}", which is not in this site.`
  const image = (path: string) => `image-exists There is no image "${path}".`

  it.each([
    ['<script src="/none.js"></script>', [link('/none.js')]],
    ['<link rel="stylesheet" href="/none.css">', [link('/none.css')]],
    [
      '<link rel="preload" as="image" imagesrcset="/none-1.png 1x, /none-2.png 2x">',
      [image('/none-1.png'), image('/none-2.png')],
    ],
    ['<form action="/none/"><button formaction="/no/">Go</button></form>', [link('/none/'), link('/no/')]],
    ['<input type="image" src="/none.png" alt="Go">', [image('/none.png')]],
    ['<blockquote cite="none.md">x</blockquote>', [link('none.md')]],
    ['As <q cite="none.md">x</q>, <del cite="no.md">y</del>', [link('none.md'), link('no.md')]],
    ['<ins cite="/none/">x</ins>', [link('/none/')]],
    [
      '<video><source src="none.webm"><track src="none.vtt"></video>',
      [image('none.webm'), image('none.vtt')],
    ],
    ['<audio><source src="none.mp3"></audio>', [image('none.mp3')]],
    [
      '<picture><source srcset="none.avif"><img src="/assets/images/a.png" alt="a"></picture>',
      [image('none.avif')],
    ],
    ['<a href="2024-01-22-other.md" ping="/none https://count.example/">x</a>', [link('/none')]],
    [
      '<svg><image href="/none.png"/><use xlink:href="/none.svg#a"/></svg>',
      [image('/none.png'), link('/none.svg')],
    ],
    [
      '<iframe src="/none/" title="x"></iframe> <object data="/none.pdf"></object>',
      [link('/none/'), link('/none.pdf')],
    ],
  ])('is reported where it is not there: %s', (html, found) => {
    const withoutHints = fill(html).found.map((each) => each.replace(/^\d+:\d+ | → .*/g, ''))
    expect(withoutHints).toEqual(found)
  })

  it.each([
    ['<script src="plot.js"></script>', 'src="/blog/posts/plot.js"'],
    ['<link rel="stylesheet" href="/assets/own.css">', 'href="/blog/assets/own.css"'],
    [
      '<link rel="preload" as="image" imagesrcset="/assets/images/a.png 2x">',
      'imagesrcset="/blog/assets/images/a.png 2x"',
    ],
    ['<form action="2024-01-22-other.md">x</form>', 'action="/blog/posts/other/"'],
    ['<input type="image" src="beside.png" alt="Go">', 'src="/blog/posts/beside.png"'],
    ['<q cite="2024-01-22-other.md#a-part">x</q>', 'cite="/blog/posts/other/#a-part"'],
    [
      '<a href="#top" ping="/posts/other/ https://a.example/">x</a>',
      'ping="/blog/posts/other/ https://a.example/"',
    ],
    ['<svg><use href="/assets/icons.svg#a"/></svg>', 'href="/blog/assets/icons.svg#a"'],
    ['<script src="https://a.example/x.js"></script>', 'src="https://a.example/x.js"'],
    ['<form action="?q=1">x</form>', 'action="?q=1"'],
    ['<form action="">x</form>', 'action=""'],
  ])('leads to its final URL, below the base path: %s', (html, attribute) => {
    const own = { 'content/posts/plot.js': '', 'assets/own.css': '', 'assets/icons.svg': '' }
    const file = 'content/posts/from.md'
    const memory = siteOf(
      { ...files, ...own, [file]: `---\ntitle: From\n---\n${html}\n` },
      'url: https://example.org/blog/',
    )
    const { html: filled, diagnostics } = filledBody(memory, articleIn(memory, file))
    expect([diagnostics, filled]).toEqual([[], expect.stringContaining(attribute)])
  })
})

describe('A link of front matter or site.yaml', () => {
  const { index } = siteOf(files, 'url: https://example.org/blog/')
  const from = { file: 'content/posts/bundle/index.md', url: '/posts/bundle/' }
  it.each([
    ['plot.png', '/blog/posts/bundle/plot.png'],
    ['./plot.png', '/blog/posts/bundle/plot.png'],
    ['assets/images/a.png', '/blog/assets/images/a.png'],
    ['/about/', '/blog/about/'],
    ['about', '/blog/about/'],
    ['#x', '/blog/#x'],
    ['https://example.org/x', 'https://example.org/x'],
    ['nowhere', null],
  ])('%s is %s', (url, href) => {
    const at = url === 'about' || url === '#x' ? { file: '', url: '/' } : from
    expect(hrefFor(url, at, index)).toBe(href)
  })

  it('is looked for at the root before it is looked for beside the post', () => {
    const both = siteOf({ 'x.png': '', 'content/posts/a/index.md': '', 'content/posts/a/x.png': '' }).index
    expect(hrefFor('x.png', { file: 'content/posts/a/index.md', url: '/posts/a/' }, both)).toBe('/x.png')
  })
})

describe('Any link', () => {
  const memory = siteOf(files, 'url: https://example.org/blog/')
  const { post } = articleIn(memory, 'content/pages/about.md')
  const url = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc
      .array(
        fc.constantFrom(
          '/',
          '..',
          '.',
          'posts',
          'other',
          '.md',
          '#',
          '?',
          '%',
          '%2F',
          '分',
          '"',
          '<',
          '&',
          ' ',
          'constructor',
          '\\',
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join('')),
  )

  it('is answered within its attribute, and what is found wrong is reported once', () => {
    fc.assert(
      fc.property(url, fc.constantFrom('link' as const, 'image' as const), (given, kind) => {
        const { answers, diagnostics } = answersOf(
          [{ kind, url: given }],
          post,
          memory.index,
          builtInWords.in('en'),
        )
        const body = {
          content: '<a href="\uFDD00\uFDD1">x</a>',
          title: '',
          subtitle: null,
          styles: '',
          inline: { scripts: [], styles: [] },
          headings: [],
        }
        const filled = postHtml(body, { answers, toc: null }).content
        expect(filled).toMatch(/^<a href="[^"]*">x<\/a>$/)
        expect(filled).not.toMatch(/&(?!amp;|quot;|lt;|gt;)/)
        expect(diagnostics.length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 300 },
    )
  })
})

describe('What a body leaves open', () => {
  it('is filled in the table of contents, the excerpt and the description, too', () => {
    const { site, index, bodies } = siteOf({
      'content/posts/a.md':
        '---\ntitle: A\ndate: 2024-01-01\n---\nAs \\eqref{b#eq:x} shows.\n\n## See \\eqref{b#eq:x}\n\n## Two\n\n## Three\n',
      'content/posts/b.md': '---\ntitle: B\ndate: 2024-01-02\n---\n$$x$$ {#eq:x}\n',
    })
    const pages = [...pagesOf(site, index)].map(({ page }) => {
      const html = page.body && bodies.get(page.body.key)
      return JSON.stringify([page, page.body && html ? postHtml(html, page.body) : null])
    })
    expect(pages.some((page) => page.includes('"html":"See (1) in “B”"'))).toBe(true)
    expect(pages.filter((page) => /[\uFDD0-\uFDEF]/.test(page))).toEqual([])
    expect(pages.some((page) => page.includes('"excerpt":"As (1) in “B” shows."'))).toBe(true)
  })
})
