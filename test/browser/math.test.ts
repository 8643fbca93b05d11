/** Formulas as readers meet them: set, numbered, referred to, scrolled, copied, printed, heard. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { writeFiles } from '../site-folder.js'
import { launch, type Published, publish, repository } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

/** The narrowest screen that the site is made for. */
const narrow = { width: 320, height: 640 }

const long = Array.from({ length: 40 }, (_, index) => `x_{${index}}`).join(' + ')

const body = String.raw`
See \eqref{eq:wide}, \eqref{eq:row}, [](#thm:one) and \ref{eq:short}.

$$ E = m c^2 $$ {#eq:short}

${'A paragraph to part what is referred to from what refers to it.\n\n'.repeat(40)}
\begin{align}
a &= \frac{b}{c} \\
d &= e \label{eq:row}
\end{align}

$$ s = ${long} \label{eq:wide} $$

$$ s = ${long} $$

> [!theorem] One {#thm:one}
> There is *only* one $x$.

> [!proof]
> Suppose that there are two.

Some words, then $x_i < y$ and **more $z$**, then words.

$$ \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} $$

The end.
`

/** KaTeX's own cases, where they lie beside the repository; else a few of the kinds that set styles. */
const casesFile = join(repository, '../shared/specs/katex-screenshot-cases.yaml')
const kinds = [
  '\\sqrt[3]{x^2}',
  '\\colorbox{red}{a}',
  '\\overbrace{a+b}^{c}',
  '\\xrightarrow{f}',
  '\\boxed{x}',
  '\\cancel{y}',
]
const cases: readonly unknown[] = existsSync(casesFile)
  ? Object.values(parseYaml(readFileSync(casesFile, 'utf8')))
  : [
      ...kinds,
      ...kinds.map((tex) => `\\frac{${tex}}{${tex}}`),
      ...kinds.map((tex) => `\\begin{pmatrix} ${tex} & 1 \\end{pmatrix}`),
    ]
const caseDisplays = cases
  .map((one) => (typeof one === 'string' ? one : (one as { tex: string }).tex))
  .map((tex) => `$$\n${tex}\n$$\n`)
  .join('\n')

const files = {
  'site.yaml': 'title: Formulas\nurl: https://example.org/\nauthor: Someone\n',
  'content/posts/formulas.md': `---\ntitle: 'Of $x_i$'\ndate: 2024-01-01\n---\n${body}`,
  'content/posts/cases.md': `---\ntitle: Cases\ndate: 2024-01-03\nmath: { trust: true }\n---\n${caseDisplays}`,
  'content/posts/mathml.md': `---\ntitle: 'In $\\mathbb{R}$'\ndate: 2024-01-02\nmath: { output: mathml }\n---\n${body}`,
}

const scratch = mkdtempSync(join(tmpdir(), 'scholium-math-'))
let browser: Browser
let site: Published
let own: Published

beforeAll(async () => {
  await writeFiles(join(scratch, 'source'), files)
  browser = await launch()
  site = await publish(join(scratch, 'source'), join(scratch, 'site'))
  own = await publish(repository, join(scratch, 'own'))
})

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
  await own?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

const addressOf = {
  formulas: () => new URL('posts/formulas/', site.home).href,
  cases: () => new URL('posts/cases/', site.home).href,
  mathml: () => new URL('posts/mathml/', site.home).href,
  documentation: () => new URL('mathematics/', own.home).href,
} as const

type Address = keyof typeof addressOf
type Options = Parameters<Browser['newContext']>[0]

/** Opens one of the pages by itself, with its fonts loaded, and closes it in the end. */
async function open<T>(name: Address, options: Options, look: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext(options)
  try {
    const page = await context.newPage()
    await page.goto(addressOf[name]())
    await page.evaluate(() => document.fonts.ready)
    return await look(page)
  } finally {
    await context.close()
  }
}

/** A display by the beginning of its TeX. */
function display(page: Page, tex: string): Locator {
  return page.locator('.math-display').filter({ has: page.locator('annotation', { hasText: tex }) })
}

