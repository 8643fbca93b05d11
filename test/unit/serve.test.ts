import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { browserCommand } from '../../src/serve/browser.js'
import { byteRange, contentType, verdictOf } from '../../src/serve/files.js'
import { liveClients } from '../../src/serve/live.js'
import { emptyPreview, nextPreview, type OverlayItem } from '../../src/serve/preview.js'
import { isAllowedHost, parseTarget, routeOf, withScript } from '../../src/serve/server.js'
import { follower, isSource, watchSources } from '../../src/serve/watch.js'
import { type Built, ServeError, type ServeOptions, type Serving, serve } from '../../src/serve.js'

const problem = (message: string, severity: 'error' | 'warn' = 'error'): OverlayItem => ({
  rule: 'math-renders',
  severity,
  message,
  hint: null,
  file: 'content/posts/a.md',
  line: 3,
  column: 5,
  frame: '3 | $\\frac$\n  |     ^',
})

type FakeResult = Built & { readonly problems: readonly OverlayItem[] }

/** A build that makes a page of every file of content/, and fails where one holds the word BROKEN. */
async function fakeBuild({ root, out }: { root: string; out: string }): Promise<FakeResult> {
  const config = await readFile(join(root, 'site.yaml'), 'utf8').catch(() => '')
  const basePath = /base: (\S+)/.exec(config)?.[1] ?? '/'
  const names = await readdir(join(root, 'content'))
  const sources = await Promise.all(
    names.map(async (name) => [name, await readFile(join(root, 'content', name), 'utf8')] as const),
  )
  const problems = sources.filter(([, text]) => text.includes('BROKEN')).map(([, text]) => problem(text))
  if (problems.length > 0) return { ok: false, out, basePath, outputs: new Map(), problems }
  const files = new Map<string, string | Buffer>([
    ['index.html', '<!doctype html><title>Home</title><body><h1>Home</h1></body>'],
    ['404.html', '<!doctype html><title>404</title><body><h1>Lost</h1></body>'],
    ['assets/digits.txt', '0123456789'],
    ['assets/what?#.bin', Buffer.from([1, 2, 3])],
    ['empty.txt', ''],
    ['feed.xml', '<feed/>'],
    ['分布/index.html', '<body>分布</body>'],
    ...sources.map(
      ([name, text]) =>
        [
          `posts/${name.replace('.md', '')}/index.html`,
          `<!doctype html><body><main>${text}</main></body>`,
        ] as const,
    ),
  ])
  for (const [path, content] of files) {
    await mkdir(dirname(join(out, path)), { recursive: true })
    await writeFile(join(out, `${path}.new`), content)
    await rename(join(out, `${path}.new`), join(out, path))
  }
  const outputs = new Map(
    [...files].map(([path, content]) => [path, createHash('sha256').update(content).digest('hex')]),
  )
  return { ok: true, out, basePath, outputs, problems: [] }
}

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Sends a request with its path exactly as given: fetch would tidy it. */
function ask(
  port: number | string,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

interface SseEvent {
  readonly event: string
  readonly data: string
}

/** Connects as a browser does; `next` gives the events in order, `ended` resolves when the stream ends. */
async function listenTo(url: string) {
  const abort = new AbortController()
  const response = await fetch(url, { signal: abort.signal })
  const waiting: ((event: SseEvent) => void)[] = []
  const arrived: SseEvent[] = []
  const ended = (async () => {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? []
        if (event === undefined || data === undefined) continue
        const waiter = waiting.shift()
        if (waiter) waiter({ event, data })
        else arrived.push({ event, data })
      }
    }
  })().catch(() => {})
  const next = (): Promise<SseEvent> => {
    const event = arrived.shift()
    return event ? Promise.resolve(event) : new Promise((resolve) => waiting.push(resolve))
  }
  const until = async (name: string): Promise<SseEvent> => {
    for (;;) {
      const event = await next()
      if (event.event === name) return event
    }
  }
  return { response, next, until, arrived, ended, close: () => abort.abort() }
}

const version = (html: string) => /data-version="([^"]*)"/.exec(html)?.[1] ?? ''

