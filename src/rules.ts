/**
 * The rules at length, for people: an example of each that breaks it, how to mend it, how to silence it. What should be
 * true and how grave it is stands in diagnostics.ts, which every command loads.
 */
import { isUnconditional, type RuleName, rules, type Severity } from './diagnostics.js'

/** Files of a site by their paths. */
export type ExampleFiles = Readonly<Record<string, string>>

/** An example: the body of a post, files of a site, or for what no file can show, when it happens. */
type Example =
  | { readonly post: string; readonly mended: string }
  | { readonly files: ExampleFiles; readonly mended?: ExampleFiles }
  | { readonly when: string }

/** What the table says of one rule, beside its truth and severity. */
export type RuleGuide = Example & {
  /** How to mend what breaks it, in Markdown. */
  readonly mend: string
  /** Whether a comment in the text can silence it. */
  readonly inline?: true
}

/** What to know of each rule. */
export const guides: Readonly<Record<RuleName, RuleGuide>> = {
  'config-is-valid': {
    files: { 'site.yaml': 'titel: Notes\n' },
    mended: { 'site.yaml': 'title: Notes\n' },
    mend: 'Correct the key or its value: the message names the nearest key, or the values that there are.',
  },
  'authors-are-valid': {
    files: { 'content/authors.yaml': 'ada:\n  nmae: Ada Lovelace\n' },
    mended: { 'content/authors.yaml': 'ada:\n  name: Ada Lovelace\n' },
    mend: 'Correct the key or its value.',
  },
  'usage-is-valid': {
    when: '`scholium build --out /`: a folder that a build must not take over',
    mend: 'Read `scholium --help`, and call the command with folders that are there.',
  },
  'plugin-loads': {
    files: { 'site.yaml': 'markdown:\n  remarkPlugins: [./plugins/gone.mjs]\n' },
    mended: { 'site.yaml': 'markdown:\n  remarkPlugins: []\n' },
    mend: 'Install the package, or correct the path: one that begins with `./` starts at the site’s folder.',
  },
  'front-matter-is-valid': {
    files: { 'content/posts/a.md': '---\ntitle: A post\ndate: yesterday\n---\nText.\n' },
    mended: { 'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nText.\n' },
    mend: 'Correct the value. In YAML, a text that holds `: ` or begins with a sign stands in single quotes.',
  },
  'front-matter-key-is-known': {
    files: { 'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\ntgas: [math]\n---\nText.\n' },
    mended: { 'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\ntags: [math]\n---\nText.\n' },
    mend: 'Correct the key. Keys that resemble none are yours, and stay silent.',
  },
  'post-has-title': {
    files: { 'content/posts/a.md': '---\ndate: 2024-05-01\n---\nText.\n' },
    mended: { 'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nText.\n' },
    mend: 'Give the post a `title`.',
  },
  'post-has-date': {
    files: { 'content/posts/a.md': '---\ntitle: A post\n---\nText.\n' },
    mended: { 'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nText.\n' },
    mend: 'Give the post a `date`, or begin its file name with one.',
  },
  'author-is-known': {
    files: {
      'content/authors.yaml': 'ada:\n  name: Ada Lovelace\n',
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\nauthor: Ada Lovelac\n---\nText.\n',
    },
    mended: {
      'content/authors.yaml': 'ada:\n  name: Ada Lovelace\n',
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\nauthor: Ada Lovelace\n---\nText.\n',
    },
    mend: 'Write the name, or the key, that content/authors.yaml has.',
  },
  'post-date-has-come': {
    files: { 'content/posts/a.md': '---\ntitle: A post\ndate: 2999-01-01\n---\nText.\n' },
    mended: { 'content/posts/a.md': '---\ntitle: A post\ndate: 2999-01-01\ndraft: true\n---\nText.\n' },
    mend: 'Wait: the post appears in the first build after its date. A post that is not ready is a `draft: true`.',
  },
  'text-is-utf8': { when: 'a file that was saved as Latin-1', mend: 'Save the file as UTF-8.' },
  'link-target-exists': {
    post: 'Read [the other post](othr.md).\n\n<blockquote cite="othr.md">Words of it</blockquote>',
    mended: 'Read [the other post](other.md).\n\n<blockquote cite="other.md">Words of it</blockquote>',
    mend: 'Write the path of a source, as editors follow it (`other.md`), or a URL of this site.',
    inline: true,
  },
  'external-link-works': {
    when: 'a link to a page that another site has taken down, found by `scholium check --external`',
    mend: 'Link to where it is now, or to a copy in an archive.',
    inline: true,
  },
  'anchor-exists': {
    post: 'See [the proof](#the-prof).\n\n## The proof',
    mended: 'See [the proof](#the-proof).\n\n## The proof',
    mend: 'Write the id of a heading or an element of the page: the message names the nearest.',
    inline: true,
  },
  'id-is-unique': {
    post: '<p id="here">One</p>\n\n<p id="here">Two</p>',
    mended: '<p id="here">One</p>\n\n<p id="there">Two</p>',
    mend: 'Give each its own id.',
    inline: true,
  },
  'feed-id-is-unique': {
    files: {
      'site.yaml': 'url: https://example.org/\n',
      'content/posts/a.md': '---\ntitle: A\ndate: 2024-05-01\nid: tag:example.org,2024:a\n---\nText.\n',
      'content/posts/b.md': '---\ntitle: B\ndate: 2024-05-02\nid: tag:example.org,2024:a\n---\nText.\n',
    },
    mended: {
      'site.yaml': 'url: https://example.org/\n',
      'content/posts/a.md': '---\ntitle: A\ndate: 2024-05-01\nid: tag:example.org,2024:a\n---\nText.\n',
      'content/posts/b.md': '---\ntitle: B\ndate: 2024-05-02\n---\nText.\n',
    },
    mend: 'Remove the line from the post that is newer.',
  },
  'image-exists': {
    post: '![Loss over steps](los.png)',
    mended: '![Loss over steps](loss.png)',
    mend: 'Put the image beside the post or into assets/, and write its path from there.',
    inline: true,
  },
  'image-has-alt': {
    post: '![](loss.png)',
    mended: '![Loss over steps](loss.png)',
    mend: 'Say in the brackets what the image shows; for decoration alone, write `<img alt="" src="…">`.',
    inline: true,
  },
  'link-has-text': {
    post: '[](other.md)',
    mended: '[The other post](other.md)',
    mend: 'Say in the brackets where the link leads.',
    inline: true,
  },
  'heading-level-follows': {
    post: '## A section\n\n#### Too far down',
    mended: '## A section\n\n### One below',
    mend: 'Go down one level at a time: readers who listen move by levels.',
    inline: true,
  },
  'image-is-readable': {
    files: {
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\n![Loss](loss.png)\n',
      'content/posts/loss.png': 'not an image\n',
    },
    mend: 'Export the image again. Files that browsers show and this build cannot decode are published as they are.',
    inline: true,
  },
  'image-size-is-valid': {
    post: '![Loss](loss.png){width=big}',
    mended: '![Loss](loss.png){width=60%}',
    mend: 'Write a length such as `400`, `20em`, or a percentage.',
    inline: true,
  },
  'resource-is-allowed': {
    post: '<iframe src="https://video.example/1" title="A film"></iframe>',
    mended: '[A film](https://video.example/1)',
    mend: 'Link to it, keep a copy in assets/, or allow its site in `csp` in site.yaml.',
    inline: true,
  },
  'card-is-legible': {
    files: {
      'site.yaml': 'url: https://example.org/\ncards: draw\n',
      'content/posts/a.md': '---\ntitle: 漢字\ndate: 2024-05-01\n---\nText.\n',
    },
    mended: {
      'site.yaml': 'url: https://example.org/\ncards: draw\n',
      'content/posts/a.md': '---\ntitle: Kanji\ndate: 2024-05-01\n---\nText.\n',
    },
    mend: 'Give the post an `image`, or draw no cards: `cards: crop`.',
  },
  'named-file-is-readable': {
    post: '```python file="gone.py"\n```',
    mended: '```python file="train.py"\n```',
    mend: 'Write the path of a file of the site, from the folder of the post, or from the root with a slash at its front.',
    inline: true,
  },
  'asset-is-used': {
    files: { 'assets/img/old.svg': '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n' },
    mended: {
      'assets/img/old.svg': '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n',
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\n![A drawing](/assets/img/old.svg)\n',
    },
    mend: 'Remove the file, or refer to it. Favicons and others that are asked for by their names count as used.',
  },
  'page-fits-budget': {
    files: {
      'site.yaml': 'budgets:\n  styles: 1 kB\n',
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nText.\n',
    },
    mended: {
      'site.yaml': 'budgets:\n  styles: 20 kB\n',
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nText.\n',
    },
    mend: 'Leave out or shrink what the message names as the heaviest, or raise the budget.',
  },
  'url-is-unique': {
    files: {
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nText.\n',
      'content/posts/b.md': '---\ntitle: B\ndate: 2024-05-02\nslug: a\n---\nText.\n',
    },
    mended: {
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nText.\n',
      'content/posts/b.md': '---\ntitle: B\ndate: 2024-05-02\n---\nText.\n',
    },
    mend: 'Give one of them another `slug` or `permalink`.',
  },
  'redirect-resolves': {
    files: { 'site.yaml': 'redirects:\n  /old/: /nothing/\n' },
    mended: { 'site.yaml': 'redirects:\n  /old/: /posts/other/\n' },
    mend: 'Lead it to a URL that is published, or remove it.',
  },
  'published-is-valid': {
    files: { 'published.yaml': 'urls: [\n' },
    mended: { 'published.yaml': '{}\n' },
    mend: 'Restore the file from version control: `scholium check --record` only adds to it.',
  },
  'published-url-is-kept': {
    files: { 'published.yaml': 'content/posts/gone.md:\n  urls:\n    - /posts/gone/\n' },
    mended: {
      'published.yaml': 'content/posts/gone.md:\n  urls:\n    - /posts/gone/\n',
      'content/posts/new.md': '---\ntitle: A post\ndate: 2024-05-01\naliases: [/posts/gone/]\n---\nText.\n',
    },
    mend: 'Give the post that took its place an alias, or the site a redirect.',
  },
  'feed-id-is-kept': {
    files: {
      'site.yaml': 'url: https://example.org/\n',
      'published.yaml': 'content/posts/a.md:\n  urls:\n    - /posts/a/\n  id: https://example.org/posts/a/\n',
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\nid: /notes/a/\n---\nText.\n',
    },
    mended: {
      'site.yaml': 'url: https://example.org/\n',
      'published.yaml': 'content/posts/a.md:\n  urls:\n    - /posts/a/\n  id: https://example.org/posts/a/\n',
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nText.\n',
    },
    mend: 'Remove `id` from the front matter: the recorded id is used. Readers of feeds would show the post as new.',
  },
  'git-history-is-whole': {
    when: '`dates: { updated: git }` in a shallow clone, as build servers make them',
    mend: 'Fetch the whole history: `fetch-depth: 0` for actions/checkout.',
  },
  'url-is-safe': {
    files: { 'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\npermalink: /../a/\n---\nText.\n' },
    mended: { 'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\npermalink: /a/\n---\nText.\n' },
    mend: 'Write a path from the site’s root without `.` and `..`, that can be a file name.',
  },
  'name-is-portable': {
    files: {
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\npermalink: /notes/aux/\n---\nText.\n',
      'content/posts/b.md': '---\ntitle: Hidden\ndate: 2024-05-02\npermalink: /.notes/b/\n---\nText.\n',
    },
    mended: {
      'content/posts/a.md':
        '---\ntitle: A post\ndate: 2024-05-01\npermalink: /notes/auxiliary/\n---\nText.\n',
      'content/posts/b.md': '---\ntitle: Hidden\ndate: 2024-05-02\npermalink: /notes/b/\n---\nText.\n',
    },
    mend: 'Give it another slug, permalink or file name. On old URLs, and where a slug was changed to one that fits, as by cutting it, it is a warning.',
  },
  'file-is-readable': {
    when: 'a source that is a symbolic link out of the site, or that this user may not read',
    mend: 'Copy the file into the site, or let the user who builds read it.',
  },
  'output-is-current': {
    when: '`scholium build --verify` where the result of a rebuild differs from a clean build',
    mend: 'Build with `--clean`, and report the difference: it is a fault of Scholium.',
  },
  'search-index-is-made': {
    when: 'Pagefind, the maker of the index, cannot be started on this machine, or is ended while it works',
    mend: 'Build again; if that does not help, reinstall the packages, or build without search: `search: false`.',
  },
  'output-is-writable': {
    when: 'a full disk, or a folder that belongs to another user',
    mend: 'Make room, or choose another folder with `--out`.',
  },
  'markdown-is-understood': {
    when: 'a step of rendering that meets what it was not made for',
    mend: 'Write it in another way, and report it: it is a fault of Scholium.',
  },
  'plugin-runs': {
    files: {
      'site.yaml': 'markdown:\n  remarkPlugins: [./plugins/a.mjs]\n',
      'plugins/a.mjs': "export default () => () => {\n  throw new Error('no')\n}\n",
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nText.\n',
    },
    mend: 'Correct the plugin, or leave it out of site.yaml.',
  },
  'text-satisfies-plugins': {
    files: {
      'site.yaml': 'markdown:\n  remarkPlugins: [./plugins/a.mjs]\n',
      'plugins/a.mjs': "export default () => (tree, file) => {\n  file.message('Too short.')\n}\n",
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nText.\n',
    },
    mend: 'Do what the plugin asks for, or leave it out of site.yaml.',
  },
  'code-language-is-known': {
    post: '```pyton\nx = 1\n```',
    mended: '```python\nx = 1\n```',
    mend: 'Write a name or an alias that highlight.js has, or `text`.',
    inline: true,
  },
  'html-is-allowed': {
    files: {
      'site.yaml': 'markdown: { html: sanitize }\n',
      'content/posts/a.md':
        '---\ntitle: A post\ndate: 2024-05-01\n---\n<video src="a.mp4" onplay="alert(1)"></video>\n',
    },
    mended: {
      'site.yaml': 'markdown: { html: sanitize }\n',
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\n![A film](a.mp4)\n',
      'content/posts/a.mp4': 'x',
    },
    mend: 'Write it as Markdown; on a site whose authors are all trusted, set `markdown: { html: allow }`.',
  },
  'ignored-rule-is-known': {
    post: '<!-- scholium-ignore image-has-atl -->\n\nText.',
    mended: 'Text.',
    mend: 'Write the name of a rule as reports do.',
    inline: true,
  },
  'code-attributes-fit': {
    post: '```python {9}\nx = 1\n```',
    mended: '```python {1}\nx = 1\n```',
    mend: 'Name lines and words that the code has.',
    inline: true,
  },
  'note-is-referred-to': {
    post: 'Text.\n\n[^1]: A note that nothing refers to.',
    mended: 'Text.[^1]\n\n[^1]: A note.',
    mend: 'Refer to the note with `[^1]`, or remove it: it is not shown.',
    inline: true,
  },
  'nesting-is-bounded': {
    post: '>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> deep',
    mended: '> not as deep',
    mend: 'Write it less deep. Whoever pasted it can take the outer levels away.',
  },
  'signs-are-bounded': {
    post: '*a* '.repeat(1001),
    mended: '*a* '.repeat(1000),
    mend: 'Part it by blank lines, or put what is no Markdown into a block of code.',
    inline: true,
  },
  'table-row-fits': {
    post: '| a | b |\n|---|---|\n| 1 | 2 | 3 |',
    mended: '| a | b |\n|---|---|\n| 1 | 2 |',
    mend: 'Give the head as many cells, or write `\\|` for a bar that parts nothing.',
    inline: true,
  },
  'callout-is-known': {
    post: '> [!NOTES]\n> Text.',
    mended: '> [!NOTE]\n> Text.',
    mend: 'Write a kind that there is, or add yours to `callouts` in site.yaml.',
    inline: true,
  },
  'abbreviation-is-explained': {
    post: 'The W3C.\n\n*[W3C]: ',
    mended: 'The W3C.\n\n*[W3C]: World Wide Web Consortium',
    mend: 'Say once what it stands for.',
    inline: true,
  },
  'key-is-known': {
    post: 'Press ++entr++.',
    mended: 'Press ++enter++.',
    mend: 'Write the name of a key, or put other words between quotation marks: `++"Any key"++`.',
    inline: true,
  },
  'emoji-is-known': {
    files: {
      'site.yaml': 'markdown: { emoji: true }\n',
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nWell done :smiel:\n',
    },
    mended: {
      'site.yaml': 'markdown: { emoji: true }\n',
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\n---\nWell done :smile:\n',
    },
    mend: 'Write a name that GitHub knows, or the emoji itself.',
    inline: true,
  },
  'bibliography-is-valid': {
    files: {
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\nbibliography: gone.bib\n---\nText [@a].\n',
    },
    mended: {
      'content/posts/a.md': '---\ntitle: A post\ndate: 2024-05-01\nbibliography: refs.bib\n---\nText [@a].\n',
      'content/posts/refs.bib': '@book{a, title={A}, author={Doe, Jane}, year={2009}}\n',
    },
    mend: 'Correct the path or the entry that the message points at.',
  },
  'citation-resolves': {
    files: {
      'content/posts/a.md':
        '---\ntitle: A post\ndate: 2024-05-01\nbibliography: refs.bib\n---\nText [@doe2008].\n',
      'content/posts/refs.bib': '@book{doe2009, title={A}, author={Doe, Jane}, year={2009}}\n',
    },
    mended: {
      'content/posts/a.md':
        '---\ntitle: A post\ndate: 2024-05-01\nbibliography: refs.bib\n---\nText [@doe2009].\n',
      'content/posts/refs.bib': '@book{doe2009, title={A}, author={Doe, Jane}, year={2009}}\n',
    },
    mend: 'Write the key of an entry, or add the entry. `\\@doe` is text.',
    inline: true,
  },
  'citation-style-is-valid': {
    files: {
      'content/posts/a.md':
        '---\ntitle: A post\ndate: 2024-05-01\nbibliography: refs.bib\ncsl: none.csl\n---\nText [@doe2009].\n',
      'content/posts/refs.bib': '@book{doe2009, title={A}, author={Doe, Jane}, year={2009}}\n',
    },
    mended: {
      'content/posts/a.md':
        '---\ntitle: A post\ndate: 2024-05-01\nbibliography: refs.bib\ncsl: ieee\n---\nText [@doe2009].\n',
      'content/posts/refs.bib': '@book{doe2009, title={A}, author={Doe, Jane}, year={2009}}\n',
    },
    mend: 'Name a style that Scholium has (`apa`, `ieee`, `author-year`), or the path of a CSL file.',
  },
  'math-renders': {
    post: '$\\alhpa$',
    mended: '$\\alpha$',
    mend: 'Correct the TeX: the message is KaTeX’s own.',
    inline: true,
  },
  'math-is-closed': {
    post: '$$\nx^2\n\nText goes on.',
    mended: '$$\nx^2\n$$\n\nText goes on.',
    mend: 'Close the formula, or write `\\$\\$` for dollars that are none.',
    inline: true,
  },
  'math-is-tight': {
    post: 'Let $ x_1 $ be small.',
    mended: 'Let $x_1$ be small.',
    mend: 'Write no white space beside the dollars, or set `math: { padded: true }`.',
    inline: true,
  },
  'math-is-plausible': {
    post: '$\\\\alpha$ and\n\n$$\\begin{pmatrix} 1 & 2 \\\\\\\\ 3 & 4 \\end{pmatrix}$$',
    mended: '$\\alpha$ and\n\n$$\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}$$',
    mend: 'Write TeX as TeX: no backslash needs doubling here, and a row ends with two. Prices are written `\\$5`.',
    inline: true,
  },
  'label-is-unique': {
    post: '$$x$$ {#eq:a}\n\n$$y$$ {#eq:a}',
    mended: '$$x$$ {#eq:a}\n\n$$y$$ {#eq:b}',
    mend: 'Give each its own name.',
    inline: true,
  },
  'reference-resolves': {
    post: 'By \\eqref{eq:sum}.\n\n$$x + y$$ {#eq:sums}',
    mended: 'By \\eqref{eq:sum}.\n\n$$x + y$$ {#eq:sum}',
    mend: 'Write a label that there is: the message names the nearest.',
    inline: true,
  },
  'text-is-printable': {
    post: 'A\u0001B',
    mended: 'AB',
    mend: 'Remove the character: it came from a clipboard or a program.',
    inline: true,
  },
  'template-renders': {
    files: { 'templates/404.html': '{% fro %}\n' },
    mended: { 'templates/404.html': '<p>Nothing here.</p>\n' },
    mend: 'Correct the template: the message names what there is.',
  },
  'words-are-valid': {
    files: { 'templates/words/en.yaml': 'archvie: All posts\n' },
    mended: { 'templates/words/en.yaml': 'archive: All posts\n' },
    mend: 'Write only words that the theme has, with the placeholders that they have.',
  },
  'style-is-valid': {
    files: { 'assets/css/custom.css': "@import 'gone.css';\n" },
    mended: { 'assets/css/custom.css': 'p { margin: 0 }\n' },
    mend: 'Correct the sheet, or the path of what it imports.',
  },
}

