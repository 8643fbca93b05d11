/** The preview over HTTP: the site's files as a static host would serve them, each page with the live script. */
import type { FileHandle } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIP, isIPv4, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { encodePath } from '../content/permalink.js'
import { clientScript } from './client.js'
import { asksForEditor, editorRefusal, openInEditor, problemMeant } from './editor.js'
import { contentType, isHtml, openWithin, sendFile, sendVerdict, verdictOf } from './files.js'
import { eventHeaders, type LiveClients } from './live.js'
import { type Preview, problemsText } from './preview.js'

export interface PreviewServer {
  /** The site's folder, whose files the editor may open. */
  readonly root: string
  /** The preview at the moment. */
  readonly preview: () => Preview
  /** Gives a file that is made only when it is asked for; null for any other. */
  readonly lateFile: (file: string) => Promise<Uint8Array | null>
  /** Requests are answered when this is: after the first build. */
  readonly ready: Promise<unknown>
  /** Tells this run of the server from another, and is known to its pages alone; part of each page's version. */
  readonly session: string
  readonly clients: LiveClients
  /** The address or name it listens on. */
  readonly host: string
  readonly log: (line: string) => void
  /** Other limits than those of a preview that people use. */
  readonly limits?: Partial<Limits>
}

/** What one client, slow or gone astray, may take from the others. */
export interface Limits {
  /** How long a request may take to come in, in milliseconds. */
  readonly requestMs: number
  /** How long nothing may move on a connection; the streams of live.ts have a heartbeat. */
  readonly idleMs: number
  /** How many connections there may be: well below the number of files that a process may have open. */
  readonly connections: number
  /** How many requests may wait on one connection for the answer to another; browsers have none there. */
  readonly waiting: number
}

const usualLimits: Limits = { requestMs: 20_000, idleMs: 60_000, connections: 512, waiting: 32 }

/** Gives the server of a preview; it does not listen yet. */
export function previewServer(options: PreviewServer): Server {
  const { requestMs, idleMs, connections, waiting } = { ...usualLimits, ...options.limits }
  const turns = turnTaker(waiting)
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      if (await turns(request.socket, response)) await respond(request, response, options)
    } catch (error) {
      const { message } = error as Error
      if (response.headersSent) response.destroy()
      else sendText(request, response, 500, `This file could not be sent: ${message}`)
      options.log(`${request.url} could not be sent: ${message}`)
    }
  }
  const server = createServer(
    {
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(requestMs / 4, 5_000),
    },
    answer,
  )
  server.timeout = idleMs
  server.maxConnections = connections
  // A body that is offered is never asked for; what wants a connection of its own gets the answer of every other method.
  server.on('checkContinue', answer)
  server.on('connect', (_request, socket) => socket.end(refusedConnect))
  return server
}

const refusedConnect =
  'HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'

/**
 * Gives what lets the requests of each connection wait for one another: a client that sends many at once and reads no
 * answer holds one page in memory, not one for each. True when it is a request's turn; false for one that nobody waits
 * for any more. A connection with too many is closed.
 */
function turnTaker(most: number): (socket: Socket, response: ServerResponse) => Promise<boolean> {
  const lines = new WeakMap<Socket, { waiting: number; end: Promise<void> }>()
  return async (socket, response) => {
    const line = lines.get(socket) ?? { waiting: 0, end: Promise.resolve() }
    lines.set(socket, line)
    const before = line.end
    line.end = new Promise((resolve) => response.once('close', resolve))
    line.waiting++
    if (line.waiting > most) socket.destroy()
    await before
    line.waiting--
    return !socket.destroyed
  }
}

