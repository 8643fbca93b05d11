/** The candidates of an image. */

const candidate = /([^\s,]\S*)((?<=,)|[^,]*)/g

/**
 * Gives a `srcset` with its URLs replaced: candidates between commas, each a URL, which may itself hold commas but
 * not end with one, and a width or density (HTML, section 4.8.4.2.2).
 */
export function withCandidates(srcset: string, replace: (url: string) => string): string {
  return srcset.replace(candidate, (_whole, word: string, width: string) => {
    const url = word.replace(/(?<!,),+$/, '')
    return replace(url) + word.slice(url.length) + width
  })
}

/** Gives the candidates of a `srcset`, each with its width or density, as written. */
export function candidatesOf(srcset: string): readonly { readonly url: string; readonly size: string }[] {
  const found: { readonly url: string; readonly size: string }[] = []
  for (const [, word = '', size = ''] of srcset.matchAll(candidate))
    found.push({ url: word.replace(/(?<!,),+$/, ''), size: size.trim() })
  return found
}
