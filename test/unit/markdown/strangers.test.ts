import fc from 'fast-check'
import type { Element, Root } from 'hast'
import { describe, expect, it } from 'vitest'
import { visit } from '../../../src/markdown/walk.js'
import { parseHtml } from '../../readable.js'
import { vectors } from '../../strangers.js'
import { findings, post } from './rendered-post.js'

const modes = ['sanitize', 'escape'] as const
const options = (mode: (typeof modes)[number]) => `markdown: { html: ${mode} }\nmath: { trust: true }`

/** Elements and attributes of a body that could run a script, or that Scholium's own HTML never has. */
function dangers(html: string): readonly string[] {
  const found: string[] = []
  visit(parseHtml(html) as Root, 'element', (node: Element) => {
    if (
      /^(?:script|style|iframe|object|embed|link|meta|base|form|button|select|textarea|template|noscript|dialog)$/.test(
        node.tagName,
      )
    )
      found.push(`<${node.tagName}>`)
    for (const [name, value] of Object.entries(node.properties)) {
      if (/^on|^style$|^srcdoc$|^formAction$|^target$|^name$|^accessKey$/i.test(name))
        found.push(`${node.tagName} ${name}`)
      // An id may begin with the same letters: a scheme ends with a colon.
      if (/^\s*(?:(?:javascript|vbscript)\s*:|data:text)/i.test(String(value)))
        found.push(`${node.tagName} ${name}=${value}`)
    }
  })
  return found
}

describe.each(modes)('Under markdown.html: %s', (mode) => {
  it.each(vectors)('nothing dangerous is left of %j', (vector) => {
    expect(dangers(post(vector, options(mode)).html)).toEqual([])
  })

  it('nothing dangerous is left of them put together in any way', () => {
    const parts = fc.oneof(
      fc.constantFrom(...vectors),
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '/',
        '\n',
        '\n\n',
        '`',
        '$',
        '<!--',
        '-->',
        '<p',
        '</p>',
        'onclick=',
        '<![CDATA[',
      ),
      fc.string({ maxLength: 8 }),
    )
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 6 }), (pieces) => {
        expect(dangers(post(pieces.join(''), options(mode)).html)).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  it('what Scholium itself adds is left', () => {
    const { html } = post(
      '## A\n\n> [!theorem] T {#thm:t}\n> See \\ref{thm:t}.\n\n$$x \\label{e}$$\n\n```js\n1\n```\n\n- [x] a\n\nNote[^1]\n\n[^1]: n',
      options(mode),
    )
    for (const part of [
      'id="a"',
      'class="theorem',
      'id="e"',
      'hljs-number',
      'type="checkbox"',
      'data-footnotes',
    ])
      expect(html).toContain(part)
  })
})

