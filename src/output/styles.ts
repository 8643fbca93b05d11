/** The theme's style sheet, script and icon, and KaTeX's style sheet and fonts, under fingerprinted names. */
import { createHash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, posix, sep } from 'node:path'
import {
  bundleAsync,
  type FontFaceProperty,
  type FontFaceRule,
  type FontFamily,
  type Source,
  type Targets,
  type TransformResult,
  transform,
  type UrlDependency,
  type Warning,
} from 'lightningcss'
import { isAbsoluteUrl } from '../content/permalink.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { byFeature, type Feature, features } from '../markdown/features.js'
import { isLedOut } from '../outside.js'
import { packageFolder } from '../package.js'

/** What pages load, ready to be written. */
export interface StyledAssets {
  readonly files: readonly Asset[]
  /** Output path of the theme's style sheet: `assets/css/main.1a2b3c4d.css`. */
  readonly css: string
  /** Output path of the site's own additions to it; null where there are none. */
  readonly custom: string | null
  /** Output path of KaTeX's style sheet. */
  readonly math: string
  /** Output paths of the fonts that nearly every formula needs. */
  readonly mathFonts: readonly string[]
  /** Output path of the theme's script. */
  readonly js: string
  /** Output paths of what the page that searches needs beside them. */
  readonly search: { readonly css: string; readonly js: string }
  /** Output paths of the sheets and scripts of features; null where a feature has none. */
  readonly features: Readonly<Record<Feature, FeatureAssets>>
  /** Output path of the site's icon. */
  readonly icon: string
  /** Output path of the style sheet for feeds that are opened in a browser. */
  readonly feed: string
  readonly diagnostics: readonly Diagnostic[]
}

/** Output paths of what a feature needs. */
export interface FeatureAssets {
  readonly css: string | null
  readonly js: string | null
}

/** A file to be published. */
export interface Asset {
  /** Path below the output folder. */
  readonly output: string
  readonly bytes: Uint8Array
}

/** Where the theme's parts may come from, the first that has one winning. */
interface Layer {
  /** Its assets folder, with links resolved. */
  readonly folder: string
  /** Its name in messages. */
  readonly shown: string
}

const builtIn = join(packageFolder, 'assets')

/** The oldest browsers with OKLCH, the one thing here that has no fallback: all are of spring 2023 or before. */
const targets: Targets = { chrome: 111 << 16, firefox: 113 << 16, safari: (15 << 16) | (4 << 8) }

/** Upright signs and digits, and the letters of variables. */
const firstFonts = /KaTeX_(?:Main-Regular|Math-Italic)\./

/** The name of the made sheet that imports the others. */
const entry = 'css/entry.css'

/**
 * Gives the assets of every page of a site. css/main.css, css/feed.css and css/search.css, the parts they import,
 * js/theme.js, js/search.js and favicon.svg come from the site's assets/ where it has a file of that name, else from
 * the theme, and so do css/features/ and js/features/, a file for each feature; css/custom.css is a site's alone.
 * Reports `style-is-valid` for what the bundler cannot read, and for an @import that leaves assets/.
 */
export async function buildStyles(root: string): Promise<StyledAssets> {
  const own = join(root, 'assets')
  const layers = await layersOf([
    ...(isLedOut(root, own) ? [] : [{ folder: own, shown: 'assets' }]),
    { folder: builtIn, shown: 'scholium/assets' },
  ])
  const hasCustom = await readPart('css/custom.css', layers.slice(0, -1))
  const parts = await Promise.all(features.map((feature) => featureAssets(feature, layers)))
  const [sheet, custom, feedSheet, script, searchSheet, searchScript, mark, katex] = await Promise.all([
    bundleTheme('main.css', layers),
    hasCustom && bundleOwn('custom.css', layers),
    bundleTheme('feed.css', layers),
    readPart('js/theme.js', layers),
    bundleTheme('search.css', layers),
    readPart('js/search.js', layers),
    readPart('favicon.svg', layers),
    katexAssets(),
  ])
  const css = fingerprinted('assets/css/main.css', sheet.bytes)
  const customCss = custom && fingerprinted('assets/css/custom.css', custom.bytes)
  const js = fingerprinted('assets/js/theme.js', script?.bytes ?? new Uint8Array())
  const search = {
    css: fingerprinted('assets/css/search.css', searchSheet.bytes),
    js: fingerprinted('assets/js/search.js', searchScript?.bytes ?? new Uint8Array()),
  }
  const icon = fingerprinted('assets/favicon.svg', mark?.bytes ?? new Uint8Array())
  const feed = fingerprinted('assets/css/feed.css', feedSheet.bytes)
  return {
    files: [
      ...(customCss ? [customCss] : []),
      ...[css, js, icon, feed, search.css, search.js],
      ...parts.flatMap((part) => [part.css ?? [], part.js ?? []].flat()),
      ...[katex.sheet, ...katex.fonts],
    ],
    css: css.output,
    custom: customCss?.output ?? null,
    math: katex.sheet.output,
    mathFonts: katex.fonts.map(({ output }) => output).filter((output) => firstFonts.test(output)),
    js: js.output,
    search: { css: search.css.output, js: search.js.output },
    features: byFeature((feature) => {
      const part = parts.find((one) => one.feature === feature)
      return { css: part?.css?.output ?? null, js: part?.js?.output ?? null }
    }),
    icon: icon.output,
    feed: feed.output,
    diagnostics: eachOnce(
      [sheet, ...(custom ? [custom] : []), feedSheet, searchSheet, ...parts].flatMap(
        ({ diagnostics }) => diagnostics,
      ),
    ),
  }
}

