import { defineConfig } from 'vitest/config'

/** What takes minutes: many random edits, many builds killed half-way, and every page of other people’s posts. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
})
