/** Many requests at once to the preview of a site that is rebuilt all the while. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rename } from 'node:fs/promises'
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { cli } from '../../command.js'
import type { Contents } from '../../incremental/folder.js'
import { cleanBuild, manyPosts } from '../../incremental/kill.js'
import { type Files, siteFolder, writeFiles } from '../../site-folder.js'

/** What a process holds. */
export interface Figures {
  /** In bytes, after garbage was collected. */
  readonly heapUsed: number
  readonly arrayBuffers: number
  readonly rss: number
  /** Null where the system does not say. */
  readonly files: number | null
  readonly sockets: number
}

/** How much is asked: so many times at least, until there were so many rebuilds, with so many requests on their way. */
export interface Demand {
  readonly requests: number
  readonly rebuilds: number
  readonly atOnce: number
}

export interface Load {
  /** How many requests were answered as they should be. */
  readonly answered: number
  /** What should not have been: nothing, if all is well. */
  readonly faults: readonly string[]
  readonly rebuilds: number
  readonly before: Figures
  readonly after: Figures
}

/** The one file in which the versions of the site differ: more could not be changed in one step, and be seen half-way. */
const changing = 'content/posts/post-0.md'
const unchanged = manyPosts(8, 0)
const asIn = (version: number) =>
  `---\ntitle: Version ${version}\nslug: version-${version}\ndate: 2024-01-15\ntags: [t${version}, all]\n---\n\n[Next](post-1.md), $x^${version}$. ${'Words. '.repeat(300 * version)}\n`
/** They follow each other in a circle. */
const versions = [0, 1, 2].map(asIn)
const sources: Files = { ...unchanged, 'site.yaml': `${unchanged['site.yaml']}rules: { '*': off }\n` }

/**
 * Asks the preview of a site of its own while its sources change as fast as they are built, and others ask and never
 * read. Before what is measured it does a share of the same, so that all that is kept for good is there.
 */
export async function underLoad({ requests, rebuilds, atOnce }: Demand): Promise<Load> {
  const root = await siteFolder()
  const made = versions.map((text) => cleanBuild(root, { ...sources, [changing]: text }))
  const built = (await Promise.all(made)).map(({ contents }) => contents)
  await writeFiles(root, { ...sources, [changing]: asIn(0) })
  const preview = await startPreview(root)
  const site = knownSite(built)
  const faults: string[] = []
  let version = 0
  const change = async () => {
    version = (version + 1) % versions.length
    const next = preview.nextBuild()
    await writeFiles(root, { '.next.md': asIn(version) })
    await rename(join(root, '.next.md'), join(root, changing))
    await next
  }
  const run = async (least: number, leastBuilds: number): Promise<number> => {
    const client = clientOf(preview.port, atOnce)
    const deaf = await deafClients(preview.port, 20)
    const first = preview.builds()
    const isEnough = (count: number) => count >= least && preview.builds() - first >= leastBuilds
    let asked = 0
    let isDone = false
    const rebuilding = (async () => {
      while (!isDone) await change()
    })()
    const worker = async () => {
      while (!isEnough(asked)) {
        const number = asked++
        const fault = await site
          .faultOf(number, client)
          .catch((error) => `request ${number}: ${error.message}`)
        if (fault !== null) faults.push(fault)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    isDone = true
    await rebuilding
    client.close()
    for (const socket of deaf) socket.destroy()
    return asked
  }

  await run(requests / 4, versions.length)
  const before = await preview.figures()
  const first = preview.builds()
  const asked = await run(requests, rebuilds)
  const rebuilt = preview.builds() - first
  const after = await preview.figures()
  // In the end it is the site as it is now that is served.
  const client = clientOf(preview.port, atOnce)
  for (const [path, bytes] of built[version] ?? []) {
    const { body } = await client.ask(urlOf(path))
    if (unscripted(body) !== bytes.toString('latin1')) faults.push(`${path} is not the newest`)
  }
  client.close()
  return { answered: asked - faults.length, faults, rebuilds: rebuilt, before, after }
}

interface Answer {
  readonly status: number
  readonly etag: string | undefined
  readonly body: string
}

interface Client {
  /** Asks for a path and gives the whole answer. Rejects where the connection ends before it. */
  readonly ask: (path: string, options?: RequestOptions) => Promise<Answer>
  /** Asks for a path and goes away as soon as the answer begins. */
  readonly leave: (path: string) => Promise<void>
  readonly close: () => void
}

/** Gives a client that uses so many connections again and again, and now and then another. */
function clientOf(port: string, connections: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let sent = 0
  const send = (path: string, options: RequestOptions, answered: (response: IncomingMessage) => void) => {
    const isKept = sent++ % 3 > 0
    const whole = { host: '127.0.0.1', port, path: encodeURI(`/${path}`), agent: isKept && agent, ...options }
    return request(whole, answered)
  }
  return {
    ask: (path, options = {}) =>
      new Promise((resolve, reject) => {
        const sent = send(path, options, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const body = Buffer.concat(chunks).toString('latin1')
            resolve({ status: response.statusCode ?? 0, etag: response.headers.etag, body })
          })
        })
        sent.on('error', reject).end()
      }),
    leave: (path) =>
      new Promise((resolve, reject) => {
        const sent = send(path, { agent: false }, (response) => {
          response.on('error', () => {}).destroy()
          resolve()
        })
        sent.on('error', reject).end()
      }),
    close: () => agent.destroy(),
  }
}

