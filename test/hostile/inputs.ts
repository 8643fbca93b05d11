/** Inputs for what reads texts and bytes: put together from its own signs, mutated from what people wrote, and repeated. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { TargetName } from './targets.js'

/** An input, and for one that repeats something the same four times as long. */
export interface Input {
  readonly value: string | Uint8Array
  readonly longer?: string
}

/** Gives the words that stand between broken bars. */
function apart(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split('¦'))
}

const words = apart('a¦b¦title¦Text¦12¦2024-01-22¦café¦漢字¦é¦e\u0301¦مرحبا¦🎉¦\u200B¦\u00A0¦I\u0307¦ß')
const strange = apart(
  '\u0000¦\u0001¦\u001B¦\u007F¦\u0085¦\u2028¦\uFEFF¦\uFFFD¦\uFDD0¦\uFDD3¦\uFFFF¦\uD800¦\uDC00¦\r¦\r\n',
  '\t¦\u000B¦\u000C¦ ¦\n¦\n\n',
)
const names = apart(
  '__proto__¦constructor¦prototype¦hasOwnProperty¦toString¦valueOf¦__defineGetter__¦length¦then',
)
const common = [...words, ...strange, ...names]

const yaml = [
  ...apart(
    '---¦\n---\n¦...¦+++¦---toml¦---json¦: ¦- ¦? ¦&a ¦*a¦<<: ¦<<: *a¦!!binary ¦!x ¦| ¦>-\n¦{¦}¦[¦]¦,¦"',
    "'¦\\¦#¦%YAML 1.2¦@¦`¦~¦null¦true¦1e999¦0x1F¦.inf¦1_000¦\n  ¦\n¦  ¦title: ¦tags: ¦date: ¦slug: ",
    'permalink: ¦aliases: ¦authors: ¦image: ¦math: ¦macros: ¦draft: ¦lang: ¦canonical: ¦series: ',
    'expires: ¦x = ¦[x]\n¦[[x]]\n¦x.y = ¦"""¦\'\'\'¦2024-01-22T10:00:00Z¦"\\u0000"¦"\\nu$"',
  ),
  '9'.repeat(40),
]
const markdownSigns = apart(
  '*¦**¦_¦__¦`¦``¦```¦~~~¦~¦~~¦==¦^¦++¦$¦$$¦\\¦\\(¦\\[¦\\$¦<¦>¦&¦&amp;¦&#xFDD0;¦&#0;¦[¦]¦(¦)¦![¦[[¦]]',
  '[^¦[^1]: ¦^[¦[a]: /b¦](¦{¦}¦{#id}¦{.c width=50%}¦{: .x}¦|¦|---|¦| a | b |\n|---|---|\n¦# ¦## ',
  '###### ¦> ¦> [!NOTE]\n> ¦> [!theorem] x\n> ¦- ¦* ¦1. ¦- [ ] ¦    ¦\t¦\n¦\n\n¦---¦***¦===¦: ¦\n: ',
  '*[HTML]: ¦<!--¦-->¦<!-- more -->¦<!-- scholium-ignore x -->¦<div>¦</div>¦<p¦<script>¦</script>',
  '<style>¦<svg>¦<math>¦<table>¦<a href="¦<img src=¦<!DOCTYPE¦<![CDATA[¦<?x¦]]>¦http://a.b/¦www.a.b',
  'a@b.c¦@key¦[@key, p. 2]¦:::¦:tada:¦{% raw %}¦\\ref{a}¦\\eqref{¦\\cite{a}¦\\begin{align}',
  '\\end{align}¦\\label{a}¦\\\\¦``` js {1,2} file=a.js\n¦"¦\'¦--¦...¦Table: ',
)
const tex = apart(
  '{¦}¦^¦_¦&¦\\\\¦\\¦$¦$$¦#¦#1¦%¦~¦\\left¦\\right¦\\left(¦\\right)¦\\left.¦\\middle|¦\\frac¦\\sqrt[3]',
  '\\text{¦\\mathbb¦\\mathrm{¦\\begin{matrix}¦\\end{matrix}¦\\begin{cases}¦\\end{cases}',
  '\\begin{align}¦\\end{align}¦\\begin{array}{c|c}¦\\end{array}¦\\tag{1}¦\\label{a}¦\\ref{a}',
  '\\nonumber¦\\notag¦\\hline¦\\def\\x{¦\\def\\x#1{\\x\\x}¦\\newcommand{\\y}[2]{¦\\x¦\\y¦\\let\\x=\\y',
  '\\gdef¦\\edef¦\\xdef¦\\href{¦\\url{¦\\includegraphics{¦\\htmlClass{¦\\color{red}¦\\textcolor{',
  '\\rule{1em}{2em}¦\\kern9999em¦\\char"41¦\\char`¦\\unicode¦\\verb|¦\\over¦\\atop¦\\limits¦\'',
  '\\prime¦\\overset¦\\hspace{1e9em}¦\\ce{¦\\pu{¦\\expandafter¦\\csname¦\\futurelet¦\\@ifnextchar',
  '\\genfrac¦\\begingroup¦\\endgroup¦\\bgroup¦\\global',
)
const bib = apart(
  '@article{¦@book{¦@string{¦@preamble{¦@comment{¦@xdata{¦@inproceedings(¦key¦key,¦,\n¦}¦{¦"¦ = ¦ # ',
  'author¦title¦year¦date¦crossref¦xdata¦doi¦url¦month¦jan¦and ¦others¦, ¦von ¦\\"{o}¦\\¦$x^2$¦$¦%¦~',
  '1999¦1999-13-99/..¦{\\LaTeX}¦\\emph{¦\\url{¦\\cite{¦<i>¦&amp;¦\\mkbibquote{¦--¦\n}\n',
)
const json = apart(
  '{¦}¦[¦]¦:¦,¦"¦\\¦\\u0000¦"id":"key"¦"type":"book"¦"title":¦"author":¦"family":"x"¦"issued":',
  '"date-parts":[[¦null¦true¦1e999¦-0¦"__proto__":¦"id":¦1¦{"id":"a","type":"book","title":"$x$ <b>"}',
  '[{¦}]¦"page":{}¦"given":[¦"literal":null',
)
const liquid = apart(
  '{{¦}}¦{%¦%}¦{{-¦-%}¦if ¦endif¦for ¦ in ¦endfor¦posts¦page¦page.title¦.¦|¦upcase¦join: ¦where: ',
  '"__proto__"¦\'x\'¦(1..9999999)¦(1..3)¦assign ¦ = ¦render "a"¦include "a"¦layout "a"¦block x',
  'endblock¦capture x¦endcapture¦comment¦endcomment¦raw¦endraw¦cycle ¦tablerow ¦increment ¦case x',
  'when 1¦endcase¦else¦elsif ¦liquid\n¦echo ¦==¦and¦contains¦[¦]¦-¦99999999999999999999¦times: 1e308',
  'split: ""¦slice: -9, 99¦replace: "", "x"¦constructor¦size¦first¦sort¦map: ¦group_by: ¦truncate: -1',
  'url_decode¦#¦{{ page.title }}¦{% if posts %}¦{% for p in posts %}¦{{ p.title | escape }}',
  '{% endfor %}',
)
const fileNames = [
  ...apart(
    '..¦.¦/¦\\¦//¦../¦/../¦%2e%2e%2f¦%00¦%¦%zz¦:¦:slug¦:year¦:title¦?¦#¦*¦"¦<¦>¦|¦&¦+¦C++¦C#¦~¦$¦con',
    'CON¦aux¦aux.txt¦nul¦COM1¦com¹¦LPT9¦prn.¦x.¦x ¦ x¦.html¦.htm¦index¦index.html¦2024-01-22-',
    '2024-01-22¦http://¦https://example.org/¦//host¦javascript:¦\u202E¦\u0301¦ﬁ¦Å¦A\u030A¦İ',
  ),
  'a'.repeat(300),
  '漢'.repeat(100),
]

