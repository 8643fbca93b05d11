/** The languages of highlight.js: their names, and their grammars as far as a text asks for them. */
import { createRequire } from 'node:module'
import type { LanguageFn } from 'highlight.js'

/**
 * Every language with its aliases, in the order that lowlight registers them all in; an alias stands where
 * highlight.js then finds it. A test reads the table off highlight.js. To load all the grammars to learn their names
 * would take longer than to render a post.
 */
const table = `
  arduino ino, bash sh zsh, c h, cpp cc c++ h++ hpp hh hxx cxx, csharp cs c#, css, diff patch, go golang,
  graphql gql, ini toml, java jsp, javascript js jsx mjs cjs, json jsonc json5, kotlin kt kts, less,
  lua pluto, makefile mk mak make, markdown md mkdown mkd, objectivec mm objc obj-c obj-c++ objective-c++,
  perl pl pm, php, php-template, plaintext text txt, python py gyp ipython, python-repl pycon, r,
  ruby rb gemspec podspec thor irb, rust rs, scss, shell console shellsession, sql, swift,
  typescript ts tsx mts cts, vbnet vb, wasm, xml html xhtml rss atom xjb xsd xsl plist wsf svg, yaml yml,
  1c, abnf, accesslog, actionscript as, ada, angelscript asc, apache apacheconf, applescript osascript,
  arcade, armasm arm, asciidoc adoc, aspectj, autohotkey ahk, autoit, avrasm, awk, axapta x++, basic, bnf,
  brainfuck bf, cal, capnproto capnp, ceylon, clean icl dcl, clojure clj edn, clojure-repl, cmake cmake.in,
  coffeescript coffee cson iced, coq, cos cls, crmsh crm pcmk, crystal cr, csp, d, dart,
  delphi dpr dfm pas pascal, django jinja, dns bind zone, dockerfile docker, dos bat cmd, dsconfig, dts,
  dust dst, ebnf, elixir ex exs, elm, erb, erlang erl, erlang-repl, excel xlsx xls, fix, flix,
  fortran f90 f95, fsharp fs f#, gams gms, gauss gss, gcode nc, gherkin feature, glsl, gml, golo, gradle,
  groovy, haml, handlebars hbs html.hbs html.handlebars htmlbars, haskell hs, haxe hx, hsp, http https,
  hy hylang, inform7 i7, irpf90, isbl, jboss-cli wildfly-cli, julia, julia-repl jldoctest,
  lasso lassoscript, latex tex, ldif, leaf, lisp, livecodeserver, livescript ls, llvm, lsl,
  mathematica mma wl, matlab, maxima, mel, mercury m moo, mipsasm mips, mizar, mojolicious, monkey,
  moonscript moon, n1ql, nestedtext nt, nginx nginxconf, nim, nix nixos, node-repl, nsis, ocaml,
  openscad scad, oxygene, parser3, pf pf.conf, pgsql postgres postgresql, pony, powershell pwsh ps ps1,
  processing pde, profile, prolog, properties, protobuf proto, puppet pp, purebasic pb pbi, q k kdb, qml qt,
  reasonml re, rib, roboconf graph instances, routeros mikrotik, rsl, ruleslanguage, sas, scala, scheme scm,
  scilab sci, smali, smalltalk st, sml ml, sqf, stan stanfuncs, stata do ado, step21 p21 step stp,
  stylus styl, subunit, taggerscript, tap, tcl tk, thrift, tp, twig craftcms, vala, vbscript vbs,
  vbscript-html, verilog v sv svh, vhdl, vim, wren, x86asm, xl tao, xquery xpath xq xqm, zephir zep
`

const aliases: ReadonlyMap<string, string> = new Map(
  table.split(',').flatMap((entry) => {
    const [name = '', ...others] = entry.trim().split(/\s+/)
    return [name, ...others].map((alias): [string, string] => [alias, name])
  }),
)

/** Names of languages, without their aliases, in the order of lowlight. */
export const languageNames: readonly string[] = [...new Set(aliases.values())]

/** Gives the language that a name or an alias in small letters stands for; null if it is none. */
export function knownLanguage(name: string): string | null {
  return aliases.get(name) ?? null
}

/** The languages that highlight.js tries one after the other where none is named, as in the body of an HTTP message. */
const tryingAll: readonly string[] = ['http']

const load = createRequire(import.meta.url)

/**
 * Gives the grammars of languages, by name or alias, and of those that may be embedded in them. What is no name of a
 * language is passed over.
 */
export function grammarsOf(names: Iterable<string>): Readonly<Record<string, LanguageFn>> {
  const wanted = new Set<string>()
  const open = [...names]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const language = aliases.get(name.toLowerCase())
    if (language === undefined || wanted.has(language)) continue
    wanted.add(language)
    open.push(...(tryingAll.includes(language) ? languageNames : embeddedIn(grammarOf(language))))
  }
  // In one order whatever is asked for: of two languages with one alias, the last has it.
  return Object.fromEntries(
    languageNames.filter((name) => wanted.has(name)).map((name) => [name, grammarOf(name)]),
  )
}

function grammarOf(name: string): LanguageFn {
  return load(`highlight.js/lib/languages/${name}`) as LanguageFn
}

/** Gives the languages that parts of a text in another one may be in. */
function embeddedIn(grammar: LanguageFn): readonly string[] {
  const found = new Set<string>()
  const seen = new Set<unknown>()
  const search = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    if ('subLanguage' in value) for (const name of [value.subLanguage].flat()) found.add(String(name))
    for (const inner of Object.values(value)) search(inner)
  }
  search(grammar(load('highlight.js/lib/core')))
  return [...found]
}
