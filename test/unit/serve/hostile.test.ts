/** The preview's server and clients that mean no good, or know no better: spoken to over bare sockets. */
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { METHODS } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { verdictOf } from '../../../src/serve/files.js'
import { liveClients } from '../../../src/serve/live.js'
import { emptyPreview, nextPreview, type OverlayItem } from '../../../src/serve/preview.js'
import { type Limits, previewServer } from '../../../src/serve/server.js'
import { type Files, filesIn, siteFolder, writeFiles } from '../../site-folder.js'

const secret = 'SECRET'
const page = '<!doctype html><title>Page</title><body><h1>Page</h1></body>'
const usual: Files = {
  'index.html': page,
  'posts/a/index.html': page,
  '404.html': '<!doctype html><title>404</title><body><h1>Lost</h1></body>',
  'digits.txt': '0123456789',
  'empty.txt': '',
}

/** Serves files of a folder, beside which lies what nobody may read. */
async function start(files: Files = usual, limits: Partial<Limits> = {}) {
  const root = await siteFolder({ 'secret.txt': secret, 'out.txt': secret })
  const out = join(root, 'out')
  await writeFiles(out, files)
  const outputs = new Map(Object.keys(await filesIn(out)).map((path) => [path, path]))
  const preview = nextPreview(emptyPreview, { ok: true, out, basePath: '/', outputs }, [])
  const clients = liveClients()
  const logged: string[] = []
  const server = previewServer({
    ...{
      root,
      preview: () => preview,
      lateFile: async () => null,
      ready: Promise.resolve(),
      session: 's',
      clients,
    },
    ...{ host: '127.0.0.1', log: (line: string) => logged.push(line), limits },
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    clients.close()
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))
  return { root, out, port, clients, logged, connections }
}

/** Connects; what the other side does to the connection is no error of the test. */
async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends bytes as they are and gives all that comes back until the connection ends. */
async function said(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = await dial(port)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  await ended
  return Buffer.concat(chunks).toString('latin1')
}

/** Reads the one answer of a connection. */
function parsed(text: string): Answer {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [status = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line) => {
    const [, name = '', value = ''] = /^([^:]*): (.*)$/.exec(line) ?? []
    return [name.toLowerCase(), value] as const
  })
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(status)?.[1]),
    headers: Object.fromEntries(headers),
    body: rest.join('\r\n\r\n'),
  }
}

/** Sends one request, its line and headers as they are given, and gives the one answer. */
async function ask(port: number, line: string, ...headers: readonly string[]): Promise<Answer> {
  const host = headers.some((header) => /^host:/i.test(header)) ? [] : ['Host: localhost']
  return parsed(
    await said(port, [`${line} HTTP/1.1`, ...host, ...headers, 'Connection: close', '', ''].join('\r\n')),
  )
}

/** What every test of a client that takes much ends with: another is served as if nothing were. */
const servesOthers = async (port: number) => {
  expect((await ask(port, 'GET /digits.txt')).body).toBe('0123456789')
}

/** How many files and sockets this process has open; null where the system does not say. */
function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return null
  }
}

