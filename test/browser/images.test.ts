/** Images, films and sounds as readers meet them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import { FileSystemConfigLoader, HtmlValidate } from 'html-validate'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeFiles } from '../site-folder.js'
import { htmlFiles, launch, type Published, publish } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 })

const scratch = mkdtempSync(join(tmpdir(), 'scholium-images-'))
const out = join(scratch, 'out')
let browser: Browser
let site: Published

const noise = { type: 'gaussian', mean: 120, sigma: 20 } as const
const photo = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'black', noise } })
    .jpeg({ quality: 95 })
    .toBuffer()
const plot = (ground: string) =>
  sharp({ create: { width: 900, height: 300, channels: 3, background: ground } })
    .png()
    .toBuffer()

const posts = {
  'content/posts/photos.md': `---
title: Photographs
---
Before.

![The first](wide.jpg)

${'Words between them. '.repeat(400)}

![The second](high.jpg){width=50%}

<figure><img src="high.jpg" alt="In a figure"><figcaption>A caption</figcaption></figure>

![Loss](loss.png)

[![Linked](wide.jpg)](https://example.org/)

End.
`,
  'content/posts/media.md':
    '---\ntitle: Media\n---\n![A film](film.mp4)\n\n![A talk](talk.mp3)\n\n![Sized](film.mp4 =320x240)\n',
  'content/posts/plain.md': '---\ntitle: Plain\n---\n![Small](small.png)\n',
  'content/posts/led.md':
    '---\ntitle: Led\nimage: /posts/high.jpg\nimage_alt: High\n---\n![Wide](wide.jpg)\n',
}

beforeAll(async () => {
  const root = join(scratch, 'site')
  await writeFiles(root, {
    'site.yaml': 'title: Images\nauthor: Ada\nimages: { formats: [avif, webp], widths: [320, 640, 1280] }\n',
    ...posts,
    'content/posts/wide.jpg': await photo(1600, 800),
    'content/posts/high.jpg': await photo(1000, 1500),
    'content/posts/loss.png': await plot('white'),
    'content/posts/loss.dark.png': await plot('black'),
    'content/posts/small.png': await sharp(await photo(90, 60))
      .png()
      .toBuffer(),
    'content/posts/film.mp4': '',
    'content/posts/talk.mp3': '',
  })
  browser = await launch()
  site = await publish(root, out)
})

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  await page.goto(new URL(path, site.home).href)
  return page
}

/** How the page was laid out anew while it loaded, by Chromium's own measure. */
function shiftsOf(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value
        }).observe({ type: 'layout-shift', buffered: true })
        setTimeout(() => resolve(sum), 300)
      }),
  )
}

const sourceOf = (page: Page, alt: string) =>
  page.getByAltText(alt, { exact: true }).evaluate((image: HTMLImageElement) => image.currentSrc)
const sizeOf = (page: Page, alt: string) =>
  page
    .getByAltText(alt, { exact: true })
    .evaluate((image: HTMLImageElement) => [image.clientWidth, image.clientHeight])

/** Brings an image into view and waits until it is there. */
async function show(page: Page, alt: string): Promise<void> {
  const image = page.getByAltText(alt, { exact: true })
  await image.scrollIntoViewIfNeeded()
  await image.evaluate((element: HTMLImageElement) => element.decode())
}

