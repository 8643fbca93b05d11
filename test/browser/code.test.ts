/** Code as readers see and copy it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import { FileSystemConfigLoader, HtmlValidate } from 'html-validate'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeFiles } from '../site-folder.js'
import { launch, type Published, publish, repository } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const body = `
\`\`\`python
import numpy as np  # a long line that reaches beyond the column of the text, and beyond any screen that a telephone has
print(np)
\`\`\`

\`\`\`python {#lst:sgd caption="Descent with $\\eta_t$" title="code/train.py" numberLines {2} /rate/}
def step(weight, rate):
    """Over two
    lines."""
    return weight - rate
\`\`\`

\`\`\`diff python
 def f():
-    return 1
+    return 2
\`\`\`

\`\`\`bash
$ pip install x
Installed.
$ python train.py \\
    --rate 0.1
\`\`\`

\`\`\`pycon
>>> for x in y:
...     print(x)
...
1
\`\`\`

\`\`\`js fold title="data.js"
const data = [1, 2]
\`\`\`

\`\`\`text {.numberLines startFrom="998"}
a

b
\`\`\`
`
const files = {
  'site.yaml': 'title: Code\nurl: https://example.org/\n',
  'content/posts/code.md': `---\ntitle: Code\ndate: 2024-01-22\n---\n${body}`,
  'content/posts/kode.md': `---\ntitle: Kode\nlang: de\ndate: 2024-01-22\n---\n${body}`,
  'content/posts/prose.md': '---\ntitle: Prose\ndate: 2024-01-22\n---\nWords.\n',
}

const scratch = mkdtempSync(join(tmpdir(), 'scholium-code-'))
let browser: Browser
let site: Published

beforeAll(async () => {
  await writeFiles(join(scratch, 'source'), files)
  browser = await launch()
  site = await publish(join(scratch, 'source'), join(scratch, 'out'))
})

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

async function opened(post: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...options })
  const page = await context.newPage()
  await page.goto(new URL(`posts/${post}/`, site.home).href)
  return page
}

const close = (page: Page): Promise<void> => (page.context() satisfies BrowserContext).close()

describe('A block of code', () => {
  test('is copied by its button: what was typed, and what a diff comes to, without numbers', async () => {
    const page = await opened('code')
    await page.locator('summary').click()
    const buttons = page.getByRole('button', { name: 'Copy', exact: true })
    const copied: string[] = []
    for (let index = 0; index < 7; index++) {
      await buttons.nth(0).hover()
      await buttons.nth(0).click()
      await expect.poll(() => page.getByRole('status').textContent()).toBe('Copied')
      copied.push(await page.evaluate(() => navigator.clipboard.readText()))
      // The one that has been pressed says so for a while, and the next one is the first of that name.
    }
    expect(copied.map((text) => text.split('\n'))).toEqual([
      [expect.stringMatching(/^import numpy .* has$/), 'print(np)'],
      ['def step(weight, rate):', '    """Over two', '    lines."""', '    return weight - rate'],
      ['def f():', '    return 2'],
      ['pip install x', 'python train.py \\', '    --rate 0.1'],
      ['for x in y:', '    print(x)', ''],
      ['const data = [1, 2]'],
      ['a', '', 'b'],
    ])
    expect(await page.getByRole('button', { name: 'Copied' }).count()).toBeGreaterThan(0)
    await expect.poll(() => page.getByRole('status').textContent(), { timeout: 10_000 }).toBe('')
    await close(page)
  })

  test('has a button that the keyboard reaches and that speaks the language of the page', async () => {
    const page = await opened('kode')
    const button = page.getByRole('button', { name: 'Kopieren' }).first()
    await page.locator('pre').first().focus()
    await page.keyboard.press('Tab')
    expect(await button.evaluate((node) => node === document.activeElement)).toBe(true)
    expect(await button.evaluate((node) => getComputedStyle(node).opacity)).toBe('1')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByRole('status').textContent()).toBe('Kopiert')
    await close(page)
  })

  test('has no dead button without JavaScript, and a page without code loads nothing for it', async () => {
    const page = await opened('code', { javaScriptEnabled: false })
    expect(await page.locator('.content button').count()).toBe(0)
    await close(page)
    const loads = (post: string) =>
      readFileSync(join(scratch, `out/posts/${post}/index.html`), 'utf8').match(/features\/[a-z]+/g)
    expect(loads('prose')).toBeNull()
    expect(loads('code')).toEqual(['features/code', 'features/code', 'features/listings'])
  })

  test('is selected without prompts, signs and numbers', async () => {
    const page = await opened('code')
    const selected = (index: number) =>
      page.evaluate((at) => {
        const code = document.querySelectorAll('pre > code')[at]
        if (code) getSelection()?.selectAllChildren(code)
        // What the browser puts on the clipboard.
        return getSelection()?.toString()
      }, index)
    expect(await selected(1)).toMatch(/^def step\(weight, rate\):\n {4}"""Over two\n/)
    expect(await selected(2)).toBe('def f():\n    return 1\n    return 2')
    expect(await selected(3)).toMatch(/^pip install x\nInstalled\.\npython/)
    await close(page)
  })

  test('keeps its lines on a grid, marked or not, and its colours as wide as the code', async () => {
    const page = await opened('code', { viewport: { width: 320, height: 640 } })
    const { heights, widths, overflow } = await page.evaluate(() => {
      const set = [...document.querySelectorAll('pre:has(.line) > code')]
      return {
        heights: set.map((code) => {
          const count = (code.textContent ?? '').split('\n').length - 1
          return Math.round((code.getBoundingClientRect().height / count) * 10)
        }),
        widths: [...document.querySelectorAll('.marked, ins, del')].map((line) => {
          const pre = line.closest('pre')
          return Math.abs(Math.round(line.getBoundingClientRect().width - (pre?.scrollWidth ?? 0)))
        }),
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      }
    })
    expect(heights.length).toBe(3)
    expect(new Set(heights).size).toBe(1)
    expect(widths).toEqual([0, 0, 0])
    expect(overflow).toBeLessThanOrEqual(0)
    await close(page)
  })

  test('is linked to by its lines', async () => {
    const page = await opened('code', { viewport: { width: 1000, height: 400 } })
    await page.goto(`${page.url()}#lst:sgd:3`)
    const line = page.locator('.line', { has: page.locator('[id="lst:sgd:3"]') })
    const { background, top } = await line.evaluate((node) => ({
      background: getComputedStyle(node).backgroundColor,
      top: node.getBoundingClientRect().top,
    }))
    expect(background).not.toBe('rgba(0, 0, 0, 0)')
    expect(top).toBeGreaterThan(0)
    expect(top).toBeLessThan(400)
    await close(page)
  })

  test('is printed whole, without buttons', async () => {
    const page = await opened('code')
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(0)
    const cut = await page.evaluate(
      () =>
        [...document.querySelectorAll('pre')].filter((pre) => pre.scrollWidth > pre.clientWidth + 1).length,
    )
    expect(cut).toBe(0)
    await close(page)
  })

  test.each(['light', 'dark'] as const)(
    'satisfies axe in the %s theme, and is valid HTML',
    async (colorScheme) => {
      for (const viewport of [
        { width: 320, height: 640 },
        { width: 1280, height: 900 },
      ]) {
        const page = await opened('code', { colorScheme, viewport })
        await page.locator('summary').click()
        await page.evaluate(axe.source)
        const { violations } = await page.evaluate<axe.AxeResults>('axe.run()')
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`),
        ).toEqual([])
        await close(page)
      }
      const validator = new HtmlValidate(new FileSystemConfigLoader())
      const html = readFileSync(join(scratch, 'out/posts/code/index.html'), 'utf8')
      const { results } = await validator.validateString(html, join(repository, 'dist/code.html'))
      expect(
        results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)),
      ).toEqual([])
    },
  )
})
