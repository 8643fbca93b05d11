/** What plain text has for mathematics: raised and lowered characters, combining accents, the three alphabets. */

/**
 * Digits, signs and Latin letters. Greek letters are left out on purpose: Unicode has so few of them raised or
 * lowered that `x_β` and `x_α` would look unrelated.
 */
const raisedForms: ReadonlyMap<string, string> = paired(
  '0123456789+−-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW′°',
  '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ′°',
)

const loweredForms: ReadonlyMap<string, string> = paired(
  '0123456789+−-=()aehijklmnoprstuvx',
  '₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ',
)

/** Combining characters for the accents of KaTeX's MathML. */
const accentsOver: ReadonlyMap<string, string> = new Map([
  ['^', '\u0302'],
  ['ˆ', '\u0302'],
  ['¸', '\u0327'],
  ['ˇ', '\u030C'],
  ['~', '\u0303'],
  ['˜', '\u0303'],
  ['ˉ', '\u0304'],
  ['˘', '\u0306'],
  ['˙', '\u0307'],
  ['¨', '\u0308'],
  ['ˊ', '\u0301'],
  ['ˋ', '\u0300'],
  ['˚', '\u030A'],
  ['˝', '\u030B'],
  ['‾', '\u0305'],
  ['\u20D7', '\u20D7'],
  ['→', '\u20D7'],
  ['←', '\u20D6'],
  ['↔', '\u20E1'],
  ['↼', '\u20D0'],
  ['⇀', '\u20D1'],
])

const accentsUnder: ReadonlyMap<string, string> = new Map([
  ['‾', '\u0332'],
  ['~', '\u0330'],
  ['→', '\u20EF'],
  ['←', '\u20EE'],
  ['↔', '\u034D'],
])

/** First code points of a mathematical alphabet, and the letters that Unicode had before it had the alphabet. */
interface Alphabet {
  readonly A: number
  readonly a: number
  readonly 0?: number
  readonly early: ReadonlyMap<string, string>
}

const doubleStruck: Alphabet = {
  A: 0x1d538,
  a: 0x1d552,
  0: 0x1d7d8,
  early: paired('CHNPQRZ', 'ℂℍℕℙℚℝℤ'),
}
const script: Alphabet = { A: 0x1d49c, a: 0x1d4b6, early: paired('BEFHILMRego', 'ℬℰℱℋℐℒℳℛℯℊℴ') }
const fraktur: Alphabet = { A: 0x1d504, a: 0x1d51e, early: paired('CHIRZ', 'ℭℌℑℜℨ') }

/** By MathML's `mathvariant`. Bold, italic, sans-serif and monospace are looks; their letters stay as they are. */
const alphabets: Readonly<Record<string, Alphabet>> = {
  'double-struck': doubleStruck,
  script,
  'bold-script': script,
  fraktur,
  'bold-fraktur': fraktur,
}

/** Gives a text in superscript characters, or null if Unicode lacks one of them. */
export function raised(text: string): string | null {
  return mapped(text, raisedForms)
}

/** Gives a text in subscript characters, or null if Unicode lacks one of them. */
export function lowered(text: string): string | null {
  return mapped(text, loweredForms)
}

/** Gives the combining character of an accent as KaTeX's MathML writes it, or null if there is none. */
export function combining(accent: string, side: 'over' | 'under'): string | null {
  return (side === 'over' ? accentsOver : accentsUnder).get(accent) ?? null
}

/** Gives a text in the alphabet of a `mathvariant`: blackboard bold, script or Fraktur; else as it is. */
export function inAlphabet(text: string, variant: string | null): string {
  const alphabet = variant === null ? undefined : alphabets[variant]
  return alphabet ? text.replace(/[A-Za-z0-9]/g, (letter) => letterOf(alphabet, letter)) : text
}

function letterOf(alphabet: Alphabet, letter: string): string {
  const first = /[A-Z]/.test(letter) ? 'A' : /[a-z]/.test(letter) ? 'a' : '0'
  const from = alphabet[first]
  if (from === undefined) return letter
  return alphabet.early.get(letter) ?? String.fromCodePoint(from + letter.charCodeAt(0) - first.charCodeAt(0))
}

function mapped(text: string, forms: ReadonlyMap<string, string>): string | null {
  let result = ''
  for (const character of text) {
    const form = forms.get(character)
    if (form === undefined) return null
    result += form
  }
  return result
}

function paired(plain: string, forms: string): ReadonlyMap<string, string> {
  const form = [...forms]
  return new Map([...plain].map((character, at) => [character, form[at] ?? character]))
}
