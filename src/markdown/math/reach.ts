/** Which of a site's macros reach a text: a post is not rendered again for a macro that it cannot come upon. */
import { nearest } from '../../nearest.js'
import { knownCommands } from './commands.js'

/**
 * Commands that a formula can come upon without naming them: those that KaTeX's own macros expand to (`\iff` to
 * `\Longleftrightarrow`), and those that Scholium writes. A test reads the former off KaTeX.
 */
const unnamed: ReadonlySet<string> = new Set(
  `
  \\! \\" \\, \\: \\; \\@cdots \\@char \\@eqnsw \\@firstoftwo \\@gvertneqq \\@hspace \\@hspacer \\@ifnextchar \\@ifstar
  \\@imath \\@jmath \\@llcorner \\@lrcorner \\@lvertneqq \\@ngeqq \\@ngeqslant \\@nleqq \\@nleqslant \\@not
  \\@nshortmid \\@nshortparallel \\@nsubseteqq \\@nsupseteqq \\@secondoftwo \\@ulcorner \\@urcorner
  \\@varsubsetneq \\@varsubsetneqq \\@varsupsetneq \\@varsupsetneqq \\Bbb \\Colonapprox \\Coloneq \\Coloneqq
  \\Colonsim \\DOTSB \\Delta \\Downarrow \\Eqcolon \\Eqqcolon \\Gamma \\Im \\Lambda \\Leftarrow \\Leftrightarrow
  \\Longleftarrow \\Longleftrightarrow \\Longrightarrow \\Omega \\Phi \\Pi \\Psi \\Re \\Rightarrow \\S \\Sigma \\TeX
  \\TextOrMath \\Theta \\Uparrow \\Upsilon \\Vert \\Xi \\\\ \\aleph \\allowbreak \\angl \\approx \\begin \\bra@ket
  \\bra@set \\bullet \\cdot \\cdots \\char \\circ \\clubsuit \\coloneq \\coloneqq \\coppa \\copyright \\cr
  \\current@color \\dblcolon \\ddagger \\df@tag \\diamondsuit \\displaystyle \\dotsb \\dotso \\downarrow \\emptyset
  \\end \\eqcolon \\eqqcolon \\exists \\fbox \\frown \\gdef \\heartsuit \\href \\hskip \\html@mathml \\htmlId \\in
  \\infty \\kern \\lBrace \\langle \\ldots \\left \\leftarrow \\leftrightarrow \\limits \\llbracket \\llcorner
  \\lrcorner \\mathbb \\mathbin \\mathchoice \\mathclap \\mathclose \\mathfrak \\mathinner \\mathit \\mathllap
  \\mathop \\mathopen \\mathpunct \\mathrel \\mathrlap \\mathrm \\mathscr \\mid \\middle \\minuso \\mkern \\mskip \\neq
  \\ni \\nobreak \\nobreakspace \\nonumber \\normalsize \\not \\notag \\notin \\notni \\operatorname \\operatorname@
  \\operatornamewithlimits \\ordinarycolon \\overline \\overset \\perp \\phantom \\pm \\pod \\r \\rBrace
  \\raisebox \\rangle \\relax \\right \\rightarrow \\rm \\rrbracket \\rule \\scriptsize \\scriptstyle \\sim \\smash
  \\spadesuit \\stackrel \\star \\subset \\subseteq \\supseteq \\tag \\tag@literal \\tag@paren \\text
  \\textasciicircum \\textasciitilde \\textbackslash \\textcircled \\textcolor \\textcopyright
  \\textregistered \\textrm \\tiny \\tmspace \\ulcorner \\underleftarrow \\underline \\underrightarrow \\uparrow
  \\urcorner \\varvdots \\vcentcolon \\vdots \\vee \\vert \\vartheta \\vphantom \\wedge \\wp \\{ \\} \\|
`
    .trim()
    .split(/\s+/),
)

/** Whether a text can hold a backslash that does not stand in it: one written as a character reference. */
const hidden = /&(?:#|bsol)/i

/**
 * Gives those of `macros` that typesetting the formulas of `texts` can come upon: the ones they name, the ones
 * that those name in turn, and the ones that commands of KaTeX stand for. Where a command is unknown, the macro
 * whose name is nearest is among them, to be suggested.
 */
export function reachingMacros(
  texts: readonly string[],
  macros: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const names = Object.keys(macros)
  if (names.length === 0 || texts.some((text) => hidden.test(text))) return macros
  const known = new Set(knownCommands)
  const reached = new Set<string>()
  const open = names.filter((name) => !name.startsWith('\\') || unnamed.has(name))
  for (const command of texts.flatMap(commandsIn)) {
    if (Object.hasOwn(macros, command)) open.push(command)
    else if (!known.has(command)) open.push(...nearestOf(command, names))
  }
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue
    reached.add(name)
    open.push(...commandsIn(macros[name] ?? '').filter((command) => Object.hasOwn(macros, command)))
  }
  return Object.fromEntries(
    names.filter((name) => reached.has(name)).map((name) => [name, macros[name] ?? '']),
  )
}

/** Gives the commands of a text, each once; of `\\R`, whose first backslash may escape the second, both `\\` and `\R`. */
function commandsIn(text: string): readonly string[] {
  return [
    ...new Set(Array.from(text.matchAll(/(?=(\\(?:[a-zA-Z@]+|[\s\S])))/g), ([, command = '']) => command)),
  ]
}

function nearestOf(command: string, names: readonly string[]): readonly string[] {
  const near = nearest(command, names)
  return near === null ? [] : [near]
}
