/** TeX macros: their names, and which of them reach a text. */

/** Gives macros with a backslash before each name, which YAML lets people leave out: `R` is `\\R`. */
export function texMacros(macros: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(macros).map(([name, body]) => [/^[a-zA-Z@]+$/.test(name) ? `\\${name}` : name, body]),
  )
}
