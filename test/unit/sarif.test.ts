import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Diagnostic, diagnostic, type RuleName, rules } from '../../src/diagnostics.js'
import { sarifLog, uriOfPath } from '../../src/sarif.js'

const found = [
  diagnostic('math-renders', 'KaTeX cannot typeset this.', {
    file: 'content/posts/ä b.md',
    place: { line: 3, column: 5, endLine: 3, endColumn: 9 },
    hint: 'Mend it.',
  }),
  diagnostic('file-is-readable', 'It cannot be read.', { file: 'assets/x.png' }),
  diagnostic('search-index-is-made', 'It cannot be made.'),
  diagnostic('math-renders', 'Nor this.', { file: 'content/posts/b.md', place: { line: 1, column: 1 } }),
]

/**
 * The objects of SARIF 2.1.0 that Scholium writes, with the properties that it gives them: which must be there, and what each
 * may hold, by sections of the specification (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
 */
const level = z.enum(['none', 'note', 'warning', 'error'])
const count = z.int().min(1)
/** 3.12. */
const multiformatMessage = z.strictObject({ text: z.string().min(1), markdown: z.string().optional() })
/** 3.49, 3.50. */
const reportingDescriptor = z.strictObject({
  id: z.string().regex(/^[\w-]+$/),
  shortDescription: multiformatMessage,
  fullDescription: multiformatMessage,
  help: multiformatMessage,
  defaultConfiguration: z.strictObject({ level }),
})
/** 3.30: an end is not before the start, whose line a region needs. */
const region = z
  .strictObject({
    startLine: count,
    startColumn: count.optional(),
    endLine: count.optional(),
    endColumn: count.optional(),
  })
  .refine(({ startLine, startColumn = 1, endLine = startLine, endColumn = Infinity }) =>
    endLine === startLine ? endColumn >= startColumn : endLine > startLine,
  )
/** 3.28, 3.29, 3.4: a location in a repository is a relative reference (RFC 3986, section 4.2). */
const location = z.strictObject({
  physicalLocation: z.strictObject({
    artifactLocation: z.strictObject({ uri: z.string().regex(/^(?![\w+.-]*:|\/)[\w\-.~!$&'()*+,;=:@%/]+$/) }),
    region: region.optional(),
  }),
})
/** 3.27, 3.11. */
const result = z.strictObject({
  ruleId: z.string(),
  ruleIndex: z.int().min(0),
  level,
  message: z.strictObject({ text: z.string().min(1) }),
  locations: z.array(location).min(1).optional(),
})
/** 3.13, 3.14, 3.18, 3.19. */
const log = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          semanticVersion: z.string().regex(/^\d+\.\d+\.\d+/),
          rules: z.array(reportingDescriptor),
        }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      results: z.array(result),
    }),
  ]),
})

/** Findings as builds have them: with or without a file, a place in it, an end of that place, a hint. */
const findings = fc.array(
  fc
    .record({
      rule: fc.constantFrom(...(Object.keys(rules) as RuleName[])),
      message: fc.string({ minLength: 1, unit: 'binary' }),
      hint: fc.option(fc.string(), { nil: undefined }),
      file: fc.option(fc.constantFrom('a b.md', 'content/posts/\u5206 [1].md', '%.md', 'x?#.md', 'a:b.md'), {
        nil: undefined,
      }),
      line: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      column: fc.integer({ min: 1, max: 9 }),
      end: fc.option(fc.tuple(fc.nat(3), fc.nat(9)), { nil: undefined }),
    })
    .map(({ rule, message, hint, file, line, column, end }): Diagnostic => {
      const place =
        line === undefined
          ? undefined
          : { line, column, ...(end && { endLine: line + end[0], endColumn: column + end[1] }) }
      return diagnostic(rule, message, { file, hint, place })
    }),
)

