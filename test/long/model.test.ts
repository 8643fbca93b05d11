import { describe, it } from 'vitest'
import { checkSequences, seedOf } from '../incremental/model.js'

const seed = seedOf(process.env)
const timeout = 3_600_000
/** What part of all sequences is run. */
const share = Number(process.env.SCHOLIUM_SHARE ?? 1)

describe(`After each of many random edits (SCHOLIUM_SEED=${seed})`, () => {
  it('a build equals a clean one', { timeout }, () =>
    checkSequences('cold', { seed, runs: Math.ceil(140 * share), length: 20 }),
  )

  it('a build that keeps what the last one loaded equals a clean one', { timeout }, () =>
    checkSequences('warm', { seed, runs: Math.ceil(140 * share), length: 20 }),
  )

  it('a build of the preview equals a clean one', { timeout }, () =>
    checkSequences('preview', { seed, runs: Math.ceil(100 * share), length: 20 }),
  )

  it('a build as a process of its own equals a clean one', { timeout }, () =>
    checkSequences('command', { seed, runs: Math.ceil(30 * share), length: 20 }),
  )
})
