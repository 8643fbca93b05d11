/** A post's text → its front matter, with the place of every key, and its body. */
import matter from 'gray-matter'
import { parse as parseToml, TomlError } from 'smol-toml'
import { type Document, isMap, isScalar, isSeq, type Node, parseDocument, visit, type YAMLError } from 'yaml'
import { deepest, isDeeper, isDeepYaml } from '../depth.js'
import { type Diagnostic, diagnostic, type Place } from '../diagnostics.js'
import { type PlaceOfRange, placesIn } from '../place.js'
import { printable, unprintableIn } from '../printable.js'

/** What stands above a post's body. */
export interface FrontMatter {
  /** Its values, all of them plain data: dates are strings as written. Empty if it cannot be read. */
  readonly data: Readonly<Record<string, unknown>>
  /** The Markdown below it, with `\n` line ends. */
  readonly body: string
  /** How many lines of the file stand before the body's first line. */
  readonly bodyLine: number
  /** Where each top-level key stands in the file. */
  readonly places: ReadonlyMap<string, Place>
  /** Where the value of each top-level key stands in the file. */
  readonly valuePlaces: ReadonlyMap<string, Place>
  readonly diagnostics: readonly Diagnostic[]
}

type Language = 'yaml' | 'toml' | 'json'

/** What an engine reads out of the lines between two fences. */
type Mapping = Omit<FrontMatter, 'body' | 'bodyLine'>

/** The first line with text on it, if it can open front matter. */
interface Fence {
  /** Its line, counted from 0. */
  readonly at: number
  readonly indent: number
  /** `---`, `+++`, or a slip of the hand such as `----`. */
  readonly mark: string
  /** The language behind the mark: `---toml`. */
  readonly word: string | undefined
  /** Whether the word touches the mark. */
  readonly glued: boolean
}

/** Front matter between fences, by their lines counted from 0; -1 if it never ends. */
type Fences = { readonly at: number; readonly closeAt: number } & (
  | { readonly language: Language }
  | { readonly fault: Diagnostic }
)

const languages: ReadonlyMap<string, Language> = new Map([
  ['yaml', 'yaml'],
  ['yml', 'yaml'],
  ['toml', 'toml'],
  ['json', 'json'],
])

const empty: Mapping = { data: {}, places: new Map(), valuePlaces: new Map(), diagnostics: [] }

const controlCharacter = 'is a control character'
const quoteHint =
  "A backslash in double quotes starts an escape: put text with LaTeX in single quotes, as in '$\\nu$'."
const backslashHint = 'In JSON a backslash is written twice, as in "$\\\\nu$".'
const jsonHint = 'In JSON, text and keys stand in double quotes, with a comma between entries.'
const textHint =
  'Text that holds `: ` or ` #`, or begins with one of `*&!%@[]{}|>"` or a backtick, is put in single quotes.'
const ruleHint = 'If the line is meant as a horizontal rule, write `***` instead.'

/**
 * Reads the front matter of a post: YAML between `---` (or up to `...`), TOML between `+++`, any of YAML,
 * TOML and JSON behind `---` and its name, or a bare JSON object as Hugo has it. Nothing in it is evaluated.
 *
 * `text` may have a byte order mark and any line ends. What is wrong is reported as
 * `front-matter-is-valid`. Text that is not front matter, and front matter that never ends, stay in the body.
 */
