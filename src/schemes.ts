/** What a URL that somebody writes into front matter or a file of the site may lead to, or load. */

/**
 * The schemes of links: the web's, those that the HTML Standard deems safe to hand to another program
 * (section 8.9.1.3, "safelisted schemes"), and the two of small nets. Others run script (`javascript:`), make up a page
 * (`data:`, `blob:`) or read the reader's disk (`file:`).
 */
const linked: ReadonlySet<string> = new Set(
  (
    'http https bitcoin ftp ftps gemini geo gopher im irc ircs magnet mailto matrix mms news nntp openpgp4fpr sftp sip ' +
    'sms smsto ssh tel urn webcal wtai xmpp'
  ).split(' '),
)

/** Those of what a page shows. */
const loaded: ReadonlySet<string> = new Set(['http', 'https'])

/**
 * Gives the scheme of a URL in small letters, null where it has none. As the URL Standard has it (section 4.4), what is
 * not printed and spaces before it do not count, nor do tabs and line endings anywhere.
 */
export function schemeOf(url: string): string | null {
  return /^[\p{Cc} ]*([a-z][a-z\d+.-]*):/iu.exec(url.replace(/[\t\n\r]/g, ''))?.[1]?.toLowerCase() ?? null
}

/** Whether a page may lead there: to a path, the web, mail, or another program that links are for. */
export function isLinkable(url: string): boolean {
  return isOf(linked, url)
}

/** Whether a page may show what is there: at a path, or in the web. */
export function isLoadable(url: string): boolean {
  return isOf(loaded, url)
}

function isOf(schemes: ReadonlySet<string>, url: string): boolean {
  const scheme = schemeOf(url)
  // `//` names a host and has none: feeds, which need whole URLs, could not have one.
  return URL.canParse(url, 'https://example.org/') && (scheme === null || schemes.has(scheme))
}

/** What URLs are asked to be, for messages that begin with what holds one. */
export const leadFault = 'must be a path or a URL that a page may lead to, such as "https://example.org/"'
/** Likewise for images. */
export const imageFault = 'must be a path or a URL of the web, such as "https://example.org/a.png"'
