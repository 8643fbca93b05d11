/** The plugins that a site.yaml names, from the build that finds them to the texts that they work on. */
import { spawnSync } from 'node:child_process'
import { mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type BuildResult, build } from '../../src/build.js'
import { packageFolder } from '../../src/package.js'
import { pluginLoader } from '../../src/render/plugins.js'
import { scholium } from '../command.js'
import { type Files, siteFolder, writeFiles } from '../site-folder.js'

const now = new Date('2024-06-01T12:00:00Z')

const post = (body: string) => `---\ntitle: A\ndate: 2024-01-22\n---\n\n${body}\n`

/** A plugin that gives each text of a tree to a function. */
const onTexts = (change: string, imports = '') => `${imports}
export default function (options) {
  const walk = (node) => {
    if (node.type === 'text') node.value = (${change})(node.value, options)
    for (const child of node.children ?? []) walk(child)
  }
  return walk
}
`

function built(root: string): Promise<BuildResult> {
  return build({ root, out: join(root, 'dist'), drafts: false, now })
}

async function shown(root: string): Promise<string | undefined> {
  const html = await readFile(join(root, 'dist/posts/a/index.html'), 'utf8')
  return /<div class="content">\s*([\s\S]*?)\s*<\/div>/.exec(html)?.[1]
}

function found({ diagnostics }: BuildResult): readonly string[] {
  return diagnostics.map(
    ({ severity, rule, file = '', line, column, message }) =>
      `${severity} ${rule} ${[file, line, column].filter((part) => part !== undefined).join(':')} ${message}`,
  )
}

const site = (files: Files, plugins: string, body = 'Words.') =>
  siteFolder({ 'site.yaml': `markdown:\n${plugins}`, 'content/posts/a.md': post(body), ...files })

