import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildStyles, type StyledAssets } from '../../../src/output/styles.js'
import { siteFolder } from '../../site-folder.js'

const text = (styles: StyledAssets, output: string): string => {
  const file = styles.files.find((candidate) => candidate.output === output)
  if (file === undefined) throw new Error(`${output} is not among the files`)
  return new TextDecoder().decode(file.bytes)
}

const plain = buildStyles('/nowhere')

describe('buildStyles', () => {
  it('names every file by its content', async () => {
    const { files, css, math, js, icon, diagnostics } = await plain
    expect(diagnostics).toEqual([])
    expect(css).toMatch(/^assets\/css\/main\.[0-9a-f]{8}\.css$/)
    expect(math).toMatch(/^assets\/katex\/katex\.[0-9a-f]{8}\.css$/)
    expect(js).toMatch(/^assets\/js\/theme\.[0-9a-f]{8}\.js$/)
    expect(icon).toMatch(/^assets\/favicon\.[0-9a-f]{8}\.svg$/)
    for (const { output, bytes } of files) {
      expect(output.split('.').at(-2)).toBe(createHash('sha256').update(bytes).digest('hex').slice(0, 8))
    }
    expect(new Set(files.map(({ output }) => output)).size).toBe(files.length)
  })

  it('gives the same bytes every time', async () => {
    expect(await buildStyles('/nowhere')).toEqual(await plain)
  })

  it('bundles the theme into one small sheet that asks for nothing else', async () => {
    const sheet = text(await plain, (await plain).css)
    expect(sheet).not.toMatch(/@import|url\(/)
    expect(sheet.length).toBeLessThan(21_000)
  })

  it('gives each feature a sheet of its own, which a site may replace', async () => {
    const { css } = (await plain).features.theorems
    expect(css).toMatch(/^assets\/css\/features\/theorems\.[0-9a-f]{8}\.css$/)
    expect(text(await plain, css ?? '')).toContain('.theorem-head')
    expect(text(await plain, (await plain).css)).not.toContain('.theorem-head')

    const root = await siteFolder({
      'assets/css/features/theorems.css': 'a{color:red}',
      'assets/js/features/theorems.js': 'go()',
    })
    const own = (await buildStyles(root)).features.theorems
    expect(text(await buildStyles(root), own.css ?? '')).toBe('a{color:red}')
    expect(text(await buildStyles(root), own.js ?? '')).toBe('go()')
  })

  it('gives custom.css a sheet of its own, to be loaded last, and leaves that of the theme alone', async () => {
    const root = await siteFolder({ 'assets/css/custom.css': ':root { --hue: 25 }' })
    const styles = await buildStyles(root)
    expect(styles.diagnostics).toEqual([])
    expect(styles.css).toBe((await plain).css)
    expect((await plain).custom).toBeNull()
    expect(text(styles, styles.custom ?? '')).toBe(':root{--hue:25}')
  })

  it('takes from the site the parts of the theme that it has', async () => {
    const whole = await siteFolder({
      'assets/css/main.css': '@import "sub/a.css";',
      'assets/css/sub/a.css': 'a{color:red}',
    })
    const styles = await buildStyles(whole)
    expect(text(styles, styles.css)).toBe('a{color:red}')

    const part = await siteFolder({ 'assets/css/_print.css': 'b{color:red}', 'assets/js/theme.js': 'go()\n' })
    const mixed = await buildStyles(part)
    expect(text(mixed, mixed.css)).toMatch(/--paper:.*b\{color:red\}$/s)
    expect(text(mixed, mixed.js)).toBe('go()\n')
  })

  it("takes the site's icon, or else the theme's", async () => {
    expect(text(await plain, (await plain).icon)).toMatch(/^<svg .*<\/svg>\n$/s)
    const styles = await buildStyles(await siteFolder({ 'assets/favicon.svg': '<svg/>' }))
    expect(text(styles, styles.icon)).toBe('<svg/>')
  })

  it('leads the URLs of a part from where the sheet stands', async () => {
    const root = await siteFolder({
      'assets/css/custom.css': '@import "sub/a.css";',
      'assets/css/sub/a.css':
        'a{background:url(../../images/a%20b.png?x#y)}b{background:url(/c.png)}i{background:url(\'data:image/svg+xml,<svg a="b"/>\')}',
    })
    const styles = await buildStyles(root)
    const sheet = text(styles, styles.custom ?? '')
    expect(sheet).toContain('url("../images/a%20b.png?x#y")')
    expect(sheet).toContain('url("/c.png")')
    expect(sheet).toContain('url("data:image/svg+xml,<svg a=\\"b\\"/>")')
  })

  it('reports every fault in a sheet at its place, and keeps the rest', async () => {
    const root = await siteFolder({
      'assets/css/custom.css': 'a { color: red }\nb { color red; top: 0 }\n}\ni { color: blue }\n',
    })
    const styles = await buildStyles(root)
    expect(styles.diagnostics).toMatchObject([
      { rule: 'style-is-valid', severity: 'error', file: 'assets/css/custom.css', line: 2, column: 10 },
      { rule: 'style-is-valid', severity: 'error', file: 'assets/css/custom.css', line: 3 },
    ])
    expect(text(styles, styles.custom ?? '')).toBe('a{color:red}b{top:0}')
  })

  it('passes an at-rule on that it does not know, with a warning', async () => {
    const root = await siteFolder({ 'assets/css/custom.css': '@later x;' })
    const styles = await buildStyles(root)
    expect(styles.diagnostics).toMatchObject([{ rule: 'style-is-valid', severity: 'warn', line: 1 }])
    expect(text(styles, styles.custom ?? '')).toContain('@later x')
  })

  it.each([
    ['../../content/a.css', 'leads out of assets/'],
    ['/etc/a.css', 'is not a file of assets/'],
    ['https://fonts.example/a.css', 'is not a file of assets/'],
    ['missing.css', 'There is no file "assets/css/missing.css"'],
    ['linked.css', 'There is no file "assets/css/linked.css"'],
  ])('refuses to import %s, and falls back to the theme', async (specifier, message) => {
    const root = await siteFolder({
      'assets/css/custom.css': `a { color: red }\n@import "${specifier}";`,
      'content/a.css': 'secret{}',
    })
    await symlink('../../content/a.css', join(root, 'assets/css/linked.css'))
    // An @import counts only at the head of a sheet.
    const head = await siteFolder({
      'assets/css/custom.css': `\n@import "${specifier}";`,
      'content/a.css': 'secret{}',
    })
    await symlink('../../content/a.css', join(head, 'assets/css/linked.css'))
    const styles = await buildStyles(head)
    expect(styles.diagnostics).toMatchObject([
      { rule: 'style-is-valid', severity: 'error', file: 'assets/css/custom.css', line: 2, column: 1 },
    ])
    expect(styles.diagnostics[0]?.message).toContain(message)
    expect(styles.css).toBe((await plain).css)
  })

  it("publishes KaTeX's sheet and exactly the fonts that it names, as WOFF2, from the one install", async () => {
    const styles = await plain
    const sheet = text(styles, styles.math)
    const named = [...sheet.matchAll(/url\("?([^")]+)"?\)/g)].map((match) => `assets/katex/${match[1]}`)
    const fonts = styles.files
      .map(({ output }) => output)
      .filter((output) => output.startsWith('assets/katex/fonts/'))
    expect(fonts.length).toBeGreaterThan(10)
    expect(fonts.every((font) => font.endsWith('.woff2'))).toBe(true)
    expect([...named].sort()).toEqual([...fonts].sort())
    const loaded = (sheet.match(/@font-face\{[^}]*\}/g) ?? []).filter((face) => face.includes('url('))
    expect(loaded).toHaveLength(fonts.length)
    expect(loaded.filter((face) => !face.includes('font-display:swap'))).toEqual([])
    expect(sheet).not.toMatch(/truetype|font-display:block|\.woff"/)

    expect(styles.mathFonts.map((font) => basename(font).split('.')[0])).toEqual([
      'KaTeX_Main-Regular',
      'KaTeX_Math-Italic',
    ])
    expect(fonts).toEqual(expect.arrayContaining([...styles.mathFonts]))

    const installed = createRequire(import.meta.url).resolve('katex/dist/fonts/KaTeX_Main-Regular.woff2')
    const published = styles.files.find(({ output }) => basename(output).startsWith('KaTeX_Main-Regular.'))
    expect(published?.bytes).toEqual(readFileSync(installed))
  })

  it('names a font of the machine behind each of KaTeX’s that has one of its widths', async () => {
    const styles = await plain
    const sheet = text(styles, styles.math)
    const stacks = new Set(sheet.replace(/@font-face\{[^}]*\}/g, '').match(/KaTeX_[^;}]*/g))
    const faces = new Set(sheet.match(/KaTeX_\w+_Times(?=;)/g))
    expect([...stacks].filter((stack) => stack.includes('_Times')).sort()).toEqual([
      'KaTeX_AMS,KaTeX_AMS_Times',
      'KaTeX_Caligraphic,KaTeX_Caligraphic_Times',
      'KaTeX_Main,KaTeX_Main_Times',
      'KaTeX_Main,KaTeX_Main_Times,Times New Roman,serif',
      'KaTeX_Math,KaTeX_Math_Times',
      ...[1, 2, 3, 4].map((size) => `KaTeX_Size${size},KaTeX_Size${size}_Times`),
    ])
    expect(faces.size).toBe(8)
    for (const face of faces) expect([...stacks].join()).toContain(face)
  })

  it('finds one katex in the tree, so that the sheet fits what is typeset', () => {
    const modules = new URL('../../../node_modules/', import.meta.url)
    const nested = readdirSync(modules, { recursive: false })
      .map((name) => new URL(`${String(name)}/node_modules/`, modules))
      .flatMap((folder) => {
        try {
          return readdirSync(folder)
        } catch {
          return []
        }
      })
    expect(nested).not.toContain('katex')
  })
})

