/**
 * Writes what users install as a bill of materials, in CycloneDX: `node tools/sbom.mjs FILE`. It names every package of
 * the lock file that is not only for work on Scholium, on all platforms, and fails where it does not.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('Say which file to write: node tools/sbom.mjs FILE')

const readJson = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'))
const { devDependencies: _, ...manifest } = readJson('package.json')
const { packages, ...lock } = readJson('package-lock.json')
const { '': own, ...others } = packages
const published = Object.entries(others).filter(([, { dev }]) => !dev)

const bill = billOf(manifest, {
  ...lock,
  packages: { '': { ...own, devDependencies: undefined }, ...Object.fromEntries(published) },
})
const named = new Set(bill.components.map(({ name, version }) => `${name}@${version}`))
const wanted = published.map(([path, { name, version }]) => `${name ?? nameAt(path)}@${version}`)
const missing = wanted.filter((each) => !named.has(each))
if (bill.bomFormat !== 'CycloneDX') throw new Error('This is no bill of materials in CycloneDX.')
if (missing.length > 0) throw new Error(`The bill of materials does not name ${missing.join(', ')}.`)

mkdirSync(dirname(file), { recursive: true })
writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`)
console.log(`npm sbom: ${named.size} packages, in ${file}`)

/** Gives the name of the package at a path of the lock file. */
function nameAt(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

/**
 * Gives npm's bill for a package and its lock file, in a folder of their own: asked to leave out what is for development,
 * npm leaves out what is needed by both (npm 11).
 */
function billOf(manifest, lock) {
  const folder = mkdtempSync(join(tmpdir(), 'scholium-sbom-'))
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock))
    const parameters = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application']
    const { status, stdout, stderr } = spawnSync('npm', parameters, {
      ...{ cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26, shell: process.platform === 'win32' },
    })
    if (status !== 0) throw new Error(`npm sbom ended with ${status}: ${stderr}`)
    const made = JSON.parse(stdout)
    // npm takes the folder's name for the package's.
    made.metadata.component.name = manifest.name
    return made
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
