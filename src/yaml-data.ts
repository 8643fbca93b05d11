/** A YAML file of a site → data of the kind that a schema asks for, with every fault at its line and column. */
import { type Alias, type Document, isMap, isNode, isScalar, parseDocument, visit } from 'yaml'
import { z } from 'zod'
import { isDeepYaml } from './depth.js'
import { type Diagnostic, diagnostic, type Place, type RuleName } from './diagnostics.js'
import { didYouMean } from './nearest.js'
import { type PlaceOfRange, placesIn } from './place.js'
import { unprintableIn } from './printable.js'

/** What was read, or the faults that keep it from being read. */
export interface YamlData<T> {
  /** Null if there are faults. */
  readonly data: T | null
  readonly diagnostics: readonly Diagnostic[]
  /** The text without a byte order mark, for code frames. */
  readonly text: string
  readonly placeAt: PlaceAt
}

/** Gives where the value at a path of keys stands, or its last key; where there is none, its nearest parent. */
type PlaceAt = (path: readonly PropertyKey[], part?: 'key' | 'value') => Place | undefined

/** The file that a text is of, relative to the site's root, and the rule that its faults are reported under. */
interface Origin {
  readonly file: string
  readonly rule: RuleName
}

/**
 * Reads YAML 1.2 by a schema; an empty text is an empty mapping. Reports YAML's own faults, unknown keys with the
 * nearest known one, and values of the wrong kind.
 */
export function readYamlData<S extends z.ZodType>(
  source: string,
  schema: S,
  { file, rule }: Origin,
): YamlData<z.output<S>> {
  const text = source.replace(/^\uFEFF/, '')
  const placeOf = placesIn(text)
  const tooDeep = isDeepYaml(text)
  const document = parseDocument(tooDeep ? '' : text, {
    prettyErrors: false,
    logLevel: 'error',
    stringKeys: true,
  })
  const at = (path: readonly PropertyKey[], part: 'key' | 'value' = 'value') =>
    placeAt(document, placeOf, path, part)
  const failed = (diagnostics: readonly Diagnostic[]) => ({ data: null, diagnostics, text, placeAt: at })
  const malformed = (reason: string, place: Place | undefined) =>
    diagnostic(rule, `${file} is not valid YAML: ${reason}.`, { file, place })
  if (tooDeep) return failed([malformed('it is nested too deeply', { line: 1, column: 1 })])
  if (document.errors.length > 0)
    return failed(document.errors.map(({ message, pos }) => malformed(message, placeOf(pos))))
  const odd = unprintableScalars(document)
  if (odd.length > 0)
    return failed(
      odd.map(({ character, range }) =>
        diagnostic(rule, `${file} holds ${character}, which nothing shows.`, {
          file,
          place: placeOf(range),
          hint: 'Delete it.',
        }),
      ),
    )
  let data: unknown
  try {
    data = document.toJS({ maxAliasCount: 100 }) ?? {}
  } catch (error) {
    const range = (loneAlias(document) ?? firstAlias(document))?.range
    return failed([malformed((error as Error).message, range ? placeOf(range) : undefined)])
  }
  const parsed = schema.safeParse(data)
  if (parsed.success) return { data: parsed.data, diagnostics: [], text, placeAt: at }
  return failed(parsed.error.issues.flatMap((issue) => issueDiagnostics(issue, schema, at, { file, rule })))
}

function issueDiagnostics(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  at: PlaceAt,
  { file, rule }: Origin,
): Diagnostic[] {
  const name = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path)
    return issue.keys.map((key) => {
      const full = [...issue.path, key].join('.')
      return diagnostic(rule, `Unknown key "${full}" in ${file}.`, {
        file,
        place: at([...issue.path, key], 'key'),
        hint: didYouMean(key, known) ?? `Known keys here: ${known.join(', ')}.`,
      })
    })
  }
  // What is wrong with the name of an entry stands inside the issue, and the entry's key is at fault.
  const isKey = issue.code === 'invalid_key'
  const said = (isKey ? issue.issues[0]?.message : undefined) ?? issue.message
  const message = said.replace(/^Invalid (input|option): /, '')
  return [
    diagnostic(rule, `${name === '' ? '' : `"${name}" in `}${file}: ${message}.`, {
      file,
      place: at(issue.path, isKey ? 'key' : 'value'),
    }),
  ]
}

/** Where aliases begin that multiply. */
function firstAlias(document: Document): Alias | null {
  let found: Alias | null = null
  visit(document, {
    Alias(_, node) {
      found = node
      return visit.BREAK
    },
  })
  return found
}

/** The texts of a document with characters that cannot be printed: an escape stands for any. */
export function unprintableScalars(
  document: Document,
): readonly { readonly character: string; readonly range: readonly [number, number, number] }[] {
  const found: { character: string; range: readonly [number, number, number] }[] = []
  visit(document, {
    Scalar(_, { value, range }) {
      const character = typeof value === 'string' ? unprintableIn(value) : null
      if (character !== null && range) found.push({ character, range })
    },
  })
  return found
}

/** The first alias that refers to nothing. */
function loneAlias(document: Document): Alias | null {
  let found: Alias | null = null
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document)) return undefined
      found = node
      return visit.BREAK
    },
  })
  return found
}

/** The keys that a schema knows at a path, read off its JSON Schema. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  type Node = {
    properties?: Record<string, Node>
    items?: Node
    additionalProperties?: Node
    propertyNames?: { enum?: string[] }
    anyOf?: Node[]
  }
  // A mapping that may also be left out by a word of its own.
  const mapping = (node: Node | undefined) =>
    node?.anyOf?.find(({ properties, propertyNames }) => properties ?? propertyNames) ?? node
  const node = path.reduce<Node | undefined>(
    (at, key) =>
      mapping(
        at?.properties?.[String(key)] ?? (typeof key === 'number' ? at?.items : at?.additionalProperties),
      ),
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node,
  )
  return Object.keys(node?.properties ?? {}).concat(node?.propertyNames?.enum ?? [])
}

/** Where a path of keys stands in the document; where it does not exist, its nearest parent. */
function placeAt(
  document: Document,
  placeOf: PlaceOfRange,
  path: readonly PropertyKey[],
  part: 'key' | 'value',
): Place | undefined {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents
  const last = path.at(-1)
  if (isMap(parent) && last !== undefined) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last))
    const node = part === 'key' || !isNode(pair?.value) ? pair?.key : pair.value
    if (isNode(node) && node.range) return placeOf(node.range)
  }
  const node = path.length > 0 ? document.getIn(path, true) : document.contents
  if (isNode(node) && node.range) return placeOf(node.range)
  return path.length > 1 ? placeAt(document, placeOf, path.slice(0, -1), 'key') : undefined
}