describe('A plugin', () => {
  it('of the site’s folder works on Markdown, another on HTML, each with its options', async () => {
    const root = await site(
      {
        'plugins/add.mjs': onTexts('(text, { sign }) => text + sign'),
        'plugins/mark.mjs': `export default () => (tree) => {
          for (const node of tree.children) if (node.tagName === 'p') node.properties.className = ['marked']
        }`,
      },
      '  remarkPlugins: [[./plugins/add.mjs, { sign: "?" }]]\n  rehypePlugins: [./plugins/mark.mjs]\n',
    )
    expect(found(await built(root))).toEqual([])
    expect(await shown(root)).toBe('<p class="marked">Words.?</p>')
  })

  it('of node_modules is found by its name, a preset and CommonJS too', async () => {
    const root = await site(
      {
        'node_modules/remark-one/package.json':
          '{ "name": "remark-one", "version": "1.0.0", "type": "module", "exports": { "import": "./index.js" } }',
        'node_modules/remark-one/index.js': onTexts('(text) => text + " One."'),
        'node_modules/@some/preset/package.json': '{ "name": "@some/preset", "version": "1.0.0" }',
        'node_modules/@some/preset/index.js':
          "exports.plugins = [[require('./two.js'), 'Two.'], { plugins: [require('./two.js')] }]",
        'node_modules/@some/preset/two.js':
          "module.exports = (word = 'Three.') => (tree) => { tree.children[0].children[0].value += ' ' + word }",
      },
      "  remarkPlugins: [remark-one, '@some/preset']\n",
    )
    expect(found(await built(root))).toEqual([])
    expect(await shown(root)).toBe('<p>Words. One. Two. Three.</p>')
  })

  it('makes a body anew when its options, its module, or what that imports have changed', async () => {
    const root = await site(
      {
        'plugins/add.mjs': onTexts(
          '(text, options) => add(text, options)',
          "import { add } from './parts/add.mjs'",
        ),
        'plugins/parts/add.mjs': "export const add = (text, options) => text + '1' + options",
      },
      '  remarkPlugins: [[./plugins/add.mjs, a]]\n',
    )
    const said = async (changed: Files) => {
      await writeFiles(root, changed)
      const { counts } = await built(root)
      return [counts.rendered, await shown(root)]
    }
    expect(await said({})).toEqual([1, '<p>Words.1a</p>'])
    expect([...(await built(root)).timings.keys()]).toEqual(['compare'])
    expect(await said({ 'site.yaml': 'markdown:\n  remarkPlugins: [[./plugins/add.mjs, b]]\n' })).toEqual([
      1,
      '<p>Words.1b</p>',
    ])
    const parts = "export const add = (text, options) => text + '2' + options"
    const [rendered] = await said({ 'plugins/parts/add.mjs': parts })
    expect(rendered).toBe(1)
    expect(await said({ 'site.yaml': 'title: Without\n' })).toEqual([1, '<p>Words.</p>'])
  })

  it('is of its newest version also where one process builds again and again, with all that it imports', async () => {
    const root = await site(
      {
        'plugins/esm.mjs': onTexts('(text) => text + sign', "import { sign } from './parts/sign.mjs'"),
        'plugins/cjs.cjs': 'module.exports = () => require("./parts/cjs.cjs")',
      },
      '  remarkPlugins: [./plugins/esm.mjs, ./plugins/cjs.cjs]\n',
    )
    const script = `
      import { readFileSync, writeFileSync } from 'node:fs'
      import { build } from ${JSON.stringify(pathToFileURL(join(packageFolder, 'lib/index.js')).href)}
      const root = ${JSON.stringify(root)}
      for (const version of [1, 2, 3]) {
        writeFileSync(root + '/plugins/parts/sign.mjs', 'export const sign = " ' + version + '"')
        writeFileSync(
          root + '/plugins/parts/cjs.cjs',
          'module.exports = (tree) => { tree.children[0].children[0].value += ", ' + version + '" }',
        )
        await build({ root, out: root + '/dist', drafts: false, now: new Date() })
        console.log(/<p>(Words.*?)<\\/p>/.exec(readFileSync(root + '/dist/posts/a/index.html', 'utf8'))[1])
      }`
    await mkdir(join(root, 'plugins/parts'))
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    })
    expect([stdout, stderr]).toEqual(['Words. 1, 1\nWords. 2, 2\nWords. 3, 3\n', ''])
  })

  it('makes a body anew when its package, or one that it imports, has another version', async () => {
    const manifest = (name: string, version: string) => ({
      [`node_modules/${name}/package.json`]: JSON.stringify({
        name,
        version,
        type: 'module',
        exports: './index.js',
      }),
    })
    const root = await site(
      {
        ...manifest('one', '1.0.0'),
        ...manifest('two', '1.0.0'),
        'node_modules/one/index.js': onTexts('(text) => text + sign', "import { sign } from 'two'"),
        'node_modules/two/index.js': "export const sign = '!'",
      },
      '  remarkPlugins: [one]\n',
    )
    const rendered = async (changed: Files) => {
      await writeFiles(root, changed)
      return (await built(root)).counts.rendered
    }
    expect(await rendered({})).toBe(1)
    expect(await rendered(manifest('two', '1.0.1'))).toBe(1)
    expect(await rendered(manifest('one', '1.0.1'))).toBe(1)
    expect(await rendered({})).toBe(0)
  })

  it('may write what the text does not say: the words of the theme are there for it', async () => {
    const root = await site(
      {
        'plugins/code.mjs': `export default () => (tree) => {
          tree.children.push({ type: 'code', lang: 'text', meta: 'fold', value: 'x' })
        }`,
      },
      '  remarkPlugins: [./plugins/code.mjs]\n',
    )
    expect(found(await built(root))).toEqual([])
    expect(await shown(root)).toContain('<summary>1 line of code</summary>')
  })

  it('that throws is named with the post, and so is what it reports', async () => {
    const root = await site(
      {
        'plugins/throw.mjs': "export default () => () => { throw new Error('Out of ideas') }",
        'plugins/fail.mjs':
          "export default () => (tree, file) => { file.message('Too short', tree.children[0]); file.fail('No good', tree.children[0]) }",
        'plugins/return.mjs': "export default () => () => new Error('Returned')",
        'plugins/next.mjs': "export default () => (tree, file, next) => next(new Error('Handed on'))",
      },
      '  remarkPlugins: [./plugins/throw.mjs, ./plugins/fail.mjs, ./plugins/return.mjs]\n  rehypePlugins: [./plugins/next.mjs]\n',
    )
    expect(found(await built(root))).toEqual([
      'error plugin-runs content/posts/a.md The plugin "./plugins/next.mjs" failed: Handed on.',
      'error plugin-runs content/posts/a.md The plugin "./plugins/return.mjs" failed: Returned.',
      'error plugin-runs content/posts/a.md The plugin "./plugins/throw.mjs" failed: Out of ideas.',
      'error plugin-runs content/posts/a.md:6:1 The plugin "./plugins/fail.mjs" failed: No good.',
      'warn text-satisfies-plugins content/posts/a.md:6:1 ./plugins/fail.mjs: Too short',
    ])
    expect((await built(root)).diagnostics).toContainEqual(
      expect.objectContaining({ hint: 'It was thrown in throw.mjs, line 1.' }),
    )
  })

  it('is named where it calls what throws, not what of Scholium does', async () => {
    const root = await site(
      {
        'plugins/path.mjs': [
          '// It sets a path that is none.',
          "export default () => (_tree, file) => { file.path = '' }",
        ].join('\n'),
      },
      '  remarkPlugins: [./plugins/path.mjs]\n',
    )
    const [fault] = (await built(root)).diagnostics.filter(({ rule }) => rule === 'plugin-runs')
    expect(fault?.hint).toBe('It was thrown in path.mjs, line 2.')
  })

  it.each([
    ['async () => {}', 'a promise'],
    ["() => Promise.reject(new Error('late'))", 'one that is broken'],
    ['(tree, file, next) => { setTimeout(next) }', 'a call that comes later'],
  ])('that is asynchronous, %s, is refused', async (transform) => {
    const root = await site(
      { 'plugins/late.mjs': `export default () => ${transform}` },
      '  remarkPlugins: [./plugins/late.mjs]\n',
    )
    expect(found(await built(root))).toEqual([
      'error plugin-runs content/posts/a.md The plugin "./plugins/late.mjs" failed: it is asynchronous, and texts are rendered synchronously.',
    ])
  })

  it.each([
    ['that is attached', 'export default async () => {}'],
    ['that fails later', "export default async () => { throw new Error('late') }"],
  ])('%s asynchronously is refused, with what to do instead', async (_, text) => {
    const root = await site({ 'plugins/late.mjs': text }, '  remarkPlugins: [./plugins/late.mjs]\n')
    expect(found(await built(root))).toEqual([
      'error plugin-loads site.yaml:2:19 The plugin "./plugins/late.mjs" cannot be used: it is asynchronous, and texts are rendered synchronously. What takes time, such as reading a file, can be awaited at the top of its module, before any text is rendered.',
    ])
  })

  it('may wait at the top of its module, as one is told that does so elsewhere', async () => {
    const root = await site(
      {
        'plugins/late.mjs': 'export default () => async () => {}',
        'plugins/top.mjs': `await new Promise((resolve) => setTimeout(resolve, 20))\n${onTexts("(text) => text + '!'")}`,
      },
      '  remarkPlugins: [./plugins/late.mjs]\n',
    )
    const [{ hint } = { hint: '' }] = (await built(root)).diagnostics
    expect(hint).toContain('can be awaited at the top of its module')
    await writeFiles(root, { 'site.yaml': 'markdown:\n  remarkPlugins: [./plugins/top.mjs]\n' })
    expect(found(await built(root))).toEqual([])
    expect(await shown(root)).toBe('<p>Words.!</p>')
  })

  it('that ends the process is told of, wherever it does so, and the build goes on', async () => {
    const root = await site(
      {
        'plugins/loaded.mjs': 'process.exit(0)\nexport default () => {}',
        'plugins/attached.cjs': 'module.exports = () => process.exit()',
        'plugins/run.mjs': 'export default () => () => process.exit(3)',
      },
      '',
    )
    const exit = process.exit
    const saidOf = async (plugin: string) => {
      await writeFiles(root, { 'site.yaml': `markdown: { remarkPlugins: [${plugin}] }\n` })
      const messages = found(await built(root))
      expect(process.exit).toBe(exit)
      return messages
    }
    expect(await saidOf('./plugins/loaded.mjs')).toEqual([
      'error plugin-loads site.yaml:1:29 The plugin "./plugins/loaded.mjs" cannot be used: it cannot be loaded: it ends the process (process.exit(0)).',
    ])
    expect(await saidOf('./plugins/attached.cjs')).toEqual([
      'error plugin-loads site.yaml:1:29 The plugin "./plugins/attached.cjs" cannot be used: it ends the process (process.exit()).',
    ])
    expect(await saidOf('./plugins/run.mjs')).toEqual([
      'error plugin-runs content/posts/a.md The plugin "./plugins/run.mjs" failed: it ends the process (process.exit(3)).',
    ])
  })

  it.each([
    ['1', 'process.exit(0)', /^error The command ended before its work was done\..*process\.exit/],
    [
      '2',
      'process.exit(0)',
      /^error site\.yaml:2:19 plugin-loads\n.*"\.\/plugins\/later\.mjs" ended the thread .*: A thread ended with 0\./,
    ],
    [
      '2',
      "Promise.reject(new Error('Boom'))",
      /^error site\.yaml:2:19 plugin-loads\n.*"\.\/plugins\/later\.mjs" ended the thread .*: Boom\./,
    ],
  ])(
    'that ends the process later ends no build in silence, in %s threads by %s',
    async (threads, later, said) => {
      const root = await site(
        {
          'plugins/later.mjs': `export default () => { setTimeout(() => ${later}); return () => {} }`,
          ...Object.fromEntries(
            Array.from({ length: 24 }, (_, index) => [
              `content/posts/b${index}.md`,
              post('Words. '.repeat(2000)),
            ]),
          ),
        },
        '  remarkPlugins: [./plugins/later.mjs]\n',
      )
      const { code, stderr } = await scholium(root, ['build', '--threads', threads])
      expect(code).not.toBe(0)
      expect(stderr).toMatch(said)
    },
  )

  it('whose module never comes to its end is not waited for, for ever', async () => {
    const root = await site(
      { 'plugins/never.mjs': 'await new Promise(() => {})\nexport default () => {}' },
      '',
    )
    const file = 'plugins/never.mjs'
    const plugin = { kind: 'remark', name: `./${file}`, file, files: [file], digest: '0' } as const
    await expect(pluginLoader(100)({ key: 'k', root, plugins: [plugin] })).rejects.toThrow(
      'it cannot be loaded: its module is not done after 0.1 seconds.',
    )
  })

  it('may give a tree, or hand one on; a tree that is none is shown as typed', async () => {
    const text = (value: string) => `{ type: 'root', children: [{ type: 'text', value: '${value}' }] }`
    const root = await site(
      {
        'plugins/give.mjs': `export default () => () => (${text('Given')})`,
        'plugins/hand.mjs': `export default () => (tree, file, next) => next(null, ${text('Handed')})`,
      },
      '  remarkPlugins: [./plugins/give.mjs]\n',
    )
    expect(found(await built(root))).toEqual([])
    expect(await shown(root)).toBe('Given')
    await writeFiles(root, { 'site.yaml': 'markdown:\n  rehypePlugins: [./plugins/hand.mjs]\n' })
    expect(found(await built(root))).toEqual([])
    expect(await shown(root)).toBe('Handed')
    await writeFiles(root, {
      'plugins/none.mjs': "export default () => () => ({ type: 'root', children: [null] })",
      'site.yaml': 'markdown:\n  rehypePlugins: [./plugins/none.mjs]\nrules: { plugin-runs: warn }\n',
    })
    expect(found(await built(root))).toEqual([
      expect.stringMatching(
        /^warn plugin-runs .* One of the plugins "\.\/plugins\/none\.mjs" left a tree that is none/,
      ),
    ])
    expect(await shown(root)).toContain('Words.')
  })

  it('that cannot be found or loaded stops the build, at its place in site.yaml', async () => {
    const root = await site(
      { 'plugins/syntax.mjs': 'export default (', 'plugins/nothing.mjs': 'export const x = 1' },
      '  remarkPlugins:\n    - remark-nowhere\n    - ./plugins/gone.mjs\n',
    )
    const first = await built(root)
    expect(first).toMatchObject({ ok: false, misused: true })
    expect(first.named).toContain('plugins/gone.mjs')
    expect(found(first)).toEqual([
      `error plugin-loads site.yaml:3:7 The plugin "remark-nowhere" cannot be used: Cannot find package 'remark-nowhere'.`,
      'error plugin-loads site.yaml:4:7 The plugin "./plugins/gone.mjs" cannot be used: There is no file plugins/gone.mjs.',
    ])
    const with_ = async (plugin: string) => {
      await writeFiles(root, { 'site.yaml': `markdown: { remarkPlugins: [${plugin}] }\n` })
      return found(await built(root))
    }
    expect(await with_('./plugins/nothing.mjs')).toEqual([
      'error plugin-loads site.yaml:1:29 The plugin "./plugins/nothing.mjs" cannot be used: its module has no plugin as its default export.',
    ])
    expect(await with_('./plugins/syntax.mjs')).toEqual([
      expect.stringMatching(
        /^error plugin-loads site\.yaml:1:29 The plugin "\.\/plugins\/syntax\.mjs" cannot be used: it cannot be loaded: /,
      ),
    ])
    await writeFiles(root, { 'plugins/attach.mjs': "export default () => { throw new Error('No options') }" })
    expect(await with_('./plugins/attach.mjs')).toEqual([
      'error plugin-loads site.yaml:1:29 The plugin "./plugins/attach.mjs" cannot be used: No options.',
    ])
    await rm(join(root, 'plugins/attach.mjs'))
  })
})

describe('The plugins that the documentation shows', () => {
  it('do what it says', async () => {
    const text = await readFile(join(packageFolder, 'content/pages/writing.md'), 'utf8')
    const shownFiles = [...text.matchAll(/^```js title="(plugins\/[^"]+)"\n([\s\S]*?)^```$/gm)]
    const files = Object.fromEntries(shownFiles.map(([, path = '', code = '']) => [path, code]))
    expect(Object.keys(files)).toEqual(['plugins/arrows.mjs', 'plugins/numbered.mjs'])
    const [, yaml = ''] = /^```yaml\n(markdown:\n {2}remarkPlugins:\n[\s\S]*?)^```$/m.exec(text) ?? []
    const [, promised] = /^```html\n(<p id="p1">.*)\n```$/m.exec(text) ?? []
    const root = await siteFolder({
      ...files,
      'site.yaml': yaml.replace(/^ *- remark-emoji\n/m, ''),
      'content/posts/a.md': post('a -> b'),
    })
    await mkdir(join(root, 'node_modules'))
    const installed = 'node_modules/unist-util-visit'
    await symlink(join(packageFolder, installed), join(root, installed))
    expect(found(await built(root))).toEqual([])
    expect(await shown(root)).toBe(promised)
  })
})