const signs: Readonly<Record<TargetName, readonly string[]>> = {
  'front matter': yaml,
  markdown: markdownSigns,
  mathematics: tex,
  destinations: markdownSigns,
  bibtex: bib,
  'csl-json': json,
  configuration: [
    ...yaml,
    'url: ',
    'https://a.b/',
    'rules: ',
    'redirects:\n',
    'markdown: ',
    'plugins: ',
    'taxonomies: ',
    'feeds: ',
    'images: ',
    'menu:\n',
    'author: ',
    'timezone: ',
    'from: ',
    'to: ',
    'urls: ',
  ],
  template: liquid,
  'file name': fileNames,
  image: [],
  site: [],
}

/** Texts that people wrote, for each target; `sharedFolder` has more of them, where it is there. */
export function seedsOf(target: TargetName, root: string, sharedFolder: string | null): readonly string[] {
  const below = (folder: string, pattern: RegExp, most = 2000): readonly string[] =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
          .filter((file) => pattern.test(file))
          .sort()
          .slice(0, most)
          .map((file) => readFileSync(join(folder, file), 'utf8'))
      : []
  const fixtures = (pattern: RegExp) =>
    ['test/markdown', 'test/sites', 'content'].flatMap((folder) => below(join(root, folder), pattern))
  const beside = (folder: string, pattern: RegExp) =>
    sharedFolder === null ? [] : below(join(sharedFolder, folder), pattern)
  const corpora = () => [
    ...beside('corpora', /\.md$/),
    ...beside('specs', /\.txt$/),
    ...beside('seeds', /\.md$/),
  ]
  switch (target) {
    case 'front matter':
      return [...fixtures(/\.md$/), ...beside('corpora', /\.md$/)].map((text) => text.slice(0, 1500))
    case 'markdown':
    case 'destinations':
      return [...fixtures(/\.md$/), ...corpora()]
    case 'mathematics': {
      const texts = [...fixtures(/\.md$/), ...corpora(), ...beside('specs', /katex.*\.yaml$/)]
      return texts.flatMap((text) =>
        [...text.matchAll(/\$\$?([^$\n]{3,300})\$/g)].map(([, formula = '']) => formula),
      )
    }
    case 'bibtex':
      return fixtures(/\.bib$/)
    case 'csl-json':
      return [
        ...fixtures(/csl\.json$/),
        '[{"id":"a","type":"book","title":"T $x$","author":[{"family":"F","given":"G"}],"issued":{"date-parts":[[2020,1,2]]},"page":"1-2"}]',
      ]
    case 'configuration':
      return fixtures(/\.yaml$/)
    case 'template':
      return below(join(root, 'templates'), /\.html$/)
    case 'file name':
      return ['2024-01-22-my-first-post', 'posts/a/b', 'C++ and C#', 'Å ﬁ 漢字', 'index.html', ...fileNames]
    case 'image':
    case 'site':
      return []
  }
}

