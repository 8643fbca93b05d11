/** The Content-Security-Policy that pages hold, as a browser enforces it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeFiles } from '../site-folder.js'
import { launch, type Published, publish, repository } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>'
const scratch = mkdtempSync(join(tmpdir(), 'scholium-policy-'))
let browser: Browser
let other: { readonly server: Server; readonly origin: string; readonly asked: string[] }
let strict: Published
let open: Published
let own: Published

/** A post with all that its author can write into it. */
const post = (elsewhere: string) => `---
title: 'Of $x_i$'
date: 2024-01-01
---

$$ \\sqrt{x^2} $$

<p style="color: rgb(1, 2, 3)" id="styled">Coloured</p>

<style>#sheet { color: rgb(4, 5, 6) }</style><p id="sheet">By a sheet</p>

<p id="ran">Not yet</p><script>document.getElementById('ran').textContent = 'It ran: 1 < 2 & "so on"'</script>

<button onclick="document.title = 'clicked'">Click</button>

<p style="--x: '}'; color: rgb(7, 8, 9)" id="left">Left an attribute</p>

![Another's](${elsewhere}/image.svg) ![Data](data:image/svg+xml,${encodeURIComponent(svg)})
`

beforeAll(async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('Content-Type', 'image/svg+xml').end(svg)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  other = { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
  const site = 'title: Policies\nurl: https://example.org/\n'
  await writeFiles(join(scratch, 'strict'), {
    'site.yaml': site,
    'content/posts/all.md': post(other.origin),
  })
  await writeFiles(join(scratch, 'open'), {
    'site.yaml': `${site}csp: { img-src: '${other.origin}', script-src-attr: "'unsafe-inline'", style-src-attr: "'unsafe-inline'" }\n`,
    'content/posts/all.md': post(other.origin),
  })
  browser = await launch()
  strict = await publish(join(scratch, 'strict'), join(scratch, 'strict-out'))
  open = await publish(join(scratch, 'open'), join(scratch, 'open-out'))
  own = await publish(repository, join(scratch, 'own'))
})

afterAll(async () => {
  await browser?.close()
  for (const site of [strict, open, own]) await site?.[Symbol.asyncDispose]()
  other?.server.close()
  rmSync(scratch, { recursive: true, force: true })
})

type Violations = { readonly stopped: string[] }

/** Opens a page and notes each violation of its policy, as `directive what`. */
async function visit<T>(
  url: string,
  look: (page: Page, stopped: () => Promise<readonly string[]>) => Promise<T>,
) {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.addInitScript(() => {
      const stopped: string[] = []
      Object.assign(globalThis, { stopped })
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        stopped.push(`${effectiveDirective} ${blockedURI.replace(/^http:\/\/[^/]+/, '')}`),
      )
    })
    await page.goto(url)
    return await look(page, () =>
      page.evaluate(() => [...new Set((globalThis as unknown as Violations).stopped)].sort()),
    )
  } finally {
    await context.close()
  }
}

const colour = (page: Page, selector: string) =>
  page.locator(selector).evaluate((element) => getComputedStyle(element).color)

test('Pages are met with the headers that hosts are told, beside their own policies', async () => {
  for (const { home } of [strict, open, own]) {
    const { headers } = await fetch(home)
    const names = ['content-security-policy', 'x-content-type-options', 'referrer-policy']
    expect(names.map((name) => headers.get(name))).toEqual([
      "frame-ancestors 'self'",
      'nosniff',
      'strict-origin-when-cross-origin',
    ])
  }
})

