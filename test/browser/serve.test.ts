import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type Built, type OverlayItem, type Serving, serve } from '../../src/serve.js'
import { missingEditor, recordingEditor } from '../editor.js'
import { findChromium, launchOptions } from './chromium.mjs'

const warning = 'WARNING '
const broken = 'BROKEN '

type FakeResult = Built & { readonly problems: readonly OverlayItem[] }

/** The file in which something is wrong. */
let culprit = 'content/a.md'

/** A site of one page, under the strictest policy that a site may have. */
async function fakeBuild({ root, out }: { root: string; out: string }): Promise<FakeResult> {
  const text = await readFile(join(root, 'content/a.md'), 'utf8')
  const ok = !text.startsWith(broken)
  const problem: OverlayItem = {
    rule: 'math-renders',
    severity: ok ? 'warn' : 'error',
    message: text,
    hint: `Close the brace of ${text}`,
    file: culprit,
    line: 1,
    column: 2,
    frame: `1 | ${text}\n  |  ^`,
  }
  const html = `<!doctype html><html lang="en"><head><title>A</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'self'"></head>
<body><main><h1>${text}</h1></main></body></html>`
  const path = join(out, 'index.html')
  if (ok) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, html)
    await writeFile(join(out, 'favicon.ico'), '')
  }
  return {
    ok,
    out,
    basePath: '/',
    outputs: new Map([
      ['index.html', text],
      ['favicon.ico', ''],
    ]),
    problems: ok && !text.startsWith(warning) ? [] : [problem],
  }
}

let browser: Browser
let page: Page
let root: string
let serving: Serving

const start = (port: number) =>
  serve<FakeResult>({
    root,
    port,
    host: '127.0.0.1',
    drafts: false,
    open: false,
    build: fakeBuild,
    overlay: ({ problems }) => problems,
    log: () => {},
  })
const edit = (text: string) => writeFile(join(root, 'content/a.md'), text)
const heading = (text: string) => page.getByRole('heading', { level: 1, name: text, exact: true })
const overlay = () => page.getByRole('alertdialog')

beforeAll(async () => {
  browser = await chromium.launch({ ...launchOptions, executablePath: findChromium() ?? '' })
})

afterAll(() => browser.close())

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scholium-live-'))
  culprit = 'content/a.md'
  await mkdir(join(root, 'content'))
  await edit('First')
  page = await browser.newPage()
})

afterEach(async () => {
  await page.close()
  await serving.close()
  await rm(root, { recursive: true, force: true })
})

describe('a previewed page', () => {
  it('reloads by itself in every tab when a source is saved', async () => {
    serving = await start(0)
    const other = await browser.newPage()
    await Promise.all([page.goto(serving.url), other.goto(serving.url)])
    await edit('Second')
    await heading('Second').waitFor()
    await other.getByRole('heading', { name: 'Second' }).waitFor()
    await other.close()
  })

  it('shows errors over itself as text, under any policy of the site, until they are mended', async () => {
    serving = await start(0)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => faults.push(message.text()))
    await page.goto(serving.url)
    await edit(`${broken}<img src=x onerror="document.title='run'">`)
    await overlay().waitFor()
    expect(await overlay().textContent()).toContain('<img src=x onerror=')
    expect(await overlay().textContent()).toContain('content/a.md:1:2')
    expect(await overlay().locator('img').count()).toBe(0)
    expect(await page.title()).toBe('A')
    const background = () => overlay().evaluate((dialog) => getComputedStyle(dialog).backgroundColor)
    await page.emulateMedia({ colorScheme: 'light' })
    const light = await background()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await background()).not.toBe(light)
    await edit('Mended')
    await heading('Mended').waitFor()
    expect(await overlay().count()).toBe(0)
    expect(faults).toEqual([])
  })

  it('shows an overlay without an accessibility fault in both themes', async () => {
    serving = await start(0)
    await page.goto(serving.url)
    await edit(`${broken}$\\frac{1}$`)
    await overlay().waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate<AxeResults>('axe.run()')
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    }
  })

  it('lets the overlay be closed with Escape, and shows it again for other errors only', async () => {
    serving = await start(0)
    await page.goto(serving.url)
    await edit(`${broken}once`)
    await overlay().waitFor()
    await page.keyboard.press('Escape')
    await overlay().waitFor({ state: 'detached' })
    expect(await heading('First').isVisible()).toBe(true)
    await edit(`${broken}twice`)
    await overlay().getByText('twice').first().waitFor()
    await overlay().getByRole('button', { name: 'Close' }).click()
    await overlay().waitFor({ state: 'detached' })
  })

  it('leaves warnings to the console', async () => {
    serving = await start(0)
    const said = page.waitForEvent('console')
    await page.goto(serving.url)
    await edit(`${warning}of a kind`)
    await heading(`${warning}of a kind`).waitFor()
    expect((await said).text()).toContain(`content/a.md:1:2 ${warning}of a kind`)
    expect(await overlay().count()).toBe(0)
  })

  it('catches up after the server was started again', async () => {
    serving = await start(0)
    await page.goto(serving.url)
    await serving.close()
    await edit('Second')
    serving = await start(Number(new URL(serving.url).port))
    await heading('Second').waitFor()
  })
})

