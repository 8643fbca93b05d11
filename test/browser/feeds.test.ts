/** A feed that is opened in a browser. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { launch, type Published, publish } from './published.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const scratch = mkdtempSync(join(tmpdir(), 'scholium-browser-feeds-'))
let browser: Browser
let site: Published

beforeAll(async () => {
  const root = join(scratch, 'source')
  mkdirSync(join(root, 'content/posts'), { recursive: true })
  writeFileSync(
    join(root, 'site.yaml'),
    'title: Notizen\nlang: de\nurl: https://example.org/blog/\ndescription: Über alles.\n',
  )
  writeFileSync(
    join(root, 'content/posts/a.md'),
    '---\ntitle: On $x^2$ & <b>\ndate: 2024-01-22\nexcerpt: In short.\n---\n\nThe whole text, $x$.\n',
  )
  site = await publish(root, join(scratch, 'out'))
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

/** What is shown, line by line, and what is generated before the root's content. */
function shown(page: Page) {
  return page.evaluate(() => {
    const visible = [...document.querySelectorAll('*')].filter(
      (element) => element.children.length === 0 && element.getClientRects().length > 0,
    )
    const words = document.querySelector('feed, channel')
    return {
      texts: visible.map(({ textContent }) => textContent),
      explained: words ? getComputedStyle(words, '::before').content : '',
      overflow: document.documentElement.scrollWidth - window.innerWidth,
      ground: getComputedStyle(document.documentElement).backgroundColor,
    }
  })
}

describe('A feed in a browser', () => {
  test.each([
    ['feed.xml', 'Dies ist ein Feed.', '2024-01-22T00:00:00+00:00'],
    ['rss.xml', 'Dies ist ein Feed.', 'Mon, 22 Jan 2024 00:00:00 +0000'],
  ])(
    '%s says what it is, where the site is and what is new, and hides the rest',
    async (file, words, date) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await browser.newPage({ viewport: { width: 320, height: 640 }, colorScheme })
        const faults: string[] = []
        page.on('requestfailed', (request) => faults.push(request.url()))
        page.on('response', (response) => {
          if (response.status() >= 400) faults.push(response.url())
        })
        await page.goto(site.home + file)
        const { texts, explained, overflow, ground } = await shown(page)
        expect(texts.sort()).toEqual(
          ['Notizen', 'Über alles.', 'https://example.org/blog/', 'On x² & <b>', date, 'In short.'].sort(),
        )
        expect(explained).toContain(words)
        expect(overflow).toBeLessThanOrEqual(0)
        expect(ground).not.toBe('rgba(0, 0, 0, 0)')
        expect(faults).toEqual([])
        await page.close()
      }
    },
  )

  test('is what every page names, and its footer leads to', async () => {
    const page = await browser.newPage()
    await page.goto(`${site.home}posts/a/`)
    const names = await page
      .locator('link[rel=alternate]')
      .evaluateAll((links) =>
        links.map(
          (link) => `${link.getAttribute('type')} ${link.getAttribute('href')} ${link.getAttribute('title')}`,
        ),
      )
    expect(names).toEqual([
      'application/atom+xml /blog/feed.xml Notizen (Atom)',
      'application/rss+xml /blog/rss.xml Notizen (RSS)',
      'application/feed+json /blog/feed.json Notizen (JSON)',
    ])
    await page.locator('.site-footer a[type="application/atom+xml"]').click()
    expect(page.url()).toBe(`${site.home}feed.xml`)
    await page.close()
  })

  test('holds formulas that it sets as MathML', async () => {
    const page = await browser.newPage()
    const feed = (await (await page.request.get(`${site.home}feed.json`)).json()) as {
      items: readonly { content_html: string }[]
    }
    await page.setContent(feed.items[0]?.content_html ?? '')
    expect(await page.locator('math').count()).toBe(1)
    const { width } = (await page.locator('mi').boundingBox()) ?? { width: 0 }
    expect(width).toBeGreaterThan(0)
    expect(await page.locator('p').innerText()).toMatch(/^The whole text, \s*[x𝑥]\s*\.$/u)
    await page.close()
  })
})