/** A rule with all that is known of it. */
export type RuleEntry = RuleGuide & {
  readonly name: RuleName
  readonly severity: Severity
  readonly truth: string
  /** How to silence it, in Markdown. */
  readonly silence: string
}

/** Gives all rules, in the order of the table. */
export function ruleEntries(): readonly RuleEntry[] {
  return (Object.keys(rules) as RuleName[]).map(ruleEntry)
}

/** Gives what is known of a rule. */
export function ruleEntry(name: RuleName): RuleEntry {
  const guide = guides[name]
  return { name, ...rules[name], ...guide, silence: silenceOf(name, guide) }
}

function silenceOf(name: RuleName, { inline }: RuleGuide): string {
  if (isUnconditional(name)) return 'Nothing silences it: without it there is nothing to publish.'
  const setting = `\`rules: { ${name}: off }\` in site.yaml`
  return inline ? `\`<!-- scholium-ignore ${name} -->\` before the block, or ${setting}.` : `${setting}.`
}

/** Gives all rules for a terminal, a line each. */
export function rulesList(): string {
  const width = Math.max(...Object.keys(rules).map((name) => name.length))
  return ruleEntries()
    .map(({ name, severity, truth }) => `${name.padEnd(width)}  ${severity.padEnd(5)}  ${truth}`)
    .join('\n')
}

