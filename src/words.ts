/** The theme's own words in one language, as data, and how their placeholders are filled. */

/** Words by key. The keys, and what each word is for, stand in templates/words/en.yaml. */
export type Words = Readonly<Record<string, Word>>

/** A word that stands as it is, or one that is to be filled. */
export type Word = string | Phrase

/** A word with placeholders: `{n} posts`. */
export interface Phrase {
  /** The language that it is in, which decides its form and its numbers. */
  readonly lang: string
  /** By the plural categories of `{n}` (Intl.PluralRules); `other` is always there. */
  readonly forms: Readonly<Record<string, string>>
}

/** What fills placeholders, by name; numbers are written as the language writes them. */
export type Values = Readonly<Record<string, string | number>>

/** Gives a word of some words, filled. Throws for a word or a value that is not there. */
export type Say = (words: Words, key: string, values?: Values) => string

/** A placeholder of a phrase: `{n}`. */
export const placeholder = /\{(\w+)\}/g

/** Gives what says words. To make a format costs far more than to use it, so that each is kept. */
export function speaker(): Say {
  const fill = phraseFiller()
  return (words, key, values = {}) => {
    const word = Object.hasOwn(words, key) ? words[key] : undefined
    if (word === undefined) throw new Error(`There is no word "${key}".`)
    return typeof word === 'string' ? word : fill(word, values)
  }
}

/** Gives what fills phrases: in the form that the number `n` asks for. Throws for a value that is not given. */
export function phraseFiller(): (phrase: Phrase, values: Values) => string {
  const numbers = new Map<string, Intl.NumberFormat>()
  const plurals = new Map<string, Intl.PluralRules>()
  return ({ lang, forms }, values) => {
    // English for a language without data, which else would take the machine's own.
    const tags = [lang, 'en']
    const written = (value: number): string => {
      const format = numbers.get(lang) ?? new Intl.NumberFormat(tags)
      numbers.set(lang, format)
      return format.format(value)
    }
    const categoryOf = (value: number): string => {
      const rules = plurals.get(lang) ?? new Intl.PluralRules(tags)
      plurals.set(lang, rules)
      return rules.select(value)
    }
    const { n } = values
    const form = typeof n === 'number' ? forms[categoryOf(n)] : undefined
    return (form ?? forms.other ?? '').replace(placeholder, (whole, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined
      if (value === undefined) throw new Error(`${whole} of "${forms.other}" is not given`)
      return typeof value === 'number' ? written(value) : value
    })
  }
}
