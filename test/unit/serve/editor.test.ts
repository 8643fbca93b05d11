/** The editor that the overlay opens: for whom, and at what. */
import { once } from 'node:events'
import { symlink } from 'node:fs/promises'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { editorRefusal } from '../../../src/serve/editor.js'
import { liveClients } from '../../../src/serve/live.js'
import { emptyPreview, nextPreview, type OverlayItem } from '../../../src/serve/preview.js'
import { previewServer } from '../../../src/serve/server.js'
import { missingEditor, recordingEditor } from '../../editor.js'
import { type Files, siteFolder, writeFiles } from '../../site-folder.js'

const session = 'the-session'
const problemOf = (file: string | null, line: number | null = null, column = line): OverlayItem => ({
  ...{ rule: 'math-renders', severity: 'error', message: 'Wrong.', hint: null, frame: null },
  ...{ file, line, column },
})

/** Serves a site in which something is wrong, on a machine with an editor; `opened` gives what that was given. */
async function start(problems: readonly OverlayItem[], files: Files) {
  const folder = await siteFolder({ 'secret.txt': 'SECRET' })
  const root = join(folder, 'site')
  await writeFiles(root, files)
  const opened = await recordingEditor(folder)
  const site = { ok: true, out: join(root, 'out'), basePath: '/blog/', outputs: new Map() }
  const preview = nextPreview(emptyPreview, site, problems)
  const server = previewServer({
    ...{ root, preview: () => preview, lateFile: async () => null, ready: Promise.resolve(), session },
    ...{ clients: liveClients(), host: '127.0.0.1', log: (line: string) => expect.fail(line) },
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { root, opened, port, ask: asker(port) }
}

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly body?: string
  /** Headers other than the usual; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>
}

/** Gives what sends a request as a page of the preview does, but for what is said to be different. */
function asker(port: number) {
  const host = `localhost:${port}`
  const usual = {
    ...{ Host: host, Origin: `http://${host}` },
    ...{ 'Scholium-Session': session, 'Content-Length': '0' },
  }
  return (file: string, [line, column]: readonly number[] = [], asked: Asked = {}) => {
    const query = new URLSearchParams({ file, line: `${line ?? ''}`, column: `${column ?? ''}` })
    const { method = 'POST', path = `/blog/_scholium/editor?${query}`, body } = asked
    const headers = Object.fromEntries(
      Object.entries({ ...usual, ...asked.headers }).flatMap(([name, value]) =>
        value === null ? [] : [[name, value]],
      ),
    )
    return new Promise<{ status: number; text: string; names: readonly string[] }>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, method, headers, agent: false }, async (response) => {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve({ status: response.statusCode ?? 0, text, names: Object.keys(response.headers) })
      })
        .on('error', reject)
        .end(body)
    })
  }
}

it('opens the file of a problem at its line and column', async () => {
  const { root, ask, opened } = await start([problemOf('content/a.md', 3, 5)], { 'content/a.md': '' })
  expect(await ask('content/a.md', [3, 5])).toMatchObject({ status: 202, text: 'Opened in the editor.' })
  await expect.poll(opened).toEqual([join(root, 'content/a.md'), '3', '5'])
})

it.each(['a b;$(touch x)`touch x`.md', '-r.md', `'"&|<img>.md`, 'x:3:4', 'file:', '#?%41.md', '数学.md'])(
  'gives the editor the name %j as it is, and nothing of it to a shell',
  async (name) => {
    const { root, ask, opened } = await start([problemOf(name)], { [name]: '' })
    expect((await ask(name)).status).toBe(202)
    await expect.poll(opened).toEqual([join(root, name), '1', '1'])
  },
)

