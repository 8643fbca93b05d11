/**
 * Text by strangers in a browser that enforces no policy: what markdown.html leaves of it runs no script, asks no other
 * host for anything, changes no global and stays in its box.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeFiles } from '../site-folder.js'
import { vectors } from '../strangers.js'
import { launch, type Published, publish } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const elsewhere = 'http://elsewhere.example'
const scratch = mkdtempSync(join(tmpdir(), 'scholium-strangers-'))
let browser: Browser
const sites = new Map<string, Published>()

/** The site of some texts, each a post; the first is one that does no harm. */
const site = (mode: string) => ({
  'site.yaml': `title: By strangers\nurl: https://example.org/\ncsp: false\nsearch: false\nmath: { trust: true }\nmarkdown: { html: ${mode} }\n`,
  ...Object.fromEntries(
    vectors.map((vector, at) => [
      `content/posts/v${at}.md`,
      `---\ntitle: Vector ${at}\n---\n\n${vector.replaceAll('ORIGIN', elsewhere)}\n`,
    ]),
  ),
})

beforeAll(async () => {
  browser = await launch()
  for (const mode of ['sanitize', 'escape', 'allow']) {
    await writeFiles(join(scratch, mode), site(mode))
    sites.set(mode, await publish(join(scratch, mode), join(scratch, `${mode}-out`)))
  }
})

afterAll(async () => {
  await browser?.close()
  for (const one of sites.values()) await one[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

/** What a page does that it must not, from its load to a click on all that can be clicked. */
async function harmOf(page: Page, url: string, mode: string): Promise<readonly string[]> {
  const harm: string[] = []
  const home = new URL(sites.get(mode)?.home ?? '').origin
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
  return [...(await page.evaluate(boxFaults)), ...(await page.evaluate(scriptFaults)), ...harm]
}

/** Runs in the page: what stands over the rest of it. */
function boxFaults(): readonly string[] {
  const fixed = [...document.querySelectorAll('.content *')].filter(
    (element) => getComputedStyle(element).position === 'fixed',
  )
  const isCovered = document.elementFromPoint(20, 20)?.closest('.content') != null
  return [...fixed.map(({ localName }) => `fixed <${localName}>`), ...(isCovered ? ['covered'] : [])]
}

/** Runs in the page: touches all that can be touched, and tells whether a script ran. */
async function scriptFaults(): Promise<readonly string[]> {
  // Links that are only links may stay.
  const stay = (event: Event) => {
    const link = (event.target as Element).closest('a')
    if (link && link.protocol !== 'javascript:') event.preventDefault()
  }
  document.addEventListener('click', stay, true)
  for (const element of document.querySelectorAll<HTMLElement>('.content *')) {
    element.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))
    element.focus?.()
    element.click?.()
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
  const ran = (globalThis as { ran?: unknown }).ran
  const natives = [alert, fetch, setTimeout, document.querySelector, history.pushState]
  return [
    // An element with that id is a global too, and no script.
    ...(ran !== undefined && !(ran instanceof Element || ran instanceof HTMLCollection) ? ['ran'] : []),
    ...natives.filter((one) => !/native code/.test(String(one))).map((one) => `changed ${one.name}`),
  ]
}

async function harmOfAll(mode: string): Promise<readonly string[]> {
  const context = await browser.newContext()
  await context.route(`${elsewhere}/**`, (route) => route.abort())
  const page = await context.newPage()
  const harm: string[] = []
  for (const [at, vector] of vectors.entries()) {
    const url = new URL(`posts/v${at}/`, sites.get(mode)?.home).href
    const found = await harmOf(page, url, mode).catch((error: Error) => [
      `left the page: ${error.message.split('\n')[0]}`,
    ])
    for (const one of found) harm.push(`${JSON.stringify(vector)}: ${one}`)
  }
  await context.close()
  return harm
}

describe('Text by strangers', () => {
  test.each(['sanitize', 'escape'])('does no harm under markdown.html: %s', async (mode) => {
    expect(await harmOfAll(mode)).toEqual([])
  })

  test('would do harm where all HTML is allowed', async () => {
    const harmful = new Set((await harmOfAll('allow')).map((one) => one.replace(/: [^:]*$/, '')))
    expect(harmful.size).toBeGreaterThan(40)
  })
})