let root: string
let served: Serving[]
let logged: string[]

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scholium-serve-'))
  served = []
  logged = []
  await mkdir(join(root, 'content'))
  await writeFile(join(root, 'content/a.md'), 'First')
})

afterEach(async () => {
  await Promise.all(served.map((each) => each.close()))
  await rm(root, { recursive: true, force: true })
})

async function start(options: Partial<ServeOptions<FakeResult>> = {}) {
  const serving = await serve<FakeResult>({
    root,
    port: 0,
    host: '127.0.0.1',
    drafts: false,
    open: false,
    build: fakeBuild,
    overlay: ({ problems }) => problems,
    log: (line) => logged.push(line),
    ...options,
  })
  served.push(serving)
  return { ...serving, port: new URL(serving.url).port }
}

const edit = (text: string, name = 'a.md') => writeFile(join(root, 'content', name), text)

describe('the preview of a site', () => {
  it('serves pages as a static host does: folders by their index, under their slash', async () => {
    const { port } = await start()
    expect(await ask(port, '/')).toMatchObject({ status: 200 })
    expect((await ask(port, '/posts/a/')).body).toContain('First')
    const redirect = await ask(port, '/posts/a?q=1')
    expect([redirect.status, redirect.headers.location]).toEqual([302, '/posts/a/?q=1'])
    expect((await ask(port, '/%E5%88%86%E5%B8%83')).headers.location).toBe('/%E5%88%86%E5%B8%83/')
    expect((await ask(port, '/%E5%88%86%E5%B8%83/')).body).toContain('分布')
  })

  it('adds its script to pages on the way out and leaves the files as they were built', async () => {
    const { port } = await start()
    const { body, headers } = await ask(port, '/posts/a/')
    expect(body).toMatch(
      /<\/main><script src="\/_scholium\/live\.js" data-version="[\w.-]+" defer><\/script><\/body>$/,
    )
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(await readFile(join(root, '.scholium/preview/posts/a/index.html'), 'utf8')).not.toContain('script')
    const script = await ask(port, '/_scholium/live.js')
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(() => new Function(script.body)).not.toThrow()
  })

  it('has the search index made when it is first asked for, once for each build', async () => {
    let made = 0
    const searchIndex = () => {
      made += 1
      if (made === 3) return Promise.reject(new Error('no index'))
      return Promise.resolve(new Map([['pagefind/pagefind.js', Buffer.from(`// ${made}`)]]))
    }
    const { port } = await start({ searchIndex })
    await ask(port, '/posts/a/')
    await ask(port, '/nothing')
    expect(made).toBe(0)
    const script = await ask(port, '/pagefind/pagefind.js')
    expect([script.status, script.body]).toEqual([200, '// 1'])
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect((await ask(port, '/pagefind/pagefind.js?v=2')).body).toBe('// 1')
    expect((await ask(port, '/pagefind/nothing.js')).status).toBe(404)
    const browser = await listenTo(`http://127.0.0.1:${port}/_scholium/events`)
    await edit('Second')
    await browser.until('reload')
    expect(made).toBe(1)
    expect((await ask(port, '/pagefind/pagefind.js')).body).toBe('// 2')
    await edit('Third')
    await browser.until('reload')
    browser.close()
    expect((await ask(port, '/pagefind/pagefind.js')).status).toBe(404)
    expect(logged.join()).toContain('no index')
    // What has failed is tried again.
    expect((await ask(port, '/pagefind/pagefind.js')).body).toBe('// 4')
  })

  it('builds into a folder of its own, with the drafts that are asked for', async () => {
    const asked: unknown[] = []
    await start({
      drafts: true,
      build: (options) => {
        asked.push(options)
        return fakeBuild(options)
      },
    })
    expect(asked).toEqual([
      { root, out: join(root, '.scholium', 'preview'), drafts: true, now: expect.any(Date) },
    ])
    expect(await readdir(root)).not.toContain('dist')
  })

  it('answers 404 with the page of the site, also for what a build did not write', async () => {
    const { port } = await start()
    await writeFile(join(root, '.scholium/preview/old.txt'), 'stale')
    for (const path of ['/nothing/', '/nothing', '/old.txt', '/assets/', '/posts']) {
      const answer = await ask(port, path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(answer.body).toContain('<h1>Lost</h1><script src="/_scholium/live.js"')
    }
  })

  it('answers HEAD like GET without the body, and nothing but these two', async () => {
    const { port } = await start()
    for (const path of ['/', '/assets/digits.txt', '/nothing', '/_scholium/live.js']) {
      const get = await ask(port, path)
      const head = await ask(port, path, { method: 'HEAD' })
      expect(head.body).toBe('')
      expect(head.status).toBe(get.status)
      expect({ ...head.headers, date: '' }).toEqual({ ...get.headers, date: '' })
    }
    expect((await ask(port, '/_scholium/events', { method: 'HEAD' })).status).toBe(200)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const { status, headers } = await ask(port, '/', { method })
      expect([status, headers.allow]).toEqual([405, 'GET, HEAD'])
    }
  })

  it('names the media type of files, whatever their names', async () => {
    const { port } = await start()
    expect((await ask(port, '/feed.xml')).headers['content-type']).toMatch(/xml; charset=utf-8$/)
    const odd = await ask(port, '/assets/what%3F%23.bin')
    expect([odd.status, odd.headers['content-type']]).toEqual([200, 'application/octet-stream'])
    expect(odd.headers['x-content-type-options']).toBe('nosniff')
    expect((await ask(port, '/empty.txt')).headers['content-length']).toBe('0')
  })

  it('sends the parts of a file that are asked for', async () => {
    const { port } = await start()
    const part = async (range: string, more: Record<string, string> = {}) => {
      const { status, headers, body } = await ask(port, '/assets/digits.txt', { headers: { range, ...more } })
      return [status, headers['content-range'], body]
    }
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234'])
    expect(await part('bytes=0-0')).toEqual([206, 'bytes 0-0/10', '0'])
    expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await part('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await part('bytes=8-99')).toEqual([206, 'bytes 8-9/10', '89'])
    expect(await part('bytes=10-')).toEqual([416, 'bytes */10', ''])
    expect(await part('bytes=7-2')).toEqual([200, undefined, '0123456789'])
    expect(await part('bytes=0-1,4-5')).toEqual([200, undefined, '0123456789'])
    expect(await part('bytes=2-4', { 'if-range': '"another"' })).toEqual([200, undefined, '0123456789'])
  })

  it('answers 304 to a browser that has the file', async () => {
    const { port } = await start()
    const { headers } = await ask(port, '/assets/digits.txt')
    const etag = String(headers.etag)
    expect(headers['cache-control']).toBe('no-cache')
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await ask(port, '/assets/digits.txt', { headers: { 'if-none-match': known } })
      expect([again.status, again.body]).toEqual([304, ''])
    }
    const other = await ask(port, '/assets/digits.txt', { headers: { 'if-none-match': '"x"' } })
    expect(other.status).toBe(200)
  })
})

