import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openCache } from '../../../src/cache.js'
import type { Section } from '../../../src/markdown/rendered.js'
import { type IndexSources, indexedHtml, type SearchFiles, searchFiles } from '../../../src/output/search.js'
import { encodeSections } from '../../../src/render/body.js'
import type { SearchBundle, SearchRecord } from '../../../src/site/search.js'
import { siteFolder } from '../../site-folder.js'

const sections = (text: string): readonly Section[] => [{ heading: null, blocks: [text] }]

const record = (name: string, text: string): SearchRecord => ({
  ...{ url: `/posts/${name}/`, title: `Post ${name}`, date: '', lang: 'en', terms: [['tags', ['x']]] },
  ...{ sections: encodeSections(sections(text)).key, body: `body-${name}` },
})

const bundle = (texts: Readonly<Record<string, string>>, folder = ''): SearchBundle => ({
  folder,
  lang: 'en',
  records: Object.entries(texts).map(([name, text]) => record(name, text)),
})

/** A cache that holds texts, and the sources of an index that is made of it. */
async function sourcesWith(
  texts: readonly string[],
  more: Partial<IndexSources> = {},
): Promise<IndexSources> {
  const bodies = join(await siteFolder(), 'cache')
  const cache = openCache(bodies)
  for (const text of texts) {
    const { key, entry } = encodeSections(sections(text))
    cache.put(key, entry)
  }
  return { bodies, clean: false, program: 'p', isPublished: () => false, ...more }
}

/** The bytes of every file, in hexadecimal. */
async function contents({ files }: SearchFiles): Promise<Readonly<Record<string, string>>> {
  const made = files.map(
    async ({ output, make }) => [output, Buffer.from(await make()).toString('hex')] as const,
  )
  return Object.fromEntries(await Promise.all(made))
}

const outputs = ({ files }: SearchFiles) => files.map(({ output, key }) => `${output} ${key}`)

