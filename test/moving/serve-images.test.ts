/** Images in the preview: named by its pages, encoded when a browser asks for them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { siteFolder } from '../site-folder.js'
import { serving } from './serving.js'

const noise = { type: 'gaussian', mean: 120, sigma: 20 } as const
const photo = () =>
  sharp({ create: { width: 1000, height: 400, channels: 3, background: 'black', noise } })
    .jpeg({ quality: 100 })
    .toBuffer()

describe('scholium serve', () => {
  it('encodes an image when a page asks for it, also where nothing has changed since the last session', async () => {
    const root = await siteFolder({
      'content/posts/a.md': '# A\n\n![P](p.jpg)\n',
      'content/posts/p.jpg': await photo(),
    })
    for (const session of ['first', 'second']) {
      const home = await serving(root)
      const html = await (await fetch(new URL('posts/a/', home))).text()
      const [path = ''] = /\/assets\/encoded\/p\.640w\.[0-9a-f]{10}\.webp/.exec(html) ?? []
      expect(path, session).not.toBe('')
      const answer = await fetch(new URL(path, home))
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp'])
      const { width, format } = await sharp(await answer.arrayBuffer()).metadata()
      expect({ width, format }).toEqual({ width: 640, format: 'webp' })
      expect((await fetch(new URL(path.replace('640w', '641w'), home))).status).toBe(404)
    }
    expect(existsSync(join(root, '.scholium/preview/assets/encoded'))).toBe(false)
  })
})