describe('what the preview refuses', () => {
  it('never leaves its folder, by any spelling of a path', async () => {
    const { port } = await start()
    await writeFile(join(root, 'secret.txt'), 'SECRET')
    await writeFile(join(root, '.scholium/secret.txt'), 'SECRET')
    const up = ['..', '%2e%2e', '.%2e', '%2E.', '..%00', '%252e%252e', '%c0%ae%c0%ae', '..%c0%af', '．．']
    const slashes = ['/', '%2f', '%5c', '\\', '%252f', '//']
    const paths = up.flatMap((dots) =>
      slashes.flatMap((slash) => [
        `/${dots}${slash}secret.txt`,
        `/${dots}${slash}${dots}${slash}secret.txt`,
        `/assets${slash}${dots}${slash}${dots}${slash}secret.txt`,
      ]),
    )
    for (const path of [
      ...paths,
      `/${root}/secret.txt`,
      '/%00',
      '/assets/digits.txt%00',
      '/%',
      '/%zz',
      '*',
    ]) {
      const { status, body } = await ask(port, encodeURI(path).replaceAll('%25', '%'))
      expect([path, [400, 404].includes(status ?? 0), body.includes('SECRET')]).toEqual([path, true, false])
    }
  })

  it('does not follow a link out of its folder', async () => {
    const { port } = await start()
    await writeFile(join(root, 'secret.txt'), 'SECRET')
    await rm(join(root, '.scholium/preview/assets/digits.txt'))
    await symlink(join(root, 'secret.txt'), join(root, '.scholium/preview/assets/digits.txt'))
    expect(await ask(port, '/assets/digits.txt')).toMatchObject({ status: 404 })
  })

  it('answers only to its own names', async () => {
    const { port } = await start()
    for (const host of ['localhost', `localhost:${port}`, `127.0.0.1:${port}`, '[::1]:4000', 'a.localhost'])
      expect([host, (await ask(port, '/', { headers: { host } })).status]).toEqual([host, 200])
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1']) {
      const { status, body } = await ask(port, '/', { headers: { host } })
      expect([host, status]).toEqual([host, 403])
      expect(body).toContain('--host')
    }
  })

  it('keeps serving after a request that is no HTTP, and one that is for another server', async () => {
    const { port } = await start()
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end('nonsense\r\n\r\n'))
      socket.on('close', () => resolve())
      socket.resume()
    })
    expect((await ask(port, 'http://evil.example/', { headers: { host: '127.0.0.1' } })).status).toBe(400)
    expect((await ask(port, '/')).status).toBe(200)
  })
})

