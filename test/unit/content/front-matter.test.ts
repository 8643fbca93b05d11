import { describe, expect, it } from 'vitest'
import { readFrontMatter } from '../../../src/content/front-matter.js'

/** Gives lines as a text. */
const text = (...lines: readonly string[]) => lines.join('\n')

/** Gives what a reader of the report needs of a text's findings. */
const findings = (source: string) =>
  readFrontMatter(source).diagnostics.map(
    ({ rule, severity, line, column }) => `${line}:${column} ${severity} ${rule}`,
  )

const errorAt = (line: number, column: number) => `${line}:${column} error front-matter-is-valid`
const warningAt = (line: number, column: number) => `${line}:${column} warn front-matter-is-valid`

describe('front matter between fences', () => {
  it('gives YAML, the body and where the body begins', () => {
    const post = readFrontMatter(text('---', 'title: A', 'tags: [x, y]', '---', '# A', '', 'text', ''))
    expect(post.data).toEqual({ title: 'A', tags: ['x', 'y'] })
    expect(post.body).toBe('# A\n\ntext\n')
    expect(post.bodyLine).toBe(4)
    expect(post.diagnostics).toEqual([])
  })

  it('gives where keys and values stand in the file', () => {
    const post = readFrontMatter(
      text('', '---', 'title: "A"', 'tags:', '  - x', '  - y', 'draft:', '---', ''),
    )
    expect(post.places.get('title')).toEqual({ line: 3, column: 1, endLine: 3, endColumn: 6 })
    expect(post.valuePlaces.get('title')).toEqual({ line: 3, column: 8, endLine: 3, endColumn: 11 })
    expect(post.valuePlaces.get('tags')).toEqual({ line: 5, column: 3, endLine: 6, endColumn: 6 })
    expect(post.valuePlaces.get('draft')).toEqual(post.places.get('draft'))
  })

  it('reads TOML between +++, with the places of its keys', () => {
    const post = readFrontMatter(
      text(
        '+++',
        '# title = "not this"',
        'title = "A"',
        'date = 2024-01-22T10:00:00-07:00',
        'note = """',
        'draft = 1',
        '"""',
        "tags = ['x',",
        " 'y']",
        'draft = true',
        '[math]',
        'title = "inner"',
        '[math.more]',
        '+++',
        'text',
      ),
    )
    expect(post.data).toEqual({
      title: 'A',
      date: '2024-01-22T10:00:00.000-07:00',
      note: 'draft = 1\n',
      tags: ['x', 'y'],
      draft: true,
      math: { title: 'inner', more: {} },
    })
    expect(post.places.get('title')).toEqual({ line: 3, column: 1 })
    expect(post.valuePlaces.get('title')).toEqual({ line: 3, column: 9 })
    expect(post.places.get('draft')).toEqual({ line: 10, column: 1 })
    expect(post.places.get('math')).toEqual({ line: 11, column: 2 })
    expect(post.body).toBe('text')
    expect(post.bodyLine).toBe(14)
  })

  it.each([
    ['---json', '{"title": "A", "n": [1, null]}', '---'],
    ['--- json', '{\n\t"title": "A",\n\t"n": [1, null]\n}', '---'],
    ['---toml', 'title = "A"\nn = [1]', '---'],
    ['--- yml', 'title: A', '---'],
    ['---YAML', 'title: A', '...'],
    ['--- # about this post', 'title: A', '---'],
  ])('reads the language that %j names', (open, inside, close) => {
    const post = readFrontMatter(text(open, inside, close, 'text'))
    expect(post.data).toMatchObject({ title: 'A' })
    expect(post.body).toBe('text')
    expect(post.diagnostics).toEqual([])
  })

  it.each([
    ['a byte order mark', '\uFEFF---\ntitle: A\n---\ntext\n', 3],
    ['CRLF line ends', '---\r\ntitle: A\r\n---\r\ntext\r\n', 3],
    ['lone CR line ends', '---\rtitle: A\r---\rtext\r', 3],
    ['blank lines before', '\n  \n---\ntitle: A\n---\ntext\n', 5],
    ['a space before the fence', ' ---\ntitle: A\n---\ntext\n', 3],
    ['everything indented', '  ---\n  title: A\n  ---\ntext\n', 3],
    ['spaces behind the fences', '---  \ntitle: A\n--- \t\ntext\n', 3],
    ['a tab behind the colon', '---\ntitle:\tA\n---\ntext\n', 3],
    ['a blank line above the first key', '---\n\ntitle: A\n---\ntext\n', 4],
    ['three dots at the end', '---\ntitle: A\n...\ntext\n', 3],
  ])('is read with %s', (_, source, bodyLine) => {
    const post = readFrontMatter(source)
    expect(post.data).toEqual({ title: 'A' })
    expect(post.body).toBe('text\n')
    expect(post.bodyLine).toBe(bodyLine)
    expect(post.diagnostics).toEqual([])
  })

  it.each([
    '---\n---\ntext',
    '---\n\n---\ntext',
    '---\n# nothing yet\n---\ntext',
    '+++\n+++\ntext',
    '---json\n---\ntext',
  ])('may be empty: %j', (source) => {
    expect(readFrontMatter(source)).toMatchObject({ data: {}, body: 'text', diagnostics: [] })
  })

  it('reads TOML with long runs of spaces in linear time', () => {
    const text = `+++\n${' '.repeat(40_000)}\na = [\n${' '.repeat(40_000)}1]\n+++\n`
    expect(readFrontMatter(text).data).toEqual({ a: [1] })
  })

  it('may end with the file', () => {
    expect(readFrontMatter('---\ntitle: A\n---')).toMatchObject({ data: { title: 'A' }, body: '' })
  })

  it('is closed by nothing but a whole fence', () => {
    const post = readFrontMatter(
      text(
        '---',
        'a: |',
        '  one',
        '  ---',
        '  two',
        'b: >-',
        '  x',
        '  ---foo',
        '---',
        'text',
        '---',
        'more',
      ),
    )
    expect(post.data).toEqual({ a: 'one\n---\ntwo\n', b: 'x ---foo' })
    expect(post.body).toBe('text\n---\nmore')
    expect(findings(text('---', 'a: 1', '---foo', '---', 'text'))).toEqual([errorAt(3, 1)])
    expect(findings(text('---', 'a: 1', '--- b', '---', 'text'))).toEqual([errorAt(3, 1)])
    expect(findings(text('---', 'a: 1', '----', '---', 'text'))).toEqual([errorAt(3, 1)])
  })

  it('keeps what two runs over the same text give apart', () => {
    const source = '---\ntitle: A\n---\ntext'
    const first = readFrontMatter(source)
    expect(readFrontMatter(source)).toEqual(first)
    expect(readFrontMatter(source).data).not.toBe(first.data)
  })
})

