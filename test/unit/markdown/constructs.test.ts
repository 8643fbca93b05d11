import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rendererOf } from './rendered-post.js'

const all = 'highlight superscript subscript keys definitionLists abbreviations emoji wikilinks'.split(' ')

function having(value: boolean): string {
  return `markdown: { ${all.map((name) => `${name}: ${value}`).join(', ')} }`
}

const withAll = rendererOf(having(true))
const without = rendererOf(having(false))

/** Gives the letters of a text, without those of tags. */
function letters(html: string): string {
  return (html.replace(/<!--.*?-->|<[^>]*>/gs, '').match(/\p{L}/gu) ?? []).join('')
}

const pieces = [
  ...[
    '==',
    '=',
    '^',
    '~',
    '~~',
    '++',
    '+',
    ': ',
    ':   ',
    '\n: ',
    '*[',
    ']: ',
    '*[HTML]: x\n',
    '[[',
    ']]',
    '|',
    '#',
  ],
  ...[
    'a',
    'HTML',
    'b c',
    ' ',
    '\n',
    '\n\n',
    '*',
    '**',
    '_',
    '`',
    '$',
    '[',
    ']',
    '(',
    ')',
    '> ',
    '- ',
    '1. ',
    '    ',
  ],
  ...['\\', '漢', '2', '| a |\n|---|\n', '<b>', '</b>', '<!-- more -->', ':tada:', 'https://example.org/~a'],
]
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join(''))

describe('Scholium’s own constructs', () => {
  it('cost a text without their characters nothing: it is rendered as if they were not there', () => {
    const plain = text.filter((body) => !/==|\^.*\^|~|\+\+|^[ \t>]*:[ \t]|\*\[|\[\[|:tada:/ms.test(body))
    fc.assert(
      fc.property(plain, (body) => {
        expect(withAll(body)).toEqual(without(body))
      }),
      { numRuns: 1000 },
    )
  })

  it('never throw and never lose a letter, however their signs are put together', () => {
    // What explains an abbreviation or labels a link stands in no text; a formula shows its letters three times, so that
    // their number tells nothing where details part one.
    const shown = text.filter(
      (body) => !/\]:|<|\|/.test(body) && !body.includes(':tada:') && !/\$.*^[ \t>]*:[ \t]/ms.test(body),
    )
    fc.assert(
      fc.property(shown, (body) => {
        const [one, other] = [withAll(body).html, without(body).html]
        expect([...letters(one)].sort().join('')).toBe([...letters(other)].sort().join(''))
      }),
      { numRuns: 1000 },
    )
    fc.assert(
      fc.property(text, (body) => {
        withAll(body)
      }),
      { numRuns: 1000 },
    )
  })

  it('leave a formula whole that is broken before a colon', () => {
    const words = fc.stringMatching(/^[a-z][a-z ]{0,8}[a-z]$/)
    const parts = fc.record({
      before: words,
      start: words,
      end: words,
      after: words,
      run: fc.constantFrom('$', '$$'),
    })
    fc.assert(
      fc.property(parts, ({ before, start, end, after, run }) => {
        for (const quote of ['', '> ', '> > ']) {
          const body = `${quote}${before} ${run}${start}\n${quote}: ${end}${run} ${after}`
          expect(withAll(body)).toEqual(without(body))
        }
        const term = `${before} $${start}$ and \`$\`\n: costs $x$ (${end})\n`
        expect(withAll(term).html).toContain('<dd>costs <span class="katex">')
      }),
    )
  })

  it.each(
    [
      ...['$a\n: b$\n', '$`a\n: b$\n', '\\$`\n: $'],
      ...['==a ', 'a== ', '==a==', '==a ==', 'x^a', 'x^2^', '^a ', 'x~a', 'x~2~', '~a ', 'x^~', '==x^'],
      ...['++a ', '++a++ ', '++"', '++a+', '[[a ', '[[a]] ', '[[', '![[a', '[[a|'],
      ...[
        'a\n: b\n',
        'a\n: b\n\n',
        ': ',
        '- a\n: b\n',
        '> a\n> : b\n',
        '\n\n: ',
        'a\n\n\n: b\n',
        '| a |\n: b\n',
        ': a\n',
      ],
      ...['*[a]: b\n', '*[a]: \n', '*[', '*[a', '- ', '*\n', '> *[a]: b\n'],
      ...[':a', ':a:', ':+1:', '<!-- more', '<!-- more -->\n', '<!--  '],
    ].map((run) => [run]),
  )('are read in linear time where a text is full of %j', (run) => {
    const size = 8_000
    expect(withAll(run.repeat(size / run.length)).words).toBeLessThan(size)
  })
})

describe('Choosing constructs', () => {
  it('makes of tildes and carets what the site wants', () => {
    const body = 'H~2~O x^2^ ==m== ++Ctrl++\n\na\n: b\n\n*[b]: c\n'
    expect(rendererOf()(body).html).toBe(
      '<p>H<sub>2</sub>O x<sup>2</sup> <mark>m</mark> <kbd>Ctrl</kbd></p>\n<dl>\n<dt>a</dt>\n<dd><abbr title="c">b</abbr></dd>\n</dl>',
    )
    expect(without(body).html).toBe(
      '<p>H<del>2</del>O x^2^ ==m== ++Ctrl++</p>\n<p>a\n: b</p>\n<p>*[b]: c</p>',
    )
  })

  it('is asked for where people write the same for something else', () => {
    const body = ':tada: [[a]]'
    expect(rendererOf()(body).html).toBe('<p>:tada: [[a]]</p>')
    expect(withAll(body)).toMatchObject({ holes: [{ kind: 'link', url: 'a', wikilink: true }] })
  })
})