describe('a site below a path', () => {
  it('is served there, and the root leads to it', async () => {
    await writeFile(join(root, 'site.yaml'), 'base: /blög/')
    const { url, port } = await start()
    expect(url).toBe(`http://127.0.0.1:${port}/bl%C3%B6g/`)
    for (const path of ['/', '/bl%C3%B6g']) {
      const { status, headers } = await ask(port, path)
      expect([status, headers.location]).toEqual([302, '/bl%C3%B6g/'])
    }
    expect((await ask(port, '/bl%C3%B6g/posts/a/')).body).toContain('src="/bl%C3%B6g/_scholium/live.js"')
    expect((await ask(port, '/bl%C3%B6g/posts/a')).headers.location).toBe('/bl%C3%B6g/posts/a/')
    expect((await ask(port, '/posts/a/')).status).toBe(404)
  })

  it('moves when site.yaml says so, and tells the browsers at the old place', async () => {
    const { url, port } = await start()
    const browser = await listenTo(`${url}_scholium/events`)
    await writeFile(join(root, 'site.yaml'), 'base: /blog/')
    await browser.until('reload')
    expect((await ask(port, '/blog/posts/a/')).status).toBe(200)
    expect(logged).toContain(`Serving http://127.0.0.1:${port}/blog/ (Ctrl-C stops it).`)
    browser.close()
  })
})

describe('where it listens', () => {
  it('takes the next free port and says so', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port: taken } = other.address() as AddressInfo
    const { port } = await start({ port: taken })
    expect(Number(port)).toBeGreaterThan(taken)
    expect(logged).toContain(`Port ${taken} is taken: using ${port}.`)
    other.close()
  })

  it('says what is wrong with a host, a port or a folder', async () => {
    await expect(start({ host: '203.0.113.7' })).rejects.toThrow(
      '203.0.113.7 is not an address of this machine.',
    )
    await expect(start({ host: 'no-such-host.invalid' })).rejects.toThrow(ServeError)
    await expect(start({ port: 70_000 })).rejects.toThrow(ServeError)
    await expect(start({ root: join(root, 'nowhere') })).rejects.toThrow('is not a folder')
    const fault = await start({ host: '203.0.113.7' }).catch((error: ServeError) => error.diagnostic)
    expect(fault).toMatchObject({ rule: 'usage-is-valid', severity: 'error', hint: expect.any(String) })
  })
})

