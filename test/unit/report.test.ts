import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Diagnostic, diagnostic } from '../../src/diagnostics.js'
import { codeFrame, framed, location, summary, tally, terminalReport } from '../../src/report.js'

const at = (line: number, column: number, end: { endLine?: number; endColumn?: number } = {}): Diagnostic =>
  diagnostic('math-renders', 'KaTeX stops here.', {
    file: 'content/posts/a.md',
    place: { line, column, ...end },
  })

describe('A code frame', () => {
  const text = 'one\ntwo\nthree\nfour\nfive\nsix'

  it('shows two lines before and after, and a caret under the place', () => {
    expect(codeFrame(at(3, 2, { endLine: 3, endColumn: 5 }), text)).toBe(
      ['  1 | one', '  2 | two', '> 3 | three', '    |  ^^^', '  4 | four', '  5 | five'].join('\n'),
    )
  })

  it('ends with the text, and begins with it', () => {
    expect(codeFrame(at(1, 1), text)).toBe(['> 1 | one', '    | ^', '  2 | two', '  3 | three'].join('\n'))
    expect(codeFrame(at(6, 4), text)).toBe(['  4 | four', '  5 | five', '> 6 | six', '    |    ^'].join('\n'))
  })

  it('numbers lines in one column', () => {
    const long = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n')
    expect(codeFrame(at(10, 1), long).split('\n')[0]).toBe('   8 | line 8')
  })

  it('underlines only its own line of what goes on below it', () => {
    expect(codeFrame(at(2, 1, { endLine: 4, endColumn: 2 }), text).split('\n')[2]).toBe('    | ^')
  })

  it('is the same for any line ends', () => {
    expect(codeFrame(at(3, 2), text.replaceAll('\n', '\r\n'))).toBe(codeFrame(at(3, 2), text))
  })

  it('is empty without a line, and for a line that is not there', () => {
    expect(codeFrame(diagnostic('math-renders', 'm'), text)).toBe('')
    expect(codeFrame(at(7, 1), text)).toBe('')
    expect(codeFrame(at(0, 1), text)).toBe('')
  })

  it('shows the part of a long line that it points at, the caret under it', () => {
    const line = `${'a'.repeat(400)}X${'b'.repeat(400)}`
    const [row = '', caret = ''] = codeFrame(at(1, 401, { endLine: 1, endColumn: 402 }), line).split('\n')
    expect(row.length).toBeLessThan(140)
    expect(row[caret.indexOf('^')]).toBe('X')
    expect(row).toMatch(/^> 1 \| ….*…$/)
  })

  it('shows control characters as symbols, so that no text steers a terminal', () => {
    const frame = codeFrame(at(1, 1), 'a\u001b[31mb\u0007\u007f\u009b\tc')
    expect(frame.split('\n')[0]).toBe('> 1 | a␛[31mb␇␡␛ c')
  })

  it('of any text at any place is made, and its caret stands under a character of the frame', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('', '\t\tx', 'word '.repeat(80)),
    )
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 0, max: 400 }),
        (lines, number, column, length) => {
          const source = lines.join('\n')
          const frame = codeFrame(at(number, column, { endLine: number, endColumn: column + length }), source)
          const pointed = source.split(/\r\n?|\n/)[number - 1]
          expect(frame === '').toBe(pointed === undefined)
          if (pointed === undefined) return
          expect(frame).toMatch(/^ +\| +\^+$/m)
          expect(frame.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
        },
      ),
    )
  })
})

describe('A location', () => {
  it('is as much of file:line:column as is known', () => {
    expect(location(at(3, 2))).toBe('content/posts/a.md:3:2')
    expect(location(diagnostic('image-exists', 'm', { file: 'a.md' }))).toBe('a.md')
    expect(location(diagnostic('image-exists', 'm'))).toBe('')
  })
})

describe('A report for the terminal', () => {
  const textOf = (file: string) => (file === 'content/posts/a.md' ? '$\\frac$' : undefined)
  const found = [
    { ...at(1, 2), hint: 'Give it two arguments.' },
    diagnostic('usage-is-valid', 'There is no folder "x".'),
  ]

  it('gives of each its severity, place, rule, message, frame and hint', () => {
    expect(terminalReport(found, { color: false, textOf })).toBe(
      [
        'warning content/posts/a.md:1:2 math-renders',
        '  KaTeX stops here.',
        '  > 1 | $\\frac$',
        '      |  ^',
        '  hint Give it two arguments.',
        '',
        'error usage-is-valid',
        '  There is no folder "x".',
      ].join('\n'),
    )
  })

  it('has colours only if asked for', () => {
    const red = String.fromCharCode(27)
    expect(terminalReport(found, { color: true, textOf })).toContain(`${red}[31merror`)
    expect(terminalReport(found, { color: false, textOf })).not.toContain(red)
  })

  it('lets no file name, message or hint steer the terminal', () => {
    const evil = diagnostic('image-exists', 'a\u001b[2Jb\nc', { file: 'x\u001b.md', hint: '\u0007' })
    const report = terminalReport([evil], { color: false, textOf })
    expect(report).toBe('warning x␛.md image-exists\n  a␛[2Jb␊c\n  hint ␇')
  })
})

describe('Framed diagnostics', () => {
  it('have every key, null where there is nothing', () => {
    expect(framed([diagnostic('usage-is-valid', 'm')], () => undefined)).toEqual([
      {
        rule: 'usage-is-valid',
        severity: 'error',
        message: 'm',
        hint: null,
        file: null,
        line: null,
        column: null,
        frame: null,
      },
    ])
  })

  it('have the frame of the file that they name', () => {
    expect(framed([at(1, 2)], () => '$x$')[0]?.frame).toBe('> 1 | $x$\n    |  ^')
  })
})

describe('The tally', () => {
  const error = diagnostic('url-is-unique', 'm')
  const warning = diagnostic('image-exists', 'm')
  it.each([
    [[], null],
    [[error], '1 error'],
    [[warning, warning], '2 warnings'],
    [[warning, error, warning], '1 error and 2 warnings'],
  ])('of %j is %s', (list, said) => {
    expect(tally(list)).toBe(said)
  })
})

describe('The last words of a build', () => {
  const counts = {
    posts: 1,
    pages: 2,
    rendered: 1,
    cached: 2,
    outputs: 30,
    written: 3,
    unchanged: 27,
    removed: 0,
    drafts: 0,
    scheduled: 0,
    expired: 0,
  }

  it('say what was made, where, and how many files', () => {
    expect(summary({ ok: true, counts, diagnostics: [] }, 'dist', 850)).toBe(
      'Built 1 post and 2 pages in 850 ms → dist\n1 rendered, 2 as before\n30 files: 3 written, 27 unchanged, 0 removed',
    )
  })

  it('say how many drafts, posts of the future and expired ones were left out', () => {
    const left = { ...counts, drafts: 2, scheduled: 1, expired: 3 }
    expect(summary({ ok: true, counts: left, diagnostics: [] }, 'dist', 1250)).toContain(
      'in 1.3 s → dist\n1 rendered, 2 as before\n30 files: 3 written, 27 unchanged, 0 removed\nLeft out: 2 drafts, 1 post dated in the future and 3 expired posts',
    )
    expect(summary({ ok: true, counts, diagnostics: [] }, 'dist', 1)).not.toContain('Left out')
  })

  it('say that nothing was published, and why', () => {
    const diagnostics = [diagnostic('url-is-unique', 'm')]
    expect(summary({ ok: false, counts, diagnostics }, 'dist', 1)).toBe(
      'Nothing was published: 1 error. dist is as it was.',
    )
  })
})
