import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fuzzer, fuzzer, shared } from '../hostile/fuzz.js'
import type { TargetName } from '../hostile/targets.js'
import { seedOf } from '../incremental/model.js'

const seed = seedOf(process.env)
const timeout = 3_600_000
/** What part of all inputs is given. */
const share = Number(process.env.SCHOLIUM_SHARE ?? 1)
const corpora = existsSync(`${shared}corpora`)
  ? 'and the corpora'
  : 'the corpora skipped: ../shared is not there'

const counts: Readonly<Record<TargetName, number>> = {
  markdown: 30_000,
  mathematics: 16_000,
  'front matter': 16_000,
  'file name': 12_000,
  configuration: 8_000,
  template: 7_000,
  destinations: 6_000,
  bibtex: 5_000,
  'csl-json': 5_000,
  image: 3_000,
  site: 3_000,
}

describe(`What reads texts by strangers (SCHOLIUM_SEED=${seed}; mutations of the fixtures, ${corpora})`, () => {
  let attacker: Fuzzer
  beforeAll(async () => {
    attacker = await fuzzer({ measures: true })
  })
  afterAll(() => attacker?.close())

  it.each(Object.entries(counts) as [TargetName, number][])(
    'answers every %s: no crash, no hang, nothing lost, reports within the text (%i inputs)',
    { timeout },
    async (target, count) => {
      expect(await attacker.attack([target], seed, Math.ceil(count * share))).toEqual([])
    },
  )
})