describe('a change', () => {
  it('is built and reloads each browser', async () => {
    const { url, port } = await start()
    const browsers = await Promise.all([1, 2, 3].map(() => listenTo(`${url}_scholium/events`)))
    expect(browsers[0]?.response.headers.get('content-type')).toBe('text/event-stream')
    await edit('Second')
    const events = await Promise.all(browsers.map((browser) => browser.next()))
    const { body } = await ask(port, '/posts/a/')
    expect(body).toContain('Second')
    expect(events).toEqual(browsers.map(() => ({ event: 'reload', data: version(body) })))
    for (const browser of browsers) browser.close()
  })

  it('is noticed when a file is saved by renaming, is new, is removed, or lies in a new folder', async () => {
    const { url } = await start()
    const browser = await listenTo(`${url}_scholium/events`)
    for (const text of ['one', 'two']) {
      await edit(text, '.a.md.swp')
      await rename(join(root, 'content/.a.md.swp'), join(root, 'content/a.md'))
      await browser.until('reload')
    }
    await edit('New', 'b.md')
    await browser.until('reload')
    await rm(join(root, 'content/b.md'))
    await browser.until('reload')
    await rm(join(root, 'content'), { recursive: true })
    await mkdir(join(root, 'content'))
    await edit('Again')
    await browser.until('reload')
    browser.close()
  })

  it('that leaves every byte as it was reloads nothing', async () => {
    const { url } = await start()
    const browser = await listenTo(`${url}_scholium/events`)
    await edit('First')
    await expect.poll(() => logged.at(-1)).toMatch(/nothing changed/)
    await edit('Second')
    await browser.next()
    expect(browser.arrived).toEqual([])
    browser.close()
  })

  it('during a build makes exactly one more', async () => {
    let builds = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const starting = start({
      build: async (options) => {
        builds++
        const result = await fakeBuild(options)
        if (builds === 1) await held
        return result
      },
    })
    await expect.poll(() => builds).toBe(1)
    await edit('Second')
    await edit('New', 'b.md')
    // Longer than a save is waited for, so that each of these asks for a build of its own.
    await new Promise((resolve) => setTimeout(resolve, 100))
    await edit('Third')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(builds).toBe(1)
    release()
    const { port } = await starting
    await expect.poll(() => logged.filter((line) => line.startsWith('Built')).length).toBe(2)
    expect((await ask(port, '/posts/a/')).body).toContain('Third')
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(builds).toBe(2)
  })

  it('is never lost, however close to another', async () => {
    const { port } = await start()
    for (let round = 0; round < 8; round++) {
      for (let step = 0; step <= round; step++) {
        await edit(`round ${round} step ${step}`)
        await new Promise((resolve) => setTimeout(resolve, 4 * round))
      }
      await expect
        .poll(async () => (await ask(port, '/posts/a/')).body)
        .toContain(`round ${round} step ${round}<`)
    }
  })

  it('between a page and its connection, or a restart of the server, is caught up with', async () => {
    const { url, port } = await start()
    const page = version((await ask(port, '/')).body)
    const upToDate = await listenTo(`${url}_scholium/events?version=${page}`)
    await edit('Second')
    await upToDate.until('reload')
    expect(upToDate.arrived.filter(({ event }) => event === 'reload')).toEqual([])
    const late = await listenTo(`${url}_scholium/events?version=${page}`)
    expect((await late.next()).event).toBe('reload')
    const other = await start()
    const restarted = await listenTo(`${other.url}_scholium/events?version=${page}`)
    expect((await restarted.next()).event).toBe('reload')
    for (const browser of [upToDate, late, restarted]) browser.close()
  })
})

