import { describe, expect, it } from 'vitest'
import { policyFaults, policyOf } from '../../../src/site/policy.js'
import { siteOf } from '../../in-memory-site.js'

const nothing = { styles: [], scripts: [] }

/** What is wrong with the one post of a site, as `line:column message`, with the hint below. */
function faults(body: string, yaml = ''): readonly string[] {
  const { site } = siteOf(
    { 'content/posts/a.md': `---\ntitle: A\n---\n${body}` },
    `url: https://example.org/\n${yaml}`,
  )
  return policyFaults(site).map(({ line, column, message, hint }) => `${line}:${column} ${message}\n${hint}`)
}

describe('The policy of a page', () => {
  it.each([
    [
      'of a plain page',
      'post',
      {},
      nothing,
      "default-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'",
    ],
    [
      'of the page that searches',
      'search',
      {},
      nothing,
      "default-src 'self'; img-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'; form-action 'self'; base-uri 'none'",
    ],
    [
      'of a page with formulas',
      'post',
      {},
      { styles: ["'sha256-a'"], scripts: [] },
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'sha256-a'; form-action 'self'; base-uri 'none'",
    ],
    [
      'with what site.yaml adds',
      'post',
      { 'img-src': ['https://a.example'], 'frame-src': ['https://b.example'], 'base-uri': ["'self'"] },
      nothing,
      "default-src 'self'; img-src 'self' data: https://a.example; form-action 'self'; frame-src 'self' https://b.example; base-uri 'self'",
    ],
    [
      'whose directives take over what site.yaml says of all',
      'post',
      { 'default-src': ['https://a.example'] },
      { styles: ["'sha256-a'"], scripts: ["'sha256-b'"] },
      "default-src 'self' https://a.example; img-src 'self' data: https://a.example; script-src 'self' 'sha256-b' https://a.example; style-src 'self' 'sha256-a' https://a.example; form-action 'self'; base-uri 'none'",
    ],
    [
      'of a site that allows all that is inline, which a hash would forbid',
      'post',
      { 'script-src': ["'unsafe-inline'"] },
      { styles: [], scripts: ["'sha256-b'"] },
      "default-src 'self'; img-src 'self' data:; form-action 'self'; script-src 'self' 'unsafe-inline'; base-uri 'none'",
    ],
    [
      'of a site that forbids something',
      'post',
      { 'object-src': ["'none'"] },
      nothing,
      "default-src 'self'; img-src 'self' data:; form-action 'self'; object-src 'none'; base-uri 'none'",
    ],
  ] as const)('%s', (_, kind, csp, inline, policy) => {
    expect(policyOf(kind, csp, inline)).toBe(policy)
  })

  it('is none where site.yaml says so', () => {
    expect(policyOf('post', false, nothing)).toBeNull()
  })
})

describe('What a page may not load, run or use', () => {
  it('is reported where it stands, with what would allow it', () => {
    expect(
      faults(
        '![](https://a.example/x.png)\n\n<iframe src="https://b.example/"></iframe>\n\n<b onclick="f()">x</b>',
      ),
    ).toEqual([
      '4:1 The page may not load "https://a.example/x.png", which is of another site.\nCopy it into the site, or allow it in site.yaml: csp: { img-src: ["https://a.example"] }.',
      '6:1 The page may not load "https://b.example/", which is of another site.\nCopy it into the site, or allow it in site.yaml: csp: { frame-src: ["https://b.example"] }.',
      '8:1 The page may not run the script in this attribute.\nWrite a <script> element instead, or allow it in site.yaml: csp: { script-src-attr: ["\'unsafe-inline\'"] }.',
    ])
  })

  it.each([
    ['<script src="https://a.example/x.js"></script>', 'script-src'],
    ['<link rel="stylesheet" href="//a.example/x.css">', 'style-src'],
    ['<video src="https://a.example/x.mp4"></video>', 'media-src'],
    ['<audio><source src="https://a.example/x.mp3"></audio>', 'media-src'],
    ['<picture><source srcset="https://a.example/x.avif"><img src="x.png" alt=""></picture>', 'img-src'],
    ['<img src="x.png" srcset="https://a.example/x.png 2x" alt="">', 'img-src'],
    ['<video poster="https://a.example/x.png"></video>', 'img-src'],
    ['<object data="https://a.example/x.svg"></object>', 'object-src'],
    ['<form action="https://a.example/"></form>', 'form-action'],
    ['<iframe src="data:text/html,x"></iframe>', 'frame-src'],
  ])('is told of %s', (html, directive) => {
    expect(faults(html)).toHaveLength(1)
    expect(faults(html)[0]).toContain(`csp: { ${directive}: `)
  })

  it('is neither a file of the site, nor a link, nor data, nor what cannot load anything', () => {
    expect(
      faults(
        '![](a.png) ![](/b.png) ![](https://example.org/c.png) ![](data:image/gif;base64,AA==) [x](https://a.example/) `<img src="https://a.example/x.png">`',
      ),
    ).toEqual([])
  })

  it.each([
    'img-src: https://a.example',
    'img-src: https://a.example:443',
    'img-src: "*.example"',
    'img-src: "https:"',
    'img-src: "*"',
    'img-src: a.example/x/',
    'default-src: a.example',
  ])('is allowed by %s', (allowed) => {
    expect(faults('![](https://a.example/x/y.png)', `csp: { ${allowed} }`)).toEqual([])
  })

  it.each([
    'img-src: https://b.example',
    'img-src: https://a.example:8443',
    'img-src: https://a.example/y/',
    'img-src: "*.a.example"',
    'img-src: "http://x.a.example"',
    'default-src: a.example, img-src: b.example',
    'frame-src: a.example',
  ])('is not allowed by %s', (allowed) => {
    expect(faults('![](https://a.example/x/y.png)', `csp: { ${allowed} }`)).toHaveLength(1)
  })

  it('is nothing to be told where pages have no policy', () => {
    expect(faults('![](https://a.example/x.png) <b onclick="f()">x</b>', 'csp: false')).toEqual([])
  })

  it('may be the image that front matter names, or the avatar of an author', () => {
    const { site } = siteOf({
      'content/posts/a.md': '---\ntitle: A\nauthor: Ada\nimage: https://a.example/x.png\n---\n',
      'content/authors.yaml': 'ada:\n  name: Ada\n  avatar: https://b.example/y.png\n',
    })
    expect(policyFaults(site).map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
      'content/posts/a.md:4:8',
      'content/authors.yaml:3:11',
    ])
  })
})
