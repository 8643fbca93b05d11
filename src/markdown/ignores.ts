/** `<!-- scholium-ignore link-target-exists -->`: rules that an author silences for the block that follows. */
import type { Html, Nodes, Parents, Root } from 'mdast'
import type { VFile } from 'vfile'
import { isRule, type RuleName, rules, type Silence } from '../diagnostics.js'
import { didYouMean } from '../nearest.js'
import { report } from './finding.js'
import { visit } from './walk.js'

declare module 'vfile' {
  interface DataMap {
    ignores: readonly Ignore[]
  }
}

/** Rules that are silent in a part of the body: on whole lines, or from a column on and up to another. */
export type Ignore = Silence

const comment = /^<!--\s*scholium-ignore(?![\w-])([^>]*?)-->$/

/**
 * A remark plugin that takes such comments out of a body and leaves what they say in `file.data.ignores`. One that stands
 * within a paragraph is for what follows it there. Reports `ignored-rule-is-known`.
 */
export function remarkIgnores() {
  return (tree: Root, file: VFile): void => {
    if (!String(file).includes('scholium-ignore')) return
    const ignores: Ignore[] = []
    const taken = new Map<Parents, Set<Nodes>>()
    let text: Nodes | null = null
    visit(tree, (node, index, parent) => {
      // None of these stands within another, so that the last one is what a comment after it may stand in.
      if (isText(node)) text = node
      if (node.type !== 'html') return
      const written = comment.exec(node.value.trim())?.[1]
      if (written === undefined || index === undefined || !parent) return
      const named = namesIn(written, node, file)
      const part = restOf(text, node) ?? lines(node, (parent as Parents).children[index + 1])
      if (named.length > 0 && part) ignores.push({ rules: named, ...part })
      taken.set(parent as Parents, (taken.get(parent as Parents) ?? new Set()).add(node))
    })
    for (const [parent, comments] of taken)
      Object.assign(parent, { children: parent.children.filter((child) => !comments.has(child)) })
    file.data.ignores = ignores
  }
}

function namesIn(written: string, node: Html, file: VFile): readonly RuleName[] {
  const names = written.split(/[\s,]+/).filter(Boolean)
  const place = node.position
  if (names.length === 0)
    report(file, 'ignored-rule-is-known', 'This comment names no rule, and silences none.', {
      place,
      hint: 'Name one, as reports do: <!-- scholium-ignore image-has-alt -->.',
    })
  return names.filter((name) => {
    if (isRule(name)) return true
    const hint = didYouMean(name, Object.keys(rules))
    report(file, 'ignored-rule-is-known', `There is no rule "${name}" to silence.`, { place, hint })
    return false
  }) as RuleName[]
}

function isText({ type }: Nodes): boolean {
  return type === 'paragraph' || type === 'heading' || type === 'tableCell'
}

type Part = Omit<Silence, 'rules'>

/** What follows a comment in the paragraph that it stands in; null where it stands in none. */
function restOf(text: Nodes | null, { position }: Html): Part | null {
  const [from, end] = [position?.end, text?.position?.end]
  if (from?.offset === undefined || end?.offset === undefined || from.offset > end.offset) return null
  return { line: from.line, column: from.column, endLine: end.line, endColumn: end.column }
}

/** The lines of the block that follows a comment. */
function lines({ position }: Html, next: Nodes | undefined): Part | null {
  const [from, to] = [position?.end.line, next?.position?.end.line]
  return from === undefined || to === undefined ? null : { line: from, endLine: to }
}
