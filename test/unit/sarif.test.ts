import { describe, expect, it } from 'vitest'
import { diagnostic } from '../../src/diagnostics.js'
import { sarifLog } from '../../src/sarif.js'

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
