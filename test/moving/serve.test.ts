/** The preview of what is not public: drafts, scheduled and expired posts, marked. */
import { describe, expect, it } from 'vitest'
import { siteFolder } from '../site-folder.js'
import { serving } from './serving.js'

const post = (title: string, rest: string) => `---\ntitle: ${title}\n${rest}\n---\n\nText.\n`
const files = {
  'content/posts/draft.md': post('Draft post', 'date: 2024-01-01\ndraft: true'),
  'content/posts/scheduled.md': post('Scheduled post', 'date: 2999-01-01'),
  'content/posts/expired.md': post('Expired post', 'date: 2024-01-02\nexpires: 2024-02-01'),
  'content/posts/plain.md': post('Plain post', 'date: 2024-01-03'),
}

describe('scholium serve', () => {
  it('with --drafts shows what is not public, marked on its page and in lists', async () => {
    const home = await serving(await siteFolder(files), '--drafts')
    const text = async (path: string) => (await fetch(new URL(path, home))).text()
    for (const kind of ['Draft', 'Scheduled', 'Expired']) {
      const mark = `${kind} post <span class="mark">${kind}</span>`
      expect(await text(`posts/${kind.toLowerCase()}/`)).toContain(`<h1>${mark}</h1>`)
      expect(await text('')).toContain(`${kind} post</a> <span class="mark">${kind}</span>`)
    }
    expect(await text('posts/plain/')).not.toContain('class="mark"')
  })

  it('without it shows none of it', async () => {
    const home = await serving(await siteFolder(files))
    for (const kind of ['draft', 'scheduled', 'expired'])
      expect((await fetch(new URL(`posts/${kind}/`, home))).status).toBe(404)
    expect(await (await fetch(home)).text()).not.toMatch(/class="mark"|Draft post|Scheduled|Expired/)
  })
})