/** Gives the version of a page: which run of the server, and which generation of its preview. */
export function versionOf(session: string, preview: Preview): string {
  return `${session}.${preview.generation}`
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: PreviewServer,
): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  const target = parseTarget(pathOf(request))
  const refusal = refusalOf(request, target, options)
  if (refusal) {
    for (const [name, value] of Object.entries(refusal.headers ?? {})) response.setHeader(name, value)
    return sendText(request, response, refusal.status, refusal.text)
  }
  if (target === null) return sendText(request, response, 400, 'This is not a path that can be decoded.')

  await options.ready
  if (await answerScript(request, response, target, options)) return

  const preview = options.preview()
  const sendPage = (status: number, html: string, attributes = '') => {
    const src = escaped(`${encodePath(preview.basePath)}_scholium/live.js`)
    const version = versionOf(options.session, preview)
    const script = `<script src="${src}" data-version="${version}"${attributes} defer></script>`
    sendHtml(request, response, status, withScript(html, script))
  }
  if (preview.site === null) return sendPage(500, failurePage(preview), ' data-overlay="off"')

  const { out, outputs } = preview.site
  const route = routeOf(target.path, preview.basePath, outputs)
  if (route.kind === 'redirect') {
    response.setHeader('Location', encodePath(route.path) + target.search)
    return sendText(request, response, 302, '')
  }
  const file = route.kind === 'file' ? await openWithin(out, route.file) : null
  if (route.kind === 'file' && file !== null) {
    return isHtml(route.file)
      ? sendPage(200, await textOf(file))
      : sendFile(request, response, file, contentType(route.file))
  }
  const below = target.path.startsWith(preview.basePath) ? target.path.slice(preview.basePath.length) : ''
  const late = await options.lateFile(below)
  if (late) return send(request, response, 200, contentType(target.path), late)
  const missing = outputs.has('404.html') ? await openWithin(out, '404.html') : null
  sendPage(
    404,
    missing === null ? plainPage('Not found', 'Nothing is published here.') : await textOf(missing),
  )
}

/** Answers what a page's own script asks for, and gives whether it was that. */
async function answerScript(
  request: IncomingMessage,
  response: ServerResponse,
  { path, search }: Target,
  { root, session, clients, ...options }: PreviewServer,
): Promise<boolean> {
  const preview = options.preview()
  // Under any base path: a page that is open when the base path changes still has to be reached.
  if (asksForEditor(request, path)) {
    const problem = problemMeant(search, preview.problems)
    const { status, text } = problem
      ? await openInEditor(root, problem)
      : { status: 404, text: 'Nothing is wrong there any more.' }
    sendText(request, response, status, text)
  } else if (path.endsWith('/_scholium/live.js')) sendScript(request, response)
  else if (!path.endsWith('/_scholium/events')) return false
  else if (request.method === 'HEAD') response.writeHead(200, eventHeaders).end()
  else {
    const current = versionOf(session, preview)
    const page = new URLSearchParams(search).get('version')
    clients.add(response, { page, current, problems: preview.problems })
  }
  return true
}