/** A feature's own sheet and script, for those that have them. */
async function featureAssets(feature: Feature, layers: readonly Layer[]) {
  const sheetName = `features/${feature}.css`
  const [hasSheet, script] = await Promise.all([
    readPart(`css/${sheetName}`, layers),
    readPart(`js/features/${feature}.js`, layers),
  ])
  const sheet = hasSheet && (await bundleTheme(sheetName, layers))
  return {
    feature,
    css: sheet && fingerprinted(`assets/css/features/${feature}.css`, sheet.bytes),
    js: script && fingerprinted(`assets/js/features/${feature}.js`, script.bytes),
    diagnostics: sheet?.diagnostics ?? [],
  }
}

/** What is wrong with a part is wrong in every sheet that it is in. */
function eachOnce(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((found) => [JSON.stringify(found), found])).values()]
}

/** A sheet of the theme; without the site's own parts, should they be beyond repair. */
async function bundleTheme(sheet: string, layers: readonly Layer[]): Promise<Sheet> {
  const bundled = await bundle(sheet, layers)
  if (bundled.bytes !== null) return { ...bundled, bytes: bundled.bytes }
  const plain = await bundle(sheet, layers.slice(-1))
  return { bytes: plain.bytes ?? new Uint8Array(), diagnostics: bundled.diagnostics }
}

/** A sheet of the site alone; empty, should it be beyond repair. */
async function bundleOwn(sheet: string, layers: readonly Layer[]): Promise<Sheet> {
  const { bytes, diagnostics } = await bundle(sheet, layers)
  return { bytes: bytes ?? new Uint8Array(), diagnostics }
}

interface Sheet {
  readonly bytes: Uint8Array
  readonly diagnostics: readonly Diagnostic[]
}

/** Bundles a sheet of css/; `bytes` is null if the bundler gave up. Names are paths below assets/. */
async function bundle(
  sheet: string,
  layers: readonly Layer[],
): Promise<Omit<Sheet, 'bytes'> & { bytes: Uint8Array | null }> {
  const source = `@import "${sheet}";`
  const shown = new Map<string, string>()
  try {
    const printed = await bundleAsync({
      filename: entry,
      minify: true,
      targets,
      // One fault does not hide the others: what cannot be read is left out, as browsers do.
      errorRecovery: true,
      analyzeDependencies: true,
      resolver: {
        resolve: (specifier, from) => resolveImport(specifier, from),
        async read(name) {
          if (name === entry) return source
          const part = await readPart(name, layers)
          if (part === null) throw new Error(`There is no file "assets/${name}"`)
          shown.set(name, part.shown)
          return new TextDecoder().decode(part.bytes)
        },
      },
    })
    return {
      // The sheet stands in css/, its parts may not: each URL is led from the part it is written in.
      bytes: withUrls(printed, ({ url, loc }) => relocated(url, loc.filePath)),
      diagnostics: printed.warnings.map((warning) => describeWarning(warning, shown)),
    }
  } catch (error) {
    if (!isBundleError(error)) throw error
    return { bytes: null, diagnostics: [describeFault(error, shown)] }
  }
}

/** Gives the path below assets/ of an @import. Throws, to be reported at its place, if it leads elsewhere. */
function resolveImport(specifier: string, from: string): string {
  if (isAbsoluteUrl(specifier) || specifier.startsWith('/')) {
    throw new Error(
      `"${specifier}" is not a file of assets/: copy it there, so that pages load nothing from elsewhere`,
    )
  }
  const name = posix.join(posix.dirname(from), specifier)
  if (name === '..' || name.startsWith('../')) throw new Error(`"${specifier}" leads out of assets/`)
  return name
}

