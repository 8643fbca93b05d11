import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBibtex } from '../../../src/content/bibtex.js'
import { type CslItem, others } from '../../../src/content/csl-item.js'

/** Reads a file that nothing is wrong with. */
function read(text: string): readonly CslItem[] {
  const { items, diagnostics } = parseBibtex(text, 'refs.bib')
  expect(diagnostics).toEqual([])
  return items
}

const one = (text: string): CslItem => read(text)[0] ?? { id: '', type: '' }

/** What is wrong with a file, as `line:column message`. */
function faults(text: string): readonly string[] {
  return parseBibtex(text, 'refs.bib').diagnostics.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  )
}

const keys = (text: string) => parseBibtex(text, 'refs.bib').items.map(({ id }) => id)

describe('An entry of BibTeX', () => {
  it('is an item of CSL', () => {
    expect(
      one(`@article{kac1940,
        author = {Erd{\\H{o}}s, P{\\'a}l and Kac, Mark}, title = "The {G}aussian Law",
        journal = {Am. J. Math.}, year = 1940, month = apr, volume = {62}, number = {1},
        pages = {738--742}, doi = {https://doi.org/10.2307/2371483}, issn = {0002-9327}
      }`),
    ).toEqual({
      id: 'kac1940',
      type: 'article-journal',
      author: [
        { family: 'Erdős', given: 'Pál' },
        { family: 'Kac', given: 'Mark' },
      ],
      title: 'The Gaussian Law',
      'container-title': 'Am. J. Math.',
      issued: { 'date-parts': [[1940, 4]] },
      volume: '62',
      issue: '1',
      page: '738-742',
      DOI: '10.2307/2371483',
      ISSN: '0002-9327',
    })
  })

  it('has the accents that its commands make', () => {
    const { author, title } = one(
      String.raw`@book{a, author = {{\L}ukasz Kaiser and M{\"u}ller, J\"org and Fran\c{c}ois, \O ystein}, title = {\'Etudes \ss{} \v{S} {\ae}}}`,
    )
    expect(author).toEqual([
      { family: 'Kaiser', given: 'Łukasz' },
      { family: 'Müller', given: 'Jörg' },
      { family: 'François', given: 'Øystein' },
    ])
    expect(title).toBe('Études ß Š æ')
  })

  it('keeps the TeX of formulas as it is written, and money as money', () => {
    const { title } = one(
      String.raw`@book{a, title = {on $\sqrt{n}\,x^2$ and \(O(n \log n)\), twice for \$5 or a < b}}`,
    )
    expect(String(title).replace(/[\uFDD5\uFDD6]/g, '|')).toBe(
      String.raw`on |\sqrt{n}\,x^2| and |O(n \log n)|, twice for $5 or a < b`,
    )
  })

  it('has styled words as CSL marks them', () => {
    expect(
      one(String.raw`@book{a, title = {\emph{Drosophila} and H\textsubscript{2}O, 1\textsuperscript{st}}}`)
        .title,
    ).toBe('<i>Drosophila</i> and H₂O, 1<sup><span class="nocase">st</span></sup>')
  })

  it('knows particles, suffixes, bodies and what stands for further names', () => {
    const { author } = one(
      '@book{a, author = {van Beethoven, Ludwig and Smith, Jr, John and {Barnes and Noble} and others}}',
    )
    expect(author).toEqual([
      { family: 'Beethoven', given: 'Ludwig', 'non-dropping-particle': 'van' },
      { family: 'Smith', given: 'John', suffix: 'Jr' },
      { literal: 'Barnes and Noble' },
      others,
    ])
  })

  it.each([
    ['eprint = {1706.03762}, archivePrefix = {arXiv}', '1706.03762'],
    ['eprint = {1706.03762v5}', '1706.03762v5'],
    ['eprint = {hep-th/9711200}, eprinttype = {arxiv}', 'hep-th/9711200'],
    ['journal = {arXiv preprint arXiv:1810.04805}', '1810.04805'],
    ['howpublished = {arXiv:1412.6980}', '1412.6980'],
  ])('is found at arXiv by %s', (field, id) => {
    expect(one(`@misc{a, ${field}}`)).toMatchObject({ arxiv: id, URL: `https://arxiv.org/abs/${id}` })
  })

  it('is at its DOI, though it is at arXiv too', () => {
    const item = one('@article{a, eprint = {1706.03762}, doi = {10.1000/x_y}}')
    expect(item).toMatchObject({ DOI: '10.1000/x_y', arxiv: '1706.03762' })
    expect(item.URL).toBeUndefined()
  })

  it.each([
    ['date = {2023-03-15}', { 'date-parts': [[2023, 3, 15]] }],
    ['date = {2020-03/2021}', { 'date-parts': [[2020, 3], [2021]] }],
    ['date = {1850~}', { 'date-parts': [[1850]], circa: true }],
    ['year = {2001}, month = {March}', { 'date-parts': [[2001]] }],
    ['year = {2001}, month = mar', { 'date-parts': [[2001, 3]] }],
    ['year = {in press}', { literal: 'in press' }],
  ])('was issued at %s', (field, issued) => {
    const item = one(`@book{a, ${field}}`)
    expect(item.issued).toEqual(field.includes('{March}') ? { 'date-parts': [[2001, 3]] } : issued)
  })

  it('inherits from those that it names, of which a later one may be', () => {
    const [part] = read(`@inproceedings{part, title = {A part}, crossref = {whole}}
@proceedings{whole, title = {The whole}, year = {2001}, publisher = {Press}}`)
    expect(part).toMatchObject({
      title: 'A part',
      'container-title': 'The whole',
      publisher: 'Press',
      issued: { 'date-parts': [[2001]] },
    })
  })

  it('is not led round in circles', () => {
    expect(keys('@book{a, crossref = {b}}\n@book{b, crossref = {a}}')).toEqual(['a', 'b'])
  })

  it('has strings that were defined, put together', () => {
    expect(one('@string{press = "MIT " # {Press}}\n@book{a, publisher = press # ", Boston"}').publisher).toBe(
      'MIT Press, Boston',
    )
  })
})

