import { expect, it } from 'vitest'
import { calloutKinds } from '../../../src/markdown/callouts.js'
import { mathLine, plainLine } from '../../../src/markdown/math/line.js'
import { render } from '../../../src/markdown/pipeline.js'
import { english } from '../../../src/markdown/quotation.js'
import { theoremKinds } from '../../../src/markdown/theorems.js'
import { configOf } from '../../in-memory.js'
import { englishBodyWords } from '../../words.js'
import { findings, idsIn, post } from './rendered-post.js'

it('A heading makes no id that a label has', () => {
  const { html } = post('## Intro\n\n$$x \\label{intro}$$\n\n$$y \\tag{1} \\label{proof}$$\n\n## Proof')
  const ids = idsIn(html)
  expect(ids).toContain('proof-1')
  expect(new Set(ids).size).toBe(ids.length)
})

it.each([
  ['given twice', '## A {#dup}\n\n## B {#dup}', 3],
  ['given to a heading and to raw HTML', '<p id="dup">a</p>\n\n## B {#dup}', 3],
  ['of the page’s frame', 'Text.\n\n## B {#main}', 3],
  ['of a label', '$$x \\tag{1} \\label{a}$$\n\n## B {#a}', 3],
  ['of a theorem', '## B {#thm}\n\n> [!theorem] A {#thm}\n> Words.', 1],
])('An id %s is reported', (_, body, line) => {
  expect(findings(post(body)).map((finding) => finding.split(' ').slice(0, 2))).toEqual([
    ['id-is-unique', `${line}:1`],
  ])
})

it('Ids of footnotes, equations and theorems are not taken for ids given twice', () => {
  const body =
    'a[^1] b[^1]\n\n[^1]: c\n\n> [!theorem] A {#thm}\n> Words.\n\n$$x \\tag{1} \\label{a} \\label{b}$$\n\n$$y \\label{c}$$'
  expect(findings(post(body))).toEqual([])
  expect(findings(post(body, 'math: { output: mathml }'))).toEqual([])
  expect(findings(post(`${body}\n\n<p>raw</p>`))).toEqual([])
})

it('A heading that becomes the title keeps its dollars', () => {
  const { math, siteUrl, smartPunctuation } = { ...configOf(), siteUrl: null, smartPunctuation: true }
  const options = {
    title: null,
    siteUrl,
    smartPunctuation,
    extensions: configOf().markdown,
    quotation: english,
    math,
    theorems: theoremKinds,
    callouts: calloutKinds,
    words: englishBodyWords,
  }
  const { firstHeading } = render('# From \\$5 to x\\$ up, or $y$', options)
  const line = mathLine(firstHeading ?? '', { math, smartPunctuation, quotation: english })
  expect(line.text).toBe('From $5 to x$ up, or y')
  expect(plainLine(firstHeading ?? '', math)).toBe(line.text)
})

it('A heading is read in linear time, however much stands where its id may', () => {
  for (const run of [' '.repeat(40_000), '{#'.repeat(20_000), `{#${'a'.repeat(40_000)}`])
    expect(post(`## a${run}b`).headings).toHaveLength(1)
})