describe('a JSON object at the start of a file', () => {
  it('is front matter', () => {
    const post = readFrontMatter('{\n  "title": "A } \\" {",\n  "math": {"x": 1}\n}\n\ntext\n')
    expect(post.data).toEqual({ title: 'A } " {', math: { x: 1 } })
    expect(post.places.get('math')).toMatchObject({ line: 3, column: 3 })
    expect(post.body).toBe('\ntext\n')
    expect(post.bodyLine).toBe(4)
    expect(readFrontMatter('{}\ntext')).toMatchObject({ data: {}, body: 'text', bodyLine: 1 })
    expect(readFrontMatter('{"a": 1} text')).toMatchObject({ data: { a: 1 }, body: ' text', bodyLine: 0 })
  })

  it('is reported where it is not closed or not well-formed', () => {
    const open = '\n{"title": "A",\n"b": {"c": 1}\n\ntext'
    expect(findings(open)).toEqual([errorAt(2, 1)])
    expect(readFrontMatter(open).body).toBe(open)
    expect(findings('{\n"a": tru\n}\ntext')).toEqual([errorAt(2, 6)])
    expect(findings('{"a": 1,\n"a": 2}\ntext')).toEqual([errorAt(2, 1)])
    expect(findings('{"a": "\\mu"}\ntext')).toEqual([errorAt(1, 8)])
    expect(findings('{"a": 1,\n  b "c"}\ntext')).toEqual([errorAt(2, 3)])
    expect(findings('{"a": 1,\n  "b"}\ntext')).toEqual([errorAt(2, 3)])
    expect(findings('{"a": 1\n  "b": 2}\ntext')).toEqual([errorAt(1, 7)])
  })

  it.each([
    '{{ page.title }}',
    '{% raw %}\n---',
    '{: .note}',
    '{{< figure >}}',
    '{a, b} is a set',
    '{"a", "b"} is a set',
  ])('is not seen in %j', (source) => {
    expect(readFrontMatter(source)).toMatchObject({ data: {}, body: source, bodyLine: 0, diagnostics: [] })
  })
})

describe('a body without front matter', () => {
  it.each([
    '',
    '\n\n',
    'text\n---\nmore',
    '# A\n\n---\n\ntext',
    '---',
    '---\n',
    '---\n\nProse after a rule.\n',
    '---\nProse after a rule.\n',
    '---\n\nProse between rules.\n\n---\n\nMore.\n',
    '---\n\n# A heading between rules\n\n---\n',
    '---\n\n- a list\n',
    '----\n\nProse\n',
    '--- word\nProse\n',
    '- item\n- item\n',
    '— Someone\n',
    '+++\nProse\n',
    '***\ntitle: A\n***\n',
  ])('stays as it is: %j', (source) => {
    expect(readFrontMatter(source)).toMatchObject({ data: {}, body: source, bodyLine: 0, diagnostics: [] })
  })
})