it('opens nothing for a request that no page of this preview sends', async () => {
  const { port, ask, opened } = await start([problemOf('a.md', 3, 5)], { 'a.md': '' })
  const rebound = { Host: `evil.example:${port}`, Origin: `http://evil.example:${port}` }
  const cases: readonly [who: string, status: number, asked: Asked][] = [
    ['a link or an image', 404, { method: 'GET' }],
    ['another method', 405, { method: 'PUT' }],
    ['a browser that asks before it sends a header for another origin', 405, { method: 'OPTIONS' }],
    ['a page of another site', 403, { headers: { Origin: 'https://evil.example' } }],
    ['a page of another server on this machine', 403, { headers: { Origin: 'http://localhost:1' } }],
    ['a page over TLS', 403, { headers: { Origin: `https://localhost:${port}` } }],
    ['a page under another name of this machine', 403, { headers: { Origin: `http://127.0.0.1:${port}` } }],
    ['a page in a sandbox', 403, { headers: { Origin: 'null' } }],
    ['what does not say where it comes from', 403, { headers: { Origin: null } }],
    ['what does not know the session', 403, { headers: { 'Scholium-Session': null } }],
    ['what guesses the session', 403, { headers: { 'Scholium-Session': `${session}x` } }],
    ['a name that was made to lead here', 403, { headers: rebound }],
    ['what has a body', 403, { headers: { 'Content-Length': '2' }, body: '{}' }],
    ['what may have one', 403, { headers: { 'Content-Length': null, 'Transfer-Encoding': 'chunked' } }],
    ['another path', 405, { path: '/blog/_scholium/editor/x?file=a.md&line=3&column=5' }],
    ['a path in the query', 405, { path: '/blog/?/_scholium/editor' }],
  ]
  for (const [who, status, asked] of cases) {
    const answer = await ask('a.md', [3, 5], asked)
    expect([who, answer.status]).toEqual([who, status])
    expect(answer.names.filter((name) => name.startsWith('access-control'))).toEqual([])
  }
  expect(await opened()).toEqual([])
  expect((await ask('a.md', [3, 5])).status).toBe(202)
})

it('opens nothing for another machine, whatever that says of itself', () => {
  const headers = { host: '192.0.2.1:4000', origin: 'http://192.0.2.1:4000', 'scholium-session': session }
  const statusFrom = (remoteAddress: string | undefined) =>
    editorRefusal({ headers, socket: { remoteAddress } }, session)?.status
  for (const local of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])
    expect([local, statusFrom(local)]).toEqual([local, undefined])
  for (const other of ['192.0.2.1', '::ffff:192.0.2.1', '1127.0.0.1', '::11', '2001:db8::1', '', undefined])
    expect([other, statusFrom(other)]).toEqual([other, 403])
})

it('opens nothing but places in which something is wrong', async () => {
  const { ask, opened } = await start([problemOf('a.md', 3, 5), problemOf(null)], { 'a.md': '', 'b.md': '' })
  const cases: readonly [file: string, place: readonly number[]][] = [
    ['b.md', [3, 5]],
    ['a.md', [3, 6]],
    ['a.md', []],
    ['A.md', [3, 5]],
    ['./a.md', [3, 5]],
    ['../secret.txt', []],
    ['', [3, 5]],
    ['', []],
  ]
  for (const [file, place] of cases) {
    const { status, text } = await ask(file, place)
    expect([file, status, text]).toEqual([file, 404, 'Nothing is wrong there any more.'])
  }
  expect(await opened()).toEqual([])
})

it('opens nothing outside the site, and nothing that is no file', async () => {
  const names = ['../secret.txt', 'linked.txt', 'linked/secret.txt', 'folder', 'missing.md', '.', '\0']
  const problems = names.map((name) => problemOf(name))
  const { root, ask, opened } = await start(problems, { 'folder/a.md': '' })
  await symlink('../secret.txt', join(root, 'linked.txt'))
  await symlink('..', join(root, 'linked'))
  for (const name of names) expect([name, (await ask(name)).status]).toEqual([name, 404])
  expect(await opened()).toEqual([])
})

it('opens no file whose name could steer the terminal', async () => {
  const name = 'a\x1b[31m.md'
  const { ask, opened } = await start([problemOf(name)], { [name]: '' })
  expect((await ask(name)).status).toBe(403)
  expect(await opened()).toEqual([])
})

it('says so where the editor cannot be started', async () => {
  const { ask } = await start([problemOf('a.md')], { 'a.md': '' })
  missingEditor()
  const { status, text } = await ask('a.md')
  expect(status).toBe(500)
  expect(text).toContain('/no/such/editor')
  expect(text).toContain('Set LAUNCH_EDITOR in the environment to the command of yours.')
})
