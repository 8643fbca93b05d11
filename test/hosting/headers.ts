/** What Netlify and Cloudflare Pages make of a `_headers` file, as their documentation has it. */

export interface HeaderRule {
  /** With one star at most, which stands for anything, and parts such as `:name`, each of which stands for any one part. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** Reads a `_headers` file. */
export function headerRules(text: string): readonly HeaderRule[] {
  return text
    .split(/\n(?! |$)/)
    .filter((rule) => rule.trim() !== '')
    .map((rule) => {
      const [path = '', ...lines] = rule.trimEnd().split('\n')
      const headers = lines.map((line) => /^ {2}([^:]+): (.*)$/.exec(line)?.slice(1) ?? [])
      return { path, headers: headers.map(([name = '', value = '']) => [name.toLowerCase(), value] as const) }
    })
}

/** Gives the headers of a path: those of all rules that match it, as they would be sent. */
export function headersFor(
  rules: readonly HeaderRule[],
  path: string,
): readonly (readonly [string, string])[] {
  return rules.filter((rule) => matcherOf(rule.path).test(path)).flatMap(({ headers }) => headers)
}

function matcherOf(path: string): RegExp {
  const parts = path.split(/(\*|(?<=\/):[A-Za-z]\w*)/)
  const sources = parts.map((part, index) => {
    if (index % 2 === 0) return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    return part === '*' ? '.*' : '[^/]+'
  })
  return new RegExp(`^${sources.join('')}$`)
}
