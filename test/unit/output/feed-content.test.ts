import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText } from '../../../src/content/source.js'
import { calloutKinds } from '../../../src/markdown/callouts.js'
import { plainMathml } from '../../../src/markdown/math/plain.js'
import { renderer } from '../../../src/markdown/pipeline.js'
import { english } from '../../../src/markdown/quotation.js'
import { theoremKinds } from '../../../src/markdown/theorems.js'
import { feedContent } from '../../../src/output/feed-content.js'
import { configOf } from '../../in-memory.js'
import { englishBodyWords } from '../../words.js'

const url = 'https://example.org/posts/a/'

/** Gives a body as a feed holds it. */
function content(body: string, { yaml = '', plain = false } = {}): string {
  const { math, markdown, theorems, callouts } = configOf(yaml)
  const render = renderer({
    siteUrl: null,
    smartPunctuation: markdown.smartPunctuation,
    extensions: markdown,
    math,
    theorems: { ...theoremKinds, ...theorems },
    callouts: { ...calloutKinds, ...callouts },
  })
  return feedContent(
    render(cleanText(body), { title: 'A title', words: englishBodyWords, quotation: english }).html,
    {
      url,
      plain: plain ? plainMathml : null,
    },
  )
}

describe('A formula in a feed', () => {
  it('stands there once, as MathML with its TeX', () => {
    expect(content('Let $a<b$.')).toBe(
      '<p>Let <math alttext="a&lt;b"><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math>.</p>',
    )
  })

  it('that is displayed says so', () => {
    expect(content('$$x$$')).toBe('<p><math display="block" alttext="x"><mrow><mi>x</mi></mrow></math></p>')
    expect(content('$$x$$ {#eq:x}')).toMatch(/^<p><math display="block" alttext="x">.*\(1\).*<\/math><\/p>$/)
  })

  it('has its letters in the alphabet they are meant in, and only URLs that lead there', () => {
    expect(content('$\\mathbb{R}$')).toContain('<mi>ℝ</mi>')
    expect(content('$$x \\label{a}$$\n\n$\\eqref{a}$')).toContain(`href="${url}#a"`)
    const trusting = { yaml: 'math: { trust: true }' }
    expect(content('$\\href{/b/}{x}$', trusting)).toContain('href="https://example.org/b/"')
    expect(content('$\\href{javascript:alert(1)}{x}$', trusting)).not.toContain(' href=')
    expect(content('$\\class{a}{x} \\htmlStyle{color:red}{y} \\htmlId{i}{z}$', trusting)).not.toMatch(
      / (?:class|style|id)=/,
    )
  })

  it('is the same whether pages have KaTeX’s HTML or MathML alone', () => {
    const body = 'A $\\log x_1$ and\n\n$$\\begin{align} a &= \\mathbf{b} \\\\ c &= d \\end{align}$$'
    expect(content(body, { yaml: 'math: { output: mathml }' })).toBe(content(body))
  })

  it('as text stands on a line of its own only where it is displayed among words', () => {
    expect(content('A $x^2$, then $$\\frac12$$ then\n\n$$\\alpha<1$$', { plain: true })).toBe(
      '<p>A x², then <br>1/2<br> then</p>\n<p>α &lt; 1</p>',
    )
    expect(content('$$x$$ {#eq:x}', { plain: true })).toMatch(/^<p>x\s*\(1\)<\/p>$/)
  })

  it('that KaTeX rejects, or that was written as HTML, is shown', () => {
    expect(content('$\\nosuch$')).toBe('<p><code>\\nosuch</code></p>')
    expect(content('<b class="math-inline">x</b>')).toContain(
      '<math alttext="x"><mrow><mi>x</mi></mrow></math>',
    )
    expect(content('<math><mi onclick="a()">x</mi></math>')).toContain('<math><mi>x</mi></math>')
  })
})

