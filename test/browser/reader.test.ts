/** Every kind of page, as it comes to readers who enlarge it, recolour it, walk it by keyboard, print it, hear it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeFiles } from '../site-folder.js'
import { corporaSite, corporaSkipped, hasCorpora } from './corpora-site.js'
import { extremeSite } from './extremes.js'
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
} from './page-faults.js'
import { launch, type Published, type PublishedPage, publish, repository } from './published.js'
import { hasJava, htmlValidateFaults, nuFaults, nuSkipped } from './valid.js'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const scratch = mkdtempSync(join(tmpdir(), 'scholium-reader-'))
let browser: Browser
let sites: readonly Published[] = []
/** Of each kind of list one page, and all that authors write. */
let pages: readonly PublishedPage[]

beforeAll(async () => {
  browser = await launch()
  await writeFiles(join(scratch, 'source'), extremeSite)
  const own = await publish(repository, join(scratch, 'own'))
  const extreme = await publish(join(scratch, 'source'), join(scratch, 'extreme'))
  sites = [own, extreme]
  pages = sites.flatMap(ofEveryKind)
  if (!hasCorpora) return
  await writeFiles(join(scratch, 'posts'), corporaSite(40))
  const others = await publish(join(scratch, 'posts'), join(scratch, 'others'))
  sites = [...sites, others]
  pages = [...pages, ...others.pages.filter(({ kind }) => kind === 'post')]
})

afterAll(async () => {
  await browser?.close()
  for (const site of sites) await site[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

function ofEveryKind({ pages }: Published): readonly PublishedPage[] {
  const isWritten = ({ kind }: PublishedPage) => kind === 'post' || kind === 'page'
  const isFirst = (page: PublishedPage) => pages.find(({ kind }) => kind === page.kind) === page
  return pages.filter((page) => isWritten(page) || isFirst(page))
}

/** Whether a page shows what no other does: one that documents Markdown, or one of the site of extremes. */
function isWidest({ kind, url }: PublishedPage): boolean {
  return kind === 'page' || url.startsWith(sites[1]?.home ?? '')
}

type Look = (page: Page) => Promise<readonly string[]>

/** Opens each page in turn in one window, and gives what each look finds on them. */
async function faultsOf<Name extends string>(
  options: BrowserContextOptions & { readonly viewport: { width: number; height: number } },
  looks: Readonly<Record<Name, Look>>,
  chosen = pages,
): Promise<Readonly<Record<Name, readonly string[]>>> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const faults = new Map<string, string[]>()
  let asked = ''
  // A page that leads elsewhere is looked at, not followed.
  await page.route('**/*', (route) => {
    const isElsewhere = route.request().isNavigationRequest() && route.request().url() !== asked
    return isElsewhere ? route.fulfill({ status: 204 }) : route.fallback()
  })
  for (const { url, file } of chosen) {
    asked = url
    await page.emulateMedia({ media: null })
    await page.setViewportSize(options.viewport)
    await page.goto(url)
    await page.evaluate(() => document.fonts.ready)
    for (const [name, look] of Object.entries<Look>(looks)) {
      const found = (await look(page)).map((fault) => `${file}: ${fault}`)
      faults.set(name, [...(faults.get(name) ?? []), ...found])
    }
  }
  await context.close()
  return Object.fromEntries(faults) as unknown as Record<Name, readonly string[]>
}

const wide = { width: 1280, height: 900 }

describe(`Every kind of page, and posts by others${corporaSkipped}`, () => {
  test('is among those looked at', () => {
    const kinds = new Set(pages.map(({ kind }) => kind))
    expect([...kinds].sort()).toEqual([
      '404',
      'archive',
      'author',
      'author-index',
      'home',
      'list',
      'page',
      'post',
      'redirect',
      'search',
      'term',
      'terms',
    ])
  })

  test('enlarged to 400 % fits the screen, is read in order, and has room for text set wider apart', async () => {
    const looks = { beyond: reflowFaults, order: orderFaults, spaced: spacingFaults }
    expect(await faultsOf({ viewport: magnified }, looks)).toEqual({ beyond: [], order: [], spaced: [] })
  })

  test('keeps all that means something in forced colours, dark and light', async () => {
    const options = { viewport: wide, forcedColors: 'active' } as const
    const dark = await faultsOf({ ...options, colorScheme: 'dark' }, { lost: forcedColourFaults })
    const light = { ...options, colorScheme: 'light' } as const
    const lost = await faultsOf(light, { lost: forcedColourFaults }, pages.filter(isWidest))
    expect([dark, lost]).toEqual([{ lost: [] }, { lost: [] }])
  })

  test('on a wide screen is read in order, does not move, and is printed whole', async () => {
    const looks = { order: orderFaults, moving: motionFaults, printed: printFaults }
    const faults = await faultsOf({ viewport: wide, reducedMotion: 'reduce' }, looks)
    expect(faults).toEqual({ order: [], moving: [], printed: [] })
  })

  test('shows each stop of the keyboard, in order', async () => {
    // Posts of one site have the same controls.
    const chosen = pages.filter(({ kind, url }, at) => {
      const isOwn = url.startsWith(sites[0]?.home ?? '')
      return kind !== 'post' || !isOwn || pages[at - 1]?.kind !== 'post'
    })
    expect(await faultsOf({ viewport: wide }, { stops: keyboardFaults }, chosen)).toEqual({ stops: [] })
  })

  test('has nothing that axe objects to by day, nor in its colours by night', async () => {
    // The other pages of the repository's site are looked at in site.test.ts, posts by others in the long run.
    const chosen = pages.filter(isWidest)
    const light = await faultsOf({ viewport: wide }, { axe: axeFaults }, chosen)
    // A page without a style sheet has the browser's own dark ground, which axe takes for white.
    const styled = chosen.filter(({ kind }) => kind !== 'redirect')
    const colours = { axe: (page: Page) => axeFaults(page, 'colours') }
    const dark = await faultsOf({ viewport: wide, colorScheme: 'dark' }, colours, styled)
    expect([light, dark]).toEqual([{ axe: [] }, { axe: [] }])
  })

  test('is valid for html-validate', async () => {
    expect(await htmlValidateFaults(sites.map(({ out }) => out))).toEqual([])
  })

  test.skipIf(!hasJava)(`is valid for the Nu checker${nuSkipped}`, () => {
    expect(nuFaults(sites.map(({ out }) => out))).toEqual([])
  })
})
