import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mathOf, toHtml, toTree } from './pipelines.js'

/** The formulas of a text: displays in two dollars, others in one. */
function formulasOf(markdown: string, options = {}): readonly string[] {
  return mathOf(toTree(markdown, options).tree).map(({ display, value }) =>
    display ? `$$${value}$$` : `$${value}$`,
  )
}

describe('dollars', () => {
  it('close where the first one outside of braces stands, or nowhere', () => {
    expect(formulasOf('$f(x$ and $y)$')).toEqual(['$f(x$', '$y)$'])
    expect(formulasOf('$5 for $n$')).toEqual(['$n$'])
    expect(formulasOf('$x = \\text{$a$ or $b$} + {c}$')).toEqual(['$x = \\text{$a$ or $b$} + {c}$'])
  })

  it('may touch those of the next formula', () => {
    expect(formulasOf('$x$$y$ and $a$$b$$c$')).toEqual(['$x$', '$y$', '$a$', '$b$', '$c$'])
    expect(formulasOf('$x$$y')).toEqual([])
  })

  it('close behind a control space', () => {
    expect(formulasOf('$a\\ $ b')).toEqual(['$a\\ $'])
  })

  it.each([
    ['a code span', 'set $HOME or `$PATH`'],
    ['an attribute', 'for $5 <a title="$x$">y</a>'],
    ['an autolink', 'for $5 <https://example.org/?q=$x>'],
    ['a link target', 'for $5, see [a](https://example.org/?q=$x$)'],
  ])('do not close in %s', (_, markdown) => {
    expect(formulasOf(markdown)).toEqual([])
  })

  it('close behind quotation marks that TeX writes as backticks', () => {
    expect(formulasOf("$$\\text{``a''}$$ and $$\\text{``b''}$$")).toEqual([
      "$$\\text{``a''}$$",
      "$$\\text{``b''}$$",
    ])
  })

  it('hold what a backslash escapes', () => {
    expect(formulasOf('\\$$x$ and $\\$$')).toEqual(['$x$', '$\\$$'])
  })

  it('do not divide the cells of a table, bars do', () => {
    const table = (cell: string) => `| a |\n|---|\n| ${cell} |`
    expect(formulasOf(table('$|x|$'))).toEqual([])
    expect(formulasOf(table('$P(a \\| b)$'))).toEqual(['$P(a | b)$'])
  })
})

describe('a display', () => {
  it('stays in the paragraph that it stands in, and is a block where it stands alone', () => {
    expect(toTree('a\n$$x$$\nb').tree.children.map(({ type }) => type)).toEqual(['paragraph'])
    expect(toTree('a\n\n$$x$$\n\nb').tree.children.map(({ type }) => type)).toEqual([
      'paragraph',
      'math',
      'paragraph',
    ])
    expect(toTree('$$x$$\n$$y$$').tree.children.map(({ type }) => type)).toEqual(['math', 'math'])
  })

  it('has the HTML of remark-math', () => {
    expect(toHtml('$$\nx<y\n$$')).toBe('<pre><code class="language-math math-display">x&#x3C;y</code></pre>')
    expect(toHtml('a $$x$$ b')).toBe('<p>a <code class="language-math math-display">x</code> b</p>')
    expect(toHtml('a $x$ b')).toBe('<p>a <code class="language-math math-inline">x</code> b</p>')
  })

  it('is emphasised with the paragraph around it', () => {
    expect(toHtml('**a\n$$\nx\n$$\nb**')).toMatch(/^<p><strong>a\n<code.*<\/code>\nb<\/strong><\/p>$/)
  })

  it('holds lines that look like blocks, wherever in a line it opens', () => {
    expect(formulasOf('so: $$\na\n- b\n# c\n> d\n---\n$$ ok\n- item')).toEqual(['$$a\n- b\n# c\n> d\n---$$'])
    expect(formulasOf('so: $$\n- b\n$$')).toEqual(['$$- b$$'])
    expect(formulasOf('so\nit is: $$\n- b\n$$')).toEqual(['$$- b$$'])
    expect(formulasOf('| a |\n|---|\n| b |\n$$\nx | y\n$$')).toEqual(['$$x | y$$'])
  })

  it('does not keep a table from being one', () => {
    expect(toTree('| a $$ | b |\n|---|---|\n| c $$ | d |').tree.children.map(({ type }) => type)).toEqual([
      'table',
    ])
    expect(toTree('a | b $$\n---|---\nc | d $$').tree.children.map(({ type }) => type)).toEqual(['table'])
  })

  it('has no heading made of it by a rule below', () => {
    expect(toTree('$$\nx\n$$\n---').tree.children.map(({ type }) => type)).toEqual(['math', 'thematicBreak'])
    expect(toTree('a $$x$$\n===').tree.children.map(({ type }) => type)).toEqual(['heading'])
  })

  it.each([
    ['a heading', '$$\na\n\n## b\n\n$$'],
    ['a rule', '$$\na\n\n---\n\n$$'],
    ['a block of code', '$$\na\n```\n$$\n```'],
    ['prose', '$$ a = b\n\nThese are words of a sentence.\n\n$$\nd\n$$'],
    ['another display', '$$ a\n\nb $$c$$ d'],
  ])('that is not closed does not reach beyond %s', (_, markdown) => {
    const { tree, messages } = toTree(markdown)
    expect(mathOf(tree).every(({ value }) => !value.includes('a'))).toBe(true)
    expect(messages[0]).toMatchObject({ ruleId: 'math-is-closed', line: 1, column: 1, source: 'scholium' })
  })

  it('takes the label at the end of its line', () => {
    const { tree } = toTree('$$\nx\n$$ {#eq:a}\n\n$$y$$ {#eq:b} z\n\n$$z$$ {#fig:c}')
    expect(mathOf(tree).map(({ node }) => node.data?.math?.label)).toEqual(['eq:a', null, null])
    expect(toHtml('$$y$$ {#eq:b} z')).toContain('{#eq:b} z')
  })

  it('is an environment from its start to its own end', () => {
    const nested = '\\begin{gather}\na\n\\begin{gather}\n- b\n\\end{gather}\n\\end{gather}'
    expect(formulasOf(nested)).toEqual([`$$${nested}$$`])
    expect(formulasOf('see \\begin{align} x \\end{align}')).toEqual([])
    expect(toTree('\\begin{align} x').messages).toMatchObject([{ ruleId: 'math-is-closed', line: 1 }])
  })
})

