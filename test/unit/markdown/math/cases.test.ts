import { readFileSync } from 'node:fs'
import type { Root } from 'mdast'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { mathOf, toHtml, toTree } from './pipelines.js'

interface Case {
  readonly name: string
  readonly markdown: string
  readonly math: readonly (readonly ['inline' | 'display', string])[]
  readonly options?: Readonly<Record<string, unknown>>
  readonly headings?: number
  readonly rule?: readonly [string, number]
}

const cases: readonly Case[] = parseYaml(
  readFileSync(new URL('../../../math-cases.yaml', import.meta.url), 'utf8'),
)

describe('the contract of the dollar grammar', () => {
  it('has its 78 cases', () => {
    expect(cases).toHaveLength(78)
  })

  it.each(cases.map((one) => [one.name, one] as const))(
    '%s',
    (_, { markdown, math, options, headings, rule }) => {
      const { tree, messages } = toTree(markdown, options)
      const found = mathOf(tree as Root).map(({ display, value }) => [
        display ? 'display' : 'inline',
        value.trim(),
      ])
      expect(found).toEqual(math.map(([kind, tex]) => [kind, tex.trim()]))
      const html = toHtml(markdown, options)
      if (headings !== undefined) expect(html.match(/<h[1-6]/g) ?? []).toHaveLength(headings)
      const reported = messages.map(({ ruleId, line }) => [ruleId, line])
      expect(reported).toEqual(rule ? [rule] : [])
      if (math.length === 0) expect(dollarsIn(html)).toBe(dollarsIn(markdown.replaceAll('\\$', '$')))
    },
  )
})

function dollarsIn(text: string): string {
  return text.replaceAll(/[^$]/g, '')
}
