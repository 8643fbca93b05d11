import { describe, it } from 'vitest'
import { checkSequences, seedOf } from './model.js'

const seed = seedOf(process.env)

describe(`After each of random edits (SCHOLIUM_SEED=${seed})`, () => {
  it('a build as a process of its own equals a clean one', { timeout: 600_000 }, () =>
    checkSequences('command', { seed, runs: 2, length: 8 }),
  )
})
