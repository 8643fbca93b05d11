import { describe, expect, it } from 'vitest'
import { candidatesIn, mathSyntaxDefaults } from '../../../../src/markdown/math/grammar.js'
import { lookaheadIn } from '../../../../src/markdown/math/lookahead.js'
import { toTree } from './pipelines.js'

const options = { ...mathSyntaxDefaults, brackets: true, padded: true }

/** Texts of any size that a search which starts anew at every dollar would take quadratic time for. */
const texts: Readonly<Record<string, (count: number) => string>> = {
  'dollars with spaces': (count) => '$ '.repeat(count),
  'dollars that open and do not close': (count) => 'a$b '.repeat(count),
  'a run of dollars': (count) => '$'.repeat(count),
  'double dollars': (count) => '$$ a\n\n'.repeat(count),
  braces: (count) => '{'.repeat(count),
  'dollars before braces': (count) => '${'.repeat(count),
  'dollars in braces': (count) => '{$x} '.repeat(count),
  backticks: (count) => '$`a '.repeat(count),
  'runs of backticks': (count) =>
    Array.from({ length: count / 50 }, (_, index) => '`'.repeat((index % 50) + 1)).join('$'),
  'environments that open': (count) => '\\begin{align}\n'.repeat(count),
  'environments in one another': (count) =>
    '\\begin{align}\n'.repeat(count / 2) + '\\end{align}\n'.repeat(count / 2),
  'environments that a heading divides': (count) =>
    `${'\\begin{align}\n\n'.repeat(count / 2)}# a\n\n${'\\end{align}\n'.repeat(count / 2)}`,
  brackets: (count) => '\\[ a\n\n'.repeat(count),
  tags: (count) => '$<a b="'.repeat(count),
  'link targets': (count) => '](a$'.repeat(count),
  'blank lines in a display': (count) => `$$\na\n${'\n'.repeat(count)}b\n$$`,
  'block quotes': (count) => '> $$ a\n'.repeat(count),
  'list items': (count) => '- $$ a\n'.repeat(count),
}

// There is no bound on time but the test's own, which quadratic work on these sizes goes far beyond.
describe('work linear in the length of the text', () => {
  it.each(Object.entries(texts))('for candidates: %s', (_, text) => {
    expect(candidatesIn(text(100_000), options).formulas.size).toBeGreaterThanOrEqual(0)
  })

  it.each(Object.entries(texts))('for looking ahead: %s', (_, text) => {
    const source = text(100_000)
    const ahead = lookaheadIn(source, options)
    let offset = 0
    let closed = 0
    for (const line of source.split('\n')) {
      if (offset >= closed && ahead.mayOpen(offset)) closed = Math.max(closed, ahead.closing(offset, 0))
      offset += line.length + 1
    }
    expect(closed).toBeLessThanOrEqual(source.length)
  })

  it.each(Object.entries(texts))('for a whole text: %s', (_, text) => {
    expect(toTree(text(2000), options).tree.type).toBe('root')
  })

  it.each(['$ ', '$', '$$ ', '{', '${'])('for 10,000 times %s', (text) => {
    expect(toTree(text.repeat(10_000), options).tree.type).toBe('root')
  })

  it('for containers in one another', () => {
    const quotes = `${'> '.repeat(1000)}$$x\n- y\n$$`
    const lists = Array.from({ length: 100 }, (_, depth) => `${'  '.repeat(depth)}- $$ a`).join('\n')
    expect(toTree(quotes).tree.type).toBe('root')
    expect(toTree(lists).tree.type).toBe('root')
  })
})
