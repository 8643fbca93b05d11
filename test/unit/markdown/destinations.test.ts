import { describe, expect, it } from 'vitest'
import { withDestinations } from '../../../src/markdown/destinations.js'
import { configOf } from '../../in-memory.js'

const { math } = configOf()
const known = new Map([
  ['a.md', 'https://example.org/a/'],
  ['a b.md', 'https://example.org/a-b/'],
  ['fig_(1).png', 'https://example.org/fig_%281%29.png'],
  ['x&y.md', 'https://example.org/?x&y'],
])
const rewritten = (text: string) => withDestinations(text, math, (url) => known.get(url) ?? null)

describe('Destinations in a Markdown text are replaced', () => {
  it.each([
    ['[a](a.md)', '[a](https://example.org/a/)'],
    ['[a](<a b.md> "t (x)")', '[a](<https://example.org/a-b/> "t (x)")'],
    ['![f](fig_\\(1\\).png)', '![f](https://example.org/fig_%281%29.png)'],
    ['[a][r]\n\n[r]: a.md "t"', '[a][r]\n\n[r]: https://example.org/a/ "t"'],
    ['> - [a](a.md)\n>   [b](a.md)', '> - [a](https://example.org/a/)\n>   [b](https://example.org/a/)'],
    ['| x |\n|---|\n| [a](a.md) |', '| x |\n|---|\n| [a](https://example.org/a/) |'],
    ['Words.[^1]\n\n[^1]: [a](a.md)', 'Words.[^1]\n\n[^1]: [a](https://example.org/a/)'],
    ["<a href='a.md'>x</a>", "<a href='https://example.org/a/'>x</a>"],
    ['<img alt="" src=a.md>', '<img alt="" src=https://example.org/a/>'],
    ['<a href="x&amp;y.md">x</a>', '<a href="https://example.org/?x&amp;y">x</a>'],
    ['[![f](a.md)](a.md)', '[![f](https://example.org/a/)](https://example.org/a/)'],
  ])('in %j', (before, after) => {
    expect(rewritten(before)).toBe(after)
  })

  it.each([
    '`[a](a.md)`',
    '```\n[a](a.md)\n```',
    '$[a](a.md)$',
    '$$\n[a](a.md)\n$$',
    '\\[a](a.md)',
    '<!-- <a href="a.md"> -->',
    '[b](b.md), [c](#a.md), <https://a.md>',
  ])('and nothing else: %j', (text) => {
    expect(rewritten(text)).toBe(text)
  })
})

describe('Wikilinks in a Markdown text', () => {
  const named = (text: string) =>
    withDestinations(
      text,
      math,
      () => null,
      (name) =>
        new Map([
          ['A post#Part', 'https://example.org/a/#part'],
          ['f.png', 'https://example.org/f.png'],
        ]).get(name) ?? null,
    )

  it('become links and images that readers elsewhere know', () => {
    expect(named('See [[A post#Part]], [[A post#Part|*this*]], ![[f.png|300]] and ![[f.png|A *cat*]].')).toBe(
      'See [A post > Part](https://example.org/a/#part), [\\*this\\*](https://example.org/a/#part), ' +
        '![](https://example.org/f.png) and ![A \\*cat\\*](https://example.org/f.png).',
    )
  })

  it('stay where they lead nowhere, in code, and on a site without wikilinks', () => {
    const text = '[[nowhere]], `[[f.png]]`, $[[f.png]]$'
    expect(named(text)).toBe(text)
    expect(rewritten('[[a.md]]')).toBe('[[a.md]]')
  })
})