/** What may be made of a part of a text and of what follows it. */
const changes = {
  insert: (part: string, after: string, given: string) => given + part + after,
  delete: (_part: string, after: string) => after,
  repeat: (part: string, after: string) => part.repeat(4) + after,
  replace: (_part: string, after: string, given: string) => given + after,
  swap: (part: string, after: string) => after.slice(0, part.length) + part + after.slice(part.length),
  mark: (part: string, after: string, _given: string, index: number) => ` q${index}w ${part}${after}`,
}

/** Gives the texts that something reads, by chance. */
export function textsFor(target: TargetName, seeds: readonly string[]): fc.Arbitrary<Input> {
  const own = signs[target]
  const longest = target === 'file name' ? 8 : 40
  const token = fc.oneof(
    { arbitrary: fc.constantFrom(...own), weight: 6 },
    { arbitrary: fc.constantFrom(...common), weight: 2 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 4 }), weight: 1 },
  )
  const built = fc.array(token, { maxLength: longest }).map((parts): Input => ({ value: parts.join('') }))
  const noise = fc.string({ unit: 'binary', maxLength: 60 }).map((value): Input => ({ value }))
  const piece = fc.array(fc.oneof(fc.constantFrom(...own), fc.constantFrom('a', ' ', '\n')), {
    minLength: 1,
    maxLength: 3,
  })
  const pumped = fc
    .record({ head: token, piece, tail: token, size: fc.constantFrom(300, 2000) })
    .map(({ head, piece: parts, tail, size }): Input => {
      const one = parts.join('')
      const times = Math.ceil(size / one.length)
      return { value: head + one.repeat(times) + tail, longer: head + one.repeat(4 * times) + tail }
    })
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat({ max: 12 }),
    kind: fc.constantFrom(...(Object.keys(changes) as (keyof typeof changes)[]), 'mark' as const),
    given: token,
  })
  const mutated = fc
    .record({
      text: fc.constantFrom(...(seeds.length > 0 ? seeds : [''])),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      size: fc.constantFrom(200, 600, 2000),
      all: fc.array(change, { minLength: 1, maxLength: 8 }),
    })
    .map(({ text, from, size, all }): Input => {
      const start = target === 'front matter' ? 0 : Math.floor(from * Math.max(0, text.length - size))
      return {
        value: all.reduce(
          (value, { at, length, kind, given }, index) => {
            const place = Math.floor(at * value.length)
            const part = value.slice(place, place + length)
            return value.slice(0, place) + changes[kind](part, value.slice(place + length), given, index)
          },
          text.slice(start, start + size),
        ),
      }
    })
  return fc.oneof(
    { arbitrary: built, weight: 4 },
    { arbitrary: mutated, weight: 5 },
    { arbitrary: pumped, weight: 1 },
    { arbitrary: noise, weight: 1 },
  )
}

