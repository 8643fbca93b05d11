/** content/authors.yaml: who writes here. Posts name them by key or by name. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Diagnostic, diagnostic, type Place } from '../diagnostics.js'
import { reasonOf } from '../errno.js'
import { authorsFile } from '../layout.js'
import { imageFault, isLinkable, isLoadable, leadFault } from '../schemes.js'
import { readYamlData } from '../yaml-data.js'
import type { InputFile } from './inventory.js'

/** A link as an author writes it: a path from the site's root, or a URL. */
export interface ProfileLink {
  readonly title: string
  readonly url: string
  /** Where it is written. */
  readonly place: Place | undefined
}

/** One author, as content/authors.yaml says. */
export interface Profile {
  /** What posts may call them by beside the name. */
  readonly key: string
  readonly name: string
  /** In plain words; '' if nothing is said. */
  readonly bio: string
  /** Their own site. */
  readonly url: ProfileLink | null
  /** A path from the site's root, or a URL. */
  readonly avatar: ProfileLink | null
  readonly email: string | null
  /** As a URL: `https://orcid.org/0000-0002-1825-0097`. */
  readonly orcid: string | null
  readonly links: readonly ProfileLink[]
}

const text = z.string().trim().min(1, 'must not be empty')
const link = text.refine(isLinkable, leadFault)

const links = z
  .union(
    [
      z
        .record(z.string(), text)
        .transform((urls) => Object.entries(urls).map(([title, url]) => ({ title, url, path: [title] }))),
      z
        .array(z.strictObject({ title: text, url: text }))
        .transform((items) => items.map((item, index) => ({ ...item, path: [index, 'url'] }))),
    ],
    'must be a mapping such as { GitHub: https://github.com/ada }, or a list of { title, url }',
  )
  .superRefine((items, context) => {
    for (const { url, path } of items)
      if (!isLinkable(url)) context.addIssue({ code: 'custom', message: leadFault, path })
  })

const profile = z.strictObject({
  /** As it is printed; the key if nothing is said. */
  name: text.optional(),
  bio: z.string().trim().default(''),
  url: link.optional(),
  avatar: text.refine(isLoadable, imageFault).optional(),
  email: text.optional(),
  orcid: z
    .string()
    .regex(
      /^(https:\/\/orcid\.org\/)?(\d{4}-){3}\d{3}[\dX]$/,
      'must be an ORCID iD such as "0000-0002-1825-0097"',
    )
    .optional(),
  links: links.default([]),
})

const schema = z.record(
  text,
  z.preprocess((value) => value ?? {}, profile),
)

/** What is known of a site's authors. */
export interface Profiles {
  /** In the order of the file. */
  readonly profiles: readonly Profile[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads content/authors.yaml, if a site has one. Reports `authors-are-valid` and `file-is-readable`. */
export function readAuthors(input: InputFile | undefined): Profiles {
  if (!input) return { profiles: [], diagnostics: [] }
  try {
    return parseAuthors(Buffer.from(input.bytes ?? readFileSync(input.path)).toString('utf8'))
  } catch (error) {
    const message = `${authorsFile} cannot be read: ${reasonOf(error)}`
    return { profiles: [], diagnostics: [diagnostic('file-is-readable', message, { file: authorsFile })] }
  }
}

/** Gives the authors that the text of a content/authors.yaml names; none if there is a fault in it. */
export function parseAuthors(source: string): Profiles {
  const { data, diagnostics, placeAt } = readYamlData(source, schema, {
    file: authorsFile,
    rule: 'authors-are-valid',
  })
  const profiles = Object.entries(data ?? {}).map(
    ([key, { name = key, bio, url, avatar, ...given }]): Profile => {
      const link = (title: string, to: string, path: readonly PropertyKey[]): ProfileLink => ({
        title,
        url: to,
        place: placeAt([key, ...path]),
      })
      const orcid = given.orcid?.replace(/^(?!https:)/, 'https://orcid.org/') ?? null
      return {
        key,
        name,
        bio,
        url: url === undefined ? null : link(name, url, ['url']),
        avatar: avatar === undefined ? null : link(name, avatar, ['avatar']),
        email: given.email ?? null,
        orcid,
        links: given.links.map((each) => link(each.title, each.url, ['links', ...each.path])),
      }
    },
  )
  return { profiles, diagnostics }
}
