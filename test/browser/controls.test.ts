/** Every control of a page, worked by the keyboard alone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { launch, type Published, publish, repository } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const scratch = mkdtempSync(join(tmpdir(), 'scholium-controls-'))
let browser: Browser
let own: Published

beforeAll(async () => {
  browser = await launch()
  own = await publish(repository, join(scratch, 'own'))
})

afterAll(async () => {
  await browser?.close()
  await own?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

async function open(path: string, look: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  try {
    const page = await context.newPage()
    await page.goto(new URL(path, own.home).href)
    await page.evaluate(() => document.fonts.ready)
    await look(page)
  } finally {
    await context.close()
  }
}

/** Walks on with the Tab key until an element has the focus. */
async function tabTo(page: Page, element: Locator): Promise<void> {
  for (let presses = 0; presses < 400; presses += 1) {
    if (await element.evaluate((one) => one === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('The Tab key never leads there.')
}

describe('With the keyboard alone', () => {
  test('a reader chooses the theme', () =>
    open('about/', async (page) => {
      const button = page.locator('.theme-switch')
      await tabTo(page, button)
      const before = await button.getAttribute('aria-label')
      await page.keyboard.press('Space')
      expect(await button.getAttribute('aria-label')).not.toBe(before)
      await page.keyboard.press('Enter')
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
    }))

  test('opens the table of contents, and follows an entry of it to its section', () =>
    open('writing/', async (page) => {
      const summary = page.locator('.toc summary')
      await tabTo(page, summary)
      await page.keyboard.press('Enter')
      const entry = page.locator('.toc a').nth(2)
      await tabTo(page, entry)
      await page.keyboard.press('Enter')
      expect(new URL(page.url()).hash).toBe(await entry.getAttribute('href'))
      await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0)
    }))

  test('copies code', () =>
    open('writing/', async (page) => {
      const button = page.locator('.copy-code button').first()
      await tabTo(page, button)
      expect(await button.evaluate((one) => getComputedStyle(one).opacity)).toBe('1')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('import torch')
    }))

  test('sees what a citation leads to, and puts it away', () =>
    open('writing/', async (page) => {
      const citation = page.locator('.citation').first()
      await tabTo(page, citation)
      const shown = () => citation.evaluate((one) => getComputedStyle(one, '::after').content)
      expect(await shown()).toContain('Vaswani')
      await page.keyboard.press('Escape')
      expect(await shown()).toBe('none')
    }))

  test('goes to a note and back to where it was left', () =>
    open('writing/', async (page) => {
      const reference = page.locator('[data-footnote-ref]').first()
      await tabTo(page, reference)
      await page.keyboard.press('Enter')
      const note = page.locator(':target')
      expect(await note.evaluate((one) => one.closest('.footnotes') !== null)).toBe(true)
      const back = page.locator('.footnotes [data-footnote-backref]').first()
      // From a target on, the Tab key goes to what it holds.
      await page.keyboard.press('Tab')
      expect(await back.evaluate((one) => one === document.activeElement)).toBe(true)
      await page.keyboard.press('Enter')
      expect(await page.locator(':target').getAttribute('id')).toBe(await reference.getAttribute('id'))
    }))

  test('enlarges an image, closes it, and is where it was', () =>
    open('writing/', async (page) => {
      const image = page.locator('img[role="button"]').first()
      await image.waitFor()
      await tabTo(page, image)
      await page.keyboard.press('Enter')
      expect(await page.locator('dialog.enlarged').isVisible()).toBe(true)
      expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true)
      await page.keyboard.press('Escape')
      expect(await page.locator('dialog.enlarged').isVisible()).toBe(false)
      expect(await image.evaluate((one) => one === document.activeElement)).toBe(true)
    }))

  test('opens what is folded', () =>
    open('writing/', async (page) => {
      const fold = page.locator('.content details').first()
      const isOpen = await fold.evaluate((one: HTMLDetailsElement) => one.open)
      await tabTo(page, fold.locator('summary'))
      await page.keyboard.press('Space')
      expect(await fold.evaluate((one: HTMLDetailsElement) => one.open)).toBe(!isOpen)
    }))

  test('searches, narrows what is found, and follows it', () =>
    open('search/', async (page) => {
      await page.locator('.search-results[aria-busy="false"]').waitFor({ state: 'attached' })
      await tabTo(page, page.getByRole('searchbox'))
      await page.keyboard.type('gradient')
      const results = page.locator('.search-results > li')
      await results.first().waitFor()
      await tabTo(page, page.locator('.search-filters summary').first())
      await page.keyboard.press('Enter')
      const choice = page.locator('.search-filters input').first()
      await tabTo(page, choice)
      await page.keyboard.press('Space')
      expect(await choice.isChecked()).toBe(true)
      const link = results.first().getByRole('link').first()
      await link.waitFor()
      await tabTo(page, link)
      await page.keyboard.press('Enter')
      await page.waitForURL((url) => !url.pathname.startsWith('/search/'))
    }))
})