export function readFrontMatter(text: string): FrontMatter {
  const source = text.replace(/^\uFEFF+/, '').replace(/\r\n?/g, '\n')
  if (/^\s*\{\s*(?:"(?:[^"\\\n]|\\.)*"\s*:|\}[ \t]*(?:\n|$))/.test(source)) return readBareJson(source)

  const lines = source.split('\n')
  const fences = fencesOf(lines)
  if (!fences) return bodyOnly(source)
  const { at, closeAt } = fences
  if ('fault' in fences) return bodyBelow(lines, closeAt, fences.fault)

  // gray-matter takes the first line that begins with its delimiter for the closing fence, be it `---foo`,
  // and everything as front matter when there is none. Given both fences as whole lines it splits at these;
  // the line end added here lets the last line of a file be a whole line too.
  const { data: mapping, content } = matter(`${source}\n`, {
    language: fences.language,
    delimiters: [lines.slice(0, at + 1).join('\n'), `${lines[closeAt]}\n`],
    engines: {
      yaml: (inside) => readYaml(inside, at, 'yaml'),
      json: (inside) => readYaml(inside, at, 'json'),
      toml: (inside) => readToml(inside, at),
      // The language is one of the above; should that ever change, code is still not run.
      javascript: () => empty,
    },
  })
  const body = content.slice(0, -1)
  return { ...empty, ...mapping, body, bodyLine: lines.length - body.split('\n').length }
}

/** Gives a text that has no front matter. */
function bodyOnly(source: string): FrontMatter {
  return { ...empty, body: source, bodyLine: 0 }
}

/** Gives what stands below front matter that is not read; where it does not end, all is body. */
function bodyBelow(lines: readonly string[], closeAt: number, fault: Diagnostic): FrontMatter {
  return {
    ...empty,
    diagnostics: [fault],
    body: lines.slice(closeAt + 1).join('\n'),
    // Where the fence is the last line, the body is the nothing at its end.
    bodyLine: Math.min(closeAt + 1, lines.length - 1),
  }
}

/** Gives the lines, counted from 0, that fence front matter, or why it is not read; null if there is none. */
function fencesOf(lines: readonly string[]): Fences | null {
  const fence = openingFence(lines)
  if (!fence) return null
  const { at, mark, word } = fence
  const language = languageOf(fence)
  const isFence = mark === '---' || mark === '+++'
  const closeAt = isFence ? closingLine(lines, fence, language) : -1
  const closed = closeAt !== -1
  const inside = lines.slice(at + 1, closed ? closeAt : undefined)
  const refusal = (message: string, hint: string): Fences => ({
    at,
    closeAt,
    fault: invalid(message, { line: at + 1, column: fence.indent + 1 }, hint),
  })

  if (!language) {
    // A lone word behind a dash is prose unless something says that it names a language.
    if (!isFence || (!closed && !fence.glued)) return null
    const message = `Front matter in \`${word}\` is not read: code is never run.`
    return refusal(message, 'Write it as YAML between `---` lines; TOML and JSON are read too.')
  }
  if (closed) return language === 'yaml' && isProse(inside) ? null : { at, closeAt, language }
  if (!opensMapping(inside, language)) return null
  return isFence
    ? refusal(
        'Front matter is opened here and never closed.',
        `Put a line \`${mark}\` after its last key. ${ruleHint}`,
      )
    : refusal(
        `Front matter cannot open with \`${mark}\`.`,
        'Open and close front matter with exactly `---`, or `+++` for TOML.',
      )
}

/** Gives the language that an opening fence names, by its word or its mark. */
function languageOf({ mark, word }: Fence): Language | undefined {
  if (word) return languages.get(word.toLowerCase())
  return mark.startsWith('+') ? 'toml' : 'yaml'
}

/** Gives the finding that front matter is not valid. */
function invalid(message: string, place: Place, hint?: string): Diagnostic {
  return diagnostic('front-matter-is-valid', message, { place, hint })
}

/** Gives the same as a warning: the front matter can be read. */
function warned(message: string, place: Place, hint: string): Diagnostic {
  return { ...invalid(message, place, hint), severity: 'warn' }
}

/** Gives the first line with text on it if it can open front matter; it may be indented and commented on. */
function openingFence(lines: readonly string[]): Fence | null {
  const at = lines.findIndex((line) => line.trim() !== '')
  const match = /^([ \t]*)([-–—]{2,9}|—|\+{2,9})(?:([ \t]*)([A-Za-z][\w+-]*))?(?:[ \t]+#.*)?$/.exec(
    lines[at]?.trimEnd() ?? '',
  )
  if (!match) return null
  const [, indent = '', mark = '', gap, word] = match
  return { at, indent: indent.length, mark, word, glued: gap === '' }
}

/**
 * Gives the line, counted from 0, that closes front matter: nothing but the fence, no deeper than the
 * opening one, so that a `---` inside an indented block of text does not close it. -1 if there is none.
 */
function closingLine(
  lines: readonly string[],
  { at, indent, mark }: Fence,
  language: Language | undefined,
): number {
  return lines.findIndex((line, index) => {
    const [bare, depth] = [line.trim(), line.length - line.trimStart().length]
    return index > at && depth <= indent && (bare === mark || (bare === '...' && language === 'yaml'))
  })
}

/** Whether a line looks like the start of a mapping in a language. */
function opensKey(line: string, language: Language | undefined): boolean {
  if (language === 'json') return /^\s*\{/.test(line)
  if (language === 'toml') return /^\s*(?:[\w."'-]+\s*=|\[)/.test(line)
  return /^\s*(?:"[^"]*"|'[^']*'|[\p{L}\p{N}_.-]+)[ \t]*:(?:\s|$)/u.test(line)
}

/** Whether the first paragraph below an opening fence that is never closed is meant as a mapping. */
function opensMapping(lines: readonly string[], language: Language | undefined): boolean {
  const start = lines.findIndex((line) => line.trim() !== '')
  const paragraph = lines.slice(start)
  const end = paragraph.findIndex((line) => line.trim() === '')
  return paragraph.slice(0, end === -1 ? undefined : end).some((line) => opensKey(line, language))
}

/** Whether what stands between two `---` lines is paragraphs of a body that begins with a horizontal rule. */
function isProse(lines: readonly string[]): boolean {
  const blank = lines.filter((line) => line.trim() === '').length
  return blank > 0 && blank < lines.length && !lines.some((line) => opensKey(line, 'yaml'))
}

/** Reads a file that begins with a JSON object; gray-matter knows front matter between fences only. */
function readBareJson(source: string): FrontMatter {
  let depth = 0
  for (const token of source.matchAll(/"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|[{}]/g)) {
    if (token[0] === '{') depth++
    if (token[0] === '}') depth--
    if (token[0] !== '}' || depth > 0) continue
    const end = token.index + 1
    const body = source.slice(end).replace(/^[ \t]*\n/, '')
    const bodyLine = source.split('\n').length - body.split('\n').length
    return { ...readYaml(source.slice(0, end), 0, 'json'), body, bodyLine }
  }
  const before = source.slice(0, source.indexOf('{')).split('\n')
  const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 }
  const message = 'JSON front matter is opened here and never closed.'
  return { ...bodyOnly(source), diagnostics: [invalid(message, place, 'Put a `}` after its last key.')] }
}

/**
 * Reads a YAML mapping (1.2 core schema, with merge keys), or a JSON object, which is YAML under a stricter
 * schema: so both have places. Aliases that multiply without bound are refused by the yaml package.
 *
 * @param source begins behind the opening fence, so that its first line is the fence's.
 * @param above how many lines of the file stand above the source's first.
 */
function readYaml(source: string, above: number, language: 'yaml' | 'json'): Mapping {
  const placeInside = placesIn(source)
  const placeOf: PlaceOfRange = ([from, to]) => {
    const place = placeInside([from, from + source.slice(from, to).trimEnd().length])
    return { ...place, line: above + place.line, endLine: above + (place.endLine ?? place.line) }
  }
  if (isDeepYaml(source)) return unreadable(above)
  const document = parseDocument(source, {
    prettyErrors: false,
    logLevel: 'error',
    resolveKnownTags: false,
    ...(language === 'json' ? { schema: 'json' } : { stringKeys: true, merge: true }),
  })
  const { contents: root } = document
  const isReadable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY')
  const found: Diagnostic[] = syntaxFindings(document, source, language, placeOf)
  const unread = (...more: readonly Diagnostic[]): Mapping => ({ ...empty, diagnostics: [...found, ...more] })

  try {
    const references = referenceFindings(document, language, placeOf)
    found.push(...references, ...backslashFindings(document, source, language, placeOf))
    if (!isReadable || references.length > 0) return unread()
    if (!root || (isScalar(root) && root.value === null)) return unread()
    if (!isMap<Node, Node | null>(root)) {
      const message = `Front matter is ${isSeq(root) ? 'a list' : 'text'}, not keys with values.`
      const hint = `Write it as \`key: value\` lines, a space after each colon. ${ruleHint}`
      return unread(invalid(message, placeOf(root.range ?? [0, 0]), hint))
    }
    const spots = root.items.map(({ key, value }): Spot => {
      const place = placeOf(key.range ?? [0, 0])
      const isWritten = value?.range && value.range[1] > value.range[0]
      return { name: nameOf(key), place, valuePlace: isWritten ? placeOf(value.range) : place }
    })
    if (language === 'yaml') keepNumbersAsWritten(document)
    return mappingOf(document.toJS(), spots, found)
  } catch (error) {
    // What only shows when values are put together: aliases that multiply, a merge of no mapping, deep nesting.
    const message = error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message
    return unread(invalid(`Front matter cannot be read: ${message}.`, { line: above + 1, column: 1 }))
  }
}

/** Gives that front matter is nested beyond all reading. */
function unreadable(above: number): Mapping {
  const place = { line: above + 1, column: 1 }
  return { ...empty, diagnostics: [invalid('Front matter is nested too deeply.', place)] }
}

/** Gives what the parser found wrong. */
function syntaxFindings(
  { errors, warnings }: Document,
  source: string,
  language: 'yaml' | 'json',
  placeOf: PlaceOfRange,
): Diagnostic[] {
  const faults = errors.map((error) => {
    const { message, hint } = yamlFault(error, source, language)
    return invalid(message, placeOf(error.pos), hint)
  })
  // One fault makes the parser stumble several times; the first on a line says what it is.
  const first = faults.filter(({ line }, index) => line !== faults[index - 1]?.line)
  const tagHint = 'Leave the tag out: the value is read as it stands.'
  return [...first, ...warnings.map(({ message, pos }) => warned(`${message}.`, placeOf(pos), tagHint))]
}

/** Gives aliases that lead nowhere or in a circle, and in JSON keys that have no value. */
function referenceFindings(
  document: Document,
  language: 'yaml' | 'json',
  placeOf: PlaceOfRange,
): Diagnostic[] {
  const found: Diagnostic[] = []
  visit(document, {
    Pair(_, { key, value }) {
      if (language === 'yaml' || value || !isScalar(key) || key.type === 'PLAIN' || !key.range) return
      found.push(invalid('The key has no value.', placeOf(key.range), jsonHint))
    },
    Alias(_, node, path) {
      const target = node.resolve(document)
      if (!node.range || (target && !path.includes(target))) return
      const message = target ? 'holds itself' : 'refers to nothing'
      found.push(invalid(`\`*${node.source}\` ${message}.`, placeOf(node.range), textHint))
    },
  })
  return found
}

/** Gives a warning for each backslash of LaTeX that double quotes eat. */
function backslashFindings(
  document: Document,
  source: string,
  language: 'yaml' | 'json',
  placeOf: PlaceOfRange,
): Diagnostic[] {
  const found: Diagnostic[] = []
  const hint = language === 'json' ? backslashHint : quoteHint
  visit(document, {
    Scalar(_, { type, range }) {
      if (type !== 'QUOTE_DOUBLE' || !range) return
      for (const { at, message } of eatenBackslashes(source.slice(range[0], range[1]))) {
        found.push(warned(message, placeOf([range[0] + at, range[0] + at + 2]), hint))
      }
    },
  })
  return found
}

/** Makes numbers text where they would print otherwise: `3.10` is more often a version than the number 3.1. */
function keepNumbersAsWritten(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'number' && node.source !== undefined && node.source !== String(node.value)) {
        node.value = node.source
      }
    },
  })
}

