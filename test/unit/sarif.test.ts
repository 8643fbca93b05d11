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

  it('says of each rule that is named what should be true', () => {
    const [run] = sarifLog(found, String).runs
    expect(run?.tool.driver.rules).toEqual([
      {
        id: 'file-is-readable',
        shortDescription: { text: 'A source can be read and lies inside the site.' },
        defaultConfiguration: { level: 'error' },
      },
      {
        id: 'math-renders',
        shortDescription: { text: 'KaTeX accepts a formula.' },
        defaultConfiguration: { level: 'warning' },
      },
      {
        id: 'search-index-is-made',
        shortDescription: { text: 'The search index can be made.' },
        defaultConfiguration: { level: 'warning' },
      },
    ])
  })
})
