import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Asking, checkExternal, type ExternalLink } from '../../src/external.js'
import { scholium } from '../command.js'
import { siteFolder } from '../site-folder.js'

/** What a server answers: a status, headers of it, or an error of the network. */
type Answer = number | readonly [status: number, headers: Record<string, string>] | { readonly code: string }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scholium-external-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const link = (url: string, line = 1): ExternalLink => ({ url, file: 'a.md', place: { line, column: 1 } })

/** Other sites, by URL: what they answer, first to last, the last from then on. */
function web(answers: Readonly<Record<string, readonly Answer[]>>, now = new Date(0)) {
  const asked: string[] = []
  const waits: number[] = []
  let open = 0
  let most = 0
  const left = new Map(Object.entries(answers).map(([url, list]) => [url, [...list]]))
  const asking: Asking = {
    record: join(folder, 'external.json'),
    now,
    async fetch(input, init) {
      const url = String(input)
      asked.push(`${init?.method} ${url}`)
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, 1))
      open--
      const list = left.get(url) ?? [404]
      const answer = (list.length > 1 ? list.shift() : list[0]) ?? 404
      if (typeof answer === 'object' && 'code' in answer)
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), answer) })
      const [status, headers] = typeof answer === 'number' ? [answer, {}] : answer
      return new Response(null, { status, headers })
    },
    wait(ms) {
      waits.push(ms)
      return Promise.resolve()
    },
  }
  return { asking, asked, waits, most: () => most }
}

const messages = async (links: readonly ExternalLink[], asking: Asking) =>
  (await checkExternal(links, asking)).map(({ line, rule, message }) => `${line} ${rule} ${message}`)

