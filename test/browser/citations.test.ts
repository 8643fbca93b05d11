/** Citations and notes as a reader meets them: what a citation shows, and where notes stand. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import axe from 'axe-core'
import { FileSystemConfigLoader, HtmlValidate } from 'html-validate'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { launch, type Published, publish, repository } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const tall = 'A note that is tall, since it has many words. '.repeat(12).trim()

const files = {
  'site.yaml': 'title: Cited\nurl: https://example.org/\n',
  'content/refs.bib': `@book{doe99, author = {Doe, Jane}, title = {On $x^2$ and {LaTeX}}, year = 1999, publisher = {Press}}
@article{roe04, author = {Roe, Richard}, title = {Bar}, year = 2004, journal = {J.}, doi = {10.1000/x}}
`,
  'content/posts/notes.md': `---
title: Notes and citations
date: 2024-01-02
---

A claim [@doe99, p. 5].^[${tall}] Another by @roe04.^[Short, and $y$; see @doe99.] A third.[^long] And again.[^long]

\`\`\`python
def a_function_with_a_name_that_is_long(first_argument, second_argument, third_argument, fourth_argument): pass
\`\`\`

$$ a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11} + a_{12} + a_{13} + a_{14} + a_{15} + a_{16} $$

| A^[In a table.] | ${'A wide head | '.repeat(7)}
|---|${'---|'.repeat(7)}
| 1 [@roe04] | ${'some words | '.repeat(7)}

## One^[In a heading.]

Text.

## Two

Text.

## Three

Text.

[^long]: Two paragraphs.

    \`\`\`python
    print("a line of code that is longer than the margin is wide, by far")
    \`\`\`
`,
  'content/posts/plain.md': '---\ntitle: Plain\ndate: 2024-01-01\n---\n\nNo note and no citation.\n',
} as const

const scratch = mkdtempSync(join(tmpdir(), 'scholium-citations-'))
let browser: Browser
let site: Published

beforeAll(async () => {
  const root = join(scratch, 'site')
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  browser = await launch()
  site = await publish(root, join(scratch, 'out'))
})

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

interface Opened extends AsyncDisposable {
  readonly page: Page
}

async function opened(
  path: string,
  width: number,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Opened> {
  const context: BrowserContext = await browser.newContext({ viewport: { width, height: 800 }, ...options })
  const page = await context.newPage()
  await page.goto(new URL(path, site.home).href)
  await page.evaluate(() => document.fonts.ready)
  return { page, [Symbol.asyncDispose]: () => context.close() }
}

const post = 'posts/notes/'

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

function boxes(page: Page, selector: string): Promise<readonly Box[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect()
      return { left, right, top: top + scrollY, bottom: bottom + scrollY }
    }),
  )
}

/** What a citation shows beside it, as it is on the screen. */
const shown = (page: Page) =>
  page
    .locator('.citation')
    .first()
    .evaluate((link) => {
      const { content, display } = getComputedStyle(link, '::after')
      return content === 'none' || display === 'none' ? null : content
    })

describe('A citation', () => {
  test('shows what it leads to under the pointer and to the keyboard, until Escape is pressed', async () => {
    await using visit = await opened(post, 1000)
    const { page } = visit
    expect(await shown(page)).toBeNull()
    await page.locator('.citation').first().hover()
    expect(await shown(page)).toContain('Doe, J. (1999). On x² and LaTeX. Press.')
    await page.mouse.move(0, 0)
    expect(await shown(page)).toBeNull()

    await page.locator('.toc summary, .post h1').first().click()
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab')
      if (await page.evaluate(() => document.activeElement?.classList.contains('citation'))) break
    }
    expect(await shown(page)).toContain('Doe, J. (1999)')
    await page.keyboard.press('Escape')
    expect(await shown(page)).toBeNull()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Tab')
    expect(await shown(page)).toContain('Doe, J. (1999)')
  })

  test('is read, found and copied without what it shows', async () => {
    await using visit = await opened(post, 1000)
    const { page } = visit
    const link = page.locator('.citation').first()
    await link.hover()
    expect(await link.textContent()).toBe('Doe, 1999, p. 5')
    expect(await link.ariaSnapshot()).toContain('link "Doe, 1999, p. 5"')
    const copied = await page.evaluate(() => {
      const paragraph = document.querySelector('.content > p')
      if (paragraph) getSelection()?.selectAllChildren(paragraph)
      return getSelection()?.toString() ?? ''
    })
    expect(copied).toMatch(/^A claim \(Doe, 1999, p\. 5\)\./)
    expect(copied).not.toContain('Press')
  })

  test('leads to its entry, and that back to it', async () => {
    await using visit = await opened(post, 1000)
    const { page } = visit
    await page.locator('.citation').first().click()
    expect(new URL(page.url()).hash).toBe('#ref-doe99')
    await page.getByRole('link', { name: 'Back to citation 1' }).first().click()
    expect(new URL(page.url()).hash).toBe('#cite-doe99-1')
  })

  test('shows it within the window on the narrowest screen', async () => {
    await using visit = await opened(post, 320)
    const { page } = visit
    await page.locator('.citation').first().hover()
    expect(await shown(page)).not.toBeNull()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  })
})

