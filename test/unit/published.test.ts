/** The package as users get it: what is in it, whether it works by itself, and whether its types do. */
import { readFileSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageFolder } from '../../src/package.js'
import { installedFolder, run } from '../published.js'

/** All that may be in it, and what for. */
const contents: readonly (readonly [path: RegExp, why: string])[] = [
  [/^package\.json$/, 'npm'],
  [/^(README|CHANGELOG)\.md$/, 'people'],
  [/^LICENSE$/, 'its licence'],
  [/^lib\/LICENSES\.txt$/, 'the licences of what is bundled'],
  [/^lib\/[\w-]+\.js$/, 'the program'],
  [/^lib\/program\.json$/, 'its digest, which caches are keyed by'],
  [/^lib\/([\w-]+\/)*[\w-]+\.d\.ts$/, 'the types of its interface'],
  [/^templates\/[\w-]+\.html$/, 'the templates of the theme'],
  [/^templates\/words\/[\w-]+\.yaml$/, 'the words of the theme'],
  [/^assets\/css\/(features\/)?[\w-]+\.css$/, 'the style sheets of the theme'],
  [/^assets\/js\/(features\/)?[\w-]+\.js$/, 'the scripts of the theme'],
  [/^assets\/favicon\.svg$/, 'the icon of the theme'],
  [
    /^csl\/(styles\/[\w-]+\.csl|locales\/locales-[\w-]+\.xml|README\.md)$/,
    'citation styles, and their licence',
  ],
  [
    /^scaffold\/deploy\/(Caddyfile|github\.yml|netlify\.toml|nginx\.conf|wrangler\.jsonc)$/,
    '`init --deploy`',
  ],
  [/^scaffold\/site\/(gitignore|site\.yaml|content\/(pages\/about|posts\/first-post)\.md)$/, '`init`'],
]

let installed: Awaited<ReturnType<typeof installedFolder>>

beforeAll(async () => {
  installed = await installedFolder()
})
afterAll(() => installed?.[Symbol.asyncDispose]())

const textOf = (path: string) => readFileSync(join(installed.folder, 'node_modules/scholium', path), 'utf8')

/** Gives the files of the package that some lead to by what they import. */
function reachedFrom(entries: readonly string[], ending: string): readonly string[] {
  const reached = new Set(entries)
  // Comments of what is bundled name modules that were there once.
  const add = (file: string) => installed.files.includes(file) && reached.add(file)
  for (const file of reached) {
    for (const [, specifier = ''] of textOf(file).matchAll(
      /\b(?:from|import)\s*\(?\s*["'](\.[^"']+)\.js["']/g,
    ))
      add(posix.join(posix.dirname(file), `${specifier}${ending}`))
  }
  return [...reached].sort()
}

describe('The published package', () => {
  it('holds what it needs, and nothing else', () => {
    const others = installed.files.filter((file) => !contents.some(([path]) => path.test(file)))
    expect(others).toEqual([])
    const unused = contents.filter(([path]) => !installed.files.some((file) => path.test(file)))
    expect(unused.map(([, why]) => why)).toEqual([])
  })

  it('holds no module that none of its commands leads to, and no type that its interface does not', () => {
    const ending = (end: string) =>
      installed.files.filter((file) => file.startsWith('lib/') && file.endsWith(end))
    expect(ending('.js')).toEqual(reachedFrom(['lib/cli.js', 'lib/index.js', 'lib/worker.js'], '.js'))
    expect(ending('.d.ts')).toEqual(reachedFrom(['lib/index.d.ts'], '.d.ts'))
  })

  it('holds every file of the theme, of what `init` writes and of citation styles', async () => {
    for (const folder of ['templates', 'scaffold', 'csl', 'assets/css', 'assets/js']) {
      const entries = await readdir(join(packageFolder, folder), { recursive: true, withFileTypes: true })
      const files = entries
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
      const missing = files
        .map((file) => file.slice(packageFolder.length).replace(/^\//, ''))
        .filter((file) => !installed.files.includes(file))
      expect(missing).toEqual([])
    }
  })

  it('is without fault for publint', async () => {
    const pkgDir = join(installed.folder, 'node_modules/scholium')
    const { messages } = await publint({ pkgDir, pack: false, strict: true })
    expect(messages).toEqual([])
  })

  it('makes a site and builds it, with nothing but its own dependencies', async () => {
    const cli = join(installed.folder, 'node_modules/scholium/lib/cli.js')
    const scholium = (...parameters: readonly string[]) =>
      run(process.execPath, [cli, ...parameters], { cwd: installed.folder })
    await scholium('init', 'blog')
    const { stdout, stderr } = await scholium('build', '--root', 'blog', '--json')
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, counts: { posts: 1, pages: 1 }, diagnostics: [] })
    expect(await readdir(join(installed.folder, 'blog/dist'))).toEqual(
      expect.arrayContaining(['index.html', 'posts', 'about', 'pagefind']),
    )
  })

  it('has types that a strict project can use', async () => {
    const folder = installed.folder
    await writeFile(
      join(folder, 'uses.ts'),
      `import { type BuildResult, build, type Config, codeFrame, type Diagnostic, loadConfig, parseConfig, type Rendered, render, type RuleName, rules, serve, type ServeOptions, type Serving, terminalReport, version } from 'scholium'
       const result: BuildResult = await build({ root: '.', out: 'dist', drafts: false, now: new Date() })
       const found: readonly Diagnostic[] = result.diagnostics
       const names: readonly RuleName[] = found.map(({ rule }) => rule)
       const config: Config | null = (await loadConfig('.')).config
       const text: string = version
       // @ts-expect-error: what is not there is not of any type.
       result.nothing
       export type { Rendered, ServeOptions, Serving }
       export { codeFrame, config, names, parseConfig, render, rules, serve, terminalReport, text }`,
    )
    const compilerOptions = {
      ...{ module: 'nodenext', target: 'es2023', strict: true, noEmit: true, types: ['node'] },
      ...{
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        lib: ['es2023', 'esnext.disposable', 'dom'],
      },
    }
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['uses.ts'] }))
    const tsc = join(packageFolder, 'node_modules/typescript/bin/tsc')
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch((error) => error)
    expect(stdout).toBe('')
  })
})