describe('an error', () => {
  it('is shown over the last good page, until it is mended', async () => {
    const { url, port } = await start()
    const browser = await listenTo(`${url}_scholium/events`)
    await edit('BROKEN <b>&')
    const shown = await browser.next()
    expect(shown.event).toBe('problems')
    expect(JSON.parse(shown.data)).toEqual([problem('BROKEN <b>&')])
    expect((await ask(port, '/posts/a/')).body).toContain('First')
    const late = await listenTo(`${url}_scholium/events`)
    expect(await late.next()).toEqual(shown)
    await edit('First')
    expect((await browser.until('reload')).data).toBe(version((await ask(port, '/')).body))
    expect((await browser.until('problems')).data).toBe('[]')
    browser.close()
    late.close()
  })

  it('in the first build is a page of its own, which reloads when another or no error is left', async () => {
    await edit('BROKEN <script>alert(1)</script>')
    const { url, port } = await start()
    const { status, body } = await ask(port, '/posts/a/')
    expect(status).toBe(500)
    expect(body).toContain('content/posts/a.md:3:5')
    expect(body).toContain('$\\frac$')
    expect(body).toContain('&#60;script&#62;alert(1)')
    expect(body).toContain('data-overlay="off"')
    const browser = await listenTo(`${url}_scholium/events?version=${version(body)}`)
    await edit('BROKEN still')
    await browser.until('reload')
    expect((await ask(port, '/')).body).toContain('BROKEN still')
    await edit('Mended')
    await browser.until('reload')
    expect((await ask(port, '/posts/a/')).body).toContain('Mended')
    browser.close()
  })

  it('of the build itself is shown too, and the next change is built', async () => {
    const { url, port } = await start({
      build: async (options) => {
        const text = await readFile(join(root, 'content/a.md'), 'utf8')
        if (text === 'THROW') throw new Error('out of cheese')
        return fakeBuild(options)
      },
    })
    const browser = await listenTo(`${url}_scholium/events`)
    await edit('THROW')
    expect((await browser.until('problems')).data).toContain('out of cheese')
    expect(logged.join('\n')).toContain('out of cheese')
    await edit('Second')
    await browser.until('reload')
    expect((await ask(port, '/posts/a/')).body).toContain('Second')
    browser.close()
  })
})