describe('A page that says nothing of its policy', () => {
  test('shows formulas, styles, sheets and scripts that its author wrote, and stops the rest', async () => {
    other.asked.length = 0
    await visit(new URL('posts/all/', strict.home).href, async (page, stopped) => {
      expect(await colour(page, '#styled')).toBe('rgb(1, 2, 3)')
      expect(await colour(page, '#sheet')).toBe('rgb(4, 5, 6)')
      expect(await page.locator('#ran').textContent()).toBe('It ran: 1 < 2 & "so on"')
      expect(
        await page
          .locator('.katex-html .strut')
          .first()
          .evaluate((one) => one.clientHeight),
      ).toBeGreaterThan(5)
      await page.getByRole('button', { name: 'Click' }).click()
      expect(await page.title()).toBe('Of xᵢ · Policies')
      expect(await colour(page, '#left')).not.toBe('rgb(7, 8, 9)')
      expect(await stopped()).toEqual([
        'img-src /image.svg',
        'script-src-attr inline',
        'style-src-attr inline',
      ])
      expect(await page.getByAltText('Data').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(
        7,
      )
    })
    expect(other.asked).toEqual([])
  })

  test('stops what is put into it', async () => {
    await visit(new URL('posts/all/', strict.home).href, async (page, stopped) => {
      await page.evaluate((origin) => {
        document.body.insertAdjacentHTML(
          'beforeend',
          `<img src=x onerror="document.title='in'"><iframe src="${origin}/"></iframe>`,
        )
        const script = document.createElement('script')
        script.textContent = 'document.title = "in"'
        document.body.append(script)
        const base = document.createElement('base')
        base.href = `${origin}/`
        document.head.append(base)
      }, other.origin)
      const directives = async () => new Set((await stopped()).map((one) => one.split(' ')[0]))
      const wanted = ['base-uri', 'frame-src', 'script-src-attr', 'script-src-elem']
      await expect
        .poll(async () => {
          const found = await directives()
          return wanted.filter((one) => !found.has(one))
        })
        .toEqual([])
      expect(await page.title()).toBe('Of xᵢ · Policies')
    })
  })
})

describe('A page whose site allows more', () => {
  test('has all of it', async () => {
    await visit(new URL('posts/all/', open.home).href, async (page, stopped) => {
      expect(await page.getByAltText("Another's").evaluate((image: HTMLImageElement) => image.decode())).toBe(
        undefined,
      )
      expect(await colour(page, '#left')).toBe('rgb(7, 8, 9)')
      await page.getByRole('button', { name: 'Click' }).click()
      expect(await page.title()).toBe('clicked')
      expect(await stopped()).toEqual([])
    })
  })
})

describe('A page of a site that is framed', () => {
  test('is shown by the site itself and by no other, which it cannot say of itself', async () => {
    const about = new URL('about/', own.home).href
    const framing = createServer((_, response) =>
      response.setHeader('Content-Type', 'text/html').end(`<iframe src="${about}"></iframe>`),
    )
    await new Promise<void>((resolve) => framing.listen(0, '127.0.0.1', resolve))
    const { port } = framing.address() as AddressInfo
    const framed = async (url: string) => {
      const page = await browser.newPage()
      await page.goto(url)
      const shown = await page.evaluate(async (about) => {
        const frame = document.createElement('iframe')
        frame.src = about
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve))
        document.body.append(frame)
        await loaded
        // What is of another origin, as the page is that a browser shows in place of what it stops, cannot be read.
        return frame.contentDocument?.title ?? null
      }, about)
      const other = page.frames().find((frame) => frame.url() === about)
      const title = await other?.title().catch(() => null)
      await page.close()
      return [shown, title ?? null]
    }
    const [shown] = await framed(own.home)
    expect(shown).toMatch(/^About/)
    expect(await framed(`http://127.0.0.1:${port}/`)).toEqual([null, null])
    framing.close()
  })
})

describe('Every page of the repository’s site', () => {
  test('has a policy, and keeps within it', async () => {
    const found: string[] = []
    for (const { url } of own.pages) {
      await visit(url, async (page, stopped) => {
        const policy = await page
          .locator('meta[http-equiv="Content-Security-Policy"]')
          .getAttribute('content')
        if (!policy?.startsWith("default-src 'self'; ")) found.push(`${url}: ${policy}`)
        const themes = page.locator('.theme-switch')
        if (await themes.isVisible()) await themes.click()
        for (const one of await stopped()) found.push(`${url}: ${one}`)
      })
    }
    expect(own.pages.length).toBeGreaterThan(20)
    expect(found).toEqual([])
  })

  test('can be found by its search, which keeps within it too', async () => {
    await visit(new URL('search/?q=gradient', own.home).href, async (page, stopped) => {
      await page.locator('.search-results > li').first().waitFor()
      expect(await stopped()).toEqual([])
    })
  })
})