describe('Notes', () => {
  test('stand in a wide margin, each beside its line or below the one before it, and over nothing', async () => {
    for (const width of [1280, 1600, 2000]) {
      await using visit = await opened(post, width)
      const { page } = visit
      const notes = await boxes(page, '.sidenotes > ol > li')
      const references = await boxes(page, '[data-footnote-ref][class]')
      expect(notes).toHaveLength(5)
      const others = [
        ...(await boxes(page, '.content > :not(.footnotes)')),
        ...(await boxes(page, '.content .math-display:not(.sidenotes *), .toc details')),
      ]
      for (const [index, note] of notes.entries()) {
        const before = notes[index - 1]
        const line = references[index]?.top ?? 0
        expect(note.top, `note ${index + 1} at ${width}`).toBeGreaterThan(line - 24)
        if (before) expect(note.top).toBeGreaterThanOrEqual(before.bottom)
        const isFree = !before || before.bottom < line - 40
        if (isFree) expect(note.top, `note ${index + 1} at ${width}`).toBeLessThan(line + 24)
        for (const other of others) expect(overlap(note, other), JSON.stringify([note, other])).toBe(false)
        expect(note.right).toBeLessThanOrEqual(width)
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    }
  })

  test('are a list below the text in a narrow window and on paper', async () => {
    for (const [width, media] of [
      [320, 'screen'],
      [1000, 'screen'],
      [1280, 'print'],
    ] as const) {
      await using visit = await opened(post, width)
      const { page } = visit
      await page.emulateMedia({ media })
      const notes = await boxes(page, '.sidenotes > ol > li')
      const [references] = await boxes(page, '.references')
      for (const { top } of notes) expect(top).toBeGreaterThan(references?.bottom ?? Number.POSITIVE_INFINITY)
    }
  })

  test('are read once, in their order, at every width', async () => {
    const read = async (width: number) => {
      await using visit = await opened(post, width)
      return await visit.page.locator('.content').ariaSnapshot()
    }
    const wide = await read(1600)
    expect(wide.match(/A note that is tall/g)).toHaveLength(12)
    expect(wide.indexOf('Short, and')).toBeGreaterThan(wide.indexOf('A note that is tall'))
    expect(await read(1000)).toBe(wide)
  })
})

describe('The page', () => {
  test('is accessible and valid, by day and by night, while a citation shows its entry', async () => {
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [320, 1600]) {
        await using visit = await opened(post, width, { colorScheme })
        const { page } = visit
        await page.locator('.citation').first().hover()
        await page.evaluate(axe.source)
        const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        ).toEqual([])
      }
    const validator = new HtmlValidate(new FileSystemConfigLoader())
    const html = readFileSync(join(scratch, 'out', post, 'index.html'), 'utf8')
    const { results } = await validator.validateString(html, join(repository, 'test/browser/page.html'))
    expect(results.flatMap(({ messages }) => messages.map(({ message }) => message))).toEqual([])
  })

  test('without notes and citations loads nothing for them', async () => {
    await using visit = await opened('posts/plain/', 1000)
    const files = await visit.page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    )
    const isTheirs = (file: string) => /\/features\/(?:citations|notes)\./.test(file)
    expect(files.filter(isTheirs)).toEqual([])
    await using other = await opened(post, 1000)
    const more = await other.page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    )
    expect(
      more
        .filter(isTheirs)
        .map((file) => file.replace(/\.[0-9a-f]{8}/, ''))
        .sort(),
    ).toEqual([
      '/assets/css/features/citations.css',
      '/assets/css/features/notes.css',
      '/assets/js/features/citations.js',
    ])
  })
})

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