/** Edges of an element in the window. */
function edges(element: Locator): Promise<{ left: number; right: number; top: number; bottom: number }> {
  return element.evaluate((node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect()
    return { left, right, top, bottom }
  })
}

describe('A reference', () => {
  test.each<[Address, string, string]>([
    ['formulas', '(4)', '#eq:wide'],
    ['formulas', '(3)', '#eq:row'],
    ['formulas', 'Theorem 1', '#thm:one'],
    ['mathml', '(3)', '#eq:row'],
    ['mathml', '(4)', '#eq:wide'],
  ])('on the page %s says %s, and leads to what has that number', async (name, words, hash) => {
    await open(name, { viewport: narrow }, async (page) => {
      await page.locator('a.reference').getByText(words, { exact: true }).click()
      expect(decodeURIComponent(new URL(page.url()).hash)).toBe(hash)
      const target = page.locator(':target')
      expect(await target.count()).toBe(1)
      const { top, bottom, left, right } = await edges(target)
      expect(top).toBeGreaterThanOrEqual(0)
      expect(bottom).toBeLessThanOrEqual(narrow.height)
      expect(left).toBeGreaterThanOrEqual(0)
      expect(right).toBeLessThanOrEqual(narrow.width)
      // The whole formula, not its number alone.
      const shown = page.locator('.math-display, .theorem').filter({ has: page.locator(':target') })
      for (const box of await shown.all()) expect((await edges(box)).top).toBeGreaterThanOrEqual(0)
    })
  })

  test('marks where it leads to', async () => {
    await open('formulas', {}, async (page) => {
      const grounds = () =>
        page
          .locator('.theorem, .tag .text')
          .evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor))
      expect(new Set(await grounds()).size).toBe(1)
      for (const words of ['(3)', 'Theorem 1']) {
        await page.locator('a.reference').getByText(words, { exact: true }).click()
        expect((await grounds()).filter((ground) => ground !== 'rgba(0, 0, 0, 0)')).toHaveLength(1)
      }
    })
  })
})

describe.each<Address>(['formulas', 'mathml'])('On the page %s, a number', (name) => {
  const numbers = name === 'mathml' ? 'mtd:last-child' : '.katex-html > .tag'

  test('stands at the edge of the column', async () => {
    await open(name, { viewport: { width: 1280, height: 800 } }, async (page) => {
      const column = await edges(page.locator('.content'))
      for (const tex of ['E = m', 'begin{align}']) {
        const number = display(page, tex).locator(numbers).first()
        expect(Math.abs((await edges(number)).right - column.right)).toBeLessThan(1)
      }
    })
  })

  test('stays in view on a narrow screen while its formula scrolls', async () => {
    await open(name, { viewport: narrow }, async (page) => {
      const box = display(page, 'eq:wide')
      const number = box.locator(numbers).first()
      for (const scrolled of [0, 200, 10_000]) {
        await box.evaluate((node, left) => node.scrollTo({ left }), scrolled)
        const { left, right } = await edges(number)
        expect(left).toBeGreaterThan(0)
        expect(right).toBeLessThanOrEqual(narrow.width)
      }
      // At the end of the way, nothing of the formula is behind the number.
      const last = box.locator(name === 'mathml' ? 'msub' : '.katex-html > .base').last()
      expect((await edges(last)).right).toBeLessThanOrEqual((await edges(number)).left + 1)
    })
  })
})

