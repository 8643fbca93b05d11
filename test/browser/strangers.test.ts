/**
 * Text by strangers in a browser that enforces no policy: what markdown.html leaves of it runs no script, asks no other
 * host for anything, changes no global and stays in its box.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeFiles } from '../site-folder.js'
import { harmfulUrls, shapes, vectors } from '../strangers.js'
import { launch, type Published, publish } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const elsewhere = 'http://elsewhere.example'
const wide = { width: 1280, height: 900 }
const scratch = mkdtempSync(join(tmpdir(), 'scholium-strangers-'))
let browser: Browser
const sites = new Map<string, Published>()

const yaml = (mode: string) =>
  `title: By strangers\nurl: https://example.org/\ncsp: false\nsearch: false\nmath: { trust: true }\nmarkdown: { html: ${mode} }\nrules: { '*': warn }\n`

const written = (vector: string) => vector.replaceAll('ORIGIN', elsewhere)

/** The site of some texts, each the body of a post; where HTML is sanitized, what each holds stands in its front matter, too. */
const site = (mode: string, bodies: readonly string[]) => ({
  'site.yaml': yaml(mode),
  ...Object.fromEntries(
    bodies.map((body, at) => {
      const front = mode === 'sanitize' ? frontMatter(written(body), at) : { title: `Vector ${at}` }
      return [`content/posts/v${at}.md`, `---\n${JSON.stringify(front)}\n---\n\n${written(body)}\n`]
    }),
  ),
})

/** Several in one post: none hides another where all of HTML is text. */
const groups = vectors.flatMap((_, at) => (at % 6 === 0 ? [vectors.slice(at, at + 6).join('\n\n')] : []))

/** Enough of them to know that harm would be found. */
const samples = vectors.filter((_, at) => at % 2 === 0 || at >= vectors.length - shapes.length)

/** A vector in every field of front matter that a page shows, and URLs that no page may lead to in those that hold one. */
function frontMatter(vector: string, at: number) {
  const url = harmfulUrls[at % harmfulUrls.length] ?? ''
  return {
    date: '2024-01-01',
    ...{ title: vector, subtitle: vector, description: vector, tags: [vector], categories: [vector] },
    ...{
      series: [`Series ${at % 20} ${vector}`],
      read_time: vector,
      custom: vector,
      layout: vector,
      id: vector,
    },
    authors: [
      { name: vector, url },
      { name: 'Click me', url: vector },
    ],
    image: { src: at % 2 ? url : `${elsewhere}/lead.png`, alt: vector },
    canonical: url,
    // Others are errors.
    aliases: /\p{Cc}|\/\//u.test(url) ? [] : [`${url}${at}`],
  }
}

/** Where any HTML is allowed, URLs in front matter lead nowhere harmful all the same. */
const trusted = () => ({
  'site.yaml': yaml('allow'),
  ...Object.fromEntries(
    harmfulUrls.slice(0, 3).map((url, at) => {
      const authors = harmfulUrls.map((each) => ({ name: each, url: each }))
      const front = { title: `URL ${at}`, date: '2024-01-01', authors, canonical: url, image: url }
      return [`content/posts/v${at}.md`, `---\n${JSON.stringify(front)}\n---\n\nText.\n`]
    }),
  ),
})

beforeAll(async () => {
  browser = await launch()
  const all = {
    sanitize: site('sanitize', vectors),
    escape: site('escape', groups),
    allow: site('allow', samples),
    trusted: trusted(),
  }
  for (const [name, files] of Object.entries(all)) {
    await writeFiles(join(scratch, name), files)
    sites.set(name, await publish(join(scratch, name), join(scratch, `${name}-out`)))
  }
})

