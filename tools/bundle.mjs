/**
 * Makes lib/ from src/: `npm run prepare`. JavaScript in few files, since a command that starts from hundreds of
 * modules spends its time on finding them; declarations for those who call Scholium as a library; the licences
 * of what is bundled; and the digest of the program, which every cache on a user's disk is keyed by.
 *
 * The packages stay dependencies although their code is in lib/: the declarations name their types, and the plugins
 * of a site's own must find the same packages.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const making = join(root, `lib.${process.pid}`)
const made = join(root, 'lib')

/** What each command and thread begins with. */
const entries = { cli: 'src/cli.ts', index: 'src/index.ts', worker: 'src/build/worker.ts' }

/**
 * What is not bundled: native code, Pagefind's among it, and WebAssembly; KaTeX, whose style sheet and fonts must come
 * out of the same install; highlight.js, whose languages are loaded one by one; satori and the reader of BibTeX, which
 * few sites need; and citeproc, whose licence is its own.
 */
const external = [
  ...[/^lightningcss/, /^katex/, /^highlight\.js/, /^pagefind$/, /^sharp/, /^satori/, /^@resvg\//],
  ...[/^citeproc$/, /^@retorquere\//],
]

/** gray-matter's own engines would run code in front matter, and read YAML with a second parser: Scholium gives it its own. */
const withoutEngines = {
  name: 'without-engines',
  load: (id) => (id.endsWith(join('gray-matter', 'lib', 'engines.js')) ? 'module.exports = {}' : undefined),
}

/** What a build with nothing to do runs, in one file: everything else is loaded when there is something to do. */
const ground =
  /[\\/]src[\\/](?:(?:build|cache|diagnostics|digest|errno|git-state|layout|lock|nearest|order|package|progress|record|report|running|signature|version)|build[\\/](?:result|named-sources)|content[\\/](?:inventory|named-files)|output[\\/](?:folder|manifest|staging))\.ts$/

async function bundle() {
  const build = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    external,
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    plugins: [withoutEngines],
  })
  const { output } = await build.write({
    dir: making,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    comments: { legal: false },
    codeSplitting: { groups: [{ name: 'ground', test: ground }] },
  })
  await build.close()
  return output.filter(({ type }) => type === 'chunk')
}

/** The folders of the packages that have code in the bundle. */
function bundledPackages(chunks) {
  const modules = chunks
    .flatMap(({ moduleIds }) => moduleIds)
    .filter((id) => id.includes(`${sep}node_modules${sep}`))
  const folders = modules.map((id) => {
    const at = id.lastIndexOf(`${sep}node_modules${sep}`) + `${sep}node_modules${sep}`.length
    const [first, second] = id.slice(at).split(sep)
    return join(id.slice(0, at), first.startsWith('@') ? join(first, second) : first)
  })
  return [...new Set(folders)].sort()
}

/** The licences of packages, as text. */
function licences(folders) {
  const texts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`
    return `${name} ${version}\n\n${text}\n`
  })
  return `The code in this folder holds code of these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`
}

/** The digest of all files that run, by name and bytes. */
function digestOfProgram(chunks) {
  const hash = createHash('sha256')
  for (const { fileName } of chunks.toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1)))
    hash.update(`${fileName}\n`).update(readFileSync(join(making, fileName)))
  return hash.digest('hex')
}

function declarations() {
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json')
  execFileSync(
    process.execPath,
    [join(dirname(compiler), 'bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', making],
    { cwd: root, stdio: 'inherit' },
  )
}

/** Removes the declarations that index.d.ts does not lead to: nobody can import them. */
function pruneDeclarations() {
  const reached = new Set([join(making, 'index.d.ts')])
  for (const file of reached) {
    const text = readFileSync(file, 'utf8')
    for (const [, specifier] of text.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)\.js['"]/g))
      reached.add(join(dirname(file), `${specifier}.d.ts`))
  }
  const entries = readdirSync(making, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && path.endsWith('.d.ts') && !reached.has(path)) rmSync(path)
  }
}

try {
  mkdirSync(making, { recursive: true })
  const chunks = await bundle()
  writeFileSync(join(making, 'LICENSES.txt'), licences(bundledPackages(chunks)))
  writeFileSync(join(making, 'program.json'), `${JSON.stringify({ digest: digestOfProgram(chunks) })}\n`)
  declarations()
  pruneDeclarations()
  // Nobody finds it half-made, and a process that runs keeps what it has loaded.
  const old = join(root, `lib.${process.pid}.old`)
  if (existsSync(made)) renameSync(made, old)
  renameSync(making, made)
  rmSync(old, { recursive: true, force: true })
} finally {
  rmSync(making, { recursive: true, force: true })
}
