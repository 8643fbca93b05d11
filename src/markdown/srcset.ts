/** The candidates of an image. */

/**
 * Gives a `srcset` with its URLs replaced: candidates between commas, each a URL, which may itself hold commas but
 * not end with one, and a width or density (HTML, section 4.8.4.2.2).
 */
export function withCandidates(srcset: string, replace: (url: string) => string): string {
  return srcset.replace(/([^\s,]\S*)((?<=,)|[^,]*)/g, (_whole, word: string, width: string) => {
    const url = word.replace(/(?<!,),+$/, '')
    return replace(url) + word.slice(url.length) + width
  })
}
