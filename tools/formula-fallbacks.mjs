/**
 * Writes assets/css/_formula-fallbacks.css: `node tools/formula-fallbacks.mjs FOLDER`, with a folder that holds the
 * four Liberation Serif as LiberationSerif-*.ttf. To be run again when KaTeX's fonts change.
 *
 * Until KaTeX's fonts are there, formulas are set in Times New Roman, whose advance widths Liberation Serif shares. So
 * that nothing moves when they come, each of its signs is enlarged or made smaller to the width of KaTeX's, signs of
 * about the same ratio by one face: https://www.w3.org/TR/css-fonts-5/#size-adjust-desc
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [folder] = process.argv.slice(2)
if (folder === undefined)
  throw new Error('Say where Liberation Serif is: node tools/formula-fallbacks.mjs FOLDER')
const katexFonts = join(dirname(createRequire(import.meta.url).resolve('katex')), 'fonts')
const sheet = fileURLToPath(new URL('../assets/css/_formula-fallbacks.css', import.meta.url))

/** The ratios of two faces next to each other: widths are off by half of it at the most. */
const step = 0.03

/** KaTeX's fonts that formulas are mostly set in, each with the style of Times that stands in for it. */
const fonts = [
  ['Main-Regular', 'Regular'],
  ['Main-Bold', 'Bold'],
  ['Math-Italic', 'Italic'],
  ['Math-BoldItalic', 'BoldItalic'],
  ['AMS-Regular', 'Regular'],
  ['Caligraphic-Regular', 'Italic'],
  ['Size1-Regular', 'Regular'],
  ['Size2-Regular', 'Regular'],
  ['Size3-Regular', 'Regular'],
  ['Size4-Regular', 'Regular'],
]

/**
 * Reads what is needed of a TrueType font, in em: https://learn.microsoft.com/en-us/typography/opentype/spec/otff. Its
 * signs are those of the Basic Multilingual Plane.
 */
function readFont(path) {
  const bytes = readFileSync(path)
  const tables = new Map(
    Array.from({ length: bytes.readUInt16BE(4) }, (_, at) => 12 + 16 * at).map((at) => [
      bytes.toString('latin1', at, at + 4),
      bytes.readUInt32BE(at + 8),
    ]),
  )
  const [head, hhea, hmtx, cmap] = ['head', 'hhea', 'hmtx', 'cmap'].map((name) => tables.get(name))
  const unit = bytes.readUInt16BE(head + 18)
  const lastWidth = bytes.readUInt16BE(hhea + 34) - 1
  const widths = new Map(
    glyphsOf(bytes, cmap).map(([sign, glyph]) => [
      sign,
      bytes.readUInt16BE(hmtx + 4 * Math.min(glyph, lastWidth)) / unit,
    ]),
  )
  return {
    widths,
    ascent: bytes.readInt16BE(hhea + 4) / unit,
    descent: -bytes.readInt16BE(hhea + 6) / unit,
    gap: bytes.readInt16BE(hhea + 8) / unit,
  }
}

/** Gives `[sign, glyph]` of each sign, out of the table of Windows for Unicode, in its format 4. */
function glyphsOf(bytes, cmap) {
  const start = Array.from({ length: bytes.readUInt16BE(cmap + 2) }, (_, at) => cmap + 4 + 8 * at)
    .filter((at) => bytes.readUInt16BE(at) === 3 && bytes.readUInt16BE(at + 2) === 1)
    .map((at) => cmap + bytes.readUInt32BE(at + 4))
    .find((at) => bytes.readUInt16BE(at) === 4)
  const size = bytes.readUInt16BE(start + 6)
  return Array.from({ length: size / 2 }, (_, at) => start + 14 + 2 * at).flatMap((at) => {
    const [last, first, delta, offset] = [0, size + 2, 2 * size + 2, 3 * size + 2].map((skip) =>
      bytes.readUInt16BE(at + skip),
    )
    return Array.from({ length: last - first + 1 }, (_, index) => {
      const place = at + 3 * size + 2 + offset + 2 * index
      const glyph = offset === 0 ? first + index : bytes.readUInt16BE(place)
      return [first + index, glyph === 0 && offset !== 0 ? 0 : (glyph + delta) & 0xffff]
    }).filter(([sign, glyph]) => glyph !== 0 && sign !== 0xffff)
  })
}

/** `U+41-43, U+45` */
function rangesOf(signs) {
  const hex = (sign) => sign.toString(16).toUpperCase()
  const firsts = signs.filter((sign) => !signs.includes(sign - 1))
  const lasts = signs.filter((sign) => !signs.includes(sign + 1))
  return firsts
    .map((first, at) => [first, lasts[at]])
    .map(([first, last]) => (first === last ? `U+${hex(first)}` : `U+${hex(first)}-${hex(last)}`))
    .join(', ')
}

function facesOf([name, style]) {
  const katex = readFont(join(katexFonts, `KaTeX_${name}.ttf`))
  const times = readFont(join(folder, `LiberationSerif-${style}.ttf`))
  const byStep = new Map()
  for (const [sign, width] of [...katex.widths].sort(([a], [b]) => a - b)) {
    const other = times.widths.get(sign)
    if (sign < 0x20 || !width || !other) continue
    const nearest = Math.round(Math.log(width / other) / step)
    byStep.set(nearest, [...(byStep.get(nearest) ?? []), sign])
  }
  const percent = (ratio) => `${Number((100 * ratio).toFixed(1))}%`
  const suffix = { Regular: '', BoldItalic: ' Bold Italic' }[style] ?? ` ${style}`
  const slant = /Italic/.test(name) ? 'italic' : 'normal'
  const weight = /Bold/.test(name) ? 'bold' : 'normal'
  return [...byStep]
    .sort(([a], [b]) => a - b)
    .map(([steps, signs]) => {
      const ratio = Math.exp(steps * step)
      // Lines are as high as the font of the space says, and what it says is scaled with the rest.
      const lines = signs.includes(0x20)
        ? `ascent-override: ${percent(katex.ascent / ratio)}; descent-override: ${percent(katex.descent / ratio)}; line-gap-override: ${percent(katex.gap / ratio)}; `
        : ''
      return `@font-face { font-family: KaTeX_${name.split('-')[0]}_Times; font-style: ${slant}; font-weight: ${weight}; src: local("Times New Roman${suffix}"), local("Liberation Serif${suffix}"); size-adjust: ${percent(ratio)}; ${lines}unicode-range: ${rangesOf(signs)} }`
    })
}

const comment = `/*
 * Times New Roman with the widths of KaTeX's fonts, in which formulas are set until these are there, so that nothing
 * moves when they come. Made by tools/formula-fallbacks.mjs.
 */
`
writeFileSync(sheet, `${comment}${fonts.flatMap(facesOf).join('\n\n')}\n`)
execFileSync('npx', ['biome', 'format', '--write', sheet], { stdio: 'inherit' })
