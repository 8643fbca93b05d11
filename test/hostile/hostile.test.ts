import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fuzzer, fuzzer } from './fuzz.js'
import { type TargetName, targets } from './targets.js'

/** The same inputs in each run: what other ones find is for the long run, test/long/hostile.test.ts. */
const seed = 1
const count = 25
/** A site is built twice, which takes a fifth of a second. */
const sites = 12

describe('What reads texts by strangers', () => {
  let attacker: Fuzzer
  beforeAll(async () => {
    attacker = await fuzzer({ measures: false })
  })
  afterAll(() => attacker?.close())

  it('answers all of them: no crash, no hang, nothing lost, reports within the text', {
    timeout: 300_000,
  }, async () => {
    const readers = (Object.keys(targets) as TargetName[]).filter((target) => target !== 'site')
    expect(await attacker.attack(readers, seed, count)).toEqual([])
  })

  it('builds whole sites into their output folder alone, and says what it refuses', {
    timeout: 300_000,
  }, async () => {
    expect(await attacker.attack(['site'], seed, sites)).toEqual([])
  })
})
