import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePublished, publishedText } from '../../../src/content/published.js'

const bare = (text: string) =>
  parsePublished(text).record.map(({ file, urls, id }) => ({ file, urls: urls.map(({ url }) => url), id }))

describe('A record of what was published', () => {
  it('reads as a person would write it', () => {
    const record = [
      {
        file: 'content/posts/a.md',
        urls: [{ url: '/old/größe/' }, { url: '/posts/a/' }],
        id: 'https://x.org/a',
      },
      { file: 'content/pages/b.md', urls: [{ url: '/b/' }], id: null },
    ]
    expect(publishedText(record).split('\n').slice(2)).toEqual([
      'content/posts/a.md:',
      '  urls:',
      '    - /old/größe/',
      '    - /posts/a/',
      '  id: https://x.org/a',
      'content/pages/b.md:',
      '  urls:',
      '    - /b/',
      '',
    ])
  })

  it('says after reading what was written, whatever names and URLs there are', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text !== '__proto__')
    const entry = fc.record({
      file: name,
      urls: fc.array(name.map((text) => `/${text}/`)),
      id: fc.option(name),
    })
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ file }) => file }), (entries) => {
        const record = entries
          // What looks like a whole number comes first in every object.
          .filter(({ file }) => !/^\d+$/.test(file))
          .map(({ urls, ...rest }) => ({ ...rest, urls: urls.map((url) => ({ url })) }))
        expect(bare(publishedText(record))).toEqual(
          record.map(({ file, urls, id }) => ({ file, urls: urls.map(({ url }) => url), id })),
        )
        expect(parsePublished(publishedText(record)).diagnostics).toEqual([])
      }),
    )
  })

  it.each([
    ['a: [', /is not valid YAML/, 1],
    ['- a\n', /is not as it was written/, 1],
    ['a:\n  urls: [x]\n', /must be a path from the site/, 2],
    ['a:\n  urls: [/x/]\nb: 1\n', /is not as it was written/, 3],
    ['a: &x\n  urls: [/x/]\nb: *x\n', /published\.yaml/, undefined],
  ])('that somebody has broken is reported, and says nothing: %j', (text, message, line) => {
    const { record, diagnostics } = parsePublished(text)
    expect(record).toEqual([])
    expect(diagnostics).toMatchObject([
      { rule: 'published-is-valid', severity: 'error', message: expect.stringMatching(message) },
    ])
    if (line !== undefined) expect(diagnostics[0]?.line).toBe(line)
  })
})
