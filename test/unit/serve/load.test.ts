import { expect, it } from 'vitest'
import { underLoad } from './load.js'

it('The preview answers many requests at once, each with a whole page, while the site is rebuilt', async () => {
  const { faults, answered, before, after } = await underLoad({ requests: 400, rebuilds: 3, atOnce: 64 })
  expect(faults).toEqual([])
  expect(answered).toBeGreaterThanOrEqual(400)
  expect([after.sockets, after.files]).toEqual([before.sockets, before.files])
}, 120_000)
