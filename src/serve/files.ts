/**
 * One file as an HTTP response. sirv is not used here: it answers `Range: bytes=7-2` and a file that
 * vanishes while it is opened with an exception that ends the process, and suffix ranges with the wrong part.
 */
import { open, realpath } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
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
 * Gives where a file really lies, or null if that is outside the folder or nowhere: a link in the folder
 * must not open the rest of the disk.
 */
export async function locate(folder: string, path: string): Promise<string | null> {
  try {
    const [home, real] = await Promise.all([realpath(folder), realpath(join(folder, path))])
    return real.startsWith(home + sep) ? real : null
  } catch {
    return null
  }
}

/**
 * Sends a file: whole, the part of it that a Range header asks for, or 304 when the browser has it already.
 * Throws what opening the file throws; a client that goes away is no error.
 */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  type: string,
): Promise<void> {
  const file = await open(path)
  try {
    const { size, ino, mtimeMs } = await file.stat()
    // From the open file, not from the build's digest: it names the very bytes that are sent.
    const etag = `"${ino.toString(36)}-${size.toString(36)}-${mtimeMs.toString(36)}"`
    response.setHeader('ETag', etag)
    response.setHeader('Cache-Control', 'no-cache')
    response.setHeader('Accept-Ranges', 'bytes')
    if (matchesEtag(request.headers['if-none-match'], etag)) {
      response.writeHead(304).end()
      return
    }
    const ifRange = request.headers['if-range']
    const applies = ifRange === undefined || ifRange === etag
    const range = applies ? byteRange(request.headers.range, size) : null
    if (range === 'unsatisfiable') {
      response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end()
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
    await pipeline(file.createReadStream({ start, end, autoClose: false }), response).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
      },
    )
  } finally {
    await file.close()
  }
}

/**
 * Gives the part of a file that a Range header asks for (RFC 9110, section 14.1.2). Null, which means the
 * whole file, for no header, for several ranges and for what is not a range: a server may ignore all of them.
 */
export function byteRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || first + last === '') return null
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return start > end ? 'unsatisfiable' : { start, end }
}

/** Whether an If-None-Match header names an entity tag, compared weakly (RFC 9110, section 13.1.2). */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  const named = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return named.includes(etag) || named.includes('*')
}
