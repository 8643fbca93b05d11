/** The search as readers use it: in English, in Japanese below a path, by keyboard, narrowed, and without JavaScript. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Files, writeFiles } from '../site-folder.js'
import { launch, type Published, publish } from './published.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

const english: Files = {
  'site.yaml': 'title: Notes\nurl: https://example.org/\n',
  'content/posts/attention.md': `---
title: "Attention & <em>more</em>"
date: 2024-01-22
tags: [Deep Learning, "R&D"]
---

Every query looks at all keys.

## Weights

They are $\\operatorname{softmax}(s)_i = \\frac{e^{s_i}}{\\sum_j e^{s_j}}$, and they add up to one.
`,
  'content/posts/hostile.md': `---
title: Hostile
date: 2024-01-21
tags: [Deep Learning]
---

The word zebra stands beside \`<img src=x onerror="window.hacked = 1">\` and &amp; and \`<mark>\`.
`,
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [
      `content/posts/many-${at}.md`,
      `---\ntitle: Many ${at}\ndate: 2023-01-${10 + at}\n---\n\nAbout walruses.\n`,
    ]),
  ),
  'content/posts/ja.md': '---\ntitle: 統計\ndate: 2022-01-01\nlang: ja\n---\n\n東京都庁の統計について。\n',
}

const japanese: Files = {
  'site.yaml': 'title: ノート\nurl: https://example.org/blog/\nlang: ja\n',
  'content/posts/a.md': `---
title: 深層学習の基礎
date: 2024-01-22
tags: [機械学習]
---

確率的勾配降下法について説明します。

## ニューラルネットワーク

畳み込みニューラルネットワークによる画像認識。
`,
  'content/posts/b.md': '---\ntitle: 線形代数\ndate: 2024-01-21\n---\n\n固有値と行列。\n',
}

const scratch = mkdtempSync(join(tmpdir(), 'scholium-search-'))
let browser: Browser
let sites: { readonly en: Published; readonly ja: Published }

beforeAll(async () => {
  browser = await launch()
  await writeFiles(join(scratch, 'en'), english)
  await writeFiles(join(scratch, 'ja'), japanese)
  sites = {
    en: await publish(join(scratch, 'en'), join(scratch, 'en-out')),
    ja: await publish(join(scratch, 'ja'), join(scratch, 'ja-out')),
  }
})

afterAll(async () => {
  await browser?.close()
  await sites?.en[Symbol.asyncDispose]()
  await sites?.ja[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

/**
 * Opens a page of a site under the strictest policy that searching allows, noting what goes wrong on it; requests that
 * match `broken` fail.
 */
