/** published.yaml: what has been published where, as it is kept in version control. */
import { isNode, parseDocument, stringify } from 'yaml'
import { z } from 'zod'
import { isDeepYaml } from '../depth.js'
import { type Diagnostic, diagnostic, type Place } from '../diagnostics.js'
import { publishedFile } from '../layout.js'
import { placesIn } from '../place.js'
import type { SiteUrl } from './permalink.js'

/** What is recorded of one post or page. */
export interface PublishedPost {
  /** The source that it was published from when it was recorded. */
  readonly file: string
  /** Every URL that it was published or redirected from, in code-unit order. */
  readonly urls: readonly RecordedUrl[]
  /** What feeds call it; null where it is in none. */
  readonly id: string | null
}

export interface RecordedUrl {
  readonly url: SiteUrl
  /** Where published.yaml says so; none if it does not say so yet. */
  readonly place?: Place
}

/** What is recorded of a site, as plain data. */
export type PublishedRecord = readonly PublishedPost[]

const schema = z.record(
  z.string(),
  z.strictObject({
    urls: z.array(z.string().startsWith('/', 'must be a path from the site\u2019s root')),
    id: z.string().optional(),
  }),
)

/** Gives what the text of a published.yaml says; nothing, and `published-is-valid`, if somebody has broken it. */
export function parsePublished(text: string): {
  readonly record: PublishedRecord
  readonly diagnostics: readonly Diagnostic[]
} {
  const placeOf = placesIn(text)
  const tooDeep = isDeepYaml(text)
  const document = parseDocument(tooDeep ? '' : text, {
    prettyErrors: false,
    logLevel: 'error',
    stringKeys: true,
  })
  const placeAt = (path: readonly unknown[]) => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true)
    return isNode(node) && node.range ? placeOf(node.range) : undefined
  }
  const failed = (said: string, place: Place | undefined) => ({
    record: [],
    diagnostics: [
      diagnostic('published-is-valid', `${publishedFile} ${said}.`, {
        file: publishedFile,
        place,
        hint: 'Restore it from version control: "scholium check --record" only adds to it.',
      }),
    ],
  })
  if (tooDeep) return failed('is nested too deeply', { line: 1, column: 1 })
  const [error] = document.errors
  if (error) return failed(`is not valid YAML: ${error.message}`, placeOf(error.pos))
  let data: unknown
  try {
    // Scholium writes no alias, so that none is expanded.
    data = document.toJS({ maxAliasCount: 0 }) ?? {}
  } catch (error) {
    return failed(`is not as it was written: ${(error as Error).message}`, undefined)
  }
  const parsed = schema.safeParse(data)
  const [issue] = parsed.error?.issues ?? []
  if (!parsed.success)
    return failed(
      `is not as it was written: ${issue?.path.join(', ')}: ${issue?.message}`,
      placeAt(issue?.path ?? []),
    )
  const record = Object.entries(parsed.data).map(
    ([file, { urls, id = null }]): PublishedPost => ({
      file,
      urls: urls.map((url, at) => ({ url, place: placeAt([file, 'urls', at]) ?? { line: 1, column: 1 } })),
      id,
    }),
  )
  return { record, diagnostics: [] }
}

const preamble = `# What has been published, and where: "scholium check --record" adds to it. Keep it in version control.
# A URL of it that leads nowhere any more is an error. Delete one that is meant to be gone.
`

/** Gives the text of published.yaml that says a record: the same for the same record. */
export function publishedText(record: PublishedRecord): string {
  if (record.length === 0) return preamble
  const data = Object.fromEntries(
    record.map(({ file, urls, id }) => [
      file,
      { urls: urls.map(({ url }) => url), ...(id !== null && { id }) },
    ]),
  )
  return preamble + stringify(data, { lineWidth: 0, aliasDuplicateObjects: false })
}
