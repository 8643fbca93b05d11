/**
 * One file as an HTTP response. sirv is not used here: it answers `Range: bytes=7-2` and a file that
 * vanishes while it is opened with an exception that ends the process, and suffix ranges with the wrong part.
 */
import { type FileHandle, open, realpath } from 'node:fs/promises'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { lookup } from 'mrmime'

/** Whether a file is a page, which the preview adds its script to. */
export function isHtml(path: string): boolean {
  return /\.html?$/i.test(path)
}

/** Gives the media type of a file by its name; text is UTF-8, since Scholium writes nothing else. */
export function contentType(path: string): string {
  const type = lookup(path) ?? 'application/octet-stream'
  return /^text\/|[/+](?:json|xml|javascript)$/.test(type) ? `${type}; charset=utf-8` : type
}

/**
 * Opens a file of a folder; null if it is nowhere, is no file, or lies outside: a link in the folder must not open the
 * rest of the disk. What is open stays whole, even when a build puts another in its place.
 */
export async function openWithin(folder: string, path: string): Promise<FileHandle | null> {
  try {
    const [home, real] = await Promise.all([realpath(folder), realpath(join(folder, path))])
    if (!real.startsWith(home + sep)) return null
    const file = await open(real)
    if ((await file.stat()).isFile()) return file
    await file.close()
    return null
  } catch (error) {
    if (goneCodes.has((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

const goneCodes: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP'])

/**
 * Sends a file and closes it: whole, the part of it that a Range header asks for, or what the request's conditions come
 * to. Files have no date: two builds within a second would share it, and a browser would keep the older. A client that
 * goes away is no error.
 */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: FileHandle,
  type: string,
): Promise<void> {
  try {
    const { size, ino, mtimeMs } = await file.stat()
    // From the open file, not from the build's digest: it names the very bytes that are sent.
    const etag = `"${ino.toString(36)}-${size.toString(36)}-${mtimeMs.toString(36)}"`
    response.setHeader('ETag', etag)
    response.setHeader('Cache-Control', 'no-cache')
    response.setHeader('Accept-Ranges', 'bytes')
    const verdict = verdictOf(request.headers, etag)
    if (verdict !== 'send') return sendVerdict(response, verdict)
    const range = rangeOf(request, etag, size)
    if (range === 'unsatisfiable') {
      response.writeHead(416, { 'Content-Range': `bytes */${size}`, 'Content-Length': 0 }).end()
      return
    }
    const { start, end } = range ?? { start: 0, end: size - 1 }
    response.writeHead(range ? 206 : 200, {
      'Content-Type': type,
      'Content-Length': end - start + 1,
      ...(range && { 'Content-Range': `bytes ${start}-${end}/${size}` }),
    })
    if (request.method === 'HEAD' || size === 0) {
      response.end()
      return
    }
    await pipeline(file.createReadStream({ start, end, autoClose: false }), response).catch((error) => {
      if (!request.socket.destroyed) throw error
    })
  } finally {
    await file.close()
  }
}

/**
 * Gives what the conditions of a request come to (RFC 9110, section 13.2.2): to send what was asked for, that the
 * browser has it (304), or that it is not what the browser takes it for (412). Conditions by date are left aside, as
 * sections 13.1.3 and 13.1.4 have it where no date is known. `etag` is null for what has none.
 */
export function verdictOf(
  headers: Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>,
  etag: string | null,
): 'send' | 304 | 412 {
  const ifMatch = headers['if-match']
  if (ifMatch !== undefined && !isNamed(etag, ifMatch)) return 412
  const ifNoneMatch = headers['if-none-match']
  return ifNoneMatch !== undefined && isNamed(etag, ifNoneMatch, weakMark) ? 304 : 'send'
}

/** Sends what conditions come to; 304 says nothing of a length, which would be that of the file. */
export function sendVerdict(response: ServerResponse, verdict: 304 | 412): void {
  response.writeHead(verdict, verdict === 412 ? { 'Content-Length': 0 } : {}).end()
}

/** For a comparison in which a weak tag is as good as a strong one (RFC 9110, section 8.8.3.2). */
const weakMark = /^W\//

/** Whether a list of entity tags, or the star that stands for any, names one; what is `ignored` of each is not compared. */
function isNamed(etag: string | null, list: string, ignored = /^$/): boolean {
  if (list.trim() === '*') return true
  const tags = list.match(/(?:W\/)?"[^"]*"/g) ?? []
  return etag !== null && tags.some((tag) => tag.replace(ignored, '') === etag)
}

/** Gives the part that a request asks for; only GET has parts (RFC 9110, section 14.2), and only of what If-Range names. */
function rangeOf(
  { method, headers }: IncomingMessage,
  etag: string,
  size: number,
): ByteRange | 'unsatisfiable' | null {
  const ifRange = headers['if-range']
  const applies = method === 'GET' && (ifRange === undefined || ifRange === etag)
  return applies ? byteRange(headers.range, size) : null
}

interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Gives the part of a file that a Range header asks for (RFC 9110, section 14.1.2). Null, which means the
 * whole file, for no header, for several ranges and for what is not a range: a server may ignore all of them.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || first + last === '') return null
  // Nothing is all that an empty file has at its end.
  if (size === 0 && first === '' && Number(last) > 0) return null
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return start > end ? 'unsatisfiable' : { start, end }
}
