/**
 * Preloaded into a measured process (`node --import`): writes what it used, all its threads together, to
 * the file that SCHOLIUM_RESOURCES names when the process ends.
 */
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const file = process.env.SCHOLIUM_RESOURCES

if (file && isMainThread) {
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
    writeFileSync(
      file,
      JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024 }),
    )
  })
}
