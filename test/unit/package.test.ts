/** What the package promises to those who install it, read off its lock file and the installed tree. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly resolved?: string
  readonly engines?: { readonly node?: string }
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
const lock: { packages: Record<string, LockedPackage> } = JSON.parse(lockText)
const manifest: { engines: { node: string } } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const locked = Object.entries(lock.packages).filter(([path]) => path !== '')
const published = locked.filter(([, { dev }]) => !dev)

describe('The package', () => {
  test('locks exactly one katex', () => {
    const paths = locked.map(([path]) => path).filter((path) => /(^|\/)node_modules\/katex$/.test(path))
    expect(paths).toEqual(['node_modules/katex'])
  })

  test('has exactly one katex installed, which rehype-katex uses too', () => {
    const installed = readdirSync(join(root, 'node_modules'), { recursive: true, encoding: 'utf8' })
      .map((path) => `/${path.replaceAll('\\', '/')}`)
      .filter((path) => /\/katex\/package\.json$/.test(path) && !path.includes('/@types/'))
    expect(installed).toEqual(['/katex/package.json'])
    const ours = createRequire(import.meta.url)
    expect(createRequire(ours.resolve('rehype-katex')).resolve('katex')).toBe(ours.resolve('katex'))
  })

  test('depends on no package that runs a script when it is installed', () => {
    expect(locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([])
  })

  test('locks versions without naming a registry', () => {
    expect(lockText).not.toContain('"resolved"')
    expect(lockText).not.toMatch(/https?:\/\/[^"]*(registry|\.tgz)/)
  })

  test('locks what its dependencies need on other platforms too', () => {
    const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter(
          (name) => ![`${path}/node_modules/${name}`, `node_modules/${name}`].some((at) => lock.packages[at]),
        )
        .map((name) => `${name}, which ${path} may need`),
    )
    expect(missing).toEqual([])
  })

  test('runs on Node 20.19 and later, as do the packages that come with it', () => {
    expect(manifest.engines.node).toBe('>=20.19.0')
    const tooNew = published.filter(([, { engines }]) => !allowsNode20(engines?.node ?? '>=0'))
    expect(tooNew.map(([path, { engines }]) => `${path} wants Node ${engines?.node}`)).toEqual([])
  })

  test('comes only with packages under permissive or file-level licences', () => {
    const known = [
      'MIT',
      'ISC',
      'BSD-2-Clause',
      'BSD-3-Clause',
      '0BSD',
      'Apache-2.0',
      'BlueOak-1.0.0',
      'MPL-2.0',
      // Nobody's rights are kept.
      'CC0-1.0',
      // citeproc-js, installed and not bundled: like the MPL, which it is made from, the CPAL ends at its own files.
      'CPAL-1.0 OR AGPL-1.0',
      // A font: free to be used and shipped, and what is drawn with it is nobody's but its author's.
      'MIT AND OFL-1.1',
    ]
    // libvips stands beside sharp as a library of its own, which whoever wants can replace.
    const isLibrary = (path: string) => /^node_modules\/@img\/sharp-(libvips-|wasm32$|win32-)/.test(path)
    // It says so in its LICENSE alone.
    const isMit = (path: string) =>
      path === 'node_modules/i' &&
      readFileSync(join(root, path, 'LICENSE'), 'utf8').includes(
        'Permission is hereby granted, free of charge',
      )
    const others = published.filter(
      ([path, { license = '' }]) =>
        !isMit(path) &&
        !known.includes(license) &&
        !(isLibrary(path) && /\bLGPL-3\.0-or-later\b/.test(license)),
    )
    expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([])
  })
})

/** Whether one alternative of a version range, as `^20.19.0 || >=22`, lets Node 20.19.0 in. */
function allowsNode20(range: string): boolean {
  return range.split('||').some((alternative) => {
    const match = /^(>=|\^|~)?\s*(\d+)(?:\.(\d+))?(?:\.\d+)?$/.exec(alternative.trim())
    if (!match) return false
    const [major, minor] = [Number(match[2]), Number(match[3] ?? 0)]
    return (match[1] === '>=' && major < 20) || (major === 20 && minor <= 19)
  })
}