describe('front matter that cannot be read', () => {
  it.each([
    ['---\ntitle: A\ndate: 2024-01-22\n\n# A\n\ntext\n', 1],
    ['\n ---\n# comment\ntitle: A\n', 2],
    ['---\n\ntitle: A\n', 1],
    ['---\n"unclosed\ntitle: A\n', 1],
    ['+++\ntitle = "A"\n', 1],
    ['---json\n{"a": 1}\n', 1],
    ['----\ntitle: A\n----\ntext', 1],
    ['—-\ntitle: A\n—-\ntext', 1],
  ])('stays in the body when it never ends: %j', (source, line) => {
    const post = readFrontMatter(source)
    expect(post).toMatchObject({ data: {}, body: source, bodyLine: 0 })
    expect(post.diagnostics).toMatchObject([{ rule: 'front-matter-is-valid', severity: 'error', line }])
  })

  it.each(['js', 'javascript', 'coffee', 'ts', 'lua', 'constructor'])('is never run: %s', (language) => {
    const source = text(`---${language}`, 'globalThis.wasRun = true', '---', 'text')
    const post = readFrontMatter(source)
    expect(post.data).toEqual({})
    expect(globalThis).not.toHaveProperty('wasRun')
    expect(post.body).toBe('text')
    expect(post.bodyLine).toBe(3)
    expect(findings(source)).toEqual([errorAt(1, 1)])
    expect(post.diagnostics[0]?.message).toContain(language)
  })

  it('is refused in another language even when it never ends', () => {
    const source = '---js\nmodule.exports = {}\n'
    expect(readFrontMatter(source).body).toBe(source)
    expect(findings(source)).toEqual([errorAt(1, 1)])
    expect(findings('--- js\n{}\n---\n')).toEqual([errorAt(1, 1)])
  })

  it.each([
    ['a list', '- a\n- b', [errorAt(2, 1)]],
    ['text', 'just text', [errorAt(2, 1)]],
    ['a key without a space behind its colon', 'title:A', [errorAt(2, 1)]],
    ['a number', '42', [errorAt(2, 1)]],
    ['an unclosed list', 'a: 1\nb: [x, y\nc: 2', [errorAt(4, 1)]],
    ['a tab as indentation', 'tags:\n\t- a\n\t- b', [errorAt(3, 1), errorAt(4, 1)]],
    ['a colon in a value', 'title: Attention: a primer', [errorAt(2, 8)]],
    ['a line without a colon', 'title: A\n\nProse.', [errorAt(4, 1)]],
    ['a LaTeX command in double quotes', 'title: "On $\\mu$"', [errorAt(2, 13)]],
    ['text behind a quoted string', 'title: "Deep" learning', [errorAt(2, 15)]],
    ['a backtick', 'title: `A`', [errorAt(2, 8)]],
    ['an alias to nothing', 'title: *bold*', [errorAt(2, 8)]],
    ['an alias to itself', 'a: &x [*x]', [errorAt(2, 8)]],
    ['braces of a template', 'a: {{ page.title }}', [errorAt(2, 5)]],
    ['a merge of no mapping', '<<: 3', [errorAt(1, 1)]],
    ['an unclosed quote', 'title: "A\ndate: x', [errorAt(3, 8)]],
    ['two faults', 'a: `x`\nb: 2\nc: @y', [errorAt(2, 4), errorAt(4, 4)]],
  ])('is reported at line and column: %s', (_, inside, expected) => {
    const source = text('---', inside, '---', 'text')
    const post = readFrontMatter(source)
    expect(findings(source)).toEqual(expected)
    expect(post.data).toEqual({})
    expect(post.body).toBe('text')
    expect(post.bodyLine).toBe(inside.split('\n').length + 2)
  })

  it.each([
    ['title = "On $\\mu$"', [errorAt(2, 15)]],
    ['title = "A"\ndate = ', [errorAt(3, 8)]],
    ['a = 1\na = 2', [errorAt(3, 1)]],
    ['title: A', [errorAt(2, 6)]],
  ])('is reported at line and column in TOML: %j', (inside, expected) => {
    const source = text('+++', inside, '+++', 'text')
    expect(readFrontMatter(source)).toMatchObject({ data: {}, body: 'text' })
    expect(findings(source)).toEqual(expected)
  })

  it('says what to do about backslashes', () => {
    const [inYaml] = readFrontMatter('---\ntitle: "$\\mu$"\n---\n').diagnostics
    expect(inYaml?.hint).toContain("single quotes, as in '$\\nu$'")
    const [inJson] = readFrontMatter('{"title": "$\\mu$"}').diagnostics
    expect(inJson?.hint).toContain('"$\\\\nu$"')
  })

  it.each(['nested lists', 'nested mappings'])('does not break the program with %s', (kind) => {
    const [open, close] = kind === 'nested lists' ? ['[', ']'] : ['{a: ', '}']
    const post = readFrontMatter(text('---', `a: ${open.repeat(5000)}${close.repeat(5000)}`, '---', 'text'))
    expect(post).toMatchObject({ data: {}, body: 'text' })
    expect(post.diagnostics.length).toBeGreaterThan(0)
    expect(post.diagnostics.length).toBeLessThan(5)
  })

  it('does not let aliases multiply', () => {
    const nine = (name: string) => Array(9).fill(`*${name}`).join(', ')
    const bomb = [
      'a: &a [x]',
      `b: &b [${nine('a')}]`,
      `c: &c [${nine('b')}]`,
      `d: &d [${nine('c')}]`,
      `e: [${nine('d')}]`,
    ]
    expect(findings(text('---', ...bomb, '---', ''))).toEqual([errorAt(1, 1)])
  })
})