/** What the parser's faults in YAML mean to an author, where its own words do not say it. */
const yamlFaults: Readonly<Partial<Record<YAMLError['code'], { message?: string; hint: string }>>> = {
  BAD_INDENT: { hint: 'Close each `[` and `{`; text that begins with one is put in single quotes.' },
  BLOCK_AS_IMPLICIT_KEY: { message: 'A value cannot itself hold `: `, unless it is quoted.', hint: textHint },
  MISSING_CHAR: {
    message: 'This line is no `key: value`.',
    hint: 'If the front matter ends before this line, close it there with a line `---`.',
  },
  MULTIPLE_DOCS: { message: '`---` begins a second document here.', hint: textHint },
  NON_STRING_KEY: { message: 'A key must be text.', hint: textHint },
  TAB_AS_INDENT: { hint: 'Indent with spaces.' },
}

/** Says what a fault in YAML or JSON is, and what to do about it. */
function yamlFault(
  { code, message: reason, pos }: YAMLError,
  source: string,
  language: 'yaml' | 'json',
): { message: string; hint?: string } {
  const message = `${reason}.`
  if (code === 'BAD_DQ_ESCAPE') return { message, hint: language === 'json' ? backslashHint : quoteHint }
  if (code === 'DUPLICATE_KEY') {
    const key = /^(?:"[^"\n]*"|'[^'\n]*'|[^:\n]*)/.exec(source.slice(pos[0], pos[0] + 200))?.[0].trim()
    return { message: `The key \`${key}\` is given twice.`, hint: 'Keep one of them.' }
  }
  if (code === 'RESOURCE_EXHAUSTION') return { message: 'Front matter is nested too deeply.' }
  if (code === 'MISSING_CHAR' && reason.startsWith('Missing closing')) {
    return { message: 'A quoted text is not closed before here.', hint: 'Put the closing quote at its end.' }
  }
  if (language === 'json') return { message, hint: jsonHint }
  return { message, hint: textHint, ...yamlFaults[code] }
}

