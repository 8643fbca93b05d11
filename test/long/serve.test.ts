import { describe, expect, it } from 'vitest'
import { type Figures, underLoad } from '../unit/serve/load.js'

const mebibytes = ({ heapUsed, arrayBuffers, rss, files, sockets }: Figures) => {
  const of = (bytes: number) => Number((bytes / (1 << 20)).toFixed(1))
  return { heap: of(heapUsed), buffers: of(arrayBuffers), rss: of(rss), files, sockets }
}

describe('The preview of a site that is rebuilt in a loop', () => {
  it('answers 10,000 requests, 64 at once, each whole, and keeps nothing of them', async () => {
    const load = await underLoad({ requests: 10_000, rebuilds: 30, atOnce: 64 })
    const [before, after] = [mebibytes(load.before), mebibytes(load.after)]
    const figures = [load.answered, 'answers', load.rebuilds, 'rebuilds', JSON.stringify([before, after])]
    process.stdout.write(`${figures.join(' ')}\n`)
    expect(load.faults).toEqual([])
    expect(load.answered).toBeGreaterThanOrEqual(10_000)
    expect(load.rebuilds).toBeGreaterThanOrEqual(30)
    expect([after.sockets, after.files]).toEqual([before.sockets, before.files])
    // A few hundred bytes a request would be more.
    expect(after.heap - before.heap).toBeLessThan(3)
    expect(after.buffers - before.buffers).toBeLessThan(3)
  })
})
