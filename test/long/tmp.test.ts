import { it } from 'vitest'
import { checkSequences } from '../incremental/model.js'

it('x', { timeout: 1e7 }, async () => {
  await checkSequences('cold', { seed: 4711, runs: 14, length: 14 })
  await checkSequences('warm', { seed: 99, runs: 14, length: 14 })
})