async function open(
  site: Published,
  path: string,
  { broken, ...options }: BrowserContextOptions & { readonly broken?: string } = {},
): Promise<Page> {
  const context = await browser.newContext(options)
  const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'"
  await context.route('**/*', async (route) => {
    const response = await route.fetch()
    // KaTeX's formulas have styles of their own.
    const isPost = route.request().url().includes('/posts/')
    const headers = { ...response.headers(), ...(!isPost && { 'content-security-policy': policy }) }
    await route.fulfill({ response, headers })
  })
  if (broken !== undefined) await context.route(broken, (route) => route.abort())
  const page = await context.newPage()
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(site.home).origin) faults.push(`asked ${request.url()}`)
  })
  page.on('console', (message) => {
    if (/error|warning/.test(message.type())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  await page.goto(new URL(path, site.home).href)
  return page
}

/** What went wrong on any page, requests to elsewhere included. */
const faults: string[] = []

const field = (page: Page) => page.getByRole('searchbox', { name: 'Search this site' })
const status = (page: Page) => page.getByRole('status')
const results = (page: Page) => page.locator('.search-results > li')
const titles = (page: Page) => page.locator('.search-results h2').allTextContents()

/** Waits until a search that has begun is done. */
const settled = (page: Page) =>
  page.locator('.search-results[aria-busy="false"]').waitFor({ state: 'attached' })

/** Types a query and waits until the page says what came of it. */
async function find(page: Page, query: string): Promise<string> {
  await field(page).fill(query)
  await page.waitForURL((url) => url.searchParams.get('q') === query)
  await settled(page)
  return (await status(page).textContent()) ?? ''
}

async function hurdles(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

describe('A reader', () => {
  test('goes to the search from the menu, types, and opens what was found', async () => {
    const page = await open(sites.en, '')
    await page.getByRole('navigation', { name: 'Site' }).getByRole('link', { name: 'Search' }).click()
    expect(await field(page).evaluate((input) => input === document.activeElement)).toBe(true)
    expect(await find(page, 'queries')).toBe('1 result')
    expect(await titles(page)).toEqual(['Attention & <em>more</em>'])
    expect(await results(page).locator('.excerpt').innerHTML()).toContain('Every <mark>query</mark> looks')
    expect(await results(page).locator('.meta').textContent()).toBe('January 22, 2024')
    await results(page).getByRole('link', { name: 'Attention' }).click()
    expect(new URL(page.url()).pathname).toBe('/posts/attention/')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Attention')
    // And comes back to what was found.
    await page.goBack()
    await results(page).first().waitFor()
    expect(await field(page).inputValue()).toBe('queries')
  })

  test.each(['\\sum', 'softmax', '\\frac{a}{b}', '\\operatorname{softmax}', 'R&D'])(
    'finds %s, and is led to the section that has it',
    async (query) => {
      const page = await open(sites.en, 'search/')
      expect(await find(page, query)).toBe('1 result')
      if (query === 'R&D') return
      const excerpt = (await results(page).locator('.excerpt').textContent()) ?? ''
      expect(excerpt).not.toMatch(/[\u2E28\u2E29]|Weights/)
      await results(page).getByRole('link', { name: 'Weights' }).click()
      expect(new URL(page.url()).hash).toBe('#weights')
    },
  )

  test('sees what stands in a post as text, whatever it looks like', async () => {
    const page = await open(sites.en, 'search/')
    expect(await find(page, 'zebra')).toBe('1 result')
    expect(await results(page).locator('.excerpt').textContent()).toBe(
      'The word zebra stands beside <img src=x onerror="window.hacked = 1"> and & and <mark>.',
    )
    expect(await page.locator('.search-results img').count()).toBe(0)
    expect(await page.locator('.search-results mark').allTextContents()).toEqual(['zebra'])
    expect(await find(page, '<img src=x onerror=alert(1)>')).toMatch(/^\d results?$/)
    expect(await find(page, '<b>qqqq</b>')).toBe('Nothing found for “<b>qqqq</b>”.')
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
  })

  test('narrows what was found by tag, and has all of it in the URL', async () => {
    const page = await open(sites.en, 'search/')
    await find(page, 'the')
    await page.locator('summary', { hasText: 'Filter' }).click()
    const tag = page.getByRole('group', { name: 'Tags' }).getByRole('checkbox', { name: /R&D/ })
    await tag.check()
    await page.waitForURL((url) => url.searchParams.get('tags') === 'R&D')
    await page.waitForFunction(() => document.querySelectorAll('.search-results > li').length === 1)
    expect(await titles(page)).toEqual(['Attention & <em>more</em>'])
    const again = await open(sites.en, `search/${new URL(page.url()).search}`)
    await results(again).first().waitFor()
    expect(await titles(again)).toEqual(await titles(page))
    expect(await again.getByRole('checkbox', { name: /R&D/ }).isChecked()).toBe(true)
  })

  test('does all of it by keyboard', async () => {
    const page = await open(sites.en, 'search/?q=walruses')
    await results(page).first().waitFor()
    expect(await status(page).textContent()).toBe('12 results')
    expect(await results(page).count()).toBe(10)
    await page.keyboard.press('/')
    expect(await field(page).evaluate((input) => input === document.activeElement)).toBe(true)
    // A slash in the field is one.
    await page.keyboard.press('End')
    await page.keyboard.type('/')
    expect(await field(page).inputValue()).toBe('walruses/')
    await page.waitForURL((url) => url.searchParams.get('q') === 'walruses/')
    await page.keyboard.press('Backspace')
    await page.waitForURL((url) => url.searchParams.get('q') === 'walruses')
    await settled(page)
    const more = page.getByRole('button', { name: 'More results' })
    await more.focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelectorAll('.search-results > li').length === 12)
    expect(await more.isVisible()).toBe(false)
    const at = await page.evaluate(() =>
      [...document.querySelectorAll('.search-results > li')].findIndex((item) =>
        item.contains(document.activeElement),
      ),
    )
    expect(at).toBe(10)
    const href = await page.evaluate(() => (document.activeElement as HTMLAnchorElement).href)
    await page.keyboard.press('Enter')
    await page.waitForURL(href)
  })

  test('of a Japanese site below a path finds a word within a compound', async () => {
    const page = await open(sites.ja, 'search/')
    for (const query of ['機械学習', '学習', '勾配', '画像', 'ネットワーク'])
      expect([query, await find(page, query), await titles(page)]).toEqual([
        query,
        expect.stringMatching(/^1 result/),
        ['深層学習の基礎'],
      ])
    await results(page).getByRole('link', { name: 'ニューラルネットワーク' }).click()
    expect(decodeURIComponent(new URL(page.url()).pathname + new URL(page.url()).hash)).toBe(
      '/blog/posts/a/#ニューラルネットワーク',
    )
  })

  test('of an English site finds words of a Japanese post', async () => {
    const page = await open(sites.en, 'search/')
    expect(await find(page, '都庁')).toBe('1 result')
    expect(await results(page).getAttribute('lang')).toBe('ja')
    await results(page).getByRole('link', { name: '統計' }).click()
    expect(new URL(page.url()).pathname).toBe('/posts/ja/')
  })

  test('without JavaScript is told where everything is listed', async () => {
    const page = await open(sites.en, 'search/', { javaScriptEnabled: false })
    const main = page.getByRole('main')
    expect(await main.textContent()).toContain('Searching takes JavaScript')
    expect(await field(page).isVisible()).toBe(false)
    await main.getByRole('link', { name: 'Archive' }).click()
    expect(new URL(page.url()).pathname).toBe('/archive/')
  })

  test('is told when the search cannot be loaded', async () => {
    const before = faults.length
    const broken = '**/pagefind-entry.json*'
    const page = await open(sites.en, 'search/', { broken })
    expect(await find(page, 'query')).toBe('The search could not be loaded.')
    await page.context().unroute(broken)
    expect(await find(page, 'keys')).toBe('1 result')
    // That it could not be loaded is on the console, as it should be.
    expect(faults.splice(before).join()).toContain('Failed to load')
  })
})

describe('The search page', () => {
  test.each(['light', 'dark'] as const)(
    'has no hurdles by %s, before, with and after results',
    async (colorScheme) => {
      const page = await open(sites.en, 'search/', { colorScheme, bypassCSP: true })
      expect(await hurdles(page)).toEqual([])
      await find(page, 'the')
      await page.locator('summary', { hasText: 'Filter' }).click()
      expect(await hurdles(page)).toEqual([])
      await find(page, 'qqqq')
      expect(await hurdles(page)).toEqual([])
    },
  )

  test('does not move the field when results come, and fits a narrow screen', async () => {
    const page = await open(sites.en, 'search/', { viewport: { width: 320, height: 640 } })
    const before = await field(page).boundingBox()
    await find(page, 'the')
    await page.locator('summary', { hasText: 'Filter' }).click()
    expect(await field(page).boundingBox()).toEqual(before)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    )
  })

  test('asks for nothing but the site itself, and nothing goes wrong', () => {
    expect(faults).toEqual([])
  })

  test('is the only one that loads what searches', async () => {
    for (const path of ['', 'posts/attention/', 'archive/']) {
      const page = await open(sites.en, path)
      expect(await page.content()).not.toMatch(/search\.[0-9a-f]+\.(css|js)|pagefind/)
      await page.close()
    }
  })
})
