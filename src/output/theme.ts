/** The theme's assets as pages name them: built when what they are made of has changed, remembered otherwise. */
import type { Cache } from '../cache.js'
import type { Inventory } from '../content/inventory.js'
import { digestOf } from '../digest.js'
import type { StyledAssets } from './styles.js'

/** What pages load, by output path. */
export interface Theme extends Omit<StyledAssets, 'files'> {
  /** The files, with the SHA-256 digests of their bytes. */
  readonly files: readonly { readonly output: string; readonly digest: string }[]
}

/** A theme, and its files' bytes, which are asked for only where they are not published yet. */
export interface ThemeFiles {
  readonly theme: Theme
  readonly bytesOf: (output: string) => Promise<Uint8Array>
}

/** What no style sheet imports. */
const media = /\.(png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|mp[34]|webm|ogg|wav|pdf|zip)$/i

/** Gives the theme of a site, whose assets an inventory lists. `program` stands for what builds it. */
export async function themeOf(
  root: string,
  { files }: Inventory,
  cache: Cache,
  program: string,
): Promise<ThemeFiles> {
  const parts = [...files.values()]
    .filter(({ file }) => /^(scholium\/)?assets\//.test(file) && !media.test(file))
    .map(({ file, digest }) => [file, digest])
  const key = digestOf(JSON.stringify(['theme', program, parts]))
  let building: Promise<StyledAssets> | undefined
  const build = () => {
    building ??= import('./styles.js').then(({ buildStyles }) => buildStyles(root))
    return building
  }
  const entry = cache.get(key)
  const theme = entry === null ? remembered(await build()) : (JSON.parse(entry) as Theme)
  if (entry === null) cache.put(key, JSON.stringify(theme))
  return {
    theme,
    async bytesOf(output) {
      const file = (await build()).files.find((one) => one.output === output)
      if (!file) throw new Error(`The theme changed while it was built: ${output} is gone.`)
      return file.bytes
    },
  }
}

function remembered({ files, ...rest }: StyledAssets): Theme {
  return { ...rest, files: files.map(({ output, bytes }) => ({ output, digest: digestOf(bytes) })) }
}