describe('A path', () => {
  const dots = [
    '..',
    '%2e%2e',
    '.%2e',
    '%2E.',
    '%252e%252e',
    '%25252e%25252e',
    '\xc0\xae\xc0\xae',
    '%c0%ae%c0%ae',
  ]
  const more = ['%e0%80%ae%e0%80%ae', '..%00', '..\0', '...', '..;', '%uff0e%uff0e', '%ef%bc%8e%ef%bc%8e']
  const slashes = ['/', '//', '%2f', '%2F', '%5c', '\\', '%252f', '%c0%af', '\xc0\xaf', '/./', '%e2%88%95']
  const ups = [...dots, ...more].flatMap((up) =>
    slashes.flatMap((slash) => [
      `/${up}${slash}secret.txt`,
      `${slash}${up}${slash}secret.txt`,
      `/posts${slash}${up}${slash}${up}${slash}secret.txt`,
      `/posts/a/${up}${slash}${up}${slash}${up}${slash}secret.txt`,
    ]),
  )

  it('leads to what was built and nowhere else, however it is spelt', async () => {
    const { port, root } = await start()
    const targets = [
      ...ups,
      ...[`/${root}/secret.txt`, `//${root}/secret.txt`, `${root}/secret.txt`, 'secret.txt', '../secret.txt'],
      ...[
        '/out.txt',
        '/../out.txt',
        '/digits.txt%00',
        '/digits.txt\0',
        '/digits.txt%20',
        '/digits.txt.',
        '/digits.txt/',
      ],
      ...[
        '/digits.txt::$DATA',
        '/DIGITS.TXT',
        '/%64igits.txt%',
        '/%',
        '/%zz',
        '/%f',
        '*',
        '',
        '?',
        '#',
        '/\x7f',
      ],
      ...[
        `file://${root}/secret.txt`,
        `http://localhost/../secret.txt`,
        `http://localhost${root}/secret.txt`,
      ],
    ]
    const wrong: string[] = []
    for (let from = 0; from < targets.length; from += 50) {
      const part = targets.slice(from, from + 50)
      const answers = await Promise.all(
        part.map((target) =>
          said(port, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
        ),
      )
      for (const [index, text] of answers.entries()) {
        const refused = /^HTTP\/1\.1 (400|404) /.test(text)
        if (!refused || text.includes(secret)) wrong.push(`${part[index]}: ${text.slice(0, 60)}`)
      }
    }
    expect(targets.length).toBeGreaterThan(600)
    expect(wrong).toEqual([])
    await servesOthers(port)
  })

  it('follows no link that leads out, be it a file, a folder or the whole site', async () => {
    const { port, root, out } = await start()
    const { port: linked } = await start({ 'index.html': page, 'link/a.txt': 'a', 'file.txt': 'a' })
    expect((await ask(linked, 'GET /link/a.txt')).body).toBe('a')
    await mkdir(join(root, 'elsewhere'))
    await writeFile(join(root, 'elsewhere/digits.txt'), secret)
    await Promise.all([
      symlink(join(root, 'secret.txt'), join(out, 'posts/out.txt')),
      symlink('../secret.txt', join(out, 'relative.txt')),
      symlink(join(root, 'elsewhere'), join(out, 'folder')),
      // Its name begins as the folder's does.
      symlink('../out.txt', join(out, 'beside.txt')),
      symlink('loop.txt', join(out, 'loop.txt')),
      symlink('digits.txt', join(out, 'within.txt')),
    ])
    const outputs = ['posts/out.txt', 'relative.txt', 'folder/digits.txt', 'beside.txt', 'loop.txt', 'posts']
    const preview = nextPreview(
      emptyPreview,
      {
        ok: true,
        out,
        basePath: '/',
        outputs: new Map([...outputs, 'within.txt'].map((each) => [each, each])),
      },
      [],
    )
    const server = previewServer({
      root: out,
      ...{ preview: () => preview, lateFile: async () => null, ready: Promise.resolve(), session: 's' },
      ...{ clients: liveClients(), host: '127.0.0.1', log: (line: string) => expect.fail(line) },
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port: evil } = server.address() as AddressInfo
    const statuses = await Promise.all(outputs.map(async (each) => (await ask(evil, `GET /${each}`)).status))
    expect(statuses).toEqual(outputs.map(() => 404))
    expect((await ask(evil, 'GET /within.txt')).body).toBe('0123456789')
    await servesOthers(port)
  })

  it('of another origin is no redirect’s target', async () => {
    const { port } = await start()
    for (const path of ['//evil.example/posts/a', '/\\evil.example/posts/a', '//posts/a', '/%2fevil.example'])
      expect([path, (await ask(port, `GET ${path}`)).status]).toEqual([path, 404])
    expect((await ask(port, 'GET /posts/a?x=//evil.example')).headers.location).toBe(
      '/posts/a/?x=//evil.example',
    )
  })
})

describe('A host', () => {
  it('must be this machine, also where the request line names it', async () => {
    const { port } = await start()
    const status = async (line: string, ...headers: readonly string[]) =>
      (await ask(port, line, ...headers)).status
    expect(await status('GET /', 'Host: LOCALHOST')).toBe(200)
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      'localhost:80@evil.example',
      'evil.example#localhost',
      '',
    ])
      expect([host, await status('GET /', `Host: ${host}`)]).toEqual([host, 403])
    for (const host of [
      'localhost.',
      '127.0.0.1.nip.io',
      '0.0.0.0',
      '[::ffff:10.0.0.1]',
      '2130706433',
      'localhost,evil.example',
    ])
      expect([host, await status('GET /', `Host: ${host}`)]).toEqual([host, 403])
    expect(await status('GET http://localhost/', 'Host: localhost')).toBe(200)
    expect(await status('GET http://localhost', 'Host: localhost')).toBe(200)
    expect(await status('GET http://evil.example/', 'Host: localhost')).toBe(400)
    expect(await status('GET http://localhost/', 'Host: evil.example')).toBe(403)
    expect(await status('GET http://localhost@evil.example/', 'Host: localhost')).toBe(400)
    expect(await status('GET /', 'Host: localhost', 'Host: evil.example')).toBe(400)
    expect(await status('GET /', 'Host: evil.example', 'Host: localhost')).toBe(403)
    expect(await status('GET /', 'Host: evil.example', 'X-Forwarded-Host: localhost')).toBe(403)
    expect(parsed(await said(port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).status).toBe(400)
    expect(await said(port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /)
  })

  it('that is refused is refused everywhere, the stream of events and the script among it', async () => {
    const { port } = await start()
    for (const path of ['/', '/digits.txt', '/nothing', '/_scholium/live.js', '/_scholium/events'])
      expect((await ask(port, `GET ${path}`, 'Host: evil.example')).status).toBe(403)
  })
})

describe('A method', () => {
  it('other than GET and HEAD gets 405 with what is allowed, and the connection is closed', async () => {
    const { port } = await start()
    const others = METHODS.filter((method) => method !== 'GET' && method !== 'HEAD')
    expect(others).toContain('CONNECT')
    for (const method of others) {
      const target = method === 'CONNECT' ? 'localhost:80' : '/digits.txt'
      const { status, headers, body } = await ask(port, `${method} ${target}`)
      expect([method, status, headers.allow, headers.connection]).toEqual([method, 405, 'GET, HEAD', 'close'])
      expect(body).not.toContain('0123456789')
    }
    expect((await ask(port, 'FROB /')).status).toBe(400)
  })

  it('with a body without end is answered at once', async () => {
    const { port, connections } = await start()
    const line = 'POST / HTTP/1.1\r\nHost: localhost\r\n'
    const length = 'Content-Length: 1000000000000\r\n'
    expect(await said(port, `${line}${length}\r\nbody`)).toMatch(/^HTTP\/1\.1 405 /)
    expect(await said(port, `${line}Transfer-Encoding: chunked\r\n\r\nffffff\r\nbody`)).toMatch(
      /^HTTP\/1\.1 405 /,
    )
    expect(await said(port, `${line}${length}Expect: 100-continue\r\n\r\n`)).toMatch(/^HTTP\/1\.1 405 /)
    await expect.poll(connections).toBe(0)
  })

  it('asks for no other protocol, and smuggles no second request', async () => {
    const { port } = await start()
    const upgrade = await ask(port, 'GET /digits.txt', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13')
    expect([upgrade.status, upgrade.body]).toEqual([200, '0123456789'])
    const both =
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
    const answers = await said(port, `${both}GET /digits.txt HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    expect(answers).toMatch(/^HTTP\/1\.1 400 /)
    expect(answers).not.toContain('0123456789')
  })

  it('HEAD says what GET would, without the body', async () => {
    const { port } = await start()
    const conditions = [
      [],
      ['If-None-Match: *'],
      ['If-Match: "x"'],
      ['If-None-Match: "x"'],
      ['Accept-Encoding: gzip'],
    ]
    const paths = ['/', '/digits.txt', '/empty.txt', '/nothing', '/posts/a', '/%', '/_scholium/live.js']
    for (const path of paths) {
      for (const headers of conditions) {
        const get = await ask(port, `GET ${path}`, ...headers)
        const head = await ask(port, `HEAD ${path}`, ...headers)
        expect(head.body).toBe('')
        expect([path, head.status, { ...head.headers, date: '' }]).toEqual([
          path,
          get.status,
          { ...get.headers, date: '' },
        ])
      }
    }
    const { status, headers } = await ask(port, 'HEAD /_scholium/events')
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/event-stream',
      'no-store',
    ])
  })
})

describe('A range (RFC 9110, section 14)', () => {
  const part = async (port: number, line: string, ...headers: readonly string[]) => {
    const answer = await ask(port, line, ...headers)
    return [answer.status, answer.headers['content-range'], answer.headers['content-length'], answer.body]
  }
  const whole = [200, undefined, '10', '0123456789']

  it('is sent, refused or left aside by what it says', async () => {
    const { port } = await start()
    const of = (range: string) => part(port, 'GET /digits.txt', `Range: ${range}`)
    expect(await of('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '3', '234'])
    expect(await of('BYTES=0-0')).toEqual([206, 'bytes 0-0/10', '1', '0'])
    expect(await of('bytes=-3')).toEqual([206, 'bytes 7-9/10', '3', '789'])
    expect(await of('bytes=-99')).toEqual([206, 'bytes 0-9/10', '10', '0123456789'])
    expect(await of('bytes=9-')).toEqual([206, 'bytes 9-9/10', '1', '9'])
    expect(await of('bytes=10-')).toEqual([416, 'bytes */10', '0', ''])
    expect(await of('bytes=-0')).toEqual([416, 'bytes */10', '0', ''])
    expect(await of(`bytes=${'9'.repeat(400)}-`)).toEqual([416, 'bytes */10', '0', ''])
    expect(await of(`bytes=0-${'9'.repeat(400)}`)).toEqual([206, 'bytes 0-9/10', '10', '0123456789'])
    for (const range of [
      'bytes=4-2',
      'bytes=0-1,4-5',
      'bytes=0-0,-1',
      'lines=1-2',
      'bytes',
      'bytes=',
      'bytes=-',
      'bytes=a-b',
      'bytes=1 - 2',
      'bytes=+1-2',
      'bytes=0x1-2',
      `bytes=${'0-,'.repeat(2000)}0-`,
    ])
      expect([range, await of(range)]).toEqual([range, whole])
    expect(await part(port, 'GET /digits.txt', 'Range: bytes=0-1', 'Range: bytes=4-5')).toEqual(whole)
  })

  it('of nothing is nothing', async () => {
    const { port } = await start()
    expect(await part(port, 'GET /empty.txt', 'Range: bytes=0-')).toEqual([416, 'bytes */0', '0', ''])
    expect(await part(port, 'GET /empty.txt', 'Range: bytes=-1')).toEqual([200, undefined, '0', ''])
  })

  it('is left aside for HEAD, for which ranges have no meaning', async () => {
    const { port } = await start()
    expect(await part(port, 'HEAD /digits.txt', 'Range: bytes=2-4')).toEqual([200, undefined, '10', ''])
    expect(await part(port, 'HEAD /digits.txt', 'Range: bytes=99-')).toEqual([200, undefined, '10', ''])
  })

  it('is of the file that If-Range names, or not at all', async () => {
    const { port } = await start()
    const { headers } = await ask(port, 'GET /digits.txt')
    const of = (ifRange: string) => part(port, 'GET /digits.txt', 'Range: bytes=2-4', `If-Range: ${ifRange}`)
    expect(await of(headers.etag ?? '')).toEqual([206, 'bytes 2-4/10', '3', '234'])
    for (const other of [`W/${headers.etag}`, '"x"', '*', `"x", ${headers.etag}`, headers.date ?? '', ''])
      expect([other, await of(other)]).toEqual([other, whole])
  })
})

describe('A condition (RFC 9110, section 13)', () => {
  const far = 'Fri, 01 Jan 2100 00:00:00 GMT'
  const past = 'Sat, 01 Jan 2000 00:00:00 GMT'

  it('is met, or the answer says which was not', async () => {
    const { port } = await start()
    const { headers } = await ask(port, 'GET /digits.txt')
    const tag = headers.etag ?? ''
    expect(tag).toMatch(/^"[\w.-]+"$/)
    expect(headers['last-modified']).toBeUndefined()
    const status = async (...conditions: readonly string[]) =>
      (await ask(port, 'GET /digits.txt', ...conditions)).status
    for (const list of [tag, `W/${tag}`, '*', `"x", ${tag}`, `"a,b",${tag} , "c"`, `, ,${tag},`])
      expect([list, await status(`If-None-Match: ${list}`)]).toEqual([list, 304])
    for (const list of ['"x"', `"x", *`, tag.slice(1, -1), `"x${tag}`, '""', 'W/"x"', ''])
      expect([list, await status(`If-None-Match: ${list}`)]).toEqual([list, 200])
    expect(await status('If-None-Match: "x"', `If-None-Match: ${tag}`)).toBe(304)
    for (const list of [tag, '*', `"x", ${tag}`])
      expect([list, await status(`If-Match: ${list}`)]).toEqual([list, 200])
    for (const list of ['"x"', `W/${tag}`])
      expect([list, await status(`If-Match: ${list}`)]).toEqual([list, 412])
    expect(await status('If-Match: "x"', `If-None-Match: ${tag}`)).toBe(412)
  })

  it('by date is none, since files of a preview have no date: a tag decides, before a date and without it', async () => {
    const { port } = await start()
    const { headers } = await ask(port, 'GET /digits.txt')
    const status = async (...conditions: readonly string[]) =>
      (await ask(port, 'GET /digits.txt', ...conditions)).status
    expect(await status(`If-Modified-Since: ${far}`)).toBe(200)
    expect(await status(`If-Modified-Since: ${far}`, 'If-None-Match: "x"')).toBe(200)
    expect(await status(`If-Modified-Since: ${past}`, `If-None-Match: ${headers.etag}`)).toBe(304)
    expect(await status(`If-Unmodified-Since: ${past}`)).toBe(200)
    expect(await status(`If-Unmodified-Since: ${past}`, `If-Match: ${headers.etag}`)).toBe(200)
  })

  it('comes before a range, and 304 says what 200 would', async () => {
    const { port } = await start()
    const { headers } = await ask(port, 'GET /digits.txt')
    const {
      status,
      headers: known,
      body,
    } = await ask(port, 'GET /digits.txt', 'Range: bytes=0-1', `If-None-Match: ${headers.etag}`)
    expect([status, body]).toEqual([304, ''])
    expect([known.etag, known['cache-control']]).toEqual([headers.etag, headers['cache-control']])
  })

  it('does not make a page of another, a failure or a redirect', async () => {
    const { port } = await start()
    const status = async (path: string, condition: string) =>
      (await ask(port, `GET ${path}`, condition)).status
    expect(await status('/', 'If-None-Match: *')).toBe(304)
    expect(await status('/', 'If-None-Match: "x"')).toBe(200)
    expect(await status('/', 'If-Match: "x"')).toBe(412)
    expect(await status('/nothing', 'If-None-Match: *')).toBe(404)
    expect(await status('/posts/a', 'If-Match: "x"')).toBe(302)
  })

  it('names a tag as it is written, whatever else stands in the list', () => {
    // Opaque tags as the grammar has them, commas and the mark of weak ones among them.
    const tag = fc.stringMatching(/^"[!#-~]{0,8}"$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), tag), { maxLength: 5 }), tag, (list, own) => {
        const header = list.map(([weak, each]) => (weak ? `W/${each}` : each)).join(', ')
        const isThere = (strong: boolean) => list.some(([weak, each]) => each === own && !(strong && weak))
        expect(verdictOf({ 'if-none-match': header }, own)).toBe(isThere(false) ? 304 : 'send')
        expect(verdictOf({ 'if-match': header }, own)).toBe(isThere(true) ? 'send' : 412)
      }),
    )
  })
})