describe('A broken entry', () => {
  it.each([
    ['@book{a, title = {x', '1:1 This entry is never closed.'],
    ['@book{a, title = "x', '1:1 This entry is never closed.'],
    ['@book{a, title {x}}', '1:10 There is no "=" after "title".'],
    ['@book{a, title = }', '1:18 The field "title" has no value.'],
    ['@book{, title = {x}}', '1:1 This entry has no key.'],
    ['@book{title = {x}}', '1:1 This entry has no key.'],
    ['@book{a title = {x}}', '1:9 A comma is missing after the key "a".'],
    ['@book{a, title = {x}}, year = 1}', null],
    ['@book{a, {x}}', '1:10 "{" stands where the name of a field is expected.'],
  ])('is reported: %s', (text, message) => {
    expect(faults(text)).toEqual(message === null ? [] : [message])
  })

  it('costs no other', () => {
    const text = `@book{first, title = {First}}
@book{broken, title = {never closed, abstract = "me@example.org
@book{second, title = {Second}}
  @article{bad, year 2000}
@book{third, title = {Third}}`
    expect(keys(text)).toEqual(['first', 'second', 'third'])
    expect(faults(text)).toEqual(['2:1 This entry is never closed.', '4:17 There is no "=" after "year".'])
  })

  it('costs no other, whatever is broken off', () => {
    const whole = '@article{broken, author = {A {B} C}, title = "D {E} F", year = 2000, note = {G}}'
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.length - 1 }), (length) => {
        const text = `@book{before, title = {x}}\n${whole.slice(0, length)}\n@book{after, title = {y}}\n`
        const found = keys(text)
        expect(found[0]).toBe('before')
        expect(found.at(-1)).toBe('after')
        expect(found.includes('broken')).toBe(false)
      }),
    )
  })

  it('is read where only BibTeX itself would not', () => {
    const text = '@book{a, title = {x} year = 2000, publisher = press}'
    expect(keys(text)).toEqual(['a'])
    expect(faults(text)).toEqual([
      '1:22 A comma is missing after the field "title".',
      '1:47 No @string is named "press".',
    ])
  })

  it('has a command that is not known as it is typed, and says where', () => {
    const { items, diagnostics } = parseBibtex('@book{a,\n  title = {x \\foo{y}}}', 'refs.bib')
    expect(String(items[0]?.title)).toContain('\\foo')
    expect(diagnostics[0]).toMatchObject({ line: 2, column: 14, endColumn: 18 })
  })

  it('is one whose key another has', () => {
    const text = '@book{a, title = {x}}\n@book{a, title = {y}}'
    expect(faults(text)).toEqual(['2:7 The key "a" is given twice: the first entry counts.'])
    expect(parseBibtex(text, 'refs.bib').items.map(({ title }) => title)).toEqual(['x'])
  })
})