/** What may be made of bytes at a place. */
const byteChanges = {
  byte: (bytes: Buffer, place: number, { byte }: { readonly byte: number }) =>
    Buffer.concat([bytes.subarray(0, place), Buffer.of(byte), bytes.subarray(place + 1)]),
  number: (bytes: Buffer, place: number, { number }: { readonly number: number }) => {
    const four = Buffer.alloc(4)
    four.writeUInt32BE(number)
    return Buffer.concat([bytes.subarray(0, place), four, bytes.subarray(place + 4)])
  },
  cut: (bytes: Buffer, place: number) => bytes.subarray(0, place),
  drop: (bytes: Buffer, place: number, { length }: { readonly length: number }) =>
    Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + length)]),
  repeat: (bytes: Buffer, place: number, { length }: { readonly length: number }) =>
    Buffer.concat([bytes.subarray(0, place + length), bytes.subarray(place)]),
}

/** Gives images that are broken somehow, by chance. */
export function imagesFrom(images: readonly Uint8Array[]): fc.Arbitrary<Input> {
  const change = fc.record({
    // Heads say more of an image than its pixels do.
    at: fc.oneof(fc.double({ min: 0, max: 0.1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    kind: fc.constantFrom(...(Object.keys(byteChanges) as (keyof typeof byteChanges)[])),
    byte: fc.nat({ max: 255 }),
    number: fc.constantFrom(0, 1, 0x7f_ff_ff_ff, 0x80_00_00_00, 0xff_ff_ff_ff, 0x10_00, 8),
    length: fc.nat({ max: 64 }),
  })
  return fc
    .record({ image: fc.constantFrom(...images), all: fc.array(change, { minLength: 1, maxLength: 6 }) })
    .map(({ image, all }) => ({
      value: new Uint8Array(
        all.reduce<Buffer>(
          (bytes, { at, kind, ...given }) => byteChanges[kind](bytes, Math.floor(at * bytes.length), given),
          Buffer.from(image),
        ),
      ),
    }))
}