/** Gives connections that ask for pages and for the stream of events, and never read a word of it. */
function deafClients(port: string, count: number): Promise<readonly Socket[]> {
  const paths = ['', 'posts/post-1/', '_scholium/events', 'posts/post-2/']
  const all = Array.from({ length: count }, async (_, index) => {
    const socket = connect(Number(port), '127.0.0.1').on('error', () => {})
    socket.pause()
    await once(socket, 'connect')
    socket.write(`GET /${paths[index % paths.length]} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(20))
    return socket
  })
  return Promise.all(all)
}

interface KnownSite {
  /** Gives what is wrong with the answer to the request of some number; null if nothing is. */
  readonly faultOf: (number: number, client: Client) => Promise<string | null>
}

/** Gives what knows each file of each version of a site. */
function knownSite(built: readonly Contents[]): KnownSite {
  const expected = new Map<string, Set<string>>()
  for (const contents of built)
    for (const [path, bytes] of contents)
      expected.set(path, (expected.get(path) ?? new Set()).add(bytes.toString('latin1')))
  const isOfAll = (path: string) => built.every((contents) => contents.has(path))
  const paths = [...expected.keys()].filter((path) => path !== '404.html').sort()
  const isWhole = (path: string, { status, body }: Answer) =>
    status === 200 && expected.get(path)?.has(unscripted(body)) === true
  const isMissing = ({ status, body }: Answer) =>
    status === 404 && expected.get('404.html')?.has(unscripted(body)) === true

  const get = async (path: string, client: Client): Promise<string | null> => {
    const answer = await client.ask(urlOf(path))
    if (isMissing(answer) && !isOfAll(path)) return null
    if (!isWhole(path, answer)) return told(path, answer)
    if (answer.etag === undefined || !isOfAll(path)) return null
    // What was sent is not sent again, unless a build has come between.
    const again = await client.ask(urlOf(path), { headers: { 'if-none-match': answer.etag } })
    return (again.status === 304 && again.body === '') || isWhole(path, again) ? null : told(path, again)
  }
  const head = async (path: string, client: Client): Promise<string | null> => {
    const answer = await client.ask(urlOf(path), { method: 'HEAD' })
    const isRight = answer.status === 200 || (answer.status === 404 && !isOfAll(path))
    return isRight && answer.body === '' ? null : told(path, answer)
  }
  const missing = async (path: string, client: Client): Promise<string | null> => {
    const answer = await client.ask(`${path}/nothing`)
    return isMissing(answer) ? null : told(`${path}/nothing`, answer)
  }
  const leave = async (path: string, client: Client): Promise<string | null> => {
    await Promise.all([client.leave(urlOf(path)), client.leave('_scholium/events')])
    return null
  }
  const kinds = [get, get, get, head, get, get, missing, get, get, get, leave]
  return {
    faultOf(number, client) {
      const path = paths[number % paths.length] ?? ''
      return (kinds[number % kinds.length] ?? get)(path, client)
    },
  }
}

function urlOf(path: string): string {
  return path.replace(/(^|\/)index\.html$/, '$1')
}

function told(path: string, { status, body }: Answer): string {
  return `${path}: ${status}, ${body.length} bytes, ends with ${JSON.stringify(body.slice(-60))}`
}

/** Gives a page as it was built, without what the preview adds. */
function unscripted(html: string): string {
  return html.replace(/<script src="\/_scholium\/live\.js" data-version="[\w.-]+" defer><\/script>/, '')
}

interface RunningPreview {
  readonly port: string
  /** How many builds have ended. */
  readonly builds: () => number
  /** Resolves when one more has. */
  readonly nextBuild: () => Promise<void>
  /** What it holds when all connections are closed and garbage is collected. */
  readonly figures: () => Promise<Figures>
}

/** Starts the preview of a site as a process of its own, for the test that calls this. */
async function startPreview(root: string): Promise<RunningPreview> {
  const preload = new URL('figures.mjs', import.meta.url).href
  const parameters = ['--expose-gc', '--import', preload, cli, 'serve', '--root', root, '--port', '0']
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    if (child.kill('SIGINT')) await ended
  })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    for (const each of waiting) each()
  })
  /** Waits until a line is there, from one on. */
  const line = (wanted: RegExp, from: number) =>
    new Promise<string>((resolve) => {
      const look = () => {
        const found = lines.slice(from).find((each) => wanted.test(each))
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  const [, port = ''] = /:(\d+)\//.exec(await line(/^Serving /, 0)) ?? []
  const figures = async () => {
    const from = lines.length
    child.kill('SIGUSR2')
    return JSON.parse((await line(/^FIGURES /, from)).slice('FIGURES '.length)) as Figures
  }
  return {
    port,
    builds: () => lines.filter((each) => each.startsWith('Built')).length,
    nextBuild: async () => {
      await line(/^Built/, lines.length)
    },
    async figures() {
      for (;;) {
        const now = await figures()
        if (now.sockets === 0) return now
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
  }
}
