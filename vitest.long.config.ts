import { defineConfig } from 'vitest/config'

/** What takes minutes: many random edits and many builds killed half-way. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
})
