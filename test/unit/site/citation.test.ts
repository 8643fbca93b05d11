import { parse } from '@retorquere/bibtex-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bibtexOf, citationKeys, citationOf, isCitable } from '../../../src/site/citation.js'
import { articleIn, siteOf } from '../../in-memory-site.js'

const yaml = 'title: Notes\nurl: https://example.org/\nauthor: Ada Example'

function citedWith(
  front: string,
  more = '',
): { entry: string; errors: unknown; fields: Record<string, unknown> } {
  const built = siteOf({ 'content/posts/a.md': `---\n${front}\n---\nText.\n` }, yaml + more)
  const article = articleIn(built, 'content/posts/a.md')
  const entry = bibtexOf(article, 'key', 'https://example.org/posts/a/', built.site)
  const { entries, errors } = parse(entry, { sentenceCase: false })
  expect(entries).toHaveLength(1)
  return { entry, errors, fields: entries[0]?.fields as never }
}

describe('An entry for BibTeX', () => {
  it('says who wrote what, where and when', () => {
    const front = "title: A Title\ndate: 2024-03-01\nauthors: [Ada Example, 'Hopper, Grace']"
    expect(citedWith(front).entry).toBe(
      [
        '@misc{key,',
        '  author       = {Ada Example and Hopper, Grace},',
        '  title        = {{A Title}},',
        '  howpublished = {Notes},',
        '  year         = {2024},',
        '  month        = mar,',
        '  url          = {https://example.org/posts/a/},',
        '}',
      ].join('\n'),
    )
  })

  it('keeps formulas as TeX between escaped words', () => {
    const front = String.raw`title: '50% of $\{x_1 \in \R\}$ & C#, for \$5'`
    expect(citedWith(front).entry).toContain(
      String.raw`title        = {{50\% of $\lbrace x_1 \in \R\rbrace $ \& C\#, for \$5}},`,
    )
  })

  it('has no year where the post has none', () => {
    expect(citedWith('title: T').entry).not.toMatch(/year|month/)
  })

  it('is read back by another parser with its title and its authors', () => {
    const { fields, errors } = citedWith(
      "title: 'Über $O(n)$ & more: {a} 50%'\nauthor: Łukasz Müller\ndate: 2024-01-02",
    )
    expect(errors).toEqual([])
    expect(fields).toMatchObject({
      author: [{ firstName: 'Łukasz', lastName: 'Müller' }],
      year: '2024',
      url: 'https://example.org/posts/a/',
    })
    expect(String(fields.title)).toContain('& more: {a} 50%')
  })

  it('takes the name of a group as a whole', () => {
    const { fields } = citedWith("title: T\nauthors: [The Scholium authors, 'Simon and Garfunkel']")
    expect(fields.author).toEqual([{ name: 'The Scholium authors' }, { name: 'Simon and Garfunkel' }])
  })

  it('can be read whatever the title is', () => {
    const odd = fc.string({
      unit: fc.constantFrom(...'{}\\$%&#_^~"@,=a1 \n', '\\{', '\\}', '$x$', '<'),
      maxLength: 30,
    })
    fc.assert(
      fc.property(odd, (title) => {
        const { errors, fields } = citedWith(`title: ${JSON.stringify(`T ${title}`)}\ndate: 2024-01-02`)
        // Formulas stay as they are written, commands among them that this reader does not know.
        expect(
          (errors as readonly { error: string }[]).filter(({ error }) => !/^unhandled macro \\/.test(error)),
        ).toEqual([])
        expect(fields).toMatchObject({ year: '2024', url: 'https://example.org/posts/a/' })
      }),
      {
        numRuns: 300,
        examples: [['$\\a$'], ['$'], ['$%$'], ['$$x$_$$x$'], ['$\\text{$}$'], ['$\\ $x$'], ['$\\\n$']],
      },
    )
  })
})

describe('The key that a post is cited by', () => {
  const keysOf = (files: Record<string, string>) => {
    const { site } = siteOf(files, yaml)
    return Object.fromEntries(
      [...citationKeys(site.posts, site.authors)].map(([{ post }, key]) => [post.file, key]),
    )
  }

  it('is a name, a year and the slug, in plain letters', () => {
    const keys = keysOf({
      'content/posts/2024-01-01-übung-1.md': '---\ntitle: Ü\nauthor: Émile Größe\n---\n',
      'content/posts/2024-01-02-b.md': "---\ntitle: B\nauthor: 'van Beethoven, Ludwig'\n---\n",
      'content/posts/c.md': '---\ntitle: C\n---\n',
    })
    expect(keys).toEqual({
      'content/posts/2024-01-01-übung-1.md': 'grosse2024ubung-1',
      'content/posts/2024-01-02-b.md': 'vanbeethoven2024b',
      'content/posts/c.md': 'examplec',
    })
  })

  it('has letters for a post in any script', () => {
    const keys = keysOf({ 'content/posts/2024-01-01-分布.md': '---\ntitle: 分布\nauthor: 山田\n---\n' })
    expect(Object.values(keys)).toEqual([expect.stringMatching(/^2024[0-9a-f]{8}$/)])
  })

  it('tells apart posts of one name, and leaves all others as they were', () => {
    const one = {
      'content/posts/x/a.md': '---\ntitle: A\npermalink: /x/a/\n---\n',
      'content/posts/b.md': '---\ntitle: B\n---\n',
    }
    const two = { ...one, 'content/posts/y/a.md': '---\ntitle: A\npermalink: /y/a/\n---\n' }
    const [before, after] = [keysOf(one), keysOf(two)]
    expect(before['content/posts/x/a.md']).toBe('examplea')
    expect(new Set(Object.values(after)).size).toBe(3)
    expect(after['content/posts/b.md']).toBe(before['content/posts/b.md'])
  })
})

describe('A post', () => {
  const article = (front: string, more = '') => {
    const built = siteOf({ 'content/posts/a.md': `---\n${front}\n---\n` }, more)
    return [articleIn(built, 'content/posts/a.md'), built.site] as const
  }

  it('can be cited if it says who wrote it, and the site does not say otherwise', () => {
    expect(isCitable(...article('author: A'))).toBe(true)
    expect(isCitable(...article('title: A'))).toBe(false)
    expect(isCitable(...article('author: A', 'cite: false'))).toBe(false)
  })

  it('is told to Google Scholar with the date that it asks for', () => {
    expect(citationOf(...article('authors: [A, B]\ndate: 2024-01-02'))).toEqual({
      authors: ['A', 'B'],
      date: '2024/01/02',
    })
    expect(citationOf(...article('author: A'))).toBe(null)
  })
})