describe('The search index', { timeout: 60_000 }, () => {
  it('is what reads it, and what it is made of, without Pagefind’s own interface', async () => {
    const made = await searchFiles(
      [bundle({ a: 'Text.' }), bundle({ b: 'More.' }, 'en-1/')],
      await sourcesWith(['Text.', 'More.']),
    )
    const names = made.files.map(({ output }) => output.replace(/_[0-9a-f]+\./, '_….')).sort()
    expect(names).toEqual([
      'pagefind/en-1/filter/en_….pf_filter',
      'pagefind/en-1/fragment/en_….pf_fragment',
      'pagefind/en-1/index/en_….pf_index',
      'pagefind/en-1/pagefind-entry.json',
      'pagefind/en-1/pagefind.en_….pf_meta',
      'pagefind/filter/en_….pf_filter',
      'pagefind/fragment/en_….pf_fragment',
      'pagefind/index/en_….pf_index',
      'pagefind/pagefind-entry.json',
      'pagefind/pagefind-worker.js',
      'pagefind/pagefind.en_….pf_meta',
      'pagefind/pagefind.js',
      'pagefind/wasm.en.pagefind',
    ])
    const fragment = Object.entries(await contents(made)).find(([name]) =>
      name.startsWith('pagefind/fragment'),
    )
    const text = gunzipSync(Buffer.from(fragment?.[1] ?? '', 'hex')).toString()
    expect(text).toContain('"url":"/posts/a/","content":"Post a. ⸨ x⸩ Text."')
  })

  it('has the same bytes each time it is made', async () => {
    const texts = Array.from(
      { length: 40 },
      (_, at) => `Text ${at} of words such as ${'kernel tensor '.repeat(at % 7)}.`,
    )
    const bundles = [0, 1, 2, 3].map((part) =>
      bundle(
        Object.fromEntries(texts.map((text, at) => [`${at}-${part}`, text])),
        part === 0 ? '' : `en-${part}/`,
      ),
    )
    const [first, second] = await Promise.all([sourcesWith(texts), sourcesWith(texts)])
    const made = await contents(await searchFiles(bundles, first))
    expect(await contents(await searchFiles(bundles, second))).toEqual(made)
    expect(await contents(await searchFiles(bundles, { ...first, clean: true }))).toEqual(made)
  })

  it('is not made again, nor any text read, while nothing has changed', async () => {
    const sources = await sourcesWith(['Text.'])
    const texts = { a: 'Text.' }
    const made = await searchFiles([bundle(texts)], sources)
    const { key } = encodeSections(sections('Text.'))
    openCache(sources.bodies).put(key, 'no sections')
    const again = await searchFiles([bundle(texts)], sources)
    expect(outputs(again)).toEqual(outputs(made))
    expect(await contents(again)).toEqual(await contents(made))
  })

  it('asks for no bytes of what is published already', async () => {
    const sources = await sourcesWith(['Text.'])
    const made = await searchFiles([bundle({ a: 'Text.' })], sources)
    const published = new Set(outputs(made))
    const isPublished = (output: string, digest: string) => published.has(`${output} ${digest}`)
    const again = await searchFiles([bundle({ a: 'Text.' })], { ...sources, isPublished })
    expect(outputs(again)).toEqual(outputs(made))
    await expect(again.files[0]?.make()).rejects.toThrow('changed while the site was built')
  })

  it('is made again for a bundle whose text has changed, and for no other', async () => {
    const sources = await sourcesWith(['Text.', 'More.', 'Other.'])
    const before = await searchFiles([bundle({ a: 'Text.' }), bundle({ b: 'More.' }, 'en-1/')], sources)
    const after = await searchFiles([bundle({ a: 'Other.' }), bundle({ b: 'More.' }, 'en-1/')], sources)
    const changed = outputs(after).filter((output) => !outputs(before).includes(output))
    expect(changed.filter((output) => output.startsWith('pagefind/en-1/'))).toEqual([])
    expect(changed.some((output) => output.startsWith('pagefind/fragment/'))).toBe(true)
  })

  it('changes with the program, and not with a body whose text stays the same', async () => {
    const sources = await sourcesWith(['Text.'])
    const made = await searchFiles([bundle({ a: 'Text.' })], sources)
    openCache(sources.bodies).put(encodeSections(sections('Text.')).key, 'no sections')
    const [record] = bundle({ a: 'Text.' }).records
    const moved = { folder: '', lang: 'en', records: record ? [{ ...record, body: 'another' }] : [] }
    expect(outputs(await searchFiles([moved], sources))).toEqual(outputs(made))
    await expect(searchFiles([moved], { ...sources, program: 'q' })).rejects.toThrow()
  })

  it('names the bodies whose texts are lost, and nothing else', async () => {
    const made = await searchFiles([bundle({ a: 'Text.', b: 'Lost.' })], await sourcesWith(['Text.']))
    expect(made).toEqual({ files: [], missing: ['body-b'], diagnostics: [] })
  })

  it('is none of a site without bundles', async () => {
    expect(await searchFiles([], await sourcesWith([]))).toEqual({ files: [], missing: [], diagnostics: [] })
  })
})

describe('A page for Pagefind', () => {
  it('has everything as text, whatever it looks like', () => {
    const html = indexedHtml(
      {
        ...record('a', ''),
        title: '<b> & "c"',
        date: 'May 1, 2024',
        lang: 'de',
        terms: [['ta"gs', ['C++, <x>', 'y']]],
      },
      [
        { heading: null, blocks: ['<img src=x onerror=alert(1)>'] },
        { heading: { id: 'a"b', text: 'H & <i>' }, blocks: ['One.', 'Two.'] },
      ],
    )
    expect(html.split('\n')).toEqual([
      '<html><body data-pagefind-body><h1>&lt;b&gt; &amp; "c"</h1>',
      '<div data-pagefind-ignore><i data-pagefind-meta="date">May 1, 2024</i><i data-pagefind-meta="lang">de</i>' +
        '<i data-pagefind-filter="ta&quot;gs">C++, &lt;x&gt;</i><i data-pagefind-filter="ta&quot;gs">y</i></div>',
      '<p>⸨ C++, &lt;x&gt;, y⸩</p>',
      '<p>&lt;img src=x onerror=alert(1)&gt;</p>',
      '<h2 id="a&quot;b">H &amp; &lt;i&gt;</h2>',
      '<p>One.</p>',
      '<p>Two.</p>',
      '</body></html>',
    ])
  })
})
