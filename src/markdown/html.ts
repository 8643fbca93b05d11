/** HTML that is written as text, beside the tree. */

/** Attributes by their names in HTML, with values that are not escaped. */
export type Attributes = Readonly<Record<string, string>>

/** Gives text as it must stand between tags; in an attribute, quotes are still to be escaped. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Gives text as it must stand in an attribute between double quotes, or between tags. */
export function escapeValue(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}

/** Gives the start tag of an element. */
export function startTag(name: string, attributes: Attributes): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeValue(value)}"`)
  return `<${name}${written.join('')}>`
}
