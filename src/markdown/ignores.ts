/** `<!-- scholium-ignore link-target-exists -->`: rules that an author silences for the block that follows. */
import type { Html, Nodes, Parents, Root } from 'mdast'
import type { VFile } from 'vfile'
import { isRule, type RuleName, rules } from '../diagnostics.js'
import { didYouMean } from '../nearest.js'
import { report } from './finding.js'
import { visit } from './walk.js'

declare module 'vfile' {
  interface DataMap {
    ignores: readonly Ignore[]
  }
}

/** Rules that are silent on some lines of the body. */
export interface Ignore {
  readonly rules: readonly RuleName[]
  /** The first line, counted from 1. */
  readonly line: number
  /** The last one. */
  readonly endLine: number
}

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
    visit(tree, 'html', (node, index, parent) => {
      const written = comment.exec(node.value.trim())?.[1]
      if (written === undefined || index === undefined || !parent) return
      const named = namesIn(written, node, file)
      const lines = linesAfter(node, parent as Parents, index)
      if (named.length > 0 && lines) ignores.push({ rules: named, ...lines })
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

/** The lines of what follows a comment: the next block, or the rest of its paragraph. */
function linesAfter(node: Html, parent: Parents, index: number): Pick<Ignore, 'line' | 'endLine'> | null {
  const isInline = parent.type !== 'root' && 'position' in parent && isPhrasing(parent)
  const from = node.position?.end.line
  const next = isInline ? parent : parent.children[index + 1]
  const to = next?.position?.end.line
  return from === undefined || to === undefined ? null : { line: from, endLine: to }
}

function isPhrasing({ type }: Parents): boolean {
  return [
    'paragraph',
    'heading',
    'emphasis',
    'strong',
    'delete',
    'link',
    'linkReference',
    'tableCell',
  ].includes(type)
}
