/**
 * What is wrong with a page for readers who do not see it as its author does: who enlarge it, choose its colours, walk
 * through it by keyboard, want no motion, hear it in order, or print it. Each function takes an open page, and gives
 * a line for each fault, so that an empty list is the page that was wanted.
 */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** A screen of 1280 CSS px at 400 %: https://www.w3.org/TR/WCAG22/#reflow */
export const magnified = { width: 320, height: 256 }

/** A4 between the margins of the style sheet, at 96 px an inch. */
export const paper = { width: Math.round((170 / 25.4) * 96), height: Math.round((253 / 25.4) * 96) }

/** What axe finds, by rule and element: by all its rules, or by those on colours alone, which are all that a theme changes. */
export async function axeFaults(page: Page, rules: 'all' | 'colours' = 'all'): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate(
    (runOnly) =>
      (window as unknown as { axe: typeof axe }).axe.run({
        resultTypes: ['violations'],
        ...(runOnly.length > 0 && { runOnly: [...runOnly] }),
      }),
    rules === 'all' ? [] : ['color-contrast', 'link-in-text-block'],
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes
      .filter(({ html }) => !(id === 'empty-table-header' && isNamedFormula(html)))
      .map(({ html }) => `${id}: ${help}: ${html}`),
  )
}

/** A heading of a table that is a formula alone is named by it; axe counts MathML as an image, which is no text. */
function isNamedFormula(html: string): boolean {
  return /^<th\b[^>]* aria-label="[^"]/.test(html)
}

/** What reaches beyond the window without a box of its own that scrolls (WCAG 1.4.10). */
export function reflowFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const root = document.documentElement
    const boxes = 'pre, .table-scroll, .math-display, .item-text, .toc details, p:has(> .katex)'
    const outside = [...document.querySelectorAll('body *')].filter((element) => {
      if (element.closest('.katex, svg, .sr-only, .skip-link') || element.parentElement?.closest(boxes))
        return false
      const { right, left, width } = element.getBoundingClientRect()
      return width > 0 && (Math.floor(right) > root.clientWidth || Math.ceil(left) < 0)
    })
    const text = document.querySelector('.content')
    return [
      ...(root.scrollWidth > root.clientWidth ? [`the page scrolls to ${root.scrollWidth} px`] : []),
      ...(text && text.scrollWidth > text.clientWidth ? [`the text scrolls to ${text.scrollWidth} px`] : []),
      ...outside.map((element) => `beyond the window: ${element.outerHTML.slice(0, 120)}`),
    ]
  })
}

/**
 * What is cut or overlaps where a reader sets text wider apart (WCAG 1.4.12), formulas aside: their signs stand where
 * their meaning puts them. The distances stay until the page is left.
 */
export async function spacingFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`:not(.katex, .katex *, math, math *, svg *) {
      line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important
    } p { margin-block-end: 2em !important }`)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  })
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll('body *')].flatMap((element) => {
      if (element.closest('.katex, svg, .sr-only, .skip-link') || !(element instanceof HTMLElement)) return []
      const { overflowX, overflowY } = getComputedStyle(element)
      const down = overflowY === 'hidden' ? element.scrollHeight - element.clientHeight : 0
      const across = overflowX === 'hidden' ? element.scrollWidth - element.clientWidth : 0
      const isCut = Math.max(down, across) > 1 && element.innerText.trim() !== ''
      return isCut ? [`cut by ${across} × ${down} px: ${element.outerHTML.slice(0, 120)}`] : []
    }),
  )
  return [...cut, ...(await reflowFaults(page))]
}

/** What moves by itself, or slowly, though the reader asked for less motion. */
export function motionFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const slow = (time: string) => time.split(',').some((one) => Number.parseFloat(one) > 0)
    const moving = [...document.querySelectorAll('*')].flatMap((element) =>
      [undefined, '::before', '::after'].flatMap((pseudo) => {
        const style = getComputedStyle(element, pseudo)
        const isMoving =
          slow(style.transitionDuration) ||
          (style.animationName !== 'none' && slow(style.animationDuration)) ||
          style.scrollBehavior === 'smooth'
        return isMoving ? [`moves: ${element.tagName}.${element.className}${pseudo ?? ''}`] : []
      }),
    )
    return [...moving, ...document.getAnimations().map((one) => `animated: ${one.id}`)]
  })
}

/**
 * What cannot be told apart where the reader's colours replace those of the page: text of the colour of its ground, a
 * box whose only edge was its ground, words marked by their ground alone, and dark ink on a dark ground in images.
 */