describe.each<Address>(['formulas', 'mathml', 'documentation'])('The page %s', (name) => {
  test.each([320, 360, 768, 1280])('is no wider than a screen of %i px', async (width) => {
    await open(name, { viewport: { width, height: 800 } }, async (page) => {
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
    })
  })

  test('scrolls a wide formula in its own box, by the keyboard too', async () => {
    await open(name, { viewport: narrow }, async (page) => {
      const wide = await page
        .locator('.math-display')
        .evaluateAll((all) =>
          all.map((box) => [box.scrollWidth > box.clientWidth, box.getAttribute('tabindex')]),
        )
      expect(wide).toContainEqual([true, '0'])
      expect(wide.every(([scrolls, stop]) => (stop === '0') === scrolls)).toBe(true)
      const index = wide.findIndex(([scrolls]) => scrolls)
      const box = page.locator('.math-display').nth(index)
      await box.focus()
      await page.keyboard.press('ArrowRight')
      await expect.poll(() => box.evaluate((node) => node.scrollLeft)).toBeGreaterThan(0)
    })
  })

  test.each(['light', 'dark'] as const)(
    'has nothing that axe objects to in the %s theme',
    async (colorScheme) => {
      await open(name, { colorScheme }, async (page) => {
        await page.evaluate(axe.source)
        const { violations } = await page.evaluate<axe.AxeResults>('axe.run()')
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        ).toEqual([])
      })
    },
  )

  test('is printed whole, with its numbers', async () => {
    // A sheet of A4 between its margins of 20 mm, at 96 px an inch.
    const paper = { width: Math.round((170 / 25.4) * 96), height: 972 }
    await open(name, { viewport: paper }, async (page) => {
      await page.emulateMedia({ media: 'print' })
      const cut = await page
        .locator('.math-display')
        .evaluateAll(
          (all) =>
            all.filter(
              (box) => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX !== 'visible',
            ).length,
        )
      expect(cut).toBe(0)
      const tags = await page.locator('.katex-html > .tag').evaluateAll((all) =>
        all.map((tag) => {
          const { left, right, width } = tag.getBoundingClientRect()
          return left >= 0 && right <= window.innerWidth && width > 0
        }),
      )
      expect(tags).not.toContain(false)
      const pdf = await page.pdf({ preferCSSPageSize: true })
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    })
  })

  test('asks nothing of another origin', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(addressOf[name](), { waitUntil: 'networkidle' })
    const { origin } = new URL(page.url())
    expect(asked.filter((url) => new URL(url).origin !== origin)).toEqual([])
    await context.close()
  })
})

describe('A line', () => {
  const pieces = [
    ['(', 'x', '),'],
    ['“', 'x_i^2', '”'],
    ['', '\\frac12', '.'],
    ['', 'k', '-way'],
    ['', 'n', 'th'],
    ['', 'a + b = c', ','],
    ['**so ', '\\hat x', '**;'],
    ['当', '\\sqrt{x}', '。'],
  ] as const

  test('never ends between a formula and the bracket before or the sign behind it', async () => {
    const text = pieces
      .map(([before, tex, behind]) => `some words ${before}$${tex}$${behind} and words`)
      .join('\n\n')
    await writeFiles(join(scratch, 'lines'), {
      'site.yaml': 'title: Lines\n',
      'content/posts/lines.md': `---\ntitle: Lines\ndate: 2024-01-01\n---\n\n${text}\n`,
    })
    const lines = await publish(join(scratch, 'lines'), join(scratch, 'lines-site'))
    const page = await browser.newPage()
    await page.goto(new URL('posts/lines/', lines.home).href)
    await page.evaluate(() => document.fonts.ready)
    const paragraphs = await page.locator('.content > p').all()
    const found = await Promise.all(paragraphs.map((paragraph) => paragraph.evaluate(breaks)))
    expect(found).toHaveLength(pieces.length)
    expect(found.map(({ apart }) => apart)).toEqual(pieces.map(() => 0))
    // Long formulas still break at their relations.
    expect(found[5]?.inside).toBeGreaterThan(0)
    await page.close()
    await lines[Symbol.asyncDispose]()
  })
})

/**
 * Runs in the page: sets a paragraph in every width that has room for its words, and counts those in which its
 * formula is parted from what touches it, and those in which it is parted itself.
 */
