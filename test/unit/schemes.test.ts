import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLinkable, isLoadable, schemeOf } from '../../src/schemes.js'
import { harmfulUrls } from '../strangers.js'

describe('A URL', () => {
  it.each([
    ['https://example.org/', 'https'],
    ['//example.org/', null],
    ['/a:b', null],
    ['./a:b', null],
    ['a/b:c', null],
    ['', null],
    ['mailto:ada@example.org', 'mailto'],
    ['JaVaScRiPt:x', 'javascript'],
    [' \t\u0001 java\nscript\t:x', 'javascript'],
    ['C:\\a.png', 'c'],
  ])('%j has the scheme %j', (url, scheme) => {
    expect(schemeOf(url)).toBe(scheme)
  })

  it.each([
    ...[
      '/a/',
      'a/',
      '../a.html#b',
      '?q',
      '#a',
      '//example.org/',
      'https://example.org/',
      'HTTP://example.org/',
    ],
    ...['mailto:ada@example.org', 'tel:+1', 'matrix:u/ada:example.org', 'gemini://example.org/'],
  ])('%j may be led to', (url) => {
    expect(isLinkable(url)).toBe(true)
  })

  it.each(['//', '///', 'https://', '//a:b/', 'https://[1/'])('%j is none', (url) => {
    expect([isLinkable(url), isLoadable(url)]).toEqual([false, false])
  })

  it.each(harmfulUrls)('%j may not be led to, nor loaded', (url) => {
    expect([isLinkable(url), isLoadable(url)]).toEqual([false, false])
  })

  it('of mail may be led to, and not loaded', () => {
    expect([isLinkable('mailto:a@b'), isLoadable('mailto:a@b')]).toEqual([true, false])
  })

  it('that may be led to is one of a path, or has a scheme of those, as browsers read it', () => {
    const allowed = ['https:', 'http:', 'mailto:', 'tel:', 'ftp:']
    const part = fc.constantFrom(
      ...[
        'javascript',
        'JAVA',
        'script',
        'data',
        'https',
        'http',
        'mailto',
        'tel',
        'ftp',
        'vb',
        'file',
        'blob',
      ],
      ...[
        ':',
        '/',
        '//',
        '\\',
        '\t',
        '\n',
        '\r',
        ' ',
        '\0',
        '\u0001',
        '\u007f',
        '\u0085',
        '\u00a0',
        '\u2028',
        '\ufeff',
      ],
      ...['&colon;', '&#106;', '%3a', '+', '-', '.', '1', 'ſ', '?', '#', '@', 'x'],
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const url = parts.join('')
        if (!isLinkable(url) || !URL.canParse(url, 'https://base.example/')) return
        expect(allowed).toContain(new URL(url, 'https://base.example/').protocol)
      }),
    )
  })
})