describe('A reader of a post with images', () => {
  test('gets the first one at once, others when they come into view, each in the best format and no larger than it is shown', async () => {
    const asked: string[] = []
    const page = await open('about:blank')
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(new URL('posts/photos/', site.home).href)
    await page.waitForLoadState('networkidle')
    const images = () => asked.filter((path) => /\.(avif|webp|jpg|png)$/.test(path))
    expect(images()).toEqual([expect.stringMatching(/wide\.640w\.[0-9a-f]{10}\.avif$/)])
    await show(page, 'The second')
    expect(await sourceOf(page, 'The second')).toMatch(/high\.320w\.[0-9a-f]{10}\.avif$/)
    await show(page, 'In a figure')
    expect(await sourceOf(page, 'In a figure')).toMatch(/high\.640w/)
    await page.context().close()
  })

  test('gets twice the pixels on a screen of twice the density', async () => {
    const page = await open('posts/photos/', { deviceScaleFactor: 2, viewport: { width: 390, height: 700 } })
    await show(page, 'The first')
    expect(await sourceOf(page, 'The first')).toMatch(/wide\.1280w/)
    await page.context().close()
    const wide = await open('posts/photos/', { deviceScaleFactor: 2 })
    await show(wide, 'The first')
    expect(await sourceOf(wide, 'The first')).toMatch(/wide\.1280w/)
    await wide.context().close()
  })

  test.each([320, 1280])('sees nothing move while they load, on a screen of %i px', async (width) => {
    const page = await open('posts/photos/', { viewport: { width, height: 800 } })
    for (const alt of ['The first', 'The second', 'In a figure', 'Loss', 'Linked']) await show(page, alt)
    expect(await shiftsOf(page)).toBe(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    await page.context().close()
  })

  test('sees them in their own shape, no higher than the screen in figures', async () => {
    const page = await open('posts/photos/')
    await show(page, 'The first')
    expect(await sizeOf(page, 'The first')).toEqual([608, 304])
    expect(await sizeOf(page, 'The second')).toEqual([304, 456])
    const [width = 0, height = 0] = await sizeOf(page, 'In a figure')
    expect([height <= 640, Math.abs(height / width - 1.5) < 0.01]).toEqual([true, true])
    await page.context().close()
  })

  test('gets the image above a post first, and that of its text later', async () => {
    const page = await open('posts/led/')
    const priorities = await page.evaluate(() =>
      [...document.images].map(({ alt, loading, fetchPriority }) => [alt, loading, fetchPriority]),
    )
    expect(priorities).toEqual([
      ['High', 'eager', 'high'],
      ['Wide', 'lazy', 'auto'],
    ])
    await page.context().close()
  })
})

describe('A dark page', () => {
  test.each([
    ['light', undefined, 'loss.png'],
    ['dark', undefined, 'loss.dark.png'],
    ['light', 'dark', 'loss.dark.png'],
    ['dark', 'light', 'loss.png'],
  ] as const)('of a %s system, switched to %s, shows %s', async (colorScheme, theme, name) => {
    const page = await open('posts/photos/', { colorScheme })
    if (theme !== undefined) {
      await page.evaluate((choice) => localStorage.setItem('scholium-theme', choice), theme)
      await page.reload()
    }
    await show(page, 'Loss')
    const shown = (await sourceOf(page, 'Loss')).replace(/.*\//, '')
    expect(shown.replace(/\.\d+w\.[0-9a-f]+\.\w+$/, '.png')).toBe(name)
    await page.context().close()
  })

  test('shows the other one as soon as the reader switches', async () => {
    const page = await open('posts/photos/', { colorScheme: 'light' })
    await show(page, 'Loss')
    await page.evaluate(() => {
      document.documentElement.dataset.theme = 'dark'
    })
    await expect.poll(() => sourceOf(page, 'Loss')).toMatch(/loss\.dark/)
    await page.context().close()
  })
})

describe('An image that is shown smaller than it is', () => {
  const enlarged = (page: Page) => page.getByRole('dialog', { name: 'Enlarged image' })

  test('is enlarged by keyboard, and the reader is back where they were', async () => {
    const page = await open('posts/photos/')
    await show(page, 'The first')
    const before = await page.evaluate(() =>
      document.querySelector('article')?.getBoundingClientRect().toJSON(),
    )
    const button = page.getByRole('button', { name: 'Enlarge image: The first' })
    await button.focus()
    for (const key of ['Enter', ' ']) {
      await page.keyboard.press(key)
      const image = enlarged(page).getByRole('img', { name: 'The first' })
      await image.evaluate((element: HTMLImageElement) => element.decode())
      const shown = await image.evaluate((element: HTMLImageElement) => [
        element.clientWidth,
        element.currentSrc,
      ])
      expect(shown).toEqual([expect.any(Number), expect.stringMatching(/wide\.1280w/)])
      expect(Number(shown[0])).toBeGreaterThan(1100)
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Close')
      await page.keyboard.press('Escape')
      expect(await enlarged(page).count()).toBe(0)
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true)
    }
    const after = await page.evaluate(() =>
      document.querySelector('article')?.getBoundingClientRect().toJSON(),
    )
    expect(after).toEqual(before)
    await page.context().close()
  })

  test('is enlarged by a click, whole, and put back by another', async () => {
    const page = await open('posts/photos/')
    await show(page, 'In a figure')
    await page.getByAltText('In a figure').click()
    const image = enlarged(page).getByAltText('In a figure')
    await image.evaluate((element: HTMLImageElement) => element.decode())
    const box = await image.boundingBox()
    expect([Math.round(box?.y ?? -1), Math.round(box?.height ?? 0)]).toEqual([0, 800])
    await image.click()
    expect(await enlarged(page).count()).toBe(0)
    await page.context().close()
  })

  test('is no button in a link, nor where it would not grow', async () => {
    const page = await open('posts/photos/')
    await show(page, 'Linked')
    const names = await page
      .locator('img[role=button]')
      .evaluateAll((all) => all.map(({ ariaLabel }) => ariaLabel))
    expect(names).toEqual([
      'Enlarge image: The first',
      'Enlarge image: The second',
      'Enlarge image: In a figure',
      'Enlarge image: Loss',
    ])
    await page.setViewportSize({ width: 320, height: 640 })
    // The half of the column alone has room to grow.
    await expect.poll(() => page.locator('img[role=button]').count()).toBe(1)
    await page.context().close()
  })

  test('costs pages without such images nothing', async () => {
    const page = await open('posts/plain/')
    expect(await page.locator('script[src*=features], link[href*=features], dialog').count()).toBe(0)
    expect(await page.getByAltText('Small').getAttribute('role')).toBe(null)
    await page.context().close()
  })
})

describe('Films and sounds', () => {
  test('have players with names, as wide as the text or as their author says, and load nothing before', async () => {
    const page = await open('posts/media/')
    const players = await page
      .locator('video, audio')
      .evaluateAll((all) =>
        all.map((one) => [one.localName, one.ariaLabel, one.clientWidth, (one as HTMLMediaElement).controls]),
      )
    expect(players).toEqual([
      ['video', 'A film', 608, true],
      ['audio', 'A talk', 608, true],
      ['video', 'Sized', 320, true],
    ])
    await page.context().close()
  })
})

describe('Pages with images and films', () => {
  test('are valid HTML', async () => {
    const validator = new HtmlValidate(new FileSystemConfigLoader())
    const faults: string[] = []
    for (const file of htmlFiles(out)) {
      const { results } = await validator.validateFile(join(out, file))
      faults.push(
        ...results.flatMap(({ messages }) =>
          messages.map(({ ruleId, message }) => `${file}: ${ruleId} ${message}`),
        ),
      )
    }
    expect(faults).toEqual([])
  })

  test.each([
    ['light', 'posts/photos/'],
    ['dark', 'posts/photos/'],
    ['light', 'posts/media/'],
  ] as const)('are accessible: %s, %s', async (colorScheme, path) => {
    const page = await open(path, { colorScheme })
    const audit = async () => {
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run())
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    }
    expect(await audit()).toEqual([])
    if (path === 'posts/photos/') {
      await page.getByRole('button', { name: 'Enlarge image: The first' }).press('Enter')
      expect(await audit()).toEqual([])
    }
    await page.context().close()
  })
})