/** OKLCH to linear sRGB, clipped to what a screen shows; from the CSS Color 4 specification. */
function linear(lightness: number, chroma: number, hue: number): readonly number[] {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((channel) => Math.min(1, Math.max(0, channel)))
}

/** Contrast as in WCAG 2. */
function contrast(one: readonly number[], other: readonly number[]): number {
  const luminance = ([r = 0, g = 0, b = 0]: readonly number[]) => 0.2126 * r + 0.7152 * g + 0.0722 * b
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** The colours of a part of the theme by name, by day and by night, for an accent hue. */
function coloursOf(part: string, hue: number): ReadonlyMap<string, readonly (readonly number[])[]> {
  const css = readFileSync(new URL(`../../../assets/css/${part}`, import.meta.url), 'utf8')
  const named = [...css.matchAll(/(--[a-z-]+): light-dark\((oklch\([^;]*\))\);/g)]
  return new Map(
    named.map(([, name = '', pair = '']) => {
      const colours = [...pair.matchAll(/oklch\(([\d.]+)% ([\d.]+) (?:var\(--hue\)|([\d.]+))\)/g)]
      return [name, colours.map(([, l, c, h]) => linear(Number(l) / 100, Number(c), h ? Number(h) : hue))]
    }),
  )
}

describe('the colours of the theme', () => {
  const hues = Array.from({ length: 36 }, (_, step) => step * 10)

  it.each([
    ['--ink', 7],
    ['--quiet', 4.5],
    ['--accent', 4.5],
    ['--fault', 4.5],
  ])('keep %s readable on paper and on shade, by day and by night, for every accent hue', (name, least) => {
    for (const hue of hues) {
      const colours = coloursOf('_tokens.css', hue)
      for (const ground of ['--paper', '--shade'])
        for (const theme of [0, 1])
          expect(
            contrast(colours.get(name)?.[theme] ?? [], colours.get(ground)?.[theme] ?? []),
          ).toBeGreaterThan(least)
    }
  })

  it('keep every kind of code readable on its ground, by day and by night', () => {
    const tokens = coloursOf('_tokens.css', 255)
    const code = coloursOf('_code.css', 255)
    expect(code.size).toBe(5)
    for (const colour of code.values())
      for (const theme of [0, 1])
        expect(contrast(colour[theme] ?? [], tokens.get('--shade')?.[theme] ?? [])).toBeGreaterThan(4.5)
  })
})