/**
 * Gives the escapes in a double-quoted string with a dollar sign that are read as control characters, though
 * LaTeX was meant: `"$\nu$"` is a line break and a `u`. An escape counts if a letter follows.
 */
function eatenBackslashes(quoted: string): readonly { readonly at: number; readonly message: string }[] {
  if (!quoted.includes('$')) return []
  return [...quoted.matchAll(/\\(?:([0abefnrtvLNP])(?=[A-Za-z])|[\s\S])/g)].flatMap(
    ({ 1: letter, index: at }) => {
      if (letter === undefined) return []
      const command = /^\\[A-Za-z0]+/.exec(quoted.slice(at, at + 40))?.[0] ?? `\\${letter}`
      return [
        { at, message: `\`\\${letter}\` in double quotes ${controlCharacter}: \`${command}\` is lost.` },
      ]
    },
  )
}

/** Reads a TOML document; `source` and `above` are as for YAML. */
function readToml(source: string, above: number): Mapping {
  try {
    const data = parseToml(source)
    // The name of a table may have any number of parts.
    if (isDeeper(data, deepest)) return unreadable(above)
    const { spots, warnings } = spotsInToml(source, above)
    return mappingOf(data, spots, warnings)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [message = ''] = error.message.replace('Invalid TOML document: ', '').split('\n', 1)
    const place = { line: above + error.line, column: error.column }
    const hint = message.includes('escape') ? quoteHint : undefined
    return { ...empty, diagnostics: [invalid(`Front matter is not valid TOML: ${message}.`, place, hint)] }
  }
}

