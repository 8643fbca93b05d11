/** The repository's own site, and one long enough for several pages of posts, as readers meet them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import { FileSystemConfigLoader, HtmlValidate } from 'html-validate'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { htmlFiles, launch, type Published, type PublishedPage, publish, repository } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

/** The narrowest screen that the site is made for. */
const narrow = { width: 320, height: 640 }
const kinds = [
  'home',
  'list',
  'post',
  'page',
  'term',
  'terms',
  'author',
  'author-index',
  'archive',
  'search',
  '404',
] as const

/** What a page did and how it looked when it was opened. */
interface Visit {
  readonly kind: PublishedPage['kind']
  readonly status: number
  /** How far the page is wider than the screen. */
  readonly overflow: number
  readonly formulas: number
  readonly formulasWithoutSize: number
  readonly typesetByKatexFonts: boolean
  /** The features that its content shows, in order. */
  readonly features: readonly string[]
  /** The names of the sheets that it loads, in order. */
  readonly styleSheets: readonly string[]
  /** Every visible line of text, those of buttons aside, with all details opened. */
  readonly text: readonly string[]
  /** Requests to other origins, requests that failed, errors on the console. */
  readonly faults: readonly string[]
}

const scratch = mkdtempSync(join(tmpdir(), 'scholium-browser-'))
const folders = { own: join(scratch, 'own'), long: join(scratch, 'long') }
let browser: Browser
let own: Published
let long: Published
let visits: ReadonlyMap<string, Visit>

beforeAll(async () => {
  writeLongSite(join(scratch, 'source'))
  browser = await launch()
  own = await publish(repository, folders.own)
  long = await publish(join(scratch, 'source'), folders.long)
  const context = await browser.newContext({ viewport: narrow })
  visits = await visitAll(context, [...own.pages, ...long.pages])
  await context.close()
})

