import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pack, run } from '../published.js'
import { siteFolder } from '../site-folder.js'

describe('The packed package, installed by npm into an empty folder', () => {
  it('makes a site and builds it, without any script of any package', async () => {
    const folder = await siteFolder({ 'package.json': '{ "private": true }' })
    const { tarball } = await pack(folder)
    const npm = (...parameters: readonly string[]) =>
      run('npm', parameters, { cwd: folder, maxBuffer: 1 << 26 }).then(({ stdout }) => stdout)
    await npm('install', '--ignore-scripts', '--no-audit', '--no-fund', tarball)
    const scholium = (...parameters: readonly string[]) =>
      npm('exec', '--no', '--', 'scholium', ...parameters)
    await scholium('init', 'blog')
    const formula = `---\ntitle: A\ndate: 2024-01-01\nimage: a.svg\n---\n\n$x^2$ [@a]\n\n\`\`\`js\nlet x = 1\n\`\`\`\n`
    await writeFile(join(folder, 'blog/content/posts/a.md'), formula)
    await writeFile(
      join(folder, 'blog/content/posts/a.svg'),
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    )
    await writeFile(
      join(folder, 'blog/content/a.bib'),
      '@misc{a, author = {Ada}, title = {On it}, year = 2020}',
    )
    const built = JSON.parse(await scholium('build', '--root', 'blog', '--json'))
    expect(built).toMatchObject({ ok: true, counts: { posts: 2, pages: 1 }, diagnostics: [] })
    const html = await readFile(join(folder, 'blog/dist/posts/a/index.html'), 'utf8')
    for (const part of ['katex', 'hljs', 'Ada']) expect(html).toContain(part)
  })
})
