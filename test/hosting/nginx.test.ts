/** The published folder on a real nginx, at a domain's root and below a path, with the configuration that `init` writes. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { visit } from 'unist-util-visit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuildResult, build } from '../../src/build.js'
import { encodePath } from '../../src/content/permalink.js'
import { initSite } from '../../src/scaffold.js'
import { png } from '../incremental/site.js'
import { parseHtml } from '../readable.js'
import { writeFiles } from '../site-folder.js'
import { headerRules, headersFor } from './headers.js'
import { findBrotliModule, findNginx } from './nginx.mjs'

const nginx = findNginx()
const brotliModule = findBrotliModule()
const now = new Date('2026-01-01T00:00:00Z')

const post = (matter: string, body: string) => `---\n${matter}\n---\n\n${body}\n`
const filler = 'Words that make the page longer than one packet. '.repeat(40)
const sources = {
  'content/posts/first.md': post(
    'title: First\ndate: 2024-01-01\ntags: [C++, Öl]\naliases: [/2019/first/, "/alt/größe (1)/", /first.html]',
    `$x^2$ and [second](second/index.md), [an old URL](/2019/second/).\n\n${filler}`,
  ),
  'content/posts/second/index.md': post(
    'title: Second\ndate: 2024-01-02\ntags: [c]\nredirect_from: /2019/second/',
    '![plot](plot.png) and [data](a%20b.csv), [elsewhere](https://example.com/).\n\n## Part\n\nEnd.',
  ),
  'content/posts/second/plot.png': png(1),
  'content/posts/second/a b.csv': `${'a,b\n'.repeat(400)}`,
  'content/pages/about.md': post('title: About', 'About. [Old](/moved/)'),
  'assets/images/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n',
}
const redirects = {
  '/2019/first/': '/posts/first/',
  '/alt/größe (1)/': '/posts/first/',
  '/first.html': '/posts/first/',
  '/2019/second/': '/posts/second/',
  '/moved/': '/posts/second/?q=$1#part',
}

describe.skipIf(nginx === null && !process.env.CI).each(['/', '/blog/'])(
  'A site at %s of an nginx',
  (base) => {
    let home: string
    let dist: string
    let port: number
    let server: ChildProcess
    let result: BuildResult

    beforeAll(async () => {
      home = await realpath(await mkdtemp(join(tmpdir(), 'scholium-nginx-')))
      const root = join(home, 'site')
      dist = join(home, `www${base}`)
      const site = [
        'title: Hosted',
        `url: https://example.org${base}`,
        'hosting: { on: [nginx, netlify], precompress: [br, gzip] }',
        'redirects: { /moved/: "content/posts/second/index.md?q=$1#part" }',
      ]
      await writeFiles(root, { ...sources, 'site.yaml': `${site.join('\n')}\n` })
      result = await build({ root, out: dist, drafts: false, now })
      expect([result.ok, result.diagnostics]).toEqual([true, []])
      const { written } = await initSite({ root, now, deploy: 'nginx' })
      expect(written).toEqual(['nginx.conf'])
      port = await freePort()
      server = await start(home, adapted(readFileSync(join(root, 'nginx.conf'), 'utf8'), home, port), port)
    })

    afterAll(async () => {
      server?.kill('SIGTERM')
      if (home) await rm(home, { recursive: true, force: true })
    })

    const get = (path: string, accept = 'identity') => ask(port, path, accept)
    const pathOf = (output: string) => encodePath(`${base}${output.replace(/(^|\/)index\.html$/, '$1')}`)
    const published = () =>
      [...result.outputs.keys()].filter((output) => !/\.(br|gz)$|^_|^404/.test(output) && !isOld(output))
    const isOld = (output: string) =>
      Object.keys(redirects).some(
        (from) => output === `${from.slice(1)}index.html` || output === from.slice(1),
      )

    it('answers every link that can be followed from its home page', async () => {
      const seen = new Map<string, number>()
      const waiting = [base]
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
        if (seen.has(path)) continue
        const { status, headers, body } = await get(path)
        seen.set(path, status)
        if (status === 301) waiting.push(new URL(headers.location ?? '', `http://x${path}`).pathname)
        if (String(headers['content-type']).startsWith('text/html')) waiting.push(...linksOf(body, path))
      }
      expect([...seen].filter(([, status]) => status !== 200)).toEqual([])
      const pages = published().filter((output) => output.endsWith('.html'))
      expect(pages.filter((output) => !seen.has(pathOf(output)))).toEqual([])
      expect(seen.has(pathOf('posts/second/plot.png'))).toBe(true)
      expect(seen.has(pathOf('posts/second/a b.csv'))).toBe(true)
    })

    it('sends every file with its bytes, its type, and the headers that other hosts are told', async () => {
      const rules = headerRules(readFileSync(join(dist, '_headers'), 'utf8'))
      const told = (path: string) => {
        const headers = headersFor(rules, path)
        expect(new Set(headers.map(([name]) => name)).size, `${path} has a header twice`).toBe(headers.length)
        return Object.fromEntries(headers)
      }
      for (const output of published()) {
        const { status, headers, body } = await get(pathOf(output))
        expect([output, status, body.equals(readFileSync(join(dist, output)))]).toEqual([output, 200, true])
        const expected = { 'cache-control': 'no-cache', ...told(pathOf(output)) }
        expect({ output, ...picked(headers, Object.keys(expected)) }).toEqual({ output, ...expected })
        expect([output, headers['content-type']]).toEqual([output, typeOf(output)])
      }
    })

    it('keeps for ever only what has a digest in its name', async () => {
      const kept: string[] = []
      for (const output of published())
        if (/immutable/.test((await get(pathOf(output))).headers['cache-control'] ?? '')) kept.push(output)
      const digest = /[./](?:[0-9a-f]{8}|[0-9a-f]{10}|[0-9a-f]{16})\.\w+$|_[0-9a-f]{7,}\.pf_\w+$/
      expect(kept.filter((output) => !digest.test(output))).toEqual([])
      const kinds = new Set(kept.map((output) => output.replace(/^.*\./, '')))
      expect([...kinds].sort()).toEqual(['css', 'js', 'pf_filter', 'pf_fragment', 'pf_index', 'svg', 'woff2'])
    })

    it('leads on from every old URL for good, to where it has moved', async () => {
      for (const [from, to] of Object.entries(redirects)) {
        const { status, headers } = await get(encodePath(base + from.slice(1)))
        const location = `${base}${to.slice(1)}`.replace('$', '%24')
        expect([from, status, headers.location]).toEqual([from, 301, location])
        expect((await get(location.replace(/[?#].*/, ''))).status).toBe(200)
      }
    })

    it('adds the slash that a reader left out', async () => {
      const { status, headers } = await get(`${base}posts/first`)
      expect([status, headers.location]).toEqual([301, `${base}posts/first/`])
    })

    it('says 404 with the site’s own page where nothing is', async () => {
      for (const path of [`${base}nowhere/`, `${base}posts/first/x.png`, `${base}_redirects.nginx`]) {
        const { status, body, headers } = await get(path)
        const own = path.endsWith('.nginx') ? body : readFileSync(join(dist, '404.html'))
        expect([path, status, body.equals(own)]).toEqual([path, 404, true])
        if (!path.endsWith('.nginx')) expect(headers['x-content-type-options']).toBe('nosniff')
      }
    })

    it('sends the compressed copies that were written, to those who can read them', async () => {
      const page = 'posts/first/index.html'
      const whole = readFileSync(join(dist, page))
      const gzip = await get(pathOf(page), 'gzip')
      expect([gzip.headers['content-encoding'], gzip.headers.vary]).toEqual(['gzip', 'Accept-Encoding'])
      expect(gzip.body.equals(readFileSync(join(dist, `${page}.gz`)))).toBe(true)
      expect(gunzipSync(gzip.body).equals(whole)).toBe(true)
      expect(gzip.headers['cache-control']).toBe('no-cache')
      if (brotliModule) {
        const brotli = await get(pathOf(page), 'br')
        expect(brotli.headers['content-encoding']).toBe('br')
        expect(brotliDecompressSync(brotli.body).equals(whole)).toBe(true)
      }
      expect((await get(pathOf(page))).headers['content-encoding']).toBeUndefined()
    })
  },
)

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

