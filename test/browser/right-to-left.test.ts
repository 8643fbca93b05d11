/** A site in Arabic, with posts in other languages, as its readers see it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { launch, type Published, publish } from './published.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const files = {
  'site.yaml': `title: هوامش رياضية
description: ملاحظات في الرياضيات والبرمجة.
lang: ar
paginate: { home: 2, terms: 10, archive: 100 }
`,
  'templates/words/ar.yaml': `comma: "، "
skipToContent: انتقل إلى المحتوى
archive: الأرشيف
contents: المحتويات
olderPosts: منشورات أقدم
newerPosts: منشورات أحدث
pager: الصفحات
pageOf: الصفحة {number} من {count}
tags: وسوم
tag: وسم
categories: تصنيفات
posts:
  { zero: لا منشورات, one: منشور واحد, two: منشوران, few: "{n} منشورات", many: "{n} منشورًا", other: "{n} منشور" }
readTime:
  { zero: أقل من دقيقة, one: دقيقة قراءة, two: دقيقتا قراءة, few: "{n} دقائق قراءة", many: "{n} دقيقة قراءة", other: "{n} دقيقة قراءة" }
previousPost: السابق
nextPost: التالي
footnotes: حواشٍ
theorem: مبرهنة
proof: برهان
`,
  'content/posts/entropy.md': `---
title: "الإنتروبيا وقياس $H(X)$"
subtitle: المفاجأة في المتوسط
date: 2024-03-05
tags: [معلومات, احتمالات]
category: رياضيات
---

تقيس الإنتروبيا مقدار المفاجأة، وتعطى بالعلاقة $H(X) = -\\sum_x p(x) \\log p(x)$ حيث $p$ توزيع احتمالي.[^1]
والأمر \`entropy(p)\` يحسبها.

## تعريف أول

$$ a + b = c \\label{eq:sum} $$

ومن \\eqref{eq:sum} نجد المطلوب.

$$ \\begin{align} f(x) &= x^2 + 2x + 1 + x^3 + x^4 + x^5 + x^6 + x^7 + x^8 + x^9 + x^{10} + x^{11} + x^{12} \\\\ &= (x+1)^2 \\end{align} $$

> [!theorem] غيبس {#thm}
> من أجل كل التوزيعات نجد أن $D \\ge 0$.

> [!proof]
> اللوغاريتم مقعر.

## مثال بالبرمجة

\`\`\`python
def entropy(p): return -sum(x * math.log(x) for x in p if x > 0)  # a long line that reaches beyond the column
\`\`\`

| الرمز | المعنى | الوصف الطويل لهذا العمود |
|---|---|---|
| $H$ | الإنتروبيا | مقياس المفاجأة في المتوسط |

- [x] تم الحساب
- [ ] لم يتم بعد

> اقتباس قصير من كتاب.

## خاتمة

نص أخير.

[^1]: أي دالة موجبة مجموعها واحد.
`,
  'content/posts/guest.md': `---
title: An English guest
date: 2024-02-01
lang: en
tags: [معلومات]
---

A post in English on an Arabic site, with $a + b$.

## One

## Two

## Three
`,
  'content/posts/second.md': '---\ntitle: منشور ثان\ndate: 2024-01-10\ntags: [معلومات]\n---\n\nنص قصير.\n',
  'content/posts/third.md': '---\ntitle: منشور ثالث\ndate: 2024-01-05\n---\n\nنص قصير آخر.\n',
} as const

const scratch = mkdtempSync(join(tmpdir(), 'scholium-rtl-'))
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

async function opened(path: string, width: number): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport: { width, height: 800 } })
  const page = await context.newPage()
  await page.goto(new URL(path, site.home).href)
  await page.evaluate(() => document.fonts.ready)
  const shots = process.env.SCREENSHOTS
  if (shots)
    await page.screenshot({
      path: join(shots, `${path.replaceAll('/', '-') || 'home'}${width}.png`),
      fullPage: true,
    })
  return { page, context }
}

/** Where the middles of all elements of a selector are, from the left edge of the window. */
function middles(page: Page, selector: string): Promise<readonly number[]> {
  return page.locator(selector).evaluateAll((all) =>
    all.map((element) => {
      const { left, right } = element.getBoundingClientRect()
      return (left + right) / 2
    }),
  )
}