/** Gives where the keys of a valid TOML document stand, which its parser does not tell, and eaten backslashes. */
function spotsInToml(
  source: string,
  above: number,
): { spots: readonly Spot[]; warnings: readonly Diagnostic[] } {
  const placeInside = placesIn(source)
  const placeOf = (offset: number): Place => {
    const { line, column } = placeInside([offset, offset])
    return { line: above + line, column }
  }
  const warnings: Diagnostic[] = []
  // Strings and comments may hold what looks like a key on a line of its own: they become one line here.
  const tokens = /"""(?:\\[\s\S]|[^\\])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*/g
  const masked = source.replace(tokens, (token, offset: number) => {
    if (token.startsWith('"') && !token.startsWith('"""')) {
      for (const { at, message } of eatenBackslashes(token)) {
        warnings.push(warned(message, placeOf(offset + at), quoteHint))
      }
    }
    return token.replaceAll('\n', ' ')
  })
  const spots: Spot[] = []
  let inTable = false
  const key =
    /(?<=\n)([ \t]*(?:\[{1,2}[ \t]*)?)("(?:\\.|[^"\\\n])*"|'[^'\n]*'|[\w-]+)[ \t]*(?:[.\]]|=[ \t]*)/g
  for (const { 0: whole, 1: before = '', 2: name = '', index } of masked.matchAll(key)) {
    const isTable = before.includes('[')
    inTable ||= isTable
    if (inTable && !isTable) continue
    const place = placeOf(index + before.length)
    const valuePlace = whole.includes('=') ? placeOf(index + whole.length) : place
    spots.push({ name: /^["']/.test(name) ? name.slice(1, -1) : name, place, valuePlace })
  }
  // A table may be opened in several parts: the first says where it stands.
  return { spots: spots.reverse(), warnings }
}

/** Where a top-level key and its value stand. */
interface Spot {
  readonly name: string
  readonly place: Place
  readonly valuePlace: Place
}

/** Gives what an engine read as plain data, and the places of its keys. */
function mappingOf(raw: object, spots: readonly Spot[], diagnostics: readonly Diagnostic[]): Mapping {
  const known = spots.filter(({ name }) => Object.hasOwn(raw, name) && name !== '__proto__')
  const refused = spots.filter(({ name }) => name === '__proto__')
  // Of a backslash that was eaten the author is told already, and of a URL when it is refused.
  const isTold = diagnostics.some(({ message }) => message.includes(controlCharacter))
  const odd = known.flatMap(({ name, valuePlace }) => {
    if (isTold || name === 'permalink' || name === 'url') return []
    const found = unprintableWithin((raw as Record<string, unknown>)[name])
    return found === null ? [] : [unshown(name, found, valuePlace)]
  })
  return {
    data: plain(raw) as Record<string, unknown>,
    places: new Map(known.map(({ name, place }) => [name, place])),
    valuePlaces: new Map(known.map(({ name, valuePlace }) => [name, valuePlace])),
    diagnostics: [
      ...diagnostics,
      ...odd,
      ...refused.map(({ place }) => invalid('`__proto__` cannot be a key.', place, 'Name it differently.')),
    ],
  }
}

function unshown(name: string, character: string, place: Place): Diagnostic {
  const message = `The value of \`${name}\` holds ${character}, which nothing shows: \uFFFD stands in its place.`
  return diagnostic('text-is-printable', message, {
    place,
    hint: 'Delete it. TeX is put between single quotes.',
  })
}

/** Names the first character within a value that cannot be printed; null where there is none. */
function unprintableWithin(value: unknown): string | null {
  if (typeof value === 'string') return unprintableIn(value)
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    const found = unprintableIn(key) ?? unprintableWithin(inner)
    if (found !== null) return found
  }
  return null
}

/** Gives a value as plain data: dates as their ISO text, objects without the key that would be their prototype, texts with what can be shown. */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return printable(value)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__')
  return Object.fromEntries(entries.map(([key, inner]) => [printable(key), plain(inner)]))
}

/** Gives a key of a mapping as text. */
function nameOf(key: Node): string {
  return String(isScalar(key) ? (key.value ?? key.source ?? '') : key)
}