export function forcedColourFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (!canvas) return ['no canvas']
    const seen = new Map<string, readonly number[]>()
    const channels = (colour: string): readonly number[] => {
      const known = seen.get(colour)
      if (known) return known
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
      const [...found] = canvas.getImageData(0, 0, 1, 1).data
      seen.set(colour, found)
      return found
    }
    const luminance = (colour: string) => {
      const [r = 0, g = 0, b = 0] = channels(colour).map((channel) => {
        const part = channel / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const contrast = (one: string, other: string) => {
      const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
      return (high + 0.05) / (low + 0.05)
    }
    const ground = (element: Element | null): string => {
      for (let one = element; one; one = one.parentElement) {
        const { backgroundColor } = getComputedStyle(one)
        if ((channels(backgroundColor)[3] ?? 0) > 0) return backgroundColor
      }
      return 'Canvas'
    }
    const isShown = (element: Element) => element.checkVisibility() && element.getClientRects().length > 0
    const all = (selector: string) => [...document.querySelectorAll(selector)].filter(isShown)
    const name = (element: Element) => element.outerHTML.slice(0, 120)

    const faint = all('body *').filter(
      (element) =>
        [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()) &&
        !element.closest('.katex-mathml, .sr-only, svg') &&
        contrast(getComputedStyle(element).color, ground(element)) < 4.5,
    )
    const edgeless = all(
      'pre, .callout, blockquote, kbd, input, button:not(.theme-switch), .mark, .citation:focus-visible',
    ).filter((element) => {
      const style = getComputedStyle(element)
      return !(['Top', 'Right', 'Bottom', 'Left'] as const).some(
        (side) =>
          style[`border${side}Style`] !== 'none' &&
          Number.parseFloat(style[`border${side}Width`]) > 0 &&
          contrast(style[`border${side}Color`], ground(element.parentElement)) >= 3,
      )
    })
    const unmarked = all('mark:not(mark *), .line.marked').filter(
      (element) => channels(ground(element)).join() === channels(ground(element.parentElement)).join(),
    )
    const signs = all('.theme-switch svg').filter(
      (element) => contrast(getComputedStyle(element).stroke, ground(element)) < 3,
    )
    // Black ink, as that of most drawings, on the ground that is given to them.
    const dark = all('.content img[src$=".svg"], .lead-image img[src$=".svg"]').filter(
      (element) => contrast('black', ground(element)) < 7,
    )
    const formulaLines = all('.katex .frac-line').filter(
      (element) => contrast(getComputedStyle(element).borderBottomColor, ground(element)) < 4.5,
    )
    return [
      ...faint.map((element) => `faint: ${name(element)}`),
      ...edgeless.map((element) => `without an edge: ${name(element)}`),
      ...unmarked.map((element) => `not marked: ${name(element)}`),
      ...signs.map((element) => `no sign: ${name(element)}`),
      ...dark.map((element) => `dark ground: ${name(element)}`),
      ...formulaLines.map((element) => `no line: ${name(element)}`),
    ]
  })
}

/** What stands before or above what precedes it in the document, and so is read in another order than it is seen. */
export function orderFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const isInFlow = (element: Element) => {
      const { position, float } = getComputedStyle(element)
      const { width, height } = element.getBoundingClientRect()
      const isPlaced = ['absolute', 'fixed', 'sticky'].includes(position) || float !== 'none'
      return width > 0 && height > 0 && !isPlaced && element.checkVisibility()
    }
    /** In one line or row: further in the direction of the text, or on a later line of it; else lower. */
    const isInOrder = (parent: Element, before: DOMRect, after: DOMRect) => {
      const isBeside = after.top < before.bottom - 1 && before.top < after.bottom - 1
      if (!isBeside) return after.top >= before.top - 1
      const isRightToLeft = getComputedStyle(parent).direction === 'rtl'
      const isFurther = isRightToLeft ? after.right <= before.right + 1 : after.left >= before.left - 1
      return isFurther || after.bottom > before.bottom + 1
    }
    // In columns, what comes next may begin at the top again; within formulas, places have a meaning.
    const isItsOwn = (element: Element) =>
      getComputedStyle(element).columnCount !== 'auto' || element.matches('.katex, math, svg, ruby')
    const parents = [document.body, ...document.querySelectorAll('body *')].filter(
      (element) => !isItsOwn(element) && !element.closest('.katex, math, svg, ruby'),
    )
    return parents.flatMap((parent) => {
      const children = [...parent.children].filter((child) => isInFlow(child) && !child.matches('sup, sub'))
      return children.slice(1).flatMap((child, index) => {
        const before = children[index]
        const isRight =
          !before || isInOrder(parent, before.getBoundingClientRect(), child.getBoundingClientRect())
        return isRight
          ? []
          : [`${child.outerHTML.slice(0, 80)} is seen before ${before.outerHTML.slice(0, 80)}`]
      })
    })
  })
}