it('a site that cannot be built the first time is an error page, until it is mended', async () => {
  await edit(`${broken}from the start`)
  serving = await start(0)
  await page.goto(serving.url)
  expect(await page.locator('pre').textContent()).toContain(`1 | ${broken}from the start`)
  expect(await overlay().count()).toBe(0)
  await edit(`${broken}still`)
  await page.getByText(`1 | ${broken}still`).waitFor()
  await edit('Mended')
  await heading('Mended').waitFor()
})

describe('the editor', () => {
  it('opens at the line of an error by a click or a key on its place', async () => {
    const opened = await recordingEditor(root)
    serving = await start(0)
    await page.goto(serving.url)
    await edit(`${broken}once`)
    const place = overlay().getByRole('button', { name: 'content/a.md:1:2', exact: true })
    await place.focus()
    await page.keyboard.press('Enter')
    await overlay().getByRole('status').getByText('Opened in the editor.').waitFor()
    await expect.poll(opened).toEqual([join(root, 'content/a.md'), '1', '2'])
    missingEditor()
    await place.click()
    await overlay().getByRole('status').getByText('could not be opened').waitFor()
  })

  it('opens from the page of a site that was never built', async () => {
    const opened = await recordingEditor(root)
    await edit(`${broken}from the start`)
    serving = await start(0)
    await page.goto(serving.url)
    await page.getByRole('button', { name: 'content/a.md:1:2', exact: true }).click()
    await expect.poll(opened).toEqual([join(root, 'content/a.md'), '1', '2'])
  })

  it('opens a file of any name, which like every message is shown as text', async () => {
    const opened = await recordingEditor(root)
    const hostile = `"><img src=x onerror="document.title='run'"><script>document.title='run'<\\script>&amp;';$(x)`
    culprit = `content/${hostile}.md`
    await writeFile(join(root, culprit), '')
    serving = await start(0)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('dialog', (dialog) => faults.push(dialog.message()))
    page.on('request', (request) => new URL(request.url()).pathname === '/x' && faults.push(request.url()))
    await page.goto(serving.url)
    await edit(`${broken}of content/${hostile}`)
    await overlay().waitFor()
    const shown = (await overlay().textContent()) ?? ''
    expect(shown.split(hostile).length - 1, 'place, message, frame and hint').toBe(4)
    expect(await overlay().locator('img, script, a, iframe').count()).toBe(0)
    await overlay()
      .getByRole('button', { name: `${culprit}:1:2`, exact: true })
      .click()
    await expect.poll(opened).toEqual([join(root, culprit), '1', '2'])
    expect(await page.title()).toBe('A')
    expect(faults).toEqual([])
  })

  it('does not open for a page from elsewhere, even of this machine', async () => {
    const opened = await recordingEditor(root)
    await edit(`${broken}from the start`)
    serving = await start(0)
    const elsewhere = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Elsewhere</title><body>')
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      elsewhere.closeAllConnections()
      elsewhere.close()
    })
    const statuses: number[] = []
    page.on('response', (response) => {
      if (response.url().includes('/_scholium/editor')) statuses.push(response.status())
    })
    await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`)
    const url = `${serving.url}_scholium/editor?file=content/a.md&line=1&column=2`
    const read = await page.evaluate(async (url) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action: url })
      const frame = Object.assign(document.createElement('iframe'), { name: 'frame' })
      form.target = 'frame'
      document.body.append(frame, form)
      form.submit()
      await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
      const requests: readonly RequestInit[] = [
        {},
        { mode: 'no-cors' },
        { headers: { 'Scholium-Session': 'guessed' } },
      ]
      const readable = requests.map((request) =>
        fetch(url, { ...request, method: 'POST' }).then(
          () => true,
          () => false,
        ),
      )
      return Promise.all(readable)
    }, url)
    expect(read).toEqual([false, false, false])
    expect(statuses.length).toBeGreaterThan(0)
    expect(statuses.filter((status) => status !== 403 && status !== 405)).toEqual([])
    expect(await opened()).toEqual([])
  })
})
