/** The regular expressions that the sources make at run time: found by making them, from all that the tests have to read. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Plugin, rolldown } from 'rolldown'
import { parseAst } from 'rolldown/parseAst'
import type * as inputs from '../hostile/inputs.js'
import type * as reading from '../hostile/targets.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

interface Made {
  /** Where the sources make it: `markdown/keys.ts:68`. */
  readonly file: string
  readonly pattern: string
  readonly flags: string
}

export interface MadeExpressions {
  /** Where the sources make expressions. */
  readonly places: ReadonlySet<string>
  /** Those of the places where none was made. */
  readonly unseen: readonly string[]
  /** What was made there, each once. */
  readonly expressions: readonly Made[]
  readonly close: () => void
}

/** What is told of each expression, by the sources as they are bundled here. */
const listener = 'scholiumMadeExpression'

/**
 * Bundles what reads texts by strangers so that every `RegExp(…)` in src/ is told of, and gives it all texts that there
 * are for it; what only a build or a fault reaches is given a text of its own.
 */
export async function madeExpressions(): Promise<MadeExpressions> {
  const places = new Set<string>()
  const seen = new Set<string>()
  const made = new Map<string, Made>()
  const folder = join(root, `lib.${process.pid}-expressions`)
  const scratch = mkdtempSync(join(tmpdir(), 'scholium-expressions-'))
  const close = () => {
    for (const each of [folder, scratch]) rmSync(each, { recursive: true, force: true })
  }
  Object.assign(globalThis, {
    [listener](file: string, expression: RegExp): RegExp {
      const { source: pattern, flags } = expression
      seen.add(file)
      const name = `/${pattern}/${flags}`
      if (!made.has(name)) made.set(name, { file, pattern, flags })
      return expression
    },
  })
  const build = await rolldown({
    cwd: root,
    input: {
      targets: join(root, 'test/hostile/targets.ts'),
      inputs: join(root, 'test/hostile/inputs.ts'),
    },
    platform: 'node',
    external: /^(?![./]|\w:)/,
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    plugins: [telling(places)],
  })
  await build.write({ dir: folder, format: 'esm', entryFileNames: '[name].js' })
  await build.close()
  const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, `${name}.js`)).href)
  const { targets } = (await load('targets')) as typeof reading
  const { seedsOf } = (await load('inputs')) as typeof inputs
  for (const [name, target] of Object.entries(targets)) {
    const texts = [...seedsOf(name as reading.TargetName, root, null), ...(own[name] ?? [])]
    for (const text of texts) await target(text, scratch)
  }
  return {
    unseen: [...places].filter((place) => !seen.has(place)).sort(),
    places,
    expressions: [...made.values()],
    close,
  }
}

/** Texts for what no fixture leads to. */
const own: Readonly<Record<string, readonly string[]>> = {
  bibtex: ['@book{a, author = {Adams, Ann and others}, title = {T}}'],
  'csl-json': ['[{'],
  template: ['{{ "x" | upcas }}'],
  image: ['<svg width="3" height="4" viewBox="0 0 3 4"></svg>'],
  site: [
    JSON.stringify({
      files: [['content/posts/a.md', '---\ntitle: A\ndate: 2024-01-01\n---\n[b](b.md) $x$\n']],
      links: [],
      out: 'dist',
    }),
  ],
}

/** Lets sources tell of every expression that they make, and notes where they do. */
function telling(places: Set<string>): Plugin {
  return {
    name: 'telling-of-expressions',
    transform(code, id) {
      const file = relative(join(root, 'src'), id).split(sep).join('/')
      if (file.startsWith('..') || !/\.ts$/.test(file)) return null
      const edits: (readonly [at: number, text: string])[] = []
      const look = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return
        const { type, callee, start, end } = node as Call
        if (/^(?:New|Call)Expression$/.test(type ?? '') && callee?.name === 'RegExp') {
          const place = `${file}:${code.slice(0, start).split('\n').length}`
          places.add(place)
          edits.push([start, `globalThis.${listener}(${JSON.stringify(place)}, `], [end, ')'])
        }
        for (const inner of Object.values(node)) look(inner)
      }
      look(parseAst(code, { lang: 'ts' }))
      if (edits.length === 0) return null
      return edits
        .sort(([a], [b]) => b - a)
        .reduce((text, [at, given]) => text.slice(0, at) + given + text.slice(at), code)
    },
  }
}

interface Call {
  readonly type?: string
  readonly callee?: { readonly name?: string }
  readonly start: number
  readonly end: number
}
