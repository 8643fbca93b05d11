/** What is measured: a site of generated posts, and what its author does to it before each build. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writePosts } from './corpus.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const cli = resolve(here, '../../lib/cli.js')
const templates = resolve(here, '../../templates')

/** One post in so many uses the site's macro. */
const macroEvery = 100

/** The names of cases, which the report asks for. */
export const names = {
  peer: 'Eleventy, from nothing',
  cold: 'from nothing',
  lean: 'from nothing, without search',
  idle: 'nothing changed',
  body: 'one body changed',
  title: 'one title changed',
  tag: 'one tag changed',
  macro: 'a macro of the site changed',
  template: 'the template of all pages changed',
  save: 'preview: from save to reload',
}

/**
 * Makes a site of generated posts in a folder. Gives the size of its Markdown in bytes, and what can be done to it: each
 * `prepare` edits the site, so that the build after it has that to do.
 */
export function benchSite(root, count) {
  const posts = join(root, 'content/posts')
  const bytes = writePosts(posts, count)
  const postAt = (number) => join(posts, `post-${String(number).padStart(6, '0')}.md`)
  for (let number = 1; number <= count; number += macroEvery)
    appendFileSync(postAt(number), '\nHere is $\\half$ of it.\n')
  const middle = postAt(Math.ceil(count / 2))
  const base = join(root, 'templates/base.html')
  mkdirSync(join(root, 'templates'))
  cpSync(join(templates, 'base.html'), base)
  const config = (edit, search = true) =>
    writeFileSync(
      join(root, 'site.yaml'),
      `title: A site to measure\nurl: https://example.org/\nsearch: ${search}\nmath: { macros: { '\\half': '\\frac{1}{2} ${'\\!'.repeat(edit)}' } }\n`,
    )
  config(0)
  let edits = 0
  const rewrite = (file, from, to) => writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))
  const command = [cli, 'build', '--root', root]
  const of = (name, prepare) => ({ name, prepare, command })
  const anew = () => [join(root, 'dist'), join(root, '.scholium')].forEach(remove)
  const editBody = () => appendFileSync(middle, `\nA change to the body, number ${++edits}.\n`)
  return {
    bytes,
    lean: of(names.lean, () => {
      anew()
      config(0, false)
    }),
    cold: of(names.cold, () => {
      anew()
      config(0)
    }),
    idle: of(names.idle, () => {}),
    body: of(names.body, editBody),
    title: of(names.title, () =>
      rewrite(middle, /^title: .*$/m, `title: "Another title, number ${++edits}"`),
    ),
    tag: of(names.tag, () => rewrite(middle, /^tags: \[/m, `tags: ["Tag ${++edits}", `)),
    macro: of(names.macro, () => config(++edits)),
    template: of(names.template, () => rewrite(base, '</body>', `<!-- ${++edits} --></body>`)),
    serve: [cli, 'serve', '--root', root, '--port', '0'],
    save: editBody,
  }
}

/** Installs Eleventy with the same posts; it keeps nothing from build to build, so there is one case. */
export function peerCase(root, count) {
  cpSync(join(here, 'peers/eleventy'), root, { recursive: true })
  writePosts(join(root, 'src/posts'), count)
  console.error('Installing Eleventy …')
  const install = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (install.status !== 0) throw new Error('Eleventy cannot be installed; run without --peer.')
  return {
    name: names.peer,
    prepare: () => remove(join(root, '_site')),
    command: [join(root, 'node_modules/@11ty/eleventy/cmd.cjs'), '--quiet'],
    cwd: root,
  }
}

/** Removes a file or a folder, if it is there. */
export function remove(path) {
  rmSync(path, { recursive: true, force: true })
}