describe('What is too large', () => {
  it('a URL, a header or their number, is refused, and others are served', async () => {
    const { port, connections } = await start()
    const long = 'x'.repeat(1 << 20)
    expect((await ask(port, `GET /${long}`)).status).toBe(431)
    expect((await ask(port, 'GET /', `X: ${long}`)).status).toBe(431)
    expect((await ask(port, 'GET /', ...Array.from({ length: 50_000 }, (_, n) => `X${n}: 1`))).status).toBe(
      431,
    )
    expect((await ask(port, `GET /${'a/'.repeat(7000)}`)).status).toBe(404)
    expect((await ask(port, `GET /${'%2e%2e%2f'.repeat(1500)}`)).status).toBe(404)
    await expect.poll(connections).toBe(0)
    await servesOthers(port)
  })

  it('or no HTTP at all is refused, whatever the bytes', async () => {
    const { port, logged } = await start()
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.string({ unit: 'binary' }), fc.string())
        .map(([target, rest]) => Buffer.from(`GET /${target} HTTP/1.1\r\nHost: localhost\r\n${rest}`)),
      fc
        .array(
          fc.constantFrom(
            'GET ',
            '/',
            '..',
            '%2e',
            '%00',
            '\0',
            ' HTTP/1.1',
            '\r\n',
            '\r',
            'Host: localhost',
            ': ',
            '\xff',
            'HEAD ',
            'digits.txt',
          ),
          { maxLength: 30 },
        )
        .map((parts) => Buffer.from(parts.join(''), 'latin1')),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        const socket = await dial(port)
        const chunks: Buffer[] = []
        socket.on('data', (chunk) => chunks.push(chunk))
        const ended = new Promise((resolve) => socket.once('close', resolve))
        socket.end(sent)
        await ended
        expect(Buffer.concat(chunks).includes(secret)).toBe(false)
      }),
      { numRuns: 150 },
    )
    await servesOthers(port)
    expect(logged).toEqual([])
  })
})

