import { describe, expect, it } from 'vitest'
import { parsed } from '../../in-memory.js'

/** What is said of names in a file whose front matter has these lines beside a title and a date. */
function said(lines: string, file?: string): readonly string[] {
  const text = `---\ntitle: A\ndate: 2024-05-01\n${lines}---\nText.\n`
  return parsed(text, { ...(file !== undefined && { file }) })
    .diagnostics.filter(({ rule }) => /^(?:name-is-portable|text-is-printable|url-is-safe)$/.test(rule))
    .map(({ severity, rule, line, column, message }) => `${severity} ${rule} ${line}:${column} ${message}`)
}

const cutTo = (slug: string) =>
  `is too long for a part of a URL (200 bytes at most): there it is cut to "${slug}".`

describe('A name that is too long for a part of a URL', () => {
  it('is cut to 200 bytes, and reported where it is written', () => {
    expect(said(`slug: ${'é'.repeat(300)}\n`)).toEqual([
      `warn name-is-portable 4:7 The slug ${cutTo('é'.repeat(100))}`,
    ])
    expect(said(`tags: [short, ${'y'.repeat(400)}]\ncategories: ${'z'.repeat(201)}\n`)).toEqual([
      `warn name-is-portable 4:7 "${'y'.repeat(40)}…" ${cutTo('y'.repeat(200))}`,
      `warn name-is-portable 5:13 "${'z'.repeat(40)}…" ${cutTo('z'.repeat(200))}`,
    ])
    expect(said('', `content/posts/2024-05-01-${'x'.repeat(230)}.md`)).toEqual([
      `warn name-is-portable 1:1 The name of this file ${cutTo('x'.repeat(200))}`,
    ])
    expect(said('', `content/pages/${'x'.repeat(230)}/a.md`)).toEqual([
      `warn name-is-portable 1:1 A name in the path of this file ${cutTo('x'.repeat(200))}`,
    ])
  })

  it('is not what is as long as it may be, nor one that its URL does not hold', () => {
    expect(said(`slug: ${'é'.repeat(100)}\ntags: [${'y'.repeat(200)}]\n`)).toEqual([])
    expect(said('permalink: /short/\n', `content/posts/${'x'.repeat(240)}.md`)).toEqual([])
    expect(said('permalink: /short/\n', `content/pages/${'x'.repeat(240)}.md`)).toEqual([])
  })
})

describe('A name that holds what nothing shows', () => {
  it('is reported with what it is in URLs', () => {
    expect(said('slug: "a\\u202eb"\n')).toEqual([
      'warn text-is-printable 4:7 The slug holds U+202E, which nothing shows: in URLs it is "ab".',
    ])
    expect(said('', 'content/posts/a\u200Bb.md')).toEqual([
      'warn text-is-printable 1:1 The name of this file holds U+200B, which nothing shows: in URLs it is "ab".',
    ])
  })

  it('is not one whose script joins and parts its letters so', () => {
    expect(said('slug: می\u200Cخواهم\n')).toEqual([])
  })

  it('is refused as a permalink if it turns the direction of text', () => {
    expect(said('permalink: "/a\\u202eb/"\n')).toEqual([
      expect.stringMatching(
        /^error url-is-safe 4:12 .* it holds a backslash or a character that cannot be shown\.$/,
      ),
    ])
    expect(said('permalink: "/a\\u200fb/"\n')).toEqual([])
  })
})