describe('closing', () => {
  it('ends open streams and frees the port', async () => {
    const { url, port, close } = await start()
    const browser = await listenTo(`${url}_scholium/events`)
    await close()
    await browser.ended
    await expect(ask(port, '/')).rejects.toThrow('ECONNREFUSED')
    served = []
  })

  it('does not wait for a client that never reads', async () => {
    const { url, port, close } = await start()
    const idle = connect(Number(port), '127.0.0.1')
    idle.on('error', () => {})
    idle.write('GET /_scholium/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
    idle.pause()
    const browser = await listenTo(`${url}_scholium/events`)
    await edit('Second')
    await browser.until('reload')
    await close()
    await browser.ended
    idle.destroy()
    served = []
  })
})

it('answers many requests at once while the site is rebuilt', async () => {
  const { port } = await start()
  let done = false
  const editing = (async () => {
    for (let round = 0; !done; round++) {
      await edit(`round ${round}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  const paths = ['/', '/posts/a/', '/assets/digits.txt', '/nothing', '/feed.xml']
  const statuses: (number | undefined)[] = []
  const worker = async () => {
    for (let n = 0; n < 25; n++) statuses.push((await ask(port, paths[n % paths.length] ?? '/')).status)
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  done = true
  await editing
  expect(statuses.length).toBe(800)
  expect(statuses.filter((status) => status !== 200 && status !== 404)).toEqual([])
  expect(logged.filter((line) => line.includes('could not be sent'))).toEqual([])
})

it('lets go of a browser that does not read what it is told', async () => {
  const clients = liveClients()
  const server = createServer((_request, response) =>
    clients.add(response, { page: null, current: 'x', problems: [] }),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const reading = await listenTo(`http://127.0.0.1:${port}/`)
  const stuck = connect(port, '127.0.0.1').on('error', () => {})
  stuck.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const connections = () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))
  await once(server, 'request')
  expect(await connections()).toBe(2)
  for (let n = 0; n < 1000 && (await connections()) === 2; n++) {
    clients.show([problem('x'.repeat(100_000))])
    await reading.until('problems')
  }
  expect(await connections()).toBe(1)
  clients.close()
  await reading.ended
  stuck.destroy()
  server.close()
})

describe('watching', () => {
  it('follows links within the site, and neither links out of it nor in a circle', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'scholium-elsewhere-'))
    await mkdir(join(root, 'notes'))
    await symlink(join(root, 'notes'), join(root, 'content/notes'))
    await symlink(root, join(root, 'content/circle'))
    await symlink(elsewhere, join(root, 'content/elsewhere'))
    let changes = 0
    const watcher = await watchSources(
      root,
      () => changes++,
      (message) => expect.fail(message),
    )
    await writeFile(join(elsewhere, 'x.md'), 'x')
    await writeFile(join(root, 'README.md'), 'x')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(changes).toBe(0)
    await writeFile(join(root, 'notes/x.md'), 'x')
    await expect.poll(() => changes).toBeGreaterThan(0)
    await watcher.close()
    await rm(elsewhere, { recursive: true })
  })

  it('knows of files that texts name, where they are and where they are not yet', async () => {
    await mkdir(join(root, 'code/deep'), { recursive: true })
    await writeFile(join(root, 'code/train.py'), '1')
    let changes = 0
    const watcher = await watchSources(
      root,
      () => changes++,
      (message) => expect.fail(message),
    )
    const noticed = async (change: () => Promise<unknown>) => {
      changes = 0
      await change()
      await expect.poll(() => changes).toBeGreaterThan(0)
    }
    watcher.name(['code/train.py', 'code/deep/x.py', 'later/y.py', 'z.py'])
    watcher.name(['code/deep/x.py', 'code/other.py'])
    await new Promise((resolve) => setTimeout(resolve, 100))
    changes = 0
    await writeFile(join(root, 'code/unnamed.py'), '1')
    await writeFile(join(root, 'unnamed.py'), '1')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(changes).toBe(0)
    await noticed(() => writeFile(join(root, 'code/train.py'), '22'))
    await noticed(() => writeFile(join(root, 'code/deep/x.py'), '1'))
    await noticed(() => writeFile(join(root, 'code/other.py'), '1'))
    await noticed(() => writeFile(join(root, 'z.py'), '1'))
    await noticed(() => mkdir(join(root, 'later')).then(() => writeFile(join(root, 'later/y.py'), '1')))
    await new Promise((resolve) => setTimeout(resolve, 100))
    await noticed(() => writeFile(join(root, 'later/y.py'), '22'))
    await noticed(() => rm(join(root, 'code/train.py')))
    await noticed(() => writeFile(join(root, 'code/train.py'), '333'))
    await watcher.close()
  })
})

describe('a follower', () => {
  it('never runs its work twice at once, and always once more after the last request', async () => {
    let running = 0
    let state = 0
    let seen = -1
    const work = async () => {
      running++
      expect(running).toBe(1)
      const read = state
      await new Promise((resolve) => setTimeout(resolve, 3))
      seen = read
      running--
    }
    const follow = follower(work, 1)
    for (let n = 0; n < 40; n++) {
      state = n
      follow.request()
      await new Promise((resolve) => setTimeout(resolve, n % 5))
    }
    await expect.poll(() => seen).toBe(39)
    await follow.close()
  })
})

