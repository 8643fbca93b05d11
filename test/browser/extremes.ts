/** A small site of what a theme seldom meets and must hold all the same, with every kind of page in it. */
import type { Files } from '../site-folder.js'

const words = (count: number, word = 'word') => Array.from({ length: count }, (_, at) => `${word}${at + 1}`)

const sum = (count: number) =>
  words(count, 'x')
    .map((one) => `x_{${one.slice(1)}}`)
    .join(' + ')

const columns = words(12, 'Column ')

const title =
  `${'A title that goes on and on, since its author could not decide what to leave out '.repeat(3)}`.slice(
    0,
    200,
  )

const deep = Array.from(
  { length: 8 },
  (_, depth) => `${'  '.repeat(depth)}- Level ${depth + 1}, with $x_{${depth}}$ and \`code_${depth}\` in it`,
).join('\n')

const extremes = `---
title: "${title}"
subtitle: And a subtitle
date: 2024-03-01
author: [ada, bo]
category: A category whose name is long
tags: [${words(60, 'Tag number ').join(', ')}]
aliases: [/old/extremes/]
series: On the edge
---

- An item with $\\left( ${sum(20)} \\right)$, and words.
- Another.
  - One below it: $\\left[ ${sum(15)} \\right]$
  - A short one: $x$

A claim [@doe, p. 5], another [@doe], a third [@doe], a fourth [@doe], and so on [@doe; @roe]. See <https://example.org/${'a-long-path/'.repeat(20)}>.
An identifier \`${'averylongidentifierwithoutanybreak'.repeat(5)}\`, a word ${'Donaudampfschiff'.repeat(8)}, a formula
$${sum(20)}$, ==marked words==, <kbd>Ctrl</kbd> and a note.[^formula]

$$ ${sum(60)} $$

$$ ${sum(60)} = y \\label{eq:long} $$

$$ \\left( ${Array.from({ length: 45 }, (_, at) => `\\frac{a_{${at}}}{b_{${at}}}`).join(' ')} \\right) $$

$$
\\begin{align}
f(x) &= ${sum(30)} \\\\
&= ${sum(12)}
\\end{align}
$$

\`\`\`python
${'x'.repeat(400)}
${words(80, 'name_').join(' + ')}
\`\`\`

\`\`\`diff
- ${words(40).join(' ')}
+ short
  the same
\`\`\`

| ${columns.join(' | ')} |
|${' --- |'.repeat(12)}
| ${columns.map((_, at) => `a cell with words and $x_{${at}}$`).join(' | ')} |
| ${columns.map((_, at) => `${at}`).join(' | ')} |

${deep}

1. One

   > A quotation in a list

   \`\`\`js
   const inTheList = '${'long '.repeat(30)}'
   \`\`\`

   $$ ${sum(40)} $$

> [!warning] Look
> A callout with a formula $${sum(14)}$, and \`${'code'.repeat(30)}\`.

- [x] Done
- [ ] To do

Term
: What it means

${Array.from({ length: 40 }, (_, at) => `${at % 3 === 0 ? '##' : '###'} Heading ${at + 1} of the forty, with $x_{${at + 1}}$\n\nWords.\n`).join('\n')}

[^formula]: A note that is a formula: $$ ${sum(40)} $$ and goes on.
`

const rightToLeft = `---
title: 'מאמר על הסכום $\\sum x_i$'
date: 2024-02-01
lang: he
tags: [מתמטיקה]
---

טקסט בעברית עם נוסחה $a^2 + b^2 = c^2$ וקוד \`let x = 1\` בתוכו.[^1]

$$ ${sum(40)} $$

\`\`\`python
print("hello")  # a comment
\`\`\`

> ציטוט

- פריט
  - פריט בתוך פריט

[^1]: הערה.
`

const note = (n: number) => `---
title: Note ${n}
date: 2024-01-${String(n).padStart(2, '0')}
category: Arithmetic
tags: [Numbers]
author: ada
series: On the edge
excerpt: On the number ${n}.
---

The number ${n} has the square ${n * n}. See [the first](note-1.md).
`

/** The files of its folder. */
export const extremeSite: Files = {
  'site.yaml':
    'title: A site of extremes\nurl: https://example.org/\npaginate: { home: 3 }\ntaxonomies: [tags, categories, series]\nmenu:\n  - { title: Archive, url: /archive/ }\n  - { title: Search, url: /search/ }\n',
  'content/authors.yaml': 'ada: { name: Ada Example, bio: Counts. }\nbo: { name: Bo Sample }\n',
  'content/references.bib': `@book{doe, author = {Doe, Jane}, title = {On $x^2$}, year = 1999, publisher = {Press}}
@article{roe, author = {Roe, Richard}, title = {Bar}, year = 2004, journal = {J.}, doi = {10.1000/x}}
`,
  'content/pages/about.md': '---\ntitle: About\n---\n\nA page.\n',
  'content/posts/extremes.md': extremes,
  'content/posts/right-to-left.md': rightToLeft,
  ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`content/posts/note-${n}.md`, note(n)])),
}