afterAll(async () => {
  await browser?.close()
  await own?.[Symbol.asyncDispose]()
  await long?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

describe('A reader', () => {
  test('walks from the home page to a post, its tag, its category and the next page', async () => {
    const page = await browser.newPage()
    await page.goto(long.home)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Twenty-five notes')

    await page.getByRole('main').getByRole('link', { name: 'Note 24', exact: true }).click()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Note 24')

    await page.getByRole('article').getByRole('link', { name: 'Even', exact: true }).click()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Even')
    expect(await page.getByRole('main').getByRole('heading', { level: 2 }).count()).toBe(12)

    await page.getByRole('main').getByRole('link', { name: 'Note 12', exact: true }).click()
    await page.getByRole('article').getByRole('link', { name: 'Arithmetic', exact: true }).click()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Arithmetic')

    const pages = page.getByRole('navigation', { name: 'Pages' })
    await pages.getByRole('link', { name: 'Older posts' }).click()
    expect(await pages.textContent()).toContain('Page 2 of 2')
    await page.getByRole('main').getByRole('link', { name: 'Note 1', exact: true }).click()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Note 1')
    await page.close()
  })

  test('walks through a series, to a related post, to one that links to it, and to its author', async () => {
    const page = await browser.newPage()
    await page.goto(new URL('posts/note-5/', long.home).href)
    const title = () => page.getByRole('heading', { level: 1 }).textContent()
    const series = page.getByRole('navigation', { name: 'Sums of odd numbers' })
    expect(await series.getByText('Part 1 of 5 of Sums of odd numbers').isVisible()).toBe(true)
    expect(await series.locator('[aria-current=page]').textContent()).toBe('Note 5')
    await series.getByRole('link', { name: 'Note 15', exact: true }).click()
    expect(await title()).toBe('Note 15')

    const below = (heading: string) =>
      page.locator('section', { has: page.getByRole('heading', { name: heading }) })
    await below('Related posts').getByRole('link').first().click()
    expect(await title()).not.toBe('Note 15')
    await page.goBack()
    await below('Posts that link here').getByRole('link', { name: 'Note 25', exact: true }).click()
    expect(await title()).toBe('Note 25')

    await page.getByRole('article').getByRole('link', { name: 'Bo Sample', exact: true }).click()
    expect(await title()).toBe('Bo Sample')
    expect(await page.getByRole('main').getByRole('heading', { level: 2 }).count()).toBe(5)
    await page.getByRole('main').getByRole('link', { name: 'Authors', exact: true }).click()
    expect(await page.getByRole('main').getByRole('link').allTextContents()).toEqual([
      'Ada Example',
      'Bo Sample',
    ])
    await page.close()
  })

  test('pages through the home page to its end and back', async () => {
    const page = await browser.newPage()
    await page.goto(long.home)
    const titles: string[] = []
    const pages = page.getByRole('navigation', { name: 'Pages' })
    const [older, newer] = ['Older posts', 'Newer posts'].map((name) => pages.getByRole('link', { name }))
    if (older === undefined || newer === undefined) throw new Error('No pager.')
    titles.push(...(await postTitles(page)))
    while (await older.count()) {
      await older.click()
      titles.push(...(await postTitles(page)))
    }
    expect(titles).toEqual(Array.from({ length: 25 }, (_, index) => `Note ${25 - index}`))
    while (await newer.count()) await newer.click()
    expect(page.url()).toBe(long.home)
    await page.close()
  })

  test('reaches every page of the repository’s site from its home page by links', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    const seen = new Set([own.home])
    for (const url of seen) {
      await page.goto(url)
      const links = await page
        .getByRole('link')
        .evaluateAll((all) =>
          all.flatMap((link) => (link instanceof HTMLAnchorElement ? [link.href.replace(/#.*$/, '')] : [])),
        )
      for (const link of links) {
        if (own.pages.some(({ url: known }) => known === link)) seen.add(link)
        else if (link.startsWith(own.home)) expect((await page.request.get(link)).status(), link).toBe(200)
      }
    }
    const expected = own.pages.filter(({ kind }) => kind !== '404').map(({ url }) => url)
    expect([...seen].sort()).toEqual(expected.toSorted())
    await context.close()
  })

  test('finds the post’s terms listed with the post on their pages', async () => {
    const page = await browser.newPage()
    await page.goto(own.home)
    const post = page.getByRole('main').getByRole('heading', { level: 2 }).getByRole('link').first()
    const title = await post.textContent()
    await post.click()
    const terms = own.pages.filter(({ kind }) => kind === 'term').map(({ url }) => url)
    const links = await page
      .getByRole('article')
      .getByRole('link')
      .evaluateAll((all) => all.flatMap((link) => (link instanceof HTMLAnchorElement ? [link.href] : [])))
    const itsTerms = links.filter((link) => terms.includes(link))
    expect(itsTerms.length).toBeGreaterThan(1)
    for (const term of itsTerms) {
      await page.goto(term)
      expect(await postTitles(page), term).toContain(title)
    }
    await page.close()
  })

  test('gets the 404 page for an address that is not there', async () => {
    const page = await browser.newPage()
    const response = await page.goto(new URL('nothing/here/', own.home).href)
    expect(response?.status()).toBe(404)
    await page.getByRole('main').getByRole('link').first().click()
    expect(page.url()).toBe(own.home)
    await page.close()
  })

  test('chooses a theme, and finds it again on every page', async () => {
    const dark = await browser.newContext({ colorScheme: 'dark' })
    const darkPage = await dark.newPage()
    await darkPage.goto(own.home)
    const darkBackground = await background(darkPage)
    await dark.close()

    const light = await browser.newContext({ colorScheme: 'light' })
    const page = await light.newPage()
    await page.goto(own.home)
    expect(await background(page)).not.toBe(darkBackground)

    const themeSwitch = page.getByRole('button', { name: /theme/i })
    for (let press = 0; press < 2 && (await background(page)) !== darkBackground; press++) {
      await themeSwitch.click()
    }
    expect(await background(page)).toBe(darkBackground)
    expect(await themeSwitch.getAttribute('aria-label')).toMatch(/dark/i)

    await page.reload()
    expect(await background(page)).toBe(darkBackground)
    await page.goto(pageOf(own, 'post').url)
    expect(await background(page)).toBe(darkBackground)
    await light.close()
  })

  test('who uses the keyboard can skip to the content and sees what has the focus', async () => {
    const page = await browser.newPage()
    await page.goto(pageOf(own, 'post').url)
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus')
    expect(await focused.textContent()).toMatch(/skip/i)
    expect((await focused.boundingBox())?.y).toBeGreaterThanOrEqual(0)
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
    await page.close()
  })
})

describe('A post says how to cite it', () => {
  test('in a block that a reader opens, and selects with one click', async () => {
    const context = await browser.newContext({ viewport: narrow, javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(pageOf(own, 'post').url)
    const entry = page.locator('.cite pre')
    expect(await entry.isVisible()).toBe(false)
    await page.getByText('Cite this post').click()
    await entry.click()
    const selected = await page.evaluate(() => getSelection()?.toString().trim())
    expect(selected).toMatch(/^@misc\{.+\}$/s)
    expect(selected).toBe((await entry.textContent())?.trim())
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(narrow.width)
    await context.close()
  })
})

describe('The data of a page', () => {
  test('can be read, though its policy runs no script that stands in it', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(pageOf(own, 'post').url)
    const data = await page.locator('script[type="application/ld+json"]').allTextContents()
    await context.close()
    expect(data.map((text): unknown => JSON.parse(text))).toMatchObject([
      { '@context': 'https://schema.org' },
    ])
  })
})

describe('Every page', () => {
  test('is there', () => {
    const statuses = each(({ status }) => status)
    expect(Object.values(statuses).every((status) => status === 200)).toBe(true)
    for (const kind of kinds) expect([...own.pages, ...long.pages].map((page) => page.kind)).toContain(kind)
  })

  test('fits a screen of 320 px', () => {
    expect(where(({ overflow }) => overflow > 0)).toEqual([])
  })

  test('asks nothing of another origin and causes no error', () => {
    expect(where(({ faults }) => faults.length > 0)).toEqual([])
  })

  test('sets its formulas in KaTeX’s own type, each with a size', () => {
    const typeset = [...visits.values()].filter(({ formulas }) => formulas > 0)
    expect(typeset.length).toBeGreaterThan(5)
    expect(where(({ formulasWithoutSize }) => formulasWithoutSize > 0)).toEqual([])
    expect(where(({ formulas, typesetByKatexFonts }) => formulas > 0 && !typesetByKatexFonts)).toEqual([])
  })

  test('loads KaTeX’s style sheet only where it has formulas, and those of features only where they are used', () => {
    expect(
      where(
        ({ kind, formulas, features, styleSheets }) =>
          JSON.stringify(styleSheets) !==
          JSON.stringify([
            ...(formulas > 0 ? ['katex/katex'] : []),
            'css/main',
            ...features.map((feature) => `css/features/${feature}`),
            ...(kind === 'search' ? ['css/search'] : []),
          ]),
      ),
    ).toEqual([])
  })

  test('shows the same text with JavaScript off, but for the one that searches', async () => {
    const context = await browser.newContext({ viewport: narrow, javaScriptEnabled: false })
    const without = await visitAll(context, [...own.pages, ...long.pages], false)
    await context.close()
    for (const [url, { kind, text }] of visits)
      if (kind !== 'search') expect(without.get(url)?.text, url).toEqual(text)
  })

  test('is valid HTML', async () => {
    const validator = new HtmlValidate(new FileSystemConfigLoader())
    const files = Object.values(folders).flatMap((folder) =>
      htmlFiles(folder).map((file) => join(folder, file)),
    )
    const faults: string[] = []
    for (const file of files) {
      const html = readFileSync(file, 'utf8')
      const report = await validator.validateString(html, join(repository, 'test/browser/page.html'))
      for (const { messages } of report.results) {
        faults.push(...messages.map((m) => `${file}:${m.line}:${m.column} ${m.ruleId}: ${m.message}`))
      }
    }
    expect(faults).toEqual([])
  })
})

describe.each(['light', 'dark'] as const)(
  'In the %s theme, axe finds nothing to object to',
  (colorScheme) => {
    test.each(kinds)('on a page of the kind %s', async (kind) => {
      const context = await browser.newContext({ colorScheme })
      const page = await context.newPage()
      // All posts of the repository's site: they show what a body can hold.
      const ofKind = [...own.pages, ...long.pages].filter((one) => one.kind === kind)
      const ofSeries = long.pages.filter(({ file }) => file === 'posts/note-15/index.html')
      const chosen =
        kind === 'post'
          ? [...own.pages.filter((one) => one.kind === 'post'), ...ofSeries]
          : ofKind.slice(0, 1)
      expect(chosen.length).toBeGreaterThan(0)
      const found: string[] = []
      for (const { url } of chosen) {
        await page.goto(url)
        await page.evaluate(axe.source)
        const { violations } = await page.evaluate<axe.AxeResults>('axe.run()')
        found.push(...violations.map((violation) => `${url} ${describeViolation(violation)}`))
      }
      expect(found).toEqual([])
      await context.close()
    })
  },
)

/** Opens every page in turn. */
async function visitAll(
  context: BrowserContext,
  pages: readonly PublishedPage[],
  runsScripts = true,
): Promise<ReadonlyMap<string, Visit>> {
  const page = await context.newPage()
  const all = new Map<string, Visit>()
  let faults: string[] = []
  page.on('console', (message) => {
    // A browser asks for /favicon.ico of its own accord.
    const ownAccord = message.location().url.endsWith('/favicon.ico')
    if (message.type() === 'error' && !ownAccord) faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`))
  page.on('requestfailed', (request) => {
    // It asks for the icon when it likes, and gives that up where it is led on before.
    const isGivenUp = request.failure()?.errorText === 'net::ERR_ABORTED' && /favicon/.test(request.url())
    if (!isGivenUp) faults.push(`failed: ${request.url()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol.startsWith('http') && url.hostname !== '127.0.0.1') faults.push(`foreign: ${url.href}`)
  })
  for (const { url, kind } of pages) {
    faults = []
    const response = await page.goto(url, { waitUntil: 'load' })
    // The index is loaded after the page, which is not to be left before.
    if (kind === 'search' && runsScripts)
      await page.locator('.search-results[aria-busy="false"]').waitFor({ state: 'attached' })
    const seen = await page.evaluate(observe)
    const [text = ''] = await page.locator('body').allInnerTexts()
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    all.set(url, { kind, status: response?.status() ?? 0, ...seen, text: lines, faults })
  }
  await page.close()
  return all
}

/** Runs in the page: looks at it, and then opens what is folded and hides what only scripts need. */
async function observe(): Promise<Omit<Visit, 'kind' | 'status' | 'text' | 'faults'>> {
  await document.fonts.ready
  const root = document.scrollingElement ?? document.documentElement
  const formulas = [...document.querySelectorAll('.katex-html')].map((formula) =>
    formula.getBoundingClientRect(),
  )
  const overflow = root.scrollWidth - root.clientWidth
  for (const details of document.querySelectorAll('details')) details.open = true
  for (const button of document.querySelectorAll('button')) button.hidden = true
  return {
    overflow,
    formulas: formulas.length,
    formulasWithoutSize: formulas.filter(({ width, height }) => width === 0 || height === 0).length,
    typesetByKatexFonts: [...document.fonts].some(
      ({ family, status }) => family.includes('KaTeX') && status === 'loaded',
    ),
    features: Object.entries({
      code: 'pre > code',
      listings: '.listing, .listing-fold, .line, pre[id], pre mark',
      theorems: '.theorem',
      figures: '.figure-row, .table-figure',
      callouts: '.callout',
      media: 'video, audio',
      enlarge: 'img[data-full]',
      'dark-images': 'source[data-dark]',
      citations: '.citation',
      notes: '.footnotes',
    }).flatMap(([feature, mark]) =>
      document.querySelector(`:is(.content, .lead-image) :is(${mark})`) ? [feature] : [],
    ),
    styleSheets: [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].map(({ href }) =>
      href.replace(/^.*\/assets\//, '').replace(/\..*$/, ''),
    ),
  }
}

function each<T>(pick: (visit: Visit) => T): Readonly<Record<string, T>> {
  return Object.fromEntries([...visits].map(([url, visit]) => [url, pick(visit)]))
}

/** The pages that a fault is found on, with all that was seen there, for the failure's message. */
function where(isFault: (visit: Visit) => boolean): readonly object[] {
  return [...visits]
    .filter(([, visit]) => isFault(visit))
    .map(([url, { text: _, ...visit }]) => ({ url, ...visit }))
}

function pageOf({ pages }: Published, kind: PublishedPage['kind']): PublishedPage {
  const found = pages.find((page) => page.kind === kind)
  if (found === undefined) throw new Error(`The site has no page of the kind ${kind}.`)
  return found
}

function postTitles(page: Page): Promise<string[]> {
  return page.getByRole('main').getByRole('heading', { level: 2 }).allInnerTexts()
}

function background(page: Page): Promise<string> {
  return page.evaluate(() => {
    const [root, body] = [document.documentElement, document.body].map(
      (element) => getComputedStyle(element).backgroundColor,
    )
    return body !== undefined && body !== 'rgba(0, 0, 0, 0)' ? body : String(root)
  })
}

function describeViolation({ id, help, nodes }: axe.Result): string {
  return `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join('\n')}`
}

/** Twenty-five short posts, newest last: tags by turns, all in one category, mathematics in every fifth. */
function writeLongSite(root: string): void {
  mkdirSync(join(root, 'content/posts'), { recursive: true })
  mkdirSync(join(root, 'content/pages'), { recursive: true })
  writeFileSync(join(root, 'site.yaml'), 'title: Twenty-five notes\nurl: https://example.org/notes/\n')
  writeFileSync(
    join(root, 'content/authors.yaml'),
    'ada: { name: Ada Example, bio: Counts., links: { Code: "https://code.example/ada" } }\nbo: { name: Bo Sample }\n',
  )
  writeFileSync(join(root, 'content/pages/about.md'), '---\ntitle: About\n---\n\nNotes on numbers.\n')
  for (let n = 1; n <= 25; n++) {
    const text = `---
title: Note ${n}
date: 2024-01-${String(n).padStart(2, '0')}
category: Arithmetic
tags: [${n % 2 === 0 ? 'Even' : 'Odd'}, Numbers]
excerpt: On the number ${n}.
author: ${n % 5 === 0 ? 'bo' : 'ada'}${n % 5 === 0 ? '\nseries: Sums of odd numbers' : ''}
---
${n === 25 ? '\nAs in [fifteen](note-15.md).\n' : ''}
The number ${n} has the square ${n * n}.
${n % 5 === 0 ? `\n$$\n${n}^2 = \\sum_{k=1}^{${n}} (2k - 1) = ${n * n}\n$$\n` : ''}`
    writeFileSync(join(root, 'content/posts', `note-${n}.md`), text)
  }
}
