/** The same site gives the same bytes: at any time of day, in any zone and locale, once and again. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scholium } from '../command.js'
import { filesIn, siteFolder } from '../site-folder.js'

/** A site with whatever a machine's zone, language and order of files could change. */
const files = {
  'site.yaml':
    'title: Notes\nurl: https://example.org/blog/\nlang: de\ntimezone: America/New_York\npaginate: 2\n',
  'content/posts/2023-12-31-evening.md':
    '---\ntitle: Äpfel\ntags: [ä, z, Z, C++, C#, 分布, i, I]\n---\n## A\n\n$x^2$\n',
  'content/posts/time.md':
    '---\ntitle: Time\ndate: 2024-01-01 00:30\nupdated: 2024-07-01 23:59:59 +0900\ntags: [z]\n---\n`code`\n',
  'content/posts/zone.md':
    '---\ntitle: Zone\ndate: 2023-12-31T23:30:00-1100\ncategory: Öl\n---\n```python\nprint(1)\n```\n',
  'content/posts/same-day-b.md': '---\ndate: 2024-01-01\n---\n[a](same-day-a.md) “quoted” -- dashes\n',
  'content/posts/same-day-a.md': '---\ndate: 2024-01-01\n---\n[b](same-day-b.md)[^1]\n\n[^1]: A note.\n',
  // Of Latin there is no data: its dates are not in the machine's language.
  'content/posts/latin.md': '---\ntitle: Latin\nlang: la\ndate: 2024-03-05\n---\n',
  'content/posts/2024-02-30-undated.md': '# İstanbul and ﬁeld\n',
  'content/pages/about.md': '# About\n',
  'assets/images/x.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
} as const

async function published(environment: Readonly<Record<string, string>>, order: 1 | -1 = 1) {
  const entries = Object.entries(files)
  const root = await siteFolder(Object.fromEntries(order === 1 ? entries : entries.reverse()))
  const ended = await scholium(root, ['build', '--json'], environment)
  expect(ended.code).toBe(0)
  const first = await filesIn(join(root, 'dist'))
  const { diagnostics } = JSON.parse(ended.stdout)
  return { root, first, diagnostics }
}

describe('The same site', () => {
  it('is the same byte for byte in any time zone, language and folder, whatever the order of its files', async () => {
    const [utc, tokyo, turkish, kathmandu] = await Promise.all([
      published({ TZ: 'UTC', LANG: 'C', LC_ALL: 'C' }),
      published({ TZ: 'Asia/Tokyo', LANG: 'ja_JP.UTF-8', LC_ALL: 'ja_JP.UTF-8' }, -1),
      published({ TZ: 'America/New_York', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', LANGUAGE: 'tr' }),
      published({ TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8', NO_COLOR: '1' }, -1),
    ])
    expect(Object.keys(utc.first).length).toBeGreaterThan(20)
    for (const other of [tokyo, turkish, kathmandu]) {
      expect(other.first).toEqual(utc.first)
      expect(other.diagnostics).toEqual(utc.diagnostics)
    }
    expect(utc.first['posts/time/index.html']).toContain('2024-01-01T00:30:00-05:00')
    expect(utc.first['posts/zone/index.html']).toContain('2023-12-31T23:30:00-11:00')
  })

  it('is the same when it is built again, over what is there and anew', async () => {
    const { root, first } = await published({ TZ: 'UTC' })
    for (const flags of [[], ['--clean']]) {
      const { code } = await scholium(root, ['build', ...flags], { TZ: 'Asia/Tokyo' })
      expect([code, await filesIn(join(root, 'dist'))]).toEqual([0, first])
    }
  })
})