/** Gives a URL of a part as it must stand in the sheet; only relative ones change. */
function relocated(url: string, part: string): string {
  if (url === '' || isAbsoluteUrl(url) || /^[/#]/.test(url)) return url
  const [, path = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(url) ?? []
  return posix.relative(posix.dirname(entry), posix.join(posix.dirname(part), path)) + rest
}

async function layersOf(layers: readonly Layer[]): Promise<readonly Layer[]> {
  const real = layers.map(async (layer) => {
    const folder = await realpath(layer.folder).catch(() => null)
    return folder === null ? [] : [{ ...layer, folder }]
  })
  return (await Promise.all(real)).flat()
}

/** Reads a file from the first layer that has it. A link that leads out of its folder is as good as none. */
async function readPart(
  name: string,
  layers: readonly Layer[],
): Promise<{ readonly bytes: Uint8Array; readonly shown: string } | null> {
  for (const { folder, shown } of layers) {
    const path = await realpath(join(folder, name)).catch(() => null)
    if (path === null || !path.startsWith(folder + sep)) continue
    const bytes = await readFile(path).catch(() => null)
    if (bytes !== null) return { bytes, shown: `${shown}/${name}` }
  }
  return null
}

interface BundleError extends Error {
  readonly fileName?: string
  readonly loc?: { readonly line: number; readonly column: number } | null
}

function isBundleError(error: unknown): error is BundleError {
  return error instanceof Error && 'fileName' in error
}

function describeFault(
  { message, fileName, loc }: BundleError,
  shown: ReadonlyMap<string, string>,
): Diagnostic {
  return diagnostic('style-is-valid', sentence(message), {
    file: shown.get(fileName ?? '') ?? fileName,
    place: loc ? { line: loc.line, column: loc.column } : undefined,
  })
}

/** A part that was left out is an error; an at-rule that lightningcss does not know is passed on as it is. */
function describeWarning({ message, type, loc }: Warning, shown: ReadonlyMap<string, string>): Diagnostic {
  const found = describeFault({ name: '', message, fileName: loc.filename, loc }, shown)
  return type === 'AtRuleInvalid' ? { ...found, severity: 'warn' } : found
}

function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`
}

/**
 * KaTeX's own style sheet and fonts, from the same install that typesets, with the faces of css/_formula-fallbacks.css for
 * those fonts that have some.
 */
async function katexAssets(): Promise<{ readonly sheet: Asset; readonly fonts: readonly Asset[] }> {
  const path = createRequire(import.meta.url).resolve('katex/dist/katex.min.css')
  const fallbacks = await readFile(join(builtIn, 'css/_formula-fallbacks.css'), 'utf8')
  const known = new Set(fallbacks.match(/KaTeX_\w+_Times/g))
  const withFallback = (family: FontFamily): FontFamily[] =>
    known.has(`${family}_Times`) ? [family, `${family}_Times`] : [family]
  const printed = transform({
    filename: basename(path),
    code: Buffer.from(`${await readFile(path, 'utf8')}${fallbacks}`),
    minify: true,
    targets,
    analyzeDependencies: true,
    visitor: {
      Rule: { 'font-face': ({ value }) => ({ type: 'font-face', value: leanFontFace(value) }) },
      Declaration: {
        'font-family': (set) =>
          set.property === 'font-family' ? { ...set, value: set.value.flatMap(withFallback) } : set,
        font: (set) =>
          set.property === 'font'
            ? { ...set, value: { ...set.value, family: set.value.family.flatMap(withFallback) } }
            : set,
      },
    },
  })
  const fonts = await Promise.all(
    urlsOf(printed).map(async ({ url }) => {
      const bytes = await readFile(join(dirname(path), url))
      return [url, fingerprinted(`assets/katex/fonts/${posix.basename(url)}`, bytes)] as const
    }),
  )
  const published = new Map(fonts)
  const sheet = withUrls(printed, ({ url }) =>
    posix.relative('assets/katex', published.get(url)?.output ?? url),
  )
  return { sheet: fingerprinted('assets/katex/katex.css', sheet), fonts: [...published.values()] }
}

/** A font face that is loaded with its WOFF2 source alone, which every browser here reads, and text shown before it is there. */
function leanFontFace(rule: FontFaceRule): FontFaceRule {
  const isLoaded = rule.properties.some(
    ({ type, value }) => type === 'source' && value.some((source) => source.type === 'url'),
  )
  if (!isLoaded) return rule
  const properties = rule.properties.flatMap((property): FontFaceProperty[] => {
    if (property.type === 'custom' && property.value.name === 'font-display') return []
    if (property.type !== 'source') return [property]
    const isWoff2 = (source: Source) => source.type === 'url' && source.value.format?.type === 'woff2'
    return [{ type: 'source', value: property.value.filter(isWoff2) }]
  })
  const swap: FontFaceProperty = {
    type: 'custom',
    value: { name: 'font-display', value: [{ type: 'token', value: { type: 'ident', value: 'swap' } }] },
  }
  return { ...rule, properties: [...properties, swap] }
}

/** What lightningcss gives, with placeholders where the URLs were. */
type Printed = Pick<TransformResult, 'code' | 'dependencies'>

function urlsOf({ dependencies }: Printed): readonly UrlDependency[] {
  return (dependencies ?? []).filter((found) => found.type === 'url')
}

/** Gives a sheet with its URLs, for which lightningcss left placeholders, as `written` says. */
function withUrls(printed: Printed, written: (found: UrlDependency) => string): Uint8Array {
  const quoted = (url: string) => `"${url.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\a ')}"`
  const text = urlsOf(printed).reduce(
    (sheet, found) => sheet.replaceAll(`"${found.placeholder}"`, () => quoted(written(found))),
    new TextDecoder().decode(printed.code),
  )
  return new TextEncoder().encode(text)
}

/** Gives bytes a name that changes with them: `a/b.css` → `a/b.1a2b3c4d.css`. */
function fingerprinted(output: string, bytes: Uint8Array): Asset {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8)
  return { output: output.replace(/\.[^.]+$/, (extension) => `.${hash}${extension}`), bytes }
}
