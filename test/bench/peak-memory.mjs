/**
 * Preloaded into a measured process (`node --import`): writes its peak memory, in bytes, to the file that
 * SCHOLIUM_PEAK_MEMORY names when the process ends. Threads are part of their process.
 */
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const file = process.env.SCHOLIUM_PEAK_MEMORY

if (file && isMainThread) {
  process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024)))
}
