import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { siteFolder, writeFiles } from '../site-folder.js'
import { manyPosts, putSources } from './kill.js'
import { start } from './running.js'

const preload = fileURLToPath(new URL('loads.mjs', import.meta.url))

/** Builds a site in a process of its own and gives the modules that it loaded, without Node's. */
async function loadedBy(root: string): Promise<readonly string[]> {
  const list = join(root, '.loaded')
  writeFileSync(list, '')
  const { code, stderr } = await start(['build', '--root', root], { preload, env: { SCHOLIUM_LOADS: list } })
    .ended
  expect([code, stderr.replace(/warning [\s\S]*/, '')]).toEqual([0, ''])
  const files = readFileSync(list, 'utf8')
    .split('\n')
    .filter((url) => url.startsWith('file:'))
  rmSync(list)
  return [...new Set(files.map((url) => fileURLToPath(url)))].filter((file) => file !== preload)
}

/** The modules that render: KaTeX, the highlighter, and whatever parses Markdown, by their names or by what they hold. */
function renderersAmong(files: readonly string[]): readonly string[] {
  return files.filter(
    (file) =>
      /katex|highlight|lowlight|micromark|mdast|remark/.test(file) ||
      /remarkParse|micromark\(/.test(readFileSync(file, 'utf8')),
  )
}

async function builtSite(): Promise<string> {
  const root = await siteFolder()
  await putSources(root, manyPosts(10, 0))
  await start(['build', '--root', root]).ended
  return root
}

describe('A build', { timeout: 60_000 }, () => {
  it('that has everything to do loads what renders', async () => {
    const root = await siteFolder()
    await putSources(root, manyPosts(10, 0))
    expect(renderersAmong(await loadedBy(root))).not.toEqual([])
  })

  it.each([
    ['with nothing to do', () => {}],
    [
      'after a touch',
      (root: string) => utimesSync(join(root, 'content/posts/post-1.md'), new Date(), new Date()),
    ],
  ])('%s loads little more than Node itself', async (_, prepare) => {
    const root = await builtSite()
    prepare(root)
    const files = await loadedBy(root)
    expect(renderersAmong(files)).toEqual([])
    expect(files.length).toBeLessThanOrEqual(6)
    expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(200_000)
  })

  it('of posts that show no image of pixels loads nothing that decodes one', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    const root = await siteFolder({
      'content/posts/a.md': '---\ntitle: A\ndate: 2024-01-01\n---\n![D](d.svg)\n',
      'content/posts/d.svg': svg,
      'content/posts/unused.png': 'no image',
    })
    const files = await loadedBy(root)
    expect(readFileSync(join(root, 'dist/posts/a/index.html'), 'utf8')).toContain('width="9" height="9"')
    expect(files.filter((file) => /[\\/](sharp|@img)[\\/]/.test(file))).toEqual([])
  })

  it('after a change of a template renders no body, and loads nothing that does', async () => {
    const root = await builtSite()
    await writeFiles(root, { 'templates/post.html': '<p>{{ post.title }}</p>{{ post.content | raw }}' })
    expect(renderersAmong(await loadedBy(root))).toEqual([])
  })
})