describe('LaTeX in an entry', () => {
  it('has the signs that people mean, though TeX would take them for something else', () => {
    expect(one('@book{a, title = {50% of AT&T #1 for 5$ at a_b^c}, publisher = {A & B}}')).toMatchObject({
      title: '50% of AT&T #1 for 5$ at a_b^c',
      publisher: 'A & B',
    })
  })

  it('has the names of TeX and LaTeX as words', () => {
    expect(one(String.raw`@book{a, title = {The {\TeX}book, \LaTeX{} and \LaTeX: x}}`).title).toContain(
      'The TeXbook, LaTeX and LaTeX: ',
    )
  })

  it('costs a field its form at most where it cannot be read', () => {
    const { items, diagnostics } = parseBibtex(
      String.raw`@book{a, title = {Good}, note = {\begin{x} never ended}, year = 2000}
@book{b, title = {Other}}`,
      'refs.bib',
    )
    expect(items.map(({ id, title }) => `${id} ${title}`)).toEqual(['a Good', 'b Other'])
    expect(items[0]?.issued).toEqual({ 'date-parts': [[2000]] })
    expect(diagnostics.every(({ line }) => line === 1)).toBe(true)
  })

  it('loses no entry, whatever it is', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        ' ',
        'B',
        '{x}',
        '$',
        '\\\\',
        '\\emph',
        '\\"',
        "\\'",
        '~',
        '--',
        '^',
        '_',
        '%',
        '&',
        '#',
        '<',
        '>',
      ],
      ...[
        ' and ',
        ',',
        '\\(',
        '\\)',
        '``',
        '\\url',
        '\\begin{x}',
        '[',
        ']',
        '\n',
        '\\end{x}',
        '\\verb|',
        '\\frac',
      ],
    )
    const value = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(value, value, value, (title, author, note) => {
        const text = `@book{a, title = {${title} }, author = {${author} }, note = {${note} }, year = 2000}\n@book{b, year = 2001}`
        expect(parseBibtex(text, 'refs.bib').items).toMatchObject([
          { id: 'a', issued: { 'date-parts': [[2000]] } },
          { id: 'b', issued: { 'date-parts': [[2001]] } },
        ])
      }),
      { numRuns: 150 },
    )
  })
})

describe('A .bib file', () => {
  it('may hold anything between its entries, comments and mail addresses too', () => {
    const text = `% a comment with @book{no, title = {No}}
Written by me@example.org.
@comment{@book{neither, title = {Neither}}}
@preamble{"\\newcommand{\\x}{y}"}
@book(round, title = {Round})`
    expect(keys(text)).toContain('round')
    expect(keys(text)).not.toContain('neither')
  })

  it('never throws, whatever is in it', () => {
    const piece = fc.constantFrom(
      '@book{',
      'a',
      ',',
      ' = ',
      '{',
      '}',
      '"',
      '\\',
      '$',
      '@',
      '#',
      '(',
      ')',
      '\n',
      '%',
      'x',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(() => parseBibtex(pieces.join(''), 'refs.bib')).not.toThrow()
      }),
      { numRuns: 300 },
    )
  })
})