function breaks(paragraph: Element): { readonly apart: number; readonly inside: number } {
  const formula = paragraph.querySelector('.katex')
  const bases = [...paragraph.querySelectorAll('.base')]
  if (!(paragraph instanceof HTMLElement) || !formula) throw new Error('No formula.')
  const texts: Text[] = []
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!formula.contains(node)) texts.push(node as Text)
  }
  const isBefore = (text: Text) =>
    Boolean(formula.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_PRECEDING)
  const before = texts.filter(isBefore).at(-1)
  const behind = texts.find((text) => !isBefore(text))
  const middle = (box: Element | Range | undefined) => {
    const { top = 0, bottom = 0 } = box?.getBoundingClientRect() ?? {}
    return (top + bottom) / 2
  }
  const character = (text: Text | undefined, at: number) => {
    const range = document.createRange()
    if (text) range.setStart(text, at)
    if (text) range.setEnd(text, at + 1)
    return range
  }
  const counts = { apart: 0, inside: 0 }
  for (let width = 100; width < 400; width += 1) {
    paragraph.style.width = `${width}px`
    const isApart = (one: number, other: number) => Math.abs(one - other) > 14
    const last = (before?.data.length ?? 1) - 1
    const first = middle(bases[0])
    const end = middle(bases.at(-1))
    const touchesBefore = before?.data.at(-1) !== ' '
    if (touchesBefore && isApart(middle(character(before, last)), first)) counts.apart += 1
    if (isApart(middle(character(behind, 0)), end)) counts.apart += 1
    if (isApart(first, end)) counts.inside += 1
  }
  return counts
}

describe('What is copied', () => {
  test.each<Address>(['formulas', 'mathml'])('from the page %s has formulas as TeX', async (name) => {
    await open(name, {}, async (page) => {
      const { text, html } = await copied(page, 'Some words', 'The end')
      expect(text).toMatch(
        /^Some words, then \$x_i < y\$ and more \$z\$, then words\.\s+\$\$\\begin\{pmatrix\} 1 & 2 \\\\ 3 & 4 \\end\{pmatrix\}\$\$\s+The end\.$/,
      )
      expect(html).toContain('<strong>more $z$</strong>')
      expect(html).not.toContain('katex-html')
    })
  })

  test('has the whole of a formula that is selected in part', async () => {
    await open('formulas', {}, async (page) => {
      await page.evaluate(() => {
        const formula = [...document.querySelectorAll('.content p > .katex')].at(-1)
        const letters = formula?.querySelectorAll('.katex-html .mord') ?? []
        getSelection()?.setBaseAndExtent(letters[0] ?? document, 0, letters[1] ?? document, 1)
      })
      expect((await copyEvent(page)).text).toBe('$x_i < y$')
    })
  })

  test('is left to the browser where there is no formula', async () => {
    await open('formulas', {}, async (page) => {
      await page.evaluate(() => {
        getSelection()?.selectAllChildren(document.querySelector('.theorem-proof > p') ?? document)
      })
      expect((await copyEvent(page)).isTaken).toBe(false)
    })
  })
})

/** Selects from one paragraph to another, by their first words, and copies. */
async function copied(page: Page, from: string, to: string): ReturnType<typeof copyEvent> {
  await page.evaluate(
    ([first = '', last = '']) => {
      const paragraphs = [...document.querySelectorAll('.content > p')]
      const starting = (words: string) =>
        paragraphs.find(({ textContent }) => textContent?.startsWith(words)) ?? document
      const range = document.createRange()
      range.setStart(starting(first), 0)
      range.setEndAfter(starting(last).lastChild ?? document)
      getSelection()?.removeAllRanges()
      getSelection()?.addRange(range)
    },
    [from, to],
  )
  return copyEvent(page)
}

/** Copies as a browser does, with a clipboard that a test can read. */
function copyEvent(page: Page): Promise<{ text: string; html: string; isTaken: boolean }> {
  return page.evaluate(() => {
    const clipboardData = new DataTransfer()
    const event = new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true })
    const isTaken = !document.dispatchEvent(event)
    return { text: clipboardData.getData('text/plain'), html: clipboardData.getData('text/html'), isTaken }
  })
}

describe('What a screen reader is told', () => {
  test.each<Address>(['formulas', 'mathml'])('on the page %s has the numbers, once each', async (name) => {
    await open(name, {}, async (page) => {
      const session = await page.context().newCDPSession(page)
      const { nodes } = await session.send('Accessibility.getFullAXTree')
      const said = nodes
        .filter(({ ignored, role }) => !ignored && role?.value === 'StaticText')
        .map((node) => String(node.name?.value ?? '').trim())
      // Of these, (1) is only referred to by its number alone.
      for (const [number, times] of [
        ['(1)', 1],
        ['(2)', 1],
        ['(3)', 2],
        ['(4)', 2],
      ] as const) {
        expect([number, said.filter((words) => words === number)]).toEqual([
          number,
          Array(times).fill(number),
        ])
      }
    })
  })
})

