/** A site as its readers meet it: built by the command line, served over HTTP with the headers that hosts are told, opened in Chromium. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import sirv from 'sirv'
import { loadConfig } from '../../src/config.js'
import { hostTexts } from '../../src/output/hosting.js'
import { headerRules, headersFor } from '../hosting/headers.js'
import { findChromium, launchOptions } from './chromium.mjs'

/** The repository's root, which is the root of its own site. */
export const repository = fileURLToPath(new URL('../../', import.meta.url))

/** One HTML file of a site, and which template it must have come from. */
export interface PublishedPage {
  /** Path below the output folder: `posts/a/index.html`. */
  readonly file: string
  readonly url: string
  readonly kind:
    | 'home'
    | 'list'
    | 'post'
    | 'page'
    | 'term'
    | 'terms'
    | 'author'
    | 'author-index'
    | 'archive'
    | 'search'
    | 'redirect'
    | '404'
}

export interface Published extends AsyncDisposable {
  /** The URL of its home page on the server. */
  readonly home: string
  /** The folder it is served from. */
  readonly out: string
  /** Every page, in order of its file's path. */
  readonly pages: readonly PublishedPage[]
}

/** Builds the site of a root into a folder with the compiled command line; throws what it printed where it fails. */
export function build(root: string, out: string): void {
  const cli = join(repository, 'lib/cli.js')
  if (!existsSync(cli)) throw new Error('lib/ is missing: run `npm run prepare` first.')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cli, 'build', '--root', root, '--out', out],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`The build of ${root} ended with ${status}:\n${stdout}${stderr}`)
}

/**
 * Builds a site and serves it on a free port of this machine, below the base path of its URL, with the headers that
 * builds tell hosts: whatever a page is seen to do in a browser, it does with these.
 */
export async function publish(root: string, out: string): Promise<Published> {
  build(root, out)
  const { config } = await loadConfig(root)
  if (config === null) throw new Error(`${root} has no valid site.yaml.`)
  const { basePath } = config
  const notFound = readFileSync(join(out, '404.html'))
  const nothing = { basePath, redirects: [], fingerprinted: [], fingerprintedFolders: [] }
  const rules = headerRules(hostTexts(['netlify'], nothing).get('_headers') ?? '')
  const files = sirv(out, {
    setHeaders: (response, path) => {
      for (const [name, value] of headersFor(rules, encodeURI(basePath + path.slice(1))))
        response.setHeader(name, value)
    },
    onNoMatch: (_, response) =>
      response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' }).end(notFound),
  })
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    if (!path.startsWith(basePath)) return response.writeHead(404).end()
    request.url = `/${path.slice(basePath.length)}`
    files(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`

  const folders = config.taxonomies.map(({ path }) => path)
  const pages = htmlFiles(out).map((file) => ({
    file,
    url: new URL(encodeURI(file.replace(/(^|\/)index\.html$/, '$1')), home).href,
    kind: isRedirect(join(out, file)) ? ('redirect' as const) : kindOf(file, folders),
  }))
  return {
    home,
    out,
    pages,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Gives the paths of a folder's HTML files, sorted. */
export function htmlFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.html'))
    .sort()
}

/** Whether a page leads elsewhere by itself. */
function isRedirect(path: string): boolean {
  return readFileSync(path, 'utf8').includes('<meta http-equiv="refresh"')
}

function kindOf(file: string, taxonomies: readonly string[]): PublishedPage['kind'] {
  if (file === 'index.html') return 'home'
  if (file === '404.html') return '404'
  const [folder = '', ...rest] = file.split('/')
  if (folder === 'page') return 'list'
  if (folder === 'archive') return 'archive'
  if (folder === 'search') return 'search'
  if (folder === 'posts') return 'post'
  if (folder === 'authors') return rest.length === 1 ? 'author-index' : 'author'
  if (taxonomies.includes(folder)) return rest.length === 1 ? 'terms' : 'term'
  return 'page'
}

/** Starts the Chromium that the script before the tests found or installed. */
export async function launch(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('No Chromium: run `node test/browser/chromium.mjs`.')
  return await chromium.launch({ ...launchOptions, executablePath })
}
