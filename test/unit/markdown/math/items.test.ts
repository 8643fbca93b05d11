import { describe, expect, it } from 'vitest'
import { post } from '../rendered-post.js'

const long = '\\left(a_1 + a_2 + a_3 + a_4\\right)'

describe('the text of an item of a list', () => {
  it('is one that can scroll where it holds a long formula', () => {
    expect(post(`- See *this*: $${long}$, at last.\n- Words\n`).html).toMatch(
      /<li><span class="item-text">See <em>this<\/em>: <span class="katex">.*<\/span>, at last\.<\/span><\/li>\n<li>Words<\/li>/s,
    )
  })

  it('ends where a list, a display or another block begins', () => {
    const { html } = post(`- Words $${long}$\n  $$${long}$$\n  and\n  - Below $x$\n`)
    expect(html.match(/<span class="item-text">/g)).toHaveLength(1)
    expect(html).toMatch(
      /<li><span class="item-text">Words <span class="katex">.*<\/span>\s*<\/span><span class="math-display"/s,
    )
    expect(html).toMatch(/<li>Below <span class="katex">/)
  })

  it('stays as it is where formulas are short, or in paragraphs', () => {
    expect(post(`- Short: $x$\n- $y$\n`).html).not.toContain('item-text')
    expect(post(`- Long: $${long}$\n\n- Loose\n`).html).not.toContain('item-text')
    expect(post(`Text $${long}$\n`).html).not.toContain('item-text')
  })

  it('says the same to a search, an excerpt and a count of words', () => {
    const item = (tex: string) => post(`- Words $${tex}$ and more.\n  - Below.\n`)
    const [short, wide] = [item('x'), item(long)]
    expect(wide.words).toBe(short.words)
    expect(wide.sections[0]?.blocks.length).toBe(short.sections[0]?.blocks.length)
    expect(wide.sections[0]?.blocks.at(-1)).toBe('Below.')
  })
})
