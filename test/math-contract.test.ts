/** The contract of what is math in Markdown, whole, through the pipeline that builds pages. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Rendered } from '../src/markdown/rendered.js'
import { articleIn, filledBody, siteOf } from './in-memory-site.js'
import { post } from './unit/markdown/rendered-post.js'

interface Case {
  readonly name: string
  readonly markdown: string
  readonly math: readonly (readonly ['inline' | 'display', string])[]
  readonly options?: Readonly<Record<string, unknown>>
  readonly headings?: number
  readonly rule?: readonly [string, number]
}

const cases: readonly Case[] = parse(readFileSync(new URL('math-cases.yaml', import.meta.url), 'utf8'))

/** A formula as the page has it: KaTeX's, with its TeX in the annotation, or one that KaTeX rejects. */
const formula =
  /<math [^>]*?(?<block>display="block")?>(?:(?!<\/math>).)*?<annotation[^>]*>(?<tex>[^<]*)<\/annotation>|(?<box><span class="math-display" tabindex="0">)?<code class="math-error">(?<source>[^<]*)<\/code>/gs

function formulasOf(html: string): readonly (readonly [string, string])[] {
  return [...html.matchAll(formula)].map(({ groups = {} }) => [
    groups.block || groups.box ? 'display' : 'inline',
    unescaped(groups.tex ?? groups.source ?? '').trim(),
  ])
}

function unescaped(html: string): string {
  return html
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}

function dollarsIn(text: string): number {
  return text.split('$').length - 1
}

function expectAgreed(
  { math, markdown, headings, rule }: Case,
  { html, diagnostics }: Pick<Rendered, 'html' | 'diagnostics'>,
  above: number,
): void {
  expect(formulasOf(html)).toEqual(math.map(([kind, tex]) => [kind, tex.trim()]))
  if (headings !== undefined) expect(html.match(/<h[1-6]/g) ?? []).toHaveLength(headings)
  if (math.length === 0) expect(dollarsIn(html)).toBe(dollarsIn(markdown))
  const reported = diagnostics.filter((found) => found.rule === rule?.[0])
  expect(reported.map(({ line = 0 }) => line + above)).toEqual(rule ? [rule[1] + above] : [])
}

describe('The contract of what is math', () => {
  it('has its 78 cases', () => {
    expect(cases).toHaveLength(78)
  })

  it.each(cases.map((one) => [one.name, one] as const))('holds with the site’s options: %s', (_, one) => {
    expectAgreed(one, post(one.markdown, one.options ? stringify({ math: one.options }) : ''), 0)
  })

  it.each(cases.filter(({ options }) => options).map((one) => [one.name, one] as const))(
    'holds with the post’s own options: %s',
    (_, one) => {
      const file = 'content/posts/a.md'
      const front = stringify({ title: 'A title', date: '2024-01-22', math: one.options })
      const site = siteOf({ [file]: `---\n${front}---\n${one.markdown}` })
      const article = articleIn(site, file)
      const { html } = filledBody(site, article)
      expectAgreed(one, { ...article.outline, html }, 0)
    },
  )
})
