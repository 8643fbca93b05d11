/** What the eye would find at once, measured: things of one kind look alike, and nothing ends where it should not. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { writeFiles } from '../site-folder.js'
import { launch, type Published, publish, repository } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const drawing = (width: number, height: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="#789"/></svg>`

const body = `---
title: Looks
date: 2024-01-01
---

![Plain](large.svg)

![Captioned](large.svg "With a caption")

![Flat](flat.svg "Flat") ![High](high.svg "High, with more words than fit on one line below an image as narrow as that")

\`\`\`diff
- ${'a long line that is taken away '.repeat(8)}
+ short
  the same
\`\`\`

Cited once by @roe, and again and again: @doe, @doe, @doe.

$$
\\begin{align}
f(x) &= ${Array.from({ length: 60 }, (_, at) => `x_{${at}}`).join(' + ')} \\\\
&= 0
\\end{align}
$$
`

const files = {
  'site.yaml': 'title: Looks\nurl: https://example.org/\n',
  'content/refs.bib':
    '@book{doe, author = {Doe, Jane}, title = {T}, year = 1999, publisher = {P}}\n@book{roe, author = {Roe, Bo}, title = {U}, year = 2000, publisher = {P}}\n',
  'content/posts/looks/index.md': body,
  'content/posts/looks/large.svg': drawing(1200, 600),
  'content/posts/looks/flat.svg': drawing(900, 150),
  'content/posts/looks/high.svg': drawing(300, 500),
}

const scratch = mkdtempSync(join(tmpdir(), 'scholium-looks-'))
let browser: Browser
let site: Published
let own: Published

beforeAll(async () => {
  await writeFiles(join(scratch, 'source'), files)
  browser = await launch()
  site = await publish(join(scratch, 'source'), join(scratch, 'site'))
  own = await publish(repository, join(scratch, 'own'))
})

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
  await own?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

async function open<T>(url: string, width: number, look: (page: Page) => Promise<T>): Promise<T> {
  const page = await browser.newPage({ viewport: { width, height: 900 } })
  try {
    await page.goto(url)
    await page.evaluate(() => document.fonts.ready)
    return await look(page)
  } finally {
    await page.close()
  }
}

const post = () => new URL('posts/looks/', site.home).href

const boxOf = (page: Page, selector: string) =>
  page.locator(selector).evaluate((one) => {
    const { left, right, top, bottom, width, height } = one.getBoundingClientRect()
    return { left, right, top, bottom, width, height }
  })

test('An image is as wide with a caption as without', () =>
  open(post(), 1280, async (page) => {
    const plain = await boxOf(page, '[alt=Plain]')
    expect(plain.width).toBeCloseTo((await boxOf(page, '.content')).width, 0)
    const captioned = await boxOf(page, '[alt=Captioned]')
    expect([captioned.left, captioned.width]).toEqual([plain.left, plain.width])
  }))

test('Images side by side are of one height, and their captions begin on one line', () =>
  open(post(), 1280, async (page) => {
    const [flat, high] = [await boxOf(page, '[alt=Flat]'), await boxOf(page, '[alt=High]')]
    expect(flat.height).toBeCloseTo(high.height, 0)
    expect(flat.top).toBeCloseTo(high.top, 0)
    expect(flat.width / flat.height).toBeCloseTo(6, 1)
    expect(high.width / high.height).toBeCloseTo(0.6, 1)
    expect(high.left).toBeGreaterThan(flat.right)
    const tops = await page
      .locator('.figure-row figcaption')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top))
    expect(tops[0]).toBeCloseTo(tops[1] ?? 0, 0)
  }))

test('The bands of a diff are as wide as its block, however far it is scrolled', () =>
  open(post(), 1280, async (page) => {
    const block = page.locator('pre:has(.hljs-addition)')
    for (const scrolled of [0, 10_000]) {
      await block.evaluate((one, left) => one.scrollTo({ left }), scrolled)
      const { left, right } = await boxOf(page, 'pre:has(.hljs-addition)')
      for (const band of ['.hljs-addition', '.hljs-deletion']) {
        const box = await boxOf(page, band)
        expect(box.left).toBeLessThanOrEqual(left + 0.5)
        expect(box.right).toBeGreaterThanOrEqual(right - 1)
      }
    }
  }))

test('The links back from a work are numbered where there are several', () =>
  open(post(), 1280, async (page) => {
    const linksOf = (key: string) =>
      page.locator(`[id="ref-${key}"] .data-footnote-backref`).allTextContents()
    expect(await linksOf('doe')).toEqual(['↩ 1', '2', '3'])
    expect(await linksOf('roe')).toEqual(['↩'])
  }))

test('A formula that cannot be broken is set smaller on paper, its numbers beside their rows', () =>
  open(post(), 680, async (page) => {
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
    await page.emulateMedia({ media: 'print' })
    const formula = await boxOf(page, '.math-display .base')
    const sheet = await page.evaluate(() => document.documentElement.clientWidth)
    expect(formula.right).toBeLessThanOrEqual(sheet)
    const number = await boxOf(page, '.math-display .tag')
    expect(number.left).toBeGreaterThanOrEqual(formula.right - 1)
    expect(number.top).toBeLessThan(formula.bottom)
    const size = (selector: string) =>
      page.locator(selector).evaluate((one) => Number.parseFloat(getComputedStyle(one).fontSize))
    expect(await size('.math-display .katex')).toBeLessThan(await size('.content'))
  }))

test('The menu of the repository’s site takes one line on a screen of 360 px', () =>
  open(own.home, 360, async (page) => {
    const tops = await page
      .locator('.site-menu li')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top))
    expect(tops.length).toBeGreaterThan(3)
    expect(new Set(tops).size).toBe(1)
  }))