describe('SARIF', () => {
  it('has each finding by rule, level and place', () => {
    const [run] = sarifLog(found, (file) => `notes/${encodeURI(file)}`).runs
    expect(run?.columnKind).toBe('utf16CodeUnits')
    expect(run?.results).toEqual([
      {
        ruleId: 'math-renders',
        ruleIndex: 1,
        level: 'warning',
        message: { text: 'KaTeX cannot typeset this. Mend it.' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'notes/content/posts/%C3%A4%20b.md' },
              region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9 },
            },
          },
        ],
      },
      {
        ruleId: 'file-is-readable',
        ruleIndex: 0,
        level: 'error',
        message: { text: 'It cannot be read.' },
        locations: [{ physicalLocation: { artifactLocation: { uri: 'notes/assets/x.png' } } }],
      },
      {
        ruleId: 'search-index-is-made',
        ruleIndex: 2,
        level: 'warning',
        message: { text: 'It cannot be made.' },
      },
      {
        ruleId: 'math-renders',
        ruleIndex: 1,
        level: 'warning',
        message: { text: 'Nor this.' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'notes/content/posts/b.md' },
              region: { startLine: 1, startColumn: 1 },
            },
          },
        ],
      },
    ])
  })

  it('is what its specification asks for, whatever is found', () => {
    fc.assert(
      fc.property(findings, (found) => {
        // As it is written: what is undefined is not there.
        const written = JSON.parse(JSON.stringify(sarifLog(found, uriOfPath)))
        const read = log.safeParse(written)
        expect(read.error?.issues ?? []).toEqual([])
        const [run] = log.parse(written).runs
        const { rules: named } = run.tool.driver
        expect(new Set(named.map(({ id }) => id)).size).toBe(named.length)
        expect(run.results.map(({ ruleIndex }) => named[ruleIndex]?.id)).toEqual(
          found.map(({ rule }) => rule),
        )
        expect(run.results.map(({ ruleId }) => ruleId)).toEqual(found.map(({ rule }) => rule))
      }),
    )
  })

  it('names files by relative references', () => {
    expect(['a b.md', 'x?#.md', '100%.md', 'a:b.md', 'c/a:b.md', '../分.md'].map(uriOfPath)).toEqual([
      'a%20b.md',
      'x%3F%23.md',
      '100%25.md',
      'a%3Ab.md',
      'c/a%3Ab.md',
      '../%E5%88%86.md',
    ])
  })

  it('says of each rule that is named what should be true, and how to mend and silence it', () => {
    const [run] = sarifLog(found, String).runs
    const told = (run?.tool.driver.rules ?? []).map((rule) => [
      rule.id,
      rule.defaultConfiguration?.level,
      rule.shortDescription?.text,
    ])
    expect(told).toEqual([
      ['file-is-readable', 'error', 'A source can be read and lies inside the site.'],
      ['math-renders', 'warning', 'KaTeX accepts a formula.'],
      ['search-index-is-made', 'warning', 'The search index can be made.'],
    ])
    expect(run?.tool.driver.rules?.[1]?.fullDescription?.text).toBe(
      'KaTeX accepts a formula. Correct the TeX: the message is KaTeX’s own.',
    )
    expect(run?.tool.driver.rules?.[1]?.help).toEqual({
      text: `Breaks it:

    $\\alhpa$

Mended:

    $\\alpha$

Mend: Correct the TeX: the message is KaTeX’s own.

Silence: \`<!-- scholium-ignore math-renders -->\` before the block, or \`rules: { math-renders: off }\` in site.yaml.`,
      markdown: `\`\`\`\`markdown title="breaks it"
$\\alhpa$
\`\`\`\`

\`\`\`\`markdown title="mended"
$\\alpha$
\`\`\`\`

*Mend:* Correct the TeX: the message is KaTeX’s own.

*Silence:* \`<!-- scholium-ignore math-renders -->\` before the block, or \`rules: { math-renders: off }\` in site.yaml.
`,
    })
  })
})