function ask(port: number, path: string, accept: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      headers: { host: 'example.org', 'accept-encoding': accept },
    }
    const sent = request(options, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
        }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** Gives the paths on the same host that a page links to or loads. */
function linksOf(body: Buffer, path: string): readonly string[] {
  const here = new URL(path, 'https://example.org')
  const paths: string[] = []
  visit(parseHtml(body.toString('utf8')), 'element', ({ properties: { href, src } }) => {
    for (const url of [href, src]) {
      const target = typeof url === 'string' ? new URL(url, here) : null
      if (target?.origin === here.origin) paths.push(target.pathname)
    }
  })
  return paths
}

function picked(headers: IncomingHttpHeaders, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, headers[name]]))
}

function typeOf(output: string): string {
  const types: Readonly<Record<string, string>> = {
    html: 'text/html; charset=utf-8',
    css: 'text/css; charset=utf-8',
    js: 'application/javascript; charset=utf-8',
    svg: 'image/svg+xml; charset=utf-8',
    xml: 'text/xml; charset=utf-8',
    txt: 'text/plain; charset=utf-8',
    json: 'application/json; charset=utf-8',
    png: 'image/png',
    woff2: 'font/woff2',
  }
  return types[output.replace(/^.*\./, '')] ?? 'application/octet-stream'
}

/** Gives the configuration that `init` wrote with this machine's folder and port in place of a server's. */
function adapted(text: string, home: string, port: number): string {
  const changed = text
    .replaceAll('/srv/www', join(home, 'www'))
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
    .replace('# brotli_static on;', brotliModule ? 'brotli_static on;' : '')
  expect(changed).toContain(`listen 127.0.0.1:${port};`)
  return changed
}

async function start(home: string, site: string, port: number): Promise<ChildProcess> {
  const program = nginx ?? 'nginx'
  const { stderr } = spawnSync(program, ['-V'], { encoding: 'utf8' })
  const types = join(dirname(/--conf-path=(\S+)/.exec(stderr)?.[1] ?? '/etc/nginx/nginx.conf'), 'mime.types')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${home}/${name};`,
  )
  const config = [
    ...(brotliModule ? [`load_module ${brotliModule};`] : []),
    // Its workers are else another user's, who may not read a temporary folder.
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    `daemon off; pid ${home}/pid; error_log ${home}/error.log; events {}`,
    `http { include ${types}; default_type application/octet-stream; access_log off; ${temporary.join(' ')}`,
    site,
    '}',
  ]
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'nginx.conf'), `${config.join('\n')}\n`)
  const server = spawn(program, ['-p', home, '-c', join(home, 'nginx.conf'), '-e', join(home, 'error.log')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  server.stderr?.on('data', (part) => {
    said += part
  })
  for (let attempt = 0; attempt < 100 && server.exitCode === null; attempt++) {
    const isUp = await ask(port, '/', 'identity').then(
      () => true,
      () => false,
    )
    if (isUp) return server
    await wait(50)
  }
  throw new Error(`nginx does not answer: ${said}`)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
