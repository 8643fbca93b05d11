/** What templates are told of an author on their own page. */
import type { ProfileLink } from '../content/authors.js'
import { hrefOf } from '../content/permalink.js'
import { type Diagnostic, diagnostic } from '../diagnostics.js'
import { authorsFile } from '../layout.js'
import { didYouMean } from '../nearest.js'
import type { Writer } from './authors.js'
import { hrefFor, type LinkIndex } from './links.js'
import type { ProfileData } from './page.js'
import { siteRoot } from './summary.js'

/** Gives an author as templates show them; reports `link-target-exists` and `image-exists` in content/authors.yaml. */
export function profileData(
  { profile, url, posts }: Writer,
  index: LinkIndex,
): { readonly data: ProfileData; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const href = (link: ProfileLink, rule: 'link-target-exists' | 'image-exists'): string | null => {
    const found = hrefFor(link.url, siteRoot, index)
    if (found === null) diagnostics.push(missing(link, rule, index))
    return found
  }
  const { name, bio, email, orcid, avatar, url: own, links } = profile
  const image = avatar && href(avatar, 'image-exists')
  const data: ProfileData = {
    name,
    url: hrefOf(url, index.basePath),
    count: posts.length,
    bio,
    website: own && (href(own, 'link-target-exists') ?? own.url),
    avatar: image === null ? null : { url: image, alt: '' },
    email,
    orcid,
    links: links.map((link) => ({ title: link.title, url: href(link, 'link-target-exists') ?? link.url })),
  }
  return { data, diagnostics }
}

function missing(
  { url, place }: ProfileLink,
  rule: 'link-target-exists' | 'image-exists',
  index: LinkIndex,
): Diagnostic {
  const [what, known] =
    rule === 'image-exists'
      ? ['There is no image', index.files.keys()]
      : ['There is nothing at', index.urls.keys()]
  return diagnostic(rule, `${what} "${url}" in this site.`, {
    file: authorsFile,
    place,
    hint: didYouMean(url, known),
  })
}
