/** A file that Scholium makes of a site beside its pages, such as a feed. */
export interface MadeFile<Made = MadeBytes> {
  /** Path below the output folder, not percent-encoded: `feed.xml`. */
  readonly output: string
  /** Words for it, to name it when two sources have one output: `the feed`. */
  readonly source: string
  /** The digest of all that its bytes depend on, the program included; cheap to know. */
  readonly key: string
  /** Gives its bytes; called only where the file is not published as it should be. */
  readonly make: () => Promise<Made>
}

/** The bytes of a made file, or the keys of bodies that it holds and the cache has lost. */
export type MadeBytes = Uint8Array | string | { readonly missing: readonly string[] }
