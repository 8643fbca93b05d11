import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterSpace, groupEnd, type TexToken, texTokens } from '../../../../src/markdown/math/tex.js'

const kinds = (tex: string) => texTokens(tex).map(({ kind }) => kind)
const texts = (tex: string) => texTokens(tex).map(({ text }) => text)

/** What TeX is made of, and any other text. */
const anyTex = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('\\verb', '\\verb*', '|', '\\', '{', '}', '%', '\n', ' ', '$', '&', '_', '𝒜', 'a'))
    .map((parts) => parts.join('')),
)

describe('texTokens', () => {
  it('gives tokens that are together the whole text', () => {
    fc.assert(
      fc.property(anyTex, (tex) => {
        expect(texts(tex).join('')).toBe(tex)
      }),
    )
  })

  it('says where each token stands', () => {
    fc.assert(
      fc.property(anyTex, (tex) => {
        for (const { text, start, end } of texTokens(tex)) expect(tex.slice(start, end)).toBe(text)
      }),
    )
  })

  it('tells the kinds apart', () => {
    expect(kinds('\\a{x}^_& $')).toEqual([
      'command',
      'open',
      'character',
      'close',
      'script',
      'script',
      'align',
      'space',
      'dollar',
    ])
  })

  it('takes a control sequence as its letters, or as one character that is no letter', () => {
    expect(texts('\\alpha1\\\\\\{\\%\\𝒜\\')).toEqual(['\\alpha', '1', '\\\\', '\\{', '\\%', '\\𝒜', '\\'])
  })

  it('takes a comment to the end of its line, but not an escaped percent sign', () => {
    expect(texts('a%{\nb\\%c')).toEqual(['a', '%{\n', 'b', '\\%', 'c'])
    expect(kinds('%x')).toEqual(['comment'])
  })

  it('takes a character beyond the basic plane as one', () => {
    expect(texts('𝒜b')).toEqual(['𝒜', 'b'])
  })

  it.each([
    ['\\verb|a{%|b', ['\\verb|a{%|', 'b']],
    ['\\verb*|a|', ['\\verb*|a|']],
    ['\\verb*xax', ['\\verb*xax']],
    ['\\verb 1 2', ['\\verb 1 ', '2']],
    ['\\verb𝒜x𝒜', ['\\verb𝒜x𝒜']],
    ['\\verb||', ['\\verb||']],
    ['\\verb|a', ['\\verb', '|', 'a']],
    ['\\verb|a\n|', ['\\verb', '|', 'a', '\n', '|']],
    ['\\verb', ['\\verb']],
    ['\\verb*', ['\\verb', '*']],
    ['\\verbatim|a|', ['\\verbatim', '|', 'a', '|']],
  ])('takes a closed \\verb on one line as one token: %j', (tex, expected) => {
    expect(texts(tex)).toEqual(expected)
  })

  it('is done with long formulas of any shape', () => {
    const different = Array.from({ length: 10_000 }, (_, at) => `\\verb${String.fromCodePoint(0x4e00 + at)}`)
    for (const tex of ['\\verb|'.repeat(99_999), different.join(''), '{'.repeat(99_999), '\\'.repeat(99_999)])
      expect(texts(tex).join('')).toBe(tex)
  })
})

describe('groupEnd', () => {
  const group = (tex: string, from = 0): string | null => {
    const tokens = texTokens(tex)
    const found = groupEnd(tokens, from)
    return found && textOf(tokens.slice(found.first, found.end))
  }

  it('gives a group with the groups in it', () => {
    expect(group('{a{b}c}d')).toBe('{a{b}c}')
    expect(group('{}')).toBe('{}')
  })

  it('passes over spaces and comments before it', () => {
    expect(group(' %{\n {a}')).toBe('{a}')
  })

  it('takes escaped braces and those in comments and \\verb as text', () => {
    expect(group('{\\}\\verb|}|%}\n}x')).toBe('{\\}\\verb|}|%}\n}')
  })

  it('gives nothing where there is no group, or it is not closed', () => {
    expect(group('a{b}')).toBeNull()
    expect(group('{a{b}')).toBeNull()
    expect(group('}{')).toBeNull()
    expect(group('')).toBeNull()
    expect(group('{a}', 99)).toBeNull()
  })

  it('gives groups whose braces are balanced', () => {
    fc.assert(
      fc.property(anyTex, (tex) => {
        const tokens = texTokens(tex)
        for (const [at, { kind }] of tokens.entries()) {
          const found = kind === 'open' ? groupEnd(tokens, at) : null
          if (found)
            expect(depthsOf(tokens.slice(found.first, found.end)).indexOf(0)).toBe(
              found.end - found.first - 1,
            )
        }
      }),
    )
  })

  it('is asked for every brace of a long formula without reading it over and over', () => {
    const tokens = texTokens('{'.repeat(100_000))
    expect(tokens.every((_, at) => groupEnd(tokens, at) === null)).toBe(true)
  })
})

describe('afterSpace', () => {
  it('gives the first token that is neither space nor comment, or the end', () => {
    expect(afterSpace(texTokens(' %a\n b'), 0)).toBe(3)
    expect(afterSpace(texTokens('  '), 0)).toBe(1)
  })
})

function textOf(tokens: readonly TexToken[]): string {
  return tokens.map(({ text }) => text).join('')
}

function depthsOf(tokens: readonly TexToken[]): readonly number[] {
  let depth = 0
  return tokens.map(({ kind }) => {
    if (kind === 'open') depth += 1
    if (kind === 'close') depth -= 1
    return depth
  })
}
