/** What a page weighs, from the files that Chromium asks for, and how soon and how firmly it stands. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeFiles } from '../site-folder.js'
import { launch, type Published, publish, repository } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const paragraph = Array.from(
  { length: 12 },
  (_, at) =>
    `The ${at + 1}. sentence says in words of its own what number ${at * 37} has to do with ${at * at}, and why.`,
).join(' ')

/** Some 2,500 words, with what posts have beside formulas. */
const prose = `---
title: A post without mathematics
date: 2024-01-01
tags: [Words, Code, Notes]
category: Writing
---

${Array.from(
  { length: 6 },
  (_, at) => `## Part ${at + 1}

${paragraph.replaceAll('number', `number ${at}`)}[^${at}]

> [!note]
> ${paragraph.slice(at * 20, at * 20 + 200)}

\`\`\`python title="part_${at}.py"
def part_${at}(values: list[float]) -> float:
    """What part ${at} is about."""
    return sum(value ** ${at} for value in values if value > ${at * 7})
\`\`\`

| Name | Value |
|---|--:|
| one | ${at} |
| two | ${at * at} |

${paragraph.replaceAll('words', `words ${at}`)}

[^${at}]: A note on part ${at}.
`,
).join('\n')}`

/** As the post that Scholium is for is written: formulas inline and displayed, lists, code; that post is not here. */
const likeTheSeed = `---
title: "A network, explained"
subtitle: "From one neuron to many"
author: "Someone"
date: "2024-01-22"
read_time: "12 min read"
category: "Deep Learning"
tags: ["Deep Learning", "Neural Networks", "AI"]
excerpt: "Weights, activations, losses and gradients, with code."
---

# A network, explained

${paragraph}

## The neuron

Each neuron computes:

$$z = \\sum_{i=1}^{n} w_i x_i + b$$

Where:
- $w_i$ are the weights
- $x_i$ are the inputs
- $b$ is the bias

**Sigmoid:**
$$f(x) = \\frac{1}{1 + e^{-x}}$$

**Hyperbolic tangent:**
$$f(x) = \\frac{e^x - e^{-x}}{e^x + e^{-x}}$$

## The loss

For classification it is the cross-entropy:

$$L = -\\sum_{i=1}^{C} y_i \\log(\\hat{y}_i), \\qquad \\frac{\\partial L}{\\partial w} = \\frac{\\partial L}{\\partial a} \\cdot \\frac{\\partial a}{\\partial z} \\cdot \\frac{\\partial z}{\\partial w}$$

