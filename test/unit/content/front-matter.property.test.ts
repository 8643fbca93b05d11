import fc from 'fast-check'
import { stringify as toToml } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { stringify as toYaml } from 'yaml'
import { readFrontMatter } from '../../../src/content/front-matter.js'

/** Pieces that front matter is made of, so that random texts come near to it. */
const piece = fc.constantFrom(
  ...[
    '---',
    '+++',
    '...',
    '----',
    '---js',
    '---json',
    '---toml',
    '--- yaml',
    '—',
    '\uFEFF',
    '\u2028',
    '\0',
    '__proto__',
  ],
  ...[
    '\n',
    '\n',
    '\n',
    '\n\n',
    '\r\n',
    '\r',
    ' ',
    '  ',
    '\t',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '"""',
    '\\',
    '\\n',
    '\\u',
    '$',
  ],
  ...[
    'title',
    'a: 1',
    'b: ',
    'c = 1',
    ': ',
    ' = ',
    '- ',
    '# ',
    '&x ',
    '*x',
    '<<: ',
    '!!set ',
    '|',
    '>',
    '? ',
    '%',
    '`',
    ',',
  ],
)
const nearly = fc
  .array(fc.oneof({ weight: 4, arbitrary: piece }, fc.string({ maxLength: 5, unit: 'binary' })), {
    maxLength: 40,
  })
  .map((pieces) => pieces.join(''))
const fenced = fc
  .tuple(
    fc.constantFrom('---', '+++', '---json', ' ---', '---yml'),
    nearly,
    fc.constantFrom('---', '+++', '...'),
    nearly,
  )
  .map(([open, inside, close, body]) => `${open}\n${inside}\n${close}\n${body}`)
const anyText = fc.oneof(fc.string({ unit: 'binary' }), nearly, fenced)

describe('any text', () => {
  it('is read without a crash, and its body is the rest of it', () => {
    fc.assert(
      fc.property(anyText, (source) => {
        const normal = source.replace(/^\uFEFF+/, '').replace(/\r\n?/g, '\n')
        const { body, bodyLine, data, diagnostics, places, valuePlaces } = readFrontMatter(source)
        expect(normal.endsWith(body)).toBe(true)
        const above = normal.slice(0, normal.length - body.length)
        expect(above.split('\n').length - 1).toBe(bodyLine)
        // What is not in the body stands between fences or braces.
        expect(above).toMatch(/^(?:|\s*(?:---|\+\+\+|\{)[\s\S]*(?:---|\+\+\+|\.\.\.|\})\s*)$/)
        expect(Object.hasOwn(data, '__proto__')).toBe(false)
        expect([...places.keys()]).toEqual([...valuePlaces.keys()])
        const lines = normal.split('\n')
        for (const { line = 0, column = 0 } of [
          ...diagnostics,
          ...places.values(),
          ...valuePlaces.values(),
        ]) {
          expect(line).toBeGreaterThan(0)
          expect(column).toBeGreaterThan(0)
          expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
        }
      }),
      { numRuns: 2000, examples: [['---toml---\n---']] },
    )
  })

  it('reads the same with any line ends', () => {
    fc.assert(
      fc.property(
        anyText.map((source) => source.replaceAll('\r', '')),
        (source) => {
          expect(readFrontMatter(`\uFEFF${source.replaceAll('\n', '\r\n')}`)).toEqual(readFrontMatter(source))
        },
      ),
    )
  })
})

describe('a mapping', () => {
  const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,9}$/)
  const words = fc.string({ unit: 'grapheme', maxLength: 20 })
  const atom = fc.oneof(
    words,
    fc.integer(),
    fc.boolean(),
    fc.constantFrom('$\\nu$', 'a: b', '---', '# x', '3.10'),
  )
  const value = fc.oneof(
    atom,
    fc.array(words, { maxLength: 4 }),
    fc.dictionary(key, atom, { maxKeys: 3, noNullPrototype: true }),
  )
  const mapping = fc.dictionary(key, value, { minKeys: 1, maxKeys: 6, noNullPrototype: true })
  const body = fc.constantFrom('', 'text\n', '---\n', '\n# A\n', '+++\n{}\n')

  it('reads the same from YAML, TOML and JSON', () => {
    fc.assert(
      fc.property(mapping, body, (data, below) => {
        const written = [
          `---\n${toYaml(data)}---\n`,
          `---\n${toYaml(data)}...\n`,
          `+++\n${toToml(data)}\n+++\n`,
          `---json\n${JSON.stringify(data)}\n---\n`,
          `---toml\n${toToml(data)}\n---\n`,
          `${JSON.stringify(data, null, '\t')}\n`,
        ]
        for (const above of written) {
          const post = readFrontMatter(above + below)
          expect(post.data).toEqual(data)
          expect(post.body.trimStart()).toBe(below.trimStart())
          expect([...post.places.keys()].sort()).toEqual(Object.keys(data).sort())
          expect(post.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
          for (const [name, place] of post.places) {
            const line = above.split('\n')[place.line - 1] ?? ''
            expect(
              line
                .slice(place.column - 1)
                .replace(/^["']/, '')
                .startsWith(name),
            ).toBe(true)
          }
        }
      }),
    )
  })
})
