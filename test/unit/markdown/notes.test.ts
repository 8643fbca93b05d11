import { describe, expect, it } from 'vitest'
import { post } from './rendered-post.js'

/** The texts of the notes of a body, in order, without what leads back. */
function notes(html: string): readonly string[] {
  return [...html.matchAll(/<li id="[^"]*fn-[^>]*>([\s\S]*?)<\/li>/g)].map(([, item = '']) =>
    item
      .replace(/<a [^>]*data-footnote-backref[\s\S]*?<\/a>/g, '')
      .replace(/<sup>[\s\S]*?<\/sup>/g, '*')
      .replace(/<[^>]*>/g, '')
      .trim(),
  )
}

describe('Notes within notes', () => {
  const within = (depth: number) => `${'^['.repeat(depth)}a${']'.repeat(depth)}`

  it('are notes, a hundred deep', () => {
    expect(notes(post(within(2)).html)).toEqual(['*', 'a'])
    const found = notes(post(within(100)).html)
    expect([found.length, found.at(-1)]).toEqual([100, 'a'])
  })

  it('are text as typed where they are deeper', () => {
    const found = notes(post(within(103)).html)
    expect([found.length, found.at(-1)]).toEqual([100, '^[^[^[a]]]'])
  })

  it('leave those that follow alone', () => {
    expect(notes(post(`${within(103)} ^[b]`).html)).toContain('b')
  })
})
