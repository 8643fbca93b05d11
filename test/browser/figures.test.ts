/** Figures, tables with captions and callouts as readers meet them: side by side, folded, by keyboard, on paper. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import { FileSystemConfigLoader, HtmlValidate } from 'html-validate'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeFiles } from '../site-folder.js'
import { launch, type Published, publish, repository } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

/** The narrowest screen that the site is made for. */
const narrow = { width: 320, height: 640 }
const wide = { width: 1280, height: 900 }

const svg = (width: number, height: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%"/></svg>\n`

const body = `
See [](#fig:both), [](#tab:wide) and [](#tip:folded).

![A plot](wide.svg "The loss for $\\eta = 0.1$"){#fig:one}

![Low](low.svg "A short caption") ![High](high.svg "A caption that is so long that it takes more than one line in its column")
*Both of them* {#fig:both}

| One | Two |
|-----|----:|
| a   |   1 |

: A narrow table {#tab:narrow}

| ${'Column | '.repeat(12)}
|${'---|'.repeat(12)}
| ${'value | '.repeat(12)}

: A wide table {#tab:wide}

> [!NOTE]
> Words.

> [!TIP]- Of a *title* {#tip:folded}
> What is folded.

> [!IMPORTANT]+ Open
> Words.

> [!WARNING] A title
> Words.

> [!CAUTION]
> Words.

> [!question]
> Words.

> [!proof]- In short
> The folded proof.
`

const files = {
  'site.yaml': 'title: Figures\nurl: https://example.org/\ncallouts: { question: { hue: 110 } }\n',
  'content/posts/a/index.md': `---\ntitle: Figures\ndate: 2024-01-01\n---\n${body}`,
  'content/posts/a/wide.svg': svg(600, 200),
  'content/posts/a/low.svg': svg(300, 100),
  'content/posts/a/high.svg': svg(300, 200),
}

const scratch = mkdtempSync(join(tmpdir(), 'scholium-figures-'))
let browser: Browser
let site: Published

beforeAll(async () => {
  await writeFiles(join(scratch, 'source'), files)
  browser = await launch()
  site = await publish(join(scratch, 'source'), join(scratch, 'site'))
})

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

/** Opens the post by itself, with all its images, and closes it in the end. */
async function open<T>(
  options: Parameters<Browser['newContext']>[0],
  look: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext(options)
  try {
    const page = await context.newPage()
    await page.goto(new URL('posts/a/', site.home).href)
    await page.evaluate(async () => {
      await document.fonts.ready
      for (const image of document.images) {
        image.loading = 'eager'
        await image.decode()
      }
    })
    return await look(page)
  } finally {
    await context.close()
  }
}

/** Edges of an element in the window. */
function edges(element: Locator): Promise<{ left: number; right: number; top: number; bottom: number }> {
  return element.evaluate((node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect()
    return { left, right, top, bottom }
  })
}

/** The image and the caption of a figure by its alternative text. */
async function partsOf(page: Page, alt: string) {
  const figure = page.locator('figure figure', { has: page.getByAltText(alt, { exact: true }) })
  return {
    image: await edges(figure.locator('img')),
    caption: await edges(figure.locator('figcaption')),
  }
}

describe('Figures in a row', () => {
  test('stand side by side where there is room, images ending and captions beginning on one line', () =>
    open({ viewport: wide }, async (page) => {
      const [low, high] = [await partsOf(page, 'Low'), await partsOf(page, 'High')]
      expect(low.image.right).toBeLessThan(high.image.left)
      expect(low.image.bottom).toBeCloseTo(high.image.bottom, 0)
      expect(low.caption.top).toBeCloseTo(high.caption.top, 0)
      const below = await edges(page.locator('.figures > figcaption'))
      expect(below.top).toBeGreaterThanOrEqual(Math.max(low.caption.bottom, high.caption.bottom))
    }))

  test('stand below each other on a phone', () =>
    open({ viewport: narrow }, async (page) => {
      const [low, high] = [await partsOf(page, 'Low'), await partsOf(page, 'High')]
      expect(low.caption.bottom).toBeLessThanOrEqual(high.image.top)
    }))
})

describe('A table with a caption', () => {
  test('scrolls in its own box, the caption staying in view, and is a stop for the keyboard only then', () =>
    open({ viewport: narrow }, async (page) => {
      const box = (id: string) => page.locator(`[id="${id}"] .table-scroll`)
      await expect.poll(() => box('tab:narrow').getAttribute('tabindex')).toBeNull()
      expect(await box('tab:wide').getAttribute('tabindex')).toBe('0')
      await box('tab:wide').focus()
      await page.keyboard.press('End')
      await page.keyboard.press('ArrowRight')
      await expect.poll(() => box('tab:wide').evaluate((node) => node.scrollLeft)).toBeGreaterThan(0)
      const caption = await edges(page.locator('[id="tab:wide"] figcaption'))
      expect(caption.left).toBeGreaterThanOrEqual(0)
      expect(caption.right).toBeLessThanOrEqual(narrow.width)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        narrow.width,
      )
    }))
})

