import { describe, expect, it } from 'vitest'
import { hostTexts } from '../../../src/output/hosting.js'
import type { Redirect } from '../../../src/site/links.js'

const redirect = (from: string, href: string): Redirect => ({
  ...{ from, href, to: null, rest: '', title: '', source: '', file: '', place: undefined },
})
const rules = {
  basePath: '/blog/',
  redirects: [
    redirect('/alt/größe (1)/', '/blog/posts/a/?x=$1#part'),
    redirect('/c:d*/:e/', 'https://example.com:8080/*/a:b'),
    redirect('/say "hi" {x}.html', '/blog/'),
  ],
  fingerprinted: ['assets/css/main.12345678.css'],
  fingerprintedFolders: ['pagefind/index/', 'pagefind/:bundle/index/'],
}
const textOf = (host: Parameters<typeof hostTexts>[0][number], name: string) =>
  hostTexts([host], rules).get(name)

describe('The files of hosts', () => {
  it('are those that the host reads', () => {
    const names = (...hosts: Parameters<typeof hostTexts>[0]) => [...hostTexts(hosts, rules).keys()]
    expect(names()).toEqual([])
    expect(names('github')).toEqual(['.nojekyll'])
    expect(names('netlify', 'cloudflare')).toEqual(['_redirects', '_headers'])
    expect(names('vercel')).toEqual(['vercel.json'])
    expect(names('nginx', 'caddy')).toEqual(['_redirects.nginx', '_redirects.caddy'])
    const still = { ...rules, redirects: [] }
    expect([...hostTexts(['netlify', 'nginx', 'caddy'], still).keys()]).toEqual(['_headers'])
  })

  it('redirect on Netlify even where there is a page, as there is at every old URL', () => {
    expect(textOf('netlify', '_redirects')).toBe(
      [
        '/blog/alt/gr%C3%B6%C3%9Fe%20(1)/ /blog/posts/a/?x=$1#part 301!',
        '/blog/c:d%2A/%3Ae/ https://example.com:8080/%2A/a:b 301!',
        '/blog/say%20%22hi%22%20%7Bx%7D.html /blog/ 301!',
        '',
      ].join('\n'),
    )
  })

  it('redirect on Cloudflare without a mark that it does not know', () => {
    expect(textOf('cloudflare', '_redirects')).toMatch(/ 301\n/)
    expect(textOf('cloudflare', '_redirects')).not.toContain('!')
  })

  it('say for ever of what has a digest in its name, and of nothing else', () => {
    expect(textOf('netlify', '_headers')).toBe(
      `/blog/*
  X-Content-Type-Options: nosniff
  Referrer-Policy: strict-origin-when-cross-origin
  Content-Security-Policy: frame-ancestors 'self'
/blog/assets/css/main.12345678.css
  Cache-Control: public, max-age=31536000, immutable
/blog/pagefind/index/*
  Cache-Control: public, max-age=31536000, immutable
/blog/pagefind/:bundle/index/*
  Cache-Control: public, max-age=31536000, immutable
`,
    )
  })

  it('escape for Vercel what its patterns would read', () => {
    const { redirects, headers } = JSON.parse(textOf('vercel', 'vercel.json') ?? '')
    expect(redirects).toEqual([
      {
        source: '/blog/alt/gr%C3%B6%C3%9Fe%20\\(1\\)/',
        destination: '/blog/posts/a/?x=$1#part',
        statusCode: 301,
      },
      {
        source: '/blog/c\\:d\\*/\\:e/',
        destination: 'https://example.com:8080/%2A/a%3Ab',
        statusCode: 301,
      },
      { source: '/blog/say%20%22hi%22%20%7Bx%7D\\.html', destination: '/blog/', statusCode: 301 },
    ])
    expect(headers.map(({ source }: { source: string }) => source)).toEqual([
      '/blog/(.*)',
      '/blog/assets/css/main\\.12345678\\.css',
      '/blog/pagefind/index/(.*)',
      '/blog/pagefind/:bundle/index/(.*)',
    ])
  })

  it('quote for nginx and Caddy what their grammars would read', () => {
    expect(textOf('nginx', '_redirects.nginx')).toBe(
      [
        'location = "/blog/alt/größe (1)/" { return 301 "/blog/posts/a/?x=%241#part"; }',
        'location = "/blog/c:d*/:e/" { return 301 "https://example.com:8080/*/a:b"; }',
        'location = "/blog/say \\"hi\\" {x}.html" { return 301 "/blog/"; }',
        '',
      ].join('\n'),
    )
    expect(textOf('caddy', '_redirects.caddy')).toBe(
      [
        'redir "/blog/alt/gr%C3%B6%C3%9Fe%20(1)/" "/blog/posts/a/?x=$1#part" permanent',
        'redir "/blog/c:d%2A/:e/" "https://example.com:8080/%2A/a:b" permanent',
        'redir "/blog/say%20%22hi%22%20%7Bx%7D.html" "/blog/" permanent',
        '',
      ].join('\n'),
    )
  })
})