describe('Text by strangers', () => {
  it('has the HTML that is safe, and the words of what is not', () => {
    const { html } = post(
      'H<sub>2</sub>O <kbd onclick="x()">Enter</kbd> <blink>b</blink>\n\n<details open><summary>s</summary>\n\n*em*\n\n</details>\n\n<table><tr><td align="right">1 &lt; 2</td></tr></table>',
      options('sanitize'),
    )
    expect(html).toContain('H<sub>2</sub>O <kbd>Enter</kbd> b')
    expect(html).toContain('<details open><summary>s</summary>\n<p><em>em</em></p>\n</details>')
    expect(html).toContain('<td class="align-right">1 &#x3C; 2</td>')
  })

  it('is shown as typed where all HTML is escaped, but for comments', () => {
    const { html } = post('a <b>c</b><!-- d -->\n\n<div>\ne\n</div>\n\n<!-- f -->', options('escape'))
    expect(html.trim()).toBe('<p>a &#x3C;b>c&#x3C;/b></p>\n<p>&#x3C;div>\ne\n&#x3C;/div></p>')
  })

  it('tells what was left out, where', () => {
    expect(findings(post('a <b onclick="x()">c</b>\n\n[l](javascript:x)', options('sanitize')))).toEqual([
      'html-is-allowed 1:3 This site allows no such HTML: the attribute onclick of <b> is left out.',
      'html-is-allowed 3:1 This site allows no such HTML: the link to "javascript:x" is left out.',
    ])
  })

  it.each([
    [
      '![A plot](http://t.example/x.png)',
      '<p><a href="http://t.example/x.png" rel="external">A plot</a></p>',
    ],
    ['![](//t.example/x.png)', '<p><a href="//t.example/x.png" rel="external">//t.example/x.png</a></p>'],
    [
      '[![A *b*](https://t.example/x.png)](https://example.org/)',
      '<p><a href="https://example.org/" rel="external">A b</a></p>',
    ],
    [
      '![A][x]\n\n[x]: https://t.example/x.png "A plot"',
      '<figure><a href="https://t.example/x.png" rel="external">A</a><figcaption>A plot</figcaption></figure>',
    ],
    [
      '![A film](https://t.example/x.mp4)',
      '<p><a href="https://t.example/x.mp4" rel="external">A film</a></p>',
    ],
  ])('loads nothing of other sites: of %j a link is left', (body, expected) => {
    for (const mode of modes) {
      const rendered = post(body, options(mode))
      expect(rendered.html.trim()).toBe(expected)
      expect(rendered.embedded).toEqual([])
      expect(rendered.diagnostics.map(({ rule, line, column }) => [rule, line, column])).toEqual([
        ['resource-is-allowed', 1, body.startsWith('[!') ? 2 : 1],
      ])
    }
  })

  it.each([
    [
      '<img src="https://t.example/x.png" alt="A" id="a">',
      '<a href="https://t.example/x.png" id="a" rel="external">A</a>',
    ],
    ['<img src="/\\t.example/x.png">', '<a href="/\\t.example/x.png" rel="external">/\\t.example/x.png</a>'],
    ['<img src="\\\\t.example/x.png" alt="A">', '<a href="\\\\t.example/x.png" rel="external">A</a>'],
    ['<img src="/\t/t.example/x.png" alt="A">', '<a href="/\t/t.example/x.png" rel="external">A</a>'],
    [
      '<picture><source srcset="/a.webp, https://t.example/x.webp 2x"><img src="https://t.example/x.png" alt="A"></picture>',
      '<a href="https://t.example/x.png" rel="external">A</a>',
    ],
    [
      '<video controls><source src="https://t.example/x.webm"><source src="//t.example/x.mp4">Words</video>',
      '<a href="https://t.example/x.webm" rel="external">https://t.example/x.webm</a>',
    ],
    [
      '<audio src="https://t.example/x.mp3"></audio>',
      '<a href="https://t.example/x.mp3" rel="external">https://t.example/x.mp3</a>',
    ],
  ])('loads nothing of other sites by HTML: of %j a link is left', (body, expected) => {
    const { html, embedded, diagnostics } = post(`a ${body}`, options('sanitize'))
    expect(html.trim()).toBe(`<p>a ${expected}</p>`)
    expect(embedded).toEqual([])
    expect(new Set(diagnostics.map(({ rule }) => rule))).toEqual(new Set(['resource-is-allowed']))
  })

  it('keeps what is of the site where only what stands beside it is not', () => {
    const { html, embedded, diagnostics } = post(
      'a <video src="/a.mp4" poster="https://t.example/x.png"><track src="https://t.example/x.vtt"></video>' +
        ' <picture><source srcset="https://t.example/x.webp"><img src="/a.png" srcset="https://t.example/y.png 2x" alt="A"></picture>',
      options('sanitize'),
    )
    expect(html).not.toContain('t.example')
    expect(html).toMatch(/<video src="[^"]*"><\/video> <picture><img src="[^"]*" alt="A"/)
    expect(embedded).toEqual([])
    expect(diagnostics.map(({ rule }) => rule)).toEqual(Array(4).fill('resource-is-allowed'))
  })

  it('loads what site.yaml allows, and what is its own', () => {
    const allowing = `${options('sanitize')}\nurl: https://example.org/\ncsp: { img-src: https://i.example }`
    for (const url of [
      'https://i.example/x.png',
      'https://example.org/x.png',
      'data:image/png;base64,AAAA',
    ]) {
      const { html, diagnostics } = post(`![A](${url})`, allowing)
      expect(html).toContain(`<img src="${url}"`)
      expect(diagnostics).toEqual([])
    }
    expect(post('![A](https://i.example/x.mp4)', allowing).html).toContain(
      '<a href="https://i.example/x.mp4"',
    )
    // Whose authors are trusted asks nobody.
    expect(post('![A](https://i.example/x.png)', 'csp: false').html).toContain(
      '<img src="https://i.example/x.png"',
    )
  })

  it('is no taller by attributes than its words', () => {
    const { html } = post(
      '<table border="9999" cellpadding="9999" cellspacing="9999" width="50%"><tr height="9999"><td height="9999">a</td></tr></table>\n\n<hr size="9999">',
      options('sanitize'),
    )
    expect(html).toContain('width="50%"')
    expect(html).not.toContain('9999')
  })

  it('trusts no formula, whatever math.trust says', () => {
    expect(findings(post('$\\htmlStyle{color:red}{x}$', options('sanitize')))[0]).toMatch(/^math-renders 1:2/)
  })

  it('has no id of the frame of a page, which keeps its own', () => {
    const { html } = post(
      '## A {#main}\n\n<p id="main">b</p>\n\n> [!NOTE] T {#main}\n> c\n\nNote[^1]\n\n[^1]: n',
      options('sanitize'),
    )
    expect(html).not.toContain('id="main"')
    expect(html).toContain('id="footnote-label"')
    expect(post('<p id="main">b</p>').html).toContain('id="main"')
  })

  it('silences no rule', () => {
    const body = '<!-- scholium-ignore html-is-allowed -->\n<b onclick="x()">c</b>'
    expect(post(body, options('sanitize')).ignores).toEqual([])
    expect(post(body).ignores).toHaveLength(1)
  })

  it('chooses no classes by the attribute that references to notes have', () => {
    const { html } = post('<a data-footnote-ref>1 site-header</a> Note[^1]\n\n[^1]: n', options('sanitize'))
    expect(html).not.toContain('class="note-1 site-header"')
    expect(html).toContain('class="note-1"')
  })
})
