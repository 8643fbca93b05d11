import { describe, expect, it } from 'vitest'
import { killRounds } from '../incremental/kill.js'
import { siteFolder } from '../site-folder.js'

describe('A build that is killed many times', () => {
  it('leaves every file whole, and the next build ends as a clean one', { timeout: 3_600_000 }, async () => {
    const { faults, killed } = await killRounds(await siteFolder(), 150)
    expect(faults).toEqual([])
    expect(killed).toBeGreaterThanOrEqual(100)
  })
})