describe('MathML alone', () => {
  test('needs no style sheet and no font of KaTeX', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(addressOf.mathml(), { waitUntil: 'networkidle' })
    expect(asked.filter((path) => path.includes('katex'))).toEqual([])
    expect(await page.locator('link[rel=preload], .katex-html').count()).toBe(0)
    await context.close()
  })

  test('is shown, displays in the middle', async () => {
    await open('mathml', { viewport: { width: 1280, height: 800 } }, async (page) => {
      const column = await edges(page.locator('.content'))
      const matrix = await edges(display(page, 'pmatrix').locator('mtable'))
      expect(Math.abs(matrix.left + matrix.right - column.left - column.right)).toBeLessThan(8)
      const sizes = await page
        .locator('math')
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width))
      expect(Math.min(...sizes)).toBeGreaterThan(0)
      expect(await page.locator('h1 mi').textContent()).toBe('ℝ')
    })
  })
})

describe('Styles as classes', () => {
  /** Gives what the window shows from top to bottom. */
  const shot = (page: Page) => page.screenshot({ fullPage: true, animations: 'disabled' })

  /** Puts styles where KaTeX would have written them, and takes the sheet of their classes away. */
  const asAttributes = (page: Page) =>
    page.evaluate(() => {
      const sheet = document.querySelector('style')
      const rules = [...(sheet?.sheet?.cssRules ?? [])] as CSSStyleRule[]
      let changed = 0
      for (const { selectorText, style } of rules) {
        for (const element of document.querySelectorAll(selectorText)) {
          element.classList.remove(selectorText.slice(1))
          element.setAttribute('style', style.cssText.replaceAll(' !important', ''))
          changed++
        }
      }
      sheet?.remove()
      return changed
    })

  test.each<Address>(['formulas', 'documentation', 'cases'])(
    'show the page %s as style attributes do, to the pixel',
    async (name) => {
      await open(name, { viewport: { width: 1000, height: 800 }, bypassCSP: true }, async (page) => {
        const before = await shot(page)
        expect(await asAttributes(page)).toBeGreaterThan(100)
        expect(await page.locator('style').count()).toBe(0)
        expect((await shot(page)).equals(before)).toBe(true)
      })
    },
  )

  test('are all that says how formulas are set: without them they fall apart', async () => {
    await open('formulas', {}, async (page) => {
      const before = await shot(page)
      await page.evaluate(() => document.querySelector('style')?.remove())
      expect((await shot(page)).equals(before)).toBe(false)
    })
  })
})

describe('KaTeX’s fonts', () => {
  test('that a page needs first are asked for with its style sheet, and used', async () => {
    await open('formulas', {}, async (page) => {
      const preloaded = await page
        .locator('link[rel=preload][as=font]')
        .evaluateAll((all) =>
          all.map((link) => (link instanceof HTMLLinkElement ? new URL(link.href).pathname : '')),
        )
      expect(preloaded.map((path) => path.replace(/^.*\/(.*)\.[0-9a-f]{8}\.woff2$/, '$1'))).toEqual([
        'KaTeX_Main-Regular',
        'KaTeX_Math-Italic',
      ])
      for (const path of preloaded)
        expect(readFileSync(join(scratch, 'site', path)).byteLength).toBeGreaterThan(1000)
      const used = await page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .filter(({ name }) => name.endsWith('.woff2'))
          .map(({ name }) => new URL(name).pathname),
      )
      expect(used).toEqual(expect.arrayContaining(preloaded))
      // Asked for once: what was preloaded is what the style sheet means.
      expect(new Set(used).size).toBe(used.length)
      expect(dirname(preloaded[0] ?? '')).toBe('/assets/katex/fonts')
    })
  })
})
