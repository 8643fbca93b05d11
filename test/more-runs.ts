/**
 * Runs each property test as many times more often as SCHOLIUM_PROPERTY_RUNS says, each run of the tests with seeds
 * of its own: finds laws that hold only nearly always. Set up by the vitest configurations where it is asked for.
 */
import { vi } from 'vitest'

const factor = Number(process.env.SCHOLIUM_PROPERTY_RUNS)

vi.mock('fast-check', async (importOriginal) => {
  const module = await importOriginal<typeof import('fast-check')>()
  const assert: typeof module.default.assert = ((property: never, parameters: { numRuns?: number } = {}) =>
    module.default.assert(property, {
      ...parameters,
      numRuns: (parameters.numRuns ?? 100) * factor,
    } as never)) as never
  return { ...module, assert, default: { ...module.default, assert } }
})