afterAll(async () => {
  await browser?.close()
  for (const one of sites.values()) await one[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

/** What a page does that it must not, from its load to a click on all that can be clicked. */
async function harmOf(page: Page, url: string, isNarrow: boolean): Promise<readonly string[]> {
  const harm: string[] = []
  const home = new URL(url).origin
  page.removeAllListeners()
  page.on('dialog', (dialog) => {
    harm.push(`dialog ${dialog.message()}`)
    dialog.dismiss().catch(() => {})
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== home && !request.url().startsWith('data:image/'))
      harm.push(`request ${request.url()}`)
  })
  page.on('popup', (popup) => harm.push(`window ${popup.url()}`))
  await page.goto(url, { waitUntil: 'load' })
  const box = await page.evaluate(boxFaults)
  if (isNarrow) {
    await page.setViewportSize({ width: 390, height: 800 })
    box.push(...(await page.evaluate(boxFaults)))
    await page.setViewportSize(wide)
  }
  return [...box, ...(await page.evaluate(scriptFaults)), ...harm]
}

/** Runs in each page before all else: notes what there is, and tells later what has become of it. */
function watchGlobals(): void {
  const { getOwnPropertyDescriptors, getPrototypeOf, is } = Object
  const { ownKeys } = Reflect
  const roots: Readonly<Record<string, object>> = {
    ...{
      window,
      document,
      navigator,
      location,
      history,
      JSON,
      Math,
      Reflect,
      console,
      Object,
      Array,
      Promise,
    },
    ...{ objects: Object.prototype, arrays: Array.prototype, functions: Function.prototype },
    ...{ promises: Promise.prototype, strings: String.prototype, patterns: RegExp.prototype },
    ...{ targets: EventTarget.prototype, nodes: Node.prototype, elements: Element.prototype },
    ...{ documents: Document.prototype, html: HTMLElement.prototype },
  }
  const noted = () =>
    Object.entries(roots).map(([name, root]) => ({
      name,
      proto: getPrototypeOf(root),
      own: getOwnPropertyDescriptors(root) as Record<PropertyKey, PropertyDescriptor>,
    }))
  let before: ReturnType<typeof noted> = []
  const changes = () =>
    noted().flatMap(({ name, proto, own }, at) => {
      const then = before[at]
      if (!then) return []
      const keys = [...new Set([...ownKeys(own), ...ownKeys(then.own)])]
      const changed = keys.filter((key) => {
        const [now, old] = [own[key], then.own[key]]
        return !now || !old || !is(now.value, old.value) || now.get !== old.get || now.set !== old.set
      })
      return [
        ...(proto === then.proto ? [] : [`changed what ${name} is`]),
        ...changed.map((key) => `changed ${name}.${String(key)}`),
      ]
    })
  Object.defineProperty(window, Symbol.for('changes'), { value: changes })
  before = noted()
}

/** Runs in the page: what stands over the rest of it, or makes it too wide or far too high. */
function boxFaults(): string[] {
  const { scrollWidth, scrollHeight } = document.documentElement
  const faults = [
    ...(scrollWidth > innerWidth ? [`${scrollWidth} pixels wide in ${innerWidth}`] : []),
    ...(scrollHeight > 20_000 ? [`${scrollHeight} pixels high`] : []),
    ...[...document.querySelectorAll('main *')]
      .filter((element) => getComputedStyle(element).position === 'fixed')
      .map(({ localName }) => `fixed <${localName}>`),
  ]
  // Where text by strangers may be seen: itself, and the parts of the page that show it.
  const own = '.content, .sidenotes > ol > li, .page-header, .toc'
  const isWithin = (element: Element, x: number, y: number) => {
    for (let box = element.closest(own); box; box = box.parentElement?.closest(own) ?? null) {
      const { left, right, top, bottom } = box.getBoundingClientRect()
      if (x >= left - 5 && x <= right + 5 && y >= top - 5 && y <= bottom + 5) return true
    }
    return false
  }
  const out = new Set<string>()
  const step = innerWidth / 24
  for (let y = 2; y < innerHeight; y += step) {
    for (let x = 2; x < innerWidth; x += step) {
      for (const element of document.elementsFromPoint(x, y)) {
        if (element.closest(own) && !isWithin(element, x, y)) out.add(`<${element.localName}> out of its box`)
      }
    }
  }
  // The frame of the page can be reached.
  for (const link of document.querySelectorAll('.site-header :is(a, button), .site-footer a, .toc a')) {
    const { left, right, top, bottom } = link.getBoundingClientRect()
    const [x, y] = [(left + right) / 2, (top + bottom) / 2]
    if (x < 0 || y < 0 || y >= innerHeight || right === left) continue
    const hit = document.elementFromPoint(x, y)
    if (hit?.closest('.content')) out.add(`<${hit.localName}> over ${link.textContent}`)
  }
  return [...faults, ...out]
}

/** Runs in the page: touches all that can be touched, and tells whether a script ran, or could. */
async function scriptFaults(): Promise<readonly string[]> {
  // Links that are only links may stay.
  const stay = (event: Event) => {
    const link = (event.target as Element).closest('a')
    if (link && link.protocol !== 'javascript:') event.preventDefault()
  }
  document.addEventListener('click', stay, true)
  const harmful = /^(?:javascript|vbscript|data|blob|file|view-source):/
  const led = [...document.querySelectorAll('a, area, link')].map((link) => (link as HTMLAnchorElement).href)
  const metas = [
    ...document.querySelectorAll('meta:is([property*="url"], [property*="image"], [name*="url"])'),
  ]
  const said = metas.map((meta) => meta.getAttribute('content') ?? '')
  const urls = [...led, ...said.filter((text) => URL.canParse(text)).map((text) => new URL(text).href)]
  for (const element of document.querySelectorAll<HTMLElement>('main *')) {
    element.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))
    element.focus?.()
    element.click?.()
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
  const { ran } = globalThis as { ran?: unknown }
  const changes = (window as unknown as Record<symbol, () => readonly string[]>)[Symbol.for('changes')]
  return [
    // An element with that id is a global too, and no script.
    ...(ran !== undefined && !(ran instanceof Element || ran instanceof HTMLCollection) ? ['ran'] : []),
    ...(changes?.() ?? ['not watched']),
    ...urls.filter((url) => harmful.test(url)).map((url) => `leads to ${url}`),
  ]
}

async function harmOfAll(
  name: string,
  paths: readonly string[],
  narrow: readonly string[] = [],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const context = await browser.newContext({ viewport: wide })
  await context.addInitScript(watchGlobals)
  await context.route(`${elsewhere}/**`, (route) => route.abort())
  const page = await context.newPage()
  const harm = new Map<string, readonly string[]>()
  for (const path of paths) {
    const url = new URL(path, sites.get(name)?.home).href
    const found = await harmOf(page, url, narrow.includes(path)).catch((error: Error) => [
      `left the page: ${error.message.split('\n')[0]}`,
    ])
    if (found.length > 0) harm.set(path, found)
  }
  await context.close()
  return harm
}

const postsOf = (texts: readonly string[]) => texts.map((_, at) => `posts/v${at}/`)
const lists = ['', 'page/2/', 'archive/', 'tags/', 'categories/', '404.html']

describe('Text by strangers', () => {
  test.each([
    ['sanitize', vectors],
    ['escape', groups],
  ])('does no harm under markdown.html: %s', async (mode, bodies) => {
    const posts = postsOf(bodies)
    const harm = await harmOfAll(mode, [...posts, ...lists], [...posts.slice(-shapes.length), ...lists])
    expect([...harm].map(([path, found]) => [path, bodies[posts.indexOf(path)], ...found])).toEqual([])
  })

  test('would do harm where all HTML is allowed', async () => {
    const harm = await harmOfAll('allow', postsOf(samples))
    expect(harm.size).toBeGreaterThan(50)
    expect(
      postsOf(samples)
        .slice(-shapes.length)
        .filter((path) => harm.has(path)).length,
    ).toBeGreaterThan(12)
  })

  test('leads to no script by front matter even there', async () => {
    expect(await harmOfAll('trusted', [...postsOf(harmfulUrls.slice(0, 3)), ''])).toEqual(new Map())
  })

  test.each(['sanitize', 'trusted'])('leads feeds to no script: %s', (name) => {
    const out = sites.get(name)?.out ?? ''
    const feed = JSON.parse(readFileSync(join(out, 'feed.json'), 'utf8'))
    const told = (feed.items as Record<string, unknown>[]).flatMap(
      ({ url, external_url, image, authors }) => [
        ...[url, external_url, image],
        ...((authors ?? []) as { url?: string }[]).map((author) => author.url),
      ],
    )
    const said = [
      ...readFileSync(join(out, 'feed.xml'), 'utf8').matchAll(/<uri>([^<]*)|<link [^>]*href="([^"]*)/g),
    ]
    const urls = [...told, ...said.map(([, uri, href]) => uri ?? href)].filter((url) => url !== undefined)
    expect(urls.length).toBeGreaterThan(10)
    for (const url of urls) expect(String(url)).toMatch(/^https:\/\/example\.org\//)
  })
})
