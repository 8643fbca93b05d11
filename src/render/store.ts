/** Rendered bodies on their way into the cache. */
import { openCache } from '../cache.js'
import { type BodyJob, encodeBody } from './body.js'
import type { RenderedBody } from './renderer.js'

/**
 * Renders bodies and stores each under its key, and its text under its own; gives their outlines as JSON, in order.
 * Throws what the file system reports.
 */
export function storeBodies(
  { jobs, cache }: { readonly jobs: readonly { key: string; job: BodyJob }[]; readonly cache: string },
  render: (job: BodyJob) => RenderedBody,
): readonly string[] {
  const store = openCache(cache)
  return jobs.map(({ key, job }) => {
    const { outline, html, sections } = render(job)
    const entry = encodeBody(outline, html)
    store.put(outline.sections, sections)
    store.put(key, entry)
    return entry.slice(0, entry.indexOf('\n'))
  })
}
