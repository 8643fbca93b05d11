/**
 * The info string of a code block: one grammar for the forms that people bring along from Pandoc, Quarto, R Markdown,
 * Zenn, Qiita, Docusaurus and VitePress.
 */

/** One part of an info string, as it stands there. */
export type InfoToken =
  /** `title="train.py"`, `lines=10-20`, `hl_lines=[1,"3-4"]`; the value without its quotes or brackets. */
  | { readonly kind: 'pair'; readonly key: string; readonly value: string }
  /** `.python` */
  | { readonly kind: 'class'; readonly name: string }
  /** `#lst:sgd` */
  | { readonly kind: 'id'; readonly id: string }
  /** `/word/`, and which of its occurrences: `/word/1,3`. */
  | { readonly kind: 'mark'; readonly text: string; readonly which: string }
  /** A bare word; `braced` where it stands between braces, as `r` and `setup` do in `{r setup}`. */
  | { readonly kind: 'word'; readonly word: string; readonly braced: boolean }
  /** `[config.js]` */
  | { readonly kind: 'label'; readonly text: string }

/** Each alternative begins with what no other begins with, so that an info string is read in one go. */
const part =
  /([{}])|([A-Za-z_][\w.:-]*)[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|\{([^{}]*)\}|\[([^[\]]*)\]|([^\s,{}]*))|\.([^\s.,{}#=]+)|#([^\s,{}]+)|\/([^/\s](?:[^/]*[^/\s])?)\/([\d,-]*)(?=[\s,}]|$)|\[([^[\]]+)\]|("[^"]*"|'[^']*'|[^\s,{}]+)/g

/** Gives the parts of an info string, in order. What is between braces is read as what is not. */
export function infoTokens(info: string): readonly InfoToken[] {
  const tokens: InfoToken[] = []
  let depth = 0
  for (const match of info.matchAll(part)) {
    const [, brace, key, double, single, braces, brackets, bare, name, id, text, which = '', label, word] =
      match
    if (brace !== undefined) depth = brace === '{' ? depth + 1 : Math.max(0, depth - 1)
    else if (key !== undefined) {
      const value = double ?? single ?? braces ?? brackets ?? bare ?? ''
      tokens.push({ kind: 'pair', key, value: value.trim() })
    } else if (name !== undefined) tokens.push({ kind: 'class', name })
    else if (id !== undefined) tokens.push({ kind: 'id', id })
    else if (text !== undefined) tokens.push({ kind: 'mark', text, which })
    else if (label !== undefined) tokens.push({ kind: 'label', text: label })
    else if (word !== undefined) tokens.push({ kind: 'word', word, braced: depth > 0 })
  }
  return tokens
}

/** What a code block shows of another file. */
export interface Include {
  /** As written: a path from the document's folder, or with a slash at its front from the site's root. */
  readonly file: string
  /** The lines, as written: `10-20`, `10-`, `7`; null: all of them. */
  readonly lines: string | null
}

/** Gives what a block with that info string shows of another file, if it has no text of its own; null if it names none. */
export function includeIn(tokens: readonly InfoToken[]): Include | null {
  const given = (wanted: string) => {
    const found = tokens.find((token) => token.kind === 'pair' && token.key === wanted)
    return found?.kind === 'pair' && found.value !== '' ? found.value : null
  }
  const file = given('file')
  return file === null ? null : { file, lines: given('lines') }
}