describe('A page in Arabic', () => {
  test('is written to the left, and a page in English on its site to the right', async () => {
    const { page, context } = await opened('posts/entropy/', 1280)
    expect(
      await page.evaluate(() => [document.documentElement.lang, getComputedStyle(document.body).direction]),
    ).toEqual(['ar', 'rtl'])
    await page.goto(new URL('posts/guest/', site.home).href)
    expect(
      await page.evaluate(() => [document.documentElement.lang, getComputedStyle(document.body).direction]),
    ).toEqual(['en', 'ltr'])
    expect(await page.getByText('Skip to content').count()).toBe(1)
    await context.close()
  })

  test('scrolls sideways on no screen', async () => {
    for (const width of [320, 360, 1280, 1800]) {
      for (const { file } of site.pages) {
        const { page, context } = await opened(file.replace(/index\.html$/, ''), width)
        const beyond = await page.evaluate(() => {
          const { scrollWidth, clientWidth, scrollLeft } = document.documentElement
          scrollTo(-1000, 0)
          return [Math.max(0, scrollWidth - clientWidth), scrollLeft, scrollX]
        })
        expect([file, width, ...beyond]).toEqual([file, width, 0, 0, 0])
        await context.close()
      }
    }
  })

  test('has its formulas and its code written to the right', async () => {
    const { page, context } = await opened('posts/entropy/', 1280)
    // The signs of a + b = c stand in their order, and the number right of them.
    const signs = await middles(page, 'h2 + p > .math-display .katex-html .mord.mathnormal')
    expect(signs.length).toBeGreaterThanOrEqual(3)
    expect(signs).toEqual([...signs].sort((a, b) => a - b))
    const [number = 0] = await middles(page, 'h2 + p > .math-display .tag')
    expect(number).toBeGreaterThan(Math.max(...signs))
    const slanted = await page
      .locator('.theorem, .theorem strong')
      .evaluateAll((all) => all.filter((element) => getComputedStyle(element).fontStyle !== 'normal').length)
    expect(slanted).toBe(0)
    // So do the parts of a formula that may break at its relations, within a line of Arabic.
    const bases = await middles(page, '.content > p:first-of-type > .katex:first-of-type .katex-html > .base')
    expect(bases.length).toBeGreaterThan(1)
    expect(bases).toEqual([...bases].sort((a, b) => a - b))
    const directions = await page
      .locator('pre, :not(pre) > code, .katex, .math-display')
      .evaluateAll((all) => [...new Set(all.map((element) => getComputedStyle(element).direction))])
    expect(directions).toEqual(['ltr'])
    await context.close()
  })

  test('has its frame mirrored: contents and menu on the right, the switch on the left, arrows turned', async () => {
    const { page, context } = await opened('posts/entropy/', 1900)
    const [column = 0] = await middles(page, 'main')
    const [toc = 0] = await middles(page, '.toc')
    const [title = 0] = await middles(page, '.site-title a')
    const [themeSwitch = 0] = await middles(page, '.theme-switch')
    expect(toc).toBeGreaterThan(column)
    expect(title).toBeGreaterThan(themeSwitch)
    const [endOfProof = 0] = await middles(page, '.qed')
    expect(endOfProof).toBeLessThan(column - 200)
    // What reaches beyond the column is still centred on it.
    const [table = 0] = await middles(page, '.table-scroll')
    expect(Math.abs(table - column)).toBeLessThan(1.5)
    await page.goto(site.home)
    const [place = 0] = await middles(page, '.pager-place')
    const [older = 0] = await middles(page, '.pager [rel=next]')
    expect(older).toBeLessThan(place)
    expect(await page.locator('.pager').textContent()).toMatch(/منشورات أقدم ←/)
    await page.locator('.pager [rel=next]').click()
    expect(await page.locator('.pager').textContent()).toMatch(/→ منشورات أحدث/)
    await context.close()
  })

  test('lists a post in English as such, and says the rest in Arabic', async () => {
    const { page, context } = await opened('', 1280)
    const guest = page.locator('.post-list > li', { hasText: 'An English guest' })
    expect(await guest.evaluate((item) => [item.getAttribute('dir'), item.getAttribute('lang')])).toEqual([
      'ltr',
      null,
    ])
    expect(await guest.getByRole('link', { name: 'An English guest' }).getAttribute('lang')).toBe('en')
    const date = guest.locator('time')
    expect([await date.textContent(), await date.getAttribute('dir')]).toEqual(['1 فبراير 2024', 'rtl'])
    await context.close()
  })

  test('has no fault that axe finds', async () => {
    for (const path of ['', 'posts/entropy/', 'archive/', 'tags/']) {
      const { page, context } = await opened(path, 1280)
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run())
      expect(violations.map(({ id, nodes }) => [path, id, nodes[0]?.html])).toEqual([])
      await context.close()
    }
  })
})