/** Gives what is known of a rule for a terminal. */
export function ruleText(entry: RuleEntry): string {
  const { name, severity, truth } = entry
  return [`${name} (${severity})`, truth, ruleHelp(entry)].join('\n\n')
}

/** Gives what breaks a rule, how to mend that and how to silence it, as plain text. */
export function ruleHelp(entry: RuleEntry): string {
  const { mend, silence } = entry
  const example =
    'when' in entry
      ? [`Example: ${entry.when}.`]
      : 'post' in entry
        ? [shown('Breaks it', entry.post), shown('Mended', entry.mended)]
        : Object.entries(entry.files).map(([file, text]) => shown(file, text))
  return [...example, `Mend: ${mend}`, `Silence: ${silence}`].join('\n\n')
}

function shown(title: string, text: string): string {
  return `${title}:\n\n${visible(text)
    .trimEnd()
    .replace(/^(?=.)/gm, '    ')}`
}

const fence = '````'

/** Gives the page that documents all rules, as Markdown without front matter. */
export function rulesPage(): string {
  return ruleEntries().map(sectionOf).join('\n')
}

function sectionOf(entry: RuleEntry): string {
  const { name, truth, severity } = entry
  return [
    `## ${name}\n`,
    `${truth} ${severity === 'error' ? 'An **error** by default.' : 'A warning by default.'}\n`,
    ruleHelpMarkdown(entry),
  ].join('\n')
}