describe('Links to other sites', () => {
  it('are reported at every place where what they lead to is not there', async () => {
    const { asking, asked } = web({ 'https://a.example/there': [200] })
    const links = [
      link('https://a.example/there#part', 1),
      link('https://a.example/gone', 2),
      link('https://a.example/gone#part', 3),
      link('mailto:x@a.example', 4),
      link('//a.example/there', 5),
    ]
    expect(await messages(links, asking)).toEqual([
      '2 external-link-works "https://a.example/gone" is not there: the server answers 404.',
      '3 external-link-works "https://a.example/gone#part" is not there: the server answers 404.',
    ])
    expect(asked).toEqual([
      'HEAD https://a.example/there',
      'HEAD https://a.example/gone',
      'GET https://a.example/gone',
    ])
  })

  it.each([
    ['knows no HEAD', [405, 200], null],
    ['turns machines away', [403], null],
    ['is not to be read from here', [451], null],
    ['is busy for good', [429], null],
    ['fails once', [500, 500, 200], null],
    ['fails for good', [503], 'the server answers 503'],
    ['breaks off once', [{ code: 'ECONNRESET' }, 200], null],
    ['has no host', [{ code: 'ENOTFOUND' }], 'there is no such host'],
    ['has an old certificate', [{ code: 'CERT_HAS_EXPIRED' }], 'its certificate has expired'],
  ] as const)('to a site that %s', async (_, answers, why) => {
    const { asking } = web({ 'https://a.example/': answers })
    expect(await messages([link('https://a.example/')], asking)).toEqual(
      why === null ? [] : [`1 external-link-works "https://a.example/" is not there: ${why}.`],
    )
  })

  it('are asked for again after as long as a site says, unless that is too long', async () => {
    const patient = web({ 'https://a.example/': [[429, { 'retry-after': '7' }], 200] })
    await messages([link('https://a.example/')], patient.asking)
    expect(patient.waits).toEqual([7000])
    const busy = web({ 'https://b.example/': [[429, { 'retry-after': '3600' }]] })
    expect(await messages([link('https://b.example/')], busy.asking)).toEqual([])
    expect(busy.waits).toEqual([])
  })

  it('are asked for again at the time that a site names', async () => {
    const busyUntil = (seconds: number) =>
      [503, { 'retry-after': new Date(seconds * 1000).toUTCString() }] as const
    const soon = web({ 'https://a.example/': [busyUntil(9), busyUntil(9), 200] }, new Date(0))
    expect(await messages([link('https://a.example/')], soon.asking)).toEqual([])
    expect(soon.waits).toEqual([9000])
    const late = web({ 'https://b.example/': [busyUntil(3600)] }, new Date(0))
    expect(await messages([link('https://b.example/')], late.asking)).toEqual([])
    expect(late.waits).toEqual([])
    const past = web({ 'https://c.example/': [busyUntil(0), busyUntil(0), 200] }, new Date(5000))
    await messages([link('https://c.example/')], past.asking)
    expect(past.waits).toEqual([1000])
  })

  it('are asked for without the name and password that are written in them', async () => {
    const { asking, asked } = web({ 'https://a.example/x': [401] })
    expect(await messages([link('https://me:secret@a.example/x')], asking)).toEqual([])
    expect(asked).toEqual(['HEAD https://a.example/x', 'GET https://a.example/x'])
  })

  it('that lead in circles are followed once, as far as fetch goes', async () => {
    let requests = 0
    const server = createServer((_request, response) => {
      requests += 1
      response.writeHead(302, { location: '/again' }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/`
    const found = await messages([link(url)], { ...web({}).asking, fetch })
    server.close()
    expect(found).toEqual([`1 external-link-works "${url}" is not there: its addresses lead in circles.`])
    expect(requests).toBeLessThanOrEqual(21)
  })

  it('are asked for two at a time at one host, and sixteen in all', async () => {
    const one = web({})
    await messages(
      Array.from({ length: 9 }, (_, at) => link(`https://a.example/${at}`)),
      one.asking,
    )
    expect(one.most()).toBe(2)
    const many = web({})
    await messages(
      Array.from({ length: 40 }, (_, at) => link(`https://${at}.example/`)),
      many.asking,
    )
    expect(many.most()).toBe(16)
  })

  it('are not asked for again for a week where they work, and a few hours where not', async () => {
    const answers = { 'https://a.example/': [200], 'https://a.example/x': [404] }
    const links = [link('https://a.example/'), link('https://a.example/x')]
    const hours = (count: number) => new Date(count * 3_600_000)
    const found = await messages(links, web(answers, hours(0)).asking)
    const soon = web(answers, hours(1))
    expect(await messages(links, soon.asking)).toEqual(found)
    expect(soon.asked).toEqual([])
    const later = web(answers, hours(7))
    await messages(links, later.asking)
    expect(later.asked).toEqual(['HEAD https://a.example/x', 'GET https://a.example/x'])
    const week = web(answers, hours(24 * 8))
    await messages(links, week.asking)
    expect(week.asked).toContain('HEAD https://a.example/')
  })
})

describe('scholium check --external', () => {
  const site = (rest: string) => ({
    'site.yaml': `title: A\nurl: https://example.org/\n${rest}`,
    'content/posts/a.md':
      '---\ntitle: A\ndate: 2024-01-01\n---\n\n[here](https://example.org/) [dead](http://127.0.0.1:9/x)\n\n<!-- scholium-ignore external-link-works -->\n[known](http://127.0.0.1:9/y)\n',
  })

  it('reports dead links where they are written, and is no error unless the site says so', async () => {
    const root = await siteFolder(site(''))
    const { code, stderr } = await scholium(root, ['check', '--external'])
    expect(code).toBe(0)
    expect(stderr).toContain('warning content/posts/a.md:6:30 external-link-works')
    expect(stderr).toContain('"http://127.0.0.1:9/x" is not there')
    expect(stderr).not.toContain('127.0.0.1:9/y')
    expect((await scholium(root, ['check'])).stderr).toBe('')
    const strict = await siteFolder(site('rules: { external-link-works: error }\n'))
    expect((await scholium(strict, ['check', '--external'])).code).toBe(1)
  })
})
