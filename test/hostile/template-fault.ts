import { templateRenderer } from '../../src/output/templates.js'

/** Gives the fault of a template `a` beside another, `c`: its place, what it is and what to do; null if it makes a page. */
export function faultOfTemplate(source: string, data: object, beside: string): string | null {
  const files = new Map(
    Object.entries({ 'a.html': source, 'c.html': beside }).map(
      ([name, text]) => [name, { path: `templates/${name}`, source: text }] as const,
    ),
  )
  const made = templateRenderer({ files, key: '', diagnostics: [] }).render('a', data)
  if ('html' in made) return null
  const { file, line, column, message, hint } = made.diagnostic
  return `${file}:${line}:${column} ${message} ${hint}`
}