describe('parts', () => {
  it('a range lies within the file, whatever the header', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
      fc.nat().map((n) => `bytes=-${n}`),
      fc.nat().map((n) => `bytes=${n}-`),
    )
    fc.assert(
      fc.property(header, fc.nat({ max: 1000 }), (text, size) => {
        const range = byteRange(text, size)
        if (range === null || range === 'unsatisfiable') return true
        return 0 <= range.start && range.start <= range.end && range.end < size
      }),
    )
  })

  it('a path leads only to what the build wrote', () => {
    const outputs = new Map([
      ['index.html', ''],
      ['a/index.html', ''],
      ['a/b.txt', ''],
    ])
    const base = fc.constantFrom('/', '/blog/')
    const path = fc.array(fc.constantFrom('/', 'a', 'b.txt', '..', '.', 'blog', 'index.html', '\0', '\\'))
    fc.assert(
      fc.property(path, base, (parts, basePath) => {
        const route = routeOf(`/${parts.join('')}`, basePath, outputs)
        if (route.kind === 'redirect') {
          const target = routeOf(route.path, basePath, outputs)
          return target.kind === 'file' && !route.path.startsWith('//')
        }
        return route.kind === 'missing' || outputs.has(route.file)
      }),
    )
  })

  it('a script goes before the last end of the body, and to the end where there is none', () => {
    expect(withScript('<body>a</body></html>', 'S')).toBe('<body>aS</body></html>')
    expect(withScript('<pre></body></pre><İ></BODY >', 'S')).toBe('<pre></body></pre><İ>S</BODY >')
    expect(withScript('a', 'S')).toBe('aS')
  })

  it('a preview changes its generation only with what is to be seen', () => {
    const built = (digest: string, ok = true, basePath = '/'): Built => ({
      ok,
      out: '/out',
      basePath,
      outputs: new Map([['index.html', digest]]),
    })
    const first = nextPreview(emptyPreview, built('a'), [])
    expect(first.generation).toBe(1)
    expect(nextPreview(first, built('a'), [])).toEqual(first)
    expect(nextPreview(first, built('b'), []).generation).toBe(2)
    expect(nextPreview(first, built('a', true, '/blog/'), []).generation).toBe(2)
    const failed = nextPreview(first, built('c', false, '/other/'), [problem('x')])
    expect(failed).toMatchObject({ generation: 1, site: first.site, basePath: '/', failed: true })
    expect(nextPreview(failed, built('a'), []).generation).toBe(2)
  })

  it('targets are decoded once, or refused', () => {
    expect(parseTarget('/a%20b/?q=%20#x')).toEqual({ path: '/a b/', search: '?q=%20' })
    expect(parseTarget('/%252e')).toEqual({ path: '/%2e', search: '' })
    for (const url of ['', '*', 'http://a/', '/%', '/%ff']) expect(parseTarget(url)).toBeNull()
  })

  it('hosts are allowed by name, and by any address only when listening on all', () => {
    expect(isAllowedHost('blog.test:4000', 'Blog.test')).toBe(true)
    expect(isAllowedHost('192.168.1.2:4000', '0.0.0.0')).toBe(true)
    expect(isAllowedHost('[fe80::1]', '::')).toBe(true)
    expect(isAllowedHost('evil.example', '0.0.0.0')).toBe(false)
    expect(isAllowedHost('192.168.1.2', '127.0.0.1')).toBe(false)
    expect(isAllowedHost(undefined, '127.0.0.1')).toBe(false)
    expect(isAllowedHost('127.0.0.1@evil.example', '127.0.0.1')).toBe(false)
  })

  it('sources are watched, and what editors leave beside them is not', () => {
    const watched = [
      'site.yaml',
      'content',
      'content/posts/a.md',
      'assets/css/main.css',
      'templates/post.html',
    ]
    const ignored = ['dist/index.html', '.scholium/cache', 'node_modules', 'README.md', '.git/HEAD', '']
    const leftovers = ['.a.md.swp', 'a.md~', '#a.md#', '.#a.md', '4913', 'a.swp', '.DS_Store']
    expect(watched.filter((path) => !isSource(path))).toEqual([])
    expect([...ignored, ...leftovers.map((name) => `content/${name}`)].filter(isSource)).toEqual([])
  })

  it('media types and entity tags', () => {
    expect(contentType('a.css')).toBe('text/css; charset=utf-8')
    expect(contentType('a.json')).toBe('application/json; charset=utf-8')
    expect(contentType('a.svg')).toBe('image/svg+xml; charset=utf-8')
    expect(contentType('a.woff2')).toBe('font/woff2')
    expect(contentType('CNAME')).toBe('application/octet-stream')
    expect(verdictOf({}, '"a"')).toBe('send')
  })

  it('a browser is opened without a shell', () => {
    const url = 'http://127.0.0.1:4000/?a=1&b=2'
    expect(browserCommand('linux', url)).toEqual(['xdg-open', url])
    expect(browserCommand('darwin', url)).toEqual(['open', url])
    expect(browserCommand('win32', url)).toEqual(['rundll32', 'url.dll,FileProtocolHandler', url])
  })
})
