/**
 * The author's editor, opened at the place of a problem that the overlay shows. It is the one thing that the preview
 * does besides being read, and the only request that is no GET or HEAD: a GET could be sent by any page anywhere, as the
 * address of an image. What a request may say is no more than which of the problems on show it means.
 */
import { realpath, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join, sep } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import type { OverlayItem } from './preview.js'

/** The end of the path, under any base path. */
const editorPath = '/_scholium/editor'

/** How a request ends, for the overlay to show. */
export interface EditorAnswer {
  readonly status: number
  readonly text: string
}

/** Whether a request, whose decoded path is `path`, asks for the editor; all others but GET and HEAD are refused. */
export function asksForEditor({ method }: IncomingMessage, path: string | undefined): boolean {
  return method === 'POST' && path?.endsWith(editorPath) === true
}

/** What a request says of where it comes from. */
interface Asking extends Pick<IncomingMessage, 'headers'> {
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/**
 * Gives why a request for the editor is refused; null if it comes from a page of this preview on this machine:
 *
 * - from a loopback address, since the editor is this machine's (a preview on all interfaces is read by others, too);
 * - from a page of this origin by its own account, which browsers give with every POST and scripts cannot change. The
 *   Host header was checked before, so that a name which was made to resolve to this machine does not come here;
 * - with the name of this session in a header of Scholium's own: other origins cannot read it, and may not send the
 *   header without asking first, which is refused;
 * - without a body, since nothing would read it.
 */
export function editorRefusal({ headers, socket }: Asking, session: string): EditorAnswer | null {
  const { host, origin, 'content-length': length = '0', 'transfer-encoding': encoding } = headers
  if (length !== '0' || encoding !== undefined) return refused('This request has a body.')
  if (!isLoopback(socket.remoteAddress ?? ''))
    return refused('The editor opens only for a browser on the machine that the preview runs on.')
  if (origin !== `http://${host}` || headers['scholium-session'] !== session)
    return refused('The editor opens only for pages of this preview. Reload this one, and try again.')
  return null
}

function refused(text: string): EditorAnswer {
  return { status: 403, text }
}

/** IPv4 addresses come as they are or, on a socket that listens for both kinds, within IPv6. */
function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/i.test(address)
}

/** Gives the problem that a request means by `?file=…&line=…&column=…`; undefined if none of those on show is there. */
export function problemMeant(search: string, problems: readonly OverlayItem[]): OverlayItem | undefined {
  const asked = new URLSearchParams(search)
  const parts = ['file', 'line', 'column'] as const
  return problems.find(
    (problem) =>
      problem.file !== null && parts.every((part) => (asked.get(part) ?? '') === String(problem[part] ?? '')),
  )
}

/** Within this time an editor that cannot be started has said so; one that starts says nothing. */
const silentMs = 300

/**
 * Opens the file of a problem at its place, in the editor that runs or that the environment names (LAUNCH_EDITOR,
 * VISUAL, EDITOR). `file` is below `root`: nothing that lies outside, by a link or otherwise, is opened, nor anything
 * that is no file. Arguments go through no shell, but on Windows, where launch-editor refuses what it cannot quote.
 */
export async function openInEditor(
  root: string,
  { file, line, column }: Pick<OverlayItem, 'file' | 'line' | 'column'>,
): Promise<EditorAnswer> {
  const path = file === null ? null : await fileWithin(root, file)
  if (path === null) return { status: 404, text: 'There is no such file in the site.' }
  // launch-editor prints the names of files that it cannot open.
  if (/\p{Cc}/u.test(path)) return refused('The name of this file has control characters in it.')
  const { default: launch } = await import('launch-editor')
  // Always with line and column: else the end of a name that looks like them would be taken for them.
  const place = `${path}:${line ?? 1}:${column ?? 1}`
  const fault = await new Promise<string | null>((resolve) => {
    launch(place, (_, message) => resolve(`The editor could not be opened${message ? `: ${message}` : '.'}`))
    void after(silentMs, null, { ref: false }).then(resolve)
  })
  return fault === null
    ? { status: 202, text: 'Opened in the editor.' }
    : { status: 500, text: `${fault} Set LAUNCH_EDITOR in the environment to the command of yours.` }
}

/** Gives the real path of a file below a folder; null if it lies elsewhere or is no file. */
async function fileWithin(folder: string, file: string): Promise<string | null> {
  try {
    const [home, real] = await Promise.all([realpath(folder), realpath(join(folder, file))])
    return real.startsWith(home + sep) && (await stat(real)).isFile() ? real : null
  } catch {
    return null
  }
}