async function textOf(file: FileHandle): Promise<string> {
  try {
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/**
 * Gives the path and query of a request, whose line may also be a whole URL (RFC 9112, section 3.2.2) if that names
 * the host which the Host header names; else the line itself, which is no path.
 */
function pathOf({ url = '', headers }: IncomingMessage): string {
  const [, authority, rest] = /^http:\/\/([^/?#]*)(.*)$/is.exec(url) ?? []
  if (authority === undefined || rest === undefined || authority !== headers.host) return url
  return rest.startsWith('/') ? rest : `/${rest}`
}

interface Refusal {
  readonly status: number
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Gives why a request is not even looked at; null if it is. */
function refusalOf(
  request: IncomingMessage,
  target: Target | null,
  { host, session }: PreviewServer,
): Refusal | null {
  const { method, headers, headersDistinct } = request
  if (!isAllowedHost(headers.host, host)) {
    const text =
      'This preview answers only to localhost and to the name it was started with.\n' +
      'To open it under another name, start it with --host and that name.'
    return { status: 403, text }
  }
  if ((headersDistinct.host?.length ?? 0) > 1)
    return { status: 400, text: 'This request names more than one host.' }
  if (method === 'GET' || method === 'HEAD') return null
  // The connection is closed: else what the client goes on to send would be read to its end.
  const closing = { Connection: 'close' }
  if (!asksForEditor(request, target?.path)) {
    const text = 'The preview can only be read: use GET or HEAD.'
    return { status: 405, text, headers: { Allow: 'GET, HEAD', ...closing } }
  }
  const refusal = editorRefusal(request, session)
  return refusal && { ...refusal, headers: closing }
}

/** What a path leads to. `file` is always one of the site's outputs, so no path can lead anywhere else. */
export type Route =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'redirect'; readonly path: string }
  | { readonly kind: 'missing' }

/** Gives what a decoded path leads to, as static hosts have it: a folder is its index.html, under its slash. */
export function routeOf(path: string, basePath: string, outputs: ReadonlyMap<string, string>): Route {
  if (path !== basePath && (path === '/' || `${path}/` === basePath))
    return { kind: 'redirect', path: basePath }
  if (!path.startsWith(basePath)) return { kind: 'missing' }
  const below = path.slice(basePath.length)
  const isFolder = below === '' || below.endsWith('/')
  const file = isFolder ? `${below}index.html` : below
  if (outputs.has(file)) return { kind: 'file', file }
  if (!isFolder && outputs.has(`${below}/index.html`)) return { kind: 'redirect', path: `${path}/` }
  return { kind: 'missing' }
}

/** What a request is for. */
interface Target {
  readonly path: string
  readonly search: string
}

/** Gives the path of a request, decoded, and its query with the question mark; null for what is not a path. */
export function parseTarget(url: string): Target | null {
  const [, path, search = ''] = /^(\/[^?#]*)(\?[^#]*)?/.exec(url) ?? []
  if (path === undefined) return null
  try {
    return { path: decodeURIComponent(path), search }
  } catch {
    return null
  }
}

/**
 * Whether a Host header names this server. A page from elsewhere whose own name was made to resolve to this
 * machine (DNS rebinding) sends that name, and must not read drafts. Addresses cannot be rebound: a
 * server on all interfaces answers to each of them.
 */
export function isAllowedHost(header: string | undefined, host: string): boolean {
  const [, v6, plain] = /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::\d+)?$/i.exec(header ?? '') ?? []
  const name = (v6 ?? plain ?? '').toLowerCase()
  const isLoopback =
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (isIPv4(name) && name.startsWith('127.'))
  if (isLoopback || (name !== '' && name === host.toLowerCase())) return true
  const onAll = host === '0.0.0.0' || host === '::'
  return onAll && (isIP(name) !== 0 || name === hostname().toLowerCase())
}

/** Gives a page with a script before the end of its body, or at its end where it has none. */
export function withScript(html: string, script: string): string {
  const at = [...html.matchAll(/<\/body\s*>/gi)].at(-1)?.index ?? html.length
  return html.slice(0, at) + script + html.slice(at)
}

function failurePage({ problems }: Preview): string {
  return plainPage('The site could not be built', problemsText(problems))
}

function plainPage(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
</head>
<body>
<h1>${escaped(title)}</h1>
<pre>${escaped(text)}</pre>
<p>This page reloads when that changes.</p>
</body>
</html>
`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function sendHtml(request: IncomingMessage, response: ServerResponse, status: number, html: string): void {
  send(request, response, status, 'text/html; charset=utf-8', html)
}

function sendScript(request: IncomingMessage, response: ServerResponse): void {
  send(request, response, 200, 'text/javascript; charset=utf-8', clientScript)
}

function sendText(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  send(request, response, status, 'text/plain; charset=utf-8', text)
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
): void {
  response.setHeader('Cache-Control', 'no-store')
  // What is sent from memory has no tag, and conditions are for what would be sent (RFC 9110, section 13.2.1).
  const verdict = status === 200 ? verdictOf(request.headers, null) : 'send'
  if (verdict !== 'send') {
    sendVerdict(response, verdict)
    return
  }
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) })
  response.end(request.method === 'HEAD' ? undefined : body)
}
