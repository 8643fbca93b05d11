/** The post in which all that a post can hold comes together: it holds it, has no fault, and stays light. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuildResult, build } from '../src/build.js'

const scratch = mkdtempSync(join(tmpdir(), 'scholium-showcase-'))
const out = join(scratch, 'out')
let result: BuildResult
let html: string

beforeAll(async () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  result = await build({
    root,
    out,
    state: join(scratch, 'state'),
    drafts: false,
    now: new Date('2026-01-01'),
    searchIndex: false,
  })
  html = readFileSync(join(out, 'posts/adam-line-by-line/index.html'), 'utf8')
}, 120_000)

afterAll(() => rmSync(scratch, { recursive: true }))

const weight = (bytes: Buffer | string) => gzipSync(bytes, { level: 9 }).length

describe('The showcase', () => {
  it('is built without anything to report', () => {
    expect(result.diagnostics).toEqual([])
    expect(result.ok).toBe(true)
  })

  it.each([
    ['a numbered display', 'class="tag"'],
    ['a figure with a number', '<strong>Figure 1</strong>'],
    ['an image for dark pages', 'data-dark'],
    ['an image in several widths', 'srcset="/assets/encoded/'],
    ['a table with a number', '<strong>Table 1</strong>'],
    ['a listing with numbered lines', 'id="lst:adam:23"'],
    ['a diff', '<del class="line">'],
    ['a theorem', 'class="theorem theorem-lemma"'],
    ['a folded proof', '<details class="theorem theorem-proof"'],
    ['a callout', 'class="callout callout-warning'],
    ['a citation', 'class="citation"'],
    ['a list of references', 'https://arxiv.org/abs/1412.6980'],
    ['a note', 'data-footnote-ref'],
    ['a highlight', '<mark>The gradient'],
    ['a superscript', '<sup>-3</sup>'],
    ['a key', '<kbd>Ctrl</kbd>'],
    ['an abbreviation', '<abbr title="recurrent neural network">'],
    ['a definition list', '<dt>Memory</dt>'],
    ['a task list', 'type="checkbox"'],
  ])('holds %s', (_, mark) => {
    expect(html).toContain(mark)
  })

  it('weighs less than 60 kB as it is sent, with its style sheets and scripts and without images and fonts', () => {
    const loaded = [...html.matchAll(/(?:<link rel="stylesheet" href|<script src)="([^"]+)"/g)].map(
      ([, url = '']) => readFileSync(join(out, url)),
    )
    expect(loaded.length).toBeGreaterThan(0)
    const total = [html, ...loaded].reduce((sum, bytes) => sum + weight(bytes), 0)
    process.stdout.write(`The showcase weighs ${(total / 1000).toFixed(1)} kB.\n`)
    expect(total).toBeLessThan(60_000)
  })
})