/** What is wider than the sheet it is printed on, or cut; the page is shown as on paper from then on. */
export async function printFaults(page: Page): Promise<readonly string[]> {
  await page.setViewportSize(paper)
  // As a browser says it before it prints: scripts may make ready.
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
  await page.emulateMedia({ media: 'print' })
  return page.evaluate(() => {
    const { clientWidth } = document.documentElement
    const isSeen = (element: Element) =>
      element.checkVisibility({ checkVisibilityCSS: true }) && !element.closest('.sr-only, .katex-mathml')
    const parts = document.querySelectorAll(
      '.katex-html > .base, .katex-html > .tag, .katex > math, pre, pre .line, table, td, th, img, h1, h2, h3, p, li',
    )
    const wide = [...parts].filter((part) => {
      const { left, right, width } = part.getBoundingClientRect()
      return width > 0 && isSeen(part) && (right > clientWidth + 1 || left < -1)
    })
    const cut = [...document.querySelectorAll<HTMLElement>('main *')].filter((element) => {
      const { overflowX, display } = getComputedStyle(element)
      const isCutting = overflowX !== 'visible' && display !== 'inline'
      return (
        isCutting &&
        isSeen(element) &&
        !element.closest('.katex') &&
        element.scrollWidth > element.clientWidth + 1
      )
    })
    // A number beside its formula, neither on it nor below it.
    const astray = [...document.querySelectorAll('.katex-html > .tag')].filter((tag) => {
      const number = tag.getBoundingClientRect()
      const bases = [...(tag.parentElement?.querySelectorAll(':scope > .base') ?? [])]
      const boxes = bases.map((base) => base.getBoundingClientRect())
      const isOn = ({ left, right, top, bottom }: DOMRect) =>
        left < number.right - 1 && number.left < right - 1 && top < number.bottom && number.top < bottom
      return boxes.some(isOn) || boxes.every(({ bottom }) => number.top >= bottom)
    })
    return [
      ...wide.map(
        (part) => `wider than paper: ${(part.closest('.katex') ?? part).textContent?.slice(0, 100)}`,
      ),
      ...cut.map((element) => `cut: ${element.outerHTML.slice(0, 120)}`),
      ...astray.map((tag) => `not beside its formula: ${tag.textContent}`),
    ]
  })
}

/** A stop of the keyboard. */
interface Stop {
  readonly name: string
  readonly fault: string | null
  /** Whether it is behind the stop before it in the document. */
  readonly isBehind: boolean
}

/**
 * Walks through a page with the Tab key, from its top to where the focus leaves it: gives each stop that shows no
 * focus, is hidden or beyond the window, or is out of order, and each control that was no stop.
 */
export async function keyboardFaults(page: Page): Promise<readonly string[]> {
  // Scripts make some boxes stops and others none once fonts are there.
  await page.evaluate(async () => {
    await document.fonts.ready
    // One that comes, or is found missing, while the focus goes by would move it out of sight.
    const images = [...document.images].map(async (image) => {
      image.loading = 'eager'
      if (!image.complete)
        await new Promise((resolve) => Object.assign(image, { onload: resolve, onerror: resolve }))
    })
    await Promise.all(images)
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)))
    scrollTo(0, 0)
    // From the top, wherever the page has set the focus.
    document.body.tabIndex = -1
    document.body.focus()
    document.body.removeAttribute('tabindex')
    const controls = [
      ...document.querySelectorAll<HTMLElement>(
        'a[href], button, input, select, summary, [tabindex="0"], audio[controls], video[controls]',
      ),
    ].filter(
      (one) =>
        one.checkVisibility({ checkVisibilityCSS: true }) &&
        !one.matches('[tabindex="-1"], :disabled, dialog:not([open]) *'),
    )
    Object.assign(window, { controls: new Set(controls), first: null, last: null })
  })
  const faults: string[] = []
  for (let stops = 0; stops < 2000; stops += 1) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(stopOf)
    if (stop === null) {
      const missed = await page.evaluate(() =>
        [...(window as unknown as { controls: Set<Element> }).controls].map((one) =>
          one.outerHTML.slice(0, 120),
        ),
      )
      return [...faults, ...missed.map((one) => `never reached: ${one}`)]
    }
    if (stop.fault) faults.push(`${stop.fault}: ${stop.name}`)
    if (!stop.isBehind) faults.push(`out of order: ${stop.name}`)
  }
  return [...faults, 'the focus never leaves the page']
}

/** Runs in the page: looks at what has the focus; null where nothing has. */
function stopOf(): Stop | null {
  const state = window as unknown as { controls: Set<Element>; first: Element | null; last: Element | null }
  const active = document.activeElement
  if (!active || active === document.body || active === document.documentElement) return null
  // Round to the top again.
  if (active === state.first && active !== state.last) return null
  state.first ??= active
  const style = getComputedStyle(active)
  // The browser's own, where a page has no style; and the controls of players are the browser's own.
  const isOutlined =
    style.outlineStyle === 'auto' ||
    (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2)
  const isOwn = active.matches('main, audio, video')
  // Of a link over two lines, the first.
  const box = active.getClientRects()[0] ?? active.getBoundingClientRect()
  const isInside =
    box.width > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth
  const [x, y] = [
    Math.min(Math.max((box.left + box.right) / 2, 1), innerWidth - 1),
    Math.min(Math.max((box.top + box.bottom) / 2, 1), innerHeight - 1),
  ]
  const hit = document.elementFromPoint(x, y)
  const isCovered = hit !== null && !active.contains(hit) && !hit.contains(active)
  const isBehind =
    state.last === null ||
    active === state.last ||
    Boolean(state.last.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_FOLLOWING)
  state.controls.delete(active)
  state.last = active
  return {
    name: active.outerHTML.slice(0, 120),
    fault: !isOutlined && !isOwn ? 'no outline' : !isInside ? 'out of sight' : isCovered ? 'covered' : null,
    isBehind,
  }
}
