/** Bodies → HTML and outlines: what threads are for. The one file beside markdown/ that loads its parsers. */
import { calloutKinds } from '../markdown/callouts.js'
import type { Citer } from '../markdown/citations/citing.js'
import { mathLine, plainLine } from '../markdown/math/line.js'
import { formulaMemo } from '../markdown/math/memo.js'
import { renderer } from '../markdown/pipeline.js'
import type { LoadedPlugin } from '../markdown/site-plugins.js'
import { sheetOf } from '../markdown/styles.js'
import { theoremKinds } from '../markdown/theorems.js'
import { type BodyHtml, type BodyJob, type BodyOptions, encodeSections, type Outline } from './body.js'

/** A rendered body. */
export interface RenderedBody {
  readonly outline: Outline
  readonly html: BodyHtml
  /** The entry of the cache for its text, under `outline.sections`. */
  readonly sections: string
}

/** How many pipelines are kept: most posts of a site have the site's options, and some their own. */
const mostPipelines = 8

/**
 * Gives what renders bodies, one after the other; `citer` is for those that cite. A pipeline is used for all bodies
 * with its options. The plugins that are given are those that the key in the job stands for. Throws what `pluginFault`
 * knows where one cannot be attached.
 */
export function bodyRenderer(
  citer: Citer | null = null,
): (job: BodyJob, plugins?: readonly LoadedPlugin[]) => RenderedBody {
  const memo = formulaMemo()
  const pipelines = new Map<string, ReturnType<typeof renderer>>()
  return (job, plugins = []) => {
    const key = JSON.stringify([job.options, job.plugins])
    const used = job.plugins === null ? [] : plugins
    const pipeline = pipelines.get(key) ?? renderer(withBuiltInKinds(job.options), memo, used, citer)
    pipelines.delete(key)
    pipelines.set(key, pipeline)
    const [oldest] = pipelines.keys()
    if (pipelines.size > mostPipelines && oldest !== undefined) pipelines.delete(oldest)
    return renderBody(job, pipeline)
  }
}

function withBuiltInKinds(options: BodyOptions): BodyOptions {
  const { theorems, callouts } = options
  return {
    ...options,
    theorems: { ...theoremKinds, ...theorems },
    callouts: { ...calloutKinds, ...callouts },
  }
}

function renderBody(
  { body, title, subtitle, excerpt, name, words, quotation, includes, citations, options }: BodyJob,
  pipeline: ReturnType<typeof renderer>,
): RenderedBody {
  const {
    html: content,
    styles,
    inline,
    headings,
    sections,
    ...rest
  } = pipeline(body, { title, words, quotation, includes, citations })
  const text = encodeSections(sections)
  const line = { ...options, quotation }
  const {
    html: titleHtml,
    styles: titleStyles,
    ...titleLine
  } = mathLine(title ?? (rest.firstHeading || name), line)
  const below = subtitle === null ? null : mathLine(subtitle, line)
  return {
    outline: {
      ...rest,
      headings: headings.map(({ html: _html, ...heading }) => heading),
      sections: text.key,
      title: titleLine,
      subtitle: below ? { text: below.text, math: below.math, faults: below.faults } : null,
      excerpt: excerpt === null ? rest.excerpt : plainLine(excerpt, options.math),
    },
    html: {
      content,
      title: titleHtml,
      subtitle: below?.html ?? null,
      inline,
      styles: sheetOf(new Map([...titleStyles, ...(below?.styles ?? []), ...styles])),
      headings: headings.map(({ html }) => html),
    },
    sections: text.entry,
  }
}
