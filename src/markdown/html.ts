/** HTML that is written as text, beside the tree. */

/** Gives text as it must stand between tags; in an attribute, quotes are still to be escaped. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
