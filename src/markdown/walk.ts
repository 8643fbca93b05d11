/**
 * The walk over a tree, as unist-util-visit has it, without what that does at every node for the sake of stack
 * traces (it defines a function's name): some twenty walks a body were a third of the time of rendering.
 */
import type { Node, Parent } from 'unist'
import type { visit as unistVisit } from 'unist-util-visit'

/** What a visitor may give: go on, pass over the node's children, or end the walk. */
export const CONTINUE = true
export const EXIT = false
export const SKIP = 'skip'

type Action = typeof CONTINUE | typeof EXIT | typeof SKIP
type Result = Action | number | readonly [Action?, number?] | undefined | null
type Visitor = (node: Node, index: number | undefined, parent: Parent | undefined) => Result

/**
 * Calls a visitor for each node, parents first; where a type or types are given, for nodes of these alone. The
 * visitor may give an action, the index of the sibling to go on with, or both. Takes and gives what
 * unist-util-visit's `visit` does for these.
 */
export const visit: typeof unistVisit = ((tree: Node, test: unknown, visitor?: Visitor) => {
  if (visitor === undefined) walk(tree, undefined, undefined, always, test as Visitor)
  else walk(tree, undefined, undefined, testOf(test as string | readonly string[]), visitor)
}) as typeof unistVisit

type Test = (node: Node) => boolean

const always: Test = () => true

function testOf(types: string | readonly string[]): Test {
  return typeof types === 'string' ? ({ type }) => type === types : ({ type }) => types.includes(type)
}

/** Gives the index of the sibling to go on with, `next` for the next one, or EXIT. */
function walk(
  node: Node,
  index: number | undefined,
  parent: Parent | undefined,
  test: Test,
  visitor: Visitor,
): number | typeof next | typeof EXIT {
  const result = test(node) ? visitor(node, index, parent) : undefined
  const isPair = Array.isArray(result)
  const action = isPair ? result[0] : typeof result === 'number' ? CONTINUE : result
  const sibling = isPair ? result[1] : typeof result === 'number' ? result : undefined
  if (action === EXIT) return EXIT
  if (action !== SKIP && 'children' in node && !walkChildren(node as Parent, test, visitor)) return EXIT
  return sibling ?? next
}

const next = -1

/** Whether the walk goes on after the children of a node. */
function walkChildren(parent: Parent, test: Test, visitor: Visitor): boolean {
  // Visitors may replace the children while they are walked.
  for (let index = 0; index < parent.children.length; ) {
    const child = parent.children[index]
    if (!child) return true
    const following = walk(child, index, parent, test, visitor)
    if (following === EXIT) return false
    index = following === next ? index + 1 : following
  }
  return true
}
