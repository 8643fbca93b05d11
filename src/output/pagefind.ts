/** Pagefind, the program that makes search indexes; it runs as a process of its own. */
import { close, createIndex } from 'pagefind'
import { byCodeUnit } from '../order.js'

/** A page as Pagefind reads it. */
export interface IndexedPage {
  readonly url: string
  readonly html: string
}

/** A file of an index. */
export interface IndexFile {
  /** Below the folder of the index. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** The file of an index that names the others. */
const entryFile = 'pagefind-entry.json'
const index = /^pagefind-entry\.json$|\.pf_(meta|fragment|index|filter)$/

/** Gives the paths of what reads an index in the browser. Pagefind's own interface is left out. */
function readerOf(
  files: readonly { readonly path: string; readonly content: Uint8Array }[],
): readonly string[] {
  const entry = files.find(({ path }) => path === entryFile)
  const { languages } = JSON.parse(Buffer.from(entry?.content ?? []).toString()) as {
    readonly languages: Readonly<Record<string, { readonly wasm: string | null }>>
  }
  // A language without stems has the program that knows none.
  const programs = Object.values(languages).map(({ wasm }) => `wasm.${wasm ?? 'unknown'}.pagefind`)
  return ['pagefind.js', 'pagefind-worker.js', ...programs]
}

/** An index that Pagefind begins while its pages are put together. */
export interface BegunIndex {
  /**
   * Gives the files of an index of pages, in order of their paths, with or without what reads it. The same pages in the
   * same order give the same bytes. Throws where Pagefind cannot be run, ends before it is done, or refuses a page.
   */
  readonly files: (pages: readonly IndexedPage[], withReader: boolean) => Promise<readonly IndexFile[]>
  /** Forgets it: there are no pages to be had. */
  readonly drop: () => void
}

/** Begins an index of texts in a language. */
export function beginIndex(lang: string): BegunIndex {
  const started = createIndex({ forceLanguage: lang })
  // What goes wrong with it is told to those who ask for files.
  started.catch(() => undefined)
  return {
    files: (pages, withReader) => filesOf(started, pages, withReader),
    drop: () => dropped(started),
  }
}

type Started = ReturnType<typeof createIndex>

async function filesOf(
  started: Started,
  pages: readonly IndexedPage[],
  withReader: boolean,
): Promise<readonly IndexFile[]> {
  const pulse = setInterval(touchPagefind, pulseMs)
  try {
    return await indexFiles(started, pages, withReader)
  } catch (error) {
    if (!hasEnded(error)) throw error
    // Else it would be asked again, for ever.
    await close()
    throw new Error('Pagefind ended before it was done.', { cause: error })
  } finally {
    clearInterval(pulse)
  }
}

/** How often Pagefind is looked after while it works. */
const pulseMs = 500

/** Pagefind's interface does not hear that its process has ended, unless something is written to it: then all that waits is told. */
function touchPagefind(): void {
  dropped(createIndex())
}

/** Else Pagefind keeps an index as long as this process lives. Nothing answers where Pagefind is gone. */
function dropped(started: Started): void {
  started.then(({ index: made }) => made?.deleteIndex()).catch(() => undefined)
}

/** Whether an error is what Pagefind's interface says of a process that is gone. */
function hasEnded(error: unknown): boolean {
  return error instanceof Error && /backend (?:is )?closed/.test(error.message)
}

async function indexFiles(
  started: Started,
  pages: readonly IndexedPage[],
  withReader: boolean,
): Promise<readonly IndexFile[]> {
  const { index: begun, errors: faults } = await started
  if (!begun) throw new Error(faults.join(' '))
  try {
    // All at once: Pagefind does what it is asked in that order, and need not wait for this thread in between.
    const adding = pages.map(({ url, html }) => begun.addHTMLFile({ url, content: html }))
    const [got, ...added] = await Promise.all([begun.getFiles(), ...adding])
    const errors = [...added, got].flatMap((answer) => answer.errors)
    if (errors.length > 0) throw new Error(errors.join(' '))
    const reader = withReader ? readerOf(got.files) : []
    return got.files
      .filter(({ path }) => index.test(path) || reader.includes(path))
      .map(({ path, content }) => ({ path, bytes: content }))
      .sort((a, b) => byCodeUnit(a.path, b.path))
  } finally {
    dropped(started)
  }
}
