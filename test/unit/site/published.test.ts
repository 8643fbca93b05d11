import { describe, expect, it } from 'vitest'
import { parsePublished } from '../../../src/content/published.js'
import { recordAgain, recordedIds, vanishedUrls } from '../../../src/site/published.js'
import { siteOf } from '../../in-memory-site.js'

const post = (title: string, rest = '') => `---\ntitle: ${title}\ndate: 2024-01-22\n${rest}---\n\nText.\n`

const recordOf = (text: string) => parsePublished(text).record
const before = recordOf(`content/posts/a.md:
  urls:
    - /posts/a/
  id: https://example.org/posts/a/
content/posts/b.md:
  urls:
    - /2019/b/
    - /posts/b/
  id: tag:b
`)

/** What `files` make of the record: what is gone, with the hint, the ids, and the record afterwards. */
function held(files: Readonly<Record<string, string>>, yaml = '') {
  const { site, index, withheld } = siteOf(files, yaml)
  const found = vanishedUrls(before, { site, index, withheld })
  const after = recordAgain(before, site, index, ({ url }) => `new:${url}`)
  return {
    found: found.map(({ line, message, hint }) => `${line} ${message} ${hint}`),
    ids: Object.fromEntries(recordedIds(before, site)),
    after: after.map(({ file, urls, id }) => `${file} ${urls.map(({ url }) => url).join(' ')} ${id}`),
  }
}

const [a, b] = [post('A'), post('B', 'aliases: [/2019/b/]\n')]

describe('What was published', () => {
  it('is kept where it is, and nothing is said', () => {
    expect(held({ 'content/posts/a.md': a, 'content/posts/b.md': b })).toEqual({
      found: [],
      ids: { 'content/posts/a.md': 'https://example.org/posts/a/', 'content/posts/b.md': 'tag:b' },
      after: [
        'content/posts/a.md /posts/a/ https://example.org/posts/a/',
        'content/posts/b.md /2019/b/ /posts/b/ tag:b',
      ],
    })
  })

  it('is missed under a new slug, until an alias leads on; its id stays', () => {
    const moved = { 'content/posts/b.md': b, 'content/posts/a.md': post('A', 'slug: new\n') }
    const id = { 'content/posts/a.md': 'https://example.org/posts/a/', 'content/posts/b.md': 'tag:b' }
    expect(held(moved)).toMatchObject({
      found: [
        '3 /posts/a/ has been published, and leads nowhere now: content/posts/a.md is at /posts/new/. Add "aliases: [/posts/a/]" to content/posts/a.md.',
      ],
      ids: id,
    })
    const led = { ...moved, 'content/posts/a.md': post('A', 'slug: new\naliases: [/posts/a/]\n') }
    expect(held(led)).toMatchObject({ found: [], ids: id })
    expect(held(led).after[0]).toBe('content/posts/a.md /posts/a/ /posts/new/ https://example.org/posts/a/')
  })

  it('is known again in a renamed file by the URL in its aliases, or by the URL itself', () => {
    const renamed = held({
      'content/posts/b.md': b,
      'content/posts/new.md': post('A', 'aliases: [/posts/a/]\n'),
    })
    expect(renamed).toEqual({
      found: [],
      ids: { 'content/posts/b.md': 'tag:b', 'content/posts/new.md': 'https://example.org/posts/a/' },
      after: [
        'content/posts/b.md /2019/b/ /posts/b/ tag:b',
        'content/posts/new.md /posts/a/ /posts/new/ https://example.org/posts/a/',
      ],
    })
    const sameUrl = held({ 'content/posts/b.md': b, 'content/posts/2024-01-22-a.md': a })
    expect(sameUrl.found).toEqual([])
    expect(sameUrl.ids).toHaveProperty(['content/posts/2024-01-22-a.md'], 'https://example.org/posts/a/')
  })

  it('is missed when its file is deleted, until something else leads on; its entry is kept', () => {
    const gone = held({ 'content/posts/b.md': b })
    expect(gone.found).toEqual([
      '3 /posts/a/ has been published from content/posts/a.md, and leads nowhere now. Add "aliases: [/posts/a/]" to what takes its place, or name it under "redirects" in site.yaml. If it is meant to be gone, delete it from published.yaml.',
    ])
    expect(gone.after[0]).toBe('content/posts/a.md /posts/a/ https://example.org/posts/a/')
    expect(held({ 'content/posts/b.md': b }, 'redirects: { /posts/a/: / }').found).toEqual([])
  })

  it('is missed when an alias is removed, and when a post becomes a draft', () => {
    expect(held({ 'content/posts/a.md': a, 'content/posts/b.md': post('B') }).found).toMatchObject([
      expect.stringMatching(/^7 \/2019\/b\/ .* content\/posts\/b\.md is at \/posts\/b\//),
    ])
    const draft = held({ 'content/posts/a.md': post('A', 'draft: true\n'), 'content/posts/b.md': b })
    expect(draft.found).toEqual([
      '3 /posts/a/ has been published, and content/posts/a.md is not published now: it is a draft. Publish it, or give it a date under "expires". If it is meant to be gone, delete it from published.yaml.',
    ])
  })

  it('may be gone when it has expired', () => {
    const { site, index } = siteOf({ 'content/posts/b.md': b })
    const { site: other } = siteOf({ 'content/posts/a.md': a })
    const [expired] = other.posts
    if (!expired) throw new Error('There is no post.')
    const withheld = [{ post: expired.post, reason: 'expired' as const }]
    expect(vanishedUrls(before, { site, index, withheld })).toEqual([])
  })

  it('is joined by what is new', () => {
    const files = {
      'content/posts/a.md': a,
      'content/posts/b.md': b,
      'content/posts/c.md': post('C', 'aliases: [/c.html]\n'),
    }
    expect(held(files, 'redirects: { /d/: /posts/c/ }').after[2]).toBe(
      'content/posts/c.md /c.html /d/ /posts/c/ new:/posts/c/',
    )
  })

  it('is the same when it is recorded twice', () => {
    const { site, index } = siteOf({
      'content/posts/x.md': post('X', 'aliases: [/posts/a/]\n'),
      'content/posts/b.md': b,
    })
    const once = recordAgain(before, site, index, () => null)
    expect(recordAgain(once, site, index, () => 'another')).toEqual(once)
  })
})