describe('options', () => {
  it('are those of the file before those of the plugin', () => {
    const { tree } = toTree('a $$x$$', {}, { doubleDollar: 'kramdown' })
    expect(mathOf(tree)[0]?.display).toBe(false)
  })

  it('with kramdown’s rule make a display of what is alone in its paragraph', () => {
    const options = { doubleDollar: 'kramdown' }
    expect(formulasOf('text\n$$\na\n- b\n$$\nmore', options)).toEqual(['$a\n- b$'])
    expect(formulasOf('- $$a$$\n\n# $$b$$', options)).toEqual(['$$a$$', '$b$'])
  })

  it('allow padded dollars on both sides', () => {
    expect(formulasOf('$ x $ and $ 2y + 1 $ and $z $', { padded: true })).toEqual(['$x$', '$2y + 1$'])
  })

  it('allow brackets, over lines and blank lines too', () => {
    expect(formulasOf('\\[\na\n\n- b\n\\]\nand \\(c\\)', { brackets: true })).toEqual(['$$a\n\n- b$$', '$c$'])
    expect(formulasOf('\\(a \\(b\\)', { brackets: true })).toEqual(['$b$'])
  })
})

describe('what is suspicious', () => {
  it('is reported once each', () => {
    const { messages } = toTree('$\\alpha $ and $\\beta $, then $ Z $')
    expect(messages.map(({ ruleId, column }) => [ruleId, column])).toEqual([
      ['math-is-tight', 1],
      ['math-is-tight', 15],
      ['math-is-tight', 30],
    ])
  })

  it.each([
    'between $ 5 and $ 6',
    'from $20 to $30',
    'set $HOME and $PATH',
    'a $$ b',
    'a $ b',
    '$ 5k or $ 6k',
  ])('is not what is no formula: %s', (markdown) => {
    expect(toTree(markdown).messages).toEqual([])
  })
})

describe('TeX', () => {
  /** What KaTeX could be given, without dollars, braces, and backticks. */
  const tex = fc
    .array(
      fc.constantFrom(
        'x',
        '1',
        '\\alpha',
        '_',
        '^',
        '*',
        '<',
        '>',
        '[a](b)',
        '&',
        '\\\\',
        '\\{',
        '#',
        ' ',
        '!',
        '|',
        '&amp;',
      ),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .map((parts) => parts.join(''))
    .filter((text) => text.trim() === text && !/(?<!\\)(?:\\\\)*\\$/.test(text))

  it('comes out as it went in, from a sentence', () => {
    fc.assert(
      fc.property(tex, (value) => {
        expect(formulasOf(`so $${value}$ and`)).toEqual([`$${value}$`])
        expect(formulasOf(`so $$${value}$$ and`)).toEqual([`$$${value}$$`])
        expect(formulasOf(`so $\\text{a $${value}$}$ and`)).toEqual([`$\\text{a $${value}$}$`])
      }),
    )
  })

  it('comes out as it went in, from lines in any containers', () => {
    const line = fc.constantFrom(
      'x',
      '- y',
      '# z',
      '> w',
      '1. v',
      '---',
      '===',
      '+ u',
      '   t',
      '* s',
      '\\\\',
      '| r |',
      '<b>',
    )
    const containers = fc.array(fc.constantFrom('> ', '- ', '1. '), { maxLength: 4 })
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), containers, (lines, opened) => {
        const first = opened.join('')
        const other = opened.map((mark) => (mark === '> ' ? mark : ' '.repeat(mark.length))).join('')
        const below = [`${first}a`, ...['$$', ...lines, '$$', 'b'].map((text) => other + text)].join('\n')
        const alone = [`${first}$$`, ...[...lines, '$$'].map((text) => other + text)].join('\n')
        const expected = [`$$${lines.join('\n').trim()}$$`]
        expect(formulasOf(below), below).toEqual(expected)
        expect(formulasOf(alone), alone).toEqual(expected)
      }),
    )
  })
})
