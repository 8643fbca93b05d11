/** Old URLs as readers meet them: a page leads on, with JavaScript or without. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeFiles } from '../site-folder.js'
import { launch, type Published, publish } from './published.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 300_000 })

const scratch = mkdtempSync(join(tmpdir(), 'scholium-moved-'))
let browser: Browser
let site: Published

beforeAll(async () => {
  await writeFiles(join(scratch, 'site'), {
    'site.yaml':
      'url: https://example.org/blog/\nredirects: { /short/: "content/posts/a.md?from=short#part-two" }\n',
    'content/posts/a.md':
      '---\ntitle: Here now\ndate: 2024-01-22\naliases: [/2019/grün/, /old.html]\n---\n\n## Part two\n\nText.\n',
  })
  browser = await launch()
  site = await publish(join(scratch, 'site'), join(scratch, 'dist'))
})

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

describe('An old URL', () => {
  test.each([true, false])(
    'leads on to where its page is now (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const context = await browser.newContext({ javaScriptEnabled })
      const page = await context.newPage()
      for (const [from, to] of [
        ['2019/grün/', 'posts/a/'],
        ['old.html', 'posts/a/'],
        ['short/', 'posts/a/?from=short#part-two'],
      ]) {
        await page.goto(new URL(`${from}`, site.home).href)
        await page.waitForURL(new URL(`${to}`, site.home).href)
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Here now')
      }
      await context.close()
    },
  )
})