describe('values of front matter', () => {
  it('follow the YAML 1.2 core schema, dates as written', () => {
    const inside = text(
      'a: 2024-01-22',
      'b: yes',
      'c: true',
      'd: ~',
      'e: 12',
      'f: 0.5',
      'g: 2024-01-22 10:00 -0700',
    )
    expect(readFrontMatter(text('---', inside, '---')).data).toEqual({
      a: '2024-01-22',
      b: 'yes',
      c: true,
      d: null,
      e: 12,
      f: 0.5,
      g: '2024-01-22 10:00 -0700',
    })
  })

  it('stay as written where a number would print differently', () => {
    const inside = text('a: 3.10', 'b: [1.0, 007]', 'c: 12345678901234567890', 'd: 0x1F', 'e: 1e3')
    expect(readFrontMatter(text('---', inside, '---')).data).toEqual({
      a: '3.10',
      b: ['1.0', '007'],
      c: '12345678901234567890',
      d: '0x1F',
      e: '1e3',
    })
  })

  it('may be merged from an anchor', () => {
    const post = readFrontMatter(text('---', 'base: &base {x: 1}', 'math:', '  <<: *base', '  y: 2', '---'))
    expect(post.data.math).toEqual({ x: 1, y: 2 })
  })

  it('keep all but the one key given twice', () => {
    const source = text('---', 'title: A', 'tags: x', 'title: B', '---', 'text')
    expect(findings(source)).toEqual([errorAt(4, 1)])
    expect(readFrontMatter(source).data).toEqual({ title: 'B', tags: 'x' })
  })

  it('lose an unknown tag with a warning', () => {
    const source = text('---', 'a: !ruby/object x', 'b: !!binary aGk=', '---')
    expect(readFrontMatter(source).data).toEqual({ a: 'x', b: 'aGk=' })
    expect(findings(source)).toEqual([warningAt(2, 4), warningAt(3, 4)])
  })

  it.each([
    ['---', '__proto__: {polluted: 1}\nconstructor: 3', '---'],
    ['---json', '{"__proto__": {"polluted": 1}, "constructor": 3}', '---'],
    ['+++', '__proto__ = {polluted = 1}\nconstructor = 3', '+++'],
  ])('cannot reach a prototype (%s)', (...lines) => {
    const post = readFrontMatter(text(...lines))
    expect(Object.keys(post.data)).toEqual(['constructor'])
    expect(Object.getPrototypeOf(post.data)).toBe(Object.prototype)
    expect('polluted' in post.data).toBe(false)
    expect(post.diagnostics).toMatchObject([{ severity: 'error', line: 2 }])
  })
})

describe('a backslash that double quotes eat', () => {
  it.each([
    ['---', 'title: "The $\\nu$ function"', '---', warningAt(2, 14)],
    ['---', 'tags:\n  - "$\\beta$-VAE"', '---', warningAt(3, 7)],
    ['---', 'title: "$\\Lambda$"', '---', warningAt(2, 10)],
    ['---json', '{"title": "$\\theta$"}', '---', warningAt(2, 13)],
    ['+++', 'title = "$\\rho$"', '+++', warningAt(2, 11)],
  ])('is a warning: %s %j', (open, inside, close, expected) => {
    expect(findings(text(open, inside, close, ''))).toEqual([expected])
  })

  it.each([
    'title: "The $\\\\nu$ function"',
    "title: 'The $\\nu$ function'",
    'title: The $\\nu$ function',
    'title: "one\\ntwo"',
    'title: "$5\\n"',
  ])('is none in %j', (inside) => {
    expect(findings(text('---', inside, '---', ''))).toEqual([])
  })
})
