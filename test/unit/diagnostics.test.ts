import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Diagnostic,
  diagnostic,
  hasErrors,
  inFile,
  type Place,
  type RuleName,
  rules,
  type Silence,
  sorted,
  withoutSilenced,
  withSeverities,
} from '../../src/diagnostics.js'

const names = Object.keys(rules) as RuleName[]
const finding = fc
  .record({
    rule: fc.constantFrom(...names),
    message: fc.constantFrom('a', 'b'),
    file: fc.option(fc.constantFrom('a.md', 'b.md'), { nil: undefined }),
    place: fc.option(
      fc.record({ line: fc.integer({ min: 1, max: 120 }), column: fc.integer({ min: 1, max: 12 }) }),
      {
        nil: undefined,
      },
    ),
  })
  .map(({ rule, message, ...where }) => diagnostic(rule, message, where))

describe('A rule', () => {
  it.each(names)('%s has a plain name and says in a sentence what is true', (name) => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/)
    expect(rules[name].truth).toMatch(/^\S.+\.$/)
  })
})

describe('A diagnostic', () => {
  it('has the severity of its rule', () => {
    expect(diagnostic('url-is-unique', 'm')).toEqual({
      rule: 'url-is-unique',
      severity: 'error',
      message: 'm',
    })
    expect(diagnostic('image-exists', 'm').severity).toBe('warn')
  })

  it('has only the keys that are known of it', () => {
    const place = { line: 2, column: 3 }
    expect(diagnostic('image-exists', 'm', { file: 'a.md', place, hint: 'h' })).toEqual({
      rule: 'image-exists',
      severity: 'warn',
      message: 'm',
      hint: 'h',
      file: 'a.md',
      line: 2,
      column: 3,
    })
    const bare = diagnostic('image-exists', 'm', { file: undefined, place: undefined, hint: undefined })
    expect(Object.keys(bare)).toEqual(['rule', 'severity', 'message'])
  })
})

describe('The severities that a site asks for', () => {
  const found = [diagnostic('image-exists', 'i'), diagnostic('url-is-unique', 'u')]
  const severities = (list: readonly Diagnostic[]) => list.map(({ rule, severity }) => `${rule} ${severity}`)

  it('are the rules’ own where it asks for none', () => {
    expect(withSeverities(found, {})).toEqual(found)
  })

  it('are set rule by rule', () => {
    expect(severities(withSeverities(found, { 'image-exists': 'error' }))).toEqual([
      'image-exists error',
      'url-is-unique error',
    ])
  })

  it('are set for all with a star, and a rule by name goes before it', () => {
    const list = [...found, diagnostic('math-renders', 'm')]
    expect(
      severities(withSeverities(list, { '*': 'off', 'math-renders': 'error', 'url-is-unique': 'warn' })),
    ).toEqual(['url-is-unique error', 'math-renders error'])
  })

  it.each(['url-is-unique', 'url-is-safe', 'file-is-readable', 'template-renders'] as const)(
    'do not change %s: without its output, publishing would remove the page that is there',
    (rule) => {
      const lost = [diagnostic(rule, 'm')]
      expect(withSeverities(lost, { '*': 'warn', [rule]: 'off' })).toEqual(lost)
    },
  )

  it('decide whether publishing stops', () => {
    expect(hasErrors(found)).toBe(true)
    const unread = [diagnostic('front-matter-is-valid', 'f')]
    expect([hasErrors(unread), hasErrors(withSeverities(unread, { '*': 'warn' }))]).toEqual([true, false])
    expect(hasErrors([])).toBe(false)
  })
})

describe('Diagnostics of a part of a file', () => {
  it('are moved to their lines in the file', () => {
    const place = { line: 1, column: 5, endLine: 2, endColumn: 3 }
    expect(inFile([diagnostic('math-renders', 'm', { place })], 'a.md', 7)).toEqual([
      { ...diagnostic('math-renders', 'm'), file: 'a.md', line: 8, column: 5, endLine: 9, endColumn: 3 },
    ])
  })

  it('have no line if they had none', () => {
    expect(inFile([diagnostic('math-renders', 'm')], 'a.md', 7)[0]).not.toHaveProperty('line')
  })
})

describe('Diagnostics that a comment silences', () => {
  const at = (line: number, column?: number) =>
    diagnostic('image-exists', 'i', { file: 'a.md', place: { line, ...(column && { column }) } as Place })
  const heard = (silence: Omit<Silence, 'rules'>) =>
    withoutSilenced([at(1, 1), at(2, 4), at(2, 5), at(3, 1), at(4, 8), at(4, 9), at(5, 1)], () => [
      { rules: ['image-exists'], ...silence },
    ]).map(({ line, column }) => `${line}:${column}`)

  it('are those on its lines, or from its own column on up to the end of its paragraph', () => {
    expect(heard({ line: 2, endLine: 4 })).toEqual(['1:1', '5:1'])
    expect(heard({ line: 2, column: 5, endLine: 4, endColumn: 9 })).toEqual(['1:1', '2:4', '4:9', '5:1'])
    expect(heard({ line: 2, column: 5, endLine: 2, endColumn: 6 })).toHaveLength(6)
  })

  it('are of the rules that it names, of its file, at a place, and such that a site can do with', () => {
    const silence = { rules: ['image-exists', 'url-is-unique'], line: 1, endLine: 9 } as const
    const others = [
      diagnostic('math-renders', 'm', { file: 'a.md', place: { line: 2, column: 1 } }),
      diagnostic('image-exists', 'i', { file: 'b.md', place: { line: 2, column: 1 } }),
      diagnostic('image-exists', 'i', { file: 'a.md' }),
      diagnostic('url-is-unique', 'u', { file: 'a.md', place: { line: 2, column: 1 } }),
    ]
    expect(withoutSilenced([at(2, 1), ...others], (file) => (file === 'a.md' ? [silence] : []))).toEqual(
      others,
    )
  })
})

describe('Sorted diagnostics', () => {
  it('stand by file, line, column and rule, lines by their number', () => {
    const at = (file: string, line: number, column: number) =>
      diagnostic('math-renders', 'm', { file, place: { line, column } })
    const list = [at('b.md', 1, 1), at('a.md', 10, 1), at('a.md', 9, 12), at('a.md', 9, 2)]
    expect(sorted(list)).toEqual([list[3], list[2], list[1], list[0]])
  })

  it('are the same whatever the order they were found in, each once', () => {
    fc.assert(
      fc.property(fc.array(finding), (list) => {
        const once = sorted(list)
        expect(sorted([...list, ...list].reverse())).toEqual(once)
        expect(sorted(once)).toEqual(once)
        expect(new Set(once.map((found) => JSON.stringify(found))).size).toBe(once.length)
        for (const found of list) expect(once).toContainEqual(found)
      }),
    )
  })
})