${Array.from(
  { length: 5 },
  (_, at) => `### Step ${at + 1}

${paragraph}

$$\\theta_{t+1} = \\theta_t - \\frac{\\eta}{\\sqrt{\\hat{v}_t} + \\epsilon} \\hat{m}_t \\left( ${at} + \\frac{1}{n} \\right)$$

\`\`\`python
model = Sequential([
    Dense(${128 + at}, activation='relu', input_shape=(784,)),
    Dropout(0.${at + 1}),
    Dense(10, activation='softmax'),
])
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
\`\`\`

1. **Single layer** (1957)
2. **Many layers** (1986)
`,
).join('\n')}`

const seed = join(repository, '../shared/seeds/deep-learning-fundamentals.md')
const hasSeed = existsSync(seed)

const scratch = mkdtempSync(join(tmpdir(), 'scholium-budgets-'))
let browser: Browser
let site: Published
let own: Published

beforeAll(async () => {
  browser = await launch()
  await writeFiles(join(scratch, 'source'), {
    'site.yaml': 'title: Budgets\nurl: https://example.org/\nrules: { image-exists: off }\n',
    'content/posts/prose.md': prose,
    'content/posts/network.md': likeTheSeed,
    ...(hasSeed && { 'content/posts/seed.md': readFileSync(seed) }),
  })
  site = await publish(join(scratch, 'source'), join(scratch, 'site'))
  own = await publish(repository, join(scratch, 'own'))
})

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
  await own?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

const addressOf = (slug: string) => new URL(`posts/${slug}/`, site.home).href

async function open<T>(options: BrowserContextOptions, look: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext(options)
  try {
    return await look(await context.newPage())
  } finally {
    await context.close()
  }
}

interface Weight {
  readonly path: string
  readonly bytes: number
}

/** What a browser loads for a page that is read to its end, each file as a server sends it. */
async function weigh(
  page: Page,
  url: string,
  compress: (bytes: Buffer) => Buffer,
): Promise<readonly Weight[]> {
  const loaded = new Map<string, Buffer>()
  const bodies: Promise<void>[] = []
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    bodies.push(response.body().then((body) => void loaded.set(pathname, body)))
  })
  await page.goto(url, { waitUntil: 'networkidle' })
  await page.evaluate(() => document.fonts.ready)
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await page.waitForLoadState('networkidle')
  await Promise.all(bodies)
  // Fonts and photographs are compressed already.
  const isCompressed = (path: string) => /\.(?:woff2|webp|avif|jpe?g|png)$/.test(path)
  return [...loaded].map(([path, body]) => ({
    path,
    bytes: isCompressed(path) ? body.length : compress(body).length,
  }))
}

const sum = (weights: readonly Weight[]) => weights.reduce((all, { bytes }) => all + bytes, 0)

/** Of the two that servers use, gzip, which is the larger, at the level that is nginx's and Apache's own. */
const byGzip = (bytes: Buffer) => gzipSync(bytes, { level: 6 })

describe('A post without mathematics', () => {
  test('is at most 20 kB of HTML and CSS, compressed', async () => {
    const weights = await open({}, (page) => weigh(page, addressOf('prose'), byGzip))
    const text = weights.filter(({ path }) => /(?:\/|\.css)$/.test(path))
    expect(text.length).toBeGreaterThan(2)
    expect(weights.map(({ path }) => path).filter((path) => path.endsWith('.woff2'))).toEqual([])
    expect(sum(text), JSON.stringify(text)).toBeLessThanOrEqual(20_000)
    const smaller = await open({}, (page) =>
      weigh(page, addressOf('prose'), (bytes) => brotliCompressSync(bytes)),
    )
    expect(sum(smaller)).toBeLessThan(sum(weights))
  })

  test('is read whole without a script', async () => {
    const textOf = (javaScriptEnabled: boolean) =>
      open({ javaScriptEnabled }, async (page) => {
        const asked: string[] = []
        page.on('request', (request) => asked.push(request.resourceType()))
        await page.goto(addressOf('prose'))
        await page.locator('details').evaluateAll((all) => {
          for (const one of all) (one as HTMLDetailsElement).open = true
        })
        await page.locator('button').evaluateAll((all) => {
          for (const one of all) one.remove()
        })
        return { text: await page.locator('body').innerText(), isScripted: asked.includes('script') }
      })
    const without = await textOf(false)
    expect(without.isScripted).toBe(false)
    expect(without.text).toContain('A note on part 5.')
    expect(without.text).toBe((await textOf(true)).text)
  })
})

describe('A post like the seed', () => {
  const posts = hasSeed ? ['network', 'seed'] : ['network']
  test.each(posts)('is at most 90 kB in all, its fonts with it: %s', async (slug) => {
    const weights = await open({ viewport: { width: 1280, height: 900 } }, (page) =>
      weigh(page, addressOf(slug), byGzip),
    )
    expect(weights.filter(({ path }) => path.endsWith('.woff2')).length).toBeGreaterThan(1)
    expect(sum(weights), JSON.stringify(weights)).toBeLessThanOrEqual(90_000)
  })
})

/** A sign of one formula that finds its place when its font comes; 0.1 is what is called good. */
const unseen = 0.0001

/**
 * Formulas are set in Times New Roman, or in a font of its widths, until their own fonts are there: these are what is
 * left then, signs that it has not, and what Web Vitals call good where a machine has no such font.
 */
const little = { withTimes: 0.002, without: 0.1 }

/** Whether this machine has one of the fonts that stand in for KaTeX's. */
const hasTimes = (page: Page) =>
  page.evaluate(() =>
    new FontFace('Times', 'local("Times New Roman"), local("Liberation Serif")').load().then(
      () => true,
      () => false,
    ),
  )

/** Adds up what moves from the start of a page on: https://web.dev/articles/cls */
async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const state = { shifted: 0 }
    Object.assign(window, { shifts: state })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) state.shifted += (entry as unknown as { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  return () =>
    page.evaluate(async () => {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      return (window as unknown as { shifts: { shifted: number } }).shifts.shifted
    })
}

/** Holds requests back until they are let go. */
async function hold(page: Page, pattern: RegExp): Promise<() => void> {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(pattern, async (route) => {
    await released
    await route.continue().catch(() => undefined)
  })
  return release
}

const screens = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
] as const

describe('A page', () => {
  test('shows its text while its fonts and scripts have not come', async () => {
    for (const url of [addressOf('network'), addressOf('prose'), new URL('mathematics/', own.home).href])
      await open({}, async (page) => {
        const release = await hold(page, /\.(?:woff2|js)$/)
        await page.goto(url, { waitUntil: 'commit' })
        const paints = () =>
          page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length)
        await expect.poll(paints, { timeout: 60_000 }).toBe(1)
        expect(await page.locator('h1').isVisible()).toBe(true)
        // Fonts of the machine that stand in for them are there at once.
        const loaded = await page.evaluate(() =>
          [...document.fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family),
        )
        expect(loaded.filter((family) => !family.endsWith('_Times'))).toEqual([])
        release()
      })
  })

  test('never moves while it is loaded and read, but for formulas whose fonts come after them, and these little', async () => {
    const urls = [
      ...own.pages.filter(({ kind }) => kind !== 'term' && kind !== 'redirect').map(({ url }) => url),
      addressOf('network'),
      addressOf('prose'),
    ]
    const moved: string[] = []
    for (const viewport of screens)
      await open({ viewport }, async (page) => {
        const shifts = await watchShifts(page)
        for (const url of urls) {
          await page.goto(url)
          await page.evaluate(async () => {
            await document.fonts.ready
            for (let top = 0; top < document.body.scrollHeight; top += innerHeight / 2) {
              scrollTo(0, top)
              await new Promise((resolve) => requestAnimationFrame(resolve))
            }
          })
          const shifted = await shifts()
          // Whether the fonts of formulas come before the first paint is for the machine to say.
          const hasFormulas = (await page.locator('.katex').count()) > 0
          const limit = !hasFormulas ? unseen : (await hasTimes(page)) ? little.withTimes : little.without
          if (shifted > limit) moved.push(`${shifted} at ${viewport.width} px: ${url}`)
        }
      })
    expect(moved).toEqual([])
  })

  test('does not move when its fonts and scripts come late, but for signs of formulas, and these little', async () => {
    const urls = [
      addressOf('prose'),
      addressOf('network'),
      ...['mathematics/', 'posts/attention-from-scratch/', 'posts/adam-line-by-line/'].map(
        (path) => new URL(path, own.home).href,
      ),
    ]
    const moved: string[] = []
    for (const viewport of screens)
      for (const url of urls)
        for (const part of [0.2, 0.7])
          await open({ viewport }, async (page) => {
            const shifts = await watchShifts(page)
            const release = await hold(page, /\.(?:woff2|js)$/)
            await page.goto(url, { waitUntil: 'commit' })
            await page.locator('.site-footer').waitFor({ state: 'attached' })
            await page.evaluate((part) => scrollTo(0, part * document.body.scrollHeight), part)
            await shifts()
            release()
            await page.waitForLoadState('load')
            await page.evaluate(() => document.fonts.ready)
            const limit = url === urls[0] ? 0 : (await hasTimes(page)) ? little.withTimes : little.without
            const shifted = await shifts()
            if (shifted > limit) moved.push(`${shifted} at ${viewport.width} px, ${part}: ${url}`)
          })
    expect(moved).toEqual([])
  })

  test('looks the same, to the pixel, whether its fonts come late or in time', async () => {
    const lookOf = (isLate: boolean) =>
      open({ viewport: screens[1] }, async (page) => {
        const isThere = () => page.evaluate(() => document.fonts.check('1em KaTeX_Main'))
        const release = await hold(page, /\.(?:woff2|js)$/)
        if (!isLate) release()
        await page.goto(new URL('posts/attention-from-scratch/', own.home).href, { waitUntil: 'commit' })
        await page.locator('.site-footer').waitFor({ state: 'attached' })
        if (isLate) expect(await isThere()).toBe(false)
        release()
        await page.waitForLoadState('networkidle')
        await page.evaluate(() => document.fonts.ready)
        expect(await isThere()).toBe(true)
        return (await page.screenshot({ fullPage: true })).toString('base64')
      })
    expect((await lookOf(true)) === (await lookOf(false))).toBe(true)
  })

  test('sets each sign of a formula as wide before KaTeX’s fonts are there as with them', async (context) => {
    const widths = await open({}, async (page) => {
      await page.goto(addressOf('network'))
      if (!(await hasTimes(page))) return null
      return await page.evaluate(async () => {
        const faces = [...document.styleSheets]
          .flatMap((sheet) => [...sheet.cssRules])
          .filter((rule) => rule instanceof CSSFontFaceRule)
          .map(({ style }) => ({
            family: style.getPropertyValue('font-family').replaceAll(/["']/g, ''),
            look: `${style.getPropertyValue('font-style')} ${style.getPropertyValue('font-weight')}`,
            ranges: style.getPropertyValue('unicode-range'),
          }))
          .filter(({ family }) => family.endsWith('_Times'))
        const drawing = document.createElement('canvas').getContext('2d')
        if (!drawing) throw new Error('no canvas')
        const found: { sign: string; now: number; then: number }[] = []
        for (const { family, look, ranges } of faces) {
          await document.fonts.load(`${look} 1000px ${family.replace('_Times', '')}`, 'x')
          const signs = ranges.split(',').flatMap((range) => {
            const [first = 0, last = first] = range
              .trim()
              .replace('U+', '')
              .split('-')
              .map((hex) => Number.parseInt(hex, 16))
            return Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at))
          })
          for (const sign of signs) {
            await document.fonts.load(`${look} 1000px ${family}`, sign)
            const widthIn = (name: string) => {
              drawing.font = `${look} 1000px ${name}`
              return drawing.measureText(sign).width / 1000
            }
            const [now, then] = [widthIn(family), widthIn(family.replace('_Times', ''))]
            found.push({ sign: `${family} ${look} ${sign}`, now, then })
          }
        }
        return found
      })
    })
    if (widths === null) return context.skip('there is no Times New Roman, nor what is as wide')
    expect(widths.length).toBeGreaterThan(600)
    // Faces next to each other differ by 3 % in size.
    expect(widths.filter(({ now, then }) => Math.abs(now / then - 1) > 0.017)).toEqual([])
  })
})
