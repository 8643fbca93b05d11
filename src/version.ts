/** Scholium's own version, and the digest of what decides its output. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf } from './digest.js'
import { packageFolder } from './package.js'

/** The version of this package, as in package.json. */
export const version = versionIn(packageFolder)

/** What is not bundled, and decides output too. */
const externals = [
  '@retorquere/bibtex-parser',
  'citeproc',
  'katex',
  'highlight.js',
  'gemoji',
  'lightningcss',
  'pagefind',
  'sharp',
  'satori',
  '@resvg/resvg-wasm',
  '@expo-google-fonts/stix-two-text',
] as const

/**
 * Gives the digest of what decides the bytes of a site beside its own files: Scholium's code with what is bundled in
 * it, the packages beside it, and Node, which brings the tables of Unicode and of languages. What is kept on disk
 * between builds is keyed by it.
 */
export function programDigest(): string {
  return digestOf(JSON.stringify([codeDigest(), externals.map(installedVersion), process.versions.node]))
}

/** Gives the version of what decodes and encodes images. */
export function sharpVersion(): string {
  return installedVersion('sharp')
}

/** The digest of lib/, made with it; run from its own sources, Scholium has none. */
function codeDigest(): string {
  if (import.meta.url.endsWith('.ts')) return 'source'
  const { digest } = JSON.parse(readFileSync(join(packageFolder, 'lib/program.json'), 'utf8'))
  return String(digest)
}

/** Gives the version of a package as Node finds it from here, in the nearest node_modules; without loading it. */
function installedVersion(name: string): string {
  for (let folder = packageFolder; ; folder = join(folder, '..')) {
    try {
      return versionIn(join(folder, 'node_modules', name))
    } catch (error) {
      if (join(folder, '..') === folder) throw error
    }
  }
}

function versionIn(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return String(version)
}
