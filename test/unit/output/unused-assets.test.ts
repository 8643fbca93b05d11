import { expect, it } from 'vitest'
import { build } from '../../../src/build.js'
import { check } from '../../../src/check.js'
import { type Files, siteFolder } from '../../site-folder.js'

const now = new Date('2025-01-01T00:00:00Z')
const svg = '<svg xmlns="http://www.w3.org/2000/svg"></svg>'

/** Gives the files of assets that a check finds unused. */
async function unused(files: Files): Promise<readonly (string | undefined)[]> {
  const { diagnostics } = await check({ root: await siteFolder(files), now, record: false })
  return diagnostics.filter(({ rule }) => rule === 'asset-is-used').map(({ file }) => file)
}

const post = (body: string, more = '') => `---\ntitle: A post\ndate: 2024-05-01\n${more}---\n${body}\n`

it('counts as used what any text of a site refers to, and nothing else', async () => {
  const used: Files = {
    'assets/in-page.svg': svg,
    'assets/two words (1).svg': svg,
    'assets/download.zip': 'x',
    'assets/in-html.svg': svg,
    'assets/front-matter.svg': svg,
    'assets/in-sheet.svg': svg,
    'assets/in-script.svg': svg,
    'assets/in-template.svg': svg,
    'assets/in-draft.svg': svg,
    'assets/avatar.svg': svg,
    'assets/shown.py': 'x = 1\n',
    'assets/extra.css': 'p { margin: 0 }',
    'assets/extra.js': "fetch('/assets/data/rows.json')",
    'assets/data/rows.json': '[]',
    'assets/root.js': '',
    'assets/root.css': 'p { margin: 0 }',
    'assets/cited.txt': 'x',
    'assets/captions.vtt': 'WEBVTT',
  }
  const left = await unused({
    ...used,
    'site.yaml': 'title: Notes\nurl: https://example.org/blog/\nauthor: ada\n',
    'content/authors.yaml': 'ada:\n  name: Ada\n  avatar: /assets/avatar.svg\n',
    'content/posts/a.md': post(
      [
        '![A drawing](/assets/in-page.svg)',
        '![Another](</assets/two words (1).svg>)',
        '[All of it](https://example.org/blog/assets/download.zip)',
        '<img src="../../assets/in-html.svg" alt="A drawing">',
        '```python file="/assets/shown.py"\n```',
        '<script src="/blog/assets/extra.js"></script><link rel="stylesheet" href="/blog/assets/extra.css">',
        '<script src="/assets/root.js"></script><link rel="stylesheet" href="/assets/root.css">',
        'As <q cite="/assets/cited.txt">said</q>',
        '<video src="https://example.com/a.mp4"><track src="../../assets/captions.vtt"></video>',
      ].join('\n\n'),
      'image: /assets/front-matter.svg\n',
    ),
    'content/posts/draft.md': post('![Later](/assets/in-draft.svg)', 'draft: true\n'),
    'templates/404.html': '<img src="{{ site.base }}assets/in-template.svg" alt="">',
    'assets/css/custom.css': 'body { background: url(../in-sheet.svg) }\n',
    'assets/js/theme.js': "document.body.title = '/assets/in-script.svg'\n",
    'assets/css/_part.css': 'p { margin: 0 }\n',
    'assets/css/search.css': 'p { margin: 0 }\n',
    'assets/js/search.js': '',
    'assets/favicon.ico': 'x',
    'assets/favicon.svg': svg,
    'assets/apple-touch-icon.png': 'x',
    'assets/.well-known/security.txt': 'x',
    'assets/robots.txt': 'User-agent: *\n',
    // Each is named like one that is used, or only spoken of by another's name.
    'assets/old/in-page.svg': svg,
    'assets/lone.svg': svg,
    'assets/lone name (2).svg': svg,
    'assets/download.zip.bak': 'x',
  })
  expect(left).toEqual([
    'assets/download.zip.bak',
    'assets/lone name (2).svg',
    'assets/lone.svg',
    'assets/old/in-page.svg',
  ])
})

it('is a matter of check alone, which reads every page', async () => {
  const root = await siteFolder({ 'content/posts/a.md': post('Text.'), 'assets/lone.svg': svg })
  const { diagnostics } = await build({ root, out: `${root}/dist`, drafts: false, now })
  expect(diagnostics).toEqual([])
  expect((await check({ root, now, record: false })).diagnostics).toMatchObject([
    { rule: 'asset-is-used', severity: 'warn', file: 'assets/lone.svg' },
  ])
})
