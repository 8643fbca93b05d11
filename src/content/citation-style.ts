/** Styles and locales of the Citation Style Language: those that come with Scholium, and what a site's own must be. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../package.js'

const folder = join(packageFolder, 'csl')

/** The styles that come with Scholium, by the name that site.yaml calls them. */
export const builtInStyles = ['apa', 'ieee', 'chicago-author-date'] as const

/** Gives the text of a style that comes with Scholium, or null if there is none of that name. */
export function builtInStyle(name: string): string | null {
  const isKnown = (builtInStyles as readonly string[]).includes(name)
  return isKnown ? readFileSync(join(folder, 'styles', `${name}.csl`), 'utf8') : null
}

/** What is wrong with the text of a style, or null. What else is wrong with it shows when it is used. */
export function styleFault(text: string): { readonly message: string; readonly hint: string } | null {
  const hint = 'Take one from https://www.zotero.org/styles.'
  if (!/<style\b[^<>]*\bxmlns=["']http:\/\/purl\.org\/net\/xbiblio\/csl["']/.test(text))
    return { message: 'it is no style of the Citation Style Language', hint }
  const parent = (text.match(/<link\b[^<>]*>/g) ?? []).find((link) =>
    /\brel=["']independent-parent["']/.test(link),
  )
  const address = /\bhref=["']([^"']+)["']/.exec(parent ?? '')?.[1]
  if (!/<citation\b/.test(text))
    return {
      message: 'it has no rules of its own',
      hint: address ? `Take the style that it depends on: ${address}` : hint,
    }
  return null
}

/** The locale that stands in where another lacks a word (CSL 1.0.2, "Locale Fallback"). */
export const fallbackLocale = 'en-US'

/** Gives the name of the locale for a language: its own, or that of its main region; English for want of any. */
export function localeFor(lang: string): string {
  const names = readdirSync(join(folder, 'locales')).flatMap(
    (file) => /^locales-(.+)\.xml$/.exec(file)?.[1] ?? [],
  )
  const [language = '', ...subtags] = lang.toLowerCase().split('-')
  const region = subtags.findLast((tag) => tag.length === 2) ?? (subtags.includes('hant') ? 'tw' : language)
  const wanted = [`${language}-${region}`, language, ...(mainRegions[language] ?? [])]
  const found = wanted
    .map((name) => names.find((each) => each.toLowerCase() === name.toLowerCase()))
    .find((name) => name !== undefined)
  return found ?? names.sort().find((name) => name.startsWith(`${language}-`)) ?? fallbackLocale
}

const mainRegions: Readonly<Record<string, readonly string[]>> = {
  en: ['en-US'],
  no: ['nb-NO'],
  zh: ['zh-CN'],
}

/** Gives the text of a locale. */
export function localeText(name: string): string {
  return readFileSync(join(folder, 'locales', `locales-${name}.xml`), 'utf8')
}
