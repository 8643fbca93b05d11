import { describe, it } from 'vitest'
import { checkSequences, seedOf } from './model.js'

const seed = seedOf(process.env)

describe(`After each of random edits (SCHOLIUM_SEED=${seed})`, () => {
  it('a build equals a clean one', { timeout: 600_000 }, () =>
    checkSequences('cold', { seed, runs: 4, length: 8 }),
  )

  it('a build that keeps what the last one loaded equals a clean one', { timeout: 600_000 }, () =>
    checkSequences('warm', { seed, runs: 4, length: 8 }),
  )
})