/** Gives what breaks a rule, how to mend that and how to silence it, as Markdown. */
export function ruleHelpMarkdown(entry: RuleEntry): string {
  return [...exampleOf(entry), `*Mend:* ${entry.mend}\n`, `*Silence:* ${entry.silence}\n`].join('\n')
}

function exampleOf(entry: RuleEntry): readonly string[] {
  if ('when' in entry) return [`*Example:* ${entry.when}.\n`]
  if ('post' in entry)
    return [
      `${fence}markdown title="breaks it"\n${visible(entry.post)}\n${fence}\n`,
      `${fence}markdown title="mended"\n${visible(entry.mended)}\n${fence}\n`,
    ]
  const { files, mended = {} } = entry
  const changed = Object.entries(mended).filter(([file, text]) => files[file] !== text && text !== 'x')
  return [
    ...Object.entries(files).map(([file, text]) => block(file, text)),
    ...changed.map(([file, text]) => block(`${file}, mended`, text)),
  ]
}

function block(title: string, text: string): string {
  const [, kind = ''] = /\.(\w+)(?:$|,)/.exec(title) ?? []
  const language = { md: 'markdown', mjs: 'js', yaml: 'yaml', css: 'css', html: 'html' }[kind] ?? 'text'
  return `${fence}${language} title="${title}"\n${visible(text).trimEnd()}\n${fence}\n`
}

/** Control characters as pictures, and what is very long in part. */
function visible(text: string): string {
  const shown = text.replace(/(?![\n\t])\p{Cc}/gu, (character) =>
    String.fromCodePoint(0x2400 + (character.codePointAt(0) ?? 0)),
  )
  return shown.replace(/>{40,}|(?:\*a\* ){40,}/, (run) => `${run.slice(0, 40)}…`)
}
