/**
 * How much work one page may be for its templates. It is counted in steps, not in time, so that the same template makes
 * the same page, or the same error, on every machine. All of them take some two seconds at most.
 */
import {
  CaseTag,
  type Context,
  defaultOperators,
  type Emitter,
  evalToken,
  ForTag,
  type Liquid,
  type LiquidOptions,
  TablerowTag,
  type Template,
  TokenKind,
  toValue,
} from 'liquidjs'

/** Half as much again as the built-in list of ten thousand posts with their tags takes. */
const mostSteps = 6e7

/** What a tag, an output or a text takes, beside a third of a step for each of its letters: a long expression is much work. */
const stepsOfNode = 50
/** How many letters are written, looked through, or compared in one step. */
const [written, searched, compared] = [2, 7, 300]
/** A text that is looked for may be compared with as many places as there are, wholly, so many letters in a step. */
const searchedThoroughly = 1500
/** Shorter texts are found without that. */
const shortPattern = 250

/** What an operator takes beside its letters. */
const stepsOfOperator = 20
/** What a filter takes at least. */
const stepsOfFilter = 8
/** Operators whose second operand, as they are called, is the context. */
const unary: ReadonlySet<string> = new Set(['not'])

/** The options by which Liquid counts: what its filters make is counted by Liquid itself, a step for each letter or item. */
export const boundedWork: Pick<LiquidOptions, 'memoryLimit' | 'operators'> = {
  memoryLimit: mostSteps,
  operators: Object.fromEntries(
    Object.entries(defaultOperators).map(([name, operator]) => [
      name,
      (left: unknown, right: unknown, context: Context) => {
        if (unary.has(name)) return operator(left, right, context)
        context.memoryLimit.use(stepsOfOperator)
        if (name === 'contains') context.memoryLimit.use(searchSteps(left, right))
        else if (/[=<>]/.test(name)) context.memoryLimit.use(comparisonSteps(left, right))
        return operator(left, right, context)
      },
    ]),
  ),
}

/** Whether an error says that a page takes more steps than it may. */
export function isTooMuchWork(error: unknown): boolean {
  return error instanceof Error && error.message === 'memory alloc limit exceeded'
}

/**
 * Lets a Liquid that was made with {@link boundedWork} count what it does not: the nodes that it renders, what is
 * written, and what filters and loops look through. Called when all filters are there.
 */
export function countWork(liquid: Liquid): void {
  countNodes(liquid)
  for (const [name, filter] of Object.entries(liquid.filters))
    if (typeof filter === 'function') liquid.registerFilter(name, counted(name, filter as Filter))
  liquid.registerTag('for', CountedFor)
  liquid.registerTag('tablerow', CountedTablerow)
  liquid.registerTag('case', CountedCase)
}

function countNodes({ renderer }: Liquid): void {
  const render = renderer.renderTemplates.bind(renderer)
  const known = new WeakMap<readonly Template[], number>()
  const stepsOf = (templates: readonly Template[]): number => {
    const found = known.get(templates)
    if (found !== undefined) return found
    const steps = templates.reduce((sum, { token }) => {
      // What is no tag and no output is written as it is.
      const letters = token.kind === TokenKind.HTML ? 0 : Math.max(0, token.end - token.begin) / 3
      return sum + stepsOfNode + letters
    }, 4)
    known.set(templates, steps)
    return steps
  }
  renderer.renderTemplates = (templates, context, emitter = countingEmitter(context)) => {
    context.memoryLimit.use(stepsOf(templates))
    return render(templates, context, emitter)
  }
}

/** What gathers the text of a page, as Liquid's own does. */
function countingEmitter({ memoryLimit }: Context): Emitter & { buffer: string } {
  return {
    buffer: '',
    write(value) {
      const text = textOf(value)
      memoryLimit.use(text.length / written)
      this.buffer += text
    },
  }
}

/** Gives what Liquid prints for a value. */
function textOf(given: unknown): string {
  if (typeof given === 'string') return given
  const value: unknown = toValue(given)
  if (value === undefined || value === null) return ''
  return Array.isArray(value) ? value.map(textOf).join('') : String(value)
}

type Filter = (this: { readonly context: Context }, value: unknown, ...rest: readonly unknown[]) => unknown