describe('A folded callout', () => {
  test('opens and closes by keyboard, and a reference leads to it', () =>
    open({ viewport: wide }, async (page) => {
      const words = page.getByText('What is folded.')
      expect(await words.isVisible()).toBe(false)
      const summary = page.locator('summary', { hasText: 'Of a title' })
      await summary.focus()
      await page.keyboard.press('Enter')
      expect(await words.isVisible()).toBe(true)
      await page.keyboard.press('Enter')
      expect(await words.isVisible()).toBe(false)
      await page.getByRole('link', { name: 'Tip' }).click()
      expect(new URL(page.url()).hash).toBe('#tip:folded')
    }))

  test('lies open on paper, as folded proofs do', () =>
    open({ viewport: wide }, async (page) => {
      const heights = () =>
        page
          .locator('details:not([open])')
          .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height))
      const folded = await heights()
      await page.emulateMedia({ media: 'print' })
      const printed = await heights()
      expect(printed).toHaveLength(2)
      const growth = printed.map((height, index) => height - (folded[index] ?? 0))
      for (const by of growth) expect(by).toBeGreaterThan(10)
    }))
})

describe('The page', () => {
  test.each([
    ['light', wide],
    ['dark', wide],
    ['light', narrow],
    ['dark', narrow],
  ] as const)('has no fault that axe finds, %s, %o', (colorScheme, viewport) =>
    open({ viewport, colorScheme }, async (page) => {
      await page.locator('details').evaluateAll((all) => {
        for (const one of all) (one as HTMLDetailsElement).open = true
      })
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate(() =>
        (window as unknown as { axe: typeof axe }).axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }),
      )
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    }),
  )

  test('is no wider than the narrowest screen', () =>
    open({ viewport: narrow }, async (page) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        narrow.width,
      )
    }))

  test('says the kind of every callout in words, whatever the colours', () =>
    open({ viewport: wide, forcedColors: 'active' }, async (page) => {
      const titles = await page.locator('.callout-title').allInnerTexts()
      expect(titles).toEqual([
        'Note',
        'Tip: Of a title',
        'Important: Open',
        'Warning: A title',
        'Caution',
        'Question',
      ])
      const rules = await page
        .locator('.callout')
        .evaluateAll((all) => all.map((one) => getComputedStyle(one).borderInlineStartWidth))
      expect(new Set(rules)).toEqual(new Set(['3px']))
    }))

  test('is valid HTML', async () => {
    const validator = new HtmlValidate(new FileSystemConfigLoader())
    const html = readFileSync(join(scratch, 'site/posts/a/index.html'), 'utf8')
    const report = await validator.validateString(html, join(repository, 'test/browser/page.html'))
    const messages = report.results.flatMap((result) =>
      result.messages.map(({ line, ruleId, message }) => `${line} ${ruleId}: ${message}`),
    )
    expect(messages).toEqual([])
  })
})