describe('The body of a post in a feed', () => {
  it.each([
    ['the anchor of a heading', '## One', '<h2>One</h2>'],
    ['the way back from a note', 'A[^1]\n\n[^1]: Note.', /<p>Note\. <\/p>/],
    ['the box of a table', '|a|\n|-|\n|b|', /^<table>/],
    ['the colours of code', '```js\nlet a\n```', '<pre><code class="language-js">let a\n</code></pre>'],
    [
      'the roles and classes of callouts, which are quotes',
      '> [!NOTE] A title\n> Words.',
      '<blockquote>\n<p><strong>Note</strong>: A title</p>\n<p>Words.</p>\n</blockquote>',
    ],
    [
      'the classes of what is folded',
      '> [!TIP]- A title\n> Words.',
      '<details>\n<summary><strong>Tip</strong>: A title</summary>\n<p>Words.</p>\n</details>',
    ],
    [
      'the ids of figures',
      '![A](/a.png "Words"){#fig:a}',
      /^<figure>[^<]*<figcaption><strong>Figure 1<\/strong>: Words<\/figcaption><\/figure>$/,
    ],
    [
      'the box of a table with a caption',
      '|a|\n|-|\n|b|\n\n: Words {#tab:a}',
      /^<figure><figcaption><strong>Table 1<\/strong>: Words<\/figcaption><table>/,
    ],
    ['scripts and styles', 'A\n\n<script>a()</script><style>a{}</style>', /^<p>A<\/p>\s*$/],
    ['handlers, styles and classes', '<p onclick="a()" style="b" class="c" id="d">A</p>', '<p>A</p>'],
    ['forms', '<form action="/a"><label>A <input></label><button>B</button></form>', /^A $/],
    ['dangerous links', '<a href="java&#10;script:a()">A</a>', '<p><a>A</a></p>'],
  ])('has not %s', (_, body, expected) => {
    if (typeof expected === 'string') expect(content(body)).toBe(expected)
    else expect(content(body)).toMatch(expected)
  })

  it.each([
    ['a box that is ticked', '- [x] A', '<ul>\n<li>☑ A</li>\n</ul>'],
    [
      'a frame, by a link',
      '<iframe src="//a.example/film" title="A film"></iframe>',
      '<p><a href="https://a.example/film">A film</a></p>',
    ],
    [
      'an object, by a link and what it holds',
      '<object data="https://a.example/b">C</object>',
      /<a href="https:\/\/a\.example\/b">https:\/\/a\.example\/b<\/a>/,
    ],
    ['what is there without JavaScript', '<noscript><b>A</b></noscript>', '<p><b>A</b></p>'],
    [
      'the side that a column stands to',
      '|a|\n|-:|\n|b|',
      /<th align="right">a<\/th>[\s\S]*<td align="right">b<\/td>/,
    ],
    [
      'a drawing',
      '<svg viewBox="0 0 1 1"><title>A</title><use href="#b"/><path d="M0 0" onload="a()"/><script>a()</script></svg>',
      '<p><svg viewBox="0 0 1 1"><title>A</title><use href="#b"></use><path d="M0 0"></path></svg></p>',
    ],
    [
      'films with their controls',
      '<video src="https://a.example/b.mp4" autoplay></video>',
      '<p><video src="https://a.example/b.mp4" controls></video></p>',
    ],
    ['languages', '<span lang="fr">A</span> <span>B</span>', '<p><span lang="fr">A</span> B</p>'],
  ])('has %s', (_, body, expected) => {
    if (typeof expected === 'string') expect(content(body)).toBe(expected)
    else expect(content(body)).toMatch(expected)
  })

  it('has absolute URLs, but for the holes that are filled later', () => {
    expect(content('[a](#b) <a href="//c.example/">c</a>\n\n## B')).toContain(
      `<a href="${url}#b">a</a> <a href="https://c.example/">c</a>`,
    )
    expect(content('[a](b.md)')).toBe('<p><a href="\uFDD00\uFDD1">a</a></p>')
    expect(content('<img src="a.png" srcset="b.png 1x, //c.example/d.png 2x" alt="">')).toMatch(
      /srcset="\uFDD0\d\uFDD1 1x, https:\/\/c\.example\/d\.png 2x"/,
    )
    expect(content('<q cite="/d">e</q>')).toBe('<p><q cite="\uFDD00\uFDD1">e</q></p>')
    expect(content('<q cite="//c.example/d">e</q>')).toBe('<p><q cite="https://c.example/d">e</q></p>')
  })

  it('of any HTML has no element that runs, no handler, and no mark of ours', () => {
    const piece = fc.constantFrom(
      ...[
        '<script>',
        '</script>',
        '<svg>',
        '</svg>',
        '<math>',
        '</math>',
        '<style>',
        '<annotation-xml>',
        '<p>',
      ],
      ...[
        '<img src=x onerror=a()>',
        '<a href="javascript:a()">',
        '</a>',
        '<iframe srcdoc="<script>">',
        '<table>',
      ],
      ...[
        '<template>',
        '</template>',
        '<noscript>',
        '<textarea>',
        '</textarea>',
        '<select>',
        '<foreignObject>',
      ],
      ...[
        '$x$',
        '$$y$$',
        '&#xFDD5;',
        '&#64982;',
        '&#xFDD0;0&#xFDD1;',
        '<!--',
        '-->',
        '\n\n',
        '<',
        '>',
        '"',
        "'",
        'a',
      ],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, plain) => {
        const html = content(pieces.join(''), { plain })
        const tags = [...html.matchAll(/<[a-z][^>]*>/gi)].map(String)
        expect(
          tags.filter((tag) =>
            /^<(?:script|style|iframe|template|foreignObject)|\son\w+\s*=|="javascript:/i.test(tag),
          ),
        ).toEqual([])
        expect(html).not.toMatch(/[\uFDD5\uFDD6]/)
      }),
      { numRuns: 300 },
    )
  })
})

describe('Text in a feed', () => {
  it('is marked as on the page', () => {
    expect(content('HTML ==m== x^2^ H~2~O ++Ctrl+C++\n\n*[HTML]: Hypertext\n')).toBe(
      '<p><abbr title="Hypertext">HTML</abbr> <mark>m</mark> x<sup>2</sup> H<sub>2</sub>O <kbd>Ctrl</kbd>+<kbd>C</kbd></p>',
    )
    expect(content('a\n: b\n\n<!-- more -->')).toBe('<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>\n')
  })
})
