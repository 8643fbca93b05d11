import { configDefaults, defineConfig } from 'vitest/config'

/** Where to write the results as JSON as well; .ci/run counts from it. */
const report = process.env.SCHOLIUM_TEST_REPORT

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // By themselves: see vitest.long.config.ts.
    exclude: [...configDefaults.exclude, 'test/long/**'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    setupFiles: process.env.SCHOLIUM_PROPERTY_RUNS ? ['test/more-runs.ts'] : [],
    ...(report && { reporters: ['default', ['json', { outputFile: report }]] }),
  },
})
