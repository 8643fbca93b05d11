/** Compressed copies beside published files, for hosts that send those in place of the file itself. */
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Encoding } from '../config.js'
import type { Diagnostic } from '../diagnostics.js'
import { digestOf } from '../digest.js'
import { isHostFile } from './hosting.js'
import { type Publication, publishFault, type Taken } from './publish.js'
import { stageBytes } from './staging.js'

/** Smaller files fit into one packet as they are. In bytes. */
const smallest = 1024
/** What gets smaller: text. Images, fonts and the search index are compressed already. */
const textual = /\.(html?|xhtml|css|m?js|json|xml|xsl|svg|txt|md|csv|ics|webmanifest|wasm)$/i
/** Of 11: the highest makes pages smaller by a fortieth, and takes four times as long. */
const brotliQuality = 10
/** How many files are compressed at once: as many as Node has threads for it, unless told otherwise. */
const atOnce = 4

/**
 * Stages a compressed copy of every text of a publication, in each encoding. A copy is known by the bytes that it is
 * of, so that of a file that has not changed it is kept. `claims` tells whether an output is free, and reports if it is not.
 */
export async function stageCompressed(
  publication: Publication,
  encodings: readonly Encoding[],
  claims: (output: { readonly output: string; readonly source: string }) => boolean,
): Promise<readonly Diagnostic[]> {
  const texts = publication
    .taken()
    .filter(({ output, size }) => size >= smallest && textual.test(output) && !isHostFile(output))
  const copies = texts.flatMap((file) =>
    encodings.map((encoding) => ({ file, encoding, output: `${file.output}${endings[encoding]}` })),
  )
  const missing = copies.filter(
    ({ file, encoding, output }) =>
      claims({ output, source: `the compressed copy of ${file.output}` }) &&
      !publication.keep(output, keyOf(file, encoding)),
  )
  const waiting = missing.values()
  const work = async () => {
    for (const { file, encoding, output } of waiting) {
      const bytes = await compressors[encoding](await readFile(file.path))
      publication.add(output, keyOf(file, encoding), stageBytes(publication.place(output), bytes))
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: atOnce }, work))
  return workers.flatMap((worker) =>
    worker.status === 'rejected' ? [publishFault(worker.reason).diagnostic] : [],
  )
}

const endings: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' }

function keyOf({ digest }: Taken, encoding: Encoding): string {
  return digestOf(
    JSON.stringify([encoding, brotliQuality, digest, process.versions.zlib, process.versions.brotli]),
  )
}

const compressors: Readonly<Record<Encoding, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  async gzip(bytes) {
    const packed = await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION })
    // The system that it was made on (RFC 1952, section 2.3.1): unknown, so that it is the same everywhere.
    packed[9] = 255
    return packed
  },
}
