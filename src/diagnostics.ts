/** What can be wrong with a site, as data: the rules by name, and one finding of one rule. */

export type Severity = 'error' | 'warn'

interface Rule {
  /** Default severity; `rules:` in site.yaml overrides it. Only errors stop publishing. */
  readonly severity: Severity
  /** What should be true, in a sentence. */
  readonly truth: string
}

/** Every rule. A name is permanent: sites silence rules by it. */
export const rules = {
  // Configuration and usage.
  'config-is-valid': {
    severity: 'error',
    truth: 'site.yaml holds only known keys with values of the right kind.',
  },
  'authors-are-valid': {
    severity: 'error',
    truth: 'content/authors.yaml holds only known keys with values of the right kind.',
  },
  'usage-is-valid': {
    severity: 'error',
    truth: 'The command is called with options and folders it can work with.',
  },
  'plugin-loads': {
    severity: 'error',
    truth: 'A plugin that site.yaml names can be found and loaded.',
  },
  // Front matter.
  'front-matter-is-valid': {
    severity: 'error',
    truth: 'Front matter is well-formed and its values are of the right kind.',
  },
  'front-matter-key-is-known': {
    severity: 'warn',
    truth: 'A front matter key is not a misspelling of a known one.',
  },
  'post-has-title': { severity: 'warn', truth: 'A post has a title.' },
  'post-has-date': { severity: 'warn', truth: 'A post has a date.' },
  'author-is-known': {
    severity: 'warn',
    truth: 'The author of a post is not a misspelling of one in content/authors.yaml.',
  },
  'post-date-has-come': {
    severity: 'warn',
    truth: 'The date of a post is not in the future, unless it is a draft.',
  },
  'text-is-utf8': { severity: 'warn', truth: 'A text file is valid UTF-8.' },
  // Links and files.
  'link-target-exists': {
    severity: 'warn',
    truth: 'A link to this site leads to something that is published, and so does what else has a URL of it.',
  },
  'external-link-works': {
    severity: 'warn',
    truth: 'A link to another site leads to something (asked with check --external).',
  },
  'anchor-exists': { severity: 'warn', truth: 'The part of a page that a link points to exists.' },
  'id-is-unique': { severity: 'warn', truth: 'An id is given once in a page.' },
  'feed-id-is-unique': { severity: 'warn', truth: 'Two posts are not one and the same to readers of feeds.' },
  'image-exists': { severity: 'warn', truth: 'An image that is shown is published.' },
  'image-has-alt': { severity: 'warn', truth: 'An image has words for those who cannot see it.' },
  'link-has-text': { severity: 'warn', truth: 'A link has words that say where it leads.' },
  'heading-level-follows': {
    severity: 'warn',
    truth: 'A heading is at most one level below the one before it.',
  },
  'image-is-readable': {
    severity: 'warn',
    truth: 'An image that a post shows, or has for the links to it, can be decoded.',
  },
  'image-size-is-valid': {
    severity: 'warn',
    truth: 'The width or height that is written with an image is a length or a percentage.',
  },
  'resource-is-allowed': {
    severity: 'warn',
    truth: 'What a page loads from other sites, runs or styles is allowed by csp in site.yaml.',
  },
  'card-is-legible': {
    severity: 'warn',
    truth: 'The font of the cards that are drawn has the letters of every title.',
  },
  'named-file-is-readable': {
    severity: 'warn',
    truth: 'A file that a text names, such as the code that a block shows, lies in the site and can be read.',
  },
  'asset-is-used': {
    severity: 'warn',
    truth: 'Something of the site refers to each file in assets (looked for by check).',
  },
  'page-fits-budget': {
    severity: 'warn',
    truth: 'A page weighs, with what it loads, no more than budgets in site.yaml allows.',
  },
  'url-is-unique': { severity: 'error', truth: 'Two sources do not publish to one URL.' },
  'redirect-resolves': {
    severity: 'warn',
    truth: 'A redirect leads to something that is published, and not back to itself.',
  },
  'published-is-valid': {
    severity: 'error',
    truth: 'published.yaml is as "scholium check --record" writes it.',
  },
  'published-url-is-kept': {
    severity: 'error',
    truth: 'A URL that is recorded in published.yaml still leads to something.',
  },
  'feed-id-is-kept': {
    severity: 'warn',
    truth: 'A post is known to readers of feeds by the id that is recorded in published.yaml.',
  },
  'git-history-is-whole': {
    severity: 'warn',
    truth: 'The history that dates are taken from can be read, back to its beginning.',
  },
  'url-is-safe': { severity: 'error', truth: 'A URL stays inside the site and can be a file name.' },
  'name-is-portable': {
    severity: 'error',
    truth:
      'What is published can be a file on every system, Windows too, whose names differ in more than case, and is shown by every host.',
  },
  'file-is-readable': { severity: 'error', truth: 'A source can be read and lies inside the site.' },
  'output-is-current': {
    severity: 'error',
    truth: 'What is published is what a clean build writes (asked with --verify).',
  },
  'search-index-is-made': { severity: 'warn', truth: 'The search index can be made.' },
  'output-is-writable': { severity: 'error', truth: 'The output folder can be written to.' },
  // Markdown.
  'markdown-is-understood': { severity: 'warn', truth: 'Every step of rendering can work with a text.' },
  'plugin-runs': {
    severity: 'error',
    truth: 'A plugin of the site works on a text, synchronously and without an exception.',
  },
  'text-satisfies-plugins': {
    severity: 'warn',
    truth: 'The plugins of the site have nothing to object to in a text.',
  },
  'code-language-is-known': {
    severity: 'warn',
    truth: 'The language of a code block is one that can be highlighted.',
  },
  'html-is-allowed': {
    severity: 'warn',
    truth: 'A text has only the HTML that markdown.html in site.yaml allows.',
  },
  'ignored-rule-is-known': {
    severity: 'warn',
    truth: 'A comment that silences rules names rules that there are.',
  },
  'code-attributes-fit': {
    severity: 'warn',
    truth:
      'What the info string of a code block names is there: the lines and words to be marked, the attributes.',
  },
  'note-is-referred-to': {
    severity: 'warn',
    truth: 'A footnote has a reference, and a reference a footnote.',
  },
  'nesting-is-bounded': {
    severity: 'error',
    truth: 'A text is not nested a hundred levels deep.',
  },
  'signs-are-bounded': {
    severity: 'warn',
    truth: 'A paragraph has no more than two thousand signs of emphasis.',
  },
  'table-row-fits': { severity: 'warn', truth: 'A table row has no more cells than the table has columns.' },
  'callout-is-known': {
    severity: 'warn',
    truth: 'The kind of a callout or a theorem is not a misspelling of a known one.',
  },
  'abbreviation-is-explained': {
    severity: 'warn',
    truth: 'An abbreviation is explained, and explained once.',
  },
  'key-is-known': {
    severity: 'warn',
    truth: 'A key between plus signs is not a misspelling of a known one.',
  },
  'emoji-is-known': {
    severity: 'warn',
    truth: 'A shortcode between colons is not a misspelling of an emoji.',
  },
  // Citations.
  'bibliography-is-valid': {
    severity: 'warn',
    truth: 'A bibliography that is named exists, and each of its entries can be read.',
  },
  'citation-resolves': { severity: 'warn', truth: 'A citation names an entry of the bibliography.' },
  'citation-style-is-valid': {
    severity: 'error',
    truth: 'A citation style that is named exists, and is one of the Citation Style Language.',
  },
  // Mathematics.
  'math-renders': { severity: 'warn', truth: 'KaTeX accepts a formula.' },
  'math-is-closed': { severity: 'warn', truth: 'A display formula that is opened is closed.' },
  'math-is-tight': { severity: 'warn', truth: 'The dollars of a formula touch it.' },
  'math-is-plausible': {
    severity: 'warn',
    truth: 'A formula is one, and is written once for TeX, not escaped for another generator.',
  },
  'label-is-unique': { severity: 'warn', truth: 'A label is given once in a post.' },
  'reference-resolves': { severity: 'warn', truth: 'A reference names something that is labelled.' },
  'text-is-printable': { severity: 'warn', truth: 'A text holds no control characters.' },
  // Templates and styles.
  'template-renders': {
    severity: 'error',
    truth: 'A template is well-formed and asks only for what exists.',
  },
  'words-are-valid': {
    severity: 'error',
    truth: 'A words file holds only known words, with the placeholders that they have.',
  },
  'style-is-valid': { severity: 'error', truth: 'A style sheet can be bundled.' },
} as const satisfies Record<string, Rule>

