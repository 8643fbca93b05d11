import { describe, expect, it } from 'vitest'
import { siteFolder } from '../site-folder.js'
import { killRounds } from './kill.js'

describe('A build that is killed', () => {
  it('leaves every file whole, and the next build ends as a clean one', { timeout: 120_000 }, async () => {
    const { faults, killed } = await killRounds(await siteFolder(), 6)
    expect(faults).toEqual([])
    expect(killed).toBeGreaterThan(0)
  })
})
