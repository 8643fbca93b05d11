import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { build } from '../../../src/build.js'
import { parseAuthors } from '../../../src/content/authors.js'
import { siteFolder } from '../../site-folder.js'

/** What is wrong with an authors.yaml, as `line:column message`, with the hint behind an arrow. */
const faults = (yaml: string) =>
  parseAuthors(yaml).diagnostics.map(({ line, column, message, hint }) =>
    [`${line}:${column} ${message}`, ...(hint ? [hint] : [])].join(' → '),
  )

describe('content/authors.yaml', () => {
  it('says who writes here', () => {
    const { profiles, diagnostics } = parseAuthors(`\uFEFFada:
  name: Ada Lovelace
  bio: |
    On engines.
  url: https://ada.example/
  avatar: /assets/ada.png
  orcid: https://orcid.org/0000-0002-1825-0097
  links: { GitHub: "https://github.com/ada" }
bo:
`)
    expect(diagnostics).toEqual([])
    expect(profiles).toMatchObject([
      {
        key: 'ada',
        name: 'Ada Lovelace',
        bio: 'On engines.',
        url: { url: 'https://ada.example/', place: { line: 5, column: 8 } },
        avatar: { url: '/assets/ada.png', place: { line: 6, column: 11 } },
        email: null,
        orcid: 'https://orcid.org/0000-0002-1825-0097',
        links: [{ title: 'GitHub', url: 'https://github.com/ada', place: { line: 8, column: 20 } }],
      },
      { key: 'bo', name: 'bo', bio: '', url: null, avatar: null, orcid: null, links: [] },
    ])
  })

  it('may list links, with titles that are no keys', () => {
    const yaml = 'ada:\n  links:\n    - { title: Her notes, url: /notes/ }\n'
    expect(parseAuthors(yaml).profiles[0]?.links).toMatchObject([
      { title: 'Her notes', url: '/notes/', place: { line: 3, column: 32 } },
    ])
  })

  it.each(['', '# nobody yet\n', '{}'])('as in %j names nobody', (yaml) => {
    expect(parseAuthors(yaml)).toEqual({ profiles: [], diagnostics: [] })
  })

  it.each([
    ['ada: { nmae: Ada }', '1:8 Unknown key "ada.nmae" in content/authors.yaml. → Did you mean "name"?'],
    ['ada: { name: "" }', '1:14 "ada.name" in content/authors.yaml: must not be empty.'],
    [
      'ada: { orcid: 0000-0002-1825-009 }',
      '1:15 "ada.orcid" in content/authors.yaml: must be an ORCID iD such as "0000-0002-1825-0097".',
    ],
    [
      'ada: { url: "javascript:x" }',
      '1:13 "ada.url" in content/authors.yaml: must be a path or a URL that a page may lead to, such as "https://example.org/".',
    ],
    [
      'ada: { links: { Site: "java\\nscript:x" } }',
      '1:23 "ada.links.Site" in content/authors.yaml: must be a path or a URL that a page may lead to',
    ],
    [
      'ada: { links: [{ title: Site, url: "data:text/html,x" }] }',
      '1:36 "ada.links.0.url" in content/authors.yaml: must be a path or a URL that a page may lead to',
    ],
    [
      'ada: { avatar: "data:image/svg+xml,x" }',
      '1:16 "ada.avatar" in content/authors.yaml: must be a path or a URL of the web, such as "https://example.org/a.png".',
    ],
    ['ada: Ada', '1:6 "ada" in content/authors.yaml: expected object, received string.'],
    ['- ada', '1:1 content/authors.yaml: expected record, received array.'],
    ['ada: [', '1:7 content/authors.yaml is not valid YAML: Flow sequence in block collection must be'],
  ])('with %j is at fault there', (yaml, expected) => {
    expect(faults(yaml)[0]).toContain(expected)
    expect(parseAuthors(yaml).profiles).toEqual([])
  })

  it('gives authors or faults, and every place lies in the text', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.array(fc.string(), { maxLength: 2 }),
    )
    const key = fc.constantFrom('name', 'bio', 'url', 'avatar', 'orcid', 'links', 'nmae', 'email')
    const author = fc.oneof(fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true }), value)
    const file = fc.dictionary(fc.string(), author, { maxKeys: 3, noNullPrototype: true })
    fc.assert(
      fc.property(
        fc.oneof(
          file.map((data) => stringify(data)),
          fc.string(),
        ),
        (yaml) => {
          const { profiles, diagnostics } = parseAuthors(yaml)
          if (diagnostics.length > 0) expect(profiles).toEqual([])
          const lines = yaml.split('\n').length
          for (const { rule, line = 1 } of diagnostics) {
            expect(rule).toBe('authors-are-valid')
            expect(line).toBeLessThanOrEqual(lines)
          }
        },
      ),
    )
  })

  it('that cannot be read is an error', async () => {
    const root = await siteFolder({ 'content/posts/2024-01-01-a.md': '---\ntitle: A\n---\n' })
    await mkdir(join(root, 'content/authors.yaml'))
    const { ok, diagnostics } = await build({
      root,
      out: join(root, 'dist'),
      drafts: false,
      now: new Date(0),
    })
    expect(ok).toBe(false)
    expect(diagnostics.map(({ rule, message }) => `${rule} ${message}`)).toEqual([
      'file-is-readable content/authors.yaml cannot be read: a folder is where a file should be.',
    ])
  })
})
