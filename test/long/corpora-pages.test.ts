/** Every page of a site of other people's posts, as readers meet it who see, read or move otherwise. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { corporaSite, corporaSkipped, hasCorpora } from '../browser/corpora-site.js'
import {
  axeFaults,
  forcedColourFaults,
  keyboardFaults,
  magnified,
  motionFaults,
  orderFaults,
  printFaults,
  reflowFaults,
  spacingFaults,
} from '../browser/page-faults.js'
import { launch, type Published, publish } from '../browser/published.js'
import { hasJava, htmlValidateFaults, nuFaults, nuSkipped } from '../browser/valid.js'
import { writeFiles } from '../site-folder.js'

const wide = { width: 1280, height: 900 }

describe.skipIf(!hasCorpora)(`Every page of other people’s posts${corporaSkipped}`, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'scholium-corpora-'))
  let browser: Browser
  let site: Published

  beforeAll(async () => {
    await writeFiles(join(scratch, 'source'), corporaSite(1))
    browser = await launch()
    site = await publish(join(scratch, 'source'), join(scratch, 'site'))
  }, 600_000)

  afterAll(async () => {
    await browser?.close()
    await site?.[Symbol.asyncDispose]()
    rmSync(scratch, { recursive: true, force: true })
  })

  const looks = [
    ['fits a screen enlarged to 400 %', { viewport: magnified }, [reflowFaults, orderFaults, spacingFaults]],
    [
      'keeps what means something in forced colours',
      { viewport: wide, forcedColors: 'active' },
      [forcedColourFaults],
    ],
    ['has nothing that axe objects to by day', { viewport: wide, colorScheme: 'light' }, [axeFaults]],
    ['has nothing that axe objects to by night', { viewport: wide, colorScheme: 'dark' }, [axeFaults]],
    [
      'is in order, does not move, is walked through by keyboard, and printed whole',
      { viewport: wide, reducedMotion: 'reduce' },
      [orderFaults, motionFaults, keyboardFaults, printFaults],
    ],
  ] as const

  test.each(looks)('%s', async (_name, options, all) => {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const faults: string[] = []
    for (const { url, file } of site.pages) {
      await page.emulateMedia({ media: null })
      await page.setViewportSize(options.viewport)
      await page.goto(url)
      await page.evaluate(() => document.fonts.ready)
      for (const look of all) faults.push(...(await look(page)).map((fault) => `${file}: ${fault}`))
    }
    await context.close()
    expect(site.pages.length).toBeGreaterThan(100)
    expect(faults).toEqual([])
  })

  test('is valid for html-validate', async () => {
    expect(await htmlValidateFaults([site.out])).toEqual([])
  })

  test.skipIf(!hasJava)(`is valid for the Nu checker${nuSkipped}`, () => {
    expect(nuFaults([site.out])).toEqual([])
  })
})