export type RuleName = keyof typeof rules

/** Whether a word is the name of a rule. */
export function isRule(name: string): name is RuleName {
  return Object.hasOwn(rules, name)
}

/** A place in a text, counted from 1 in lines and in UTF-16 columns, as editors do. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly endLine?: number
  readonly endColumn?: number
}

/** One finding. `file` is relative to the site's root, with forward slashes. */
export interface Diagnostic extends Partial<Place> {
  readonly rule: RuleName
  readonly severity: Severity
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
  readonly file?: string
}

/** What `rules:` in site.yaml may say: a severity by rule name, `'*'` for all. */
export type RuleSettings = Readonly<Partial<Record<RuleName | '*', Severity | 'off'>>>

/** Where a finding stands and what to do about it; everything optional. */
export interface Finding {
  readonly file?: string | undefined
  readonly place?: Place | undefined
  readonly hint?: string | undefined
}

/** Gives a diagnostic of a rule at its default severity; see {@link withSeverities} for the site's own. */
export function diagnostic(rule: RuleName, message: string, { file, place, hint }: Finding = {}): Diagnostic {
  return {
    rule,
    severity: rules[rule].severity,
    message,
    ...(hint !== undefined && { hint }),
    ...(file !== undefined && { file }),
    ...place,
  }
}

