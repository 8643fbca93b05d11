/** Posts whose time is over: left out from a moment on, which an incremental build notices. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { build } from '../../src/build.js'
import { parsed } from '../in-memory.js'
import { filesIn, siteFolder } from '../site-folder.js'

const post = (title: string, rest = '') => `---\ntitle: ${title}\ndate: 2024-01-22\n${rest}---\n\nText.\n`

describe('expires', () => {
  const expiry = (value: string, timezone = 'UTC') =>
    parsed(post('A', `expires: ${value}\n`), { yaml: `timezone: ${timezone}\n` })

  it.each([
    ['2024-06-02', 'UTC', '2024-06-03T00:00:00.000Z'],
    ['2024-06-02', 'America/New_York', '2024-06-03T04:00:00.000Z'],
    // The day on which the clocks go forward has 23 hours.
    ['2024-03-31', 'Europe/Berlin', '2024-03-31T22:00:00.000Z'],
    ['2024-06-02 15:00', 'Europe/Berlin', '2024-06-02T13:00:00.000Z'],
    ['2024-06-02T15:00:00-07:00', 'UTC', '2024-06-02T22:00:00.000Z'],
  ])('%s in %s is over at %s', (value, timezone, moment) => {
    const { post: read, diagnostics } = expiry(value, timezone)
    expect(new Date(read.expires ?? 0).toISOString()).toBe(moment)
    expect(diagnostics).toEqual([])
  })

  it('that is no date is reported, and never comes', () => {
    const { post: read, diagnostics } = expiry('soon')
    expect(read.expires).toBeNull()
    expect(diagnostics).toMatchObject([{ rule: 'front-matter-is-valid', line: 4 }])
    expect(parsed(post('A')).post.expires).toBeNull()
  })
})

describe('A post that expires', () => {
  const files = {
    'content/posts/a.md': post('A', 'expires: 2024-06-02\n'),
    'content/posts/b.md': post('B').replace('Text.', '[a](a.md)'),
  }
  const publish = async (root: string, now: string, drafts = false) => {
    const result = await build({ root, out: join(root, 'dist'), drafts, now: new Date(now) })
    expect(result.ok).toBe(true)
    return result
  }

  it('is there until its last day is over, to the millisecond, and then gone; the links to it are reported', async () => {
    const root = await siteFolder(files)
    const before = await publish(root, '2024-06-02T23:59:59.999Z')
    expect([before.counts.posts, before.counts.expired, before.diagnostics]).toEqual([2, 0, []])
    expect(await filesIn(join(root, 'dist/posts'))).toHaveProperty('a/index.html')
    // Nothing has changed on the disk.
    const after = await publish(root, '2024-06-03T00:00:00.000Z')
    expect([after.counts.posts, after.counts.expired]).toEqual([1, 1])
    expect(Object.keys(await filesIn(join(root, 'dist/posts')))).toEqual(['b/index.html'])
    expect(after.diagnostics.map(({ message }) => message)).toEqual([
      'The link leads to "a.md", which is not published: it has expired.',
    ])
  })

  it('is shown, marked, where drafts are, and kept from search engines', async () => {
    const root = await siteFolder(files)
    await publish(root, '2024-06-03T00:00:00Z', true)
    const page = readFileSync(join(root, 'dist/posts/a/index.html'), 'utf8')
    expect(page).toContain('<h1>A <span class="mark">Expired</span>')
    expect(page).toContain('<meta name="robots" content="noindex">')
    expect(readFileSync(join(root, 'dist/index.html'), 'utf8')).toContain('Expired')
    await publish(root, '2024-06-02T00:00:00Z', true)
    expect(readFileSync(join(root, 'dist/posts/a/index.html'), 'utf8')).not.toContain('Expired')
  })
})
