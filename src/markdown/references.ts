/** References: `\ref{…}` and `\eqref{…}` in prose, and links without words, say what they lead to. */
import type { Element, Root as HastRoot } from 'hast'
import type { Link, Parents, PhrasingContent, Root, Text } from 'mdast'
import { SKIP, visit } from 'unist-util-visit'
import type { VFile } from 'vfile'
import { decodePath, encodePath } from '../content/permalink.js'
import type { Place } from '../diagnostics.js'
import { didYouMean } from '../nearest.js'
import type { Labelled } from './rendered.js'
import { textOf } from './typeset.js'

/** What a reference says: `3`, `(3)`, or the whole name `Theorem 1`. */
export type ReferenceForm = 'ref' | 'eqref' | 'name'

const command = /\\(ref|eqref|autoref|cref|Cref)\{([^{}\s]+)\}/g

/**
 * A remark plugin that makes links of `\ref{name}`, `\eqref{name}` and `\autoref{name}` in prose. A name may
 * stand in another post: `\eqref{other-post#eq:name}`.
 */
export function remarkReferences() {
  return (tree: Root, file: VFile): void => {
    visit(tree, 'text', (node, index, parent) => {
      if (!parent || index === undefined || !node.value.includes('\\')) return undefined
      const parts = splitReferences(node, String(file))
      if (parts.length === 1) return undefined
      parent.children.splice(index, 1, ...(parts as Parents['children']))
      return [SKIP, index + parts.length]
    })
  }
}

function splitReferences(node: Text, source: string): readonly PhrasingContent[] {
  const parts: PhrasingContent[] = []
  let done = 0
  let at = node.position?.start.offset ?? 0
  for (const match of node.value.matchAll(command)) {
    const [whole, name = '', target = ''] = match
    if (match.index > done) parts.push({ type: 'text', value: node.value.slice(done, match.index) })
    done = match.index + whole.length
    // The source may hold escapes and prefixes of quotes that the text does not.
    at = Math.max(at, source.indexOf(whole, at))
    parts.push(
      referenceTo(target, name === 'ref' || name === 'eqref' ? name : 'name', whole, placeIn(source, at)),
    )
    at += whole.length
  }
  if (done < node.value.length || parts.length === 0)
    parts.push({ type: 'text', value: node.value.slice(done) })
  return parts
}

function referenceTo(target: string, form: ReferenceForm, typed: string, { line, column }: Place): Link {
  const start = { line, column }
  return {
    type: 'link',
    url: target.includes('#') ? target : `#${target}`,
    children: [],
    data: { hProperties: { dataReference: form, dataTyped: typed } },
    position: { start, end: { line, column: column + typed.length } },
  }
}

function placeIn(source: string, offset: number): Place {
  const before = source.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}

/**
 * A rehype plugin that writes what references say: those within the body from `file.data.labels` and the
 * headings' words; those to other posts become holes later. Reports `reference-resolves`.
 */
export function rehypeReferences() {
  return (tree: HastRoot, file: VFile): void => {
    const labels = file.data.labels ?? new Map<string, Labelled>()
    visit(tree, 'element', (node) => {
      const { href } = node.properties
      if (node.tagName !== 'a' || typeof href !== 'string' || !isWordless(node)) return
      if (href.startsWith('#')) resolve(node, href, labels, tree, file)
      else if (/#./.test(href)) {
        // Another post's label: rehypeLinks leaves the words open, too.
        const { dataTyped: _typed, ...properties } = node.properties
        node.properties = {
          ...properties,
          className: ['reference'],
          dataReference: formOf(properties.dataReference),
        }
      }
    })
  }
}

/** Writes what a reference within the body says; one that leads nowhere stays as typed, marked and reported. */
function resolve(
  node: Element,
  href: string,
  labels: ReadonlyMap<string, Labelled>,
  tree: HastRoot,
  file: VFile,
): void {
  const { dataReference, dataTyped, ...properties } = node.properties
  const name = decodePath(href.slice(1))
  const target = labels.get(name)
  const words = target ? referenceWords(target, formOf(dataReference)) : headingWords(tree, name)
  node.children = [{ type: 'text', value: words ?? (typeof dataTyped === 'string' ? dataTyped : href) }]
  if (words === null) {
    reportUnknown(name, labels.keys(), node, file)
    node.tagName = 'span'
    node.properties = { className: ['math-error'] }
    return
  }
  const id = target ? `#${encodePath(target.id)}` : href
  node.properties = { ...properties, className: ['reference'], href: id }
}

/** Gives what a reference says. */
export function referenceWords({ number, name }: Labelled, form: ReferenceForm): string {
  return { ref: number, eqref: `(${number})`, name }[form]
}

/** Reads a reference's form off an attribute. */
export function formOf(value: unknown): ReferenceForm {
  return value === 'ref' || value === 'eqref' ? value : 'name'
}

function isWordless(node: Element): boolean {
  return node.children.every((child) => child.type === 'text' && child.value.trim() === '')
}

function headingWords(tree: HastRoot, id: string): string | null {
  let words: string | null = null
  visit(tree, 'element', (node) => {
    if (node.properties.id !== id || !/^h[1-6]$/.test(node.tagName)) return
    words = textOf(
      node,
      (child) => child.type === 'element' && child.properties.className?.toString() === 'anchor',
    ).trim()
  })
  return words
}

function reportUnknown(name: string, known: Iterable<string>, node: Element, file: VFile): void {
  const message = file.message(`Nothing in this post is labelled "${name}".`, {
    ...(node.position && { place: node.position }),
    ruleId: 'reference-resolves',
    source: 'scholium',
  })
  message.note = didYouMean(name, known)
}
