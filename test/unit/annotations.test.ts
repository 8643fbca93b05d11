import { describe, expect, it } from 'vitest'
import { githubAnnotations } from '../../src/annotations.js'
import { diagnostic } from '../../src/diagnostics.js'

describe('Annotations for GitHub', () => {
  it('stand at the line and the columns that a finding names', () => {
    const place = { line: 3, column: 5, endLine: 3, endColumn: 9 }
    const found = diagnostic('math-renders', 'No.', { file: 'content/a.md', place, hint: 'Mend it.' })
    expect(githubAnnotations([found], (file) => `notes/${file}`)).toEqual([
      '::warning file=notes/content/a.md,line=3,endLine=3,col=5,endColumn=9,title=math-renders::No.%0AMend it.',
    ])
  })

  it('have no columns where a finding spans lines, and no file where it has none', () => {
    const place = { line: 3, column: 5, endLine: 4, endColumn: 2 }
    expect(
      githubAnnotations(
        [diagnostic('math-renders', 'No.', { file: 'a.md', place }), diagnostic('usage-is-valid', 'Not so.')],
        String,
      ),
    ).toEqual([
      '::warning file=a.md,line=3,endLine=4,title=math-renders::No.',
      '::error title=usage-is-valid::Not so.',
    ])
  })

  it('cannot be ended or forged by what an author wrote', () => {
    const found = diagnostic('link-target-exists', '100%\r\n::error::forged', { file: 'a,b:c%.md' })
    expect(githubAnnotations([found], String)).toEqual([
      '::warning file=a%2Cb%3Ac%25.md,title=link-target-exists::100%25%0D%0A::error::forged',
    ])
  })
})