/**
 * What no setting can turn off: without these there is nothing to publish or nowhere to publish it to, or an
 * output cannot be made, and publishing would remove the one that is there.
 */
const unconditional: ReadonlySet<RuleName> = new Set([
  'config-is-valid',
  'authors-are-valid',
  'usage-is-valid',
  'output-is-writable',
  'url-is-unique',
  'url-is-safe',
  'file-is-readable',
  'template-renders',
])

/** Whether no setting can turn a rule off. */
export function isUnconditional(rule: RuleName): boolean {
  return unconditional.has(rule)
}

/** Gives the diagnostics with the severities a site asks for, without those it turned off. */
export function withSeverities(
  diagnostics: readonly Diagnostic[],
  settings: RuleSettings,
): readonly Diagnostic[] {
  return diagnostics.flatMap((found) => {
    if (unconditional.has(found.rule)) return [found]
    const severity = settings[found.rule] ?? settings['*'] ?? found.severity
    return severity === 'off' ? [] : [{ ...found, severity }]
  })
}

/** Rules that the author of a file silences in a part of it. */
export interface Silence {
  readonly rules: readonly RuleName[]
  /** The first line, counted from 1. */
  readonly line: number
  /** Where on that line it begins; from the line's start if it is not there. */
  readonly column?: number
  /** The last line. */
  readonly endLine: number
  /** Before which column of that line it ends; with the line if it is not there. */
  readonly endColumn?: number
}

/** Gives the diagnostics that no comment in their files silences; `silencesIn` tells those of a file. */
export function withoutSilenced(
  diagnostics: readonly Diagnostic[],
  silencesIn: (file: string) => readonly Silence[],
): readonly Diagnostic[] {
  return diagnostics.filter(
    ({ rule, file, line, column = 1 }) =>
      file === undefined ||
      line === undefined ||
      unconditional.has(rule) ||
      !silencesIn(file).some((each) => each.rules.includes(rule) && isWithin({ line, column }, each)),
  )
}

function isWithin(
  { line, column }: Place,
  { column: from = 1, endColumn = Infinity, ...lines }: Silence,
): boolean {
  return (
    (line > lines.line || (line === lines.line && column >= from)) &&
    (line < lines.endLine || (line === lines.endLine && column < endColumn))
  )
}

/** Gives the diagnostics of a part of a file in the file's own terms: `file` named, lines moved down by `lines`. */
export function inFile(diagnostics: readonly Diagnostic[], file: string, lines = 0): readonly Diagnostic[] {
  return diagnostics.map((found) => ({
    ...found,
    file,
    ...(found.line !== undefined && { line: found.line + lines }),
    ...(found.endLine !== undefined && { endLine: found.endLine + lines }),
  }))
}

/** Gives the diagnostics by file, place and rule, each once, so that a report is the same on every run. */
export function sorted(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = (d: Diagnostic) =>
    [
      d.file ?? '',
      String(d.line ?? 0).padStart(9, '0'),
      String(d.column ?? 0).padStart(9, '0'),
      d.rule,
      d.message,
    ].join('\0')
  const byKey = new Map(diagnostics.map((found) => [key(found), found]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, found]) => found)
}

/** Whether any of the diagnostics stops publishing. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((found) => found.severity === 'error')
}
