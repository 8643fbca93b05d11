/** Bodies that are rendered while others are read. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ahead } from '../../../src/build/ahead.js'
import type { KeyedJob } from '../../../src/build/tasks.js'
import type { Outline } from '../../../src/render/body.js'

const jobOf = (key: string, length = 10) => ({ key, job: { body: 'x'.repeat(length) } }) as KeyedJob
const outlinesOf = (jobs: readonly KeyedJob[]) =>
  new Map(jobs.map(({ key }) => [key, { sections: key } as Outline]))

/** Gives what renders parts when it is let, and the keys of the parts that it was given. */
function waitingRenderer() {
  const parts: (readonly string[])[] = []
  const ends: (() => void)[] = []
  const render = (jobs: readonly KeyedJob[]) => {
    parts.push(jobs.map(({ key }) => key))
    return new Promise<ReadonlyMap<string, Outline>>((resolve) => ends.push(() => resolve(outlinesOf(jobs))))
  }
  const finish = () => {
    for (const end of ends.splice(0)) end()
  }
  return { parts, render, finish }
}

describe('Bodies that are rendered ahead', () => {
  it('are sent in parts of the length asked for, and the rest when the outlines are wanted', async () => {
    const { parts, render, finish } = waitingRenderer()
    const early = ahead(render, { partLength: 25, mostParts: 9 })
    for (const key of ['a', 'b', 'c', 'd']) await early.offer(jobOf(key))
    expect(parts).toEqual([['a', 'b', 'c']])
    const outlines = early.outlines()
    expect(parts).toEqual([['a', 'b', 'c'], ['d']])
    finish()
    expect([...(await outlines).keys()]).toEqual(['a', 'b', 'c', 'd'])
  })

  it('are taken once for each key', async () => {
    const { parts, render, finish } = waitingRenderer()
    const early = ahead(render, { partLength: 20, mostParts: 9 })
    for (const key of ['a', 'a', 'b']) await early.offer(jobOf(key))
    expect(parts).toEqual([['a', 'b']])
    expect([early.has('a'), early.has('c')]).toEqual([true, false])
    finish()
  })

  it('are left to whoever asks later while enough are being rendered', async () => {
    const { parts, render, finish } = waitingRenderer()
    const early = ahead(render, { partLength: 10, mostParts: 2 })
    for (const key of ['a', 'b', 'c']) await early.offer(jobOf(key))
    expect(parts).toEqual([['a'], ['b']])
    expect(early.has('c')).toBe(false)
    finish()
    await nextTurn()
    await early.offer(jobOf('d'))
    expect(parts).toEqual([['a'], ['b'], ['d']])
    finish()
  })

  it('reject where rendering does, and only for whoever asks for them', async () => {
    const early = ahead(() => Promise.reject(new Error('The disk is full.')), {
      partLength: 10,
      mostParts: 2,
    })
    await early.offer(jobOf('a'))
    await nextTurn()
    await expect(early.outlines()).rejects.toThrow('The disk is full.')
  })
})