/** What filters take beside the steps that Liquid counts, by name. */
const filterSteps: Readonly<Record<string, (value: unknown, rest: readonly unknown[]) => number>> = {
  ...named('replace replace_first replace_last remove remove_first remove_last split', (value, [pattern]) =>
    thoroughSteps(value, pattern),
  ),
  slice: (value) => lengthOf(value) / searched,
  // Each item has its own scope or expression.
  ...named(
    'where reject where_exp reject_exp group_by group_by_exp has has_exp find_index find_index_exp find find_exp map sum',
    (value, rest) => itemsOf(value) * rest.reduce<number>((sum, each) => sum + lengthOf(each), 30),
  ),
  ...named('sort sort_natural', (value) => {
    const items = Array.isArray(value) ? value : []
    const letters = items.reduce<number>((sum, item) => sum + (typeof item === 'string' ? item.length : 0), 0)
    return Math.log2(items.length + 1) * (items.length + letters / 3)
  }),
}

/** Filters whose result may hold lists in lists: a list of two that are one list is printed twice as long, and so on. */
const listing: ReadonlySet<string> = new Set([
  'concat',
  'push',
  'unshift',
  ...Object.keys(filterSteps).filter((name) => name !== 'slice'),
  'compact',
  'uniq',
  'reverse',
])

function named<T>(names: string, value: T): Readonly<Record<string, T>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, value]))
}

/** Gives a filter that is counted. */
function counted(name: string, filter: Filter): Filter {
  const steps = filterSteps[name]
  if (listing.has(name))
    return function* (value, ...rest) {
      if (steps) this.context.memoryLimit.use(steps(toValue(value), rest))
      const result: unknown = yield filter.call(this, value, ...rest)
      if (Array.isArray(result)) this.context.memoryLimit.use(innerItems(result))
      return result
    }
  return function (value, ...rest) {
    this.context.memoryLimit.use(stepsOfFilter + (steps?.(toValue(value), rest) ?? 0))
    return filter.call(this, value, ...rest)
  }
}

const innerItemsKnown = new WeakMap<readonly unknown[], number>()

/** How many items the lists in a list have, and the lists in those. */
function innerItems(list: readonly unknown[]): number {
  const known = innerItemsKnown.get(list)
  if (known !== undefined) return known
  const count = list.reduce<number>(
    (sum, item) => sum + (Array.isArray(item) ? item.length + innerItems(item) : 0),
    0,
  )
  innerItemsKnown.set(list, count)
  return count
}

class CountedFor extends ForTag {
  override *render(context: Context, emitter: Emitter): ReturnType<ForTag['render']> {
    // What begins later, ends sooner or runs backwards is a copy of the list.
    if (Object.keys(this.hash.hash).length > 0) yield* countCopy(this.collection, context)
    return yield* super.render(context, emitter)
  }
}

class CountedTablerow extends TablerowTag {
  override *render(context: Context, emitter: Emitter): ReturnType<TablerowTag['render']> {
    yield* countCopy(this.collection, context)
    return yield* super.render(context, emitter)
  }
}

class CountedCase extends CaseTag {
  override *render(context: Context, emitter: Emitter): ReturnType<CaseTag['render']> {
    const value: unknown = yield this.value.value(context, context.opts.lenientIf)
    const cases = this.branches.reduce((sum, { values }) => sum + values.length, 0)
    context.memoryLimit.use(cases * comparisonSteps(value, value))
    return yield* super.render(context, emitter)
  }
}

function* countCopy(collection: ForTag['collection'], context: Context): Generator<unknown, void, unknown> {
  const list: unknown = toValue(yield evalToken(collection, context))
  context.memoryLimit.use(itemsOf(list) / searched)
}

function searchSteps(inside: unknown, pattern: unknown): number {
  const within: unknown = toValue(inside)
  return Array.isArray(within)
    ? within.reduce<number>((sum, item) => sum + 4 + comparisonSteps(item, pattern), 0)
    : lengthOf(within) / searched + thoroughSteps(within, pattern)
}

function thoroughSteps(inside: unknown, pattern: unknown): number {
  const length = lengthOf(toValue(pattern))
  return length > shortPattern ? (lengthOf(inside) / searchedThoroughly) * length : 0
}

/** Texts and lists of different lengths differ. */
function comparisonSteps(left: unknown, right: unknown): number {
  if (Array.isArray(left) && Array.isArray(right))
    return 3 * (Math.min(left.length, right.length) + innerItems(left))
  return Math.min(lengthOf(left), lengthOf(right)) / compared
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 0
}

function itemsOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0
}