describe('A slow client', () => {
  it('that never ends its request is told so and let go, and holds nobody up', async () => {
    const { port, connections } = await start(usual, { requestMs: 300 })
    const slow = await Promise.all(Array.from({ length: 40 }, () => dial(port)))
    const answers = slow.map(async (socket, index) => {
      const chunks: Buffer[] = []
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.write(['G', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: ', 'POST / HTTP'][index % 3] ?? '')
      // A byte now and then keeps a connection in use, and makes no request of it.
      const drip = setInterval(() => socket.write('x'), 40)
      await new Promise((resolve) => socket.once('close', resolve))
      clearInterval(drip)
      return Buffer.concat(chunks).toString('latin1').slice(0, 12)
    })
    await servesOthers(port)
    const said = await Promise.all(answers)
    expect(said.filter((each) => !/^(HTTP\/1\.1 40[08])?$/.test(each))).toEqual([])
    expect(said.filter((each) => each === 'HTTP/1.1 408').length).toBeGreaterThan(0)
    await expect.poll(connections).toBe(0)
  })

  it('that says nothing at all is let go', async () => {
    const { port, connections } = await start(usual, { requestMs: 300 })
    const silent = await Promise.all(Array.from({ length: 40 }, () => dial(port)))
    await Promise.all(
      silent.map((socket) => new Promise((resolve) => socket.resume().once('close', resolve))),
    )
    await expect.poll(connections).toBe(0)
  })

  it('that never reads costs a buffer, not the file, and is let go in the end', async () => {
    const { port, out, connections } = await start({ ...usual, 'large.bin': '' }, { idleMs: 500 })
    const bytes = 1 << 26
    await truncate(join(out, 'large.bin'), bytes)
    const before = openFiles()
    const memory = () => process.memoryUsage().rss
    const atFirst = memory()
    const clients = await Promise.all(Array.from({ length: 40 }, () => dial(port)))
    for (const socket of clients) {
      socket.pause()
      socket.write('GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n')
    }
    for (let n = 0; n < 20; n++) await servesOthers(port)
    // 40 times 64 MiB are asked for, and a hundredth of that would be plenty.
    expect(memory() - atFirst).toBeLessThan((40 * bytes) / 20)
    await expect.poll(connections, { timeout: 20_000 }).toBe(0)
    for (const socket of clients) socket.destroy()
    if (before !== null) await expect.poll(openFiles).toBeLessThanOrEqual(before)
  })

  it('that asks for much at once waits for each answer before the next is even begun', async () => {
    const large = `<body>${'x'.repeat(1 << 20)}</body>`
    const { port, connections } = await start({ ...usual, 'large/index.html': large })
    const request = 'GET /large/ HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const few = await said(
      port,
      `${request.repeat(20)}GET /digits.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    )
    expect(few.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(21)
    expect(few.endsWith('0123456789')).toBe(true)
    const before = process.memoryUsage().rss
    const greedy = await Promise.all(Array.from({ length: 10 }, () => dial(port)))
    const closed = greedy.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    for (const socket of greedy) {
      socket.pause()
      socket.write(request.repeat(1000))
    }
    await servesOthers(port)
    for (const socket of greedy) socket.resume()
    await Promise.all(closed)
    // Ten thousand pages of a megabyte are asked for.
    expect(process.memoryUsage().rss - before).toBeLessThan(500 << 20)
    await expect.poll(connections).toBe(0)
  })

  it('that goes away in the midst of an answer leaves nothing open and is no error', async () => {
    const { port, out, logged, connections } = await start({ ...usual, 'large.bin': '' })
    await truncate(join(out, 'large.bin'), 1 << 26)
    const before = openFiles()
    const leave = async (index: number) => {
      const socket = await dial(port)
      socket.write(
        `GET /${['large.bin', '', 'posts/a/', 'nothing'][index % 4]} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      )
      if (index % 3 > 0) await once(socket, 'data')
      if (index % 2 > 0) socket.resetAndDestroy()
      else socket.destroy()
    }
    await Promise.all(Array.from({ length: 200 }, (_, index) => leave(index)))
    await expect.poll(connections).toBe(0)
    await servesOthers(port)
    expect(logged).toEqual([])
    if (before !== null) await expect.poll(openFiles).toBeLessThanOrEqual(before)
  })

  it('is one of so many at most', async () => {
    const { port, connections } = await start(usual, { connections: 20 })
    const many = await Promise.all(Array.from({ length: 60 }, () => dial(port)))
    await expect.poll(connections).toBe(20)
    for (const socket of many) socket.destroy()
    await expect.poll(connections).toBe(0)
    await servesOthers(port)
  })
})

describe('The stream of events', () => {
  const problem: OverlayItem = {
    ...{ rule: 'math-renders', severity: 'error', message: 'x'.repeat(200_000), hint: null },
    ...{ file: 'a.md', line: 1, column: 1, frame: null },
  }

  it('holds neither memory nor anybody up for clients that never read it', async () => {
    const { port, clients, connections } = await start()
    const deaf = await Promise.all(Array.from({ length: 90 }, () => dial(port)))
    for (const socket of deaf) {
      socket.pause()
      socket.write('GET /_scholium/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
    }
    await expect.poll(connections).toBe(90)
    const before = process.memoryUsage().rss
    for (let round = 0; round < 100; round++) {
      clients.show([problem])
      clients.reload(`v${round}`)
      if (round % 20 === 0) await servesOthers(port)
    }
    // 90 times 100 events of 200 kB, 1.8 GB, were to be told.
    expect(process.memoryUsage().rss - before).toBeLessThan(600 << 20)
    await expect.poll(connections).toBe(0)
    await servesOthers(port)
  })

  it('is for so many browsers at most, and the newest is told', async () => {
    const { port, clients, connections } = await start()
    const sockets = await Promise.all(Array.from({ length: 150 }, () => dial(port)))
    for (const socket of sockets)
      socket.resume().write('GET /_scholium/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await expect.poll(connections).toBe(100)
    const newest = await dial(port)
    const told = new Promise<void>((resolve) => {
      let text = ''
      newest.on('data', (chunk) => {
        text += chunk
        if (text.includes('event: reload')) resolve()
      })
    })
    newest.write('GET /_scholium/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(newest, 'data')
    clients.reload('v')
    await told
    await servesOthers(port)
  })
})
